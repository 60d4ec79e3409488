"""The rules by which rows come into batches, one class each, accepted by ``batches=`` as names or instances."""

from collections.abc import Callable
from typing import ClassVar

import numpy as np
from sklearn.base import BaseEstimator

from skweighted._registry import Registry

__all__ = ["BATCHES", "BatchRule", "Shuffled"]

Generators = Callable[[int], np.random.Generator]


class BatchRule(BaseEstimator):
    """Base class: the order in which a network sees its rows."""

    key: ClassVar[str]

    def check(self, owner: str) -> None:
        """Raise if a parameter is out of its range; called in ``fit``."""

    def epoch_length(self, y: np.ndarray) -> int:
        """Return how many rows one pass draws from rows with class codes `y`, shape (n_rows,)."""
        raise NotImplementedError

    def draw_pass(self, y: np.ndarray, generator: np.random.Generator) -> np.ndarray:
        """Return the positions, shape (epoch_length,), of the rows of one pass in the order they are drawn."""
        raise NotImplementedError

    def class_shares(self, y: np.ndarray, row_weight: np.ndarray, n_classes: int) -> np.ndarray:
        """Return the share of the loss that each class has in the batches drawn, shape (n_classes,).

        Parameters
        ----------
        y : ndarray of shape (n_rows,)
            Class codes.
        row_weight : ndarray of shape (n_rows,)
            Class weight times sample weight of each row.
        n_classes : int
        """
        raise NotImplementedError


BATCHES: Registry[BatchRule] = Registry("batches", BatchRule)


@BATCHES.register("shuffled")
class Shuffled(BatchRule):
    """Every row once a pass, in a fresh random order."""

    def epoch_length(self, y: np.ndarray) -> int:
        """Return the number of rows."""
        return len(y)

    def draw_pass(self, y: np.ndarray, generator: np.random.Generator) -> np.ndarray:
        """Return a random permutation of the positions of `y`."""
        return generator.permutation(len(y))

    def class_shares(self, y: np.ndarray, row_weight: np.ndarray, n_classes: int) -> np.ndarray:
        """Return the classes' shares of the weight of all rows."""
        return np.bincount(y, weights=row_weight, minlength=n_classes) / row_weight.sum()


def draw_epoch(
    rule: BatchRule, y: np.ndarray, generators: Generators, epoch: int, batch_size: int, steps_per_epoch: int | None
) -> np.ndarray:
    """Return the positions of the rows that one epoch draws, in order.

    Parameters
    ----------
    rule : BatchRule
    y : ndarray of shape (n_rows,)
        Class codes of the rows.
    generators : callable
        Maps the number of a pass to the generator of its draws.
    epoch : int
        Counted from 0.
    batch_size : int
    steps_per_epoch : int or None
        With None an epoch is one pass, its last batch as short as it comes. With a number it is that many full batches
        cut from one endless stream of passes.

    Returns
    -------
    ndarray of shape (n_drawn,)
    """
    if steps_per_epoch is None:
        return rule.draw_pass(y, generators(epoch))
    n_drawn, length = steps_per_epoch * batch_size, rule.epoch_length(y)
    first, last = epoch * n_drawn, (epoch + 1) * n_drawn
    passes = range(first // length, -(-last // length))
    stream = np.concatenate([rule.draw_pass(y, generators(number)) for number in passes])
    start = first - passes[0] * length
    return stream[start : start + n_drawn]
