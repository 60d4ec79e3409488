"""Show where the time of training goes: in a short fit, and in a step of one network alone or stacked.

Usage: python benchmarks/anatomy.py [--quick]

The first table takes the warm fit of 2-10-1 (SGD, batch 32, 5,000 rows, 100 epochs) apart. The second has the cost of a
step of one network as stacks grow, in one thread and with a stack in each of two, beside what its matrix products would
take at this machine's rate for large ones; the difference is what small products, Adam and single kernels cost. The
third has deep committees, split over both cores as a fit does: the share of their time that products would take at
NumPy's rate for large ones, what dropout adds, and how many times as fast they are as their members one by one, by
Keras or by `MLPClassifier` (no dropout).
"""

import argparse
import collections
import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import pairwise

import numpy as np
from _peers import ADAM, SGD, make_rows, mlp, ours, quiet, seconds
from speed import sgemm_rate

from skweighted._base.types import KerasModel
from skweighted.engines import compiled
from skweighted.engines.compiled._calls import CallLayout
from skweighted.engines.compiled._function import TrainingFunction
from skweighted.engines.compiled._layout import StackLayout
from skweighted.fitting import FitRequest, plan_fit, train

RUNS = 5
MEMBERS = 16


def short_fit() -> None:
    """Print the parts of a warm fit of the small network, in milliseconds."""
    X, y = make_rows(5000, 2)
    model = ours((10,), 32, 100, SGD)
    slices: list[tuple[int, float]] = []
    call = TrainingFunction.__call__

    def timed(self, *arguments):
        start = time.perf_counter()
        state, losses = call(self, *arguments)
        for loss in losses:
            loss.numpy()  # waits for the end of the slice
        slices.append((int(arguments[-1].n_steps), time.perf_counter() - start))
        return state, losses

    model.fit(X, y)
    whole = statistics.median(seconds(lambda: model.fit(X, y)) for _ in range(RUNS))
    planning = statistics.median(
        seconds(lambda: plan_fit(ours((10,), 32, 100, SGD), FitRequest(X, y))) for _ in range(RUNS)
    )
    TrainingFunction.__call__ = timed
    model.fit(X, y)
    TrainingFunction.__call__ = call
    size, longest = max(slices)
    loop = longest / size * sum(n_steps for n_steps, _ in slices)
    print("| part of a warm fit of 2-10-1 | ms |\n|---|---|")
    print(f"| the whole fit | {whole * 1e3:.1f} |")
    print(f"| checks and plans | {planning * 1e3:.1f} |")
    print(f"| {len(slices)} calls into TensorFlow | {sum(taken for _, taken in slices) * 1e3:.1f} |")
    print(f"| of these the loop, at the {longest / size * 1e6:.2f} µs a step of the longest | {loop * 1e3:.1f} |")


