"""The driver: trains a stack in slices of epochs, so that progress, early stopping and Ctrl-C come in between."""

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from skweighted._base.tensorflow import import_tensorflow
from skweighted.engines.compiled._arrays import State
from skweighted.engines.compiled._calls import CallLayout
from skweighted.engines.compiled._function import training_function
from skweighted.engines.compiled._key import ProgramKey
from skweighted.engines.compiled._layout import StackLayout
from skweighted.engines.compiled._shared import share
from skweighted.engines.compiled._watch import StackWatcher
from skweighted.engines.plan import Progress, TrainedNetwork, TrainingPlan

__all__ = ["train"]

_SLICE_SECONDS = 0.5  # Ctrl-C and progress wait about this long, or one epoch
_FIRST_SECONDS = 2e-3  # of the first slice, since nothing trains while its orders are drawn
_STEP_SECONDS, _RATE = 2e-6, 2e9  # of a step without work, and of weights times rows; rather too slow than too fast
_GROWTH = 4  # slices grow by this at most, so that one quick epoch does not mislead


def train(
    plans: Sequence[TrainingPlan], *, n_networks: int | None = None, progress: Progress | None = None
) -> list[TrainedNetwork]:
    """Train every plan, all of equal settings, as one stack.

    Parameters
    ----------
    plans : sequence of TrainingPlan
        Plans that have the same seed and hold the same arrays of rows share their batches.
    n_networks : int, optional
        Networks that the compiled program has room for, at least as many as plans; a smaller stack can use the program
        of a larger one in this way. Copies of the last plan fill it up.
    progress : callable (epoch, loss, validation value or None), optional
        Called between slices, with means over the networks whose values are finite.

    Returns
    -------
    list of TrainedNetwork
        In the order of `plans`. A network that diverges says so in `diverged_at`; the others are unharmed.

    Raises
    ------
    KeyboardInterrupt
        Within about half a second of Ctrl-C, or an epoch if that takes longer. Nothing is kept.
    """
    tf = import_tensorflow()
    filled = [*plans, *[plans[-1]] * ((n_networks or len(plans)) - len(plans))]
    stack = StackLayout(filled)
    calls, watcher = CallLayout(stack), StackWatcher(filled, stack.layout, len(filled) - len(plans))
    function = training_function(stack.key)
    given = stack.rows(), stack.groups(), stack.networks(), stack.state()
    rows, groups, networks, state = tf.nest.map_structure(share, given)
    compile_seconds = 0.0
    with ThreadPoolExecutor(max_workers=1) as pool:
        done, pace = 0, _guess_pace(stack.key, calls.n_steps)
        size = min(max(1, int(_FIRST_SECONDS / pace)), calls.most_epochs(0))
        order: np.ndarray | None = calls.order(done, size)
        while order is not None:
            call = tf.nest.map_structure(share, calls.call(order, done, size, watcher.active))
            compile_seconds += function.prepare(rows, groups, networks, state, call)
            started = time.perf_counter()
            following = min(_next_size(size, pace), calls.most_epochs(done + size))
            # Another thread draws the orders of the next slice while this one trains.
            pending = pool.submit(calls.order, done + size, following) if following else None
            state, curves = function(rows, groups, networks, state, call)
            watcher.record(state, calls.curves(curves, size))
            pace, done, size = (time.perf_counter() - started) / size, done + size, following
            if progress is not None:
                progress(done, *watcher.latest())
            order = pending.result() if pending is not None and watcher.running.any() else None
    kept = tf.nest.map_structure(lambda value: value.numpy(), watcher.kept(state))
    return _results(stack, watcher, kept, compile_seconds)[: len(plans)]


def _guess_pace(key: ProgramKey, n_steps: int) -> float:
    """Return a guess of the seconds of an epoch, until the first slice is done."""
    work = key.n_networks * key.batch_rows * key.architecture.n_parameters
    return n_steps * (_STEP_SECONDS + work / _RATE)


def _next_size(size: int, pace: float) -> int:
    """Return the epochs of the slice after the one of `size`, at `pace` seconds an epoch."""
    return max(1, min(_GROWTH * size, int(_SLICE_SECONDS / pace)))


def _results(stack: StackLayout, watcher: StackWatcher, state: State, compile_seconds: float) -> list[TrainedNetwork]:
    losses, validation = watcher.curves()
    best_epoch = watcher.n_iter if watcher.patience is None else np.maximum(1, watcher.patience.best_epoch)
    results = []
    for k, network_state in enumerate(stack.split(state, watcher.n_iter, best_epoch)):
        n_iter = watcher.n_iter[k]
        diverged_at = int(watcher.diverged_at[k]) or None
        if diverged_at is None and not all(np.isfinite(param).all() for param in network_state.params):
            diverged_at = int(n_iter)
        results.append(
            TrainedNetwork(
                state=network_state,
                loss_curve=losses[:n_iter, k],
                validation_curve=None if validation is None else validation[:n_iter, k],
                best_epoch=int(n_iter if watcher.patience is None else watcher.patience.best_epoch[k]),
                diverged_at=diverged_at,
                compile_seconds=compile_seconds,
            )
        )
    return results
