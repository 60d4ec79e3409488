"""Small tables and headings, in a terminal or a pipe."""

from collections.abc import Sequence

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

__all__ = ["print_heading", "print_table", "print_text"]


def print_heading(text: str) -> None:
    """Print a line in bold where that is possible."""
    Console().print(Text(text, style="bold"), soft_wrap=True)


def print_text(text: str) -> None:
    """Print a sentence, broken between words where a terminal ends."""
    console = Console()
    console.print(Text(text), soft_wrap=not console.is_terminal)


def print_table(header: Sequence[str], rows: Sequence[Sequence[str]], *, marked: int | None = None) -> None:
    """Print a table whose columns after the first stand to the right; the row `marked` stands out."""
    table = Table(*header, box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for column in table.columns[1:]:
        column.justify = "right"
    for i, row in enumerate(rows):
        table.add_row(*(Text(cell) for cell in row), style="bold green" if i == marked else "")
    Console().print(table)
