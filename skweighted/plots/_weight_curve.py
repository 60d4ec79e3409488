"""Plots of what the searches found, as scikit-learn displays; matplotlib is imported only to draw."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from skweighted._base.errors import did_you_mean
from skweighted.class_weights import compute_class_weight
from skweighted.plots._style import COLOURS

__all__ = ["WeightCurveDisplay", "plot_weight_curve"]

_MEAN, _CHOSEN, _BALANCED = COLOURS[:3]
_OTHERS = "0.75"


class WeightCurveDisplay:
    """Cross-validated score against the weight of the rarest class.

    It is best made with :meth:`from_search`.

    Parameters
    ----------
    ratios : ndarray of shape (n_weights,)
        Weight of the rarest class divided by that of the most frequent one, ascending.
    scores : ndarray of shape (n_weights, n_folds)
        Score of each fold, at the chosen setting of all other parameters searched.
    score_name : str
        What the vertical axis says.
    chosen_ratio : float, optional
        The ratio that the search chose.
    balanced_ratio : float, optional
        The ratio of ``class_weight="balanced"``.
    others : sequence of (ratios, mean scores), default=()
        A curve for each other setting of the other parameters.

    Attributes
    ----------
    ax_, figure_ : matplotlib Axes and Figure
    line_ : matplotlib Line2D
        The mean over the folds.
    spread_ : matplotlib PolyCollection
        One standard deviation to either side.
    chosen_, balanced_ : matplotlib Line2D or None
        The marks: a diamond on the curve, and a dashed upright.

    See Also
    --------
    BatchedGridSearchCV : Makes the search.
    class_weight_grid : Makes its weights.

    Examples
    --------
    >>> import numpy as np
    >>> from skweighted.plots import WeightCurveDisplay
    >>> scores = np.array([[0.8, 0.9], [0.9, 0.9], [0.7, 0.9]])
    >>> display = WeightCurveDisplay(ratios=np.array([1.0, 3.0, 9.0]), scores=scores, score_name="ROC AUC")
    >>> display.plot().line_.get_ydata().round(2).tolist()
    [0.85, 0.9, 0.8]
    """

    def __init__(
        self,
        *,
        ratios: np.ndarray,
        scores: np.ndarray,
        score_name: str = "Score",
        chosen_ratio: float | None = None,
        balanced_ratio: float | None = None,
        others: Sequence[tuple[np.ndarray, np.ndarray]] = (),
    ) -> None:
        self.ratios = ratios
        self.scores = scores
        self.score_name = score_name
        self.chosen_ratio = chosen_ratio
        self.balanced_ratio = balanced_ratio
        self.others = others

    @classmethod
    def from_search(
        cls, search: Any, *, metric: str | None = None, y: Any = None, ax: Any = None
    ) -> "WeightCurveDisplay":
        """Plot a fitted search over class weights.

        Parameters
        ----------
        search : BatchedGridSearchCV, BatchedRandomizedSearchCV or a search of scikit-learn
            Fitted, with ``class_weight`` among its parameters.
        metric : str, optional
            Which of several scorers to show; by default the one that `refit` names.
        y : array-like of shape (n_samples,), optional
            The labels of the search, where it does not know `class_counts_`, as scikit-learn's do not.
        ax : matplotlib Axes, optional

        Returns
        -------
        WeightCurveDisplay

        Raises
        ------
        ImportError
            Without matplotlib.
        ValueError
            If the search is not fitted, did not vary `class_weight`, or needs `metric` or `y`.
        """
        results = getattr(search, "cv_results_", None)
        if results is None:
            raise ValueError(f"This {type(search).__name__} is not fitted yet. Call its fit first.")
        classes, counts = _count_classes(search, y)
        metric = _check_metric(search, results, metric)
        name = _weight_parameter(search, results)
        rows = [(dict(params), i) for i, params in enumerate(results["params"]) if name in params]
        each = {i: _ratio(params.pop(name), classes, counts) for params, i in rows}
        best = _best_index(search, results, metric)
        # Other parameters are compared by what they print: they need not be hashable.
        settings = {i: repr(sorted(params.items())) for params, i in rows}
        scores = _fold_scores(results, metric)
        curves = {}
        for setting in dict.fromkeys(settings.values()):
            shown = [i for i in each if settings[i] == setting and 0 < each[i] < np.inf]
            shown.sort(key=each.__getitem__)
            curves[setting] = np.array([each[i] for i in shown]), scores[shown]
        ratios, own = curves.pop(settings.get(best, next(iter(curves))))
        return cls(
            ratios=ratios,
            scores=own,
            score_name=_score_name(search, metric),
            chosen_ratio=each.get(best),
            balanced_ratio=float(counts.max() / counts.min()),
            others=[(x, values.mean(axis=1)) for x, values in curves.values()],
        ).plot(ax=ax)

    def plot(self, ax: Any = None) -> "WeightCurveDisplay":
        """Draw on `ax`, or on a new figure.

        Parameters
        ----------
        ax : matplotlib Axes, optional

        Returns
        -------
        WeightCurveDisplay
            This display.

        Raises
        ------
        ImportError
            Without matplotlib.
        """
        ax = _new_axes() if ax is None else ax
        mean, spread = self.scores.mean(axis=1), self.scores.std(axis=1)
        (self.line_,) = ax.plot(
            self.ratios, mean, color=_MEAN, marker="o", ms=4, label=f"mean of {self.scores.shape[1]} folds"
        )
        self.spread_ = ax.fill_between(
            self.ratios, mean - spread, mean + spread, color=_MEAN, alpha=0.2, lw=0, label="± 1 standard deviation"
        )
        self.chosen_ = self.balanced_ = None
        if self.chosen_ratio in self.ratios:
            score, style = mean[np.flatnonzero(self.ratios == self.chosen_ratio)[0]], {"marker": "D", "ms": 9, "ls": ""}
            label = f"chosen: {self.chosen_ratio:.3g}"
            (self.chosen_,) = ax.plot([self.chosen_ratio], [score], color=_CHOSEN, label=label, zorder=3, **style)
        if self.balanced_ratio is not None:
            label = f"balanced: {self.balanced_ratio:.3g}"
            self.balanced_ = ax.axvline(self.balanced_ratio, color=_BALANCED, ls="--", lw=1.2, label=label)
        for k, (ratios, means) in enumerate(self.others):
            ax.plot(ratios, means, color=_OTHERS, lw=1, zorder=1, label=None if k else "other settings")
        ax.set(
            xscale="log",
            xlabel="Weight of the rarest class / weight of the most frequent",
            ylabel=self.score_name,
        )
        ax.xaxis.set_major_formatter(_plain_number)
        ax.grid(alpha=0.3)
        ax.legend(fontsize="small")
        self.ax_, self.figure_ = ax, ax.figure
        return self


def plot_weight_curve(search: Any, *, metric: str | None = None, y: Any = None, ax: Any = None) -> WeightCurveDisplay:
    """Plot score against class weight; see :meth:`WeightCurveDisplay.from_search`.

    Parameters
    ----------
    search : GridSearchCV or another fitted search
        One over ``class_weight``.
    metric : str, optional
        Which of several scores.
    y : array-like of shape (n_samples,), optional
        Labels of the search, for weights that are rules.
    ax : matplotlib Axes, optional
        Where to draw; None makes a figure.

    Returns
    -------
    WeightCurveDisplay
        What was drawn.
    """
    return WeightCurveDisplay.from_search(search, metric=metric, y=y, ax=ax)


def _new_axes() -> Any:
    try:
        import matplotlib.pyplot as plt
    except ImportError as error:
        raise ImportError('Plots need matplotlib. Install it with: pip install "skweighted[cli]"') from error
    return plt.subplots(layout="constrained")[1]


def _plain_number(value: float, _: Any) -> str:
    return f"{value:g}"


def _count_classes(search: Any, y: Any) -> tuple[np.ndarray, np.ndarray]:
    if y is not None:
        return np.unique(np.asarray(y), return_counts=True)
    known = getattr(search, "class_counts_", None)
    if known is None:
        raise ValueError(f"This {type(search).__name__} does not know how frequent each class is. Pass y, its labels.")
    return np.array(list(known)), np.array(list(known.values()))


def _check_metric(search: Any, results: Mapping[str, Any], metric: str | None) -> str:
    known = [name.removeprefix("mean_test_") for name in results if name.startswith("mean_test_")]
    if metric is None and len(known) == 1:
        return known[0]
    if metric is None and isinstance(search.refit, str):
        return search.refit
    if metric in known:
        return metric
    hint = "" if metric is None else did_you_mean(metric, known)
    raise ValueError(f"metric must be one of {known} for this search. Got {metric!r} instead. {hint}".rstrip())


def _weight_parameter(search: Any, results: Mapping[str, Any]) -> str:
    names = dict.fromkeys(name for params in results["params"] for name in params)
    found = [name for name in names if name.rpartition("__")[2] == "class_weight"]
    if len(found) != 1:
        got = f"several: {found}" if found else f"none among {list(names)}"
        raise ValueError(f"{type(search).__name__} must have searched one class_weight to plot. It searched {got}.")
    return found[0]


def _ratio(class_weight: Any, classes: np.ndarray, counts: np.ndarray) -> float:
    weights = compute_class_weight(class_weight, classes, counts, "the search")
    with np.errstate(divide="ignore", invalid="ignore"):
        return float(weights[counts.argmin()] / weights[counts.argmax()])


def _best_index(search: Any, results: Mapping[str, Any], metric: str) -> int:
    chosen = getattr(search, "best_index_", None)
    return int(results[f"rank_test_{metric}"].argmin() if chosen is None else chosen)


def _fold_scores(results: Mapping[str, Any], metric: str) -> np.ndarray:
    """Return the score of each candidate and fold, shape (n_candidates, n_folds)."""
    folds = [name for name in results if name.startswith("split") and name.endswith(f"_test_{metric}")]
    return np.column_stack([results[name] for name in folds])


def _score_name(search: Any, metric: str) -> str:
    name = metric if metric != "score" else search.scoring if isinstance(search.scoring, str) else "score"
    words = name.replace("_", " ")
    return words[0].upper() + words[1:]
