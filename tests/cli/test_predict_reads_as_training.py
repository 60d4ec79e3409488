"""`predict` reads dates and numbers as `fit` did, whatever the new file alone would suggest."""

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression

from skweighted import comparison, deployment
from skweighted.cli import main


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Return a folder with models of a table of dates with the day first, decimal commas and booleans."""
    path = tmp_path_factory.mktemp("reading")
    random = np.random.default_rng(0)
    frame = pd.DataFrame({"since": pd.date_range("2020-01-01", periods=120, freq="3D").strftime("%d/%m/%Y")})
    frame["paid"] = [f"{value:.3f}".replace(".", ",") for value in random.uniform(1, 9, 120)]
    frame.loc[0, "paid"] = "3,2"
    frame["count"] = random.integers(1, 9, 120)
    frame["member"] = random.random(120) < 0.5
    frame["risk"] = np.where(random.random(120) < 0.3, "bad", "good")
    frame.to_csv(path / "table.csv", index=False, sep=";")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(comparison._problem, "CostSensitiveMLPClassifier", LogisticRegression)
        for mark in ("found", "given"):
            table = ["fit", path / "table.csv", "--target", "risk", "--output", path / f"{mark}.skops", "--quiet"]
            given = ["--decimal", ","] if mark == "given" else []
            assert run(*table, *given, "--strategy", "none", "--cv", 2) == 0
    return path


@pytest.fixture
def seen(monkeypatch):
    """Return a list that gets the rows that a pipeline is given."""
    rows = []
    scores = deployment.FittedModel.score_rows

    def spy(self, X):
        rows.append(self.schema.conform(X)[0])
        return scores(self, X)

    monkeypatch.setattr(deployment.FittedModel, "score_rows", spy)
    return rows


def run(*arguments):
    return main([*map(str, arguments)])


NEW = "since;paid;count;member\n05/11/2020;1,234;1.234;True\n06/01/2020;2,345;2;False\n11/05/2020;3,456;3;True\n"


@pytest.mark.parametrize("model", ["found", "given"])
@pytest.mark.parametrize("options", [[], ["--rows", 1], ["--keep", "since,paid,member"]])
def test_new_rows_are_read_as_those_of_training(folder, tmp_path, seen, model, options):
    """Each of these values could be another date or number, if this file alone were to tell."""
    (tmp_path / "new.csv").write_text(NEW)
    output = tmp_path / "p.csv"
    assert run("predict", folder / f"{model}.skops", tmp_path / "new.csv", "--output", output, "--quiet", *options) == 0
    rows = pd.concat(seen)
    assert rows["since"].dt.month.tolist() == [11, 1, 5]
    assert rows["paid"].tolist() == [1.234, 2.345, 3.456]
    assert rows["count"].tolist() == [1234, 2, 3]
    assert rows["member"].astype(float).tolist() == [1, 0, 1]


def test_kept_columns_stay_as_they_are_written(folder, tmp_path):
    (tmp_path / "new.csv").write_text(NEW)
    output = tmp_path / "p.csv"
    arguments = ["--keep", "since,paid,member", "--output", output, "--quiet"]
    assert run("predict", folder / "found.skops", tmp_path / "new.csv", *arguments) == 0
    assert output.read_text().splitlines()[1].startswith('05/11/2020,"1,234",True,')


def test_another_decimal_mark_and_encoding_may_be_named(folder, tmp_path, seen):
    new = NEW.replace("1,234;1.234", "1.234;1").replace("2,345", "2.345").replace("3,456", "3.456")
    (tmp_path / "new.csv").write_text(new, encoding="utf-16")
    arguments = ["--decimal", ".", "--encoding", "utf-16", "--output", tmp_path / "p.csv", "--quiet"]
    assert run("predict", folder / "found.skops", tmp_path / "new.csv", *arguments) == 0
    assert seen[0]["paid"].tolist() == [1.234, 2.345, 3.456]


def test_a_comma_where_training_had_points_is_refused(folder, tmp_path, capsys):
    """1,234 may be 1.234 or 1234, and nothing in such a file tells."""
    table = (folder / "table.csv").read_text().replace(",", ".")
    (tmp_path / "table.csv").write_text(table)
    (tmp_path / "new.csv").write_text(NEW.replace("1.234", "1"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(comparison._problem, "CostSensitiveMLPClassifier", LogisticRegression)
        arguments = ["--target", "risk", "--output", tmp_path / "m.skops", "--strategy", "none", "--cv", 2, "--quiet"]
        assert run("fit", tmp_path / "table.csv", *arguments) == 0
    assert run("predict", tmp_path / "m.skops", tmp_path / "new.csv") == 2
    assert "Column 'paid' must hold numbers, as in training; row 1 holds '1,234'" in capsys.readouterr().err
    assert run("predict", tmp_path / "m.skops", tmp_path / "new.csv", "--decimal", ",", "--quiet") == 0
