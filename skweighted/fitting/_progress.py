"""The bar of a fit: the mean epoch, loss and validation value of its networks."""

import contextlib
from collections.abc import Callable, Iterator

import numpy as np

from skweighted._base.progress import open_bar
from skweighted.engines.plan import TrainingPlan

__all__ = ["Show", "progress_bar"]

Show = Callable[[list[TrainingPlan], int, float, float | None], None]


@contextlib.contextmanager
def progress_bar(verbose: bool | int, networks: list[TrainingPlan]) -> Iterator[Show | None]:
    """Yield a function that shows the epoch, loss and validation value that a stack of some networks has reached.

    The bar shows means over the networks. Without `verbose` there is neither bar nor function.
    """
    if not verbose:
        yield None
        return
    reached: dict[int, tuple[int, float, float | None]] = {}  # of each network in training

    with open_bar(networks[0].settings.epochs, "epoch") as update:

        def show(stack: list[TrainingPlan], epoch: int, loss: float, validation: float | None) -> None:
            reached.update(dict.fromkeys(map(id, stack), (epoch, loss, validation)))
            passed, losses, validations = zip(*reached.values(), strict=True)
            values = {"loss": float(np.mean(losses))}
            if validation is not None:
                values["validation"] = float(np.mean(validations))
            update(sum(passed) // len(networks), values)

        yield show
