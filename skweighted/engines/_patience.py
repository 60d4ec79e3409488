"""When a network has waited long enough for an improvement; both engines ask it."""

import numpy as np

from skweighted.engines.plan import EarlyStopping

__all__ = ["Patience"]


class Patience:
    """How long each of `K` networks has waited for an improvement.

    Parameters
    ----------
    stopping : EarlyStopping
    n_networks : int

    Attributes
    ----------
    best_epoch : ndarray of shape (K,)
        The epoch of the best value, 0 before there is one.
    """

    def __init__(self, stopping: EarlyStopping, n_networks: int) -> None:
        self.stopping = stopping
        self.best_epoch = np.zeros(n_networks, dtype=np.int64)
        self._best_loss = np.full(n_networks, np.inf)
        self._waited = np.zeros(n_networks, dtype=np.int64)

    @property
    def spent(self) -> np.ndarray:
        """Which networks have waited long enough to stop, shape (K,)."""
        return self._waited >= self.stopping.patience

    def judge(self, value: np.ndarray, epoch: int | np.ndarray, active: bool | np.ndarray = True) -> np.ndarray:
        """Take in the losses, or scores, of an epoch and return which networks improved on their best value.

        Parameters
        ----------
        value : ndarray of shape (K,)
        epoch : int or ndarray of shape (K,)
            Its number, counted from 1.
        active : bool or ndarray of shape (K,), default=True
            Networks still training; the others do not improve.

        Returns
        -------
        boolean ndarray of shape (K,)
        """
        loss = -value if self.stopping.score else value
        enough = active & (loss < self._best_loss - self.stopping.tol)
        better: np.ndarray = active & (loss < self._best_loss)
        self._waited = np.where(enough, 0, self._waited + 1)
        self._best_loss = np.where(better, loss, self._best_loss)
        self.best_epoch = np.where(better, epoch, self.best_epoch)
        return better
