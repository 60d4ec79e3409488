"""The commands fit, predict and search: files, sentences, exit codes."""

import os
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression

from skweighted import comparison
from skweighted.cli import main
from skweighted.deployment import load_model


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Return a folder with a table of 240 rows, new rows, and two models of it."""
    path = tmp_path_factory.mktemp("models")
    random = np.random.default_rng(0)
    frame = pd.DataFrame(random.normal(size=(240, 2)), columns=["a", "b"])
    frame["job"] = random.choice(["clerk", "cook"], 240)
    frame["risk"] = np.where((frame["a"] + random.normal(size=240) / 2).rank() > 180, "bad", "good")
    frame.to_csv(path / "table.csv", index=False)
    new = frame.drop(columns="risk")[["job", "b", "a"]].assign(id=[f"{i:04}" for i in range(240)])
    new.loc[5, "job"] = "pilot"
    new.to_csv(path / "new.csv", index=False)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(comparison._problem, "CostSensitiveMLPClassifier", _linear)
        for name in ("model.skops", "model.joblib"):
            file_format = name.split(".")[1]
            table = ["fit", path / "table.csv", "--target", "risk", "--output", path / name, "--format", file_format]
            assert run(*table, "--strategy", "none", "--threshold", "f1", "--cv", 3, "--quiet") == 0
    return path


def _linear():
    return LogisticRegression(solver="newton-cholesky")


@pytest.fixture
def quick(monkeypatch):
    monkeypatch.setattr(comparison._problem, "CostSensitiveMLPClassifier", _linear)


def run(*arguments):
    return main([*map(str, arguments)])


def test_fit_writes_a_model_and_its_card_and_says_how_to_go_on(quick, folder, tmp_path, capsys):
    model = tmp_path / "m.skops"
    assert run("fit", folder / "table.csv", "--target", "risk", "--cost", "1,5", "--output", model, "--cv", 3) == 0
    out = capsys.readouterr().out
    assert "table.csv, predicting risk" in out
    assert "makes the mean cost least, at 1 for a false alarm and 5 for a miss" in out
    assert f"skweighted predict {model} new.csv --output scored.csv" in out
    card = (tmp_path / "m.md").read_text()
    assert "skweighted fit" in card
    assert "table.csv: 240 rows, 3 columns" in card


def test_fit_takes_the_best_of_several_strategies(quick, folder, tmp_path, capsys):
    arguments = ["--best", "brier", "--strategies", "none,undersample", "--constraint", "recall>=0.8", "--cv", 3]
    assert run("fit", folder / "table.csv", "--target", "risk", *arguments, "--output", tmp_path / "m.skops") == 0
    assert "Trained none on all 240 rows" in capsys.readouterr().out
    assert load_model(tmp_path / "m.skops").card.threshold["rule"] == "makes precision greatest under recall>=0.8"


def test_a_model_that_skops_cannot_hold_is_refused_before_any_training(folder, tmp_path, capsys):
    options = ["--strategy", "lightgbm", "--output", tmp_path / "m.skops"]
    assert run("fit", folder / "table.csv", "--target", "risk", *options) == 2
    assert "cannot hold the model of lightgbm" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_quiet_commands_print_nothing(quick, folder, tmp_path, capsys):
    table = ["fit", folder / "table.csv", "--target", "risk", "--output", tmp_path / "m.skops", "--cv", 3]
    assert run(*table, "--quiet") == 0
    assert run("predict", tmp_path / "m.skops", folder / "new.csv", "--output", tmp_path / "p.csv", "--quiet") == 0
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("n_rows", [50_000, 70])
def test_predictions_are_those_of_the_model_however_the_table_is_cut(folder, tmp_path, capsys, n_rows):
    output = tmp_path / "scored.csv"
    arguments = ["--output", output, "--keep", "id", "--rows", n_rows]
    assert run("predict", folder / "model.skops", folder / "new.csv", *arguments) == 0
    scored = pd.read_csv(output, dtype={"id": str})
    expected, _ = load_model(folder / "model.skops").score_rows(pd.read_csv(folder / "new.csv"))
    np.testing.assert_allclose(scored["probability"], expected["probability"], rtol=1e-5)
    assert (scored["decision"] == expected["decision"]).all()
    assert scored["id"].iloc[-1] == "0239"
    error = capsys.readouterr().err
    assert "Column 'job': 1 row has a category that training had not, 'pilot'" in error
    assert "240 rows predicted: 'good'" in error
    assert [path.name for path in tmp_path.iterdir()] == ["scored.csv"]


def test_predictions_go_to_standard_output_and_the_rest_does_not(folder, capsys):
    assert run("predict", folder / "model.skops", folder / "new.csv") == 0
    captured = capsys.readouterr()
    assert captured.out.splitlines()[0] == "probability,decision"
    assert len(captured.out.splitlines()) == 241
    assert "Left out, because training had no such column: 'id'." in captured.err


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda X: X.drop(columns="b"), "lacks the column 'b', which training had"),
        (lambda X: X.assign(a=["x", *X["a"][1:]]), "Column 'a' must hold numbers, as in training; row 1 holds 'x'"),
        (lambda X: X[:0], "has a header but no rows"),
    ],
)
def test_a_table_that_does_not_fit_is_one_sentence_and_no_file(folder, tmp_path, capsys, change, message):
    change(pd.read_csv(folder / "new.csv")).to_csv(tmp_path / "other.csv", index=False)
    assert run("predict", folder / "model.skops", tmp_path / "other.csv", "--output", tmp_path / "p.csv") == 2
    error = capsys.readouterr().err
    assert message in error
    assert error.count("\n") == 1
    assert [path.name for path in tmp_path.iterdir()] == ["other.csv"]


def test_a_joblib_file_is_opened_with_trust_only(folder, capsys):
    assert run("predict", folder / "model.joblib", folder / "new.csv") == 2
    assert "runs whatever code it holds" in capsys.readouterr().err
    assert run("predict", folder / "model.joblib", folder / "new.csv", "--trust") == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["fit", "--threshold", "gmean"], "no threshold 'gmean'. Did you mean 'g_mean'?"),
        (["fit", "--threshold", "1.5"], "Known are a number from 0 to 1, prior, f1"),
        (["fit", "--constraint", "recal>=1"], "Did you mean 'recall'?"),
        (["fit", "--cost", "5"], "two costs are expected, such as 1,20. Got '5'."),
        (["fit", "--best", "brie"], "no metric 'brie'. Did you mean 'brier'?"),
        (["fit", "--strategy", "none,smote"], "one name is expected"),
        (["fit", "--strategy", "all"], "one name is expected"),
        (["fit", "--strategy", "none", "--best", "f1"], "not allowed with argument"),
        (["fit"], "required: --output"),
        (
            ["fit", "--strategies", "none,smote", "--output", "m.skops"],
            "add --best METRIC, or name one with",
        ),
        (["predict", "m.skops"], "required: FILE"),
        (["predict", "{folder}/model.skops", "{folder}/new.csv", "--rows", "0"], "--rows must be at least 1"),
        (["search", "--metric", "f11"], "no scorer 'f11' in scikit-learn. Did you mean 'f1'?"),
        (["search", "--factors", "0,x"], "numbers are expected, such as 0,0.5,1. Got '0,x'."),
    ],
)
def test_wrong_options_are_one_sentence_and_exit_code_2(folder, capsys, arguments, message):
    with pytest.raises(SystemExit) as stop:
        run(*(argument.format(folder=folder) for argument in arguments))
    error = capsys.readouterr().err
    assert stop.value.code == 2
    assert message in error
    assert error.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["fit", "--output", "{path}/model.md"], "is where the card goes. Choose another ending"),
        (["fit", "--output", "{path}/README.skops"], "README.md, which is not a card"),
        (["compare", "--output", "{path}/o.csv", "--json", "{path}/../{path.name}/o.csv"], "would both write"),
        (["search", "--output", "{path}/o.png", "--plot", "{path}/o.png"], "would both write"),
        (["search", "--plot", "{path}/o.foo"], "must end with .png"),
    ],
)
def test_outputs_that_would_be_lost_are_refused_before_any_training(folder, tmp_path, capsys, arguments, message):
    (tmp_path / "README.md").write_text("# Mine")
    command, *options = (argument.format(path=tmp_path) for argument in arguments)
    assert run(command, folder / "table.csv", "--target", "risk", *options) == 2
    assert message in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["README.md"]


def test_a_card_is_replaced_by_the_next_one(quick, folder, tmp_path):
    table = ["fit", folder / "table.csv", "--target", "risk", "--output", tmp_path / "m.skops", "--cv", 2, "--quiet"]
    assert run(*table) == run(*table) == 0


def test_a_column_to_keep_has_no_name_that_predict_writes(folder, tmp_path, capsys):
    new = pd.read_csv(folder / "new.csv").assign(decision="before")
    new.to_csv(tmp_path / "new.csv", index=False)
    assert run("predict", folder / "model.skops", tmp_path / "new.csv", "--keep", "id,decision") == 2
    assert "--keep decision: predict writes a column of that name" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["compare", "fit", "predict", "search"])
def test_every_help_fits_a_terminal_and_has_examples(capsys, monkeypatch, command):
    monkeypatch.setenv("COLUMNS", "90")
    with pytest.raises(SystemExit) as stop:
        run(command, "--help")
    out = capsys.readouterr().out
    assert stop.value.code == 0
    if command != "compare":
        assert f"  skweighted {command} " in out.partition("examples:")[2]
        assert max(map(len, out.splitlines())) <= 90


def test_search_shows_every_weight_and_draws_the_curve(folder, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("skweighted.cli._search.CostSensitiveMLPClassifier", lambda **_: _linear())
    table = ["search", folder / "table.csv", "--target", "risk", "--metric", "roc_auc"]
    files = ["--output", tmp_path / "w.csv", "--plot", tmp_path / "w.png"]
    assert run(*table, "--cv", 2, "--epochs", 2, "--factors", "0,1", *files) == 0
    out = capsys.readouterr().out
    assert "240 rows; positive 'bad' (25.0%); 2 stratified folds" in out
    assert [line.split()[:2] for line in out.splitlines() if " ± 0." in line] == [["0", "1"], ["1", "3"]]
    assert pd.read_csv(tmp_path / "w.csv").columns.tolist() == ["factor", "fold", "roc_auc"]
    assert (tmp_path / "w.png").read_bytes().startswith(b"\x89PNG")


def test_predict_starts_no_tensorflow_and_minds_no_closed_pipe(folder):
    """As with `| head`: who reads closes the pipe after the first lines."""
    code = (
        "import sys; from skweighted.cli import main; status = main(sys.argv[1:]); "
        "heavy = [m for m in ('tensorflow', 'keras', 'matplotlib') if m in sys.modules]; "
        "print(heavy, file=sys.stderr); sys.exit(status)"
    )
    command = [sys.executable, "-c", code, "predict", folder / "model.skops", folder / "new.csv", "--rows", "10"]
    ours, theirs = os.pipe()
    os.close(ours)
    process = subprocess.run(command, stdout=theirs, stderr=subprocess.PIPE, text=True, check=False, timeout=300)
    os.close(theirs)
    assert (process.returncode, process.stderr) == (0, "[]\n")
