"""The compiled engine: a stack of networks gives what single fits give."""

import os
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from plans import plan_tiny, tiny_data, varied_plans
from sklearn.model_selection import RepeatedStratifiedKFold

from skweighted import CostSensitiveMLPClassifier
from skweighted.batches import BATCHES
from skweighted.engines import compiled
from skweighted.engines.compiled import _function
from skweighted.losses import LOSSES
from skweighted.optimizers import OPTIMIZERS, SGD, AdamW, RMSprop

OPTIMIZER_CASES = [*sorted(OPTIMIZERS), SGD(momentum=0.9), SGD(momentum=0.9, nesterov=True), RMSprop(momentum=0.5)]
OPTIMIZER_CASES += [AdamW(0.1, decay_biases=False, global_clipnorm=0.05, ema_momentum=0.9)]
COSTS = {"cost_matrix": [[0, 1], [5, 0]]}


def loss_parameters(name: str) -> dict:
    """Return what a loss cannot do without."""
    return COSTS if name == "expected_cost" else {}


def largest_difference(stacked: list, alone: list) -> float:
    """Return the largest difference between the parameters of two lists of trained networks."""
    pairs = zip(stacked, alone, strict=True)
    arrays = ((a, b) for s, t in pairs for a, b in zip(s.state.params, t.state.params, strict=True))
    return max(float(np.abs(a - b).max()) for a, b in arrays)


def assert_stack_equals_singles(plans: list) -> None:
    """Train `plans` together and one by one and compare all that comes out."""
    assert all(plan.settings == plans[0].settings for plan in plans)
    stacked = compiled.train(plans)
    alone = [compiled.train([plan])[0] for plan in plans]
    assert largest_difference(stacked, alone) < 1e-9
    for together, single in zip(stacked, alone, strict=True):
        np.testing.assert_allclose(together.loss_curve, single.loss_curve, atol=1e-9)
        assert together.best_epoch == single.best_epoch
        assert together.state.step == single.state.step


@pytest.mark.parametrize("optimizer", OPTIMIZER_CASES, ids=str)
def test_stack_equals_single_fits_for_every_optimizer(optimizer):
    """Different folds, weights, seeds, rates and dropout in one stack change nothing for each network."""
    assert_stack_equals_singles(varied_plans(optimizer=optimizer))


@pytest.mark.parametrize("loss", sorted(LOSSES))
def test_stack_equals_single_fits_for_every_loss(loss):
    """Whatever the loss."""
    assert_stack_equals_singles(varied_plans(loss=loss, **loss_parameters(loss)))


@pytest.mark.parametrize("batches", sorted(BATCHES))
@pytest.mark.parametrize("steps_per_epoch", [None, 3])
def test_stack_equals_single_fits_for_every_batch_rule(batches, steps_per_epoch):
    """Whatever the batches, in passes or as an endless stream."""
    assert_stack_equals_singles(varied_plans(batches=batches, steps_per_epoch=steps_per_epoch))


def test_stack_equals_single_fits_for_many_classes():
    """With softmax outputs too."""
    assert_stack_equals_singles(varied_plans(n_classes=4))


@pytest.mark.parametrize("monitor", ["loss", "average_precision"])
def test_networks_of_a_stack_stop_early_on_their_own(monitor):
    """Each keeps its own best epoch, whichever others go on."""
    plans = varied_plans(
        early_stopping=True,
        monitor=monitor,
        n_iter_no_change=2,
        validation_fraction=0.3,
        optimizer=SGD(momentum=0.9),
        epochs=60,
    )
    assert_stack_equals_singles(plans)
    lengths = [len(result.loss_curve) for result in compiled.train(plans)]
    assert len(set(lengths)) > 1


def test_graph_and_xla_draw_the_same_dropout(monkeypatch):
    """Random numbers depend on the seed, the epoch and the step, not on who compiles the loop."""
    plan = plan_tiny(*tiny_data(), dropout=0.5)
    with_xla = compiled.train([plan])
    monkeypatch.setattr(_function, "prefers_xla", lambda key: False)
    monkeypatch.setattr(_function, "_functions", {})
    as_graph = compiled.train([plan])
    assert largest_difference(with_xla, as_graph) < 1e-9
    undropped = compiled.train([plan_tiny(*tiny_data())])
    assert largest_difference(with_xla, undropped) > 1e-3


def test_xla_being_unavailable_falls_back_to_the_graph_with_a_warning(monkeypatch):
    """On platforms without XLA training still works."""
    tf = pytest.importorskip("tensorflow")
    real = tf.function

    def without_xla(function=None, jit_compile=None, **options):
        if jit_compile:
            raise tf.errors.UnimplementedError(None, None, "no XLA devices")
        return real(function, **options)

    monkeypatch.setattr(tf, "function", without_xla)
    monkeypatch.setattr(_function, "_functions", {})
    monkeypatch.setattr(_function, "_xla_fails", [])
    with pytest.warns(UserWarning, match="XLA does not work here"):
        results = compiled.train([plan_tiny(*tiny_data(), epochs=2)])
    assert np.isfinite(results[0].loss_curve).all()


@pytest.fixture
def traces(monkeypatch):
    """Return the programs that are traced, and so compiled, from now on."""
    traced, real = [], _function.TrainingFunction._trace

    def noted(self, *arguments, **options):
        traced.append(self)
        return real(self, *arguments, **options)

    monkeypatch.setattr(_function.TrainingFunction, "_trace", noted)
    return traced


