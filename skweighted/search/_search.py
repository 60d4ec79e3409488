"""scikit-learn's searches over parameters, with every candidate and fold trained in one stack of networks."""

from collections.abc import Iterable
from typing import Any

import numpy as np
from sklearn.model_selection import GridSearchCV, ParameterGrid, ParameterSampler, RandomizedSearchCV

from skweighted.search._batched import BatchedSearch

__all__ = ["BatchedGridSearchCV", "BatchedRandomizedSearchCV"]


class BatchedGridSearchCV(BatchedSearch, GridSearchCV):
    """`GridSearchCV` whose candidates and folds train as one stack of networks.

    Parameters
    ----------
    estimator : CostSensitiveMLPClassifier or Pipeline
        A pipeline, scikit-learn's or imbalanced-learn's, ends in the classifier. Its earlier steps are fitted once for
        each fold and setting of their own parameters. Any other estimator is searched the ordinary way.
    param_grid : dict or list of dict
        Values that change the compiled program (layers, batch size, optimizer, kind of loss, epochs) make groups, each
        a stack; all others (class weight, learning rate, alpha, dropout, seed, ...) differ inside one.
    scoring, refit, cv, error_score, return_train_score
        As in scikit-learn.
    n_jobs : int, default=None
        Joblib workers, each with its part of every stack. One process already uses every core, so that this pays on
        several machines: any joblib backend runs it. Scores are computed in this process.
    verbose : int, default=0
        1 shows a progress bar over candidates times folds.
    pre_dispatch : int or str, default="2*n_jobs"
        Has no effect: there is one task a worker.
    max_bytes : int, default=None
        Working memory, in each worker, of the stacks that train at a time, above which they are split; None is 2 GiB.

    Attributes
    ----------
    cv_results_, best_estimator_, best_score_, best_params_, best_index_, n_splits_, refit_time_, multimetric_, classes_
        As in scikit-learn. ``cv_results_["mean_fit_time"]`` is each fit's share of the time of its stack,
        compiling left out.
    class_counts_ : dict
        Rows of each class in `y`; not set where nothing could be stacked.

    See Also
    --------
    class_weight_grid : Weight grids from the class ratio.
    skweighted.plots.WeightCurveDisplay : Plots score against weight.

    Notes
    -----
    A candidate that cannot be stacked (the Keras engine, a warm start, a subclass, another estimator in place of the
    classifier) is fitted on its own, and the log says so. Candidates that share a preprocessing step without a seed
    share its draw in each fold.

    Examples
    --------
    >>> from sklearn.datasets import make_classification
    >>> from skweighted import BatchedGridSearchCV, CostSensitiveMLPClassifier
    >>> X, y = make_classification(n_samples=200, weights=[0.9], random_state=0)
    >>> clf = CostSensitiveMLPClassifier((8,), epochs=5, random_state=0)
    >>> grid = {"class_weight": [None, "balanced", {0: 1, 1: 3}]}
    >>> search = BatchedGridSearchCV(clf, grid, scoring="roc_auc", cv=3).fit(X, y)
    >>> len(search.cv_results_["params"])
    3
    """

    def __init__(
        self,
        estimator: Any,
        param_grid: Any,
        *,
        scoring: Any = None,
        n_jobs: int | None = None,
        refit: Any = True,
        cv: Any = None,
        verbose: int = 0,
        pre_dispatch: Any = "2*n_jobs",
        error_score: Any = np.nan,
        return_train_score: bool = False,
        max_bytes: int | None = None,
    ) -> None:
        super().__init__(
            estimator,
            param_grid,
            scoring=scoring,
            n_jobs=n_jobs,
            refit=refit,
            cv=cv,
            verbose=verbose,
            pre_dispatch=pre_dispatch,
            error_score=error_score,
            return_train_score=return_train_score,
        )
        self.max_bytes = max_bytes

    def _parameters(self) -> Iterable[dict[str, Any]]:
        return ParameterGrid(self.param_grid)


class BatchedRandomizedSearchCV(BatchedSearch, RandomizedSearchCV):
    """`RandomizedSearchCV` whose candidates and folds train as one stack of networks.

    Parameters
    ----------
    estimator, scoring, n_jobs, refit, cv, verbose, pre_dispatch, error_score, return_train_score, max_bytes
        As in :class:`BatchedGridSearchCV`.
    param_distributions : dict or list of dict
        Lists, or distributions with an ``rvs`` method.
    n_iter : int, default=10
        Candidates drawn.
    random_state : int, RandomState instance or None, default=None
        Draws the candidates.

    See Also
    --------
    BatchedGridSearchCV : Every candidate of a grid.
    """

    def __init__(
        self,
        estimator: Any,
        param_distributions: Any,
        *,
        n_iter: int = 10,
        scoring: Any = None,
        n_jobs: int | None = None,
        refit: Any = True,
        cv: Any = None,
        verbose: int = 0,
        pre_dispatch: Any = "2*n_jobs",
        random_state: Any = None,
        error_score: Any = np.nan,
        return_train_score: bool = False,
        max_bytes: int | None = None,
    ) -> None:
        super().__init__(
            estimator,
            param_distributions,
            n_iter=n_iter,
            scoring=scoring,
            n_jobs=n_jobs,
            refit=refit,
            cv=cv,
            verbose=verbose,
            pre_dispatch=pre_dispatch,
            random_state=random_state,
            error_score=error_score,
            return_train_score=return_train_score,
        )
        self.max_bytes = max_bytes

    def _parameters(self) -> Iterable[dict[str, Any]]:
        return ParameterSampler(self.param_distributions, self.n_iter, random_state=self.random_state)
