"""The shape of a network: its layers, and the list of its parameters by name, shape and role."""

import functools
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal, TypeVar

from skweighted.embeddings import Embedding

__all__ = [
    "COMMITTEES",
    "FRONT_SCALE",
    "INPUT_SCALE",
    "OUTPUT_BIAS",
    "OUTPUT_WEIGHT",
    "Architecture",
    "Parameter",
    "Role",
]

T = TypeVar("T")

Role = Literal["weight", "bias", "scale", "embedding"]
"""What a parameter does: `alpha` decays weights, and ``coefs_`` and ``intercepts_`` are views by role."""

FRONT_SCALE, INPUT_SCALE = "front_scale", "input_scale"
OUTPUT_WEIGHT, OUTPUT_BIAS = "output_weight", "output_bias"

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
    role : {"weight", "bias", "scale", "embedding"}
    fixed : bool, default=False
        Whether it stays as it starts, whatever an optimizer does to all parameters.
    """

    name: str
    shape: tuple[int, ...]
    role: Role
    fixed: bool = False


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
        Members in the network, whose predictions are averaged.
    front_scale : bool, default=False
        Whether what enters the first layer is multiplied by a learned number of each column.
    embedding : Embedding, optional
        What becomes of the columns before that.
    """

    layer_sizes: tuple[int, ...]
    activation: str
    committee: str = "independent"
    n_members: int = 1
    front_scale: bool = False
    embedding: Embedding | None = None

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
    def is_plain(self) -> bool:
        """Whether it is weights and biases of layers and nothing else."""
        return not (self.is_shared or self.front_scale or self.embedding is not None)

    @property
    def member(self) -> "Architecture":
        """The shape of one member as a network of its own, whose scales are multiplied into its weights."""
        return replace(self, committee="independent", n_members=1, front_scale=False)

    @property
    def widths(self) -> tuple[int, ...]:
        """Values that enter each layer, and those that leave the last."""
        n_inputs = self.n_features if self.embedding is None else self.embedding.width(self.n_features)
        return (n_inputs, *self.layer_sizes[1:])

    @property
    def parameters(self) -> list[Parameter]:
        """What training finds, in the order of every list of parameters.

        Weight and bias of each layer; before those of the first what the front of the network learns, if it does.
        """
        return list(_parameters(self))

    @property
    def values_of_row(self) -> int:
        """Values of one row at all layers together, of all members."""
        embedded = 0 if self.embedding is None else self.embedding.values_of_row(self.n_features)
        return sum(self.widths) * self.n_members + embedded

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

    def join(self, weight: Sequence[T], bias: Sequence[T], embedding: Sequence[T] = ()) -> list[T]:
        """Return one value for each parameter, in order, from those of each role."""
        by_role = {"weight": iter(weight), "bias": iter(bias), "embedding": iter(embedding)}
        return [next(by_role[parameter.role]) for parameter in self.parameters]


def layer_names(n_layers: int) -> list[str]:
    """Return the name of each layer but the inputs, of which there are `n_layers`."""
    return [*(f"hidden_{number}" for number in range(1, n_layers)), "output"]


@functools.cache
def _parameters(architecture: Architecture) -> tuple[Parameter, ...]:
    parameters, n_inputs = [], architecture.widths[0]
    if architecture.embedding is not None:
        shapes = architecture.embedding.shapes(architecture.n_features)
        fixed = architecture.embedding.fixed_parameters
        parameters += [Parameter(name, shape, "embedding", name in fixed) for name, shape in shapes.items()]
    if architecture.front_scale:
        parameters.append(Parameter(FRONT_SCALE, (n_inputs,), "scale"))
    if architecture.is_shared:
        parameters.append(Parameter(INPUT_SCALE, (architecture.n_members, n_inputs), "scale"))
    for number, (n_in, n_out) in enumerate(pairwise(architecture.widths)):
        parameters += _layer_parameters(architecture, number, n_in, n_out)
    return tuple(parameters)


def _layer_parameters(architecture: Architecture, number: int, n_in: int, n_out: int) -> list[Parameter]:
    n_layers, members = len(architecture.layer_sizes) - 1, (architecture.n_members,)
    layer, is_output = layer_names(n_layers)[number], number == n_layers - 1
    scaled = architecture.committee == "batch" and not is_output
    own_weight = members if architecture.is_shared and is_output else ()
    own_bias = members if scaled else own_weight
    parameters = [
        Parameter(f"{layer}_weight", (*own_weight, n_in, n_out), "weight"),
        Parameter(f"{layer}_bias", (*own_bias, n_out), "bias"),
    ]
    if scaled and number:  # the input scale is that of the first layer
        parameters.append(Parameter(f"{layer}_in_scale", (*members, n_in), "scale"))
    if scaled:
        parameters.append(Parameter(f"{layer}_out_scale", (*members, n_out), "scale"))
    return parameters
