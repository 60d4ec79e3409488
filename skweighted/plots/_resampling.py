"""What a sampler does to the rows: class counts and the first two components, before and after."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import clone
from sklearn.decomposition import PCA

from skweighted._base.types import Labels, Table
from skweighted.plots._base import Display
from skweighted.plots._style import COLOURS, Axes, Figure, add_legend

__all__ = ["ClassCountsDisplay", "ResamplingDisplay"]

_MARKERS = "o^sDvP"
_MAX_POINTS = 2_000


class ClassCountsDisplay(Display):
    """Rows of each class, perhaps before and after resampling.

    Parameters
    ----------
    counts : dict of str to dict
        For each set of rows, such as ``"before"``, the rows of each label.

    Attributes
    ----------
    ax_, figure_ : matplotlib Axes and Figure
    bars_ : dict of str to matplotlib BarContainer

    Examples
    --------
    >>> from skweighted.plots import ClassCountsDisplay
    >>> display = ClassCountsDisplay.from_labels(before=[0, 0, 0, 1], after=[0, 1])
    >>> display.counts
    {'before': {0: 3, 1: 1}, 'after': {0: 1, 1: 1}}
    """

    def __init__(self, counts: dict[str, dict[object, int]]) -> None:
        self.counts = counts

    @classmethod
    def from_labels(cls, *, ax: Axes | None = None, **labels: ArrayLike) -> "ClassCountsDisplay":
        """Plot the counts of one or several arrays of labels, by name.

        Parameters
        ----------
        ax : matplotlib Axes, optional
        **labels : array-like of shape (n_samples,)
            Such as ``before=y, after=y_resampled``.
        """
        counts = {name: np.unique(np.asarray(y), return_counts=True) for name, y in labels.items()}
        plain = {name: dict(zip(u.tolist(), n.tolist(), strict=True)) for name, (u, n) in counts.items()}
        return cls(plain).plot(ax)

    def _draw(self, ax: Axes) -> None:
        labels = list(dict.fromkeys(label for counts in self.counts.values() for label in counts))
        width = 0.8 / len(self.counts)
        self.bars_ = {}
        for k, (name, counts) in enumerate(self.counts.items()):
            places = np.arange(len(labels)) + (k - (len(self.counts) - 1) / 2) * width
            heights = [counts.get(label, 0) for label in labels]
            colour, hatch = COLOURS[k % len(COLOURS)], ("", "//", "..")[k % 3]
            bars = ax.bar(places, heights, width, label=name, color=colour, hatch=hatch, edgecolor="white", lw=0)
            self.bars_[name] = bars
            ax.bar_label(bars, [f"{height:,}" for height in heights], fontsize="small", padding=2)
        ax.set(xticks=range(len(labels)), xticklabels=map(str, labels), xlabel="Class", ylabel="Rows")
        ax.margins(y=0.12)
        ax.spines[["top", "right"]].set_visible(False)
        if len(self.counts) > 1:
            add_legend(ax, loc="lower center", bbox_to_anchor=(0.5, 1), ncols=len(self.counts))


class ResamplingDisplay:
    """The first two principal components of the rows, before and after resampling, side by side.

    Parameters
    ----------
    before, after : pair of points of shape (n_samples, 2) and labels of shape (n_samples,)
        Points in the same plane; at most 2,000 of each are drawn.
    name : str
        Of the sampler.

    Attributes
    ----------
    axes_ : ndarray of matplotlib Axes of shape (2,)
    figure_ : matplotlib Figure
    points_ : list of dict of label to matplotlib PathCollection
        Of both sides.

    Examples
    --------
    >>> from imblearn.under_sampling import RandomUnderSampler
    >>> from sklearn.datasets import make_classification
    >>> from skweighted.plots import ResamplingDisplay
    >>> X, y = make_classification(200, weights=[0.9], random_state=0)
    >>> len(ResamplingDisplay.from_sampler(RandomUnderSampler(random_state=0), X, y).axes_)
    2
    """

    def __init__(self, *, before: tuple[NDArray, NDArray], after: tuple[NDArray, NDArray], name: str) -> None:
        self.before = before
        self.after = after
        self.name = name

    @classmethod
    def from_sampler(cls, sampler: Any, X: Table, y: Labels, *, axes: NDArray | None = None) -> "ResamplingDisplay":
        """Resample rows, and plot them before and after in the plane of the principal components of `X`.

        Parameters
        ----------
        sampler : sampler
            Has ``fit_resample``; cloned.
        X : array-like of shape (n_samples, n_features)
            Scaled numbers.
        y : array-like of shape (n_samples,)
        axes : sequence of two matplotlib Axes, optional
        """
        rows, labels = np.asarray(X, dtype=np.float64), np.asarray(y)
        resampled, new_labels = clone(sampler).fit_resample(rows, labels)
        plane = PCA(2, random_state=0).fit(rows)
        before, after = (plane.transform(rows), labels), (plane.transform(resampled), np.asarray(new_labels))
        return cls(before=before, after=after, name=type(sampler).__name__).plot(axes)

    def plot(self, axes: NDArray | None = None) -> "ResamplingDisplay":
        """Draw on two axes, or on a new figure.

        Parameters
        ----------
        axes : sequence of two matplotlib Axes, optional

        Returns
        -------
        ResamplingDisplay
            This display.
        """
        self.axes_ = np.asarray(_two_axes() if axes is None else axes)
        self.figure_: Figure = self.axes_[0].figure
        self.points_ = []
        sides = (("before", *self.before), (f"after {self.name}", *self.after))
        for ax, (title, points, labels) in zip(self.axes_, sides, strict=True):
            self.points_.append(_draw_points(ax, points, labels))
            ax.set(title=f"{title}: {len(labels):,} rows", xlabel="First component")
        self.axes_[0].set_ylabel("Second component")
        limits = np.concatenate([self.before[0], self.after[0]])
        for ax in self.axes_:
            ax.set(xlim=_widen(limits[:, 0]), ylim=_widen(limits[:, 1]))
        return self


def _two_axes() -> NDArray:
    import matplotlib.pyplot as plt

    return plt.subplots(1, 2, figsize=(8.6, 4), layout="constrained", sharex=True, sharey=True)[1]


def _draw_points(ax: Axes, points: NDArray, labels: NDArray) -> dict[object, object]:
    """Draw the classes over each other, the rarest on top."""
    names, counts = np.unique(labels, return_counts=True)
    random, drawn = np.random.default_rng(0), {}
    for k, label in enumerate(names[np.argsort(-counts, kind="stable")].tolist()):
        rows = np.flatnonzero(labels == label)
        shown = random.permutation(rows)[:_MAX_POINTS]
        style = {"color": COLOURS[k % len(COLOURS)], "marker": _MARKERS[k % len(_MARKERS)]}
        drawn[label] = ax.scatter(*points[shown].T, s=9, alpha=0.55, lw=0, label=f"{label}: {len(rows):,}", **style)
    add_legend(ax, markerscale=2)
    return drawn


def _widen(values: NDArray) -> tuple[float, float]:
    low, high = np.quantile(values, [0.002, 0.998])  # a far point would press all others together
    margin = 0.05 * (high - low)
    return float(low - margin), float(high + margin)
