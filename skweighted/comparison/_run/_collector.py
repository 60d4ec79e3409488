"""Results as they come: scored, kept, and passed on."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import numpy as np
from sklearn import config_context

from skweighted.comparison._predictions import FoldResult, OutOfFoldPredictions
from skweighted.comparison.metrics import Metric

__all__ = ["Collector", "first_line"]


class Collector:
    """Score the results as they come, keep them, and pass them on.

    Parameters
    ----------
    predictions : OutOfFoldPredictions
        Takes the results in.
    metrics : dict of str to Metric
        By the name of their column.
    """

    def __init__(
        self,
        predictions: OutOfFoldPredictions,
        callback: Callable[[FoldResult, int, int], None] | None,
        verbose: int,
        *,
        n_total: int,
        n_strategies: int,
        metrics: dict[str, Metric],
    ) -> None:
        self.predictions = predictions
        self.metrics = metrics
        self.callback, self.verbose = callback, verbose
        self.n_total, self.n_strategies = n_total, n_strategies
        self.scores: list[dict[str, float]] = []

    @property
    def results(self) -> list[FoldResult]:
        """What has come, in that order."""
        return list(self.predictions.results.values())

    @property
    def has_finished_fold(self) -> bool:
        """Whether there is a fold that every strategy has finished."""
        finished = Counter((result.repeat, result.fold) for result in self.results)
        return self.n_strategies in finished.values()

    def add(self, result: FoldResult) -> None:
        """Take in the result of one strategy on one fold.

        Raises
        ------
        ValueError
            If every strategy has failed and nothing has succeeded.
        """
        result, scores = self._score(result)
        self.predictions.add(result)
        self.scores.append(scores)
        first, n_finished = self.results[0], len(self.results)
        # strategies, not results: folds run in parallel may bring one strategy's failures first
        if all(r.error for r in self.results) and len({r.strategy for r in self.results}) == self.n_strategies:
            raise ValueError(
                f"Every strategy failed, {first.strategy!r} with {first_line(first.error)}"
            ) from first.error
        if self.callback is not None:
            self.callback(result, n_finished, self.n_total)
        if self.verbose:
            name, metric = next(iter(self.metrics.items()))
            outcome = f"failed: {result.error}" if result.error else f"{metric.heading} {scores[name]:.3f}"
            place = f"repeat {result.repeat}, fold {result.fold}"
            print(f"[{n_finished}/{self.n_total}] {result.strategy}, {place}: {outcome}")

    def _score(self, result: FoldResult) -> tuple[FoldResult, dict[str, float]]:
        """Return the result and its scores; what cannot be scored counts as a failed fit."""
        if result.error is None:
            try:
                predictions = self.predictions.of(result)
                with config_context(skip_parameter_validation=True):  # which takes longer than some of the scores
                    scores = {name: float(metric.score(predictions)) for name, metric in self.metrics.items()}
                return result, scores | {"fit_seconds": result.fit_seconds}
            except Exception as failure:  # probabilities that are not finite, for one
                result = replace(result, error=failure)
        return result, dict.fromkeys([*self.metrics, "fit_seconds"], np.nan)


def first_line(error: Exception | None) -> str:
    """Return the type of an error and the first line of its message."""
    line, _, _ = str(error).strip().partition("\n")
    return f"{type(error).__name__}: {line}"
