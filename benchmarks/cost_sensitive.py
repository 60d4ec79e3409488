"""What each way of being cost-sensitive does on real data: costs, decisions and probabilities.

Run ``SKWEIGHTED_DATA=path/to/data python benchmarks/cost_sensitive.py > cost_sensitive.md`` (about five minutes on two
cores), or with ``--quick`` for one repeat of two folds; ``--cache FOLDER`` keeps finished fits and continues from them.
``readme.py`` carries the tables to docs/which-one.md.

Every method is a strategy of ``compare_strategies``: the same folds for all, everything fitted in the training folds,
and the same gradient steps for every network.
"""

import argparse
import sys
import time
import warnings
from pathlib import Path
from typing import Any

import pandas as pd

from skweighted import CostSensitiveMLPClassifier, MinimumExpectedCostClassifier
from skweighted.class_weights import EffectiveNumber
from skweighted.comparison import Comparison, compare_strategies
from skweighted.datasets import load_dataset
from skweighted.losses import HardExample
from skweighted.meta import LeastCost
from skweighted.strategies import (
    BalancedBatches,
    ClassWeight,
    CorrectedSmote,
    CorrectedWeight,
    Dummy,
    Smote,
    Strategy,
    TunedThreshold,
    Undersample,
    UndersampledBatches,
    Unweighted,
)

DATASETS = ("german_credit", "phoneme", "oil_spill", "mammography")
FALSE_ALARM, MISS = 1, 5  # published with german_credit: a bad customer taken for good costs five times as much
METRICS = ("expected_cost", "savings", "g_mean", "average_precision", "brier", "calibration_error")


class With(Strategy):
    """The network with some of its parameters set."""

    def __init__(self, **settings: Any) -> None:
        self.settings = settings

    def adapt_classifier(self, classifier: Any) -> Any:
        """Return `classifier` so set."""
        return super().adapt_classifier(classifier).set_params(**self.settings)

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """Return the settings."""
        return self.settings


class LeastCostDecision(With):
    """The network with some of its parameters set, and decisions at the least expected cost."""

    def adapt_classifier(self, classifier: Any) -> Any:
        """Return `classifier` so set, with its decisions moved."""
        network = super().adapt_classifier(classifier)
        return MinimumExpectedCostClassifier(network, network.cost_matrix)


METHODS = {
    "one answer for every row": Dummy(),
    "unweighted": Unweighted(),
    'class_weight="balanced"': ClassWeight(),
    'class_weight="sqrt_balanced"': With(class_weight="sqrt_balanced"),
    'class_weight="effective_number"': With(class_weight="effective_number"),
    'class_weight="cost"': With(class_weight="cost"),
    '"balanced", deferred': With(class_weight="balanced", weight_schedule="deferred"),
    'loss="squared_error"': With(loss="squared_error"),
    'loss="focal"': With(loss="focal"),
    'loss="logit_adjusted"': With(loss="logit_adjusted"),
    'loss="ldam"': With(loss="ldam"),
    'loss="ldam", deferred effective number': With(
        loss="ldam", class_weight=EffectiveNumber(beta=0.9999), weight_schedule="deferred"
    ),
    'loss="mean_false_error"': With(loss="mean_false_error"),
    'loss="mean_squared_false_error"': With(loss="mean_squared_false_error"),
    'loss="hard_example"': With(loss="hard_example"),
    "HardExample(keep_minority=True)": With(loss=HardExample(keep_minority=True)),
    'loss="expected_cost"': With(loss="expected_cost"),
    'batches="stratified"': With(batches="stratified"),
    'batches="balanced"': BalancedBatches(),
    'batches="undersampled"': UndersampledBatches(),
    "SMOTE": Smote(),
    "RandomUnderSampler": Undersample(),
    '"balanced", "corrected"': CorrectedWeight(),
    "PriorCorrected(SMOTE)": CorrectedSmote(),
    "MinimumExpectedCost(unweighted)": LeastCostDecision(),
    'MinimumExpectedCost("balanced", "corrected")': LeastCostDecision(
        class_weight="balanced", probabilities="corrected"
    ),
    'MinimumExpectedCost("balanced"), wrongly': LeastCostDecision(class_weight="balanced"),
    "TunedThreshold(unweighted), by cost": TunedThreshold(LeastCost(FALSE_ALARM, MISS), cv=3, min_positives=20),
}


