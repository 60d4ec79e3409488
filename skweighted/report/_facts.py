"""What a comparison found, in values that JSON can hold."""

import datetime
import platform
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from importlib.metadata import PackageNotFoundError, version
from typing import Any, TypeAlias

import numpy as np
from sklearn.metrics import confusion_matrix

from skweighted.comparison import Comparison
from skweighted.report._explorer import explore_thresholds
from skweighted.strategies import STRATEGIES

__all__ = ["Facts", "Origin", "collect_facts"]

Facts: TypeAlias = dict[str, Any]
"""Plain values by name."""

_PACKAGES = ("skweighted", "scikit-learn", "imbalanced-learn", "numpy", "pandas", "tensorflow")
_OWN = "the one of yours that won: a Strategy, or skweighted.strategies.Own(classifier)"
_MAX_CLASSES = 12  # of a confusion matrix


@dataclass(frozen=True)
class Origin:
    """Where a comparison came from: what it does not know itself.

    Attributes
    ----------
    title : str
    path : str
        The table; empty for data that were not read from a file.
    target : str
    command : str
        The command that made the comparison; empty for Python.
    seed : int or None
    notes : sequence of str
        What was done to the columns.
    epochs : int or None
        Asked for; None is the classifier's own.
    network : {"plain", "tabular"}
        What the strategies trained.
    reading : dict
        Arguments of :func:`~skweighted.datasets.read_table` beside path and target.
    created : str
        Date and time; now by default.
    """

    title: str = "Comparison of strategies"
    path: str = ""
    target: str = "target"
    command: str = ""
    seed: int | None = None
    notes: Sequence[str] = ()
    epochs: int | None = None
    network: str = "plain"
    reading: Mapping[str, Any] = field(default_factory=dict)
    created: str = field(default_factory=lambda: datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%d %H:%M UTC"))


def collect_facts(comparison: Comparison, origin: Origin | None = None) -> Facts:
    """Return what a comparison found.

    Parameters
    ----------
    comparison : Comparison
    origin : Origin, optional

    Returns
    -------
    dict
        Texts, numbers, lists and dicts. ``"explorer"`` and ``"confusion"`` are None without kept predictions, the first
        also with more than two classes.
    """
    origin = Origin() if origin is None else origin
    return {
        "title": origin.title,
        "description": comparison.describe().splitlines(),
        "verdict": comparison.verdict,
        "alerts": [asdict(alert) for alert in comparison.alerts],
        "classes": _list_classes(comparison),
        "positive": None if comparison.positive is None else str(comparison.positive),
        "metrics": _list_metrics(comparison),
        "strategies": _list_strategies(comparison),
        "differences": _list_differences(comparison),
        "explorer": explore_thresholds(comparison),
        "confusion": _count_confusions(comparison),
        "notes": list(origin.notes),
        "protocol": _describe_protocol(comparison, origin),
        "command": origin.command,
        "code": _write_code(comparison, origin),
    }


def _list_classes(comparison: Comparison) -> list[Facts]:
    n_rows = sum(comparison.class_counts.values())
    return [
        {"label": str(label), "rows": count, "share": count / n_rows, "positive": label == comparison.positive}
        for label, count in comparison.class_counts.items()
    ]


def _list_metrics(comparison: Comparison) -> list[Facts]:
    return [
        {
            "key": key,
            "title": comparison.headings[key],
            "greater_is_better": metric.greater_is_better and metric.target is None,
            "target": metric.target,
            "description": (type(metric).__doc__ or "").partition("\n")[0],
        }
        for key, metric in comparison.columns
    ]


def _list_strategies(comparison: Comparison) -> list[Facts]:
    """Return the rows of the table, with the texts and marks that the terminal shows."""
    summary, cells = comparison.summary(), comparison.formatted(("", "*"))
    metrics = _list_metrics(comparison)
    rows = []
    for name in comparison.strategies:
        scores = {}
        for metric in metrics:
            key, text = metric["key"], str(cells.loc[name, metric["title"]]).strip()
            mean, sd = (float(summary.loc[name, (key, part)]) for part in ("mean", "sd"))
            scores[key] = {"mean": _plain(mean), "sd": _plain(sd), "text": text.rstrip("*"), "best": text.endswith("*")}
        seconds = str(cells.loc[name].iloc[-1]).strip()
        rows.append({"name": name, "description": _describe_strategy(name), "scores": scores, "seconds": seconds})
    return rows


def _describe_strategy(name: str) -> str:
    return (STRATEGIES[name].__doc__ or "").strip().partition("\n")[0] if name in STRATEGIES else ""


def _list_differences(comparison: Comparison) -> list[Facts]:
    if len(comparison.strategies) < 2:
        return []
    return [
        {key: _plain(value) if isinstance(value, float) else value for key, value in row.items()}
        for row in comparison.differences().to_dict("records")
    ]


def _count_confusions(comparison: Comparison) -> Facts | None:
    """Return the decisions of each strategy in the first repeat, rows truth, columns decision."""
    kept = comparison.predictions
    if kept is None or len(comparison.class_counts) > _MAX_CLASSES:
        return None
    codes = np.arange(len(kept.labels))
    counts = {}
    for name in comparison.strategies:
        try:
            predictions = kept.repeat(name)
        except KeyError:
            continue
        counts[name] = confusion_matrix(predictions.truth, predictions.decisions, labels=codes).tolist()
    return {"labels": [str(label) for label in kept.labels.tolist()], "counts": counts}


def _describe_protocol(comparison: Comparison, origin: Origin) -> dict[str, str]:
    seconds = comparison.table.query("metric == 'fit_seconds'")["value"].sum()
    facts = {
        "Folds": f"{comparison.cv} {comparison.fold_kind} x {comparison.n_repeats}, the same for every strategy",
        "Finished": f"{comparison.n_finished} folds by every strategy",
        "Gradient steps": "" if comparison.n_steps is None else f"{comparison.n_steps:,} in every fit of a network",
        "Seed": "" if origin.seed is None else str(origin.seed),
        "Time of all fits": f"{seconds:,.1f} s",
        "Versions": ", ".join(f"{name} {number}" for name, number in _find_versions().items()),
        "Made": origin.created,
    }
    return {name: text for name, text in facts.items() if text}


def _find_versions() -> dict[str, str]:
    found = {"Python": platform.python_version()}
    for package in _PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


def _write_code(comparison: Comparison, origin: Origin) -> Facts:
    """Return the Python lines and the command that train, on all rows, a strategy that none ranks better than.

    Of several that are not significantly worse than the best it is the moved threshold, which is the simplest.
    """
    columns = dict(comparison.columns)
    key = "average_precision" if "average_precision" in columns else next(iter(columns))
    means = comparison.summary()[key, "mean"].dropna()
    if means.empty:
        return {"winner": "", "metric": "", "python": "", "command": ""}
    good = [row["name"] for row in _list_strategies(comparison) if row["scores"][key]["best"]]
    best = means.index[columns[key].gain(means).argmax()]
    winner = next((name for name in ("threshold", "none") if name in good), str(best))
    is_known = winner in STRATEGIES
    return {
        "winner": winner,
        "metric": comparison.headings[key],
        "python": _write_python(comparison, origin, winner if is_known else None),
        "command": _write_command(comparison, origin, winner) if is_known else "",
    }


def _write_python(comparison: Comparison, origin: Origin, strategy: str | None) -> str:
    """Return the lines for a strategy, None for one that only the user can name."""
    network = _name_network(origin)
    settings = {"classifier": network, "positive": _find_positive(comparison), "epochs": origin.epochs}
    given = [f"{name}={value!r}" for name, value in settings.items() if value is not None]
    rule = [f"threshold=Constraint.parse({comparison.constraint!r})"] if comparison.constraint else []
    chosen = "strategy" if strategy is None else repr(strategy)
    model = [f"strategies={chosen}", *rule, *given, f"random_state={origin.seed or 0}"]
    table = [repr(origin.path or "data.csv"), repr(origin.target), *(f"{k}={v!r}" for k, v in origin.reading.items())]
    lines = [
        "from skweighted.datasets import read_table",
        "from skweighted.deployment import fit_model, save_model",
        *(["from skweighted.meta import Constraint"] if rule else []),
        "",
        *([] if strategy else [f"strategy = ...  # {_OWN}"]),
        f"X, y = read_table({', '.join(table)})",
        f"model = fit_model(X, y, {', '.join(model)})",
        'save_model(model, "model.skops")',
    ]
    return "\n".join(lines) + "\n"


def _write_command(comparison: Comparison, origin: Origin, strategy: str) -> str:
    options: dict[str, object] = {"target": origin.target, "strategy": strategy, "positive": _find_positive(comparison)}
    options |= {"constraint": comparison.constraint, "network": _name_network(origin)}
    options |= {"epochs": origin.epochs, "seed": origin.seed or 0}
    words = ["skweighted", "fit", origin.path or "data.csv"]
    for name, value in {**options, **origin.reading, "output": "model.skops"}.items():
        option = f"--{name.replace('_', '-')}"
        if str(value).startswith("-"):  # a label such as -1 is no option
            words.append(f"{option}={value}")
        elif value is not None:
            words += [option] if value is True and name in origin.reading else [option, str(value)]
    return shlex.join(words)


def _name_network(origin: Origin) -> str | None:
    """Return the name of the network that strategies trained, None for the default."""
    return None if origin.network == Origin.network else origin.network


def _find_positive(comparison: Comparison) -> object:
    """Return the positive label unless it is the rarer one, which is taken for positive by itself."""
    if comparison.positive is None:
        return None
    counts = dict(comparison.class_counts)
    if counts.pop(comparison.positive) < min(counts.values()):
        return None
    return comparison.positive.item() if isinstance(comparison.positive, np.generic) else comparison.positive


def _plain(value: float) -> float | None:
    """Return a number, None for NaN, which JSON does not know."""
    return None if np.isnan(value) else float(value)
