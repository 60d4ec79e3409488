"""Time the default comparison: where its seconds go, and what the same comparison takes when it is done otherwise.

Usage: python benchmarks/compare.py [--quick] [FILE [TARGET]]

FILE is a table that ``skweighted compare`` reads, TARGET its column to predict ("target"); without FILE it is the
table of handwritten digits that the command has with it. Three ways to compare five strategies on the same folds, with
the same network and number of steps:

- ours: ``compare_strategies``, the first time in the process and then again;
- fold by fold: one fit after another with the same pipelines;
- plain scikit-learn tools: ``cross_validate`` over pipelines of ``MLPClassifier`` with nothing, balanced
  ``sample_weight``, SMOTE and undersampling, and with the same scores. A moved threshold has no counterpart there.

Then the command from a shell, next to ``python -c "import tensorflow"``. Seconds are medians of wall-clock time.
``--quick`` takes one repeat of the folds instead of two, and each time once instead of three times.
"""

import argparse
import os
import statistics
import subprocess
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from imblearn.over_sampling import SMOTE
from imblearn.pipeline import Pipeline
from imblearn.under_sampling import RandomUnderSampler
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import RepeatedStratifiedKFold, cross_validate
from sklearn.neural_network import MLPClassifier
from sklearn.utils import compute_sample_weight

TARGET_SPEEDUP, TARGET_COMMAND = 2.0, 2.2  # times fold by fold, and times the import of TensorFlow
FOLDS = 5
COMPARED = ("none", "threshold", "class_weight", "smote", "undersample")
BOTH_IMPORTS = (
    "import skweighted.cli, skweighted.cli.terminal\n"
    "from skweighted._base.tensorflow import import_tensorflow; import_tensorflow()"
)
SCORES = ("roc_auc", "average_precision", "f1", "neg_brier_score")