def test_program_whose_parts_tensorflow_asks_for_again_is_traced_anew(traces, monkeypatch):
    """Options such as `tf.config.optimizer.set_jit` clear what TensorFlow has compiled; fits before and after agree."""
    tf = pytest.importorskip("tensorflow")
    X, y = tiny_data(n_rows=103)
    clf = CostSensitiveMLPClassifier((6,), epochs=2, batch_size=20, random_state=0)
    expected, real = clf.fit(X, y).loss_curve_, _function._Traced.__call__
    stale = [function._traced for function in _function._functions.values()]

    def missing(self, *arguments):
        if self in stale:
            raise tf.errors.InternalError(None, None, "Cannot find body function while_body for While node while")
        return real(self, *arguments)

    traces.clear()
    monkeypatch.setattr(_function._Traced, "__call__", missing)
    assert clf.fit(X, y).loss_curve_.tolist() == expected.tolist()
    assert len(traces) == 1


def test_folds_of_different_length_compile_once(traces):
    """Row counts are padded to buckets: 5 x 2 folds of 103 rows share one program, traced for fixed shapes."""
    X, y = tiny_data(n_rows=103)
    clf = CostSensitiveMLPClassifier((6,), epochs=2, batch_size=16, random_state=0)
    lengths = set()
    for train, _ in RepeatedStratifiedKFold(n_splits=5, n_repeats=2, random_state=0).split(X, y):
        clf.fit(X[train], y[train])
        lengths.add(len(train))
    assert len(lengths) > 1
    (only,) = traces
    assert all(spec.shape.is_fully_defined() for spec in only._traced.input_specs)


def test_the_seconds_of_compiling_are_reported_by_the_stack_that_waits_for_them(traces):
    """A program that is there already costs none."""
    plans = [plan_tiny(*tiny_data(), hidden_layer_sizes=(9,), epochs=2, random_state=k) for k in range(2)]
    first, again = compiled.train(plans), compiled.train(plans)
    assert len(traces) == 1
    assert [network.compile_seconds > 0 for network in first] == [True, True]
    assert [network.compile_seconds for network in again] == [0, 0]


def test_settings_that_a_program_is_told_at_run_time_do_not_compile_anew(traces):
    """Weights, rates, penalties, seeds, epochs and the early-stopping rule are values."""
    X, y = tiny_data()
    clf = CostSensitiveMLPClassifier((7,), epochs=2, batch_size=16, random_state=0)
    for parameters in (
        {},
        {"class_weight": "balanced"},
        {"learning_rate": 0.1},
        {"alpha": 0.1},
        {"random_state": 1},
        {"epochs": 3},
        {"normalize_weights": False},
    ):
        clf.set_params(**parameters).fit(X, y)
    assert len(traces) == 1


def test_a_diverging_network_leaves_the_others_unharmed():
    """Its result names the epoch; the rest of the stack is as if it had not been there."""
    X, y = tiny_data()
    good, bad = plan_tiny(X, y, optimizer="sgd"), plan_tiny(X, y, optimizer="sgd", learning_rate=1e300)
    results = compiled.train([good, bad])
    assert results[1].diverged_at is not None
    assert results[0].diverged_at is None
    assert largest_difference(results[:1], compiled.train([good])) < 1e-9


def test_fits_in_threads_equal_fits_in_sequence():
    """The engine has no state of its own that threads could spoil."""
    X, y = tiny_data()
    classifiers = [CostSensitiveMLPClassifier((4,), epochs=3, batch_size=16, random_state=seed) for seed in range(4)]
    expected = [clf.fit(X, y).coefs_[0] for clf in classifiers]
    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(lambda clf: clf.fit(X, y).coefs_[0], classifiers))
    np.testing.assert_array_equal(found, expected)


@pytest.mark.usefixtures("heeds_ctrl_c")
def test_ctrl_c_stops_training_and_leaves_the_classifier_as_it_was():
    """A signal between two slices raises KeyboardInterrupt; the earlier fit stays."""
    X, y = tiny_data()
    clf = CostSensitiveMLPClassifier((4,), epochs=2, batch_size=16, random_state=0).fit(X, y)
    before = clf.__dict__.copy()
    clf.set_params(epochs=10**7)
    killer = threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT))
    killer.start()
    with pytest.raises(KeyboardInterrupt):
        clf.fit(X, y)
    assert clf.__dict__ == before | {"epochs": 10**7}


def test_hundreds_of_fits_keep_memory_flat():
    """Three hundred fits of 300 to 5,000 rows share a few programs, of which each would keep 10 MB and more."""
    script = """
import numpy as np, pathlib
from skweighted import CostSensitiveMLPClassifier
from plans import tiny_data

def resident():
    pages = int(pathlib.Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / 2**20

X, y = tiny_data(5000)
for fit, rows in enumerate(np.random.default_rng(1).integers(300, 5000, 310)):
    if fit == 10:
        before = resident()
    CostSensitiveMLPClassifier((8,), epochs=1, batch_size=32, random_state=fit).fit(X[:rows], y[:rows])
print(resident() - before)
"""
    if not os.path.exists("/proc/self/statm"):
        pytest.skip("resident memory is read from /proc, which this platform lacks")
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([os.getcwd(), *sys.path])}
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True)
    # benchmarks/programs.py holds it to 30 MB; on a busy machine the threads of a compilation keep more.
    assert float(done.stdout) < 80
