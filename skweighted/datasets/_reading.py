"""From any file to the columns to predict from and the labels."""

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from skweighted._base.errors import did_you_mean, warn_user
from skweighted.datasets._binary import is_binary, read_binary
from skweighted.datasets._labels import missing_rows, read_labels
from skweighted.datasets._text import TextTable
from skweighted.preprocessing import ColumnReader, Note

__all__ = ["LoadedTable", "check_path", "learn_columns", "load_table", "read_table"]

_MAX_NAMED = 8


@dataclass(frozen=True)
class LoadedTable:
    """A table as it was read.

    Attributes
    ----------
    X : DataFrame of shape (n_samples, n_features)
    y : Series of shape (n_samples,)
        Its name is the target's.
    notes : tuple of Note
        What was decided about the file, its labels and its columns.
    reader : ColumnReader
        Fitted; reads the same columns of another file as this one's were read.
    """

    X: pd.DataFrame
    y: pd.Series
    notes: tuple[Note, ...]
    reader: ColumnReader


def read_table(
    path: str | os.PathLike[str],
    target: str | int,
    *,
    encoding: str | None = None,
    decimal: str | None = None,
    keep_na_labels: bool = False,
) -> tuple[pd.DataFrame, pd.Series]:
    """Read a table and split off the column to predict.

    Parameters
    ----------
    path : path-like
        A text table with a header (comma, semicolon, tab or ``|`` between the columns; also compressed as ``.gz``,
        ``.bz2``, ``.xz`` or ``.zip``), a Parquet file (needs pyarrow), or an ``.npz`` file with the arrays ``X`` and
        ``y``, whose columns are called ``x0``, ``x1``, ... and ``target``. A first column without a name that holds
        nothing but different whole numbers is a row number and left out.
    target : str or int
        The column to predict: its name, or its position, -1 for the last.
    encoding : str or None, default=None
        The encoding of a text table. None detects UTF-8, UTF-16 and, for what is neither, Windows-1252.
    decimal : {".", ","} or None, default=None
        The decimal mark of a text table. None decides it column by column.
    keep_na_labels : bool, default=False
        Whether "NA", "None" and the like are labels in the target.

    Returns
    -------
    X : DataFrame of shape (n_samples, n_features)
        The other columns, as a :class:`~skweighted.preprocessing.ColumnReader` reads them: also numbers with
        thousands or decimal commas, and dates. Empty cells, ``NA`` and ``?`` are missing.
    y : Series of shape (n_samples,)
        The labels as they stand in the file, without blanks at the ends. They are numbers or booleans only if Python
        writes them so, too: "01" and "1" are two classes.

    Raises
    ------
    OSError
        If there is no such file or it cannot be opened.
    ValueError
        If it is not a table, has no such column, two of a name, no rows or no other column, or the target has missing
        values.

    Warns
    -----
    UserWarning
        For each decision that lost values or might have been another.

    See Also
    --------
    load_table : The same with the decisions.
    """
    table = load_table(path, target, encoding=encoding, decimal=decimal, keep_na_labels=keep_na_labels)
    for note in table.notes:
        if note.doubtful:
            warn_user(f"{Path(path).name}: {note}.")
    return table.X, table.y


def load_table(
    path: str | os.PathLike[str],
    target: str | int,
    *,
    encoding: str | None = None,
    decimal: str | None = None,
    keep_na_labels: bool = False,
) -> LoadedTable:
    """Read a table as :func:`read_table` does, and return what was decided about it instead of warning.

    Parameters
    ----------
    path, target, encoding, decimal, keep_na_labels
        As in :func:`read_table`.

    Returns
    -------
    LoadedTable

    Raises
    ------
    OSError, ValueError
        As :func:`read_table`.
    """
    path = check_path(path)
    reader = ColumnReader(decimal=decimal)
    if is_binary(path):
        frame = read_binary(path)
        notes: tuple[Note, ...] = ()
        name = find_column(list(frame.columns), target, path)
        X, y = frame.drop(columns=name), frame[name]
    else:
        text = TextTable.find(path, encoding)
        name = str(find_column(text.names, target, path))
        frame, notes = _read_text(text, name, reader)
        y, found = read_labels(frame[name], keep_na_labels=keep_na_labels)
        X, notes = frame.drop(columns=name), (*notes, *found)
    _check_target(X, y, path)
    if getattr(reader, "n_features_in_", None) != X.shape[1]:  # not read yet, or a row number was left out
        reader.fit(X)
    return LoadedTable(reader.transform(X), y, (*notes, *reader.notes_), reader)


