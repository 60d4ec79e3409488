"""From any table to numbers of similar size, and which columns are taken for what."""

import pandas as pd
from pandas.api.types import is_bool_dtype, is_numeric_dtype
from sklearn.compose import ColumnTransformer
from sklearn.impute import MissingIndicator, SimpleImputer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, StandardScaler

__all__ = ["count_kinds", "make_preprocessor"]

_SECONDS_PER_DAY = 86_400
_MIN_CATEGORY_ROWS = 5
_MAX_CATEGORIES = 40  # columns of 0 and 1; the last is shared


def count_kinds(X: pd.DataFrame) -> dict[str, int]:
    """Return how many columns :func:`make_preprocessor` takes for numbers, for categories and for dates."""
    n_dates = sum(dtype.kind == "M" for dtype in X.dtypes)
    n_numeric = len(_numeric_columns(X)) - n_dates
    return {"numeric": n_numeric, "categorical": len(_other_columns(X)), "dates": n_dates}


def make_preprocessor() -> ColumnTransformer:
    """Return an unfitted transformer from any table to numbers of similar size.

    Numbers, booleans and dates (as days) have their missing values replaced by the training median, with a column of
    0 and 1 for each column in which some are missing, and are scaled to mean 0 and variance 1. Everything else is a
    category: one column of 0 and 1 each, missing ones included; categories with fewer than 5 training rows, those
    beyond the 39 most frequent, and new ones share a column.

    Returns
    -------
    sklearn.compose.ColumnTransformer
        Takes a DataFrame of shape (n_samples, n_features), gives an array.
    """
    as_numbers = FunctionTransformer(_as_numbers, feature_names_out="one-to-one")
    # an all-missing column stays, as a constant, because a training fold may have one that the table has not
    impute = SimpleImputer(strategy="median", keep_empty_features=True)
    encode = OneHotEncoder(
        handle_unknown="infrequent_if_exist",
        min_frequency=_MIN_CATEGORY_ROWS,
        max_categories=_MAX_CATEGORIES,
        sparse_output=False,
    )
    return ColumnTransformer(
        [
            ("numeric", make_pipeline(as_numbers, impute, StandardScaler()), _numeric_columns),
            ("missing", make_pipeline(as_numbers, MissingIndicator(error_on_new=False)), _numeric_columns),
            (
                "category",
                make_pipeline(FunctionTransformer(_as_text, feature_names_out="one-to-one"), encode),
                _other_columns,
            ),
        ]
    )


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
    """Return durations in days, dates as days since 1970."""
    durations = column - pd.Timestamp(0, tz=column.dt.tz) if column.dtype.kind == "M" else column
    return durations.dt.total_seconds() / _SECONDS_PER_DAY


def _as_text(X: pd.DataFrame) -> pd.DataFrame:
    text = X.apply(lambda column: column.astype(object).map(str, na_action="ignore"))
    return text.astype(object).where(X.notna(), None)
