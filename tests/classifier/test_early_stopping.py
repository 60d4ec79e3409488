"""Early stopping: which rows are held out, what is watched, when training stops and what it goes back to."""

import warnings

import numpy as np
import pytest
from sklearn.metrics import average_precision_score, get_scorer, log_loss


class Spy:
    """A scorer that remembers what it was shown and gives a better score each time."""

    def __init__(self):
        self.seen = []

    def __call__(self, estimator, X, y, **weights):
        self.seen.append((np.array(y), weights))
        return float(len(self.seen))


def stopping(make_classifier, **parameters):
    return make_classifier(early_stopping=True, **parameters)


# Which rows


def test_validation_rows_are_stratified_though_the_rare_class_comes_last(make_classifier, imbalanced):
    """Rows are a sample of each class, not the tail of the array, where a sampler puts the minority."""
    X, y = imbalanced
    order, spy = np.argsort(y, kind="stable"), Spy()
    stopping(make_classifier, monitor=spy).fit(X[order], y[order])
    assert np.bincount(spy.seen[0][0]).tolist() == [18, 2]


@pytest.mark.parametrize(("fraction", "held_out"), [(0.1, [18, 2]), (0.001, [1, 1]), (0.999, [179, 19])])
def test_validation_fraction_is_a_share_of_each_class(fraction, held_out, make_classifier, imbalanced):
    """Of each class at least one row is held out and at least one is left to train on."""
    spy = Spy()
    stopping(make_classifier, monitor=spy, validation_fraction=fraction).fit(*imbalanced)
    assert np.bincount(spy.seen[0][0]).tolist() == held_out


def test_members_of_a_committee_hold_out_their_own_rows(make_classifier, imbalanced):
    """Between them they train on all rows."""
    X, y = imbalanced
    spy = Spy()
    committee = stopping(make_classifier, monitor=spy, n_networks=2, epochs=1, class_weight="balanced")
    # A number for each row, so that the rows shown can be told apart.
    committee.fit(X, y, sample_weight=np.arange(1.0, 201))
    _, first, second = (weights["sample_weight"] for _, weights in spy.seen)  # the first call is a trial
    assert set(first) != set(second)
    assert isinstance(committee.class_weight_, list)


def test_a_class_of_one_row_stays_in_training_with_a_warning(make_classifier, imbalanced):
    """The warning names the class, and the class is still learnt."""
    X, y = imbalanced
    labels, spy = np.array(["common", "rare"])[y], Spy()
    labels[0] = "single"
    with pytest.warns(UserWarning, match=r"\['single'\] have one row") as caught:
        fitted = stopping(make_classifier, monitor=spy).fit(X, labels)
    assert [warning.filename for warning in caught] == [__file__]
    assert "single" not in spy.seen[0][0]
    assert fitted.classes_.tolist() == ["common", "rare", "single"]


def test_a_committee_warns_once_of_a_class_of_one_row(make_classifier, imbalanced):
    """One fact, one warning, however many networks."""
    X, y = imbalanced
    y[0] = 2
    with warnings.catch_warnings(record=True, action="always") as caught:
        stopping(make_classifier, n_networks=2, epochs=1).fit(X, y)
    assert len(caught) == 1


def test_rows_of_weight_zero_are_not_held_out(make_classifier, imbalanced):
    """As many rows are held out as without them, and the validation loss says something."""
    X, y = imbalanced
    weight = np.zeros(200)
    for label in (0, 1):
        weight[np.flatnonzero(y == label)[:10]] = 1
    kept, spies = weight > 0, (Spy(), Spy())
    stopping(make_classifier, monitor=spies[0]).fit(X, y, sample_weight=weight)
    stopping(make_classifier, monitor=spies[1]).fit(X[kept], y[kept])
    np.testing.assert_array_equal(spies[0].seen[0][0], spies[1].seen[0][0])
    fitted = stopping(make_classifier).fit(X, y, sample_weight=weight)
    assert (fitted.validation_curve_ > 0).all()
    assert fitted.n_iter_ == 3


