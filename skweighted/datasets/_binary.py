"""Tables in files that have types: NumPy's arrays and Parquet."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from skweighted.datasets._encodings import BROKEN

__all__ = ["cut_binary", "is_binary", "read_binary"]

_TARGET = "target"


def is_binary(path: Path) -> bool:
    """Tell by a file's name whether it is not text."""
    return path.suffix in {".npz", ".parquet", ".pq"}


def read_binary(path: Path, *, labelled: bool = True) -> pd.DataFrame:
    """Read a file of arrays or a Parquet file.

    Parameters
    ----------
    path : Path
    labelled : bool, default=True
        Whether a file of arrays must hold labels.

    Raises
    ------
    ValueError
        If it is not one.
    """
    return _read_npz(path, labelled) if path.suffix == ".npz" else _read_parquet(path)


def cut_binary(path: Path, n_rows: int) -> Iterator[pd.DataFrame]:
    """Yield a file of arrays or a Parquet file in pieces of at most `n_rows` rows; of the latter no more is in memory.

    Parameters
    ----------
    path : Path
    n_rows : int
    """
    if path.suffix == ".npz":
        frame = _read_npz(path, labelled=False)
        yield from (frame.iloc[start : start + n_rows] for start in range(0, len(frame), n_rows))
    else:
        yield from _cut_parquet(path, n_rows)


def _read_npz(path: Path, labelled: bool) -> pd.DataFrame:
    try:
        with np.load(path, allow_pickle=False) as arrays:
            X, y = arrays["X"], arrays["y"] if labelled or "y" in arrays else None
    except KeyError:
        needed = "two arrays 'X' and 'y'" if labelled else "array 'X'"
        raise ValueError(f"{path} does not hold the {needed}.") from None
    except (ValueError, TypeError, *BROKEN):  # TypeError: a single array, .npy
        raise ValueError(f"{path} is not a NumPy .npz file of plain arrays.") from None
    if X.ndim != 2:
        raise ValueError(f"{path} must hold X of shape (rows, columns), not {X.shape}.")
    if y is not None and y.shape != (len(X),):
        raise ValueError(f"{path} must hold y of shape (rows,), as X of {X.shape} has, not {y.shape}.")
    frame = pd.DataFrame(X, columns=[f"x{i}" for i in range(X.shape[1])])
    if y is not None:
        frame[_TARGET] = y
    return frame


def _read_parquet(path: Path) -> pd.DataFrame:
    with _faults_of_parquet(path):
        return pd.read_parquet(path)


def _cut_parquet(path: Path, n_rows: int) -> Iterator[pd.DataFrame]:
    start = 0
    with _faults_of_parquet(path):
        from pyarrow.parquet import ParquetFile

        with ParquetFile(path, pre_buffer=False) as file:  # a buffer would hold all that was read
            for batch in file.iter_batches(n_rows):  # short ones where parts of the file meet
                piece = batch.to_pandas()
                if isinstance(piece.index, pd.RangeIndex):
                    piece.index += start
                start += len(piece)
                yield piece


@contextlib.contextmanager
def _faults_of_parquet(path: Path) -> Iterator[None]:
    try:
        yield
    except ImportError:
        raise ValueError(f"Reading {path} needs pyarrow: pip install pyarrow, or save the table as CSV.") from None
    except (ValueError, OSError) as error:  # pyarrow's own errors are such
        first_line, _, _ = str(error).partition("\n")
        raise ValueError(f"{path} is not a Parquet file: {first_line}") from None
