"""What all displays share: axes, colours that everybody can tell apart, marks that do without colour."""

from typing import Any, TypeAlias

import numpy as np

__all__ = ["BLACK", "COLOURS", "GREY", "Axes", "Figure", "add_legend", "line_style", "new_axes", "use_logit_scale"]

Axes: TypeAlias = Any
"""A ``matplotlib.axes.Axes``."""

Figure: TypeAlias = Any
"""A ``matplotlib.figure.Figure``."""

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
"""Blue, vermilion, green, purple, orange and sky blue of Okabe and Ito, for people who see colours differently."""

GREY, BLACK = "0.55", "0.15"

_DASHES = ("-", (0, (5, 1.5)), (0, (1.5, 1.2)), (0, (6, 1.5, 1.2, 1.5)), (0, (3, 1, 1, 1, 1, 1)), (0, (9, 2)))


def new_axes(ax: Axes | None = None) -> Axes:
    """Return `ax`, or the axes of a new figure.

    Raises
    ------
    ImportError
        Without matplotlib.
    """
    if ax is not None:
        return ax
    try:
        import matplotlib.pyplot as plt
    except ImportError as error:
        raise ImportError('Plots need matplotlib. Install it with: pip install "skweighted[cli]"') from error
    return plt.subplots(layout="constrained")[1]


def line_style(k: int) -> dict[str, Any]:
    """Return colour and dashes of line number `k`: lines that share neither, so that grey shows them too."""
    return {"color": COLOURS[k % len(COLOURS)], "ls": _DASHES[k % len(_DASHES)], "lw": 1.6}


def add_legend(ax: Axes, **options: Any) -> None:
    """Add a legend without a border, if there is anything to explain; lines show through its ground."""
    if ax.get_legend_handles_labels()[0]:
        ax.legend(**{"fontsize": "small", "edgecolor": "none", "framealpha": 0.8} | options)


def use_logit_scale(ax: Axes, low: float, axes: str = "xy") -> None:
    """Show probabilities from `low` on by their log odds, with plain numbers for ticks."""
    from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

    small = [10.0**e for e in range(int(np.floor(np.log10(low))), -1)]
    ticks = [tick for tick in [*small, 0.1, 0.5, 0.9, 0.99] if tick >= low]
    for name in axes:
        getattr(ax, f"set_{name}scale")("logit")
        axis = getattr(ax, f"{name}axis")
        axis.set_major_locator(FixedLocator(ticks))
        axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
        axis.set_minor_locator(NullLocator())
        getattr(ax, f"set_{name}lim")(low / 1.5, 0.995)
