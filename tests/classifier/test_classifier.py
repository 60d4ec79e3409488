"""`CostSensitiveMLPClassifier`: what a fit leaves, what predictions are, what decides them and what it prints."""

import random
import subprocess
import sys

import numpy as np
import pytest
from scipy import sparse
from scipy.special import logit
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics import roc_auc_score

from skweighted.fitting import FitRequest, auto_epochs, plan_fit
from skweighted.optimizers import OPTIMIZERS


def stack_probabilities(members, X):
    return np.mean([member.predict_proba(X) for member in members], axis=0)


# What a fit leaves


def test_two_classes_share_one_logistic_output(make_classifier, imbalanced):
    """Shapes and names follow `MLPClassifier`."""
    fitted = make_classifier(hidden_layer_sizes=(8, 5)).fit(*imbalanced)
    assert [W.shape for W in fitted.coefs_] == [(4, 8), (8, 5), (5, 1)]
    assert [b.shape for b in fitted.intercepts_] == [(8,), (5,), (1,)]
    assert (fitted.n_layers_, fitted.n_outputs_, fitted.out_activation_) == (4, 1, "logistic")


def test_three_classes_have_a_softmax_output_each(make_classifier, three_classes):
    """Shapes and names follow `MLPClassifier`."""
    fitted = make_classifier().fit(*three_classes)
    assert [W.shape for W in fitted.coefs_] == [(4, 8), (8, 3)]
    assert (fitted.n_layers_, fitted.n_outputs_, fitted.out_activation_) == (3, 3, "softmax")


def test_a_classifier_without_hidden_layers_is_linear(make_classifier, imbalanced):
    """`hidden_layer_sizes=()` leaves the output layer alone."""
    X, y = imbalanced
    fitted = make_classifier(hidden_layer_sizes=()).fit(X, y)
    np.testing.assert_allclose(fitted.decision_function(X), (X @ fitted.coefs_[0] + fitted.intercepts_[0])[:, 0])


def test_one_number_is_one_hidden_layer(make_classifier, imbalanced):
    """`hidden_layer_sizes=8` is `(8,)`."""
    X, y = imbalanced
    one, many = (make_classifier(hidden_layer_sizes=sizes).fit(X, y).decision_function(X) for sizes in (8, (8,)))
    np.testing.assert_array_equal(one, many)


def test_curves_have_one_value_an_epoch(make_classifier, imbalanced):
    """Without early stopping exactly `epochs` epochs are made and the last one's weights kept."""
    fitted = make_classifier().fit(*imbalanced)
    assert fitted.loss_curve_.shape == (3,)
    assert fitted.validation_curve_ is None
    assert (fitted.n_iter_, fitted.best_epoch_) == (3, 3)


def test_the_loss_curve_is_the_objective(make_classifier, imbalanced):
    """It is the mean of weight times row loss, plus half `alpha` times the squared weights, biases excluded."""
    X, y = imbalanced
    weights = {"class_weight": {1: 5}, "normalize_weights": False}
    still = make_classifier(learning_rate=1e-12, epochs=1, alpha=0.3, dtype="float64", **weights).fit(X, y)
    row_loss = -still.predict_log_proba(X)[np.arange(200), y]
    penalty = 0.15 * sum((W**2).sum() for W in still.coefs_)
    assert still.loss_curve_[0] == pytest.approx((np.where(y == 1, 5, 1) * row_loss).mean() + penalty, rel=1e-6)


@pytest.mark.parametrize("optimizer", sorted(OPTIMIZERS))
def test_every_optimizer_learns(optimizer, make_classifier, imbalanced):
    """The loss goes down, and a name trains as the instance it stands for."""
    X, y = imbalanced
    by_name, by_instance = (make_classifier(optimizer=o).fit(X, y) for o in (optimizer, OPTIMIZERS[optimizer]()))
    assert by_name.loss_curve_[-1] < by_name.loss_curve_[0]
    np.testing.assert_array_equal(by_name.loss_curve_, by_instance.loss_curve_)


@pytest.mark.parametrize("dtype", ["float32", np.float64], ids=str)
def test_weights_are_trained_in_the_dtype_asked_for(dtype, make_classifier, imbalanced):
    """`dtype` may be a name or a NumPy type, and predictions are in double precision either way."""
    X, y = imbalanced
    fitted = make_classifier(dtype=dtype).fit(X, y)
    assert {array.dtype for array in fitted.coefs_ + fitted.intercepts_} == {np.dtype(dtype)}
    assert fitted.predict_proba(X).dtype == np.float64


def test_steps_per_epoch_sets_the_length_of_an_epoch(make_classifier, imbalanced):
    """Eight steps in one epoch take the rows and steps of two epochs of four."""
    X, y = imbalanced
    passes = make_classifier(epochs=2).fit(X, y)
    steps = make_classifier(epochs=1, steps_per_epoch=8).fit(X, y)
    np.testing.assert_allclose(passes.decision_function(X), steps.decision_function(X), rtol=1e-5, atol=1e-6)


