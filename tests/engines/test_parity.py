"""The compiled engine takes the very steps Keras takes."""

import json
import os
import subprocess
import sys
from pathlib import Path

import parity_runs
import pytest


@pytest.fixture(scope="module")
def distances():
    """How far the trained weights of each case lie apart."""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "TF_CPP_MIN_LOG_LEVEL": "3"}
    command = [sys.executable, str(Path(parity_runs.__file__))]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.parametrize("case", parity_runs.CASES)
def test_every_engine_reaches_the_weights_of_plain_keras(distances, case):
    found = distances[case]
    assert found["moved"] > 1e-3
    assert found["compiled"] < 1e-8
    assert found["keras engine"] < 1e-8
