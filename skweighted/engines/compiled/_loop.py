"""The compiled training loop: the few lines of mathematics in the order in which they run.

Axes counted from the last make the same lines serve a stack, whose arrays have a leading network axis `K`, and one
network alone, whose arrays have none. ``(K, ...)`` in a docstring stands for both. `_arrays` has a table of all shapes.
"""

from collections.abc import Callable
from typing import TypeVar

from skweighted._base.tensorflow import import_tensorflow
from skweighted._base.types import Tensor
from skweighted.engines.compiled._arrays import Call, Groups, Networks, Rows, SparseRows, State
from skweighted.engines.compiled._dropout import DropoutKeys, advance_keys, drop_units, start_keys
from skweighted.engines.compiled._key import ProgramKey
from skweighted.engines.stacking import gathers_epoch
from skweighted.network import forward_tensors

__all__ = ["Loop"]

_FEW_WEIGHTS = 2**6  # up to this many squares of a layer are added up one by one

Structure = TypeVar("Structure")
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
        self.dtype = self.tf.as_dtype(key.dtype)
        n_values = key.n_groups * key.n_steps * key.batch_rows * key.architecture.n_features
        self.gathers_epochs = not key.sparse and gathers_epoch(n_values)

    def run(
        self, rows: Rows, groups: Groups, networks: Networks, state: State, call: Call
    ) -> tuple[State, list[Tensor]]:
        """Train for ``call.n_epochs`` epochs; return the state after them and the curves, (E, K) each.

        There is a curve of training losses and, with validation rows, one of validation losses.
        """
        tf, key = self.tf, self.key
        networks, state = self.remove_axis((networks, state))
        factors = call.rate_factors if key.network_axis else tf.squeeze(call.rate_factors, -1)
        call = call._replace(active=self.remove_axis(call.active))
        steps = (groups.n_drawn + key.batch_rows - 1) // key.batch_rows
        n_steps = tf.reduce_max(steps)
        n_drawn = self.per_network(groups.n_drawn, networks)
        n_curves = 2 if key.n_validation else 1
        curves = [
            tf.TensorArray(self.dtype, size=key.n_epochs, element_shape=key.network_axis) for _ in range(n_curves)
        ]

        def train_epoch(index: Tensor, state: State, curves: list[Tensor]) -> tuple[Tensor, State, list[Tensor]]:
            epoch_order = call.order[index]
            epoch = networks.first_epoch + call.n_done + index
            current = self.weigh_classes(networks, epoch)
            keys = start_keys(networks.seed, epoch) if key.drops_units else []
            drawn = self.gather(rows, epoch_order) if self.gathers_epochs else None

            def train_step(s: Tensor, state: State, total: Tensor) -> tuple[Tensor, State, Tensor]:
                batch = self.batch(rows, current, drawn, epoch_order, s)
                count = tf.clip_by_value(n_drawn - s * key.batch_rows, 0, key.batch_rows)
                paced = current._replace(learning_rate=current.learning_rate * factors[index, s])
                state, loss = self.step(paced, state, batch, count, self.dropout(current, keys, s), call)
                return s + 1, state, total + loss * tf.cast(count, self.dtype)

            zero = tf.zeros(key.network_axis, self.dtype)
            _, state, total = tf.while_loop(lambda s, *_: s < n_steps, train_step, [0, state, zero])
            written = [curves[0].write(index, total / tf.cast(n_drawn, self.dtype))]
            if key.n_validation:
                written.append(curves[1].write(index, self.validation_loss(rows, groups, networks, state.params)))
            return index + 1, state, written

        _, state, curves = tf.while_loop(lambda index, *_: index < call.n_epochs, train_epoch, [0, state, curves])
        return self.add_axis(state), [tf.reshape(curve.stack(), [key.n_epochs, key.n_networks]) for curve in curves]

    def remove_axis(self, arrays: Structure) -> Structure:
        """Return `arrays` without the network axis if the loop has none."""
        if self.key.network_axis:
            return arrays
        return self.tf.nest.map_structure(lambda array: self.tf.squeeze(array, 0), arrays)

    def add_axis(self, arrays: Structure) -> Structure:
        """Return `arrays` with the network axis, whether or not the loop has one."""
        if self.key.network_axis:
            return arrays
        return self.tf.nest.map_structure(lambda array: self.tf.expand_dims(array, 0), arrays)

    def weigh_classes(self, networks: Networks, epoch: Tensor) -> Networks:
        """Return `networks` with the class weights of an epoch, (K,), counted from the first of all training."""
        early = self.tf.expand_dims(epoch < networks.switch_epoch, -1)
        return networks._replace(class_weight=self.tf.where(early, networks.early_class_weight, networks.class_weight))

    def step(
        self, networks: Networks, state: State, batch: Batch, count: Tensor, drop: Drop, call: Call
    ) -> tuple[State, Tensor]:
        """Take one gradient step; return the new state and the objective before it, (K,)."""
        tf = self.tf
        gradients, loss = self.gradients(networks, state.params, batch, count, drop, call.opaque_one)
        step = state.step + 1
        params, slots = [], []
        for param, gradient, old in zip(state.params, gradients, state.slots, strict=True):
            rate, t = (self.align(value, param) for value in (networks.learning_rate, tf.cast(step, self.dtype)))
            moved, remembered = self.key.optimizer.update(param, gradient, old, rate, t)
            params.append(moved)
            slots.append(remembered)
        new = State(params, slots, step)
        if self.key.masked:
            takes_part = call.active & (count > 0)
            new = tf.nest.map_structure(lambda a, b: tf.where(self.align(takes_part, a), a, b), new, state)
        return new, loss

    def gradients(
        self, networks: Networks, params: list[Tensor], batch: Batch, count: Tensor, drop: Drop, opaque_one: Tensor
    ) -> tuple[list[Tensor], Tensor]:
        """Return the gradient of the objective for each parameter, and the objective of each network, (K,)."""
        tf = self.tf
        x, target, row_weight = batch
        valid = tf.range(self.key.batch_rows) < tf.expand_dims(count, -1)
        with tf.GradientTape() as of_network:
            of_network.watch(params)
            logits = forward_tensors(self.architecture, params, x, drop)
        with tf.GradientTape() as of_loss:
            of_loss.watch(logits)
            loss = self.loss(networks, logits, target, row_weight, valid)
            # Networks do not share parameters, so the gradient of the sum holds the gradient of each.
            total = tf.reduce_sum(loss)
        # XLA would compute the slope of the loss once for every element of a product that uses it: its fusion pass
        # repeats cheap operations in each consumer. It does not repeat a division. (By a constant 1 it would fold it.)
        slope = of_loss.gradient(total, logits) / opaque_one
        gradients = of_network.gradient(logits, params, output_gradients=slope)
        decayed, penalty = [], tf.zeros(self.key.network_axis, self.dtype)
        for parameter, param, gradient in zip(self.architecture.parameters, params, gradients, strict=True):
            if parameter.role != "weight":
                decayed.append(gradient)
                continue
            decayed.append(gradient + self.align(networks.alpha, param) * param)
            penalty += self.sum_of_squares(param)
        return decayed, loss + networks.alpha / 2 * penalty

    def sum_of_squares(self, weight: Tensor) -> Tensor:
        """Return the sum of the squared weights of a layer for each network, (K,)."""
        tf, squares = self.tf, weight * weight
        n_in, n_out = weight.shape[-2:]
        if n_in * n_out > _FEW_WEIGHTS:
            # On a CPU XLA does not vectorise a sum over all elements. It does vectorise a product with ones, which adds
            # up the columns: four times faster.
            squares = tf.matmul(tf.ones([*self.key.network_axis, 1, n_in], self.dtype), squares)
        return tf.reduce_sum(squares, axis=(-2, -1))

    def loss(self, networks: Networks, logits: Tensor, target: Tensor, row_weight: Tensor, valid: Tensor) -> Tensor:
        """Return the loss of each network over the rows that are not padding, (K,)."""
        tf = self.tf
        row_weight = tf.where(valid, row_weight, tf.zeros_like(row_weight))
        rows_axis = len(self.key.network_axis)
        values = {name: tf.expand_dims(value, rows_axis) for name, value in networks.loss_values.items()}
        return self.key.loss.batch_loss(logits, target, row_weight, valid, values)

    def validation_loss(self, rows: Rows, groups: Groups, networks: Networks, params: list[Tensor]) -> Tensor:
        """Return the weighted mean loss over each network's validation rows, without dropout or penalty, (K,)."""
        tf = self.tf
        logits = self.validation_logits(rows, groups, networks, params)
        labels = tf.gather(rows.y, groups.validation), tf.gather(rows.sample_weight, groups.validation)
        networks = networks._replace(class_weight=networks.validation_class_weight)
        n_validation = self.per_network(groups.n_validation, networks)
        valid = tf.range(self.key.n_validation) < n_validation[..., None]
        return self.loss(networks, logits, *self.weigh(networks, *labels), valid)

    def validation_logits(self, rows: Rows, groups: Groups, networks: Networks, params: list[Tensor]) -> Tensor:
        """Return the logits of the validation rows, (K, V, n_outputs), which take as many blocks as they fill."""
        tf, axis, block, n_rows = self.tf, self.key.network_axis, self.key.validation_block, self.key.n_validation

        def logits_of(positions: Tensor) -> Tensor:
            x = self.per_network(self.gather_inputs(rows, positions), networks)
            return forward_tensors(self.architecture, params, x, _keep_all)

        if block == n_rows:
            return logits_of(groups.validation)
        logits = tf.TensorArray(
            self.dtype, size=n_rows // block, element_shape=[*axis, block, self.architecture.n_outputs]
        )
        n_blocks = (tf.reduce_max(groups.n_validation) + block - 1) // block

        def add_block(i: Tensor, logits: Tensor) -> tuple[Tensor, Tensor]:
            # A slice of a size that XLA knows; of [i * block : (i + 1) * block] it takes the size to be anything.
            positions = tf.slice(groups.validation, [0, i * block], [-1, block])
            return i + 1, logits.write(i, logits_of(positions))

        _, logits = tf.while_loop(lambda i, _: i < n_blocks, add_block, [0, logits], parallel_iterations=1)
        # (blocks, K, rows, n_outputs) to (K, blocks * rows, n_outputs)
        by_network = tf.transpose(logits.stack(), [1, 0, 2, 3] if axis else [0, 1, 2])
        return tf.reshape(by_network, [*axis, n_rows, self.architecture.n_outputs])

    def dropout(self, networks: Networks, epoch_keys: DropoutKeys, s: Tensor) -> Drop:
        """Return the function that drops units in step `s`, whose draws the network's seed and the place determine."""
        if not self.key.drops_units:
            return _keep_all
        step_keys = advance_keys(epoch_keys, s)
        return lambda hidden, layer: drop_units(hidden, networks.dropout, advance_keys(step_keys, layer))

    def batch(
        self, rows: Rows, networks: Networks, drawn: tuple[Tensor, ...] | None, epoch_order: Tensor, s: Tensor
    ) -> Batch:
        """Return the batch of step `s`, from what an epoch has `drawn` or, if that is None, from all rows."""
        x, *labels = self.gather(rows, epoch_order[:, s]) if drawn is None else (part[:, s] for part in drawn)
        return self.per_network(x, networks), *self.weigh(networks, *labels)

    def gather(self, rows: Rows, positions: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return inputs, class codes and sample weights of the rows at `positions`, of any shape."""
        tf = self.tf
        x = self.gather_inputs(rows, positions)
        return x, tf.gather(rows.y, positions), tf.gather(rows.sample_weight, positions)

    def gather_inputs(self, rows: Rows, positions: Tensor) -> Tensor:
        """Return the inputs, dense, of the rows at `positions`."""
        tf, X = self.tf, rows.X
        if not isinstance(X, SparseRows):
            return tf.gather(X, positions)
        flat = tf.reshape(positions, [-1])
        entries = tf.ragged.range(tf.gather(X.indptr, flat), tf.gather(X.indptr, flat + 1))
        cells = tf.stack([entries.value_rowids(), tf.gather(X.indices, entries.values)], axis=1)
        shape = [tf.size(flat, tf.int64), self.architecture.n_features]
        dense = tf.scatter_nd(cells, tf.gather(X.values, entries.values), shape)
        return tf.reshape(dense, [*positions.shape, self.architecture.n_features])

    def weigh(self, networks: Networks, codes: Tensor, sample_weight: Tensor) -> tuple[Tensor, Tensor]:
        """Return targets and row weights of each network from the class codes and sample weights of its group."""
        tf = self.tf
        codes, sample_weight = self.per_network(codes, networks), self.per_network(sample_weight, networks)
        one_hot = tf.one_hot(codes, self.architecture.n_classes, dtype=self.dtype)
        row_weight = sample_weight * tf.reduce_sum(one_hot * tf.expand_dims(networks.class_weight, -2), -1)
        return one_hot[..., -self.architecture.n_outputs :], row_weight

    def per_network(self, value: Tensor, networks: Networks) -> Tensor:
        """Return for each network, (K, ...), what its group has, (G, ...)."""
        if not self.key.network_axis:
            return value[0]
        return value if self.key.n_groups == self.key.n_networks else self.tf.gather(value, networks.group)

    def align(self, value: Tensor, like: Tensor) -> Tensor:
        """Return a value of each network, (K,), with axes to broadcast against `like`, (K, ...)."""
        axis = self.key.network_axis
        return self.tf.reshape(value, [*axis, *[1] * (len(like.shape) - 1)]) if axis else value
