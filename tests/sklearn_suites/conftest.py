"""Fixtures that the tests of scikit-learn find in its own conftest, and the single cases that are not run."""

import pytest


def pytest_collection_modifyitems(items):
    """Skip cases that a suite names among its differences, such as "test_x[1-2]"."""
    for item in items:
        suite = getattr(getattr(item, "module", None), "SUITE", None)
        if suite is not None and item.name in suite.justified:
            item.add_marker(pytest.mark.skip(reason=suite.justified[item.name]))


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
