"""What X and y may be: any container, any number type, any label type, dense or sparse."""

import subprocess
import sys

import numpy as np
import pandas as pd
import polars as pl
import pytest
from scipy import sparse


def read_only_memmap(X, folder):
    np.save(folder / "X.npy", X)
    return np.load(folder / "X.npy", mmap_mode="r")


# Functions of X, an array of multiples of 1/8 that every float type holds exactly, and of a folder.
CONTAINERS = {
    "list": lambda X, _: X.tolist(),
    "Fortran order": lambda X, _: np.asfortranarray(X),
    "strided view": lambda X, _: np.repeat(X, 2, axis=1)[:, ::2],
    "float16": lambda X, _: X.astype(np.float16),
    "float32": lambda X, _: X.astype(np.float32),
    "objects": lambda X, _: X.astype(object),
    "read-only memmap": read_only_memmap,
    "pandas": lambda X, _: pd.DataFrame(X, columns=list("abcd")),
    "pandas Float64": lambda X, _: pd.DataFrame(X).astype("Float64"),
    "pandas mixed": lambda X, _: pd.DataFrame(X).astype({0: "Float32", 1: "float16"}),
    "polars": lambda X, _: pl.DataFrame(X, schema=list("abcd")),
}
INTEGERS = {
    "int64": lambda X: X.astype(np.int64),
    "int8": lambda X: X.astype(np.int8),
    "pandas Int64": lambda X: pd.DataFrame(X).astype("Int64"),
    "pandas booleans": lambda X: pd.DataFrame(X > 0).astype("boolean"),
}
SPARSE = {
    f"{kind.__name__}": kind
    for kind in (sparse.csr_matrix, sparse.csr_array, sparse.csc_matrix, sparse.csc_array, sparse.coo_array)
}
# Functions of codes 0 and 1, and the labels they stand for.
LABELS = {
    "strings": (lambda y: np.array(["good", "bad"])[1 - y], ["bad", "good"]),
    "object strings": (lambda y: np.array(["bad", "good"], dtype=object)[y], ["bad", "good"]),
    "list of strings": (lambda y: np.array(["bad", "good"])[y].tolist(), ["bad", "good"]),
    "digits as strings": (lambda y: y.astype(str), ["0", "1"]),
    "negative": (lambda y: y - 5, [-5, -4]),
    "booleans": (lambda y: y == 1, [False, True]),
    "one and two": (lambda y: y + 1, [1, 2]),
    "halves": (lambda y: y + 0.5, [0.5, 1.5]),
    "int8": (lambda y: y.astype(np.int8), [0, 1]),
    "pandas strings": (lambda y: pd.Series(["bad", "good"], dtype="string")[y].reset_index(drop=True), ["bad", "good"]),
    "pandas category": (lambda y: pd.Series(y == 1).astype("category"), [False, True]),
    "pandas Int64": (lambda y: pd.Series(y, dtype="Int64"), [0, 1]),
    "pandas boolean": (lambda y: pd.Series(y == 1, dtype="boolean"), [False, True]),
    "pandas Float64": (lambda y: pd.Series(y + 0.5, dtype="Float64"), [0.5, 1.5]),
    "polars": (pl.Series, [0, 1]),
    "polars strings": (lambda y: pl.Series(["bad", "good"])[y], ["bad", "good"]),
    "polars booleans": (lambda y: pl.Series(y == 1), [False, True]),
}


@pytest.fixture
def expected(make_classifier, imbalanced):
    """Return the predictions of a fit on plain arrays."""
    X, y = imbalanced
    return make_classifier().fit(X, y).decision_function(X)


@pytest.mark.parametrize("name", CONTAINERS)
def test_the_container_of_x_does_not_matter(name, make_classifier, imbalanced, expected, tmp_path):
    """The same numbers give the same network, bit for bit, however they are held."""
    X, y = imbalanced
    held = CONTAINERS[name](X, tmp_path)
    np.testing.assert_array_equal(make_classifier().fit(held, y).decision_function(held), expected)


@pytest.mark.parametrize("name", INTEGERS)
def test_integers_are_numbers(name, make_classifier, imbalanced):
    """Whole numbers train as the same numbers in floating point."""
    X, y = imbalanced
    held = INTEGERS[name](np.round(2 * X))
    plain = np.asarray(held, dtype=float)
    one, other = (make_classifier().fit(x, y).decision_function(x) for x in (held, plain))
    np.testing.assert_array_equal(one, other)


