"""What was decided about the columns of a table, in sentences."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import pandas as pd

from skweighted.preprocessing._decisions import Decision
from skweighted.preprocessing._kinds import Kind, Numbers, Text

__all__ = ["Note", "name_columns", "write_notes"]

_MAX_NAMED = 5


@dataclass(frozen=True)
class Note:
    """A sentence on what was decided about columns.

    Attributes
    ----------
    columns : tuple of str
        The columns it is about.
    text : str
        The sentence, without a full stop.
    doubtful : bool
        Whether values were lost or the decision might have been another, so that somebody should look at it.
    """

    columns: tuple[str, ...]
    text: str
    doubtful: bool = False

    def __str__(self) -> str:
        return self.text


def name_columns(columns: Iterable[object]) -> str:
    """Return ``column 'a'`` or ``columns 'a', 'b' and 7 more``."""
    names = [repr(str(column)) for column in columns]
    more = f" and {len(names) - _MAX_NAMED:,} more" if len(names) > _MAX_NAMED else ""
    return f"column{'s' if len(names) > 1 else ''} {', '.join(names[:_MAX_NAMED])}{more}"


def write_notes(names: list[object], decisions: list[Decision]) -> list[Note]:
    """Return a note for each doubt, and one for all columns that are written in the same way."""
    alike: dict[str, list[tuple[str, Decision]]] = {}
    doubts = []
    for name, decision in zip(map(str, names), decisions, strict=True):
        doubts += [Note((name,), f"column {name!r}: {doubt}", doubtful=True) for doubt in _find_doubts(decision)]
        if decision.rival is None and decision.example not in {"", _read(decision.example, decision.kind)}:
            alike.setdefault(repr(decision.kind), []).append((name, decision))
    return [_describe_writing(columns) for columns in alike.values()] + doubts


def _describe_writing(columns: list[tuple[str, Decision]]) -> Note:
    decision = columns[0][1]
    names = tuple(name for name, _ in columns)
    kind = "numbers" if isinstance(decision.kind, Numbers) else "dates"
    example = f"{decision.example!r} is {_read(decision.example, decision.kind)}"
    return Note(names, f"{name_columns(names)}: read as {kind} ({example})")


def _find_doubts(decision: Decision) -> Iterator[str]:
    if decision.rival is not None and "." not in decision.example:  # a decimal point is what is expected
        readings = [_read(decision.example, kind) for kind in (decision.kind, decision.rival)]
        option = f", decimal='{decision.rival.convention}' or --decimal {decision.rival.convention} says so"
        cure = option if isinstance(decision.kind, Numbers) else ""
        yield f"{decision.example!r} is taken for {readings[0]}; if it is {readings[1]}{cure or ', write it as such'}"
    if decision.odd and isinstance(decision.kind, Text):
        yield f"{decision.odd}, so it is taken for text"
    elif decision.odd:
        yield f"{decision.odd}, taken as missing"
    if decision.forever:
        yield f"{decision.forever}, taken as missing"


def _read(text: str, kind: Kind) -> str:
    if not text or isinstance(kind, Text):
        return ""
    value = kind.apply(pd.Series([text], dtype=object)).iloc[0]
    return f"{value:.15g}" if isinstance(kind, Numbers) else str(value).removesuffix(" 00:00:00")
