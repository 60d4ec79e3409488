"""Import TensorFlow with care: never in a fork that would hang, never with more threads than a worker's share."""

import contextlib
import multiprocessing
import os
import sys
import threading
from collections.abc import Iterator
from importlib.abc import MetaPathFinder
from typing import Any

import numpy as np
from joblib import cpu_count
from threadpoolctl import ThreadpoolController

__all__ = ["count_threads", "few_threads", "find_thread_pools", "import_in_background", "import_tensorflow"]

_WORKERS = ("LokyProcess", "Dask Worker")  # how the names of their processes begin
_FEW_ROWS = 20_000
_forked_after_import = False
_background: tuple[threading.Thread, ThreadpoolController] | None = None  # what imports, the thread pools before it


def _note_fork() -> None:
    global _forked_after_import  # noqa: PLW0603 - a fork is a fact about the process, not about any object
    _forked_after_import = "tensorflow" in sys.modules


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_note_fork)


def import_tensorflow() -> Any:
    """Return the tensorflow module.

    In a worker of joblib or dask where this is the first import of TensorFlow, its thread pools get the worker's share
    of the cores, which is announced as ``OMP_NUM_THREADS`` and TensorFlow does not read. A first import here leaves
    Keras out, which takes as long as the rest; ``import keras`` and ``tf.keras`` then load it where they are used.

    Raises
    ------
    RuntimeError
        In a process forked after TensorFlow was imported, where its thread pools are gone and training would hang.
    """
    if _forked_after_import:
        raise RuntimeError(
            "This process was forked after TensorFlow was imported, and TensorFlow hangs in such a process. "
            "Start workers with 'spawn' or 'forkserver', or use joblib's default backend 'loky'."
        )
    first = "tensorflow" not in sys.modules
    with _without_keras() if first else contextlib.nullcontext():
        import tensorflow as tf

    share = _worker_share()
    if first and share:
        tf.config.threading.set_intra_op_parallelism_threads(share)
        tf.config.threading.set_inter_op_parallelism_threads(share)
    return tf


class _KerasBlock(MetaPathFinder):
    """Lets one thread fail to import Keras, which stays to be found, as if its installation were broken."""

    def __init__(self) -> None:
        self.thread = threading.get_ident()

    def find_spec(self, fullname: str, path: Any, target: Any = None) -> None:
        """Raise for what Keras is made of in that thread; leave everything else to the finders after this one."""
        if fullname.startswith("keras.") and threading.get_ident() == self.thread:
            raise ModuleNotFoundError("TensorFlow is imported without Keras here.", name=fullname)


@contextlib.contextmanager
def _without_keras() -> Iterator[None]:
    """Keep TensorFlow's import, in this thread, from importing Keras.

    TensorFlow does so at its end for the sake of Keras 2, which registered what it could load, and does without if that
    fails. Keras 3 registers nothing.
    """
    block = _KerasBlock()
    sys.meta_path.insert(0, block)
    try:
        yield
    finally:
        sys.meta_path.remove(block)


def import_in_background() -> None:
    """Start to import TensorFlow in a thread, so that other work overlaps with the seconds that the import takes.

    Whoever calls :func:`import_tensorflow` then waits for it, and gets the error if there was one. Nothing happens in
    a worker or a forked process, where the import needs care.
    """
    global _background  # noqa: PLW0603 - a process imports TensorFlow once
    if "tensorflow" not in sys.modules and not _forked_after_import and not _worker_share():
        _let_scikit_learn_find_thread_pools()
        _background = threading.Thread(target=_import_quietly, name="import tensorflow"), find_thread_pools()
        _background[0].start()


def few_threads(n_rows: int) -> contextlib.AbstractContextManager[Any]:
    """Leave OpenMP one thread for few rows, where its threads wait for each other more than they work."""
    if n_rows >= _FEW_ROWS:
        return contextlib.nullcontext()
    return find_thread_pools().limit(limits=1, user_api="openmp")


def find_thread_pools() -> ThreadpoolController:
    """Return what limits the thread pools of this process; while TensorFlow is imported, those from before.

    Looking for libraries while another thread loads one can hang for ever. Who looks holds the lock of the system's
    loader and waits for Python's; who loads holds Python's and waits for the loader's.
    """
    if _background is not None and _background[0].is_alive():
        return _background[1]
    return ThreadpoolController()


def _let_scikit_learn_find_thread_pools() -> None:
    """Let scikit-learn look for them now: it does so once, at the first search for neighbours."""
    from sklearn.metrics import pairwise_distances_argmin

    pairwise_distances_argmin(np.zeros((1, 1)), np.zeros((1, 1)))


def _import_quietly() -> None:
    with contextlib.suppress(Exception):  # raised again by the import of who needs it
        import_tensorflow()


def count_threads() -> int:
    """Return how many threads may train at a time: the cores, or fewer where TensorFlow or this worker has fewer."""
    set_here = import_tensorflow().config.threading.get_intra_op_parallelism_threads()
    by_environment = os.environ.get("TF_NUM_INTRAOP_THREADS", "")
    limits = [cpu_count(), set_here, int(by_environment) if by_environment.isdigit() else 0, _worker_share()]
    return min(limit for limit in limits if limit)


def _worker_share() -> int:
    """Return the cores that a worker of joblib or dask is to keep to, 0 in any other process."""
    share = os.environ.get("OMP_NUM_THREADS", "")
    is_worker = multiprocessing.current_process().name.startswith(_WORKERS)
    return int(share) if is_worker and share.isdigit() else 0
