"""Members that share weights, in the compiled engine: a stack of committees gives what single committees give."""

import dataclasses

import numpy as np
import pytest
from plans import plan_tiny, tiny_data, varied_plans

from skweighted.engines import compiled
from skweighted.network import forward, split_members


@pytest.mark.parametrize(
    "settings",
    [
        {"committee": "mini", "early_stopping": True, "n_iter_no_change": 2},
        {"committee": "batch", "loss": "mean_false_error", "optimizer": "sgd"},
    ],
    ids=lambda settings: settings["committee"],
)
def test_stack_equals_single_committees(settings):
    """Folds, weights, seeds, rates and early stopping differ; the last loss compares the rows of a batch."""
    plans = varied_plans(n_networks=3, dropout=0.1, **settings)
    for together, plan in zip(compiled.train(plans), plans, strict=True):
        (alone,) = compiled.train([plan])
        for a, b in zip(together.state.params, alone.state.params, strict=True):
            np.testing.assert_allclose(a, b, atol=1e-9)
        np.testing.assert_allclose(together.loss_curve, alone.loss_curve, atol=1e-9)
        assert together.best_epoch == alone.best_epoch


def test_first_step_of_one_member_without_scales_is_that_of_the_plain_network():
    """Before its scales move, it is the same network; its loss is the same, too."""
    X, y = tiny_data()
    common = {"optimizer": "sgd", "alpha": 0.0, "epochs": 1, "batch_size": 90}
    plain, shared = plan_tiny(X, y, **common), plan_tiny(X, y, committee="mini", n_networks=1, **common)
    values = dict(zip((p.name for p in plain.settings.architecture.parameters), plain.state.params, strict=True))
    parameters = shared.settings.architecture.parameters
    params = [np.reshape(values.get(p.name, np.ones(p.shape)), p.shape) for p in parameters]
    shared = dataclasses.replace(shared, state=dataclasses.replace(shared.state, params=params))
    (expected,), (found,) = compiled.train([plain]), compiled.train([shared])
    np.testing.assert_allclose(found.loss_curve, expected.loss_curve, atol=1e-12)
    by_name = dict(zip((p.name for p in parameters), found.state.params, strict=True))
    for name, param in zip(values, expected.state.params, strict=True):
        np.testing.assert_allclose(by_name[name].reshape(param.shape), param, atol=1e-12)
    assert (by_name["input_scale"] != 1).all()


def test_the_loss_is_the_mean_of_the_members_and_validation_that_of_their_mean():
    """The loss of training averages losses, and early stopping watches the loss of the average probability."""
    X, y = tiny_data()
    plan = plan_tiny(X, y, committee="mini", n_networks=3, early_stopping=True, n_iter_no_change=2, batch_size=90,
                     alpha=0.0, learning_rate=1e-12, epochs=1)  # fmt: skip
    architecture, params = plan.settings.architecture, plan.state.params

    def mean_loss(logits, codes):
        return np.mean(np.logaddexp(0, logits[:, 0]) - codes * logits[:, 0])

    (trained,) = compiled.train([plan])
    rows, codes = plan.data.X[plan.rows], plan.data.y[plan.rows]
    members = [forward(architecture.member, member, rows) for member in split_members(architecture, params)]
    assert trained.loss_curve[0] == pytest.approx(np.mean([mean_loss(each, codes) for each in members]), abs=1e-9)
    held_out, codes = plan.data.X[plan.validation_rows], plan.data.y[plan.validation_rows]
    assert trained.validation_curve[0] == pytest.approx(
        mean_loss(forward(architecture, params, held_out), codes), abs=1e-9
    )
