"""Trained Keras models as one: from inputs to the probabilities that the classifier reports."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from skweighted._base.types import KerasModel, Tensor
from skweighted.engines.keras._globals import import_keras, private_randomness
from skweighted.engines.keras._models import copy_model
from skweighted.engines.keras._predict import gives_logits

__all__ = ["join_models"]


def join_models(
    models: Sequence[KerasModel], log_factors: Sequence[np.ndarray], n_features: int, n_outputs: int
) -> KerasModel:
    """Return a Keras model of the mean probabilities of `models`, which shares nothing with them.

    Parameters
    ----------
    models : sequence of keras.Model
        As :func:`~skweighted.engines.keras.predict_proba` takes them.
    log_factors : sequence of ndarray of shape (n_classes,)
        What to add to the log probabilities of each.
    n_features : int
    n_outputs : int
        1 for two classes, else the number of classes.

    Returns
    -------
    keras.Model
        From (n_samples, n_features) to (n_samples, n_outputs): the probability of class 1, or of each class.

    Raises
    ------
    ValueError
        If a model cannot be copied.
    """
    keras = import_keras()
    inputs = keras.Input((n_features,))
    outputs = []
    for number, (model, log_factor) in enumerate(zip(models, log_factors, strict=True)):
        with private_randomness(number):
            network = copy_model(model)
        network.name = f"network_{number}"  # two layers of a model may not share a name
        probabilities = _probabilities(keras.ops, network(inputs), gives_logits(model), n_outputs)
        outputs.append(_correct(keras.ops, probabilities, log_factor))
    return keras.Model(inputs, outputs[0] if len(outputs) == 1 else keras.layers.Average()(outputs))


def _probabilities(ops: Any, outputs: Tensor, logits: bool, n_outputs: int) -> Tensor:
    """Return the probabilities that outputs stand for, (n_samples, n_outputs)."""
    n_units = outputs.shape[1]
    if logits:
        outputs = ops.sigmoid(outputs) if n_units == 1 else ops.softmax(outputs)
    elif n_units > 1:
        outputs = outputs / ops.sum(outputs, axis=-1, keepdims=True)
    return ops.split(outputs, n_units, axis=-1)[1] if n_units > n_outputs else outputs


def _correct(ops: Any, probabilities: Tensor, log_factor: np.ndarray) -> Tensor:
    """Return probabilities after a change of class priors, as `priors.correct_probabilities` does."""
    if not log_factor.any():
        return probabilities
    factor = np.exp(log_factor - log_factor.max())
    if probabilities.shape[1] == 1:
        second = probabilities * float(factor[1])
        return second / (second + (1 - probabilities) * float(factor[0]))
    corrected = probabilities * factor.astype(probabilities.dtype)
    return corrected / ops.sum(corrected, axis=-1, keepdims=True)
