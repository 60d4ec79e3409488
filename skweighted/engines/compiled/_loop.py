"""The compiled training loop: what is compiled, its key, and the few lines of mathematics inside.

Inside the loop arrays have a leading network axis `K`, except that one network alone has none: a two-dimensional
product is faster than a stack of one. ``[..., None]`` indexing makes the same lines serve both.
"""

import functools
import threading
from dataclasses import dataclass
from typing import Any

from skweighted._base.errors import warn_user
from skweighted._base.tensorflow import import_tensorflow
from skweighted.engines.plan import Settings
from skweighted.network import forward_tensors

__all__ = ["Program", "build"]

_KEPT_PROGRAMS = 64  # least recently used first out; a program is a few megabytes
_WIDE_WORK = 2**28  # multiply-and-adds of a step from which one network runs faster as a plain graph
_FEW_WEIGHTS = 2**6  # up to this many squares of a layer are added up one by one
_PHILOX = 1  # TensorFlow's number for the algorithm


@dataclass(frozen=True)
class Program:
    """Everything a compiled loop depends on; equal keys share one compilation.

    Parameters
    ----------
    settings : Settings
    n_networks, n_groups : int
        `K` networks draw batches from `G` groups; networks of a group see the same rows in the same order.
    n_rows, n_steps, batch_rows, n_validation : int
        Room for rows of data, steps of an epoch, rows of a batch and validation rows; true counts are run-time values.
    n_epochs : int
        Most epochs of one call.
    dropout : bool
        Whether any network drops units.
    masked : bool
        Whether networks may sit out a step, having fewer batches or having stopped.
    sparse : bool
        Whether rows come as CSR and go dense a batch at a time.
    deferred : bool
        Whether class weights change in the course of training.
    """

    settings: Settings
    n_networks: int
    n_groups: int
    n_rows: int
    n_steps: int
    batch_rows: int
    n_validation: int
    n_epochs: int
    dropout: bool
    masked: bool
    sparse: bool
    deferred: bool

    @property
    def lead(self) -> list[int]:
        """The shape of a quantity that each network has one of."""
        return [self.n_networks] if self.n_networks > 1 else []


def build(program: Program) -> "TrainingFunction":
    """Return the training function of `program`; asked for again, the same one."""
    with _building:  # threads that ask at the same time get the same one, too
        return _build(program)


_building = threading.Lock()


@functools.lru_cache(maxsize=_KEPT_PROGRAMS)
def _build(program: Program) -> "TrainingFunction":
    return TrainingFunction(program)


class TrainingFunction:
    """The compiled loop of one program, traced at its first call.

    It maps ``(data, networks, state, order, drawn, done, n_epochs)`` to ``(state, curves)``; see :class:`Loop` for the
    arrays in each. It is traced once by hand, and not by ``tf.function`` as calls come, which takes many small programs
    in one process for a mistake and logs a warning.

    Parameters
    ----------
    program : Program
    """

    def __init__(self, program: Program) -> None:
        self._loop = Loop(program)
        self._jit_compile = prefers_xla(program) and _xla_works()
        self._traced: Any = None
        self._tracing = threading.Lock()

    def __call__(self, data: dict[str, Any], *arguments: Any) -> Any:
        """Train for one slice."""
        with self._tracing:
            if self._traced is None:
                self._traced = self._trace(data, *arguments)
        return self._traced(data, *arguments)

    def _trace(self, data: dict[str, Any], *arguments: Any) -> Any:
        tf = import_tensorflow()
        data_spec, *specs = tf.nest.map_structure(tf.TensorSpec.from_tensor, (data, *arguments))
        # Only how many entries a sparse matrix holds differs between the calls of one program.
        for name in ("indptr", "indices", "values"):
            if name in data_spec:
                data_spec[name] = tf.TensorSpec([None], data_spec[name].dtype)
        function = tf.function(self._loop.run, autograph=False, jit_compile=self._jit_compile)
        return function.get_concrete_function(data_spec, *specs)


def prefers_xla(program: Program) -> bool:
    """Return whether XLA is the faster way to run `program`, as benchmarks/xla_or_graph.py measures it.

    XLA fuses a step of small layers into a few kernels. Where one network has wide layers and large batches the matrix
    products dominate, and those of the plain graph (oneDNN) are the better ones. Sparse batches have no fixed number of
    entries, which XLA needs.
    """
    if program.sparse:
        return False
    work = program.batch_rows * program.settings.architecture.n_parameters
    return program.n_networks > 1 or work < _WIDE_WORK


