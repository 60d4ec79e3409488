"""``skweighted fit``: train the chosen strategy on all rows and keep it in a file."""

import argparse
import shlex
import sys
from pathlib import Path

from skweighted._base.errors import did_you_mean
from skweighted.cli._compare import make_cost_matrix, parse_strategies
from skweighted.cli._parser import (
    Commands,
    add_command,
    add_jobs_option,
    add_network_option,
    add_quiet_option,
    add_seed_option,
    check_output,
)
from skweighted.cli._roles import ForwardChaining, add_role_options, check_role_options, split_roles
from skweighted.cli._table import add_table_options, check_table_options, load_problem, match_label
from skweighted.comparison import DEFAULT_STRATEGIES, METRICS
from skweighted.deployment import CARD_HEADING, FORMATS, FittedModel, fit_model, save_model
from skweighted.meta import DECISION_SCORES, BestScore, Constraint, FixedThreshold, LeastCost, PriorShare, ThresholdRule
from skweighted.strategies import Strategy, choose_strategies, list_presets

__all__ = ["add_fit"]

_TUNED = [score for score in DECISION_SCORES if score not in {"precision", "recall", "specificity", "alerts"}]
_EXAMPLES = """examples:
  skweighted fit data.csv --target y --output model.skops
  skweighted fit data.csv --target y --strategy none --threshold f1 --output m.skops
  skweighted fit data.csv --target y --constraint "recall>=0.8" --output m.skops
  skweighted fit data.csv --target y --best brier --cost 1,20 --output m.skops
  skweighted fit data.csv --target y --groups patient --threshold f1 --output m.skops"""


def add_fit(commands: Commands) -> None:
    """Add the command."""
    parser = add_command(
        commands,
        "fit",
        summary="train a strategy on all rows, choose its threshold, and keep it in a file",
        description="Train a strategy on all rows of a table and keep it in a file, with a model card\n"
        "beside it. Scores and threshold come from predictions for rows that were not\n"
        "trained on.",
        epilog=_EXAMPLES,
    )
    parser.set_defaults(run=_fit, parser=parser)
    add_table_options(parser)
    add_role_options(parser)
    add = parser.add_argument
    which = parser.add_mutually_exclusive_group().add_argument
    which("--strategy", metavar="NAME", type=_parse_strategy, default="threshold", help="default: threshold")
    which(
        "--best",
        metavar="METRIC",
        type=_parse_metric,
        help="compare, and take the best by a metric of compare, such as average_precision, f1 or brier",
    )
    add("--strategies", metavar="A,B", type=parse_strategies, help="what --best chooses from (default: as in compare)")
    rule = parser.add_mutually_exclusive_group().add_argument
    rule(
        "--threshold",
        metavar="RULE",
        type=_parse_threshold,
        help=f"a probability, or prior, the share of positives, or what to make greatest: {', '.join(_TUNED)} "
        "(default: the strategy's own decision)",
    )
    rule(
        "--constraint",
        metavar="BOUND",
        type=_parse_constraint,
        help='the best threshold under a bound, such as "recall>=0.8", "precision>=0.5" or "alerts<=1%%"',
    )
    rule("--cost", metavar="FP,FN", type=_parse_cost, help="the cheapest threshold: what a false alarm and a miss cost")
    add("--cv", metavar="N", type=int, default=5, help="stratified folds (default: 5)")
    add("--repeats", metavar="N", type=int, default=1, help="how often to cut the folds anew (default: 1)")
    add_network_option(parser)
    add("--epochs", metavar="N", type=int, help="passes over the training rows (default: the classifier's)")
    add_seed_option(parser)
    add_jobs_option(parser)
    add("--explain", action="store_true", help="measure how much each column matters; trains once more on each fold")
    add(
        "--format",
        choices=FORMATS,
        default="skops",
        help="of the file; opening a joblib file runs code (default: skops)",
    )
    add("--output", metavar="MODEL", type=Path, required=True, help="the file to write; the card is beside it, as .md")
    add_quiet_option(parser)


def _parse_strategy(text: str) -> str:
    names = parse_strategies(text)
    if len(names) > 1 or names[0] in list_presets():
        raise argparse.ArgumentTypeError("one name is expected. To choose from several: --best METRIC --strategies A,B")
    return names[0]


def _parse_metric(text: str) -> str:
    if text not in METRICS:
        hint = did_you_mean(text, METRICS) or f"Known are {', '.join(METRICS)}."
        raise argparse.ArgumentTypeError(f"no metric {text!r}. {hint}")
    return text


def _parse_threshold(text: str) -> ThresholdRule:
    if text == "prior":
        return PriorShare()
    if text in _TUNED:
        return BestScore(text)
    try:
        return FixedThreshold(float(text))
    except ValueError:
        hint = did_you_mean(text, [*_TUNED, "prior"]) or f"Known are a number from 0 to 1, prior, {', '.join(_TUNED)}."
        raise argparse.ArgumentTypeError(f"no threshold {text!r}. {hint}") from None


