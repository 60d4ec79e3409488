"""Scalers: bounded, safe with constants and missing values, and scikit-learn's own checks."""

import warnings

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose
from sklearn.utils.estimator_checks import parametrize_with_checks

from skweighted.preprocessing import QuantileNormalScaler, SquashingScaler


@parametrize_with_checks([SquashingScaler(), QuantileNormalScaler()])
def test_scikit_learn_takes_scalers_for_its_own(estimator, check):
    """A check of scikit-learn passes."""
    check(estimator)


def test_squashing_follows_its_formula():
    """Values are scaled by the quartiles, then bounded smoothly."""
    X = np.array([[0.0], [1.0], [2.0], [3.0], [40.0]])
    z = (X - 2) / 2
    assert_allclose(SquashingScaler().fit_transform(X), z / np.sqrt(1 + (z / 3) ** 2))


def test_squashing_keeps_any_value_within_the_bound():
    """A value far beyond the training rows stays within the bound."""
    scaler = SquashingScaler(2.0).fit(np.arange(9.0)[:, None])
    assert_allclose(scaler.transform([[1e12], [-1e12]]).ravel(), [2, -2])


def test_a_column_with_equal_quartiles_is_scaled_by_half_its_range():
    """A rare flag becomes 0 and nearly 2, as in the source."""
    X = np.zeros((20, 1))
    X[0] = 5.0
    squashed = 2 / np.sqrt(1 + (2 / 3) ** 2)
    assert_allclose(SquashingScaler().fit_transform(X)[:2].ravel(), [squashed, 0])


@pytest.mark.parametrize("scaler", [SquashingScaler(), QuantileNormalScaler()])
def test_missing_values_stay_missing(scaler):
    """A missing value is passed on, and a column of nothing else does no harm."""
    X = np.array([[0.0, np.nan], [1.0, np.nan], [np.nan, np.nan], [3.0, np.nan]])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # scikit-learn's own, of the column without values
        scaled = scaler.fit_transform(X)
    assert np.isnan(scaled).tolist() == np.isnan(X).tolist()


def test_constants_become_zero():
    """A column without any spread says nothing."""
    assert not SquashingScaler().fit_transform(np.full((5, 1), 7.0)).any()


def test_frames_keep_their_names():
    """A data frame in gives a data frame out if that is asked for."""
    X = pd.DataFrame({"amount": [1.0, 2.0, 30.0], "age": [3.0, 4.0, 5.0]})
    assert list(SquashingScaler().set_output(transform="pandas").fit_transform(X)) == ["amount", "age"]


@pytest.mark.parametrize(
    "parameters", [{"max_absolute_value": 0}, {"quantile_range": (75, 25)}, {"quantile_range": 25}]
)
def test_a_parameter_out_of_its_range_is_named(parameters):
    """The error names the parameter."""
    with pytest.raises((TypeError, ValueError), match=next(iter(parameters))):
        SquashingScaler(**parameters).fit([[0.0], [1.0]])


def test_ranks_of_skewed_values_are_normal():
    """The median becomes 0 and the tails are those of a normal distribution."""
    X = np.exp(np.linspace(0, 10, 601))[:, None]
    scaled = QuantileNormalScaler().fit_transform(X).ravel()
    assert_allclose(scaled[[100, 300, 500]], [-0.967, 0, 0.967], atol=0.02)
