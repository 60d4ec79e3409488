"""Every strategy against one of them, or against the best: tests of the scores of their common folds."""

import numpy as np
import pandas as pd

from skweighted._base.errors import did_you_mean, parameter_error
from skweighted.comparison._scored import ScoredFolds
from skweighted.comparison._statistics import adjust_holm, compare_paired
from skweighted.comparison.metrics import Metric

__all__ = ["ALPHA", "find_differences", "find_differences_by", "find_reference", "not_worse_than_best"]

ALPHA = 0.05
"""Below this a p-value is called significant, once it is adjusted for the number of strategies."""


def find_reference(comparison: ScoredFolds, reference: str | None = None) -> str:
    """Return the strategy that the others are tested against.

    Raises
    ------
    ValueError
        If no strategy is called so.
    """
    names = comparison.strategies
    if reference is None:
        return next((name for name in ("threshold", "none") if name in names), names[0])
    if reference not in names:
        rule, hint = f"one of {', '.join(names)}", did_you_mean(reference, names)
        raise ValueError(parameter_error("reference", "Comparison.differences", rule, reference, hint))
    return reference


def find_differences(comparison: ScoredFolds, reference: str | None, *, confidence: float = 0.95) -> pd.DataFrame:
    """Return the table that :meth:`Comparison.differences` describes."""
    against = find_reference(comparison, reference)
    parts = [
        find_differences_by(comparison, name, metric, against, confidence=confidence)
        for name, metric in comparison.columns
    ]
    return pd.concat(parts, ignore_index=True)


def find_differences_by(
    comparison: ScoredFolds, name: str, metric: Metric, reference: str, *, confidence: float = 0.95
) -> pd.DataFrame:
    """Return the part of the table that is about one metric."""
    scores = _scores(comparison, name, metric)
    rows = []
    for strategy in (s for s in comparison.strategies if s != reference):
        d = scores[strategy] - scores[reference]
        found = compare_paired(d, test_ratio=comparison.overlap, rope=metric.rope, confidence=confidence)
        better, worse = found.p_above, found.p_below
        if not metric.greater_is_better or metric.target is not None:
            better, worse = worse, better
        facts = {"metric": name, "strategy": strategy, "reference": reference, "mean": found.mean}
        facts |= {"low": found.low, "high": found.high, "p_value": found.p_value, "p_holm": np.nan}
        rows.append(facts | {"p_better": better, "p_equal": found.p_equal, "p_worse": worse, "rope": metric.rope})
    columns = ["metric", "strategy", "reference", "mean", "low", "high", "p_value", "p_holm"]
    table = pd.DataFrame(rows, columns=[*columns, "p_better", "p_equal", "p_worse", "rope"])
    return table.assign(p_holm=adjust_holm(table["p_value"].to_numpy(dtype=np.float64)))


def _scores(comparison: ScoredFolds, name: str, metric: Metric) -> pd.DataFrame:
    """Return scores, or distances from a target, of the common folds (rows) by strategy (columns)."""
    table = comparison.paired()
    wide = table[table["metric"] == name].pivot(index=["repeat", "fold"], columns="strategy", values="value")
    wide = wide.reindex(columns=list(comparison.strategies))
    return wide if metric.target is None else (wide - metric.target).abs()


def not_worse_than_best(comparison: ScoredFolds, name: str, metric: Metric) -> list[bool]:
    """Return for each strategy whether its mean is not significantly worse than the best one.

    The best itself is not, nor is one that equals it in three decimals. If nothing can be tested, no other is.
    """
    scores = _scores(comparison, name, metric)
    lower = metric.target is not None or not metric.greater_is_better
    means = scores.mean(skipna=False) * (-1 if lower else 1)
    if means.isna().all():
        return [False] * len(means)
    best = means.idxmax()
    p = []
    for strategy in scores.columns:
        found = compare_paired(scores[strategy] - scores[best], test_ratio=comparison.overlap)
        p.append(np.nan if strategy == best else found.p_value / 2)  # one-sided: the best is the better one
    adjusted = adjust_holm(p)
    near = (means.round(3) == means[best].round(3)).to_numpy()
    return ((adjusted >= ALPHA) | near).tolist()
