"""scikit-learn's own tests of its searches pass with the batched searches in the place of the originals.

The tests are read from the installed scikit-learn, never copied. They take about a minute of one core, and guard
against a change of scikit-learn rather than of this library: hence slow.
"""

import inspect
import sys
import types
import warnings
from importlib.util import find_spec
from pathlib import Path

import pytest
from sklearn import model_selection

from skweighted import BatchedGridSearchCV, BatchedRandomizedSearchCV

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("default")]

OURS = {"GridSearchCV": BatchedGridSearchCV, "RandomizedSearchCV": BatchedRandomizedSearchCV}
JUSTIFIED: dict[str, str] = {}
"""Tests that pass with the originals and not with ours, and why that is right."""


def read_suite():
    """Return the installed test module, executed with the originals replaced."""
    path = Path(find_spec("sklearn.model_selection.tests.test_search").origin)
    module = types.ModuleType("substituted_test_search")
    sys.modules[module.__name__] = module  # pickle looks up the classes of the suite by the name of their module
    with pytest.MonkeyPatch.context() as patch, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name, search in OURS.items():
            patch.setattr(model_selection, name, search)
        # The path lets inspect find the source of a test.
        exec(compile(path.read_text(), str(path), "exec"), vars(module))
    return module


def uses_a_search(test):
    """Tell whether the source of a test names one of the searches."""
    return any(name in inspect.getsource(inspect.unwrap(test)) for name in OURS)


TAKEN_OVER = {
    name: test for name, test in vars(read_suite()).items() if name.startswith("test_") and uses_a_search(test)
}
globals().update({name: test for name, test in TAKEN_OVER.items() if name not in JUSTIFIED})


def test_the_suite_is_there_and_the_exceptions_are_in_it():
    """A name that scikit-learn drops leaves the list of exceptions too."""
    assert len(TAKEN_OVER) > 50
    assert set(JUSTIFIED) <= set(TAKEN_OVER)