def test_a_class_with_one_row_of_weight_stays_in_training(make_classifier, imbalanced):
    """Its other rows do not count, so that it is as good as a class of one row."""
    X, y = imbalanced
    weight = np.where(y == 0, 1.0, 0.0)
    weight[np.flatnonzero(y == 1)[0]] = 1
    spy = Spy()
    with pytest.warns(UserWarning, match=r"\[1\] have one row"):
        stopping(make_classifier, monitor=spy).fit(X, y, sample_weight=weight)
    assert np.bincount(spy.seen[0][0]).tolist() == [18]


def test_given_validation_rows_replace_the_split(make_classifier, imbalanced):
    """With `X_val` and `y_val` all rows train and those given are watched."""
    X, y = imbalanced
    spy = Spy()
    fitted = stopping(make_classifier, monitor=spy, class_weight="balanced").fit(X, y, X_val=X[:100], y_val=y[:100])
    np.testing.assert_array_equal(spy.seen[0][0], y[:100])
    assert fitted.class_weight_[1] / fitted.class_weight_[0] == pytest.approx(180 / 20)


def test_given_validation_rows_are_watched_without_early_stopping_too(make_classifier, imbalanced):
    """They give a validation curve and change nothing else."""
    X, y = imbalanced
    watched, plain = make_classifier().fit(X, y, X_val=X[:100], y_val=y[:100]), make_classifier().fit(X, y)
    assert watched.validation_curve_.shape == (3,)
    np.testing.assert_array_equal(watched.decision_function(X), plain.decision_function(X))


# What is watched


def test_the_validation_loss_is_that_of_the_weights_kept(make_classifier, imbalanced):
    """`validation_curve_` at the best epoch is the log loss of the predictions made afterwards."""
    X, y = imbalanced
    fitted = stopping(make_classifier).fit(X, y, X_val=X[:100], y_val=y[:100])
    now = log_loss(y[:100], fitted.predict_proba(X[:100]))
    assert fitted.validation_curve_[fitted.best_epoch_ - 1] == pytest.approx(now, rel=1e-5)


def test_class_weights_count_in_the_validation_loss(make_classifier, imbalanced):
    """Validation rows weigh what their class weighs in training, and their own weights multiply that."""
    X, y = imbalanced
    weight = np.linspace(0.5, 2, 100)
    fitted = stopping(make_classifier, class_weight={1: 5}, normalize_weights=False)
    fitted.fit(X, y, X_val=X[:100], y_val=y[:100], sample_weight_val=weight)
    row_weight = weight * np.where(y[:100] == 1, 5, 1)
    row_loss = -fitted.predict_log_proba(X[:100])[np.arange(100), y[:100]]
    assert fitted.validation_curve_[fitted.best_epoch_ - 1] == pytest.approx((row_weight * row_loss).mean(), rel=1e-5)


@pytest.mark.parametrize("monitor", ["average_precision", "roc_auc", "balanced_accuracy", "neg_log_loss"])
def test_any_scorer_is_watched_by_name(monitor, make_classifier, imbalanced):
    """The curve has the score of the weights kept, and its maximum is theirs."""
    X, y = imbalanced
    fitted = stopping(make_classifier, monitor=monitor).fit(X, y, X_val=X[:100], y_val=y[:100])
    best = fitted.validation_curve_[fitted.best_epoch_ - 1]
    assert best == fitted.validation_curve_.max()
    assert best == pytest.approx(get_scorer(monitor)(fitted, X[:100], y[:100]), rel=1e-5)


def test_a_scorer_of_three_classes_is_watched(make_classifier, three_classes):
    """Scorers see one probability for each class."""
    X, y = three_classes
    fitted = stopping(make_classifier, monitor="roc_auc_ovr").fit(X, y, X_val=X[:100], y_val=y[:100])
    expected = get_scorer("roc_auc_ovr")(fitted, X[:100], y[:100])
    assert fitted.validation_curve_[fitted.best_epoch_ - 1] == pytest.approx(expected, rel=1e-5)


