"""What to do, in two to four sentences made from the figures: for ranking, for decisions, for probabilities.

Nothing is said that the test does not carry: a strategy is called better only if its difference is significant after
adjustment and larger than what counts as none in practice; else the sentence says that nothing was found, not that
there is nothing.
"""

from collections.abc import Collection

import numpy as np
import pandas as pd

from skweighted.comparison._differences import ALPHA, find_differences_by, find_reference
from skweighted.comparison._scored import ScoredFolds
from skweighted.comparison.metrics import Metric
from skweighted.meta import DECISION_SCORES, Constraint, Counts
from skweighted.strategies import STRATEGIES

__all__ = ["FEW_ROWS", "give_verdict"]

FEW_ROWS = 50
"""Rows of the rarest class below which hardly any difference can be told from luck."""

_SLACK = 0.01  # by which a mean over test folds may miss a bound that training rows kept
_MAX_NAMED = 3  # strategies that a sentence names
_PREFERRED = {
    "the ranking": ("average_precision", "roc_auc"),
    "the decisions": ("g_mean", "balanced_accuracy", "savings", "f1", "mcc"),
    "the probabilities": ("brier", "log_loss"),
}
"""Which metric a sentence is about, the first of those that were computed."""


def give_verdict(comparison: ScoredFolds) -> list[str]:
    """Return the sentences of :attr:`Comparison.verdict`."""
    if comparison.n_finished < 2:
        return ["No difference can be tested: it takes two folds that every strategy finished."]
    if len(comparison.strategies) < 2:
        return ["There is nothing to compare: name a second strategy."]
    parts = [_judge_ranking(comparison), _judge_decisions(comparison), _judge_probabilities(comparison)]
    lines = [line for line in parts if line]
    if comparison.n_rarest < FEW_ROWS:
        which = "are of the rarest class" if comparison.positive is None else f"have the label {comparison.positive!r}"
        lines.append(f"Only {comparison.n_rarest} rows {which}: too few to tell any but large differences from luck.")
    return lines


class _Found:
    """The test of one metric against a reference, and the words for it."""

    def __init__(self, comparison: ScoredFolds, what: str, reference: str) -> None:
        columns = dict(comparison.columns)
        known = [key for key in _wanted(what, comparison.constraint) if key in columns]
        self.key = known[0] if known else next((n for n, m in columns.items() if m.judges == what), "")
        if not self.key:
            return
        self.metric: Metric = columns[self.key]
        self.heading = comparison.headings[self.key]
        self.reference = reference
        self.means = comparison.summary()[self.key, "mean"]
        self.table = find_differences_by(comparison, self.key, self.metric, reference).set_index("strategy")
        self.seconds = comparison.paired().query("metric == 'fit_seconds'").groupby("strategy")["value"].median()

    def __bool__(self) -> bool:
        return bool(self.key)

    def better(self) -> list[str]:
        """Return the strategies that are significantly better, and by more than nothing in practice, the best first."""
        return self._beyond(self._gains())

    def worse(self) -> list[str]:
        """Return those that are significantly worse, and by more than nothing in practice, the worst first."""
        return self._beyond(-self._gains())

    def _gains(self) -> pd.Series:
        lower = self.metric.target is not None or not self.metric.greater_is_better
        return -self.table["mean"] if lower else self.table["mean"]

    def _beyond(self, gains: pd.Series) -> list[str]:
        real = gains[(self.table["p_holm"] < ALPHA) & (gains > self.metric.rope)]
        return real.sort_values(ascending=False, kind="stable").index.tolist()

    def value(self, name: str) -> str:
        """Return the mean of a strategy."""
        return f"{self.means[name]:.3f}"

    def difference(self, name: str) -> str:
        """Return the difference of a strategy, its interval and p."""
        row = self.table.loc[name]
        p = "p < 0.001" if row["p_holm"] < 0.001 else f"p = {row['p_holm']:.3f}"
        return f"{row['mean']:+.3f}, 95 % interval {row['low']:+.3f} to {row['high']:+.3f}, {p}"

    def cost(self, name: str, other: str) -> str:
        """Return how long a fit takes, if it is much longer than that of another strategy."""
        ratio = self.seconds[name] / self.seconds[other] if self.seconds[other] > 0 else 0
        return f"; a fit takes {ratio:.0f} times as long" if ratio >= 2 else ""


def _wanted(what: str, constraint: str | None) -> tuple[str, ...]:
    """Return which metrics a sentence may be about; under a constraint on recall that is precision, else recall."""
    if constraint is None or what != "the decisions":
        return _PREFERRED[what]
    return ("precision" if "recall" in constraint else "recall", *_PREFERRED[what])


def _judge_ranking(comparison: ScoredFolds) -> str:
    """Say first whether a classifier that is not the comparison's ranks better than every strategy with it."""
    return _judge_baselines(comparison) or _judge_gain(comparison, "the ranking", "For ranking")


def _judge_baselines(comparison: ScoredFolds) -> str:
    names = comparison.strategies
    networks = [name for name in names if _trains_network(comparison, name)]
    baselines = [name for name in names if name not in networks]
    first = _Found(comparison, "the ranking", find_reference(comparison))
    if not baselines or not networks or not first:
        return ""
    sign = 1 if first.metric.greater_is_better else -1
    best = (sign * first.means[baselines]).idxmax()
    found = _Found(comparison, "the ranking", str(best))
    if not set(networks) <= set(found.worse()):
        return ""
    rival = (sign * first.means[networks]).idxmax()
    row = found.table.loc[rival]
    return (
        f"{best} ranks better than every strategy with the network: {first.heading} {first.value(best)} against "
        f"{first.value(rival)} of {rival}, the best of them ({-row['mean']:+.3f}, 95 % interval {-row['high']:+.3f} to "
        f"{-row['low']:+.3f})."
    )


