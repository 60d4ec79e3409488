"""Base classes of the displays: scikit-learn's three ways to make one, and how it is drawn."""

from collections.abc import Mapping, Sequence
from typing import Any, Self

from numpy.typing import ArrayLike

from skweighted._base.types import Classifier, Labels, Table
from skweighted.comparison import Comparison
from skweighted.plots._folds import Folds, folds_of_comparison, folds_of_estimator, folds_of_predictions
from skweighted.plots._style import Axes, new_axes

__all__ = ["Display", "FoldsDisplay"]


class Display:
    """Base class: something that can be drawn on axes."""

    def plot(self, ax: Axes | None = None) -> Self:
        """Draw on `ax`, or on a new figure.

        Parameters
        ----------
        ax : matplotlib Axes, optional

        Returns
        -------
        Display
            This display; it has the axes as ``ax_`` and the figure as ``figure_``.

        Raises
        ------
        ImportError
            Without matplotlib.
        """
        ax = new_axes(ax)
        self._draw(ax)
        self.ax_, self.figure_ = ax, ax.figure
        return self

    def _draw(self, ax: Axes) -> None:
        raise NotImplementedError


class FoldsDisplay(Display):
    """Base class: drawn from the probabilities of one or several models for the same rows.

    Parameters
    ----------
    folds : dict of str to Folds
        For each model; it is best made by one of the class methods.
    """

    def __init__(self, folds: Mapping[str, Folds], **options: Any) -> None:
        self.folds = dict(folds)
        self.__dict__.update(options)

    @classmethod
    def from_predictions(
        cls,
        y_true: Labels,
        y_proba: ArrayLike | Mapping[str, ArrayLike],
        *,
        pos_label: object = None,
        folds: ArrayLike | None = None,
        name: str = "model",
        ax: Axes | None = None,
        **options: Any,
    ) -> Self:
        """Plot predictions for rows that the model was not trained on.

        Parameters
        ----------
        y_true : array-like of shape (n_samples,)
            Two labels.
        y_proba : array-like of shape (n_samples,), or dict of str to array-like
            Probabilities of the positive class; of several models by name.
        pos_label : label, optional
            The positive one; None is the greater.
        folds : array-like of int of shape (n_samples,), optional
            Which test fold each row was in, for a band of one standard deviation over the folds.
        name : str, default="model"
            Of a single model.
        ax : matplotlib Axes, optional
        **options : dict
            The other parameters of this display.

        Returns
        -------
        Display
        """
        found = folds_of_predictions(y_true, y_proba, pos_label=pos_label, folds=folds, name=name)
        return cls(found, **options).plot(ax)

    @classmethod
    def from_estimator(
        cls,
        estimator: Classifier,
        X: Table,
        y: Labels,
        *,
        pos_label: object = None,
        name: str | None = None,
        ax: Axes | None = None,
        **options: Any,
    ) -> Self:
        """Plot the predictions of a fitted classifier for rows that it was not trained on.

        Parameters
        ----------
        estimator : classifier
            Fitted.
        X : array-like of shape (n_samples, n_features)
        y : array-like of shape (n_samples,)
        pos_label : label, optional
            The positive one; None is the last of ``classes_``.
        name : str, optional
            None is the name of the class.
        ax : matplotlib Axes, optional
        **options : dict
            The other parameters of this display.

        Returns
        -------
        Display
        """
        return cls(folds_of_estimator(estimator, X, y, pos_label=pos_label, name=name), **options).plot(ax)

    @classmethod
    def from_comparison(
        cls,
        comparison: Comparison,
        *,
        strategies: Sequence[str] | None = None,
        ax: Axes | None = None,
        **options: Any,
    ) -> Self:
        """Plot the out-of-fold predictions of a comparison of two classes.

        Parameters
        ----------
        comparison : Comparison
        strategies : sequence of str, optional
            None is all of them.
        ax : matplotlib Axes, optional
        **options : dict
            The other parameters of this display.

        Returns
        -------
        Display
        """
        return cls(folds_of_comparison(comparison, strategies), **options).plot(ax)
