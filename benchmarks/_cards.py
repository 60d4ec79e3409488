"""Parts 2 and 3 of the reference examples: the wide network for rare events in a large table."""

import argparse
import os
import pickle
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from _kept import Kept
from imblearn.over_sampling import RandomOverSampler
from imblearn.under_sampling import RandomUnderSampler
from sklearn.metrics import average_precision_score, confusion_matrix, fbeta_score, roc_auc_score

from skweighted import CostSensitiveMLPClassifier
from skweighted.losses import FocalLoss, HardExample

__all__ = ["part_2", "part_3", "print_metrics", "six_metrics"]


def load_cards(arguments: argparse.Namespace) -> tuple[np.ndarray, ...]:
    """Return scaled training rows and the last 20 % of all rows, as the published example cuts and scales them."""
    if arguments.creditcard:
        table = pd.read_csv(arguments.creditcard)
        X, y = table.drop(columns="Class").to_numpy("float32"), table["Class"].to_numpy()
    else:
        with np.load(Path(os.environ["SKWEIGHTED_DATA"], "cover.npz")) as kept:
            X, y = kept["X"], kept["y"]
        order = np.random.default_rng(0).permutation(len(y))  # the file is sorted: its tail has no positive row
        X, y = X[order], y[order].astype(int)
    if arguments.quick:
        X, y = X[::10], y[::10]
    cut = len(y) - int(0.2 * len(y))
    mean, deviation = X[:cut].mean(axis=0), X[:cut].std(axis=0)
    X = ((X - mean) / deviation).astype("float32")
    return X[:cut], X[cut:], y[:cut], y[cut:]


def large_network(y: np.ndarray, **parameters: Any) -> CostSensitiveMLPClassifier:
    """Return the network of parts 2 and 3; its dropout comes after each of the three hidden layers."""
    counts = np.bincount(y)
    settings = {"optimizer": "adam", "learning_rate": 1e-2, "batch_size": 2048, "dropout": 0.3, "alpha": 0.0}
    settings |= {"class_weight": {0: 1 / counts[0], 1: 1 / counts[1]}, "random_state": 0}
    return CostSensitiveMLPClassifier((256, 256, 256), **settings | parameters)


def train_with_checkpoints(rows: tuple[np.ndarray, ...], epochs: int) -> tuple[np.ndarray, int]:
    """Return probabilities and checkpoints of the compiled engine: a pass, six metrics and a pickle an epoch."""
    X, X_test, y, y_test = rows
    model = large_network(y)
    with tempfile.TemporaryDirectory() as folder:
        for epoch in range(epochs):
            model.partial_fit(X, y, classes=[0, 1])
            six_metrics(y_test, model.predict_proba(X_test)[:, 1])
            Path(folder, f"{epoch}.pickle").write_bytes(pickle.dumps(model))
        n_kept = len(list(Path(folder).iterdir()))
    return model.predict_proba(X_test)[:, 1], n_kept


def train_under_keras(rows: tuple[np.ndarray, ...], epochs: int) -> tuple[np.ndarray, int]:
    """Return probabilities and checkpoints of the Keras engine: Keras' own metrics and checkpoints."""
    import keras

    X, X_test, y, y_test = rows
    names = ("FalseNegatives", "FalsePositives", "TrueNegatives", "TruePositives", "Precision", "Recall")
    with tempfile.TemporaryDirectory() as folder:
        checkpoints = keras.callbacks.ModelCheckpoint(f"{folder}/{{epoch}}.keras")
        model = large_network(
            y,
            engine="keras",
            epochs=epochs,
            metrics=[getattr(keras.metrics, name)() for name in names],
            callbacks=[checkpoints],
        )
        model.fit(X, y, X_val=X_test, y_val=y_test)
        n_kept = len(list(Path(folder).iterdir()))
    return model.predict_proba(X_test)[:, 1], n_kept


def cpu_of_an_epoch(rows: tuple[np.ndarray, ...], parameters: dict[str, Any]) -> float:
    """Return the CPU seconds that two more epochs of a fit take, halved: what starts and compiles is left out."""
    X, _, y, _ = rows
    seconds = []
    for epochs in (1, 3):
        start = time.process_time()
        large_network(y, epochs=epochs, **parameters).fit(X, y)
        seconds.append(time.process_time() - start)
    return (seconds[1] - seconds[0]) / 2


def six_metrics(y: np.ndarray, probability: np.ndarray, threshold: float = 0.5) -> dict[str, float]:
    """Return Keras' six metrics of the example, and what judges the ranking."""
    tn, fp, fn, tp = (int(n) for n in confusion_matrix(y, probability > threshold).ravel())
    precision, recall = tp / max(tp + fp, 1), tp / max(tp + fn, 1)
    return {
        "fn": fn,
        "fp": fp,
        "tn": tn,
        "tp": tp,
        "precision": precision,
        "recall": recall,
        "F1": float(fbeta_score(y, probability > threshold, beta=1, zero_division=0)),
        "ROC AUC": float(roc_auc_score(y, probability)),
        "avg precision": float(average_precision_score(y, probability)),
    }


