"""The conductor: fold by fold, as many folds at a time as memory allows, here or in joblib's workers."""

import pickle
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import closing
from typing import Any

import numpy as np
from joblib import effective_n_jobs, parallel, wrap_non_picklable_objects
from numpy.typing import NDArray
from sklearn.utils.parallel import Parallel, delayed

from skweighted._base.sklearn_private import index_params, index_rows
from skweighted._base.types import Labels, Table
from skweighted.engines.plan import TrainingData
from skweighted.engines.stacking import MAX_BYTES
from skweighted.many_fits._jobs import Job, Outcome, without_locals
from skweighted.many_fits._leaves import Leaf, can_be_stacked, find_leaves
from skweighted.many_fits._records import Record, Validation
from skweighted.many_fits._training import Count, fit_alone, train_leaves

__all__ = ["MAX_ROWS_BYTES", "fit_many"]

Then = Callable[[int, Any], Any]
Keep = Callable[[Outcome], None]
Fold = list[tuple[int, Job]]  # jobs with equal rows, by their position

MAX_ROWS_BYTES = 2**28
"""Preprocessed rows that wait for training at a time, if a single fold does not need more."""


def fit_many(
    jobs: Sequence[Job],
    X: Table,
    y: Labels,
    *,
    then: Then | None = None,
    keep: Keep | None = None,
    n_jobs: int | None = None,
    max_bytes: int = MAX_BYTES,
    max_rows_bytes: int = MAX_ROWS_BYTES,
    progress: Count | None = None,
) -> Generator[Outcome]:
    """Fit every job, and yield outcomes as they come, early folds first.

    Steps before the last are fitted once for equal settings on equal rows, and so are classifiers. Those that are
    compiled `CostSensitiveMLPClassifier` train together as stacks, resampled rows of different number too.

    Parameters
    ----------
    jobs : sequence of Job
        Those with equal rows form a fold.
    X, y : array-like of n_samples
    then : callable (index, model), optional
        Called with each fitted model where it was fitted; its result is ``outcome.result``, and what it raises the
        error. From another process the model itself does not come back with it.
    keep : callable (outcome), optional
        Called after `then`, there too, as soon as the model is fitted or has failed.
    n_jobs : int, default=None
        Joblib workers, each of which gets whole folds.
    max_bytes : int, default=2 GiB
        Working memory of the stacks that train at a time, in each worker.
    max_rows_bytes : int, default=256 MiB
        Preprocessed rows that are held at a time, in each worker.
    progress : callable (number of jobs done), optional

    Yields
    ------
    Outcome

    Notes
    -----
    Close the iterator if it is not used up (``contextlib.closing``): training ends at its next slice.
    """
    folds = _folds(jobs)
    n_workers = min(effective_n_jobs(n_jobs), len(jobs))
    options: dict[str, Any] = {"then": then, "keep": keep, "max_bytes": max_bytes, "max_rows_bytes": max_rows_bytes}
    if n_workers == 1:
        yield from _fit_folds(folds, X, y, progress=progress, **options)
        return
    tasks = (delayed(_fit_in_worker)(chunk, X, y, options) for chunk in _chunks(folds, n_workers))
    n_done = 0
    for outcomes in _parallel(n_jobs)(tasks):
        n_done += len(outcomes)
        if progress is not None:
            progress(n_done)
        yield from outcomes


def _parallel(n_jobs: int | None) -> Any:
    backend, _ = parallel.get_active_backend()
    # Not every backend can give results as they come.
    how = {"return_as": "generator_unordered"} if backend.supports_return_generator else {}
    return Parallel(n_jobs=n_jobs, **how)


def _folds(jobs: Sequence[Job]) -> list[Fold]:
    """Return jobs with equal rows together, in the order in which they first occur."""
    folds: dict[Any, Fold] = {}
    for index, job in enumerate(jobs):
        watched = job.validation_rows
        key = job.rows.tobytes(), None if watched is None else watched.tobytes()
        folds.setdefault(key, []).append((index, job))
    return list(folds.values())


def _chunks(folds: list[Fold], n_workers: int) -> list[list[Fold]]:
    """Return whole folds for each worker; with more workers than folds, a part of one for each."""
    if len(folds) < n_workers:
        n_parts = [1] * len(folds)
        for _ in range(n_workers - len(folds)):
            largest = max(range(len(folds)), key=lambda fold: len(folds[fold]) / n_parts[fold])
            n_parts[largest] += 1
        return [[fold[part::n]] for fold, n in zip(folds, n_parts, strict=True) for part in range(n)]
    if not any(can_be_stacked(job.model) for fold in folds for _, job in fold):
        return [[fold] for fold in folds]
    return [folds[worker::n_workers] for worker in range(n_workers)]


def _fit_in_worker(folds: list[Fold], X: Table, y: Labels, options: dict[str, Any]) -> list[Outcome]:
    outcomes = list(_fit_folds(folds, X, y, progress=None, **options))
    for outcome in outcomes:
        if options["then"] is not None:
            outcome.model = None
        if outcome.error is not None:
            outcome.error = _portable(outcome.error)
    return outcomes


