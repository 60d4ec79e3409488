"""What a metric is, and how one of a positive class is averaged over many."""

from collections.abc import Callable, Iterable
from inspect import signature
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator

from skweighted._base.errors import did_you_mean, parameter_error
from skweighted._base.registry import Registry
from skweighted.comparison._predictions import Predictions

__all__ = ["DECISIONS", "DEFAULT_METRICS", "METRICS", "PROBABILITIES", "Metric", "choose_metrics", "mean_over_classes"]

PROBABILITIES, DECISIONS = frozenset({"probabilities"}), frozenset({"decisions"})


class Metric(BaseEstimator):
    """Base class: a column of the comparison, computed from the predictions of a fold."""

    key: ClassVar[str]
    title: ClassVar[str]
    greater_is_better: ClassVar[bool] = True
    target: ClassVar[float | None] = None
    """The value that is best, if neither the greatest nor the least is."""
    rope: ClassVar[float] = 0.01
    """Differences of up to this size are practically none."""
    judges: ClassVar[str] = "the decisions"
    """``"the ranking"``, ``"the decisions"``, ``"the probabilities"`` or ``"the time"``."""
    needs: ClassVar[frozenset[str]] = frozenset()
    """What it reads beside the truth: ``"probabilities"``, ``"decisions"``, ``"positive"``, ``"cost_matrix"``."""

    def score(self, predictions: Predictions) -> float:
        """Return the score of the predictions of one fold."""
        raise NotImplementedError

    @property
    def heading(self) -> str:
        """The title of the column, with the parameters that are not the defaults."""
        defaults = {name: repr(p.default) for name, p in signature(type(self)).parameters.items()}
        shown = {name: repr(value) for name, value in self.get_params(deep=False).items()}
        changed = [f"{name}={value}" for name, value in shown.items() if value != defaults[name]]
        return f"{self.title} ({', '.join(changed)})" if changed else self.title

    def check_parameters(self) -> None:
        """Raise if a parameter is out of its range."""

    def gain(self, values: Any) -> Any:
        """Return values turned so that a greater one is better."""
        values = np.asarray(values, dtype=np.float64)
        if self.target is not None:
            return -np.abs(values - self.target)
        return values if self.greater_is_better else -values


METRICS: Registry[Metric] = Registry("metrics", Metric)
"""The metrics by their key in a comparison's table, which also holds ``"fit_seconds"``."""

DEFAULT_METRICS = ("roc_auc", "average_precision", "g_mean", "f1", "brier")
"""The columns unless others are named: two of the ranking, two of the decisions, one of the probabilities."""


def choose_metrics(
    metrics: Iterable[str | Metric], owner: str, *, many_classes: bool, costs: bool
) -> dict[str, Metric]:
    """Return metrics by the name of their column: the key, or what an instance prints.

    Parameters
    ----------
    metrics : iterable of str and Metric
        Keys of `METRICS`, or instances.
    owner : str
        Whom errors name.
    many_classes, costs : bool
        Whether there are more than two classes, and whether there is a cost matrix.

    Returns
    -------
    dict of str to Metric
        In the order given.

    Raises
    ------
    ValueError
        If one is not known, comes twice, has a parameter out of its range, or needs costs or a positive class that
        there is not.
    """
    chosen: dict[str, Metric] = {}
    for item in [metrics] if isinstance(metrics, str | Metric) else metrics:
        if isinstance(item, str) and item not in METRICS:
            hint = did_you_mean(item, METRICS) or f"Known are {', '.join(METRICS)}."
            raise ValueError(parameter_error("metrics", owner, "names of metrics or instances of Metric", item, hint))
        metric = METRICS.resolve(item, owner)
        name = item if isinstance(item, str) else repr(metric)
        if name in chosen:
            raise ValueError(parameter_error("metrics", owner, "distinct", name, "Name each metric once."))
        metric.check_parameters()
        if "cost_matrix" in metric.needs and not costs:
            raise ValueError(f"The metric {name!r} needs costs: give cost_matrix, or leave it out.")
        if "positive" in metric.needs and many_classes:
            raise ValueError(f"The metric {name!r} is for two classes. Leave it out.")
        chosen[name] = metric
    if not chosen:
        raise ValueError(
            parameter_error("metrics", owner, "at least one metric", [], f"Known are {', '.join(METRICS)}.")
        )
    return chosen


def mean_over_classes(
    predictions: Predictions, score: Callable[[NDArray[np.bool_], NDArray[Any]], float], *, decisions: bool = False
) -> float:
    """Return the score of the positive class, or with many classes the mean of each against the rest.

    Parameters
    ----------
    predictions : Predictions
    score : callable
        Takes whether each row is of the class, and its probability; or with `decisions` whether it was decided to be.
    decisions : bool, default=False
        Whether `score` takes decisions.

    Returns
    -------
    float
        The score, or the mean of the scores.
    """
    p = predictions
    codes = [p.positive] if p.positive is not None else range(p.n_classes)
    values = [score(p.truth == c, p.decisions == c if decisions else p.probabilities[:, c]) for c in codes]
    return float(np.mean(values))
