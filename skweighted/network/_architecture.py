"""The shape of a network: its layers, and the list of its parameters by name, shape and role."""

import functools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, TypeVar

__all__ = ["OUTPUT_BIAS", "OUTPUT_WEIGHT", "Architecture", "Parameter", "Role"]

T = TypeVar("T")

Role = Literal["weight", "bias"]
"""What a parameter does: `alpha` decays weights, and ``coefs_`` and ``intercepts_`` are views by role."""

OUTPUT_WEIGHT, OUTPUT_BIAS = "output_weight", "output_bias"


@dataclass(frozen=True)
class Parameter:
    """One array that training finds.

    Parameters
    ----------
    name : str
        Unique within a network.
    shape : tuple of int
        Without the network axis.
    role : {"weight", "bias"}
    """

    name: str
    shape: tuple[int, ...]
    role: Role


@dataclass(frozen=True)
class Architecture:
    """The shape of a network.

    Parameters
    ----------
    layer_sizes : tuple of int
        ``(n_features, *hidden, n_outputs)``; one output unit stands for two classes.
    activation : str
        A key of :data:`ACTIVATIONS`, used after each hidden layer.
    """

    layer_sizes: tuple[int, ...]
    activation: str

    @property
    def n_features(self) -> int:
        """Columns of the inputs."""
        return self.layer_sizes[0]

    @property
    def n_outputs(self) -> int:
        """Output units: 1 for two classes, else the number of classes."""
        return self.layer_sizes[-1]

    @property
    def n_classes(self) -> int:
        """Classes told apart."""
        return max(2, self.n_outputs)

    @property
    def out_activation(self) -> str:
        """``"logistic"`` for two classes, ``"softmax"`` for more."""
        return "logistic" if self.n_outputs == 1 else "softmax"

    @property
    def parameters(self) -> list[Parameter]:
        """What training finds, in the order of every list of parameters: weight and bias of each layer."""
        return list(_parameters(self.layer_sizes))

    @property
    def shapes(self) -> list[tuple[int, ...]]:
        """The shape of each parameter in order, without the network axis."""
        return [parameter.shape for parameter in self.parameters]

    @property
    def n_parameters(self) -> int:
        """Values of all parameters together."""
        return sum(math.prod(shape) for shape in self.shapes)

    def select(self, role: Role, values: Sequence[T]) -> list[T]:
        """Return those of `values`, one for each parameter, whose parameter has `role`."""
        return [value for parameter, value in zip(self.parameters, values, strict=True) if parameter.role == role]

    def layers(self, values: Sequence[T]) -> list[tuple[T, T]]:
        """Return the values of weight and bias of each layer, from one value for each parameter."""
        return list(zip(self.select("weight", values), self.select("bias", values), strict=True))

    def join(self, weight: Sequence[T], bias: Sequence[T]) -> list[T]:
        """Return one value for each parameter, in order, from those of each role."""
        by_role = {"weight": iter(weight), "bias": iter(bias)}
        return [next(by_role[parameter.role]) for parameter in self.parameters]


@functools.cache
def _parameters(layer_sizes: tuple[int, ...]) -> tuple[Parameter, ...]:
    parameters = []
    for number, (n_in, n_out) in enumerate(pairwise(layer_sizes), start=1):
        layer = "output" if number == len(layer_sizes) - 1 else f"hidden_{number}"
        parameters += [
            Parameter(f"{layer}_weight", (n_in, n_out), "weight"),
            Parameter(f"{layer}_bias", (n_out,), "bias"),
        ]
    return tuple(parameters)
