"""Who is watched between slices of epochs."""

import dataclasses

import numpy as np
import tensorflow as tf
from plans import plan_tiny, tiny_data

from skweighted.engines.compiled._arrays import State
from skweighted.engines.compiled._parameters import Separate
from skweighted.engines.compiled._watch import StackWatcher


class CountingRows:
    """Rows that count how often some of them are taken."""

    def __init__(self, X):
        self.X = X
        self.n_taken = 0

    def __getitem__(self, rows):
        self.n_taken += 1
        return self.X[rows]


def test_copies_that_fill_up_a_stack_are_not_watched():
    """The user's monitor is asked once for each real network, and their rows are taken once."""
    scored, X = [], CountingRows(tiny_data()[0])
    plan = plan_tiny(*tiny_data(), early_stopping=True, monitor="roc_auc")
    data = dataclasses.replace(plan.data, X=X)
    plan = dataclasses.replace(plan, data=data, monitor=lambda logits: scored.append(len(logits)) or 0.5)
    params = [tf.constant(np.stack([param] * 4)) for param in plan.state.params]
    watcher = StackWatcher([plan] * 4, Separate(plan.settings.architecture), n_copies=2)
    watcher.record(State(params, []), [np.array([[1.0, 3.0, 9.0, 9.0]])])
    assert len(scored) == 2
    assert X.n_taken == 1
    assert watcher.active.tolist() == [True, True, False, False]
    assert watcher.latest() == (2.0, 0.5)
