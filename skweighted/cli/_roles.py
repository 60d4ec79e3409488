"""Columns that are no features: who or what a row belongs to, when it was seen, and what it counts for."""

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.api.types import is_datetime64_any_dtype, is_numeric_dtype
from sklearn.model_selection import TimeSeriesSplit

from skweighted._base.errors import did_you_mean
from skweighted._base.types import Labels, Table, Weights
from skweighted.cli._parser import Parser

__all__ = ["ForwardChaining", "Roles", "add_role_options", "check_role_options", "split_roles"]


class ForwardChaining(TimeSeriesSplit):
    """Folds in the order of time: a fold trains on the rows that are earlier than all rows it is tested on.

    Rows as old as the first test row are left out of training, which ``TimeSeriesSplit`` by itself cannot know.

    Parameters
    ----------
    n_splits : int
    times : array-like of shape (n_samples,), default=()
        Ascending numbers, one for each row.
    """

    def __init__(self, n_splits: int, *, times: Any = ()) -> None:
        super().__init__(n_splits)
        self.times = times

    def split(
        self, X: Table, y: Labels | None = None, groups: Any = None
    ) -> Iterator[tuple[NDArray[np.intp], NDArray[np.intp]]]:
        """Yield the positions of the training and the test rows of each fold."""
        times = np.asarray(self.times)
        for train, test in super().split(X, y, groups):
            yield train[times[train] < times[test[0]]], test


@dataclass(frozen=True)
class Roles:
    """A table without the columns that are no features, in the order of time if there is a column of it.

    Attributes
    ----------
    X : DataFrame of shape (n_samples, n_features)
    y : Series of shape (n_samples,)
    groups, sample_weight : ndarray of shape (n_samples,) or None
    times : ndarray of shape (n_samples,) or None
        Ranks, ascending; equal for rows of the same time.
    """

    X: pd.DataFrame
    y: pd.Series
    groups: NDArray[np.intp] | None = None
    sample_weight: Weights | None = None
    times: NDArray[np.intp] | None = None


def add_role_options(parser: Parser) -> None:
    """Add ``--groups``, ``--time`` and ``--sample-weight``."""
    add = parser.add_argument
    add("--groups", metavar="COLUMN", help="rows alike in it (a patient, a customer) stay on one side of every split")
    add("--time", metavar="COLUMN", help="train on earlier rows and test on later ones, once; takes no --repeats")
    add("--sample-weight", metavar="COLUMN", help="what a row counts for, in every fit and every score")


def check_role_options(options: argparse.Namespace) -> None:
    """Exit with a sentence if options contradict each other."""
    if options.time is not None and options.groups is not None:
        options.parser.error("--time cannot keep --groups together; give one of them")
    if getattr(options, "copies", "part") == "together" and (options.time is not None or options.groups is not None):
        options.parser.error("--copies together needs the stratified folds; leave out --groups and --time")


def split_roles(X: pd.DataFrame, y: pd.Series, options: argparse.Namespace) -> Roles:
    """Take the columns that are no features out of a table, and sort its rows by the column of time.

    Raises
    ------
    ValueError
        If there is no such column, one has two roles, missing values or values of the wrong type, or none is left.
    """
    chosen = {"--groups": options.groups, "--time": options.time, "--sample-weight": options.sample_weight}
    columns = {option: _find(X, option, name) for option, name in chosen.items() if name is not None}
    names = [column.name for column in columns.values()]
    if len(set(names)) < len(names):
        raise ValueError(f"{' and '.join(columns)} must be different columns.")
    if X.shape[1] == len(names):
        raise ValueError(f"There is no column to predict from besides {' and '.join(columns)}.")
    order = np.arange(len(X))
    if (time := columns.get("--time")) is not None:
        ranks = time.rank(method="dense").to_numpy().astype(np.intp)
        order = np.argsort(ranks, kind="stable")
    groups, weight = columns.get("--groups"), columns.get("--sample-weight")
    return Roles(
        X.drop(columns=names).iloc[order].reset_index(drop=True),
        y.iloc[order].reset_index(drop=True),
        groups=None if groups is None else pd.factorize(groups)[0][order],
        sample_weight=None if weight is None else weight.to_numpy(dtype=np.float64)[order],
        times=None if time is None else ranks[order],
    )


def _find(X: pd.DataFrame, option: str, name: str) -> pd.Series:
    """Return the column of an option."""
    if name not in X:
        hint = did_you_mean(name, list(X)) or f"There are {', '.join(map(str, X))}."
        raise ValueError(f"{option}: the table has no column {name!r} besides the target. {hint}")
    column = X[name]
    if (n_missing := int(column.isna().sum())) > 0:
        raise ValueError(f"{option} {name}: {n_missing} of {len(X)} values are missing. Fill them in or drop the rows.")
    if option == "--groups" or is_numeric_dtype(column) or (option == "--time" and is_datetime64_any_dtype(column)):
        return column
    rule = "numbers or dates" if option == "--time" else "numbers"
    raise ValueError(f"{option} {name}: the values must be {rule}, unlike {column.iloc[0]!r}.")
