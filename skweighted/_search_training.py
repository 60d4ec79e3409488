"""Training the planned fits of a search: as few stacks as settings, memory and workers allow."""

import threading
import time
from collections.abc import Callable, Sequence

from joblib import Parallel, delayed, effective_n_jobs

from skweighted._fit import adopt
from skweighted._search_fits import Fit, last_step
from skweighted.engines._tensorflow import count_threads
from skweighted.engines.plan import TrainedNetwork, TrainingPlan
from skweighted.stacking import Check, train_plans

__all__ = ["train_fits"]

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
    count = min(effective_n_jobs(n_jobs), len(plans))
    if count == 1:
        return _train_chunk(plans, max_bytes, progress)
    # Plans come fold by fold: every n-th gives each worker its part of every group, and with luck whole folds.
    chunks = [plans[part::count] for part in range(count)]
    parts = Parallel(n_jobs=count)(delayed(_train_chunk)(chunk, max_bytes, None) for chunk in chunks)
    return [parts[i % count][i // count] for i in range(len(plans))]


def _train_chunk(plans: list[TrainingPlan], max_bytes: int, progress: Callable[[float], None] | None) -> list[_Outcome]:
    from skweighted.engines import compiled

    lock, trained = threading.Lock(), dict.fromkeys(map(id, plans), 0.0)

    def report(stack: list[TrainingPlan], share: float) -> None:
        if progress is not None:
            with lock:
                trained.update(dict.fromkeys(map(id, stack), share))
                progress(sum(trained.values()))

    def train(stack: list[TrainingPlan], check: Check) -> list[_Outcome]:
        def show(epoch: int, loss: float, validation: float | None) -> None:
            check()
            report(stack, epoch / stack[0].settings.epochs)

        start = time.perf_counter()
        try:
            results: Sequence[TrainedNetwork | Exception] = compiled.train(stack, progress=show)
        except Exception as error:  # a scorer that fails on one network, or a stack too large for the memory
            if len(stack) > 1:
                # One by one, the cause stays with the network that has it.
                return [outcome for plan in stack for outcome in train([plan], check)]
            results = [error]
        report(stack, 1.0)
        seconds = (time.perf_counter() - start) / len(stack)
        return [(result, seconds) for result in results]

    return train_plans(plans, train, max_bytes=max_bytes, n_threads=count_threads())
