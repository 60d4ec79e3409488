"""Few programs: the fits of a day share them. Programs are counted, not compiled."""

import numpy as np
import pytest
from plans import plan_tiny, tiny_data
from sklearn.model_selection import LeaveOneOut, RepeatedStratifiedKFold

from skweighted.engines import compiled
from skweighted.engines.compiled import _function, _sizes
from skweighted.engines.compiled._layout import StackLayout

X, y = tiny_data(5000)
AUTO = {"batch_size": "auto"}


@pytest.fixture
def plain_graph(monkeypatch):
    """Run programs of the test's own as plain graphs: the same arithmetic without the seconds that XLA takes."""
    monkeypatch.setattr(_function, "_functions", {})
    monkeypatch.setattr(_function, "prefers_xla", lambda key: False)


def programs(sizes, **parameters):
    """Return the programs of single fits of so many rows each."""
    return {StackLayout([plan_tiny(X[:n], y[:n], **parameters)]).key for n in sizes}


def test_sizes_around_the_automatic_batch_size_share_programs():
    """31 tables of 101 to 896 rows: batches of up to 128 rows, of up to 200, and epochs of up to 1,024."""
    assert len(programs(np.linspace(101, 896, 31).astype(int), **AUTO)) <= 4


def test_small_tables_of_similar_size_share_one_program():
    """A batch that takes all rows is padded, so that 101 to 112 rows are the same program."""
    assert len(programs(range(101, 113), **AUTO)) == 1


def test_the_tables_of_a_day_need_few_programs():
    """Sixty sizes from 300 to 5,000."""
    assert len(programs(np.random.default_rng(0).integers(300, 5000, 60), **AUTO)) <= 4


def test_leaving_one_out_is_one_program():
    """All training sets have the same size."""
    assert len(programs({len(train) for train, _ in LeaveOneOut().split(X[:60])}, **AUTO)) == 1


def test_repeated_folds_are_one_program():
    """Folds differ by a row."""
    folds = RepeatedStratifiedKFold(n_splits=7, n_repeats=2, random_state=0).split(X[:1003], y[:1003])
    assert len(programs({len(train) for train, _ in folds})) == 1


@pytest.mark.parametrize(
    "sizes", [np.geomspace(100, 4900, 8), 5000 // 3 ** np.arange(4)], ids=["learning curve", "halving"]
)
def test_growing_tables_need_a_program_a_doubling_at_most(sizes):
    """And one for all below 1,024 rows whose batches are full."""
    assert len(programs(sizes.astype(int))) <= 4


def test_validation_rows_of_similar_number_share_a_program():
    """Early stopping on tables of 1,100 to 2,000 rows."""
    parameters = {"early_stopping": True, "validation_fraction": 0.1}
    assert len(programs(range(1200, 2000, 100), **parameters)) <= 2


def test_numbers_of_groups_share_programs():
    """Nine networks of 3 and of 4 training sets."""
    sets = [np.arange(n, n + 80) for n in range(4)]
    keys = set()
    for n_sets in (3, 4):
        plans = [plan_tiny(X[rows], y[rows]) for rows in sets[:n_sets]]
        keys.add(StackLayout([plans[k % n_sets] for k in range(9)]).key)
    assert len(keys) == 1


def test_deferred_class_weights_share_the_program_of_constant_ones():
    """When weights change is a run-time value."""
    plans = [plan_tiny(X[:100], y[:100], class_weight="balanced", weight_schedule=when) for when in (None, "deferred")]
    first, second = (StackLayout([plan]).key for plan in plans)
    assert first == second


def test_a_score_that_is_watched_is_no_part_of_the_program():
    """Whatever the number of rows held out, since the host computes it from the parameters."""
    watching = {"early_stopping": True, "monitor": "roc_auc"}
    fractions = (0.1, 0.5)
    keys = {StackLayout([plan_tiny(X[:1000], y[:1000], validation_fraction=f, **watching)]).key for f in fractions}
    assert [key.n_validation for key in keys] == [0]


@pytest.mark.parametrize("parameters", [{"dropout": 0.3, **AUTO}, {"early_stopping": True}], ids=["batch", "epoch"])
def test_padding_changes_nothing(monkeypatch, plain_graph, parameters):
    """Padded batches, and padded epochs and validation rows, give what exact ones give."""
    n_rows = 90
    plan = plan_tiny(X[:n_rows], y[:n_rows], **parameters)
    padded = compiled.train([plan])[0]
    monkeypatch.setattr(_sizes, "bucket", lambda count, *rule: count)
    assert StackLayout([plan]).key.n_rows == n_rows
    exact = compiled.train([plan])[0]
    np.testing.assert_allclose(padded.loss_curve, exact.loss_curve, atol=1e-9)
    if padded.validation_curve is not None:
        np.testing.assert_allclose(padded.validation_curve, exact.validation_curve, atol=1e-9)
    for a, b in zip(padded.state.params, exact.state.params, strict=True):
        np.testing.assert_allclose(a, b, atol=1e-9)
