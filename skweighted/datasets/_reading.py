"""Imbalanced tables: one that is always there, named ones from a folder, and a reader for the user's own."""

import lzma
import os
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from pandas.api.types import is_bool_dtype, is_datetime64_any_dtype, is_numeric_dtype
from pandas.errors import EmptyDataError, ParserError, ParserWarning
from sklearn.datasets import load_digits

from skweighted._base.errors import did_you_mean

__all__ = ["DATA_VARIABLE", "find_dataset", "load_dataset", "load_digits_8", "read_table"]

DATA_VARIABLE = "SKWEIGHTED_DATA"
"""The environment variable that names the folder :func:`load_dataset` reads."""

_TARGET = "target"
_DELIMITERS = ",;\t|"
_MISSING = ["?"]  # the UCI repository's mark, on top of what pandas knows: empty, NA, N/A, NaN, null, None
_ISO_DATE = r"\d{4}-\d\d"  # pandas alone also takes "now" and "today" for dates
_PROBE_BYTES = 8192
_FIRST_OPTIONS: dict[str, Any] = {"encoding": "utf-8-sig", "skipinitialspace": True}
TEXT_OPTIONS = _FIRST_OPTIONS | {"index_col": False, "na_values": _MISSING, "low_memory": False}
"""How pandas reads a text table, all of it or a piece at a time."""
_BROKEN = (EOFError, RuntimeError, lzma.LZMAError, zipfile.BadZipFile, zlib.error)  # RuntimeError: a password is needed


def load_digits_8() -> tuple[pd.DataFrame, pd.Series]:
    """Return scikit-learn's embedded handwritten digits as "8 against the rest".

    Returns
    -------
    X : DataFrame of shape (1797, 64)
        Grey values of 8 x 8 pixels, 0 to 16.
    y : Series of shape (1797,)
        1 for the 174 images of an 8, 0 for the 1,623 others: about 9 to 1.

    Examples
    --------
    >>> X, y = load_digits_8()
    >>> y.value_counts().to_dict()
    {0: 1623, 1: 174}
    """
    X, digit = load_digits(return_X_y=True, as_frame=True)
    return X, (digit == 8).astype(int).rename("is_8")


def find_dataset(name: str) -> Path:
    """Return the path of the data set `name` in the folder that ``SKWEIGHTED_DATA`` names.

    Parameters
    ----------
    name : str
        File name without its ending, such as ``"mammography"``; ``.csv``, ``.csv.gz`` and ``.npz`` are looked for.

    Returns
    -------
    pathlib.Path

    Raises
    ------
    FileNotFoundError
        If the variable is unset, the folder is not there, or it holds no such set.
    """
    folder = os.environ.get(DATA_VARIABLE)
    if not folder:
        raise FileNotFoundError(
            f"The environment variable {DATA_VARIABLE} is not set; set it to the folder that holds {name!r}, or fetch "
            "a public set with imblearn.datasets.fetch_datasets or sklearn.datasets.fetch_openml."
        )
    if not Path(folder).is_dir():
        raise FileNotFoundError(f"{DATA_VARIABLE} names {folder!r}, which is not a folder.")
    endings = (".csv", ".csv.gz", ".npz")
    for ending in endings:
        if (path := Path(folder, name + ending)).is_file():
            return path
    names = sorted(p.name.partition(".")[0] for p in Path(folder).iterdir() if p.name.endswith(endings))
    raise FileNotFoundError(f"No data set {name!r} in {folder!r}. {did_you_mean(name, names)}".rstrip())


def load_dataset(name: str) -> tuple[pd.DataFrame, pd.Series]:
    """Read the data set `name` from the folder that ``SKWEIGHTED_DATA`` names.

    Parameters
    ----------
    name : str
        As in :func:`find_dataset`.

    Returns
    -------
    X : DataFrame of shape (n_samples, n_features)
        Every column but the last.
    y : Series of shape (n_samples,)
        The last column, labels as they stand in the file. Of an ``.npz`` file, its arrays ``X`` and ``y``.

    Raises
    ------
    FileNotFoundError
        As in :func:`find_dataset`.
    ValueError
        As in :func:`read_table`.
    """
    path = find_dataset(name)
    frame = _read_frame(path)
    return _split_target(frame, frame.columns[-1], path)


