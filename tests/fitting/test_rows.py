"""The checks of rows: what they find, and what memory they take."""

import tracemalloc

import numpy as np
import pytest

from skweighted.fitting import _rows


@pytest.mark.filterwarnings("ignore:The inputs of a network look unscaled:UserWarning")
def test_the_hint_of_unscaled_inputs_copies_no_table():
    """Also where all inputs in double precision would take twice the memory of the table."""
    X = np.full((400_000, 4), 1000, dtype=np.float32)
    tracemalloc.start()
    try:
        _rows.hint_if_unscaled(X, "a network")
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < X.nbytes


def test_the_spread_is_that_of_all_rows(monkeypatch):
    """In whatever chunks it is computed, the last of them shorter than the others."""
    monkeypatch.setattr(_rows, "_CHUNK_VALUES", 30)
    X = np.random.default_rng(0).normal(1e4, [1, 10, 1000], size=(107, 3)).astype(np.float32)
    center, spread = _rows._center_and_spread(X)
    np.testing.assert_allclose(center, X.mean(axis=0, dtype=np.float64))
    np.testing.assert_allclose(spread, X.std(axis=0, dtype=np.float64))