def print_metrics(first: str, rows: dict[str, dict[str, float]]) -> None:
    """Print a Markdown table; what is None has not been run."""
    for name in [name for name, row in rows.items() if row is None]:
        print(f"Not run: {name}.\n")
    rows = {name: row for name, row in rows.items() if row is not None}
    if not rows:
        return
    keys = list(next(iter(rows.values())))
    print(f"| {first} | {' | '.join(keys)} |\n|---|{'---|' * len(keys)}")
    for name, row in rows.items():
        cells = [
            "" if row[key] is None else f"{row[key]:,}" if isinstance(row[key], int) else f"{row[key]:.3f}"
            for key in keys
        ]
        print(f"| {name} | {' | '.join(cells)} |", flush=True)


def part_2(kept: Kept, arguments: argparse.Namespace) -> None:
    """Print both engines side by side."""
    epochs = 2 if arguments.quick else arguments.epochs
    rows = load_cards(arguments)

    def measure(train: Any) -> dict[str, float]:
        probability, n_checkpoints = train(rows, epochs)
        return six_metrics(rows[3], probability) | {"checkpoints": n_checkpoints}

    describe_cards(rows, "2. The network for credit cards", f"Adam at 1e-2, {epochs} epochs,\nweights 1 / n_c.")
    source = arguments.creditcard or "cover"
    print("The published example takes 30 epochs, and has dropout after the second and the third hidden layer; here")
    print("both engines have it after each. CPU seconds are those of a busy machine.\n")
    ways = {
        "compiled": (train_with_checkpoints, {}),
        "Keras": (train_under_keras, {"engine": "keras"}),
    }
    found = {}
    for name, (train, parameters) in ways.items():
        what = f"{name} {source} {len(rows[0])}"
        found[name] = kept.get(f"2 {what} {epochs}", partial(measure, train))
        cpu = kept.get(f"2 cpu {what}", partial(cpu_of_an_epoch, rows, parameters))
        if found[name] is not None:
            found[name]["CPU s of an epoch"] = cpu
    print_metrics("engine", found)


def describe_cards(rows: tuple[np.ndarray, ...], title: str, how: str) -> None:
    """Print the heading of a part about these rows."""
    X, X_test, y, y_test = rows
    print(f"\n## {title}\n\n{len(X):,} rows to train ({y.sum():,} positive) and {len(X_test):,} to watch")
    print(f"({y_test.sum():,} positive), {X.shape[1]} columns. 256-256-256, dropout 0.3, batches of 2,048. {how}")


def part_3(kept: Kept, arguments: argparse.Namespace) -> None:
    """Print the ways of the articles about focal loss and sampling."""
    epochs = 2 if arguments.quick else 10
    rows = load_cards(arguments)
    X, X_test, y, y_test = rows
    n_steps = -(-len(y) // 2048)  # of an epoch, the same for all

    def measure(sampler: Any, parameters: dict[str, Any]) -> dict[str, float]:
        network = large_network(y, epochs=epochs, steps_per_epoch=n_steps, **{"learning_rate": 1e-3} | parameters)
        X_used, y_used = sampler.fit_resample(X, y) if sampler else (X, y)
        probability = network.fit(X_used, y_used).predict_proba(X_test)[:, 1]
        moved = six_metrics(y_test, probability, float(np.quantile(probability, 1 - y.mean())))
        return six_metrics(y_test, probability) | {"F1, as many calls as positives": moved["F1"]}

    plain = {"class_weight": None}
    ways = {
        "nothing": (None, plain),
        "weights 1 / n_c": (None, {}),
        "focal loss, gamma 2, alpha 0.25, Adam at 1e-4": (
            None,
            plain | {"loss": FocalLoss(gamma=2.0, alpha=0.25), "learning_rate": 1e-4},
        ),
        "focal loss, gamma 2": (None, plain | {"loss": FocalLoss(gamma=2.0)}),
        "hard negatives, 3 to 1": (None, plain | {"loss": HardExample(keep_minority=True)}),
        "oversampling": (RandomOverSampler(random_state=0), plain),
        "undersampling": (RandomUnderSampler(random_state=0), plain),
    }
    describe_cards(
        rows, "3. Weights, focal loss, hard negatives, samplings", f"Adam at 1e-3, {epochs} x {n_steps} steps.\n"
    )
    source = arguments.creditcard or "cover"
    print_metrics(
        "way", {n: kept.get(f"3 {n} {source} {len(X)} {epochs}", lambda w=way: measure(*w)) for n, way in ways.items()}
    )
