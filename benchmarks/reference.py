"""Reproduce the reference examples that people know: what weights do in published set-ups.

Run ``SKWEIGHTED_DATA=path/to/data python benchmarks/reference.py > reference.md``. ``--quick`` takes two seeds and a
tenth of the rows; ``--only 1`` takes one part. Progress goes to the error stream. Every result is kept as soon as it is
there, in ``--folder`` (a temporary one by default), so that the same call resumes.

1. The weighted network on two features: 20 seeds, and what becomes of weights below one.
2. The network for credit cards, compiled and under Keras. ``--creditcard creditcard.csv`` takes the real file, which is
   not free to be passed on; without it the table is ``cover.npz`` of SKWEIGHTED_DATA, its rows shuffled.
3. Weights, focal loss, hard negatives and two samplings on the same rows.
4. The seven lessons: counts, metrics, samplers, the cost-sensitive baseline; ``examples/seven_lessons.py`` draws them.
5. Published figures on seven tables of SKWEIGHTED_DATA, and ours under the same protocol.
"""

import argparse
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from _cards import part_2, part_3, print_metrics, six_metrics
from _kept import Kept
from _peers import quiet
from _published import part_5
from imblearn.combine import SMOTEENN, SMOTETomek
from imblearn.over_sampling import SMOTE
from imblearn.pipeline import make_pipeline
from imblearn.under_sampling import RandomUnderSampler
from sklearn.datasets import make_classification
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import fbeta_score, roc_auc_score

from skweighted import CostSensitiveMLPClassifier

HEAVY, LIGHT = {0: 1, 1: 100}, {0: 0.01, 1: 0.99}
WEIGHTINGS = {
    "no weights": {},
    "1 : 100": {"class_weight": HEAVY},
    "0.01 : 0.99, with Keras' arithmetic": {"class_weight": LIGHT, "normalize_weights": False},
    "0.01 : 0.99, normalised": {"class_weight": LIGHT},
}
SEEDS = {"compiled": 20, "keras": 2, "plain": 1}  # Keras takes minutes for each
PUBLISHED = {"no weights": 0.949, "1 : 100": 0.973}


def two_features() -> tuple[np.ndarray, ...]:
    """Return the rows of parts 1 and 4: 5,000 to train and 5,000 to test, one in a hundred of them positive."""
    X, y = make_classification(
        10_000, 2, n_redundant=0, n_clusters_per_class=2, weights=[0.99], flip_y=0, random_state=4
    )
    return X[:5000], X[5000:], y[:5000], y[5000:]


def small_network(**parameters: Any) -> CostSensitiveMLPClassifier:
    """Return the network of part 1."""
    settings = {"optimizer": "sgd", "learning_rate": 0.01, "batch_size": 32, "epochs": 100, "alpha": 0.0}
    return CostSensitiveMLPClassifier((10,), **settings | parameters)


def build_small(meta: dict[str, Any] | None = None) -> Any:
    """Return the same network as a Keras model."""
    import keras

    hidden = keras.layers.Dense(10, activation="relu", kernel_initializer="he_uniform")
    model = keras.Sequential([keras.Input((2,)), hidden, keras.layers.Dense(1, activation="sigmoid")])
    model.compile("sgd", "binary_crossentropy")
    return model


def area_plain(seed: int, epochs: int, parameters: dict[str, Any]) -> float:
    """Return the ROC AUC of Keras alone, ``fit(class_weight=...)``."""
    import keras

    X, X_test, y, y_test = two_features()
    keras.utils.set_random_seed(seed)
    model = build_small()
    model.fit(X, y, batch_size=32, epochs=epochs, class_weight=parameters.get("class_weight"), verbose=0)
    return float(roc_auc_score(y_test, model.predict(X_test, verbose=0)[:, 0]))


def area_ours(engine: str, seed: int, epochs: int, parameters: dict[str, Any]) -> float:
    """Return the ROC AUC of the classifier."""
    X, X_test, y, y_test = two_features()
    model = small_network(engine=engine, random_state=seed, epochs=epochs, **parameters).fit(X, y)
    return float(roc_auc_score(y_test, model.predict_proba(X_test)[:, 1]))


