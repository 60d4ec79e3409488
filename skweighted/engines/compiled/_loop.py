"""The compiled training loop: the few lines of mathematics in the order in which they run.

Axes counted from the last make the same lines serve a stack, whose arrays have a leading network axis `K`, and one
network alone, whose arrays have none. ``(K, ...)`` in a docstring stands for both. `_arrays` has a table of all shapes.

Each kernel of the program costs about 15 ms to compile, and a fraction of a microsecond each time it runs. So there are
few: one loop over the steps of all epochs, one update for all parameters, and what the host can compute is computed
there.
"""

import functools
from collections.abc import Callable

import numpy as np

from skweighted._base.tensorflow import import_tensorflow
from skweighted._base.types import Tensor
from skweighted.engines.compiled._arrays import Call, Groups, Networks, Rows, SparseRows, State
from skweighted.engines.compiled._dropout import advance_keys, drop_units, start_keys
from skweighted.engines.compiled._key import ProgramKey
from skweighted.engines.compiled._members import mean_loss_and_slope
from skweighted.engines.compiled._parameters import Separate, align, for_rows, parameter_layout
from skweighted.engines.compiled._update import moving_params, take_step
from skweighted.losses import Loss, TensorValues
from skweighted.network import forward_pass, forward_tensors

__all__ = ["Loop"]

Drop = Callable[[Tensor, int], Tensor]
Batch = tuple[Tensor, Tensor, Tensor]
"""Inputs (K, batch, n_features), targets (K, batch, n_outputs) and row weights (K, batch)."""


def _keep_all(hidden: Tensor, layer: int) -> Tensor:
    """Drop nothing."""
    return hidden


