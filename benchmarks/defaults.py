"""Choose the members of ``make_tabular_classifier`` on some tables, then report it beside its peers on others.

Usage: python benchmarks/defaults.py [choose] [report] [price] [--quick] [--folds N] [--rows N] [--only NAME ...]

`choose` fits every candidate member to the tables in ``CHOOSING`` and averages what is kept of them into mixtures.
`report` fits the winner and its peers to the tables in ``REPORTED``, which nothing was chosen on. `price` times the
winner and HistGradientBoosting on 10,000 rows of 30 columns. Results are kept in the folder of ``--store`` as they
come, and a second run goes on from there. Tables come from the folder SKWEIGHTED_DATA; larger ones are cut to a
stratified sample of ``--rows``. Peers other than scikit-learn's: pip install lightgbm xgboost catboost. Times are CPU
seconds of the process, which neighbours on the machine change less than they change wall time.
"""

import argparse
import os
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")  # on a shared machine, threads of OpenMP that wait burn CPU time

import numpy as np
import pandas as pd
from _candidates import ALONE, MIXTURES, TREES, make_member, predict_each
from _peers import make_rows, quiet
from _study import CHOOSING, REPORTED, SCORES, Store, make_folds, score
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline

from skweighted import CostSensitiveMLPClassifier, make_tabular_classifier
from skweighted.comparison._statistics import compare_paired
from skweighted.preprocessing import make_preprocessor

PARTS = ("choose", "report", "price")
WINNER, NETWORKS = "make_tabular_classifier", "make_tabular_classifier(trees=False)"
HELD_OUT = "make_tabular_classifier(member_weights='held_out')"


class CatBoost:
    """CatBoost with its defaults, told which columns are categories."""

    def fit(self, X: pd.DataFrame, y: np.ndarray) -> "CatBoost":
        """Fit in one thread."""
        from catboost import CatBoostClassifier

        self.categories = [column for column in X if X[column].dtype == "category"]
        options = {"verbose": 0, "random_state": 0, "thread_count": 1, "allow_writing_files": False}
        self.model = CatBoostClassifier(**options, cat_features=self.categories).fit(self._prepare(X), y)
        return self

    def predict_proba(self, X: pd.DataFrame) -> np.ndarray:
        """Return probabilities."""
        return self.model.predict_proba(self._prepare(X))

    def _prepare(self, X: pd.DataFrame) -> pd.DataFrame:
        return X.assign(**{c: X[c].astype(object).where(X[c].notna(), "missing").astype(str) for c in self.categories})


def make_lightgbm() -> Any:
    """Return LightGBM with its defaults."""
    from lightgbm import LGBMClassifier

    return LGBMClassifier(n_jobs=1, random_state=0, verbose=-1)


def make_xgboost() -> Any:
    """Return XGBoost with its defaults."""
    from xgboost import XGBClassifier

    return XGBClassifier(n_jobs=1, random_state=0, enable_categorical=True)


PEERS: dict[str, Callable[[], Any]] = {
    "CatBoost": CatBoost,
    "LightGBM": make_lightgbm,
    "XGBoost": make_xgboost,
    "HistGradientBoosting": lambda: HistGradientBoostingClassifier(random_state=0),
    "RandomForest": lambda: make_pipeline(make_preprocessor(), RandomForestClassifier(n_jobs=1, random_state=0)),
    "MLPClassifier": lambda: make_pipeline(make_preprocessor(), MLPClassifier(random_state=0)),
    "CostSensitiveMLPClassifier": lambda: make_pipeline(
        make_preprocessor(), CostSensitiveMLPClassifier(random_state=0)
    ),
}

RIVALS = ("CatBoost", "LightGBM", "XGBoost", "HistGradientBoosting", "RandomForest")


def run_choosing(store: Store, folds: dict[str, list], members: Sequence[str]) -> None:
    """Fit every candidate member, the winner and the peers that are trees to every fold."""
    for name in members:
        whole = OURS | PEERS
        make: Callable[[], Any] = whole.get(name) or partial(make_member, name)
        predict = None if name in whole or name in TREES else predict_each
        for table in folds.values():
            for fold in table:
                store.run(name, make, fold, predict)
        print(f"{time.strftime('%H:%M:%S')} {name}", flush=True)


def rank_among_rivals(scores: pd.DataFrame) -> pd.DataFrame:
    """Return the mean rank of each mixture among itself and the peers that are trees, and the best of theirs."""
    means = scores.groupby(["method", "table"])[list(SCORES)].mean()
    ranks = {}
    for mixture in [name for name in (WINNER, HELD_OUT, *MIXTURES) if name in means.index.unique("method")]:
        for score_name, sign in SCORES.items():
            group = (sign * means[score_name]).unstack()
            among = group.loc[[mixture, *RIVALS]].rank(ascending=False).mean(axis=1)
            ranks[mixture, f"{score_name} rank"] = among[mixture]
            ranks[mixture, f"{score_name} rank, best tree"] = among[list(RIVALS)].min()
    table = pd.Series(ranks).unstack(sort=False)
    own = table[[f"{name} rank" for name in SCORES]].mean(axis=1)
    return table.loc[own.sort_values().index]


