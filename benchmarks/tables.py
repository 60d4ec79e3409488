"""How long it takes to read, check and preprocess tables: wide ones, long ones, ones of text.

python benchmarks/tables.py [--quick]
"""

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from sklearn.naive_bayes import GaussianNB
from sklearn.preprocessing import StandardScaler

from skweighted.comparison import compare_strategies
from skweighted.datasets import read_table
from skweighted.preprocessing import make_preprocessor

SECONDS_FORMAT = "{:<60}{:8.2f} s"


def measure(what: str, run: Callable[[], Any]) -> None:
    """Print the shortest of three runs."""
    seconds = []
    for _ in range(3):
        started = time.perf_counter()
        run()
        seconds.append(time.perf_counter() - started)
    print(SECONDS_FORMAT.format(what, min(seconds)), flush=True)


def make_wide(n_columns: int, n_rows: int = 200) -> tuple[pd.DataFrame, np.ndarray]:
    generator = np.random.default_rng(0)
    X = pd.DataFrame(generator.normal(size=(n_rows, n_columns))).add_prefix("x")
    return X, (X["x0"] + generator.normal(size=n_rows) > 1.5).astype(int).to_numpy()


def make_long(n_rows: int) -> pd.DataFrame:
    """Return numbers, categories, dates and decimal commas."""
    generator = np.random.default_rng(0)
    table = pd.DataFrame(generator.normal(size=(n_rows, 10)).round(4)).add_prefix("x")
    table["job"] = generator.choice(["cook", "clerk", "pilot"], n_rows)
    table["day"] = (pd.Timestamp("2020-01-01") + pd.to_timedelta(generator.integers(0, 900, n_rows), "D")).astype(str)
    return table.assign(y=generator.integers(0, 2, n_rows))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="a tenth of the columns and of the rows")
    n_columns, n_rows = (600, 20_000) if parser.parse_args().quick else (6_000, 200_000)
    X, y = make_wide(n_columns)
    print(f"200 rows x {n_columns:,} columns")
    measure("  StandardScaler", lambda: StandardScaler().fit_transform(X))
    measure("  make_preprocessor, fit and transform", lambda: make_preprocessor().fit_transform(X))
    fitted = make_preprocessor().fit(X)
    measure("  make_preprocessor, transform", lambda: fitted.transform(X))
    quick = {"classifier": GaussianNB(), "cv": 3, "n_repeats": 1, "strategies": ["none", "threshold", "smote"]}
    measure("  compare_strategies, 3 folds, 3 strategies, naive Bayes", lambda: compare_strategies(X, y, **quick))
    with tempfile.TemporaryDirectory() as folder:
        wide, long, commas = (Path(folder, name) for name in ("wide.csv", "long.csv", "commas.csv"))
        X.assign(y=y).to_csv(wide, index=False)
        make_long(n_rows).to_csv(long, index=False)
        make_long(n_rows).to_csv(commas, index=False, sep=";", decimal=",")
        measure("  read_table", lambda: read_table(wide, "y"))
        print(f"{n_rows:,} rows x 12 columns")
        measure("  pandas.read_csv", lambda: pd.read_csv(long))
        measure("  read_table", lambda: read_table(long, "y"))
        measure("  read_table, decimal commas", lambda: read_table(commas, "y"))
    table = make_long(n_rows).drop(columns="y")
    measure("  make_preprocessor, fit and transform", lambda: make_preprocessor().fit_transform(table))


if __name__ == "__main__":
    main()
