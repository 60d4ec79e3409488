"""The progress bar of a fit, one for all stacks that its networks train in."""

import contextlib
import threading
from collections.abc import Callable, Iterator

import numpy as np

from skweighted.engines.plan import TrainingPlan

__all__ = ["Show", "progress_bar"]

Show = Callable[[list[TrainingPlan], int, float, float | None], None]


@contextlib.contextmanager
def progress_bar(verbose: int, plans: list[TrainingPlan]) -> Iterator[Show]:
    """Yield a function that shows the epoch, loss and validation value that a stack of some of `plans` has reached.

    The bar shows means over the networks. Threads may share it; without `verbose` it shows nothing.
    """
    if not verbose:
        yield lambda *_: None
        return
    import keras

    bar = keras.utils.Progbar(plans[0].settings.epochs, unit_name="epoch", stateful_metrics=["loss", "validation"])
    lock = threading.Lock()
    reached: dict[int, tuple[int, float, float | None]] = {}  # of each plan in training

    def epoch_now() -> int:
        return sum(epoch for epoch, *_ in reached.values()) // len(plans)

    def show(stack: list[TrainingPlan], epoch: int, loss: float, validation: float | None) -> None:
        with lock:
            reached.update(dict.fromkeys(map(id, stack), (epoch, loss, validation)))
            _, losses, validations = zip(*reached.values(), strict=True)
            values = [("loss", np.mean(losses))]
            if validation is not None:
                values.append(("validation", np.mean(validations)))
            bar.update(epoch_now(), values, finalize=False)

    yield show
    # Early stopping ends before the last epoch, so the bar is closed where it stands.
    bar.update(epoch_now(), finalize=True)
