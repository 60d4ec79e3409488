"""From any table to numbers of similar size, and which columns are taken for what."""

from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, TransformerMixin, clone
from sklearn.compose import ColumnTransformer
from sklearn.impute import MissingIndicator, SimpleImputer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, StandardScaler
from sklearn.utils.validation import check_is_fitted

from skweighted._base.checks import check_choice
from skweighted._base.types import Estimator, Labels, Table
from skweighted.preprocessing._columns import ColumnReader
from skweighted.preprocessing._encoding import PiecewiseLinearEncoder
from skweighted.preprocessing._frames import check_columns
from skweighted.preprocessing._kinds import holds_numbers
from skweighted.preprocessing._scaling import QuantileNormalScaler, SquashingScaler

__all__ = ["TablePreprocessor", "count_kinds", "make_preprocessor", "numeric_columns", "text_columns", "to_floats"]

_SCALERS = {"standard": StandardScaler, "squashing": SquashingScaler, "quantile_normal": QuantileNormalScaler}
_BINS = ("quantile", "tree")
_DAY = np.timedelta64(1, "D")
_MIN_CATEGORY_ROWS = 5
_MAX_CATEGORIES = 40  # columns of 0 and 1; the last is shared
_LARGEST = 1e100  # squares of larger numbers overflow in a variance


def count_kinds(X: Table) -> dict[str, int]:
    """Return how many columns :func:`make_preprocessor` takes for numbers, for categories and for dates.

    Parameters
    ----------
    X : array-like of shape (n_samples, n_features)
        A table of any kind.

    Returns
    -------
    dict of str to int
        Columns by kind.
    """
    counts = {"numeric": 0, "categorical": 0, "dates": 0}
    for decision in ColumnReader().fit(X).decisions_:
        counts[decision.kind.name] += 1
    return counts


