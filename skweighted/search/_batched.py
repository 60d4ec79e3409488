"""What the two searches share: candidates checked, all of them trained on all folds, then scored by scikit-learn."""

import contextlib
import logging
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np
from sklearn.base import clone, is_classifier
from sklearn.model_selection import check_cv
from sklearn.utils.validation import indexable

from skweighted._base.checks import Interval
from skweighted._base.errors import did_you_mean, hints_once
from skweighted._base.progress import open_bar
from skweighted._base.sklearn_private import (
    check_search_parameters,
    index_params,
    routed_params,
    scorers_of,
)
from skweighted.engines.stacking import MAX_BYTES
from skweighted.many_fits import Job, Outcome, can_be_stacked, fit_many
from skweighted.search._checks import check_folds, read_classes, report_failures
from skweighted.search._replay import FixedSplits, Replay, unchanged_on_failure

__all__ = ["BatchedSearch"]

_log = logging.getLogger("skweighted")


class BatchedSearch:
    """Base class of a search: trains everything first, then lets scikit-learn's own search score it."""

    estimator: Any
    cv: Any
    n_jobs: int | None
    verbose: int
    error_score: Any
    max_bytes: int | None
    n_splits_: int
    # While scikit-learn's search runs: how it evaluates the candidates.
    _evaluate: Callable[..., Any]
    _n_candidates: int

    def fit(self, X: Any, y: Any = None, **params: Any) -> Any:
        """Search, and refit the best candidate on all rows.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, n_features)
        y : array-like of shape (n_samples,)
        **params : dict of str to object
            As in scikit-learn's ``GridSearchCV.fit``: passed on to the estimator, the splitter and the scorer.

        Returns
        -------
        object
            This search.

        Raises
        ------
        TypeError, ValueError
            Before any training for a parameter that cannot be used, an empty grid, an unknown name in it, a scorer
            that needs a method no candidate has, or a fold whose training rows lack a class; and when every fit
            fails. A failed or interrupted search is left as it was.
        """
        check_search_parameters(self)
        max_bytes = self._check_max_bytes()
        candidates = list(self._parameters())
        models = self._check_candidates(candidates)
        self._check_scorers(models)
        with hints_once(), unchanged_on_failure(self):
            self._n_candidates = len(candidates)  # drawn once, because a random state does not draw them again
            if any(can_be_stacked(model) for model in models):
                self._search_in_stacks(candidates, max_bytes, X, y, params)
            else:
                _log.info("No candidate of %s can be stacked; all are fitted the ordinary way.", type(self).__name__)
                vars(self).pop("class_counts_", None)  # of an earlier search, in stacks
                self._evaluate = lambda evaluate, **announced: evaluate(candidates, **announced)
                super().fit(X, y, **params)  # type: ignore[misc]
            del self._evaluate, self._n_candidates
        return self

    def _parameters(self) -> Iterable[dict[str, Any]]:
        """Return the candidates as scikit-learn's search draws them."""
        raise NotImplementedError

    def _check_max_bytes(self) -> int:
        if self.max_bytes is None:
            return MAX_BYTES
        interval = Interval(1, integer=True)
        return int(interval.read(self.max_bytes, "max_bytes", type(self).__name__, otherwise="None"))

    def _check_candidates(self, candidates: list[dict[str, Any]]) -> list[Any]:
        """Return an unfitted model for each candidate.

        Raises
        ------
        ValueError
            If there is no candidate, or one has a name that its model lacks.
        """
        if not candidates:
            raise ValueError(f"{type(self).__name__} has no candidates to search. Give every parameter a value.")
        models = []
        for candidate in candidates:
            model = clone(self.estimator)
            # Whole steps first, so that names inside a new step are known.
            for name in sorted(candidate, key=lambda name: name.count("__")):
                self._try_to_set(model, name, candidate[name])
            models.append(model)
        return models

    def _try_to_set(self, model: Any, name: str, value: Any) -> None:
        """Set a parameter; an estimator may know names in ``set_params`` that ``get_params`` does not list."""
        known = model.get_params(deep=True)
        try:
            model.set_params(**{name: clone(value, safe=False)})
        except Exception:
            if name in known:
                raise
            hint = did_you_mean(name, list(known))
            raise ValueError(
                f"Invalid parameter {name!r} in the candidates of {type(self).__name__}: "
                f"{type(self.estimator).__name__} has no such parameter. {hint}".rstrip()
            ) from None

    def _check_scorers(self, models: list[Any]) -> None:
        for name, methods in scorers_of(self).items():
            if methods and not any(hasattr(model, method) for model in models for method in methods):
                owner, wanted = type(self.estimator).__name__, " or ".join(methods)
                raise ValueError(
                    f"The scorer {name!r} of {type(self).__name__} needs {wanted}, which {owner} does not have. "
                    "Choose another scoring."
                )

    def _search_in_stacks(
        self, candidates: list[dict[str, Any]], max_bytes: int, X: Any, y: Any, params: dict[str, Any]
    ) -> None:
        """Train all candidates on all folds, then run scikit-learn's own search over the fitted models."""
        classes, codes = read_classes(y, type(self).__name__)
        X, y = indexable(X, y)
        routed = routed_params(self, index_params(X, params))
        splitter = check_cv(self.cv, y, classifier=is_classifier(self.estimator))
        splits = list(splitter.split(X, y, **routed.splitter.split))
        check_folds(classes, codes, splits)

        jobs = [
            Job(_with_params(self.estimator, candidate), train, routed.estimator.fit)
            for candidate in candidates
            for train, _ in splits
        ]
        for number, job in enumerate(jobs):
            if not can_be_stacked(job.model):
                candidate = candidates[number // len(splits)]
                _log.info("Candidate %s cannot be stacked and is fitted on its own.", candidate)
        fits = self._fit_jobs(jobs, max_bytes, X, y)
        report_failures(fits, candidates, self.error_score)
        fit_as_scikit_learn_does = super().fit  # type: ignore[misc]
        replay = Replay(self.estimator, candidates, fits)
        replay.run(self, lambda: fit_as_scikit_learn_does(X, y, **params), FixedSplits(splitter, splits))
        self.class_counts_ = dict(zip(classes.tolist(), np.bincount(codes).tolist(), strict=True))

    def _fit_jobs(self, jobs: list[Job], max_bytes: int, X: Any, y: Any) -> list[Outcome]:
        """Return the outcomes in the order of the jobs; raise the first error if `error_score` says so."""
        fits: dict[int, Outcome] = {}
        with (
            _progress_bar(self.verbose, len(jobs)) as progress,
            contextlib.closing(
                fit_many(jobs, X, y, n_jobs=self.n_jobs, max_bytes=max_bytes, progress=progress)
            ) as outcomes,
        ):
            for outcome in outcomes:
                if outcome.error is not None and self.error_score == "raise":
                    raise outcome.error
                fits[outcome.index] = outcome
        return [fits[index] for index in range(len(jobs))]

    def _run_search(self, evaluate_candidates: Callable[..., Any], *, callback_ctx: Any = None) -> None:
        """Evaluate the candidates; tell scikit-learn's callbacks, where it has them (1.9), as its searches do."""
        if callback_ctx is None:
            self._evaluate(evaluate_candidates)
            return
        n_fits = self._n_candidates * self.n_splits_
        task = callback_ctx.subcontext(task_name="search", max_subtasks=n_fits, sequential_subtasks=False)
        task.call_on_fit_task_begin(estimator=self)
        self._evaluate(evaluate_candidates, callback_ctx=task)
        task.call_on_fit_task_end(estimator=self)


def _with_params(estimator: Any, params: dict[str, Any]) -> Any:
    """Return an unfitted copy of `estimator` with the parameters of a candidate, estimators among them copied too."""
    return clone(estimator).set_params(**clone(params, safe=False))


@contextlib.contextmanager
def _progress_bar(verbose: int, n_fits: int) -> Iterator[Callable[[float], None] | None]:
    if not verbose:
        yield None
        return
    with open_bar(n_fits, "fit") as update:
        yield lambda n_done: update(int(n_done + 1e-6))  # shares of fits add up to whole ones to rounding
