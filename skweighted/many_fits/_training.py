"""Training the planned fits of a search: as few stacks as settings, memory and workers allow."""

import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from joblib import Parallel, delayed, effective_n_jobs

from skweighted._base.pipelines import last_step
from skweighted._base.tensorflow import count_threads
from skweighted.engines.plan import Progress, TrainedNetwork, TrainingPlan
from skweighted.engines.stacking import train_plans
from skweighted.fitting._steps import adopt
from skweighted.many_fits._plans import Fit, fit_alone

__all__ = ["train_alone", "train_fits"]

# What became of a plan, and its share of the seconds that its stack took.
_Outcome = tuple[TrainedNetwork | Exception, float]
Count = Callable[[float], None]  # of fits or networks that are done


def train_alone(
    fits: Sequence[Fit], data_of: Callable[[int], Any], *, n_jobs: int | None, progress: Count | None
) -> None:
    """Fit the models that cannot be stacked, each on its own, in joblib's workers.

    Parameters
    ----------
    fits : list of Fit
    data_of : callable
        Maps a position in `fits` to ``(X, y, fit_params)`` of its fold.
    n_jobs : int or None
    progress : callable (number of fits done), optional
    """
    indices = [index for index, fit in enumerate(fits) if fit.alone]
    tasks = ((index, delayed(fit_alone)(fits[index].model, *data_of(index))) for index in indices)
    for n_done, (index, outcome) in enumerate(_run(tasks, n_jobs, progress), start=1):
        fit = fits[index]
        fit.model, fit.error, fit.seconds = outcome
        if progress is not None:
            progress(n_done)


def train_fits(fits: Sequence[Fit], *, n_jobs: int | None, max_bytes: int, progress: Count | None) -> None:
    """Train all plans and set what was learnt, or why nothing was.

    Parameters
    ----------
    fits : list of Fit
        Those without plans are done.
    n_jobs : int or None
        Joblib workers, each of which gets its chunk of every stack.
    max_bytes : int
        Working memory of the stacks that train at a time, in each worker.
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

    outcomes = iter(_train(plans, n_jobs, max_bytes, None if progress is None else show))
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
        adopt(last_step(fit.model), fit.plans, trained, resumable=False)
    except Exception as error:  # a network that diverged, or whose training failed, costs its candidate the score
        fit.error = error


def _run(tasks: Any, n_jobs: int | None, progress: Count | None) -> Any:
    """Yield ``(key, result)`` of each of the pairs of a key and a delayed call, as they are done if anybody watches."""
    # Not every joblib backend can give results as they come.
    how = {} if progress is None else {"return_as": "generator_unordered"}
    return Parallel(n_jobs=n_jobs, **how)(delayed(_keyed)(key, *call) for key, call in tasks)


def _keyed(key: Any, function: Callable[..., Any], args: tuple, kwargs: dict[str, Any]) -> tuple[Any, Any]:
    return key, function(*args, **kwargs)


def _train(plans: list[TrainingPlan], n_jobs: int | None, max_bytes: int, progress: Count | None) -> list[_Outcome]:
    count = min(effective_n_jobs(n_jobs), len(plans))
    if count == 1:
        return _train_chunk(plans, max_bytes, progress)
    # Each worker gets whole folds as far as they go, and with them few rows.
    number = {source: n for n, source in enumerate(dict.fromkeys(id(plan.data) for plan in plans))}
    ordered = sorted(range(len(plans)), key=lambda index: number[id(plans[index].data)])
    chunks = [part.tolist() for part in np.array_split(ordered, count)]
    tasks = ((n, delayed(_train_chunk)([plans[i] for i in chunk], max_bytes, None)) for n, chunk in enumerate(chunks))
    outcomes: dict[int, _Outcome] = {}
    for n, results in _run(tasks, count, progress):
        outcomes.update(zip(chunks[n], results, strict=True))
        if progress is not None:
            progress(len(outcomes))
    return [outcomes[index] for index in range(len(plans))]


def _train_chunk(plans: list[TrainingPlan], max_bytes: int, progress: Count | None) -> list[_Outcome]:
    from skweighted.engines import compiled

    trained = dict.fromkeys(map(id, plans), 0.0)

    def show(stack: list[TrainingPlan], epoch: int, loss: float, validation: float | None) -> None:
        if progress is not None:
            share = epoch / stack[0].settings.epochs
            trained.update({id(plan): max(share, trained[id(plan)]) for plan in stack})
            progress(sum(trained.values()))

    def train(stack: list[TrainingPlan], n_networks: int, report: Progress) -> list[_Outcome]:
        start = time.perf_counter()
        try:
            results: Sequence[TrainedNetwork | Exception] = compiled.train(
                stack, n_networks=n_networks, progress=report
            )
        except Exception as error:  # a scorer that fails on one network, or a stack too large for the memory
            if len(stack) > 1:
                # One by one, the cause stays with the network that has it.
                return [outcome for plan in stack for outcome in train([plan], 1, report)]
            results = [error]
        report(stack[0].settings.epochs, 0.0, None)  # early stopping and errors end before
        seconds = (time.perf_counter() - start) / len(stack)
        return [(result, seconds) for result in results]

    return train_plans(plans, train, progress=show, max_bytes=max_bytes, n_threads=count_threads())
