"""What a check is, and what it finds."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from scipy.sparse import issparse

from skweighted._base.labels import read_labels
from skweighted._base.registry import Registry
from skweighted._base.types import Labels, Table
from skweighted.comparison.checks._facts import Facts
from skweighted.preprocessing import to_frame

__all__ = ["CHECKS", "Alert", "Check", "find_alerts", "inspect_table"]


@dataclass(frozen=True)
class Alert:
    """A trap that a check found.

    Attributes
    ----------
    check : str
        Its key in :data:`CHECKS`.
    columns : tuple of str
        The columns concerned; empty if rows or labels are.
    found : str
        A sentence on what was found.
    done : str
        A sentence on what was done about it.
    cure : str
        A sentence on what to do.
    is_warning : bool
        Whether the scores are likely to be wrong because of it.
    """

    check: str
    columns: tuple[str, ...]
    found: str
    done: str
    cure: str
    is_warning: bool

    def __str__(self) -> str:
        return f"{self.found} {self.done} {self.cure}".replace("  ", " ").strip()


class Check:
    """Base class: look for one trap.

    The docstring's first line says what is looked for. A subclass overrides :meth:`find`.
    """

    key: ClassVar[str]
    why: ClassVar[str]
    """A sentence on what the trap does to a comparison."""
    done: ClassVar[str] = ""
    """A sentence on what is done about it."""
    cure: ClassVar[str]
    """A sentence on what the user can do."""
    is_warning: ClassVar[bool] = False
    """Whether scores are likely to be wrong because of it."""

    def find(self, facts: Facts) -> Iterable[tuple[tuple[str, ...], str]]:
        """Yield the columns concerned and a sentence, for each trap of this kind."""
        raise NotImplementedError

    def find_alerts(self, facts: Facts) -> Iterator[Alert]:
        """Yield an alert for each trap found."""
        for columns, found in self.find(facts):
            yield Alert(self.key, columns, found, self.done, self.cure, self.is_warning)


CHECKS: Registry[Check] = Registry("checks", Check)
"""The checks by key, in the order in which they are made."""


def inspect_table(facts: Facts) -> tuple[Alert, ...]:
    """Return the traps in a table, warnings first.

    Parameters
    ----------
    facts : Facts
        What is known of the table.

    Returns
    -------
    tuple of Alert
        What every registered check found.
    """
    alerts = [alert for check in CHECKS.values() for alert in check().find_alerts(facts)]
    return tuple(sorted(alerts, key=lambda alert: not alert.is_warning))


def find_alerts(X: Table, y: Labels, *, n_folds: int = 5, respects_time: bool = False) -> tuple[Alert, ...]:
    """Return the traps in a table: columns that tell the answer, identifiers, copies, and so on.

    Parameters
    ----------
    X : DataFrame, array or sparse matrix of shape (n_samples, n_features)
        Of a sparse matrix the columns are not looked at.
    y : array-like of shape (n_samples,)
    n_folds : int, default=5
        Folds in which the rows will be cut.
    respects_time : bool, default=False
        Whether each fold is trained on earlier rows than it is tested on.

    Returns
    -------
    tuple of Alert
        Warnings first.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> X = pd.DataFrame({"age": np.arange(40) % 9, "paid": np.repeat(["no", "yes"], 20)})
    >>> for alert in find_alerts(X, np.repeat(["good", "bad"], 20), n_folds=2):
    ...     print(alert.check, alert.columns)
    same_as_target ('paid',)
    copies ()
    """
    labels, codes = np.unique(np.asarray(read_labels(y, "find_alerts")).ravel(), return_inverse=True)
    return inspect_table(Facts(X if issparse(X) else to_frame(X), codes, labels, n_folds, respects_time))