def _trains_network(comparison: ScoredFolds, name: str) -> bool:
    """Tell whether a strategy trains the comparison's classifier, or a network of its own."""
    if (comparison.steps or {}).get(name) is not None:
        return True
    if name in (known := comparison.uses_classifier or {}):
        return known[name]
    return name not in STRATEGIES or STRATEGIES[name].uses_classifier


def _judge_gain(comparison: ScoredFolds, what: str, opening: str, barred: Collection[str] = ()) -> str:
    """Say which strategy that is not barred is better than the reference, or that none was found to be."""
    reference = find_reference(comparison)
    found = _Found(comparison, what, reference)
    if not found:
        return ""
    better = [name for name in found.better() if name not in barred]
    title = found.heading
    if not better:
        return f"{opening}, no strategy was found to be better than {reference} ({title} {found.value(reference)})."
    best = better[0]
    others = f", as are {_join(better[1:])}" if len(better) > 1 else ""
    return (
        f"{opening}, {best} is better than {reference}{others}: {title} {found.value(best)} against "
        f"{found.value(reference)} ({found.difference(best)}){found.cost(best, reference)}."
    )


def _judge_decisions(comparison: ScoredFolds) -> str:
    """Say first what moving the threshold alone gives, since nothing is cheaper."""
    names = comparison.strategies
    if comparison.constraint:
        return _judge_constrained(comparison, comparison.constraint)
    plain = _Found(comparison, "the decisions", "none") if {"none", "threshold"} <= set(names) else None
    if not plain or "threshold" not in plain.better():
        return _judge_gain(comparison, "the decisions", "For decisions")
    moved = _Found(comparison, "the decisions", "threshold")
    title, gain = moved.heading, f"{moved.value('threshold')} against {moved.value('none')} of none"
    if not moved.better():
        return (
            f"For decisions, moving the threshold is enough: {title} {gain} ({plain.difference('threshold')}), and no "
            "strategy was found to be better."
        )
    best = moved.better()[0]
    return (
        f"For decisions, moving the threshold gives {title} {gain}, and {best} more: {moved.value(best)} "
        f"({moved.difference(best)}){moved.cost(best, 'threshold')}."
    )


def _judge_constrained(comparison: ScoredFolds, constraint: str) -> str:
    """Say which strategy decides better among those that keep the bound on test rows too, and which do not keep it."""
    opening = f"For decisions with {constraint}"
    try:
        rule = Constraint.parse(constraint)
    except ValueError:  # a rule that sets no bound
        return _judge_gain(comparison, "the decisions", opening)
    reached = _find_reached(comparison, rule.score)
    sign = -1 if rule.at_most else 1
    broken = [name for name, value in reached.items() if sign * (rule.bound - value) > _SLACK]
    line = _judge_gain(comparison, "the decisions", opening, broken)
    if not line or not broken:
        return line
    values = [f"{name} ({reached[name]:.3f})" for name in broken]
    return f"{line} On test rows the {rule.score} of {_join(values)} does not keep the bound."


def _find_reached(comparison: ScoredFolds, score: str) -> dict[str, float]:
    """Return the mean of a score of decisions over the test folds, of strategies for which it is known."""
    table = comparison.paired()
    if score in dict(comparison.columns):
        return table[table["metric"] == score].groupby("strategy", sort=False)["value"].mean().to_dict()
    if comparison.predictions is None:
        return {}
    places = table[["strategy", "repeat", "fold"]].drop_duplicates().itertuples(index=False, name=None)
    values: dict[str, list[float]] = {}
    for place in places:
        if comparison.predictions.results[place].error is None:
            p = comparison.predictions.fold(*place)
            weight = np.ones(len(p.truth)) if p.sample_weight is None else p.sample_weight
            y, d = p.is_positive, p.decided_positive
            counts = Counts(*(weight[cell].sum() for cell in (y & d, ~y & d, y & ~d, ~y & ~d)))
            values.setdefault(place[0], []).append(float(DECISION_SCORES[score](counts)))
    return {name: float(np.mean(scores)) for name, scores in values.items()}


def _judge_probabilities(comparison: ScoredFolds) -> str:
    """Say which strategies spoil the probabilities, or that one has better ones."""
    reference = "none" if "none" in comparison.strategies else find_reference(comparison)
    found = _Found(comparison, "the probabilities", reference)
    if not found:
        return ""
    better, worse = found.better(), found.worse()
    title = found.heading
    if better:
        best = better[0]
        line = f"For probabilities, {best} is better than {reference}: {title} {found.value(best)} against "
        line += f"{found.value(reference)} ({found.difference(best)})"
    else:
        line = f"For probabilities, no strategy was found to be better than {reference} "
        line += f"({title} {found.value(reference)})"
    if not worse:
        return f"{line}."
    worst = f"({found.value(worse[0])})"
    return (
        f"{line}; {worse[0]} is worse {worst}."
        if len(worse) == 1
        else (f"{line}; {_join(worse)} are worse, {worse[0]} most {worst}.")
    )


def _join(names: list[str]) -> str:
    """Return names in a row, the first few of many."""
    more = len(names) - _MAX_NAMED
    if more > 1:
        return f"{', '.join(names[:_MAX_NAMED])} and {more} others"
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
