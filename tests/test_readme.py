"""The documents say what the code does: their Python blocks run."""

import doctest
import importlib
import pkgutil
import re
import shlex
from pathlib import Path

import numpy as np
import pytest

import skweighted
from skweighted.cli._main import _make_parser
from skweighted.comparison import METRICS, Predictions
from skweighted.losses import LOSSES
from skweighted.strategies import STRATEGIES

ROOT = Path(__file__).parent.parent
WRITTEN = [path for folder in ("", "how-to", "explanation") for path in sorted((ROOT / "docs" / folder).glob("*.md"))]
DOCUMENTS = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    *(path for path in WRITTEN if "```python" in path.read_text()),
]
MODULES = sorted(
    module.name
    for module in pkgutil.walk_packages(skweighted.__path__, "skweighted.")
    if not module.name.endswith(("__main__", "_scikeras"))
)


def python_blocks(path):
    """Return the Python blocks of a Markdown file."""
    return re.findall(r"^```python\n(.*?)^```", path.read_text(), flags=re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_python_blocks_of_a_document_run_in_order(path, tmp_path, monkeypatch):
    """A reader can paste them one after the other."""
    monkeypatch.chdir(tmp_path)
    for registry in (LOSSES, METRICS, STRATEGIES):  # CONTRIBUTING.md registers one each
        monkeypatch.setattr(registry, "_classes", dict(registry._classes))
    blocks = python_blocks(path)
    assert blocks or path.name != "README.md"
    namespace = {}
    for block in blocks:
        exec(compile(block, path.name, "exec"), namespace)


def test_the_classes_that_show_how_to_add_one_work(monkeypatch, make_exact, imbalanced):
    """A contributor who copies the examples has a loss that learns, a strategy that resamples, a metric that scores."""
    for registry in (LOSSES, METRICS, STRATEGIES):
        monkeypatch.setattr(registry, "_classes", dict(registry._classes))
    for block in python_blocks(ROOT / "CONTRIBUTING.md"):
        exec(compile(block, "CONTRIBUTING.md", "exec"), {})
    fits = [make_exact(loss=loss).fit(*imbalanced) for loss in ("poly", LOSSES["poly"](epsilon=0.0), "cross_entropy")]
    assert fits[0].loss_curve_[-1] < fits[0].loss_curve_[0]
    assert fits[0].loss_curve_[-1] > fits[1].loss_curve_[-1] == pytest.approx(fits[2].loss_curve_[-1])
    pipeline = STRATEGIES["without_neighbours"]().make_pipeline("passthrough", fits[0])
    assert len(pipeline.named_steps["resample"].fit_resample(*imbalanced)[1]) < 200
    predictions = Predictions(np.array([0, 1, 1]), np.eye(2)[[0, 1, 0]], np.array([0, 1, 0]), positive=1)
    assert METRICS["miss_rate"]().score(predictions) == 0.5


@pytest.mark.parametrize("path", [ROOT / "README.md", *WRITTEN], ids=lambda path: path.relative_to(ROOT).as_posix())
def test_commands_of_a_document_are_understood(path, capsys):
    """Every command and option that a page names is there, and takes what the page gives it."""
    text = path.read_text()
    blocks = "".join(re.findall(r"^```bash\n(.*?)^```", text, flags=re.DOTALL | re.MULTILINE))
    named = re.findall(r"skweighted [a-z].*", blocks) + re.findall(r"`(skweighted [a-z][^`]*)`", text)
    for words in map(shlex.split, named):
        if len(words) > 2:
            _make_parser().parse_args(words[1:])
        with pytest.raises(SystemExit, match="0"):
            _make_parser().parse_args([words[1], "--help"])
    for command in ("compare", "fit"):
        with pytest.raises(SystemExit):
            _make_parser().parse_args([command, "--help"])
    known = set(re.findall(r"--[a-z-]+", capsys.readouterr().out))
    assert set(re.findall(r"`(--[a-z-]+)", text)) <= known


@pytest.mark.parametrize("name", MODULES)
def test_examples_in_docstrings_print_what_they_say(name):
    """Doctests, module by module."""
    failures, _ = doctest.testmod(importlib.import_module(name), optionflags=doctest.NORMALIZE_WHITESPACE)
    assert failures == 0