def part_1(kept: Kept, quick: bool) -> None:
    """Print the ROC AUC of each weighting and engine."""
    epochs = 20 if quick else 100
    seeds = {"compiled": 2, "keras": 1, "plain": 1} if quick else SEEDS
    print(f"## 1. The weighted network\n\n2-10-1, SGD at 0.01, batches of 32, {epochs} epochs. ROC AUC on the test")
    print(f"rows, mean ± standard deviation. Seeds: {seeds['compiled']} compiled, {seeds['keras']} under the Keras")
    print(f"engine, {seeds['plain']} of plain Keras; Keras takes minutes for each.\n")
    print("| weights | published | compiled | Keras engine | plain Keras |\n|---|---|---|---|---|")
    for name, parameters in WEIGHTINGS.items():
        columns = [str(PUBLISHED.get(name, ""))]
        for engine, n_seeds in seeds.items():
            measure = area_plain if engine == "plain" else partial(area_ours, engine)
            if engine == "plain" and "normalised" in name:  # Keras has no such thing
                columns.append("")
                continue
            found = [
                kept.get(f"1 {name} {engine} {seed} {epochs}", partial(measure, seed, epochs, parameters))
                for seed in range(n_seeds)
            ]
            columns.append(mean_and_deviation([area for area in found if area is not None]))
        print(f"| {name} | {' | '.join(columns)} |", flush=True)


def mean_and_deviation(values: list[float]) -> str:
    """Return both as text, if there are any."""
    if not values:
        return "not run"
    deviation = f" ± {np.std(values):.3f}" if len(values) > 1 else ""
    return f"{np.mean(values):.3f}{deviation}"


def part_4() -> None:
    """Print the seven lessons' tables."""
    X, X_test, y, y_test = two_features()
    print("\n## 4. The seven lessons\n\nLogistic regression on the rows of part 1.\n")
    print(f"Counts of the training rows: {np.bincount(y).tolist()}.")
    print(f"The accuracy of calling every test row negative: {1 - y_test.mean():.3f}.\n")
    samplers = {
        "nothing": None,
        "undersampling to 1:2": RandomUnderSampler(sampling_strategy=0.5, random_state=0),
        "SMOTE to 1:2": SMOTE(sampling_strategy=0.5, random_state=0),
        "SMOTEENN": SMOTEENN(random_state=0),
        "SMOTE-Tomek": SMOTETomek(random_state=0),
        "weights, balanced": None,
    }
    rows = {}
    for name, sampler in samplers.items():
        linear = LogisticRegression(class_weight="balanced" if "weights" in name else None)
        model = (make_pipeline(sampler, linear) if sampler else linear).fit(X, y)
        probability = model.predict_proba(X_test)[:, 1]
        six = six_metrics(y_test, probability)
        rows[name] = {key: six[key] for key in ("precision", "recall", "F1", "ROC AUC", "avg precision")}
        rows[name]["F2"] = float(fbeta_score(y_test, probability > 0.5, beta=2))
        rows[name]["mean probability"] = float(probability.mean())
    print_metrics("way", rows)
    print(f"\nShare of positive test rows: {y_test.mean():.3f}.")
    print("[An example](../examples/seven_lessons.py) draws counts, rows, curves and what each sampler does.")


def main() -> None:
    """Run the parts and print them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--only", type=int, nargs="+", default=[1, 2, 3, 4, 5], choices=range(1, 6))
    parser.add_argument("--creditcard", type=Path, help="the real file, with a column Class")
    parser.add_argument("--epochs", type=int, default=30, help="of part 2; the published example takes 30")
    parser.add_argument("--kept", action="store_true", help="print what earlier runs have kept, and run nothing")
    parser.add_argument("--folder", type=Path, help="where results are kept")
    arguments = parser.parse_args()
    kept = Kept.of("reference", arguments.folder, computes=not arguments.kept)
    print("# The reference examples\n\nPrinted by `benchmarks/reference.py`.\n")
    with quiet():
        if 1 in arguments.only:
            part_1(kept, arguments.quick)
        if 2 in arguments.only:
            part_2(kept, arguments)
        if 3 in arguments.only:
            part_3(kept, arguments)
        if 4 in arguments.only:
            part_4()
        if 5 in arguments.only:
            part_5(kept, arguments)


if __name__ == "__main__":
    main()
