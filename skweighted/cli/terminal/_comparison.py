"""The table of a comparison, in a terminal or a pipe."""

import re

import pandas as pd
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from skweighted.comparison import Cell, Comparison, make_cells, reading_guide

__all__ = ["show_comparison"]

_NARROW_NAME = 14  # letters of a strategy's name on a line of a narrow terminal
_MARK = "*"  # of the best in a column, where there is no bold type


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
