"""Measure the peak memory of a comparison on a large table, of each strategy alone and of all together.

Usage: python benchmarks/large_comparison.py [--quick] [--rows 200000] [--strategies quick]

Three folds once, 30 columns, 1 % positives, two epochs of a 30-32-1 network in batches of 1,000. Each measurement is a
process of its own; "peak" is the most that was resident in it, Python, TensorFlow and the table included. The target is
4 GB for each.
"""

import argparse
import resource
import subprocess
import sys
import time
import warnings

import numpy as np
import pandas as pd
from large import N_FEATURES, make_table

from skweighted import CostSensitiveMLPClassifier
from skweighted.comparison import compare_strategies
from skweighted.strategies import choose_strategies

TARGET_GB = 4


def measure(n_rows: int, strategies: list[str]) -> None:
    """Compare, and print peak and seconds."""
    warnings.simplefilter("ignore")
    X, y = make_table(n_rows)
    table = pd.DataFrame(X.astype(np.float64)).add_prefix("x")
    network = CostSensitiveMLPClassifier((32,), batch_size=1000, epochs=2)
    started = time.perf_counter()
    found = compare_strategies(table, y, strategies=strategies, classifier=network, cv=3, n_repeats=1)
    seconds = time.perf_counter() - started
    failed = [result.strategy for result in found.predictions.results.values() if result.error is not None]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(f"{peak:.2f} | {seconds:.0f} | {'met' if peak <= TARGET_GB and not failed else 'missed'} |")


def main() -> None:
    """Print a line for each strategy and one for all."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--strategies", default="quick")
    parser.add_argument("--quick", action="store_true", help="a tenth of the rows, and one strategy")
    parser.add_argument("--only", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.quick:
        options.rows, options.strategies = options.rows // 10, "none"
    if options.only:
        measure(options.rows, options.only.split(","))
        return
    names = list(choose_strategies(options.strategies.split(","), "large_comparison").strategies)
    print(f"{options.rows:,} rows x {N_FEATURES} columns, {options.rows * N_FEATURES * 8 / 2**20:.0f} MB\n")
    print(f"| strategies | peak GB | seconds | {TARGET_GB} GB |\n|---|---|---|---|")
    for chosen in dict.fromkeys([*names, ",".join(names)]):
        print(f"| {chosen.replace(',', ', ')} | ", end="", flush=True)
        subprocess.run([sys.executable, __file__, "--rows", str(options.rows), "--only", chosen], check=True)


if __name__ == "__main__":
    main()
