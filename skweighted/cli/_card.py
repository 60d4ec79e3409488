"""``skweighted card``: what a model in a file was trained on, how it decides, and how well."""

import argparse
from pathlib import Path

from skweighted.cli._parser import Commands, add_command
from skweighted.deployment import load_model

__all__ = ["add_card"]

_EXAMPLES = """examples:
  skweighted card model.skops
  skweighted card model.skops --json | jq .scores"""


def add_card(commands: Commands) -> None:
    """Add the command."""
    parser = add_command(
        commands,
        "card",
        summary="print what is known about a model of skweighted fit",
        description="Print the card of a model, in Markdown: its data and columns, strategy, threshold,\n"
        "scores with their spread, and the versions and the command that made it.",
        epilog=_EXAMPLES,
    )
    parser.set_defaults(run=_show_card, parser=parser)
    parser.add_argument("model", metavar="MODEL", type=Path, help="a file that skweighted fit wrote")
    parser.add_argument("--json", action="store_true", help="print the facts as JSON")
    trust = "open a model file that may run code, such as a joblib file"
    parser.add_argument("--trust", action="store_true", help=trust)


def _show_card(options: argparse.Namespace) -> int:
    card = load_model(options.model, trust=options.trust).card
    print(card.to_json() if options.json else card.to_markdown(), end="\n" if options.json else "")
    return 0
