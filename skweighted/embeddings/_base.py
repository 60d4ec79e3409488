"""What every embedding is: a class that makes several numbers of each column, by parameters that training finds."""

from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np

from skweighted._base.registry import Component, Registry
from skweighted._base.types import Matrix, Tensor

__all__ = ["EMBEDDINGS", "Embedding"]


class Embedding(Component):
    """Base class: several learned numbers for each column, from that column alone.

    Two are equal if they run the same arithmetic: networks with equal ones may train in one stack.

    Attributes
    ----------
    start_parameters : tuple of str
        Constructor parameters that say where training starts and nothing else.
    fixed_parameters : tuple of str
        Names of :meth:`shapes` whose arrays training leaves as they are.
    """

    start_parameters: ClassVar[tuple[str, ...]] = ()
    fixed_parameters: ClassVar[tuple[str, ...]] = ()

    def width(self, n_features: int) -> int:
        """Return how many numbers enter the first layer, from the number of columns."""
        raise NotImplementedError

    def values_of_row(self, n_features: int) -> int:
        """Return how many values one row has on the way, for an estimate of memory."""
        raise NotImplementedError

    def shapes(self, n_features: int) -> dict[str, tuple[int, ...]]:
        """Return the shape of each parameter by name."""
        raise NotImplementedError

    def initial(self, generator: np.random.Generator, X: Matrix) -> list[np.ndarray]:
        """Return the parameters that training starts from, in the order of :meth:`shapes`.

        Parameters
        ----------
        generator : numpy.random.Generator
        X : ndarray or CSR matrix of shape (n_samples, n_features)
            The training rows.
        """
        raise NotImplementedError

    def array(self, params: Sequence[np.ndarray], X: np.ndarray) -> np.ndarray:
        """Return what becomes of rows, (n_samples, n_features) to (n_samples, width)."""
        raise NotImplementedError

    def tensor(self, params: Sequence[Tensor], x: Tensor) -> Tensor:
        """Return what becomes of a batch, (K, batch, n_features) to (K, batch, width); the same for tensors.

        For one network there is no axis `K`.
        """
        raise NotImplementedError

    def keras(self, params: Sequence[np.ndarray], x: Tensor) -> Tensor:
        """Return what becomes of a batch in a Keras model, (batch, n_features) to (batch, width)."""
        raise NotImplementedError

    def _value(self) -> tuple[Any, ...]:
        parameters = self.get_params(deep=False).items()
        return (type(self), *sorted((name, value) for name, value in parameters if name not in self.start_parameters))

    def __eq__(self, other: object) -> bool:
        """Return whether `other` runs the same arithmetic."""
        return isinstance(other, Embedding) and self._value() == other._value()

    def __hash__(self) -> int:
        """Return a hash by value."""
        return hash(self._value())


EMBEDDINGS: Registry[Embedding] = Registry("embedding", Embedding)
