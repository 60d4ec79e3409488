"""Predictions cut into folds: what curves with a band around them are drawn from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.utils import check_consistent_length

from skweighted._base.types import Classifier, Labels, Table
from skweighted.comparison import Comparison

__all__ = ["Folds", "check_strategies", "folds_of_comparison", "folds_of_estimator", "folds_of_predictions"]


@dataclass(frozen=True, eq=False)
class Folds:
    """Truth and probability of the positive class in each fold.

    Attributes
    ----------
    truths : list of ndarray of bool of shape (n_test,)
    probabilities : list of ndarray of shape (n_test,)
    """

    truths: list[NDArray[np.bool_]]
    probabilities: list[NDArray[np.float64]]

    @property
    def truth(self) -> NDArray[np.bool_]:
        """The truth of all folds, shape (n_samples,)."""
        return np.concatenate(self.truths)

    @property
    def probability(self) -> NDArray[np.float64]:
        """The probabilities of all folds, shape (n_samples,)."""
        return np.concatenate(self.probabilities)


def folds_of_predictions(
    y_true: Labels,
    y_proba: ArrayLike | Mapping[str, ArrayLike],
    *,
    pos_label: object = None,
    folds: ArrayLike | None = None,
    name: str = "model",
) -> dict[str, Folds]:
    """Return the folds of one or several predictions for the same rows.

    Parameters
    ----------
    y_true : array-like of shape (n_samples,)
        Two labels.
    y_proba : array-like of shape (n_samples,), or dict of them
        Probabilities of the positive class, a name each in a dict.
    pos_label : label, optional
        The positive one; None is the greater.
    folds : array-like of int of shape (n_samples,), optional
        Which test fold each row was in; None takes all rows for one.
    name : str, default="model"
        Of `y_proba` if it is no dict.
    """
    labels = np.asarray(y_true)
    known = np.unique(labels)
    if len(known) != 2:
        raise ValueError(f"These plots are for two classes, and y_true holds {known.tolist()}.")
    positive = known[1] if pos_label is None else pos_label
    if positive not in known.tolist():
        raise ValueError(f"pos_label must be one of {known.tolist()}. Got {positive!r} instead.")
    places = np.zeros(len(labels), dtype=int) if folds is None else np.asarray(folds)
    named = y_proba if isinstance(y_proba, Mapping) else {name: y_proba}
    found = {}
    for key, values in named.items():
        probability = np.asarray(values, dtype=np.float64)
        check_consistent_length(labels, probability, places)
        parts = [places == place for place in np.unique(places)]
        found[key] = Folds([labels[part] == positive for part in parts], [probability[part] for part in parts])
    return found


def folds_of_estimator(
    estimator: Classifier, X: Table, y: Labels, *, pos_label: object = None, name: str | None = None
) -> dict[str, Folds]:
    """Return the predictions of a fitted classifier for rows that it was not trained on, as one fold."""
    classes = estimator.classes_.tolist()
    positive = classes[-1] if pos_label is None else pos_label
    if positive not in classes:
        raise ValueError(f"pos_label must be one of {classes}. Got {positive!r} instead.")
    probability = estimator.predict_proba(X)[:, classes.index(positive)]
    return folds_of_predictions(y, probability, pos_label=positive, name=name or type(estimator).__name__)


def folds_of_comparison(comparison: Comparison, strategies: Sequence[str] | None = None) -> dict[str, Folds]:
    """Return the out-of-fold predictions of a comparison; `strategies` are all of them by default.

    Strategies with the same probabilities, such as ``"none"`` and ``"threshold"``, share an entry with both names.

    Raises
    ------
    ValueError
        If there are more than two classes, no predictions were kept, or a strategy is unknown.
    """
    kept = comparison.predictions
    if comparison.positive is None or kept is None:
        raise ValueError("These plots need a comparison of two classes that kept its predictions.")
    found: dict[str, Folds] = {}
    for name in check_strategies(comparison, strategies):
        results = [r for (strategy, _, _), r in sorted(kept.results.items()) if strategy == name and r.error is None]
        parts = [kept.of(result) for result in results]
        if parts:
            folds = Folds([p.is_positive for p in parts], [p.positive_probability for p in parts])
            twin = next((other for other in found if np.array_equal(found[other].probability, folds.probability)), None)
            found[name if twin is None else f"{twin}, {name}"] = folds if twin is None else found.pop(twin)
    return found


def check_strategies(comparison: Comparison, strategies: Sequence[str] | None) -> list[str]:
    """Return the strategies asked for, all by default."""
    chosen = list(comparison.strategies if strategies is None else strategies)
    unknown = [name for name in chosen if name not in comparison.strategies]
    if unknown:
        raise ValueError(f"The comparison has no strategy {unknown[0]!r}. It has {', '.join(comparison.strategies)}.")
    return chosen
