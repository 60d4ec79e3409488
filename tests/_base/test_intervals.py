"""What numbers parameters accept."""

import math

import pytest

from skweighted._base.checks import Interval


@pytest.mark.parametrize(
    ("closed", "accepted", "rule"),
    [
        ("left", [0, 0.5], "a number in [0, 1)"),
        ("right", [0.5, 1], "a number in (0, 1]"),
        ("both", [0, 0.5, 1], "a number in [0, 1]"),
        ("neither", [0.5], "a number in (0, 1)"),
    ],
)
def test_an_interval_accepts_the_ends_that_it_is_closed_at(closed, accepted, rule):
    """Its words say the same."""
    interval = Interval(0, 1, closed=closed)
    assert [value for value in (-1, 0, 0.5, 1, 2) if value in interval] == accepted
    assert interval.rule == rule


@pytest.mark.parametrize("closed", ["left", "right", "both", "neither"])
@pytest.mark.parametrize("value", [math.inf, math.nan])
def test_no_interval_accepts_what_is_not_finite(closed, value):
    with pytest.raises(ValueError, match=r"'x' parameter of X must be a number .* Got (inf|nan) instead"):
        Interval(0, closed=closed).check(value, "x", "X")
