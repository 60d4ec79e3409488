"""Compare committees that share weights or embed their columns with plain ones, on tables for choosing only.

Usage: python benchmarks/members.py [--quick] [--folds N] [--rows N] [--tables NAME ...] [--only NAME ...]
       [--store FOLDER]

Every committee sees the same squashed inputs, but for two that mixtures need, and trains by the rule of
``make_tabular_classifier``. Tables come from the folder SKWEIGHTED_DATA; larger ones are cut to a stratified sample of
``--rows``. What was run is kept in the folder of ``--store``. CPU seconds are the least of any fold, so that compiling,
in the first one of a table, mostly does not count; of a mixture, the sum of all it took.
"""

import argparse
import itertools
import os
from functools import partial
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")  # on a shared machine, threads of OpenMP that wait burn CPU time

import numpy as np
import pandas as pd
from _study import Store, make_folds, score
from defaults import summarise, to_markdown
from sklearn.pipeline import make_pipeline

from skweighted import CostSensitiveMLPClassifier
from skweighted.meta import HoldoutCalibratedClassifier
from skweighted.optimizers.schedules import Cosine
from skweighted.preprocessing import PiecewiseLinearEncoder, make_preprocessor

TABLES = ("satimage", "wine_quality", "abalone_19", "thyroid_sick", "page_blocks", "ecoli")
BODIES: dict[str, dict[str, Any]] = {
    "100": {"hidden_layer_sizes": (100,)},
    "256": {"hidden_layer_sizes": (256,)},
    "64-64": {"hidden_layer_sizes": (64, 64), "dropout": 0.1},
}
KINDS = [("independent", 4), ("independent", 8), ("mini", 8), ("batch", 8)]
ENCODED: dict[str, dict[str, Any]] = {
    "normal": {"preprocessing": {"scaling": "quantile_normal"}},
    "bins": {"preprocessing": {"encoding": PiecewiseLinearEncoder(16)}, "dropout": 0.2},
}
# Means of the probabilities of several committees, of the first four as in make_tabular_classifier.
MEMBERS = {
    "squashed": "independent 4, 100",
    "deep": "independent 4, 64-64",
    "normal": "independent 4, 100, normal",
    "bins": "independent 4, 100, bins",
    "periodic": "independent 4, 100, periodic",
    "mini": "mini 8, 64-64",
}
MIXTURES = [
    ("squashed", "deep", "normal", "bins"),
    ("squashed", "deep", "normal", "bins", "periodic"),
    ("squashed", "deep", "normal", "bins", "mini"),
    ("periodic", "deep", "normal", "bins"),
    ("squashed", "periodic", "normal", "bins"),
    ("squashed", "deep", "periodic", "bins"),
    ("squashed", "deep", "normal", "periodic"),
    ("squashed", "mini", "normal", "bins"),
]
LEFT_OUT = ("independent 8, 64-64", "batch 8, 64-64")  # which keeps the run short
FRONTS: dict[str, dict[str, Any]] = {
    "front scale": {"front_scale": True},
    "periodic": {"embedding": "periodic"},
    "periodic, front scale": {"embedding": "periodic", "front_scale": True},
    "piecewise": {"embedding": "piecewise_linear"},
}


def make_methods() -> dict[str, dict[str, Any]]:
    """Return the parameters of each committee by name."""
    methods = {
        f"{kind} {number}, {body}": parameters | {"committee": kind, "n_networks": number}
        for body, parameters in BODIES.items()
        for kind, number in KINDS
        if f"{kind} {number}, {body}" not in LEFT_OUT
    }
    fronts = {
        f"independent 4, 100, {front}": BODIES["100"] | more | {"n_networks": 4}
        for front, more in (FRONTS | ENCODED).items()
    }
    calibrated = {
        f"independent 4, {body}, calibrated": BODIES[body] | {"n_networks": 4, "calibrated": True}
        for body in ("100", "64-64")
    }
    return methods | fronts | calibrated


def make_classifier(*, calibrated: bool = False, preprocessing: dict[str, Any] | None = None, **parameters: Any) -> Any:
    """Return a committee, behind squashed inputs by default; if asked one that is calibrated on rows held out."""
    network = CostSensitiveMLPClassifier(epochs="auto", learning_rate=Cosine(5e-3), random_state=0)
    pipeline = make_pipeline(
        make_preprocessor(**preprocessing or {"scaling": "squashing"}), network.set_params(**parameters)
    )
    return HoldoutCalibratedClassifier(pipeline, random_state=0) if calibrated else pipeline


def run(methods: dict[str, dict[str, Any]], arguments: argparse.Namespace) -> pd.DataFrame:
    """Fit every method to every fold; return scores and CPU seconds, a row for each."""
    store, rows = Store(arguments.store), []
    for table in arguments.tables:
        folds = make_folds(table, arguments.folds, 1, arguments.rows)
        for name, parameters in methods.items():
            for fold in folds:
                store.run(name, partial(make_classifier, **parameters), fold)
            kept = [store.read(name, table, fold.number) or {} for fold in folds]
            common = {"method": name, "table": table, "CPU s": min(float(each["cpu_seconds"]) for each in kept)}
            rows += [common | score(each["y"], each["probability"]) for each in kept]
            print(f"{table}: {name}", flush=True)
    return pd.DataFrame(rows)


def mix(arguments: argparse.Namespace) -> pd.DataFrame:
    """Return the scores of every mixture on every fold, from what was kept, and the sum of the CPU seconds."""
    store, rows = Store(arguments.store), []
    for table, number, members in itertools.product(arguments.tables, range(arguments.folds), MIXTURES):
        kept = [store.read(MEMBERS[member], table, number) for member in members]
        if any(each is None for each in kept):
            continue
        probability = np.mean([each["probability"] for each in kept], axis=0)
        seconds = sum(float(each["cpu_seconds"]) for each in kept)
        scores = score(kept[0]["y"], probability)
        rows.append({"method": " + ".join(members), "table": table, "CPU s": seconds, **scores})
    return pd.DataFrame(rows)


def main() -> None:
    """Run what the command line names, and print a table in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folds", type=int, default=2)
    parser.add_argument("--rows", type=int, default=2000)
    parser.add_argument("--tables", nargs="+", default=TABLES)
    parser.add_argument("--only", nargs="+", default=[""], help="what names of methods to run contain")
    parser.add_argument("--store", type=Path, default=Path("members-store"))
    parser.add_argument("--quick", action="store_true", help="two tables of 500 rows")
    arguments = parser.parse_args()
    if arguments.quick:
        arguments.rows, arguments.tables, arguments.store = 500, arguments.tables[:2], arguments.store / "quick"
    methods = {
        name: parameters for name, parameters in make_methods().items() if any(part in name for part in arguments.only)
    }
    print(f"\n{to_markdown(summarise(run(methods, arguments)))}")
    mixtures = mix(arguments)
    if len(mixtures):
        print(f"\nMeans of the probabilities of several committees\n\n{to_markdown(summarise(mixtures))}")


if __name__ == "__main__":
    main()
