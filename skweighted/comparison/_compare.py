"""Compare what can be done about imbalance on the user's own data, under repeated stratified cross-validation."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import issparse
from sklearn.exceptions import FitFailedWarning
from sklearn.preprocessing import MaxAbsScaler

from skweighted._base.checks import check_choice, check_number, check_sample_weight
from skweighted._base.errors import hints_once, warn_user
from skweighted._base.types import Classifier, Estimator, Table
from skweighted.comparison._checks import (
    COPIES,
    check_classes,
    check_classifier,
    check_constraint,
    check_data,
    find_positive,
    settle_copies,
)
from skweighted.comparison._predictions import FoldResult, OutOfFoldPredictions
from skweighted.comparison._problem import Problem, Split, count_steps, find_network, fix_steps
from skweighted.comparison._result import Comparison
from skweighted.comparison._row_arguments import cuts_without_groups, parts_groups, resamples, takes_weights
from skweighted.comparison._run import Collector, first_line, run_folds
from skweighted.comparison._splits import Folds, check_classes_in, check_n_folds, check_sides, make_folds
from skweighted.comparison.checks import Alert, Facts, inspect_table
from skweighted.comparison.metrics import DEFAULT_METRICS, Metric, choose_metrics
from skweighted.comparison.store import Cache
from skweighted.costs import check_cost_matrix
from skweighted.meta import ThresholdRule
from skweighted.strategies import (
    DEFAULT_STRATEGIES,
    Chosen,
    Constrained,
    Strategy,
    choose_strategies,
    make_preprocessor,
)

__all__ = ["DEFAULT_STRATEGIES", "compare_strategies"]

_OWNER = "compare_strategies"


def compare_strategies(
    X: Any,
    y: ArrayLike,
    *,
    strategies: Any = "quick",
    classifier: Any = None,
    preprocessor: Any = None,
    positive: Any = None,
    metrics: str | Metric | Iterable[str | Metric] = DEFAULT_METRICS,
    cost_matrix: Any = None,
    constraint: str | ThresholdRule | None = None,
    cv: Any = 5,
    n_repeats: int = 2,
    groups: ArrayLike | None = None,
    sample_weight: ArrayLike | None = None,
    copies: str = "part",
    epochs: int | None = None,
    random_state: int | np.random.RandomState | None = 0,
    n_jobs: int | None = None,
    cache: str | Path | None = None,
    callback: Callable[[FoldResult, int, int], None] | None = None,
    verbose: int = 0,
) -> Comparison:
    """Compare strategies against imbalance on the same folds, with the same network and number of gradient steps.

    Preprocessing and resampling are fitted on the training rows of each fold only.

    Parameters
    ----------
    X : DataFrame, array or sparse matrix of shape (n_samples, n_features)
        Numbers, categories, dates and missing values, as they are.
    y : array-like of shape (n_samples,)
        Labels of any type, two or more classes.
    strategies : iterable of str, Strategy and pairs ``("name", estimator)``, or one of these, default="quick"
        Keys of :data:`~skweighted.strategies.STRATEGIES`; presets: "quick", "all", and each family such as "weights";
        instances; and classifiers or pipelines of your own. What only a preset names is left out if it cannot be used.
    classifier : {"plain", "tabular"} or classifier, default=None
        The network that all strategies train. None and "plain" are ``CostSensitiveMLPClassifier()``; "tabular" is
        ``make_tabular_classifier(probabilities="weighted")``, which takes longer and predicts better. Where networks
        have ``batch_size`` and ``steps_per_epoch`` at their defaults, they are set from the smallest training fold
        before resampling, so that every fit of every strategy takes the same number of steps (with early stopping, at
        most).
    preprocessor : transformer or "passthrough", default=None
        None is :func:`~skweighted.strategies.make_preprocessor`; of a sparse `X`, ``MaxAbsScaler()``.
    positive : label, default=None
        The positive one of two classes; None is the rarer.
    metrics : iterable of str and Metric, or one of these, default=DEFAULT_METRICS
        Keys of :data:`METRICS`, or instances such as ``PrecisionAtK(k=50)``: the columns.
    cost_matrix : array-like of shape (n_classes, n_classes) or dict of dicts, default=None
        What the metrics of costs count; rows truth, columns prediction, in the order of the sorted labels, or
        ``{truth: {prediction: cost}}``.
    constraint : str or ThresholdRule, default=None
        Such as ``"recall>=0.8"`` or ``"alerts<=1%"``: every strategy decides at a threshold that keeps it on
        out-of-fold predictions of its training rows, at the best precision or else recall. Takes five more fits each.
    cv : int, splitter or iterable of pairs of positions, default=5
        A number of stratified folds, at least 2, or any of scikit-learn's splitters.
    n_repeats : int, default=2
        How often the rows are cut into folds anew; has no effect on a splitter.
    groups : array-like of shape (n_samples,), default=None
        Rows of a group (a patient, a customer) are never on both sides of a split, also inside the training rows, where
        thresholds and weights are chosen and rows watched for early stopping. With a number for `cv` the folds are
        ``StratifiedGroupKFold``; a splitter gets them and must keep them. A search of your own gets them if its `cv`
        is a splitter of groups; what else cuts inner folds, such as calibration, does not, and a warning says so.
    sample_weight : array-like of shape (n_samples,), default=None
        What each row counts for, in every fit, threshold and score. Strategies that resample rows cannot use it.
    copies : {"part", "together", "drop"}, default="part"
        Whether folds may part rows that equal others in every column, which flatters every strategy unless new rows are
        alike as often; or keep them together as `groups` does; or leave out all but the first of those that have the
        same label too, which counts with its own weight.
    epochs : int, default=None
        Passes over the training rows; None is the classifier's own number.
    random_state : int, RandomState or None, default=0
        Seeds the folds, the samplers, and each ``random_state`` in preprocessor and classifier that is None.
    n_jobs : int, default=None
        Folds run in parallel; None is 1.
    cache : str or Path, default=None
        A folder that keeps each finished fit. A run that was killed continues from it if it is started again, and so
        does one with other strategies, metrics or costs. Fits of other data, folds, settings, versions, or of code of
        your own in a changed file are never read. Results are as much as their probabilities and decisions take.
    callback : callable, default=None
        Called as ``callback(result, n_finished, n_total)`` with the :class:`FoldResult` of each finished fit.
    verbose : int, default=0
        1 prints a line for each finished fit.

    Returns
    -------
    Comparison
        Of what was finished, if the run was interrupted from the keyboard after every strategy had finished a fold.

    Raises
    ------
    TypeError, ValueError
        If a parameter or the data cannot be used: one class only, a class with fewer rows than folds, an unknown
        strategy or positive label, infinite values, a splitter that parts groups or copies that are to stay together.
        Also a ValueError from the first failure, if no fit succeeds until every strategy has failed.

    Warns
    -----
    sklearn.exceptions.FitFailedWarning
        If some fits failed; their scores are NaN.
    UserWarning
        For each of the :attr:`~Comparison.alerts` that is a warning, such as a column that tells the answer.

    Examples
    --------
    >>> from sklearn.linear_model import LogisticRegression
    >>> from skweighted.datasets import load_digits_8
    >>> comparison = compare_strategies(
    ...     *load_digits_8(), strategies=["none", "threshold"], classifier=LogisticRegression(), n_repeats=1
    ... )
    >>> comparison.summary()["g_mean", "mean"].round(1).to_dict()
    {'none': 0.8, 'threshold': 0.9}
    """
    rows_needed = check_n_folds(cv)
    for name, value in {"n_repeats": n_repeats, "epochs": 1 if epochs is None else epochs}.items():
        check_number(value, name, _OWNER, rule="an integer of at least 1", valid=lambda n: n >= 1, integer=True)
    choice = choose_strategies(strategies, _OWNER)
    X, labels, codes = check_data(X, y, rows_needed)
    weight = None if sample_weight is None else check_sample_weight(sample_weight, len(codes))
    check_choice(copies, "copies", _OWNER, COPIES)
    groups, use = settle_copies(copies, Facts(X, codes, labels, rows_needed), groups)
    counts = np.bincount(codes if use is None else codes[use], minlength=len(labels))
    check_classes(labels.tolist(), counts, rows_needed)
    class_counts = dict(zip(labels.tolist(), counts.tolist(), strict=True))
    positive = find_positive(positive, class_counts)
    if constraint is not None:
        check_constraint(constraint, class_counts)
    network = find_network(classifier, _OWNER)
    check_classifier(network, epochs)
    how = {"cv": cv, "n_repeats": n_repeats, "groups": groups, "random_state": random_state, "use": use}
    folds = make_folds(X, labels[codes], codes, **how)
    check_sides(folds, groups, are_copies=copies == "together")
    check_classes_in(folds, codes, labels)
    facts = Facts(X, codes, labels, folds.cv, respects_time=folds.in_order, copies=copies)
    fewest = _fewest_training_rows(folds.splits, codes, labels)
    choice.check(network, fewest, facts.column_kinds, sparse=issparse(X))
    alerts = inspect_table(facts)
    _warn_of_traps(alerts)
    costs = None if cost_matrix is None else check_cost_matrix(cost_matrix, labels, _OWNER)
    columns = choose_metrics(metrics, _OWNER, many_classes=positive is None, costs=costs is not None)
    network = fix_steps(network, min(len(split.train) for split in folds.splits), epochs)
    problem = _state_problem(X, labels, codes, positive, preprocessor, network, weight, groups)
    chosen, steps = _settle_strategies(choice, problem, folds.splits[0], constraint, positive)
    predictions = OutOfFoldPredictions(labels, codes, problem.positive, cost_matrix=costs, sample_weight=weight)
    n_total = len(folds.splits) * len(chosen)
    collector = Collector(predictions, callback, verbose, n_total=n_total, n_strategies=len(chosen), metrics=columns)
    with hints_once():
        kept = None if cache is None else Cache(cache, problem)
        interrupted = run_folds(problem, chosen, folds.splits, n_jobs, collector, kept)
    _warn_of_failures(collector.results)
    told = {"positive": positive, "constraint": None if constraint is None else str(constraint), "alerts": alerts}
    told |= {"interrupted": interrupted, "left_out": choice.left_out, "steps": steps, "class_counts": class_counts}
    told["n_copies"] = facts.n_copies - (0 if use is None else len(codes) - len(use))
    return _gather(problem, folds, facts, chosen, collector, told)


def _state_problem(
    X: Table,
    labels: NDArray,
    codes: NDArray[np.intp],
    positive: Any,
    preprocessor: Estimator | str | None,
    network: Classifier,
    weight: NDArray[np.float64] | None,
    groups: ArrayLike | None,
) -> Problem:
    """Return what all strategies share."""
    return Problem(
        X=X,
        labels=labels,
        codes=codes,
        positive=None if positive is None else labels.tolist().index(positive),
        preprocessor=_default_preprocessor(X) if preprocessor is None else preprocessor,
        classifier=network,
        sample_weight=weight,
        groups=None if groups is None else np.unique(np.asarray(groups), return_inverse=True)[1],
    )


def _settle_strategies(
    choice: Chosen, problem: Problem, split: Split, constraint: str | ThresholdRule | None, positive: Any
) -> tuple[dict[str, Strategy], dict[str, int | None]]:
    """Return the strategies that can be used, and the gradient steps of each."""
    chosen = choice.strategies
    if constraint is not None:
        chosen = {name: Constrained(strategy, constraint, positive) for name, strategy in chosen.items()}
    models = {name: strategy.build(problem.context(split)) for name, strategy in chosen.items()}
    if problem.sample_weight is not None:
        _leave_out_unweighted(choice, models)
    if problem.groups is not None:
        why = "groups cannot be used with strategies that draw the rows for early stopping themselves"
        choice.leave_out([name for name, model in models.items() if parts_groups(model)], why)
        _warn_of_inner_folds({name: model for name, model in models.items() if name in choice.strategies})
    kept = {name: strategy for name, strategy in chosen.items() if name in choice.strategies}
    return kept, {name: count_steps(models[name]) for name in kept}


def _warn_of_inner_folds(models: dict[str, Estimator]) -> None:
    for name, model in models.items():
        if kind := cuts_without_groups(model):
            warn_user(
                f"The inner folds of {name!r} may part groups, because {kind} is not told them. A search is, if its cv "
                "is GroupKFold or another splitter of groups."
            )


def _gather(
    problem: Problem,
    folds: Folds,
    facts: Facts,
    chosen: dict[str, Strategy],
    collector: Collector,
    told: dict[str, Any],
) -> Comparison:
    """Return what was found, with the facts about how."""
    return Comparison(
        table=_tidy(collector, list(chosen)),
        strategies=tuple(chosen),
        column_kinds=facts.column_kinds,
        cv=folds.cv,
        n_repeats=folds.n_repeats,
        fold_kind=folds.kind,
        test_ratio=float(np.mean([len(split.test) / len(split.train) for split in folds.splits])),
        n_steps=count_steps(problem.classifier),
        stops_early=bool(problem.classifier.get_params().get("early_stopping")),
        predictions=collector.predictions,
        metrics=collector.metrics,
        uses_classifier={name: strategy.uses_classifier for name, strategy in chosen.items()},
        **told,
    )


def _leave_out_unweighted(choice: Chosen, models: dict[str, Estimator]) -> None:
    """Leave out what cannot use sample weights, or raise."""
    drawn = [name for name, model in models.items() if resamples(model)]
    choice.leave_out(drawn, "sample_weight cannot be used with strategies that resample rows")
    deaf = [name for name, model in models.items() if name not in drawn and not takes_weights(model)]
    choice.leave_out(deaf, "sample_weight cannot be used with strategies whose fit does not take it")


def _default_preprocessor(X: Any) -> Any:
    return MaxAbsScaler() if issparse(X) else make_preprocessor()


def _fewest_training_rows(splits: list[Split], codes: NDArray[np.intp], labels: NDArray) -> dict[Any, int]:
    """Return, for each label, the training rows of the fold with the fewest."""
    counts = np.min([np.bincount(codes[split.train], minlength=len(labels)) for split in splits], axis=0)
    return dict(zip(labels.tolist(), counts.tolist(), strict=True))


def _warn_of_traps(alerts: tuple[Alert, ...]) -> None:
    for alert in alerts:
        if alert.is_warning:
            warn_user(str(alert))


def _warn_of_failures(results: list[FoldResult]) -> None:
    failures: dict[str, list[Exception]] = {}
    for result in results:
        if result.error:
            failures.setdefault(result.strategy, []).append(result.error)
    for name, errors in failures.items():
        message = f"{len(errors)} fits of {name!r} failed, so it has no scores. The first: {first_line(errors[0])}"
        warn_user(message, FitFailedWarning)


def _tidy(collector: Collector, names: list[str]) -> pd.DataFrame:
    pairs = zip(collector.results, collector.scores, strict=True)
    ordered = sorted(pairs, key=lambda pair: (names.index(pair[0].strategy), pair[0].repeat, pair[0].fold))
    rows = [(r.strategy, r.repeat, r.fold, metric, value) for r, scores in ordered for metric, value in scores.items()]
    return pd.DataFrame(rows, columns=["strategy", "repeat", "fold", "metric", "value"])
