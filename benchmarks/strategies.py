"""Every strategy on twelve real tables: scores, differences from a moved threshold, and ranks over the tables.

Run ``SKWEIGHTED_DATA=path/to/data python benchmarks/strategies.py --cache FOLDER``; a run that was stopped continues
from FOLDER. ``--differences FILE.csv`` and ``--figure FILE.svg`` write every difference with its interval, and Demsar's
critical-difference diagrams. ``--quick`` takes three strategies on 300 rows of three tables. Prints Markdown. Ranks
need scikit-posthocs (extra ``bench``).
"""

import argparse
import io
import re
import time
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.model_selection import train_test_split

from skweighted import CostSensitiveMLPClassifier
from skweighted.comparison import METRICS, Comparison, compare_strategies
from skweighted.datasets import load_dataset

TABLES = (
    "haberman",
    "glass",
    "ecoli",
    "oil_spill",
    "german_credit",
    "thyroid_sick",
    "abalone_19",
    "wine_quality",
    "phoneme",
    "page_blocks",
    "satimage",
    "mammography",
)
NOTHING_TO_LEARN = {"oil_spill": ["x0"]}  # the number of a patch, which the published protocol leaves out
FEWEST_ROWS = 25  # of the positive class, five for each of five folds
SHOWN = ("average_precision", "g_mean", "brier")
ALPHA = 0.05
REFERENCE = "threshold"
HEAD = """# Every strategy on real tables

As printed by `python benchmarks/strategies.py` for {n_tables} of its {n_all} tables: the rarest class of at least
{fewest} rows against the rest, a stratified sample of {most_rows:,} rows of larger tables, {cv} folds x {repeats}.
`--strategies {strategies}`. The network of all strategies is

    {network}

+ and - mark what is significantly better and worse than `{reference}`, by the corrected resampled t-test with Holm's
adjustment. Five folds are a weak test: what is not marked is not shown to be equal. Fit s was measured while other
work shared the processor; stacked networks divide their time."""


def load_problem(name: str, most_rows: int) -> tuple[pd.DataFrame, pd.Series]:
    """Return at most `most_rows` rows of a table, and whether they are of its rarest class that is not too rare."""
    X, target = load_dataset(name)
    X = X.drop(columns=NOTHING_TO_LEARN.get(name, []))
    counts = target.value_counts()
    y = target == counts[counts >= FEWEST_ROWS].index[-1]
    if len(y) <= most_rows:
        return X, y
    rows, _ = train_test_split(np.arange(len(y)), train_size=most_rows, stratify=y, random_state=0)
    return X.iloc[np.sort(rows)].reset_index(drop=True), y.iloc[np.sort(rows)].reset_index(drop=True)


def make_network(epochs: int | str) -> CostSensitiveMLPClassifier:
    """Return the network that all strategies train."""
    return CostSensitiveMLPClassifier((32,), alpha=1e-3, learning_rate=3e-3, batch_size=128, epochs=epochs)


def compare(name: str, options: argparse.Namespace) -> Comparison:
    """Compare the strategies on a table."""
    return compare_strategies(
        *load_problem(name, options.most_rows),
        strategies=options.strategies.split(","),
        classifier=make_network(options.epochs),
        metrics=SHOWN,
        cv=options.cv,
        n_repeats=options.repeats,
        cache=options.cache,
    )


def print_scores(comparison: Comparison) -> None:
    """Print means, marked with + and - if significantly better and worse than `REFERENCE`, and the seconds of a fit."""
    summary, tests = comparison.summary(), comparison.differences(REFERENCE)
    seconds = comparison.table.query("metric == 'fit_seconds'").groupby("strategy")["value"].median()
    titles = " | ".join(METRICS[key].title for key in SHOWN)
    print(f"| strategy | {titles} | Fit s |\n|---|{'---|' * (len(SHOWN) + 1)}")
    for strategy in comparison.strategies:
        cells = [f"{summary.loc[strategy, (key, 'mean')]:.3f}{mark(tests, strategy, key)}" for key in SHOWN]
        print(f"| {strategy} | {' | '.join(cells)} | {seconds[strategy]:.2f} |")


def mark(tests: pd.DataFrame, strategy: str, key: str) -> str:
    """Return + or - for a significant difference, an empty string for none."""
    row = tests[(tests["strategy"] == strategy) & (tests["metric"] == key)]
    if row.empty or not row["p_holm"].iloc[0] < ALPHA:
        return ""
    is_better = (row["mean"].iloc[0] > 0) == METRICS[key].greater_is_better
    return " +" if is_better else " -"


def rank(results: dict[str, Comparison], key: str) -> tuple[pd.Series, pd.DataFrame, float, list[str]]:
    """Return mean ranks (1 is best), p of Nemenyi's test between each two, p of Friedman's, and what is not ranked."""
    import scikit_posthocs
    from scipy.stats import friedmanchisquare

    sign = -1 if METRICS[key].greater_is_better else 1
    everywhere = pd.DataFrame({name: sign * c.summary()[key, "mean"] for name, c in results.items()})
    means = everywhere.dropna()
    ranks = means.rank().mean(axis=1).sort_values()
    p = scikit_posthocs.posthoc_nemenyi_friedman(means.T)
    missing = [name for name in everywhere.index if name not in means.index]
    return ranks, p, float(friedmanchisquare(*means.to_numpy()).pvalue), missing


