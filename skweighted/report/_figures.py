"""Figures of a comparison as SVG texts that take their colours from the page around them."""

import io
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from skweighted.comparison import Comparison
from skweighted.plots import (
    DifferencesDisplay,
    NetBenefitDisplay,
    PrecisionRecallDisplay,
    ReliabilityDisplay,
    RocDisplay,
    ScoreDistributionDisplay,
    ThresholdDisplay,
)
from skweighted.plots._base import FoldsDisplay
from skweighted.plots._style import COLOURS, Axes

__all__ = ["draw_curves", "draw_differences"]

_INK = "#010203"  # stands for the colour of the text around a figure
_MEANINGS = {_INK: "currentColor", "#262626": "currentColor", "#ffffff": "var(--paper)"} | {
    colour.lower(): f"var(--line-{k})" for k, colour in enumerate(COLOURS, start=1)
}
"""What the page has for each colour of a figure, so that dark mode changes the figures too."""

_MAX_LINES = 6
_DISPLAYS: dict[str, type[FoldsDisplay]] = {
    "precision_recall": PrecisionRecallDisplay,
    "roc": RocDisplay,
    "reliability": ReliabilityDisplay,
    "benefit": NetBenefitDisplay,
}
_PATHS = re.compile(r' d="[^"]*"')
_IDS = re.compile(r' id="[a-zA-Z][\w.]*_\d+"')
"""Names that start at 1 in each figure; nothing refers to them."""
_WIDTH, _HEIGHT = 5.4, 4.3


def draw_curves(comparison: Comparison) -> dict[str, str]:
    """Return the curves of a comparison of two classes, for at most six strategies; none for more classes."""
    if comparison.positive is None or comparison.predictions is None:
        return {}
    shown = _choose_lines(comparison)
    figures = {
        name: _draw(name, partial(_draw_display, display, comparison, shown)) for name, display in _DISPLAYS.items()
    }
    share = comparison.class_counts[comparison.positive] / sum(comparison.class_counts.values())
    options = {"strategies": shown[:1]}
    scores = partial(ScoreDistributionDisplay.from_comparison, comparison, threshold=share, **options)
    chosen = {"share of positives": share}
    thresholds = partial(ThresholdDisplay.from_comparison, comparison, chosen=chosen, **options)
    return figures | {
        "scores": _draw("scores", lambda ax: scores(ax=ax)),
        "thresholds": _draw("thresholds", lambda ax: thresholds(ax=ax), has_marker=True),
    }


def draw_differences(comparison: Comparison, metric: str) -> str:
    """Return the forest plot of the differences in one metric."""
    size = (6.0, 1.1 + 0.34 * (len(comparison.strategies) - 1))
    draw = partial(DifferencesDisplay.from_comparison, comparison, metric)
    return _draw(f"differences_{metric}", lambda ax: draw(ax=ax), size=size)


def _choose_lines(comparison: Comparison) -> list[str]:
    """Return the strategies that finished, the first six of them."""
    kept = comparison.predictions
    done = {strategy for (strategy, _, _), r in kept.results.items() if r.error is None} if kept else set()
    return [name for name in comparison.strategies if name in done][:_MAX_LINES]


def _draw_display(display: type[FoldsDisplay], comparison: Comparison, strategies: list[str], ax: Axes) -> None:
    display.from_comparison(comparison, strategies=strategies, ax=ax)


def _draw(
    name: str,
    draw: Callable[[Axes], object],
    size: tuple[float, float] = (_WIDTH, _HEIGHT),
    *,
    has_marker: bool = False,
) -> str:
    """Return a figure; `has_marker` tells the page where its axes are, so that it can put a line at any value."""
    from matplotlib.figure import Figure

    with _svg_settings(name):
        figure = Figure(figsize=size, layout="constrained")
        ax = figure.subplots()
        draw(ax)
        file = io.StringIO()
        figure.savefig(file, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    svg = _adapt(file.getvalue())
    return svg.replace("<svg ", f"<svg {_locate_axes(ax)} ", 1) if has_marker else svg


def _locate_axes(ax: Axes) -> str:
    """Return attributes with the ends of the horizontal axis, and with the box of the axes as shares of the figure."""
    (left, bottom), (right, top) = ax.get_position().get_points()
    low, high = ax.get_xlim()
    box = f"{left:.4f} {1 - top:.4f} {right:.4f} {1 - bottom:.4f}"
    return f'data-low="{low:.6g}" data-high="{high:.6g}" data-box="{box}"'


@contextmanager
def _svg_settings(name: str) -> Iterator[None]:
    import matplotlib as mpl

    settings: dict[Any, object] = {
        "svg.fonttype": "none",
        "svg.hashsalt": name,  # ids of one page must differ between figures, and be the same in every run
        "text.parse_math": False,  # a strategy may be called "$x"
        "font.size": 10,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "path.simplify_threshold": 0.4,
    }
    inked = ("text.color", "axes.edgecolor", "axes.labelcolor", "xtick.color", "ytick.color")
    with mpl.rc_context(settings | dict.fromkeys(inked, _INK)):
        yield


def _adapt(svg: str) -> str:
    """Return the ``<svg>`` element alone, with the page's colours for ink and paper."""
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    svg = re.sub(r' (width|height)="[\d.]+pt"', "", svg, count=2)
    svg = _IDS.sub("", svg)
    svg = _PATHS.sub(lambda path: re.sub(r"(\d\.\d)\d+", r"\1", path[0]), svg)
    for colour, meaning in _MEANINGS.items():
        svg = svg.replace(colour, meaning)
    return svg
