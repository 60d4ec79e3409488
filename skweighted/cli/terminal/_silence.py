"""Hide what native code writes to standard error, which Python's own redirections do not reach."""

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

__all__ = ["hide_native_stderr"]

_STDERR = 2  # the file descriptor


@contextmanager
def hide_native_stderr() -> Iterator[None]:
    """Send file descriptor 2 to a temporary file; put it back at the end, and replay the file after an exception.

    An interruption from the keyboard is no failure and replays nothing. Processes started meanwhile inherit the
    redirection for good. Where standard error is closed, nothing is done.
    """
    try:
        real = os.dup(_STDERR)
    except OSError:
        yield
        return
    with tempfile.TemporaryFile() as hidden:
        _redirect(hidden.fileno())
        try:
            yield
        except Exception:
            _redirect(real)
            _replay(hidden)
            raise
        finally:
            _redirect(real)
            os.close(real)


def _redirect(descriptor: int) -> None:
    if sys.stderr is not None:
        sys.stderr.flush()
    os.dup2(descriptor, _STDERR)


def _replay(hidden: IO[bytes]) -> None:
    hidden.seek(0)
    while block := hidden.read(1 << 16):
        os.write(_STDERR, block)
