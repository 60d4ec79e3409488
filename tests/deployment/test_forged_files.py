"""Files whose parts would lead compiled code out of its memory are not opened, though all their types are trusted."""

import copy
import json
import zipfile

import numpy as np
import pandas as pd
import pytest
import skops.io
from sklearn.ensemble import HistGradientBoostingClassifier, IsolationForest, RandomForestClassifier
from sklearn.linear_model import LogisticRegression

from skweighted.deployment import fit_model, load_model, save_model

FEW = {"max_iter": 2, "max_leaf_nodes": 4}


@pytest.fixture(scope="module", params=[RandomForestClassifier(2, max_depth=2), HistGradientBoostingClassifier(**FEW)])
def trees(request, table):
    """Return a fitted model of trees of either kind."""
    return fit_model(*table, strategies="none", classifier=request.param, cv=2)


@pytest.fixture
def forge(trees, tmp_path):
    """Return a function that writes a copy of the model changed by another function, and its path."""

    def write(change):
        forged = copy.deepcopy(trees)
        change(forged.pipeline.steps[-1][1])
        skops.io.dump(forged, tmp_path / "forged.skops")
        return tmp_path / "forged.skops"

    return write


def change_nodes(classifier, field, value, *, row=0):
    """Set a field, by scikit-learn's name in either kind, of one node of the first tree that has two leaves or more."""
    if isinstance(classifier, RandomForestClassifier):
        tree = next(e.tree_ for e in classifier.estimators_ if e.tree_.node_count > 1)
        state = tree.__getstate__()
        state["nodes"] = state["nodes"].copy()
        state["nodes"][field][row] = value
        tree.__setstate__(state)
    else:
        names = {"left_child": "left", "right_child": "right", "feature": "feature_idx"}
        classifier._predictors[0][0].nodes[names[field]][row] = value


def test_an_honest_file_is_opened(trees, table, tmp_path):
    save_model(trees, tmp_path / "m.skops")
    np.testing.assert_array_equal(
        load_model(tmp_path / "m.skops").predict_proba(table[0]), trees.predict_proba(table[0])
    )


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("left_child", 10_000_000),
        ("right_child", 10_000_000),
        ("left_child", 0),
        ("right_child", 0),
        ("feature", 10_000),
    ],
)
def test_nodes_that_lead_out_of_a_tree_or_in_a_circle_are_refused(forge, field, value):
    path = forge(lambda classifier: change_nodes(classifier, field, value))
    with pytest.raises(ValueError, match="is not a skops file of a model, or a damaged one: it holds a tree"):
        load_model(path)


def test_trees_wider_than_the_rows_that_their_model_takes_are_refused(forge):
    def narrow(classifier):
        classifier.n_features_in_ = 1
        change_nodes(classifier, "feature", 1)

    with pytest.raises(ValueError, match="another number of columns"):
        load_model(forge(narrow))


def test_a_wider_tree_in_a_forest_is_refused(table, tmp_path):
    """A forest does not look at the columns that its trees expect."""
    X, y = table
    wide = RandomForestClassifier(1, random_state=0).fit(np.random.default_rng(0).normal(size=(240, 50)), y)
    model = fit_model(X[["a", "b"]], y, strategies="none", classifier=RandomForestClassifier(2), cv=2)
    model.pipeline.steps[-1][1].estimators_[1] = wide.estimators_[0]
    skops.io.dump(model, tmp_path / "m.skops")
    with pytest.raises(ValueError, match="another number of columns"):
        load_model(tmp_path / "m.skops")


def test_a_tree_with_more_outputs_than_it_tells_of_is_not_even_built(table, tmp_path, monkeypatch):
    model = fit_model(*table, strategies="none", classifier=RandomForestClassifier(1), cv=2)
    save_model(model, tmp_path / "m.skops")
    with zipfile.ZipFile(tmp_path / "m.skops") as file:
        parts = {name: file.read(name) for name in file.namelist()}
    text = json.loads(parts["schema.json"])
    find_tree(text)["__reduce__"]["args"]["content"][2]["content"] = "1000000000"
    parts["schema.json"] = json.dumps(text).encode()
    with zipfile.ZipFile(tmp_path / "m.skops", "w") as file:
        for name, content in parts.items():
            file.writestr(name, content)
    monkeypatch.setattr("skops.io.load", lambda *_, **__: pytest.fail("the tree was built"))
    with pytest.raises(ValueError, match="several outputs"):
        load_model(tmp_path / "m.skops")


def find_tree(part):
    """Return the first tree in the schema of a file."""
    if isinstance(part, dict):
        if part.get("__loader__") == "TreeNode":
            return part
        part = list(part.values())
    found = map(find_tree, part) if isinstance(part, list) else ()
    return next((tree for tree in found if tree), None)


def test_forests_that_look_at_no_widths_are_refused(model, tmp_path):
    forged = copy.copy(model)
    forged.pipeline = IsolationForest(n_estimators=2).fit(np.eye(4))
    skops.io.dump(forged, tmp_path / "m.skops")
    with pytest.raises(ValueError, match="it holds an IsolationForest"):
        load_model(tmp_path / "m.skops")


def test_a_model_that_would_be_refused_is_not_saved_as_skops(table, tmp_path):
    """Boosted trees with columns of categories, in a pipeline of one's own."""
    X = pd.DataFrame({"a": table[0]["a"], "job": pd.Categorical(table[0]["job"].fillna("none"))})
    boosted = HistGradientBoostingClassifier(**FEW, categorical_features=[False, True])
    model = fit_model(table[0][["a"]], table[1], strategies="none", classifier=LogisticRegression(), cv=2)
    codes = X.assign(job=X["job"].cat.codes)
    model.pipeline = boosted.fit(codes[["job", "job"]].set_axis(["a", "job"], axis=1), table[1])
    with pytest.raises(ValueError, match=r"nodes of categories.*Save it in the format joblib"):
        save_model(model, tmp_path / "m.skops")
