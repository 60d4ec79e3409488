"""``skweighted compare``: find out what helps on a table."""

import argparse
from pathlib import Path

from skweighted._base.errors import did_you_mean
from skweighted.cli._parser import INTERRUPTED, Commands, add_command, add_seed_option, check_output
from skweighted.cli._table import add_table_options, check_table_options, match_label, read_problem
from skweighted.comparison import DEFAULT_STRATEGIES, compare_strategies
from skweighted.strategies import STRATEGIES

__all__ = ["add_compare"]


def add_compare(commands: Commands) -> None:
    """Add the command."""
    parser = add_command(
        commands,
        "compare",
        summary="find out what helps: class weights, resampling, a moved threshold, or nothing",
        description="Compare strategies against imbalance on a table, under repeated stratified cross-validation:\n"
        "the same network and the same number of gradient steps in each. Without FILE, the table\n"
        "is scikit-learn's handwritten digits, 8 against the rest.",
        epilog="strategies:\n" + "\n".join(f"  {key:<14}{_summarise(cls)}" for key, cls in STRATEGIES.items()),
    )
    parser.set_defaults(run=_compare, parser=parser)
    add_table_options(parser)
    known = ",".join(DEFAULT_STRATEGIES)
    add = parser.add_argument
    add("--strategies", metavar="A,B", type=_parse_strategies, help=f"what to compare (default: {known})")
    add("--cv", metavar="N", type=int, default=5, help="stratified folds (default: 5)")
    add("--repeats", metavar="N", type=int, default=2, help="how often to cut the folds anew (default: 2)")
    add("--epochs", metavar="N", type=int, help="passes over the training rows (default: the classifier's)")
    add_seed_option(parser)
    add("--jobs", metavar="N", type=int, default=1, help="folds to run in parallel (default: 1)")
    add("--output", metavar="CSV", type=Path, help="write every score of every fold to this file")


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
    from skweighted.cli import _terminal  # needs rich

    check_table_options(options)
    check_output(options.output, options.file)
    title, X, y = read_problem(options)
    strategies, positive = options.strategies or DEFAULT_STRATEGIES, match_label(options.positive, y)
    with _terminal.show_progress(options.cv * options.repeats * len(strategies), options.jobs) as callback:
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
    _terminal.show_comparison(title, comparison)
    if options.output is not None:
        comparison.table.to_csv(options.output, index=False)
        print(f"Every score of every fold is in {options.output}.")
    return INTERRUPTED if comparison.interrupted else 0
