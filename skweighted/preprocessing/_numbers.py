"""Numbers written as text: ``1,234.50``, ``1.234,50``, ``1 234``, ``$3.50``, ``12 %``, ``(7)``.

Which mark is the decimal one is decided by all values of a column together: ``950`` and ``1,705`` in one column are
thousands, ``0,5`` and ``1,705`` are decimals.
"""

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

__all__ = ["PLAIN", "NumberFormat", "NumberReading", "read_numbers"]

_CURRENCY = r"[$€£¥₹₽₩₺]|US\$|USD|EUR|GBP|CHF|JPY|CNY|INR|CAD|AUD|NZD|SEK|NOK|DKK|PLN|CZK|HUF|BRL|MXN|ZAR|kr|Fr\."
_WRITTEN = re.compile(
    rf"(?P<open>\()?(?P<sign>[+-]?) ?(?P<before>{_CURRENCY})? ?(?P<inner>[+-]?)"
    r"(?P<digits>\d(?:[\d., ']*\d)?[.,]?|[.,]\d+)(?P<power>[eE][+-]?\d+)?"
    rf" ?(?P<after>%|{_CURRENCY})?(?P<close>\))?"
)
_SAME = str.maketrans({"\u00a0": " ", "\u202f": " ", "\u2009": " ", "\u2212": "-", "\u2019": "'"})
_INFINITE = re.compile(r"[+-]?inf(?:inity)?", re.IGNORECASE)
_GROUPED = re.compile(r"[+-]?[1-9]\d{0,2},\d{3}")
_SAMPLE = 500
_SAMPLE_SHARE = 0.5


@dataclass(frozen=True)
class NumberFormat:
    """How a column writes its numbers: the decimal mark, and what may stand between thousands.

    Attributes
    ----------
    decimal, thousands : str
        One character each; no `thousands` is an empty string.
    """

    decimal: str = "."
    thousands: str = ""

    def parse(self, values: "pd.Series[str]") -> NDArray[np.float64]:
        """Return the numbers, NaN for what is not a number in this format."""
        numbers = self._parse_ungrouped(values)
        left = np.flatnonzero(np.isnan(numbers))
        numbers[left] = self._parse_parts([_split(values.iloc[i]) for i in left])
        return numbers

    def _parse_ungrouped(self, values: "pd.Series[str]") -> NDArray[np.float64]:
        """Return numbers with nothing but a sign and a decimal mark, by C code, NaN for the others."""
        if self.decimal == ",":
            values = pd.Series([value.replace(",", ".") if "." not in value else "" for value in values], dtype=object)
        return _to_numbers(values)

    def _parse_parts(self, parts: list[tuple[str, str]]) -> NDArray[np.float64]:
        body = self._compile()
        return np.array([self._to_float(sign, digits) if body.fullmatch(digits) else np.nan for sign, digits in parts])

    def _compile(self) -> re.Pattern[str]:
        decimal, thousands = re.escape(self.decimal), re.escape(self.thousands)
        grouped = rf"[1-9]\d{{0,2}}(?:{thousands}\d{{3}})+|" if thousands else ""
        return re.compile(rf"(?:(?:{grouped}\d+)(?:{decimal}\d*)?|{decimal}\d+)(?:[eE][+-]?\d+)?|inf")

    def _to_float(self, sign: str, digits: str) -> float:
        ungrouped = digits.replace(self.thousands, "") if self.thousands else digits
        return float(sign + ungrouped.replace(self.decimal, "."))


PLAIN = NumberFormat()
_FORMATS = [NumberFormat(d, t) for t in (",", ".", " ", "'") for d in ".," if d != t]


@dataclass(frozen=True)
class NumberReading:
    """A column of text read as numbers in the format that fits most of its rows.

    Attributes
    ----------
    form : NumberFormat
    numbers : ndarray of shape (n_values,)
        NaN for what is not a number.
    proven : str
        The decimal mark that the values prove, empty if they prove none.
    rival : NumberFormat or None
        Another format that fits as many rows and gives other numbers.
    """

    form: NumberFormat
    numbers: NDArray[np.float64]
    proven: str = ""
    rival: NumberFormat | None = None


