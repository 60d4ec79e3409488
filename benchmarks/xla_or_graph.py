"""Time the two ways to run the training loop, XLA and a plain graph: the rule in `engines/compiled/_function.py`.

Usage: python benchmarks/xla_or_graph.py [--quick]

Prints, for each size, the work of a step (rows of a batch times parameters times networks) and the time of the graph
over that of XLA; above 1 XLA wins. Pairs are measured in turn, so that a machine that slows down slows both.
"""

import argparse
import itertools
import statistics
import time

import numpy as np

from skweighted import CostSensitiveMLPClassifier
from skweighted.engines import compiled
from skweighted.engines.compiled import _function
from skweighted.fitting import FitRequest, plan_fit

# (features, hidden layers, batch size, networks)
SIZES = [
    (2, (10,), 32, 1),
    (20, (64, 32), 32, 1),
    (20, (64, 32), 200, 1),
    (30, (100,), 200, 1),
    (30, (100,), 2048, 1),
    (30, (64, 32), 2048, 1),
    (30, (256,), 200, 1),
    (30, (256, 256), 32, 1),
    (30, (256, 256), 200, 1),
    (30, (256, 256), 512, 1),
    (30, (256, 256, 256), 2048, 1),
    (100, (512, 512), 200, 1),
    (100, (512, 512), 32, 1),
    (30, (1024, 1024), 512, 1),
    (6, (64, 32), 200, 8),
    (6, (64, 32), 200, 50),
    (30, (256, 256), 200, 8),
    (30, (256, 256), 2048, 4),
]
PAIRS = 3


def seconds_per_step(forced: bool, size: tuple, steps: int) -> float:
    """Return the warm time of a step; `forced` is whether XLA compiles the loop."""
    n_features, hidden, batch, networks = size
    rng = np.random.default_rng(0)
    X = rng.normal(size=(8 * batch, n_features)).astype(np.float32)
    y = (X[:, 0] + rng.normal(size=len(X)) > 1).astype(int)
    original, kept = _function.prefers_xla, _function._functions
    _function.prefers_xla, _function._functions = (lambda key: forced), {}
    try:
        epochs = max(2, steps // 8)
        times = {}
        for n_epochs in (epochs, 3 * epochs):
            model = CostSensitiveMLPClassifier(
                hidden, batch_size=batch, epochs=n_epochs, n_networks=networks, random_state=0
            )
            plans = plan_fit(model, FitRequest(X, y)).networks
            compiled.train(plans)
            start = time.perf_counter()
            compiled.train(plans)
            times[n_epochs] = time.perf_counter() - start
        return (times[3 * epochs] - times[epochs]) / (2 * epochs * 8)
    finally:
        _function.prefers_xla, _function._functions = original, kept


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--quick", action="store_true", help="the first three sizes, a pair each")
    sizes, n_pairs = (SIZES[:3], 1) if parser.parse_args().quick else (SIZES, PAIRS)
    print("| features | hidden layers | batch | networks | work of a step | XLA, µs | graph / XLA |")
    print("|---|---|---|---|---|---|---|")
    for size in sizes:
        n_features, hidden, batch, networks = size
        widths = (n_features, *hidden, 1)
        parameters = sum((a + 1) * b for a, b in itertools.pairwise(widths))
        work = batch * parameters * networks
        steps = int(np.clip(2e9 / work, 16, 2000))
        pairs = [(seconds_per_step(True, size, steps), seconds_per_step(False, size, steps)) for _ in range(n_pairs)]
        xla = statistics.median(pair[0] for pair in pairs)
        ratio = statistics.median(graph / xla for xla, graph in pairs)
        print(
            f"| {n_features} | {hidden} | {batch} | {networks} | {work:.1e} | {xla * 1e6:.0f} | {ratio:.2f} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
