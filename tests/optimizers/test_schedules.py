"""Learning rates in the course of training: what every schedule keeps to, and the formula of each."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from sklearn.base import clone

from skweighted.optimizers.schedules import SCHEDULES, Constant, Cosine, CosLog, FlatCosine, Warmup, resolve_schedule

every_schedule = pytest.mark.parametrize("key", SCHEDULES)


@every_schedule
def test_factors_are_between_0_and_1_and_reach_1(key):
    """No schedule goes beyond its highest rate, and each gets there."""
    factor = SCHEDULES[key]().factor(np.linspace(0, 1, 2001))
    assert factor.min() >= 0
    assert_allclose(factor.max(), 1, atol=1e-4)


@every_schedule
def test_no_step_has_a_rate_of_zero(key):
    """Every step moves, the first and the last too."""
    assert (SCHEDULES[key]().factors(50) > 0).all()


@every_schedule
def test_factors_of_a_part_are_those_of_the_whole(key):
    """Steps may be asked for in parts, as slices of training do; those beyond the end have the last factor."""
    schedule = SCHEDULES[key]()
    factors = schedule.factors(10)
    parts = [schedule.factors(10, 0, 4), schedule.factors(10, 4, 12)]
    assert_allclose(np.concatenate(parts), [*factors, factors[9], factors[9]])


@every_schedule
def test_parameters_survive_a_clone(key):
    """A schedule is searched and cloned as any component."""
    schedule = SCHEDULES[key]()
    assert clone(schedule).get_params() == schedule.get_params()


def test_cosine_falls_from_1_to_0():
    """The middle has half of the rate."""
    assert_allclose(Cosine().factor(np.array([0, 0.5, 1])), [1, 0.5, 0], atol=1e-12)


def test_flat_cosine_stays_for_half_of_the_training():
    """Only the second half falls."""
    assert_allclose(FlatCosine().factor(np.array([0, 0.5, 0.75, 1])), [1, 1, 0.5, 0], atol=1e-12)


def test_coslog_has_its_valleys_where_the_paper_has_them():
    """Four cycles end at 1/15, 3/15, 7/15 and 1."""
    assert_allclose(CosLog().factor(np.array([0, 1, 3, 7, 15]) / 15), 0, atol=1e-12)


def test_warmup_rises_to_the_rate_of_what_follows():
    """The highest rate belongs to the schedule that follows."""
    schedule = Warmup(Cosine(0.01), share=0.2)
    assert schedule.highest_rate() == 0.01
    assert_allclose(schedule.factor(np.array([0, 0.1, 0.2, 0.6, 1])), [0, 0.5, 1, 0.5, 0], atol=1e-12)


def test_a_number_is_a_constant_rate():
    """A plain learning rate means what it always did."""
    schedule = resolve_schedule(0.02, "Classifier")
    assert isinstance(schedule, Constant)
    assert (schedule.highest_rate() * schedule.factors(3)).tolist() == [0.02] * 3


@pytest.mark.parametrize(
    ("learning_rate", "named"),
    [
        ("cosin", "Did you mean 'cosine'"),
        (0.0, "learning_rate"),
        (None, "learning_rate"),
        (Cosine(-1.0), "peak"),
        (CosLog(n_cycles=0), "n_cycles"),
        (Warmup(share=1.0), "share"),
        (Warmup("cosin"), "Did you mean 'cosine'"),
    ],
)
def test_what_cannot_be_a_learning_rate_is_named(learning_rate, named):
    """The error names the parameter, or suggests a schedule."""
    with pytest.raises((TypeError, ValueError), match=named):
        resolve_schedule(learning_rate, "Classifier")
