"""A whole comparison in one file."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from skweighted.comparison._predictions import OutOfFoldPredictions
from skweighted.comparison._scored import ScoredFolds
from skweighted.comparison.checks import Alert
from skweighted.comparison.metrics import METRICS, Metric
from skweighted.comparison.store._archive import Archive, DamagedFileError, read_archive, write_archive
from skweighted.comparison.store._results import pack_result, unpack_result

__all__ = ["read_comparison", "write_comparison"]

_KIND = "comparison"
_LABELS = (bool, int, float, str)
_INDEX = ("strategy", "metric")  # columns of the table whose values stand in the facts

_Check = Callable[[Any], bool]


def _is(*types: type) -> _Check:
    return lambda value: isinstance(value, types)


def _maps_to(*types: type) -> _Check:
    return lambda value: isinstance(value, dict) and all(isinstance(item, types) for item in value.values())


_OR_NONE = type(None)
_FIELDS: dict[str, _Check] = {
    "strategies": lambda value: isinstance(value, list) and all(isinstance(name, str) for name in value),
    "column_kinds": _maps_to(int),
    "n_copies": _is(int),
    "cv": _is(int),
    "n_repeats": _is(int),
    "n_steps": _is(int, _OR_NONE),
    "stops_early": _is(bool),
    "interrupted": _is(bool),
    "constraint": _is(str, _OR_NONE),
    "fold_kind": _is(str),
    "test_ratio": _is(float, _OR_NONE),
    "left_out": lambda value: value is None or _maps_to(str)(value),
    "steps": lambda value: value is None or _maps_to(int, _OR_NONE)(value),
    "uses_classifier": lambda value: value is None or _maps_to(bool)(value),
}
"""Fields that stand in the facts as they are, and what a file must hold for them."""


def write_comparison(comparison: ScoredFolds, path: Path) -> None:
    """Write a comparison.

    Raises
    ------
    TypeError
        If it holds what JSON cannot: labels that are no numbers, text or bools, or a metric of the user's own.
    """
    facts: dict[str, Any] = {"kind": _KIND} | {name: getattr(comparison, name) for name in _FIELDS}
    facts["strategies"] = list(comparison.strategies)  # JSON has no tuples
    facts["classes"] = [[_check_label(label), count] for label, count in comparison.class_counts.items()]
    facts["positive"] = None if comparison.positive is None else _check_label(comparison.positive)
    facts["alerts"] = [vars(alert) for alert in comparison.alerts]
    facts["metrics"] = None if comparison.metrics is None else _pack_metrics(comparison.metrics)
    table, arrays = _pack_table(comparison.table)
    facts["table"], facts["predictions"] = table, None
    if comparison.predictions is not None:
        facts["predictions"], more = _pack_predictions(comparison.predictions)
        arrays |= more
    write_archive(path, facts, arrays, compress=True)


def _check_label(label: Any) -> Any:
    if not isinstance(label, _LABELS):
        raise TypeError(f"Labels must be numbers, text or bools to be saved, unlike {label!r}.")
    return label


def _pack_metrics(metrics: dict[str, Metric]) -> list[Any]:
    """Return the name, the key and the parameters of each metric."""
    for name, metric in metrics.items():
        if METRICS.get(getattr(metric, "key", "")) is not type(metric):
            raise TypeError(f"The metric {name!r} is your own and cannot be saved. Leave it out.")
    return [[name, metric.key, metric.get_params(deep=False)] for name, metric in metrics.items()]


def _pack_table(table: pd.DataFrame) -> Archive:
    facts, arrays = {}, {name: table[name].to_numpy() for name in ("repeat", "fold", "value")}
    for name in _INDEX:
        codes, values = pd.factorize(table[name])
        facts[name], arrays[name] = values.tolist(), codes.astype(np.uint32)
    return facts, {f"table.{name}": values for name, values in arrays.items()}


def _pack_predictions(predictions: OutOfFoldPredictions) -> Archive:
    labels = [_check_label(label) for label in predictions.labels.tolist()]
    results: list[dict[str, Any]] = []
    arrays = {name: getattr(predictions, name) for name in ("truth", "sample_weight", "cost_matrix")}
    arrays = {name: np.asarray(values) for name, values in arrays.items() if values is not None}
    for number, result in enumerate(predictions.results.values()):
        found, parts = pack_result(result)
        results.append(found)
        arrays |= {f"{number}.{name}": values for name, values in parts.items()}
    facts = {"labels": labels, "dtype": predictions.labels.dtype.str, "positive": predictions.positive}
    facts["results"] = results
    return facts, {f"predictions.{name}": values for name, values in arrays.items()}


def read_comparison(path: Path) -> dict[str, Any]:
    """Return the fields of a comparison that was written.

    Raises
    ------
    OSError
        If there is no such file, or it may not be read.
    ValueError
        If it is damaged, or holds something else.
    """
    facts, arrays = read_archive(path, _KIND)
    try:
        return _unpack(facts, arrays)
    except Exception as error:  # whatever a forged file provokes
        reason = f"{type(error).__name__}: {error}".split("\n", maxsplit=1)[0][:80]
        raise DamagedFileError(f"{path} is damaged: its parts do not belong together ({reason}).") from None


def _unpack(facts: dict[str, Any], arrays: dict[str, NDArray]) -> dict[str, Any]:
    fields = {name: facts[name] for name in _FIELDS}
    wrong = [name for name, value in fields.items() if not _FIELDS[name](value)]
    classes = [(label, int(count)) for label, count in facts["classes"]]
    if wrong or not all(isinstance(label, _LABELS) for label, _ in classes):
        raise DamagedFileError(f"{(wrong or ['classes'])[0]} is of another type")
    fields["strategies"] = tuple(facts["strategies"])
    fields["class_counts"] = dict(classes)
    fields["positive"] = facts["positive"]
    if fields["positive"] is not None and fields["positive"] not in fields["class_counts"]:
        raise DamagedFileError("the positive label is none")
    fields["alerts"] = tuple(Alert(**{**alert, "columns": tuple(alert["columns"])}) for alert in facts["alerts"])
    fields["metrics"] = None if facts["metrics"] is None else _unpack_metrics(facts["metrics"])
    fields["table"] = _unpack_table(facts["table"], _behind("table", arrays))
    if not set(fields["table"]["strategy"]) <= set(fields["strategies"]):
        raise DamagedFileError("the table is about other strategies")
    found = facts["predictions"]
    fields["predictions"] = None if found is None else _unpack_predictions(found, _behind("predictions", arrays))
    return fields


def _behind(prefix: str, arrays: dict[str, NDArray]) -> dict[str, NDArray]:
    """Return the arrays whose names begin with `prefix` and a point, without it."""
    return {name.partition(".")[2]: values for name, values in arrays.items() if name.startswith(f"{prefix}.")}


def _unpack_metrics(packed: list[Any]) -> dict[str, Metric]:
    metrics = {str(name): METRICS[key](**parameters) for name, key, parameters in packed}
    for metric in metrics.values():
        metric.check_parameters()
    return metrics


def _unpack_table(facts: dict[str, Any], arrays: dict[str, NDArray]) -> pd.DataFrame:
    columns = {name: np.array(facts[name], dtype=object)[arrays[name]] for name in _INDEX}
    columns |= {name: arrays[name].astype(np.int64) for name in ("repeat", "fold")}
    table = pd.DataFrame(columns | {"value": arrays["value"].astype(np.float64)})
    return table[["strategy", "repeat", "fold", "metric", "value"]].astype({"strategy": "str", "metric": "str"})


def _unpack_predictions(facts: dict[str, Any], arrays: dict[str, NDArray]) -> OutOfFoldPredictions:
    labels, truth = np.array(facts["labels"], dtype=np.dtype(facts["dtype"])), arrays["truth"].astype(np.intp)
    if truth.max(initial=0) >= len(labels):
        raise DamagedFileError("there are other classes")
    predictions = OutOfFoldPredictions(
        labels,
        truth,
        facts["positive"],
        cost_matrix=arrays.get("cost_matrix"),
        sample_weight=arrays.get("sample_weight"),
    )
    for number, found in enumerate(facts["results"]):
        result = unpack_result(found, _behind(str(number), arrays), len(labels))
        if result.rows.max(initial=0) >= len(truth):
            raise DamagedFileError("there are other rows")
        predictions.add(result)
    return predictions
