"""The columns a model was trained on, and the check that new rows have the same."""

from collections import Counter
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from pandas.api.types import is_bool_dtype, is_numeric_dtype

from skweighted._base.registry import did_you_mean
from skweighted._base.types import Table

__all__ = ["Column", "TableNotes", "TableSchema"]

_MAX_CATEGORIES = 200  # kept for each column; one with more, such as an identifier, is not checked for new ones
_MAX_NAMED = 5
_WANTED = {"number": "numbers", "date": "dates", "duration": "durations", "category": "text"}


@dataclass(frozen=True)
class Column:
    """What training saw of a column.

    Attributes
    ----------
    name : str
    kind : {"number", "date", "duration", "category"}
        Booleans are numbers.
    n_missing : int
    low, high : float or str or None
        The least and the greatest number or date.
    categories : list of str or None
        Every category, the most frequent first; None if there are more than 200.
    """

    name: str
    kind: str
    n_missing: int
    low: float | str | None = None
    high: float | str | None = None
    categories: list[str] | None = None

    @classmethod
    def from_values(cls, name: str, values: pd.Series) -> "Column":
        """Return what `values` says."""
        kind, n_missing = _kind(values), int(values.isna().sum())
        if kind == "category":
            counts = values.dropna().astype(str).value_counts()
            few = len(counts) <= _MAX_CATEGORIES
            return cls(name, kind, n_missing, categories=counts.index.tolist() if few else None)
        if n_missing == len(values):
            return cls(name, kind, n_missing)
        low, high = (float(end) if kind == "number" else str(end) for end in (values.min(), values.max()))
        return cls(name, kind, n_missing, low, high)

    def convert(self, values: pd.Series) -> pd.Series:
        """Return `values` in the type that training had.

        Raises
        ------
        ValueError
            If a value is of another kind or infinite.
        """
        if self.kind == "category":
            return values.astype(object).where(values.notna(), None)
        converted = _CONVERTERS[self.kind](values)
        odd = converted.isna() & values.notna()
        if odd.any():
            place = int(np.flatnonzero(odd)[0])
            raise ValueError(
                f"Column {self.name!r} must hold {_WANTED[self.kind]}, as in training; row "
                f"{_row_number(values, place):,} holds {values.iloc[place]!r}."
            )
        if self.kind == "number" and np.isinf(converted).any():
            raise ValueError(f"Column {self.name!r} holds infinite values, which no training row did.")
        return converted


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
    0  25.0  pilot
    >>> notes.sentences()[0]
    "Left out, because training had no such column: 'name'."
    """

    def __init__(self, columns: list[Column]) -> None:
        self.columns = columns

    @classmethod
    def from_frame(cls, X: pd.DataFrame) -> "TableSchema":
        """Return the schema of the training rows."""
        return cls([Column.from_values(str(name), X.iloc[:, i]) for i, name in enumerate(X.columns)])

    @property
    def text_columns(self) -> list[str]:
        """The columns to read as they are written."""
        return [column.name for column in self.columns if column.kind == "category"]

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
            If a column is missing, occurs twice, or holds values of another kind.
        """
        frame = X.to_pandas() if hasattr(X, "to_pandas") else pd.DataFrame(X)
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
                values = rows[column.name].dropna().astype(str)
                new = values[~values.isin(column.categories)]
                if len(new):
                    unseen[column.name] = Counter(new.tolist())
        return unseen


def _kind(values: pd.Series) -> str:
    if is_numeric_dtype(values) or is_bool_dtype(values):
        return "number"
    return {"M": "date", "m": "duration"}.get(values.dtype.kind, "category")


def _to_numbers(values: pd.Series) -> pd.Series:
    if is_numeric_dtype(values) or is_bool_dtype(values):
        return values.astype("float64")
    truths = {"True": 1.0, "False": 0.0, True: 1.0, False: 0.0}  # a column of booleans, some of them missing
    return pd.to_numeric(values.map(lambda value: truths.get(value, value)), errors="coerce").astype("float64")


def _to_dates(values: pd.Series) -> pd.Series:
    if values.dtype.kind == "M":
        return values
    return pd.to_datetime(values, format="ISO8601", errors="coerce", utc=True)


def _to_durations(values: pd.Series) -> pd.Series:
    return values if values.dtype.kind == "m" else pd.to_timedelta(values, errors="coerce")


_CONVERTERS = {"number": _to_numbers, "date": _to_dates, "duration": _to_durations}


def _row_number(values: pd.Series, place: int) -> int:
    """Return the number of a row in its table, counted from 1, of which `values` may be a piece."""
    label = values.index[place]
    return int(label) + 1 if isinstance(label, int | np.integer) else place + 1


def _enumerate(names: list[str]) -> str:
    more = f" and {len(names) - _MAX_NAMED:,} more" if len(names) > _MAX_NAMED else ""
    return ", ".join(map(repr, names[:_MAX_NAMED])) + more
