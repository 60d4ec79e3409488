"""What a comparison found: the tidy table, its summary, and how both are shown."""

from dataclasses import dataclass
from html import escape
from typing import Any

import numpy as np
import pandas as pd

from skweighted.comparison._predictions import OutOfFoldPredictions
from skweighted.comparison._scores import METRICS
from skweighted.comparison.checks import Alert

__all__ = ["Comparison"]

_MAX_CLASSES = 10  # named in the description


@dataclass(frozen=True, repr=False)
class Comparison:
    """Scores of several strategies on the same folds of the same data.

    Attributes
    ----------
    table : DataFrame of shape (n_strategies * n_folds * n_metrics, 5)
        Tidy: one ``value`` for each ``strategy``, ``repeat``, ``fold`` and ``metric``. The metrics are the keys of
        :data:`METRICS` and ``fit_seconds``.
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
    n_steps : int or None
        Gradient steps in each fit, the same for every strategy and fold; None if the classifier does not count steps.
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
    """

    table: pd.DataFrame
    strategies: tuple[str, ...]
    class_counts: dict[Any, int]
    column_kinds: dict[str, int]
    n_copies: int
    positive: Any
    cv: int
    n_repeats: int
    n_steps: int | None = None
    stops_early: bool = False
    interrupted: bool = False
    predictions: OutOfFoldPredictions | None = None
    left_out: dict[str, str] | None = None
    alerts: tuple[Alert, ...] = ()

    @property
    def n_features(self) -> int:
        """The number of columns before encoding."""
        return sum(self.column_kinds.values())

    @property
    def n_finished(self) -> int:
        """The number of folds, over all repeats, that every strategy finished."""
        return len(self.table[self._finished_by_all()].groupby(["repeat", "fold"]))

    def summary(self) -> pd.DataFrame:
        """Return mean and standard deviation over the folds, strategies as rows.

        Returns
        -------
        DataFrame of shape (n_strategies, 2 * n_metrics)
            Columns are pairs of the metric and ``"mean"`` or ``"sd"`` (with ``ddof=1``). After an interruption, over
            the folds that every strategy finished; if there is none, over those that each one finished. A strategy
            with a failed fit, or none finished, has NaN.
        """
        groups = self._paired().groupby(["strategy", "metric"], sort=False)["value"]
        statistics = groups.agg(mean=lambda v: v.mean(skipna=False), sd=lambda v: v.std(skipna=False))
        wide = statistics.unstack("metric").swaplevel(axis=1)
        columns = pd.MultiIndex.from_product([[*METRICS, "fit_seconds"], ["mean", "sd"]], names=["metric", None])
        return wide.reindex(index=list(self.strategies), columns=columns)

    def formatted(self, best: tuple[str, str] = ("", "*")) -> pd.DataFrame:
        """Return the table for people: "mean ± sd" of each score, and the median seconds of a fit.

        Parameters
        ----------
        best : pair of str, default=("", "*")
            Put before and after the best mean of each column, and those equal to it in three decimals.

        Returns
        -------
        DataFrame of str of shape (n_strategies, n_metrics)
        """
        summary = self.summary()
        started = summary.index.isin(self._paired()["strategy"])
        cells = pd.DataFrame(index=summary.index)
        for key, metric in METRICS.items():
            mean, sd = summary[key, "mean"].round(3), summary[key, "sd"]
            winner = mean.max() if metric.greater_is_better else mean.min()
            text = [_format(*values) for values in zip(mean, sd, started, strict=True)]
            marks = [best if m == winner else (" " * len(best[0]), " " * len(best[1])) for m in mean]
            cells[metric.title] = [f"{before}{t}{after}" for t, (before, after) in zip(text, marks, strict=True)]
        seconds = self._paired().query("metric == 'fit_seconds'").groupby("strategy")["value"].median()
        # the median, because the first fit compiles
        cells["Fit s"] = [f"{s:.2f}" if np.isfinite(s) else "" for s in seconds.reindex(summary.index)]
        return cells.rename_axis("strategy")

    def describe(self) -> str:
        """Return lines on what was compared: rows, classes, folds and steps."""
        return "\n".join(_describe(self))

    def __repr__(self) -> str:
        return f"{self.describe()}\n\n{self.formatted().rename_axis(None).to_string()}"

    def _repr_html_(self) -> str:
        lines = "".join(f"<p>{escape(line)}</p>" for line in _describe(self))
        return lines + self.formatted(("<b>", "</b>")).rename(index=escape).to_html(escape=False)

    def _paired(self) -> pd.DataFrame:
        """Return the rows of `table` whose fold every strategy finished, or all if there is no such fold."""
        paired = self._finished_by_all()
        return self.table[paired] if paired.any() else self.table

    def _finished_by_all(self) -> pd.Series:
        return self.table.groupby(["repeat", "fold"])["strategy"].transform("nunique") == len(self.strategies)


def _format(mean: float, sd: float, started: bool) -> str:
    if np.isnan(mean):
        return "failed" if started else "not finished"
    return f"{mean:.3f}" if np.isnan(sd) else f"{mean:.3f} ± {sd:.3f}"


def _describe(comparison: Comparison) -> list[str]:
    n_rows = sum(comparison.class_counts.values())
    copies = f" ({comparison.n_copies:,} copies of others)" if comparison.n_copies else ""
    columns = f"{comparison.n_features:,} columns ({_describe_columns(comparison.column_kinds)})"
    lines = [f"{n_rows:,} rows{copies}, {columns}; {_describe_classes(comparison)}"]
    folds = f"{comparison.cv} stratified folds x {comparison.n_repeats}"
    if comparison.interrupted:
        folds += f", interrupted after {comparison.n_finished} of {comparison.cv * comparison.n_repeats}"
    at_most = "at most " if comparison.stops_early else ""
    steps = f"; {at_most}{comparison.n_steps:,} gradient steps in every fit" if comparison.n_steps else ""
    return [*lines, folds + steps]


def _describe_columns(kinds: dict[str, int]) -> str:
    present = {kind: n for kind, n in kinds.items() if n}
    if len(present) == 1:
        return f"all {next(iter(present))}"
    return ", ".join(f"{n:,} {kind.removesuffix('s') if n == 1 else kind}" for kind, n in present.items())


def _describe_classes(comparison: Comparison) -> str:
    counts = comparison.class_counts
    n_rows = sum(counts.values())
    parts = [f"{label!r}: {count:,} ({count / n_rows:.1%})" for label, count in counts.items()]
    if comparison.positive is not None:
        return f"classes {', '.join(parts)}; positive {comparison.positive!r}"
    more = f" and {len(parts) - _MAX_CLASSES} more" if len(parts) > _MAX_CLASSES else ""
    return f"{len(parts)} classes {', '.join(parts[:_MAX_CLASSES])}{more}"
