"""Encoders of random frequencies that the study tried and did not choose."""

from typing import Self

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin


class Periodic(TransformerMixin, BaseEstimator):
    """Put cosines and sines of `n` random frequencies of each column beside it.

    The frequencies are normal with a standard deviation of `sigma` turns per unit, as those that Gorishniy et al.
    (2022), On Embeddings for Numerical Features in Tabular Deep Learning, start from; here they stay as they are.
    """

    def __init__(self, n: int = 8, sigma: float = 0.2, seed: int = 0) -> None:
        self.n, self.sigma, self.seed = n, sigma, seed

    def fit(self, X: np.ndarray, y: np.ndarray | None = None) -> Self:
        """Draw the frequencies."""
        self.frequencies_ = np.random.default_rng(self.seed).normal(size=(X.shape[1], self.n)) * self.sigma
        return self

    def transform(self, X: np.ndarray) -> np.ndarray:
        """Return (1 + 2 n) columns for each."""
        angle = (2 * np.pi * np.asarray(X)[:, :, None] * self.frequencies_).reshape(len(X), -1)
        return np.hstack([X, np.cos(angle), np.sin(angle)])


class Fourier(TransformerMixin, BaseEstimator):
    """Put `n` cosines of random directions beside the columns.

    They are the random features of Rahimi & Recht (2007) for a Gaussian kernel of width sqrt(columns) / `scale`.
    """

    def __init__(self, n: int = 256, scale: float = 1.0, seed: int = 0) -> None:
        self.n, self.scale, self.seed = n, scale, seed

    def fit(self, X: np.ndarray, y: np.ndarray | None = None) -> Self:
        """Draw the directions."""
        generator, n_columns = np.random.default_rng(self.seed), X.shape[1]
        self.directions_ = generator.normal(size=(n_columns, self.n)) * self.scale / np.sqrt(n_columns)
        self.phases_ = generator.uniform(0, 2 * np.pi, self.n)
        return self

    def transform(self, X: np.ndarray) -> np.ndarray:
        """Return the columns and the cosines."""
        return np.hstack([X, np.cos(np.asarray(X) @ self.directions_ + self.phases_)])
