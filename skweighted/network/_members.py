"""What a network learns beside weights, multiplied into them; and members that share them, told apart."""

from collections.abc import Sequence

import numpy as np

from skweighted.network._architecture import FRONT_SCALE, INPUT_SCALE, Architecture, layer_names
from skweighted.network._probabilities import mean_log_probabilities

__all__ = ["FRONT_PACE", "join_logits", "split_members"]

# The front scale is this many times its parameter, so that under Adam it moves so much faster than weights, as in
# RealMLP.
FRONT_PACE = 6.0


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
    if architecture.is_plain:
        return [list(params)]
    by_name = dict(zip((parameter.name for parameter in architecture.parameters), params, strict=True))
    first, *others = layer_names(len(architecture.layer_sizes) - 1)
    if FRONT_SCALE in by_name:
        scaled = FRONT_PACE * by_name[FRONT_SCALE][:, None] * by_name[f"{first}_weight"]
        by_name[f"{first}_weight"] = scaled
    embedding = architecture.select("embedding", params)
    return [
        [
            *(array.copy() for array in embedding),
            *_layer(by_name, first, INPUT_SCALE, member),
            *(array for layer in others for array in _layer(by_name, layer, f"{layer}_in_scale", member)),
        ]
        for member in range(architecture.n_members)
    ]


def _layer(by_name: dict[str, np.ndarray], layer: str, scale: str, member: int) -> tuple[np.ndarray, np.ndarray]:
    """Return weight and bias of a layer of one member, what enters it multiplied by its `scale`, if there is one."""
    weight, bias = by_name[f"{layer}_weight"], by_name[f"{layer}_bias"]
    weight = weight[member] if weight.ndim == 3 else weight
    entering = by_name.get(scale)
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
