"""A fitted pipeline with the columns it knows, the threshold it decides by, and the card that describes it."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClassifierMixin

from skweighted._base.types import Classifier, Labels, Table
from skweighted.deployment._card import Card
from skweighted.deployment._schema import TableNotes, TableSchema

__all__ = ["FittedModel"]


class FittedModel(ClassifierMixin, BaseEstimator):
    """A model in use: it checks its rows, gives probabilities, and decides by a threshold of its own.

    :func:`fit_model` makes one, :func:`load_model` reads one from a file.

    Parameters
    ----------
    pipeline : classifier
        Fitted on columns that `schema` describes.
    schema : TableSchema
    threshold : float or None
        From which probability of the positive class on a row is called positive; None decides as the pipeline does.
    positive : label or None
        The positive one of two classes.
    card : Card
        What is known about the model.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        The labels.
    """

    def __init__(
        self, pipeline: Classifier, *, schema: TableSchema, threshold: float | None, positive: object, card: Card
    ) -> None:
        self.pipeline = pipeline
        self.schema = schema
        self.threshold = threshold
        self.positive = positive
        self.card = card

    @property
    def classes_(self) -> NDArray:
        """The labels, sorted."""
        return self.pipeline.classes_

    def fit(self, X: Table, y: Labels) -> "FittedModel":
        """Return this model, unchanged: it is fitted, and stays so in what would fit it again."""
        return self

    def predict_proba(self, X: Table) -> NDArray[np.float64]:
        """Return the probability of each class, shape (n_samples, n_classes).

        Raises
        ------
        ValueError
            If the columns of `X` are not those of training; their order does not matter.
        """
        return self.pipeline.predict_proba(self.schema.conform(X)[0])

    def predict(self, X: Table) -> NDArray:
        """Return the label decided for each row, shape (n_samples,)."""
        rows = self.schema.conform(X)[0]
        return self._decide(rows, None if self.threshold is None else self.pipeline.predict_proba(rows))

    def score_rows(self, X: Table) -> tuple[pd.DataFrame, TableNotes]:
        """Return probabilities and decisions side by side, and what was odd about the rows.

        Parameters
        ----------
        X : DataFrame, or array of shape (n_samples, n_features)

        Returns
        -------
        scored : DataFrame of shape (n_samples, 2), or (n_samples, n_classes + 1)
            For two classes ``probability``, of the positive one, and ``decision``, a label. For more classes
            ``probability_<label>`` each.
        notes : TableNotes
        """
        rows, notes = self.schema.conform(X)
        probabilities = self.pipeline.predict_proba(rows)
        decisions = self._decide(rows, probabilities)
        chosen = probabilities if self.positive is None else probabilities[:, [self._positive_code]]
        columns = [*chosen.T, decisions]
        return pd.DataFrame(dict(zip(self.score_columns, columns, strict=True)), index=rows.index), notes

    @property
    def score_columns(self) -> list[str]:
        """The columns that :meth:`score_rows` returns."""
        if self.positive is None:
            return [*(f"probability_{label}" for label in self.classes_.tolist()), "decision"]
        return ["probability", "decision"]

    @property
    def _positive_code(self) -> int:
        return int(self.classes_.tolist().index(self.positive))

    def _decide(self, rows: pd.DataFrame, probabilities: NDArray[np.float64] | None) -> NDArray:
        if self.threshold is None or probabilities is None:
            return self.pipeline.predict(rows)
        code = self._positive_code
        is_positive = probabilities[:, code] >= self.threshold
        return self.classes_[np.where(is_positive, code, 1 - code)]

    def __sklearn_is_fitted__(self) -> bool:
        return True

    def __sklearn_clone__(self) -> "FittedModel":
        return self  # as a frozen estimator: there is no unfitted one