def test_dropout_changes_training_but_not_prediction(make_classifier, imbalanced):
    """Units drop in training only: predictions of one fit are always the same."""
    X, y = imbalanced
    without, dropped = (make_classifier(dropout=rate).fit(X, y) for rate in (0.0, 0.5))
    assert not np.allclose(without.decision_function(X), dropped.decision_function(X))
    np.testing.assert_array_equal(dropped.decision_function(X), dropped.decision_function(X))


def test_the_rare_class_is_ranked_first(make_classifier, imbalanced):
    """On 9:1 data that one noisy feature tells apart, training finds that feature."""
    X, y = imbalanced
    untrained, trained = (make_classifier(epochs=20, learning_rate=rate).fit(X, y) for rate in (1e-12, 0.01))
    assert roc_auc_score(y, untrained.decision_function(X)) < 0.8
    assert roc_auc_score(y, trained.decision_function(X)) > 0.9


# Predictions


def test_one_row_has_a_row_of_probabilities(make_classifier, imbalanced):
    """`predict_proba` of one row is of shape (1, 2)."""
    X, y = imbalanced
    assert make_classifier().fit(X, y).predict_proba(X[:1]).shape == (1, 2)


def test_decision_function_is_the_log_odds(make_classifier, imbalanced):
    """For two classes it is one number a row, positive where the second class is the likelier one."""
    X, y = imbalanced
    fitted = make_classifier().fit(X, y)
    np.testing.assert_allclose(fitted.decision_function(X), logit(fitted.predict_proba(X)[:, 1]))
    np.testing.assert_array_equal(fitted.predict(X), fitted.decision_function(X) > 0)


def test_probabilities_of_three_classes_agree_with_scores_and_labels(make_classifier, three_classes):
    """One score for each class; softmax makes probabilities of them, and the largest is predicted."""
    X, y = three_classes
    fitted = make_classifier().fit(X, y)
    scores, probabilities = fitted.decision_function(X), fitted.predict_proba(X)
    np.testing.assert_allclose(np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True), probabilities)
    np.testing.assert_array_equal(fitted.predict(X), fitted.classes_[probabilities.argmax(axis=1)])


def test_log_probabilities_are_exact_where_probabilities_round_to_zero(make_classifier, imbalanced):
    """A row that is thousands of log-odds away has a log probability of minus thousands, not of minus infinity."""
    X, y = imbalanced
    fitted = make_classifier(hidden_layer_sizes=()).fit(X, y)
    far = 1e5 * X[:1]
    score = fitted.decision_function(far)[0]
    assert abs(score) > 1000
    assert fitted.predict_log_proba(far).min() == pytest.approx(-abs(score))


@pytest.mark.parametrize("n_networks", [1, 2])
@pytest.mark.parametrize("data", ["imbalanced", "three_classes"])
def test_the_keras_model_predicts_the_same(data, n_networks, make_classifier, request):
    """`to_keras` gives a model of the same probabilities, one sigmoid for two classes."""
    X, y = request.getfixturevalue(data)
    fitted = make_classifier(n_networks=n_networks).fit(X, y)
    outputs = np.asarray(fitted.to_keras()(X.astype(np.float32)))
    expected = fitted.predict_proba(X)
    np.testing.assert_allclose(outputs, expected[:, -outputs.shape[1] :], rtol=1e-4, atol=1e-6)


# What decides a result


@pytest.mark.parametrize("parameters", [{}, {"dropout": 0.3}, {"n_networks": 2}, {"early_stopping": True}], ids=str)
def test_an_integer_random_state_decides_the_result_bit_for_bit(parameters, make_classifier, imbalanced):
    """Two fits are equal to the last bit, whatever the global seeds are."""
    import tensorflow as tf

    X, y = imbalanced
    results = []
    for seed in (1, 2):
        np.random.seed(seed)
        random.seed(seed)
        tf.random.set_seed(seed)
        results.append(make_classifier(**parameters).fit(X, y).decision_function(X))
    np.testing.assert_array_equal(*results)


def test_global_random_state_is_left_alone(make_classifier, imbalanced):
    """Neither Python's, NumPy's nor TensorFlow's generator moves in a fit or a prediction."""
    import tensorflow as tf

    X, y = imbalanced

    def draw(between):
        np.random.seed(0)
        random.seed(0)
        tf.random.set_seed(0)
        between()
        return np.random.uniform(), random.random(), float(tf.random.uniform([]))

    expected = draw(lambda: None)
    used = draw(lambda: make_classifier(dropout=0.3, early_stopping=True).fit(X, y).predict_proba(X))
    assert used == expected


