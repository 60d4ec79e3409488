"""A test module of the installed scikit-learn, with classes of this library in the place of scikit-learn's.

The modules are read where they are installed, never copied: whoever installs another scikit-learn tests with its tests.
"""

import inspect
import sys
import types
import warnings
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest
import sklearn
from sklearn.utils.fixes import parse_version

__all__ = ["Suite"]

_NEWEST = parse_version("1.9")
"""The release whose tests the lists of differences are about; earlier ones lack some of them."""


class Suite:
    """The tests of a module that concern the classes in the place of others.

    Parameters
    ----------
    name : str
        Of the test module.
    replaced : dict of str to class
        By where the module imports the original from, such as ``"sklearn.model_selection.GridSearchCV"``.
    justified : dict of str to str
        Tests, or cases of them such as "test_x[1-2]", that pass with the originals and not with ours, and why that is
        right.
    """

    def __init__(self, name, replaced, justified):
        self.justified = justified
        self.ours = {path.rpartition(".")[2]: ours for path, ours in replaced.items()}
        names = vars(_read(name, replaced))
        self.found = {name: test for name, test in names.items() if self._concerns(name, test)}
        self.fixtures = {name: value for name, value in names.items() if _is_fixture(value)}

    @property
    def tests(self):
        """The tests by name, each with the cases that concern our classes only, and the fixtures that they need."""
        taken = {name: test for name, test in self.found.items() if name not in self.justified}
        for test in taken.values():
            if hasattr(test, "pytestmark"):
                test.pytestmark = [self._cut(mark) for mark in test.pytestmark]
        return taken | self.fixtures

    def check(self, *, n_tests):
        """Fail if the suite has fewer tests than that, or lacks one of those that are justified."""
        assert len(self.found) >= n_tests
        if parse_version(sklearn.__version__) >= _NEWEST:
            assert {name.partition("[")[0] for name in self.justified} <= set(self.found)

    def _concerns(self, name, test):
        """Tell whether the source of a test, or a case of it, names a class that is replaced."""
        if not name.startswith("test_") or not callable(test):
            return False
        source = inspect.getsource(inspect.unwrap(test))
        marks = getattr(test, "pytestmark", [])
        return any(ours in source for ours in self.ours) or any(self._names_ours(mark.args) for mark in marks)

    def _names_ours(self, value):
        if isinstance(value, dict | list | tuple):
            return any(map(self._names_ours, value.values() if isinstance(value, dict) else value))
        return value in self.ours.values() if inspect.isclass(value) else type(value) in self.ours.values()

    def _cut(self, mark):
        """Return a mark of cases without those that concern other classes, if there are any that concern ours."""
        if mark.name != "parametrize" or not self._names_ours(mark.args):
            return mark
        kept = [i for i, case in enumerate(mark.args[1]) if self._names_ours([case])]
        cases = [mark.args[1][i] for i in kept]
        ids = mark.kwargs.get("ids")
        ids = [ids[i] for i in kept] if isinstance(ids, list) else ids
        return pytest.mark.parametrize(mark.args[0], cases, **{**mark.kwargs, "ids": ids}).mark


def _is_fixture(value):
    """Tell whether a value is a fixture, of pytest from 8.4 on or of an earlier one."""
    return any(hasattr(value, name) for name in ("_fixture_function_marker", "_pytestfixturefunction"))


def _read(name, replaced):
    """Return an installed test module, executed with classes replaced where it imports them from."""
    path = Path(find_spec(name).origin)
    module = types.ModuleType(f"substituted_{name.rpartition('.')[2]}")
    sys.modules[module.__name__] = module  # pickle looks up the classes of the suite by the name of their module
    with pytest.MonkeyPatch.context() as patch, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for original, ours in replaced.items():
            home, _, name = original.rpartition(".")
            patch.setattr(import_module(home), name, ours)
        # The path lets inspect find the source of a test.
        exec(compile(path.read_text(), str(path), "exec"), vars(module))
    return module