def read_numbers(values: "pd.Series[str]", counts: NDArray[np.intp], decimal: str | None = None) -> NumberReading:
    """Return the reading of a column of text that gives the most rows a number.

    Parameters
    ----------
    values : Series of str of shape (n_values,)
        The different values of the column.
    counts : ndarray of int of shape (n_values,)
        How many rows have each.
    decimal : {".", ","} or None, default=None
        The decimal mark if it is known.
    """
    if not _look_like_numbers(values):
        return NumberReading(PLAIN, np.full(len(values), np.nan))
    quick = _read_decimal_commas(values) if decimal in {None, ","} else None
    return quick or _read_any_format(values, counts, decimal)


def _look_like_numbers(values: "pd.Series[str]") -> bool:
    """Tell whether most of an even sample is written like numbers, so that columns of text cost little."""
    sample = values.iloc[:: max(1, len(values) // _SAMPLE)]
    return sum(_split(value)[1] != "" for value in sample) >= _SAMPLE_SHARE * len(sample)


def _read_decimal_commas(values: "pd.Series[str]") -> NumberReading | None:
    """Return the reading of a column that is nothing but numbers with decimal commas: the frequent case, by C code."""
    form = NumberFormat(",")
    numbers = form._parse_ungrouped(values)
    if np.isnan(numbers).any():
        return None
    proves = any("," in value and not _GROUPED.fullmatch(value) for value in values)
    return NumberReading(form, numbers, proven=",") if proves else None


def _to_numbers(values: "pd.Series[str]") -> NDArray[np.float64]:
    numbers = pd.to_numeric(values.astype(object), errors="coerce")
    return np.array(numbers.to_numpy(dtype="float64", na_value=np.nan))  # a copy that can be written to


def _read_any_format(values: "pd.Series[str]", counts: NDArray[np.intp], decimal: str | None) -> NumberReading:
    parts = [_split(value) for value in values]
    if len({unit for value in values if (unit := _unit(value))}) > 1:  # dollars and euros are not one measure
        return NumberReading(PLAIN, np.full(len(values), np.nan))
    forms = [form for form in _FORMATS if decimal in {None, form.decimal}]
    readings = {form: form._parse_parts(parts) for form in forms}
    rows = {form: counts[~np.isnan(numbers)].sum() for form, numbers in readings.items()}
    best = [form for form in forms if rows[form] == max(rows.values())]
    digits = [d for _, d in parts if d]
    chosen = _prefer(digits, best)
    rival = next((f for f in best if not np.array_equal(readings[f], readings[chosen], equal_nan=True)), None)
    proven = chosen.decimal if len({form.decimal for form in best}) == 1 else ""
    if not any(chosen.thousands in d for d in digits):
        chosen = NumberFormat(chosen.decimal)
    return NumberReading(chosen, readings[best[0]] if rival is None else chosen.parse(values), proven, rival)


def _prefer(digits: list[str], tied: list[NumberFormat]) -> NumberFormat:
    """Return the likelier of formats that fit alike.

    A point is decimal unless the rest of the table proves otherwise. A comma before three digits separates thousands,
    unless a number of four digits or more goes without.
    """
    ungrouped = any(d.isdecimal() and len(d) > 3 for d in digits)
    decimal = "," if ungrouped and any("," in d for d in digits) else "."
    return next((form for form in tied if form.decimal == decimal), tied[0])


def _split(value: str) -> tuple[str, str]:
    """Return sign and digits with their power of ten; no digits for what is not written like a number."""
    value = value.translate(_SAME)
    if _INFINITE.fullmatch(value):
        return value[0].replace("i", "").replace("I", ""), "inf"
    found = _WRITTEN.fullmatch(value)
    if not found or bool(found["open"]) != bool(found["close"]) or (found["before"] and found["after"]):
        return "", ""
    signs = (found["sign"] + found["inner"]).replace("+", "") + ("-" if found["open"] else "")
    return ("", "") if len(signs) > 1 else (signs, found["digits"] + (found["power"] or ""))


def _unit(value: str) -> str:
    found = _WRITTEN.fullmatch(value.translate(_SAME))
    return "" if found is None else found["before"] or found["after"] or ""