def make_preprocessor(
    *, scaling: str | Estimator = "standard", encoding: str | Estimator | None = None
) -> "TablePreprocessor":
    """Return an unfitted :class:`TablePreprocessor`.

    Parameters
    ----------
    scaling, encoding
        As there.

    Returns
    -------
    TablePreprocessor

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
    _number_steps(scaling, encoding)
    return TablePreprocessor(scaling=scaling, encoding=encoding)


class TablePreprocessor(TransformerMixin, BaseEstimator):
    """Turn any table into numbers of similar size.

    :class:`ColumnReader` decides on the training rows what each column is. Numbers, booleans, durations and dates (as
    days) have their missing values replaced by the training median, with a column of 0 and 1 for each column in which
    some are missing; then they are scaled and, if asked, encoded. Everything else is a category: one column of 0 and 1
    each, missing ones included; categories with fewer than 5 training rows, those beyond the 39 most frequent, and new
    ones share a column. Columns of 0 and 1 are neither scaled nor encoded.

    Parameters
    ----------
    scaling : {"standard", "squashing", "quantile_normal"} or transformer, default="standard"
        "standard" is mean 0 and variance 1; the others are :class:`SquashingScaler`, which heavy tails cannot upset,
        and :class:`QuantileNormalScaler`.
    encoding : {"quantile", "tree"}, transformer or None, default=None
        The bins of a :class:`PiecewiseLinearEncoder` of the scaled numbers; "tree" needs `y` in ``fit``.

    Attributes
    ----------
    reader_ : ColumnReader
        What each column was taken for.
    encoder_ : sklearn.compose.ColumnTransformer
        From what the reader returns to numbers: ``"numeric"``, ``"missing"`` and ``"category"``.
    n_features_in_ : int
    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        If all columns have names of text.
    """

    def __init__(self, *, scaling: str | Estimator = "standard", encoding: str | Estimator | None = None) -> None:
        self.scaling = scaling
        self.encoding = encoding

    def fit(self, X: Table, y: Labels = None) -> Self:
        """Learn from training rows; parameters as in :meth:`fit_transform`."""
        self.fit_transform(X, y)
        return self

    def fit_transform(self, X: Table, y: Labels = None, **params: Any) -> NDArray[np.float64]:
        """Learn from training rows, and return them as numbers.

        Parameters
        ----------
        X : DataFrame or array of shape (n_samples, n_features)
        y : array-like of shape (n_samples,), default=None
            Needed by ``encoding="tree"``.
        **params : dict
            Ignored; :class:`~sklearn.base.TransformerMixin` has it.

        Returns
        -------
        ndarray of shape (n_samples, n_columns)
        """
        frame = check_columns(self, X, reset=True)
        self.reader_ = ColumnReader()
        self.encoder_ = self._make_encoder()
        return self.encoder_.fit_transform(self.reader_.fit_transform(frame), y)

    def transform(self, X: Table) -> NDArray[np.float64]:
        """Return rows as numbers.

        Parameters
        ----------
        X : DataFrame or array of shape (n_samples, n_features)

        Returns
        -------
        ndarray of shape (n_samples, n_columns)
        """
        check_is_fitted(self)
        frame = check_columns(self, X, reset=False)
        return self.encoder_.transform(self.reader_.transform(frame))

    def get_feature_names_out(self, input_features: Any = None) -> NDArray[Any]:
        """Return the names of the columns of numbers: ``numeric__age``, ``category__job_cook``."""
        return self.encoder_.get_feature_names_out(input_features)

    def _make_encoder(self) -> ColumnTransformer:
        as_floats = FunctionTransformer(to_floats, feature_names_out="one-to-one")
        # an all-missing column stays, as a constant, because a training fold may have one that the table has not
        impute = SimpleImputer(strategy="median", keep_empty_features=True)
        one_hot = OneHotEncoder(
            handle_unknown="infrequent_if_exist",
            min_frequency=_MIN_CATEGORY_ROWS,
            max_categories=_MAX_CATEGORIES,
            sparse_output=False,
        )
        numbers = make_pipeline(as_floats, impute, *_number_steps(self.scaling, self.encoding))
        return ColumnTransformer(
            [
                ("numeric", numbers, numeric_columns),
                ("missing", make_pipeline(as_floats, MissingIndicator(error_on_new=False)), numeric_columns),
                ("category", one_hot, text_columns),
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


def numeric_columns(X: pd.DataFrame) -> list[int]:
    """Return the positions of numbers, dates and durations in what a `ColumnReader` returns.

    Parameters
    ----------
    X : DataFrame of shape (n_samples, n_features)
        What a `ColumnReader` returned.

    Returns
    -------
    list of int
        In ascending order.
    """
    return [i for i, dtype in enumerate(X.dtypes) if dtype.kind in "mM" or holds_numbers(dtype)]


def text_columns(X: pd.DataFrame) -> list[int]:
    """Return the positions of the other columns.

    Parameters
    ----------
    X : DataFrame of shape (n_samples, n_features)
        What a `ColumnReader` returned.

    Returns
    -------
    list of int
        In ascending order.
    """
    return sorted(set(range(X.shape[1])) - set(numeric_columns(X)))


def to_floats(X: pd.DataFrame) -> NDArray[np.float64]:
    """Return numbers, dates as days since 1970 and durations in days, NaN for missing.

    Parameters
    ----------
    X : DataFrame of shape (n_samples, n_features)

    Returns
    -------
    ndarray of shape (n_samples, n_features)
        Finite numbers beyond 1e100 are cut off there.
    """
    numbers = X
    for i in [i for i, dtype in enumerate(X.dtypes) if dtype.kind in "mM"]:
        numbers = X.copy(deep=False) if numbers is X else numbers
        numbers.isetitem(i, _count_days(X.iloc[:, i]))
    floats = numbers.to_numpy(dtype="float64", na_value=np.nan)
    too_large = np.isfinite(floats) & (np.abs(floats) > _LARGEST)
    return np.where(too_large, np.copysign(_LARGEST, floats), floats) if too_large.any() else floats


def _count_days(column: pd.Series) -> NDArray[np.float64]:
    days = column.to_numpy()
    return (days - np.datetime64(0, "us") if column.dtype.kind == "M" else days) / _DAY
