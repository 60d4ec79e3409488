"""Paired differences of strategies from a reference, as a forest plot."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from skweighted._base.checks import check_choice
from skweighted.comparison import Comparison
from skweighted.plots._base import Display
from skweighted.plots._style import BLACK, COLOURS, GREY, Axes

__all__ = ["DifferencesDisplay"]


class DifferencesDisplay(Display):
    """Mean differences with their intervals, one line a strategy; to the right is better.

    Parameters
    ----------
    names : sequence of str of length n_strategies
    means, lows, highs : array-like of shape (n_strategies,)
        Mean difference from the reference and its interval. NaN draws no interval.
    metric : str
        What differs.
    reference : str
    rope : float, default=0.0
        Differences up to this size are practically none: a grey strip.
    greater_is_better : bool, default=True
        With False the axis points to the left, so that better is to the right all the same.

    Attributes
    ----------
    ax_, figure_ : matplotlib Axes and Figure
    points_ : list of matplotlib Line2D

    Examples
    --------
    >>> from skweighted.plots import DifferencesDisplay
    >>> display = DifferencesDisplay(
    ...     ["smote"], means=[-0.02], lows=[-0.05], highs=[0.01], metric="ROC AUC", reference="threshold"
    ... ).plot()
    >>> display.ax_.get_xlabel()
    'Difference of ROC AUC from threshold (right is better)'
    """

    def __init__(
        self,
        names: Sequence[str],
        *,
        means: ArrayLike,
        lows: ArrayLike,
        highs: ArrayLike,
        metric: str,
        reference: str,
        rope: float = 0.0,
        greater_is_better: bool = True,
    ) -> None:
        self.names = list(names)
        self.means, self.lows, self.highs = (np.asarray(values, dtype=np.float64) for values in (means, lows, highs))
        self.metric = metric
        self.reference = reference
        self.rope = rope
        self.greater_is_better = greater_is_better

    @classmethod
    def from_comparison(
        cls,
        comparison: Comparison,
        metric: str = "average_precision",
        *,
        reference: str | None = None,
        ax: Axes | None = None,
    ) -> "DifferencesDisplay":
        """Plot the differences of every strategy from one.

        Parameters
        ----------
        comparison : Comparison
        metric : str, default="average_precision"
            The name of a column.
        reference : str, optional
            As in :meth:`~skweighted.comparison.Comparison.differences`.
        ax : matplotlib Axes, optional

        Raises
        ------
        ValueError
            If no column or no strategy is called so.
        """
        columns = dict(comparison.columns)
        check_choice(metric, "metric", "DifferencesDisplay.from_comparison", columns)
        rows = comparison.differences(reference).query("metric == @metric")
        if rows.empty:
            raise ValueError("This comparison has one strategy only: there is nothing to compare it with.")
        kind = columns[metric]
        return cls(
            rows["strategy"].tolist(),
            means=rows["mean"],
            lows=rows["low"],
            highs=rows["high"],
            metric=comparison.headings[metric],
            reference=rows["reference"].iloc[0],
            rope=kind.rope,
            greater_is_better=kind.greater_is_better and kind.target is None,
        ).plot(ax)

    def _draw(self, ax: Axes) -> None:
        if self.rope:
            ax.axvspan(-self.rope, self.rope, color=GREY, alpha=0.18, lw=0)
        ax.axvline(0, color=BLACK, lw=1, ls=":")
        self.points_ = []
        for k, (mean, low, high) in enumerate(zip(self.means, self.lows, self.highs, strict=True)):
            sure = low > 0 or high < 0
            better = (mean > 0) == self.greater_is_better
            colour = (COLOURS[2] if better else COLOURS[1]) if sure else GREY
            ax.plot([low, high], [k, k], color=colour, lw=2, solid_capstyle="round")
            face, marker = (colour, "D") if sure else ("white", "o")
            self.points_ += ax.plot([mean], [k], ls="", marker=marker, ms=6, mfc=face, mec=colour, mew=1.5)
        ax.set(yticks=range(len(self.names)), yticklabels=self.names, ylim=(len(self.names) - 0.5, -0.5))
        ax.set_xlabel(f"Difference of {self.metric} from {self.reference} (right is better)")
        ax.grid(axis="x", alpha=0.25)
        if not self.greater_is_better:
            ax.invert_xaxis()
