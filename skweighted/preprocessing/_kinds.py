"""The kinds a column may be of: numbers, dates, durations, text. Each turns a column of any type into its own."""

import decimal
from collections.abc import Callable
from dataclasses import dataclass
from numbers import Real
from typing import ClassVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.api.types import is_bool_dtype, is_numeric_dtype

from skweighted.preprocessing._dates import parse_dates, to_utc
from skweighted.preprocessing._numbers import PLAIN, NumberFormat

__all__ = ["Dates", "Durations", "Kind", "Numbers", "Text", "holds_numbers", "is_number", "naive_dates"]

FOREVER = (1, 9999)
"""Years that databases write for "always" and "for ever"; as numbers they would dwarf all others."""


@dataclass(frozen=True)
class Kind:
    """Base class of what a column may be of."""

    name: ClassVar[str]

    @property
    def convention(self) -> str:
        """Return what the columns of a table are likely to have in common: the decimal mark, what begins a date."""
        return ""

    def apply(self, column: pd.Series) -> pd.Series:
        """Return `column` as this kind; what does not fit is missing."""
        raise NotImplementedError


@dataclass(frozen=True)
class Numbers(Kind):
    """Numbers, those in text written as `form` says.

    Attributes
    ----------
    form : NumberFormat
        The decimal mark and what stands between thousands.
    """

    name: ClassVar[str] = "numeric"
    form: NumberFormat = PLAIN

    @property
    def convention(self) -> str:
        """Return the decimal mark."""
        return self.form.decimal

    def apply(self, column: pd.Series) -> pd.Series:
        """Return `column` itself if it holds numbers, else as float64."""
        if holds_numbers(column.dtype):
            return column
        return _map_values(column, self.convert)

    def convert(self, values: pd.Series) -> NDArray[np.float64]:
        """Return the numbers of a Series of objects, NaN for what is not one."""
        is_text = np.array([isinstance(value, str) for value in values], dtype=bool)
        numbers = np.full(len(values), np.nan)
        numbers[~is_text] = [float(value) if is_number(value) else np.nan for value in values[~is_text]]
        numbers[is_text] = self.form.parse(pd.Series([value.strip() for value in values[is_text]], dtype=object))
        return numbers


@dataclass(frozen=True)
class Dates(Kind):
    """Dates and times, in UTC; the first and the last year that there are stand for an open end and are missing.

    Attributes
    ----------
    day_first : bool
        Whether the day stands before the month in dates that leave it open.
    """

    name: ClassVar[str] = "dates"
    day_first: bool = True

    @property
    def convention(self) -> str:
        """Return what stands first."""
        return "day" if self.day_first else "month"

    def apply(self, column: pd.Series) -> pd.Series:
        """Return `column` as datetime64[us] without a zone."""
        dates = self.read(column)
        return dates.mask(dates.dt.year.isin(FOREVER))

    def read(self, column: pd.Series) -> pd.Series:
        """Return the dates with those that stand for an open end."""
        return naive_dates(column) if column.dtype.kind == "M" else _map_values(column, self.convert)

    def convert(self, values: pd.Series) -> NDArray[np.datetime64]:
        """Return the dates of a Series of objects, NaT for what is not one."""
        is_text = np.array([isinstance(value, str) for value in values], dtype=bool)
        dates = np.array([to_utc(value) for value in values], dtype="datetime64[us]")
        texts = pd.Series([value.strip() for value in values[is_text]], dtype=object)
        dates[is_text] = parse_dates(texts, day_first=self.day_first)
        return dates


@dataclass(frozen=True)
class Durations(Kind):
    """Durations."""

    name: ClassVar[str] = "numeric"

    def apply(self, column: pd.Series) -> pd.Series:
        """Return `column` as timedelta64."""
        return column if column.dtype.kind == "m" else pd.to_timedelta(column.astype(object), errors="coerce")


@dataclass(frozen=True)
class Text(Kind):
    """Categories: text without blanks at its ends, None for missing."""

    name: ClassVar[str] = "categorical"

    def apply(self, column: pd.Series) -> pd.Series:
        """Return `column` as text."""
        text = column.astype(object).map(lambda value: str(value).strip(), na_action="ignore").astype(object)
        return text.where(column.notna(), None)


def holds_numbers(dtype: object) -> bool:
    """Tell whether a type of columns is one of numbers or booleans; pandas takes categories of booleans for such.

    Parameters
    ----------
    dtype : dtype
        Of a column.

    Returns
    -------
    bool
        Whether its values can be computed with.
    """
    return not isinstance(dtype, pd.CategoricalDtype) and (is_numeric_dtype(dtype) or is_bool_dtype(dtype))


def is_number(value: object) -> bool:
    """Tell whether a value is a number of any type."""
    return isinstance(value, Real | decimal.Decimal | np.bool_) and not isinstance(value, np.timedelta64)


def naive_dates(column: pd.Series) -> pd.Series:
    """Return a column of datetimes of any unit and zone in microseconds and UTC."""
    if getattr(column.dt, "tz", None) is not None:
        column = column.dt.tz_convert("UTC").dt.tz_localize(None)
    return column.dt.as_unit("us")


def _map_values(column: pd.Series, convert: Callable[[pd.Series], NDArray]) -> pd.Series:
    """Return `column` with its different values, as objects, converted once each."""
    codes, values = pd.factorize(column.astype(object))
    converted = pd.Series(convert(pd.Series(values, dtype=object)))
    return converted.reindex(codes).set_axis(column.index).rename(column.name)
