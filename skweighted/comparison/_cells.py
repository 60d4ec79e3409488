"""The cells of the table for people: numbers and marks as data, and as text."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from skweighted.comparison._differences import not_worse_than_best
from skweighted.comparison._scored import ScoredFolds

__all__ = ["Cell", "format_cells", "make_cells"]


@dataclass(frozen=True)
class Cell:
    """A score of a strategy.

    Attributes
    ----------
    text : str
        The mean, or why there is none.
    spread : str
        The standard deviation; empty if there is none.
    is_best : bool
        Whether the mean is not significantly worse than the best of its column.
    """

    text: str
    spread: str = ""
    is_best: bool = False


def make_cells(comparison: ScoredFolds) -> pd.DataFrame:
    """Return a :class:`Cell` for each strategy and heading, the last of the median seconds of a fit.

    Parameters
    ----------
    comparison : Comparison
        What to show.

    Returns
    -------
    DataFrame of Cell
        A row a strategy, a column a metric, and one of seconds.
    """
    summary, table = comparison.summary(), comparison.paired()
    reasons = _explain_gaps(comparison, table)
    cells = pd.DataFrame(index=summary.index)
    headings = comparison.headings
    for name, metric in comparison.columns:
        best = not_worse_than_best(comparison, name, metric)
        parts = zip(summary[name, "mean"], summary[name, "sd"], reasons, best, strict=True)
        cells[headings[name]] = [_make_cell(*values) for values in parts]
    # the median, because the first fit compiles
    seconds = table[table["metric"] == "fit_seconds"].groupby("strategy")["value"].median()
    cells["Fit s"] = [Cell(f"{s:.2f}" if np.isfinite(s) else "") for s in seconds.reindex(summary.index)]
    return cells


def _explain_gaps(comparison: ScoredFolds, table: pd.DataFrame) -> list[str]:
    """Return for each strategy why it would have no score; one that fitted has some that are not defined for it."""
    seconds = table[table["metric"] == "fit_seconds"].groupby("strategy")["value"]
    failed = seconds.agg(lambda values: values.isna().any())
    words = {name: "failed" if failed[name] else "undefined" for name in failed.index}
    return [words.get(name, "not finished") for name in comparison.strategies]


def _make_cell(mean: float, sd: float, reason: str, is_best: bool) -> Cell:
    if np.isnan(mean):
        return Cell(reason)
    return Cell(f"{mean:.3f}", "" if np.isnan(sd) else f"{sd:.3f}", is_best)


def format_cells(cells: pd.DataFrame, best: tuple[str, str]) -> pd.DataFrame:
    """Return the cells as text, with `best` around those that are, and blanks of its width around the others."""
    blank = " " * len(best[0]), " " * len(best[1])

    def show(cell: Cell) -> str:
        before, after = best if cell.is_best else blank
        return f"{before}{cell.text}{' ± ' if cell.spread else ''}{cell.spread}{after}"

    return cells.apply(lambda column: column.map(show if column.name != "Fit s" else lambda cell: cell.text))
