"""What was compared, in lines: rows, classes, folds and steps."""

import numpy as np
import pandas as pd

from skweighted.comparison._scored import ScoredFolds

__all__ = ["describe"]

_MAX_CLASSES = 10  # named in the description


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
