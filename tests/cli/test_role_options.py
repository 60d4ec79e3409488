"""Columns of a table that are no features: groups, time and weights."""

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression

from skweighted.cli import _compare as command
from skweighted.cli import main
from skweighted.cli._roles import ForwardChaining
from skweighted.deployment import load_model

N_ROWS = 120


@pytest.fixture
def table(tmp_path):
    """Return the path of a table whose rows stand in no order of time."""
    random = np.random.default_rng(0)
    day = random.permutation(N_ROWS) // 2
    frame = pd.DataFrame(
        {
            "a": random.normal(size=N_ROWS),
            "day": (pd.Timestamp("2024-01-01") + pd.to_timedelta(day, unit="D")).astype(str),
            "step": day,
            "who": [f"p{number}" for number in random.integers(0, 30, N_ROWS)],
            "worth": random.integers(1, 4, N_ROWS),
            "gap": np.where(np.arange(N_ROWS) == 3, np.nan, 1.0),
            "bad": np.where(random.random(N_ROWS) < 0.4, "yes", "no"),
        }
    )
    frame.to_csv(tmp_path / "table.csv", index=False)
    return tmp_path / "table.csv"


@pytest.fixture
def compared(monkeypatch, table):
    """Return a function that runs the command and returns what that gave to ``compare_strategies``."""
    monkeypatch.setattr(
        "skweighted.comparison._problem.CostSensitiveMLPClassifier",
        lambda: LogisticRegression(solver="newton-cholesky"),
    )
    given, real = [], command.compare_strategies

    def noted(X, y, **options):
        given.append((X, options | {"y": y}))
        return real(X, y, **options)

    monkeypatch.setattr(command, "compare_strategies", noted)

    def compare(*options):
        arguments = ["compare", str(table), "--target", "bad", "--strategies", "none", "--cv", "3", "--repeats", "1"]
        assert main([*arguments, *options]) == 0
        return given[-1]

    return compare


def test_rows_of_a_group_are_named_to_the_folds(compared, table, capsys):
    X, options = compared("--groups", "who")
    names = pd.crosstab(options["groups"], pd.read_csv(table)["who"])
    assert ((names > 0).sum(axis=0) == 1).all()
    assert ((names > 0).sum(axis=1) == 1).all()
    assert "who" not in X
    assert "groups kept together" in capsys.readouterr().out


@pytest.mark.parametrize("column", ["day", "step"])
def test_training_rows_are_earlier_than_every_test_row(compared, table, capsys, column):
    """Also if several rows have the time of the first test row; the labels follow their rows."""
    X, options = compared("--time", column)
    frame = pd.read_csv(table).sort_values(column, kind="stable", ignore_index=True)
    assert column not in X
    np.testing.assert_array_equal(X["a"], frame["a"])
    np.testing.assert_array_equal(options["y"], frame["bad"])
    splits = list(options["cv"].split(X))
    assert len(splits) == 3
    for train, test in splits:
        assert frame[column][train].max() < frame[column][test].min()
    assert "3 folds of ForwardChaining x 1" in capsys.readouterr().out


def test_rows_as_old_as_the_first_test_row_do_not_train():
    """TimeSeriesSplit alone would train on row 1, which is as old as row 2."""
    (train, test), *_ = ForwardChaining(2, times=[0, 1, 1, 2, 3, 4]).split(np.zeros((6, 1)))
    assert (train.tolist(), test.tolist()) == ([0], [2, 3])


def test_weights_reach_fits_and_scores_in_the_order_of_their_rows(compared, table):
    X, options = compared("--sample-weight", "worth", "--time", "step")
    frame = pd.read_csv(table).sort_values("step", kind="stable")
    np.testing.assert_array_equal(options["sample_weight"], frame["worth"])
    assert not {"worth", "step"} & set(X)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--groups", "Who"], "--groups: the table has no column 'Who' besides the target. Did you mean 'who'?"),
        (["--time", "who"], "--time who: the values must be numbers or dates, unlike 'p"),
        (["--sample-weight", "who"], "--sample-weight who: the values must be numbers, unlike 'p"),
        (["--sample-weight", "day"], "--sample-weight day: the values must be numbers, unlike "),
        (["--time", "gap"], "--time gap: 1 of 120 values are missing. Fill them in or drop the rows."),
        (["--time", "step", "--sample-weight", "step"], "--time and --sample-weight must be different columns."),
    ],
)
def test_a_column_that_cannot_have_its_role_is_one_sentence(table, capsys, options, message):
    assert main(["compare", str(table), "--target", "bad", *options]) == 2
    last = capsys.readouterr().err.splitlines()[-1]
    assert last.startswith(f"skweighted: {message}")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--time", "day", "--groups", "who"], "--time cannot keep --groups together; give one of them"),
        (["--groups", "who", "--copies", "together"], "leave out --groups and --time"),
        (["--time", "day", "--copies", "together"], "leave out --groups and --time"),
    ],
)
def test_options_that_contradict_each_other_are_one_sentence(table, capsys, options, message):
    with pytest.raises(SystemExit):
        main(["compare", str(table), "--target", "bad", *options])
    assert message in capsys.readouterr().err


def test_fit_trains_on_rows_with_their_roles(table, tmp_path, monkeypatch, capsys):
    """Groups and weights of the table's rows reach the folds, and their columns are none of the model's."""
    monkeypatch.setattr(
        "skweighted.comparison._problem.CostSensitiveMLPClassifier",
        lambda: LogisticRegression(solver="newton-cholesky"),
    )
    model = tmp_path / "m.skops"
    arguments = ["fit", str(table), "--target", "bad", "--strategy", "none", "--cv", "3", "--output", str(model)]
    assert main([*arguments, "--groups", "who", "--sample-weight", "worth"]) == 0
    assert "groups kept together, x 1; rows count for their weight." in capsys.readouterr().out
    assert not {"who", "worth"} & set(load_model(model).schema.names)
    assert main([*arguments, "--time", "day", "--threshold", "f1", "--quiet"]) == 0
    assert load_model(model).card.protocol.endswith("the earlier folds choose.")
    assert "day" not in load_model(model).schema.names
