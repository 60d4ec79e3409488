"""A transformer that gives every column of a table a type, learned from the rows it is fitted on."""

from typing import Any, Self

import pandas as pd
from sklearn.base import BaseEstimator, OneToOneFeatureMixin, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from skweighted._base.errors import parameter_error
from skweighted._base.types import Table
from skweighted.preprocessing._decisions import Decision, decide_column
from skweighted.preprocessing._frames import check_columns
from skweighted.preprocessing._kinds import Numbers, holds_numbers
from skweighted.preprocessing._notes import write_notes

__all__ = ["ColumnReader"]


class ColumnReader(OneToOneFeatureMixin, TransformerMixin, BaseEstimator):
    """Take each column for numbers, dates, durations or text, by all its values.

    Numbers may be written as text: with thousands, decimal commas, percent signs, currencies. Dates may be ISO 8601,
    ``31.12.2020``, ``12/31/2020``, ``31 Dec 2020`` and the like, of any year. A column in which at least nine values
    of ten are numbers (or dates) is one of numbers, and the others are missing. Columns that numbers or dates already
    are stay as they are. The decisions are made in `fit`; `transform` applies them to any rows.

    Parameters
    ----------
    decimal : {".", ","} or None, default=None
        The decimal mark of numbers written as text. None decides it column by column; if a column could be read both
        ways, as the other columns are.

    Attributes
    ----------
    decisions_ : list of Decision of length `n_features_in_`
        What each column is taken for.
    notes_ : list of Note
        What was decided, in sentences.
    n_features_in_ : int
    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        If all columns have names of text.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"paid": ["$1,200.50", "$80.00"], "since": ["31.12.2019", "1.2.2020"]})
    >>> ColumnReader().fit_transform(table)
         paid      since
    0  1200.5 2019-12-31
    1    80.0 2020-02-01
    """

    def __init__(self, *, decimal: str | None = None) -> None:
        self.decimal = decimal

    def fit(self, X: Table, y: Any = None) -> Self:
        """Decide what each column is.

        Parameters
        ----------
        X : DataFrame or array of shape (n_samples, n_features)
        y : None
            Ignored.

        Returns
        -------
        ColumnReader
            This transformer.

        Raises
        ------
        ValueError
            If `decimal` is something else.
        """
        if self.decimal not in {None, ".", ","}:
            raise ValueError(parameter_error("decimal", type(self).__name__, "'.', ',' or None", self.decimal))
        frame = check_columns(self, X, reset=True)
        decisions = [
            Decision(Numbers()) if holds_numbers(dtype) else decide_column(frame.iloc[:, i], self.decimal)
            for i, dtype in enumerate(frame.dtypes)
        ]
        self.decisions_ = decisions
        if any(decision.rival for decision in decisions):
            proven = {decision.proven for decision in decisions}
            proven |= set() if proven & {".", ","} else _find_decimal_points(frame)
            self.decisions_ = [decision.resolve(proven) for decision in decisions]
        self.notes_ = write_notes(list(frame.columns), self.decisions_)
        return self

    @property
    def has_decimal_commas(self) -> bool:
        """Whether some column proves that the decimal mark is a comma."""
        return any(decision.proven == "," for decision in self.decisions_)

    @property
    def plain_columns(self) -> set[str]:
        """Names of the columns of numbers that are written as any program writes them."""
        names = self.get_feature_names_out()
        return {name for name, d in zip(names, self.decisions_, strict=True) if d.kind == Numbers()}

    def read_known(self, X: pd.DataFrame) -> dict[str, pd.Series]:
        """Return those columns of `X`, in any order, whose names were seen in `fit`, as what they were taken for."""
        decisions = zip(self.get_feature_names_out(), self.decisions_, strict=True)
        return {name: decision.kind.apply(X[name]) for name, decision in decisions if name in X}

    def transform(self, X: Table) -> pd.DataFrame:
        """Return the columns as what they were taken for in `fit`.

        Parameters
        ----------
        X : DataFrame or array of shape (n_samples, n_features)

        Returns
        -------
        DataFrame of shape (n_samples, n_features)
            Numbers, datetimes without a zone, durations, and text with None for missing.
        """
        check_is_fitted(self)
        frame = check_columns(self, X, reset=False)
        read = frame.copy(deep=False)
        for i, (decision, dtype) in enumerate(zip(self.decisions_, frame.dtypes, strict=True)):
            if not (isinstance(decision.kind, Numbers) and holds_numbers(dtype)):
                read.isetitem(i, decision.kind.apply(frame.iloc[:, i]))
        return read


def _find_decimal_points(frame: pd.DataFrame) -> set[str]:
    """Return a decimal point as proven if a column that was read already has fractions."""
    floats = frame.select_dtypes("floating")
    return {"."} if ((floats % 1) > 0).any(axis=None) else set()
