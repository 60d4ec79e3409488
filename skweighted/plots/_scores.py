"""Distributions of the probabilities of each class."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from skweighted.plots._base import FoldsDisplay
from skweighted.plots._folds import Folds
from skweighted.plots._style import BLACK, COLOURS, Axes, add_legend, use_logit_scale

__all__ = ["ScoreDistributionDisplay"]

_N_BINS = 40


class ScoreDistributionDisplay(FoldsDisplay):
    """How the probabilities of positive and of negative rows are spread, each class as a share of its own rows.

    Parameters
    ----------
    folds : dict of str to Folds
        The first is shown.
    threshold : float, optional
        Marked with an upright line.

    Attributes
    ----------
    ax_, figure_ : matplotlib Axes and Figure
    bars_ : dict of str to matplotlib StepPatch
        ``"negative"`` and ``"positive"``.

    Examples
    --------
    >>> from skweighted.plots import ScoreDistributionDisplay
    >>> display = ScoreDistributionDisplay.from_predictions([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8], threshold=0.3)
    >>> list(display.bars_)
    ['negative', 'positive']
    """

    def __init__(self, folds: Mapping[str, Folds], *, threshold: float | None = None) -> None:
        super().__init__(folds)
        self.threshold = threshold

    def _draw(self, ax: Axes) -> None:
        name, folds = next(iter(self.folds.items()))
        low = max(0.5 / len(folds.truth), 1e-6)
        probability = np.clip(folds.probability, low, 1 - low)
        odds = np.linspace(np.log(low / (1 - low)), -np.log(low / (1 - low)), _N_BINS + 1)
        edges = 1 / (1 + np.exp(-odds))
        negative: dict[str, Any] = {"color": COLOURS[0], "alpha": 0.35, "fill": True}
        positive: dict[str, Any] = {"color": COLOURS[1], "hatch": "////", "fill": False}
        self.bars_ = {}
        for label, rows, style in (("negative", ~folds.truth, negative), ("positive", folds.truth, positive)):
            shares = np.histogram(probability[rows], edges)[0] / rows.sum()
            self.bars_[label] = ax.stairs(shares, edges, lw=1.4, label=label, **style)
        if self.threshold is not None:
            ax.axvline(self.threshold, color=BLACK, lw=1.2, label=f"threshold {self.threshold:.3g}")
        use_logit_scale(ax, low, axes="x")
        ax.set(xlabel=f"Probability by {name}", ylabel="Share of the rows of the class", ylim=(0, None))
        add_legend(ax)
