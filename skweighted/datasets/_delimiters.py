"""What separates the columns of a text table, by all of its first lines."""

import csv
import re
from typing import NamedTuple

__all__ = ["DELIMITERS", "Layout", "find_layout"]

DELIMITERS = "\t;|,"
"""The likelier of two that fit alike stands first: a comma may also be a decimal mark."""

_DECLARED = re.compile(r'"?sep=(.)"?')


class Layout(NamedTuple):
    """How the columns are separated, the names in the header, the lines before it.

    `overlong` tells whether most lines have more fields than the header.
    """

    delimiter: str
    header: list[str]
    n_skipped: int
    overlong: bool


def find_layout(head: str) -> Layout:
    """Return the layout of a table.

    A delimiter fits if the header and the lines after it fall into equally many fields, two or more, and cuts no
    quoted field apart. Of several that fit, the one that gives most fields is taken.

    Parameters
    ----------
    head : str
        The beginning of the table, whole lines. A first line ``sep=;``, which Excel writes, is believed.
    """
    lines = head.splitlines(keepends=True)
    declared = _DECLARED.fullmatch(lines[0].rstrip("\r\n")) if lines else None
    if declared:
        return _describe(declared[1], _split(lines[1:], declared[1]), n_skipped=1)
    rows = {delimiter: _split(lines, delimiter) for delimiter in DELIMITERS}
    best = max(DELIMITERS, key=lambda delimiter: _rate(rows[delimiter]))
    return _describe(best, rows[best], n_skipped=0)


def _describe(delimiter: str, rows: list[list[str]], n_skipped: int) -> Layout:
    header, *others = rows
    n_longer = sum(len(row) > len(header) and not _ends_open(row, header) for row in others)
    return Layout(delimiter, header, n_skipped, overlong=n_longer > len(others) / 2)


def _split(lines: list[str], delimiter: str) -> list[list[str]]:
    rows = [row for row in csv.reader(lines, delimiter=delimiter, skipinitialspace=True) if row]
    return [[field.strip() for field in row] for row in rows] or [[]]


def _rate(rows: list[list[str]]) -> tuple[bool, bool, float, int]:
    header, *others = rows
    n_fields = len(header)
    fitting = [len(row) == n_fields or _ends_open(row, header) for row in others]
    share = sum(fitting) / len(fitting) if fitting else 1.0
    whole = not any('"' in field.replace('""', "") for field in header)
    return n_fields > 1, whole, round(share, 1), n_fields


def _ends_open(row: list[str], header: list[str]) -> bool:
    """Tell whether a line only has one more delimiter at its end."""
    return len(row) == len(header) + 1 and row[-1] == ""
