"""Reliability diagram: how often what was reported came true, on a scale that shows small probabilities."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from sklearn.isotonic import isotonic_regression

from skweighted.plots._base import FoldsDisplay
from skweighted.plots._folds import Folds
from skweighted.plots._style import BLACK, Axes, add_legend, line_style, use_logit_scale

__all__ = ["ReliabilityDisplay"]

_LEVEL = 0.9  # of the band


class ReliabilityDisplay(FoldsDisplay):
    """Observed share of positives against reported probability, both by their log odds.

    The curve is the isotonic regression of the truth on the probabilities, which needs no bins: above the diagonal too
    little was reported, below it too much. The band shows where nine curves of ten lie if rows are drawn again.

    Parameters
    ----------
    folds : dict of str to Folds
        Such as probabilities before and after their repair.
    n_bootstraps : int, default=100
        Draws for the band; 0 draws none.
    random_state : int, default=0

    Attributes
    ----------
    ax_, figure_ : matplotlib Axes and Figure
    lines_, bands_ : dict by name
    diagonal_ : matplotlib Line2D

    References
    ----------
    Dimitriadis, Gneiting & Jordan (2021), Stable Reliability Diagrams for Probabilistic Classifiers, PNAS 118.

    Examples
    --------
    >>> from skweighted.plots import ReliabilityDisplay
    >>> display = ReliabilityDisplay.from_predictions([0, 0, 1, 1], {"before": [0.6, 0.7, 0.8, 0.9]}, n_bootstraps=0)
    >>> list(display.lines_)
    ['before']
    """

    def __init__(self, folds: Mapping[str, Folds], *, n_bootstraps: int = 100, random_state: int = 0) -> None:
        super().__init__(folds)
        self.n_bootstraps = n_bootstraps
        self.random_state = random_state

    def _draw(self, ax: Axes) -> None:
        n_rows = max(len(folds.truth) for folds in self.folds.values())
        low = max(0.5 / n_rows, 1e-6)
        (self.diagonal_,) = ax.plot([low, 1 - low], [low, 1 - low], color=BLACK, lw=1, ls=":", label="as reported")
        self.lines_, self.bands_ = {}, {}
        for k, (name, folds) in enumerate(self.folds.items()):
            grid = np.unique(np.quantile(folds.probability, np.linspace(0, 1, 201)))
            curve = _fit(folds.truth, folds.probability, grid)
            shown = np.clip(grid, low, 1 - low)
            (self.lines_[name],) = ax.plot(shown, np.clip(curve, low, 1 - low), label=name, **line_style(k))
            if self.n_bootstraps:
                bottom, top = np.clip(self._bootstrap(folds, grid), low, 1 - low)
                colour = line_style(k)["color"]
                self.bands_[name] = ax.fill_between(shown, bottom, top, color=colour, alpha=0.12, lw=0)
        use_logit_scale(ax, low)
        ax.set(xlabel="Reported probability", ylabel="Observed share")
        ax.grid(alpha=0.25)
        add_legend(ax, loc="upper left")

    def _bootstrap(self, folds: Folds, grid: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the lower and the upper end of the band, shape (2, n_grid)."""
        random = np.random.default_rng(self.random_state)
        truth, probability = folds.truth, folds.probability
        draws = []
        for _ in range(self.n_bootstraps):
            rows = random.integers(len(truth), size=len(truth))
            draws.append(_fit(truth[rows], probability[rows], grid))
        tail = (1 - _LEVEL) / 2
        return np.quantile(draws, [tail, 1 - tail], axis=0)


def _fit(truth: NDArray[np.bool_], probability: NDArray[np.float64], grid: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the isotonic regression of the truth at the places of the grid."""
    places, codes, counts = np.unique(probability, return_inverse=True, return_counts=True)
    shares = np.bincount(codes, weights=truth) / counts
    return np.interp(grid, places, isotonic_regression(shares, sample_weight=counts.astype(float)))
