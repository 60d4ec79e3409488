"""Import TensorFlow with care: never in a fork that would hang, never with more threads than a worker's share."""

import multiprocessing
import os
import sys
from typing import Any

from joblib import cpu_count

__all__ = ["count_threads", "import_tensorflow"]

_forked_after_import = False


def _note_fork() -> None:
    global _forked_after_import  # noqa: PLW0603 - a fork is a fact about the process, not about any object
    _forked_after_import = "tensorflow" in sys.modules


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_note_fork)


def import_tensorflow() -> Any:
    """Return the tensorflow module.

    In a joblib worker where this is the first import of TensorFlow, its thread pools get the worker's share of the
    cores, which joblib announces as ``OMP_NUM_THREADS`` and TensorFlow does not read.

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

    share = os.environ.get("OMP_NUM_THREADS", "")
    if first and multiprocessing.current_process().name.startswith("LokyProcess") and share.isdigit():
        tf.config.threading.set_intra_op_parallelism_threads(int(share))
        tf.config.threading.set_inter_op_parallelism_threads(int(share))
    return tf


def count_threads() -> int:
    """Return how many threads TensorFlow may use in this process."""
    return import_tensorflow().config.threading.get_intra_op_parallelism_threads() or cpu_count()
