"""Columns that tell the answer: every strategy looks perfect, and none will be in use."""

from collections.abc import Iterator

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from skweighted.comparison.checks._base import CHECKS, Check
from skweighted.comparison.checks._facts import Facts
from skweighted.comparison.checks._single_column import (
    can_be_judged,
    predict_by_category,
    score_in_sample,
    score_order,
    score_rates,
)

__all__ = ["MissingTells", "OneColumnTells", "SameAsTarget"]

_NEARLY_PERFECT = 0.99  # ROC AUC
_WORTH_A_LOOK = 0.97  # on the rows learned from, where everything looks better
_MAX_LOOKS = 300  # columns looked at closely, the best first: each takes about 5 ms
_KEPT = "It is used all the same."
_CURE = "Drop it, unless it is known before the class is."


class _Leak(Check):
    """Base class of columns that tell the answer."""

    why = "Every strategy looks perfect, and will not be when the column is not known yet."
    done = _KEPT
    cure = _CURE
    is_warning = True


@CHECKS.register("same_as_target")
class SameAsTarget(_Leak):
    """A column that has one value for each class: the target by another name."""

    def find(self, facts: Facts) -> Iterator[tuple[tuple[str, ...], str]]:
        """Yield each such column."""
        for name in find_copies(facts):
            yield (name,), f"Column {name!r} has one value for each class, so it tells the answer."


@CHECKS.register("missing_tells")
class MissingTells(_Leak):
    """A column that is missing for one class and there for the other."""

    def find(self, facts: Facts) -> Iterator[tuple[tuple[str, ...], str]]:
        """Yield each such column."""
        for name in find_missing(facts):
            yield (name,), f"Column {name!r} tells the answer by where it is missing."


@CHECKS.register("one_column_tells")
class OneColumnTells(_Leak):
    """A column that alone predicts the classes nearly perfectly, on rows not learned from."""

    def find(self, facts: Facts) -> Iterator[tuple[tuple[str, ...], str]]:
        """Yield each such column, and what it is if it is an identifier."""
        if not can_be_judged(facts.codes):
            return
        known = {*find_copies(facts), *find_missing(facts)}
        for name, score in _score_candidates(facts, known).items():
            if score > _NEARLY_PERFECT:
                number = "1" if score == 1 else f"{score:.4f}"
                kind = " is an identifier sorted like the target: it" if _is_identifier(facts, name) else ""
                found = f"predicts the classes nearly perfectly by itself (ROC AUC {number} on rows not learned from)."
                yield (name,), f"Column {name!r}{kind} {found}"


def find_copies(facts: Facts) -> list[str]:
    """Return the columns that have one value for each class."""
    n_classes = len(facts.labels)
    target = pd.factorize(facts.codes)[0]
    likely = [name for name, n in facts.n_values.items() if n == n_classes]
    return [name for name in likely if (pd.factorize(_code(facts, name))[0] == target).all()]


def find_missing(facts: Facts) -> list[str]:
    """Return the columns whose missing values tell two classes apart nearly perfectly."""
    if len(facts.labels) > 2:
        return []
    missing = dict(zip(facts.number_names, np.isnan(facts.numbers).T, strict=True))
    missing |= {name: codes < 0 for name, codes in facts.texts.items()}
    copies = find_copies(facts)
    return [
        name
        for name, gaps in missing.items()
        if gaps.any() and name not in copies and score_in_sample(gaps.astype(np.intp), facts.codes) > _NEARLY_PERFECT
    ]


def _score_candidates(facts: Facts, known: set[str]) -> dict[str, float]:
    """Return the score of the columns that do well on the rows learned from."""
    bounds = {name: score_in_sample(_code(facts, name), facts.codes) for name in facts.n_values if name not in known}
    likely = sorted((name for name in bounds if bounds[name] > _WORTH_A_LOOK), key=lambda name: -bounds[name])
    return {name: _score(facts, name) for name in likely[:_MAX_LOOKS]}


def _score(facts: Facts, name: str) -> float:
    """Return the score of the order of a column's values or, of text, that of its categories if it is better."""
    codes = _code(facts, name)
    missing = facts.texts[name] < 0 if name in facts.texts else np.isnan(facts.column(name))
    by_order = score_order(np.where(missing, np.nan, codes), facts.codes)
    if name not in facts.texts:
        return by_order
    return max(by_order, score_rates(predict_by_category(codes, facts.codes), facts.codes))


def _is_identifier(facts: Facts, name: str) -> bool:
    """Tell whether a column has another text, or another whole number, in every row."""
    distinct = facts.n_values[name] == len(facts.codes)
    return distinct and (name in facts.texts or facts.whole_numbers(name) is not None)


def _code(facts: Facts, name: str) -> NDArray[np.intp]:
    """Return the values of a column as numbers from 0 on, in their order; missing is one of them."""
    if name in facts.texts:
        return facts.texts[name] + 1
    return np.unique(facts.column(name), return_inverse=True, equal_nan=True)[1].ravel()
