"""Joining training plans into stacks, and taking the results apart again."""

import contextlib
import contextvars
import math
import threading
from collections import Counter
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import Any, TypeVar

from sklearn import config_context, get_config

from skweighted._base.errors import remember_caller
from skweighted.engines.plan import Progress, TrainingPlan

__all__ = ["MAX_BYTES", "VALIDATION_BLOCK", "network_bytes", "train_plans", "train_stacks"]

Result = TypeVar("Result")
Train = Callable[[list[TrainingPlan], int, Progress], list[Result]]

# A constant and not a share of the free memory, so that a result never depends on what else is running.
MAX_BYTES = 2 * 2**30

# Validation rows that pass the layers at a time, at most.
VALIDATION_BLOCK = 1024

# Small networks keep one core busy however many are stacked; from about this many on, a second stack pays.
_NETWORKS_PER_THREAD = 4
# A stack whose steps outgrow the cache slows down: this much is worked on at most, but for a few wide networks.
_CACHED_BYTES = 4 * 2**20
_FEW_NETWORKS = 4


def train_plans(
    plans: Sequence[TrainingPlan],
    train: Train[Result],
    *,
    progress: Callable[[list[TrainingPlan], int, float, float | None], None] | None = None,
    max_bytes: int = MAX_BYTES,
    n_threads: int = 1,
) -> list[Result]:
    """Train plans of any settings as few large stacks, and return results in the order of the plans.

    Parameters
    ----------
    plans : sequence of TrainingPlan
    train : callable (stack, n_networks, report) -> list
        An engine: maps plans of equal settings to their results. Stacks of the same `n_networks`, which is at least
        their length, may share a program. The engine calls ``report(epoch, loss, validation)`` every now and then.
    progress : callable (stack, epoch, loss, validation), optional
        Called with what a stack reports, by one thread at a time.
    max_bytes : int, default=2 GiB
        Estimated working memory of the stacks that train at a time, above which they are split. The rows themselves are
        not counted: a stack holds them once, whatever its size.
    n_threads : int, default=1
        Stacks that train at a time.

    Returns
    -------
    list
        What `train` returned for each plan.

    Raises
    ------
    BaseException
        The first error of any stack, or KeyboardInterrupt. It ends the other stacks at their next report.
    """
    stacks = train_stacks(plans, train, progress=progress, max_bytes=max_bytes, n_threads=n_threads)
    by_index = {index: result for indices, results in stacks for index, result in zip(indices, results, strict=True)}
    return [by_index[index] for index in range(len(plans))]


def train_stacks(
    plans: Sequence[TrainingPlan],
    train: Train[Result],
    *,
    progress: Callable[[list[TrainingPlan], int, float, float | None], None] | None = None,
    max_bytes: int = MAX_BYTES,
    n_threads: int = 1,
) -> Generator[tuple[list[int], list[Result]]]:
    """Train as :func:`train_plans` does, and yield each stack as it is done: positions of its plans, and results.

    Close the iterator to end the training of the others.
    """
    lock, ended = threading.Lock(), threading.Event()

    def train_stack(stack: list[TrainingPlan], n_networks: int) -> list[Result]:
        """Train a stack, which ends at its next report once another has ended all."""

        def report(epoch: int, loss: float, validation: float | None) -> None:
            """Pass on how far the stack is, one thread at a time."""
            if ended.is_set():
                raise KeyboardInterrupt
            if progress is not None:
                with lock:
                    progress(stack, epoch, loss, validation)

        return train(stack, n_networks, report)

    parts = _split(plans, max_bytes, n_threads)
    tasks = [([plans[index] for index in indices], n_networks) for indices, n_networks in parts]
    if n_threads == 1 or len(tasks) == 1:
        trained = ((number, train_stack(*task)) for number, task in enumerate(tasks))
    else:
        trained = _run_threads(train_stack, tasks, n_threads, ended)
    with contextlib.closing(trained):
        for number, results in trained:
            yield parts[number][0], results


