"""In which encoding a file's text is: the one asked for, or the one its bytes agree with."""

import bz2
import codecs
import gzip
import lzma
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from skweighted._base.errors import parameter_error

__all__ = ["BROKEN", "check_encoding", "find_encoding", "open_bytes"]

BROKEN = (EOFError, RuntimeError, lzma.LZMAError, zipfile.BadZipFile, zlib.error)  # RuntimeError: a password is needed
"""What the standard library raises for a damaged archive, besides OSError."""

_OPENERS: dict[str, Any] = {".gz": gzip.open, ".bz2": bz2.open, ".xz": lzma.open}
_BLOCK = 1 << 20
_PROBE = 4096
_MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_UTF_16_SHARE = 0.3  # of bytes that are zero, all at even or all at odd places


def check_encoding(encoding: str | None) -> None:
    """Raise ValueError if Python knows no such encoding."""
    if encoding is None:
        return
    try:
        codecs.lookup(encoding)
    except LookupError:
        rule = "an encoding that Python knows, such as 'utf-8' or 'cp1252', or None to detect it"
        raise ValueError(parameter_error("encoding", "read_table", rule, encoding)) from None


@contextmanager
def open_bytes(path: Path) -> Iterator[IO[bytes]]:
    """Open a file, decompressed."""
    if path.suffix == ".zip":
        with zipfile.ZipFile(path) as archive:
            names = [name for name in archive.namelist() if not name.endswith("/")]
            if len(names) != 1:
                raise ValueError(f"{path} must hold one file, not {len(names)}.")
            with archive.open(names[0]) as file:
                yield file
    else:
        with _OPENERS.get(path.suffix, open)(path, "rb") as file:
            yield file


def find_encoding(path: Path) -> str:
    """Return the encoding that a byte order mark names, else UTF-8 or UTF-16 if the bytes are such, else Windows-1252.

    Raises
    ------
    ValueError
        If the file is not text.
    """
    with open_bytes(path) as file:
        head = file.read(_PROBE)
    for mark, encoding in _MARKS.items():
        if head.startswith(mark):
            return encoding
    if b"\0" in head:
        return _find_utf_16(head, path)
    # the second is Latin-1 with more letters in places that Latin-1 gives to no letter
    return next((encoding for encoding in ("utf-8", "cp1252") if _decodes(path, encoding)), "latin-1")


def _find_utf_16(head: bytes, path: Path) -> str:
    zeros = {parity: head[parity::2].count(0) for parity in (0, 1)}
    for parity, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        if zeros[1 - parity] == 0 and zeros[parity] > _UTF_16_SHARE * len(head):
            return encoding
    raise ValueError(f"{path} is not a text table: it holds binary data. Save it as CSV in UTF-8.")


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    with open_bytes(path) as file:
        try:
            while block := file.read(_BLOCK):
                decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True