def read_table(path: str | os.PathLike[str], target: str) -> tuple[pd.DataFrame, pd.Series]:
    """Read a table and split off the column to predict.

    Parameters
    ----------
    path : path-like
        A text table in UTF-8 with a header (comma, semicolon, tab or ``|`` between the columns; also compressed as
        ``.gz``, ``.bz2``, ``.xz`` or ``.zip``), a Parquet file (needs pyarrow), or an ``.npz`` file with the arrays
        ``X`` and ``y``, whose columns are called ``x0``, ``x1``, ... and ``target``. Where no comma separates the
        columns it may be the decimal mark. A first column without a name that only counts the rows is left out.
    target : str
        The column to predict.

    Returns
    -------
    X : DataFrame of shape (n_samples, n_features)
        The other columns. Columns of ISO 8601 dates become datetimes; empty cells, ``NA`` and ``?`` are missing.
    y : Series of shape (n_samples,)
        The labels as they stand in the file.

    Raises
    ------
    OSError
        If there is no such file or it cannot be opened.
    ValueError
        If it is not a table, has no such column, two of a name, no rows or no other column, or the target has missing
        values.
    """
    path = Path(path)
    frame = _read_frame(path)
    if target not in frame.columns:
        known = [str(column) for column in frame.columns]
        shown = ", ".join(known[:8]) + (f" and {len(known) - 8} more" if len(known) > 8 else "")
        hint = did_you_mean(target, known) or f"It has {shown}."
        raise ValueError(f"{path} has no column {target!r}. {hint}")
    return _split_target(frame, target, path)


def _read_frame(path: Path) -> pd.DataFrame:
    if path.is_dir():
        raise IsADirectoryError(f"{path} is a folder, not a file.")
    if not path.exists():
        siblings = [p.name for p in path.parent.iterdir()] if path.parent.is_dir() else []
        raise FileNotFoundError(f"No such file: {path}. {did_you_mean(path.name, siblings)}".rstrip())
    if path.suffix == ".npz":
        return _read_npz(path)
    if path.suffix in {".parquet", ".pq"}:
        return _read_parquet(path)
    return _read_text(path)


def _read_text(path: Path) -> pd.DataFrame:
    with name_text_faults(path):
        frame = _parse_text(path)
    if len(frame.columns) == 1:
        raise ValueError(
            f"{path} is not a table: its first line has one field only. Expected a header and columns separated by "
            "a comma, a semicolon, a tab or |."
        )
    return frame


@contextmanager
def name_text_faults(path: Path) -> Iterator[None]:
    """Turn what pandas raises about a text table into one sentence."""
    with path.open("rb") as file:
        binary = b"\0" in file.read(_PROBE_BYTES)
    if binary and path.suffix not in {".gz", ".bz2", ".xz", ".zip"}:
        raise ValueError(f"{path} is not a text table: it holds binary data or UTF-16. Save it as CSV in UTF-8.")
    try:
        with warnings.catch_warnings():
            # pandas only warns when lines are longer than the header, then cuts them off
            warnings.simplefilter("error", ParserWarning)
            yield
    except EmptyDataError:
        raise ValueError(f"{path} is empty.") from None
    except UnicodeDecodeError:
        raise ValueError(f"{path} is not UTF-8 text. Save it as CSV in UTF-8.") from None
    except ParserWarning:
        raise ValueError(f"{path} is not a table: its lines have more fields than its header.") from None
    except ParserError as error:
        detail = str(error).strip().removeprefix("Error tokenizing data. C error: ")
        raise ValueError(f"{path} is not a table: {detail}.") from None
    except (OSError, *_BROKEN) as error:
        raise ValueError(f"{path} cannot be decompressed: {error}.") from None


def _parse_text(path: Path) -> pd.DataFrame:
    delimiter, header = find_delimiter(path)
    frame = pd.read_csv(path, sep=delimiter, **TEXT_OPTIONS)
    if header[0] == "" and _counts_rows(frame.iloc[:, 0]):
        frame = frame.iloc[:, 1:]
    return frame if delimiter == "," else frame.apply(_parse_decimal_commas)


