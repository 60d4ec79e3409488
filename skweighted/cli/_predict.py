"""``skweighted predict``: probabilities and decisions for the rows of a table."""

import argparse
import contextlib
import os
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

import pandas as pd

from skweighted.cli._parser import Commands, add_command, add_quiet_option, check_output
from skweighted.cli._table import add_reading_options
from skweighted.datasets import read_chunks
from skweighted.deployment import FittedModel, TableNotes, load_model

__all__ = ["add_predict"]

_PLAIN = {".csv", ".tsv", ".txt", ".data"}
_EXAMPLES = """examples:
  skweighted predict model.skops new.csv --output scored.csv
  skweighted predict model.skops new.csv --keep id,date --output scored.csv
  skweighted predict model.skops new.csv.gz | head"""


def add_predict(commands: Commands) -> None:
    """Add the command."""
    parser = add_command(
        commands,
        "predict",
        summary="predict the rows of a table with a model of skweighted fit",
        description="Write a line for each row of a table: the probability of the positive class, or of\n"
        "each of more than two, and the decision. The table needs the columns of training,\n"
        "in any order. It is read in pieces, so its size does not matter.",
        epilog=_EXAMPLES,
    )
    parser.set_defaults(run=_predict, parser=parser)
    add = parser.add_argument
    add("model", metavar="MODEL", type=Path, help="a file that skweighted fit wrote")
    add("file", metavar="FILE", help="a table: CSV or the like, with a header; also Parquet and .npz")
    add("--output", metavar="CSV", type=Path, help="the file to write (default: standard output)")
    add("--keep", metavar="A,B", default="", help="columns of the table to copy before the probability")
    add_reading_options(parser, mark="as in training")
    add("--rows", metavar="N", type=int, default=50_000, help="rows to read at a time (default: 50000)")
    add("--trust", action="store_true", help="open a model file that may run code, such as a joblib file")
    add_quiet_option(parser)


def _predict(options: argparse.Namespace) -> int:
    from skweighted.cli.terminal import show_rows  # needs rich

    check_output(options.output, options.file)
    check_output(options.output, str(options.model), name="MODEL")
    if options.rows < 1:
        options.parser.error("--rows must be at least 1")
    model = load_model(options.model, trust=options.trust)
    if options.decimal is not None:
        model.schema = model.schema.with_decimal(options.decimal)
    keep = list(dict.fromkeys(name.strip() for name in options.keep.split(",") if name.strip()))
    taken = [name for name in keep if name in model.score_columns]
    if taken:
        raise ValueError(f"--keep {taken[0]}: predict writes a column of that name. Rename the one in the table.")
    notes, decided = TableNotes(), Counter[object]()
    with _open_output(options.output) as file, show_rows(_count_rows(options.file), quiet=options.quiet) as show:
        for scored, noted in _score_pieces(model, options, keep):
            scored.to_csv(file, index=False, header=not decided, float_format="%.6g", lineterminator="\n")
            decided.update(scored["decision"].tolist())
            notes.add(noted)
            show(decided.total())
    if not options.quiet:
        _report(notes, decided, options.output)
    return 0


def _count_rows(path: str) -> int | None:
    """Return about how many rows a plain text table has, by its lines; None for other files, which take longer."""
    file = Path(path)
    if file.suffix.lower() not in _PLAIN or not file.is_file():
        return None
    with file.open("rb") as lines:
        n_lines = sum(block.count(b"\n") for block in iter(lambda: lines.read(1 << 20), b""))
    return max(1, n_lines - 1)  # the header


def _score_pieces(
    model: FittedModel, options: argparse.Namespace, keep: list[str]
) -> Iterator[tuple[pd.DataFrame, TableNotes]]:
    path = options.file
    raw = [*model.schema.names, *keep]
    for piece in read_chunks(path, n_rows=options.rows, text_columns=raw, encoding=options.encoding):
        if piece.empty:
            raise ValueError(f"{path} has a header but no rows.")
        missing = [name for name in keep if name not in piece.columns]
        if missing:
            raise ValueError(f"{path} has no column {missing[0]!r} to keep.")
        scored, notes = model.score_rows(piece)
        notes.extra = [name for name in notes.extra if name not in keep]
        yield pd.concat([piece[keep], scored], axis=1), notes


@contextlib.contextmanager
def _open_output(path: Path | None) -> Iterator[TextIO]:
    """Open a file that takes its name when all rows are written, or standard output, or a device or pipe."""
    if path is None:
        yield sys.stdout
        return
    if path.exists() and not path.is_file():
        with path.open("w", encoding="utf-8", newline="") as file:
            yield file
        return
    unfinished = path.with_name(f"{path.name}.unfinished")
    try:
        with unfinished.open("w", encoding="utf-8", newline="") as file:
            yield file
        os.replace(unfinished, path)
    finally:
        unfinished.unlink(missing_ok=True)


def _report(notes: TableNotes, decided: Counter[object], output: Path | None) -> None:
    for sentence in notes.sentences():
        print(f"Note: {sentence}", file=sys.stderr)
    n_rows = decided.total()
    called = ", ".join(f"{label!r} {count:,} ({count / n_rows:.2%})" for label, count in decided.most_common())
    where = "" if output is None else f" They are in {output}."
    print(f"{n_rows:,} rows predicted: {called}.{where}", file=sys.stderr)
