"""What trains networks: NumPy arrays in, NumPy arrays out.

`plan` says what an engine is asked for and what it gives back; `stacking` joins plans into the stacks that an engine
takes; `compiled` and `keras` are the two engines, which :func:`make_engine` imports only when one is needed.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from skweighted.engines.plan import Progress, TrainedNetwork, TrainingPlan

if TYPE_CHECKING:
    from skweighted.engines.keras import KerasArguments

__all__ = ["Engine", "make_engine"]


class Engine(Protocol):
    """What trains plans of equal settings."""

    def train(
        self, plans: Sequence[TrainingPlan], *, n_networks: int | None = None, progress: Progress | None = None
    ) -> list[TrainedNetwork]:
        """Train every plan.

        Parameters
        ----------
        plans : sequence of TrainingPlan
            Of equal settings.
        n_networks : int, optional
            Networks that a compiled program has room for, at least as many as plans.
        progress : callable (epoch, loss, validation value or None), optional
            Called every now and then; what it raises ends training.

        Returns
        -------
        list of TrainedNetwork
            In the order of `plans`.
        """


def make_engine(name: str, keras_arguments: "KerasArguments | None" = None) -> Engine:
    """Return the engine called `name`, "compiled" or "keras"; the arguments are for the latter."""
    if name == "keras":
        from skweighted.engines.keras import KerasArguments, KerasEngine

        return KerasEngine(keras_arguments or KerasArguments())
    from skweighted.engines import compiled

    return compiled
