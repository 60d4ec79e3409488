"""The tests of differences: published figures, coverage on simulated folds, and what has no spread."""

import numpy as np
import pytest
from sklearn.datasets import make_moons
from sklearn.model_selection import RepeatedStratifiedKFold, cross_val_score
from sklearn.svm import SVC

from skweighted.comparison._statistics import adjust_holm, compare_paired


def test_the_example_of_scikit_learns_documentation_comes_out_as_published():
    """Its "Statistical comparison of models using grid search" prints t, p, the probabilities and the interval."""
    X, y = make_moons(noise=0.352, random_state=1, n_samples=100)
    cv = RepeatedStratifiedKFold(n_splits=10, n_repeats=10, random_state=0)
    rbf, linear = (cross_val_score(SVC(kernel=kernel), X, y, cv=cv, scoring="roc_auc") for kernel in ("rbf", "linear"))
    found = compare_paired(rbf - linear, test_ratio=1 / 9, rope=0.01)
    assert found.p_value / 2 == pytest.approx(0.227, abs=5e-4)
    assert (found.low, found.high) == pytest.approx((-0.016445, 0.036445), abs=5e-7)
    assert (found.p_below, found.p_equal, found.p_above) == pytest.approx((0.068, 0.432, 0.500), abs=5e-4)


def test_without_a_region_of_equivalence_better_and_worse_mirror_the_p_value():
    """The Bayesian test and the t-test are the same arithmetic."""
    found = compare_paired([0.1, -0.02, 0.05, 0.03], test_ratio=1 / 3)
    assert found.p_equal == pytest.approx(0)
    assert 2 * found.p_below == pytest.approx(found.p_value)
    assert compare_paired([-0.1, 0.02, -0.05, -0.03], test_ratio=1 / 3).p_above == pytest.approx(found.p_below)


def _differences(seed):
    """Return differences in accuracy of two learners over three repeats of five folds of 100 fresh rows.

    Each cuts one of two features midway between its class means. The features tell the class equally well.
    """
    random = np.random.default_rng(seed)
    X, y = random.normal(size=(100, 2)), np.repeat([0.0, 1.0], 50)
    X += y[:, None]
    differences = []
    for _ in range(3):
        for test in random.permutation(100).reshape(5, 20):
            train = np.setdiff1d(np.arange(100), test)
            means = [X[train][y[train] == label].mean(axis=0) for label in (0, 1)]
            predicted = X[test] > (means[0] + means[1]) / 2
            accuracy = (predicted == y[test, None]).mean(axis=0)
            differences.append(accuracy[0] - accuracy[1])
    return differences


def test_the_interval_covers_a_true_difference_of_nothing_about_as_often_as_it_says():
    """Without the correction it is missed several times too often on the same simulated data."""
    simulated = [_differences(seed) for seed in range(300)]
    corrected = [compare_paired(d, test_ratio=1 / 4).p_value > 0.05 for d in simulated]
    naive = [compare_paired(d, test_ratio=1e-9).p_value > 0.05 for d in simulated]
    assert 0.93 <= np.mean(corrected) <= 0.99
    assert np.mean(naive) < 0.8


def test_no_difference_at_all_is_certain_to_be_none():
    """Two strategies that share their ranking tie in every fold."""
    found = compare_paired(np.zeros(10), test_ratio=1 / 4, rope=0.01)
    assert (found.mean, found.low, found.high, found.p_value, found.p_equal) == (0, 0, 0, 1, 1)
    assert compare_paired(np.full(10, 1e-16), test_ratio=1 / 4).p_value == 1


@pytest.mark.parametrize("differences", [[0.1, 0.1, 0.1], [0.1], [], [0.1, np.nan, 0.2]], ids=str)
def test_what_cannot_be_tested_claims_nothing(differences):
    """One and the same difference in each of a few folds is no proof beyond doubt, a failed fit none at all."""
    found = compare_paired(differences, test_ratio=1 / 4)
    assert np.isnan([found.p_value, found.low, found.high, found.p_above]).all()
    assert found.n_scores == len(differences)


def test_holms_adjustment_is_the_one_of_r():
    """R's p.adjust(c(0.01, 0.02, 0.03, 0.005), "holm") gives 0.03, 0.04, 0.04, 0.02; what is missing does not count."""
    assert adjust_holm([0.01, 0.02, np.nan, 0.03, 0.005])[[0, 1, 3, 4]] == pytest.approx([0.03, 0.04, 0.04, 0.02])
    assert np.isnan(adjust_holm([0.01, np.nan])[1])
    assert adjust_holm([0.9, 0.8]).tolist() == [1, 1]


@pytest.mark.parametrize(
    "options", [{"test_ratio": 0}, {"test_ratio": 1, "rope": -1}, {"test_ratio": 1, "confidence": 1}]
)
def test_numbers_out_of_range_are_named(options):
    """The message says which parameter and what it may be."""
    with pytest.raises(ValueError, match=f"'{list(options)[-1]}' parameter of compare_paired"):
        compare_paired([0.1, 0.2], **options)
