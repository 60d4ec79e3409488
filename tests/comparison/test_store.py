"""Results on disk: a killed run continues, another question reads nothing, and no file runs code."""

import os
import re
import signal
import subprocess
import sys
import zipfile

import numpy as np
import pandas as pd
import pytest
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.datasets import make_classification
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import FunctionTransformer

from skweighted.comparison import METRICS, Brier, Comparison, FoldResult, Metric, compare_strategies
from skweighted.strategies import ClassWeight

STRATEGIES = ["none", "class_weight", "dummy"]
QUICK = LogisticRegression(solver="newton-cholesky")


class Scale(TransformerMixin, BaseEstimator):
    """A transformer of the user's own."""

    def fit(self, X, y=None):
        return self

    def transform(self, X):
        return X * 2


class Failing(LogisticRegression):
    """It always fails."""

    def fit(self, X, y, sample_weight=None):
        raise ValueError("not today")


@pytest.fixture
def data():
    X, y = make_classification(160, 4, weights=[0.8], flip_y=0.05, random_state=0)
    table = pd.DataFrame(X, columns=list("abcd")).assign(city=np.where(X[:, 1] > 0, "Bonn", "Ulm"))
    return table, np.where(y == 1, "yes", "no")


@pytest.fixture
def compare(data, tmp_path):
    def run(X=data[0], y=data[1], **options):
        usual = {"classifier": QUICK, "cv": 2, "n_repeats": 1, "strategies": STRATEGIES, "cache": tmp_path / "kept"}
        return compare_strategies(X, y, **usual | options)

    return run


def count_kept(comparison):
    """Return how many results an earlier run made, and how many there are."""
    results = comparison.predictions.results.values()
    return sum(result.from_cache for result in results), len(results)


