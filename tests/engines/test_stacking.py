"""Plans are joined into as few stacks as fit in memory, and results come back in order."""

import contextvars
import dataclasses
import threading

import numpy as np
import pytest
from plans import plan_tiny, tiny_data
from sklearn import config_context, get_config

from skweighted.engines import compiled
from skweighted.engines.compiled import _function, _slices
from skweighted.engines.stacking import network_bytes, train_plans


def different_plans():
    """Return plans of two architectures in turn."""
    X, y = tiny_data()
    return [plan_tiny(X, y, random_state=k, hidden_layer_sizes=((4,), (5,))[k % 2], epochs=3) for k in range(6)]


def train(stack, n_networks, report):
    """Train with the compiled engine."""
    return compiled.train(stack, n_networks=n_networks, progress=report)


def assert_same_params(results, others):
    """Two lists of results hold the same parameters, to rounding."""
    for a, b in zip(results, others, strict=True):
        for left, right in zip(a.state.params, b.state.params, strict=True):
            np.testing.assert_allclose(left, right, atol=1e-9)


class Spy:
    """An engine that notes the stacks it is given, and trains nothing."""

    def __init__(self):
        self.stacks = []
        self.rooms = []

    def __call__(self, stack, n_networks, report):
        """Return the plans for results."""
        self.stacks.append(list(stack))
        self.rooms.append(n_networks)
        return stack


def test_equal_settings_share_a_stack_and_results_keep_their_order():
    """Two architectures make two stacks of three."""
    sizes = []

    def noted(stack, n_networks, report):
        sizes.append(len(stack))
        return train(stack, n_networks, report)

    plans = different_plans()
    results = train_plans(plans, noted)
    assert sizes == [3, 3]
    for plan, result in zip(plans, results, strict=True):
        assert [p.shape for p in result.state.params] == plan.settings.architecture.shapes


def test_a_stack_beyond_the_memory_budget_is_split_with_the_same_results():
    """Chunks of a stack equal the stack."""
    plans, spy = different_plans(), Spy()
    budget = 2 * network_bytes(plans[0])
    train_plans(plans, spy, max_bytes=budget)
    assert max(map(len, spy.stacks)) < 3
    assert_same_params(train_plans(plans, train), train_plans(plans, train, max_bytes=budget))


def test_stacks_that_train_at_a_time_share_the_memory_budget():
    """Two threads get half of it each."""
    X, y = tiny_data()
    plans, spies = [plan_tiny(X, y, random_state=k) for k in range(32)], (Spy(), Spy())
    for n_threads, spy in enumerate(spies, start=1):
        train_plans(plans, spy, max_bytes=8 * network_bytes(plans[0]), n_threads=n_threads)
    assert [max(spy.rooms) for spy in spies] == [8, 4]


def test_a_wider_network_is_estimated_to_take_more_memory():
    """The estimate grows with the layers."""
    X, y = tiny_data()
    small, wide = plan_tiny(X, y), plan_tiny(X, y, hidden_layer_sizes=(500,))
    assert network_bytes(wide) > 10 * network_bytes(small)


def test_rows_that_never_are_in_memory_together_are_not_counted():
    """Neither those of all batches of an epoch, nor validation rows beyond a block."""
    X, y = tiny_data()
    small, long = plan_tiny(X, y), plan_tiny(X, y, steps_per_epoch=10**6)
    assert network_bytes(long) == network_bytes(small)
    held_out = np.zeros(10**5, dtype=np.int32)
    watching = dataclasses.replace(plan_tiny(X, y, hidden_layer_sizes=(500,)), validation_rows=held_out)
    assert network_bytes(watching) < 10**5 * 500 * 8


def test_threads_train_a_large_stack_in_equal_parts_with_the_same_results():
    """Seventeen networks become nine and eight, which use one program."""
    X, y = tiny_data()
    plans = [plan_tiny(X, y, random_state=k, epochs=3) for k in range(17)]
    whole = compiled.train(plans)
    sizes, threads = [], set()

    def noted(stack, n_networks, report):
        sizes.append((len(stack), n_networks))
        threads.add(threading.get_ident())
        return train(stack, n_networks, report)

    parts = train_plans(plans, noted, n_threads=2)
    assert sorted(sizes) == [(8, 9), (9, 9)]
    assert threading.get_ident() not in threads
    assert_same_params(whole, parts)


