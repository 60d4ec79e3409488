"""Keras models as bytes and back, for pickles."""

import tempfile
from dataclasses import dataclass
from pathlib import Path

from skweighted._base.trust import check_trusted
from skweighted._base.types import KerasModel
from skweighted.engines.keras._globals import import_keras

__all__ = ["PackedModel", "model_from_bytes", "model_to_bytes"]


@dataclass(frozen=True)
class PackedModel:
    """A Keras model as the bytes of a ``.keras`` file.

    It is a type of its own, so that what opens only files of types that it trusts, as skops does, refuses it: Keras may
    run code when it reads such bytes.
    """

    data: bytes


def model_to_bytes(keras_model: KerasModel) -> PackedModel:
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
        return PackedModel(path.read_bytes())


def model_from_bytes(packed: PackedModel | bytes) -> KerasModel:
    """Return the Keras model that :func:`model_to_bytes` stored, in older pickles as plain bytes.

    Raises
    ------
    ValueError
        If the bytes come from a file that must not run code.
    """
    check_trusted("a Keras model")
    keras = import_keras()
    # Keras finds the library's own losses and schedules once they have been imported.
    import skweighted.engines.keras._losses
    import skweighted.engines.keras._schedules  # noqa: F401

    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory, "model.keras")
        path.write_bytes(packed if isinstance(packed, bytes) else packed.data)
        return keras.saving.load_model(path)
