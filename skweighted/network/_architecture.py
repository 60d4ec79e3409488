"""The shape of a network: its layers, and the list of its parameters by name, shape and role."""

import functools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, TypeVar

__all__ = ["COMMITTEES", "INPUT_SCALE", "OUTPUT_BIAS", "OUTPUT_WEIGHT", "Architecture", "Parameter", "Role"]

T = TypeVar("T")

Role = Literal["weight", "bias", "scale"]
"""What a parameter does: `alpha` decays weights, and ``coefs_`` and ``intercepts_`` are views by role."""

INPUT_SCALE, OUTPUT_WEIGHT, OUTPUT_BIAS = "input_scale", "output_weight", "output_bias"

COMMITTEES = ("independent", "mini", "batch")
"""How the members of a committee share weights: not at all, all but input scales and outputs, or all but scales."""


@dataclass(frozen=True)
class Parameter:
    """One array that training finds.

    Parameters
    ----------
    name : str
        Unique within a network.
    shape : tuple of int
        Without the network axis.
    role : {"weight", "bias", "scale"}
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
    committee : {"independent", "mini", "batch"}, default="independent"
        What the members in the network share; a network of one member shares nothing. "mini" shares all weights and
        biases of hidden layers, and "batch" their weights. Each member scales the inputs in its own way and, if
        "batch", what enters and leaves each hidden layer; each has outputs of its own.
    n_members : int, default=1
        Members in the network, which are its predictions' average.
    """

    layer_sizes: tuple[int, ...]
    activation: str
    committee: str = "independent"
    n_members: int = 1

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
    def is_shared(self) -> bool:
        """Whether it holds members that share weights."""
        return self.committee != "independent"

    @property
    def member(self) -> "Architecture":
        """The shape of one member as a network of its own."""
        return Architecture(self.layer_sizes, self.activation) if self.is_shared else self

    @property
    def parameters(self) -> list[Parameter]:
        """What training finds, in the order of every list of parameters: weight and bias of each layer."""
        if self.is_shared:
            return list(_shared_parameters(self.layer_sizes, self.committee, self.n_members))
        return list(_parameters(self.layer_sizes))

    @property
    def values_of_row(self) -> int:
        """Values of one row at all layers together, of all members."""
        return sum(self.layer_sizes) * self.n_members

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


def layer_names(n_layers: int) -> list[str]:
    """Return the name of each layer but the inputs, of which there are `n_layers`."""
    return [*(f"hidden_{number}" for number in range(1, n_layers)), "output"]


@functools.cache
def _parameters(layer_sizes: tuple[int, ...]) -> tuple[Parameter, ...]:
    parameters = []
    for layer, (n_in, n_out) in zip(layer_names(len(layer_sizes) - 1), pairwise(layer_sizes), strict=True):
        parameters += [
            Parameter(f"{layer}_weight", (n_in, n_out), "weight"),
            Parameter(f"{layer}_bias", (n_out,), "bias"),
        ]
    return tuple(parameters)


@functools.cache
def _shared_parameters(layer_sizes: tuple[int, ...], committee: str, n_members: int) -> tuple[Parameter, ...]:
    names, pairs = layer_names(len(layer_sizes) - 1), list(pairwise(layer_sizes))
    parameters = [Parameter(INPUT_SCALE, (n_members, layer_sizes[0]), "scale")]
    for number, (layer, (n_in, n_out)) in enumerate(zip(names, pairs, strict=True)):
        own_weight, own_bias = layer == "output", layer == "output" or committee == "batch"
        scaled = committee == "batch" and layer != "output"
        if scaled and number:  # the input scale is that of the first layer
            parameters.append(Parameter(f"{layer}_in_scale", (n_members, n_in), "scale"))
        parameters += [
            Parameter(f"{layer}_weight", (n_members, n_in, n_out) if own_weight else (n_in, n_out), "weight"),
            Parameter(f"{layer}_bias", (n_members, n_out) if own_bias else (n_out,), "bias"),
        ]
        if scaled:
            parameters.append(Parameter(f"{layer}_out_scale", (n_members, n_out), "scale"))
    return tuple(parameters)
