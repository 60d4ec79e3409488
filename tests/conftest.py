"""Options, tiny data and factories that all tests share."""

import os
import signal
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from skweighted import CostSensitiveMLPClassifier


def pytest_addoption(parser):
    parser.addoption("--full", action="store_true", help="also run the tests marked slow")


def pytest_configure(config):
    config.addinivalue_line("markers", "slow: takes minutes; runs with --full only")
    config.addinivalue_line("markers", "thread_unsafe: in scikit-learn's tests, run by sklearn_suites")


def pytest_collection_modifyitems(config, items):
    if config.getoption("--full"):
        return
    for item in items:
        if item.get_closest_marker("slow"):
            item.add_marker(pytest.mark.skip(reason="slow; run with --full"))


@pytest.fixture
def heeds_ctrl_c():
    """Let SIGINT interrupt this process and those it starts; one that a shell starts in the background ignores it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture
def imbalanced():
    """Return X of shape (200, 4), in multiples of 1/8, and y with 20 rows of class 1, which feature 0 tells apart."""
    generator = np.random.default_rng(0)
    # Multiples of 1/8 are exact in every float type, so that inputs of any type are the same inputs.
    X = np.round(generator.normal(size=(200, 4)) * 8) / 8
    y = np.zeros(200, dtype=int)
    y[np.argsort(X[:, 0] + 0.3 * generator.normal(size=200))[-20:]] = 1
    return X, y


@pytest.fixture
def three_classes(imbalanced):
    """Return the same X with 150, 40 and 10 rows of the classes "a", "b" and "c", which feature 0 puts in order."""
    X, _ = imbalanced
    y = np.repeat(["a", "b", "c"], [150, 40, 10])
    return X, y[np.argsort(np.argsort(X[:, 0], kind="stable"))]


@pytest.fixture
def make_classifier():
    """Return a factory of classifiers small and alike enough to share one compiled program."""

    def make(**parameters):
        tiny = {"hidden_layer_sizes": (8,), "batch_size": 50, "epochs": 3, "learning_rate": 0.01, "random_state": 0}
        return CostSensitiveMLPClassifier(**tiny | parameters)

    return make


@pytest.fixture
def make_exact(make_classifier):
    """Return a factory of tiny classifiers in double precision."""
    return lambda **parameters: make_classifier(**{"dtype": "float64"} | parameters)


@pytest.fixture
def real_data():
    """Return a loader of the numeric columns and the target of a table in the folder SKWEIGHTED_DATA."""
    folder = os.environ.get("SKWEIGHTED_DATA")
    if not folder:
        pytest.skip("the environment variable SKWEIGHTED_DATA, a folder of CSV files, is not set")

    def load(name):
        path = Path(folder, f"{name}.csv")
        if not path.exists():
            pytest.skip(f"SKWEIGHTED_DATA has no {name}.csv")
        table = pd.read_csv(path)
        return table.drop(columns="target").select_dtypes("number"), table["target"]

    return load
