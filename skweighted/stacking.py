"""Joining training plans into stacks, and taking the results apart again."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from skweighted.engines.plan import Settings, TrainingPlan

__all__ = ["MAX_BYTES", "train_plans"]

Result = TypeVar("Result")

# A constant and not a share of the free memory, so that a result never depends on what else is running.
MAX_BYTES = 2 * 2**30


def train_plans(
    plans: Sequence[TrainingPlan],
    train: Callable[[list[TrainingPlan]], list[Result]],
    max_bytes: int = MAX_BYTES,
) -> list[Result]:
    """Train plans of any settings, as few stacks of at most `max_bytes` each, and return results in their order.

    Parameters
    ----------
    plans : sequence of TrainingPlan
    train : callable
        An engine: maps plans of equal settings to their results.
    max_bytes : int, default=2 GiB
        Estimated working memory of a stack, above which it is split. Data are not counted: they are held once.

    Returns
    -------
    list
        What `train` returned for each plan.
    """
    stacks: dict[Any, list[int]] = {}
    for index, plan in enumerate(plans):
        stacks.setdefault((plan.settings, plan.data.X.shape[1], hasattr(plan.data.X, "indptr")), []).append(index)
    results: dict[int, Result] = {}
    for indices in stacks.values():
        size = max(1, max_bytes // max(network_bytes(plans[i]) for i in indices))
        for start in range(0, len(indices), size):
            chunk = indices[start : start + size]
            results.update(zip(chunk, train([plans[i] for i in chunk]), strict=True))
    return [results[index] for index in range(len(plans))]


def network_bytes(plan: TrainingPlan) -> int:
    """Return an estimate of the working memory, in bytes, that one network adds to a stack."""
    settings: Settings = plan.settings
    sizes = settings.architecture.layer_sizes
    # Parameters, gradients and the optimizer's slots, each with the new value beside the old.
    parameters = settings.architecture.n_parameters * 2 * (2 + settings.optimizer.n_slots)
    # Values and gradients of a batch at every layer, and of all validation rows.
    activations = 2 * (settings.batch_size + len(plan.validation_rows)) * sum(sizes)
    gathered = 0 if hasattr(plan.data.X, "indptr") else len(plan.rows) * (sizes[0] + 2)
    return (parameters + activations + gathered) * (8 if settings.dtype == "float64" else 4)
