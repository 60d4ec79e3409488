"""The folds of a comparison: each strategy is trained on its training rows and predicts its test rows."""

import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from typing import Any

import numpy as np
from imblearn.pipeline import Pipeline
from joblib import effective_n_jobs
from numpy.typing import NDArray
from sklearn import config_context

from skweighted._base.pipelines import last_step
from skweighted._base.tensorflow import import_in_background
from skweighted._base.types import Estimator, Table
from skweighted.comparison._predictions import FoldResult, OutOfFoldPredictions
from skweighted.comparison._problem import Problem, Split
from skweighted.comparison._row_arguments import row_arguments
from skweighted.comparison._splits import hold_out
from skweighted.comparison.metrics import Metric
from skweighted.comparison.store import Cache, KeptFile
from skweighted.many_fits import Job, Outcome, can_be_stacked, fit_many, watches_rows
from skweighted.strategies import Strategy

Place = tuple[str, Split]
"""The name of a strategy, and the fold."""

_MAX_KEPT = 4  # test sets behind their preprocessing, one for each fold whose models come at a time

__all__ = ["Collector", "Keeper", "Predictor", "first_line", "run_folds"]


def run_folds(
    problem: Problem,
    chosen: dict[str, Strategy],
    splits: list[Split],
    n_jobs: int | None,
    collector: "Collector",
    cache: Cache | None = None,
) -> bool:
    """Run every strategy on every split, but what the cache holds; return whether Ctrl-C ended it."""
    # fold by fold, so that what an interrupted run has finished can be compared
    places = [(name, split) for split in splits for name in chosen]
    jobs = [_make_job(problem, chosen[name].build(problem.context(split)), split) for name, split in places]
    files = [None if cache is None else cache.file(*place, job) for place, job in zip(places, jobs, strict=True)]
    try:
        new = _collect_kept(places, files, collector)
        if new and can_be_stacked(problem.classifier) and effective_n_jobs(n_jobs) == 1:
            import_in_background()
        places, files = [places[i] for i in new], [files[i] for i in new]
        then = Predictor(problem, [split for _, split in places])
        keep = None if cache is None else Keeper(places, files)
        new_jobs, labels = [jobs[i] for i in new], problem.labels[problem.codes]
        with closing(fit_many(new_jobs, problem.X, labels, then=then, keep=keep, n_jobs=n_jobs)) as outcomes:
            for outcome in outcomes:
                collector.add(_result(*places[outcome.index], outcome))
    except KeyboardInterrupt:
        if not collector.has_finished_fold:
            raise
        return True
    return False


def _collect_kept(places: list[Place], files: list[KeptFile | None], collector: "Collector") -> list[int]:
    """Collect the results that an earlier run kept, and return the positions of the others."""
    new = []
    for index, ((name, _), file) in enumerate(zip(places, files, strict=True)):
        result = None if file is None else file.read(name)
        if result is None:
            new.append(index)
        else:
            collector.add(result)
    return new


class Keeper:
    """Keeps each result where and when it is made, also in a worker.

    Parameters
    ----------
    places : list of pairs of a strategy's name and a Split
        Of each model, by its index.
    files : list of KeptFile or None
        None for what cannot be kept.
    """

    def __init__(self, places: list[Place], files: list[KeptFile | None]) -> None:
        self.places, self.files = places, files

    def __call__(self, outcome: Outcome) -> None:
        """Write the result of a fit."""
        file = self.files[outcome.index]
        if file is not None:
            file.write(_result(*self.places[outcome.index], outcome).compact())


def _make_job(problem: Problem, model: Estimator, split: Split) -> Job:
    """Return the fit of one strategy; rows that it watches are real ones, and the same for every strategy of a fold."""
    fit_params = row_arguments(model, sample_weight=problem.sample_weight, groups=problem.groups)
    if not watches_rows(model):
        return Job(model, split.train, fit_params)
    fraction = problem.classifier.get_params()["validation_fraction"]
    train, watch = hold_out(split, problem.codes, fraction, problem.groups)
    return Job(model, train, fit_params, watch, problem.sample_weight)


def _result(name: str, split: Split, outcome: Outcome) -> FoldResult:
    place = name, split.repeat, split.fold, split.test
    if outcome.error is not None:
        return FoldResult(*place, error=outcome.error)
    probabilities, decisions, predict_seconds, n_epochs = outcome.result
    return FoldResult(*place, probabilities, decisions, outcome.seconds, predict_seconds, n_epochs=n_epochs)


class Predictor:
    """Predicts the test rows of each fold with the models fitted for it.

    Parameters
    ----------
    problem : Problem
    splits : list of Split
        Of each model, by its index.
    """

    def __init__(self, problem: Problem, splits: list[Split]) -> None:
        self.problem = problem
        self.splits = splits
        self._behind: dict[Any, tuple[Table, list[Any]]] = {}

    def __call__(self, index: int, pipeline: Pipeline) -> tuple[NDArray, NDArray[np.intp], float, float]:
        """Return probabilities, decisions, the seconds that both took, and the epochs that training took."""
        started = time.perf_counter()
        X = self._transformed(self.splits[index], [s for _, s in pipeline.steps[:-1] if hasattr(s, "transform")])
        classifier = pipeline.steps[-1][1]
        decisions = np.searchsorted(self.problem.labels, classifier.predict(X))
        probabilities = np.asarray(classifier.predict_proba(X))
        return probabilities, decisions, time.perf_counter() - started, _count_epochs(classifier)

    def _transformed(self, split: Split, steps: list[Any]) -> Table:
        """Return the test rows behind `steps`, which the pipelines of a fold have in common."""
        key = split.repeat, split.fold, tuple(map(id, steps))
        if key not in self._behind:
            X = self.problem.rows(split.test)
            for step in steps:
                X = step.transform(X)
            while len(self._behind) >= _MAX_KEPT:
                del self._behind[next(iter(self._behind))]
            self._behind[key] = X, steps  # the steps too, so that their ids stay theirs
        return self._behind[key][0]


def _count_epochs(classifier: Any) -> float:
    """Return the passes over the training rows of a network, inside meta-estimators too."""
    while not hasattr(classifier, "loss_curve_") and hasattr(classifier, "estimator_"):
        classifier = last_step(classifier.estimator_)
    return float(np.median(classifier.n_iter_)) if hasattr(classifier, "loss_curve_") else np.nan


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
