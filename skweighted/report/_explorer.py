"""What the threshold slider needs: counts of decisions at some two hundred thresholds for each strategy."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from skweighted.comparison import Comparison
from skweighted.meta import ThresholdCurve

__all__ = ["explore_thresholds"]

_N_STEPS = 101


def explore_thresholds(comparison: Comparison) -> dict[str, Any] | None:
    """Return the thresholds of each strategy with their counts, from the out-of-fold predictions of the first repeat.

    Returns
    -------
    dict or None
        ``"rows"``, ``"positives"``, ``"costs"`` of a false alarm and a miss to begin with, and ``"strategies"``: for
        each ``"thresholds"``, descending, ``"tp"``, ``"fp"`` and ``"own"``, the counts (tp, fp) of its own decisions.
        None with more than two classes or without predictions.
    """
    kept = comparison.predictions
    if kept is None or comparison.positive is None:
        return None
    strategies = {}
    n_rows = n_positive = 0
    for name in comparison.strategies:
        try:
            predictions = kept.repeat(name)
        except KeyError:
            continue
        truth, decided = predictions.is_positive, predictions.decided_positive
        curve = ThresholdCurve(truth, predictions.positive_probability)
        places = _choose_places(curve)
        n_rows, n_positive = len(truth), int(truth.sum())
        strategies[name] = {
            "thresholds": [float(f"{t:.5g}") for t in curve.thresholds[places]],
            "tp": curve.counts.tp[places].astype(int).tolist(),
            "fp": curve.counts.fp[places].astype(int).tolist(),
            "own": [int((truth & decided).sum()), int((~truth & decided).sum())],
        }
    if not strategies:
        return None
    return {"rows": n_rows, "positives": n_positive, "costs": _find_costs(comparison), "strategies": strategies}


def _find_costs(comparison: Comparison) -> list[float]:
    """Return what a false alarm and a miss cost: as given, else so that both kinds of mistake weigh alike."""
    kept = comparison.predictions
    costs, positive = (None, None) if kept is None else (kept.cost_matrix, kept.positive)
    if costs is None or positive is None:
        n_positive = comparison.class_counts[comparison.positive]
        n_rows = sum(comparison.class_counts.values())
        return [1.0, max(1.0, round((n_rows - n_positive) / n_positive))]
    return [float(costs[1 - positive, positive]), float(costs[positive, 1 - positive])]


def _choose_places(curve: ThresholdCurve) -> NDArray[np.intp]:
    """Return positions of thresholds: evenly by recall, and evenly by the logarithm of the rows called positive."""
    n_called = curve.counts.tp + curve.counts.fp
    by_rows = np.searchsorted(n_called, np.geomspace(1, n_called[-1], _N_STEPS) - 0.5)
    by_recall = np.searchsorted(curve.score("recall"), np.linspace(0, 1, _N_STEPS) - 1e-9)
    last = len(curve.thresholds) - 1
    return np.unique(np.minimum(np.concatenate([[0], by_rows, by_recall, [last]]), last))
