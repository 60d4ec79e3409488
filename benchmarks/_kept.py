"""Results that are computed once: a file each in a folder outside of the checkout, so that a run can be resumed."""

import hashlib
import json
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = ["Kept"]


@dataclass(frozen=True)
class Kept:
    """A folder of JSON files, and progress on the error stream.

    Parameters
    ----------
    folder : Path or None
        Where results are kept; None keeps nothing, as befits seconds, which no later run is to print again unasked.
    computes : bool, default=True
        Whether what is missing is computed; else it is None.
    """

    folder: Path | None
    computes: bool = True

    @classmethod
    def of(cls, script: str, folder: Path | None = None, *, computes: bool = True) -> "Kept":
        """Return the results of a script, in `folder` or in one of its own among the temporary files."""
        return cls(folder or Path(tempfile.gettempdir()) / f"skweighted-{script}", computes)

    def get(self, what: str, compute: Callable[[], Any]) -> Any:
        """Return what `compute` returns, from an earlier run if there was one."""
        path = self._path(what)
        if path is not None and path.exists():
            return json.loads(path.read_text(encoding="utf-8"))
        if not self.computes:
            return None
        start = time.perf_counter()
        value = compute()
        print(f"{time.strftime('%H:%M:%S')} {what}: {time.perf_counter() - start:.1f} s", file=sys.stderr, flush=True)
        if path is None:
            return value
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(".part")
        part.write_text(json.dumps(value), encoding="utf-8")
        part.rename(path)
        return value

    def _path(self, what: str) -> Path | None:
        if self.folder is None:
            return None
        name = "".join(c if c.isalnum() else "-" for c in what)[:60]
        return self.folder / f"{name}-{hashlib.sha256(what.encode()).hexdigest()[:8]}.json"
