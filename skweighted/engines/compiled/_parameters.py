"""How the program holds the parameters of a network: all as one vector, or each on its own.

As one vector they need one update for all, whose kernels compile once, however many layers there are: a network alone
is ready in half of the time. In a stack, whose program many fits share, the copies into and out of the vector cost a
third of a step; and in the smallest networks the sums that make up a gradient would be computed value by value on the
way into it. There each parameter is on its own.
"""

import functools
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from skweighted._base.tensorflow import import_tensorflow
from skweighted._base.types import Tensor
from skweighted.engines.compiled._key import ProgramKey
from skweighted.network import Architecture, is_tiny_product

__all__ = ["OneVector", "ParameterLayout", "Separate", "align", "for_rows", "parameter_layout"]

_ROW = 32  # values; XLA takes one kernel for a sum over so many, and two or three for one over more
_FEW_WEIGHTS = 2**6  # up to this many squares of a parameter are added up one by one


class Separate:
    """Each parameter on its own, in the order and shape of ``Architecture.parameters``.

    Parameters
    ----------
    architecture : Architecture
    """

    def __init__(self, architecture: Architecture) -> None:
        self._parameters = architecture.parameters

    def pack(self, arrays: Sequence[np.ndarray]) -> list[np.ndarray]:
        """Return what the program holds for one array a parameter."""
        return list(arrays)

    def unpack(self, held: Sequence[np.ndarray]) -> list[np.ndarray]:
        """Return copies of the parameters, from what the program holds of one network."""
        return [array.copy() for array in held]

    def split(self, held: Sequence[Tensor]) -> list[Tensor]:
        """Return the parameters, (K, *shape) each."""
        return list(held)

    def join(self, tensors: Sequence[Tensor]) -> list[Tensor]:
        """Return tensors, one a parameter, as the program holds them."""
        return list(tensors)

    def add_decay(self, gradients: Sequence[Tensor], held: Sequence[Tensor], alpha: Tensor) -> list[Tensor]:
        """Return the gradients with that of the penalty on weights; `alpha` is (K,) or ()."""
        triples = zip(self._parameters, gradients, held, strict=True)
        return [
            gradient + align(alpha, param) * param if parameter.role == "weight" else gradient
            for parameter, gradient, param in triples
        ]

    def keep_weights(self, held: Sequence[Tensor]) -> list[Tensor]:
        """Return the weights, with zeros in place of other parameters."""
        tf, pairs = import_tensorflow(), zip(self._parameters, held, strict=True)
        return [param if parameter.role == "weight" else tf.zeros_like(param) for parameter, param in pairs]

    def keep_fixed(self, new: Sequence[Tensor], old: Sequence[Tensor]) -> list[Tensor]:
        """Return the new values, but the old ones of parameters that do not change."""
        triples = zip(self._parameters, new, old, strict=True)
        return [before if parameter.fixed else after for parameter, after, before in triples]

    def sum_squares(self, held: Sequence[Tensor]) -> Tensor:
        """Return the sum of the squared weights of each network, (K,)."""
        weights = [(p.shape, param) for p, param in zip(self._parameters, held, strict=True) if p.role == "weight"]
        return sum(_sum_squares(_as_matrix(param, shape)) for shape, param in weights)


