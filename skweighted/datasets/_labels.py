"""Labels as they stand in the file: "01" is not "1", and "None" may be a class."""

import numpy as np
import pandas as pd

from skweighted.preprocessing import Note

__all__ = ["MISSING_WORDS", "missing_rows", "read_labels"]

MISSING_WORDS = frozenset(
    [*["", "?", "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN", "<NA>", "N/A"],
     *["NA", "NULL", "NaN", "None", "n/a", "nan", "null"]]
)  # fmt: skip
"""What stands for a missing label: what pandas takes for missing, and the mark of the UCI repository."""


def read_labels(texts: pd.Series, *, keep_na_labels: bool) -> tuple[pd.Series, list[Note]]:
    """Return the labels of a column of text, missing ones as None, and what was decided.

    Blanks at both ends are left out. Labels that are integers, decimals or booleans become such if Python writes them
    as the file does; so every label still reads as in the file, and none are merged.

    Parameters
    ----------
    texts : Series of str of shape (n_samples,)
    keep_na_labels : bool
        Whether "NA", "None" and the like are labels; an empty cell is none.
    """
    stripped = texts.str.strip()
    missing = stripped.isin({""} if keep_na_labels else MISSING_WORDS)
    labels = stripped[~missing]
    notes = _find_merged(texts[~missing], labels)
    typed = _convert(labels)
    return (typed if not missing.any() else stripped.mask(missing, None)), notes


def missing_rows(labels: pd.Series) -> int:
    """Return the number of rows without a label."""
    return int(labels.isna().sum())


def _find_merged(texts: pd.Series, labels: pd.Series) -> list[Note]:
    if texts.nunique() == labels.nunique():
        return []
    changed = texts[texts != labels]
    name = str(texts.name)
    text = (
        f"column {name!r}: blanks at the ends of labels are left out, so that {changed.iloc[0]!r} and "
        f"{labels[changed.index[0]]!r} are one class ({len(changed):,} row{'s' if len(changed) > 1 else ''})"
    )
    return [Note((name,), text, doubtful=True)]


def _convert(labels: pd.Series) -> pd.Series:
    """Return labels as integers, floats or booleans if Python writes each as it stands there."""
    written = labels.unique()
    for dtype in ("int64", "float64"):
        try:
            values = pd.Series(written, dtype=object).astype(dtype)
        except (ValueError, OverflowError):
            continue
        if np.isfinite(values).all() and [str(value) for value in values.tolist()] == list(written):
            return labels.astype(dtype)
    return labels == "True" if len(written) and set(written) <= {"True", "False"} else labels
