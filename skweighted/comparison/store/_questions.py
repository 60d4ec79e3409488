"""What a result answers, as a digest: two questions with the same digest have the same answer."""

import inspect
import pickle
import sys
import sysconfig
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

import joblib
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from skweighted._base.types import Table
from skweighted._version import __version__
from skweighted.comparison._problem import Problem
from skweighted.many_fits import Job

__all__ = ["digest_job", "digest_problem"]

_PACKAGES = ("numpy", "scipy", "pandas", "scikit-learn", "imbalanced-learn", "tensorflow", "tensorflow-cpu", "keras")
_INSTALLED = tuple(Path(sysconfig.get_path(name)) for name in ("stdlib", "platstdlib", "purelib", "platlib"))


def digest_problem(problem: Problem) -> str:
    """Return a digest of the data and of the versions of the packages that compute with it."""
    truth = problem.labels.tolist(), problem.codes, problem.positive
    versions = __version__, sys.version_info[:2], [_version_of(name) for name in _PACKAGES]
    return str(joblib.hash((_describe_table(problem.X), truth, problem.sample_weight, problem.groups, versions)))


def _describe_table(X: Table) -> Any:
    """Return what is equal for equal tables; how a frame keeps its columns in blocks is not."""
    if not isinstance(X, pd.DataFrame):
        return type(X), X
    columns = [(X.columns[i], str(X.dtypes.iloc[i]), _values(X.iloc[:, i])) for i in range(X.shape[1])]
    return columns, _values(X.index.to_series())


def _values(column: pd.Series) -> Any:
    if isinstance(column.dtype, pd.CategoricalDtype):
        return column.cat.categories.tolist(), column.cat.codes.to_numpy()
    if isinstance(column.dtype, np.dtype) and column.dtype != object:
        return np.ascontiguousarray(column.to_numpy())  # joblib's digest reads strides too
    return column.tolist()


def _version_of(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def digest_job(job: Job, tested: NDArray) -> str:
    """Return a digest of a model with all its settings, the code of a user's own in it, and the rows of its fold.

    Raises
    ------
    Exception
        If the model cannot be pickled, or the source of its code cannot be read: then nothing says whether a later one
        is the same.
    """
    rows = job.rows, job.validation_rows, tested
    return str(joblib.hash((job.model, _describe_code(job.model), rows, sorted(job.fit_params))))


class _CodeFinder(pickle.Pickler):
    """Notes the classes and functions that a pickle only names."""

    def __init__(self) -> None:
        super().__init__(_Nowhere())
        self.found: list[Any] = []

    def reducer_override(self, obj: Any) -> Any:
        """Note `obj` if it is one, and let it be pickled as ever."""
        if isinstance(obj, type):
            self.found += obj.__mro__
        elif isinstance(obj, FunctionType):
            self.found.append(obj)
        return NotImplemented


class _Nowhere:
    def write(self, data: bytes) -> int:
        return len(data)


def _describe_code(model: Any) -> list[tuple[str, str]]:
    """Return modules with their versions, those that are a user's own with their source."""
    finder = _CodeFinder()
    finder.dump(model)
    described = {_describe(found) for found in finder.found}
    return sorted(described)


def _describe(found: Any) -> tuple[str, str]:
    package = found.__module__.partition(".")[0]
    module = sys.modules[found.__module__]
    if package in ("skweighted", "builtins") or package in sys.stdlib_module_names - {"__main__"}:
        return package, ""
    file = getattr(module, "__file__", None)
    if file is not None and any(Path(file).is_relative_to(folder) for folder in _INSTALLED):
        return package, str(getattr(sys.modules[package], "__version__", ""))
    return found.__module__, _source(module, found)


def _source(module: ModuleType, found: Any) -> str:
    """Return the source of the file, or of the class or function alone if it was typed into a notebook."""
    return inspect.getsource(module if getattr(module, "__file__", None) else found)
