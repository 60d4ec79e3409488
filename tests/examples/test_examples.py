"""Every example runs, and writes what it says it writes."""

import re
import runpy
import warnings
from pathlib import Path

import matplotlib as mpl
import matplotlib.pyplot as plt
import pytest

EXAMPLES = sorted((Path(__file__).parents[2] / "examples").glob("*.py"))
NEEDS = {"dask_search": ("dask", "distributed")}


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_runs(path, tmp_path, monkeypatch, capsys):
    for package in NEEDS.get(path.stem, ()):
        pytest.importorskip(package, reason=f"{package} is not installed")
    monkeypatch.chdir(tmp_path)
    backend = mpl.get_backend()
    plt.switch_backend("agg")
    with warnings.catch_warnings():
        warnings.simplefilter("default")
        runpy.run_path(str(path), run_name="__main__")
    plt.close("all")
    plt.switch_backend(backend)
    assert capsys.readouterr().out
    promised = re.findall(r'(?<!f)"([\w-]+\.(?:png|html|skops|csv))"', path.read_text())
    assert {name for name in promised if not (tmp_path / name).exists()} == set()


def test_every_example_is_in_the_list():
    listed = (EXAMPLES[0].parent / "README.md").read_text()
    assert all(f"[{path.name}]" in listed for path in EXAMPLES)
