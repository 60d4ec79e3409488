"""The compiled function of a program: made once, compiled before its first call, kept for the life of the process."""

import contextlib
import ctypes
import gc
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np

from skweighted._base.errors import warn_user
from skweighted._base.tensorflow import import_tensorflow
from skweighted.engines.compiled._arrays import Call, Groups, Networks, Rows, SparseRows, State
from skweighted.engines.compiled._key import ProgramKey
from skweighted.engines.compiled._loop import Loop
from skweighted.engines.compiled._shared import share

__all__ = ["TrainingFunction", "training_function"]

_WIDE_WORK = 2**28  # multiply-and-adds of a step from which one network runs faster as a plain graph

# Never evicted: TensorFlow gives the memory of a compiled function back to nobody, so a program that is made anew costs
# its memory twice. What bounds their number is how few sizes `_sizes` lets programs have.
_functions: dict[ProgramKey, "TrainingFunction"] = {}
_making = threading.Lock()
_xla_fails: list[str] = []  # why, once that is known


def training_function(key: ProgramKey) -> "TrainingFunction":
    """Return the training function of `key`; the same one whenever it is asked for, by any thread."""
    with _making:
        if key not in _functions:
            _functions[key] = TrainingFunction(key)
        return _functions[key]


class TrainingFunction:
    """The compiled loop of one program, compiled before its first call.

    It maps ``(rows, groups, networks, state, call)`` to ``(state, losses)``; `_arrays` holds their shapes, and
    :meth:`Loop.run` says what losses are. It is traced once by hand, and not by ``tf.function`` as calls come,
    which takes many small programs in one process for a mistake and logs a warning.

    Parameters
    ----------
    key : ProgramKey
    """

    def __init__(self, key: ProgramKey) -> None:
        self._key = key
        self._traced: Any = None  # a :class:`_Traced`, once there is one
        self._tracing = threading.Lock()

    def __call__(self, rows: Rows, groups: Groups, networks: Networks, state: State, call: Call) -> Any:
        """Train for one slice."""
        self.prepare(rows, groups, networks, state, call)
        traced, errors = self._traced, import_tensorflow().errors
        try:
            return traced(rows, groups, networks, state, call)
        except (errors.InternalError, errors.NotFoundError):
            # Options of TensorFlow, such as `tf.config.optimizer.set_jit`, make it compile anew what it has forgotten.
            self._make_anew(traced, rows, groups, networks, state, call)
            return self._traced(rows, groups, networks, state, call)

    def prepare(self, rows: Rows, groups: Groups, networks: Networks, state: State, call: Call) -> float:
        """Compile, if this has not been done yet; return the seconds spent on it, or on waiting for another thread."""
        if self._traced is not None:
            return 0.0
        start = time.perf_counter()
        self._make_anew(None, rows, groups, networks, state, call)
        return time.perf_counter() - start

    def _make_anew(self, stale: Any, *arguments: Any) -> None:
        """Compile, unless another thread has put something in place of `stale`."""
        with self._tracing:
            if self._traced is stale:
                # TensorFlow compiles at the first call. One of no steps does nothing else.
                *others, call = arguments
                self._traced = self._compile(*others, call._replace(n_steps=share(np.array(0, dtype=np.int32))))

    def _compile(self, *arguments: Any) -> Any:
        """Trace, and call once; as a plain graph if XLA does not work here at all."""
        tf = import_tensorflow()
        if prefers_xla(self._key) and not _xla_fails:
            try:
                traced = self._trace(*arguments, jit_compile=True)
                traced(*arguments)
                traced.forget_graphs()
                _release_freed_memory()
                return traced
            except tf.errors.OpError as error:
                if _xla_works():
                    raise
                _xla_fails.append(error.message)
                warn_user(f"XLA does not work here ({error.message}); training runs as a plain graph, more slowly.")
        traced = self._trace(*arguments, jit_compile=False)
        traced(*arguments)
        return traced

    def _trace(self, rows: Rows, *arguments: Any, jit_compile: bool) -> "_Traced":
        tf = import_tensorflow()
        rows_spec, *specs = tf.nest.map_structure(tf.TensorSpec.from_tensor, (rows, *arguments))
        if isinstance(rows.X, SparseRows):
            # How many entries a sparse matrix holds may differ between the calls of one program.
            rows_spec = rows_spec._replace(X=SparseRows(*(tf.TensorSpec([None], part.dtype) for part in rows.X)))
        function = tf.function(Loop(self._key).run, autograph=False, jit_compile=jit_compile)
        # TensorFlow keeps the call stack of every operation. In a thread of its own it is short, which saves an eighth
        # of the memory of a program.
        with ThreadPoolExecutor(max_workers=1) as pool, _no_collection():
            return _Traced(pool.submit(function.get_concrete_function, rows_spec, *specs).result())


class _Traced:
    """A traced function, held by its name in TensorFlow's runtime.

    The Python graph it was traced from is not kept, nor is a call checked against it: arguments have the specification
    it was traced with.

    Parameters
    ----------
    function : tf.types.experimental.ConcreteFunction

    Attributes
    ----------
    input_specs : list of tf.TensorSpec
    """

    def __init__(self, function: Any) -> None:
        self._function = function.inference_fn
        self.input_specs = self._function.function_type.flat_inputs
        self._outputs = import_tensorflow().nest.map_structure(lambda _: None, function.structured_outputs)

    def __call__(self, *arguments: Any) -> Any:
        """Return what the function returns, in the same structure."""
        nest = import_tensorflow().nest
        return nest.pack_sequence_as(self._outputs, self._function.call_flat(*nest.flatten(arguments)))

    def forget_graphs(self) -> None:
        """Let go of the graphs it was traced as, and of the bodies of its loops: a compiled program reads neither."""
        function = self._function
        with contextlib.suppress(AttributeError):  # what is private may be gone in another release
            function.children.clear()
            graph, function._cached_graph = function._cached_graph, None
            graphs = [graph, *(body.graph for body in graph._functions.values())]
            graph._functions.clear()
            for each in graphs:
                each.Dismantle()  # undoes the circles, which would wait for the garbage collector


def prefers_xla(key: ProgramKey) -> bool:
    """Return whether XLA is the faster way to run a program, as benchmarks/xla_or_graph.py measures it.

    XLA fuses a step of small layers into a few kernels. If one network has wide layers and large batches, the matrix
    products dominate, and those of the plain graph (oneDNN) are the better ones. Sparse batches have no fixed number of
    entries, which XLA needs.
    """
    if key.sparse:
        return False
    work = key.batch_rows * key.architecture.n_members * key.architecture.n_parameters
    return key.n_networks > 1 or work < _WIDE_WORK


@contextlib.contextmanager
def _no_collection() -> Iterator[None]:
    """Let the garbage collector wait: it would search the many objects of a graph again and again, and find nothing."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _release_freed_memory() -> None:
    """Give the memory that compiling has freed back to the operating system; glibc would keep much of it."""
    with contextlib.suppress(AttributeError, OSError, TypeError):  # another C library has no such function
        ctypes.CDLL(None).malloc_trim(0)


def _xla_works() -> bool:
    """Return whether XLA compiles anything."""
    tf = import_tensorflow()
    try:
        tf.function(lambda x: x + 1, jit_compile=True)(tf.constant(1.0))
    except tf.errors.OpError:
        return False
    return True