def print_ranks(results: dict[str, Comparison]) -> None:
    """Print the mean rank of each strategy by each metric, in the order of the first of them."""
    found = {key: rank(results, key) for key in SHOWN}
    print(f"\n## Mean ranks over {len(results)} tables\n")
    print("1 is best. A star marks what Nemenyi's test does not part from the best of its column (p >= 0.05).\n")
    print(f"| strategy | {' | '.join(METRICS[key].title for key in SHOWN)} |\n|---|{'---|' * len(SHOWN)}")
    for strategy in found[SHOWN[0]][0].index:
        cells = []
        for ranks, p, _, _ in found.values():
            star = "" if p.loc[ranks.index[0], strategy] < ALPHA else " *"
            cells.append(f"{ranks[strategy]:.1f}{star}" if strategy in ranks else "")
        print(f"| {strategy} | {' | '.join(cells)} |")
    tests = "; ".join(f"{METRICS[key].title} p = {p:.1e}" for key, (_, _, p, _) in found.items())
    print(f"\nFriedman's test that all are alike: {tests}.")
    print(f"Not ranked, because not to be had on every table: {', '.join(found[SHOWN[0]][3]) or 'none'}.")


def write_figure(results: dict[str, Comparison], path: Path) -> None:
    """Draw the critical-difference diagrams, one below the other."""
    import matplotlib as mpl
    import scikit_posthocs

    mpl.use("svg")
    import matplotlib.pyplot as plt

    plt.rcParams |= {"svg.fonttype": "none", "svg.hashsalt": "skweighted", "font.size": 7}
    figure, axes = plt.subplots(len(SHOWN), figsize=(8, 4.5 * len(SHOWN)), layout="constrained")
    for key, ax in zip(SHOWN, axes, strict=True):
        ranks, p, _, _ = rank(results, key)
        scikit_posthocs.critical_difference_diagram(ranks, p, ax=ax, alpha=ALPHA)
        ax.set_title(f"Mean rank by {METRICS[key].title} over {len(results)} tables; bars join what is not told apart")
    drawn = io.StringIO()
    figure.savefig(drawn, format="svg", metadata={"Date": None})
    small = re.sub(r"(\.\d)\d+(?=[\s\"])", r"\1", re.sub(r"\n\s+", "\n", drawn.getvalue()))
    path.write_text(small, encoding="utf-8")


def write_differences(results: dict[str, Comparison], path: Path) -> None:
    """Write the differences of every strategy from `REFERENCE` on every table, with intervals and p-values."""
    parts = [found.differences(REFERENCE).assign(table=name) for name, found in results.items()]
    columns = ["table", "metric", "strategy", "mean", "low", "high", "p_holm", "p_better", "p_equal", "p_worse"]
    pd.concat(parts)[columns].to_csv(path, index=False, float_format="%.3g")


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("tables", nargs="*", default=list(TABLES))
    parser.add_argument("--strategies", default="all")
    parser.add_argument("--cv", type=int, default=5)
    parser.add_argument("--repeats", type=int, default=1)
    parser.add_argument("--epochs", type=lambda text: text if text == "auto" else int(text), default="auto")
    parser.add_argument("--most-rows", type=int, default=10_000)
    parser.add_argument("--cache", type=Path)
    parser.add_argument("--differences", type=Path)
    parser.add_argument("--figure", type=Path)
    parser.add_argument("--quick", action="store_true", help="three strategies, two folds of 300 rows of three tables")
    options = parser.parse_args()
    if options.quick:
        options.tables, options.strategies = options.tables[:3], "none,threshold,class_weight"
        options.cv, options.most_rows = 2, 300
    return options


def main() -> None:
    options = parse()
    warnings.simplefilter("ignore")  # strategies provoke warnings of numerics, such as no prediction of a class
    started, results = time.perf_counter(), {}
    facts = {"n_tables": len(options.tables), "n_all": len(TABLES), "network": make_network(options.epochs)}
    print(HEAD.format(**facts, fewest=FEWEST_ROWS, reference=REFERENCE, **vars(options)))
    for name in options.tables:
        comparison = results[name] = compare(name, options)
        print(f"\n## {name}\n\n{comparison.describe()}\n", flush=True)
        print_scores(comparison)
        print("\n" + "\n".join(comparison.verdict))
        print(f"\nLeft out: {', '.join(comparison.left_out or {}) or 'none'}.", flush=True)
    if len(results) > 1:
        print_ranks(results)
        if options.figure:
            write_figure(results, options.figure)
    if options.differences:
        write_differences(results, options.differences)
    kept = [result.from_cache for found in results.values() for result in found.predictions.results.values()]
    print(f"\n{len(kept):,} fits, {sum(kept):,} of them from earlier runs; {time.perf_counter() - started:.0f} s.")


if __name__ == "__main__":
    main()
