"""Our losses as Keras losses, and what the losses of compiled models want; imported only once Keras runs."""

from collections.abc import Mapping
from typing import Any, TypeAlias

import keras
import numpy as np
import tensorflow as tf

from skweighted._base.types import Tensor
from skweighted.losses import LOSSES, Loss

__all__ = ["BatchLoss", "is_cross_entropy", "takes_class_codes", "to_keras_loss"]

KerasLoss: TypeAlias = Any
"""What ``model.compile(loss=...)`` takes: a ``keras.losses.Loss``, a function, or the name of either."""


def to_keras_loss(loss: Loss, n_outputs: int, values: Mapping[str, Any]) -> keras.losses.Loss:
    """Return Keras' own loss of the same arithmetic as `loss` if there is one, else a :class:`BatchLoss`.

    Parameters
    ----------
    loss : Loss
    n_outputs : int
        Output units.
    values : mapping of str to float or ndarray
        What its ``runtime_values`` returned.
    """
    own = loss.to_keras(n_outputs, values)
    return BatchLoss(loss, values) if own is None else own


@keras.saving.register_keras_serializable("skweighted")
class BatchLoss(keras.losses.Loss):
    """A Keras loss on probabilities that does the arithmetic of a :class:`Loss`, weights and mean included.

    Parameters
    ----------
    loss : Loss
    values : mapping of str to float or ndarray
        What its ``runtime_values`` returned.
    """

    def __init__(self, loss: Loss, values: Mapping[str, Any]) -> None:
        super().__init__(name=getattr(loss, "key", type(loss).__name__))
        self.loss = loss
        self.values = {name: np.asarray(value) for name, value in values.items()}

    def __call__(self, y_true: Tensor, y_pred: Tensor, sample_weight: Tensor = None) -> Tensor:
        """Return the loss of a batch, shape ()."""
        logits = _to_logits(y_pred)
        target = tf.cast(y_true, logits.dtype)
        valid = tf.ones_like(logits[..., 0], dtype=tf.bool)
        row_weight = tf.cast(valid, logits.dtype)
        if sample_weight is not None:
            row_weight = tf.reshape(tf.cast(sample_weight, logits.dtype), tf.shape(row_weight))
        values = {name: tf.constant(value, logits.dtype)[None] for name, value in self.values.items()}
        return self.loss.batch_loss(logits, target, row_weight, valid, values)

    def get_config(self) -> dict[str, Any]:
        """Return what :meth:`from_config` needs.

        Raises
        ------
        TypeError
            If the class of the loss is not registered, so that no key leads back to it.
        """
        cls = type(self.loss)
        if LOSSES.get(getattr(cls, "key", "")) is not cls:
            raise TypeError(
                f"A Keras model with loss={self.loss!r} can be copied or stored only if the class is registered. "
                f'Put @LOSSES.register("...") from skweighted.losses above class {cls.__name__}.'
            )
        values = {name: value.tolist() for name, value in self.values.items()}
        return {"loss": cls.key, "parameters": self.loss.get_params(), "values": values}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "BatchLoss":
        """Return the loss that :meth:`get_config` described."""
        return cls(LOSSES[config["loss"]](**config["parameters"]), config["values"])


def _to_logits(probabilities: Tensor) -> Tensor:
    """Return the logits that made `probabilities`, exactly if Keras' activation has kept them."""
    logits = getattr(probabilities, "_keras_logits", None)
    if logits is not None:
        return logits
    limit = keras.config.epsilon()
    p = tf.clip_by_value(tf.convert_to_tensor(probabilities), limit, 1 - limit)
    return tf.math.log(p) - tf.math.log1p(-p) if p.shape[-1] == 1 else tf.math.log(p)


def takes_class_codes(loss: KerasLoss) -> bool:
    """Return whether a compiled loss wants class codes for targets, as the sparse categorical ones do."""
    return _loss_name(loss).startswith("sparsecategorical")


def is_cross_entropy(loss: KerasLoss) -> bool:
    """Return whether the minimum of a compiled loss is the true probability, as far as one can know."""
    names = ("binarycrossentropy", "categoricalcrossentropy", "sparsecategoricalcrossentropy")
    return _loss_name(loss) in names and not getattr(loss, "label_smoothing", 0)


def _loss_name(loss: KerasLoss) -> str:
    name = loss if isinstance(loss, str) else getattr(loss, "__name__", type(loss).__name__)
    return name.replace("_", "").lower()
