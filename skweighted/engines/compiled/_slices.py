"""The compiled engine: trains a stack of networks in slices of one compiled TensorFlow function."""

import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import numpy as np

from skweighted._base.tensorflow import import_tensorflow
from skweighted.engines.compiled._layout import Stack
from skweighted.engines.compiled._loop import build
from skweighted.engines.compiled._watch import Watch
from skweighted.engines.plan import Progress, TrainedNetwork, TrainingPlan

__all__ = ["train"]

_SLICE_SECONDS = 0.5  # Ctrl-C and progress wait about this long, or one epoch
_GROWTH = 4  # slices grow by this at most, lest one quick epoch mislead


def train(
    plans: Sequence[TrainingPlan], *, n_networks: int | None = None, progress: Progress | None = None
) -> list[TrainedNetwork]:
    """Train every plan, all of equal settings, as one stack.

    Parameters
    ----------
    plans : sequence of TrainingPlan
        Plans with the same seed and the very same arrays of rows share their batches.
    n_networks : int, optional
        Networks that the compiled program has room for, at least as many as plans; a smaller stack may so use the
        program of a larger one. Copies of the last plan fill it up.
    progress : callable (epoch, loss, validation value or None), optional
        Called between slices, with means over the networks whose values are finite.

    Returns
    -------
    list of TrainedNetwork
        In the order of `plans`. A network that diverges says so in `diverged_at`; the others are unharmed.

    Raises
    ------
    KeyboardInterrupt
        Within about half a second of Ctrl-C, or an epoch where that takes longer. Nothing is kept.
    """
    tf = import_tensorflow()
    filled = [*plans, *[plans[-1]] * ((n_networks or len(plans)) - len(plans))]
    stack = Stack(filled)
    program = stack.program
    call = build(program)
    data, networks, state = tf.nest.map_structure(tf.constant, (stack.data(), stack.networks(), stack.state()))
    drawn, watch = tf.constant(stack.drawn), Watch(filled)
    epochs = stack.settings.epochs
    with ThreadPoolExecutor(max_workers=1) as pool:
        done, size, pace = 0, 1, None
        pending: Future[np.ndarray] | None = pool.submit(stack.order, done, size)
        while pending is not None and watch.running.any():
            order = tf.constant(pending.result())
            started = time.perf_counter()
            following = min(_next_size(size, pace, program.n_epochs), epochs - done - size)
            # Another thread draws the orders of the next slice while this one trains.
            pending = pool.submit(stack.order, done + size, following) if following else None
            active = tf.constant(watch.active if program.lead else True)
            state, curves = call(
                data, networks | {"active": active}, state, order, drawn, tf.constant(done), tf.constant(size)
            )
            watch.record(state, [curve.numpy()[:size].reshape(size, len(filled)) for curve in curves])
            pace, done, size = (time.perf_counter() - started) / size, done + size, following
            if progress is not None:
                progress(done, *watch.latest())
    return _results(stack, watch, tf.nest.map_structure(lambda value: value.numpy(), watch.kept(state)))[: len(plans)]


def _next_size(size: int, pace: float | None, most: int) -> int:
    """Return the epochs of the slice after the one of `size`, at `pace` seconds an epoch, so far as that is known."""
    return 1 if pace is None else max(1, min(most, _GROWTH * size, int(_SLICE_SECONDS / pace)))


def _results(stack: Stack, watch: Watch, state: dict[str, Any]) -> list[TrainedNetwork]:
    losses, validation = watch.curves()
    states = stack.split(state, watch.n_iter)
    results = []
    for k, network_state in enumerate(states):
        n_iter = watch.n_iter[k]
        diverged_at = int(watch.diverged_at[k]) or None
        if diverged_at is None and not all(np.isfinite(param).all() for param in network_state.params):
            diverged_at = int(n_iter)
        results.append(
            TrainedNetwork(
                state=network_state,
                loss_curve=losses[:n_iter, k],
                validation_curve=None if validation is None else validation[:n_iter, k],
                best_epoch=int(n_iter if watch.patience is None else watch.patience.best_epoch[k]),
                diverged_at=diverged_at,
            )
        )
    return results