@functools.cache
def _xla_works() -> bool:
    tf = import_tensorflow()
    try:
        tf.function(lambda x: x + 1, jit_compile=True)(tf.constant(1.0))
    except tf.errors.OpError as error:
        message = f"XLA does not work here ({error.message}); training runs as a plain graph, more slowly."
        warn_user(message)
        return False
    return True


def _keep_all(hidden: Any, layer: int) -> Any:
    """Drop nothing."""
    return hidden


class Loop:
    """The training loop of one program.

    Its arrays, with ``K`` left out for one network:

    - ``data``: ``X`` (n_rows, n_features) or ``indptr``, ``indices`` and ``values`` of a CSR matrix; ``y`` (n_rows,)
      class codes; ``sample_weight`` (n_rows,); ``validation`` (G, n_validation) rows held out.
    - ``networks``: ``group`` (K,) which batches a network sees; ``learning_rate``, ``alpha``, ``dropout``, ``seed``,
      ``first_epoch``, ``switch_epoch``, ``n_validation`` and ``active``, all (K,); ``class_weight`` and, in a deferred
      program, ``early_class_weight`` (K, n_classes); ``loss_values``, a dict of (K, ...); ``one``, the number 1, which
      XLA does not know.
    - ``state``: ``params``; ``slots``, a list for each parameter; ``step`` (K,).
    - ``order``: (n_epochs, G, n_steps, batch_rows) rows in the order they are drawn; ``drawn``: (G,) rows an epoch
      draws, the rest of ``order`` being padding.
    """

    def __init__(self, program: Program) -> None:
        self.tf = import_tensorflow()
        self.program = program
        self.settings = program.settings
        self.architecture = program.settings.architecture
        self.dtype = self.tf.as_dtype(program.settings.dtype)

    def run(self, data: Any, networks: Any, state: Any, order: Any, drawn: Any, done: Any, n_epochs: Any) -> Any:
        """Train for `n_epochs` epochs, after `done` earlier ones of the same training."""
        tf, program = self.tf, self.program
        n_steps = tf.reduce_max((drawn + program.batch_rows - 1) // program.batch_rows)
        drawn = self.per_network(drawn, networks)
        curves = [
            tf.TensorArray(self.dtype, size=program.n_epochs, element_shape=program.lead)
            for _ in range(2 if program.n_validation else 1)
        ]
        held_out = self.held_out(data, networks) if program.n_validation else None

        def train_epoch(index: Any, state: Any, curves: Any) -> Any:
            epoch_order = order[index]
            rows = None if program.sparse else self.gather_rows(data, epoch_order)
            epoch = networks["first_epoch"] + done + index
            current = self.weights_of(networks, epoch)

            def train_step(s: Any, state: Any, total: Any) -> Any:
                batch = self.batch(data, current, rows, epoch_order, s)
                count = tf.clip_by_value(drawn - s * program.batch_rows, 0, program.batch_rows)
                state, loss = self.step(networks, state, batch, count, epoch, s)
                return s + 1, state, total + loss * tf.cast(count, self.dtype)

            zero = tf.zeros(program.lead, self.dtype)
            _, state, total = tf.while_loop(lambda s, *_: s < n_steps, train_step, [0, state, zero])
            written = [curves[0].write(index, total / tf.cast(drawn, self.dtype))]
            if held_out is not None:
                written.append(curves[1].write(index, self.validation_loss(data, networks, state, held_out)))
            return index + 1, state, written

        _, state, curves = tf.while_loop(lambda index, *_: index < n_epochs, train_epoch, [0, state, curves])
        return state, [curve.stack() for curve in curves]

    def weights_of(self, networks: Any, epoch: Any) -> Any:
        """Return `networks` with the class weights of an epoch, (K,)."""
        if not self.program.deferred:
            return networks
        early = (epoch < networks["switch_epoch"])[..., None]
        return networks | {
            "class_weight": self.tf.where(early, networks["early_class_weight"], networks["class_weight"])
        }

    def step(self, networks: Any, state: Any, batch: Any, count: Any, epoch: Any, s: Any) -> Any:
        """Take one gradient step; return the new state and the objective before it, (K,)."""
        tf, optimizer = self.tf, self.settings.optimizer
        gradients, loss = self.gradients(networks, state["params"], batch, count, self.dropout(networks, epoch, s))
        number = state["step"] + 1
        new = {"params": [], "slots": [], "step": number}
        for param, gradient, slots in zip(state["params"], gradients, state["slots"], strict=True):
            rate, t = (self.align(v, param) for v in (networks["learning_rate"], tf.cast(number, self.dtype)))
            moved, remembered = optimizer.update(param, gradient, slots, rate, t)
            new["params"].append(moved)
            new["slots"].append(remembered)
        if self.program.masked:
            takes_part = networks["active"] & (count > 0)
            new = tf.nest.map_structure(lambda a, b: tf.where(self.align(takes_part, a), a, b), new, state)
        return new, loss

    def gradients(self, networks: Any, params: Any, batch: Any, count: Any, drop: Any) -> tuple[list[Any], Any]:
        """Return the gradient of the objective for each parameter, and the objective of each network, (K,)."""
        tf = self.tf
        x, target, row_weight = batch
        valid = tf.range(self.program.batch_rows) < count[..., None]
        with tf.GradientTape() as of_network:
            of_network.watch(params)
            logits = forward_tensors(self.architecture, params, x, drop)
        with tf.GradientTape() as of_loss:
            of_loss.watch(logits)
            loss = self.loss(networks, logits, target, row_weight, valid)
            # Networks do not share parameters, so the gradient of the sum holds the gradient of each.
            total = tf.reduce_sum(loss)
        # XLA works a slope out again for every weight that needs it, unless it comes from a division.
        slope = of_loss.gradient(total, logits) / networks["one"]
        gradients = of_network.gradient(logits, params, output_gradients=slope)
        for layer, weights in enumerate(params[::2]):
            gradients[2 * layer] += self.align(networks["alpha"], weights) * weights
        penalty = sum(self.sum_of_squares(weights) for weights in params[::2])
        return gradients, loss + networks["alpha"] / 2 * penalty

    def sum_of_squares(self, weights: Any) -> Any:
        """Return the sum of the squared weights of a layer for each network, (K,)."""
        tf, squares = self.tf, weights * weights
        n_in, n_out = weights.shape[-2:]
        if n_in * n_out > _FEW_WEIGHTS:
            # XLA adds up numbers one by one, unless they are a product's: four times faster.
            squares = tf.matmul(tf.ones([*self.program.lead, 1, n_in], self.dtype), squares)
        return tf.reduce_sum(squares, axis=(-2, -1))

    def held_out(self, data: Any, networks: Any) -> Any:
        """Return inputs, targets and row weights of each network's validation rows; no inputs where they are sparse."""
        positions = data["validation"]
        x = None if self.program.sparse else self.per_network(self.tf.gather(data["X"], positions), networks)
        return x, *self.weigh(networks, *self.gather_labels(data, positions))

    def validation_loss(self, data: Any, networks: Any, state: Any, held_out: Any) -> Any:
        """Return the weighted mean loss over each network's validation rows, without dropout or penalty."""
        x, target, row_weight = held_out
        if x is None:
            logits = self.sparse_logits(data, networks, state["params"])
        else:
            logits = forward_tensors(self.architecture, state["params"], x, _keep_all)
        valid = self.tf.range(self.program.n_validation) < networks["n_validation"][..., None]
        return self.loss(networks, logits, target, row_weight, valid)

    def sparse_logits(self, data: Any, networks: Any, params: Any) -> Any:
        """Return the logits of the validation rows, which go dense a batch at a time."""
        tf, lead, width = self.tf, self.program.lead, self.program.batch_rows
        logits = tf.TensorArray(self.dtype, size=self.program.n_validation // width)

        def run_batch(i: Any, logits: Any) -> Any:
            positions = data["validation"][:, i * width : (i + 1) * width]
            x = self.per_network(self.densify(data, tf.ensure_shape(positions, [None, width])), networks)
            return i + 1, logits.write(i, forward_tensors(self.architecture, params, x, _keep_all))

        _, logits = tf.while_loop(lambda i, _: i < logits.size(), run_batch, [0, logits], parallel_iterations=1)
        # (batches, K, rows, n_outputs) to (K, batches * rows, n_outputs)
        by_network = tf.transpose(logits.stack(), [1, 0, 2, 3] if lead else [0, 1, 2])
        return tf.reshape(by_network, [*lead, self.program.n_validation, self.architecture.n_outputs])

    def loss(self, networks: Any, logits: Any, target: Any, row_weight: Any, valid: Any) -> Any:
        """Return the loss of each network over the rows that are no padding, (K,)."""
        tf = self.tf
        row_weight = tf.where(valid, row_weight, tf.zeros_like(row_weight))
        rows_axis = len(self.program.lead)
        values = {name: tf.expand_dims(value, rows_axis) for name, value in networks["loss_values"].items()}
        return self.settings.loss.batch_loss(logits, target, row_weight, valid, values)

    def dropout(self, networks: Any, epoch: Any, s: Any) -> Any:
        """Return the function that drops units, its draws keyed by network seed, layer, epoch and step."""
        tf = self.tf
        if not self.program.dropout:
            return _keep_all

        def drop(hidden: Any, layer: int) -> Any:
            place = (tf.cast(epoch, tf.uint64) * 2**24 + tf.cast(s, tf.uint64)) * 2**8 + layer

            def draw(key: Any) -> Any:
                seed, high = key
                counter = tf.stack([tf.zeros_like(high), high])
                return tf.raw_ops.StatelessRandomUniformFullIntV2(
                    shape=hidden.shape[-2:], key=seed[None], counter=counter, alg=_PHILOX, dtype=tf.uint32
                )

            keys = (networks["seed"], place)
            bits = tf.map_fn(draw, keys, fn_output_signature=tf.uint32) if self.program.lead else draw(keys)
            rate = networks["dropout"][..., None, None]
            # 24 bits fill a float32 exactly, so that a rate cuts at the same draw in either precision.
            uniform = tf.cast(bits // 2**8, self.dtype) / 2**24
            return tf.where(uniform < rate, tf.zeros_like(hidden), hidden / (1 - rate))

        return drop

    def batch(self, data: Any, networks: Any, rows: Any, epoch_order: Any, s: Any) -> Any:
        """Return the inputs (K, batch, n_features), targets and row weights of step `s`."""
        if rows is None:
            positions = epoch_order[:, s]
            x, *labels = self.densify(data, positions), *self.gather_labels(data, positions)
        else:
            x, *labels = (part[:, s] for part in rows)
        return self.per_network(x, networks), *self.weigh(networks, *labels)

    def gather_rows(self, data: Any, positions: Any) -> Any:
        """Return inputs, class codes and sample weights of the rows at `positions`, of any shape."""
        return self.tf.gather(data["X"], positions), *self.gather_labels(data, positions)

    def gather_labels(self, data: Any, positions: Any) -> tuple[Any, Any]:
        """Return class codes and sample weights of the rows at `positions`, of any shape."""
        return self.tf.gather(data["y"], positions), self.tf.gather(data["sample_weight"], positions)

    def densify(self, data: Any, positions: Any) -> Any:
        """Return the dense rows at `positions` of a CSR matrix."""
        tf = self.tf
        flat = tf.reshape(positions, [-1])
        start, stop = tf.gather(data["indptr"], flat), tf.gather(data["indptr"], flat + 1)
        entries = tf.ragged.range(start, stop)
        where = tf.stack([entries.value_rowids(), tf.gather(data["indices"], entries.values)], axis=1)
        n_features = self.architecture.layer_sizes[0]
        dense = tf.scatter_nd(where, tf.gather(data["values"], entries.values), [tf.size(flat, tf.int64), n_features])
        return tf.reshape(dense, [*positions.shape, n_features])

    def weigh(self, networks: Any, codes: Any, sample_weight: Any) -> tuple[Any, Any]:
        """Return targets and row weights of each network from the class codes and sample weights of its group."""
        tf = self.tf
        codes, sample_weight = self.per_network(codes, networks), self.per_network(sample_weight, networks)
        one_hot = tf.one_hot(codes, self.architecture.n_classes, dtype=self.dtype)
        row_weight = sample_weight * tf.reduce_sum(one_hot * networks["class_weight"][..., None, :], -1)
        return one_hot[..., -self.architecture.n_outputs :], row_weight

    def per_network(self, value: Any, networks: Any) -> Any:
        """Return what each network gets of an array with a leading group axis."""
        if not self.program.lead:
            return value[0]
        return value if self.program.n_groups == self.program.n_networks else self.tf.gather(value, networks["group"])

    def align(self, value: Any, like: Any) -> Any:
        """Return a per-network value shaped to broadcast against `like`."""
        return value[(..., *[None] * (len(like.shape) - len(self.program.lead)))]
