"""Weights of any size brought to a usual one: only their ratios matter, but their products must not overflow."""

import numpy as np

__all__ = ["times_power_of_two", "to_usual_size", "usual_exponent"]

_USUAL = 40  # the largest weight lies between 2**-40 and 2**40: products of such are far from the limits of float32


def usual_exponent(weights: np.ndarray) -> int:
    """Return the power of two that brings the largest weight to at least 1/2 and less than 1; 0 if its size is usual.

    A power of two changes no digit of a number, so weights of any size train as those of a usual size do.
    """
    exponent = int(np.frexp(weights.max())[1])
    return 0 if abs(exponent) <= _USUAL else -exponent


def times_power_of_two(weights: np.ndarray, exponent: int) -> np.ndarray:
    """Return ``weights * 2 ** exponent``; a weight above 0 stays so, for 0 would leave its row out without a word."""
    scaled = np.ldexp(weights, exponent)
    return np.where(weights > 0, np.maximum(scaled, np.finfo(scaled.dtype).smallest_subnormal), scaled)


def to_usual_size(weights: np.ndarray) -> np.ndarray:
    """Return `weights` times ``2 ** usual_exponent(weights)``."""
    return times_power_of_two(weights, usual_exponent(weights))
