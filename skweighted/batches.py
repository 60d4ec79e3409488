"""The rules by which rows come into batches, one class each, accepted by ``batches=`` as names or instances."""

from collections.abc import Callable

import numpy as np

from skweighted._base.checks import Interval
from skweighted._base.registry import Component, Registry

__all__ = ["BATCHES", "Balanced", "BalancedBatches", "BatchRule", "Shuffled", "Stratified", "Undersampled"]

Generators = Callable[[int], np.random.Generator]


class BatchRule(Component):
    """Base class: the order in which a network sees its rows."""

    def check_batch_size(self, batch_size: int, n_classes: int, owner: str) -> None:
        """Raise if batches of `batch_size` rows cannot be what the rule promises; called in ``fit``."""

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


@BATCHES.register("balanced")
class Balanced(BatchRule):
    """Every batch holds every class equally often, to within one row if its size is not a multiple of the classes.

    One pass goes through the largest class exactly once, in a fresh order, and through each smaller class as often as
    it takes: over and over, each time in a fresh order and complete before it starts again. So a pass is ``n_classes``
    times as long as the largest class; `steps_per_epoch` sets another length of an epoch.

    Notes
    -----
    The odds reported are those of equal priors; ``probabilities="corrected"`` repairs them exactly.
    """

    def check_batch_size(self, batch_size: int, n_classes: int, owner: str) -> None:
        """Raise unless a batch has room for every class."""
        if batch_size < n_classes:
            raise ValueError(
                f"batches='balanced' of {owner} puts every class into every batch, and a batch of {batch_size} rows "
                f"has no room for {n_classes} classes. Set batch_size to {n_classes} or more."
            )

    def epoch_length(self, y: np.ndarray) -> int:
        """Return the rows of the largest class times the classes that have rows."""
        counts = np.bincount(y)
        return int(counts.max() * np.count_nonzero(counts))

    def draw_pass(self, y: np.ndarray, generator: np.random.Generator) -> np.ndarray:
        """Return positions whose classes take turns: any consecutive ones are balanced, for any batch size."""
        members = [np.flatnonzero(y == code) for code in np.unique(y)]
        longest = max(map(len, members))
        turns = []
        for rows in members:
            rounds = [generator.permutation(rows) for _ in range(-(-longest // len(rows)))]
            turns.append(np.concatenate(rounds)[:longest])
        return np.stack(turns, axis=1).ravel()

    def class_shares(self, y: np.ndarray, row_weight: np.ndarray, n_classes: int) -> np.ndarray:
        """Return the classes' shares if each weighs as much as its average row."""
        counts = np.bincount(y, minlength=n_classes)
        mean_weight = np.bincount(y, weights=row_weight, minlength=n_classes) / np.maximum(counts, 1)
        return mean_weight / mean_weight.sum()


BalancedBatches = Balanced
"""Another name of it, for who also imports ``class_weights.Balanced``."""


@BATCHES.register("stratified")
class Stratified(Shuffled):
    """Every row once a pass, in a random order that spreads each class evenly.

    So every batch has the class shares of the data to within a row or two, and no batch lacks a class for long: at 1 to
    100, batches of 32 hold one minority row every third time, and never three.
    """

    def draw_pass(self, y: np.ndarray, generator: np.random.Generator) -> np.ndarray:
        """Return a permutation of the positions of `y`."""
        place = np.empty(len(y))
        for code in np.unique(y):
            rows = generator.permutation(np.flatnonzero(y == code))
            # The rows of a class at equal distances, from its own random start.
            place[rows] = (np.arange(len(rows)) + generator.uniform()) / len(rows)
        return np.argsort(place, kind="stable")


@BATCHES.register("undersampled")
class Undersampled(BatchRule):
    """Each pass draws a fresh random sample of every class, none much larger than the smallest.

    Unlike a sampler before the classifier it throws no row away permanently.

    Parameters
    ----------
    ratio : float, default=1.0
        Rows of the smallest class over the most rows of any other in a pass, in (0, 1], like the `sampling_strategy` of
        imbalanced-learn's RandomUnderSampler: 0.5 is one to two.

    Raises
    ------
    TypeError, ValueError
        In ``fit``, if `ratio` is not a number in (0, 1].

    Notes
    -----
    The odds reported are those of the samples; ``probabilities="corrected"`` repairs them exactly.
    """

    def __init__(self, ratio: float = 1.0) -> None:
        self.ratio = ratio

    def check(self, owner: str) -> None:
        """Raise unless ``0 < ratio <= 1``."""
        cure = "1 draws as many of every class as the smallest has."
        Interval(0, 1, closed="right").check(self.ratio, "ratio", type(self).__name__, cure=cure)

    def epoch_length(self, y: np.ndarray) -> int:
        """Return the rows kept of all classes together."""
        return int(self._kept(np.bincount(y)).sum())

    def draw_pass(self, y: np.ndarray, generator: np.random.Generator) -> np.ndarray:
        """Return a random order of a random sample of the positions of `y`."""
        kept = self._kept(np.bincount(y))
        chosen = [generator.permutation(np.flatnonzero(y == code))[:count] for code, count in enumerate(kept)]
        return generator.permutation(np.concatenate(chosen))

    def class_shares(self, y: np.ndarray, row_weight: np.ndarray, n_classes: int) -> np.ndarray:
        """Return the classes' shares if each weighs as its average row times the rows kept."""
        counts = np.bincount(y, minlength=n_classes)
        mean_weight = np.bincount(y, weights=row_weight, minlength=n_classes) / np.maximum(counts, 1)
        weight = mean_weight * self._kept(counts)
        return weight / weight.sum()

    def _kept(self, counts: np.ndarray) -> np.ndarray:
        smallest = counts[counts > 0].min()
        return np.minimum(counts, max(1, round(smallest / self.ratio)))


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