def check_path(path: str | os.PathLike[str]) -> Path:
    """Return a path to a file.

    Raises
    ------
    OSError
        If it is none; the closest name in the folder is suggested.
    """
    path = Path(path)
    if path.is_dir():
        raise IsADirectoryError(f"{path} is a folder, not a file.")
    if not path.exists():
        siblings = [p.name for p in path.parent.iterdir()] if path.parent.is_dir() else []
        raise FileNotFoundError(f"No such file: {path}. {did_you_mean(path.name, siblings)}".rstrip())
    return path


def find_column(names: Sequence[object], target: str | int, path: Path) -> object:
    """Return the column that `target` names, or counts.

    Raises
    ------
    ValueError
        If there is none.
    """
    if target in names:
        return target
    if isinstance(target, str) and target.strip() in names:
        return target.strip()
    if re.fullmatch(r"[+-]?\d+", str(target)):
        if -len(names) <= int(target) < len(names):
            return names[int(target)]
        raise ValueError(f"{path} has no column at position {target}; it has {len(names)} columns, counted from 0.")
    more = f" and {len(names) - _MAX_NAMED} more" if len(names) > _MAX_NAMED else ""
    hint = did_you_mean(target, names) or f"It has {', '.join(map(str, names[:_MAX_NAMED]))}{more}."
    raise ValueError(f"{path} has no column {target!r}. {hint}")


def learn_columns(
    text: TextTable, reader: ColumnReader, *, target: str | None = None, n_rows: int | None = None
) -> pd.DataFrame:
    """Fit `reader` on the columns besides `target`, and return them all as they were read for it.

    pandas reads a column as numbers only if all its values are plain ones. Those stay as they are, but if the decimal
    mark is a comma, 1.705 is a whole number, so that columns of decimals are read as text again.
    """
    frame = text.read(raw=target, n_rows=n_rows)
    features = frame.drop(columns=[] if target is None else target)
    reader.fit(features)
    if reader.decimal == "," or reader.has_decimal_commas:
        decimals = [name for name, dtype in features.dtypes.items() if dtype.kind == "f"]
        if decimals:
            written = text.read(as_text=decimals, n_rows=n_rows)[decimals]
            frame = frame.assign(**written)
            reader.fit(features.assign(**written))
    elif text.layout.delimiter == "," and reader.decimal is None and reader.notes_:
        reader.set_params(decimal=".").fit(features)  # nobody separates columns by their decimal mark
    return frame


def _read_text(text: TextTable, target: str, reader: ColumnReader) -> tuple[pd.DataFrame, tuple[Note, ...]]:
    """Return the table without row numbers, and what is to be said about it."""
    if len(text.names) == 1:
        raise ValueError(
            f"{text.path} is not a table: its first line has one field only. Expected a header and columns separated "
            "by a comma, a semicolon, a tab or |."
        )
    frame = learn_columns(text, reader, target=target)
    first = frame.columns[0]
    if text.layout.header[0] or target == first or not _numbers_rows(frame[first]):
        return frame, text.notes
    note = Note((), "the first column, which has no name, numbers the rows and is left out")
    return frame.drop(columns=first), (*text.notes, note)


def _numbers_rows(column: pd.Series) -> bool:
    """Tell whether a column is what pandas and R write for row numbers, in whatever order the rows are now."""
    return column.dtype.kind in "iu" and len(column) > 1 and column.is_unique and column.min() >= 0


def _check_target(X: pd.DataFrame, y: pd.Series, path: Path) -> None:
    n_missing = missing_rows(y)
    if len(y) == 0:
        raise ValueError(f"{path} has a header but no rows.")
    if X.shape[1] == 0:
        raise ValueError(f"{path} has no column besides {y.name!r}: there is nothing to predict from.")
    if n_missing == len(y):
        raise ValueError(f"Column {y.name!r} of {path} is empty: choose another target.")
    if n_missing:
        rows = "1 row has" if n_missing == 1 else f"{n_missing:,} of {len(y):,} rows have"
        raise ValueError(
            f"{rows} no value in column {y.name!r} (empty, NA, None and ? count as none). Drop them, fill in a label, "
            "or keep such words as labels (keep_na_labels=True, --keep-na-labels)."
        )
