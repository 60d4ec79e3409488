"""What a comparison asks of its data, strategies and classifier before it starts work."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array, issparse
from sklearn.utils import check_consistent_length

from skweighted._registry import did_you_mean
from skweighted._validation import parameter_error
from skweighted.strategies import STRATEGIES, Strategy

__all__ = ["check_classifier", "check_data", "find_positive", "resolve_strategies"]

_OWNER = "compare_strategies"
_MAX_NAMED = 5  # classes that an error lists


def resolve_strategies(strategies: Iterable[str | Strategy]) -> dict[str, Strategy]:
    """Return the strategies by the name their row has: the key, or what an instance prints."""
    if isinstance(strategies, str | Strategy):
        strategies = [strategies]
    chosen: dict[str, Strategy] = {}
    for item in strategies:
        strategy = STRATEGIES.resolve(item, _OWNER)
        name = item if isinstance(item, str) else repr(strategy)
        if name in chosen:
            raise ValueError(parameter_error("strategies", _OWNER, "distinct", name, "Name each strategy once."))
        chosen[name] = strategy
    if not chosen:
        known = ", ".join(STRATEGIES)
        raise ValueError(parameter_error("strategies", _OWNER, "at least one strategy", [], f"Known are {known}."))
    return chosen


def check_data(X: Any, y: ArrayLike, cv: int) -> tuple[Any, NDArray[Any], NDArray[np.intp]]:
    """Return the rows, the sorted labels and each row's position among them."""
    check_consistent_length(X, y)
    if np.ndim(y) != 1:
        raise ValueError(f"y must be one column of labels, not of shape {np.shape(y)}.")
    missing = int(pd.Series(y).isna().sum())
    if missing:
        raise ValueError(f"y has {missing} missing labels. Drop these rows, or fill in a label.")
    # through a list, because nullable and text columns of pandas become plain arrays that way
    labels, codes = np.unique(np.array(pd.Series(y).tolist()), return_inverse=True)
    _check_classes(labels.tolist(), np.bincount(codes), cv)
    return (csr_array(X) if issparse(X) else _check_frame(X)), labels, codes


def _check_classes(labels: list[Any], counts: NDArray[np.intp], cv: int) -> None:
    if len(labels) == 1:
        raise ValueError(f"The target has one class only, {labels[0]!r}. A comparison needs two.")
    small = {label: int(count) for label, count in zip(labels, counts, strict=True) if count < cv}
    if len(small) > _MAX_NAMED:
        raise ValueError(
            f"Of the {len(labels):,} classes in {counts.sum():,} rows, {len(small):,} have fewer rows than the {cv} "
            "stratified folds. If the target is a number, cut it into classes first; else merge the rare ones."
        )
    if small:
        named = " and ".join(f"class {label!r} has {n} row{'s' if n > 1 else ''}" for label, n in small.items())
        fewest = min(small.values())
        lower = f"set cv to {fewest}, " if fewest > 1 else ""
        cure = "merge the class or drop its rows" if len(small) == 1 else "merge such classes or drop their rows"
        raise ValueError(f"{named[0].upper()}{named[1:]}, fewer than the {cv} stratified folds; {lower}{cure}.")


def _check_frame(X: Any) -> pd.DataFrame:
    frame = X.to_pandas() if hasattr(X, "to_pandas") else pd.DataFrame(X).infer_objects()
    frame = frame.set_axis([str(name) for name in frame.columns], axis=1)
    numbers = frame.select_dtypes("number")
    infinite = [name for name in numbers.columns if np.isinf(numbers[name].astype("float64")).any()]
    if infinite:
        raise ValueError(
            f"Column {infinite[0]!r} holds infinite values. Replace them, by missing values if there is no better one."
        )
    if not (frame.nunique(dropna=False) > 1).any():
        raise ValueError("No column of X varies: there is nothing to predict from.")
    return frame


def find_positive(positive: Any, class_counts: dict[Any, int]) -> Any:
    labels = list(class_counts)
    if len(labels) > 2:  # noqa: PLR2004  two classes have a positive one
        if positive is not None:
            raise ValueError(
                f"A positive label is for two classes; the target has {len(labels)}. Leave it out, or make the target "
                f"{positive!r} against the rest."
            )
        return None
    if positive is None:
        return min(class_counts, key=lambda label: class_counts[label])
    if positive not in labels:
        hint = did_you_mean(positive, [str(label) for label in labels])
        raise ValueError(
            f"No row has the label {positive!r}; the labels are {labels[0]!r} and {labels[1]!r}. {hint}".strip()
        )
    return labels[labels.index(positive)]


def check_classifier(classifier: Any, chosen: dict[str, Strategy], epochs: int | None) -> None:
    """Raise ValueError if `classifier` lacks a parameter that `epochs` or a strategy needs."""
    if epochs is not None and "epochs" not in classifier.get_params():
        kind = type(classifier).__name__
        raise ValueError(parameter_error("epochs", _OWNER, f"None, because {kind} has no such parameter", epochs))
    for strategy in chosen.values():
        strategy.make_pipeline("passthrough", classifier)
