"""The bar that shows how far training has come."""

import contextlib
from collections.abc import Callable, Iterator

import numpy as np

from skweighted._base.tensorflow import import_tensorflow
from skweighted.engines.plan import TrainingPlan

__all__ = ["Show", "open_bar", "progress_bar"]

Show = Callable[[list[TrainingPlan], int, float, float | None], None]


@contextlib.contextmanager
def open_bar(total: int, unit: str, **options: list[str]) -> Iterator[Callable[..., None]]:
    """Yield ``update(n_done, values=None)`` of a bar on standard output, which ends its line whatever happens."""
    import_tensorflow()  # first, for its care with threads and forks
    import keras

    bar = keras.utils.Progbar(total, unit_name=unit, **options)
    reached = 0

    def update(n_done: int, values: list[tuple[str, float]] | None = None) -> None:
        nonlocal reached
        reached = n_done
        bar.update(n_done, values, finalize=False)

    try:
        yield update
    finally:
        # Early stopping, an error or Ctrl-C end before the total, so the bar is closed where it stands.
        if reached:
            bar.update(reached, finalize=True)


@contextlib.contextmanager
def progress_bar(verbose: int, plans: list[TrainingPlan]) -> Iterator[Show | None]:
    """Yield a function that shows the epoch, loss and validation value that a stack of some of `plans` has reached.

    The bar shows means over the networks. Without `verbose` there is neither bar nor function.
    """
    if not verbose:
        yield None
        return
    epochs = plans[0].settings.epochs
    reached: dict[int, tuple[int, float, float | None]] = {}  # of each plan in training

    with open_bar(epochs, "epoch", stateful_metrics=["loss", "validation"]) as update:

        def show(stack: list[TrainingPlan], epoch: int, loss: float, validation: float | None) -> None:
            reached.update(dict.fromkeys(map(id, stack), (epoch, loss, validation)))
            passed, losses, validations = zip(*reached.values(), strict=True)
            values = [("loss", np.mean(losses))]
            if validation is not None:
                values.append(("validation", np.mean(validations)))
            update(sum(passed) // len(plans), values)

        yield show
