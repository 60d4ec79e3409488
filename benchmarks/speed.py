"""Time training and prediction against scikit-learn's MLPClassifier and Keras, side by side in one run.

Usage: python benchmarks/speed.py [--quick] [--json FILE] [--only TEXT]

Every ratio is of medians of runs in turn, so that a machine that slows down slows both sides. Fits of Keras that take
minutes are estimated from the slope between two shorter ones, and say so. Prints a Markdown table; `--json` keeps the
figures with versions, cores and the rate of a matrix product on this machine.
"""

import argparse
import json
import os
import platform
import statistics
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path

import numpy as np
from _kept import Kept
from _peers import ADAM, SGD, by_epochs, make_rows, mlp, ours, quiet, scikeras, seconds

RUNS = 5
_WIDE = (256, 256, 256)


@dataclass
class Row:
    """One comparison: seconds of ours and of a peer, or a share of a limit."""

    case: str
    against: str
    ours: float
    peer: float
    target: float

    @property
    def ratio(self) -> float:
        """How many times faster ours is."""
        return self.peer / self.ours


def median_pair(first: Callable[[], float], second: Callable[[], float], runs: int) -> tuple[float, float]:
    """Return the medians of two timings taken in turn."""
    pairs = [(first(), second()) for _ in range(runs)]
    return statistics.median(a for a, _ in pairs), statistics.median(b for _, b in pairs)


def first_fit(quick: bool) -> Iterator[Row]:
    """Time reference example 1, the first fit of the process: compiling counts, importing TensorFlow does not."""
    import tensorflow as tf

    tf.constant(0.0)
    X, y = make_rows(5000, 2)
    first = seconds(lambda: ours((10,), 32, 100, SGD).fit(X, y))
    peer = by_epochs(lambda n: scikeras((10,), 32, n, SGD), X, y, 100, (2, 6) if quick else (4, 24))
    yield Row("2-10-1, SGD, batch 32, 5,000 rows, 100 epochs, first fit", "scikeras (estimated)", first, peer, 15)


def small_networks(quick: bool) -> Iterator[Row]:
    """Time reference example 1 and a two-layer network, warm."""
    cases = [("2-10-1, SGD", (10,), 2, SGD, 60, 500), ("20-64-32-1, Adam", (64, 32), 20, ADAM, 10, 45)]
    for name, hidden, n_features, optimizer, to_mlp, to_keras in cases:
        X, y = make_rows(5000, n_features)
        fit = lambda: seconds(lambda: ours(hidden, 32, 100, optimizer).fit(X, y))  # noqa: B023, E731 - used at once
        fit()
        case = f"{name}, batch 32, 5,000 rows, 100 epochs, warm"
        peer = lambda: seconds(lambda: mlp(hidden, 32, 100, optimizer).fit(X, y))  # noqa: B023, E731 - used at once
        yield Row(case, "MLPClassifier", *median_pair(fit, peer, 1 if quick else 3), to_mlp)
        keras_peer = by_epochs(lambda n: scikeras(hidden, 32, n, optimizer), X, y, 100, (2, 6) if quick else (4, 24))  # noqa: B023 - used at once
        yield Row(case, "scikeras (estimated)", statistics.median(fit() for _ in range(RUNS)), keras_peer, to_keras)


def stacks(quick: bool) -> Iterator[Row]:
    """Time a committee of 50, and 150 networks each with its own rows."""
    X, y = make_rows(5000, 6)
    epochs = 20 if quick else 50
    fit = lambda: seconds(lambda: ours((64, 32), 200, epochs, n_networks=50).fit(X, y)) / 50  # noqa: E731
    fit()
    case = f"6-64-32-1, Adam, batch 200, 5,000 rows, {epochs} epochs: one of a stack of 50"
    peer = lambda: seconds(lambda: mlp((64, 32), 200, epochs).fit(X, y))  # noqa: E731
    yield Row(case, "MLPClassifier", *median_pair(fit, peer, 1 if quick else 3), 8)
    keras_peer = by_epochs(lambda n: scikeras((64, 32), 200, n), X, y, epochs, (2, 10))
    yield Row(case, "scikeras (estimated)", fit(), keras_peer, 30)

    from skweighted._base.tensorflow import count_threads
    from skweighted.engines import compiled
    from skweighted.engines.stacking import train_plans
    from skweighted.fitting import FitRequest, plan_fit

    X, y = make_rows(5000, 2)
    rng = np.random.default_rng(0)

    def plans() -> list:
        chosen = [np.sort(rng.choice(len(y), 4000, replace=False)) for _ in range(150)]
        return [
            plan_fit(ours((10,), 32, 100, SGD, random_state=k), FitRequest(X[rows], y[rows])).networks[0]
            for k, rows in enumerate(chosen)
        ]

    def train_stack(stack: list, n_networks: int, report: Callable[..., None]) -> list:
        return compiled.train(stack, n_networks=n_networks)

    def train() -> None:
        train_plans(made, train_stack, n_threads=count_threads())

    made = plans()
    train()
    case = "150 networks 2-10-1, SGD, batch 32, 4,000 rows of their own, 100 epochs, stacked"
    together = statistics.median(seconds(train) for _ in range(1 if quick else 3))
    few = 1 if quick else 5
    alone = [seconds(lambda k=k: mlp((10,), 32, 100, SGD).fit(X[: 4000 + k], y[: 4000 + k])) for k in range(few)]
    yield Row(case, f"150 MLPClassifier (from {few})", together, 150 * statistics.median(alone), 100)
    keras_peer = by_epochs(lambda n: scikeras((10,), 32, n, SGD), X[:4000], y[:4000], 100, (2, 6) if quick else (4, 24))
    yield Row(case, "150 scikeras (estimated)", together, 150 * keras_peer, 800)


