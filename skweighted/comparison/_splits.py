"""The folds of a comparison: which rows train, which are tested, and which are watched for early stopping."""

import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from numbers import Integral
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.model_selection import GroupShuffleSplit, RepeatedStratifiedKFold, StratifiedGroupKFold, check_cv
from sklearn.utils import check_consistent_length, check_random_state

from skweighted._base.checks import check_number
from skweighted._base.types import Labels, Table
from skweighted.comparison._problem import Split

__all__ = ["Folds", "check_classes_in", "check_n_folds", "check_sides", "hold_out", "make_folds"]

_OWNER = "compare_strategies"
_MAX_SEED = np.iinfo(np.int32).max
_N_DRAWS = 20  # of groups to watch, from which the one is taken that is nearest to stratified

Pairs = Iterator[tuple[NDArray[np.intp], NDArray[np.intp]]]


@dataclass(frozen=True)
class Folds:
    """All folds of a comparison.

    Attributes
    ----------
    splits : list of Split
    cv, n_repeats : int
        Folds of a repeat, and repeats.
    kind : str
        How they were made, such as ``"stratified folds"``.
    """

    splits: list[Split]
    cv: int
    n_repeats: int
    kind: str

    @property
    def in_order(self) -> bool:
        """Whether every fold trains on rows that stand before those of its test, as folds in the order of time do."""
        return all(split.train.max() < split.test.min() for split in self.splits)


def check_n_folds(cv: Any) -> int:
    """Return how many rows each class needs: `cv` if it is a number of stratified folds, else one."""
    if not isinstance(cv, str) and (hasattr(cv, "split") or isinstance(cv, Iterable)):
        return 1
    check_number(cv, "cv", _OWNER, rule="an integer of at least 2, or a splitter", valid=lambda k: k >= 2, integer=True)
    return int(cv)


