"""The quick look at a comparison: ranking, probabilities and decisions on one figure."""

from collections.abc import Sequence

from skweighted.comparison import Comparison
from skweighted.plots._base import FoldsDisplay
from skweighted.plots._benefit import NetBenefitDisplay
from skweighted.plots._folds import check_strategies
from skweighted.plots._ranking import PrecisionRecallDisplay, RocDisplay
from skweighted.plots._reliability import ReliabilityDisplay
from skweighted.plots._style import Figure

__all__ = ["plot_comparison"]

_MAX_LINES = 6


def plot_comparison(comparison: Comparison, *, strategies: Sequence[str] | None = None) -> Figure:
    """Plot precision-recall and ROC curves, reliability and net benefit of a comparison of two classes.

    Parameters
    ----------
    comparison : Comparison
    strategies : sequence of str, optional
        None is the first six.

    Returns
    -------
    matplotlib Figure

    Raises
    ------
    ImportError
        Without matplotlib.
    ValueError
        If there are more than two classes, or a strategy is unknown.

    Examples
    --------
    >>> from sklearn.linear_model import LogisticRegression
    >>> from skweighted.comparison import compare_strategies
    >>> from skweighted.datasets import load_digits_8
    >>> comparison = compare_strategies(
    ...     *load_digits_8(), strategies=["none", "class_weight"], classifier=LogisticRegression(), n_repeats=1
    ... )
    >>> len(plot_comparison(comparison).axes)
    4
    """
    import matplotlib.pyplot as plt

    shown = check_strategies(comparison, strategies)[: None if strategies else _MAX_LINES]
    figure, axes = plt.subplots(2, 2, figsize=(10, 8.6), layout="constrained")
    displays: list[type[FoldsDisplay]] = [PrecisionRecallDisplay, RocDisplay, ReliabilityDisplay, NetBenefitDisplay]
    for display, ax in zip(displays, axes.flat, strict=True):
        display.from_comparison(comparison, strategies=shown, ax=ax)
    return figure