class Loop:
    """The training loop of one program.

    Parameters
    ----------
    key : ProgramKey
    """

    def __init__(self, key: ProgramKey) -> None:
        self.tf = import_tensorflow()
        self.key = key
        self.architecture = key.architecture
        self.layout = parameter_layout(key)
        self.dtype = self.tf.as_dtype(key.dtype)
        self.by_rows = type(key.loss).batch_loss is Loss.batch_loss

    def run(
        self, rows: Rows, groups: Groups, networks: Networks, state: State, call: Call
    ) -> tuple[State, list[Tensor]]:
        """Take ``call.n_steps`` gradient steps; return the state after them and the losses.

        These are the training loss of each step, (T, K), and, with validation rows, the validation loss after the last
        step, (K,).
        """
        tf, key = self.tf, self.key
        losses = tf.TensorArray(self.dtype, size=key.n_epochs * key.n_steps, element_shape=key.network_axis)

        def train_step(t: Tensor, state: State, losses: Tensor) -> tuple[Tensor, State, Tensor]:
            batch = self.batch(rows, networks, call, t)
            drop = self.dropout(networks, call, t)
            params = moving_params(key.optimizer, state)
            gradients, loss = self.gradients(networks, params, batch, drop, call, t)
            state = self.update(state, gradients, call, t)
            return t + 1, state, losses.write(t, loss)

        start = [0, state, losses.unstack(call.losses)]
        _, state, losses = tf.while_loop(lambda t, *_: t < call.n_steps, train_step, start)
        curves = [losses.stack()]
        if key.n_validation:
            curves.append(self.validation_loss(rows, groups, networks, self.layout.split(state.params)))
        return state, curves

    def update(self, state: State, gradients: list[Tensor], call: Call, t: Tensor) -> State:
        """Return the state after step `t`, from a gradient for each of ``state.params``."""
        tf = self.tf
        rate, number = self.take(call.rate, t), self.take(call.number, t)
        new = take_step(self.key.optimizer, self.layout, state, gradients, rate, number)
        if not self.key.masked:
            return new
        takes_part = self.take(call.count, t) > 0
        return tf.nest.map_structure(lambda a, b: tf.where(align(takes_part, a), a, b), new, state)

    def gradients(
        self, networks: Networks, params: list[Tensor], batch: Batch, drop: Drop, call: Call, t: Tensor
    ) -> tuple[list[Tensor], Tensor]:
        """Return the gradient of the objective for each of `params`, and the objective of each network, (K,)."""
        tf = self.tf
        x, target, row_weight = batch
        count, size = self.take(call.count, t), self.take(call.size, t)
        valid = np.arange(self.key.batch_rows, dtype=np.int32) < for_rows(count)
        row_weight = tf.where(valid, row_weight, tf.zeros_like(row_weight))
        network = forward_pass(self.architecture, self.layout.split(params), x, drop)
        loss_and_slope = self.loss_and_slope
        if self.architecture.is_shared:
            loss_and_slope = functools.partial(mean_loss_and_slope, loss_and_slope, self.architecture.n_members)
        values = self.loss_values(networks)
        loss, slope = loss_and_slope(values, network.logits, target, row_weight, valid, size)
        if not self.by_rows:
            # XLA would compute the slope of the loss once for every element of a product that uses it: its fusion pass
            # repeats cheap operations in each consumer. It does not repeat a division. (By a constant 1 it would fold
            # it.) The slope of losses by rows is divided by the size of the batch.
            slope = slope / call.ones[..., :1]
        fuse = isinstance(self.layout, Separate)
        gradients = self.layout.join(network.gradients(slope, call.ones, fuse=fuse))
        penalty = networks.alpha * self.layout.sum_squares(params) * 0.5
        return self.layout.add_decay(gradients, params, networks.alpha), loss + penalty

    def loss_and_slope(
        self, values: TensorValues, logits: Tensor, target: Tensor, row_weight: Tensor, valid: Tensor, size: Tensor
    ) -> tuple[Tensor, Tensor]:
        """Return the loss of each network over the rows that are not padding, (K,), and its slope for the logits."""
        tf, loss = self.tf, self.key.loss
        with tf.GradientTape() as tape:
            tape.watch(logits)
            of_rows = loss.row_losses(logits, target, values) if self.by_rows else None
            # Networks do not share parameters, so the gradient of the sum holds the gradient of each.
            of_batch = None if self.by_rows else loss.batch_loss(logits, target, row_weight, valid, values)
        if not self.by_rows:
            return of_batch, tape.gradient(of_batch, logits)
        slope = tape.gradient(of_rows, logits, output_gradients=row_weight)
        return self.dot(row_weight, of_rows) / size, slope / align(size, slope)

    def dot(self, a: Tensor, b: Tensor) -> Tensor:
        """Return the sum of products over rows, (K, batch) to (K,): as a product of matrices it is one kernel."""
        tf = self.tf
        return tf.squeeze(tf.matmul(tf.expand_dims(a, -2), tf.expand_dims(b, -1)), [-2, -1])

    def loss_values(self, networks: Networks) -> TensorValues:
        """Return what the loss takes at run time, with an axis for rows."""
        rows_axis = len(self.key.network_axis)
        return {name: self.tf.expand_dims(value, rows_axis) for name, value in networks.loss_values.items()}

    def validation_loss(self, rows: Rows, groups: Groups, networks: Networks, params: list[Tensor]) -> Tensor:
        """Return the weighted mean loss over each network's validation rows, without dropout or penalty, (K,)."""
        tf = self.tf
        logits = self.validation_logits(rows, groups, networks, params)
        of_rows = self.take(rows.targets, groups.validation)
        target, row_weight = self.weigh(networks, networks.validation_class_weight, of_rows)
        n_validation = self.per_network(groups.n_validation, networks)
        valid = tf.range(self.key.n_validation) < n_validation[..., None]
        row_weight = tf.where(valid, row_weight, tf.zeros_like(row_weight))
        return self.key.loss.batch_loss(logits, target, row_weight, valid, self.loss_values(networks))

    def validation_logits(self, rows: Rows, groups: Groups, networks: Networks, params: list[Tensor]) -> Tensor:
        """Return the logits of the validation rows, (K, V, n_outputs), which take as many blocks as they fill."""
        tf, axis, block, n_rows = self.tf, self.key.network_axis, self.key.validation_block, self.key.n_validation

        def logits_of(positions: Tensor) -> Tensor:
            x = self.per_network(self.gather_inputs(rows, positions), networks)
            return forward_tensors(self.architecture, params, x)

        if block == n_rows:
            return logits_of(groups.validation)
        logits = tf.TensorArray(
            self.dtype, size=n_rows // block, element_shape=[*axis, block, self.architecture.n_outputs]
        )
        n_blocks = (tf.reduce_max(groups.n_validation) + block - 1) // block

        def add_block(i: Tensor, logits: Tensor) -> tuple[Tensor, Tensor]:
            # A slice of a size that XLA knows; of [i * block : (i + 1) * block] it takes the size to be anything.
            whole = groups.validation.shape
            positions = tf.slice(groups.validation, [*[0] * (len(whole) - 1), i * block], [*whole[:-1], block])
            return i + 1, logits.write(i, logits_of(positions))

        _, logits = tf.while_loop(lambda i, _: i < n_blocks, add_block, [0, logits], parallel_iterations=1)
        # (blocks, K, rows, n_outputs) to (K, blocks * rows, n_outputs)
        by_network = tf.transpose(logits.stack(), [1, 0, 2, 3] if axis else [0, 1, 2])
        return tf.reshape(by_network, [*axis, n_rows, self.architecture.n_outputs])

    def dropout(self, networks: Networks, call: Call, t: Tensor) -> Drop:
        """Return the function that drops units in step `t`, whose draws the network's seed and the place determine."""
        if not self.key.drops_units:
            return _keep_all
        epoch = self.tf.truncatediv(t, call.epoch_steps)
        keys = start_keys(networks.seed, call.first_epoch + epoch)
        step_keys = advance_keys(keys, t - epoch * call.epoch_steps)
        return lambda hidden, layer: drop_units(hidden, networks.dropout, advance_keys(step_keys, layer))

    def batch(self, rows: Rows, networks: Networks, call: Call, t: Tensor) -> Batch:
        """Return the batch of step `t`."""
        positions = self.take(call.order, t)
        x = self.per_network(self.gather_inputs(rows, positions), networks)
        return x, *self.weigh(networks, call.class_weight, self.take(rows.targets, positions))

    def gather_inputs(self, rows: Rows, positions: Tensor) -> Tensor:
        """Return the inputs, dense, of the rows at `positions`."""
        tf, X = self.tf, rows.X
        if not isinstance(X, SparseRows):
            return self.take(X, positions)
        flat = tf.reshape(positions, [-1])
        entries = tf.ragged.range(tf.gather(X.indptr, flat), tf.gather(X.indptr, flat + 1))
        cells = tf.stack([entries.value_rowids(), tf.gather(X.indices, entries.values)], axis=1)
        shape = [tf.size(flat, tf.int64), self.architecture.n_features]
        dense = tf.scatter_nd(cells, tf.gather(X.values, entries.values), shape)
        return tf.reshape(dense, [*positions.shape, self.architecture.n_features])

    def weigh(self, networks: Networks, class_weight: Tensor, of_rows: Tensor) -> tuple[Tensor, Tensor]:
        """Return targets and row weights of each network from the class codes and sample weights of its group."""
        tf = self.tf
        codes, sample_weight = tf.unstack(self.per_network(of_rows, networks), axis=-1)
        if self.architecture.n_outputs == 1:
            # One or the other, which XLA fuses; it would not fuse a sum.
            negative, positive = map(for_rows, tf.unstack(class_weight, axis=-1))
            return tf.expand_dims(codes, -1), sample_weight * tf.where(codes > 0, positive, negative)
        one_hot = tf.one_hot(tf.cast(codes, tf.int32), self.architecture.n_classes, dtype=self.dtype)
        return one_hot, sample_weight * tf.reduce_sum(one_hot * tf.expand_dims(class_weight, -2), -1)

    def take(self, values: Tensor, positions: Tensor) -> Tensor:
        """Return what is at positions of the first axis; the older operation is one without a constant for the axis."""
        return self.tf.raw_ops.Gather(params=values, indices=positions)

    def per_network(self, value: Tensor, networks: Networks) -> Tensor:
        """Return for each network, (K, ...), what its group has, (G, ...)."""
        return value if self.key.n_groups == self.key.n_networks else self.tf.gather(value, networks.group)
