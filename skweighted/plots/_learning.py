"""Loss over the epochs of a fitted network."""

import numpy as np
from numpy.typing import ArrayLike

from skweighted.classifier import CostSensitiveMLPClassifier
from skweighted.plots._base import Display
from skweighted.plots._style import BLACK, COLOURS, Axes, add_legend

__all__ = ["LearningCurveDisplay"]


class LearningCurveDisplay(Display):
    """Training loss and validation value of each epoch, with the epoch whose weights are kept.

    Parameters
    ----------
    loss : array-like of shape (n_epochs,) or (n_networks, n_epochs)
    validation : array of that shape, optional
    monitor : str, default="loss"
        What the validation value is; anything but the loss has an axis of its own.
    best_epoch : int, optional
        Counted from 1.

    Attributes
    ----------
    ax_, figure_ : matplotlib Axes and Figure
    lines_ : dict of str to list of matplotlib Line2D
        ``"loss"`` and ``"validation"``, a line a network.

    Examples
    --------
    >>> from skweighted.plots import LearningCurveDisplay
    >>> display = LearningCurveDisplay([0.7, 0.5, 0.4], validation=[0.7, 0.6, 0.65], best_epoch=2).plot()
    >>> list(display.lines_)
    ['loss', 'validation']
    """

    def __init__(
        self,
        loss: ArrayLike,
        *,
        validation: ArrayLike | None = None,
        monitor: str = "loss",
        best_epoch: int | None = None,
    ) -> None:
        self.loss = loss
        self.validation = validation
        self.monitor = monitor
        self.best_epoch = best_epoch

    @classmethod
    def from_estimator(cls, estimator: CostSensitiveMLPClassifier, *, ax: Axes | None = None) -> "LearningCurveDisplay":
        """Plot the curves of a fitted `CostSensitiveMLPClassifier`.

        Parameters
        ----------
        estimator : CostSensitiveMLPClassifier
        ax : matplotlib Axes, optional
        """
        if not hasattr(estimator, "loss_curve_"):
            raise ValueError(f"This {type(estimator).__name__} has no loss_curve_. Fit it first.")
        best = np.atleast_1d(estimator.best_epoch_)
        return cls(
            estimator.loss_curve_,
            validation=estimator.validation_curve_,
            monitor=estimator.monitor if isinstance(estimator.monitor, str) else "score",
            best_epoch=int(best[0]) if estimator.early_stopping and len(best) == 1 else None,
        ).plot(ax)

    def _draw(self, ax: Axes) -> None:
        self.lines_ = {"loss": _draw_lines(ax, self.loss, 0, "training loss")}
        ax.set(xlabel="Epoch", ylabel="Loss")
        ax.grid(alpha=0.25)
        if self.validation is not None:
            own = self.monitor == "loss"
            beside = ax if own else ax.twinx()
            label = "validation loss" if own else f"validation {self.monitor.replace('_', ' ')}"
            self.lines_["validation"] = _draw_lines(beside, self.validation, 1, label)
            if not own:
                beside.set_ylabel(label[0].upper() + label[1:])
        if self.best_epoch is not None:
            ax.axvline(self.best_epoch, color=BLACK, lw=1, ls=":", label=f"kept: epoch {self.best_epoch}")
        lines = [lines[0] for lines in self.lines_.values()]
        others = [line for line in ax.get_lines() if str(line.get_label()).startswith("kept")]
        add_legend(ax, handles=[*lines, *others])


def _draw_lines(ax: Axes, values: ArrayLike, k: int, label: str) -> list:
    curves = np.atleast_2d(np.asarray(values, dtype=np.float64))
    epochs = np.arange(1, curves.shape[1] + 1)
    style = {"color": COLOURS[k], "ls": ("-", "--")[k], "lw": 1.6, "alpha": 1 if len(curves) == 1 else 0.5}
    return [ax.plot(epochs, curve, label=label if i == 0 else None, **style)[0] for i, curve in enumerate(curves)]
