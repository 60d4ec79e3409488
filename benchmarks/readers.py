"""Which reader sees in a table what a person sees: ours, DuckDB's sniffer, polars, pandas with ``sep=None``.

The tables are those of ``tests/datasets/hostile.py``. Readers that are not installed are left out.

    python benchmarks/readers.py [--quick]
"""

import argparse
import importlib.util
import re
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

from skweighted.datasets import load_table

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "datasets"))
from hostile import CASES, Case


def read_ours(path: Path, case: Case) -> pd.DataFrame:
    table = load_table(path, case.target, **case.options)
    return table.X.assign(**{str(table.y.name): table.y})


def read_pandas(path: Path, case: Case) -> pd.DataFrame:
    return pd.read_csv(path, sep=None, engine="python", encoding=case.options.get("encoding"))


def read_polars(path: Path, case: Case) -> pd.DataFrame:
    import polars as pl

    frame = pl.read_csv(path, try_parse_dates=True, encoding=case.options.get("encoding", "utf8"))
    return pd.DataFrame({column.name: column.to_list() for column in frame.get_columns()})


def read_duckdb(path: Path, case: Case) -> pd.DataFrame:
    import duckdb

    found = duckdb.sql(f"SELECT * FROM read_csv('{path}')")
    return pd.DataFrame(found.fetchall(), columns=found.columns)


READERS: dict[str, Callable[[Path, Case], pd.DataFrame]] = {
    "ours": read_ours,
    "duckdb": read_duckdb,
    "polars": read_polars,
    "pandas": read_pandas,
}


def judge(case: Case, read: Callable[[Path, Case], pd.DataFrame], folder: Path) -> str:
    """Return what a reader gets wrong, nothing if it gets all right."""
    path = folder / f"table{case.ending}"
    path.write_bytes(case.content)
    try:
        frame = read(path, case)
    except Exception as error:  # whatever a reader raises is its answer
        return f"fails ({type(error).__name__})"
    target = frame.columns[-1] if re.fullmatch("-?1", str(case.target)) else case.target
    if target not in frame.columns:
        return "columns"
    faults = [] if sorted(map(str, frame[target].unique())) == sorted(map(str, case.labels)) else ["labels"]
    columns = frame.drop(columns=target)
    faults += [str(name) for name in case.columns if not _agrees(columns, name, case.columns[name])]
    faults += ["row numbers"] if case.n_columns not in {None, columns.shape[1]} else []
    return ", ".join(faults)


def _agrees(frame: pd.DataFrame, name: str, values: list[Any]) -> bool:
    if name not in frame:
        return False
    found = frame[name].dropna()
    if isinstance(values[0], str) and re.match(r"\d{4}-\d\d-\d\d", values[0]):
        return sorted({str(value)[:10] for value in found if not isinstance(value, str)} & {*values}) == values
    if isinstance(values[0], str):
        return sorted(map(str, found.unique())) == values
    return pd.api.types.is_numeric_dtype(found) and sorted(found.astype(float).unique()) == sorted(map(float, values))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="the first ten tables")
    cases = CASES[:10] if parser.parse_args().quick else CASES
    installed = {"ours": True} | {name: importlib.util.find_spec(name) is not None for name in list(READERS)[1:]}
    readers = {name: read for name, read in READERS.items() if installed[name]}
    with tempfile.TemporaryDirectory() as folder:
        rows = {case.name: {n: judge(case, read, Path(folder)) for n, read in readers.items()} for case in cases}
    table = pd.DataFrame.from_dict(rows, orient="index").reindex(columns=list(readers))
    right = (table == "").sum()
    print(table.replace("", "right").to_string())
    print("\n" + "\n".join(f"{name}: {n} of {len(table)} right" for name, n in right.items()))


if __name__ == "__main__":
    main()
