"""Outputs that cannot be written, interruptions, and options that mean nothing: one sentence, and nothing is lost."""

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression

from skweighted import comparison
from skweighted.cli import main

FULL = Path("/dev/full")  # where every write fails as on a full disk


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Return a folder with a table, new rows and a model of it."""
    path = tmp_path_factory.mktemp("hostile")
    random = np.random.default_rng(0)
    frame = pd.DataFrame(random.normal(size=(120, 2)), columns=["a", "b"])
    frame.to_csv(path / "new.csv", index=False)
    frame.assign(y=np.where((frame["a"] + random.normal(size=120)) > 1, "yes", "no")).to_csv(
        path / "t.csv", index=False
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(comparison._problem, "CostSensitiveMLPClassifier", linear)
        assert run(folder=path, words="fit {folder}/t.csv --target y --cv 2 --quiet --output {folder}/m.skops") == 0
    return path


def linear(*_, **__):
    return LogisticRegression(solver="newton-cholesky")


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(comparison._problem, "CostSensitiveMLPClassifier", linear)
    monkeypatch.setattr("skweighted.cli._search.CostSensitiveMLPClassifier", linear)


def run(words, **places):
    return main([word.format(**places) for word in words.split()])


WRITING = (
    "compare {folder}/t.csv --target y --cv 2 --repeats 1 --strategies none --output {output}",
    "compare {folder}/t.csv --target y --cv 2 --repeats 1 --strategies none --json {output}",
    "fit {folder}/t.csv --target y --cv 2 --output {output}",
    "search {folder}/t.csv --target y --cv 2 --factors 0,1 --output {output}",
    "predict {folder}/m.skops {folder}/new.csv --output {output}",
)


@pytest.mark.skipif(not FULL.is_char_device(), reason="there is no /dev/full")
@pytest.mark.parametrize("words", WRITING)
def test_a_full_disk_is_one_sentence_and_a_device_stays_one(folder, tmp_path, capsys, words):
    output = tmp_path / "full"
    output.symlink_to(FULL)
    assert run(words, folder=folder, output=output) == 2
    assert capsys.readouterr().err.splitlines()[-1] == "skweighted: No space left on device"
    assert output.is_symlink()
    assert FULL.is_char_device()


@pytest.mark.parametrize("words", WRITING)
def test_a_folder_that_must_not_be_written_to_is_said_before_any_work(folder, tmp_path, capsys, monkeypatch, words):
    """As the system administrator every folder can be written to, so the system's answer is replaced."""
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path) != tmp_path)
    assert run(words, folder=folder, output=tmp_path / "o.csv") == 2
    error = capsys.readouterr().err
    assert error.endswith(f"{tmp_path / 'o.csv'} cannot be written: permission denied.\n")
    assert error.count("\n") == 1


@pytest.mark.parametrize(
    ("words", "work"),
    [
        (WRITING[2], "skweighted.deployment._training.TrainingRows.fit"),
        (WRITING[3], "skweighted.search.BatchedGridSearchCV.fit"),
        (WRITING[4], "skweighted.deployment.FittedModel.score_rows"),
    ],
)
def test_ctrl_c_exits_with_130_and_leaves_no_half_a_file(folder, tmp_path, capsys, monkeypatch, words, work):
    def interrupt(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(work, interrupt)
    assert run(words, folder=folder, output=tmp_path / "o.csv") == 130
    assert capsys.readouterr().err == "skweighted: interrupted before there was anything to show.\n"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("option", "message"),
    [
        ("--seed=-1", "--seed: a whole number from 0 to 4294967295 is expected. Got '-1'."),
        ("--seed=4294967296", "Got '4294967296'."),
        ("--jobs=0", "--jobs: a whole number is expected, -1 for every core. Got '0'."),
        ("--jobs=two", "Got 'two'."),
    ],
)
def test_numbers_that_mean_nothing_name_their_option(folder, capsys, option, message):
    with pytest.raises(SystemExit) as stop:
        run(f"compare {{folder}}/t.csv --target y {option}", folder=folder)
    assert stop.value.code == 2
    assert message in capsys.readouterr().err


def test_a_column_that_is_to_be_kept_twice_is_kept_once(folder, tmp_path):
    words = "predict {folder}/m.skops {folder}/new.csv --quiet --keep a,b,a --output {output}"
    assert run(words, folder=folder, output=tmp_path / "o.csv") == 0
    assert pd.read_csv(tmp_path / "o.csv").columns.tolist() == ["a", "b", "probability", "decision"]
