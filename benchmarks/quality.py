"""The table that is missing elsewhere: what can be done about imbalance, with three learners, on twelve tables.

Run ``SKWEIGHTED_DATA=path/to/data python benchmarks/quality.py > quality.md``. ``--quick`` takes two small tables and
two folds. Every table and learner is kept when it is finished, in ``--folder`` (a temporary one by default), so that
the same call resumes; progress goes to the error stream. Needs the extra ``bench`` for the tests of ranks.

Nothing, a moved threshold, weights, SMOTE, undersampling, and three committees, with the default network, with
``make_tabular_classifier()`` and with scikit-learn's boosted trees. All see the same folds and the same preprocessed
columns; networks take the same number of gradient steps. A tabular classifier is a committee already: its plain and
weighted committees are itself. Committees of trees are bagged, because trees without a sample of rows are all alike.

The tables, and what is positive in them, are those of ``strategies.py``. Large tables are sampled.
"""

import argparse
import os
import warnings
from functools import partial
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")  # on a shared machine, threads of OpenMP that wait burn CPU time

import numpy as np
import pandas as pd
from _kept import Kept
from sklearn.ensemble import BaggingClassifier, HistGradientBoostingClassifier
from strategies import TABLES, load_problem

from skweighted import CostSensitiveMLPClassifier, make_tabular_classifier
from skweighted.comparison import METRICS, compare_strategies
from skweighted.strategies import Strategy

SHOWN = ("average_precision", "g_mean", "f1", "brier")
WAYS = {
    "none": "nothing",
    "threshold": "threshold",
    "class_weight": "weights",
    "smote": "SMOTE",
    "undersample": "undersampling",
    "committee": "plain committee",
    "weighted_committee": "weighted committee",
    "undersample_committee": "undersampled committee",
}


class Bagged(Strategy):
    """Eight copies of the classifier, each on a bootstrap of the rows."""

    def __init__(self, class_weight: str | None = None) -> None:
        self.class_weight = class_weight

    def adapt_classifier(self, classifier: Any) -> Any:
        """Return the copies, unfitted."""
        return BaggingClassifier(classifier.set_params(class_weight=self.class_weight), n_estimators=8, random_state=0)


NOTES = """
`tabular` is a committee of networks and trees already: its plain and weighted committees are itself. `trees` ask for 20
rows in a leaf, so that undersampling leaves too few to split at all if fewer than 20 training rows are positive: glass,
page_blocks, mammography and abalone_19, cut to 1,000 rows."""

SIMPLE = ["none", "threshold", "class_weight", "smote", "undersample"]
LEARNERS: dict[str, tuple[Any, list[Any]]] = {
    "network": (CostSensitiveMLPClassifier(), list(WAYS)),
    "trees": (
        HistGradientBoostingClassifier(),
        [
            *SIMPLE,
            ("bagged", Bagged()),
            ("weighted_bagged", Bagged("balanced")),
            "undersample_committee",
        ],
    ),
    "tabular": (make_tabular_classifier(), [*SIMPLE, "undersample_committee"]),
}


def measure(name: str, learner: str, options: argparse.Namespace) -> dict[str, dict[str, float]]:
    """Return the mean scores of each way on a table."""
    classifier, ways = LEARNERS[learner]
    comparison = compare_strategies(
        *load_problem(name, options.rows),
        strategies=ways,
        classifier=classifier,
        metrics=SHOWN,
        cv=options.cv,
        n_repeats=options.repeats,
    )
    means = comparison.summary().xs("mean", axis=1, level=1)[list(SHOWN)]
    return {way.replace("bagged", "committee"): row.to_dict() for way, row in means.iterrows()}


def gather(kept: Kept, options: argparse.Namespace) -> pd.DataFrame:
    """Return scores with a column a metric and table, and a row a learner and way."""
    rows = {}
    for learner in options.learners:
        for name in options.tables:
            protocol = f"{options.rows} rows {options.cv} folds x {options.repeats}"
            found = kept.get(f"{name} {learner} {protocol}", partial(measure, name, learner, options))
            if found is None:
                continue
            if learner == "tabular":
                found |= {"committee": found["none"], "weighted_committee": found["class_weight"]}
            for way, scores in found.items():
                rows |= {(metric, name, learner, way): value for metric, value in scores.items()}
    table = pd.Series(rows).unstack([0, 1])
    options.learners = [learner for learner in options.learners if learner in table.index]
    return table.reindex([(learner, way) for learner in options.learners for way in WAYS])


def means_and_ranks(values: pd.DataFrame, metric: str) -> pd.Series:
    """Return, for each row, its mean over the tables and its mean rank among the rows, 1 for the best, as text."""
    sign = -1 if METRICS[metric].greater_is_better else 1
    ranks = (sign * values).rank().mean(axis=1)
    return pd.Series({key: f"{values.loc[key].mean():.3f} ({ranks[key]:.1f})" for key in values.index})


def print_short(table: pd.DataFrame, learners: list[str], corner: str = "way") -> None:
    """Print the mean of each way over the tables that these learners have finished, learner beside learner."""
    means = {metric: table.loc[learners, metric].dropna(axis="columns") for metric in SHOWN}
    tables = means[SHOWN[0]].columns
    print(f"\n## In short: mean over {len(tables)} tables, {' / '.join(learners)}\n")
    if len(tables) < len(table[SHOWN[0]].columns):
        print(f"The tables: {', '.join(tables)}.\n")
    print(f"| {corner} | {' | '.join(METRICS[metric].title for metric in SHOWN)} |\n|---|{'---|' * len(SHOWN)}")
    for way, title in WAYS.items():
        rows = [[f"{means[metric].loc[learner, way].mean():.3f}" for learner in learners] for metric in SHOWN]
        print(f"| {title} | {' | '.join(' / '.join(cells) for cells in rows)} |")


