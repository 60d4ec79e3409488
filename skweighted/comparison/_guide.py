"""What was compared and how to read the table: sentences for the terminal, a page and a notebook alike."""

import numpy as np
import pandas as pd

from skweighted.comparison._scored import ScoredFolds
from skweighted.comparison.metrics import Metric

__all__ = ["describe", "reading_guide"]

_MAX_CLASSES = 10  # named in the description


def reading_guide(comparison: ScoredFolds, best: str = "*") -> list[str]:
    """Return sentences on how to read the table.

    Parameters
    ----------
    comparison : Comparison
    best : str, default="*"
        What marks a cell, such as "bold".

    Returns
    -------
    list of str
        A sentence each.
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
    for what in ("the ranking", "the decisions", "the probabilities", "the time"):
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


def describe(comparison: ScoredFolds) -> list[str]:
    """Return the lines."""
    n_rows = sum(comparison.class_counts.values())
    copies = f" ({comparison.n_copies:,} copies of others)" if comparison.n_copies else ""
    columns = f"{comparison.n_features:,} columns ({_describe_columns(comparison.column_kinds)})"
    lines = [f"{n_rows:,} rows{copies}, {columns}; {_describe_classes(comparison)}"]
    folds = f"{comparison.cv} {comparison.fold_kind} x {comparison.n_repeats}"
    if comparison.interrupted:
        folds += f", interrupted after {comparison.n_finished} of {comparison.cv * comparison.n_repeats}"
    at_most = "at most " if comparison.stops_early else ""
    steps = (
        f"; {at_most}{comparison.n_steps:,} gradient steps in every fit{_of_what(comparison)}"
        if comparison.n_steps
        else ""
    )
    lines.append(folds + steps)
    if comparison.constraint:
        lines.append(f"decisions at a threshold with {comparison.constraint}, chosen inside the training folds")
    if comparison.stops_early and (epochs := _describe_epochs(comparison)):
        lines.append(epochs)
    if comparison.left_out:
        names = ", ".join(comparison.left_out)
        lines.append(f"left out, because the data or the classifier do not allow them: {names}")
    return lines


def _of_what(comparison: ScoredFolds) -> str:
    """Return which fits take the steps, if not all do."""
    steps = comparison.steps or {}
    return " of a network" if None in steps.values() else ""


def _describe_columns(kinds: dict[str, int]) -> str:
    present = {kind: n for kind, n in kinds.items() if n}
    if len(present) == 1:
        return f"all {next(iter(present))}"
    return ", ".join(f"{n:,} {kind.removesuffix('s') if n == 1 else kind}" for kind, n in present.items())


def _describe_classes(comparison: ScoredFolds) -> str:
    counts = comparison.class_counts
    n_rows = sum(counts.values())
    parts = [f"{label!r}: {count:,} ({count / n_rows:.1%})" for label, count in counts.items()]
    if comparison.positive is not None:
        return f"classes {', '.join(parts)}; positive {comparison.positive!r}"
    more = f" and {len(parts) - _MAX_CLASSES} more" if len(parts) > _MAX_CLASSES else ""
    return f"{len(parts)} classes {', '.join(parts[:_MAX_CLASSES])}{more}"


def _describe_epochs(comparison: ScoredFolds) -> str:
    """Return how long the strategies trained before they stopped, if that is known."""
    kept = comparison.predictions
    results = [] if kept is None else [r for r in kept.results.values() if not np.isnan(r.n_epochs)]
    epochs = pd.Series([r.n_epochs for r in results], index=[r.strategy for r in results], dtype=float)
    medians = epochs.groupby(level=0, sort=False).median()
    named = ", ".join(f"{name} {median:.0f}" for name, median in medians.items())
    return f"epochs until they stopped, medians: {named}" if named else ""
