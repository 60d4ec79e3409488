"""The multilayer perceptron.

In the order of their use: its shape and its parameters by name and role (`_architecture`), its activations
(`_activations`), the values training starts from (`_initial`), the forward pass that training differentiates
(`_tensors`) and the one that predicts (`_forward`), and what logits say about classes (`_probabilities`). Members of a
committee may share weights: `_shared` is their forward pass in training, `_members` makes a network of each.

The values of the parameters are a list in the order of ``Architecture.parameters``: weight of shape (n_in, n_out) and
bias of shape (n_out,) of each layer, with a leading axis of `K` networks in a stack.
"""

import importlib
from typing import Any

from skweighted._base.public import set_public_module
from skweighted.network._activations import ACTIVATIONS, Activation
from skweighted.network._architecture import COMMITTEES, Architecture, Parameter, Role
from skweighted.network._forward import forward
from skweighted.network._initial import initial_params
from skweighted.network._members import split_members
from skweighted.network._probabilities import mean_log_probabilities, to_log_probabilities, to_probabilities
from skweighted.network._tensors import ForwardPass, forward_pass, forward_tensors, is_tiny_product

__all__ = [
    "ACTIVATIONS",
    "COMMITTEES",
    "Activation",
    "Architecture",
    "ForwardPass",
    "Parameter",
    "Role",
    "forward",
    "forward_pass",
    "forward_tensors",
    "initial_params",
    "is_tiny_product",
    "mean_log_probabilities",
    "split_members",
    "to_log_probabilities",
    "to_probabilities",
]

set_public_module(__name__, globals(), __all__)


def __getattr__(name: str) -> Any:
    # 0.1.0 had it here. It moved up to the engine that needs Keras, which this floor may not import; kept until 0.4.
    if name == "to_keras":
        return importlib.import_module("skweighted.engines.keras").to_keras
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
