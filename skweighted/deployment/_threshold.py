"""The threshold that out-of-fold predictions choose, and honest scores of deciding by it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from skweighted.comparison import Comparison, Predictions
from skweighted.meta import DECISION_SCORES, BestScore, Counts, PriorShare, ThresholdCurve, ThresholdRule

__all__ = ["ChosenThreshold", "choose_threshold", "decide_by_others", "score_decisions"]

_FEW_POSITIVES = 50
_DISTORTED = 1.5  # mean probability over share of positives, or the inverse

Decided = Sequence[Predictions | None]
"""The test folds with decisions at a threshold that others chose; None for a fold whose threshold could not be."""


@dataclass(frozen=True)
class ChosenThreshold:
    """A threshold, the rule that chose it in words, and warnings about it."""

    value: float
    rule: str
    warnings: list[str]


def choose_threshold(comparison: Comparison, strategy: str, rule: ThresholdRule, decided: Decided) -> ChosenThreshold:
    """Return the threshold chosen on the predictions of all repeats.

    Parameters
    ----------
    comparison : Comparison
    strategy : str
    rule : ThresholdRule
    decided : sequence of Predictions or None
        What :func:`decide_by_others` returns.
    """
    joined = _join([fold for repeat in _repeats(comparison) for fold in _folds(comparison, strategy, repeat)])
    warnings = [*_warn_of_few_positives(comparison, rule), *_warn_of_distortion(joined, rule)]
    warnings += _warn_of_lost_bound(decided)
    return ChosenThreshold(rule.choose(_curve(joined)), rule.describe(), warnings)


def decide_by_others(
    comparison: Comparison, strategy: str, rule: ThresholdRule, *, only_earlier: bool = False
) -> list[Predictions | None]:
    """Return each test fold with decisions at the threshold that the other folds of its repeat choose.

    Parameters
    ----------
    comparison : Comparison
    strategy : str
    rule : ThresholdRule
    only_earlier : bool, default=False
        Whether the folds are in the order of time, so that only those before choose. The first fold is then left out.

    Returns
    -------
    list of Predictions or None
        None if no threshold does what the rule wants on the others.
    """
    decided = []
    for repeat in _repeats(comparison):
        folds = _folds(comparison, strategy, repeat)
        for k, fold in enumerate(folds):
            others = folds[:k] if only_earlier else folds[:k] + folds[k + 1 :]
            if others:
                decided.append(_decide(fold, _choose(rule, others)))
    return decided


def score_decisions(decided: Decided) -> dict[str, dict[str, float]]:
    """Return mean and standard deviation of each decision score over the test folds that have decisions."""
    counts = [_count(fold) for fold in decided if fold is not None]
    scores = {name: [float(c.score(name)) for c in counts] for name in DECISION_SCORES}
    return {name: {"mean": _mean(values), "sd": _sd(values)} for name, values in scores.items()}


def _choose(rule: ThresholdRule, folds: list[Predictions]) -> float | None:
    try:
        return rule.choose(_curve(_join(folds)))
    except ValueError:
        return None


def _decide(fold: Predictions, threshold: float | None) -> Predictions | None:
    if threshold is None or fold.positive is None:
        return None
    decisions = np.where(fold.positive_probability >= threshold, fold.positive, 1 - fold.positive)
    return replace(fold, decisions=decisions)


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


def _join(folds: list[Predictions]) -> Predictions:
    weights = [fold.sample_weight for fold in folds if fold.sample_weight is not None]
    return replace(
        folds[0],
        truth=np.concatenate([fold.truth for fold in folds]),
        probabilities=np.concatenate([fold.probabilities for fold in folds]),
        decisions=np.concatenate([fold.decisions for fold in folds]),
        sample_weight=np.concatenate(weights) if weights else None,
    )


def _curve(rows: Predictions) -> ThresholdCurve:
    return ThresholdCurve(rows.is_positive, rows.positive_probability, sample_weight=rows.sample_weight)


def _count(fold: Predictions) -> Counts:
    truth, decided = fold.is_positive, fold.decided_positive
    pairs = [(truth, decided), (~truth, decided), (truth, ~decided), (~truth, ~decided)]
    return Counts(*(_total(fold, a & b) for a, b in pairs))  # type: ignore[arg-type]


def _total(fold: Predictions, chosen: NDArray[np.bool_]) -> np.float64:
    return np.float64(chosen.sum() if fold.sample_weight is None else fold.sample_weight[chosen].sum())


def _warn_of_few_positives(comparison: Comparison, rule: ThresholdRule) -> list[str]:
    n_positive = comparison.class_counts[comparison.positive]
    if n_positive >= _FEW_POSITIVES or not isinstance(rule, BestScore):
        return []
    return [
        f"The threshold is uncertain: {n_positive} positive rows are few to choose it by. The share of positives "
        "(--threshold prior) needs no choice."
    ]


def _warn_of_distortion(rows: Predictions, rule: ThresholdRule) -> list[str]:
    if not isinstance(rule, PriorShare):
        return []
    share = float(np.average(rows.is_positive, weights=rows.sample_weight))
    mean = float(np.average(rows.positive_probability, weights=rows.sample_weight))
    if 1 / _DISTORTED < mean / share < _DISTORTED:
        return []
    return [
        f"The share of positives is no good threshold here: the mean probability is {mean:.3f}, the share "
        f"{share:.3f}, so the strategy distorts the probabilities. Choose the threshold by a score."
    ]


def _warn_of_lost_bound(decided: Decided) -> list[str]:
    n_lost = sum(fold is None for fold in decided)
    if n_lost == 0:
        return []
    return [
        f"The bound is hard to keep: for {n_lost} of {len(decided)} test folds no threshold keeps it on the others. "
        "The scores of decisions are those of the rest, and may be too good."
    ]
