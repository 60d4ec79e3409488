"""What the fitted models of a fold predict for its test rows."""

import time
from typing import Any

import numpy as np
from imblearn.pipeline import Pipeline
from numpy.typing import NDArray

from skweighted._base.pipelines import last_step
from skweighted._base.types import Table
from skweighted.comparison._problem import Problem, Split

__all__ = ["Predictor"]

_MAX_KEPT = 4  # test sets behind their preprocessing, one for each fold whose models come at a time


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
        key = split.test.tobytes(), tuple(map(id, steps))
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
