"""The documents say what the code does: their Python blocks run."""

import doctest
import importlib
import pkgutil
import re
from pathlib import Path

import pytest

import skweighted

ROOT = Path(__file__).parent.parent
DOCUMENTS = [path for path in [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))] if path.exists()]
MODULES = sorted(
    module.name
    for module in pkgutil.walk_packages(skweighted.__path__, "skweighted.")
    if not module.name.endswith(("__main__", "_scikeras"))
)


def python_blocks(path):
    """Return the Python blocks of a Markdown file."""
    return re.findall(r"^```python\n(.*?)^```", path.read_text(), flags=re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_python_blocks_of_a_document_run_in_order(path, tmp_path, monkeypatch):
    """A reader can paste them one after the other."""
    monkeypatch.chdir(tmp_path)
    blocks = python_blocks(path)
    assert blocks or path.name != "README.md"
    namespace = {}
    for block in blocks:
        exec(compile(block, path.name, "exec"), namespace)


@pytest.mark.parametrize("name", MODULES)
def test_examples_in_docstrings_print_what_they_say(name):
    """Doctests, module by module."""
    failures, _ = doctest.testmod(importlib.import_module(name), optionflags=doctest.NORMALIZE_WHITESPACE)
    assert failures == 0
