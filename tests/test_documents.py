"""Lists kept by hand in docstrings and documents name what the code has."""

import configparser
import inspect
import pkgutil
import re
from pathlib import Path

import pytest

import skweighted
from skweighted import CostSensitiveMLPClassifier
from skweighted.batches import BATCHES
from skweighted.class_weights import CLASS_WEIGHTS
from skweighted.embeddings import EMBEDDINGS
from skweighted.losses import LOSSES
from skweighted.network import ACTIVATIONS
from skweighted.optimizers import OPTIMIZERS

ROOT = Path(__file__).parent.parent
CHOICES = {
    "activation": ACTIVATIONS,
    "batches": BATCHES,
    "class_weight": CLASS_WEIGHTS,
    "embedding": EMBEDDINGS,
    "loss": LOSSES,
    "optimizer": OPTIMIZERS,
}
# Rooms of those who change the library, those that the package hands on as a whole, and old paths.
INSIDE = tuple(f"skweighted.{room}" for room in ("cli", "engines", "fitting", "many_fits", "network"))
INSIDE += ("skweighted.classifier", "skweighted.comparison.store", "skweighted.stacking", "skweighted.weight_grid")


@pytest.mark.parametrize("name", CHOICES)
def test_the_classifiers_docstring_lists_what_is_registered(name):
    """A class that is added shows up in the documentation."""
    text = inspect.getdoc(CostSensitiveMLPClassifier)  # Python 3.13 keeps no indentation, older ones do
    listed = re.search(rf"^{name} : (.*?),\s*default=", text, re.DOTALL | re.MULTILINE)
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
    for path in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")]:
        assert not re.findall(
            r"^\s*(?:from|import) skweighted\.[\w.]*\b_\w+.*", path.read_text(), flags=re.MULTILINE
        ), path


def test_the_reference_has_every_room_that_users_import_from(monkeypatch):
    """A new room gets its page on the site, or its place among those that users need not know."""
    monkeypatch.syspath_prepend(str(ROOT / "docs" / "_site"))
    reference = pytest.importorskip("reference")
    rooms = {
        module.name
        for module in pkgutil.walk_packages(skweighted.__path__, "skweighted.")
        if not re.search(r"\._", module.name) and not module.name.startswith(INSIDE)
    }
    assert rooms | {"skweighted"} == set(reference.ROOMS)


def test_links_between_documents_lead_somewhere(monkeypatch):
    """The pages of the site, and those of the repository that it copies."""
    monkeypatch.syspath_prepend(str(ROOT / "docs" / "_site"))
    pages = pytest.importorskip("pages")
    written = [path for folder in ("", "how-to", "explanation") for path in (ROOT / "docs" / folder).glob("*.md")]
    for path in [*(ROOT / name for name in pages.COPIED), *written]:
        if path.exists():
            pages.translate_links(path.read_text(), path, "page.md")


def test_tables_of_the_readme_are_rows_of_result_files():
    """What README.md shows is what a script printed; a new run changes both."""
    readme = (ROOT / "README.md").read_text()
    tables = re.findall(r"<!-- rows of (\S+) -->\n\n((?:\|.*\n)+)", readme)
    assert tables
    for path, table in tables:
        printed = (ROOT / path).read_text().splitlines()
        missing = [row for row in table.splitlines() if row not in printed and set(row) != set("|-")]
        assert missing == [], f"README.md shows rows that {path} does not have"
