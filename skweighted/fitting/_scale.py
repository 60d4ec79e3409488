"""Weights of any size brought to a usual one: only their ratios matter, but their products must not overflow."""

import numpy as np

__all__ = ["to_usual_size", "usual_exponent"]

_USUAL = 40  # the largest weight lies between 2**-40 and 2**40: products of such are far from the limits of float32


def usual_exponent(weights: np.ndarray) -> int:
    """Return the power of two that brings the largest weight to at least 1/2 and less than 1; 0 if its size is usual.

    A power of two changes no digit of a number, so weights of any size train as those of a usual size do.
    """
    exponent = int(np.frexp(weights.max())[1])
    return 0 if abs(exponent) <= _USUAL else -exponent


def to_usual_size(weights: np.ndarray) -> np.ndarray:
    """Return `weights` times ``2 ** usual_exponent(weights)``."""
    return np.ldexp(weights, usual_exponent(weights))
