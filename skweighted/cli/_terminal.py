"""What the command shows: a progress bar while it works, and the table, in a terminal or a pipe."""

import os
import re
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import TextIO

import numpy as np
import pandas as pd
from joblib import Parallel, delayed, effective_n_jobs
from rich import box
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from skweighted.classifier import CostSensitiveMLPClassifier
from skweighted.cli._silence import hide_native_stderr
from skweighted.comparison import Cell, Comparison, FoldResult, make_cells, reading_guide
from skweighted.strategies import STRATEGIES

__all__ = ["show_comparison", "show_progress"]

_NARROW_NAME = 14  # letters of a strategy's name on a line of a narrow terminal
_MARK = "*"  # of the best in a column, where there is no bold type


@contextmanager
def show_progress(
    n_fits: int, n_jobs: int = 1, *, quiet: bool = False
) -> Iterator[Callable[[FoldResult, int, int], None]]:
    """Show a bar of `n_fits` on standard error if it is a terminal and not `quiet`; hide native start-up messages.

    Yields a callback for :func:`~skweighted.comparison.compare_strategies`. Native messages are hidden until the first
    result of a network, when TensorFlow has started and compiled; with workers, while TensorFlow starts in them.
    Python's warnings are shown at the end, each once.
    """
    columns = (TextColumn("{task.description:<20}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with (
        warnings.catch_warnings(record=True) as caught,
        _open_stderr() as stderr,
        ExitStack() as hidden,
        ExitStack() as shown,
    ):
        progress = Progress(*columns, console=Console(file=stderr), transient=True)
        if stderr.isatty() and not quiet:  # rich 13.0 ends a bar that is disabled in an empty line all the same
            shown.enter_context(progress)
        bar = progress.add_task("starting TensorFlow", total=n_fits)
        if (n_workers := effective_n_jobs(n_jobs)) > 1:
            _start_workers(n_workers)
        else:
            hidden.enter_context(hide_native_stderr())

        def advance(result: FoldResult, n_finished: int, n_total: int) -> None:
            if _trains_network(result.strategy):
                hidden.close()
            progress.update(bar, completed=n_finished, total=n_total, description=result.strategy)

        yield advance
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


def show_comparison(title: str, comparison: Comparison) -> None:
    """Print the table with what it is about before it, and how to read it after it."""
    console = Console()
    if console.is_terminal:
        console.print(Text(title, style="bold"))
        console.print(Text(f"{comparison.describe()}\n"))
        console.print(_fit_table(console, comparison))
        console.print()
        best = "bold"
    else:
        print(title, comparison, sep="\n", end="\n\n")
        best = _MARK
    for line in [*comparison.verdict, "", *reading_guide(comparison, best)]:
        console.print(Text(line)) if console.is_terminal else print(line)


def _fit_table(console: Console, comparison: Comparison) -> Table:
    """Return the table, with the standard deviations below the means if the terminal is narrow."""
    cells = make_cells(comparison)
    wide = _make_table(cells, " ± ")
    needed = console.measure(wide, options=console.options.update(max_width=10_000)).maximum
    return wide if needed <= console.width else _make_table(cells, "\n± ", max_name=_NARROW_NAME)


def _make_table(cells: pd.DataFrame, separator: str, max_name: int = 100) -> Table:
    table = Table("", *cells.columns, box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for column in table.columns[1:]:
        column.justify = "right"
    for name, row in cells.iterrows():
        table.add_row(Text(_break_name(str(name), max_name)), *(_show_cell(cell, separator) for cell in row))
    return table


def _show_cell(cell: Cell, separator: str) -> Text:
    text = f"{cell.text}{separator}{cell.spread}" if cell.spread else cell.text
    return Text(text, "bold green" if cell.is_best else "")


def _break_name(name: str, width: int) -> str:
    """Return a name on as few lines of `width` letters as its underscores allow."""
    lines = [""]
    for part in re.findall(r"[^_]*_|[^_]+$", name):
        if len(lines[-1] + part) <= width or not lines[-1]:
            lines[-1] += part
        else:
            lines.append(part)
    return "\n".join(lines)