def large_data(quick: bool) -> Iterator[Row]:
    """Time an epoch of a wide network on data of the size of the credit-card set."""
    import keras

    n_samples = 40_000 if quick else 286_048
    X, y = make_rows(n_samples, 30)

    def epoch_of(make: Callable[[int], object]) -> float:
        return (seconds(lambda: make(3).fit(X, y)) - seconds(lambda: make(1).fit(X, y))) / 2

    ours((*_WIDE,), 2048, 1).fit(X, y)
    own = lambda: epoch_of(lambda n: ours(_WIDE, 2048, n))  # noqa: E731
    case = f"30-256-256-256-1, Adam, batch 2048, {n_samples:,} rows, an epoch"
    layers = [keras.Input((30,)), *(keras.layers.Dense(h, activation="relu") for h in _WIDE)]
    model = keras.Sequential([*layers, keras.layers.Dense(1, activation="sigmoid")])
    model.compile("adam", "binary_crossentropy")
    target = y.astype(np.float32)[:, None]
    model.fit(X, target, batch_size=2048, epochs=1, verbose=0)
    by_keras = lambda: seconds(lambda: model.fit(X, target, batch_size=2048, epochs=2, verbose=0)) / 2  # noqa: E731
    runs = 1 if quick else 3
    yield Row(case, "Keras fit", *median_pair(own, by_keras, runs), 1.8)
    by_mlp = lambda: seconds(lambda: mlp(_WIDE, 2048, 1).fit(X, y))  # noqa: E731
    yield Row(case, "MLPClassifier, float32", *median_pair(own, by_mlp, 1), 2)
    weights = [30 * 256, 256 * 256, 256 * 256, 256]
    # Forward, gradient of the weights, and gradient of the inputs of all layers but the first.
    operations = 2 * n_samples * (3 * sum(weights) - weights[0])
    pairs = [(own(), operations / sgemm_rate()) for _ in range(runs)]
    share = statistics.median(limit / taken for taken, limit in pairs)
    limit = statistics.median(limit for _, limit in pairs)
    yield Row(case, "its matrix products at the sgemm rate (share)", limit / share, limit, 0.55)


def sgemm_rate() -> float:
    """Return the single-precision operations a second of a 2048 x 2048 matrix product in TensorFlow."""
    import tensorflow as tf

    a = tf.random.Generator.from_seed(0).normal((2048, 2048))
    tf.matmul(a, a)
    return 2 * 2048**3 / statistics.median(seconds(lambda: tf.matmul(a, a).numpy()) for _ in range(5))


def small_data(quick: bool) -> Iterator[Row]:
    """Time a fit so short that what it costs to start shows."""
    X, y = make_rows(306, 3)
    fit = lambda: seconds(lambda: ours((100,), 200, 100).fit(X, y))  # noqa: E731
    fit()
    peer = lambda: seconds(lambda: mlp((100,), 200, 100).fit(X, y))  # noqa: E731
    yield Row("3-100-1, Adam, batch 200, 306 rows, 100 epochs, warm", "MLPClassifier", *median_pair(fit, peer, 5), 1)


