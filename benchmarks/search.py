"""Time a search over 30 class weights, 5 folds and 2 repeats against the same search done fit by fit.

Usage: python benchmarks/search.py [--quick] [--data FOLDER] [--json FILE]

The table is mammography.csv in FOLDER (or in the folder SKWEIGHTED_DATA), scaled inside the folds. Every contender
trains the same network for the same steps, in a process of its own; those that go fit by fit run ``GridSearchCV`` with
two workers on some of the 300 fits, and their time is scaled up by the number of fits. The batched search does all 300,
twice: as the first of its process, compiling included, and then warm, as the others are. Scores are ROC AUC without
weights and with balanced ones, on the very folds that a contender ran. Memory is the peak of the process, plus twice
that of its largest worker.
"""

import argparse
import json
import os
import platform
import resource
import subprocess
import sys
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from _kept import Kept
from _peers import mlp, ours, quiet, scikeras, seconds
from joblib import Parallel, delayed
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GridSearchCV, RepeatedStratifiedKFold
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.class_weight import compute_sample_weight

from skweighted import BatchedGridSearchCV, class_weight_grid

FACTORS = tuple(np.arange(30) / 20)  # of which 0 is no weights and 1 is balanced
COMPARED = (0.0, 1.0)
FOLDS, REPEATS, BATCH = 5, 2, 32
HIDDEN = {"10": (10,), "64-32": (64, 32)}
# How many times faster than each contender the batched search is meant to be.
TARGETS = {"10": {"scikeras": 300, "mlp": 50, "single": 3}, "64-32": {"scikeras": 50, "mlp": 10, "single": 2}}
OF_THE_SUBCLASS = ("hidden_layer_sizes", "max_iter")
NAMES = {
    "batched": "BatchedGridSearchCV",
    "single": "GridSearchCV over CostSensitiveMLPClassifier",
    "mlp": "GridSearchCV over MLPClassifier, sample_weight",
    "scikeras": "GridSearchCV over scikeras",
}


class WeightedMLP(MLPClassifier):
    """scikit-learn's classifier with class weights made into sample weights."""

    def __init__(self, hidden_layer_sizes: tuple = (10,), max_iter: int = 50, class_weight: Any = None) -> None:
        same = {
            name: value for name, value in mlp((10,), BATCH, 50).get_params().items() if name not in OF_THE_SUBCLASS
        }
        super().__init__(**same, hidden_layer_sizes=hidden_layer_sizes, max_iter=max_iter)
        self.class_weight = class_weight

    def fit(self, X: np.ndarray, y: np.ndarray) -> "WeightedMLP":
        """Fit with a weight for each row."""
        return super().fit(X, y, sample_weight=compute_sample_weight(self.class_weight, y))


@dataclass
class Run:
    """What one contender did: its fits, their time, a score for each compared weight and fold, and peak memory.

    `first_seconds` is the time of a first search in the process, measured for the batched one alone.
    """

    n_fits: int
    first_seconds: float
    seconds: float
    scores: list[list[float]]
    peak_mb: float


def load(folder: str) -> tuple[np.ndarray, np.ndarray]:
    """Return mammography's features and its 260 positives in 11,183 rows."""
    table = pd.read_csv(Path(folder, "mammography.csv"))
    return table.drop(columns="target").to_numpy(), (table["target"] == 1).to_numpy().astype(int)


def classifier(contender: str, hidden: tuple, epochs: int) -> Any:
    """Return the network of a contender."""
    if contender == "scikeras":
        return scikeras(hidden, BATCH, epochs)
    if contender == "mlp":
        return WeightedMLP(hidden, max_iter=epochs)
    return ours(hidden, BATCH, epochs)


def roc_auc(model: Any, X: np.ndarray, y: np.ndarray) -> float:
    """Score a model; scikit-learn's own scorer does not take scikeras' for a classifier."""
    return roc_auc_score(y, model.predict_proba(X)[:, 1])


def search(contender: str, hidden: tuple, epochs: int, X: np.ndarray, y: np.ndarray, quick: bool) -> Run:
    """Run a contender's search in this process."""
    folds = list(RepeatedStratifiedKFold(n_splits=FOLDS, n_repeats=REPEATS, random_state=0).split(X, y))
    factors: tuple = FACTORS if contender == "batched" else COMPARED
    if contender == "scikeras" or (quick and contender != "batched"):
        folds = folds[:2]

    def run(factors: tuple, epochs: int) -> Any:
        pipe = Pipeline([("scale", StandardScaler()), ("clf", classifier(contender, hidden, epochs))])
        grid = {"clf__class_weight": class_weight_grid(y, factors=factors)}
        kind, workers = (BatchedGridSearchCV, None) if contender == "batched" else (GridSearchCV, 2)
        return kind(pipe, grid, scoring=roc_auc, cv=folds, refit=False, n_jobs=workers).fit(X, y)

    if contender == "batched":
        import tensorflow as tf

        tf.constant(0.0)
        first = seconds(lambda: run(factors, epochs))
    else:
        first = float("nan")
        # Workers start and ours compile, for which an epoch will do.
        run(COMPARED, 1)
    found: list = []
    taken = seconds(lambda: found.append(run(factors, epochs)))
    results = found[0].cv_results_
    rows = [factors.index(factor) for factor in COMPARED]
    scores = [[float(results[f"split{fold}_test_score"][row]) for fold in range(len(folds))] for row in rows]
    workers = [] if contender == "batched" else Parallel(n_jobs=2)(delayed(peak_mb)() for _ in range(4))
    return Run(len(factors) * len(folds), first, taken, scores, peak_mb() + 2 * max(workers, default=0))


