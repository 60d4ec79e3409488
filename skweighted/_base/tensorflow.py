"""Import TensorFlow with care: never in a fork that would hang, never with more threads than a worker's share."""

import contextlib
import multiprocessing
import os
import sys
import threading
from typing import Any

from joblib import cpu_count

__all__ = ["count_threads", "import_in_background", "import_tensorflow"]

_WORKERS = ("LokyProcess", "Dask Worker")  # how the names of their processes begin
_forked_after_import = False


def _note_fork() -> None:
    global _forked_after_import  # noqa: PLW0603 - a fork is a fact about the process, not about any object
    _forked_after_import = "tensorflow" in sys.modules


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_note_fork)


def import_tensorflow() -> Any:
    """Return the tensorflow module.

    In a worker of joblib or dask where this is the first import of TensorFlow, its thread pools get the worker's share
    of the cores, which is announced as ``OMP_NUM_THREADS`` and TensorFlow does not read.

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
    import tensorflow as tf

    share = _worker_share()
    if first and share:
        tf.config.threading.set_intra_op_parallelism_threads(share)
        tf.config.threading.set_inter_op_parallelism_threads(share)
    return tf


def import_in_background() -> None:
    """Start to import TensorFlow in a thread, so that other work overlaps with the seconds that the import takes.

    Whoever calls :func:`import_tensorflow` then waits for it, and gets the error if there was one. Nothing happens in
    a worker or a forked process, where the import needs care.
    """
    if "tensorflow" not in sys.modules and not _forked_after_import and not _worker_share():
        threading.Thread(target=_import_quietly, name="import tensorflow").start()


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
