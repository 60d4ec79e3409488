"""Which of the compared strategies is the best, by decisions as the model will make them."""

from collections.abc import Mapping

import numpy as np

from skweighted.comparison import Comparison
from skweighted.deployment._threshold import Decided

__all__ = ["find_best", "score_strategies"]


def score_strategies(comparison: Comparison, metric: str, decided: Mapping[str, Decided]) -> dict[str, float]:
    """Return the mean score of each strategy over the test folds that have decisions, NaN if it is not defined.

    Parameters
    ----------
    comparison : Comparison
    metric : str
        The name of a column.
    decided : dict of str to sequence of Predictions
        For each strategy the folds with the decisions at a chosen threshold, which a metric of decisions counts; empty
        without a rule for it, so that the strategy's own are counted.
    """
    kind = dict(comparison.columns)[metric]
    if not decided or "decisions" not in kind.needs:
        return {str(name): float(mean) for name, mean in comparison.summary()[metric, "mean"].items()}
    scores = {name: [kind.score(fold) for fold in folds if fold is not None] for name, folds in decided.items()}
    return {name: float(np.mean(values)) if values else np.nan for name, values in scores.items()}


def find_best(comparison: Comparison, metric: str, scores: dict[str, float]) -> str:
    """Return the strategy with the best of the `scores`.

    Raises
    ------
    ValueError
        If no strategy has a score.
    """
    kind = dict(comparison.columns)[metric]
    known = {name: float(kind.gain(score)) for name, score in scores.items() if not np.isnan(score)}
    if not known:
        raise ValueError(f"No strategy has a score of {metric!r}. Choose the best by another metric.")
    return max(known, key=lambda name: known[name])
