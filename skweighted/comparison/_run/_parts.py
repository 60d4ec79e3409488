"""A strategy on a fold as one job or several: one that tunes its threshold has a job for each of its inner folds."""

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import clone

from skweighted._base.types import Estimator
from skweighted.comparison._predictions import FoldResult
from skweighted.comparison._problem import Problem, Split
from skweighted.comparison._row_arguments import row_arguments
from skweighted.comparison._splits import hold_out
from skweighted.comparison.store import KeptFile
from skweighted.many_fits import Job, Outcome, watches_rows
from skweighted.strategies import TunedThresholdClassifier

__all__ = ["Part", "Task", "make_job", "make_result"]


@dataclass(frozen=True, eq=False)
class Part:
    """A job, and the split the test rows of which its model predicts."""

    job: Job
    split: Split


def make_job(problem: Problem, model: Estimator, split: Split) -> Job:
    """Return the fit of one model; rows that it watches are real ones, and the same for every strategy of a fold."""
    fit_params = row_arguments(model, sample_weight=problem.sample_weight, groups=problem.groups)
    if not watches_rows(model):
        return Job(model, split.train, fit_params)
    fraction = problem.classifier.get_params()["validation_fraction"]
    train, watch = hold_out(split, problem.codes, fraction, problem.groups)
    return Job(model, train, fit_params, watch, problem.sample_weight)


def make_result(name: str, split: Split, outcome: Outcome) -> FoldResult:
    """Return what one strategy predicted on one fold."""
    place = name, split.repeat, split.fold, split.test
    if outcome.error is not None:
        return FoldResult(*place, error=outcome.error)
    probabilities, decisions, predict_seconds, n_epochs = outcome.result
    return FoldResult(*place, probabilities, decisions, outcome.seconds, predict_seconds, n_epochs=n_epochs)


@dataclass(eq=False)
class Task:
    """A strategy on a fold, and what of it has come.

    Parameters
    ----------
    problem : Problem
    strategy : str
    split : Split
    job : Job
        The whole of it.
    file : KeptFile or None
        Where the result is kept.
    """

    problem: Problem
    strategy: str
    split: Split
    job: Job
    file: KeptFile | None = None
    found: dict[int, Outcome] = field(default_factory=dict)

    @property
    def tuned(self) -> TunedThresholdClassifier | None:
        """What tunes the threshold of all that the strategy fits, None if nothing does."""
        steps = getattr(self.job.model, "steps", [])
        return steps[0][1] if len(steps) == 1 and type(steps[0][1]) is TunedThresholdClassifier else None

    def cut(self) -> list[Part]:
        """Return the job, or the fit on all training rows and one for each inner fold.

        Raises
        ------
        ValueError
            If there are no such inner folds.
        """
        if self.tuned is None:
            return [Part(self.job, self.split)]
        splits = [self.split, *self._inner_splits()]
        return [Part(make_job(self.problem, clone(self.tuned.estimator), split), split) for split in splits]

    def _inner_splits(self) -> list[Split]:
        train, groups = self.split.train, self.problem.groups
        assert self.tuned is not None
        pairs = self.tuned.cut(self.problem.codes[train], None if groups is None else groups[train])
        return [replace(self.split, train=train[fit], test=train[held]) for fit, held in pairs]

    def take(self, number: int, outcome: Outcome) -> FoldResult | None:
        """Take the outcome of a part; return the result once that of the last part has come.

        What a worker could not keep, because it had a part only, is kept here.
        """
        self.found[number] = outcome
        if self.tuned is None:
            return make_result(self.strategy, self.split, outcome)
        if len(self.found) <= self.tuned.cv:
            return None
        result = make_result(self.strategy, self.split, self._join(self.tuned))
        if self.file is not None:
            self.file.write(result.compact())
        return result

    def _join(self, tuned: TunedThresholdClassifier) -> Outcome:
        """Return the outcome of the fit on all rows, with decisions at the threshold that held-out rows chose."""
        whole, outcomes = self.found[0], [self.found[number] for number in sorted(self.found)]
        joined = replace(whole, seconds=sum(outcome.seconds for outcome in outcomes))
        joined.error = next((outcome.error for outcome in outcomes if outcome.error is not None), None)
        if joined.error is None:
            try:
                probabilities, _, *took = whole.result
                joined.result = (probabilities, self._decide(tuned, probabilities), *took)
            except Exception as error:  # a constraint that no threshold keeps
                joined.error = error
        return joined

    def _decide(self, tuned: TunedThresholdClassifier, probabilities: NDArray[Any]) -> NDArray[np.intp]:
        problem, train = self.problem, self.split.train
        held_out = np.full(len(problem.codes), np.nan)
        positive = self._positive(tuned)
        for number, split in enumerate(self._inner_splits(), start=1):
            held_out[split.test] = self.found[number].result[0][:, positive]
        weight = None if problem.sample_weight is None else problem.sample_weight[train]
        threshold = tuned.choose(problem.codes[train] == positive, held_out[train], weight)
        return np.where(probabilities[:, positive] >= threshold, positive, 1 - positive)

    def _positive(self, tuned: TunedThresholdClassifier) -> int:
        """Return the code of the class that is decided for from the threshold on."""
        if tuned.positive is not None:
            return self.problem.labels.tolist().index(tuned.positive)
        return int(np.bincount(self.problem.codes[self.split.train], minlength=2).argmin())