def steps_of_stacks(hidden: tuple, optimizer: tuple, counts: tuple[int, ...], epochs: int) -> None:
    """Print the cost of a step of one network as stacks grow, in microseconds."""
    X, y = make_rows(4000, 6)
    plan = plan_fit(ours(hidden, 32, epochs, optimizer), FitRequest(X, y)).networks[0]
    weights = [a * b for a, b in pairwise((6, *hidden, 1))]
    # Forward, gradient of the weights, and gradient of the inputs of all layers but the first.
    limit = 2 * 32 * (3 * sum(weights) - weights[0]) / sgemm_rate()
    for count in counts:
        stack = [replace(plan, alpha=1e-4 * (1 + k)) for k in range(count)]
        compiled.train(stack)
        n_steps = epochs * -(-4000 // 32) * count
        alone = statistics.median(seconds(lambda: compiled.train(stack)) for _ in range(3)) / n_steps  # noqa: B023
        with ThreadPoolExecutor(2) as pool:
            both = statistics.median(
                seconds(lambda: list(pool.map(compiled.train, [stack, stack])))  # noqa: B023 - used at once
                for _ in range(3)
            )
        name = "-".join(map(str, (6, *hidden, 1)))
        cells = [name, count, f"{alone * 1e6:.2f}", f"{both / n_steps / 2 * 1e6:.2f}", f"{limit * 1e6:.2f}"]
        print(f"| {' | '.join(map(str, cells))} |", flush=True)


def deep_committee(hidden: tuple, batch_size: int, n_classes: int) -> None:
    """Print the share of a committee's time that its products take, what dropout costs, and how it compares."""
    X, y = make_rows(10_000, 64)
    y = y if n_classes == 2 else np.argsort(np.argsort(X[:, 0] * X[:, 1])) * n_classes // len(y)
    committees = {rate: ours(hidden, batch_size, 2, n_networks=MEMBERS, dropout=rate) for rate in (0.0, 0.15)}
    plans = {rate: plan_fit(model, FitRequest(X, y)) for rate, model in committees.items()}
    sizes = (64, *hidden, n_classes if n_classes > 2 else 1)
    weights = [a * b for a, b in pairwise(sizes)]
    products = 2 * len(y) * MEMBERS * (3 * sum(weights) - weights[0])
    keras_model = make_keras(sizes)
    peers = {
        "keras": lambda: keras_model.fit(X, y, batch_size=batch_size, epochs=1, verbose=0),
        "mlp": lambda: mlp(hidden, batch_size, 1).fit(X, y),
    }
    for plan in plans.values():
        train(plan.parameters, plan.networks)
    peers["keras"]()
    taken: dict[str, list[float]] = collections.defaultdict(list)
    for _ in range(3):
        taken["products"].append(products / numpy_rate())
        for rate, plan in plans.items():
            fit = lambda: train(plan.parameters, plan.networks)  # noqa: B023, E731 - used at once
            taken[str(rate)].append(seconds(fit) / 2)
        for name, fit in peers.items():
            taken[name].append(MEMBERS * seconds(fit))

    def ratio(name: str, to: str) -> float:
        return statistics.median(a / b for a, b in zip(taken[name], taken[to], strict=True))

    cells = [f"{MEMBERS} x {'-'.join(map(str, sizes))}", batch_size]
    cells += [f"{ratio('products', rate):.2f}" for rate in ("0.0", "0.15")] + [f"{ratio('0.15', '0.0'):.2f}"]
    cells += [f"{ratio(name, '0.0'):.1f} x" for name in peers]
    print(f"| {' | '.join(map(str, cells))} |", flush=True)


def numpy_rate() -> float:
    """Return the single-precision operations a second of a 2048 x 2048 matrix product in NumPy."""
    a = np.random.default_rng(0).standard_normal((2048, 2048), dtype=np.float32)
    return 2 * 2048**3 / statistics.median(seconds(lambda: a @ a) for _ in range(5))


def make_keras(sizes: tuple[int, ...]) -> KerasModel:
    """Return a Keras model of the same layers, compiled for labels."""
    import keras

    dense = keras.layers.Dense
    last = dense(1, activation="sigmoid") if sizes[-1] == 1 else dense(sizes[-1], activation="softmax")
    layers = [keras.Input((sizes[0],)), *(dense(size, activation="relu") for size in sizes[1:-1]), last]
    model = keras.Sequential(layers)
    model.compile("adam", "binary_crossentropy" if sizes[-1] == 1 else "sparse_categorical_crossentropy")
    return model


def shuffling(n_networks: int) -> None:
    """Print which share of an epoch drawing orders and gathering rows take, if networks have orders of their own."""
    import tensorflow as tf

    X, y = make_rows(10_000, 64)
    plans = plan_fit(ours((128, 128, 128), 256, 2, n_networks=n_networks), FitRequest(X, y)).networks
    compiled.train(plans)
    layout = CallLayout(StackLayout(plans))
    epoch = statistics.median(seconds(lambda: compiled.train(plans)) for _ in range(RUNS)) / 2
    order = statistics.median(seconds(lambda: layout.order(0, 1)) for _ in range(RUNS))
    gather = tf.function(tf.gather, jit_compile=True)
    rows, steps = tf.constant(X), [tf.constant(step) for step in layout.order(0, 1)[: layout.n_steps]]
    gather(rows, steps[0])
    gathering = statistics.median(seconds(lambda: [gather(rows, step).numpy() for step in steps]) for _ in range(RUNS))
    print(f"\nOf an epoch of {n_networks} networks 64-128-128-128-1 on 10,000 rows, each in its own order: ", end="")
    print(f"orders {order / epoch:.1%}, drawn a slice ahead; gathering rows {gathering / epoch:.1%}.")


def main() -> None:
    """Print all tables."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--quick", action="store_true", help="fewer epochs and smaller stacks")
    quick = parser.parse_args().quick
    with quiet():
        short_fit()
        print("\n| network | stacked | µs a network and step | two stacks at a time | its products at the sgemm rate |")
        print("|---|---|---|---|---|")
        counts = (1, 8) if quick else (1, 8, 50, 150)
        steps_of_stacks((10,), SGD, counts, 5 if quick else 100)
        steps_of_stacks((64, 32), ADAM, counts, 2 if quick else 25)
        print("\n| committee | batch | share of products | with dropout 0.15 | time with / without dropout ", end="")
        print("| Keras fit, one by one | MLPClassifier, one by one |\n|---|---|---|---|---|---|---|")
        for width in (128, 256):
            for batch_size in (256,) if quick else (64, 256, 2048):
                deep_committee((width,) * 3, batch_size, 2)
            deep_committee((width,) * 3, 256, 10)
        shuffling(16)
        print(f"\nA large product: {sgemm_rate() / 1e9:.0f} GFLOP/s in TensorFlow, {numpy_rate() / 1e9:.0f} in NumPy.")


if __name__ == "__main__":
    main()