def test_exporting_to_keras_leaves_the_global_random_state_alone(make_classifier, imbalanced):
    """Keras draws seeds for its layers from Python's generator, which must not show."""
    fitted = make_classifier(dropout=0.3).fit(*imbalanced)
    before = random.getstate()
    fitted.to_keras()
    assert random.getstate() == before


def test_another_seed_gives_another_network(make_classifier, imbalanced):
    """`random_state` decides the first weights and the shuffles."""
    X, y = imbalanced
    one, other = (make_classifier(random_state=seed).fit(X, y).decision_function(X) for seed in (0, 1))
    assert not np.allclose(one, other)


def test_a_random_state_instance_moves_on(make_classifier, imbalanced):
    """Two fits that share a generator differ; two generators of one seed agree."""
    X, y = imbalanced
    shared = np.random.RandomState(3)
    first, second, again = (
        make_classifier(random_state=state).fit(X, y).decision_function(X)
        for state in (shared, shared, np.random.RandomState(3))
    )
    assert not np.allclose(first, second)
    np.testing.assert_array_equal(first, again)


@pytest.mark.parametrize("seed", [0, 2**32 - 1, np.int64(7)], ids=repr)
def test_every_seed_that_scikit_learn_takes_is_a_seed(seed, make_classifier, imbalanced):
    """Seeds range to 2**32 - 1, NumPy's integers included."""
    assert make_classifier(random_state=seed).fit(*imbalanced).network_seeds_.tolist() == [int(seed)]


# Committees


