"""The command ``skweighted``."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

import pandas as pd

from skweighted._base.registry import did_you_mean
from skweighted._version import __version__
from skweighted.comparison import DEFAULT_STRATEGIES, compare_strategies
from skweighted.datasets import load_digits_8, read_table
from skweighted.strategies import STRATEGIES

__all__ = ["main"]

_BAD_INPUT, _INTERRUPTED = 2, 130  # exit codes; 130 is what shells report for Ctrl-C


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line.

    Parameters
    ----------
    argv : sequence of str, default=None
        Arguments; None takes those of the process.

    Returns
    -------
    int
        Exit code: 0, 2 for input that cannot be used, 130 after Ctrl-C.
    """
    options = _make_parser().parse_args(argv)
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="replace")  # a pipe in a plain C locale has no ±
    try:
        return options.run(options)
    except (ValueError, OSError) as error:
        print(f"skweighted: {error}", file=sys.stderr)
        return _BAD_INPUT
    except KeyboardInterrupt:
        print("skweighted: interrupted before the first result.", file=sys.stderr)
        return _INTERRUPTED


class _Parser(argparse.ArgumentParser):
    """A parser that says what is wrong in one sentence, without the usage before it."""

    def error(self, message: str) -> NoReturn:
        sentence = message if message.endswith((".", "?")) else f"{message}."
        self.exit(_BAD_INPUT, f"{self.prog}: {sentence} See {self.prog} --help.\n")


def _make_parser() -> argparse.ArgumentParser:
    parser = _Parser("skweighted", description="Neural networks for imbalanced tables.", allow_abbrev=False)
    parser.add_argument("--version", action="version", version=f"skweighted {__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    compare = commands.add_parser(
        "compare",
        help="find out what helps: class weights, resampling, a moved threshold, or nothing",
        description="Compare strategies against imbalance on a table, under repeated stratified cross-validation:\n"
        "the same network and the same number of gradient steps in each. Without FILE, the table\n"
        "is scikit-learn's handwritten digits, 8 against the rest.",
        epilog="strategies:\n" + "\n".join(f"  {key:<14}{_summarise(cls)}" for key, cls in STRATEGIES.items()),
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    compare.set_defaults(run=_compare, parser=compare)
    known = ",".join(DEFAULT_STRATEGIES)
    add = compare.add_argument
    add("file", nargs="?", metavar="FILE", help="a table: CSV or the like, with a header; also Parquet and .npz")
    add("--target", metavar="COLUMN", help="the column to predict; needed with FILE")
    add("--positive", metavar="LABEL", help="the positive one of two classes (default: the rarer)")
    add("--strategies", metavar="A,B", type=_parse_strategies, help=f"what to compare (default: {known})")
    add("--cv", metavar="N", type=int, default=5, help="stratified folds (default: 5)")
    add("--repeats", metavar="N", type=int, default=2, help="how often to cut the folds anew (default: 2)")
    add("--epochs", metavar="N", type=int, help="passes over the training rows (default: the classifier's)")
    add("--seed", metavar="N", type=int, default=0, help="of folds, networks and samplers (default: 0)")
    add("--jobs", metavar="N", type=int, default=1, help="folds to run in parallel (default: 1)")
    add("--output", metavar="CSV", type=Path, help="write every score of every fold to this file")
    return parser


def _summarise(cls: type) -> str:
    return (cls.__doc__ or "").strip().partition("\n")[0]


def _parse_strategies(text: str) -> list[str]:
    names = [name.strip() for name in text.split(",") if name.strip()]
    if not names:
        raise argparse.ArgumentTypeError(f"no strategy is named. Known are {', '.join(STRATEGIES)}.")
    unknown = [name for name in names if name not in STRATEGIES]
    if unknown:
        hint = did_you_mean(unknown[0], list(STRATEGIES)) or f"Known are {', '.join(STRATEGIES)}."
        raise argparse.ArgumentTypeError(f"no strategy {unknown[0]!r}. {hint}")
    return names


def _compare(options: argparse.Namespace) -> int:
    terminal = _import_terminal()
    _check_options(options)
    if options.file is None:
        title, (X, y) = "Handwritten digits, 8 against the rest", load_digits_8()
    else:
        title = f"{Path(options.file).name}, predicting {options.target}"
        X, y = read_table(options.file, options.target)
    strategies, positive = options.strategies or DEFAULT_STRATEGIES, _match_label(options.positive, y)
    with terminal.show_progress(options.cv * options.repeats * len(strategies), options.jobs) as callback:
        comparison = compare_strategies(
            X,
            y,
            strategies=strategies,
            positive=positive,
            cv=options.cv,
            n_repeats=options.repeats,
            epochs=options.epochs,
            random_state=options.seed,
            n_jobs=options.jobs,
            callback=callback,
        )
    terminal.show_comparison(title, comparison)
    if options.output is not None:
        comparison.table.to_csv(options.output, index=False)
        print(f"Every score of every fold is in {options.output}.")
    return _INTERRUPTED if comparison.interrupted else 0


def _import_terminal() -> Any:
    try:
        from skweighted.cli import _terminal
    except ImportError as error:
        raise ValueError(f'The command needs {error.name}: pip install "skweighted[cli]".') from None
    return _terminal


def _check_options(options: argparse.Namespace) -> None:
    if options.file is not None and options.target is None:
        options.parser.error("FILE needs --target COLUMN, the column to predict")
    if options.file is None and options.target is not None:
        options.parser.error("--target needs a FILE")
    if options.output is not None and not options.output.parent.is_dir():
        raise FileNotFoundError(f"No such folder: {options.output.parent}.")
    if options.output is not None and options.output.is_dir():
        raise IsADirectoryError(f"{options.output} is a folder, not a file.")
    if options.output is not None and options.file is not None and _is_same_file(options.output, options.file):
        raise ValueError(f"--output {options.output} would overwrite FILE. Choose another name.")


def _is_same_file(first: Path, second: str) -> bool:
    return first.exists() and Path(second).exists() and first.samefile(second)


def _match_label(text: str | None, y: pd.Series) -> Any:
    """Return the label that `text` stands for: the one written so, else the one alike; `text` itself if there is none.

    Raises
    ------
    ValueError
        If several labels are alike, such as "01" and "1" for "1.0", and none is written so.
    """
    if text is None:
        return None
    labels = y.unique().tolist()
    matches = [label for label in labels if str(label) == text] or [label for label in labels if _is_alike(label, text)]
    if len(matches) > 1:
        shown = " or ".join(map(repr, matches))
        raise ValueError(f"--positive {text} may mean {shown}. Write it as the table does.")
    return matches[0] if matches else text


def _is_alike(label: Any, text: str) -> bool:
    """Tell whether `text` is `label` in other letter case, or the same number."""
    if str(label).casefold() == text.casefold():
        return True
    try:
        return float(label) == float(text)
    except (TypeError, ValueError):
        return False