class Clock:
    """Adds up the seconds of functions by phase.

    Parameters
    ----------
    phases : dict of str to list of (object, str)
        The functions of each phase, as an object and the name of its attribute. They are wrapped for good.
    """

    def __init__(self, phases: dict[str, list[tuple[Any, str]]]) -> None:
        self.seconds = dict.fromkeys(phases, 0.0)
        for phase, functions in phases.items():
            for owner, name in functions:
                setattr(owner, name, self._timed(phase, getattr(owner, name)))

    def _timed(self, phase: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def timed(*args: Any, **kwargs: Any) -> Any:
            start = time.perf_counter()
            try:
                return function(*args, **kwargs)
            finally:
                self.seconds[phase] += time.perf_counter() - start

        return timed

    def take(self) -> dict[str, float]:
        """Return the seconds since the last call."""
        taken, self.seconds = self.seconds, dict.fromkeys(self.seconds, 0.0)
        return taken


def timed(function: Callable[[], Any], n_times: int = 1) -> float:
    """Return the median seconds of a call."""
    found = []
    for _ in range(n_times):
        start = time.perf_counter()
        function()
        found.append(time.perf_counter() - start)
    return statistics.median(found)


def run_in_shell(*arguments: str) -> None:
    """Run Python with `arguments`, and hide what it prints."""
    quiet = os.environ | {"TF_CPP_MIN_LOG_LEVEL": "3"}
    subprocess.run([sys.executable, *arguments], check=True, env=quiet, capture_output=True)


def watch_phases() -> Clock:
    """Return a clock of the phases of a comparison.

    Stacks train at the same time, so their phase is timed by the wait of the thread that conducts them.
    """
    from skweighted.comparison import _run as comparison
    from skweighted.many_fits import _leaves, _run

    return Clock(
        {
            "planning": [(_run, "find_leaves"), (_leaves.Leaf, "plan")],
            "scoring": [(comparison.Predictor, "__call__"), (comparison.Collector, "add")],
        }
    )


def time_ours(X: pd.DataFrame, y: pd.Series, repeats: int, n_times: int) -> tuple[pd.DataFrame, float]:
    """Return the seconds of each phase, first and again, and of the whole once compiled."""
    from skweighted.comparison import compare_strategies

    clock, rows = watch_phases(), []
    for _ in range(1 + n_times):
        whole = timed(lambda: compare_strategies(X, y, strategies=COMPARED, n_repeats=repeats))
        phases = clock.take()
        rows.append(phases | {"training": whole - sum(phases.values())})
    again = pd.DataFrame(rows[1:]).median()
    first = rows[0] | {"training": again["training"]}
    first["compiling"] = max(0.0, rows[0]["training"] - again["training"])
    table = pd.DataFrame({"first": first, "again": again}).reindex(["planning", "compiling", "training", "scoring"])
    return table, float(again.sum())


def time_fold_by_fold(X: pd.DataFrame, y: pd.Series, repeats: int) -> float:
    """Return the seconds of one fit after another, scores included; the moved threshold uses the fit of nothing."""
    from skweighted import CostSensitiveMLPClassifier
    from skweighted.comparison import DEFAULT_METRICS, METRICS, Predictions
    from skweighted.comparison._problem import fix_steps
    from skweighted.strategies import STRATEGIES, make_preprocessor

    labels, codes = np.unique(y, return_inverse=True)
    positive = int(np.bincount(codes).argmin())
    folds = list(splitter(repeats).split(X, codes))
    network = fix_steps(CostSensitiveMLPClassifier(), min(len(train) for train, _ in folds), None)
    trained = [STRATEGIES[key]() for key in COMPARED if key != "threshold"]

    def run(folds: list[Any]) -> None:
        for train, test in folds:
            for strategy in trained:
                model = strategy.make_pipeline(make_preprocessor(), network, random_state=0)
                model.fit(X.iloc[train], labels[codes[train]])
                decisions = np.searchsorted(labels, model.predict(X.iloc[test]))
                predictions = Predictions(codes[test], model.predict_proba(X.iloc[test]), decisions, positive)
                for key in DEFAULT_METRICS:
                    METRICS[key]().score(predictions)

    run(folds[:1])  # compiles
    return timed(lambda: run(folds))


def time_plain_tools(X: pd.DataFrame, y: pd.Series, repeats: int) -> float:
    """Return the seconds of ``cross_validate`` over four pipelines."""
    from skweighted import CostSensitiveMLPClassifier
    from skweighted.preprocessing import make_preprocessor

    codes = (y == y.value_counts().idxmin()).to_numpy().astype(int)
    n_train, n_rare = len(y) * (FOLDS - 1) // FOLDS, int(codes.sum()) * (FOLDS - 1) // FOLDS
    epochs, batch = CostSensitiveMLPClassifier().epochs, min(200, n_train)
    n_steps = epochs * -(-n_train // batch)

    def run() -> None:
        for sampler, n_rows, weighted in (
            ("passthrough", n_train, False),
            ("passthrough", n_train, True),
            (SMOTE(random_state=0), 2 * (n_train - n_rare), False),
            (RandomUnderSampler(random_state=0), 2 * n_rare, False),
        ):
            epochs = max(1, round(n_steps / -(-n_rows // batch)))
            network = MLPClassifier(batch_size=batch, max_iter=epochs, tol=0, n_iter_no_change=epochs, random_state=0)
            model = Pipeline([("table", clone(make_preprocessor())), ("sample", sampler), ("network", network)])
            weight = compute_sample_weight("balanced", codes)
            params = {"network__sample_weight": weight} if weighted else {}
            warnings.simplefilter("ignore", ConvergenceWarning)  # it is to take these steps and no more
            cross_validate(model, X, codes, cv=splitter(repeats), scoring=SCORES, params=params, error_score="raise")

    with warnings.catch_warnings():
        return timed(run)


def splitter(repeats: int) -> RepeatedStratifiedKFold:
    """Return the folds of every contender."""
    return RepeatedStratifiedKFold(n_splits=FOLDS, n_repeats=repeats, random_state=0)


def read(arguments: argparse.Namespace) -> tuple[pd.DataFrame, pd.Series]:
    """Return the table."""
    from skweighted.datasets import load_digits_8, read_table

    return load_digits_8() if arguments.file is None else read_table(arguments.file, arguments.target)


def show_target(what: str, found: float, target: float, *, at_least: bool) -> None:
    """Print a figure next to its target."""
    met = found >= target if at_least else found <= target
    print(f"{what}: {found:.1f} (target: at {'least' if at_least else 'most'} {target}, {'met' if met else 'missed'})")


def main() -> None:
    """Run and print everything."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", nargs="?", type=Path)
    parser.add_argument("target", nargs="?", default="target")
    parser.add_argument("--quick", action="store_true")
    arguments = parser.parse_args()
    repeats, n_times = (1, 1) if arguments.quick else (2, 3)

    tensorflow = timed(lambda: run_in_shell("-c", "import tensorflow"), n_times)
    given = [] if arguments.file is None else [str(arguments.file), "--target", arguments.target]
    command = ("-m", "skweighted", "compare", *given, "--repeats", str(repeats), "--strategies", ",".join(COMPARED))
    whole = timed(lambda: run_in_shell(*command), n_times)
    own = timed(lambda: run_in_shell("-c", "import skweighted.cli, skweighted.cli.terminal"), n_times)
    both = timed(lambda: run_in_shell("-c", BOTH_IMPORTS), n_times)

    X, y = read(arguments)
    phases, again = time_ours(X, y, repeats, n_times)
    single, plain = time_fold_by_fold(X, y, repeats), time_plain_tools(X, y, repeats)

    print(
        f"{len(X):,} rows, {X.shape[1]} columns; five strategies, {FOLDS} folds x {repeats}; {os.cpu_count()} cores\n"
    )
    print("Seconds of the command")
    print(f"  import: TensorFlow {tensorflow:.1f}, without Keras {both - own:.1f}, everything else {own:.1f}")
    print(phases.rename_axis("  phase").round(2).to_string(na_rep=""), end="\n\n")
    print("Seconds of the comparison, once everything is imported and compiled")
    print(f"  compare_strategies  {again:6.2f}")
    print(f"  fold by fold        {single:6.2f}")
    print(f"  plain scikit-learn  {plain:6.2f}  (four strategies)\n")
    show_target("Times as fast as fold by fold", single / again, TARGET_SPEEDUP, at_least=True)
    print(f"Times as fast as plain scikit-learn tools: {plain / again:.1f}")
    print(f"Seconds of the whole command: {whole:.1f}")
    show_target("Times as long as import tensorflow", whole / tensorflow, TARGET_COMMAND, at_least=False)


if __name__ == "__main__":
    main()
