"""From whatever holds columns to a pandas DataFrame."""

import importlib.util

import numpy as np
import pandas as pd
from sklearn.utils.validation import validate_data

from skweighted._base.types import Estimator, Table

__all__ = ["check_columns", "to_frame"]


def to_frame(X: Table) -> pd.DataFrame:
    """Return `X`, an array, a pandas or a polars frame or the like, as a DataFrame whose columns have their own types.

    polars needs pyarrow for its own conversion; without it the columns are converted one by one.

    Parameters
    ----------
    X : array-like of shape (n_samples, n_features)
        A table of any kind.

    Returns
    -------
    DataFrame
        `X` itself if it is one.
    """
    if isinstance(X, pd.DataFrame):
        return X
    if not hasattr(X, "to_pandas"):
        return pd.DataFrame(X).infer_objects()
    if importlib.util.find_spec("pyarrow") is None and hasattr(X, "get_columns"):
        return pd.DataFrame({column.name: _to_values(column) for column in X.get_columns()})
    return X.to_pandas()


def check_columns(transformer: Estimator, X: Table, *, reset: bool) -> pd.DataFrame:
    """Return `X` as a DataFrame, whose columns must be those that `transformer` was fitted on unless `reset`.

    Names are compared as text: a table from a file has no others.

    Parameters
    ----------
    transformer : estimator
        Gets or has ``feature_names_in_`` and ``n_features_in_``.
    X : array-like of shape (n_samples, n_features)
        A table of any kind.
    reset : bool
        Whether it is being fitted.

    Returns
    -------
    DataFrame
        The same columns.
    """
    frame = to_frame(X)
    if not hasattr(X, "columns"):
        validate_data(transformer, X, reset=reset, skip_check_array=True)
        return frame
    named = frame.set_axis([str(name) for name in frame.columns], axis=1)
    validate_data(transformer, named, reset=reset, skip_check_array=True)
    return named


def _to_values(column: Table) -> object:
    """Return the values of a column of polars: an array of numbers, or a list of Python objects."""
    if column.dtype.is_numeric() and not column.dtype.is_decimal():
        return np.asarray(column.to_numpy())
    return pd.Series(column.to_list(), dtype=None if column.dtype.is_temporal() else object)
