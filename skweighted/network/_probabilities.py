"""From logits to probabilities and their logarithms, for two classes that share one logit and for more."""

import numpy as np
from scipy.special import expit, log_expit, log_softmax, logsumexp, softmax

__all__ = ["mean_log_probabilities", "to_log_probabilities", "to_probabilities"]


def to_probabilities(logits: np.ndarray) -> np.ndarray:
    """Return probabilities, shape (..., n_classes), from logits, shape (..., n_outputs)."""
    if logits.shape[-1] > 1:
        return softmax(logits, -1)
    probabilities = np.empty((*logits.shape[:-1], 2))
    # Of both signs, not one minus the other, so that the smaller one keeps its digits.
    expit(-logits[..., 0], out=probabilities[..., 0])
    expit(logits[..., 0], out=probabilities[..., 1])
    return probabilities


def to_log_probabilities(logits: np.ndarray) -> np.ndarray:
    """Return log probabilities, shape (..., n_classes), from logits, shape (..., n_outputs)."""
    return (
        np.concatenate([log_expit(-logits), log_expit(logits)], -1)
        if logits.shape[-1] == 1
        else log_softmax(logits, -1)
    )


def mean_log_probabilities(logits: list[np.ndarray]) -> np.ndarray:
    """Return the logarithm of the networks' mean probabilities, exact also if they round to 0 or 1."""
    each = [to_log_probabilities(z) for z in logits]
    return each[0] if len(each) == 1 else logsumexp(each, axis=0) - np.log(len(each))