def make_folds(
    X: Table,
    y: Labels,
    codes: NDArray[np.intp],
    *,
    cv: Any,
    n_repeats: int,
    groups: ArrayLike | None,
    random_state: int | np.random.RandomState | None,
    use: NDArray[np.intp] | None = None,
) -> Folds:
    """Cut the rows into folds.

    Parameters
    ----------
    X, y : array-like of n_samples
        A splitter gets them.
    codes : ndarray of shape (n_samples,)
    cv : int, splitter or iterable of pairs of positions
    n_repeats : int
        Repeats of a number of folds.
    groups : array-like of shape (n_samples,) or None
        Rows of a group stay on the same side of every split.
    random_state : int, RandomState or None
    use : ndarray or None, default=None
        Positions of the rows that are in any fold, sorted; None is all.

    Raises
    ------
    ValueError
        If the training or the test rows of a fold lack a class.
    """
    if groups is not None:
        check_consistent_length(codes, groups)
        groups = np.asarray(groups)
    random = check_random_state(random_state)
    seed = random.randint(_MAX_SEED)
    if isinstance(cv, Integral):
        n_folds, kind = int(cv), "stratified folds"
        rows = np.arange(len(codes)) if use is None else use
        codes = codes[rows]
        if groups is None:
            folds = RepeatedStratifiedKFold(n_splits=cv, n_repeats=n_repeats, random_state=seed)
            pairs = [(rows[train], rows[test]) for train, test in folds.split(codes, codes)]
        else:
            kind += ", groups kept together,"
            folds = _repeat_groups(codes, groups[rows], n_folds, n_repeats, seed)
            pairs = [(rows[train], rows[test]) for train, test in folds]
    else:
        splitter = check_cv(cv, codes, classifier=True)
        with warnings.catch_warnings():  # whether groups are parted is checked
            warnings.filterwarnings("ignore", message="The groups parameter is ignored")
            pairs = [(_positions(train), _positions(test)) for train, test in splitter.split(X, y, groups)]
        if use is not None:
            pairs = [(train[np.isin(train, use)], test[np.isin(test, use)]) for train, test in pairs]
        n_repeats = getattr(splitter, "n_repeats", 1)
        n_folds = len(pairs) // n_repeats
        kind = "folds of your own" if type(splitter).__name__.startswith("_") else f"folds of {type(splitter).__name__}"
        kind += "" if groups is None else ", groups kept together,"
    seeds = random.randint(_MAX_SEED, size=len(pairs))
    splits = [
        Split(repeat=i // n_folds + 1, fold=i % n_folds + 1, train=train, test=test, seed=int(seeds[i]))
        for i, (train, test) in enumerate(pairs)
    ]
    return Folds(splits, n_folds, n_repeats, kind)


def _positions(rows: ArrayLike) -> NDArray[np.intp]:
    """Return positions of rows, which may be told by a mask."""
    rows = np.asarray(rows)
    return np.flatnonzero(rows) if rows.dtype == bool else rows


def _repeat_groups(codes: NDArray[np.intp], groups: NDArray, n_folds: int, n_repeats: int, seed: int) -> Pairs:
    random = np.random.RandomState(seed)
    for _ in range(n_repeats):
        folds = StratifiedGroupKFold(n_folds, shuffle=True, random_state=random.randint(_MAX_SEED))
        yield from folds.split(codes, codes, groups)


def check_classes_in(folds: Folds, codes: NDArray[np.intp], labels: NDArray) -> None:
    """Raise for the first fold whose training or test rows lack a class."""
    for number, split in enumerate(folds.splits, start=1):
        for part, rows in (("training", split.train), ("test", split.test)):
            missing = np.bincount(codes[rows], minlength=len(labels)) == 0
            if missing.any():
                raise ValueError(
                    f"Fold {number} of {len(folds.splits)} has no {part} rows of class "
                    f"{labels[missing].tolist()[0]!r}. Use fewer folds, or a cv that puts each class in each of them."
                )


def check_sides(folds: Folds, groups: ArrayLike | None, *, are_copies: bool) -> None:
    """Raise for the first fold with a row, or with rows of a group, on both sides.

    Parameters
    ----------
    folds : Folds
    groups : array-like of shape (n_samples,) or None
    are_copies : bool
        Whether a group is rows that equal each other.
    """
    for number, split in enumerate(folds.splits, start=1):
        fold = f"Fold {number} of {len(folds.splits)}"
        if np.isin(split.test, split.train).any():
            raise ValueError(f"{fold} tests rows that it trains on. Use a cv that does not.")
        if groups is not None and np.isin(np.asarray(groups)[split.test], np.asarray(groups)[split.train]).any():
            what = "parts copies, in spite of copies='together'" if are_copies else "has rows of a group on both sides"
            raise ValueError(f"{fold} {what}. Use a number for cv, or a splitter for groups such as GroupKFold.")


def hold_out(
    split: Split, codes: NDArray[np.intp], fraction: float, groups: NDArray | None = None
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the training rows of a fold in two parts, those to train on and those to watch, both sorted.

    Of each class a share of the rows is watched, at least one, and none of a class with a single row. With groups,
    whole groups are watched, such that the shares of the classes are near to it.
    """
    if groups is not None:
        return _hold_out_groups(split, codes, fraction, groups)
    random = np.random.RandomState(split.seed)
    watched = []
    for code in np.unique(codes[split.train]):
        rows = split.train[codes[split.train] == code]
        if len(rows) > 1:
            n_watched = min(len(rows) - 1, max(1, round(fraction * len(rows))))
            watched.append(random.permutation(rows)[:n_watched])
    watch = np.sort(np.concatenate(watched))
    return np.setdiff1d(split.train, watch), watch


def _hold_out_groups(
    split: Split, codes: NDArray[np.intp], fraction: float, groups: NDArray
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    codes, groups = codes[split.train], groups[split.train]
    n_rows = np.bincount(codes)
    best, least = None, np.inf
    if len(np.unique(groups)) > 1:
        draws = GroupShuffleSplit(_N_DRAWS, test_size=fraction, random_state=split.seed)
        for train, watch in draws.split(codes, codes, groups):
            n_watched = np.bincount(codes[watch], minlength=len(n_rows))
            distance = np.abs(n_watched / n_rows - fraction).max()
            if distance < least and (n_watched > 0).all() and (n_watched < n_rows).all():
                best, least = (train, watch), distance
    if best is None:
        raise ValueError(
            f"Early stopping in fold {split.fold} of repeat {split.repeat} cannot watch whole groups: a class has rows "
            "in too few of them. Use a classifier with early_stopping=False, or fewer folds."
        )
    return np.sort(split.train[best[0]]), np.sort(split.train[best[1]])
