"""Dates written as text, with or without a time: ISO 8601, ``31.12.2020``, ``12/31/2020``, ``31-Dec-2020``, ...

Whether the day or the month stands first is decided by all values of a column together.
"""

import datetime
import re
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

__all__ = ["DateReading", "parse_dates", "read_dates", "to_utc"]

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = rf"(?P<name>{'|'.join(_MONTHS)})[a-z]*\.?"
_DATES = [
    r"(?P<year>\d{4})(?P<mark>[-/.])(?P<month>\d{1,2})(?P=mark)(?P<day>\d{1,2})",
    r"(?P<year>\d{4})-(?P<month>\d\d)",
    r"(?P<first>\d{1,2})(?P<mark>[-/.])(?P<second>\d{1,2})(?P=mark)(?P<year>\d{4})",
    r"(?P<first>\d\d?)/(?P<second>\d\d?)/(?P<year>\d\d)",
    r"(?P<first>\d\d)(?P<mark>[-.])(?P<second>\d\d)(?P=mark)(?P<year>\d\d)",
    rf"(?P<day>\d{{1,2}})\.?[ -]?{_MONTH}[ ,-]*(?P<year>\d{{4}}|\d\d)",
    rf"{_MONTH} ?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,? (?P<year>\d{{4}})",
]
_TIME = (
    r"(?:(?:T|,? +)(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second_of>\d\d)(?P<fraction>[.,]\d+)?)?"
    r"(?: ?(?P<half>[ap])\.?m\.?)?)?(?: ?(?P<zone>Z|UTC|GMT|[+-]\d\d(?::?\d\d)?))?"
)
_PATTERNS = [re.compile(date + _TIME, re.IGNORECASE) for date in _DATES]
_CENTURY = 69  # two digits from here on are of the 20th century, as in POSIX
_PLAUSIBLE = (1000, 2999)  # years; article numbers such as 4711-05 are no dates
_OPEN = (1, 9999)  # years that databases write for "always" and "for ever"
_MIN_MONTH_YEAR, _MAX_MONTH_YEAR = 1800, 2199  # of months without a day, which other codes look like, too
_SAMPLE, _SAMPLE_SHARE = 200, 0.5


@dataclass(frozen=True)
class DateReading:
    """A column of text read as dates.

    Attributes
    ----------
    day_first : bool
        Whether 5/6/2020 is the fifth of June.
    dates : ndarray of datetime64[us] of shape (n_values,)
        In UTC; NaT for what is not a date.
    proven : bool
        Whether the values prove which stands first.
    """

    day_first: bool
    dates: NDArray[np.datetime64]
    proven: bool


def read_dates(values: "pd.Series[str]", counts: NDArray[np.intp]) -> DateReading:
    """Return the reading that gives the most rows of a column a date; parameters as in `read_numbers`."""
    sample = values.iloc[:: max(1, len(values) // _SAMPLE)]
    if sum(_match(value) is not None for value in sample) < _SAMPLE_SHARE * len(sample):
        return DateReading(True, np.full(len(values), np.datetime64("NaT", "us"), dtype="datetime64[us]"), True)
    by_day = by_month = parse_dates(values, day_first=True)
    if not values.str.match(r"\d{4}-").all():
        by_month = parse_dates(values, day_first=False)
    n_by_day, n_by_month = (counts[~np.isnat(dates)].sum() for dates in (by_day, by_month))
    same = np.array_equal(by_day[~np.isnat(by_day)], by_month[~np.isnat(by_month)])
    if n_by_day != n_by_month or same:
        day_first = bool(n_by_day >= n_by_month)
        return DateReading(day_first, by_day if day_first else by_month, True)
    day_first = not values.str.contains("/", regex=False).any()  # slashes are mostly American
    return DateReading(day_first, by_day if day_first else by_month, False)


def parse_dates(values: "pd.Series[str]", *, day_first: bool) -> NDArray[np.datetime64]:
    """Return the dates in UTC, NaT for what is not one."""
    return np.array([_parse(value, day_first) for value in values], dtype="datetime64[us]")


def to_utc(value: object) -> datetime.datetime | None:
    """Return a date of any type, of any zone, as a time in UTC without a zone; None for what is not a date."""
    if isinstance(value, pd.Period):
        return datetime.datetime(value.year, value.month, value.day, value.hour, value.minute, value.second)
    if isinstance(value, np.datetime64):
        value = value.astype("datetime64[us]").item()
    if isinstance(value, pd.Timestamp):
        value = value.to_pydatetime(warn=False)
    if isinstance(value, datetime.datetime):
        return _in_utc(value)
    return datetime.datetime.combine(value, datetime.time()) if isinstance(value, datetime.date) else None


def _in_utc(moment: datetime.datetime) -> datetime.datetime:
    offset = moment.utcoffset()
    if offset is None:
        return moment
    naive = moment.replace(tzinfo=None)
    try:
        return naive - offset
    except OverflowError:  # the first or the last day that there is, in another zone
        return naive


def _match(value: str) -> re.Match[str] | None:
    return next((found for pattern in _PATTERNS if (found := pattern.fullmatch(value))), None)


def _parse(value: str, day_first: bool) -> datetime.datetime | None:
    found = _match(value)
    if found is None:
        return None
    parts = found.groupdict()
    try:
        year, month, day = _read_day(parts, day_first)
        moment = datetime.datetime(year, month, day, *_read_time(parts), tzinfo=_read_zone(parts["zone"]))
    except ValueError:
        return None
    return _in_utc(moment)


def _read_day(parts: dict[str, str | None], day_first: bool) -> tuple[int, int, int]:
    year = int(parts["year"] or 0)
    if len(parts["year"] or "") == 2:
        year += 1900 if year >= _CENTURY else 2000
    if not (_PLAUSIBLE[0] <= year <= _PLAUSIBLE[1] or year in _OPEN):
        raise ValueError
    if first := parts.get("first"):
        day, month = (int(first), int(parts["second"] or 0))
        return (year, month, day) if day_first or parts.get("mark") == "." else (year, day, month)
    if name := parts.get("name"):
        return year, _MONTHS.index(name.lower()) + 1, int(parts["day"] or 1)
    if parts.get("day") is None and not _MIN_MONTH_YEAR <= year <= _MAX_MONTH_YEAR:
        raise ValueError
    return year, int(parts["month"] or 0), int(parts.get("day") or 1)


def _read_time(parts: dict[str, str | None]) -> tuple[int, int, int, int]:
    hour = int(parts["hour"] or 0)
    if half := parts["half"]:
        hour = hour % 12 + (12 if half in "pP" else 0)
    microseconds = round(float(f"0.{(parts['fraction'] or '.0')[1:7]}") * 1e6)
    return hour, int(parts["minute"] or 0), int(parts["second_of"] or 0), microseconds


def _read_zone(text: str | None) -> datetime.timezone | None:
    if text is None:
        return None
    if not text[1:2].isdigit():
        return datetime.UTC
    digits = text[1:].replace(":", "").ljust(4, "0")
    offset = datetime.timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return datetime.timezone(-offset if text[0] == "-" else offset)
