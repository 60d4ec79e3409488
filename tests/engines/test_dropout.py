"""Dropout masks: the rate asked for everywhere, and independence of all that a draw is keyed by."""

import numpy as np
import pytest

from skweighted.engines.compiled._dropout import advance_keys, drop_units, start_keys

SHAPE = (200, 128)
PARTS = ("seed", "epoch", "step", "layer")
STEPS = np.arange(30)


def masks(rate=0.15, **numbers):
    """Return which units of which rows are kept, a mask for each number of `seed`, `epoch`, `step` or `layer`."""
    import tensorflow as tf

    count = max(len(values) for values in numbers.values())
    seed, epoch, step, layer = (np.resize(numbers.get(part, 0), count) for part in PARTS)
    keys = start_keys(tf.constant(seed, tf.uint64), tf.constant(epoch))
    keys = advance_keys(advance_keys(keys, tf.constant(step)), tf.constant(layer))
    return drop_units(tf.ones((count, *SHAPE)), tf.fill(count, rate), keys).numpy() > 0


def correlation(a, b):
    """Return the correlation of two masks in standard deviations of what chance gives."""
    return np.corrcoef(a.ravel(), b.ravel())[0, 1] * np.sqrt(a.size)


@pytest.mark.parametrize("rate", [0.02, 0.15, 0.5])
def test_every_unit_and_every_row_is_dropped_at_the_rate(rate):
    """Over many masks no unit, no row and no mask departs from the rate by more than chance allows."""
    dropped = ~masks(rate, step=np.arange(100))
    for axes in [(0, 1), (0, 2), (1, 2), (0, 1, 2)]:
        n_draws = np.prod([dropped.shape[axis] for axis in axes])
        deviations = (dropped.mean(axis=axes) - rate) / np.sqrt(rate * (1 - rate) / n_draws)
        assert np.abs(deviations).max() < 4.5
        if deviations.size > 1:
            assert deviations.std() == pytest.approx(1, abs=0.25)


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("distance", [1, 128])
def test_masks_of_different_keys_are_independent(part, distance):
    """One seed, epoch, step or layer says nothing about another."""
    some, others = masks(**{part: STEPS}), masks(**{part: STEPS + distance})
    found = np.array([correlation(a, b) for a, b in zip(some, others, strict=True)])
    assert np.abs(found).max() < 4.5
    assert abs(found.mean()) * np.sqrt(len(found)) < 4


def test_seeds_that_differ_in_high_bits_only_draw_differently():
    """A seed has 64 bits."""
    first, second = masks(seed=np.array([5, 5 + 2**40], dtype=np.uint64))
    assert abs(correlation(first, second)) < 4.5


@pytest.mark.parametrize("shift", [(1, 0), (0, 1), (1, 1), (2, 0), (0, 64), (100, 0)])
def test_neighbours_in_a_mask_are_independent(shift):
    """Neither rows nor units repeat, whatever the distance."""
    found = np.array([correlation(m, np.roll(m, shift, axis=(0, 1))) for m in masks(0.5, step=STEPS)])
    assert np.abs(found).max() < 4.5
    assert abs(found.mean()) * np.sqrt(len(found)) < 4


def test_squares_of_units_are_even():
    """Two rows and two units: dropped an odd number of times as often as an even one."""
    m = masks(0.5, step=STEPS)
    parity = m[:, 1:, 1:] ^ m[:, 1:, :-1] ^ m[:, :-1, 1:] ^ m[:, :-1, :-1]
    assert abs(parity.mean() - 0.5) * 2 * np.sqrt(parity.size) < 8  # neighbouring squares share units


def test_kept_units_are_scaled_to_the_same_mean():
    """So that prediction needs no scale."""
    import tensorflow as tf

    keys = advance_keys(start_keys(tf.constant(0, tf.uint64), tf.constant(0)), 0)
    dropped = drop_units(tf.fill(SHAPE, 2.0), tf.constant(0.2), keys).numpy()
    assert set(np.unique(dropped)) == {0.0, 2.5}


def test_a_network_draws_the_same_alone_and_in_a_stack():
    """The place in the stack is no part of the key."""
    import tensorflow as tf

    seeds = tf.constant([3, 4, 5], tf.uint64)
    keys = advance_keys(start_keys(seeds, tf.constant([7, 7, 8])), 2)
    stacked = drop_units(tf.ones((3, *SHAPE)), tf.constant([0.15, 0.5, 0.15]), keys).numpy() > 0
    for k, (epoch, rate) in enumerate([(7, 0.15), (7, 0.5), (8, 0.15)]):
        alone = advance_keys(start_keys(seeds[k], tf.constant(epoch)), 2)
        expected = drop_units(tf.ones(SHAPE), tf.constant(rate), alone).numpy() > 0
        np.testing.assert_array_equal(stacked[k], expected)
