"""Measure the peak memory of a fit on a large table.

Usage: python benchmarks/large.py [--quick] [--rows 2000000]

One epoch of a 30-32-1 network in batches of 1,000 on float32 inputs with 1 % positives. "peak" is the most that was
resident in this process; all that is not the table counts as overhead, Python and TensorFlow themselves included.
"""

import argparse
import resource

import numpy as np
from _peers import ours, quiet, seconds

N_FEATURES, POSITIVES = 30, 0.01


def make_table(n_rows: int) -> tuple[np.ndarray, np.ndarray]:
    """Return float32 inputs and labels of which 1 % are 1, made without a larger array on the way."""
    X = np.random.default_rng(0).standard_normal((n_rows, N_FEATURES), dtype=np.float32)
    return X, (X[:, 0] > np.quantile(X[:, 0], 1 - POSITIVES)).astype(np.int8)


def peak() -> float:
    """Return the most memory that this process has had resident, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Print what the table, TensorFlow and the fit take."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--rows", type=int, default=2_000_000)
    parser.add_argument("--quick", action="store_true", help="a tenth of the rows")
    options = parser.parse_args()
    n_rows = options.rows // 10 if options.quick else options.rows
    X, y = make_table(n_rows)
    table = (X.nbytes + y.nbytes) / 2**20
    with quiet():
        ours((2,), 100, 1).fit(X[:1000], y[:1000])  # imports TensorFlow
        before = peak()
        taken = seconds(lambda: ours((32,), 1000, 1).fit(X, y))
    print("| rows | table MB | peak before fit | peak | over the table | fit s |\n|---|---|---|---|---|---|")
    print(f"| {n_rows:,} | {table:.0f} | {before:.0f} | {peak():.0f} | {peak() - table:.0f} | {taken:.1f} |")


if __name__ == "__main__":
    main()
