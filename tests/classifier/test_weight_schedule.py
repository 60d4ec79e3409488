"""weight_schedule="deferred": class weights for the last fifth of training."""

import numpy as np
import pytest

SETTINGS = {"class_weight": {0: 1, 1: 20}, "dtype": "float64"}


def test_the_first_four_fifths_of_the_epochs_are_unweighted(imbalanced, make_classifier):
    deferred = make_classifier(epochs=10, weight_schedule="deferred", **SETTINGS).fit(*imbalanced)
    plain = make_classifier(epochs=10, dtype="float64").fit(*imbalanced)
    np.testing.assert_allclose(deferred.loss_curve_[:8], plain.loss_curve_[:8], rtol=1e-9)
    assert (deferred.loss_curve_[8:] > plain.loss_curve_[8:] + 0.1).all()
    assert deferred.class_weight_[1] == pytest.approx(20 * deferred.class_weight_[0])


def test_switching_by_hand_gives_the_same_network(imbalanced, make_classifier):
    deferred = make_classifier(epochs=10, weight_schedule="deferred", **SETTINGS).fit(*imbalanced)
    by_hand = make_classifier(epochs=8, dtype="float64", warm_start=True).fit(*imbalanced)
    by_hand.set_params(epochs=2, **SETTINGS).fit(*imbalanced)
    for ours, theirs in zip(deferred.coefs_, by_hand.coefs_, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-9)


def test_sample_weights_count_from_the_start(imbalanced, make_classifier):
    X, y = imbalanced
    sample_weight = np.random.default_rng(0).uniform(0.5, 2, len(y))
    deferred = make_classifier(epochs=10, weight_schedule="deferred", **SETTINGS).fit(X, y, sample_weight)
    plain = make_classifier(epochs=10, dtype="float64").fit(X, y, sample_weight)
    np.testing.assert_allclose(deferred.loss_curve_[:8], plain.loss_curve_[:8], rtol=1e-9)


def test_members_of_a_committee_equal_single_fits(imbalanced, make_classifier):
    settings = SETTINGS | {"epochs": 5, "weight_schedule": "deferred"}
    both = make_classifier(n_networks=2, **settings).fit(*imbalanced)
    for k, seed in enumerate(both.network_seeds_.tolist()):
        alone = make_classifier(**settings | {"random_state": seed}).fit(*imbalanced)
        np.testing.assert_allclose(both.coefs_[0][k], alone.coefs_[0], rtol=1e-9, atol=1e-12)


def test_the_last_epoch_is_weighted_however_few_there_are(imbalanced, make_classifier):
    deferred = make_classifier(epochs=1, weight_schedule="deferred", **SETTINGS).fit(*imbalanced)
    weighted = make_classifier(epochs=1, **SETTINGS).fit(*imbalanced)
    # Only the output bias starts elsewhere.
    assert deferred.loss_curve_[0] != pytest.approx(weighted.loss_curve_[0])
    assert deferred.loss_curve_[0] > 0.7


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"weight_schedule": "late"}, "'weight_schedule' parameter"),
        ({"weight_schedule": "deferred", "early_stopping": True}, "Training might stop before the class weights come"),
        ({"weight_schedule": "deferred", "engine": "keras"}, "Use engine='compiled'"),
    ],
    ids=str,
)
def test_schedules_that_cannot_be_kept_are_refused(settings, message, imbalanced, make_classifier):
    with pytest.raises(ValueError, match=message):
        make_classifier(**settings).fit(*imbalanced)


def test_partial_fit_knows_no_schedule(imbalanced, make_classifier):
    with pytest.raises(ValueError, match="partial_fit of CostSensitiveMLPClassifier does not support weight_schedule"):
        make_classifier(weight_schedule="deferred").partial_fit(*imbalanced, classes=[0, 1])