@pytest.mark.parametrize("parameters", [{}, {"dropout": 0.3}, {"early_stopping": True}], ids=str)
def test_a_member_of_a_committee_is_the_classifier_of_its_seed(parameters, make_classifier, imbalanced):
    """Every member is what a single fit with its seed gives, and probabilities are their means."""
    X, y = imbalanced
    committee = make_classifier(n_networks=2, **parameters).fit(X, y)
    singles = [make_classifier(random_state=s, **parameters).fit(X, y) for s in committee.network_seeds_]
    for k, single in enumerate(singles):
        for together, alone in zip(committee.coefs_, single.coefs_, strict=True):
            np.testing.assert_allclose(together[k], alone, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(committee.predict_proba(X), stack_probabilities(singles, X), rtol=1e-4, atol=1e-6)


def test_the_first_member_of_a_committee_has_the_integer_seed(make_classifier, imbalanced):
    """A committee contains the classifier one had before, and its seeds differ."""
    seeds = make_classifier(n_networks=2, random_state=5).fit(*imbalanced).network_seeds_
    assert seeds[0] == 5
    assert len(set(seeds.tolist())) == 2


def test_a_committee_has_a_leading_network_axis(make_classifier, imbalanced):
    """Weights, biases, curves and epoch counts have one entry for each network."""
    committee = make_classifier(n_networks=2).fit(*imbalanced)
    assert [W.shape for W in committee.coefs_] == [(2, 4, 8), (2, 8, 1)]
    assert [b.shape for b in committee.intercepts_] == [(2, 8), (2, 1)]
    assert committee.loss_curve_.shape == (2, 3)
    assert committee.n_iter_.tolist() == committee.best_epoch_.tolist() == [3, 3]


def test_a_committee_decides_by_the_log_odds_of_the_mean(make_classifier, imbalanced):
    """Probabilities are averaged, not scores."""
    X, y = imbalanced
    committee = make_classifier(n_networks=2).fit(X, y)
    np.testing.assert_allclose(committee.decision_function(X), logit(committee.predict_proba(X)[:, 1]))


def test_a_committee_decides_among_three_classes_by_the_highest_score(make_classifier, three_classes):
    """One score a class, the log of the mean probability; the prediction is the class of the highest."""
    X, y = three_classes
    committee = make_classifier(n_networks=2, class_weight="balanced", epochs=20).fit(X, y)
    scores = committee.decision_function(X)
    assert scores.shape == (200, 3)
    np.testing.assert_allclose(np.exp(scores), committee.predict_proba(X), rtol=1e-9)
    np.testing.assert_array_equal(committee.predict(X), committee.classes_[scores.argmax(axis=1)])
    assert set(committee.predict(X)) == {"a", "b", "c"}


# Scaling


@pytest.mark.parametrize("change", [lambda x: 1000 * x, lambda x: x + 1000], ids=["spread", "mean"])
def test_unscaled_inputs_get_one_hint(change, make_classifier, imbalanced):
    """One warning a fit names the column and the cure, and points at the caller's line."""
    X, y = imbalanced
    X[:, 2] = change(X[:, 2])
    with pytest.warns(UserWarning, match=r"look unscaled: column 2 .* StandardScaler") as caught:
        make_classifier(n_networks=2).fit(X, y)
    assert [warning.filename for warning in caught] == [__file__]


@pytest.mark.parametrize("hold", [np.asarray, sparse.csr_array, sparse.csc_matrix], ids=["dense", "csr", "csc"])
def test_unscaled_inputs_get_a_hint_with_the_first_of_many_passes(hold, make_classifier, imbalanced):
    """`partial_fit` says so once, whatever the rows are held in, and names a scaler that takes them."""
    X, y = imbalanced
    X[:, 2] *= 1000
    classifier, scaler = make_classifier(), "StandardScaler" if hold is np.asarray else "MaxAbsScaler"
    with pytest.warns(UserWarning, match=f"look unscaled: column 2 .* {scaler}") as caught:
        classifier.partial_fit(hold(X), y, classes=[0, 1])
    assert [warning.filename for warning in caught] == [__file__]
    classifier.partial_fit(hold(X), y)


def test_unscaled_sparse_inputs_get_one_hint(make_classifier, imbalanced):
    """The mean and the spread count the entries that are not stored."""
    X, y = imbalanced
    X[np.abs(X) < 0.5] = 0
    X[:, 1] *= 1000
    spread = f"{X[:, 1].std():.3g}"
    with pytest.warns(UserWarning, match=f"column 1 .* standard deviation {spread}. Put a MaxAbsScaler") as caught:
        make_classifier().fit(sparse.csr_array(X), y)
    assert [warning.filename for warning in caught] == [__file__]


def test_text_as_tf_idf_gets_no_hint(make_classifier):
    """Its columns are small as they are."""
    words = [f"word{number % 7} word{number % 11} rare{number}" for number in range(60)]
    make_classifier().fit(TfidfVectorizer().fit_transform(words), np.arange(60) % 7 == 0)


# Silence and progress


def test_a_fit_prints_nothing(make_classifier, imbalanced, capfd):
    """With `verbose=0` nothing comes out of a fit and its predictions, once TensorFlow is up."""
    X, y = imbalanced
    make_classifier().fit(X, y)
    capfd.readouterr()
    make_classifier(hidden_layer_sizes=(7,), early_stopping=True).fit(X, y).predict(X)
    assert capfd.readouterr() == ("", "")


def test_many_fits_print_nothing():
    """TensorFlow's loggers keep quiet too, however many programs are compiled; they warn twice a process, if at all."""
    code = """
import sys
import numpy as np
from skweighted import CostSensitiveMLPClassifier
X, y = np.random.default_rng(0).normal(size=(20, 2)), np.arange(20) % 2
for width in range(1, 7):
    CostSensitiveMLPClassifier(width, epochs=1).fit(X, y)
    if width == 1:
        print("TensorFlow is up", file=sys.stderr, flush=True)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=300)
    assert done.stdout == ""
    assert done.stderr.partition("TensorFlow is up\n")[2] == ""


@pytest.mark.parametrize("verbose", [1, True])
def test_progress_shows_epochs_and_loss(verbose, make_classifier, imbalanced, capsys):
    """One bar is updated on one line up to the last epoch."""
    make_classifier(verbose=verbose).fit(*imbalanced)
    shown = capsys.readouterr().out
    assert "3/3" in shown
    assert "loss: 0." in shown
    assert "validation" not in shown
    assert shown.count("\n") == 1


def test_a_committee_in_several_stacks_shows_one_bar(make_classifier, imbalanced, capsys):
    """Forty networks train in as many threads as there are cores, and their mean is what the bar shows."""
    make_classifier(verbose=1, n_networks=40).fit(*imbalanced)
    shown = capsys.readouterr().out
    assert "3/3" in shown
    assert shown.count("\n") == 1


def test_progress_shows_the_validation_value(make_classifier, imbalanced, capsys):
    """The bar has what early stopping goes by and is closed where that stops."""
    fitted = make_classifier(verbose=1, early_stopping=True, n_iter_no_change=1, tol=10.0).fit(*imbalanced)
    shown = capsys.readouterr().out
    assert fitted.n_iter_ < 3
    assert f"{fitted.n_iter_}/3" in shown
    assert "validation: 0." in shown
    assert shown.endswith("\n")


@pytest.mark.parametrize(("n_rows", "epochs"), [(20, 50), (4000, 50), (16000, 25), (10**7, 10)])
def test_automatic_epochs_are_fewer_for_more_rows(n_rows, epochs):
    assert auto_epochs(n_rows) == epochs


def test_automatic_epochs_count_the_rows_that_train(make_classifier):
    X = np.linspace(-1, 1, 5000)[:, None]
    clf = make_classifier(epochs="auto", early_stopping=True, validation_fraction=0.2)
    (network,) = plan_fit(clf, FitRequest(X, X.ravel() > 0)).networks
    assert network.settings.epochs == 50
