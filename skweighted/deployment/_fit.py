"""From a table to a fitted model: compare, choose the strategy and the threshold, train on all rows."""

import datetime
import platform
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version

from sklearn.pipeline import Pipeline

from skweighted._base.checks import check_choice
from skweighted._base.types import Classifier, Estimator, Labels, Table
from skweighted.classifier import CostSensitiveMLPClassifier
from skweighted.comparison import DEFAULT_METRICS, METRICS, Comparison, FoldResult, compare_strategies
from skweighted.comparison._checks import check_data
from skweighted.comparison._problem import fix_steps
from skweighted.comparison._splits import check_n_folds
from skweighted.deployment._card import Card
from skweighted.deployment._importance import permutation_importance
from skweighted.deployment._model import FittedModel
from skweighted.deployment._schema import TableSchema
from skweighted.deployment._threshold import ChosenThreshold, choose_threshold, score_decisions
from skweighted.meta import ThresholdRule
from skweighted.preprocessing import ColumnReader, make_preprocessor, to_frame
from skweighted.strategies import Context, Strategy, choose_strategies

__all__ = ["fit_model"]

_OWNER = "fit_model"
_PACKAGES = ("skweighted", "scikit-learn", "imbalanced-learn", "numpy", "pandas", "tensorflow")


def fit_model(
    X: Table,
    y: Labels,
    *,
    strategies: str | Strategy | Iterable[str | Strategy] = "threshold",
    best: str = "average_precision",
    threshold: ThresholdRule | None = None,
    positive: object = None,
    classifier: Classifier | None = None,
    preprocessor: Estimator | None = None,
    cv: int = 5,
    n_repeats: int = 1,
    epochs: int | None = None,
    explain: bool = False,
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
        The metric that chooses among several: one of :data:`~skweighted.comparison.DEFAULT_METRICS`.
    threshold : ThresholdRule, optional
        Such as ``BestScore("f1")``; for two classes only. None keeps the strategy's own decision.
    positive : label, optional
        The positive one of two classes; None is the rarer.
    classifier, preprocessor : estimators, optional
        As in :func:`~skweighted.comparison.compare_strategies`.
    cv, n_repeats, epochs, random_state, n_jobs, callback
        As in :func:`~skweighted.comparison.compare_strategies`.
    explain : bool, default=False
        Measure the permutation importance of each column, which trains the strategy once more on each fold.
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
    chosen_strategies = choose_strategies(strategies, _OWNER).strategies
    check_choice(best, "best", _OWNER, DEFAULT_METRICS)
    X = to_frame(X)
    X = X.set_axis([str(name) for name in X.columns], axis=1)
    target = str(getattr(y, "name", None) or "target")
    _, labels, codes = check_data(X, y, check_n_folds(cv))
    if threshold is not None and len(labels) > 2:
        raise ValueError(f"A threshold is for two classes; the target has {len(labels)}. Leave it out.")
    y = labels[codes]
    network = CostSensitiveMLPClassifier() if classifier is None else classifier
    comparison = compare_strategies(
        X,
        y,
        strategies=strategies,
        classifier=network,
        preprocessor=preprocessor,
        positive=positive,
        cv=cv,
        n_repeats=n_repeats,
        epochs=epochs,
        random_state=random_state,
        n_jobs=n_jobs,
        callback=callback,
    )
    if comparison.interrupted:
        raise KeyboardInterrupt  # a model must not be chosen by some of the folds
    name = _find_best(comparison, best)
    strategy = chosen_strategies[name]
    before = make_preprocessor() if preprocessor is None else preprocessor
    context = Context(before, fix_steps(network, len(y), epochs), seed=random_state)
    chosen = None if threshold is None else choose_threshold(comparison, name, threshold)
    importance = permutation_importance(strategy.build(context), X, y, comparison, random_state) if explain else []
    fitted = strategy.build(context).fit(X, y)
    schema = TableSchema.from_frame(X, reader)
    found = _Found(comparison, name, best, threshold, chosen, importance)
    card = _fill_card(found, strategy, fitted, target, schema)
    return FittedModel(
        _keep_prediction_steps(fitted),
        schema=schema,
        threshold=None if chosen is None else chosen.value,
        positive=comparison.positive,
        card=card,
    )


@dataclass(frozen=True)
class _Found:
    """What the comparison found out about the strategy that is trained."""

    comparison: Comparison
    name: str
    best: str
    rule: ThresholdRule | None
    chosen: ChosenThreshold | None
    importance: list[dict[str, object]]


def _fill_card(found: _Found, strategy: Strategy, fitted: Pipeline, target: str, schema: TableSchema) -> Card:
    """Return what is known about the model."""
    comparison, chosen = found.comparison, found.chosen
    return Card(
        data=_describe_data(comparison, target),
        columns=[column.facts() for column in schema.columns],
        strategy={
            "name": found.name,
            "description": (type(strategy).__doc__ or "").strip().partition("\n")[0],
            "classifier": repr(fitted.steps[-1][1]),
            "compared": _list_candidates(comparison, found.best),
        },
        threshold=None if chosen is None else asdict(chosen),
        protocol=_describe_protocol(comparison, chosen is not None),
        scores=_collect_scores(comparison, found.name, found.rule),
        importance=found.importance,
        versions={"Python": platform.python_version()} | _find_versions(),
        created=datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%d %H:%M UTC"),
    )


def _find_best(comparison: Comparison, metric: str) -> str:
    means = comparison.summary()[metric, "mean"].dropna()
    return str(means.idxmax() if METRICS[metric].greater_is_better else means.idxmin())


def _list_candidates(comparison: Comparison, metric: str) -> dict[str, object] | None:
    if len(comparison.strategies) == 1:
        return None
    means = comparison.summary()[metric, "mean"]
    return {"metric": metric, "scores": [[name, float(mean)] for name, mean in means.items()]}


def _keep_prediction_steps(pipeline: Pipeline) -> Pipeline:
    """Return the steps that rows to predict pass; samplers act in training only."""
    kept = [(n, step) for n, step in pipeline.steps if step != "passthrough" and not hasattr(step, "fit_resample")]
    return Pipeline(kept)


def _describe_data(comparison: Comparison, target: str) -> dict[str, object]:
    classes = [[label, count] for label, count in comparison.class_counts.items()]
    return {
        "name": "The training table",
        "target": target,
        "rows": sum(comparison.class_counts.values()),
        "positive": comparison.positive,
        "classes": classes,
    }


def _describe_protocol(comparison: Comparison, has_threshold: bool) -> str:
    folds = f"{comparison.cv} {comparison.fold_kind} x {comparison.n_repeats}"
    text = f"Mean and standard deviation over the test folds of {folds}"
    return f"{text}; decisions at the threshold that the other folds choose." if has_threshold else f"{text}."


def _collect_scores(comparison: Comparison, name: str, rule: ThresholdRule | None) -> dict[str, dict[str, float]]:
    summary = comparison.summary().loc[name]
    kept = [key for key in DEFAULT_METRICS if rule is None or "decisions" not in METRICS[key].needs]
    scores = {key: {"mean": float(summary[key, "mean"]), "sd": float(summary[key, "sd"])} for key in kept}
    return scores if rule is None else scores | score_decisions(comparison, name, rule)


def _find_versions() -> dict[str, str]:
    found = {}
    for package in _PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found
