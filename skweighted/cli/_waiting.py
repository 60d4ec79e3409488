"""What a command shows while it works: a line on standard error, if that is a terminal."""

import contextlib
import sys
import warnings
from collections.abc import Callable, Iterator

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from skweighted.cli._silence import hide_native_stderr
from skweighted.cli._terminal import _open_stderr

__all__ = ["show_rows", "show_waiting"]


@contextlib.contextmanager
def show_waiting(text: str, *, quiet: bool = False) -> Iterator[None]:
    """Show `text` and the time that has passed, hide native messages, and print Python's warnings at the end."""
    with warnings.catch_warnings(record=True) as caught, _show_line(text, quiet), hide_native_stderr():
        yield
    for message in dict.fromkeys(str(warning.message) for warning in caught):
        print(f"Warning: {message}", file=sys.stderr)


@contextlib.contextmanager
def show_rows(*, quiet: bool = False) -> Iterator[Callable[[int], None]]:
    """Yield a function that shows how many rows are done."""
    with _show_line("0 rows", quiet) as update:
        yield lambda n_rows: update(f"{n_rows:,} rows")


@contextlib.contextmanager
def _show_line(text: str, quiet: bool) -> Iterator[Callable[[str], None]]:
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with contextlib.ExitStack() as shown:
        stderr = shown.enter_context(_open_stderr())
        progress = Progress(*columns, console=Console(file=stderr), transient=True)
        if stderr.isatty() and not quiet:
            shown.enter_context(progress)
        line = progress.add_task(text, total=None)
        yield lambda text: progress.update(line, description=text)
