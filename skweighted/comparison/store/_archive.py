"""One file: named arrays and a text of JSON, written whole or not at all, and read without running any code."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np
from numpy.typing import NDArray

__all__ = ["Archive", "DamagedFileError", "read_archive", "write_archive"]

Archive = tuple[dict[str, Any], dict[str, NDArray]]
"""Facts, which JSON can hold, and arrays by name."""

_FACTS = "facts"  # the name of the array that holds the JSON, as bytes


class DamagedFileError(ValueError):
    """A file is cut off, changed, or of another kind."""


def write_archive(path: Path, facts: dict[str, Any], arrays: Mapping[str, NDArray], *, compress: bool = False) -> None:
    """Write a file, under another name until it is complete.

    Parameters
    ----------
    path : Path
    facts : dict
        What JSON can hold.
    arrays : mapping of str to ndarray
        None of objects.
    compress : bool, default=False
    """
    text = np.frombuffer(json.dumps(facts).encode(), dtype=np.uint8)
    write = np.savez_compressed if compress else np.savez
    part = path.with_name(f"{path.name[:100]}.{uuid4().hex}.part")
    try:
        with part.open("xb") as file:
            write(file, allow_pickle=False, **{_FACTS: text}, **arrays)
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def read_archive(path: Path, kind: str) -> Archive:
    """Return the facts and the arrays of a file.

    Parameters
    ----------
    path : Path
    kind : str
        What its facts must call themselves.

    Raises
    ------
    OSError
        If there is no such file, or it may not be read.
    DamagedFileError
        If it is cut off or damaged, or of another kind.
    """
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as kept:
            arrays = dict(kept)
        facts = json.loads(arrays.pop(_FACTS).tobytes())
        is_ours = facts["kind"] == kind
    except OSError:
        raise
    except Exception as error:  # numpy, zipfile, zlib and json each have their own
        raise DamagedFileError(f"{path} is damaged, or no {kind} of skweighted ({_one_line(error)}).") from None
    if not is_ours:
        raise DamagedFileError(f"{path} holds no {kind} of skweighted, or one of another version.")
    return facts, arrays


def _one_line(error: Exception) -> str:
    return f"{type(error).__name__}: {error}".split("\n", maxsplit=1)[0][:80]
