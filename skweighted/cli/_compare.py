"""``skweighted compare``: find out what helps on a table."""

import argparse
import sys
import textwrap
from pathlib import Path
from typing import Any

import pandas as pd

from skweighted._base.errors import did_you_mean
from skweighted.cli._parser import (
    INTERRUPTED,
    Commands,
    add_command,
    add_jobs_option,
    add_network_option,
    add_quiet_option,
    add_seed_option,
    check_distinct,
    check_output,
)
from skweighted.cli._report import add_report_options, check_report_options, write_reports
from skweighted.cli._roles import ForwardChaining, add_role_options, check_role_options, split_roles
from skweighted.cli._table import add_table_options, check_table_options, match_label, read_problem
from skweighted.comparison import COPIES, DEFAULT_METRICS, METRICS, Comparison, compare_strategies
from skweighted.comparison._checks import find_positive
from skweighted.strategies import STRATEGIES, choose_strategies, list_presets

__all__ = ["add_compare", "make_cost_matrix", "parse_strategies"]

_MAX_NAMED = 6  # strategies of a preset that the help names


def add_compare(commands: Commands) -> None:
    """Add the command."""
    parser = add_command(
        commands,
        "compare",
        summary="find out what helps: class weights, resampling, a moved threshold, or nothing",
        description="Compare strategies against imbalance on a table, under repeated stratified cross-validation:\n"
        "the same network and the same number of gradient steps in each. Without FILE, the table\n"
        "is scikit-learn's handwritten digits, 8 against the rest.",
        epilog=f"presets of --strategies:\n{_list_presets()}\n\nskweighted strategies says what each of them does.",
    )
    parser.set_defaults(run=_compare, parser=parser)
    add_table_options(parser)
    add_role_options(parser)
    add = parser.add_argument
    add("--strategies", metavar="A,B", type=parse_strategies, help="names of strategies and presets (default: quick)")
    add("--metrics", metavar="A,B", type=_parse_metrics, help=f"the columns (default: {','.join(DEFAULT_METRICS)})")
    add("--cost", metavar="FP,FN", type=_parse_costs, help="what a false alarm and a miss cost, for metrics of costs")
    add("--constraint", metavar="RULE", help='decide under it, such as "recall>=0.8", "precision>=0.5", "alerts<=1%%"')
    add("--cv", metavar="N", type=int, default=5, help="stratified folds (default: 5)")
    add("--repeats", metavar="N", type=int, default=2, help="how often to cut the folds anew (default: 2)")
    of_copies = "rows that equal others: folds part them (default) or keep them together, or drop all but the first"
    add("--copies", choices=COPIES, default="part", help=of_copies)
    for option, fate in {"--keep-copies-together": "together", "--drop-duplicates": "drop"}.items():
        add(option, dest="copies", action="store_const", const=fate, help=f"the same as --copies {fate}")
    add_network_option(parser)
    add("--epochs", metavar="N", type=int, help="passes over the training rows (default: the classifier's)")
    add_seed_option(parser)
    add_jobs_option(parser)
    help_of_cache = "keep finished fits in this folder; a run that was killed continues if it is given again"
    add("--cache", "--resume", metavar="FOLDER", type=Path, help=help_of_cache)
    add("--output", metavar="CSV", type=Path, help="write every score of every fold to this file")
    add_report_options(parser)
    add_quiet_option(parser)


def _list_presets() -> str:
    """Return a line for each preset: its name and what it compares, or how many."""
    lines = []
    for name, keys in list_presets().items():
        what = ", ".join(keys) if len(keys) <= _MAX_NAMED else f"{len(keys)} strategies"
        lines += textwrap.wrap(what, 62, initial_indent=f"  {name:<12}", subsequent_indent=" " * 14)
    return "\n".join(lines)


def parse_strategies(text: str) -> list[str]:
    names = [name.strip() for name in text.split(",") if name.strip()]
    known = [*list_presets(), *STRATEGIES]
    if not names:
        raise argparse.ArgumentTypeError("no strategy is named. skweighted strategies lists them.")
    unknown = [name for name in names if name not in known]
    if unknown:
        hint = did_you_mean(unknown[0], known) or "skweighted strategies lists them."
        raise argparse.ArgumentTypeError(f"no strategy {unknown[0]!r}. {hint}")
    return names


