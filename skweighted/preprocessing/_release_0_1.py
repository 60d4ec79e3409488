"""Functions that pickles of 0.1.0 name, kept until 0.4 as they were; nothing else uses them."""

import pandas as pd
from pandas.api.types import is_bool_dtype, is_numeric_dtype

__all__ = ["_as_numbers", "_as_text", "_numeric_columns", "_other_columns"]

_SECONDS_PER_DAY = 86_400


def _is_numeric(column: pd.Series) -> bool:
    return is_numeric_dtype(column) or is_bool_dtype(column) or column.dtype.kind in "mM"


def _numeric_columns(X: pd.DataFrame) -> list[int]:
    return [i for i in range(X.shape[1]) if _is_numeric(X.iloc[:, i])]


def _other_columns(X: pd.DataFrame) -> list[int]:
    return [i for i in range(X.shape[1]) if not _is_numeric(X.iloc[:, i])]


def _as_numbers(X: pd.DataFrame) -> pd.DataFrame:
    numbers = X.copy()
    for i in range(X.shape[1]):
        if X.iloc[:, i].dtype.kind in "mM":
            numbers.isetitem(i, _count_days(X.iloc[:, i]))
    return numbers.astype("float64")


def _count_days(column: pd.Series) -> pd.Series:
    durations = column - pd.Timestamp(0, tz=column.dt.tz) if column.dtype.kind == "M" else column
    return durations.dt.total_seconds() / _SECONDS_PER_DAY


def _as_text(X: pd.DataFrame) -> pd.DataFrame:
    text = X.apply(lambda column: column.astype(object).map(str, na_action="ignore"))
    return text.astype(object).where(X.notna(), None)
