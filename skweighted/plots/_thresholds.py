"""Scores over the threshold, with the thresholds that were chosen."""

from collections.abc import Mapping, Sequence

import numpy as np

from skweighted.meta import ThresholdCurve
from skweighted.plots._base import FoldsDisplay
from skweighted.plots._folds import Folds
from skweighted.plots._style import BLACK, Axes, add_legend, line_style, use_logit_scale

__all__ = ["ThresholdDisplay"]


class ThresholdDisplay(FoldsDisplay):
    """Scores of the decisions at every threshold.

    Parameters
    ----------
    folds : dict of str to Folds
        The first is shown, all its folds together.
    scores : sequence of str, default=("precision", "recall", "f1")
        Keys of :data:`~skweighted.meta.DECISION_SCORES`.
    costs : pair of float, optional
        What a false alarm and a miss cost: the mean cost is drawn as well, as a share of its greatest value.
    chosen : dict of str to float, default={}
        Thresholds to mark, by what chose them.

    Attributes
    ----------
    ax_, figure_ : matplotlib Axes and Figure
    lines_ : dict of str to matplotlib Line2D
    marks_ : dict of str to matplotlib Line2D

    Examples
    --------
    >>> from skweighted.plots import ThresholdDisplay
    >>> display = ThresholdDisplay.from_predictions([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8], chosen={"F1": 0.35})
    >>> list(display.lines_), list(display.marks_)
    (['precision', 'recall', 'f1'], ['F1'])
    """

    def __init__(
        self,
        folds: Mapping[str, Folds],
        *,
        scores: Sequence[str] = ("precision", "recall", "f1"),
        costs: tuple[float, float] | None = None,
        chosen: Mapping[str, float] | None = None,
    ) -> None:
        super().__init__(folds)
        self.scores = scores
        self.costs = costs
        self.chosen = {} if chosen is None else dict(chosen)

    def _draw(self, ax: Axes) -> None:
        folds = next(iter(self.folds.values()))
        low = max(0.5 / len(folds.truth), 1e-6)
        curve = ThresholdCurve(folds.truth, np.clip(folds.probability, low, 1 - low))
        values = {name: curve.score(name)[1:] for name in self.scores}
        if self.costs is not None:
            cost = curve.cost(*self.costs)[1:]
            values["cost (share of its maximum)"] = cost / cost.max()
        self.lines_ = {}
        for k, (name, value) in enumerate(values.items()):
            label = name.replace("_", " ")
            (self.lines_[name],) = ax.plot(curve.thresholds[1:], value, label=label, **line_style(k))
        self.marks_ = {}
        for k, (name, threshold) in enumerate(self.chosen.items()):
            self.marks_[name] = ax.axvline(
                np.clip(threshold, low, 1 - low),
                color=BLACK,
                lw=1,
                ls=line_style(k)["ls"],
                label=f"{name}: {threshold:.3g}",
            )
        use_logit_scale(ax, low, axes="x")
        ax.set(xlabel="Threshold", ylabel="Score", ylim=(-0.01, 1.01))
        ax.grid(alpha=0.25)
        add_legend(ax, loc="lower center", bbox_to_anchor=(0.5, 1), ncols=3)  # curves cross the whole of the axes
