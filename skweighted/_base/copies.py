"""Copies of estimators: which parameter it is that cannot be copied, and what a failed fit puts back."""

import contextlib
from collections.abc import Iterator

from sklearn.base import clone

from skweighted._base.errors import parameter_error
from skweighted._base.types import Estimator

__all__ = ["check_copyable", "unchanged_on_failure"]


def check_copyable(estimator: Estimator) -> None:
    """Raise TypeError if a constructor parameter cannot be copied, naming it: Python names the lock or file inside."""
    for name, value in estimator.get_params(deep=False).items():
        try:
            clone(value, safe=False)
        except Exception as error:  # whatever an object of the user's raises
            rule = "something that can be copied"
            cure = f"Copying fails with {type(error).__name__}: {error}. Pass a class or a function that makes it."
            raise TypeError(parameter_error(name, type(estimator).__name__, rule, value, cure)) from error


@contextlib.contextmanager
def unchanged_on_failure(estimator: Estimator) -> Iterator[None]:
    """Give an estimator back the attributes that it had before, if the block fails or is interrupted."""
    before = vars(estimator).copy()
    try:
        yield
    except BaseException:
        estimator.__dict__ = before
        raise
