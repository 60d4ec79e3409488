"""What goes in and out: jobs and their outcomes, and what makes two settings equal."""

import traceback
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import joblib
import numpy as np
from numpy.typing import NDArray

from skweighted._base.types import Estimator

__all__ = ["Job", "Outcome", "Settings", "settings_key", "without_locals"]

Settings = Hashable
"""What is equal for two objects with the same settings."""


@dataclass(frozen=True, eq=False)
class Job:
    """One model to be fitted on some rows.

    Parameters
    ----------
    model : estimator
        Unfitted. The job owns it: what comes back may be this object.
    rows : ndarray of shape (n_train,)
        Positions of the training rows. Jobs with equal rows form a fold and share work.
    fit_params : mapping of str to object
        Keyword arguments of ``fit`` for all rows; values with an entry for each row are cut to `rows`.
    validation_rows : ndarray of shape (n_validation,), optional
        Positions of rows that a classifier with an `X_val` argument watches. They pass the steps of a pipeline that
        transform, and not those that resample.
    sample_weight_val : ndarray of shape (n_samples,), optional
        Of all rows; the classifier gets those of `validation_rows` by this name.
    """

    model: Estimator
    rows: NDArray[np.intp]
    fit_params: Mapping[str, Any] = field(default_factory=dict)
    validation_rows: NDArray[np.intp] | None = None
    sample_weight_val: NDArray[np.float64] | None = None


@dataclass(eq=False)
class Outcome:
    """What became of a job.

    Parameters
    ----------
    index : int
        The position of the job.
    model : estimator
        Fitted if `error` is None. Fitted steps and classifiers may be shared with the models of other jobs.
    error : Exception or None
    seconds : float
        Its share of the steps that it has in common with others and of the stack that trained it, compiling left
        out. A classifier that serves several jobs counts in full for each.
    result : object
        What the `then` of :func:`fit_many` returned for the model; None without it.
    """

    index: int
    model: Any
    error: Exception | None = None
    seconds: float = 0.0
    result: Any = None


def without_locals(error: Exception) -> Exception:
    """Return an error that is to be kept: its traceback still says where, but no longer holds the rows there."""
    links: list[BaseException | None] = [error]
    seen: set[int] = set()
    while links:
        link = links.pop()
        if link is not None and id(link) not in seen:
            seen.add(id(link))
            traceback.clear_frames(link.__traceback__)
            links += [link.__cause__, link.__context__]
    return error


class _Itself:
    """The key of an object that equals itself only: it keeps the object alive, so that no other gets its identity."""

    def __init__(self, value: object) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Itself) and other.value is self.value

    def __hash__(self) -> int:
        return id(self.value)


def settings_key(value: object) -> Settings:
    """Return what is equal for objects of the same type and content; an object that cannot be hashed equals itself."""
    try:
        return joblib.hash(value)
    except Exception:  # whatever cannot be pickled: a lambda, an instance of a class defined in a function
        if hasattr(value, "get_params"):
            return type(value), _content(sorted(vars(value).items()))
        if isinstance(value, list | tuple):
            return type(value), tuple(map(settings_key, value))
        if isinstance(value, dict):
            return type(value), _content(value.items())
        return _Itself(value)


def _content(items: Iterable[tuple[object, object]]) -> Settings:
    return tuple((settings_key(name), settings_key(part)) for name, part in items)
