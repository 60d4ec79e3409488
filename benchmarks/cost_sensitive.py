"""What each way of being cost-sensitive does on real data: costs, decisions and probabilities.

Run ``SKWEIGHTED_DATA=path/to/data python benchmarks/cost_sensitive.py`` (about five minutes on two cores), or with
``--quick`` for one repeat of two folds. Prints the Markdown tables of docs/which-one.md.
"""

import argparse
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from imblearn.metrics import geometric_mean_score
from imblearn.over_sampling import SMOTE
from imblearn.pipeline import make_pipeline
from imblearn.under_sampling import RandomUnderSampler
from sklearn.base import clone
from sklearn.compose import make_column_selector, make_column_transformer
from sklearn.dummy import DummyClassifier
from sklearn.metrics import average_precision_score, brier_score_loss
from sklearn.model_selection import RepeatedStratifiedKFold, TunedThresholdClassifierCV
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from skweighted import CostSensitiveMLPClassifier, MinimumExpectedCostClassifier, PriorCorrectedClassifier
from skweighted.class_weights import EffectiveNumber
from skweighted.datasets import load_dataset
from skweighted.losses import HardExample
from skweighted.metrics import expected_calibration_error, expected_cost, neg_expected_cost_scorer, savings

DATASETS = ("german_credit", "phoneme", "oil_spill", "mammography")
COSTS = [[0, 1], [5, 0]]  # published with german_credit: a bad customer taken for good costs five times as much
NETWORK = {
    "hidden_layer_sizes": (32,),
    "alpha": 3e-3,
    "learning_rate": 3e-3,
    "batch_size": 128,
    "epochs": 30,
    "cost_matrix": COSTS,
    "random_state": 0,
}


def network(**settings: Any) -> CostSensitiveMLPClassifier:
    return CostSensitiveMLPClassifier(**NETWORK | settings)


def prepare() -> Any:
    """Return the transformer every model starts with: scaled numbers, one column for each category."""
    numbers, texts = make_column_selector(dtype_include="number"), make_column_selector(dtype_exclude="number")
    return make_column_transformer(
        (StandardScaler(), numbers), (OneHotEncoder(handle_unknown="ignore", sparse_output=False), texts)
    )


def plain(**settings: Any) -> Callable[[], Any]:
    return lambda: make_pipeline(prepare(), network(**settings))


def resampled(sampler: Any) -> Callable[[], Any]:
    return lambda: make_pipeline(prepare(), sampler, network())


METHODS: dict[str, Callable[[], Any]] = {
    "one answer for every row": lambda: DummyClassifier(strategy="prior"),
    "unweighted": plain(),
    'class_weight="balanced"': plain(class_weight="balanced"),
    'class_weight="sqrt_balanced"': plain(class_weight="sqrt_balanced"),
    'class_weight="effective_number"': plain(class_weight="effective_number"),
    'class_weight="cost"': plain(class_weight="cost"),
    '"balanced", deferred': plain(class_weight="balanced", weight_schedule="deferred"),
    'loss="squared_error"': plain(loss="squared_error"),
    'loss="focal"': plain(loss="focal"),
    'loss="logit_adjusted"': plain(loss="logit_adjusted"),
    'loss="ldam"': plain(loss="ldam"),
    'loss="ldam", deferred effective number': plain(
        loss="ldam", class_weight=EffectiveNumber(beta=0.9999), weight_schedule="deferred"
    ),
    'loss="mean_false_error"': plain(loss="mean_false_error"),
    'loss="mean_squared_false_error"': plain(loss="mean_squared_false_error"),
    'loss="hard_example"': plain(loss="hard_example"),
    "HardExample(keep_minority=True)": plain(loss=HardExample(keep_minority=True)),
    'loss="expected_cost"': plain(loss="expected_cost"),
    'batches="stratified"': plain(batches="stratified"),
    'batches="balanced"': plain(batches="balanced"),
    'batches="undersampled"': plain(batches="undersampled"),
    "SMOTE": resampled(SMOTE(random_state=0)),
    "RandomUnderSampler": resampled(RandomUnderSampler(random_state=0)),
    '"balanced", "corrected"': plain(class_weight="balanced", probabilities="corrected"),
    "PriorCorrected(SMOTE)": lambda: PriorCorrectedClassifier(resampled(SMOTE(random_state=0))()),
    "MinimumExpectedCost(unweighted)": lambda: MinimumExpectedCostClassifier(plain()(), COSTS),
    'MinimumExpectedCost("balanced", "corrected")': lambda: MinimumExpectedCostClassifier(
        plain(class_weight="balanced", probabilities="corrected")(), COSTS
    ),
    'MinimumExpectedCost("balanced"), wrongly': lambda: MinimumExpectedCostClassifier(
        plain(class_weight="balanced")(), COSTS
    ),
    "TunedThreshold(unweighted), by cost": lambda: TunedThresholdClassifierCV(
        plain()(), scoring=neg_expected_cost_scorer(COSTS), cv=3, random_state=0
    ),
}


