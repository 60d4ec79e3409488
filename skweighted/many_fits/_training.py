"""Training: compiled networks as few stacks as settings, memory and threads allow, other classifiers one by one."""

import time
from collections.abc import Callable, Generator, Iterator, Sequence
from typing import Any

from skweighted._base.tensorflow import count_threads, import_tensorflow
from skweighted.engines.plan import Progress, TrainedNetwork, TrainingPlan
from skweighted.engines.stacking import train_stacks
from skweighted.fitting import set_fitted_attributes
from skweighted.many_fits._jobs import Outcome, without_locals
from skweighted.many_fits._leaves import Leaf

__all__ = ["Count", "fit_alone", "train_leaves"]

Count = Callable[[float], None]  # takes the number of jobs that are done

_Trained = tuple[TrainedNetwork | Exception, float]  # what became of a plan, and its share of the training seconds


def fit_alone(leaf: Leaf) -> Iterator[Outcome]:
    """Fit a classifier that cannot be stacked, and yield the outcomes of its jobs."""
    yield from leaf.outcomes(leaf.fit())


def train_leaves(leaves: Sequence[Leaf], *, max_bytes: int, progress: Count | None) -> Generator[Outcome]:
    """Train the plans of all leaves, and yield the outcomes of their jobs as stacks finish.

    Parameters
    ----------
    leaves : sequence of Leaf
        Each with plans.
    max_bytes : int
        Working memory of the stacks that train at a time.
    progress : callable (number of jobs done), optional
    """
    if not leaves:
        return
    owners = [leaf for leaf in leaves for _ in leaf.plans]
    plans = [plan for leaf in leaves for plan in leaf.plans]
    waiting: dict[int, dict[int, _Trained]] = {id(leaf): {} for leaf in leaves}  # by the position of the plan
    show = None if progress is None else _Shares(leaves, progress).show
    stacks = train_stacks(plans, _train_stack, progress=show, max_bytes=max_bytes, n_threads=count_threads())
    for indices, results in stacks:
        for index, result in zip(indices, results, strict=True):
            leaf, found = owners[index], waiting[id(owners[index])]
            found[index] = result
            if len(found) == len(leaf.plans):
                yield from _adopt(leaf, [found[position] for position in sorted(found)])


def _adopt(leaf: Leaf, found: list[_Trained]) -> Iterator[Outcome]:
    """Set what was learnt on the classifier, in the order of its plans, and yield the outcomes of its jobs."""
    leaf.seconds += sum(seconds for _, seconds in found)
    error = next((result for result, _ in found if isinstance(result, Exception)), None)
    if error is None and leaf.fit_plan is not None:
        trained = [result for result, _ in found if isinstance(result, TrainedNetwork)]
        try:
            set_fitted_attributes(leaf.classifier, leaf.fit_plan, trained, resumable=False)
        except Exception as diverged:
            error = without_locals(diverged)
    leaf.fit_plan = None
    yield from leaf.outcomes(error)


class _Shares:
    """Counts the jobs that are done, those in training by the share of their epochs."""

    def __init__(self, leaves: Sequence[Leaf], progress: Count) -> None:
        self.progress = progress
        self.weight = {id(plan): len(leaf.users) / len(leaf.plans) for leaf in leaves for plan in leaf.plans}
        self.share = dict.fromkeys(self.weight, 0.0)

    def show(self, stack: list[TrainingPlan], epoch: int, loss: float, validation: float | None) -> None:
        share = epoch / stack[0].settings.epochs
        self.share.update({id(plan): max(share, self.share[id(plan)]) for plan in stack})
        self.progress(sum(share * self.weight[plan] for plan, share in self.share.items()))


def _train_stack(stack: list[TrainingPlan], n_networks: int, report: Progress) -> list[_Trained]:
    """Train a stack, or its networks one by one if it fails as a whole."""
    from skweighted.engines import compiled

    import_tensorflow()  # the seconds of this are no fit's either
    start, compiling = time.perf_counter(), 0.0
    try:
        results: Sequence[Any] = compiled.train(stack, n_networks=n_networks, progress=report)
        compiling = results[0].compile_seconds
    except Exception as error:  # a scorer that fails on one network, or a stack too large for the memory
        if len(stack) > 1:
            # One by one, the cause stays with the network that has it.
            return [outcome for plan in stack for outcome in _train_stack([plan], 1, report)]
        results = [without_locals(error)]
    report(stack[0].settings.epochs, 0.0, None)  # early stopping and errors end before
    # A program is compiled once for all fits that use it, so those that are first do not pay for it.
    seconds = (time.perf_counter() - start - compiling) / len(stack)
    return [(result, seconds) for result in results]