def _portable(error: Exception) -> Exception:
    """Return an error that survives the way out of a worker: one that does not would end the whole run."""
    try:
        pickle.loads(pickle.dumps(wrap_non_picklable_objects(error, keep_wrapper=False)))  # as joblib sends it
    except Exception:  # whatever its __init__ or __reduce__ raises
        return RuntimeError(f"{type(error).__name__}: {error}")
    return error


def _fit_folds(
    folds: list[Fold],
    X: Table,
    y: Labels,
    *,
    then: Then | None,
    keep: Keep | None = None,
    max_bytes: int,
    max_rows_bytes: int,
    progress: Count | None,
) -> Generator[Outcome]:
    here = _Here(X, y, max_bytes, max_rows_bytes, progress)
    for fitted in here.fit(folds):
        outcome = _apply(then, fitted)
        if keep is not None:
            keep(outcome)
        yield outcome


class _Here:
    """Fits folds in this process: the networks of as many folds as the bytes allow wait, and then train together."""

    def __init__(self, X: Table, y: Labels, max_bytes: int, max_rows_bytes: int, progress: Count | None) -> None:
        self.X, self.y = X, y
        self.max_bytes, self.max_rows_bytes = max_bytes, max_rows_bytes
        self.progress = progress
        self.n_done = 0
        self.waiting: list[Leaf] = []
        self.waiting_bytes = 0

    def fit(self, folds: list[Fold]) -> Generator[Outcome]:
        for fold in folds:
            roots = _Roots(self.X, self.y)
            leaves, failed = find_leaves(fold, roots.record)
            yield from self._done(failed)
            stacked = [leaf for leaf in leaves if can_be_stacked(leaf.classifier)]
            for leaf in stacked:
                error = leaf.plan()
                if error is not None:
                    yield from self._done(leaf.outcomes(error))
            for leaf in leaves:
                if not can_be_stacked(leaf.classifier):
                    yield from self._done(fit_alone(leaf))
            roots.forget_rows()
            yield from self._wait([leaf for leaf in stacked if leaf.plans])
        yield from self._train()

    def _wait(self, leaves: list[Leaf]) -> Generator[Outcome]:
        """Let leaves wait, after those that waited are trained if there is no room for both."""
        data = {id(plan.data): plan.data for leaf in leaves for plan in leaf.plans}
        size = sum(map(_count_bytes, data.values()))
        if self.waiting_bytes + size > self.max_rows_bytes:
            yield from self._train()
        self.waiting += leaves
        self.waiting_bytes += size

    def _train(self) -> Generator[Outcome]:
        leaves, self.waiting, self.waiting_bytes = self.waiting, [], 0
        n_before = self.n_done
        show = None if self.progress is None else lambda n: self._show(n_before + n)
        with closing(train_leaves(leaves, max_bytes=self.max_bytes, progress=show)) as outcomes:
            for outcome in outcomes:
                self.n_done += 1
                yield outcome

    def _done(self, outcomes: Iterable[Outcome]) -> Generator[Outcome]:
        for outcome in outcomes:
            self.n_done += 1
            self._show(self.n_done)
            yield outcome

    def _show(self, n_done: float) -> None:
        if self.progress is not None:
            self.progress(n_done)


class _Roots:
    """The rows of a fold, once for each set of arguments of ``fit``."""

    def __init__(self, X: Table, y: Labels) -> None:
        self.X, self.y = X, y
        self.records: dict[Any, Record] = {}

    def record(self, job: Job) -> Record:
        """Return the rows, labels and arguments of a job."""
        key = tuple((name, id(value)) for name, value in sorted(job.fit_params.items())), id(job.sample_weight_val)
        if key not in self.records:
            self.records[key] = Record(
                index_rows(self.X, job.rows),
                index_rows(self.y, job.rows),
                index_params(self.X, dict(job.fit_params), job.rows),
                None if job.validation_rows is None else self._watched(job.validation_rows, job.sample_weight_val),
            )
        return self.records[key]

    def _watched(self, rows: NDArray[np.intp], weight: NDArray[np.float64] | None) -> Validation:
        return Validation(index_rows(self.X, rows), index_rows(self.y, rows), None if weight is None else weight[rows])

    def forget_rows(self) -> None:
        """Let go of the rows, here and behind every step."""
        for record in self.records.values():
            record.forget_rows()


def _count_bytes(data: TrainingData) -> int:
    """Return the memory that checked rows take."""
    X = data.X
    return sum(part.nbytes for part in (X.data, X.indices, X.indptr)) if hasattr(X, "indptr") else X.nbytes


def _apply(then: Then | None, outcome: Outcome) -> Outcome:
    if then is not None and outcome.error is None:
        try:
            outcome.result = then(outcome.index, outcome.model)
        except Exception as error:
            outcome.error = without_locals(error)
    return outcome
