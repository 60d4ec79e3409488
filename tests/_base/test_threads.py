"""Training keeps to the cores it is given, and works in processes that were forked in time."""

import subprocess
import sys

import pytest
from joblib import Parallel, delayed, parallel_config

from skweighted._base import tensorflow as _tensorflow
from skweighted._base.tensorflow import count_threads, import_tensorflow


def pools_of_worker():
    """Return the threads of TensorFlow and of training in this process."""
    threading = import_tensorflow().config.threading
    return threading.get_intra_op_parallelism_threads(), threading.get_inter_op_parallelism_threads(), count_threads()


def test_a_joblib_worker_keeps_to_its_share_of_the_cores():
    """TensorFlow does not read what joblib announces."""
    with parallel_config(backend="loky", inner_max_num_threads=1):
        pools = Parallel(n_jobs=2)(delayed(pools_of_worker)() for _ in range(2))
    assert pools == [(1, 1, 1)] * 2


@pytest.mark.parametrize(
    ("process", "environment", "expected"),
    [
        ("MainProcess", {}, 8),
        ("MainProcess", {"OMP_NUM_THREADS": "2"}, 8),
        ("MainProcess", {"TF_NUM_INTRAOP_THREADS": "3"}, 3),
        ("LokyProcess-1", {"OMP_NUM_THREADS": "2"}, 2),
        ("Dask Worker process (from Nanny)", {"OMP_NUM_THREADS": "1"}, 1),
    ],
)
def test_as_many_threads_train_as_there_are_cores_or_fewer_if_told(monkeypatch, process, environment, expected):
    """Workers are told by OMP_NUM_THREADS, which means something else to others."""
    for name in ("OMP_NUM_THREADS", "TF_NUM_INTRAOP_THREADS"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(_tensorflow, "cpu_count", lambda: 8)
    monkeypatch.setattr(_tensorflow.multiprocessing, "current_process", lambda: Named(process))
    assert count_threads() == expected


class Named:
    """A process with a name."""

    def __init__(self, name):
        self.name = name


FORK = """
import multiprocessing
import numpy as np
from skweighted import CostSensitiveMLPClassifier

def fit():
    X = np.arange(40.0).reshape(20, 2) / 40
    CostSensitiveMLPClassifier((2,), epochs=1, random_state=0).fit(X, np.arange(20) % 2)

process = multiprocessing.get_context("fork").Process(target=fit)
process.start()
process.join(120)
raise SystemExit(process.exitcode)
"""


def test_a_process_forked_before_tensorflow_was_imported_trains():
    """Only a later fork hangs."""
    done = subprocess.run([sys.executable, "-c", FORK], capture_output=True, text=True, timeout=180, check=False)
    assert done.returncode == 0, done.stderr
