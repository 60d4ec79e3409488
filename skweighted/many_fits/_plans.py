"""All fits of a search, candidates times folds, as plans that train together.

Preprocessing and resampling are fitted once for each fold and distinct setting of their own parameters. What then
reaches the last step of the pipeline is recorded, and every candidate plans its networks from that record.
"""

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import joblib
import numpy as np
from sklearn.base import clone

from skweighted._base.pipelines import last_step, last_step_name, with_last_step
from skweighted._base.sklearn_private import copy_requests, index_rows
from skweighted.classifier import CostSensitiveMLPClassifier
from skweighted.engines.plan import TrainingPlan
from skweighted.fitting._parameters import check_parameters, wants_keras
from skweighted.fitting._rows import CheckedRows, check_rows
from skweighted.fitting._steps import plan_networks

__all__ = ["Fit", "can_be_stacked", "fit_alone", "plan_fits", "with_params"]

_log = logging.getLogger("skweighted")


@dataclass
class Fit:
    """One candidate on the training rows of one fold.

    Parameters
    ----------
    model : estimator
        Fitted once `error` is None and training is over.
    seconds : float
        Its share of the time that fitting took.
    error : Exception or None
        Why it could not be fitted.
    plans : list of TrainingPlan
        Its networks, while they wait to be trained.
    alone : bool
        Whether it cannot be stacked and is to be fitted by `fit_alone`.
    """

    model: Any
    seconds: float = 0.0
    error: Exception | None = None
    plans: list[TrainingPlan] = field(default_factory=list)
    alone: bool = False


class Recorder(CostSensitiveMLPClassifier):
    """The last step of a pipeline that is fitted to learn what would have reached it."""

    def fit(self, X: Any, y: Any, sample_weight: Any = None, **validation: Any) -> "Recorder":
        """Keep the arguments; `validation` holds `X_val` and the like."""
        self.arguments_ = (X, y, sample_weight), validation
        return self


def with_params(estimator: Any, params: dict[str, Any]) -> Any:
    """Return an unfitted copy of `estimator` with the parameters of a candidate, estimators among them copied too."""
    return clone(estimator).set_params(**clone(params, safe=False))


def can_be_stacked(model: Any) -> bool:
    """Return whether a model ends in the classifier itself, to be trained by the compiled engine from its start."""
    step = last_step(model)
    # A subclass may train in its own way.
    return type(step) is CostSensitiveMLPClassifier and not wants_keras(step) and not step.warm_start


def plan_fits(
    estimator: Any,
    candidates: Sequence[dict[str, Any]],
    splits: Sequence[tuple[np.ndarray, np.ndarray]],
    X: Any,
    y: Any,
    fit_params: Callable[[np.ndarray], dict[str, Any]],
) -> list[Fit]:
    """Plan every candidate on every fold; those that cannot be stacked are left to `fit_alone`.

    Parameters
    ----------
    estimator : CostSensitiveMLPClassifier or Pipeline
    candidates : list of dict
    splits : list of (train, test)
    X, y : array-like
    fit_params : callable
        Maps training rows to the keyword arguments of ``fit``.

    Returns
    -------
    list of Fit
        In the order of ``product(candidates, splits)``.
    """
    keys = [_preprocessing_key(estimator, params) for params in candidates]
    groups = [[index for index, key in enumerate(keys) if key == wanted] for wanted in dict.fromkeys(keys)]
    fits: dict[tuple[int, int], Fit] = {}
    for fold, (train, _) in enumerate(splits):
        rows, labels, params = index_rows(X, train), index_rows(y, train), fit_params(train)
        for group in groups:
            for index, fit in _plan_group(estimator, candidates, group, (rows, labels), params):
                fits[index, fold] = fit
    return [fits[index, fold] for index in range(len(candidates)) for fold in range(len(splits))]


def _preprocessing_key(estimator: Any, params: dict[str, Any]) -> tuple[Any, ...]:
    """Return what is equal for candidates whose steps before the last are the same."""
    last = last_step_name(estimator)
    if not last:
        return ()
    return tuple(
        (name, _value_key(value)) for name, value in sorted(params.items()) if not f"{name}__".startswith(f"{last}__")
    )


def _value_key(value: Any) -> str | int:
    try:
        return joblib.hash(value)
    except Exception:  # whatever cannot be pickled, a lambda for one, is equal to itself alone
        return id(value)


def _plan_group(
    estimator: Any,
    candidates: Sequence[dict[str, Any]],
    indices: list[int],
    data: tuple[Any, Any],
    fit_params: dict[str, Any],
) -> Iterator[tuple[int, Fit]]:
    """Yield the fit on one fold of each candidate of those at `indices`, whose steps before the last are the same."""
    start = time.perf_counter()
    fits = {index: Fit(with_params(estimator, candidates[index])) for index in indices}
    stacked = [fit for fit in fits.values() if can_be_stacked(fit.model)]
    if stacked:
        try:
            step = last_step(stacked[0].model)
            recorder = with_last_step(stacked[0].model, _recorder_like(step)).fit(*data, **fit_params)
        except Exception as error:  # whatever a user's step raises belongs to these candidates' scores
            for fit in stacked:
                fit.error = error
        else:
            share = (time.perf_counter() - start) / len(stacked)
            checked: dict[Any, tuple[CheckedRows, Any]] = {}
            for fit in stacked:
                fit.seconds = share
                _plan_candidate(fit, recorder, checked)
    for index, fit in fits.items():
        if not can_be_stacked(fit.model):
            _log.info("Candidate %s cannot be stacked and is fitted on its own.", candidates[index])
            fit.alone = True
        yield index, fit


def _recorder_like(step: CostSensitiveMLPClassifier) -> Recorder:
    recorder = Recorder(**step.get_params(deep=False))
    copy_requests(step, recorder)
    return recorder


def _plan_candidate(fit: Fit, recorder: Any, checked: dict[Any, tuple[CheckedRows, Any]]) -> None:
    """Plan the networks of one candidate, on rows that candidates before it have checked if there are any."""
    start = time.perf_counter()
    step = last_step(fit.model)
    arguments, validation = last_step(recorder).arguments_
    try:
        parameters = check_parameters(step)
        key = parameters.dtype, parameters.corrected  # all that the check of the rows goes by
        if key in checked:
            rows, first = checked[key]
            vars(step).update({name: vars(first)[name] for name in _OF_THE_DATA if name in vars(first)})
        else:
            rows = check_rows(step, parameters, *arguments, **validation)
            checked[key] = rows, step
        fit.plans = plan_networks(step, parameters, rows)
    except Exception as error:  # a candidate that cannot be fitted gets its error_score
        fit.error = error
        return
    fit.model = with_last_step(recorder, step)
    fit.seconds += time.perf_counter() - start


_OF_THE_DATA = ("n_features_in_", "feature_names_in_")


def fit_alone(model: Any, X: Any, y: Any, fit_params: dict[str, Any]) -> tuple[Any, Exception | None, float]:
    """Return the fitted model, or why it could not be fitted, and the seconds that it took."""
    start, error = time.perf_counter(), None
    try:
        model.fit(X, y, **fit_params)
    except Exception as raised:  # a candidate that cannot be fitted gets its error_score
        error = raised
    return model, error, time.perf_counter() - start
