"""``skweighted search``: which class weight is best, every weight and fold trained as one stack of networks."""

import argparse
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.metrics import get_scorer_names
from sklearn.model_selection import StratifiedKFold
from sklearn.pipeline import Pipeline

from skweighted._base.errors import did_you_mean
from skweighted._base.types import Labels
from skweighted.class_weights import class_weight_grid
from skweighted.classifier import CostSensitiveMLPClassifier
from skweighted.cli._parser import (
    Commands,
    add_command,
    add_quiet_option,
    add_seed_option,
    check_distinct,
    check_output,
)
from skweighted.cli._table import add_table_options, check_table_options, match_label, read_problem
from skweighted.comparison._checks import check_data
from skweighted.preprocessing import make_preprocessor
from skweighted.search import BatchedGridSearchCV

__all__ = ["add_search"]

_FACTORS = (0.0, 0.25, 0.5, 0.75, 1.0, 1.25, 1.5)
_EXAMPLES = """examples:
  skweighted search data.csv --target y --metric average_precision
  skweighted search data.csv --target y --metric f1 --factors 0,0.5,1 --plot curve.png"""


def add_search(commands: Commands) -> None:
    """Add the command."""
    parser = add_command(
        commands,
        "search",
        summary="find the best class weight, all candidates trained side by side",
        description="Train the network with several class weights under stratified cross-validation, all\n"
        "of them side by side. The weight of a class is (rows of the largest class / rows of\n"
        "the class) ** factor: factor 0 is unweighted, 1 is balanced.",
        epilog=_EXAMPLES,
    )
    parser.set_defaults(run=_search, parser=parser)
    add_table_options(parser)
    add = parser.add_argument
    add(
        "--metric",
        metavar="NAME",
        type=_parse_scorer,
        default="average_precision",
        help="a scorer of scikit-learn (default: average_precision)",
    )
    add("--factors", metavar="A,B", type=_parse_factors, default=_FACTORS, help="default: 0,0.25,0.5,0.75,1,1.25,1.5")
    add("--cv", metavar="N", type=int, default=5, help="stratified folds (default: 5)")
    add("--epochs", metavar="N", type=int, default=100, help="passes over the training rows (default: 100)")
    add_seed_option(parser)
    add("--plot", metavar="PICTURE", type=Path, help="draw the curve: .png, .svg or .pdf")
    add("--output", metavar="CSV", type=Path, help="write every score of every fold to this file")
    add_quiet_option(parser)


def _parse_scorer(text: str) -> str:
    known = get_scorer_names()
    if text not in known:
        hint = did_you_mean(text, known) or "Such are average_precision, roc_auc, f1 and balanced_accuracy."
        raise argparse.ArgumentTypeError(f"no scorer {text!r} in scikit-learn. {hint}")
    return text


def _parse_factors(text: str) -> tuple[float, ...]:
    try:
        return tuple(float(factor) for factor in text.split(","))
    except ValueError:
        raise argparse.ArgumentTypeError(f"numbers are expected, such as 0,0.5,1. Got {text!r}.") from None


def _search(options: argparse.Namespace) -> int:
    from skweighted.cli import terminal  # needs rich

    check_table_options(options)
    for path, option in ((options.output, "--output"), (options.plot, "--plot")):
        check_output(path, options.file, option)
    check_distinct(output=options.output, plot=options.plot)
    if options.plot is not None:
        _check_plot(options.plot)
    title, X, y = read_problem(options)
    X, *_ = check_data(X, y, options.cv)
    labels, y = _encode(y, match_label(options.positive, y))
    with terminal.show_bar(quiet=options.quiet) as is_shown:
        search = _make_search(options, y, verbose=is_shown).fit(X, y)
    results = pd.DataFrame(search.cv_results_)
    if options.plot is not None:
        _draw(search, y, options.plot)
    if options.output is not None:
        _tidy(results, options).to_csv(options.output, index=False)
    if not options.quiet:
        terminal.print_heading(title)
        print(f"{len(y):,} rows; {labels}; {options.cv} stratified folds\n")
        terminal.print_table(*_make_table(results, options, y), marked=int(search.best_index_))
        print(
            f"\n{options.metric}: mean ± standard deviation over the folds. Differences well within the ± may be luck."
        )
        for path in filter(None, (options.output, options.plot)):
            print(f"Written: {path}")
    return 0


def _encode(y: Labels, positive: object) -> tuple[str, Labels]:
    """Return what is predicted in words, and the labels; of two classes 1 is the positive one, as scorers want it."""
    counts = y.value_counts()
    if len(counts) > 2:
        return f"{len(counts)} classes", y
    labels = counts.index.tolist()
    positive = labels[-1] if positive is None else positive
    if positive not in labels:
        raise ValueError(f"No row has the label {positive!r}; the labels are {labels[0]!r} and {labels[1]!r}.")
    return f"positive {positive!r} ({counts[positive] / len(y):.1%})", (y == positive).astype(int)


def _make_search(options: argparse.Namespace, y: Labels, *, verbose: bool) -> BatchedGridSearchCV:
    network = CostSensitiveMLPClassifier(epochs=options.epochs, random_state=options.seed)
    model = Pipeline([("preprocess", make_preprocessor()), ("classify", network)])
    return BatchedGridSearchCV(
        model,
        {"classify__class_weight": class_weight_grid(y, factors=options.factors)},
        scoring=options.metric,
        cv=StratifiedKFold(options.cv, shuffle=True, random_state=options.seed),
        refit=False,
        error_score="raise",
        verbose=int(verbose),
    )


def _make_table(results: pd.DataFrame, options: argparse.Namespace, y: Labels) -> tuple[list[str], list[list[str]]]:
    counts = np.bincount(pd.factorize(y)[0])
    ratios = (counts.max() / counts.min()) ** np.array(options.factors)
    means, sds = results["mean_test_score"], results["std_test_score"]
    rows = [
        [f"{factor:g}", f"{ratio:.3g}", f"{mean:.3f} ± {sd:.3f}", _name(factor)]
        for factor, ratio, mean, sd in zip(options.factors, ratios, means, sds, strict=True)
    ]
    return ["factor", "weight of the rarest class", options.metric, ""], rows


def _name(factor: float) -> str:
    return {0.0: "unweighted", 1.0: "balanced"}.get(factor, "")


def _tidy(results: pd.DataFrame, options: argparse.Namespace) -> pd.DataFrame:
    folds = [f"split{k}_test_score" for k in range(options.cv)]
    rows = [
        (factor, fold + 1, results.loc[i, name])
        for i, factor in enumerate(options.factors)
        for fold, name in enumerate(folds)
    ]
    return pd.DataFrame(rows, columns=["factor", "fold", options.metric])


def _check_plot(path: Path) -> None:
    """Raise ValueError before any training if no picture can have such a name."""
    from matplotlib.figure import Figure

    known = Figure().canvas.get_supported_filetypes()
    if path.suffix.removeprefix(".").lower() not in known:
        raise ValueError(f"--plot {path} must end with .png, .svg, .pdf or another of {', '.join(sorted(known))}.")


def _draw(search: BatchedGridSearchCV, y: Labels, path: Path) -> None:
    from matplotlib.figure import Figure

    from skweighted.plots import plot_weight_curve

    figure = Figure(figsize=(6.4, 4.2), layout="constrained")
    plot_weight_curve(search, y=y, ax=figure.subplots())
    figure.savefig(path, dpi=150)
