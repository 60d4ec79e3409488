"""A learning rate that changes in the course of training."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.model_selection import GridSearchCV

from skweighted import BatchedGridSearchCV
from skweighted.optimizers.schedules import Constant, Cosine, Warmup


def test_a_constant_schedule_is_a_number(imbalanced, make_classifier):
    """Bit for bit."""
    plain = make_classifier(learning_rate=0.02).fit(*imbalanced)
    scheduled = make_classifier(learning_rate=Constant(0.02)).fit(*imbalanced)
    for coef, other in zip(plain.coefs_, scheduled.coefs_, strict=True):
        assert_array_equal(coef, other)


def test_each_step_has_the_rate_of_its_share_of_training(imbalanced, make_exact):
    """With gradient descent and one batch an epoch, the second of two epochs moves by its factor as far as usual."""
    settings = {"optimizer": "sgd", "batch_size": 200, "alpha": 0.0}
    schedule = Cosine(0.1)
    factors = schedule.factors(2)
    first = make_exact(learning_rate=0.1 * factors[0], epochs=1, warm_start=True, **settings).fit(*imbalanced)
    expected = first.set_params(learning_rate=0.1 * factors[1]).fit(*imbalanced).coefs_
    found = make_exact(learning_rate=schedule, epochs=2, **settings).fit(*imbalanced).coefs_
    for coef, other in zip(found, expected, strict=True):
        assert_allclose(coef, other, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("engine", ["compiled", "keras"])
def test_a_schedule_begins_anew_with_every_fit(engine, imbalanced, make_classifier):
    """A warm start moves on at the highest rate, not at the last one, which is near 0."""
    classifier = make_classifier(engine=engine, learning_rate=Cosine(0.05), epochs=2, warm_start=True).fit(*imbalanced)
    before = classifier.coefs_[0].copy()
    # Each of its 8 steps is about as long as the rate, for Adam.
    at_the_last_rate = 8 * 0.05 * Cosine().factors(8)[-1]
    assert np.abs(classifier.fit(*imbalanced).coefs_[0] - before).max() > 4 * at_the_last_rate


def test_names_and_parameters_are_searchable(imbalanced, make_exact):
    """Schedules, numbers and highest rates are candidates of one stack."""
    grid = [{"learning_rate": [0.01, "cosine"]}, {"learning_rate": [Cosine()], "learning_rate__peak": [0.01, 0.03]}]
    searches = [
        kind(make_exact(), grid, scoring="neg_log_loss", cv=2, refit=False).fit(*imbalanced)
        for kind in (GridSearchCV, BatchedGridSearchCV)
    ]
    scores = [search.cv_results_["mean_test_score"] for search in searches]
    assert_allclose(*scores, rtol=1e-9)
    assert len(set(scores[0].round(12))) == 4


def test_partial_fit_has_no_end_for_a_schedule_to_lead_to(imbalanced, make_classifier):
    """The error says what to do."""
    with pytest.raises(ValueError, match=r"partial_fit .* does not support learning_rate"):
        make_classifier(learning_rate=Warmup()).partial_fit(*imbalanced, classes=[0, 1])
