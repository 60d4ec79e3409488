"""Keras models as bytes and back, for pickles."""

import tempfile
from pathlib import Path

from skweighted._base.types import KerasModel
from skweighted.engines.keras._globals import import_keras

__all__ = ["model_from_bytes", "model_to_bytes"]


def model_to_bytes(keras_model: KerasModel) -> bytes:
    """Return a Keras model, compilation and optimizer state included, as the bytes of a ``.keras`` file.

    Raises
    ------
    TypeError, ValueError
        From Keras, for an object it cannot serialize. The user's own layers, losses and metrics are stored by name:
        to load them they must be registered with ``keras.saving.register_keras_serializable`` in both processes.
    """
    keras = import_keras()
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory, "model.keras")
        keras.saving.save_model(keras_model, path)
        return path.read_bytes()


def model_from_bytes(data: bytes) -> KerasModel:
    """Return the Keras model that :func:`model_to_bytes` stored in `data`."""
    keras = import_keras()
    # Keras finds the library's own losses once they have been imported.
    import skweighted.engines.keras._losses  # noqa: F401

    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory, "model.keras")
        path.write_bytes(data)
        return keras.saving.load_model(path)