def compare(name: str, cv: int, n_repeats: int, cache: Path | None) -> Comparison:
    """Compare all methods on a data set, the rarer class of which is positive."""
    X, target = load_dataset(name)
    y = (target == target.value_counts().index[-1]).astype(int)
    costs = [[0, FALSE_ALARM], [MISS, 0]]
    network = CostSensitiveMLPClassifier(
        (32,), alpha=3e-3, learning_rate=3e-3, batch_size=128, epochs=30, cost_matrix=costs
    )
    return compare_strategies(
        X,
        y,
        strategies=list(METHODS.items()),
        classifier=network,
        metrics=METRICS,
        cost_matrix=costs,
        cv=cv,
        n_repeats=n_repeats,
        random_state=1,
        cache=cache,
    )


def print_table(title: str, table: pd.DataFrame, corner: str = "method") -> None:
    print(f"\n{title}\n\n| {corner} | " + " | ".join(table.columns) + " |\n|---|" + "---|" * table.shape[1])
    for method, row in table.iterrows():
        print(f"| {method} | " + " | ".join(f"{value:.3f}" for value in row) + " |")


def print_summary(results: dict[str, pd.DataFrame]) -> None:
    print("\n## Savings at costs of 5:1 / G-mean / Brier score\n\n| method | " + " | ".join(results) + " |")
    print("|---|" + "---|" * len(results))
    for method in METHODS:
        rows = [table.loc[method, ["savings", "g_mean", "brier"]] for table in results.values()]
        print(f"| {method} | " + " | ".join(" / ".join(f"{value:.3f}" for value in row) for row in rows) + " |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="two folds instead of five, twice")
    parser.add_argument("--repeats", type=int, default=2, help="how often to cut five folds anew")
    parser.add_argument("--without", nargs="+", default=[], metavar="TEXT", help="leave out methods that contain it")
    parser.add_argument("--datasets", nargs="+", default=list(DATASETS), choices=DATASETS)
    parser.add_argument("--cache", type=Path, help="keep finished fits here, and continue from them")
    arguments = parser.parse_args()
    for name in [name for name in METHODS if any(text in name for text in arguments.without)]:
        del METHODS[name]
    # Expected here: warnings of numerics that a method itself provokes, such as a fold without a prediction of a class.
    warnings.simplefilter("ignore")
    cv, n_repeats = (2, 1) if arguments.quick else (5, arguments.repeats)
    results: dict[str, pd.DataFrame] = {}
    print("# Cost-sensitive methods on real data\n\nPrinted by `benchmarks/cost_sensitive.py`. One hidden layer of 32,")
    print(f"equally many gradient steps for every method, {cv} folds x {n_repeats}; a miss costs 5, a false alarm 1.")
    for name in arguments.datasets:
        comparison = compare(name, cv, n_repeats, arguments.cache)
        print(f"{time.strftime('%H:%M:%S')} {name}", file=sys.stderr, flush=True)
        results[name] = comparison.summary().xs("mean", axis=1, level=1)[list(METRICS)]
        counts = comparison.class_counts
        share = f"{sum(counts.values())} rows, {counts[1] / sum(counts.values()):.1%} of the rarer class"
        print_table(f"## {name} ({share})", results[name])
    print_summary(results)
    brier = pd.DataFrame(
        {name: table["brier"] for name, table in results.items()},
        index=["unweighted", 'class_weight="balanced"', '"balanced", "corrected"', "SMOTE", "PriorCorrected(SMOTE)"],
    )
    print_table("## Brier score of unweighted, weighted and repaired probabilities", brier, corner="probabilities")


if __name__ == "__main__":
    main()
