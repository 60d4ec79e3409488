"""What the commands share: a parser that says what is wrong in one sentence, exit codes, common options."""

import argparse
import os
from pathlib import Path
from typing import NoReturn, TypeAlias

from skweighted.comparison import NETWORKS

__all__ = [
    "BAD_INPUT",
    "INTERRUPTED",
    "Commands",
    "Parser",
    "add_command",
    "add_jobs_option",
    "add_network_option",
    "add_quiet_option",
    "add_seed_option",
    "check_distinct",
    "check_output",
    "find_formatter",
]

_MAX_SEED = 2**32 - 1  # of NumPy
BAD_INPUT, INTERRUPTED = 2, 130  # exit codes; 130 is what shells report for Ctrl-C

Commands: TypeAlias = "argparse._SubParsersAction[Parser]"
"""The place where each command adds its own parser."""


class Parser(argparse.ArgumentParser):
    """A parser that says what is wrong in one sentence, without the usage before it."""

    def error(self, message: str) -> NoReturn:
        """Print one sentence and exit with code 2."""
        sentence = message if message.endswith((".", "?")) else f"{message}."
        self.exit(BAD_INPUT, f"{self.prog}: {sentence} See {self.prog} --help.\n")


def add_command(commands: Commands, name: str, *, summary: str, description: str, epilog: str) -> Parser:
    """Return the parser of a new command, whose help keeps the lines of `description` and `epilog` as they are."""
    return commands.add_parser(
        name,
        help=summary,
        description=description,
        epilog=epilog,
        formatter_class=find_formatter(),
        allow_abbrev=False,
    )


def find_formatter() -> type[argparse.HelpFormatter]:
    """Return a formatter that keeps lines as they are, in colour if the extra is installed."""
    try:
        import rich  # noqa: F401  rich_argparse imports it late
        from rich_argparse import RawDescriptionRichHelpFormatter
    except ImportError:
        return argparse.RawDescriptionHelpFormatter
    # what looks like markup, such as [bold], is text in our help
    quoted = type("_Formatter", (RawDescriptionRichHelpFormatter,), {"text_markup": False, "help_markup": False})
    return quoted


def add_network_option(parser: Parser) -> None:
    """Add ``--network``."""
    parser.add_argument(
        "--network",
        choices=NETWORKS,
        default="plain",
        help="that strategies train: a plain one (default), or the committee for tables, which is better and slower",
    )


def add_quiet_option(parser: Parser) -> None:
    """Add ``--quiet``."""
    parser.add_argument("--quiet", action="store_true", help="show nothing but warnings and errors")


def add_seed_option(parser: Parser) -> None:
    """Add ``--seed``."""
    text = "of folds, networks and samplers (default: 0)"
    parser.add_argument("--seed", metavar="N", type=_parse_seed, default=0, help=text)


def add_jobs_option(parser: Parser) -> None:
    """Add ``--jobs``."""
    text = "folds to run in parallel (default: 1)"
    parser.add_argument("--jobs", metavar="N", type=_parse_jobs, default=1, help=text)


def _parse_seed(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) > _MAX_SEED:
        raise argparse.ArgumentTypeError(f"a whole number from 0 to {_MAX_SEED} is expected. Got {text!r}.")
    return int(text)


def _parse_jobs(text: str) -> int:
    try:
        n_jobs = int(text)
    except ValueError:
        n_jobs = 0
    if n_jobs == 0:
        raise argparse.ArgumentTypeError(f"a whole number is expected, -1 for every core. Got {text!r}.")
    return n_jobs


def check_output(output: Path | None, file: str | None, option: str = "--output", name: str = "FILE") -> None:
    """Raise OSError or ValueError if `output` cannot be written, or would overwrite `file`, called `name`."""
    if output is None:
        return
    if not output.parent.is_dir():
        raise FileNotFoundError(f"No such folder: {output.parent}.")
    if output.is_dir():
        raise IsADirectoryError(f"{output} is a folder, not a file.")
    if not os.access(output if output.exists() else output.parent, os.W_OK):
        raise PermissionError(f"{option} {output} cannot be written: permission denied.")
    if file is not None and _is_same_file(output, file):
        raise ValueError(f"{option} {output} would overwrite {name}. Choose another name.")


def check_distinct(**outputs: Path | None) -> None:
    """Raise ValueError if two options, by the names of which the files are given, are to write the same file."""
    seen: dict[Path, str] = {}
    for option, path in outputs.items():
        if path is not None and (other := seen.setdefault(path.resolve(), option)) != option:
            raise ValueError(f"--{other} and --{option} would both write {path}. Choose another name for one.")


def _is_same_file(first: Path, second: str) -> bool:
    return first.exists() and Path(second).exists() and first.samefile(second)
