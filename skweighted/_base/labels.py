"""The one reader of labels: which values are labels, which class each row has. Fits, searches, comparisons use it."""

from numbers import Real

import numpy as np
from scipy import sparse
from sklearn.utils.multiclass import check_classification_targets, type_of_target

from skweighted._base.errors import did_you_mean
from skweighted._base.types import Labels

__all__ = ["encode_labels", "read_labels"]

_CONTAINERS = {list, set, tuple, np.ndarray}


def read_labels(y: Labels, owner: str, name: str = "y") -> Labels:
    """Return labels as an array in a NumPy dtype that keeps them apart: 1 is not ``"1"``, and True is not 1.

    scikit-learn makes 1.0 of a nullable or categorical True, and NumPy makes text of a 1 next to a ``"1"``.

    Parameters
    ----------
    y : array-like of shape (n_samples,)
        None and sparse matrices are returned as they are: scikit-learn's own checks have a message for them.
    owner, name : str
        The class and the argument, named in errors.

    Raises
    ------
    ValueError
        For several outputs, for labels of several kinds, and for objects other than strings, numbers and booleans,
        which need not have an order.
    """
    if y is None or sparse.issparse(y):
        return y
    labels = _as_array(y, owner, name)
    if labels.ndim == 2 and labels.shape[1] > 1:
        raise ValueError(_several_outputs(f"{name} of shape {labels.shape} has several", owner))
    if labels.ndim == 1 and (labels.dtype == object or isinstance(y, list | tuple)):
        return _of_one_kind(y if isinstance(y, list | tuple) else labels.tolist(), labels, owner, name)
    return labels


def _as_array(y: Labels, owner: str, name: str) -> np.ndarray:
    numpy_dtype = getattr(getattr(y, "dtype", None), "numpy_dtype", None)  # pandas' nullable dtypes have one
    if numpy_dtype is not None and not y.isna().any():
        return np.asarray(y.to_numpy(dtype=numpy_dtype))
    try:
        return np.asarray(y)
    except ValueError:  # rows of different lengths
        raise ValueError(_label_lists(name, owner)) from None


def _of_one_kind(values: list[object] | tuple[object, ...], labels: np.ndarray, owner: str, name: str) -> np.ndarray:
    """Return `labels`, the array of `values`, unless the values are of several kinds or have no NumPy dtype."""
    types = set(map(type, values))
    if types and types <= _CONTAINERS:
        raise ValueError(_label_lists(name, owner))
    kinds = set(map(_kind, types))
    if len(kinds) > 1 or (labels.dtype == object and not kinds <= {bool, Real, str}):
        raise ValueError(
            f"Unknown label type: {name} holds labels of type {', '.join(sorted(t.__name__ for t in types))}. Give all "
            f"one type, for example with {name}.astype(str). Drop rows whose label is missing."
        )
    return labels if labels.dtype != object or kinds == {str} else np.array(values)


def _kind(cls: type) -> type:
    if issubclass(cls, bool | np.bool_):
        return bool
    return next((kind for kind in (Real, str) if issubclass(cls, kind)), cls)


def _several_outputs(what: str, owner: str) -> str:
    # The first sentence is imbalanced-learn's, which its checks look for.
    return (
        f"Multilabel and multioutput targets are not supported. {what}; wrap {owner} in "
        "sklearn.multioutput.MultiOutputClassifier to fit one classifier for each."
    )


def _label_lists(name: str, owner: str) -> str:
    return _several_outputs(f"{name} has several labels in a row: make columns with MultiLabelBinarizer", owner)


def encode_labels(
    y: np.ndarray, classes: np.ndarray | None, owner: str, name: str = "y", cure: str = ""
) -> tuple[np.ndarray, np.ndarray]:
    """Return the classes, sorted, and the class code of each row.

    Parameters
    ----------
    y : ndarray of shape (n_samples,)
        Labels as :func:`read_labels` returns them. Numbers such as 0.5 are labels if each occurs at least twice, or is
        known.
    classes : ndarray or None
        The known classes; None to take those of `y`.
    owner, name, cure : str
        Named in errors; the cure is that of an unknown label.

    Raises
    ------
    ValueError
        For a continuous target, one class, one row for each of many classes, or a label that is not in `classes`.
    """
    found, codes, counts = np.unique(y, return_inverse=True, return_counts=True)
    if type_of_target(y) != "continuous" or (classes is None and (counts == 1).any()):
        check_classification_targets(y)
    if classes is None:
        _check_classes(found.tolist(), len(y), owner, name)
        return found, codes.astype(np.int32)
    unknown = np.setdiff1d(found, classes).tolist()
    if unknown:
        known = f"The classes {unknown} in {name} are not among the known classes {classes.tolist()} of {owner}."
        raise ValueError(" ".join(filter(None, [known, cure, did_you_mean(unknown[0], classes.tolist())])))
    return classes, np.searchsorted(classes, y).astype(np.int32)


def _check_classes(found: list[object], n_rows: int, owner: str, name: str) -> None:
    if len(found) == n_rows > 2:  # two rows can be two classes
        raise ValueError(
            f"{owner} needs more rows than classes, and {name} holds {len(found)} classes in {n_rows} rows. Check that "
            "the target column is not an identifier or a number to regress on."
        )
    if len(found) == 1:
        raise ValueError(
            f"{owner} needs at least two classes, and {name} holds one class only: {found[0]!r}. Check "
            "the target column, or stratify the split that made this training set."
        )
