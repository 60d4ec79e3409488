"""scikit-learn's own search, run over models that are fitted already: scores, ranks and results are its work."""

import copy
import warnings
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

import joblib
import numpy as np
from sklearn.base import clone
from sklearn.exceptions import FitFailedWarning

from skweighted.many_fits import Outcome

__all__ = ["FixedSplits", "Replay"]


class FixedSplits:
    """The splits of a splitter, drawn once: training and scoring see the same ones."""

    def __init__(self, splitter: Any, splits: Sequence[tuple[np.ndarray, np.ndarray]]) -> None:
        self.splitter = splitter
        self.splits = splits

    def split(self, X: Any = None, y: Any = None, groups: Any = None, **params: Any) -> Iterator[Any]:
        """Return the splits; no argument matters any more."""
        return iter(self.splits)

    def get_n_splits(self, X: Any = None, y: Any = None, groups: Any = None, **params: Any) -> int:
        """Return how many there are."""
        return len(self.splits)

    def __getattr__(self, name: str) -> Any:
        # What the splitter requests under metadata routing, where it knows of it.
        if name != "get_metadata_routing":
            raise AttributeError(name)
        return self.splitter.get_metadata_routing


class Replay:
    """What stands in for `estimator` while scikit-learn's search runs: its clones are the fitted models, in order.

    Parameters
    ----------
    estimator : estimator
    candidates : list of dict
    fits : list of Outcome
        In the order of ``product(candidates, splits)``.
    """

    def __init__(self, estimator: Any, candidates: list[dict[str, Any]], fits: list[Outcome]) -> None:
        self.estimator = estimator
        self.candidates = candidates
        self.fits = fits

    def run(self, search: Any, fit: Any, splits: FixedSplits) -> Any:
        """Return a fitted copy of `search`, on which ``fit(copy)`` is scikit-learn's own fit."""
        played = copy.copy(search)
        played.estimator, played.cv, played.n_jobs, played.verbose = clone(self.estimator), splits, None, 0
        played._replay = self
        # The search clones what it was given once, and that clone for every fit: the first must be the same object.
        played.estimator.__sklearn_clone__ = lambda: played.estimator
        # Scoring is short, and the models are here; failed fits have had their warning.
        with joblib.parallel_config(backend="sequential"), warnings.catch_warnings():
            warnings.simplefilter("ignore", FitFailedWarning)
            fit(played)
        del played.estimator.__sklearn_clone__
        return played

    def evaluate(self, source: Any, evaluate_candidates: Any) -> None:
        """Have the search evaluate the candidates, and share out the time that fitting took."""
        source.__sklearn_clone__ = partial(next, self._clones())
        results = evaluate_candidates(self.candidates)
        seconds = np.array([fit.seconds for fit in self.fits]).reshape(len(self.candidates), -1)
        results["mean_fit_time"][:], results["std_fit_time"][:] = seconds.mean(axis=1), seconds.std(axis=1)

    def _clones(self) -> Iterator[Any]:
        for fit in self.fits:
            yield _as_unfitted(fit)
        while True:
            yield clone(self.estimator)


def _as_unfitted(fit: Outcome) -> Any:
    """Return the model of `fit`, whose next ``set_params`` and ``fit`` only report what came of them before.

    Scorers then get the model itself, which a wrapper would hide from them.
    """
    model: Any = fit.model

    def report(*args: Any, **params: Any) -> Any:
        del model.set_params, model.fit
        if fit.error is not None:
            raise fit.error
        return model

    model.set_params = lambda **params: model
    model.fit = report
    return model