def run_reporting(store: Store, folds: dict[str, list], methods: dict[str, Callable[[], Any]]) -> None:
    """Fit the winner and its peers to every fold."""
    for name, make in methods.items():
        for table in folds.values():
            for fold in table:
                store.run(name, make, fold)
        print(f"{time.strftime('%H:%M:%S')} {name}", flush=True)


def describe(folds: dict[str, list]) -> str:
    """Return which tables, folds and rows a part of the study saw."""
    sizes = [f"{name} ({len(of_table[0].y_train) + len(of_table[0].y_test):,})" for name, of_table in folds.items()]
    return f"{len(next(iter(folds.values())))} folds of {', '.join(sizes)} rows"


def read_scores(
    store: Store,
    folds: dict[str, list],
    rows: dict[str, tuple[str, ...]],
    *,
    logits: bool = False,
) -> pd.DataFrame:
    """Return every score of every row, fold by fold; a row of several names is the mean of their probabilities."""
    average = _mean_of_logits if logits else partial(np.mean, axis=0)
    records = []
    for label, names in rows.items():
        results = {
            fold: [store.read(name.partition("@")[0], table, fold.number) for name in names]
            for table, of_table in folds.items()
            for fold in of_table
        }
        if any(found is None for kept in results.values() for found in kept):
            print(f"{label} has not been run on all folds and is left out.")
            continue
        for fold, kept in results.items():
            counts = [int(name.partition("@")[2] or 0) or None for name in names]
            each = [found["probability"] for found in kept]
            each = [average(p[:n]) if p.ndim == 3 else p for p, n in zip(each, counts, strict=True)]
            shares = [n / len(found["probability"]) if n else 1 for n, found in zip(counts, kept, strict=True)]
            took = {"CPU s": sum(n * float(found["cpu_seconds"]) for n, found in zip(shares, kept, strict=True))}
            scores = score(kept[0]["y"], average(np.stack(each)))
            records.append({"method": label, "table": fold.table, "fold": fold.number, **scores, **took})
    return pd.DataFrame(records)


def _mean_of_logits(probability: np.ndarray) -> np.ndarray:
    """Return probabilities whose logarithms are, up to a constant, the mean of those given, shape (K, n, C)."""
    product = np.exp(np.log(np.clip(probability, 1e-7, None)).mean(axis=0))
    return product / product.sum(axis=1, keepdims=True)


def summarise(scores: pd.DataFrame) -> pd.DataFrame:
    """Return, for each method, its mean rank over the tables and the mean of every score, best ranks first."""
    by_table = scores.groupby(["method", "table"])[[*SCORES, "CPU s"]].mean()
    summary = pd.DataFrame(index=by_table.index.unique("method"))
    for name, sign in SCORES.items():
        table = by_table[name].unstack()
        summary[f"{name} rank"] = table.rank(ascending=sign < 0).mean(axis=1)
        summary[name] = table.mean(axis=1)
    summary["CPU s"] = by_table["CPU s"].unstack().mean(axis=1)
    ranks = [f"{name} rank" for name in SCORES]
    return summary.loc[summary[ranks].mean(axis=1).sort_values().index]