def print_grid(table: pd.DataFrame, options: argparse.Namespace) -> None:
    """Print, for each metric, the mean over tables and the mean rank among all cells."""
    for metric in SHOWN:
        values = table[metric].dropna(axis="columns")
        cells = means_and_ranks(values, metric)
        print(f"\n### {METRICS[metric].title}: mean over {values.shape[1]} tables (mean rank of {len(cells)})\n")
        print(f"| way | {' | '.join(options.learners)} |\n|---|{'---|' * len(options.learners)}")
        for way, title in WAYS.items():
            print(f"| {title} | {' | '.join(cells[learner, way] for learner in options.learners)} |")


def print_tests(table: pd.DataFrame, options: argparse.Namespace) -> None:
    """Print Friedman's test and Nemenyi's critical difference of the ways, for each learner and metric."""
    import scikit_posthocs
    from scipy.stats import friedmanchisquare, studentized_range

    print("\n## Tests of ranks\n")
    print("Friedman's p, and the ways by mean rank; Nemenyi's test at 0.05 does not tell those in *italics* from the")
    print("first: their ranks differ by less than the critical difference.\n")
    print("| learner | metric | p | critical difference | ways, best first |\n|---|---|---|---|---|")
    for learner in options.learners:
        for metric in SHOWN:
            values = table.loc[learner][metric].dropna(axis="columns")
            if learner == "tabular":
                values = values.drop(["committee", "weighted_committee"])
            sign = -1 if METRICS[metric].greater_is_better else 1
            ranks = (sign * values).rank().mean(axis=1).sort_values()
            n_ways, n_tables = values.shape
            critical = studentized_range.ppf(0.95, n_ways, np.inf) / np.sqrt(2)
            critical *= np.sqrt(n_ways * (n_ways + 1) / (6 * n_tables))
            p = scikit_posthocs.posthoc_nemenyi_friedman(values.T)
            named = [
                f"*{WAYS[way]}* {rank:.1f}" if p.loc[ranks.index[0], way] >= 0.05 else f"{WAYS[way]} {rank:.1f}"
                for way, rank in ranks.items()
            ]
            friedman = friedmanchisquare(*values.to_numpy()).pvalue
            print(f"| {learner} | {METRICS[metric].title} | {friedman:.1e} | {critical:.1f} | {', '.join(named)} |")


def draw(table: pd.DataFrame, options: argparse.Namespace) -> None:
    """Write the critical-difference diagrams of the network's ways, a panel a metric."""
    import matplotlib as mpl

    mpl.use("svg")
    import matplotlib.pyplot as plt
    import scikit_posthocs

    plt.rcParams |= {"svg.fonttype": "none", "svg.hashsalt": "skweighted"}
    figure, axes = plt.subplots(len(SHOWN), figsize=(8, 2.4 * len(SHOWN)), layout="constrained")
    for ax, metric in zip(axes, SHOWN, strict=True):
        values = table.loc[options.learners[0]][metric].dropna(axis="columns").rename(index=WAYS)
        sign = -1 if METRICS[metric].greater_is_better else 1
        p = scikit_posthocs.posthoc_nemenyi_friedman(values.T)
        scikit_posthocs.critical_difference_diagram((sign * values).rank().mean(axis=1), p, ax=ax)
        ax.set_title(METRICS[metric].title, fontsize=10)
    figure.savefig(options.diagram, metadata={"Date": None} if options.diagram.suffix == ".svg" else None)


def main() -> None:
    """Run and print everything."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--tables", nargs="+", default=list(TABLES), choices=TABLES)
    parser.add_argument("--learners", nargs="+", default=list(LEARNERS), choices=LEARNERS)
    parser.add_argument("--rows", type=int, default=1000, help="the most rows of a table")
    parser.add_argument("--cv", type=int, default=3)
    parser.add_argument("--repeats", type=int, default=1)
    parser.add_argument("--kept", action="store_true", help="print what earlier runs have kept, and run nothing")
    parser.add_argument("--folder", type=Path, help="where results are kept")
    parser.add_argument("--diagram", type=Path, help="where to draw the ranks of the network's ways")
    options = parser.parse_args()
    if options.quick:
        options.tables, options.cv, options.rows = ["haberman", "glass", "ecoli"], 2, 300
    warnings.simplefilter("ignore")  # ways provoke warnings of numerics, such as no prediction of a class
    table = gather(Kept.of("quality", options.folder, computes=not options.kept), options)
    print("# Quality: what can be done about imbalance, with three learners\n\nPrinted by `benchmarks/quality.py`.")
    print(f"Tables of at most {options.rows:,} rows, {options.cv} folds x {options.repeats}.")
    print(f"Tables: {', '.join(options.tables)}.")
    begun = options.learners
    options.learners = [name for name in begun if not table.loc[name].isna().any(axis=None)] or begun
    print_short(table, options.learners)
    if options.learners != begun:  # not on every table
        print_short(table, begun, corner=f"way, those with {' and '.join(set(begun) - set(options.learners))}")
    print(f"\n## All learners\n\nThose that were run on all tables: {', '.join(options.learners)}.")
    print(NOTES)
    table = table.loc[options.learners]
    print_grid(table, options)
    print_tests(table, options)
    if options.diagram:
        draw(table, options)
        print(f"\n![Ranks of the ways, those not told apart joined]({options.diagram.name})")


if __name__ == "__main__":
    main()
