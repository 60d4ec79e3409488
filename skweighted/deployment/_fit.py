"""From a table to a fitted model: compare, choose the strategy and the threshold, train on all rows."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from sklearn.model_selection import TimeSeriesSplit
from sklearn.pipeline import Pipeline

from skweighted._base.checks import check_choice, check_sample_weight
from skweighted._base.types import Classifier, Costs, Estimator, Labels, Table
from skweighted.comparison import DEFAULT_METRICS, METRICS, Comparison, FoldResult, compare_strategies
from skweighted.comparison._checks import check_data
from skweighted.comparison._problem import find_network, fix_steps
from skweighted.comparison._splits import check_n_folds, make_folds
from skweighted.deployment._choice import find_best, score_strategies
from skweighted.deployment._describe import Found, fill_card
from skweighted.deployment._importance import Splits, permutation_importance
from skweighted.deployment._model import FittedModel
from skweighted.deployment._schema import TableSchema
from skweighted.deployment._storage import check_format
from skweighted.deployment._threshold import choose_threshold, decide_by_others
from skweighted.deployment._training import TrainingRows
from skweighted.meta import ThresholdRule
from skweighted.preprocessing import ColumnReader, make_preprocessor, to_frame
from skweighted.strategies import Context, Strategy, choose_strategies

__all__ = ["fit_model"]

_OWNER = "fit_model"


def fit_model(
    X: Table,
    y: Labels,
    *,
    strategies: str | Strategy | Iterable[str | Strategy] = "threshold",
    best: str = "average_precision",
    threshold: ThresholdRule | None = None,
    positive: object = None,
    classifier: Classifier | str | None = None,
    preprocessor: Estimator | None = None,
    cost_matrix: Costs | None = None,
    cv: Any = 5,
    n_repeats: int = 1,
    groups: ArrayLike | None = None,
    sample_weight: ArrayLike | None = None,
    epochs: int | None = None,
    explain: bool = False,
    file_format: str | None = None,
    reader: ColumnReader | None = None,
    random_state: int = 0,
    n_jobs: int | None = None,
    callback: Callable[[FoldResult, int, int], None] | None = None,
) -> FittedModel:
    """Compare strategies, choose the best and its threshold by out-of-fold predictions, and train it on all rows.

    Parameters
    ----------
    X : DataFrame or array of shape (n_samples, n_features)
        Numbers, categories, dates and missing values, as they are.
    y : array-like of shape (n_samples,)
        Labels of any type.
    strategies : str, Strategy or iterable of them, default="threshold"
        One to take, or several to choose from; also presets such as ``"quick"``.
    best : str, default="average_precision"
        The metric that chooses among several: a key of :data:`~skweighted.comparison.METRICS`. If it is about
        decisions, they are those at the chosen threshold.
    threshold : ThresholdRule, optional
        Such as ``BestScore("f1")``; for two classes only. None keeps the strategy's own decision.
    positive : label, optional
        The positive one of two classes; None is the rarer.
    classifier, preprocessor : estimators, optional
        As in :func:`~skweighted.comparison.compare_strategies`.
    cost_matrix : array-like or dict of dicts, optional
        What mistakes cost, for a `best` that counts costs; as in :func:`~skweighted.comparison.compare_strategies`.
    cv, n_repeats, epochs, random_state, n_jobs, callback
        As in :func:`~skweighted.comparison.compare_strategies`. With scikit-learn's ``TimeSeriesSplit`` a threshold is
        scored on each fold as the earlier ones choose it.
    groups : array-like of shape (n_samples,), optional
        Rows of a group (a patient, a customer) are never on both sides of a split, so that the threshold is chosen by
        predictions for groups that were not trained on.
    sample_weight : array-like of shape (n_samples,), optional
        What each row counts for, in every fit, in the choice of the threshold and in every score.
    explain : bool, default=False
        Measure the permutation importance of each column, which trains the strategy once more on each fold.
    file_format : {"skops", "joblib"}, optional
        In which the model is to be saved: raises before any training if :func:`save_model` would refuse it. None does
        not look.
    reader : ColumnReader, optional
        What read `X` from a file, such as :attr:`~skweighted.datasets.LoadedTable.reader`: files of new rows are read
        in the same way. None expects the day before the month and decimal points in them, unless text in `X` tells.

    Returns
    -------
    FittedModel

    Raises
    ------
    ValueError
        If the data or a parameter cannot be used, or no threshold does what the rule wants.

    Notes
    -----
    The scores of a chosen threshold are honest: in each test fold they are those of the threshold that the other folds
    would have chosen. The choice among several strategies makes the winner's scores a little too good.

    Examples
    --------
    >>> from sklearn.linear_model import LogisticRegression
    >>> from skweighted.datasets import load_digits_8
    >>> from skweighted.meta import BestScore
    >>> X, y = load_digits_8()
    >>> model = fit_model(X, y, strategies="none", classifier=LogisticRegression(), threshold=BestScore("f1"))
    >>> model.predict(X[:3]).tolist()
    [0, 0, 0]
    """
    if not isinstance(strategies, str | Strategy | tuple):
        strategies = list(strategies)  # which may be read once only
    chosen = choose_strategies(strategies, _OWNER).strategies
    check_choice(best, "best", _OWNER, METRICS)
    target = str(getattr(y, "name", None) or "target")
    rows = _read_rows(X, y, cv, groups, sample_weight)
    if threshold is not None and (n_classes := len(np.unique(rows.y))) > 2:
        raise ValueError(f"A threshold is for two classes; the target has {n_classes}. Leave it out.")
    network = find_network(classifier, _OWNER)
    before = make_preprocessor() if preprocessor is None else preprocessor
    context = Context(before, fix_steps(network, len(rows.y), epochs), seed=random_state)
    _check_models(chosen, context, rows, file_format)
    comparison = compare_strategies(
        rows.X,
        rows.y,
        strategies=strategies,
        classifier=network,
        preprocessor=preprocessor,
        positive=positive,
        metrics=[*DEFAULT_METRICS, *({best} - {*DEFAULT_METRICS})],
        cost_matrix=cost_matrix,
        cv=cv,
        n_repeats=n_repeats,
        groups=groups,
        sample_weight=sample_weight,
        epochs=epochs,
        random_state=random_state,
        n_jobs=n_jobs,
        callback=callback,
    )
    if comparison.interrupted:
        raise KeyboardInterrupt  # a model must not be chosen by some of the folds
    found = _choose(comparison, best, threshold, only_earlier=isinstance(cv, TimeSeriesSplit))
    strategy = chosen[found.name]
    if explain:
        splits = _first_repeat(rows, cv, n_repeats, random_state)
        pipeline, facts = strategy.build(context), {"positive": comparison.positive, "seed": random_state}
        found = replace(found, importance=permutation_importance(pipeline, rows, splits, **facts))
    return _train_on_all(found, strategy, context, rows, target, TableSchema.from_frame(rows.X, reader))


def _train_on_all(
    found: Found, strategy: Strategy, context: Context, rows: TrainingRows, target: str, schema: TableSchema
) -> FittedModel:
    """Return the chosen strategy, trained on every row, with its threshold and its card."""
    fitted = rows.fit(strategy.build(context))
    return FittedModel(
        _keep_prediction_steps(fitted),
        schema=schema,
        threshold=None if found.threshold is None else found.threshold.value,
        positive=found.comparison.positive,
        card=fill_card(found, strategy, fitted, target, schema),
    )


def _check_models(chosen: dict[str, Strategy], context: Context, rows: TrainingRows, file_format: str | None) -> None:
    """Raise ValueError if a model that may be chosen could not be trained on all rows, or not be kept in a file."""
    for name, strategy in chosen.items():
        try:
            model = strategy.build(context)
        except ValueError:
            continue  # the comparison leaves it out, or says what is wrong
        rows.check(model)
        if file_format is not None:
            check_format(model, file_format, name)


def _read_rows(X: Table, y: Labels, cv: Any, groups: ArrayLike | None, sample_weight: ArrayLike | None) -> TrainingRows:
    """Return the rows with the labels that a comparison reads in them."""
    X = to_frame(X)
    X = X.set_axis([str(name) for name in X.columns], axis=1)
    _, labels, codes = check_data(X, y, check_n_folds(cv))
    return TrainingRows(
        X,
        labels[codes],
        groups=None if groups is None else np.unique(np.asarray(groups), return_inverse=True)[1],
        sample_weight=None if sample_weight is None else check_sample_weight(sample_weight, len(codes)),
    )


def _choose(comparison: Comparison, metric: str, rule: ThresholdRule | None, *, only_earlier: bool) -> Found:
    """Return the best strategy and its threshold, with the scores that they were chosen by."""
    decided = {}
    if rule is not None:
        finished = comparison.summary()[metric, "mean"].dropna().index
        decided = {name: decide_by_others(comparison, name, rule, only_earlier=only_earlier) for name in finished}
    scores = score_strategies(comparison, metric, decided)
    name = find_best(comparison, metric, scores)
    kept = comparison.predictions
    return Found(
        comparison,
        name,
        metric,
        scores,
        threshold=None if rule is None else choose_threshold(comparison, name, rule, decided[name]),
        decided=decided.get(name, ()),
        importance=[],
        weighted=kept is not None and kept.sample_weight is not None,
        only_earlier=only_earlier,
    )


def _first_repeat(rows: TrainingRows, cv: Any, n_repeats: int, random_state: int) -> Splits:
    """Return the folds of the first repeat of the comparison."""
    codes = np.unique(rows.y, return_inverse=True)[1]
    options = {"cv": cv, "n_repeats": n_repeats, "groups": rows.groups, "random_state": random_state}
    folds = make_folds(rows.X, rows.y, codes, **options)
    return [(split.train, split.test) for split in folds.splits if split.repeat == 1]


def _keep_prediction_steps(pipeline: Pipeline) -> Pipeline:
    """Return the steps that rows to predict pass; samplers act in training only."""
    kept = [(n, step) for n, step in pipeline.steps if step != "passthrough" and not hasattr(step, "fit_resample")]
    return Pipeline(kept)