def prediction(quick: bool) -> Iterator[Row]:
    """Time predictions of one row, and of a million."""
    from skweighted.fitting import networks_of
    from skweighted.network import forward, to_probabilities

    X, y = make_rows(200_000 if quick else 1_000_000, 30)
    model = ours((64, 32), 200, 1).fit(X[:5000], y[:5000])
    keras_model = model.to_keras()
    row = X[:1]
    keras_model.predict(row, verbose=0)
    one = lambda: seconds(lambda: [model.predict_proba(row) for _ in range(100)]) / 100  # noqa: E731
    peer = lambda: seconds(lambda: [keras_model.predict(row, verbose=0) for _ in range(10)]) / 10  # noqa: E731
    yield Row("predict_proba of one row, 30-64-32-1", "Keras predict", *median_pair(one, peer, RUNS), 200)
    logits = lambda: to_probabilities(forward(model._architecture, networks_of(model)[0], row))  # noqa: E731
    checked = statistics.median(seconds(lambda: [logits() for _ in range(100)]) / 100 for _ in range(RUNS))
    yield Row("the same after validation of the row", "100 µs", checked, 1e-4, 1)
    many = lambda: seconds(lambda: model.predict_proba(X))  # noqa: E731
    peer = lambda: seconds(lambda: keras_model.predict(X, batch_size=8192, verbose=0))  # noqa: E731
    case = f"predict_proba of {len(X):,} rows, 30-64-32-1"
    yield Row(case, "Keras predict, batches of 8,192", *median_pair(many, peer, 3), 1.5)


def growth(quick: bool) -> list[tuple[str, list[tuple[int, float]]]]:
    """Return the cost of a row and step as rows grow, and of a network as stacks grow, in microseconds."""
    rows, networks = [], []
    for factor in (1, 2, 4, 8, 16):
        X, y = make_rows(2500 * factor, 20)
        model = ours((64, 32), 32, 8)
        model.fit(X, y)
        taken = statistics.median(seconds(lambda: model.fit(X, y)) for _ in range(3))  # noqa: B023 - used at once
        rows.append((len(y), taken / (8 * len(y)) * 1e6))
    X, y = make_rows(2000, 20)
    for count in (1, 8, 64) if quick else (1, 8, 64, 256):
        model = ours((64, 32), 32, 8, n_networks=count)
        model.fit(X, y)
        taken = statistics.median(seconds(lambda: model.fit(X, y)) for _ in range(3))  # noqa: B023 - used at once
        networks.append((count, taken / (8 * count * -(-len(y) // 32)) * 1e6))
    return [("rows; µs a row and epoch", rows), ("networks in a stack; µs a network and step", networks)]


CASES = [first_fit, small_networks, stacks, large_data, small_data, prediction]


def shorten(value: float) -> str:
    """Return three digits, or all of a whole number that has more."""
    return f"{value:,.0f}" if value >= 1000 else f"{value:.3g}"


def describe(value: float) -> str:
    """Return seconds in the unit that reads best."""
    for unit, scale in (("s", 1), ("ms", 1e-3), ("µs", 1e-6)):
        if value >= scale:
            return f"{shorten(value / scale)} {unit}"
    return f"{value:.2e} s"


def main() -> None:
    """Run the cases and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--quick", action="store_true", help="smaller data, fewer runs: about two minutes")
    parser.add_argument("--json", metavar="FILE", help="also write the figures here")
    parser.add_argument("--only", metavar="TEXT", default="", help="cases whose function's name holds TEXT")
    parser.add_argument("--folder", type=Path, help="keep finished cases here, and continue from them")
    arguments = parser.parse_args()
    kept, rows = Kept(arguments.folder), []
    with quiet():
        print("| case | against | ours | peer | ratio | to reach |\n|---|---|---|---|---|---|")
        for case in CASES:
            if arguments.only not in case.__name__:
                continue
            what = f"{case.__name__}{' --quick' * arguments.quick}"
            for found in kept.get(what, lambda: [asdict(row) for row in case(arguments.quick)]):  # noqa: B023
                row = Row(**found)
                rows.append(row)
                ratio = shorten(row.ratio) + (" x" if row.target >= 1 else "")
                cells = (row.case, row.against, describe(row.ours), describe(row.peer), ratio, f"{row.target:g}")
                print(f"| {' | '.join(cells)} |", flush=True)
        curves = growth(arguments.quick) if arguments.only in "growth" else []
        for name, curve in curves:
            print(f"\n{name}: " + ", ".join(f"{count}: {cost:.3g}" for count, cost in curve))
        rate = sgemm_rate()
    machine = {
        "cores": os.cpu_count(),
        "machine": platform.machine(),
        "python": platform.python_version(),
        "sgemm_gflops": round(rate / 1e9, 1),
        **{name: version(name) for name in ("tensorflow", "keras", "scikeras", "scikit-learn", "numpy")},
    }
    print("\n" + ", ".join(f"{name} {value}" for name, value in machine.items()))
    if arguments.json:
        figures = [asdict(row) | {"ratio": row.ratio} for row in rows]
        with open(arguments.json, "w") as file:
            json.dump({"machine": machine, "rows": figures, "growth": dict(curves)}, file, indent=1)


if __name__ == "__main__":
    sys.exit(main())