def _parse_metrics(text: str) -> list[str]:
    names = [name.strip() for name in text.split(",") if name.strip()]
    known = f"Known are {', '.join(METRICS)}."
    if not names:
        raise argparse.ArgumentTypeError(f"no metric is named. {known}")
    for name in names:
        if name not in METRICS:
            raise argparse.ArgumentTypeError(f"no metric {name!r}. {did_you_mean(name, METRICS) or known}")
    return names


def _parse_costs(text: str) -> tuple[float, float]:
    try:
        false_alarm, miss = (float(part) for part in text.split(","))
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not two numbers such as 1,5.") from None
    return false_alarm, miss


def make_cost_matrix(
    costs: tuple[float, float] | None, y: pd.Series, positive: Any
) -> dict[Any, dict[Any, float]] | None:
    """Return what each mistake costs, by label."""
    if costs is None:
        return None
    counts = y.value_counts().sort_index()  # as the comparison has them, which decides between equals
    if len(counts) != 2:
        raise ValueError(f"--cost is for two classes; the target has {len(counts)}.")
    rare = find_positive(positive, counts.to_dict())
    common = next(label for label in counts.index if label != rare)
    false_alarm, miss = costs
    return {common: {rare: false_alarm}, rare: {common: miss}}


def _default_metrics(options: argparse.Namespace) -> list[str]:
    constrained = ["roc_auc", "average_precision", "precision", "recall", "brier"]
    columns = constrained if options.constraint else list(DEFAULT_METRICS)
    return columns + (["expected_cost", "savings"] if options.cost else [])


def _tell_of_cache(folder: Path | None, comparison: Comparison) -> None:
    """Say on standard error how many fits an earlier run has made, and how to continue this one."""
    if folder is None or comparison.predictions is None:
        return
    n_kept = sum(result.from_cache for result in comparison.predictions.results.values())
    if n_kept:
        print(
            f"Note: {n_kept} of {len(comparison.predictions.results)} fits are those kept in {folder}.", file=sys.stderr
        )
    if comparison.interrupted:
        print(f"Note: the same command continues from {folder}.", file=sys.stderr)


def _compare(options: argparse.Namespace) -> int:
    from skweighted.cli import terminal  # needs rich

    check_table_options(options)
    check_role_options(options)
    if options.quiet and not (options.output or options.report or options.json):
        options.parser.error("with --quiet there is nothing to see: add --output, --report or --json")
    check_output(options.output, options.file)
    check_report_options(options)
    check_distinct(output=options.output, report=options.report, json=options.json)
    title, X, y = read_problem(options)
    roles = split_roles(X, y, options)
    X, y = roles.X, roles.y
    strategies, positive = options.strategies or ["quick"], match_label(options.positive, y)
    n_strategies = len(choose_strategies(strategies, "compare").strategies)
    n_repeats = options.repeats if roles.times is None else 1
    n_fits = options.cv * n_repeats * n_strategies
    with terminal.show_fits(n_fits, options.jobs, quiet=options.quiet) as callback:
        comparison = compare_strategies(
            X,
            y,
            strategies=strategies,
            classifier=options.network,
            positive=positive,
            metrics=options.metrics or _default_metrics(options),
            constraint=options.constraint,
            cost_matrix=make_cost_matrix(options.cost, y, positive),
            cv=options.cv if roles.times is None else ForwardChaining(options.cv, times=roles.times),
            n_repeats=n_repeats,
            groups=roles.groups,
            sample_weight=roles.sample_weight,
            copies=options.copies,
            epochs=options.epochs,
            random_state=options.seed,
            n_jobs=options.jobs,
            cache=options.cache,
            callback=callback,
        )
    if not options.quiet:
        _tell_of_cache(options.cache, comparison)
        terminal.show_comparison(title, comparison)
    write_reports(options, title, X, comparison)
    if options.output is not None:
        comparison.table.to_csv(options.output, index=False)
        if not options.quiet:
            print(f"Every score of every fold is in {options.output}.")
    return INTERRUPTED if comparison.interrupted else 0
