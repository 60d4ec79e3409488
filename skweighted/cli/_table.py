"""The table that a command works on: its options, and how it is read."""

import argparse
import sys
from pathlib import Path

import pandas as pd

from skweighted.cli._parser import Parser
from skweighted.datasets import LoadedTable, load_digits_8, load_table
from skweighted.preprocessing import ColumnReader

__all__ = [
    "add_reading_options",
    "add_table_options",
    "check_table_options",
    "load_problem",
    "match_label",
    "read_problem",
]


def add_table_options(parser: Parser) -> None:
    """Add FILE, ``--target``, ``--positive`` and how a text table is read."""
    add = parser.add_argument
    add("file", nargs="?", metavar="FILE", help="a table: CSV or the like, with a header; also Parquet and .npz")
    add("--target", metavar="COLUMN", help="the column to predict, or its position, -1 for the last; needed with FILE")
    add("--positive", metavar="LABEL", help="the positive one of two classes (default: the rarer)")
    add_reading_options(parser, mark="by the column")
    add("--keep-na-labels", action="store_true", help='take "NA", "None" and the like in the target for labels')


def add_reading_options(parser: Parser, *, mark: str) -> None:
    """Add ``--encoding`` and ``--decimal``, whose default `mark` describes."""
    add = parser.add_argument
    add("--encoding", metavar="NAME", help="encoding of a text table (default: detected)")
    add("--decimal", metavar="MARK", choices=[".", ","], help=f"decimal mark of a text table (default: {mark})")


def check_table_options(options: argparse.Namespace) -> None:
    """Exit with a sentence if one of FILE and ``--target`` is given without the other."""
    if options.file is not None and options.target is None:
        options.parser.error("FILE needs --target COLUMN, the column to predict")
    if options.file is None and options.target is not None:
        options.parser.error("--target needs a FILE")


def read_problem(options: argparse.Namespace) -> tuple[str, pd.DataFrame, pd.Series]:
    """Return a title, the columns to predict from and the labels, as :func:`load_problem` does."""
    title, table = load_problem(options)
    return title, table.X, table.y


def load_problem(options: argparse.Namespace) -> tuple[str, LoadedTable]:
    """Return a title and the table; the digits of scikit-learn without FILE.

    What was decided about the table is printed on standard error; only what is doubtful about it with ``--quiet``.
    """
    from skweighted.cli.terminal import show_phase

    if options.file is None:
        X, y = load_digits_8()
        return "Handwritten digits, 8 against the rest", LoadedTable(X, y, (), ColumnReader().fit(X))
    with show_phase(f"reading {Path(options.file).name}", quiet=options.quiet):
        table = load_table(
            options.file,
            options.target,
            encoding=options.encoding,
            decimal=options.decimal,
            keep_na_labels=options.keep_na_labels,
        )
    for note in table.notes:
        if options.quiet and not note.doubtful:
            continue
        print(f"{'Warning' if note.doubtful else 'Note'}: {note}.", file=sys.stderr)
    return f"{Path(options.file).name}, predicting {table.y.name}", table


def match_label(text: str | None, y: pd.Series) -> object:
    """Return the label that `text` stands for: the one written so, else the one alike; `text` itself if there is none.

    Raises
    ------
    ValueError
        If several labels are alike, such as "01" and "1" for "1.0", and none is written so.
    """
    if text is None:
        return None
    labels = y.unique().tolist()
    matches = [label for label in labels if str(label) == text] or [label for label in labels if _is_alike(label, text)]
    if len(matches) > 1:
        shown = " or ".join(map(repr, matches))
        raise ValueError(f"--positive {text} may mean {shown}. Write it as the table does.")
    return matches[0] if matches else text


def _is_alike(label: object, text: str) -> bool:
    """Tell whether `text` is `label` in other letter case, or the same number."""
    if str(label).casefold() == text.casefold():
        return True
    try:
        return float(str(label)) == float(text)
    except (TypeError, ValueError):
        return False