def _run_threads(
    train_stack: Callable[..., list[Result]], tasks: list[Any], n_threads: int, ended: threading.Event
) -> Generator[tuple[int, list[Result]]]:
    """Run every task, `n_threads` at a time, and yield its number and result.

    What ends one of them sets `ended`, and those that wait never start.
    """
    # Each thread has a configuration and context variables of its own, and a user's scorer may go by them.
    config = get_config()
    errors: list[BaseException] = []  # the first is the cause of the others

    def run(task: Any) -> list[Result]:
        """Train a stack in a thread as the caller's would, and end the others if it fails."""
        if ended.is_set():
            raise KeyboardInterrupt
        try:
            with config_context(**config):
                return train_stack(*task)
        except BaseException as error:
            errors.append(error)
            ended.set()
            raise

    with ThreadPoolExecutor(min(n_threads, len(tasks))) as pool:
        try:
            with remember_caller():  # in the contexts that are copied here
                futures = {
                    pool.submit(contextvars.copy_context().run, run, task): number for number, task in enumerate(tasks)
                }
            for future in as_completed(futures):
                yield futures[future], future.result()
        except BaseException as error:
            ended.set()
            pool.shutdown(wait=False, cancel_futures=True)
            raise (errors[0] if errors else error) from None


def _split(plans: Sequence[TrainingPlan], max_bytes: int, n_threads: int) -> list[tuple[list[int], int]]:
    """Return, for each stack, the positions of its plans and how many networks it makes room for."""
    alike: dict[Any, list[int]] = {}
    for index, plan in enumerate(plans):
        alike.setdefault((plan.settings, plan.data.X.shape[1], hasattr(plan.data.X, "indptr")), []).append(index)
    stacks = []
    for indices in alike.values():
        # Networks of the same rows stay together, for they share their batches.
        sources = Counter(id(plans[index].data) for index in indices)
        number = {source: n for n, source in enumerate(sources)}
        ordered = sorted(indices, key=lambda index: number[id(plans[index].data)])
        most = _most_networks([plans[index] for index in indices], max_bytes, n_threads)
        threads = max(1, min(math.ceil(n_threads / len(alike)), len(indices) // _NETWORKS_PER_THREAD))
        same = set(sources.values())
        whole = same.pop() if len(same) == 1 and len(sources) >= threads else 1
        size = _stack_size(len(indices), whole if whole <= most else 1, most, threads)
        stacks += [(ordered[start : start + size], size) for start in range(0, len(ordered), size)]
    return stacks


def _most_networks(plans: list[TrainingPlan], max_bytes: int, n_threads: int) -> int:
    """Return how many networks a stack may have at most."""
    fitting = max_bytes // n_threads // max(map(network_bytes, plans))
    cached = max(_FEW_NETWORKS, _CACHED_BYTES // _step_bytes(plans[0]))
    return max(1, min(fitting, cached))


def _stack_size(n_networks: int, unit: int, most: int, n_threads: int) -> int:
    """Return the size, a multiple of `unit` up to `most`, with which all are done first; the largest of equals."""

    def time_taken(size: int) -> int:
        """Return the networks that one thread trains after each other, places left empty included."""
        n_stacks = math.ceil(n_networks / size)
        return math.ceil(n_stacks / n_threads) * size

    sizes = range(unit, max(unit, min(most, n_networks)) + 1, unit)
    return min(sizes, key=lambda size: (time_taken(size), -size))


def _step_bytes(plan: TrainingPlan) -> int:
    """Return an estimate of what one network reads and writes in a step, in bytes."""
    settings, architecture = plan.settings, plan.settings.architecture
    values = architecture.n_parameters * (2 + settings.optimizer.n_remembered)
    values += 2 * settings.batch_size * architecture.values_of_row
    return values * (8 if settings.dtype == "float64" else 4)


def network_bytes(plan: TrainingPlan) -> int:
    """Return an estimate of the working memory, in bytes, that one network adds to a stack."""
    settings = plan.settings
    architecture = settings.architecture
    # Parameters, gradients and the optimizer's slots, each with the new value beside the old.
    parameters = architecture.n_parameters * 2 * (2 + settings.optimizer.n_remembered)
    # Values and gradients of a batch and of a block of validation rows at every layer; the logits of all of these.
    n_validation = len(plan.validation_rows)
    activations = 2 * (settings.batch_size + min(n_validation, VALIDATION_BLOCK)) * architecture.values_of_row
    activations += 2 * n_validation * architecture.n_outputs
    return (parameters + activations) * (8 if settings.dtype == "float64" else 4)
