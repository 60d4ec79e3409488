"""What the card of a model says, collected from what was found on the way to it."""

import datetime
import platform
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version

from sklearn.pipeline import Pipeline

from skweighted.comparison import Comparison
from skweighted.deployment._card import Card
from skweighted.deployment._schema import TableSchema
from skweighted.deployment._threshold import ChosenThreshold, Decided, score_decisions
from skweighted.strategies import Strategy

__all__ = ["Found", "fill_card"]

_PACKAGES = ("skweighted", "scikit-learn", "imbalanced-learn", "numpy", "pandas", "tensorflow")


@dataclass(frozen=True)
class Found:
    """What a comparison found out about the strategy that is trained.

    Attributes
    ----------
    comparison : Comparison
    name : str
        Of the strategy.
    metric : str
        What it was chosen by.
    candidates : dict of str to float
        The score of each strategy.
    threshold : ChosenThreshold or None
    decided : sequence of Predictions
        Decisions at thresholds that other folds chose; empty without a rule.
    importance : list of dict
    weighted : bool
        Whether rows count for more or less than one.
    only_earlier : bool
        Whether the thresholds of `decided` come from earlier folds only.
    """

    comparison: Comparison
    name: str
    metric: str
    candidates: dict[str, float]
    threshold: ChosenThreshold | None
    decided: Decided
    importance: list[dict[str, object]]
    weighted: bool = False
    only_earlier: bool = False


def fill_card(found: Found, strategy: Strategy, fitted: Pipeline, target: str, schema: TableSchema) -> Card:
    """Return what is known about the model."""
    return Card(
        data=_describe_data(found.comparison, target),
        columns=[column.facts() for column in schema.columns],
        strategy={
            "name": found.name,
            "description": (type(strategy).__doc__ or "").strip().partition("\n")[0],
            "classifier": repr(fitted.steps[-1][1]),
            "compared": _list_candidates(found),
        },
        threshold=None if found.threshold is None else asdict(found.threshold),
        protocol=_describe_protocol(found),
        scores=_collect_scores(found),
        importance=found.importance,
        versions={"Python": platform.python_version()} | _find_versions(_PACKAGES),
        created=datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%d %H:%M UTC"),
    )


def _describe_data(comparison: Comparison, target: str) -> dict[str, object]:
    classes = [[label, count] for label, count in comparison.class_counts.items()]
    return {
        "name": "The training table",
        "target": target,
        "rows": sum(comparison.class_counts.values()),
        "positive": comparison.positive,
        "classes": classes,
    }


def _list_candidates(found: Found) -> dict[str, object] | None:
    if len(found.candidates) == 1:
        return None
    return {"metric": found.metric, "scores": [[name, score] for name, score in found.candidates.items()]}


def _describe_protocol(found: Found) -> str:
    comparison = found.comparison
    folds = f"{comparison.cv} {comparison.fold_kind} x {comparison.n_repeats}"
    text = f"Mean and standard deviation over the test folds of {folds}"
    if found.threshold is not None:
        others = "earlier" if found.only_earlier else "other"
        text += f"; decisions at the threshold that the {others} folds choose"
    return f"{text}; rows count for their weight." if found.weighted else f"{text}."


def _collect_scores(found: Found) -> dict[str, dict[str, float]]:
    summary = found.comparison.summary().loc[found.name]
    kept = [key for key, kind in found.comparison.columns if found.threshold is None or "decisions" not in kind.needs]
    scores = {key: {"mean": float(summary[key, "mean"]), "sd": float(summary[key, "sd"])} for key in kept}
    return scores if found.threshold is None else scores | score_decisions(found.decided)


def _find_versions(packages: Iterable[str]) -> dict[str, str]:
    found = {}
    for package in packages:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found
