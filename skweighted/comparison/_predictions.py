"""What a fold keeps: out-of-fold probabilities and decisions, from which every score is computed afterwards."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

__all__ = ["FoldResult", "OutOfFoldPredictions", "Predictions"]


@dataclass(frozen=True, eq=False)
class FoldResult:
    """What one strategy predicted on one test fold.

    Attributes
    ----------
    strategy : str
    repeat, fold : int
        Counted from 1.
    rows : ndarray of shape (n_test,)
        Positions of the test rows.
    probabilities : ndarray of shape (n_test, n_classes) or None
        In the order of the sorted labels; None if the fit failed.
    decisions : ndarray of shape (n_test,) or None
        Class codes, positions among the sorted labels; None if the fit failed.
    fit_seconds, predict_seconds : float
        NaN if the fit failed.
    error : Exception or None
        Why the fit failed.
    n_epochs : float
        Passes over the training rows, of a committee the median; NaN if the classifier does not count them.
    from_cache : bool
        Whether an earlier run made it.
    """

    strategy: str
    repeat: int
    fold: int
    rows: NDArray[np.intp]
    probabilities: NDArray[np.floating] | None = None
    decisions: NDArray[np.intp] | None = None
    fit_seconds: float = np.nan
    predict_seconds: float = np.nan
    error: Exception | None = None
    n_epochs: float = np.nan
    from_cache: bool = False

    def compact(self) -> "FoldResult":
        """Return the same with codes in as few bytes as they need.

        Probabilities stay as precise as they came: a threshold chosen among rounded ones misses rows that equal it.
        """
        if self.probabilities is None or self.decisions is None:
            return self
        return replace(self, decisions=self.decisions.astype(np.min_scalar_type(self.probabilities.shape[1])))


@dataclass(frozen=True, eq=False)
class Predictions:
    """Predictions for some rows and the truth about them: all that a metric may read.

    Attributes
    ----------
    truth : ndarray of shape (n_rows,)
        Class codes.
    probabilities : ndarray of shape (n_rows, n_classes)
        Float64.
    decisions : ndarray of shape (n_rows,)
        Class codes.
    positive : int or None
        Code of the positive class; None with more than two classes.
    sample_weight : ndarray of shape (n_rows,) or None
    cost_matrix : ndarray of shape (n_classes, n_classes) or None
        Rows truth, columns prediction.
    fit_seconds, predict_seconds : float
        What the fold took; NaN if these are predictions of several folds.
    """

    truth: NDArray[np.intp]
    probabilities: NDArray[np.float64]
    decisions: NDArray[np.intp]
    positive: int | None
    sample_weight: NDArray[np.float64] | None = None
    cost_matrix: NDArray[np.float64] | None = None
    fit_seconds: float = np.nan
    predict_seconds: float = np.nan

    @property
    def n_classes(self) -> int:
        """The number of classes."""
        return self.probabilities.shape[1]

    @property
    def is_positive(self) -> NDArray[np.bool_]:
        """Whether the truth is the positive class, shape (n_rows,); of two classes only."""
        return self.truth == self.positive

    @property
    def positive_probability(self) -> NDArray[np.float64]:
        """The probability of the positive class, shape (n_rows,); of two classes only."""
        return self.probabilities[:, self.positive]

    @property
    def decided_positive(self) -> NDArray[np.bool_]:
        """Whether the positive class is predicted, shape (n_rows,); of two classes only."""
        return self.decisions == self.positive


class OutOfFoldPredictions:
    """The predictions of every strategy for rows that it was not trained on.

    Parameters
    ----------
    labels : ndarray of shape (n_classes,)
        Sorted.
    truth : ndarray of shape (n_samples,)
        Class codes, positions in `labels`.
    positive : int or None
        Code of the positive class.
    sample_weight : ndarray of shape (n_samples,), optional
    cost_matrix : ndarray of shape (n_classes, n_classes), optional

    Attributes
    ----------
    results : dict of (strategy, repeat, fold) to FoldResult
        Probabilities are kept in the precision of the classifier; networks give single precision.
    """

    def __init__(
        self,
        labels: NDArray,
        truth: NDArray[np.intp],
        positive: int | None,
        *,
        sample_weight: NDArray[np.float64] | None = None,
        cost_matrix: NDArray[np.float64] | None = None,
    ) -> None:
        self.labels = labels
        self.truth = truth
        self.positive = positive
        self.sample_weight = sample_weight
        self.cost_matrix = cost_matrix
        self.results: dict[tuple[str, int, int], FoldResult] = {}

    def add(self, result: FoldResult) -> None:
        """Keep the result of a fold."""
        self.results[result.strategy, result.repeat, result.fold] = result.compact()

    def of(self, result: FoldResult) -> Predictions:
        """Return what a metric reads of one fold that did not fail."""
        if result.probabilities is None or result.decisions is None:
            raise ValueError(f"{result.strategy!r} failed in fold {result.fold} of repeat {result.repeat}.")
        return Predictions(
            truth=self.truth[result.rows],
            probabilities=result.probabilities.astype(np.float64, copy=False),
            decisions=result.decisions.astype(np.intp, copy=False),
            positive=self.positive,
            sample_weight=None if self.sample_weight is None else self.sample_weight[result.rows],
            cost_matrix=self.cost_matrix,
            fit_seconds=result.fit_seconds,
            predict_seconds=result.predict_seconds,
        )

    def fold(self, strategy: str, repeat: int, fold: int) -> Predictions:
        """Return what a metric reads of one strategy's fold; `repeat` and `fold` count from 1."""
        return self.of(self.results[strategy, repeat, fold])

    def repeat(self, strategy: str, repeat: int = 1) -> Predictions:
        """Return the predictions of one strategy for all rows that a repeat tested, sorted by row.

        A row that several folds tested, as those of ``ShuffleSplit`` do, counts once, by the first of them.
        """
        parts = [r for r in self.results.values() if (r.strategy, r.repeat) == (strategy, repeat) and r.error is None]
        parts.sort(key=lambda part: part.fold)  # they come in any order
        if not parts:
            raise KeyError(f"No fold of {strategy!r} in repeat {repeat} is finished.")
        rows, order = np.unique(np.concatenate([part.rows for part in parts]), return_index=True)
        probabilities = np.concatenate([part.probabilities for part in parts if part.probabilities is not None])
        decisions = np.concatenate([part.decisions for part in parts if part.decisions is not None])
        joined = FoldResult(strategy, repeat, 0, rows, probabilities[order], decisions[order])
        return self.of(joined)

    def to_frame(self) -> pd.DataFrame:
        """Return one line for each strategy, repeat and test row.

        Returns
        -------
        DataFrame
            Columns ``strategy``, ``repeat``, ``fold``, ``row`` (a position), ``truth`` and ``decision`` (labels), and
            ``probability_<label>`` for each label.
        """
        parts = []
        for result in self.results.values():
            if result.probabilities is None or result.decisions is None:
                continue
            part = pd.DataFrame({"row": result.rows, "truth": self.labels[self.truth[result.rows]]})
            part["decision"] = self.labels[result.decisions]
            for code, label in enumerate(self.labels.tolist()):
                part[f"probability_{label}"] = result.probabilities[:, code]
            place = {"strategy": result.strategy, "repeat": result.repeat, "fold": result.fold}
            parts.append(part.assign(**place)[[*place, *part.columns]])
        return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()

    def __repr__(self) -> str:
        names = ", ".join(dict.fromkeys(strategy for strategy, _, _ in self.results))
        return f"<{type(self).__name__}: {len(self.results)} folds of {names}>"
