"""What a comparison found: the tidy table, its summary, the differences and what follows from them."""

import json
from dataclasses import dataclass, fields
from html import escape
from pathlib import Path
from typing import Any, Self

import numpy as np
import pandas as pd

from skweighted.comparison._cells import format_cells, make_cells
from skweighted.comparison._differences import find_differences
from skweighted.comparison._guide import describe
from skweighted.comparison._scored import ScoredFolds
from skweighted.comparison._verdict import give_verdict
from skweighted.comparison.store import read_comparison, write_comparison

__all__ = ["Comparison"]


@dataclass(frozen=True, repr=False)
class Comparison(ScoredFolds):
    """Scores of several strategies on the same folds of the same data.

    Attributes
    ----------
    table : DataFrame of shape (n_strategies * n_folds * n_metrics, 5)
        Tidy: one ``value`` for each ``strategy``, ``repeat``, ``fold`` and ``metric``. The metrics are those of
        `metrics` and ``fit_seconds``.
    strategies : tuple of str
        Those asked for, in that order.
    class_counts : dict
        Rows of each label.
    column_kinds : dict of str to int
        Columns before encoding that were taken for ``"numeric"``, ``"categorical"`` and ``"dates"``.
    n_copies : int
        Rows equal in every feature to an earlier one; folds may part them.
    positive : label or None
        What ROC AUC, average precision, F1 and the Brier score take for positive; None with more than two classes,
        where the first three are unweighted means over the classes against the rest.
    cv, n_repeats : int
        Folds, and how often the rows were cut into them anew.
    fold_kind : str
        What the folds are, in words.
    n_steps : int or None
        Gradient steps in each fit of the classifier, the same for every strategy that uses it and for every fold; None
        if it does not count steps.
    stops_early : bool
        Whether early stopping may end a fit before `n_steps`.
    interrupted : bool
        Whether the run was stopped before all folds were finished.
    predictions : OutOfFoldPredictions or None
        Probabilities and decisions of every strategy for rows that it was not trained on; None in pickles of 0.1.0.
    left_out : dict of str to str or None
        Strategies of a preset that could not be used, and why.
    alerts : tuple of Alert
        Traps found before any training, warnings first.
    metrics : dict of str to Metric or None
        By the name of their column; None is those of 0.1.0.
    constraint : str or None
        What the threshold of every strategy keeps on out-of-fold predictions of the training rows.
    steps : dict of str to int or None
        Gradient steps of each network in a fit of each strategy; None for strategies that count no steps.
    test_ratio : float or None
        Test rows for each training row, on average over the folds; None is that of `cv` folds of a size.
    uses_classifier : dict of str to bool or None
        Whether each strategy trains the comparison's classifier; None asks the registered ones.
    """

    def formatted(self, best: tuple[str, str] = ("", "*")) -> pd.DataFrame:
        """Return the table for people: "mean ± sd" of each score, and the median seconds of a fit.

        Parameters
        ----------
        best : pair of str, default=("", "*")
            Put before and after the means that are not significantly worse than the best of their column.

        Returns
        -------
        DataFrame of str of shape (n_strategies, n_metrics)
        """
        return format_cells(make_cells(self), best).rename_axis("strategy")

    def differences(self, reference: str | None = None, *, confidence: float = 0.95) -> pd.DataFrame:
        """Test every strategy against one.

        Parameters
        ----------
        reference : str, default=None
            A name of `strategies`. None is ``"threshold"``, else ``"none"``, else the first.
        confidence : float, default=0.95
            Of the intervals.

        Returns
        -------
        DataFrame
            A row for each metric and other strategy, with columns ``metric``, ``strategy``, ``reference``; ``mean`` of
            the paired differences, strategy minus reference, with the interval ``low`` to ``high`` and ``p_value`` of
            the corrected resampled t-test; ``p_holm``, adjusted for the number of strategies; ``p_better``,
            ``p_equal`` and ``p_worse`` of the Bayesian correlated t-test, equal within ``rope``. Of a metric with a
            target, differences are in the distance from it. NaN if there is nothing to test.

        Raises
        ------
        ValueError
            If no strategy is called so.

        See Also
        --------
        Comparison.verdict : The same in sentences.
        """
        return find_differences(self, reference, confidence=confidence)

    @property
    def verdict(self) -> list[str]:
        """Sentences on what to do, for ranking, decisions and probabilities, and how sure that is."""
        return give_verdict(self)

    def to_csv(self, path: str | Path) -> None:
        """Write every score of every fold."""
        self.table.to_csv(path, index=False)

    def to_json(self, path: str | Path | None = None) -> str:
        """Return all but the predictions as JSON, and write it to `path` if that is given."""
        facts = {
            f.name: getattr(self, f.name) for f in fields(self) if f.name not in {"table", "metrics", "predictions"}
        }
        classes = [{"label": label, "rows": rows} for label, rows in self.class_counts.items()]
        found = {
            "classes": classes,
            "metrics": {name: self._describe_metric(name) for name, _ in self.columns},
            "verdict": self.verdict,
            "table": self.table.to_dict("records"),
            "differences": self.differences().to_dict("records"),
        }
        text = json.dumps(_plain(facts | found), indent=1, default=str)
        if path is not None:
            Path(path).write_text(text, encoding="utf-8")
        return text

    def save(self, path: str | Path) -> None:
        """Write all of it to one file of JSON and arrays, which runs no code when it is read.

        Parameters
        ----------
        path : str or Path
            Replaced if it exists. Any ending will do, ``.npz`` says what it is.

        Raises
        ------
        TypeError
            If labels are no numbers, text or bools, or a metric is none of :data:`METRICS`.

        See Also
        --------
        Comparison.load : Read it.
        """
        write_comparison(self, Path(path))

    @classmethod
    def load(cls, path: str | Path) -> Self:
        """Return the comparison that :meth:`save` wrote. Errors of failed fits come back as their messages.

        Raises
        ------
        OSError
            If there is no such file, or it may not be read.
        ValueError
            If the file is damaged, or holds something else.
        """
        return cls(**read_comparison(Path(path)))

    def _describe_metric(self, name: str) -> dict[str, Any]:
        metric = dict(self.columns)[name]
        facts = {"title": self.headings[name], "greater_is_better": metric.greater_is_better}
        return facts if metric.target is None else facts | {"greater_is_better": None, "target": metric.target}

    def describe(self) -> str:
        """Return lines on what was compared: rows, classes, folds and steps."""
        return "\n".join(describe(self))

    def __repr__(self) -> str:
        return f"{self.describe()}\n\n{self.formatted().rename_axis(None).to_string()}"

    def _repr_html_(self) -> str:
        lines = "".join(f"<p>{escape(line)}</p>" for line in [*describe(self), *self.verdict])
        return lines + self.formatted(("<b>", "</b>")).rename(index=escape).to_html(escape=False)


def _plain(value: Any) -> Any:
    """Return a value that JSON can hold: NaN becomes null, and NumPy's numbers plain ones."""
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, np.generic):
        value = value.item()
    return None if isinstance(value, float) and not np.isfinite(value) else value
