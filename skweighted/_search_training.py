"""Training the planned fits of a search: as few stacks as settings, memory and workers allow."""

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from joblib import Parallel, cpu_count, delayed, effective_n_jobs

from skweighted._fit import adopt
from skweighted._search_fits import Fit, last_step
from skweighted.engines._tensorflow import import_tensorflow
from skweighted.engines.plan import TrainedNetwork, TrainingPlan
from skweighted.stacking import train_plans

__all__ = ["train_fits"]

# Small networks keep one core busy however many are stacked; from about this many on, a second stack pays.
_NETWORKS_PER_THREAD = 16

# What became of a plan, and its share of the seconds that its stack took.
_Outcome = tuple[TrainedNetwork | Exception, float]


def train_fits(
    fits: Sequence[Fit], *, n_jobs: int | None, max_bytes: int, progress: Callable[[float], None] | None
) -> None:
    """Train all plans and set what was learnt, or why nothing was.

    Parameters
    ----------
    fits : list of Fit
        Those without plans are done.
    n_jobs : int or None
        Joblib workers, each of which gets its chunk of every stack.
    max_bytes : int
        Working memory of a stack.
    progress : callable (number of fits done), optional
    """
    waiting = [fit for fit in fits if fit.plans]
    if not waiting:
        return
    plans = [plan for fit in waiting for plan in fit.plans]
    n_before, each = len(fits) - len(waiting), len(waiting) / len(plans)

    def show(n_networks: float) -> None:
        if progress is not None:
            progress(n_before + n_networks * each)

    outcomes = iter(_train(plans, n_jobs, max_bytes, show))
    for fit in waiting:
        own = [next(outcomes) for _ in fit.plans]
        fit.seconds += sum(seconds for _, seconds in own)
        _adopt(fit, [result for result, _ in own])
        fit.plans = []


def _adopt(fit: Fit, results: list[TrainedNetwork | Exception]) -> None:
    trained = [result for result in results if isinstance(result, TrainedNetwork)]
    try:
        for result in results:
            if isinstance(result, Exception):
                raise result
        adopt(last_step(fit.model), fit.plans, trained, keep_states=False)
    except Exception as error:  # a network that diverged, or whose training failed, costs its candidate the score
        fit.error = error


def _train(
    plans: list[TrainingPlan], n_jobs: int | None, max_bytes: int, progress: Callable[[float], None]
) -> list[_Outcome]:
    workers = min(effective_n_jobs(n_jobs), len(plans))
    threads = min(_n_threads(), len(plans) // _NETWORKS_PER_THREAD)
    if workers == 1 and threads <= 1:
        return _train_chunk(plans, max_bytes, progress)
    # Plans come fold by fold: every n-th gives each worker its part of every group, and with luck whole folds.
    count = threads if workers == 1 else workers
    chunks = [plans[part::count] for part in range(count)]
    if workers == 1:
        parts = _train_in_threads(chunks, max_bytes // count, progress)
    else:
        parts = Parallel(n_jobs=workers)(delayed(_train_chunk)(chunk, max_bytes, None) for chunk in chunks)
    return [parts[i % count][i // count] for i in range(len(plans))]


def _n_threads() -> int:
    """Return how many threads TensorFlow may use in this process."""
    return import_tensorflow().config.threading.get_intra_op_parallelism_threads() or cpu_count()


def _train_in_threads(
    chunks: list[list[TrainingPlan]], max_bytes: int, progress: Callable[[float], None]
) -> list[list[_Outcome]]:
    """Train each chunk in a thread of its own; Ctrl-C ends them all at their next slices."""
    lock, interrupted, done = threading.Lock(), threading.Event(), [0.0] * len(chunks)

    def train(part: int) -> list[_Outcome]:
        def show(n_networks: float) -> None:
            if interrupted.is_set():
                raise KeyboardInterrupt
            with lock:
                done[part] = n_networks
                progress(sum(done))

        return _train_chunk(chunks[part], max_bytes, show)

    with ThreadPoolExecutor(len(chunks)) as pool:
        futures = [pool.submit(train, part) for part in range(len(chunks))]
        try:
            return [future.result() for future in futures]
        except BaseException:
            interrupted.set()
            raise


def _train_chunk(plans: list[TrainingPlan], max_bytes: int, progress: Callable[[float], None] | None) -> list[_Outcome]:
    from skweighted.engines import compiled

    done = 0

    def train(stack: list[TrainingPlan]) -> list[_Outcome]:
        nonlocal done

        def show(epoch: int, loss: float, validation: float | None) -> None:
            if progress is not None:
                progress(done + len(stack) * epoch / stack[0].settings.epochs)

        start = time.perf_counter()
        try:
            results: Sequence[TrainedNetwork | Exception] = compiled.train(stack, progress=show)
        except Exception as error:  # a scorer that fails on one network, or a stack too large for the memory
            if len(stack) > 1:
                # One by one, the cause stays with the network that has it.
                return [outcome for plan in stack for outcome in train([plan])]
            results = [error]
        done += len(stack)
        seconds = (time.perf_counter() - start) / len(stack)
        return [(result, seconds) for result in results]

    return train_plans(plans, train, max_bytes)
