"""Members that share weights, told apart: the network that each of them is, and what they say together."""

from collections.abc import Sequence

import numpy as np

from skweighted.network._architecture import INPUT_SCALE, Architecture, layer_names
from skweighted.network._probabilities import mean_log_probabilities

__all__ = ["join_logits", "split_members"]


def split_members(architecture: Architecture, params: Sequence[np.ndarray]) -> list[list[np.ndarray]]:
    """Return the parameters of each member as those of a network of its own, with the scales in its weights.

    Parameters
    ----------
    architecture : Architecture
    params : list of ndarray
        In the order of ``architecture.parameters``.

    Returns
    -------
    list of list of ndarray
        One list a member, in the order of ``architecture.member.parameters``.
    """
    if not architecture.is_shared:
        return [list(params)]
    by_name = dict(zip((parameter.name for parameter in architecture.parameters), params, strict=True))
    layers = layer_names(len(architecture.layer_sizes) - 1)
    return [
        [array for layer in layers for array in _layer(by_name, layer, layer == layers[0], member)]
        for member in range(architecture.n_members)
    ]


def _layer(by_name: dict[str, np.ndarray], layer: str, is_first: bool, member: int) -> tuple[np.ndarray, np.ndarray]:
    """Return weight and bias of a layer of one member."""
    weight, bias = by_name[f"{layer}_weight"], by_name[f"{layer}_bias"]
    weight = weight[member] if weight.ndim == 3 else weight
    entering = by_name.get(INPUT_SCALE if is_first else f"{layer}_in_scale")
    leaving = by_name.get(f"{layer}_out_scale")
    weight = weight if entering is None else entering[member][:, None] * weight
    weight = weight if leaving is None else weight * leaving[member]
    return weight.copy(), (bias[member] if bias.ndim == 2 else bias).copy()


def join_logits(logits: Sequence[np.ndarray]) -> np.ndarray:
    """Return the logits of the members' mean probabilities, (n_samples, n_outputs), from those of each."""
    if len(logits) == 1:
        return logits[0]
    log_proba = mean_log_probabilities(list(logits))
    return log_proba[:, 1:] - log_proba[:, :1] if logits[0].shape[1] == 1 else log_proba
