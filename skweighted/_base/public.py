"""Public names carry public paths, so that pickles do not bake in where a class happens to be defined."""

from collections.abc import Iterable
from typing import Any

__all__ = ["set_public_module"]


def set_public_module(module: str, namespace: dict[str, Any], names: Iterable[str]) -> None:
    """Set ``__module__`` of the classes and functions that a package's ``__init__`` re-exports to the package.

    Parameters
    ----------
    module : str
        The package, such as ``"skweighted.search"``.
    namespace : dict of str to object
        What the package's names stand for.
    names : iterable of str
        Those to set. What is not defined below the package, or has no ``__module__``, is left alone.
    """
    for name in names:
        value = namespace[name]
        if getattr(value, "__module__", "").startswith(f"{module}.") and hasattr(value, "__qualname__"):
            value.__module__ = module
