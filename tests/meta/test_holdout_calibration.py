"""HoldoutCalibratedClassifier: a temperature and a shift from rows held out, then a fit on all rows."""

import pickle

import numpy as np
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks

from skweighted.meta import HoldoutCalibratedClassifier
from skweighted.meta._holdout_calibration import find_temperature

LOGITS = np.random.default_rng(0).normal(scale=1.5, size=4000) - 1.5
Y = (np.random.default_rng(1).uniform(size=4000) < 1 / (1 + np.exp(-LOGITS))).astype(int)


class Overconfident(ClassifierMixin, BaseEstimator):
    """Reports three times the true log-odds, plus one, whatever it is fitted on."""

    def fit(self, X, y):
        self.classes_, self.n_rows_, self.n_features_in_ = np.unique(y), len(y), X.shape[1]
        return self

    def predict_proba(self, X):
        second = 1 / (1 + np.exp(-3 * X[:, 0] - 1))
        return np.column_stack([1 - second, second])


@parametrize_with_checks([HoldoutCalibratedClassifier(LogisticRegression(), validation_fraction=0.3, random_state=0)])
def test_scikit_learns_own_checks(estimator, check):
    check(estimator)


def test_temperature_and_shift_undo_what_was_done_to_the_log_odds():
    """Three times the log-odds plus one: a temperature of 3 and a shift of -1/3."""
    calibrated = HoldoutCalibratedClassifier(Overconfident(), validation_fraction=0.9, random_state=0)
    calibrated.fit(LOGITS[:, None], Y)
    assert calibrated.temperature_ == pytest.approx(3, rel=0.1)
    np.testing.assert_allclose(calibrated.shift_, [0, -1 / 3], atol=0.1)
    assert calibrated.estimator_.n_rows_ == 4000
    loss = log_loss(Y, calibrated.predict_proba(LOGITS[:, None]))
    assert loss < log_loss(Y, calibrated.estimator_.predict_proba(LOGITS[:, None])) - 0.15


def test_without_a_shift_the_even_odds_stay():
    """One half is one half at any temperature."""
    calibrated = HoldoutCalibratedClassifier(Overconfident(), shift=False, refit=False, random_state=0)
    calibrated.fit(LOGITS[:, None], Y)
    np.testing.assert_array_equal(calibrated.shift_, [0, 0])
    np.testing.assert_allclose(calibrated.predict_proba(np.array([[-1 / 3]])), [[0.5, 0.5]])
    assert calibrated.estimator_.n_rows_ == 3600


def test_what_is_found_is_the_least_log_loss_of_three_classes():
    """No step away from it does better, weights of rows included."""
    generator = np.random.default_rng(0)
    log_proba = np.log(generator.dirichlet([1, 2, 3], size=3000))
    cumulated = np.cumsum(np.exp(log_proba), axis=1)
    codes = np.minimum((generator.uniform(size=(3000, 1)) > cumulated).sum(axis=1), 2)
    weight = generator.uniform(size=3000)

    def loss(inverse, shift):
        z = inverse * log_proba + shift
        return log_loss(codes, np.exp(z - np.log(np.exp(z).sum(1, keepdims=True))), sample_weight=weight)

    temperature, shift = find_temperature(log_proba, codes, weight, shift=True)
    least = loss(1 / temperature, shift)
    for step in np.vstack([np.eye(3), -np.eye(3)]) * 0.02:
        assert loss(1 / temperature + step[0], shift + np.r_[0, step[1:]]) > least


def test_a_few_rows_held_out_move_little():
    """Rows that are all predicted right would allow any certainty."""
    log_proba = np.log([[0.8, 0.1, 0.1], [0.1, 0.8, 0.1], [0.8, 0.1, 0.1]])
    temperature, shift = find_temperature(log_proba, np.array([0, 1, 0]), None, shift=True)
    assert 0.5 < temperature < 1
    assert np.abs(shift).max() < 1


def test_a_class_without_rows_held_out_keeps_a_probability():
    """Its shift is finite."""
    log_proba = np.log(np.full((50, 2), 0.5))
    _, shift = find_temperature(log_proba, np.zeros(50, dtype=int), None, shift=True)
    assert -20 < shift[1] < 0


def test_a_network_is_refitted_for_its_best_epochs(imbalanced, make_classifier):
    """On all rows, without early stopping; a pipeline around it stays."""
    X, y = imbalanced
    network = make_classifier(early_stopping=True, epochs=5, n_networks=2)
    calibrated = HoldoutCalibratedClassifier(make_pipeline(StandardScaler(), network), random_state=0).fit(X, y)
    refitted = calibrated.estimator_[-1]
    assert not refitted.early_stopping
    assert 1 <= refitted.epochs <= 5
    expected = clone(refitted).fit(StandardScaler().fit_transform(X), y)
    np.testing.assert_array_equal(expected.coefs_[0], refitted.coefs_[0])
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(calibrated)).predict_proba(X), calibrated.predict_proba(X))


def test_sample_weight_is_split_with_the_rows():
    """Rows of weight 0 teach neither the classifier nor the calibration."""
    kept = np.arange(4000) < 2000
    shifted = np.where(kept, Y, 1 - Y)
    calibrated = HoldoutCalibratedClassifier(LogisticRegression(), validation_fraction=0.5, random_state=0)
    weighted = clone(calibrated).fit(LOGITS[:, None], shifted, sample_weight=kept.astype(float))
    assert weighted.estimator_.coef_[0, 0] > 0
    assert weighted.temperature_ == pytest.approx(1, rel=0.15)


@pytest.mark.parametrize(
    ("parameters", "error", "message"),
    [
        ({"validation_fraction": 1.0}, ValueError, "'validation_fraction' parameter of HoldoutCalibratedClassifier"),
        ({"refit": "yes"}, TypeError, "'refit' parameter of HoldoutCalibratedClassifier"),
    ],
)
def test_parameters_out_of_range_are_refused(parameters, error, message):
    """Before anything trains."""
    with pytest.raises(error, match=message):
        HoldoutCalibratedClassifier(LogisticRegression(), **parameters).fit(LOGITS[:, None], Y)
