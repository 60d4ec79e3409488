"""What `make_preprocessor` does to numbers, and that it leaves columns of 0 and 1 alone."""

import numpy as np
import pandas as pd
import pytest
from sklearn.preprocessing import MinMaxScaler

from skweighted.preprocessing import PiecewiseLinearEncoder, make_preprocessor


@pytest.fixture
def table():
    """Return 40 rows of a number with gaps, a heavy-tailed number and a category, and labels."""
    generator = np.random.default_rng(0)
    X = pd.DataFrame(
        {
            "age": generator.normal(size=40),
            "amount": np.exp(4 * generator.normal(size=40)),
            "kind": np.where(generator.random(40) < 0.5, "a", "b"),
        }
    )
    X.loc[::7, "age"] = np.nan
    return X, (X["amount"] > 1).to_numpy()


@pytest.mark.parametrize("scaling", ["standard", "squashing", "quantile_normal", MinMaxScaler()])
@pytest.mark.parametrize("encoding", [None, "quantile", "tree", PiecewiseLinearEncoder(4)])
def test_every_scaling_goes_with_every_encoding(table, scaling, encoding):
    """Any two give finite numbers for a table with gaps and categories, its first rows too."""
    X, y = table
    preprocessor = make_preprocessor(scaling=scaling, encoding=encoding)
    inputs = preprocessor.fit_transform(X, y)
    assert np.isfinite(inputs).all()
    np.testing.assert_array_equal(preprocessor.transform(X[:3]), inputs[:3])


def test_flags_and_categories_are_neither_scaled_nor_encoded(table):
    """The columns after the numbers, missing flag and categories, hold 0 and 1."""
    X, _ = table
    inputs = make_preprocessor(scaling="squashing", encoding=PiecewiseLinearEncoder(4)).fit_transform(X)
    assert inputs.shape == (40, 4 + 4 + 1 + 2)
    assert set(np.unique(inputs[:, 8:])) == {0, 1}


@pytest.mark.parametrize("parameters", [{"scaling": "squash"}, {"encoding": "trees"}])
def test_an_unknown_name_is_answered_with_the_closest(parameters):
    """The error names the parameter and suggests a value."""
    with pytest.raises(ValueError, match=f"{next(iter(parameters))}.*Did you mean"):
        make_preprocessor(**parameters)