class OneVector:
    """All parameters as one vector of length `size`: the weights first, then the others, then those that never change.

    Zeros behind each of these fill it up to rows of 32 values. Their gradient is 0, and so they stay 0.

    Parameters
    ----------
    architecture : Architecture
    """

    def __init__(self, architecture: Architecture) -> None:
        self._shapes = architecture.shapes
        numbers = list(range(len(self._shapes)))
        weights = architecture.select("weight", numbers)
        fixed = [number for number in numbers if architecture.parameters[number].fixed]
        others = [number for number in numbers if number not in [*weights, *fixed]]
        self._parts: list[tuple[int | None, int]] = []  # a parameter's number, or None for zeros, and how many values
        self._n_weights = self._place(weights)
        self._n_moving = self._n_weights + self._place(others)
        self.size = self._n_moving + self._place(fixed)

    def _place(self, numbers: list[int]) -> int:
        lengths = [int(np.prod(self._shapes[number])) for number in numbers]
        fill = -sum(lengths) % _ROW
        self._parts += [*zip(numbers, lengths, strict=True), *([(None, fill)] if fill else [])]
        return sum(lengths) + fill

    def pack(self, arrays: Sequence[np.ndarray]) -> list[np.ndarray]:
        """Return what the program holds for one array a parameter."""
        dtype = arrays[0].dtype
        parts = [np.zeros(n, dtype) if number is None else arrays[number].ravel() for number, n in self._parts]
        return [np.concatenate(parts)]

    def unpack(self, held: Sequence[np.ndarray]) -> list[np.ndarray]:
        """Return copies of the parameters, from what the program holds of one network."""
        ends = np.cumsum([length for _, length in self._parts])
        pieces = np.split(held[0], ends[:-1])
        by_number = {number: piece for (number, _), piece in zip(self._parts, pieces, strict=True)}
        return [by_number[number].reshape(shape).copy() for number, shape in enumerate(self._shapes)]

    def split(self, held: Sequence[Tensor]) -> list[Tensor]:
        """Return the parameters, (K, *shape) each."""
        tf, (vector,) = import_tensorflow(), held
        pieces = tf.split(vector, [length for _, length in self._parts], axis=-1)
        by_number = {number: piece for (number, _), piece in zip(self._parts, pieces, strict=True)}
        leading = vector.shape[:-1]
        return [
            by_number[number] if len(shape) == 1 else tf.reshape(by_number[number], [*leading, *shape])
            for number, shape in enumerate(self._shapes)
        ]

    def join(self, tensors: Sequence[Tensor]) -> list[Tensor]:
        """Return tensors, one a parameter, as the program holds them."""
        tf, first = import_tensorflow(), tensors[0]
        leading = first.shape[: -len(self._shapes[0])]
        pieces = [
            tf.zeros([*leading, length], first.dtype)
            if number is None
            else tensors[number]
            if len(self._shapes[number]) == 1
            else tf.reshape(tensors[number], [*leading, length])
            for number, length in self._parts
        ]
        return [tf.concat(pieces, axis=-1)]

    def add_decay(self, gradients: Sequence[Tensor], held: Sequence[Tensor], alpha: Tensor) -> list[Tensor]:
        """Return the gradients with that of the penalty on weights; `alpha` is (K,) or ()."""
        tf, (gradient,), weights = import_tensorflow(), gradients, self._weights(held)
        missing = [[0, 0]] * (len(weights.shape) - 1) + [[0, self.size - self._n_weights]]
        return [gradient + tf.pad(align(alpha, weights) * weights, missing)]

    def keep_weights(self, held: Sequence[Tensor]) -> list[Tensor]:
        """Return the weights, with zeros in place of other parameters."""
        tf, (vector,) = import_tensorflow(), held
        is_weight = tf.range(self.size) < self._n_weights
        return [tf.where(is_weight, vector, tf.zeros_like(vector))]

    def keep_fixed(self, new: Sequence[Tensor], old: Sequence[Tensor]) -> list[Tensor]:
        """Return the new values, but the old ones of parameters that do not change."""
        if self._n_moving == self.size:
            return list(new)
        tf = import_tensorflow()
        return [tf.where(tf.range(self.size) < self._n_moving, new[0], old[0])]

    def sum_squares(self, held: Sequence[Tensor]) -> Tensor:
        """Return the sum of the squared weights of each network, (K,)."""
        weights = self._weights(held)
        rows = [*weights.shape[:-1], self._n_weights // _ROW, _ROW]
        return _sum_squares(import_tensorflow().reshape(weights, rows))

    def _weights(self, held: Sequence[Tensor]) -> Tensor:
        """Return the first part of the vector."""
        tf, (vector,) = import_tensorflow(), held
        *leading, _ = vector.shape
        return tf.slice(vector, [0] * len(vector.shape), [*leading, self._n_weights])


ParameterLayout = Separate | OneVector


def parameter_layout(key: ProgramKey) -> ParameterLayout:
    """Return how a program holds the parameters of each network."""
    pairs = pairwise(key.architecture.widths)
    separate = key.n_networks > 1 or all(is_tiny_product(key.batch_rows, n_in, n_out) for n_in, n_out in pairs)
    return _layout(key.architecture, separate)


@functools.cache
def _layout(architecture: Architecture, separate: bool) -> ParameterLayout:
    return Separate(architecture) if separate else OneVector(architecture)


def _as_matrix(weight: Tensor, shape: tuple[int, ...]) -> Tensor:
    """Return a weight of this shape, (K, *shape), as one matrix a network, whose members may have their own."""
    if len(shape) == 2:
        return weight
    leading = weight.shape[: len(weight.shape) - len(shape)]
    return import_tensorflow().reshape(weight, [*leading, -1, shape[-1]])


def _sum_squares(weight: Tensor) -> Tensor:
    tf, squares = import_tensorflow(), weight * weight
    *leading, n_rows, n_columns = weight.shape
    if n_rows * n_columns > _FEW_WEIGHTS:
        # On a CPU XLA does not vectorise a sum over all elements. It does vectorise a product with ones, which adds up
        # the columns: four times faster.
        squares = tf.matmul(tf.ones([*leading, 1, n_rows], weight.dtype), squares)
    return tf.reduce_sum(squares, axis=(-2, -1))


def for_rows(value: Tensor) -> Tensor:
    """Return a value of each network, (K,), with an axis for rows, which that of a network alone does without."""
    return import_tensorflow().expand_dims(value, -1) if len(value.shape) else value


def align(value: Tensor, like: Tensor) -> Tensor:
    """Return a value of each network, (K,), with axes to broadcast against `like`, (K, ...)."""
    tf = import_tensorflow()
    return tf.reshape(value, [-1, *[1] * (len(like.shape) - 1)]) if len(value.shape) else value
