"""``skweighted strategies``: what can be compared."""

import argparse
import textwrap

from skweighted.cli._parser import Commands, add_command
from skweighted.strategies import FAMILIES, STRATEGIES, list_presets

__all__ = ["add_strategies"]

_WIDTH = 79


def add_strategies(commands: Commands) -> None:
    """Add the command."""
    parser = add_command(
        commands,
        "strategies",
        summary="list what can be compared: what each changes, and what it does to probabilities",
        description="List the strategies that skweighted compare knows, by family. The name of a family, like\n"
        "quick and all, is a preset: skweighted compare --strategies weights,threshold",
        epilog="",
    )
    parser.set_defaults(run=_list_strategies, parser=parser)
    parser.add_argument("--quiet", action="store_true", help="print the names only, one a line")


def _list_strategies(options: argparse.Namespace) -> int:
    if options.quiet:
        print("\n".join(STRATEGIES))
        return 0
    presets = list_presets()
    for family, changed in FAMILIES.items():
        print(f"{family}: changes {changed}")
        for key in presets[family]:
            print(_describe(key))
        print()
    print(textwrap.fill("quick, the default: " + ", ".join(presets["quick"]), _WIDTH))
    print(f"all: the {len(presets['all'])} above; what a table or a classifier does not allow is left out")
    return 0


def _describe(key: str) -> str:
    """Return the name of a strategy, and below it what it does, its probabilities and its source."""
    cls = STRATEGIES[key]
    first_line = (cls.__doc__ or "").strip().partition("\n")[0]
    facts = [f"probabilities {cls.probabilities}", *([cls.source] if cls.source else [])]
    facts += [f"needs {package}" for package in cls.packages]
    text = f"{first_line} [{'; '.join(facts)}]"
    return f"  {key}\n" + textwrap.fill(text, _WIDTH, initial_indent=" " * 4, subsequent_indent=" " * 4)
