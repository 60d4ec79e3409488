"""The command ``skweighted``: its subcommands, and the exit code of whatever happens in them."""

import os
import sys
from collections.abc import Sequence

from skweighted._version import __version__
from skweighted.cli._card import add_card
from skweighted.cli._compare import add_compare
from skweighted.cli._completion import add_completion
from skweighted.cli._fit import add_fit
from skweighted.cli._parser import BAD_INPUT, INTERRUPTED, Parser, find_formatter
from skweighted.cli._predict import add_predict
from skweighted.cli._search import add_search
from skweighted.cli._strategies import add_strategies

__all__ = ["main"]

_COMMANDS = (add_compare, add_search, add_fit, add_predict, add_card, add_strategies)
"""What adds each subcommand to the parser, in the order of the help."""

_EXAMPLES = """examples:
  skweighted compare data.csv --target y
  skweighted fit data.csv --target y --output model.skops
  skweighted predict model.skops new.csv --output scored.csv"""


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
    options.argv = sys.argv[1:] if argv is None else list(argv)
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="replace")  # a pipe in a plain C locale has no ±
    try:
        return options.run(options)
    except ModuleNotFoundError as error:
        return _fail(f'The command needs {error.name}: pip install "skweighted[cli]".')
    except BrokenPipeError:  # who reads, such as head, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:  # the system's own say where and what in two fields
        return _fail(": ".join(str(part) for part in (error.filename, error.strerror) if part) or error)
    except ValueError as error:
        return _fail(error)
    except KeyboardInterrupt:
        print("skweighted: interrupted before there was anything to show.", file=sys.stderr)
        return INTERRUPTED


def _fail(message: object) -> int:
    print(f"skweighted: {message}", file=sys.stderr)
    return BAD_INPUT


def _make_parser() -> Parser:
    parser = Parser(
        "skweighted",
        description="Neural networks for imbalanced tables.",
        epilog=_EXAMPLES,
        formatter_class=find_formatter(),
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"skweighted {__version__}")
    add_completion(parser)
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for add in _COMMANDS:
        add(commands)
    return parser
