"""The scores of a comparison and what they are about, before anything is said of them."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

import pandas as pd

from skweighted.comparison._predictions import OutOfFoldPredictions
from skweighted.comparison.checks import Alert
from skweighted.comparison.metrics import DEFAULT_METRICS, METRICS, Metric

__all__ = ["ScoredFolds"]


@dataclass(frozen=True, repr=False)
class ScoredFolds:
    """What :class:`Comparison`, which documents the fields, adds words to."""

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
    metrics: dict[str, Metric] | None = None
    constraint: str | None = None
    fold_kind: str = "stratified folds"
    steps: dict[str, int | None] | None = None
    test_ratio: float | None = None
    uses_classifier: dict[str, bool] | None = None

    @property
    def overlap(self) -> float:
        """Test rows for each training row, by which the tests are widened."""
        return 1 / (self.cv - 1) if self.test_ratio is None else self.test_ratio

    @property
    def columns(self) -> list[tuple[str, Metric]]:
        """The metrics with the names of their columns."""
        return list((self.metrics or {key: METRICS[key]() for key in DEFAULT_METRICS}).items())

    @property
    def headings(self) -> dict[str, str]:
        """What stands above each column for people, by its name; no two are the same."""
        headings = {name: metric.heading for name, metric in self.columns}
        repeated = Counter(headings.values())
        return {name: heading if repeated[heading] == 1 else name for name, heading in headings.items()}

    @property
    def n_rarest(self) -> int:
        """Rows of the positive class, with many classes of the smallest."""
        return min(self.class_counts.values()) if self.positive is None else self.class_counts[self.positive]

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
            with a failed fit, or none finished, has NaN, and so has a score that is not defined in some fold.
        """
        groups = self.paired().groupby(["strategy", "metric"], sort=False)["value"]
        statistics = groups.agg(mean=lambda v: v.mean(skipna=False), sd=lambda v: v.std(skipna=False))
        wide = statistics.unstack("metric").swaplevel(axis=1)
        columns = pd.MultiIndex.from_product(
            [list(dict.fromkeys([*dict(self.columns), "fit_seconds"])), ["mean", "sd"]], names=["metric", None]
        )
        return wide.reindex(index=list(self.strategies), columns=columns)

    def paired(self) -> pd.DataFrame:
        """Return the rows of `table` whose fold every strategy finished, or all if there is no such fold."""
        paired = self._finished_by_all()
        return self.table[paired] if paired.any() else self.table

    def _finished_by_all(self) -> pd.Series:
        return self.table.groupby(["repeat", "fold"])["strategy"].transform("nunique") == len(self.strategies)
