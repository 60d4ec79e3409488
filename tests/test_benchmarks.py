"""The scripts in benchmarks/ are alike in use, and what they print reaches the documents."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SCRIPTS = sorted(path.name for path in (ROOT / "benchmarks").glob("[!_]*.py"))


@pytest.fixture
def readme(monkeypatch):
    """Return the module that carries printed tables into the documents."""
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    return pytest.importorskip("readme")


@pytest.mark.parametrize("name", SCRIPTS)
def test_every_script_has_a_quick_run_and_a_row_in_the_list(name):
    """A reader can try a script before the long run, and finds it in benchmarks/README.md."""
    assert '"--quick"' in (ROOT / "benchmarks" / name).read_text()
    assert f"\n| `{name}` |" in (ROOT / "benchmarks" / "README.md").read_text()


def test_figures_name_scripts_that_exist():
    """What a page says to be printed by a script can be printed again."""
    pages = [ROOT / "README.md", *(ROOT / "docs").glob("*.md"), *(ROOT / "docs").glob("[!_]*/*.md")]
    named = {name for page in pages for name in re.findall(r"benchmarks/(\w+\.py)", page.read_text())}
    assert named <= set(SCRIPTS)


@pytest.mark.parametrize("name", ["README.md", "docs/which-one.md"])
def test_the_tables_of_a_page_are_what_the_result_files_say(readme, name):
    """After a new run of a benchmark, ``python benchmarks/readme.py`` writes them."""
    text = (ROOT / name).read_text()
    assert ROOT / name in readme.PAGES
    assert "<!-- rows of" in text
    assert readme.refresh(text) == text


def test_a_printed_table_takes_the_place_of_that_with_the_same_head(readme):
    """And so do the lines below it; other tables, and what a person wrote, stay."""
    document = "| a | s |\n|---|---|\n| x | 1 |\n\ncores 2, old\n\nA remark.\n\n| b | s |\n|---|---|\n| x | 1 |\n"
    printed = "| a | s |\n|---|---|\n| x | 2 |\n| y | 3 |\n\ncores 4, new\n"
    expected = document.replace("| x | 1 |\n\ncores 2, old", "| x | 2 |\n| y | 3 |\n\ncores 4, new")
    assert readme.carry(printed, document) == expected


def test_a_row_that_no_result_file_has_is_an_error(readme, tmp_path):
    """A figure that nothing printed does not stay in README.md unseen."""
    (tmp_path / "r.md").write_text("| a | s |\n|---|---|\n| x | 2 |\n")
    shown = "<!-- rows of r.md -->\n\n| a | s |\n|---|---|\n| {} | 1 |\n"
    assert readme.refresh(shown.format("x"), tmp_path).endswith("| x | 2 |\n")
    with pytest.raises(LookupError, match=r"r\.md has no row"):
        readme.refresh(shown.format("y"), tmp_path)
