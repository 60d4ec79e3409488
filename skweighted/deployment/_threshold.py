"""The threshold that out-of-fold predictions choose, and honest scores of deciding by it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from skweighted.comparison import Comparison, Predictions
from skweighted.meta import DECISION_SCORES, BestScore, Counts, PriorShare, ThresholdCurve, ThresholdRule

__all__ = ["ChosenThreshold", "choose_threshold", "score_decisions"]

_FEW_POSITIVES = 50
_DISTORTED = 1.5  # mean probability over share of positives, or the inverse


@dataclass(frozen=True)
class ChosenThreshold:
    """A threshold, the rule that chose it in words, and warnings about it."""

    value: float
    rule: str
    warnings: list[str]


def choose_threshold(comparison: Comparison, strategy: str, rule: ThresholdRule) -> ChosenThreshold:
    """Return the threshold chosen on the predictions of all repeats."""
    folds = [fold for repeat in _repeats(comparison) for fold in _folds(comparison, strategy, repeat)]
    warnings = [*_warn_of_few_positives(comparison, rule), *_warn_of_distortion(folds, rule)]
    warnings += _warn_of_lost_bound(_choose_by_others(comparison, strategy, rule))
    return ChosenThreshold(rule.choose(_join(folds)), rule.describe(), warnings)


def score_decisions(comparison: Comparison, strategy: str, rule: ThresholdRule) -> dict[str, dict[str, float]]:
    """Return mean and standard deviation of each decision score over the test folds.

    The threshold of a fold is the one that the other folds of its repeat choose. A fold has no scores if they cannot
    keep the bound that the rule sets; the card warns of that.
    """
    chosen = _choose_by_others(comparison, strategy, rule)
    counts = [_count(fold.is_positive, fold.positive_probability >= t) for fold, t in chosen if t is not None]
    scores = {name: [float(c.score(name)) for c in counts] for name in DECISION_SCORES}
    return {name: {"mean": _mean(values), "sd": _sd(values)} for name, values in scores.items()}


def _choose_by_others(
    comparison: Comparison, strategy: str, rule: ThresholdRule
) -> list[tuple[Predictions, float | None]]:
    """Return each fold with the threshold that the other folds of its repeat choose, None if they cannot."""
    repeats = [_folds(comparison, strategy, repeat) for repeat in _repeats(comparison)]
    return [(fold, _choose(rule, folds[:k] + folds[k + 1 :])) for folds in repeats for k, fold in enumerate(folds)]


def _choose(rule: ThresholdRule, folds: list[Predictions]) -> float | None:
    try:
        return rule.choose(_join(folds))
    except ValueError:
        return None


def _mean(values: list[float]) -> float:
    return float(np.mean(values)) if values else np.nan


def _sd(values: list[float]) -> float:
    return float(np.std(values, ddof=1)) if len(values) > 1 else np.nan


def _repeats(comparison: Comparison) -> range:
    return range(1, comparison.n_repeats + 1)


def _folds(comparison: Comparison, strategy: str, repeat: int) -> list[Predictions]:
    predictions = comparison.predictions
    if predictions is None:
        raise ValueError("This comparison did not keep its predictions, which a threshold is chosen by.")
    return [predictions.fold(strategy, repeat, fold) for fold in range(1, comparison.cv + 1)]


def _join(folds: list[Predictions]) -> ThresholdCurve:
    truth = np.concatenate([fold.is_positive for fold in folds])
    return ThresholdCurve(truth, np.concatenate([fold.positive_probability for fold in folds]))


def _count(truth: NDArray[np.bool_], decided: NDArray[np.bool_]) -> Counts:
    pairs = [(truth, decided), (~truth, decided), (truth, ~decided), (~truth, ~decided)]
    return Counts(*(np.float64((a & b).sum()) for a, b in pairs))  # type: ignore[arg-type]


def _warn_of_few_positives(comparison: Comparison, rule: ThresholdRule) -> list[str]:
    n_positive = comparison.class_counts[comparison.positive]
    if n_positive >= _FEW_POSITIVES or not isinstance(rule, BestScore):
        return []
    return [
        f"The threshold is uncertain: {n_positive} positive rows are few to choose it by. The share of positives "
        "(--threshold prior) needs no choice."
    ]


def _warn_of_distortion(folds: list[Predictions], rule: ThresholdRule) -> list[str]:
    if not isinstance(rule, PriorShare):
        return []
    share = float(np.mean(np.concatenate([fold.is_positive for fold in folds])))
    mean = float(np.mean(np.concatenate([fold.positive_probability for fold in folds])))
    if 1 / _DISTORTED < mean / share < _DISTORTED:
        return []
    return [
        f"The share of positives is no good threshold here: the mean probability is {mean:.3f}, the share "
        f"{share:.3f}, so the strategy distorts the probabilities. Choose the threshold by a score."
    ]


def _warn_of_lost_bound(chosen: list[tuple[Predictions, float | None]]) -> list[str]:
    n_lost = sum(threshold is None for _, threshold in chosen)
    if n_lost == 0:
        return []
    return [
        f"The bound is hard to keep: for {n_lost} of {len(chosen)} test folds no threshold keeps it on the others. "
        "The scores of decisions are those of the rest, and may be too good."
    ]