def _parse_constraint(text: str) -> Constraint:
    try:
        return Constraint.parse(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _parse_cost(text: str) -> LeastCost:
    try:
        false_alarm, miss = (float(cost) for cost in text.split(","))
        return LeastCost(false_alarm, miss)
    except ValueError:
        raise argparse.ArgumentTypeError(f"two costs are expected, such as 1,20. Got {text!r}.") from None


def _fit(options: argparse.Namespace) -> int:
    from skweighted.cli import terminal  # needs rich

    card_path = options.output.with_suffix(".md")
    check_table_options(options)
    check_role_options(options)
    if options.strategies is not None and options.best is None:
        options.parser.error("--strategies is what --best chooses from: add --best METRIC, or name one with --strategy")
    for path in (options.output, card_path):
        check_output(path, options.file)
    _check_card(options.output, card_path)
    title, table = load_problem(options)
    roles = split_roles(table.X, table.y, options)
    strategies = [options.strategy] if options.best is None else list(options.strategies or DEFAULT_STRATEGIES)
    chosen = choose_strategies(strategies, "fit").strategies
    _check_format(options.format, chosen)
    positive = match_label(options.positive, roles.y)
    n_repeats = options.repeats if roles.times is None else 1
    n_fits = options.cv * n_repeats * len(chosen)
    last = "training on all rows"
    with terminal.show_fits(n_fits, options.jobs, quiet=options.quiet, afterwards=last) as callback:
        model = fit_model(
            roles.X,
            roles.y,
            strategies=strategies,
            classifier=options.network,
            best=options.best or "average_precision",
            threshold=options.threshold or options.constraint or options.cost,
            cost_matrix=make_cost_matrix(options.cost and options.cost.costs, roles.y, positive),
            positive=positive,
            cv=options.cv if roles.times is None else ForwardChaining(options.cv, times=roles.times),
            n_repeats=n_repeats,
            groups=roles.groups,
            sample_weight=roles.sample_weight,
            epochs=options.epochs,
            explain=options.explain,
            file_format=options.format,
            reader=table.reader,
            random_state=options.seed,
            n_jobs=options.jobs,
            callback=callback,
        )
    model.card.data["name"] = title if options.file is None else Path(options.file).name
    model.card.command = shlex.join(["skweighted", *options.argv])
    save_model(model, options.output, file_format=options.format)
    card_path.write_text(model.card.to_markdown(), encoding="utf-8")
    if not options.quiet:
        _show(model, title, options)
    return 0


def _check_card(output: Path, card_path: Path) -> None:
    """Raise ValueError if the card would overwrite the model, or a file that is no card."""
    if card_path == output:
        raise ValueError(f"--output {output} is where the card goes. Choose another ending, such as .skops.")
    if card_path.exists():
        with card_path.open(encoding="utf-8", errors="replace") as file:
            is_card = file.readline().startswith(CARD_HEADING)
        if not is_card:
            raise ValueError(f"The card would overwrite {card_path}, which is not a card. Choose another --output.")


def _check_format(file_format: str, chosen: dict[str, Strategy]) -> None:
    """Raise ValueError before any training if a skops file cannot hold the model of a strategy."""
    foreign = [name for name, strategy in chosen.items() if strategy.packages]
    if foreign and file_format == "skops":
        raise ValueError(
            f"A skops file cannot hold the model of {', '.join(foreign)}, which comes from another package. Use "
            "--format joblib, or leave the strategy out."
        )


def _show(model: FittedModel, title: str, options: argparse.Namespace) -> None:
    from skweighted.cli.terminal import print_heading, print_table, print_text

    card = model.card
    print_heading(title)
    print_text(f"Trained {card.strategy['name']} on all {card.data['rows']:,} rows.")
    if card.threshold is not None:
        value, rule = card.threshold["value"], card.threshold["rule"]
        print_text(
            f"A row is called {model.positive!r} if its probability is at least {value:.4g}. The threshold {rule}."
        )
        for warning in card.threshold["warnings"]:
            print(f"Warning: {warning}", file=sys.stderr)
    print()
    print_table(["", "mean ± sd"], [[k, f"{v['mean']:.3f} ± {v['sd']:.3f}"] for k, v in card.scores.items()])
    print_text(f"\n{card.protocol}")
    if card.importance:
        rows = [[e["column"], f"{e['mean']:.4f} ± {e['sd']:.4f}"] for e in card.importance[:10]]
        print_text("\nLoss of the ranking score on test folds if a column is shuffled:\n")
        print_table(["column", "loss"], rows)
    trust = " --trust" if options.format == "joblib" else ""
    print_text(f"\nThe model is in {options.output}, its card in {options.output.with_suffix('.md')}. To use it:")
    print(f"  skweighted predict {shlex.quote(str(options.output))} new.csv{trust} --output scored.csv")
