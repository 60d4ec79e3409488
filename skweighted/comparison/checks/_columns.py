"""Columns that say nothing, or that were read in a way that somebody should look at."""

from collections.abc import Iterator

from skweighted.comparison.checks._base import CHECKS, Check
from skweighted.comparison.checks._facts import Facts

__all__ = ["Constant", "NoTimeSplit", "Reading"]

_MAX_NAMED = 5


@CHECKS.register("reading")
class Reading(Check):
    """Columns of text that are taken for numbers or dates, and their values that are none."""

    why = "A column that is taken for something else than it is helps less."
    cure = "Convert the column yourself if that is wrong."

    def find(self, facts: Facts) -> Iterator[tuple[tuple[str, ...], str]]:
        """Yield what was decided about columns of text."""
        for note in facts.reader.notes_ if facts.frame.shape[1] else []:
            yield note.columns, f"{note.text[0].upper()}{note.text[1:]}."


@CHECKS.register("constant")
class Constant(Check):
    """Columns that have the same value in every row."""

    why = "They say nothing."
    done = "They change nothing."
    cure = "Drop them."

    def find(self, facts: Facts) -> Iterator[tuple[tuple[str, ...], str]]:
        """Yield all such columns at once."""
        names = tuple(name for name, n in facts.n_values.items() if n < 2)
        if names:
            more = f" and {len(names) - _MAX_NAMED:,} more" if len(names) > _MAX_NAMED else ""
            shown = ", ".join(map(repr, names[:_MAX_NAMED]))
            yield names, f"The same value in every row: {shown}{more}."


@CHECKS.register("no_time_split")
class NoTimeSplit(Check):
    """A column of dates, while folds mix earlier and later rows."""

    why = "In use a model is trained on earlier rows than it predicts, which is harder if things change."
    done = "Folds mix earlier and later rows."
    cure = "If the model is to predict later rows, test it on later rows."

    def find(self, facts: Facts) -> Iterator[tuple[tuple[str, ...], str]]:
        """Yield all columns of dates at once, unless folds go by time."""
        names = () if facts.respects_time else facts.date_names
        if names:
            columns = "is a column" if len(names) == 1 else "are columns"
            yield names, f"There {columns} of dates, {', '.join(map(repr, names))}."
