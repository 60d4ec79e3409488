"""Every strategy on real tables: scores, what is better than a moved threshold beyond luck, and ranks over the tables.

Run ``SKWEIGHTED_DATA=path/to/data python benchmarks/strategies.py`` or name tables, with ``--strategies``, ``--cv``,
``--repeats`` and ``--epochs`` as in ``skweighted compare``. Prints Markdown. Ranks need scikit-posthocs (extra
``bench``) and two tables at least.
"""

import argparse
import warnings

import pandas as pd

from skweighted.comparison import METRICS, Comparison, compare_strategies
from skweighted.datasets import load_dataset

TABLES = (
    "haberman",
    "german_credit",
    "oil_spill",
    "phoneme",
    "abalone_19",
    "wine_quality",
    "thyroid_sick",
    "mammography",
)
SHOWN = ("average_precision", "g_mean", "brier")
ALPHA = 0.05


def compare(name: str, options: argparse.Namespace) -> Comparison:
    """Compare the strategies on a table, the rarer class of which is positive."""
    X, target = load_dataset(name)
    counts = target.value_counts()
    y = target if len(counts) == 2 else target == counts.index[-1]
    return compare_strategies(
        X,
        y,
        strategies=options.strategies.split(","),
        cv=options.cv,
        n_repeats=options.repeats,
        epochs=options.epochs,
    )


def print_scores(comparison: Comparison) -> None:
    """Print means, marked with + and - if significantly better and worse than `threshold`."""
    summary, tests = comparison.summary(), comparison.differences()
    print("| strategy | " + " | ".join(METRICS[key].title for key in SHOWN) + " |\n|---|" + "---|" * len(SHOWN))
    for strategy in comparison.strategies:
        cells = [f"{summary.loc[strategy, (key, 'mean')]:.3f}{mark(tests, strategy, key)}" for key in SHOWN]
        print(f"| {strategy} | {' | '.join(cells)} |")


def mark(tests: pd.DataFrame, strategy: str, key: str) -> str:
    """Return + or - for a significant difference, an empty string for none."""
    row = tests[(tests["strategy"] == strategy) & (tests["metric"] == key)]
    if row.empty or not row["p_holm"].iloc[0] < ALPHA:
        return ""
    is_better = (row["mean"].iloc[0] > 0) == METRICS[key].greater_is_better
    return " +" if is_better else " -"


def print_ranks(results: dict[str, Comparison]) -> None:
    """Print mean ranks over the tables, and which strategies Nemenyi's test parts from the best."""
    import scikit_posthocs

    for key in SHOWN:
        sign = -1 if METRICS[key].greater_is_better else 1
        means = pd.DataFrame({name: sign * c.summary()[key, "mean"] for name, c in results.items()}).dropna()
        ranks = means.rank().mean(axis=1).sort_values()
        p = scikit_posthocs.posthoc_nemenyi_friedman(means.T)
        print(f"\n### Mean rank by {METRICS[key].title} over {len(results)} tables\n")
        print("| strategy | rank | p against best |\n|---|---|---|")
        for strategy, rank in ranks.items():
            print(f"| {strategy} | {rank:.1f} | {p.loc[ranks.index[0], strategy]:.2f} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tables", nargs="*", default=list(TABLES))
    parser.add_argument("--strategies", default="all")
    parser.add_argument("--cv", type=int, default=5)
    parser.add_argument("--repeats", type=int, default=2)
    parser.add_argument("--epochs", type=int, default=None)
    options = parser.parse_args()
    warnings.simplefilter("ignore")  # strategies provoke warnings of numerics, such as no prediction of a class
    results = {}
    for name in options.tables:
        comparison = results[name] = compare(name, options)
        print(f"\n## {name}\n\n{comparison.describe()}\n", flush=True)
        print_scores(comparison)
        print("\n" + "\n".join(comparison.verdict), flush=True)
    if len(results) > 1:
        print_ranks(results)


if __name__ == "__main__":
    main()
