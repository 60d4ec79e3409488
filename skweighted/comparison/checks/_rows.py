"""Rows that occur twice."""

from collections.abc import Iterator

import pandas as pd

from skweighted.comparison.checks._base import CHECKS, Check
from skweighted.comparison.checks._facts import Facts

__all__ = ["Copies"]


@CHECKS.register("copies")
class Copies(Check):
    """Rows that are equal in every column."""

    why = "A copy of a training row among the test rows flatters every strategy."
    done = "Folds may part them, which flatters every strategy."
    cure = "Drop them, unless rows of new cases are alike as often."

    def find(self, facts: Facts) -> Iterator[tuple[tuple[str, ...], str]]:
        """Yield the number of copies, and how many are of another class."""
        if facts.n_copies:
            n_classes = pd.Series(facts.codes).groupby(facts.row_keys).transform("nunique")
            n_at_odds = int((n_classes > 1).sum())
            odd = f" {n_at_odds:,} rows have a copy of another class." if n_at_odds else ""
            one = "row is a copy of another" if facts.n_copies == 1 else "rows are copies of others"
            yield (), f"{facts.n_copies:,} {one}, in every column.{odd}"
