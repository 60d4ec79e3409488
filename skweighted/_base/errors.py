"""The words of errors and warnings: one shape of message, the closest choice, and the line a warning points at."""

import contextlib
import sys
import warnings
from collections.abc import Iterable, Iterator
from contextvars import ContextVar
from types import FrameType
from typing import Any, NamedTuple

__all__ = ["did_you_mean", "hint_user", "hints_once", "parameter_error", "remember_caller", "warn_user"]

# Callers between a user's line and ours: the package itself, the libraries that call estimators, and threads.
_IN_BETWEEN = frozenset({"skweighted", "sklearn", "imblearn", "joblib", "concurrent", "threading", "contextlib"})


def parameter_error(name: str, owner: str, rule: str, value: object, cure: str = "") -> str:
    """Return the message that every error about a parameter shares."""
    return f"The {name!r} parameter of {owner} must be {rule}. Got {value!r} instead. {cure}".rstrip()


def did_you_mean(value: object, choices: Iterable[object]) -> str:
    """Return ``"Did you mean 'x'?"`` for the choice whose text is closest to that of `value`, or an empty string."""
    from difflib import get_close_matches

    by_text = {str(choice): choice for choice in choices}
    in_other_case = [text for text in by_text if text.strip().casefold() == str(value).strip().casefold()]
    close = in_other_case or get_close_matches(str(value), by_text, n=1)
    return f"Did you mean {by_text[close[0]]!r}?" if close else ""


class _Line(NamedTuple):
    """A line of code, as ``warnings.warn_explicit`` takes it; the registry says which warnings it has shown."""

    filename: str
    number: int
    module: str
    registry: Any


_caller: ContextVar[_Line | None] = ContextVar("caller", default=None)
_hints_given: ContextVar[set[str] | None] = ContextVar("hints_given", default=None)


def warn_user(message: str, category: type[Warning] = UserWarning) -> None:
    """Warn at the line of the user's code that called the package, however many libraries lie in between.

    Parameters
    ----------
    message : str
    category : type, default=UserWarning
    """
    line = _find_caller()
    warnings.warn_explicit(message, category, line.filename, line.number, line.module, line.registry)


def hint_user(key: str, message: str) -> None:
    """Warn as :func:`warn_user` does, but inside :func:`hints_once` at most once for each `key`."""
    given = _hints_given.get()
    if given is None or key not in given:
        warn_user(message)
    if given is not None:
        given.add(key)


@contextlib.contextmanager
def hints_once() -> Iterator[None]:
    """Give each hint once inside this block: a search has many fits, and the user called it once."""
    token = None if _hints_given.get() is not None else _hints_given.set(set())
    try:
        yield
    finally:
        if token is not None:
            _hints_given.reset(token)


@contextlib.contextmanager
def remember_caller() -> Iterator[None]:
    """Let warnings point at the present caller's line, also from threads that run in a copy of this context."""
    token = _caller.set(_find_caller())
    try:
        yield
    finally:
        _caller.reset(token)


def _find_caller() -> _Line:
    innermost = frame = sys._getframe(2)
    while _is_in_between(frame):
        if frame.f_back is None:  # the bottom of a thread, or of a worker that runs nothing of the user's
            return _caller.get() or _line_of(innermost)
        frame = frame.f_back
    return _line_of(frame)


def _is_in_between(frame: FrameType) -> bool:
    return str(frame.f_globals.get("__name__", "")).partition(".")[0] in _IN_BETWEEN


def _line_of(frame: FrameType) -> _Line:
    names = frame.f_globals
    module = str(names.get("__name__") or "<unknown>")
    return _Line(frame.f_code.co_filename, frame.f_lineno, module, names.setdefault("__warningregistry__", {}))
