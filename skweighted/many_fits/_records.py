"""Rows on their way through a pipeline. Each step is fitted once for equal settings on equal rows."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, NamedTuple

import imblearn.pipeline
import sklearn.pipeline
from sklearn import get_config

from skweighted._base.types import Labels, Table, Weights
from skweighted.many_fits._jobs import Settings, settings_key, without_locals

__all__ = ["Record", "Validation"]

Steps = list[tuple[str, Any]]

_PLAIN = (sklearn.pipeline.Pipeline, imblearn.pipeline.Pipeline)  # a subclass may fit its steps in its own way


class Validation(NamedTuple):
    """Rows to watch, their labels, and their weights or None."""

    X: Table
    y: Labels
    sample_weight: Weights = None


@dataclass(eq=False)
class Record:
    """What reaches a step: rows, labels and the other arguments of its ``fit``.

    Parameters
    ----------
    X, y : array-like of n_rows
    params : mapping of str to object
    validation : Validation or None
        As the steps before have transformed them.
    seconds : float
        Time that it took to get here.
    """

    X: Table
    y: Labels
    params: Mapping[str, Any]
    validation: Validation | None = None
    seconds: float = 0.0
    n_users: int = 0
    # What was made of this record before: fitted steps and the record behind them, or the error.
    behind: dict[Settings, Any] = field(default_factory=dict)
    # Rows as the classifier's own checks leave them, with the classifier that was checked.
    checked: dict[Settings, Any] = field(default_factory=dict)

    def once(self, key: Settings, make: Callable[[], Any]) -> Any:
        """Return what `make` returned, or raise what it raised, when it was first called for `key`."""
        if key not in self.behind:
            try:
                self.behind[key] = make()
            except Exception as error:  # whatever a user's step raises belongs to the jobs that have the step
                self.behind[key] = without_locals(error)
        made = self.behind[key]
        if isinstance(made, Exception):
            raise made
        return made

    def with_params(self, params: Mapping[str, Any]) -> "Record":
        """Return the record of the same rows for a ``fit`` with other arguments."""
        if params.keys() == self.params.keys() and all(params[name] is self.params[name] for name in params):
            return self
        key = "params", tuple((name, id(value)) for name, value in sorted(params.items()))
        return self.once(key, lambda: Record(self.X, self.y, params, self.validation))

    def through(self, pipeline: Any) -> tuple[Steps, list["Record"]]:
        """Fit the steps of `pipeline` before the last.

        Returns
        -------
        steps : list of pairs of name and fitted step
        records : list of Record
            Behind each step that was fitted; the last one is what reaches the last step.
        """
        if _fits_step_by_step(pipeline, self.params):
            return self._step_by_step(pipeline)
        last = pipeline.steps[-1]
        requests = getattr(last[1], "_metadata_request", None)
        # The memory of a pipeline and the like are parameters of it.
        others = {name: value for name, value in pipeline.get_params(deep=False).items() if name != "steps"}
        key = type(pipeline), settings_key(pipeline.steps[:-1]), settings_key(others), last[0], settings_key(requests)
        steps, record = self.once(key, lambda: self._in_one_go(pipeline))
        return steps, [record]

    def _step_by_step(self, pipeline: Any) -> tuple[Steps, list["Record"]]:
        steps, records, before = [], [], self
        for name, step in pipeline.steps[:-1]:
            if step is None or isinstance(step, str):
                steps.append((name, step))
                continue
            fitted, before = before.once((type(step), settings_key(step)), partial(before._behind, step))
            steps.append((name, fitted))
            records.append(before)
        prefix = f"{pipeline.steps[-1][0]}__"
        params = {name.removeprefix(prefix): value for name, value in self.params.items()}
        return steps, [*records, before.with_params(params)]

    def _behind(self, step: Any) -> tuple[Any, "Record"]:
        """Fit one step; return it and what it makes of this record."""
        start, validation = time.perf_counter(), self.validation
        if not _transforms(step):
            X, y = step.fit_resample(self.X, self.y)
        else:
            y = self.y
            one_call = hasattr(step, "fit_transform")
            X = step.fit_transform(self.X, y) if one_call else step.fit(self.X, y).transform(self.X)
            validation = _transform(validation, [step])
        return step, Record(X, y, self.params, validation, time.perf_counter() - start)

    def _in_one_go(self, pipeline: Any) -> tuple[Steps, "Record"]:
        """Let the pipeline fit itself, and take down what reaches its last step."""
        start, last, reached = time.perf_counter(), pipeline.steps[-1][1], []

        def take_down(X: Table, y: Labels = None, *args: Any, **params: Any) -> Any:
            reached.append((X, y, params | ({"sample_weight": args[0]} if args else {})))
            return last

        # On the instance, so that the pipeline and its metadata routing see the same object as in an ordinary fit.
        last.fit = take_down
        try:
            pipeline.fit(self.X, self.y, **self.params)
        finally:
            del last.fit
        steps = pipeline.steps[:-1]
        fitted = [step for _, step in steps if step is not None and not isinstance(step, str)]
        validation = _transform(self.validation, fitted)
        return steps, Record(*reached[0], validation, time.perf_counter() - start)

    def forget_rows(self) -> None:
        """Let go of the rows here and behind; labels stay."""
        self.X = self.validation = None
        self.checked.clear()
        for made in self.behind.values():
            for record in made if isinstance(made, tuple) else (made,):
                if isinstance(record, Record):
                    record.forget_rows()


def _fits_step_by_step(pipeline: Any, params: Mapping[str, Any]) -> bool:
    """Tell whether the steps can be fitted one after another here as the pipeline would fit them."""
    if type(pipeline) not in _PLAIN or pipeline.memory is not None or pipeline.verbose:
        return False
    if getattr(pipeline, "transform_input", None) or (params and get_config()["enable_metadata_routing"]):
        return False
    prefix = f"{pipeline.steps[-1][0]}__"
    resamples = isinstance(pipeline, imblearn.pipeline.Pipeline)
    steps = [step for _, step in pipeline.steps[:-1] if step is not None and not isinstance(step, str)]
    known = all(_transforms(step) or (resamples and hasattr(step, "fit_resample")) for step in steps)
    return known and all(name.startswith(prefix) for name in params)


def _transforms(step: Any) -> bool:
    return hasattr(step, "transform") or hasattr(step, "fit_transform")


def _transform(validation: Validation | None, steps: list[Any]) -> Validation | None:
    """Return the rows to watch as fitted steps transform them; resampling leaves them as they are."""
    if validation is None:
        return None
    X = validation.X
    for step in steps:
        X = step.transform(X) if hasattr(step, "transform") else X
    return validation._replace(X=X)
