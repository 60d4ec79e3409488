"""Read a table a piece at a time, so that its size does not matter."""

import os
from collections.abc import Collection, Iterator
from pathlib import Path

import pandas as pd

from skweighted.datasets._reading import (
    TEXT_OPTIONS,
    _parse_dates,
    _parse_decimal_commas,
    _read_frame,
    find_delimiter,
    name_text_faults,
)

__all__ = ["read_chunks"]

_READ_WHOLE = {".npz", ".parquet", ".pq"}


def read_chunks(
    path: str | os.PathLike[str], *, n_rows: int = 50_000, text_columns: Collection[str] = ()
) -> Iterator[pd.DataFrame]:
    """Yield a table in pieces of `n_rows` rows, with no target split off.

    Parameters
    ----------
    path : path-like
        As in :func:`read_table`. Parquet and ``.npz`` files are read whole, then cut.
    n_rows : int, default=50_000
        Rows of a piece; the last may have fewer.
    text_columns : collection of str, default=()
        Columns to leave as they are written, such as "01". The others are numbers or dates in each piece in which all
        their values are.

    Yields
    ------
    DataFrame
        Its index continues from piece to piece.

    Raises
    ------
    OSError
        If there is no such file or it cannot be opened.
    ValueError
        If it is not a table. A fault further down is found when its piece is read.
    """
    path = Path(path)
    if path.suffix in _READ_WHOLE or not path.is_file():
        frame = _read_frame(path)
        yield from (frame.iloc[start : start + n_rows] for start in range(0, len(frame), n_rows))
        return
    with name_text_faults(path):
        delimiter, header = find_delimiter(path)
        as_text = {name: str for name in text_columns if name in set(header)}
        pieces = pd.read_csv(path, sep=delimiter, chunksize=n_rows, dtype=as_text, **TEXT_OPTIONS)
    with pieces:
        while (piece := _next_piece(pieces, path)) is not None:
            yield _parse(piece, delimiter, as_text)


def _next_piece(pieces: Iterator[pd.DataFrame], path: Path) -> pd.DataFrame | None:
    with name_text_faults(path):
        return next(pieces, None)


def _parse(piece: pd.DataFrame, delimiter: str, as_text: Collection[str]) -> pd.DataFrame:
    """Return a piece with numbers and dates read in all columns but those that stay text."""
    parsed = {name: column for name, column in piece.items() if name not in as_text}
    if delimiter != ",":
        parsed = {name: _parse_decimal_commas(column) for name, column in parsed.items()}
    return piece.assign(**{str(name): _parse_dates(column) for name, column in parsed.items()})
