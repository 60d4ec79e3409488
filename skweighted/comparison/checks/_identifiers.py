"""Columns that name a row and describe nothing."""

import re
from collections.abc import Iterator

import numpy as np

from skweighted.comparison.checks._base import CHECKS, Check
from skweighted.comparison.checks._facts import Facts

__all__ = ["Identifier", "RowNumber"]

_MIN_ROWS = 20
_NEARLY = 0.9  # of the rows have a value of their own
_NAMED = re.compile(r"(?:^|[_\W])(?:id|key|uuid|guid|no|nr|index)$", re.IGNORECASE)


@CHECKS.register("row_number")
class RowNumber(Check):
    """A column that counts the rows, in whatever order they are now."""

    why = "It says in which order the table was made, which new rows do not follow."
    done = "It is used as a number."
    cure = "Drop it."

    def find(self, facts: Facts) -> Iterator[tuple[tuple[str, ...], str]]:
        """Yield each such column."""
        for name in find_row_numbers(facts):
            yield (name,), f"Column {name!r} numbers the rows: each whole number from {_first(facts, name)} on once."


@CHECKS.register("identifier")
class Identifier(Check):
    """A column in which nearly every row has a value of its own."""

    why = "It cannot help with new rows, which have values of their own."
    cure = "Drop it."

    def find(self, facts: Facts) -> Iterator[tuple[tuple[str, ...], str]]:
        """Yield each such column of text, and of whole numbers that are dense or named like identifiers."""
        n_rows = len(facts.codes)
        if n_rows < _MIN_ROWS:
            return
        for name in facts.texts:
            if facts.n_values[name] > _NEARLY * n_rows:
                found = f"Column {name!r} has {facts.n_values[name]:,} different texts in {n_rows:,} rows."
                yield (name,), f"{found} Values that are so rare share one category."
        counted = find_row_numbers(facts)
        for name in facts.number_names:
            numbers = None if name in counted else facts.whole_numbers(name)
            if numbers is not None and (_NAMED.search(name) or np.ptp(numbers) < 2 * n_rows):
                yield (name,), f"Column {name!r} has another whole number in every row. It is used as a number."


def find_row_numbers(facts: Facts) -> list[str]:
    """Return the columns that hold each number from 0 or 1 on once."""
    n_rows = len(facts.codes)
    found = []
    for name in facts.number_names if n_rows >= _MIN_ROWS else []:
        numbers = facts.whole_numbers(name)
        if numbers is not None and numbers.min() in {0, 1} and np.ptp(numbers) == n_rows - 1:
            found.append(name)
    return found


def _first(facts: Facts, name: str) -> int:
    return int(facts.column(name).min())
