"""Labels that may be meant to be one, and classes with few rows."""

from collections.abc import Iterator

import numpy as np

from skweighted.comparison.checks._base import CHECKS, Check
from skweighted.comparison.checks._facts import Facts

__all__ = ["AlikeLabels", "FewRows"]

_MIN_ROWS = 10  # of a class in a test fold; with fewer, a single row moves its recall by a tenth or more


@CHECKS.register("alike_labels")
class AlikeLabels(Check):
    """Labels that differ by blanks or letter case only."""

    why = "One class that is written in two ways is learned as two."
    done = "They are kept apart."
    cure = "Write them alike if they are one class."
    is_warning = True

    def find(self, facts: Facts) -> Iterator[tuple[tuple[str, ...], str]]:
        """Yield the labels of each class that is written in several ways."""
        alike: dict[str, list[str]] = {}
        for label in facts.labels.tolist():
            if isinstance(label, str):
                alike.setdefault("".join(label.split()).casefold(), []).append(label)
        for labels in alike.values():
            if len(labels) > 1:
                yield (), f"The labels {' and '.join(map(repr, labels))} differ by blanks or letter case only."


@CHECKS.register("few_rows")
class FewRows(Check):
    """A class with fewer than ten rows in each test fold."""

    why = "Scores of so few rows swing by chance, and differences between strategies drown in that."
    done = "Scores are means over all folds and repeats."
    cure = "Take fewer folds or more repeats, and trust differences only if they are large."

    def find(self, facts: Facts) -> Iterator[tuple[tuple[str, ...], str]]:
        """Yield the rarest class."""
        counts = np.bincount(facts.codes, minlength=len(facts.labels))
        rarest, n_rows = facts.labels.tolist()[int(counts.argmin())], int(counts.min())
        if n_rows < _MIN_ROWS * facts.n_folds:
            at_most = -(-n_rows // facts.n_folds)
            yield (), f"Class {rarest!r} has {n_rows} rows, at most {at_most} in each of {facts.n_folds} test folds."
