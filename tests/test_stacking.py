"""Plans are joined into as few stacks as fit in memory, and results come back in order."""

import numpy as np
from plans import plan_tiny, tiny_data

from skweighted.engines import compiled
from skweighted.stacking import network_bytes, train_plans


def different_plans():
    """Return plans of two architectures, alternating."""
    X, y = tiny_data()
    return [plan_tiny(X, y, hidden_layer_sizes=(4 + k % 2,), random_state=k, epochs=3) for k in range(6)]


def test_equal_settings_share_a_stack_and_results_keep_their_order():
    """Two architectures make two stacks of three."""
    sizes = []

    def train(stack):
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

    def train(stack):
        sizes.append(len(stack))
        return compiled.train(stack)

    whole = train_plans(plans, compiled.train)
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
