"""The batches of a plan as TensorFlow datasets, those that the compiled engine draws; imported only once Keras runs."""

import functools
from collections.abc import Callable
from typing import TypeAlias

import numpy as np
import tensorflow as tf
from scipy import sparse

from skweighted._base.types import Matrix, Tensor
from skweighted.batches import draw_epoch
from skweighted.engines.plan import TrainingPlan
from skweighted.engines.randomness import SHUFFLES, random_generator
from skweighted.losses import Loss

__all__ = ["training_batches", "validation_batches"]

_VALIDATION_BATCH = 1024

# There is no Python in them to convert, and on new versions of Python it warns that it cannot.
_without_autograph = tf.autograph.experimental.do_not_convert

Batch: TypeAlias = tuple[Tensor, Tensor, Tensor]
"""Inputs, targets and row weights."""


def training_batches(plan: TrainingPlan, X: Matrix, n_targets: int) -> tf.data.Dataset:
    """Return the batches of all epochs, one after another.

    Parameters
    ----------
    plan : TrainingPlan
    X : ndarray or CSR array of shape (n_training_rows, n_features)
        The plan's training rows.
    n_targets : int
        Numbers in a target; 0 for a class code.
    """
    settings, labels = plan.settings, plan.data.y[plan.rows]
    generators = functools.partial(random_generator, plan.seed, SHUFFLES)

    def order(epoch: np.ndarray) -> np.ndarray:
        drawn = draw_epoch(
            settings.batches, labels, generators, int(epoch), settings.batch_size, settings.steps_per_epoch
        )
        return drawn.astype(np.int64)

    @_without_autograph  # type: ignore[untyped-decorator]
    def positions(epoch: Tensor) -> tf.data.Dataset:
        drawn = tf.numpy_function(order, [epoch], tf.int64)
        drawn.set_shape([None])
        return tf.data.Dataset.from_tensor_slices(drawn).batch(settings.batch_size)

    # One call of Python an epoch; a keras.utils.PyDataset has one a batch, which costs 40 % on small batches.
    epochs = tf.data.Dataset.range(plan.state.epoch, plan.state.epoch + settings.epochs)
    return (
        epochs.flat_map(positions)
        .map(_taker(plan, X, plan.rows, plan.class_weight, n_targets))
        .prefetch(tf.data.AUTOTUNE)
    )


def validation_batches(plan: TrainingPlan, n_targets: int) -> tf.data.Dataset | None:
    """Return the batches of the rows held out, None if there are none."""
    rows = plan.validation_rows
    if not len(rows):
        return None
    # A loss that compares rows with each other is not an average over pieces of them.
    by_rows = type(plan.settings.loss).batch_loss is Loss.batch_loss
    class_weight = plan.class_weight if plan.validation_class_weight is None else plan.validation_class_weight
    positions = tf.data.Dataset.range(len(rows)).batch(_VALIDATION_BATCH if by_rows else len(rows))
    return positions.map(_taker(plan, plan.data.X[rows], rows, class_weight, n_targets)).prefetch(tf.data.AUTOTUNE)


def _taker(
    plan: TrainingPlan, X: Matrix, rows: np.ndarray, class_weight: np.ndarray, n_targets: int
) -> Callable[[Tensor], Batch]:
    """Return the function from positions in `rows`, whose inputs are `X`, to a batch."""
    data, dtype = plan.data, plan.settings.dtype
    codes = tf.constant(data.y[rows])
    row_weight = tf.constant((class_weight[data.y[rows]] * data.sample_weight[rows]).astype(dtype))
    dense = None if sparse.issparse(X) else tf.constant(X)

    def densify(positions: np.ndarray) -> np.ndarray:
        return X[positions].toarray()

    @_without_autograph  # type: ignore[untyped-decorator]
    def take(positions: Tensor) -> Batch:
        if dense is None:
            inputs = tf.numpy_function(densify, [positions], dtype)
            inputs.set_shape([None, X.shape[1]])
        else:
            inputs = tf.gather(dense, positions)
        targets = tf.gather(codes, positions)
        if n_targets == 1:
            targets = tf.cast(targets, dtype)[:, None]
        elif n_targets:
            targets = tf.one_hot(targets, n_targets, dtype=dtype)
        return inputs, targets, tf.gather(row_weight, positions)

    return take
