"""The columns a model was trained on, and the check that new rows have the same."""

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from skweighted._base.errors import did_you_mean
from skweighted._base.types import Table
from skweighted.preprocessing import ColumnReader, NumberFormat, holds_numbers, to_frame
from skweighted.preprocessing._decisions import Decision
from skweighted.preprocessing._kinds import Dates, Durations, Kind, Numbers, Text
from skweighted.preprocessing._values import MISSING_WORDS

__all__ = ["Column", "TableNotes", "TableSchema"]

_MAX_CATEGORIES = 200  # kept for each column; one with more, such as an identifier, is not checked for new ones
_MANY_ROWS = 20  # without a single known category they are no rows of this table
_MAX_NAMED = 5
_WORDS = {Numbers: "numbers", Dates: "dates", Durations: "durations", Text: "categories"}


@dataclass(frozen=True)
class Column:
    """What training saw of a column.

    Attributes
    ----------
    name : str
    kind : Kind
        What its values are taken for, and how they are written.
    is_text : bool
        Whether the training table held them as text, which may be numbers or dates as well.
    has_odd : bool
        Whether some of them were not of that kind and counted as missing.
    n_missing : int
    low, high : float or str or None
        The least and the greatest number or date.
    categories : list of str or None
        Every category, the most frequent first; None if there are more than 200.
    """

    name: str
    kind: Kind
    is_text: bool
    has_odd: bool
    n_missing: int
    low: float | str | None = None
    high: float | str | None = None
    categories: list[str] | None = None

    @classmethod
    def from_values(cls, name: str, values: pd.Series, decision: Decision) -> "Column":
        """Return what `values` says, which are taken for what `decision` says."""
        kind, read = decision.kind, decision.kind.apply(values)
        start = cls(name, kind, _is_text(values), bool(decision.odd), int(read.isna().sum()))
        present = read.dropna()
        if isinstance(kind, Text):
            counts = present.value_counts()
            return replace(start, categories=counts.index.tolist() if len(counts) <= _MAX_CATEGORIES else None)
        if present.empty:
            return start
        as_plain = float if isinstance(kind, Numbers) else str
        return replace(start, low=as_plain(present.min()), high=as_plain(present.max()))

    def with_decimal(self, mark: str) -> "Column":
        """Return the column with numbers that have another decimal mark; itself if it holds none."""
        if not isinstance(self.kind, Numbers):
            return self
        thousands = self.kind.form.thousands
        if thousands in {"", mark}:
            thousands = "." if mark == "," else ","
        return replace(self, kind=Numbers(NumberFormat(mark, thousands)))

    @property
    def holds(self) -> str:
        """What the column holds: numbers, dates, durations or categories."""
        return next(word for kind, word in _WORDS.items() if isinstance(self.kind, kind))

    def facts(self) -> dict[str, Any]:
        """Return what is known in plain values."""
        return {
            "name": self.name,
            "holds": self.holds,
            "n_missing": self.n_missing,
            "low": self.low,
            "high": self.high,
            "categories": self.categories,
        }

    def convert(self, values: pd.Series) -> pd.Series:
        """Return `values` as what training took them for.

        Raises
        ------
        ValueError
            If a value is of another kind, unless training had such exceptions too, or is infinite.
        """
        converted = self._read(values)
        odd = np.zeros(len(values), dtype=bool) if self.has_odd else self._find_odd(values, converted)
        if odd.any():
            place = int(np.flatnonzero(odd)[0])
            found = f"row {_row_number(values, place):,} holds {values.iloc[place]!r}"
            raise ValueError(f"Column {self.name!r} must hold {self.holds}, as in training; {found}.")
        if isinstance(self.kind, Numbers) and np.isinf(converted.astype("float64")).any():
            raise ValueError(f"Column {self.name!r} holds infinite values, which no training row did.")
        return converted

    def _read(self, values: pd.Series) -> pd.Series:
        """Return `values` by the rules of training; what does not fit is missing."""
        if not isinstance(self.kind, Numbers) or not _is_text(values):
            return self.kind.apply(values)
        plain = pd.to_numeric(values, errors="coerce")  # by C code, if they are written as a program writes them
        if self.kind.form == NumberFormat() and plain.isna().sum() == values.isna().sum():
            return plain.astype("float64")
        read = self.kind.apply(values)
        truths = values.astype(str).str.strip().str.casefold().map({"true": 1.0, "false": 0.0})
        return read.fillna(truths)

    def _find_odd(self, values: pd.Series, converted: pd.Series) -> NDArray[np.bool_]:
        """Tell which values are of another kind."""
        if isinstance(self.kind, Dates):
            converted = self.kind.read(values)  # with the dates that stand for an open end
        lost = converted.isna().to_numpy() & values.notna().to_numpy()
        words = values[lost].astype(str).str.strip().str.casefold()
        lost[lost] = ~words.isin(MISSING_WORDS).to_numpy()
        return lost


@dataclass
class TableNotes:
    """What was odd about new rows, but no obstacle.

    Attributes
    ----------
    extra : list of str
        Columns that training did not have.
    unseen : dict of str to Counter
        For each column the categories that training did not have, and in how many rows.
    """

    extra: list[str] = field(default_factory=list)
    unseen: dict[str, Counter[str]] = field(default_factory=dict)

    def add(self, other: "TableNotes") -> None:
        """Take in the notes on more rows of the same table."""
        self.extra = list(dict.fromkeys([*self.extra, *other.extra]))
        for name, counts in other.unseen.items():
            self.unseen.setdefault(name, Counter()).update(counts)

    def sentences(self) -> list[str]:
        """Return a sentence for each note."""
        lines = [f"Left out, because training had no such column: {_enumerate(self.extra)}."] if self.extra else []
        for name, counts in self.unseen.items():
            n_rows = sum(counts.values())
            ordered = [category for category, _ in counts.most_common()]
            rows = "1 row has" if n_rows == 1 else f"{n_rows:,} rows have"
            lines.append(
                f"Column {name!r}: {rows} a category that training had not, {_enumerate(ordered)}; it counts as a rare "
                "one."
            )
        return lines


