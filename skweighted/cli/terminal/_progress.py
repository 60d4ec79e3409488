"""How far work has come and how long it will take: one line on standard error, if that is a terminal."""

import contextlib
import io
import os
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import TextIO

import numpy as np
from joblib import Parallel, delayed, effective_n_jobs
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    SpinnerColumn,
    Task,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from skweighted.classifier import CostSensitiveMLPClassifier
from skweighted.cli.terminal._silence import hide_native_stderr
from skweighted.comparison import FoldResult
from skweighted.strategies import STRATEGIES

__all__ = ["show_bar", "show_fits", "show_phase", "show_rows"]

_SLOW = 60.0  # seconds over which the pace is averaged: stacks finish their fits in bursts


class _TimeLeft(ProgressColumn):
    """The time that remains, with the word that says so; nothing before it is known."""

    max_refresh = 0.5

    def __init__(self) -> None:
        super().__init__()
        self._remaining = TimeRemainingColumn()

    def render(self, task: Task) -> Text:
        """Return the text."""
        if task.total is None or task.time_remaining is None or task.finished:
            return Text("")
        return self._remaining.render(task) + Text(" left", style="progress.remaining")


@contextmanager
def show_phase(text: str, *, quiet: bool = False) -> Iterator[None]:
    """Show `text` and the time that has passed, for work of which nobody knows how long it takes."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with _show_line(columns, text, None, quiet=quiet):
        yield


@contextmanager
def show_rows(n_rows: int | None, *, quiet: bool = False) -> Iterator[Callable[[int], None]]:
    """Yield a function that shows how many of `n_rows` rows are done; None if nobody has counted them."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn(), _TimeLeft())
    with _show_line(columns, "reading", n_rows, quiet=quiet) as (progress, line):
        yield lambda n_done: progress.update(line, completed=n_done, description=f"{n_done:,} rows scored")


@contextmanager
def show_bar(*, quiet: bool = False) -> Iterator[bool]:
    """Send to standard error what a search prints on standard output about its progress, and hide native messages.

    Yields whether there is somebody to read it. Python's warnings are shown at the end, each once.
    """
    with _keeping_warnings(), _open_stderr() as stderr, hide_native_stderr():
        is_shown = stderr.isatty() and not quiet
        with contextlib.redirect_stdout(stderr if is_shown else io.StringIO()):
            yield is_shown


@contextmanager
def show_fits(
    n_fits: int, n_jobs: int = 1, *, quiet: bool = False, afterwards: str = "scoring"
) -> Iterator[Callable[[FoldResult, int, int], None]]:
    """Show a bar of `n_fits` on standard error if it is a terminal and not `quiet`; hide native start-up messages.

    Yields a callback for :func:`~skweighted.comparison.compare_strategies`. Native messages are hidden until the first
    result of a network, when TensorFlow has started and compiled; with workers, while TensorFlow starts in them.
    After the last fit the bar says what is done `afterwards`. Python's warnings are shown at the end, each once.
    """
    columns = (
        TextColumn("{task.description:<24}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        _TimeLeft(),
    )
    with (
        _keeping_warnings(),
        _show_line(columns, "starting and compiling", n_fits, quiet=quiet) as (progress, bar),
        ExitStack() as hidden,
    ):
        if (n_workers := effective_n_jobs(n_jobs)) > 1:
            _start_workers(n_workers)
        else:
            hidden.enter_context(hide_native_stderr())

        def advance(result: FoldResult, n_finished: int, n_total: int) -> None:
            if _trains_network(result.strategy):
                hidden.close()
            text = result.strategy if n_finished < n_total else afterwards
            progress.update(bar, completed=n_finished, total=n_total, description=text)

        yield advance


@contextmanager
def _show_line(
    columns: tuple[ProgressColumn, ...], text: str, total: int | None, *, quiet: bool
) -> Iterator[tuple[Progress, TaskID]]:
    """Yield a progress with one task, which is drawn on standard error if that is a terminal and not `quiet`."""
    with _open_stderr() as stderr, ExitStack() as shown:
        progress = Progress(*columns, console=Console(file=stderr), transient=True, speed_estimate_period=_SLOW)
        if stderr.isatty() and not quiet:  # rich 13.0 ends a bar that is disabled in an empty line all the same
            shown.enter_context(progress)
        yield progress, progress.add_task(text, total=total)


@contextmanager
def _keeping_warnings() -> Iterator[None]:
    """Keep Python's warnings until the line is gone, and print each once."""
    with warnings.catch_warnings(record=True) as caught:
        yield
    for message in dict.fromkeys(str(warning.message) for warning in caught):
        print(f"Warning: {message}", file=sys.stderr)


def _trains_network(strategy: str) -> bool:
    """Tell whether TensorFlow has started if `strategy` has a result; baselines may finish before."""
    return strategy not in STRATEGIES or STRATEGIES[strategy].uses_classifier


def _start_workers(n_workers: int) -> None:
    """Start TensorFlow in each of joblib's workers, which hides its native messages itself.

    Workers inherit standard error as it is when they start, for good: a redirection here would swallow all they say.
    """
    Parallel(n_workers)(delayed(_start_tensorflow)() for _ in range(n_workers))


def _start_tensorflow() -> None:
    with hide_native_stderr():
        CostSensitiveMLPClassifier((), epochs=1).fit(np.eye(4), [0, 0, 1, 1])


def _open_stderr() -> TextIO:
    """Return a stream of its own to standard error, which a redirection of file descriptor 2 leaves alone."""
    try:
        return os.fdopen(os.dup(2), "w", encoding="utf-8", errors="replace")
    except OSError:
        return open(os.devnull, "w", encoding="utf-8")
