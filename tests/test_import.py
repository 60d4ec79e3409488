"""What `import skweighted` costs."""

import subprocess
import sys

import pytest


@pytest.fixture(scope="module")
def imported_modules():
    """Return the modules that a new process holds after `import skweighted`."""
    code = "import sys, skweighted; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120)
    return set(done.stdout.split())


@pytest.mark.parametrize("module", ["tensorflow", "keras", "scikeras", "matplotlib"])
def test_import_leaves_heavy_modules_alone(imported_modules, module):
    """Importing the library does not import what only a fit needs."""
    assert "skweighted.classifier" in imported_modules
    assert module not in imported_modules


_FIT = """
import sys
import numpy as np
from skweighted import CostSensitiveMLPClassifier
model = CostSensitiveMLPClassifier(hidden_layer_sizes=(2,), epochs=1).fit(np.eye(8), [0, 1] * 4)
print([name for name in sys.modules if name.split(".")[0] == "keras"])
print([finder for finder in sys.meta_path if type(finder).__module__.startswith("skweighted")])
import tensorflow as tf
print(tf.keras.layers.Dense(1).units, type(model.to_keras()).__name__)
"""


def test_a_fit_leaves_keras_alone_until_it_is_used():
    """Keras takes half of TensorFlow's import, and the compiled engine does without; it works once it is asked for."""
    done = subprocess.run([sys.executable, "-c", _FIT], capture_output=True, text=True, check=True, timeout=240)
    assert done.stdout.splitlines() == ["[]", "[]", "1 Functional"]
