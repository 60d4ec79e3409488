"""Lists kept by hand in docstrings and documents name what the code has."""

import configparser
import re
from pathlib import Path

import pytest

from skweighted import CostSensitiveMLPClassifier
from skweighted.batches import BATCHES
from skweighted.class_weights import CLASS_WEIGHTS
from skweighted.losses import LOSSES
from skweighted.network import ACTIVATIONS
from skweighted.optimizers import OPTIMIZERS

ROOT = Path(__file__).parent.parent
CHOICES = {
    "activation": ACTIVATIONS,
    "batches": BATCHES,
    "class_weight": CLASS_WEIGHTS,
    "loss": LOSSES,
    "optimizer": OPTIMIZERS,
}


@pytest.mark.parametrize("name", CHOICES)
def test_the_classifiers_docstring_lists_what_is_registered(name):
    """A class that is added shows up in the documentation."""
    listed = re.search(
        rf"^    {name} : (.*?),\s*default=", CostSensitiveMLPClassifier.__doc__, re.DOTALL | re.MULTILINE
    )
    assert sorted(re.findall(r'"(\w+)"', listed.group(1))) == sorted(CHOICES[name])


@pytest.mark.parametrize(
    ("name", "without"), [("class_weight", ()), ("loss", ("cross_entropy",)), ("batches", ("shuffled",))]
)
def test_the_table_of_methods_has_a_row_for_each_registered_class(name, without):
    """Defaults, which change nothing, have none."""
    page = (ROOT / "docs" / "which-one.md").read_text()
    table = page.partition("## Every method")[2].partition("\n## ")[0]
    rows = re.findall(rf'^\| `{name}="(\w+)"` \|', table, flags=re.MULTILINE)
    assert sorted(rows) == sorted(CHOICES[name].keys() - set(without))


def test_the_map_of_the_house_is_the_contract():
    """The floors in CONTRIBUTING.md are the layers that import-linter checks."""
    config = configparser.ConfigParser()
    config.read(ROOT / "setup.cfg")
    layers = config["importlinter:contract:layers"]["layers"].split("\n")
    floors = [sorted(re.findall(r"\w+", layer)) for layer in layers if layer.strip() and "__main__" not in layer]
    table = (ROOT / "CONTRIBUTING.md").read_text().partition("| floors, from the top |")[2].partition("\n\n")[0]
    rows = [row.split("|")[1] for row in table.splitlines()[2:]]
    # A floor that was added or moved in setup.cfg gets its row in CONTRIBUTING.md.
    assert [sorted(re.findall(r"`(\w+)`", rooms)) for rooms in rows] == floors


def test_the_documents_import_public_names_only():
    """What a reader copies does not break when a private file moves."""
    for path in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").glob("*.md")]:
        assert not re.findall(
            r"^\s*(?:from|import) skweighted\.[\w.]*\b_\w+.*", path.read_text(), flags=re.MULTILINE
        ), path
