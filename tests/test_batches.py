"""Contracts that every batch rule keeps, and what each one promises."""

import pickle

import numpy as np
import pytest
from sklearn.datasets import make_classification

from skweighted import CostSensitiveMLPClassifier
from skweighted.batches import BATCHES, Balanced, Stratified, Undersampled, draw_epoch

Y = np.random.default_rng(0).permutation(np.repeat([0, 1, 2], [97, 30, 11]))
each_rule = pytest.mark.parametrize("rule", [*(cls() for cls in BATCHES.values()), Undersampled(ratio=0.5)], ids=repr)


def generators(number):
    return np.random.Generator(np.random.Philox(key=[7, number]))


@each_rule
def test_a_pass_draws_existing_rows_and_as_many_as_announced(rule):
    drawn = rule.draw_pass(Y, generators(0))
    assert drawn.shape == (rule.epoch_length(Y),)
    assert drawn.min() >= 0
    assert drawn.max() < len(Y)


@each_rule
def test_a_pass_depends_on_its_generator_alone(rule):
    np.testing.assert_array_equal(rule.draw_pass(Y, generators(3)), rule.draw_pass(Y, generators(3)))
    assert (rule.draw_pass(Y, generators(3)) != rule.draw_pass(Y, generators(4))).any()


@each_rule
def test_class_shares_are_those_of_the_weights_drawn(rule):
    row_weight = np.array([1.0, 3.0, 20.0])[Y] * np.random.default_rng(1).uniform(0.5, 1.5, len(Y))
    drawn = np.concatenate([rule.draw_pass(Y, generators(number)) for number in range(300)])
    observed = np.bincount(Y[drawn], weights=row_weight[drawn]) / row_weight[drawn].sum()
    np.testing.assert_allclose(rule.class_shares(Y, row_weight, 3), observed, rtol=0.01)


@each_rule
def test_a_class_without_rows_has_no_share(rule):
    y = np.where(Y == 1, 0, Y)
    assert rule.draw_pass(y, generators(0)).shape == (rule.epoch_length(y),)
    assert rule.class_shares(y, np.ones(len(y)), 3)[1] == 0


@each_rule
def test_a_stream_of_full_batches_is_one_pass_after_another(rule):
    stream = np.concatenate([draw_epoch(rule, Y, generators, epoch, 32, 5) for epoch in range(4)])
    passes = np.concatenate([rule.draw_pass(Y, generators(number)) for number in range(30)])
    np.testing.assert_array_equal(stream, passes[: 4 * 5 * 32])


@each_rule
def test_every_rule_survives_pickle(rule):
    assert repr(pickle.loads(pickle.dumps(rule))) == repr(rule)


@each_rule
def test_a_committee_equals_its_members_trained_alone(rule):
    X, y = make_classification(150, 5, weights=[0.8], random_state=0)
    settings = {"batches": rule, "epochs": 3, "batch_size": 32, "dtype": "float64"}
    both = CostSensitiveMLPClassifier((), **settings, n_networks=2, random_state=0).fit(X, y)
    for k, seed in enumerate(both.network_seeds_.tolist()):
        alone = CostSensitiveMLPClassifier((), **settings, random_state=seed).fit(X, y)
        np.testing.assert_allclose(both.coefs_[0][k], alone.coefs_[0], rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("batch_size", [3, 32, 60])
@pytest.mark.parametrize("steps_per_epoch", [None, 7])
def test_balanced_batches_hold_every_class_equally_often(batch_size, steps_per_epoch):
    for epoch in range(4):
        drawn = draw_epoch(Balanced(), Y, generators, epoch, batch_size, steps_per_epoch)
        for start in range(0, len(drawn), batch_size):
            counts = np.bincount(Y[drawn[start : start + batch_size]], minlength=3)
            assert np.ptp(counts) <= (batch_size % 3 > 0 or start + batch_size > len(drawn))


def test_balanced_batches_go_through_the_majority_without_repetition():
    drawn = Balanced().draw_pass(Y, generators(0))
    np.testing.assert_array_equal(np.sort(drawn[Y[drawn] == 0]), np.flatnonzero(Y == 0))


def test_balanced_batches_go_through_a_minority_completely_before_it_repeats():
    drawn = Balanced().draw_pass(Y, generators(0))
    minority = drawn[Y[drawn] == 2]
    for start in range(0, 88, 11):
        np.testing.assert_array_equal(np.sort(minority[start : start + 11]), np.flatnonzero(Y == 2))


@pytest.mark.parametrize("batch_size", [10, 32, 50])
def test_stratified_batches_have_the_class_shares_of_the_data(batch_size):
    expected = batch_size * np.bincount(Y) / len(Y)
    for epoch in range(5):
        drawn = draw_epoch(Stratified(), Y, generators, epoch, batch_size, None)
        np.testing.assert_array_equal(np.sort(drawn), np.arange(len(Y)))
        for start in range(0, len(drawn) - batch_size + 1, batch_size):
            counts = np.bincount(Y[drawn[start : start + batch_size]], minlength=3)
            assert (abs(counts - expected) <= 2).all()


def test_stratified_batches_of_32_at_one_to_a_hundred_never_hold_three_minority_rows():
    y = (np.arange(5050) % 101 == 0).astype(int)
    found = set()
    for epoch in range(5):
        drawn = draw_epoch(Stratified(), y, generators, epoch, 32, None)
        held = np.add.reduceat(y[drawn], np.arange(0, len(drawn), 32))
        found |= set(held.tolist())
        empty = np.diff(np.flatnonzero(held)) - 1
        assert empty.max() <= 3
    assert found == {0, 1}


def test_undersampling_draws_a_fresh_sample_of_the_majority_each_epoch():
    rule = Undersampled()
    samples = [set(rule.draw_pass(Y, generators(number))) for number in range(2)]
    for sample in samples:
        assert np.bincount(Y[list(sample)]).tolist() == [11, 11, 11]
    assert samples[0] != samples[1]


def test_undersampling_to_one_in_two():
    drawn = Undersampled(ratio=0.5).draw_pass(Y, generators(0))
    assert np.bincount(Y[drawn]).tolist() == [22, 22, 11]


def test_a_batch_without_room_for_every_class_is_refused():
    X, y = np.random.default_rng(0).normal(size=(138, 2)), Y
    with pytest.raises(ValueError, match=r"no room for 3 classes\. Set batch_size to 3 or more"):
        CostSensitiveMLPClassifier(batches="balanced", batch_size=2).fit(X, y)


@pytest.mark.parametrize("ratio", [0, 1.5, -1])
def test_a_ratio_out_of_range_is_refused(ratio):
    with pytest.raises(ValueError, match="'ratio' parameter of Undersampled must be a number in"):
        CostSensitiveMLPClassifier(batches=Undersampled(ratio=ratio)).fit(np.eye(4), [0, 1, 0, 1])


@pytest.mark.parametrize("n_rows", [66, 1500])
def test_a_number_of_steps_is_taken_whatever_the_number_of_rows(make_classifier, n_rows):
    """Full batches from an endless stream of rows: what undersampling leaves trains as long as what SMOTE makes."""
    X, y = np.random.default_rng(0).normal(size=(n_rows, 3)), np.arange(n_rows) % 2
    fitted = make_classifier(batch_size=200, steps_per_epoch=8, epochs=3, warm_start=True).fit(X, y)
    assert [state.step for state in fitted._states] == [3 * 8]