def load(name: str) -> tuple[pd.DataFrame, np.ndarray]:
    """Return features and 1 for the rarer class."""
    X, target = load_dataset(name)
    return X, (target == target.value_counts().index[-1]).to_numpy().astype(int)


def with_steps(model: Any, n_rows: int) -> Any:
    """Return `model` with as many gradient steps an epoch as one pass over `n_rows`, whatever reaches its network."""
    names = [name for name in model.get_params() if name.endswith("steps_per_epoch")]
    return model.set_params(**dict.fromkeys(names, -(-n_rows // NETWORK["batch_size"])))


def evaluate(model: Any, X: pd.DataFrame, y: np.ndarray, folds: list[Any]) -> dict[str, float]:
    """Return the mean scores over the folds."""
    scores = []
    for train, test in folds:
        fitted = with_steps(clone(model), len(train)).fit(X.iloc[train], y[train])
        p, predicted, truth = fitted.predict_proba(X.iloc[test])[:, 1], fitted.predict(X.iloc[test]), y[test]
        if isinstance(model, DummyClassifier):
            # The better of the two answers.
            predicted = np.full(len(truth), int(y[train].mean() * COSTS[1][0] > (1 - y[train].mean()) * COSTS[0][1]))
        scores.append(
            {
                "cost": expected_cost(truth, predicted, cost_matrix=COSTS),
                "savings": savings(truth, predicted, cost_matrix=COSTS),
                "G-mean": geometric_mean_score(truth, predicted),
                "AP": average_precision_score(truth, p),
                "Brier": brier_score_loss(truth, p),
                "calibration": expected_calibration_error(truth, p),
                "p": p.mean(),
            }
        )
    return pd.DataFrame(scores).mean().to_dict()


def print_table(title: str, table: pd.DataFrame) -> None:
    print(f"\n{title}\n\n| method | " + " | ".join(table.columns) + " |\n|---|" + "---|" * table.shape[1])
    for method, row in table.iterrows():
        print(f"| {method} | " + " | ".join(f"{value:.3f}" for value in row) + " |")


def print_summary(results: dict[str, pd.DataFrame]) -> None:
    print("\n### Savings at costs of 5:1 / G-mean / Brier score\n\n| method | " + " | ".join(results) + " |")
    print("|---|" + "---|" * len(results))
    for method in METHODS:
        rows = [table.loc[method, ["savings", "G-mean", "Brier"]] for table in results.values()]
        print(f"| {method} | " + " | ".join(" / ".join(f"{value:.3f}" for value in row) for row in rows) + " |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="two folds instead of five, twice")
    parser.add_argument("--datasets", nargs="+", default=list(DATASETS), choices=DATASETS)
    arguments = parser.parse_args()
    # Expected here: warnings of numerics that a method itself provokes, such as a fold without a prediction of a class.
    warnings.simplefilter("ignore")
    n_splits, n_repeats = (2, 1) if arguments.quick else (5, 2)
    results: dict[str, pd.DataFrame] = {}
    for name in arguments.datasets:
        X, y = load(name)
        folds = list(RepeatedStratifiedKFold(n_splits=n_splits, n_repeats=n_repeats, random_state=1).split(X, y))
        rows = {method: evaluate(make(), X, y, folds) for method, make in METHODS.items()}
        results[name] = pd.DataFrame(rows).T
        share = f"{len(y)} rows, {y.mean():.1%} of the rarer class, {n_splits} folds x {n_repeats}"
        print_table(f"### {name} ({share}; costs 5:1)", results[name])
    print_summary(results)
    brier = pd.DataFrame(
        {name: table["Brier"] for name, table in results.items()},
        index=["unweighted", 'class_weight="balanced"', '"balanced", "corrected"', "SMOTE", "PriorCorrected(SMOTE)"],
    )
    print_table("### Brier score of unweighted, weighted and repaired probabilities", brier)


if __name__ == "__main__":
    main()
