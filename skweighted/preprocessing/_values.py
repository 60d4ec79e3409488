"""The different values of a column, and how many rows have each."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

__all__ = ["MISSING_WORDS", "Values"]

MISSING_WORDS = frozenset({"", "?", "na", "n/a", "nan", "null", "none", "nat", "<na>", "#n/a"})
"""Texts, in small letters, that stand for a missing number or date."""

_ODD_SHARE = 0.1  # of the rows with a value; if more do not fit, they are no exceptions
_MAX_EXAMPLES = 3


@dataclass(frozen=True)
class Values:
    """The different values of a column that are not missing.

    Attributes
    ----------
    values : Series of object of shape (n_values,)
        Text without blanks at its ends.
    counts : ndarray of int of shape (n_values,)
    is_text : ndarray of bool of shape (n_values,)
    """

    values: pd.Series
    counts: NDArray[np.intp]
    is_text: NDArray[np.bool_]

    @classmethod
    def of(cls, column: pd.Series) -> "Values":
        """Count the values of a column."""
        codes, found = pd.factorize(column.astype(object))
        values = [value.strip() if isinstance(value, str) else value for value in found]
        is_text = np.array([isinstance(value, str) for value in values], dtype=bool)
        present = np.array(
            [not (t and v.casefold() in MISSING_WORDS) for t, v in zip(is_text, values, strict=True)], bool
        )
        counts = np.bincount(codes[codes >= 0], minlength=len(values))
        return cls(pd.Series(values, dtype=object)[present].reset_index(drop=True), counts[present], is_text[present])

    @property
    def texts(self) -> "pd.Series[str]":
        """Return those that are text."""
        return self.values[self.is_text]

    @property
    def n_rows(self) -> int:
        """Return the number of rows that have a value."""
        return int(self.counts.sum())

    def are(self, *types: type) -> bool:
        """Tell whether all are of one of the types."""
        return all(isinstance(value, types) for value in self.values)

    def count_odd(self, fits: NDArray[np.bool_]) -> int:
        """Return the number of rows whose value does not fit."""
        return int(self.counts[~fits].sum())

    def nearly_all(self, fits: NDArray[np.bool_]) -> bool:
        """Tell whether so few rows do not fit that they are exceptions."""
        return self.count_odd(fits) <= _ODD_SHARE * self.n_rows

    def name_odd(self, fits: NDArray[np.bool_], what: str) -> str:
        """Return ``1 of 400 values is not a number ('err')``, or nothing if all fit."""
        if fits.all():
            return ""
        n_odd = self.count_odd(fits)
        examples = ", ".join(repr(str(value)) for value in self.values[~fits][:_MAX_EXAMPLES])
        more = ", ..." if (~fits).sum() > _MAX_EXAMPLES else ""
        return f"{n_odd:,} of {self.n_rows:,} values {'is' if n_odd == 1 else 'are'} not {what} ({examples}{more})"
