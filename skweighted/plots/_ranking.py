"""ROC and precision-recall curves with a band over the folds and the chance level."""

from itertools import compress

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import average_precision_score, roc_auc_score

from skweighted.meta import ThresholdCurve
from skweighted.plots._base import FoldsDisplay
from skweighted.plots._folds import Folds
from skweighted.plots._style import GREY, Axes, add_legend, line_style

__all__ = ["PrecisionRecallDisplay", "RocDisplay"]

_GRID = np.linspace(0, 1, 201)


class _RankingDisplay(FoldsDisplay):
    """What the two share: a mean curve over the folds, one standard deviation to either side, a score in the legend.

    Parameters
    ----------
    folds : dict of str to Folds
        Truths and probabilities by name.
    **options : dict
        None; a display that has some names them.

    Attributes
    ----------
    lines_ : dict of str to matplotlib Line2D
    bands_ : dict of str to matplotlib PolyCollection
        Only if there are several folds.
    scores_ : dict of str to float
        Mean over the folds.
    chance_ : matplotlib Line2D
    """

    def _draw(self, ax: Axes) -> None:
        self.lines_, self.bands_, self.scores_ = {}, {}, {}
        for k, (name, folds) in enumerate(self.folds.items()):
            both = [0 < truth.sum() < len(truth) for truth in folds.truths]  # a fold of one class has no curve
            pairs = list(compress(zip(folds.truths, folds.probabilities, strict=True), both))
            curves = np.array([self._curve(ThresholdCurve(*pair)) for pair in pairs])
            scores = [self._score(*pair) for pair in pairs]
            mean, sd = curves.mean(axis=0), curves.std(axis=0)
            self.scores_[name] = float(np.mean(scores))
            label = f"{name}: {self.scores_[name]:.3f}"
            if len(pairs) > 1:
                label += f" ± {np.std(scores, ddof=1):.3f}"
                low, high = np.clip(mean - sd, 0, 1), np.clip(mean + sd, 0, 1)
                style = line_style(k)
                self.bands_[name] = ax.fill_between(_GRID, low, high, color=style["color"], alpha=0.12, lw=0)
            (self.lines_[name],) = ax.plot(_GRID, mean, label=label, **line_style(k))
        self._draw_chance(ax)
        ax.set(xlim=(-0.01, 1.01), ylim=(-0.01, 1.01), aspect="equal")
        ax.grid(alpha=0.25)

    def _curve(self, curve: ThresholdCurve) -> NDArray[np.float64]:
        """Return the curve's height on the grid."""
        raise NotImplementedError

    def _score(self, truth: NDArray[np.bool_], probability: NDArray[np.float64]) -> float:
        raise NotImplementedError

    def _draw_chance(self, ax: Axes) -> None:
        raise NotImplementedError


class RocDisplay(_RankingDisplay):
    """ROC curves: the share of positives found against the share of negatives called positive.

    Rare positives make it look better than it is for whoever has to look at every alarm; see
    :class:`PrecisionRecallDisplay`.

    Parameters
    ----------
    folds : dict of str to Folds

    Attributes
    ----------
    ax_, figure_ : matplotlib Axes and Figure
    lines_, bands_, scores_ : dict by name
        The mean curves, one standard deviation over the folds (if there are several), and the mean areas.
    chance_ : matplotlib Line2D

    Examples
    --------
    >>> from skweighted.plots import RocDisplay
    >>> display = RocDisplay.from_predictions([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8])
    >>> display.scores_
    {'model': 0.75}
    """

    def _curve(self, curve: ThresholdCurve) -> NDArray[np.float64]:
        return np.interp(_GRID, 1 - curve.score("specificity"), curve.score("recall"))

    def _score(self, truth: NDArray[np.bool_], probability: NDArray[np.float64]) -> float:
        return roc_auc_score(truth, probability)

    def _draw_chance(self, ax: Axes) -> None:
        (self.chance_,) = ax.plot([0, 1], [0, 1], color=GREY, lw=1, ls=":", label="chance: 0.500")
        ax.set(xlabel="False positive rate", ylabel="Recall")
        add_legend(ax, loc="lower right", title="ROC AUC", title_fontsize="small")


class PrecisionRecallDisplay(_RankingDisplay):
    """Precision-recall curves: how many alarms are right if so many of the positives are to be found.

    Parameters
    ----------
    folds : dict of str to Folds

    Attributes
    ----------
    ax_, figure_ : matplotlib Axes and Figure
    lines_, bands_, scores_ : dict by name
        The mean curves, one standard deviation over the folds (if there are several), and the mean average precisions.
    chance_ : matplotlib Line2D
        The share of positives.

    Examples
    --------
    >>> from skweighted.plots import PrecisionRecallDisplay
    >>> display = PrecisionRecallDisplay.from_predictions([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8])
    >>> round(display.scores_["model"], 3)
    0.833
    """

    def _curve(self, curve: ThresholdCurve) -> NDArray[np.float64]:
        """Return the precision at the highest threshold that reaches each recall."""
        places = np.searchsorted(curve.score("recall"), _GRID - 1e-12)
        precision = curve.score("precision")
        precision[0] = precision[1]  # nobody called positive: the limit, not 0 / 0
        return precision[np.maximum(places, 1)]

    def _score(self, truth: NDArray[np.bool_], probability: NDArray[np.float64]) -> float:
        return average_precision_score(truth, probability)

    def _draw_chance(self, ax: Axes) -> None:
        share = _first(self.folds).truth.mean()
        label = f"chance: {share:.3f}"
        self.chance_ = ax.axhline(share, color=GREY, lw=1, ls=":", label=label)
        ax.set(xlabel="Recall", ylabel="Precision")
        add_legend(ax, loc="best", title="Average precision", title_fontsize="small")


def _first(folds: dict[str, Folds]) -> Folds:
    return next(iter(folds.values()))
