"""Read a table a piece at a time, so that its size does not matter."""

import os
from collections.abc import Collection, Iterator

import pandas as pd

from skweighted.datasets._binary import cut_binary, is_binary
from skweighted.datasets._reading import check_path, learn_columns
from skweighted.datasets._text import TextTable
from skweighted.preprocessing import ColumnReader

__all__ = ["read_chunks"]


def read_chunks(
    path: str | os.PathLike[str],
    *,
    n_rows: int = 50_000,
    text_columns: Collection[str] = (),
    reader: ColumnReader | None = None,
    encoding: str | None = None,
) -> Iterator[pd.DataFrame]:
    """Yield a table in pieces of `n_rows` rows, with no target split off.

    Parameters
    ----------
    path : path-like
        As in :func:`read_table`. ``.npz`` files are read whole, then cut.
    n_rows : int, default=50_000
        Rows of a piece at most. Of text only the last has fewer; a Parquet file is also cut where its row groups meet.
    text_columns : collection of str, default=()
        Columns to leave as they are written, such as "01".
    reader : ColumnReader or None, default=None
        Fitted on another table, such as :attr:`LoadedTable.reader`: columns of the names it knows are read as there.
        None learns from the first piece how all pieces are to be read.
    encoding : str or None, default=None
        As in :func:`read_table`.

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
    path = check_path(path)
    if is_binary(path):
        pieces = cut_binary(path, n_rows)
    else:
        text = TextTable.find(path, encoding)
        if reader is None:
            reader = ColumnReader()
            learn_columns(text, reader, n_rows=n_rows)
        written = {*reader.get_feature_names_out()} - reader.plain_columns
        pieces = text.read_pieces(n_rows, as_text=written | set(text_columns))
    for piece in pieces:
        reader = reader or ColumnReader().fit(piece)
        yield piece.assign(**reader.read_known(piece.drop(columns=list(text_columns), errors="ignore")))
