"""Random numbers by key: each depends on a network's seed, its purpose and a counter, never on who else trains.

So a network draws the same numbers alone and in any stack, and a training that continues draws what one that was never
interrupted would have drawn.
"""

import numpy as np

__all__ = ["INITIAL_WEIGHTS", "SHUFFLES", "VALIDATION_ROWS", "random_generator"]

# What a random number is for; part of the key of its draw, so that no two purposes share a stream.
INITIAL_WEIGHTS, SHUFFLES, VALIDATION_ROWS = range(3)


def random_generator(seed: int, purpose: int, counter: int = 0) -> np.random.Generator:
    """Return the generator of one purpose of one network.

    Parameters
    ----------
    seed : int
        The network's seed, at least 0.
    purpose : {INITIAL_WEIGHTS, SHUFFLES, VALIDATION_ROWS}
    counter : int, default=0
        For example the epoch whose shuffle it draws.

    Returns
    -------
    Generator
        Of NumPy, its state decided by the three.
    """
    return np.random.Generator(np.random.Philox(key=[seed, purpose], counter=[0, 0, 0, counter]))
