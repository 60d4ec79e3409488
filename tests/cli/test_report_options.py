"""`skweighted compare` writes its report and the facts of it."""

import json

import pytest
from sklearn.linear_model import LogisticRegression

from skweighted import comparison
from skweighted.cli import main


@pytest.fixture
def compare(monkeypatch, imbalanced, tmp_path):
    """Return the command on a small table with a linear model in place of the network."""
    monkeypatch.setattr(comparison._problem, "CostSensitiveMLPClassifier", LogisticRegression)
    X, y = imbalanced
    rows = [",".join(map(str, [*row, label])) for row, label in zip(X, y, strict=True)]
    table = tmp_path / "table.csv"
    table.write_text("\n".join(["a,b,c,d,y", *rows]))
    fixed = ["compare", str(table), "--target", "y", "--strategies", "none,threshold", "--cv", "2", "--repeats", "1"]
    return lambda *arguments: main([*fixed, *map(str, arguments)])


def test_the_report_and_its_facts_are_written(compare, tmp_path, capsys):
    page, facts = tmp_path / "r.html", tmp_path / "r.json"
    assert compare("--report", page, "--json", facts) == 0
    found = json.loads(facts.read_text())
    assert found["title"] == "table.csv, predicting y"
    assert found["command"].startswith("skweighted compare")
    assert found["code"]["winner"] in page.read_text()
    assert f"The report is in {page}." in capsys.readouterr().out


@pytest.mark.parametrize("option", ["--report", "--json"])
def test_a_report_never_overwrites_the_table(compare, tmp_path, capsys, option):
    assert compare(option, tmp_path / "table.csv") == 2
    assert f"{option} {tmp_path / 'table.csv'} would overwrite FILE" in capsys.readouterr().err


def test_a_missing_package_is_said_before_any_training(compare, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("skweighted.cli._report.importlib.util.find_spec", lambda name: None)
    assert compare("--report", tmp_path / "r.html") == 2
    assert capsys.readouterr().err == 'skweighted: The command needs jinja2: pip install "skweighted[cli]".\n'


def test_the_network_for_tables_is_asked_for_by_name_and_stays_in_the_next_command(compare, monkeypatch, tmp_path):
    """What the report offers to run trains the same network as the comparison did."""
    monkeypatch.setattr(comparison._problem, "CostSensitiveMLPClassifier", None)
    monkeypatch.setattr(comparison._problem, "make_tabular_classifier", lambda **_: LogisticRegression())
    path = tmp_path / "facts.json"
    assert compare("--network", "tabular", "--json", path) == 0
    code = json.loads(path.read_text())["code"]
    assert "classifier='tabular'" in code["python"]
    assert "--network tabular" in code["command"]
