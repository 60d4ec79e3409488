"""Joining training plans into stacks, and taking the results apart again."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from sklearn import config_context, get_config

from skweighted.engines.plan import TrainingPlan

__all__ = ["MAX_BYTES", "Check", "train_plans"]

Result = TypeVar("Result")
Check = Callable[[], None]

# A constant and not a share of the free memory, so that a result never depends on what else is running.
MAX_BYTES = 2 * 2**30

# Small networks keep one core busy however many are stacked; from about this many on, a second stack pays.
_NETWORKS_PER_THREAD = 8
# A stack whose steps outgrow the cache slows down: this much is worked on at most, but for a few wide networks.
_CACHED_BYTES = 4 * 2**20
_FEW_NETWORKS = 4


def train_plans(
    plans: Sequence[TrainingPlan],
    train: Callable[[list[TrainingPlan], Check], list[Result]],
    *,
    max_bytes: int = MAX_BYTES,
    n_threads: int = 1,
) -> list[Result]:
    """Train plans of any settings as few large stacks, and return results in the order of the plans.

    Parameters
    ----------
    plans : sequence of TrainingPlan
    train : callable (stack, check)
        An engine: maps plans of equal settings to their results. It is to call `check` every now and then, which
        raises KeyboardInterrupt once training has ended in another thread.
    max_bytes : int, default=2 GiB
        Estimated working memory of the stacks that train at a time, above which they are split. Data are not counted:
        they are held once.
    n_threads : int, default=1
        Stacks that train at a time.

    Returns
    -------
    list
        What `train` returned for each plan.
    """
    stacks = _split(plans, max_bytes, n_threads)
    trained = _train_stacks([[plans[index] for index in indices] for indices in stacks], train, n_threads)
    by_index = {
        index: result
        for indices, results in zip(stacks, trained, strict=True)
        for index, result in zip(indices, results, strict=True)
    }
    return [by_index[index] for index in range(len(plans))]


def _split(plans: Sequence[TrainingPlan], max_bytes: int, n_threads: int) -> list[list[int]]:
    """Return the positions of the plans of each stack."""
    alike: dict[Any, list[int]] = {}
    sources: dict[int, int] = {}
    for index, plan in enumerate(plans):
        alike.setdefault((plan.settings, plan.data.X.shape[1], hasattr(plan.data.X, "indptr")), []).append(index)
        sources.setdefault(id(plan.data), len(sources))
    stacks = []
    for indices in alike.values():
        # Networks of the same rows stay together, for they share their batches.
        ordered = sorted(indices, key=lambda index: sources[id(plans[index].data)])
        fitting = max_bytes // n_threads // max(network_bytes(plans[index]) for index in indices)
        cached = max(_FEW_NETWORKS, _CACHED_BYTES // _step_bytes(plans[indices[0]]))
        busy = min(-(-n_threads // len(alike)), len(indices) // _NETWORKS_PER_THREAD)
        count = max(1, busy, -(-len(indices) // max(1, min(fitting, cached))))
        size = -(-len(indices) // count)
        for start in range(0, len(ordered), size):
            stack = ordered[start : start + size]
            # Stacks of the same size share one compiled program, so the last one is filled up.
            stacks.append(stack + stack[-1:] * (size - len(stack)))
    return stacks


def _train_stacks(
    stacks: list[list[TrainingPlan]], train: Callable[[list[TrainingPlan], Check], list[Result]], n_threads: int
) -> list[list[Result]]:
    """Train `n_threads` stacks at a time; an error or Ctrl-C in one ends them all at their next check."""
    ended = threading.Event()

    def check() -> None:
        if ended.is_set():
            raise KeyboardInterrupt

    if n_threads == 1 or len(stacks) == 1:
        return [train(stack, check) for stack in stacks]
    config = get_config()  # each thread has one of its own, and a user's scorer may go by it

    def train_configured(stack: list[TrainingPlan]) -> list[Result]:
        with config_context(**config):
            return train(stack, check)

    with ThreadPoolExecutor(min(n_threads, len(stacks))) as pool:
        futures = [pool.submit(train_configured, stack) for stack in stacks]
        try:
            return [future.result() for future in futures]
        except BaseException:
            ended.set()
            raise


def _step_bytes(plan: TrainingPlan) -> int:
    """Return an estimate of what one network reads and writes in a step, in bytes."""
    settings, architecture = plan.settings, plan.settings.architecture
    values = architecture.n_parameters * (2 + settings.optimizer.n_slots)
    values += 2 * settings.batch_size * sum(architecture.layer_sizes)
    return values * (8 if settings.dtype == "float64" else 4)


def network_bytes(plan: TrainingPlan) -> int:
    """Return an estimate of the working memory, in bytes, that one network adds to a stack."""
    settings = plan.settings
    sizes = settings.architecture.layer_sizes
    # Parameters, gradients and the optimizer's slots, each with the new value beside the old.
    parameters = settings.architecture.n_parameters * 2 * (2 + settings.optimizer.n_slots)
    # Values and gradients of a batch at every layer, and of all validation rows.
    activations = 2 * (settings.batch_size + len(plan.validation_rows)) * sum(sizes)
    gathered = 0 if hasattr(plan.data.X, "indptr") else len(plan.rows) * (sizes[0] + 2)
    return (parameters + activations + gathered) * (8 if settings.dtype == "float64" else 4)
