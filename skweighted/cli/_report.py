"""The options ``--report`` and ``--json`` of ``skweighted compare``."""

import argparse
import importlib.util
import json
import shlex
from pathlib import Path

from skweighted._base.types import Table
from skweighted.cli._parser import Parser, check_output
from skweighted.comparison import Comparison
from skweighted.preprocessing import ColumnReader

__all__ = ["add_report_options", "check_report_options", "write_reports"]

_NEEDED = ("jinja2", "matplotlib")
_READING = ("encoding", "decimal", "keep_na_labels")  # options that are arguments of `read_table`


def add_report_options(parser: Parser) -> None:
    """Add ``--report`` and ``--json``."""
    add = parser.add_argument
    add("--report", metavar="HTML", type=Path, help="write a page with verdict, curves and a threshold slider")
    add("--json", metavar="JSON", type=Path, help="write the facts of the page to this file")


def check_report_options(options: argparse.Namespace) -> None:
    """Raise before any training if a file cannot be written or a package is missing."""
    check_output(options.report, options.file, "--report")
    check_output(options.json, options.file, "--json")
    missing = [name for name in _NEEDED if options.report and importlib.util.find_spec(name) is None]
    if missing:
        raise ModuleNotFoundError(f"No module named {missing[0]!r}", name=missing[0])


def write_reports(options: argparse.Namespace, title: str, X: Table, comparison: Comparison) -> None:
    """Write the files that were asked for, and say where they are unless that is not to be said."""
    if options.report is None and options.json is None:
        return
    from skweighted.cli.terminal import show_phase
    from skweighted.report import Origin, collect_facts, render_report

    origin = Origin(
        title=title,
        path=options.file or "",
        target=options.target or "target",
        command=shlex.join(["skweighted", *options.argv]),
        seed=options.seed,
        epochs=options.epochs,
        network=options.network,
        reading={name: getattr(options, name) for name in _READING if getattr(options, name)},
        notes=[f"{str(note).removesuffix('.')}." for note in ColumnReader().fit(X).notes_],
    )
    with show_phase("drawing the report", quiet=options.quiet):
        facts = collect_facts(comparison, origin)
        if options.report is not None:
            options.report.write_text(render_report(comparison, facts=facts), encoding="utf-8")
        if options.json is not None:
            options.json.write_text(json.dumps(facts, indent=2, ensure_ascii=False, default=str), encoding="utf-8")
    for path, what in ((options.report, "The report is"), (options.json, "Its facts are")):
        if path is not None and not options.quiet:
            print(f"{what} in {path}.")
