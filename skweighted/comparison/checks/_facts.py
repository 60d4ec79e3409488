"""What checks ask about a table: each answer is worked out once."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import issparse

from skweighted._base.types import Table
from skweighted.preprocessing import ColumnReader, Dates, numeric_columns, text_columns, to_floats

__all__ = ["Facts"]


@dataclass(frozen=True)
class Facts:
    """A table and its labels, as checks see them.

    Attributes
    ----------
    X : DataFrame or sparse matrix of shape (n_samples, n_features)
    codes : ndarray of int of shape (n_samples,)
        Position of each row's label in `labels`.
    labels : ndarray of shape (n_classes,)
    n_folds : int
    respects_time : bool
        Whether each fold is trained on earlier rows than it is tested on.
    copies : {"part", "together", "drop"}
        What becomes of rows that equal others.
    """

    X: Table
    codes: NDArray[np.intp]
    labels: NDArray[Any]
    n_folds: int
    respects_time: bool = False
    copies: str = "part"

    @cached_property
    def frame(self) -> pd.DataFrame:
        """Return the table; without a column if it is sparse."""
        return pd.DataFrame(index=range(len(self.codes))) if issparse(self.X) else self.X

    @cached_property
    def reader(self) -> ColumnReader:
        """Return what each column is taken for."""
        return ColumnReader().fit(self.frame)

    @cached_property
    def read(self) -> pd.DataFrame:
        """Return the columns as they are taken."""
        return self.reader.transform(self.frame) if self.frame.shape[1] else self.frame

    @cached_property
    def number_names(self) -> list[str]:
        """Return the columns of `numbers`."""
        return [str(self.read.columns[i]) for i in numeric_columns(self.read)]

    @cached_property
    def date_names(self) -> tuple[str, ...]:
        """Return the columns of `numbers` that hold dates."""
        decisions = zip(self.read.columns, self.reader.decisions_, strict=True) if self.frame.shape[1] else ()
        return tuple(str(name) for name, decision in decisions if isinstance(decision.kind, Dates))

    @cached_property
    def numbers(self) -> NDArray[np.float64]:
        """Return numbers, dates and durations, NaN for missing; of shape (n_samples, n_numeric)."""
        return to_floats(self.read.iloc[:, numeric_columns(self.read)])

    @cached_property
    def texts(self) -> dict[str, NDArray[np.intp]]:
        """Return the categories of each column of text as codes in their alphabetical order, -1 for missing."""
        columns = {str(self.read.columns[i]): self.read.iloc[:, i] for i in text_columns(self.read)}
        return {name: pd.factorize(column, sort=True)[0] for name, column in columns.items()}

    @cached_property
    def n_values(self) -> dict[str, int]:
        """Return for each column how many different values it has; missing is one."""
        ordered = np.sort(self.numbers, axis=0)  # missing values come last
        present = ~np.isnan(ordered)
        steps = (ordered[1:] != ordered[:-1]) & present[1:]
        counts = present[:1].sum(axis=0) + steps.sum(axis=0) + ~present.all(axis=0)
        n_texts = {name: len(np.unique(codes)) for name, codes in self.texts.items()}
        return dict(zip(self.number_names, counts.tolist(), strict=True)) | n_texts

    @cached_property
    def row_keys(self) -> NDArray[np.intp]:
        """Return a number for each row, the same for rows that are equal in every column."""
        columns = [self.numbers, *(codes[:, None] for codes in self.texts.values())]
        rows = np.ascontiguousarray(np.hstack(columns).astype("float64") + 0.0)  # 0.0 makes -0.0 and 0.0 one
        return pd.factorize(np.array([row.tobytes() for row in rows], dtype=object))[0]

    @cached_property
    def n_copies(self) -> int:
        """Return the number of rows that equal an earlier one in every column."""
        return len(self.row_keys) - len(np.unique(self.row_keys)) if self.frame.shape[1] else 0

    @cached_property
    def first_rows(self) -> NDArray[np.intp]:
        """Return the positions of the rows that equal no earlier one in every column and in their label."""
        same = np.column_stack([self.row_keys, self.codes])
        return np.sort(np.unique(same, axis=0, return_index=True)[1])

    @cached_property
    def column_kinds(self) -> dict[str, int]:
        """Return how many columns are taken for numbers, for categories and for dates."""
        if issparse(self.X):
            return {"numeric": self.X.shape[1]}
        kinds = [decision.kind.name for decision in self.reader.decisions_]
        return {kind: kinds.count(kind) for kind in ("numeric", "categorical", "dates")}

    def column(self, name: str) -> NDArray[np.float64]:
        """Return a column of `numbers`."""
        return self.numbers[:, self._positions[name]]

    @cached_property
    def _positions(self) -> dict[str, int]:
        return {name: i for i, name in enumerate(self.number_names)}

    def whole_numbers(self, name: str) -> NDArray[np.float64] | None:
        """Return a column of numbers, no dates, if all are whole and none is missing or occurs twice."""
        if name not in self._positions or name in self.date_names or self.n_values[name] < len(self.codes):
            return None
        column = self.column(name)
        return column if (column == np.floor(column)).all() else None
