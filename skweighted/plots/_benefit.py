"""Decision curve: what a model is worth to somebody who acts from a certain risk on."""

from collections.abc import Mapping

import numpy as np

from skweighted.meta import ThresholdCurve
from skweighted.plots._base import FoldsDisplay
from skweighted.plots._folds import Folds
from skweighted.plots._style import BLACK, GREY, Axes, add_legend, line_style

__all__ = ["NetBenefitDisplay"]


class NetBenefitDisplay(FoldsDisplay):
    r"""Net benefit over the threshold :math:`t`, beside that of acting on every row and on none.

    .. math:: \frac{TP}{n} - \frac{FP}{n} \cdot \frac{t}{1 - t}

    Whoever acts from a risk of `t` on finds a miss :math:`(1 - t) / t` times as bad as a false alarm. The
    probabilities must be honest: weighted ones lose here.

    Parameters
    ----------
    folds : dict of str to Folds
    highest : float, optional
        Where the axis ends; None is five times the share of positives, at least 0.1, at most 0.95.

    Attributes
    ----------
    ax_, figure_ : matplotlib Axes and Figure
    lines_ : dict of str to matplotlib Line2D
    all_, none_ : matplotlib Line2D

    References
    ----------
    Vickers & Elkin (2006), Decision Curve Analysis, Medical Decision Making 26.

    Examples
    --------
    >>> from skweighted.plots import NetBenefitDisplay
    >>> display = NetBenefitDisplay.from_predictions([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8])
    >>> list(display.lines_)
    ['model']
    """

    def __init__(self, folds: Mapping[str, Folds], *, highest: float | None = None) -> None:
        super().__init__(folds)
        self.highest = highest

    def _draw(self, ax: Axes) -> None:
        share = next(iter(self.folds.values())).truth.mean()
        highest = float(np.clip(5 * share, 0.1, 0.95)) if self.highest is None else self.highest
        grid = np.linspace(highest / 400, highest, 400)
        self.lines_ = {}
        for k, (name, folds) in enumerate(self.folds.items()):
            curve = ThresholdCurve(folds.truth, folds.probability)
            counts, places = curve.counts, [curve.index(t) for t in grid]
            benefit = (counts.tp[places] - counts.fp[places] * grid / (1 - grid)) / counts.total[0]
            (self.lines_[name],) = ax.plot(grid, benefit, label=name, **line_style(k))
        everybody = share - (1 - share) * grid / (1 - grid)
        (self.all_,) = ax.plot(grid, everybody, color=GREY, lw=1, label="act on every row")
        self.none_ = ax.axhline(0, color=BLACK, lw=1, ls=":", label="act on none")
        ax.set(xlabel="Risk from which on somebody acts", ylabel="Net benefit", xlim=(0, highest))
        ax.set_ylim(-0.25 * share, 1.05 * share)
        ax.grid(alpha=0.25)
        add_legend(ax)
