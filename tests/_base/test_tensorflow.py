"""Importing TensorFlow while other work is done."""

import sys
import threading

import pytest
import sklearn.utils.parallel

from skweighted._base import tensorflow
from skweighted._base.tensorflow import find_thread_pools, import_in_background


@pytest.fixture
def importing(monkeypatch):
    """Import TensorFlow in the background for as long as the test takes."""
    done = threading.Event()
    monkeypatch.delitem(sys.modules, "tensorflow", raising=False)
    monkeypatch.setattr(tensorflow, "_background", None)
    monkeypatch.setattr(tensorflow, "import_tensorflow", done.wait)
    monkeypatch.setattr(sklearn.utils.parallel, "_threadpool_controller", None)
    import_in_background()
    yield
    done.set()
    tensorflow._background[0].join()


@pytest.mark.usefixtures("importing")
def test_no_library_is_looked_for_while_tensorflow_is_imported():
    """Neither here nor by scikit-learn: with a thread that loads libraries this can hang for ever."""
    assert find_thread_pools() is find_thread_pools()
    assert sklearn.utils.parallel._threadpool_controller is not None


def test_thread_pools_that_came_later_are_found(monkeypatch):
    monkeypatch.setattr(tensorflow, "_background", None)
    assert find_thread_pools() is not find_thread_pools()