def to_markdown(summary: pd.DataFrame) -> str:
    """Return a table of ranks with one and means with four digits."""
    digits = {name: 1 if " rank" in name or name == "CPU s" else 4 for name in summary}
    lines = [["method", *summary.columns], ["---"] * (len(summary.columns) + 1)]
    lines += [
        [str(method), *(f"{value:.{digits[name]}f}" for name, value in row.items())]
        for method, row in summary.iterrows()
    ]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def test_differences(scores: pd.DataFrame, mark: str, n_folds: int) -> str:
    """Return, for each peer and table, whether `mark` is ahead by the corrected resampled t-test, as counts."""
    lines = [f"| {mark} against | " + " | ".join(SCORES) + " |", "|---" * (len(SCORES) + 1) + "|"]
    wide = scores.set_index(["table", "fold", "method"])[list(SCORES)].unstack("method")
    for peer in [name for name in scores["method"].unique() if name != mark]:
        cells = []
        for name, sign in SCORES.items():
            differences = sign * (wide[name][mark] - wide[name][peer])
            counts = {"ahead": 0, "behind": 0, "clearly ahead": 0, "clearly behind": 0}
            for _, of_table in differences.groupby("table"):
                found = compare_paired(of_table.to_numpy(), test_ratio=1 / (n_folds - 1))
                side = "ahead" if found.mean > 0 else "behind"
                counts[side] += 1
                counts[f"clearly {side}"] += found.p_value < 0.05
            cells.append("{ahead} ({clearly ahead}) : {behind} ({clearly behind})".format(**counts))
        lines.append(f"| {peer} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def measure_price() -> str:
    """Return the CPU and wall seconds of the winner and of HistGradientBoosting on 10,000 rows of 30 columns."""
    X, y = make_rows(10_000, 30)
    lines = []
    for name, make in {WINNER: winner, "HistGradientBoosting": PEERS["HistGradientBoosting"]}.items():
        for run in ("first", "warm"):
            wall, cpu = time.perf_counter(), time.process_time()
            with quiet():
                make().fit(X, y)
            wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
            lines.append(f"{name}, {run} fit: {wall:.2f} s, CPU {cpu:.2f} s")
    return "\n".join(lines)


def winner(**changes: Any) -> Any:
    """Return what the study recommends."""
    return make_tabular_classifier(**changes, random_state=0)


OURS = {
    WINNER: winner,
    NETWORKS: partial(winner, trees=False),
    HELD_OUT: partial(winner, member_weights="held_out"),
}


def main() -> None:
    """Run the parts asked for and print their tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "parts", nargs="*", choices=["choose", "report", "price", []], default=["choose", "report", "price"]
    )
    parser.add_argument("--quick", action="store_true", help="two folds of 500 rows of two tables, and few methods")
    parser.add_argument("--folds", type=int, default=5, help="folds of a table, of which --first are run")
    parser.add_argument("--first", type=int, help="run this many of the folds only")
    parser.add_argument("--rows", type=int, default=5000, help="cut larger tables to so many rows")
    parser.add_argument("--tables", nargs="+", help="of those, only these")
    parser.add_argument("--mixtures", action="store_true", help="print mixtures only")
    parser.add_argument("--only", nargs="*", help="members or methods to run; tables show all that is stored")
    parser.add_argument("--store", type=Path, default=Path("defaults-store"), help="folder of results")
    options = parser.parse_args()
    rows, first = (500, 2) if options.quick else (options.rows, options.first)
    store = Store(options.store / f"{options.folds}-folds-{rows}-rows")

    def cut(tables: Sequence[str]) -> dict[str, list]:
        tables = [name for name in tables if name in (options.tables or tables)]
        return {name: make_folds(name, options.folds, 1, rows)[:first] for name in tables[-2 if options.quick else 0 :]}

    if "choose" in options.parts:
        folds = cut(CHOOSING)
        members = [*MIXTURES["members count equally"], WINNER] if options.quick else [*ALONE, WINNER, HELD_OUT, *RIVALS]
        members = [name.partition("@")[0] for name in members]
        run_choosing(store, folds, members if options.only is None else options.only)
        alone = (*(() if options.mixtures else ALONE), WINNER, HELD_OUT, *RIVALS)
        scores = read_scores(store, folds, MIXTURES | {name: (name,) for name in alone})
        print(f"\nChoosing: {describe(folds)}\n\n{to_markdown(summarise(scores))}")
        if set(RIVALS) <= set(scores["method"]):
            print(f"\nEach mixture among the peers that are trees\n\n{to_markdown(rank_among_rivals(scores))}")
        equally = {"mean of logits": MIXTURES["members count equally"]}
        logits = read_scores(store, folds, equally, logits=True)
        if len(logits):
            print(f"\nMembers count equally, mean of logits: {logits[list(SCORES)].mean().round(4).to_dict()}")
    if "report" in options.parts:
        folds = cut(REPORTED)
        methods = OURS | PEERS
        chosen = options.only or (["RandomForest", WINNER] if options.quick else list(methods))
        run_reporting(store, folds, {name: methods[name] for name in chosen})
        scores = read_scores(store, folds, {name: (name,) for name in methods})
        print(f"\nNothing was chosen on these: {describe(folds)}")
        for mark in [name for name in OURS if name in set(scores["method"])]:
            others = scores[scores["method"].isin([mark, *PEERS])]
            print(f"\n{to_markdown(summarise(others))}\n\n{test_differences(others, mark, options.folds)}")
        for name in SCORES:
            means = scores.pivot_table(index="method", columns="table", values=name)
            print(f"\n{name}\n\n{to_markdown(means.loc[scores['method'].unique()])}")
    if "price" in options.parts:
        print(f"\nPrice, 10,000 rows of 30 columns\n\n{measure_price()}")


if __name__ == "__main__":
    main()
