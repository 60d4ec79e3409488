"""Measure the peak memory and the time of training and predicting on a large table, beside scikit-learn.

Usage: python benchmarks/large.py [--quick] [--rows 2000000]

A 30-32-1 network in batches of 1,000 on float32 inputs with 1 % positives, for one epoch; boosted trees for their 100
iterations. Each case is a process of its own. "over the start" is the most that became resident after the libraries
were imported and a small fit was done, so the table counts. The pieces come from a Parquet file and need pyarrow.
"""

import argparse
import importlib.util
import multiprocessing
import resource
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd
from _peers import mlp, ours, quiet, seconds
from sklearn.ensemble import HistGradientBoostingClassifier

from skweighted.datasets import read_chunks

N_FEATURES, POSITIVES, PIECE, TARGET = 30, 0.01, 50_000, "target"
NETWORK = ((32,), 1000, 1)


def make_table(n_rows: int) -> tuple[np.ndarray, np.ndarray]:
    """Return float32 inputs and labels of which 1 % are 1, made without a larger array on the way."""
    X = np.random.default_rng(0).standard_normal((n_rows, N_FEATURES), dtype=np.float32)
    return X, (X[:, 0] > np.quantile(X[:, 0], 1 - POSITIVES)).astype(np.int8)


def write_pieces(path: Path, n_rows: int) -> None:
    """Write such a table as a Parquet file whose row groups are pieces."""
    import pyarrow as pa
    from pyarrow.parquet import ParquetWriter

    X, y = make_table(n_rows)
    names = [f"x{column}" for column in range(N_FEATURES)]
    with ParquetWriter(path, pa.schema([(name, pa.float32()) for name in names] + [(TARGET, pa.int8())])) as writer:
        for start in range(0, n_rows, PIECE):
            rows = slice(start, start + PIECE)
            writer.write_table(pa.table([*X[rows].T.copy(), y[rows]], names=[*names, TARGET]))


def read_pieces(path: Path) -> Iterator[tuple[np.ndarray, pd.Series]]:
    """Yield the inputs and labels of each piece."""
    for piece in read_chunks(path, n_rows=PIECE):
        yield piece.drop(columns=TARGET).to_numpy(), piece[TARGET]


def whole(make: Callable[[], object]) -> Callable[[Path, int], Callable[[], object]]:
    """Return the case of a fit on all rows at once."""

    def prepare(path: Path, n_rows: int) -> Callable[[], object]:
        X, y = make_table(n_rows)
        return lambda: make().fit(X, y)

    return prepare


def by_pieces(path: Path, n_rows: int) -> Callable[[], object]:
    """Return training on one piece of the file after the other."""

    def train() -> None:
        network = ours(*NETWORK)
        for X, y in read_pieces(path):
            network.partial_fit(X, y, classes=[0, 1])

    return train


def prediction(path: Path, n_rows: int) -> Callable[[], object]:
    """Return predictions for all rows at once."""
    X, y = make_table(n_rows)
    network = ours(*NETWORK).fit(X[:PIECE], y[:PIECE])
    return lambda: network.predict_proba(X)


CASES = {
    "fit": whole(lambda: ours(*NETWORK)),
    "partial_fit, pieces of a Parquet file": by_pieces,
    "predict_proba": prediction,
    "MLPClassifier, fit": whole(lambda: mlp(*NETWORK)),
    "HistGradientBoostingClassifier, fit": whole(lambda: HistGradientBoostingClassifier(random_state=0)),
}


def resident() -> float:
    """Return the memory that this process has resident now, in MB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 2**20


def peak() -> float:
    """Return the most memory that this process has had resident, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measure(name: str, path: Path, n_rows: int) -> tuple[float, float]:
    """Return the peak memory of a case in MB, over that before its table was there, and its seconds."""
    X, y = make_table(1000)
    with quiet():
        ours((2,), 100, 1).fit(X, y)  # imports TensorFlow
        before = resident()
        taken = seconds(CASES[name](path, n_rows))
    return peak() - before, taken


def main() -> None:
    """Print a row a case."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--rows", type=int, default=2_000_000)
    parser.add_argument("--quick", action="store_true", help="a tenth of the rows")
    options = parser.parse_args()
    n_rows = options.rows // 10 if options.quick else options.rows
    processes = multiprocessing.get_context("spawn")
    print(f"{n_rows:,} rows of {N_FEATURES} columns: {n_rows * (4 * N_FEATURES + 1) / 2**20:.0f} MB as float32\n")
    print("| what | MB over the start | s |\n|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.parquet"
        readable = importlib.util.find_spec("pyarrow") is not None
        if readable:
            write_pieces(path, n_rows)
        for name, prepare in CASES.items():
            if prepare is by_pieces and not readable:
                print(f"| {name}: not run, needs pyarrow |  |  |", flush=True)
                continue
            with processes.Pool(1) as pool:
                memory, taken = pool.apply(measure, (name, path, n_rows))
            print(f"| {name} | {memory:,.0f} | {taken:.1f} |", flush=True)


if __name__ == "__main__":
    main()