def peak_mb() -> float:
    """Return the most memory this process ever held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def apart(contender: str, size: str, arguments: argparse.Namespace) -> Run:
    """Run a contender in a process of its own."""
    command = [sys.executable, __file__, "--data", arguments.data, "--contender", contender, "--size", size]
    done = subprocess.run(command + ["--quick"] * arguments.quick, stdout=subprocess.PIPE, text=True, check=True)
    return Run(**json.loads(done.stdout.splitlines()[-1]))


def table_of(size: str, arguments: argparse.Namespace) -> list[dict[str, Any]]:
    """Print the rows of one network, and return them."""
    n_fits, rows = len(FACTORS) * FOLDS * REPEATS, []
    kept, runs = Kept(arguments.folder), {}
    for contender, name in NAMES.items():
        what = f"{contender} {size}{' --quick' * arguments.quick}"
        run = runs[contender] = Run(**kept.get(what, lambda: vars(apart(contender, size, arguments))))  # noqa: B023
        batched = runs["batched"]
        total = run.seconds * n_fits / run.n_fits
        theirs = [float(np.mean(scores)) for scores in run.scores]
        same = [float(np.mean(scores[: len(run.scores[0])])) for scores in batched.scores]
        target = TARGETS[size].get(contender)
        rows.append(
            {"network": size, "search": name, "fits_timed": run.n_fits, "seconds": total, "target": target}
            | {"ratio": total / batched.seconds, "ratio_to_first": total / batched.first_seconds}
            | {"auc": theirs, "auc_of_ours": same, "peak_mb": run.peak_mb}
        )
        auc = [f"{a:.4f} / {b:.4f}" for a, b in zip(theirs, same, strict=True)]
        cells = [size, name, run.n_fits, f"{total:,.1f}"]
        cells += [f"{total / taken:,.1f} x" for taken in (batched.seconds, batched.first_seconds)]
        cells += [target or "", *auc, f"{run.peak_mb:,.0f}"]
        print(f"| {' | '.join(map(str, cells))} |", flush=True)
    return rows


def main() -> None:
    """Run all contenders and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--quick", action="store_true", help="5 epochs and fewer fits by the others: about two minutes")
    parser.add_argument("--data", metavar="FOLDER", default=os.environ.get("SKWEIGHTED_DATA"))
    parser.add_argument("--json", metavar="FILE", help="also write the figures here")
    parser.add_argument("--folder", type=Path, help="keep what a contender did here, and continue from it")
    parser.add_argument("--contender", choices=NAMES, help=argparse.SUPPRESS)
    parser.add_argument("--size", choices=HIDDEN, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if not arguments.data:
        parser.error("name the folder of mammography.csv with --data or SKWEIGHTED_DATA")
    epochs = 5 if arguments.quick else 50
    if arguments.contender:
        with quiet():
            X, y = load(arguments.data)
            run = search(arguments.contender, HIDDEN[arguments.size], epochs, X, y, arguments.quick)
        print(json.dumps(vars(run)))
        return
    print(f"{len(FACTORS) * FOLDS * REPEATS} fits of {epochs} epochs, batches of {BATCH} rows\n")
    print("| hidden | search | fits timed | seconds for all | ratio | ratio to a first search | to reach |", end="")
    print(" AUC unweighted, theirs / ours | AUC balanced, theirs / ours | peak MB |\n" + "|---" * 10 + "|")
    rows = [row for size in HIDDEN for row in table_of(size, arguments)]
    names = ("tensorflow", "keras", "scikeras", "scikit-learn", "numpy")
    machine = {"cores": os.cpu_count(), "machine": platform.machine(), "python": platform.python_version()}
    machine |= {name: version(name) for name in names}
    print("\n" + ", ".join(f"{name} {value}" for name, value in machine.items()))
    if arguments.json:
        Path(arguments.json).write_text(json.dumps({"machine": machine, "epochs": epochs, "rows": rows}, indent=1))


if __name__ == "__main__":
    main()
