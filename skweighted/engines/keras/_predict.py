"""Predictions of any Keras model: the logits and the probabilities of every row."""

import numpy as np
from scipy import sparse
from scipy.special import expit, softmax

from skweighted._base.types import KerasModel, Matrix
from skweighted.engines.keras._globals import import_keras

__all__ = ["OutputShapeError", "gives_logits", "model_outputs", "predict_logits", "predict_proba"]

_PREDICT_ROWS = 256  # a model is called on this many rows at a time, the last ones padded


class OutputShapeError(ValueError):
    """A Keras model does not answer with one row of numbers for each row."""


def predict_logits(keras_model: KerasModel, X: Matrix, n_outputs: int) -> np.ndarray:
    """Return the logits of every row: log-odds of class 1 for two classes, else log probabilities.

    Parameters
    ----------
    keras_model : keras.Model
        A model with one probability for two classes or one for each class. With a loss ``from_logits=True`` its
        outputs are logits.
    X : ndarray or CSR matrix of shape (n_samples, n_features)
    n_outputs : int
        1 for two classes, else the number of classes.

    Returns
    -------
    ndarray of shape (n_samples, n_outputs), float64
        Finite: probabilities of 0 and 1 count as the closest number to them.

    Notes
    -----
    The model sees rows in batches of one size, so a row's result does not depend on how many are asked for, nothing is
    traced anew, and sparse rows go dense a batch at a time.
    """
    outputs = model_outputs(keras_model, X)
    if not gives_logits(keras_model):
        limits = np.finfo(outputs.dtype)
        p = np.clip(outputs, limits.tiny, None if outputs.shape[1] > 1 else 1 - limits.epsneg)
        outputs = np.log(p / p.sum(axis=1, keepdims=True)) if p.shape[1] > 1 else np.log(p) - np.log1p(-p)
    return outputs[:, 1:] - outputs[:, :1] if outputs.shape[1] > n_outputs else outputs


def predict_proba(keras_model: KerasModel, X: Matrix, n_outputs: int) -> np.ndarray:
    """Return the probabilities of every row: that of class 1 for two classes, else one for each class, summing to 1.

    Parameters
    ----------
    keras_model, X, n_outputs
        As for :func:`predict_logits`.

    Returns
    -------
    ndarray of shape (n_samples, n_outputs), float64
    """
    outputs = model_outputs(keras_model, X)
    if gives_logits(keras_model):
        outputs = softmax(outputs, axis=1) if outputs.shape[1] > 1 else expit(outputs)
    elif outputs.shape[1] > 1:
        p = np.maximum(outputs, np.finfo(outputs.dtype).tiny)
        outputs = p / p.sum(axis=1, keepdims=True)
    return outputs[:, 1:] if outputs.shape[1] > n_outputs else outputs


def gives_logits(keras_model: KerasModel) -> bool:
    """Return whether the loss a model was compiled with treats its outputs as logits."""
    return bool(getattr(getattr(keras_model, "loss", None), "from_logits", False))


def model_outputs(keras_model: KerasModel, X: Matrix) -> np.ndarray:
    """Return the outputs of `keras_model` for every row, shape (n_samples, n_units), float64.

    Raises
    ------
    OutputShapeError
        If they are not one row of numbers for each row.
    """
    keras = import_keras()
    parts = []
    for start in range(0, X.shape[0], _PREDICT_ROWS):
        rows = X[start : start + _PREDICT_ROWS]
        batch = np.zeros((_PREDICT_ROWS, X.shape[1]), dtype=keras.config.floatx())
        batch[: rows.shape[0]] = rows.toarray() if sparse.issparse(rows) else rows
        outputs = keras_model(batch, training=False)
        if len(getattr(outputs, "shape", ())) != 2:  # rows and units
            raise OutputShapeError("The Keras model must have one output, of shape (n_samples, n_units).")
        parts.append(keras.ops.convert_to_numpy(outputs)[: rows.shape[0]])
    return np.concatenate(parts).astype(np.float64)
