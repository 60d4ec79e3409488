"""Models in files, and what may be opened."""

import subprocess
import sys

import joblib
import numpy as np
import pytest
import skops.io
from sklearn.linear_model import LogisticRegression

from skweighted import CostSensitiveMLPClassifier, make_tabular_classifier
from skweighted.comparison import DEFAULT_STRATEGIES
from skweighted.deployment import fit_model, load_model, save_model
from skweighted.deployment._storage import check_format
from skweighted.engines.keras import PackedModel
from skweighted.optimizers.schedules import SCHEDULES


class Foreign(LogisticRegression):
    """A classifier of somebody else."""


@pytest.mark.parametrize("file_format", ["skops", "joblib"])
def test_a_loaded_model_predicts_and_says_the_same(model, table, tmp_path, file_format):
    save_model(model, tmp_path / "m", file_format=file_format)
    loaded = load_model(tmp_path / "m", trust=file_format == "joblib")
    np.testing.assert_array_equal(loaded.predict_proba(table[0]), model.predict_proba(table[0]))
    assert (loaded.predict(table[0]) == model.predict(table[0])).all()
    assert loaded.card.to_markdown() == model.card.to_markdown()


@pytest.mark.parametrize("strategy", [key for key in DEFAULT_STRATEGIES if key != "class_weight"])
def test_every_default_strategy_opens_without_trust(table, linear, tmp_path, strategy):
    X, y = table
    model = fit_model(X, y, strategies=strategy, classifier=linear, cv=2)
    save_model(model, tmp_path / "m.skops")
    np.testing.assert_array_equal(load_model(tmp_path / "m.skops").predict_proba(X), model.predict_proba(X))


def test_a_joblib_file_is_refused_unless_it_is_trusted(model, tmp_path):
    save_model(model, tmp_path / "m.joblib", file_format="joblib")
    with pytest.raises(ValueError, match=r"runs whatever code it holds when it is opened.*--trust"):
        load_model(tmp_path / "m.joblib")


def test_a_skops_file_with_foreign_parts_is_refused_and_names_them(tmp_path):
    skops.io.dump({"run": subprocess.run}, tmp_path / "m.skops")
    with pytest.raises(ValueError, match=r"subprocess\.run is not trusted"):
        load_model(tmp_path / "m.skops")


def test_a_model_that_could_not_be_opened_again_is_not_written(model, tmp_path, monkeypatch):
    monkeypatch.setattr("skweighted.deployment._storage.TRUSTED_TYPES", ())
    with pytest.raises(ValueError, match=r"skweighted\.deployment\.FittedModel.* Save it in the format joblib"):
        save_model(model, tmp_path / "m.skops")
    assert not (tmp_path / "m.skops").exists()


@pytest.mark.parametrize(
    ("file_format", "message"),
    [
        ("skops", r"none: A skops file .*test_storage\.Foreign is not trusted. Save it in the format joblib"),
        ("joblib", "none: A joblib file cannot hold this model: "),
        ("pickle", "The 'file_format' parameter of fit_model must be"),
    ],
)
def test_a_model_that_could_not_be_saved_is_refused_before_any_training(table, file_format, message):
    foreign = Foreign() if file_format != "joblib" else Foreign().set_params(C=lambda: 1)
    options = {"strategies": "none", "classifier": foreign, "file_format": file_format}
    with pytest.raises(ValueError, match=message):
        fit_model(*table, callback=lambda *_: pytest.fail("trained"), **options)


def test_a_full_disk_spoils_no_older_model(model, tmp_path, monkeypatch):
    def write(path, content):
        with path.open("wb") as file:
            file.write(content[:9])
        raise OSError(28, "No space left on device", str(path))

    save_model(model, tmp_path / "m.skops")
    before = (tmp_path / "m.skops").read_bytes()
    monkeypatch.setattr("pathlib.Path.write_bytes", write)
    with pytest.raises(OSError, match="No space left"):
        save_model(model, tmp_path / "m.skops")
    assert (tmp_path / "m.skops").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["m.skops"]


def test_other_files_are_one_sentence(model, tmp_path):
    with pytest.raises(FileNotFoundError, match="No such file"):
        load_model(tmp_path / "nothing.skops")
    joblib.dump([1], tmp_path / "list.joblib")
    with pytest.raises(ValueError, match="holds a list, not a model"):
        load_model(tmp_path / "list.joblib", trust=True)
    (tmp_path / "text.joblib").write_text("hello")
    with pytest.raises(ValueError, match="or a damaged one"):
        load_model(tmp_path / "text.joblib", trust=True)
    np.savez(tmp_path / "arrays.skops", a=1)
    (tmp_path / "arrays.skops.npz").rename(tmp_path / "arrays.skops")
    with pytest.raises(ValueError, match="is not a skops file of a model"):
        load_model(tmp_path / "arrays.skops")


def test_a_network_opens_without_trust_and_predicts_without_tensorflow(table, make_classifier, tmp_path):
    X, y = table
    model = fit_model(X, y, strategies="threshold", classifier=make_classifier(epochs=1), cv=2)
    save_model(model, tmp_path / "m.skops")
    X.to_pickle(tmp_path / "X.pkl")
    code = (
        "import sys, pandas; from skweighted.deployment import load_model; "
        "print(*load_model(sys.argv[1]).predict(pandas.read_pickle(sys.argv[2]))); "
        "print([name for name in ('tensorflow', 'keras', 'scikeras') if name in sys.modules])"
    )
    command = [sys.executable, "-c", code, tmp_path / "m.skops", tmp_path / "X.pkl"]
    process = subprocess.run(command, capture_output=True, text=True, check=True, timeout=300)
    assert process.stdout.splitlines() == [" ".join(model.predict(X)), "[]"]


@pytest.mark.parametrize(
    ("packed", "message"), [(b"x", "it holds a Keras model"), (PackedModel(b"x"), r"PackedModel is not trusted")]
)
def test_a_keras_model_in_a_skops_file_is_not_opened_without_trust(tmp_path, monkeypatch, packed, message):
    """Keras may run code when it reads a model, and its bytes alone are of a type that is trusted."""
    monkeypatch.setattr(CostSensitiveMLPClassifier, "__getstate__", lambda self: {"model_": [packed]})
    skops.io.dump(CostSensitiveMLPClassifier(), tmp_path / "m.skops")
    monkeypatch.setattr("keras.saving.load_model", lambda path: pytest.fail("Keras has read the file"))
    with pytest.raises(ValueError, match=message):
        load_model(tmp_path / "m.skops")


def test_a_keras_model_is_not_saved_as_skops(tmp_path, monkeypatch):
    monkeypatch.setattr(CostSensitiveMLPClassifier, "__getstate__", lambda self: {"model_": [PackedModel(b"x")]})
    with pytest.raises(ValueError, match=r"cannot hold a Keras model, .* Save it in the format joblib"):
        save_model(CostSensitiveMLPClassifier(), tmp_path / "m.skops")


@pytest.mark.parametrize("learning_rate", sorted(SCHEDULES))
def test_committees_for_tables_open_without_trust(learning_rate):
    check_format(make_tabular_classifier(learning_rate=SCHEDULES[learning_rate]()), "skops", "none")
