"""Parameters that are to be passed by name: until 0.3 a warning, then an error."""

import functools
import inspect
from collections.abc import Callable
from typing import Any, TypeVar, cast

from skweighted._base.errors import warn_user

__all__ = ["keywords_after_first"]

Function = TypeVar("Function", bound=Callable[..., Any])


def keywords_after_first(function: Function) -> Function:
    """Let a function or constructor with keyword-only parameters take them by position still, with a FutureWarning.

    scikit-learn reads the signature of what is decorated, in which they are keyword-only already.
    """
    parameters = inspect.signature(function).parameters.values()
    n_positional = sum(parameter.kind is parameter.POSITIONAL_OR_KEYWORD for parameter in parameters)
    names = [parameter.name for parameter in parameters if parameter.kind is parameter.KEYWORD_ONLY]
    owner = function.__qualname__.removesuffix(".__init__")

    @functools.wraps(function)
    def accept(*args: Any, **kwargs: Any) -> Any:
        by_place = args[n_positional:]
        if not by_place or len(by_place) > len(names):
            return function(*args, **kwargs)
        passed = dict(zip(names, by_place, strict=False))
        shown = ", ".join(f"{name}={value!r}" for name, value in passed.items())
        warn_user(f"Pass {shown} to {owner} by name: from 0.3 on its place is an error.", FutureWarning)
        return function(*args[:n_positional], **passed, **kwargs)

    return cast(Function, accept)
