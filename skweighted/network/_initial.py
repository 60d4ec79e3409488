"""The parameters that training starts from."""

import numpy as np

from skweighted._base.types import Matrix
from skweighted.network._activations import ACTIVATIONS
from skweighted.network._architecture import FRONT_SCALE, INPUT_SCALE, OUTPUT_BIAS, OUTPUT_WEIGHT, Architecture
from skweighted.network._members import FRONT_PACE

__all__ = ["initial_params"]


def initial_params(
    architecture: Architecture, generator: np.random.Generator, prior: np.ndarray, dtype: str, X: Matrix = None
) -> list[np.ndarray]:
    """Return the parameters training starts from.

    Parameters
    ----------
    architecture : Architecture
    generator : numpy.random.Generator
        Source of the weights. Those of the output layer are Glorot uniform; the activation determines the others.
    prior : ndarray of shape (n_classes,)
        Class shares of the (weighted) batches, each above 0. The output bias starts at their logarithm, so that
        training does not spend its first epochs learning the base rate. Each member that shares weights scales its
        inputs by random signs at first, and nothing else.
    dtype : {"float32", "float64"}
    X : ndarray or CSR matrix of shape (n_samples, n_features), optional
        The training rows; an embedding may look at them.

    Returns
    -------
    list of ndarray
        In the order of ``architecture.parameters``, in `dtype`; `float32` arrays are the rounded `float64` ones.
    """
    embedding = architecture.embedding
    embedded = iter([] if embedding is None else embedding.initial(generator, X))
    params = []
    for parameter in architecture.parameters:
        if parameter.name == OUTPUT_BIAS:
            value = _log_odds(prior) if architecture.n_outputs == 1 else np.log(prior)
            value = np.broadcast_to(value, parameter.shape)
        elif parameter.role == "embedding":
            value = next(embedded)
        elif parameter.name == FRONT_SCALE:
            value = np.full(parameter.shape, 1 / FRONT_PACE)
        elif parameter.role == "scale":
            signs = parameter.name == INPUT_SCALE
            value = _signs(architecture, generator) if signs else np.ones(parameter.shape)
        elif parameter.role == "bias":
            value = np.zeros(parameter.shape)
        else:
            hidden = parameter.name != OUTPUT_WEIGHT
            rule = ACTIVATIONS[architecture.activation].initializer if hidden else "glorot"
            value = _uniform(generator, parameter.shape, rule)
        params.append(value.astype(dtype))
    return params


def _log_odds(prior: np.ndarray) -> np.ndarray:
    log_prior = np.log(prior)
    return log_prior[1:] - log_prior[:1]


def _signs(architecture: Architecture, generator: np.random.Generator) -> np.ndarray:
    """Return a random sign of each member and column, the same for all numbers that a column becomes."""
    n_columns = architecture.n_features
    signs = generator.choice([-1.0, 1.0], (architecture.n_members, n_columns))
    return np.repeat(signs, architecture.widths[0] // n_columns, axis=1)


def _uniform(generator: np.random.Generator, shape: tuple[int, ...], rule: str) -> np.ndarray:
    n_in, n_out = shape[-2:]
    variance = {"he": 2 / n_in, "lecun": 1 / n_in, "glorot": 2 / (n_in + n_out)}[rule]
    limit = np.sqrt(3 * variance)
    return generator.uniform(-limit, limit, size=shape)