def find_delimiter(path: Path) -> tuple[str, pd.Series]:
    """Return what separates the columns of a text table, and its first line.

    Raises
    ------
    ValueError
        If the first line has a name twice.
    """
    as_text = {"header": None, "nrows": 1, "dtype": str, "keep_default_na": False}  # a column may be called NA
    first_lines = {d: pd.read_csv(path, sep=d, **as_text, **_FIRST_OPTIONS) for d in _DELIMITERS}
    delimiter = max(first_lines, key=lambda d: first_lines[d].shape[1])
    header = first_lines[delimiter].iloc[0]
    _check_header(header, path)
    return delimiter, header


def _check_header(header: pd.Series, path: Path) -> None:
    """Raise ValueError for two columns of a name: pandas would rename the second, which may be a copy of the target."""
    repeated = header[(header != "") & header.duplicated()].unique()
    if len(repeated):
        raise ValueError(f"{path} has more than one column {repeated[0]!r}: rename or drop all but one.")


def _counts_rows(column: pd.Series) -> bool:
    """Tell whether a column is what pandas and R write for row numbers, from 0 or 1 on."""
    whole = column.dtype.kind in "iu" and len(column) > 1
    return whole and column.iloc[0] in (0, 1) and bool((column.diff()[1:] == 1).all())


def _parse_decimal_commas(column: pd.Series) -> pd.Series:
    """Return a text column as numbers if every value that is there is one, with a comma for the decimal point."""
    if is_numeric_dtype(column):
        return column
    numbers = pd.to_numeric(column.astype(str).str.replace(",", "."), errors="coerce")
    return numbers if numbers.notna().equals(column.notna()) else column


def _read_npz(path: Path) -> pd.DataFrame:
    try:
        with np.load(path, allow_pickle=False) as arrays:
            X, y = arrays["X"], arrays["y"]
    except KeyError:
        raise ValueError(f"{path} does not hold the two arrays 'X' and 'y'.") from None
    except (ValueError, TypeError, *_BROKEN):  # TypeError: a single array, .npy
        raise ValueError(f"{path} is not a NumPy .npz file of plain arrays.") from None
    if X.ndim != 2 or y.shape != (len(X),):
        raise ValueError(
            f"{path} must hold X of shape (rows, columns) and y of shape (rows,), not {X.shape}, {y.shape}."
        )
    frame = pd.DataFrame(X, columns=[f"x{i}" for i in range(X.shape[1])])
    frame[_TARGET] = y
    return frame


def _read_parquet(path: Path) -> pd.DataFrame:
    try:
        return pd.read_parquet(path)
    except ImportError:
        raise ValueError(f"Reading {path} needs pyarrow: pip install pyarrow, or save the table as CSV.") from None


def _split_target(frame: pd.DataFrame, target: str, path: Path) -> tuple[pd.DataFrame, pd.Series]:
    y = frame[target]
    X = frame.drop(columns=target)
    n_missing = int(y.isna().sum())
    if len(y) == 0:
        raise ValueError(f"{path} has a header but no rows.")
    if X.shape[1] == 0:
        raise ValueError(f"{path} has no column besides {target!r}: there is nothing to predict from.")
    if n_missing == len(y):
        raise ValueError(f"Column {target!r} of {path} is empty: choose another target.")
    if n_missing:
        rows = "1 row has" if n_missing == 1 else f"{n_missing:,} of {len(y):,} rows have"
        raise ValueError(
            f"{rows} no value in column {target!r} (empty, NA, None and ? count as none). "
            "Drop them, or fill in a label."
        )
    return X.apply(_parse_dates), y


def _parse_dates(column: pd.Series) -> pd.Series:
    """Return a text column as datetimes in UTC if every value that is there is an ISO 8601 date."""
    if is_numeric_dtype(column) or is_bool_dtype(column) or is_datetime64_any_dtype(column):
        return column
    if isinstance(column.dtype, pd.CategoricalDtype) or not column.dropna().astype(str).str.match(_ISO_DATE).all():
        return column
    dates = pd.to_datetime(column, format="ISO8601", errors="coerce", utc=True)
    return dates if dates.notna().equals(column.notna()) else column
