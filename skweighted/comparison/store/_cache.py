"""A folder of finished results, from which a run that was killed continues."""

import re
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from skweighted._base.errors import parameter_error, warn_user
from skweighted.comparison._predictions import FoldResult
from skweighted.comparison._problem import Problem, Split
from skweighted.comparison.store._archive import DamagedFileError, read_archive, write_archive
from skweighted.comparison.store._questions import digest_job, digest_problem
from skweighted.comparison.store._results import pack_result, unpack_result
from skweighted.many_fits import Job

__all__ = ["Cache", "KeptFile"]

_KIND = "result of a fold"


@dataclass(frozen=True)
class KeptFile:
    """The place of one result.

    Attributes
    ----------
    path : Path
    tested : ndarray of shape (n_test,)
        Positions of the rows that it is about.
    n_classes : int
    """

    path: Path
    tested: NDArray[np.intp]
    n_classes: int

    def write(self, result: FoldResult) -> None:
        """Keep a result; one that failed is not kept, so that it is tried again."""
        if result.error is None:
            facts, arrays = pack_result(result)
            write_archive(self.path, {"kind": _KIND, **facts}, arrays)

    def read(self, strategy: str) -> FoldResult | None:
        """Return the result that was kept, now of `strategy`; None if there is none that can be read.

        Warns
        -----
        UserWarning
            If the file is damaged; it will be replaced.
        """
        if not self.path.exists():
            return None
        try:
            result = unpack_result(*read_archive(self.path, _KIND), self.n_classes)
            if not np.array_equal(result.rows, self.tested):
                raise DamagedFileError("it is about other rows")
        except Exception as error:  # whatever a forged file provokes
            warn_user(f"{self.path} is damaged, so its fit is made again. {error}")
            return None
        return replace(result, strategy=strategy, from_cache=True)


class Cache:
    """Finished results by what decided them, so that another question never reads them.

    Parameters
    ----------
    folder : str or Path
        Made if it does not exist.
    problem : Problem
        Its data give a subfolder the name.

    Raises
    ------
    OSError, ValueError
        If there cannot be such a folder.
    """

    def __init__(self, folder: str | Path, problem: Problem) -> None:
        if Path(folder).exists() and not Path(folder).is_dir():
            rule = "a folder, which is made if it does not exist"
            raise ValueError(parameter_error("cache", "compare_strategies", rule, str(folder)))
        self.folder = Path(folder) / digest_problem(problem)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.n_classes = len(problem.labels)
        self._warned: set[str] = set()

    def file(self, strategy: str, split: Split, job: Job) -> KeptFile | None:
        """Return where the result of a job is kept; None if nothing tells its model from others.

        Warns
        -----
        UserWarning
            Once for each strategy the fits of which cannot be kept.
        """
        try:
            digest = digest_job(job, split.test)
        except Exception as error:  # whatever a user's class raises when it is pickled
            if strategy not in self._warned:
                self._warned.add(strategy)
                warn_user(f"The fits of {strategy!r} are not kept, as its settings cannot be written down: {error}")
            return None
        words = re.sub(r"\W+", "_", strategy)[:40]
        name = f"{words}-{split.repeat}-{split.fold}-{digest}.npz"
        return KeptFile(self.folder / name, split.test, self.n_classes)
