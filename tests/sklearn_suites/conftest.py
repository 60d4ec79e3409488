"""Fixtures that the tests of scikit-learn find in its own conftest."""

import pytest


@pytest.fixture
def global_random_seed():
    """Return the seed that scikit-learn takes by default."""
    return 42


@pytest.fixture
def pyplot():
    """Return pyplot with a backend that opens no window, and close its figures."""
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("agg")
    from matplotlib import pyplot

    yield pyplot
    pyplot.close("all")