class TableSchema:
    """The columns of a table, in their order.

    Parameters
    ----------
    columns : list of Column

    See Also
    --------
    FittedModel : Checks with it the rows that it is given.

    Examples
    --------
    >>> import pandas as pd
    >>> schema = TableSchema.from_frame(pd.DataFrame({"age": [20, 30], "job": ["cook", "clerk"]}))
    >>> rows, notes = schema.conform(pd.DataFrame({"job": ["pilot"], "age": [25], "name": ["Ann"]}))
    >>> rows
       age    job
    0   25  pilot
    >>> notes.sentences()[0]
    "Left out, because training had no such column: 'name'."
    """

    def __init__(self, columns: list[Column]) -> None:
        self.columns = columns

    @classmethod
    def from_frame(cls, X: pd.DataFrame, reader: ColumnReader | None = None) -> "TableSchema":
        """Return the schema of the training rows, which `reader` has read from a file; None if they are of no file.

        The file may have had more columns, such as one that names the group of a row.
        """
        decisions = (ColumnReader().fit(X) if reader is None else reader).decisions_
        if reader is not None and len(decisions) != X.shape[1]:
            known = dict(zip(reader.get_feature_names_out(), decisions, strict=True))
            decisions = [known[str(name)] for name in X.columns]
        columns = [
            Column.from_values(str(X.columns[i]), X.iloc[:, i], decision) for i, decision in enumerate(decisions)
        ]
        if reader is not None and (reader.decimal == "," or reader.has_decimal_commas):
            # whole numbers do not show their mark
            columns = [c.with_decimal(",") if _are_whole(c, X.iloc[:, i]) else c for i, c in enumerate(columns)]
        return cls(columns)

    def with_decimal(self, mark: str) -> "TableSchema":
        """Return the schema of a file with another decimal mark."""
        return TableSchema([column.with_decimal(mark) for column in self.columns])

    @property
    def names(self) -> list[str]:
        """The names of the columns. A reader should leave them as they are written, for the schema to read."""
        return [column.name for column in self.columns]

    def conform(self, X: Table) -> tuple[pd.DataFrame, TableNotes]:
        """Return new rows with the columns of training, in that order and of those types, and what was odd.

        Parameters
        ----------
        X : DataFrame, or array of shape (n_samples, n_features)

        Returns
        -------
        rows : DataFrame of shape (n_samples, n_features)
        notes : TableNotes

        Raises
        ------
        ValueError
            If a column is missing, occurs twice, or holds values of another kind, or none of its categories is known.
        """
        frame = to_frame(X)
        frame = frame.set_axis([str(name) for name in frame.columns], axis=1)
        self._check_names(list(frame.columns))
        rows = pd.DataFrame({c.name: c.convert(frame[c.name]) for c in self.columns}, index=frame.index)
        known = {column.name for column in self.columns}
        return rows, TableNotes([name for name in frame.columns if name not in known], self._find_unseen(rows))

    def _check_names(self, names: list[str]) -> None:
        repeated = [column.name for column in self.columns if names.count(column.name) > 1]
        if repeated:
            raise ValueError(f"The table has more than one column {repeated[0]!r}: rename or drop all but one.")
        missing = [column.name for column in self.columns if column.name not in names]
        if missing:
            hint = did_you_mean(missing[0], names) if len(missing) == 1 else ""
            one = "column" if len(missing) == 1 else "columns"
            raise ValueError(
                f"The table lacks the {one} {_enumerate(missing)}, which training had. {hint or f'Add the {one}.'}"
            )

    def _find_unseen(self, rows: pd.DataFrame) -> dict[str, Counter[str]]:
        unseen = {}
        for column in self.columns:
            if column.categories is not None:
                values = rows[column.name].dropna()
                new = values[~values.isin(column.categories)]
                if len(new) == len(values) >= _MANY_ROWS:
                    known = _enumerate(column.categories[:2])
                    raise ValueError(
                        f"Column {column.name!r} must hold categories of training, such as {known}; none of "
                        f"{len(new):,} rows does, and the first holds {new.iloc[0]!r}."
                    )
                if len(new):
                    unseen[column.name] = Counter(new.tolist())
        return unseen


def _is_text(values: pd.Series) -> bool:
    return not holds_numbers(values.dtype) and values.dtype.kind not in "mM"


def _are_whole(column: Column, values: pd.Series) -> bool:
    """Tell whether all values of a column are whole numbers, none written in a way of its own."""
    return column.kind == Numbers() and bool((values.dropna().astype("float64") % 1 == 0).all())


def _row_number(values: pd.Series, place: int) -> int:
    """Return the number of a row in its table, counted from 1, of which `values` may be a piece."""
    label = values.index[place]
    return int(label) + 1 if isinstance(label, int | np.integer) else place + 1


def _enumerate(names: list[str]) -> str:
    more = f" and {len(names) - _MAX_NAMED:,} more" if len(names) > _MAX_NAMED else ""
    return ", ".join(map(repr, names[:_MAX_NAMED])) + more
