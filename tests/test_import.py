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
