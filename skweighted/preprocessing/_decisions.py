"""What a column is taken for, decided by all its values, and what is to be said about it."""

import datetime
import re
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from skweighted.preprocessing._dates import read_dates
from skweighted.preprocessing._kinds import (
    FOREVER,
    Dates,
    Durations,
    Kind,
    Numbers,
    Text,
    holds_numbers,
    is_number,
    naive_dates,
)
from skweighted.preprocessing._numbers import read_numbers
from skweighted.preprocessing._values import Values

__all__ = ["Decision", "decide_column"]

_MENTIONED_SHARE = 0.5  # of other values in a column of text, up to which its numbers are worth a word


@dataclass(frozen=True)
class Decision:
    """What a column is taken for.

    Attributes
    ----------
    kind : Kind
    example : str
        A value that is written in a way of its own, such as ``"1,5"``; empty if there is none.
    odd : str
        Which values do not fit; empty if all do.
    forever : str
        Which dates stand for an open end; empty if none do.
    proven : str
        What the values prove: the decimal mark, or what stands first in a date; empty if they prove nothing.
    rival : Kind or None
        What the column may be as well.
    """

    kind: Kind
    example: str = ""
    odd: str = ""
    forever: str = ""
    proven: str = ""
    rival: Kind | None = None

    def resolve(self, proven: set[str]) -> "Decision":
        """Return the decision that agrees with what other columns prove; itself if they do not tell."""
        if self.rival is None:
            return self
        agreeing = [kind for kind in (self.kind, self.rival) if kind.convention in proven]
        return replace(self, kind=agreeing[0], rival=None) if len(agreeing) == 1 else self


def decide_column(column: pd.Series, decimal: str | None = None) -> Decision:
    """Return what `column` is taken for.

    Parameters
    ----------
    column : Series
    decimal : {".", ","} or None, default=None
        The decimal mark of numbers written as text, if it is known.
    """
    if holds_numbers(column.dtype):
        return Decision(Numbers())
    if column.dtype.kind == "M":
        return Decision(Dates(), forever=_name_forever(naive_dates(column)))
    if column.dtype.kind == "m":
        return Decision(Durations())
    if isinstance(column.dtype, pd.CategoricalDtype | pd.IntervalDtype):
        return Decision(Text())
    try:
        values = Values.of(column)
    except TypeError:
        raise ValueError(
            f"Column {str(column.name)!r} holds lists or other values that cannot be compared. Make text or numbers of "
            "them, or drop it."
        ) from None
    decision = _decide_objects(values, decimal)
    if isinstance(decision.kind, Dates):
        return replace(decision, forever=_name_forever(decision.kind.read(column)))
    return decision


def _decide_objects(values: Values, decimal: str | None) -> Decision:
    if values.n_rows == 0:
        return Decision(Text())
    if values.are(datetime.timedelta, np.timedelta64):
        return Decision(Durations())
    if values.are(datetime.date, np.datetime64, pd.Period, str) and (dates := _decide_dates(values)):
        return dates
    if all(isinstance(value, str) or is_number(value) for value in values.values):
        return _decide_numbers(values, decimal)
    return Decision(Text())


def _decide_numbers(values: Values, decimal: str | None) -> Decision:
    """Return numbers if nearly all values are some, else text."""
    reading = read_numbers(values.texts, values.counts[values.is_text], decimal)
    fits = ~values.is_text
    fits[values.is_text] = ~np.isnan(reading.numbers)
    odd = values.name_odd(fits, "a number")
    if not values.nearly_all(fits):
        mixed = values.count_odd(fits) <= _MENTIONED_SHARE * values.n_rows
        return Decision(Text(), odd=odd if mixed else "")
    rival = None if reading.rival is None else Numbers(reading.rival)
    example = _find_example(values.texts[fits[values.is_text]], r"[^\d.eE+-]|\..*\." if rival is None else r"[.,]")
    return Decision(Numbers(reading.form), example, odd, proven=reading.proven, rival=rival)


def _decide_dates(values: Values) -> Decision | None:
    """Return dates if nearly all values are some."""
    reading = read_dates(values.texts, values.counts[values.is_text])
    fits = ~values.is_text
    fits[values.is_text] = ~np.isnat(reading.dates)
    if not values.nearly_all(fits):
        return None
    kind = Dates(reading.day_first)
    example = _find_example(values.texts[fits[values.is_text]], r"^(?!\d{4}-)")
    odd = values.name_odd(fits, "a date")
    if reading.proven:
        return Decision(kind, example, odd, proven=kind.convention if example[2:3] in {"/", "-"} else "")
    return Decision(kind, example, odd, rival=Dates(not reading.day_first))


def _find_example(texts: "pd.Series[str]", pattern: str) -> str:
    search = re.compile(pattern).search
    return next((text for text in texts if search(text)), "")


def _name_forever(dates: pd.Series) -> str:
    """Return ``3 of 400 dates are of the year 9999 or 1``, or nothing if none are."""
    n_open = int(dates.dt.year.isin(FOREVER).sum())
    verb = "date is" if n_open == 1 else "dates are"
    return f"{n_open:,} of {dates.notna().sum():,} {verb} of the year 9999 or 1, an open end" if n_open else ""
