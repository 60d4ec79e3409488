"""What a loss is told of a fit, and losses written for 0.1.0, which were told it in two arguments."""

from dataclasses import dataclass
from typing import Any

import numpy as np

__all__ = ["TrainingFacts"]


@dataclass(frozen=True, eq=False)
class TrainingFacts:
    """What is known of the training rows of one network before it trains.

    Parameters
    ----------
    class_counts : ndarray of shape (n_classes,)
        Training rows of each class.
    cost_matrix : ndarray of shape (n_classes, n_classes), optional
        Rows truth, columns prediction; None if the classifier was given none.
    """

    class_counts: np.ndarray
    cost_matrix: np.ndarray | None = None


def link_old_names(cls: Any) -> None:
    """Let a loss answer to its names of 0.1.0 and to today's, whichever of them its class defines.

    `numeric` is `runtime_parameters` today, and ``network_values(class_counts, cost_matrix)`` is
    ``runtime_values(facts)``. Each class links its own methods, so that ``super()`` leads from either to either.
    """
    own = vars(cls)
    if "numeric" in own and "runtime_parameters" not in own:
        cls.runtime_parameters = cls.numeric
    cls.numeric = cls.runtime_parameters
    if "runtime_values" in own:

        def network_values(self: Any, class_counts: np.ndarray, cost_matrix: np.ndarray | None = None) -> Any:
            """Return :meth:`runtime_values`; the name of 0.1.0."""
            return cls.runtime_values(self, TrainingFacts(class_counts, cost_matrix))

        cls.network_values = network_values
    elif "network_values" in own:
        of_old = cls.network_values

        def runtime_values(self: Any, facts: TrainingFacts) -> Any:
            return of_old(self, facts.class_counts, facts.cost_matrix)

        cls.runtime_values = runtime_values
