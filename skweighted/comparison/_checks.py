"""What a comparison asks of its data, strategies and classifier before it starts work."""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array, issparse
from sklearn.utils import check_consistent_length

from skweighted._base.errors import did_you_mean, parameter_error
from skweighted._base.labels import read_labels
from skweighted.comparison.checks import Facts
from skweighted.meta import ThresholdRule
from skweighted.preprocessing import to_frame
from skweighted.strategies import make_rule

__all__ = [
    "COPIES",
    "check_classes",
    "check_classifier",
    "check_constraint",
    "check_data",
    "find_positive",
    "settle_copies",
]

COPIES = ("part", "together", "drop")
"""What may become of rows that equal others in every column."""

_OWNER = "compare_strategies"
_MAX_NAMED = 5  # classes that an error lists
_CONSTANT = "No column of X varies: there is nothing to predict from."


def _infinite(column: Any) -> str:
    return f"Column {str(column)!r} holds infinite values. Replace them, by missing values if there is no better one."


def check_data(X: Any, y: ArrayLike, cv: int) -> tuple[Any, NDArray[Any], NDArray[np.intp]]:
    """Return the rows, the sorted labels and each row's position among them."""
    check_consistent_length(X, y)
    if np.ndim(y) == 2 and np.shape(y)[1] == 1:
        y = y.iloc[:, 0] if isinstance(y, pd.DataFrame) else np.asarray(y).ravel()
    if np.ndim(y) != 1:
        raise ValueError(f"y must be one column of labels, not of shape {np.shape(y)}.")
    missing = int(pd.Series(y).isna().sum())
    if missing:
        raise ValueError(f"y has {missing} missing labels. Drop these rows, or fill in a label.")
    labels, codes = np.unique(read_labels(y, _OWNER), return_inverse=True)
    check_classes(labels.tolist(), np.bincount(codes), cv)
    return (_check_sparse(X) if issparse(X) else _check_frame(X)), labels, codes


def check_classes(labels: list[Any], counts: NDArray[np.intp], cv: int) -> None:
    """Raise ValueError for a single class, or one with fewer rows than folds."""
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


def _check_sparse(X: Any) -> Any:
    rows = csr_array(X)
    infinite = rows.indices[np.isinf(rows.data)]
    if len(infinite):
        raise ValueError(_infinite(infinite[0]))
    if (rows.max(axis=0).toarray() == rows.min(axis=0).toarray()).all():
        raise ValueError(_CONSTANT)
    return rows


def _check_frame(X: Any) -> pd.DataFrame:
    frame = to_frame(X)
    frame = frame.set_axis([str(name) for name in frame.columns], axis=1)
    repeated = frame.columns[frame.columns.duplicated()]
    if len(repeated):
        raise ValueError(f"X has more than one column {repeated[0]!r}: rename or drop all but one.")
    floats = [i for i, dtype in enumerate(frame.dtypes) if dtype.kind == "f"]
    infinite = np.isinf(frame.iloc[:, floats].to_numpy(dtype="float64", na_value=np.nan)).any(axis=0)
    if infinite.any():
        raise ValueError(_infinite(frame.columns[floats[int(infinite.argmax())]]))
    if not any(_varies(frame.iloc[:, i]) for i in range(frame.shape[1])):
        raise ValueError(_CONSTANT)
    return frame


def _varies(column: pd.Series) -> bool:
    """Tell whether a column has two different values; missing is one of them."""
    try:
        return column.nunique(dropna=False) > 1
    except TypeError:  # lists and the like, which the reader of columns names
        return True


def find_positive(positive: Any, class_counts: dict[Any, int]) -> Any:
    labels = list(class_counts)
    if len(labels) > 2:  # two classes have a positive one
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


def check_classifier(classifier: Any, epochs: int | None) -> None:
    """Raise ValueError if `classifier` lacks ``predict_proba``, or the parameter that `epochs` needs."""
    if not hasattr(classifier, "predict_proba"):
        cure = "Put a CalibratedClassifierCV around one without."
        raise ValueError(parameter_error("classifier", _OWNER, "one with predict_proba", classifier, cure))
    if epochs is not None and "epochs" not in {name.rpartition("__")[2] for name in classifier.get_params()}:
        kind = type(classifier).__name__
        raise ValueError(parameter_error("epochs", _OWNER, f"None, because {kind} has no such parameter", epochs))


def check_constraint(constraint: str | ThresholdRule, class_counts: dict[Any, int]) -> None:
    """Raise for a rule that cannot be read, or one about more than two classes."""
    make_rule(constraint)
    if len(class_counts) > 2:
        raise ValueError(f"A constraint is for two classes; the target has {len(class_counts)}. Leave it out.")


def settle_copies(
    copies: str, facts: Facts, groups: ArrayLike | None
) -> tuple[ArrayLike | None, NDArray[np.intp] | None]:
    """Return the groups, which are rows that are equal in every column if these stay together, and the rows to use."""
    if copies == "part":
        return groups, None
    if issparse(facts.X):
        raise ValueError(parameter_error("copies", _OWNER, "'part' for a sparse X", copies))
    if copies == "drop":
        return groups, facts.first_rows
    if groups is not None:
        raise ValueError(parameter_error("copies", _OWNER, "'part' or 'drop' with groups", copies))
    return facts.row_keys, None
