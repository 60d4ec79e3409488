"""How to read the table: sentences for the terminal, a page and a notebook alike."""

from skweighted.comparison._scored import ScoredFolds
from skweighted.comparison.metrics import Metric

__all__ = ["reading_guide"]


def reading_guide(comparison: ScoredFolds, best: str = "*") -> list[str]:
    """Return sentences on how to read the table.

    Parameters
    ----------
    comparison : Comparison
    best : str, default="*"
        What marks a cell, such as "bold".
    """
    lines = [
        f"{_describe_means(comparison)}; {best}: not significantly worse than the best of the column, by the corrected "
        "resampled t-test. The ± is the spread of folds, not the doubt about a difference: folds are paired."
    ]
    lines += _doubt_the_test(comparison) + _describe_metrics(comparison)
    lines += [str(alert) for alert in comparison.alerts if not alert.is_warning]
    if {"none", "threshold"} <= set(comparison.strategies):
        lines.append(
            "threshold is the network of none, with its decision moved to the class shares: the mark to beat for all "
            "that distort the probabilities."
        )
    return lines


def _doubt_the_test(comparison: ScoredFolds) -> list[str]:
    """Say what is not valid of the test, unless the folds are cut at random."""
    lines = []
    if "groups" in comparison.fold_kind:
        lines.append("Groups make folds of unequal size: take intervals and p-values for approximate.")
    if not comparison.fold_kind.startswith("stratified folds"):
        lines.append(
            "The test is made for folds cut at random. If time orders the folds, or you cut them yourself, its "
            "intervals and p-values are not valid: read them as hints."
        )
    return lines


def _describe_means(comparison: ScoredFolds) -> str:
    n_folds = comparison.n_finished
    if n_folds == 0:
        return "No fold was finished by every strategy: means over what each finished"
    return f"Mean ± standard deviation over {n_folds} test fold{'s' * (n_folds > 1)}"


def _describe_metrics(comparison: ScoredFolds) -> list[str]:
    headings = comparison.headings
    parts = []
    for what in ("the ranking", "the decisions", "the probabilities"):
        names = [_name(headings[name], m) for name, m in comparison.columns if m.judges == what]
        if names:
            parts.append(f"{_join(names)} judge{'s' * (len(names) == 1)} {what}")
    lines = [f"{'; '.join(parts)}."]
    if len(comparison.class_counts) > 2:  # two classes have a positive one, on which the scores are
        lines.append(
            "With many classes most scores are means over the classes, each against the rest; Brier scores run from 0 "
            "to 2."
        )
    return lines


def _name(heading: str, metric: Metric) -> str:
    """Return the heading with what is best, unless the greatest is."""
    if metric.target is not None:
        return f"{heading} (best at {metric.target:g})"
    return heading if metric.greater_is_better else f"{heading} (lower is better)"


def _join(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