def test_feature_names_are_kept(make_classifier, imbalanced):
    """`feature_names_in_` has the columns of a data frame."""
    X, y = imbalanced
    fitted = make_classifier().fit(pd.DataFrame(X, columns=list("abcd")), y)
    assert fitted.feature_names_in_.tolist() == list("abcd")


def test_inputs_are_not_changed(make_classifier, imbalanced):
    """A fit writes neither into the rows nor into labels and weights."""
    X, y = imbalanced
    given = [X.astype(np.float32), y, np.linspace(0.5, 2, 200)]
    copies = [array.copy() for array in given]
    make_classifier(class_weight="balanced", early_stopping=True).fit(*given)
    for array, copy in zip(given, copies, strict=True):
        np.testing.assert_array_equal(array, copy)


@pytest.mark.parametrize(
    "hold",
    [list, pd.Series, lambda w: pd.Series(w, dtype="Float64"), pl.Series],
    ids=["list", "pandas", "Float64", "pl"],
)
def test_the_container_of_sample_weights_does_not_matter(hold, make_classifier, imbalanced):
    """Row weights may be a list or a column of a table."""
    X, y = imbalanced
    weight = np.linspace(0.5, 2, 200)
    one, other = (make_classifier().fit(X, y, w).decision_function(X) for w in (weight, hold(weight)))
    np.testing.assert_array_equal(one, other)


# Labels


@pytest.mark.parametrize("name", LABELS)
def test_labels_of_any_type_come_back_as_they_were(name, make_classifier, imbalanced, expected):
    """`classes_` and predictions hold the labels, type included, and training only sees which is which."""
    X, y = imbalanced
    make, labels = LABELS[name]
    fitted = make_classifier().fit(X, make(y))
    assert list(map(repr, fitted.classes_.tolist())) == list(map(repr, labels))
    np.testing.assert_array_equal(fitted.decision_function(X), expected)
    np.testing.assert_array_equal(fitted.predict(X), np.array(labels)[(expected > 0).astype(int)])


@pytest.mark.parametrize("name", LABELS)
def test_accuracy_is_scored_for_labels_of_any_type(name, make_classifier, imbalanced, expected):
    """`score` takes the labels that `fit` takes."""
    X, y = imbalanced
    labels = LABELS[name][0](y)
    assert make_classifier().fit(X, labels).score(X, labels) == pytest.approx(((expected > 0) == y).mean())


def test_a_score_of_numeric_labels_can_be_weighted(make_classifier, imbalanced):
    """Where labels are 0.5 and 1.5 rows weigh in the score as elsewhere."""
    X, y = imbalanced
    fitted = make_classifier().fit(X, y + 0.5)
    right = fitted.predict(X) == y + 0.5
    assert fitted.score(X, y + 0.5, sample_weight=right) == 1


@pytest.mark.parametrize("name", LABELS)
def test_early_stopping_scores_labels_of_any_type(name, make_classifier, imbalanced):
    """To a scorer by name the second class is the positive one, whatever the labels are."""
    X, y = imbalanced
    curves = [
        make_classifier(early_stopping=True, monitor="average_precision").fit(X, labels).validation_curve_
        for labels in (y, LABELS[name][0](y))
    ]
    np.testing.assert_array_equal(*curves)


def test_a_column_of_labels_is_taken_with_a_warning(make_classifier, imbalanced, expected):
    """y of shape (n, 1) is what scikit-learn makes of it."""
    X, y = imbalanced
    with pytest.warns(match="column-vector y"):
        fitted = make_classifier().fit(X, y[:, None])
    np.testing.assert_array_equal(fitted.decision_function(X), expected)


def test_a_column_of_numeric_labels_is_scored_with_a_warning(make_classifier, imbalanced):
    """Each row is compared with its own label, not with all of them."""
    X, y = imbalanced
    fitted = make_classifier().fit(X, y + 0.5)
    with pytest.warns(match="column-vector y"):
        score = fitted.score(X, y[:, None] + 0.5)
    assert score == fitted.score(X, y + 0.5)
    with pytest.raises(ValueError, match="inconsistent numbers of samples"):
        fitted.score(X, y[:1] + 0.5)


