"""One fold of a comparison: train each strategy on its training rows, score it on its test rows."""

import time
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from imblearn.metrics import geometric_mean_score
from imblearn.pipeline import Pipeline
from numpy.typing import NDArray
from sklearn.base import clone
from sklearn.frozen import FrozenEstimator
from sklearn.metrics import average_precision_score, brier_score_loss, f1_score, roc_auc_score

from skweighted.fitting._plan import AUTO_BATCH
from skweighted.strategies import Strategy

__all__ = ["METRICS", "FoldResult", "Metric", "Problem", "Split", "count_steps", "fix_steps", "run_fold"]


@dataclass(frozen=True)
class Metric:
    """A column of the comparison: its title and whether a greater value is better."""

    title: str
    greater_is_better: bool = True


METRICS = {
    "roc_auc": Metric("ROC AUC"),
    "average_precision": Metric("Avg precision"),
    "g_mean": Metric("G-mean"),
    "f1": Metric("F1"),
    "brier": Metric("Brier", greater_is_better=False),
}
"""The scores by their key in a comparison's table, which also holds ``"fit_seconds"``."""


@dataclass(frozen=True)
class FoldResult:
    """What one strategy scored on one test fold.

    Attributes
    ----------
    strategy : str
    repeat, fold : int
        Counted from 1.
    scores : dict of str to float
        A value for each of :data:`METRICS` and ``"fit_seconds"``; NaN where the fit failed.
    error : Exception or None
        Why the fit failed.
    """

    strategy: str
    repeat: int
    fold: int
    scores: dict[str, float]
    error: Exception | None = None


@dataclass(frozen=True)
class Problem:
    """The data and the network that all strategies share.

    Attributes
    ----------
    X : DataFrame or sparse array of shape (n_samples, n_features)
    labels : ndarray of shape (n_classes,)
        Sorted.
    codes : ndarray of shape (n_samples,)
        Position in `labels` of each row's label.
    positive : int or None
        Code of the positive class; None with more than two classes.
    preprocessor, classifier : estimators
        Unfitted; the classifier as :func:`fix_steps` returns it.
    """

    X: Any
    labels: NDArray[Any]
    codes: NDArray[np.intp]
    positive: int | None
    preprocessor: Any
    classifier: Any

    def rows(self, positions: NDArray[np.intp]) -> Any:
        """Return the rows of `X` at `positions`."""
        return self.X.iloc[positions] if isinstance(self.X, pd.DataFrame) else self.X[positions]

    def make_classifier(self, seed: int) -> Any:
        """Return the unfitted classifier of a fold, seeded with `seed` unless it has a seed of its own."""
        classifier = clone(self.classifier)
        return classifier.set_params(random_state=seed) if _lacks(classifier, "random_state") else classifier


@dataclass(frozen=True)
class Split:
    """The rows of one fold, and the seed of everything random in it."""

    repeat: int
    fold: int
    train: NDArray[np.intp]
    test: NDArray[np.intp]
    seed: int


def fix_steps(classifier: Any, n_rows: int, epochs: int | None) -> Any:
    """Return a clone whose batches and steps are those of `n_rows` training rows, whatever rows it is fitted on.

    So the strategies take the same number of steps, though they resample, and the folds, though their sizes differ.

    Parameters
    ----------
    classifier : classifier
        Its own ``batch_size`` and ``steps_per_epoch`` stay, unless they are ``"auto"`` and None.
    n_rows : int
        Rows of the smallest training fold.
    epochs : int or None
        None leaves the classifier's own.
    """
    classifier = clone(classifier).set_params(**{} if epochs is None else {"epochs": epochs})
    if classifier.get_params().get("batch_size") == "auto":
        classifier.set_params(batch_size=min(AUTO_BATCH, n_rows))
    if _lacks(classifier, "steps_per_epoch"):
        classifier.set_params(steps_per_epoch=-(-n_rows // classifier.get_params()["batch_size"]))
    return classifier


def _lacks(classifier: Any, name: str) -> bool:
    """Tell whether `classifier` has a parameter `name` that is None."""
    return classifier.get_params().get(name, 0) is None


def count_steps(classifier: Any) -> int | None:
    """Return the gradient steps of a fit, None if the classifier does not count them."""
    settings = classifier.get_params()
    steps = settings.get("steps_per_epoch")
    return None if steps is None else steps * settings["epochs"]


def run_fold(problem: Problem, group: list[tuple[str, Strategy]], split: Split) -> list[FoldResult]:
    """Train and score the strategies of `group`, which share one training: the first one's.

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
    steps: tuple[Any, Any] = (problem.preprocessor, problem.make_classifier(split.seed))
    shared_seconds = 0.0
    results = []
    for name, strategy in group:
        scores, error = dict.fromkeys([*METRICS, "fit_seconds"], np.nan), None
        try:
            started = time.perf_counter()
            pipeline = strategy.make_pipeline(*steps, random_state=split.seed).fit(X, y)
            seconds = shared_seconds + time.perf_counter() - started
            scores = _score(problem, pipeline, split.test) | {"fit_seconds": seconds}
            if shared_seconds == 0:
                shared_seconds, steps = seconds, _freeze(pipeline)
        except Exception as failure:  # one strategy's failure must not lose what the others found
            error = failure
        results.append(FoldResult(name, split.repeat, split.fold, scores, error))
    return results


def _freeze(pipeline: Pipeline) -> tuple[Any, Any]:
    before, after = pipeline["preprocess"], pipeline["classify"]
    return before if isinstance(before, str) else FrozenEstimator(before), FrozenEstimator(after)


def _score(problem: Problem, pipeline: Pipeline, test: NDArray[np.intp]) -> dict[str, float]:
    """Return each of METRICS on the rows `test`."""
    before, classifier = pipeline["preprocess"], pipeline["classify"]
    X, truth = problem.rows(test), problem.codes[test]
    X = X if isinstance(before, str) else before.transform(X)  # once for both kinds of prediction
    predicted = np.searchsorted(problem.labels, classifier.predict(X))
    probabilities = classifier.predict_proba(X)
    scores = {"g_mean": geometric_mean_score(truth, predicted)}
    if problem.positive is None:
        classes = np.arange(len(problem.labels))
        return scores | {
            "roc_auc": roc_auc_score(truth, probabilities, multi_class="ovr", average="macro", labels=classes),
            "average_precision": average_precision_score(truth[:, None] == classes, probabilities, average="macro"),
            "f1": f1_score(truth, predicted, average="macro", zero_division=0),
            "brier": brier_score_loss(truth, probabilities, labels=classes),
        }
    is_positive, probability = truth == problem.positive, probabilities[:, problem.positive]
    return scores | {
        "roc_auc": roc_auc_score(is_positive, probability),
        "average_precision": average_precision_score(is_positive, probability),
        "f1": f1_score(is_positive, predicted == problem.positive, zero_division=0),
        "brier": brier_score_loss(is_positive, probability),
    }
