"""Text tables: from a path to a DataFrame whose columns pandas has read as far as it is sure."""

import csv
import io
import re
import warnings
from collections import Counter, deque
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import pandas as pd
from pandas.errors import EmptyDataError, ParserError, ParserWarning

from skweighted.datasets._delimiters import Layout, find_layout
from skweighted.datasets._encodings import BROKEN, check_encoding, find_encoding, open_bytes
from skweighted.preprocessing import Note

__all__ = ["TextTable", "name_faults"]

_HEAD_BYTES = 1 << 16
_MISSING = ["?"]  # the UCI repository's mark, on top of what pandas knows: empty, NA, N/A, NaN, null, None
_TOO_LONG = "has more fields than the header"
_CUTS_LINES = int(pd.__version__.partition(".")[0]) < 3  # the first of each piece, at the header's length
_UNICODE = ("utf-8", "utf-8-sig")


@dataclass(frozen=True)
class TextTable:
    """Where a text table is, and how it is written."""

    path: Path
    encoding: str
    layout: Layout
    notes: tuple[Note, ...]

    @classmethod
    def find(cls, path: Path, encoding: str | None = None) -> "TextTable":
        """Look at a file.

        Raises
        ------
        ValueError
            If it is not a text table, or names two columns alike.
        """
        check_encoding(encoding)
        with name_faults(path):
            found = encoding or find_encoding(path)
            head = _read_head(path, found)
            if not head.strip():
                raise EmptyDataError
            layout = find_layout(head)
        if layout.overlong:
            raise ValueError(f"{path} is not a table: its lines have more fields than its header.")
        _check_header(layout.header, path)
        notes = () if encoding or found in _UNICODE else (_tell_encoding(found),)
        return cls(path, "utf-8-sig" if found == "utf-8" else found, layout, notes)

    @property
    def names(self) -> list[str]:
        """Return the columns' names; those without one are called ``Unnamed: 0`` and so on."""
        return [name or f"Unnamed: {i}" for i, name in enumerate(self.layout.header)]

    def read(self, *, as_text: Collection[str] = (), raw: str | None = None, n_rows: int | None = None) -> pd.DataFrame:
        """Read the table.

        Parameters
        ----------
        as_text : collection of str, default=()
            Columns to leave as they are written; the others are numbers or booleans if all their values are.
        raw : str or None, default=None
            A column in which also "NA", "None" and the like stay as they are written.
        n_rows : int or None, default=None
            The first rows only; None reads all.
        """
        with name_faults(self.path):
            frame = self._open(as_text, raw, nrows=n_rows).set_axis(self.names, axis=1)
        if raw is not None:
            written = pd.Series([value[1:] for value in frame[raw]], index=frame.index, dtype=object)
            frame.isetitem(self.names.index(raw), written)
        return frame

    def read_pieces(self, n_rows: int, *, as_text: Collection[str] = ()) -> Iterator[pd.DataFrame]:
        """Yield pieces of `n_rows` rows, read as by :meth:`read`."""
        with name_faults(self.path):
            pieces = self._open(as_text, None, chunksize=n_rows)
        lengths = self._check_lengths() if _CUTS_LINES else iter(())
        with pieces:
            while True:
                with name_faults(self.path):
                    piece = next(pieces, None)
                # after the last piece, what is left: blank lines may have put the two out of step
                deque(islice(lengths, None if piece is None else len(piece)), maxlen=0)
                if piece is None:
                    return
                yield piece.set_axis(self.names, axis=1)

    def _check_lengths(self) -> Iterator[None]:
        """Go through the lines; raise at one with more fields than the header, but for a delimiter at its end."""
        n_fields = len(self.names)
        with open_bytes(self.path) as file, io.TextIOWrapper(file, encoding=self.encoding, newline="") as text:
            rows = csv.reader(text, delimiter=self.layout.delimiter, skipinitialspace=True)
            for _ in range(self.layout.n_skipped + 1):
                next(filter(None, rows), None)
            for row in filter(None, rows):
                if len(row) > n_fields and (len(row) > n_fields + 1 or row[-1].strip()):
                    raise ValueError(f"{self.path} is not a table: line {rows.line_num:,} {_TOO_LONG}.")
                yield

    def _open(self, as_text: Collection[str], raw: str | None, **options: Any) -> Any:
        positions = {i: str for i, name in enumerate(self.names) if name in as_text and name != raw}
        return pd.read_csv(
            self.path,
            sep=self.layout.delimiter,
            encoding=self.encoding,
            skiprows=self.layout.n_skipped,
            skipinitialspace=True,
            index_col=False,
            na_values=_MISSING,
            low_memory=False,
            dtype=positions,
            converters={} if raw is None else {self.names.index(raw): _protect},
            **options,
        )


def _protect(value: str) -> str:
    """Return a value that pandas cannot take for missing."""
    return f"={value}"


def _read_head(path: Path, encoding: str) -> str:
    """Return the first whole lines."""
    with open_bytes(path) as file:
        head = file.read(_HEAD_BYTES)
    with io.TextIOWrapper(io.BytesIO(head), encoding=encoding, errors="replace", newline="") as text:
        lines = text.readlines()
    complete = lines[:-1] if len(head) == _HEAD_BYTES and len(lines) > 1 else lines
    return "".join(complete).removeprefix("\ufeff")


def _check_header(header: list[str], path: Path) -> None:
    """Raise ValueError for two columns of a name: pandas would rename the second, which may be a copy of the target."""
    repeated = [name for name, n in Counter(header).items() if name and n > 1]
    if repeated:
        raise ValueError(f"{path} has more than one column {repeated[0]!r}: rename or drop all but one.")


def _tell_encoding(encoding: str) -> Note:
    if encoding.startswith("utf-16"):
        return Note((), "read as UTF-16")
    known = {"cp1252": "Windows-1252", "latin-1": "Latin-1"}[encoding]
    return Note((), f"not UTF-8, so it is read as {known}; encoding= or --encoding names another", True)


@contextmanager
def name_faults(path: Path) -> Iterator[None]:
    """Turn what pandas raises about a text table into one sentence."""
    try:
        with warnings.catch_warnings():
            # pandas only warns when lines are longer than the header, then cuts them off
            warnings.simplefilter("error", ParserWarning)
            yield
    except EmptyDataError:
        raise ValueError(f"{path} is empty.") from None
    except UnicodeError as error:
        cure = "Leave the encoding out to have it detected, or name another."
        raise ValueError(f"{path} is not text in the encoding {getattr(error, 'encoding', 'named')}. {cure}") from None
    except ParserWarning:
        raise ValueError(f"{path} is not a table: its lines have more fields than its header.") from None
    except ParserError as error:
        detail = str(error).strip().removeprefix("Error tokenizing data. C error: ")
        longer = re.fullmatch(r"Expected \d+ fields in (line \d+), saw \d+", detail)
        detail = f"{longer[1]} {_TOO_LONG}" if longer else detail
        raise ValueError(f"{path} is not a table: {detail}.") from None
    except (OSError, *BROKEN) as error:
        raise ValueError(f"{path} cannot be decompressed: {error}.") from None