def test_a_scorer_gets_the_weights_of_validation_rows(make_classifier, imbalanced):
    """Sample weights go along with the rows held out."""
    X, y = imbalanced
    weight = np.linspace(0.5, 2, 100)
    fitted = stopping(make_classifier, monitor="average_precision")
    fitted.fit(X, y, X_val=X[:100], y_val=y[:100], sample_weight_val=weight)
    expected = average_precision_score(y[:100], fitted.decision_function(X[:100]), sample_weight=weight)
    assert fitted.validation_curve_[fitted.best_epoch_ - 1] == pytest.approx(expected, rel=1e-5)


def test_a_scorer_object_sees_the_labels_as_they_are(make_classifier, imbalanced):
    """A scorer of the user's own may name its positive class."""
    X, y = imbalanced
    spy = Spy()
    stopping(make_classifier, monitor=spy).fit(X, np.array(["good", "bad"])[y])
    assert set(spy.seen[0][0]) == {"good", "bad"}


# When it stops


def test_training_stops_when_nothing_improves_enough(make_classifier, imbalanced):
    """After `n_iter_no_change` epochs without an improvement by `tol` it is over."""
    fitted = stopping(make_classifier, epochs=50, n_iter_no_change=4, tol=1e9).fit(*imbalanced)
    # The first epoch is an improvement on nothing.
    assert fitted.n_iter_ == 1 + 4
    assert fitted.loss_curve_.shape == fitted.validation_curve_.shape == (5,)


def test_training_goes_on_while_the_score_rises(make_classifier, imbalanced):
    """A score that gets better every epoch is followed to the end."""
    fitted = stopping(make_classifier, monitor=Spy(), n_iter_no_change=1).fit(*imbalanced)
    assert (fitted.n_iter_, fitted.best_epoch_) == (3, 3)


def test_the_best_epoch_is_restored(make_classifier, imbalanced):
    """The weights kept are those that training had after the best epoch."""
    X, y = imbalanced
    scores = iter([0.0, 0.1, 0.3, 0.2])  # the first is that of a trial before training
    fitted = stopping(make_classifier, monitor=lambda *_: next(scores)).fit(X, y, X_val=X[:100], y_val=y[:100])
    assert (fitted.n_iter_, fitted.best_epoch_) == (3, 2)
    np.testing.assert_allclose(
        fitted.decision_function(X), make_classifier(epochs=2).fit(X, y).decision_function(X), rtol=1e-5, atol=1e-6
    )


def test_members_of_a_committee_stop_on_their_own(make_classifier, imbalanced):
    """Curves of those that stop first are padded with NaN."""
    X, y = imbalanced
    committee = stopping(make_classifier, n_networks=2, epochs=30, learning_rate=0.1, n_iter_no_change=1).fit(X, y)
    assert len(set(committee.n_iter_.tolist())) > 1
    assert committee.loss_curve_.shape == (2, committee.n_iter_.max())
    np.testing.assert_array_equal(np.isfinite(committee.loss_curve_).sum(axis=1), committee.n_iter_)


def test_without_early_stopping_tolerances_do_nothing(make_classifier, imbalanced):
    """`epochs` means exactly so many."""
    X, y = imbalanced
    plain, tolerant = make_classifier().fit(X, y), make_classifier(tol=1e9, n_iter_no_change=1).fit(X, y)
    assert tolerant.n_iter_ == 3
    np.testing.assert_array_equal(plain.decision_function(X), tolerant.decision_function(X))


def test_validation_rows_that_fill_several_blocks_are_all_watched(make_exact, imbalanced):
    """The compiled loop takes them a thousand at a time: the value is still the mean over every one."""
    X, y = imbalanced
    X_val, y_val = np.tile(X, (7, 1))[:1300], np.tile(y, 7)[:1300]
    clf = make_exact(early_stopping=True, epochs=1).fit(X, y, X_val=X_val, y_val=y_val)
    assert clf.validation_curve_[0] == pytest.approx(log_loss(y_val, clf.predict_proba(X_val)))
