"""A bar on standard output that shows how far work has come, with the look of Keras' and without importing it."""

import contextlib
import sys
import time
from collections.abc import Iterator, Mapping
from typing import Protocol

__all__ = ["UpdateBar", "open_bar"]

_WIDTH = 20
_PAUSE = 0.05  # seconds between two drawings


class UpdateBar(Protocol):
    """Draws a bar anew."""

    def __call__(self, n_done: int, values: Mapping[str, float] | None = None) -> None:
        """Show that `n_done` of all are done, with values by name behind the bar."""


@contextlib.contextmanager
def open_bar(total: int, unit: str) -> Iterator[UpdateBar]:
    """Yield ``update(n_done, values=None)`` of a bar over `total` of `unit`, which ends its line whatever happens."""
    start, drawn_at, reached = time.perf_counter(), 0.0, ""

    def update(n_done: int, values: Mapping[str, float] | None = None) -> None:
        nonlocal drawn_at, reached
        now = time.perf_counter()
        reached = _line(n_done, total, unit, now - start, values or {})
        if now - drawn_at > _PAUSE:
            _write(f"\r{reached}")
            drawn_at = now

    try:
        yield update
    finally:
        # Early stopping, an error or Ctrl-C end before the total, so the bar is closed where it stands.
        if reached:
            _write(f"\r{reached}\n")


def _line(n_done: int, total: int, unit: str, seconds: float, values: Mapping[str, float]) -> str:
    filled = _WIDTH * min(n_done, total) // max(total, 1)
    each = seconds / max(n_done, 1)
    pace = f"{each:.0f}s/{unit}" if each >= 1 else f"{1000 * each:.0f}ms/{unit}"
    shown = "".join(f" - {name}: {_number(value)}" for name, value in values.items())
    count = _styled(f"{n_done:>{len(str(total))}}/{total}", "1")
    left = f" {each * (total - n_done):.0f}s left" if 0 < n_done < total else ""
    bar = _styled("━" * filled, "32") + _styled("━" * (_WIDTH - filled), "37")
    # Blanks at the end cover what a longer line before has left.
    return f"{count} {bar} {_styled(f'{seconds:.0f}s', '1')} {pace}{left}{shown}    "


def _number(value: float) -> str:
    return f"{value:.4f}" if abs(value) > 1e-3 or value == 0 else f"{value:.4e}"


def _styled(text: str, style: str) -> str:
    if sys.stdout.isatty():
        return f"\x1b[{style}m{text}\x1b[0m"
    return text.replace("━", "." if style == "37" else "━")  # where colours do not tell what is done


def _write(text: str) -> None:
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    sys.stdout.write(text.encode(encoding, errors="replace").decode(encoding))
    sys.stdout.flush()
