"""Lists of strategies by one name, and what `strategies=` may hold."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from skweighted._base.errors import did_you_mean, parameter_error
from skweighted._base.types import Classifier
from skweighted.strategies._base import FAMILIES, STRATEGIES, Strategy
from skweighted.strategies._own import Own

__all__ = ["DEFAULT_STRATEGIES", "Chosen", "choose_strategies", "list_presets"]

DEFAULT_STRATEGIES = ("none", "threshold", "class_weight", "smote", "undersample", "hist_gradient_boosting")
"""The strategies compared unless others are named: the preset ``"quick"``.

`threshold` costs no training beside `none`; the boosted trees are the mark from outside.
"""


def list_presets() -> dict[str, tuple[str, ...]]:
    """Return the keys of each preset: ``"quick"``, ``"all"`` and one for each family.

    Returns
    -------
    dict of str to tuple of str
        Keys of `STRATEGIES` by the name of the preset.
    """
    families = {family: tuple(key for key, cls in STRATEGIES.items() if cls.family == family) for family in FAMILIES}
    everything = tuple(key for keys in families.values() for key in keys)
    return {"quick": DEFAULT_STRATEGIES, "all": everything} | families


@dataclass
class Chosen:
    """The strategies of a comparison.

    Attributes
    ----------
    strategies : dict of str to Strategy
        By the name of their row.
    optional : set of str
        Those that only a preset named: left out, not an error, if they cannot be used.
    left_out : dict of str to str
        Why those were left out that were.
    """

    strategies: dict[str, Strategy] = field(default_factory=dict)
    optional: set[str] = field(default_factory=set)
    left_out: dict[str, str] = field(default_factory=dict)

    def check(
        self, classifier: Classifier, class_counts: dict[Any, int], column_kinds: dict[str, int], *, sparse: bool
    ) -> None:
        """Raise ValueError if a strategy cannot be used; leave it out if only a preset named it.

        Parameters
        ----------
        classifier : classifier
        class_counts : dict of label to int
            Rows of each label in the smallest training fold.
        column_kinds : dict of str to int
            Columns of each kind.
        sparse : bool
            Whether the table is a sparse matrix.
        """
        for name, strategy in list(self.strategies.items()):
            try:
                strategy.check_classifier(classifier)
                strategy.check_class_counts(class_counts)
                strategy.check_columns(column_kinds)
                if sparse and not strategy.takes_sparse:
                    raise ValueError(f"The strategy {name!r} needs a dense table: X.toarray(). Or leave it out.")
            except ValueError as error:
                if name not in self.optional:
                    raise
                self.left_out[name] = str(error)
                del self.strategies[name]

    def leave_out(self, names: list[str], why: str) -> None:
        """Raise ValueError if one of `names`, which cannot be used, was asked for by name; else leave them out.

        Parameters
        ----------
        names : list of str
        why : str
            Such as ``"groups cannot be used with strategies that ..."``.
        """
        rest = [name for name in self.strategies if name not in names]
        if names and (not rest or not self.optional.issuperset(names)):
            raise ValueError(f"{why}: {', '.join(map(repr, names))}. Leave them out, with strategies={rest}.")
        for name in names:
            self.left_out[name] = f"{why}."
            del self.strategies[name]


def choose_strategies(strategies: Any, owner: str) -> Chosen:
    """Return the strategies that a parameter names, by the name their row has.

    Parameters
    ----------
    strategies : str, Strategy, pair of name and estimator or Strategy, or iterable of these
        A str is a key of :data:`STRATEGIES` or the name of a preset.
    owner : str
        Named in errors.

    Returns
    -------
    Chosen

    Raises
    ------
    TypeError, ValueError
        If a name is not known or comes twice, or nothing is named.
    """
    chosen, presets = Chosen(), list_presets()
    for item in _as_items(strategies):
        if isinstance(item, str) and item in presets:
            new = [key for key in presets[item] if key not in chosen.strategies]
            chosen.strategies |= {key: STRATEGIES[key]() for key in new}
            chosen.optional.update(new)
            continue
        name, strategy = _resolve(item, owner, presets)
        if name in chosen.strategies and name not in chosen.optional:
            raise ValueError(parameter_error("strategies", owner, "distinct", name, "Name each strategy once."))
        chosen.strategies[name] = strategy
        chosen.optional.discard(name)
    if not chosen.strategies:
        known = ", ".join([*presets, *STRATEGIES])
        raise ValueError(parameter_error("strategies", owner, "at least one strategy", [], f"Known are {known}."))
    return chosen


def _as_items(strategies: Any) -> Iterable[Any]:
    is_list = isinstance(strategies, Iterable) and not isinstance(strategies, str) and not _is_own(strategies)
    return strategies if is_list else [strategies]


def _is_own(item: Any) -> bool:
    is_pair = isinstance(item, tuple) and len(item) == 2 and isinstance(item[0], str)
    return is_pair and (isinstance(item[1], Strategy) or hasattr(item[1], "fit"))


def _resolve(item: Any, owner: str, presets: dict[str, tuple[str, ...]]) -> tuple[str, Strategy]:
    """Return the name of an item's row, and its strategy."""
    if _is_own(item):
        name, estimator = item
        if name in STRATEGIES:
            cure = "Choose another name."
            raise ValueError(parameter_error("strategies", owner, "pairs whose names are no strategies'", name, cure))
        if isinstance(estimator, Strategy):
            return name, estimator
        if not hasattr(estimator, "predict_proba"):
            rule = "pairs of a name and a classifier with predict_proba"
            cure = "Put a CalibratedClassifierCV around one without."
            raise ValueError(parameter_error("strategies", owner, rule, item, cure))
        return name, Own(estimator)
    if isinstance(item, Strategy):
        return repr(item), item
    if isinstance(item, str) and item in STRATEGIES:
        return item, STRATEGIES[item]()
    rule = f"names of strategies or presets ({', '.join(presets)}), instances of Strategy, or pairs ('name', estimator)"
    hint = did_you_mean(item, [*STRATEGIES, *presets]) or "The command 'skweighted strategies' lists them."
    raise ValueError(parameter_error("strategies", owner, rule, item, hint))
