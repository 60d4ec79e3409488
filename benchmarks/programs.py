"""Count the programs of a day's work, the time they take and the memory that they leave behind.

Usage: python benchmarks/programs.py [--quick] [--only TEXT]

Each row runs in a process of its own, after ten fits that are not counted: the first of the 310 sizes, and else one fit
ten times. "MB" is what resident memory has grown by since then. Padding is the time of a fit next to one whose sizes
are exact, both warm, medians of fits in turn. The table of first fits (``--only first``) has the first fit of a process
that has imported TensorFlow, the median of `RUNS` processes, and what compiling spends, by TensorFlow's own profiler
in a process of its own: tracing the graph, passes over HLO, emitting kernels, and LLVM, which is the largest part.
"""

import argparse
import json
import statistics
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
from _first_fit import resident
from _peers import make_rows, ours, quiet, seconds

SMALL = (16,)
RUNS = 3
# Features, hidden layers, rows and batch size of first fits.
FIRST_FITS = [("2", "10", "5000", "32"), ("64", "100", "1400", "200"), ("20", "64-32", "1400", "200")]


def small_tables(fit: int) -> tuple[tuple, int]:
    """Return the layers and rows of a fit on fewer than 200 rows."""
    return SMALL, 190 - 7 * (fit % 20)


def random_tables(fit: int) -> tuple[tuple, int]:
    """Return those of a fit on 300 to 5,000 rows."""
    return SMALL, int(np.random.default_rng(fit).integers(300, 5000))


def architectures(fit: int) -> tuple[tuple, int]:
    """Return those of a fit of a network that no other fit has."""
    return (20 + fit,), 600


WORK = {
    "20 sizes below 200 rows": (small_tables, 20, 45),
    "300 sizes of 300 to 5,000 rows": (random_tables, 300, 30),
    "60 architectures": (architectures, 60, 250),
}


def run(name: str, *, quick: bool) -> dict:
    """Fit as `name` says, in this process, and return what it took."""
    from skweighted.engines.compiled import _function

    work, count, _ = WORK[name]
    count = min(count, 20) if quick else count
    X, y = make_rows(5000, 20)

    def fit(number: int) -> None:
        hidden, n_rows = work(number)
        ours(hidden, "auto", 2).fit(X[:n_rows], y[:n_rows])

    for number in range(10):
        fit(number if work is random_tables else 0)
    before, known = resident(), len(_function._functions)
    start = time.perf_counter()
    for number in range(10, 10 + count):
        fit(number)
    return {
        "fits": count,
        "programs": len(_function._functions) - known,
        "seconds": time.perf_counter() - start,
        "MB": resident() - before,
    }


def padding(n_rows: int, n_features: int, hidden: tuple, batch_size: int | str) -> float:
    """Return the time of a warm fit over that of one with exact sizes."""
    from skweighted.engines.compiled import _sizes

    X, y = make_rows(n_rows, n_features)
    bucket, taken = _sizes.bucket, {}
    rules = {"padded": bucket, "exact": lambda count, *rule: count}
    for _ in range(6):
        for name, rule in rules.items():
            _sizes.bucket = rule
            taken.setdefault(name, []).append(seconds(lambda: ours(hidden, batch_size, 50).fit(X, y)))
    _sizes.bucket = bucket
    first, second = (statistics.median(taken[name][1:]) for name in rules)
    return first / second


def first_fits() -> None:
    """Print what the first fit of a process takes, and where the time of compiling goes."""
    print("\n| first fit, 100 epochs | s | CPU s | warm, s | MB | MLPClassifier, s (CPU s) ", end="")
    print("| tracing, ms | HLO, ms | emitting, ms | LLVM, ms | kernels |\n|" + "---|" * 11)
    for shape in FIRST_FITS:

        def ask(*options: str, shape: tuple = shape) -> dict:
            command = [sys.executable, str(Path(__file__).with_name("_first_fit.py")), *shape, *options]
            return json.loads(
                subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()[-1]
            )

        pairs = [(ask(), ask("--peer")) for _ in range(RUNS)]
        own, peer = (
            {name: statistics.median(run[name] for run in runs) for name in runs[0]}
            for runs in zip(*pairs, strict=True)
        )
        parts = ask("--phases")
        cells = [f"{shape[0]}-{shape[1]}-1, batch {shape[3]}, {shape[2]} rows"]
        cells += [f"{own[name]:.2f}" for name in ("seconds", "cpu", "warm")]
        cells += [f"{own['MB']:.0f}", f"{peer['seconds']:.2f} ({peer['cpu']:.2f})"]
        cells += [f"{value:.0f}" for value in parts.values()]
        print(f"| {' | '.join(cells)} |", flush=True)


def main() -> None:
    """Print all tables."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--quick", action="store_true", help="20 fits of each kind at most")
    parser.add_argument("--only", metavar="TEXT", default="", help="rows whose name holds TEXT")
    parser.add_argument("--row", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.row:
        with quiet():
            print(json.dumps(run(arguments.row, quick=arguments.quick)))
        return
    print("| work | fits | programs | seconds | MB | at most |\n|---|---|---|---|---|---|")
    for name, (_, _, most) in WORK.items():
        if arguments.only in name:
            command = [sys.executable, __file__, "--row", name, *(["--quick"] if arguments.quick else [])]
            done = subprocess.run(command, capture_output=True, text=True, check=True)
            found = json.loads(done.stdout.splitlines()[-1])
            cells = [name, found["fits"], found["programs"], f"{found['seconds']:.1f}", f"{found['MB']:.0f}", most]
            print(f"| {' | '.join(map(str, cells))} |", flush=True)
    if arguments.only in "first fits":
        first_fits()
    if arguments.only in "padding":
        print("\n| rows | network | batch | time with padding / exact |\n|---|---|---|---|")
        with quiet():
            for n_rows, n_features, hidden, batch in [
                (130, 20, (100,), "auto"),
                (260, 20, (100,), "auto"),
                (1030, 20, (100,), "auto"),
                (1030, 64, (128, 128), 1030),
                (4200, 20, (100,), 32),
            ]:
                name = "-".join(map(str, (n_features, *hidden, 1)))
                print(f"| {n_rows} | {name} | {batch} | {padding(n_rows, n_features, hidden, batch):.2f} |", flush=True)


if __name__ == "__main__":
    main()