# Sparse


@pytest.mark.parametrize("name", SPARSE)
def test_sparse_rows_train_as_dense_ones(name, make_classifier, imbalanced):
    """Every sparse format gives the network that the dense array gives, to rounding."""
    X, y = imbalanced
    X[np.abs(X) < 0.5] = 0
    dense = make_classifier(dtype="float64").fit(X, y)
    fitted = make_classifier(dtype="float64").fit(SPARSE[name](X), y)
    np.testing.assert_allclose(fitted.decision_function(X), dense.decision_function(X), rtol=1e-9)
    np.testing.assert_allclose(fitted.decision_function(SPARSE[name](X)), dense.decision_function(X), rtol=1e-9)


@pytest.mark.parametrize(
    "parameters", [{"early_stopping": True}, {"early_stopping": True, "monitor": "roc_auc"}, {"n_networks": 2}], ids=str
)
def test_sparse_rows_do_what_dense_ones_do(parameters, make_classifier, imbalanced):
    """Early stopping and committees work on sparse rows."""
    X, y = imbalanced
    X[np.abs(X) < 0.5] = 0
    dense, fitted = (make_classifier(dtype="float64", **parameters).fit(x, y) for x in (X, sparse.csr_array(X)))
    np.testing.assert_allclose(fitted.decision_function(X), dense.decision_function(X), rtol=1e-9)


def test_sparse_validation_rows_are_watched_as_dense_ones(make_classifier, imbalanced):
    """`X_val` may be sparse where `X` is, in another format."""
    X, y = imbalanced
    dense = make_classifier(dtype="float64").fit(X, y, X_val=X[:100], y_val=y[:100])
    fitted = make_classifier(dtype="float64").fit(
        sparse.csr_matrix(X), y, X_val=sparse.coo_array(X[:100]), y_val=y[:100]
    )
    np.testing.assert_allclose(fitted.validation_curve_, dense.validation_curve_, rtol=1e-9)


def test_entries_in_any_order_and_more_than_once_add_up(make_classifier, imbalanced):
    """A CSR matrix need not be in canonical form."""
    X, y = imbalanced
    twice = sparse.csr_array(
        (np.repeat(X.ravel()[::-1] / 2, 2), np.repeat(np.tile(np.arange(4)[::-1], 200), 2), np.arange(0, 1601, 8)),
        shape=(200, 4),
    )
    backwards = X[::-1]
    one, other = (make_classifier(dtype="float64").fit(x, y).decision_function(X) for x in (twice, backwards))
    np.testing.assert_allclose(one, other, rtol=1e-9)


# Prints the megabytes by which the peak of memory grows. In a process of its own: the peak is that of a whole life, and
# another test may have had a higher one.
GROWTH = """
import resource
import sys
import numpy as np
from scipy import sparse
from skweighted import CostSensitiveMLPClassifier

def peak_megabytes():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)

generator = np.random.default_rng(0)
columns = generator.integers(20_000, size=(8_000, 20))
entries = (generator.uniform(size=columns.size), columns.ravel(), np.arange(0, columns.size + 1, 20))
X, y = sparse.csr_array(entries, shape=(8_000, 20_000)), (columns < 500).any(axis=1).astype(int)
classifier = CostSensitiveMLPClassifier(
    (8,), batch_size=200, epochs=1, early_stopping=sys.argv[1] == "True", validation_fraction=0.5, random_state=0
)
classifier.fit(X[:400], y[:400])  # TensorFlow's own memory is not the question
before = peak_megabytes()
assert classifier.fit(X, y).predict_proba(X).shape == (8_000, 2)
print(peak_megabytes() - before)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="the peak of memory is read with the resource module")
@pytest.mark.parametrize("hold_out", [False, True], ids=["training", "early stopping"])
def test_wide_sparse_text_is_never_dense_as_a_whole(hold_out):
    """TF-IDF text of 8,000 rows and 20,000 columns takes a fraction of the 640 MB that it would if dense in float32."""
    command = [sys.executable, "-c", GROWTH, str(hold_out)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=300)
    assert float(done.stdout) < 250