KILLED = """
import os, signal, sys
import numpy as np, pandas as pd
from skweighted.comparison import compare_strategies
from sklearn.linear_model import LogisticRegression

def stop(result, n_finished, n_total):
    if n_finished == 4:
        os.kill(os.getpid(), signal.SIGKILL)

table = pd.read_pickle(sys.argv[1])
compare_strategies(table.drop(columns="y"), table["y"].to_numpy(), strategies=["none", "class_weight", "dummy"],
                   classifier=LogisticRegression(solver="newton-cholesky"), cv=2, cache=sys.argv[2], callback=stop)
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system kills in another way")
def test_a_killed_run_continues_and_prints_the_same_table(compare, data, tmp_path):
    """What it finished has the same key in another process, and is not fitted again."""
    data[0].assign(y=data[1]).to_pickle(tmp_path / "table.pkl")
    arguments = [sys.executable, "-c", KILLED, tmp_path / "table.pkl", tmp_path / "kept"]
    killed = subprocess.run(arguments, env=os.environ | {"PYTHONHASHSEED": "7"}, check=False)
    assert killed.returncode == -signal.SIGKILL
    resumed, whole = compare(n_repeats=2), compare(n_repeats=2, cache=None)
    assert count_kept(resumed) == (4, 12)
    assert resumed.formatted().drop(columns="Fit s").equals(whole.formatted().drop(columns="Fit s"))


def test_a_second_run_reads_every_result_and_gives_the_same(compare):
    """Seconds of the fits too."""
    first, second = compare(), compare()
    assert (count_kept(first), count_kept(second)) == ((0, 6), (6, 6))
    pd.testing.assert_frame_equal(first.table, second.table)
    pd.testing.assert_frame_equal(
        first.predictions.to_frame().sort_values(["strategy", "fold", "row"], ignore_index=True),
        second.predictions.to_frame().sort_values(["strategy", "fold", "row"], ignore_index=True),
    )


@pytest.mark.parametrize(
    ("options", "n_kept"),
    [
        ({"metrics": ["mcc", "log_loss"]}, 6),
        ({"strategies": ["dummy", "smote", ("weighted", ClassWeight())]}, 2),
        ({"strategies": ["none", ("weighted", ClassWeight({"no": 1, "yes": 3}))]}, 2),
        ({"classifier": LogisticRegression(solver="newton-cholesky", C=2)}, 2),  # dummy has no classifier
        ({"preprocessor": Scale()}, 2),
        ({"random_state": 1}, 0),
        ({"cv": 3}, 0),
        ({"n_repeats": 2}, 6),
        ({"positive": "no"}, 0),
        ({"sample_weight": np.ones(160), "strategies": ["none"]}, 0),
        ({"constraint": "recall>=0.5"}, 0),
        ({"n_jobs": 2}, 6),
    ],
    ids=str,
)
def test_results_are_read_for_the_same_question_only(compare, data, options, n_kept):
    """A new metric or strategy asks nothing new of the others; other data, folds and settings do."""
    compare()
    X = data[0].drop(columns="city") if "preprocessor" in options else data[0]
    if "preprocessor" in options:
        compare(X=X)
    assert count_kept(compare(X=X, **options))[0] == n_kept


def test_other_data_and_labels_are_another_question(compare, data):
    """One cell, one name or one label is enough."""
    X, y = data
    compare()
    changed, label = X.copy(), y.copy()
    changed.loc[5, "city"] = "Kiel"
    label[np.flatnonzero(y == "no")[0]] = "yes"
    for other in [(changed, y), (X.rename(columns={"a": "A"}), y), (X, label)]:
        assert count_kept(compare(*other))[0] == 0


def test_equal_tables_are_the_same_question_however_they_lie_in_memory(compare, data):
    """A frame keeps its columns in blocks, which its history decides."""
    X, y = data
    compare()
    pieces = pd.DataFrame({name: X[name].tolist() for name in X})
    assert count_kept(compare(pieces, y.astype(object)))[0] == 6


def test_the_source_of_ones_own_code_belongs_to_the_question(compare, tmp_path, monkeypatch):
    """A class that is changed between two runs has the same name."""
    source = "from sklearn.linear_model import LogisticRegression\nclass Mine(LogisticRegression):\n    x = {}\n"
    monkeypatch.syspath_prepend(tmp_path)
    counts = []
    for version in (1, 1, 2):
        (tmp_path / "own_code_of_a_user.py").write_text(source.format(version))
        monkeypatch.delitem(sys.modules, "own_code_of_a_user", raising=False)
        import linecache

        import own_code_of_a_user

        linecache.checkcache()
        counts.append(count_kept(compare(strategies=["dummy", ("mine", own_code_of_a_user.Mine())])))
    assert counts == [(0, 4), (4, 4), (2, 4)]


def test_what_has_no_name_is_fitted_anew_and_said(compare):
    """Nothing tells one lambda from another."""
    own = {"strategies": ["dummy"], "preprocessor": FunctionTransformer(lambda X: X[["a", "b"]])}
    compare(**own)
    own["strategies"] = ["dummy", "none"]
    for _ in range(2):
        with pytest.warns(UserWarning, match="The fits of 'none' are not kept"):
            found = compare(**own)
    assert count_kept(found) == (2, 4)


def test_a_fit_that_failed_is_tried_again(compare):
    """The reason may have gone."""
    for _ in range(2):
        with pytest.warns(match="failed"):
            found = compare(strategies=["dummy", ("failing", Failing())])
    assert count_kept(found) == (2, 4)


@pytest.mark.parametrize("way", ["cut", "empty", "text", "swapped"])
def test_a_damaged_result_is_said_and_made_again(compare, tmp_path, way):
    """And replaced, so that the next run reads it."""
    first = compare()
    one, other = sorted((tmp_path / "kept").rglob("none-*.npz"))
    if way == "swapped":
        one.write_bytes(other.read_bytes())
    else:
        one.write_bytes({"cut": one.read_bytes()[:-90], "empty": b"", "text": b"no archive"}[way])
    with pytest.warns(UserWarning, match=r"none-1-1-.*is damaged, so its fit is made again"):
        second = compare()
    assert count_kept(second) == (5, 6)
    pd.testing.assert_frame_equal(*(found.table.query("metric != 'fit_seconds'") for found in (first, second)))
    assert count_kept(compare()) == (6, 6)


def test_no_part_of_a_file_stays_behind(compare, tmp_path):
    """Files get their name when they are complete."""
    compare()
    assert {path.suffix for path in (tmp_path / "kept").rglob("*") if path.is_file()} == {".npz"}


def test_a_file_is_no_folder(compare, tmp_path):
    """It is said before any work."""
    (tmp_path / "kept").write_text("")
    with pytest.raises(ValueError, match="The 'cache' parameter of compare_strategies must be a folder"):
        compare()


def test_a_comparison_is_saved_and_loaded(compare, tmp_path):
    """With alerts, metrics with settings, left-out strategies, costs, weights and failed fits."""
    with pytest.warns(match="failed"):
        saved = compare(
            strategies=["weights", "dummy", ("failing", Failing())],
            metrics=["roc_auc", METRICS["precision_at_k"](k=9), "expected_cost"],
            cost_matrix=[[0, 1], [5, 0]],
            sample_weight=np.arange(160) % 3 + 1,
            cache=None,
        )
    saved.save(tmp_path / "found.npz")
    loaded = Comparison.load(tmp_path / "found.npz")
    assert saved.left_out
    assert (repr(loaded), loaded.verdict, loaded.alerts) == (repr(saved), saved.verdict, saved.alerts)
    assert loaded.to_json() == saved.to_json()
    pd.testing.assert_frame_equal(loaded.table, saved.table)
    pd.testing.assert_frame_equal(loaded.predictions.to_frame(), saved.predictions.to_frame())
    assert METRICS["savings"]().score(loaded.predictions.fold("dummy", 1, 1)) == METRICS["savings"]().score(
        saved.predictions.fold("dummy", 1, 1)
    )
    assert str(loaded.predictions.results["failing", 1, 1].error) == "not today"


def test_a_file_that_is_no_comparison_is_one_sentence(compare, tmp_path):
    """Cut off anywhere, of another kind, with objects in it, or with parts that do not belong together."""
    compare().save(tmp_path / "good.npz")
    whole, bad = (tmp_path / "good.npz").read_bytes(), tmp_path / "bad.npz"
    kept = next((tmp_path / "kept").rglob("*.npz")).read_bytes()
    np.savez(tmp_path / "objects.npz", facts=np.array([{"a": 1}], dtype=object), allow_pickle=True)
    contents = [whole[:n] for n in (0, 3, 100, len(whole) // 2, len(whole) - 30)] + [b"{}", kept]
    for content in [*contents, (tmp_path / "objects.npz").read_bytes()]:
        bad.write_bytes(content)
        with pytest.raises(ValueError, match=rf"{re.escape(str(bad))} (is damaged|holds no)") as raised:
            Comparison.load(bad)
        assert str(raised.value).count("\n") == 0
    with pytest.raises(FileNotFoundError):
        Comparison.load(tmp_path / "none.npz")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('"cv": 2', '"cv": "2"'),
        ('"positive": "yes"', '"positive": "maybe"'),
        ('"strategies": ["none"', '"strategies": [["none"]'),
        ('"brier", {}', '"fit", {}'),
        ('"repeat": 1', '"repeat": null'),
        ('"labels": ["no", "yes"]', '"labels": ["no"]'),
        ('"predictions": {', '"predictions": 3, "x": {'),
    ],
)
def test_forged_facts_are_one_sentence(compare, tmp_path, before, after):
    """JSON of the right form that says something else."""
    compare(cache=None).save(tmp_path / "good.npz")
    with zipfile.ZipFile(tmp_path / "good.npz") as file:
        facts = np.load(file.open("facts.npy")).tobytes().decode()
    assert before in facts
    arrays = dict(np.load(tmp_path / "good.npz")) | {
        "facts": np.frombuffer(facts.replace(before, after).encode(), dtype=np.uint8)
    }
    np.savez(tmp_path / "bad.npz", **arrays)
    with pytest.raises(ValueError, match=r"bad\.npz is damaged"):
        Comparison.load(tmp_path / "bad.npz")


def test_what_cannot_be_saved_is_named(compare, tmp_path):
    """A metric of one's own is code."""

    class Own(Metric):
        title = "Own"

        def score(self, predictions):
            return 1.0

    with pytest.raises(TypeError, match="is your own and cannot be saved"):
        compare(metrics=[Brier(), Own()], cache=None).save(tmp_path / "own.npz")
    assert not (tmp_path / "own.npz").exists()


def test_a_result_knows_where_it_is_from():
    """Those of this run are new."""
    assert not FoldResult("none", 1, 1, np.arange(3)).from_cache
