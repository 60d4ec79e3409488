"""Scalers that heavy tails cannot upset: inputs of a network stay within a few units of 0."""

from numbers import Real
from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator, OneToOneFeatureMixin, TransformerMixin
from sklearn.preprocessing import QuantileTransformer
from sklearn.utils.validation import FLOAT_DTYPES, check_is_fitted, validate_data

from skweighted._base.checks import check_number
from skweighted._base.errors import parameter_error
from skweighted._base.types import Labels, Table

__all__ = ["QuantileNormalScaler", "SquashingScaler"]

_ROWS_PER_QUANTILE = 30
_FEWEST_QUANTILES, _MOST_QUANTILES = 10, 1000


class _Scaler(OneToOneFeatureMixin, TransformerMixin, BaseEstimator):
    """Base class: checks rows of finite numbers or NaN, and keeps their precision."""

    def _validate(self, X: Table, *, reset: bool) -> np.ndarray:
        return validate_data(self, X, dtype=FLOAT_DTYPES, ensure_all_finite="allow-nan", reset=reset)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.transformer_tags.preserves_dtype = ["float64", "float32"]
        return tags


class SquashingScaler(_Scaler):
    r"""Scale by the quartiles, then squash smoothly, so that no value is far from 0.

    .. math:: z = \frac{x - q_{50}}{q_{75} - q_{25}}, \quad z' = \frac{z}{\sqrt{1 + (z / B)^2}}

    If the quartiles are equal, half of the range takes the place of their distance; a constant becomes 0.

    Parameters
    ----------
    max_absolute_value : float, default=3.0
        The bound :math:`B`: every result is in :math:`[-B, B]`.
    quantile_range : tuple of float, default=(25.0, 75.0)
        The percentiles whose distance is the unit.

    Attributes
    ----------
    center_, scale_ : ndarray of shape (n_features,)
        Median, and factor after the median is taken off.
    n_features_in_ : int
        Features seen in `fit`.
    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Their names, if `X` had any.

    Raises
    ------
    TypeError, ValueError
        In ``fit``, if a parameter is out of its range or `X` is sparse or infinite.

    See Also
    --------
    sklearn.preprocessing.RobustScaler : The same without the bound.

    Notes
    -----
    Missing values stay missing.

    References
    ----------
    Holzmüller, Grinsztajn & Steinwart (2024), Better by Default: Strong Pre-Tuned MLPs and Boosted Trees on Tabular
    Data, NeurIPS; as in skrub's ``SquashingScaler``.

    Examples
    --------
    >>> import numpy as np
    >>> X = np.array([[0.0], [1.0], [2.0], [3.0], [1000.0]])
    >>> SquashingScaler().fit_transform(X).round(2).ravel().tolist()
    [-0.95, -0.49, 0.0, 0.49, 3.0]
    """

    def __init__(self, max_absolute_value: float = 3.0, *, quantile_range: tuple[float, float] = (25.0, 75.0)) -> None:
        self.max_absolute_value = max_absolute_value
        self.quantile_range = quantile_range

    def fit(self, X: Table, y: Labels = None) -> Self:
        """Learn medians and quartiles.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
        y : ignored

        Returns
        -------
        SquashingScaler
            This scaler.
        """
        low, high = self._check()
        X = self._validate(X, reset=True)
        known = np.where(np.isnan(X).all(axis=0), 0.0, X)  # a column without any value has no quantile
        lower, self.center_, upper = np.nanpercentile(known.astype(np.float64), [low, 50, high], axis=0)
        half_range = (np.nanmax(known, axis=0) - np.nanmin(known, axis=0)) / 2
        unit = np.where(upper > lower, upper - lower, half_range)
        self.scale_ = np.divide(1.0, unit, out=np.zeros_like(self.center_), where=unit > 0)
        return self

    def transform(self, X: Table) -> np.ndarray:
        """Return scaled and squashed values, shape (n_samples, n_features)."""
        check_is_fitted(self)
        X = self._validate(X, reset=False)
        z = (X - self.center_) * self.scale_
        return (z / np.sqrt(1 + (z / self.max_absolute_value) ** 2)).astype(X.dtype)

    def _check(self) -> tuple[float, float]:
        owner, name = type(self).__name__, "max_absolute_value"
        check_number(self.max_absolute_value, name, owner, rule="a number above 0", valid=lambda v: v > 0)
        bounds = self.quantile_range
        is_pair = isinstance(bounds, tuple | list) and len(bounds) == 2
        if not (is_pair and all(isinstance(v, Real) for v in bounds) and 0 <= bounds[0] < bounds[1] <= 100):
            rule = "two percentiles, the lower one first"
            raise ValueError(parameter_error("quantile_range", owner, rule, bounds, "For example (25.0, 75.0)."))
        return float(bounds[0]), float(bounds[1])


class QuantileNormalScaler(_Scaler):
    """Map every column to a normal distribution by its ranks.

    It is scikit-learn's ``QuantileTransformer(output_distribution="normal")`` with a number of quantiles that suits the
    rows: one for 30 rows, at least 10 and at most 1,000.

    Attributes
    ----------
    transformer_ : sklearn.preprocessing.QuantileTransformer
    n_features_in_ : int
        Features seen in `fit`.
    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Their names, if `X` had any.

    Notes
    -----
    Missing values stay missing. Values beyond the training range become those of its ends, about -5.2 and 5.2.

    References
    ----------
    Gorishniy et al. (2021), Revisiting Deep Learning Models for Tabular Data, NeurIPS, whose number of quantiles it is.

    Examples
    --------
    >>> import numpy as np
    >>> X = np.exp(np.linspace(0.0, 10.0, 301))[:, None]
    >>> QuantileNormalScaler().fit_transform(X)[[30, 120, 270]].round(1).ravel().tolist()
    [-1.3, -0.3, 1.3]
    """

    def fit(self, X: Table, y: Labels = None) -> Self:
        """Learn the quantiles.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
        y : ignored

        Returns
        -------
        QuantileNormalScaler
            This scaler.
        """
        X = self._validate(X, reset=True)
        wanted = np.clip(len(X) // _ROWS_PER_QUANTILE, _FEWEST_QUANTILES, _MOST_QUANTILES)
        n_quantiles = int(min(wanted, len(X)))
        transformer = QuantileTransformer(n_quantiles=n_quantiles, output_distribution="normal", subsample=None)
        self.transformer_ = transformer.fit(X)
        return self

    def transform(self, X: Table) -> np.ndarray:
        """Return normal scores, shape (n_samples, n_features)."""
        check_is_fitted(self)
        return self.transformer_.transform(self._validate(X, reset=False))
