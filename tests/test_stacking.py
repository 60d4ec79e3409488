"""Plans are joined into as few stacks as fit in memory, and results come back in order."""

import threading
import time

import numpy as np
import pytest
from plans import plan_tiny, tiny_data
from sklearn import config_context, get_config

from skweighted.engines import _program, compiled
from skweighted.stacking import network_bytes, train_plans


def different_plans():
    """Return plans of two architectures, alternating."""
    X, y = tiny_data()
    return [plan_tiny(X, y, hidden_layer_sizes=(4 + k % 2,), random_state=k, epochs=3) for k in range(6)]


def test_equal_settings_share_a_stack_and_results_keep_their_order():
    """Two architectures make two stacks of three."""
    sizes = []

    def train(stack, check):
        sizes.append(len(stack))
        return compiled.train(stack)

    plans = different_plans()
    results = train_plans(plans, train)
    assert sizes == [3, 3]
    for plan, result in zip(plans, results, strict=True):
        assert [p.shape for p in result.state.params] == plan.settings.architecture.shapes


def test_a_stack_beyond_the_memory_budget_is_split_with_the_same_results():
    """A chunk of one network gives what the whole stack gives."""
    plans = different_plans()
    sizes = []

    def train(stack, check):
        sizes.append(len(stack))
        return compiled.train(stack)

    whole = train_plans(plans, lambda stack, check: compiled.train(stack))
    split = train_plans(plans, train, max_bytes=2 * network_bytes(plans[0]))
    assert max(sizes) < 3
    for a, b in zip(whole, split, strict=True):
        for left, right in zip(a.state.params, b.state.params, strict=True):
            np.testing.assert_allclose(left, right, atol=1e-9)


def test_a_wider_network_is_estimated_to_take_more_memory():
    """The estimate grows with layers and rows."""
    X, y = tiny_data()
    small, wide = plan_tiny(X, y), plan_tiny(X, y, hidden_layer_sizes=(500,))
    assert network_bytes(wide) > 10 * network_bytes(small)


def test_threads_train_a_large_stack_in_equal_parts_with_the_same_results():
    """Seventeen networks become nine and nine, of which one is a copy that fills up the second."""
    X, y = tiny_data()
    plans = [plan_tiny(X, y, random_state=k, epochs=3) for k in range(17)]
    whole = compiled.train(plans)
    sizes, threads = [], set()

    def train(stack, check):
        sizes.append(len(stack))
        threads.add(threading.get_ident())
        return compiled.train(stack)

    parts = train_plans(plans, train, n_threads=2)
    assert sizes == [9, 9]
    assert threading.get_ident() not in threads
    for a, b in zip(whole, parts, strict=True):
        for left, right in zip(a.state.params, b.state.params, strict=True):
            np.testing.assert_allclose(left, right, atol=1e-9)


def test_a_failure_in_one_thread_ends_the_others_at_their_next_check():
    """The error of one stack is raised, and the other does not train on."""
    X, y = tiny_data()
    plans = [plan_tiny(X, y, random_state=k) for k in range(16)]
    ended = []

    def train(stack, check):
        if stack[0] is plans[0]:
            raise RuntimeError("out of memory")
        for _ in range(1000):
            time.sleep(0.01)
            try:
                check()
            except KeyboardInterrupt:
                ended.append(stack)
                raise
        return [None] * len(stack)

    with pytest.raises(RuntimeError, match="out of memory"):
        train_plans(plans, train, n_threads=2)
    assert len(ended) == 1


def test_threads_go_by_the_configuration_of_scikit_learn_outside():
    """It is kept for each thread, so that a scorer in another one would not see it."""
    X, y = tiny_data()
    plans = [plan_tiny(X, y, random_state=k) for k in range(16)]
    with config_context(assume_finite=True):
        seen = train_plans(plans, lambda stack, _: [get_config()["assume_finite"]] * len(stack), n_threads=2)
    assert all(seen)


def test_threads_share_the_compilation_of_equal_stacks():
    """Both ask for the program before either has made it, and one is made."""
    X, y = tiny_data()
    plans = [plan_tiny(X, y, hidden_layer_sizes=(7,), random_state=k) for k in range(16)]
    before = _program._build.cache_info().misses
    train_plans(plans, lambda stack, check: compiled.train(stack), n_threads=2)
    assert _program._build.cache_info().misses == before + 1
