"""A small table and a fast classifier in place of the network."""

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression


@pytest.fixture(scope="package")
def table():
    """Return 240 rows of numbers, text, dates and missing values, of which 40 are "bad", which `a` and `job` tell."""
    random = np.random.default_rng(0)
    X = pd.DataFrame(random.normal(size=(240, 2)), columns=["a", "b"])
    X["job"] = random.choice(["clerk", "cook", "nurse"], 240)
    X["since"] = pd.date_range("2020-01-01", periods=240)
    X["member"] = random.random(240) < 0.5
    score = X["a"] + (X["job"] == "cook") + random.normal(size=240) / 2
    y = pd.Series(np.where(score.rank() > 200, "bad", "good"), name="risk")
    X.loc[::9, "b"] = np.nan
    X.loc[::11, "job"] = None
    return X, y


@pytest.fixture(scope="package")
def linear():
    return LogisticRegression(solver="newton-cholesky")


@pytest.fixture(scope="package")
def model(table, linear):
    """Return a fitted model that decides by a threshold."""
    from skweighted.deployment import fit_model
    from skweighted.meta import BestScore

    return fit_model(*table, strategies="none", classifier=linear, threshold=BestScore("f1"), cv=3)
