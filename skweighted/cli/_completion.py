"""``skweighted --completion SHELL``: a script that lets a shell complete commands, options and file names."""

import argparse
from collections.abc import Mapping
from typing import Any

__all__ = ["add_completion"]

SHELLS = ("bash", "zsh", "tcsh")
_FILES = ("FILE", "MODEL", "CSV", "HTML", "JSON", "PICTURE")  # what stands in the help for the name of a file


class _PrintScript(argparse.Action):
    """Print the script and stop."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: Any,
        option_string: str | None = None,
    ) -> None:
        """Print the script of the shell that `values` names."""
        try:
            import shtab
        except ImportError:
            parser.exit(2, 'skweighted: The option needs shtab: pip install "skweighted[cli]".\n')
        _complete_files(parser, shtab.FILE)
        print(shtab.complete(parser, values))
        parser.exit()


def add_completion(parser: argparse.ArgumentParser) -> None:
    """Add ``--completion``."""
    text = 'print a script that completes what you type: eval "$(skweighted --completion bash)"'
    parser.add_argument("--completion", choices=SHELLS, action=_PrintScript, help=text)


def _complete_files(parser: argparse.ArgumentParser, files: Mapping[str, object]) -> None:
    """Let each argument that names a file complete to one, in the subcommands too."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for command in action.choices.values():
                _complete_files(command, files)
        elif action.metavar in _FILES:
            action.complete = files  # type: ignore[attr-defined]
