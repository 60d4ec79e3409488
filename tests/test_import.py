"""What `import skweighted` costs."""

import subprocess
import sys

import pytest

import skweighted


@pytest.fixture(scope="module", params=["import skweighted", "from skweighted import CostSensitiveMLPClassifier"])
def imported_modules(request):
    """Return the modules that a new process holds after an import."""
    code = f"import sys; {request.param}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120)
    return set(done.stdout.split())


@pytest.mark.parametrize("module", ["tensorflow", "keras", "scikeras", "matplotlib"])
def test_import_leaves_heavy_modules_alone(imported_modules, module):
    """Importing the library does not import what only a fit needs."""
    assert "skweighted" in imported_modules
    assert module not in imported_modules


@pytest.mark.parametrize("imported_modules", ["import skweighted"], indirect=True)
def test_import_of_the_package_imports_no_room(imported_modules):
    """Each public name is imported at its first use."""
    assert {name for name in imported_modules if name.startswith("skweighted")} == {"skweighted", "skweighted._version"}


@pytest.mark.parametrize("name", skweighted.__all__)
def test_public_names_are_imported_at_their_first_use(name):
    """The package offers what its list of names says, to `dir` too."""
    assert getattr(skweighted, name) is not None
    assert name in dir(skweighted)


def test_rooms_are_attributes_of_the_package():
    """``skweighted.datasets`` needs no import of its own."""
    assert callable(skweighted.datasets.load_digits_8)


def test_a_name_that_is_not_there_is_an_attribute_error():
    """Nothing is imported by a wrong name."""
    with pytest.raises(AttributeError, match="module 'skweighted' has no attribute 'SMOTE'"):
        skweighted.SMOTE  # noqa: B018 -- the attribute itself is what is tried


_INTERRUPTED = """
import importlib
import skweighted.__main__ as script
def interrupt(name):
    raise KeyboardInterrupt
importlib.import_module = interrupt
script.run()
"""


def test_ctrl_c_while_the_command_is_imported_is_no_traceback():
    """The first second of the command ends like any other: code 130 and a sentence."""
    done = subprocess.run(
        [sys.executable, "-c", _INTERRUPTED], capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 130
    assert done.stderr == "skweighted: interrupted before there was anything to show.\n"


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
