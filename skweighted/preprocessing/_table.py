"""From any table to numbers of similar size, and which columns are taken for what."""

import pandas as pd
from pandas.api.types import is_bool_dtype, is_numeric_dtype
from sklearn.base import clone
from sklearn.compose import ColumnTransformer
from sklearn.impute import MissingIndicator, SimpleImputer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, StandardScaler

from skweighted._base.checks import check_choice
from skweighted._base.types import Estimator
from skweighted.preprocessing._encoding import PiecewiseLinearEncoder
from skweighted.preprocessing._scaling import QuantileNormalScaler, SquashingScaler

__all__ = ["count_kinds", "make_preprocessor"]

_SCALERS = {"standard": StandardScaler, "squashing": SquashingScaler, "quantile_normal": QuantileNormalScaler}
_BINS = ("quantile", "tree")
_SECONDS_PER_DAY = 86_400
_MIN_CATEGORY_ROWS = 5
_MAX_CATEGORIES = 40  # columns of 0 and 1; the last is shared


def count_kinds(X: pd.DataFrame) -> dict[str, int]:
    """Return how many columns :func:`make_preprocessor` takes for numbers, for categories and for dates."""
    n_dates = sum(dtype.kind == "M" for dtype in X.dtypes)
    n_numeric = len(_numeric_columns(X)) - n_dates
    return {"numeric": n_numeric, "categorical": len(_other_columns(X)), "dates": n_dates}


def make_preprocessor(
    *, scaling: str | Estimator = "standard", encoding: str | Estimator | None = None
) -> ColumnTransformer:
    """Return an unfitted transformer from any table to numbers of similar size.

    Numbers, booleans and dates (as days) have their missing values replaced by the training median, with a column of
    0 and 1 for each column in which some are missing; then they are scaled and, if asked, encoded. Everything else is a
    category: one column of 0 and 1 each, missing ones included; categories with fewer than 5 training rows, those
    beyond the 39 most frequent, and new ones share a column. Columns of 0 and 1 are neither scaled nor encoded.

    Parameters
    ----------
    scaling : {"standard", "squashing", "quantile_normal"} or transformer, default="standard"
        "standard" is mean 0 and variance 1; the others are :class:`SquashingScaler`, which heavy tails cannot upset,
        and :class:`QuantileNormalScaler`.
    encoding : {"quantile", "tree"}, transformer or None, default=None
        The bins of a :class:`PiecewiseLinearEncoder` of the scaled numbers; "tree" needs `y` in ``fit``.

    Returns
    -------
    sklearn.compose.ColumnTransformer
        Takes a DataFrame of shape (n_samples, n_features), gives an array.

    Raises
    ------
    ValueError
        For an unknown name.

    Examples
    --------
    >>> import pandas as pd
    >>> X = pd.DataFrame({"amount": [1.0, None, 3.0, 50.0], "kind": ["a", "b", "a", "a"]})
    >>> make_preprocessor(scaling="squashing").fit_transform(X).shape
    (4, 3)
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
            ("numeric", make_pipeline(as_numbers, impute, *_number_steps(scaling, encoding)), _numeric_columns),
            ("missing", make_pipeline(as_numbers, MissingIndicator(error_on_new=False)), _numeric_columns),
            (
                "category",
                make_pipeline(FunctionTransformer(_as_text, feature_names_out="one-to-one"), encode),
                _other_columns,
            ),
        ]
    )


def _number_steps(scaling: str | Estimator, encoding: str | Estimator | None) -> list[Estimator]:
    """Return what follows on the imputation of numbers: a scaler and, if asked, an encoder."""
    owner = "make_preprocessor"
    if isinstance(scaling, str):
        check_choice(scaling, "scaling", owner, _SCALERS)
    scaler = _SCALERS[scaling]() if isinstance(scaling, str) else clone(scaling)
    if encoding is None:
        return [scaler]
    if isinstance(encoding, str):
        check_choice(encoding, "encoding", owner, _BINS)
    return [scaler, PiecewiseLinearEncoder(bins=encoding) if isinstance(encoding, str) else clone(encoding)]


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
