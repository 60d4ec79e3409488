"""Rows that occur twice."""

from collections.abc import Iterator
from dataclasses import replace

import pandas as pd

from skweighted.comparison.checks._base import CHECKS, Alert, Check
from skweighted.comparison.checks._facts import Facts

__all__ = ["Copies"]

_FATES = {
    "part": (
        "Folds may part them, which flatters every strategy.",
        "Unless new rows are alike as often, keep them together (copies='together', --copies together) or drop them "
        "(copies='drop', --copies drop).",
    ),
    "together": ("Copies stay in one fold.", ""),
    "drop": ("{n:,} were left out: all but the first of those with the same label.", ""),
}


@CHECKS.register("copies")
class Copies(Check):
    """Rows that are equal in every column."""

    why = "A copy of a training row among the test rows flatters every strategy."
    cure = "Keep them together or drop them, unless new rows are alike as often."

    def find_alerts(self, facts: Facts) -> Iterator[Alert]:
        """Yield an alert that says what becomes of copies."""
        done, cure = _FATES[facts.copies]
        for alert in super().find_alerts(facts):
            n_dropped = len(facts.codes) - len(facts.first_rows)
            yield replace(alert, done=done.format(n=n_dropped), cure=cure)

    def find(self, facts: Facts) -> Iterator[tuple[tuple[str, ...], str]]:
        """Yield the number of copies, and how many are of another class."""
        if facts.n_copies:
            n_classes = pd.Series(facts.codes).groupby(facts.row_keys).transform("nunique")
            n_at_odds = int((n_classes > 1).sum())
            odd = f" {n_at_odds:,} rows have a copy of another class." if n_at_odds else ""
            one = "row is a copy of another" if facts.n_copies == 1 else "rows are copies of others"
            yield (), f"{facts.n_copies:,} {one}, in every column.{odd}"
