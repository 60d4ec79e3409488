"""What trains networks: NumPy arrays in, NumPy arrays out.

Data passes in this order: a fit hands in one :class:`~skweighted.engines.plan.TrainingPlan` a network (`plan`);
`stacking` joins plans of equal settings into stacks; `compiled` or `keras`, which :func:`make_engine` imports only when
it is needed, trains each. `randomness` keys every random number by network and purpose, and `_patience` decides when a
network stops early. README.md explains the ideas.
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