def test_networks_of_the_same_rows_stay_together():
    """Six folds of sixteen candidates are six stacks, however the plans are ordered."""
    folds = [tiny_data() for _ in range(6)]
    made = [plan_tiny(X, y) for X, y in folds]
    spy = Spy()
    results = train_plans([made[k % 6] for k in range(96)], spy, max_bytes=64 * network_bytes(made[0]), n_threads=2)
    assert [len({id(plan.data) for plan in stack}) for stack in spy.stacks] == [1] * 6
    assert results == [made[k % 6] for k in range(96)]


@pytest.mark.parametrize("n_networks", [16, 23, 50, 300])
def test_no_thread_waits_for_a_stack_more_than_the_other(n_networks):
    """Two threads have stacks of one size, and as many of them."""
    X, y = tiny_data()
    plans, spy = [plan_tiny(X, y)] * n_networks, Spy()
    train_plans(plans, spy, max_bytes=100 * network_bytes(plans[0]), n_threads=2)
    assert len(set(spy.rooms)) == 1
    assert len(spy.rooms) % 2 == 0
    assert sum(map(len, spy.stacks)) == n_networks


@pytest.mark.parametrize("failing", [0, 1])
def test_a_failure_in_one_thread_ends_the_others_at_their_next_report(failing):
    """The error of one stack is raised at once, the other does not train on, and those that wait never start."""
    X, y = tiny_data()
    plans = [plan_tiny(X, y, random_state=k) for k in range(48)]
    both, started, ended = threading.Barrier(2), [], []

    def fail(stack, n_networks, report):
        started.append(stack)
        both.wait(timeout=60)
        if stack[0] is plans[8 * failing]:
            raise RuntimeError("out of memory")
        try:
            while True:
                report(1, 0.0, None)
        except KeyboardInterrupt:
            ended.append(stack)
            raise

    with pytest.raises(RuntimeError, match="out of memory"):
        train_plans(plans, fail, max_bytes=16 * network_bytes(plans[0]), n_threads=2)
    assert len(started) == 2
    assert len(ended) == 1


def test_progress_is_told_by_one_thread_at_a_time():
    """Whoever shows it needs no lock."""
    X, y = tiny_data()
    inside, told = threading.Lock(), []

    def engine(stack, n_networks, report):
        for epoch in range(1, 200):
            report(epoch, 0.5, None)
        return stack

    def progress(stack, epoch, loss, validation):
        assert inside.acquire(blocking=False)
        told.append((len(stack), epoch))
        inside.release()

    plans = [plan_tiny(X, y, random_state=k) for k in range(16)]
    train_plans(plans, engine, progress=progress, n_threads=2)
    assert sorted(told) == sorted([(8, epoch) for epoch in range(1, 200)] * 2)


def test_threads_go_by_the_configuration_outside():
    """scikit-learn's own, and context variables, which each thread has anew, so that a scorer there would miss them."""
    X, y = tiny_data()
    plans = [plan_tiny(X, y, random_state=k) for k in range(16)]
    variable = contextvars.ContextVar("variable", default="unset")
    variable.set("set")

    def look(stack, n_networks, report):
        return [(get_config()["assume_finite"], variable.get())] * len(stack)

    with config_context(assume_finite=True):
        seen = train_plans(plans, look, n_threads=2)
    assert set(seen) == {(True, "set")}


def test_threads_share_the_compilation_of_equal_stacks(monkeypatch):
    """Both ask for the program before either has made it, and one is made."""
    X, y = tiny_data()
    plans = [plan_tiny(X, y, hidden_layer_sizes=(7,), random_state=k) for k in range(16)]
    both, made = threading.Barrier(2), []
    create, find = _function.TrainingFunction.__init__, _function.training_function

    def noted(self, key):
        made.append(key)
        create(self, key)

    def find_together(key):
        both.wait(timeout=60)
        return find(key)

    monkeypatch.setattr(_function.TrainingFunction, "__init__", noted)
    monkeypatch.setattr(_slices, "training_function", find_together)
    train_plans(plans, train, n_threads=2)
    assert len(made) == 1
