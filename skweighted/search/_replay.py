"""scikit-learn's own search, run over models that are fitted already: scores, ranks and results are its work.

Why: scoring, ranking, refitting, metadata routing and callbacks of ``BaseSearchCV.fit`` fill hundreds of lines that
change from release to release. Ours must give what it gives, so it runs the original, and the original must not notice
that training is over. The calls of ``BaseSearchCV.fit``, in their order, and what answers each:

1. ``check_cv(self.cv)``, ``cv.get_n_splits``, ``cv.split``: answered by :class:`FixedSplits`, which holds the splits
   that training used. A shuffling splitter would draw others the second time.
2. ``base_estimator = clone(self.estimator)``, once: the estimator of the search is a stand-in, whose
   ``__sklearn_clone__`` returns the stand-in itself. So ``base_estimator`` is an object of ours (the first mirror).
3. ``self._run_search(evaluate_candidates)``: ours calls :meth:`Replay._evaluate`, which from now on lets
   ``clone(base_estimator)`` return the next fitted model (the second mirror). ``evaluate_candidates`` makes one clone
   for each pair of ``product(candidates, splits)``, in that order, and so are the fits sorted.
4. ``_fit_and_score``, for each clone, calls ``estimator.set_params(**candidate)``, then ``estimator.fit(X, y)`` on the
   training rows, and scores ``estimator``. On the instance, both are replaced (:func:`_as_unfitted`): ``set_params``
   does nothing, because the candidate's parameters are set, and ``fit`` raises what fitting raised, or returns. Then
   both are gone, so that scorers get the fitted model itself; a wrapper around it would be another type.
5. ``clone(base_estimator).set_params(**best_params_).fit(X, y)``, the refit: all fits are handed out, so the clone is
   an ordinary one, and this fit is an ordinary fit.

All this happens on the search itself, because callbacks of scikit-learn 1.9 are given it. Its parameters `estimator`,
`cv`, `n_jobs` and `verbose` are those of the play while it lasts; :func:`unchanged_on_failure` takes everything back if
it ends badly.
"""

import contextlib
import warnings
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

import joblib
import numpy as np
from sklearn.base import clone
from sklearn.exceptions import FitFailedWarning

from skweighted.many_fits import Outcome

__all__ = ["FixedSplits", "Replay", "unchanged_on_failure"]


@contextlib.contextmanager
def unchanged_on_failure(search: Any) -> Iterator[None]:
    """Give `search` back every attribute as it was if the block raises, an interruption from the keyboard too."""
    before = dict(vars(search))
    try:
        yield
    except BaseException:
        vars(search).clear()
        vars(search).update(before)
        raise


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

    def run(self, search: Any, fit: Callable[[], Any], splits: FixedSplits) -> None:
        """Call ``fit()``, scikit-learn's own fit of `search`, and give the search its parameters back."""
        own = {name: getattr(search, name) for name in ("estimator", "cv", "n_jobs", "verbose")}
        stand_in: Any = clone(self.estimator)
        stand_in.__sklearn_clone__ = lambda: stand_in  # the first mirror
        search.estimator, search.cv, search.n_jobs, search.verbose = stand_in, splits, None, 0
        search._evaluate = partial(self._evaluate, stand_in)
        # Scoring is short, and the models are here; failed fits have had their warning.
        with joblib.parallel_config(backend="sequential"), warnings.catch_warnings():
            warnings.simplefilter("ignore", FitFailedWarning)
            fit()
        del stand_in.__sklearn_clone__  # a default scorer keeps the stand-in, and a generator cannot be pickled
        vars(search).update(own)

    def _evaluate(self, stand_in: Any, evaluate_candidates: Callable[..., Any], **announced: Any) -> None:
        """Have the search evaluate the candidates, and share out the time that fitting took."""
        stand_in.__sklearn_clone__ = partial(next, self._clones())  # the second mirror
        results = evaluate_candidates(self.candidates, **announced)
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
