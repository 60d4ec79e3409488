"""Whether a file is being opened that must not run code."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

__all__ = ["check_trusted", "opening_untrusted_file"]

_UNTRUSTED = ContextVar("untrusted", default=False)


@contextmanager
def opening_untrusted_file() -> Iterator[None]:
    """Let :func:`check_trusted` raise."""
    token = _UNTRUSTED.set(True)
    try:
        yield
    finally:
        _UNTRUSTED.reset(token)


def check_trusted(what: str) -> None:
    """Raise ValueError if `what` comes from a file that must not run code.

    The bytes of such an object look harmless, so that the types in the file do not show it.
    """
    if _UNTRUSTED.get():
        raise ValueError(f"it holds {what}, which may run any code")
