"""Samplers of imbalanced-learn made fit for any labels, few rows and unencoded tables."""

from typing import Any

import numpy as np
import pandas as pd
from imblearn.over_sampling import SMOTE, SMOTENC
from imblearn.under_sampling import RandomUnderSampler
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, clone

from skweighted._base.checks import check_number
from skweighted._base.errors import parameter_error
from skweighted.preprocessing import ColumnReader, text_columns, to_floats

__all__ = ["EncodedSampler", "MixedTableSmote"]


class EncodedSampler(BaseEstimator):
    """A sampler of imbalanced-learn that takes labels of any kind and makes do with few rows of a class.

    imbalanced-learn takes labels such as 0.5 and 1.5 for a regression target, and stops if a class has fewer rows than
    the neighbours asked for.

    Parameters
    ----------
    sampler : sampler
        Cloned.
    neighbors : str, default=""
        Parameter of the sampler that counts neighbours within a class; lowered to those there are.
    ratio : float or None, default=None
        Rows of every smaller class over those of the largest after sampling, in (0, 1]. A class that has more already
        stays as it is. None leaves it to the sampler.
    makes_rows : bool, default=True
        Whether the sampler reaches the ratio by more rows of the smaller classes or by fewer of the larger ones.
    """

    def __init__(
        self, sampler: Any, *, neighbors: str = "", ratio: float | None = None, makes_rows: bool = True
    ) -> None:
        self.sampler = sampler
        self.neighbors = neighbors
        self.ratio = ratio
        self.makes_rows = makes_rows

    def fit(self, X: Any, y: ArrayLike, **params: Any) -> "EncodedSampler":
        """Do nothing: all is done in `fit_resample`."""
        return self

    def fit_resample(self, X: Any, y: ArrayLike, **params: Any) -> tuple[Any, NDArray[Any]]:
        """Return the rows and labels resampled.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, n_features)
        y : array-like of shape (n_samples,)
        **params : dict
            For the sampler.

        Returns
        -------
        X : array-like or sparse matrix of shape (n_resampled, n_features)
        y : array-like of shape (n_resampled,)

        Raises
        ------
        ValueError
            If a class has a single row, which has no neighbour, or `ratio` is out of its range.
        """
        labels, codes, counts = np.unique(np.asarray(y), return_inverse=True, return_counts=True)
        sampler = clone(self.sampler)
        if self.neighbors:
            check_neighbours(dict(zip(labels.tolist(), counts.tolist(), strict=True)))
            wanted = sampler.get_params()[self.neighbors]
            sampler.set_params(**{self.neighbors: min(wanted, int(counts.min()) - 1)})
        if self.ratio is not None:
            sampler.set_params(sampling_strategy=self._targets(counts))
        X, codes = sampler.fit_resample(X, codes)
        return X, labels[codes]

    def _targets(self, counts: NDArray[np.intp]) -> dict[int, int]:
        """Return how many rows each class is to have, by code."""
        rule = "None or a number above 0 and at most 1"
        check_number(self.ratio, "ratio", type(self).__name__, rule=rule, valid=lambda r: 0 < r <= 1)
        if self.makes_rows:
            targets = np.maximum(counts, np.floor(self.ratio * counts.max()))
        else:
            targets = np.minimum(counts, np.floor(counts.min() / self.ratio))
        return {code: int(target) for code, target in enumerate(targets) if target != counts[code]}


class MixedTableSmote(BaseEstimator):
    """SMOTE of a table that is not encoded: made rows have whole categories, by SMOTENC.

    Missing numbers become the median, dates count as days, and a missing category is a category; made rows have no
    missing values.

    Parameters
    ----------
    k_neighbors : int, default=5
        Lowered to those there are.
    random_state : int or None, default=None
    """

    def __init__(self, k_neighbors: int = 5, random_state: Any = None) -> None:
        self.k_neighbors = k_neighbors
        self.random_state = random_state

    def fit(self, X: pd.DataFrame, y: ArrayLike, **params: Any) -> "MixedTableSmote":
        """Do nothing: all is done in `fit_resample`."""
        return self

    def fit_resample(self, X: pd.DataFrame, y: ArrayLike, **params: Any) -> tuple[pd.DataFrame, NDArray[Any]]:
        """Return rows and labels, with rows of the smaller classes made until all are of a size.

        Parameters
        ----------
        X : DataFrame of shape (n_samples, n_features)
        y : array-like of shape (n_samples,)
        **params : dict
            For the sampler.

        Returns
        -------
        X : DataFrame of shape (n_resampled, n_features)
        y : ndarray of shape (n_resampled,)

        Raises
        ------
        TypeError, ValueError
            If `X` is not a DataFrame, has no category or no number, or a class has a single row.
        """
        if not isinstance(X, pd.DataFrame):
            rule = "a DataFrame, whose column types tell categories from numbers"
            raise TypeError(parameter_error("X", type(self).__name__, rule, type(X).__name__))
        plain = ColumnReader().fit_transform(X)
        categorical = text_columns(plain)
        for i in range(X.shape[1]):
            plain.isetitem(i, _without_gaps(plain.iloc[:, [i]], is_text=i in categorical))
        sampler = SMOTENC(categorical, k_neighbors=self.k_neighbors, random_state=self.random_state)
        return EncodedSampler(sampler, neighbors="k_neighbors").fit_resample(plain, y)


def check_neighbours(class_counts: dict[Any, int]) -> None:
    """Raise ValueError if a class has a single row, which has no neighbour."""
    label, count = min(class_counts.items(), key=lambda item: item[1])
    if count < 2:
        raise ValueError(
            f"SMOTE cannot make rows of class {label!r}: it has {count} training row, and needs a second as its "
            "neighbour. Merge the class, drop its rows or leave the strategy out."
        )


def _without_gaps(column: pd.DataFrame, *, is_text: bool) -> NDArray[Any]:
    """Return a column as text, or as floats without missing values."""
    if is_text:
        return column.iloc[:, 0].fillna("missing").to_numpy(dtype=object)
    numbers = to_floats(column)[:, 0]
    gaps = np.isnan(numbers)
    return np.where(gaps, 0.0 if gaps.all() else np.median(numbers[~gaps]), numbers)


def oversample_0_1(X: Any, y: Any, *, k_neighbors: int, random_state: int | None) -> tuple[Any, NDArray[Any]]:
    """Return what the SMOTE of a pipeline pickled by 0.1.0 does; kept until 0.4."""
    sampler = SMOTE(k_neighbors=k_neighbors, random_state=random_state)
    return EncodedSampler(sampler, neighbors="k_neighbors").fit_resample(X, y)


def undersample_0_1(X: Any, y: Any, *, random_state: int | None) -> tuple[Any, NDArray[Any]]:
    """Return what the undersampler of a pipeline pickled by 0.1.0 does; kept until 0.4."""
    return EncodedSampler(RandomUnderSampler(random_state=random_state)).fit_resample(X, y)
