"""The folds of a comparison: each strategy is trained on its training rows and predicts its test rows."""

import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np
from imblearn.pipeline import Pipeline
from numpy.typing import NDArray
from sklearn.frozen import FrozenEstimator
from sklearn.utils.parallel import Parallel, delayed

from skweighted.comparison._predictions import FoldResult, OutOfFoldPredictions
from skweighted.comparison._problem import Problem, Split
from skweighted.comparison._scores import METRICS
from skweighted.strategies import Context, Strategy

__all__ = ["Collector", "first_line", "run_fold", "run_folds"]


def run_folds(
    problem: Problem, chosen: dict[str, Strategy], splits: list[Split], n_jobs: int | None, collector: "Collector"
) -> bool:
    """Run every strategy on every split; return whether Ctrl-C ended it."""
    groups = _group_by_training(chosen)
    # fold by fold, so that what an interrupted run has finished can be compared
    tasks = (delayed(run_fold)(problem, group, split) for split in splits for group in groups)
    try:
        for results in Parallel(n_jobs=n_jobs, return_as="generator_unordered")(tasks):
            for result in results:
                collector.add(result)
    except KeyboardInterrupt:
        if not collector.results:
            raise
        return True
    return False


def _group_by_training(chosen: dict[str, Strategy]) -> list[list[tuple[str, Strategy]]]:
    """Return lists of strategies that share one fitted network, the one that trains it first."""
    borrowers = {name: strategy for name, strategy in chosen.items() if strategy.trains_like in chosen}
    lenders = [item for item in chosen.items() if item[0] not in borrowers]
    return [[lender, *(b for b in borrowers.items() if b[1].trains_like == lender[0])] for lender in lenders]


def run_fold(problem: Problem, group: list[tuple[str, Strategy]], split: Split) -> list[FoldResult]:
    """Train the strategies of `group`, which share one training, and predict the test rows.

    Parameters
    ----------
    problem : Problem
    group : list of pairs of name and Strategy
        The others put the first one's fitted preprocessor and classifier to their own use.
    split : Split

    Returns
    -------
    list of FoldResult
        In the order of `group`. A fit that raises is reported, not raised.
    """
    X, y = problem.rows(split.train), problem.labels[problem.codes[split.train]]
    context, shared_seconds = problem.context(split), 0.0
    results = []
    for name, strategy in group:
        place = name, split.repeat, split.fold, split.test
        try:
            started = time.perf_counter()
            pipeline = strategy.build(context).fit(X, y)
            seconds = shared_seconds + time.perf_counter() - started
            started = time.perf_counter()
            predicted = _predict(problem, pipeline, split)
            results.append(FoldResult(*place, *predicted, seconds, time.perf_counter() - started))
            if shared_seconds == 0:
                shared_seconds, context = seconds, _freeze(pipeline, split.seed)
        except Exception as failure:  # one strategy's failure must not lose what the others found
            results.append(FoldResult(*place, error=failure))
    return results


def _freeze(pipeline: Pipeline, seed: int) -> Context:
    before, after = pipeline["preprocess"], pipeline["classify"]
    return Context(before if isinstance(before, str) else FrozenEstimator(before), FrozenEstimator(after), seed=seed)


def _predict(problem: Problem, pipeline: Pipeline, split: Split) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """Return probabilities and decisions for the test rows, which are preprocessed once for both."""
    X = problem.rows(split.test)
    for step in (step for _, step in pipeline.steps[:-1] if hasattr(step, "transform")):
        X = step.transform(X)
    classifier = pipeline.steps[-1][1]
    decisions = np.searchsorted(problem.labels, classifier.predict(X))
    return np.asarray(classifier.predict_proba(X)), decisions


class Collector:
    """Score the results as they come, keep them, and pass them on.

    Parameters
    ----------
    predictions : OutOfFoldPredictions
        Takes the results in.
    """

    def __init__(
        self,
        predictions: OutOfFoldPredictions,
        callback: Callable[[FoldResult, int, int], None] | None,
        verbose: int,
        *,
        n_total: int,
        n_strategies: int,
    ) -> None:
        self.predictions = predictions
        self.callback, self.verbose = callback, verbose
        self.n_total, self.n_strategies = n_total, n_strategies
        self.scores: list[dict[str, float]] = []

    @property
    def results(self) -> list[FoldResult]:
        """What has come, in that order."""
        return list(self.predictions.results.values())

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
            outcome = f"failed: {result.error}" if result.error else f"ROC AUC {scores['roc_auc']:.3f}"
            place = f"repeat {result.repeat}, fold {result.fold}"
            print(f"[{n_finished}/{self.n_total}] {result.strategy}, {place}: {outcome}")

    def _score(self, result: FoldResult) -> tuple[FoldResult, dict[str, float]]:
        """Return the result and its scores; what cannot be scored counts as a failed fit."""
        if result.error is None:
            try:
                predictions = self.predictions.of(result)
                scores = {key: float(metric().score(predictions)) for key, metric in METRICS.items()}
                return result, scores | {"fit_seconds": result.fit_seconds}
            except Exception as failure:  # probabilities that are not finite, for one
                result = replace(result, error=failure)
        return result, dict.fromkeys([*METRICS, "fit_seconds"], np.nan)


def first_line(error: Exception | None) -> str:
    """Return the type of an error and the first line of its message."""
    line, _, _ = str(error).strip().partition("\n")
    return f"{type(error).__name__}: {line}"
