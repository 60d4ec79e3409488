"""What the Keras engine can be told that the compiled one cannot."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

__all__ = ["KerasArguments"]


@dataclass(frozen=True, eq=False)
class KerasArguments:
    """The model to train, and what Keras lets one hang on to its training.

    Parameters
    ----------
    model : None, keras.Model or callable, optional
        None is the library's own network, from the plan's initial weights. A ``keras.Model`` is never trained itself
        but a copy of it, from its weights and, if it was trained before, its optimizer's state. A builder is called as
        ``model(meta)``, or ``model()`` if it takes no `meta`, and returns a ``keras.Model``; `meta` is scikeras' dict
        (``n_features_in_``, ``n_classes_``, ``X_shape_``, ...; ``classes_`` are class codes) with the plan's ``seed``
        added.

        A compiled model keeps its optimizer, loss and metrics; any other gets those of the plan. Binary problems take
        one output unit or two, others one for each class.
    callbacks : keras.callbacks.Callback, class of one, or list of them, optional
        Copied for each plan, unless one cannot be copied.
    metrics : str, keras.metrics.Metric, class of one, function, or list of them, optional
        Copied for each plan. All rows count equally in them; their weights do not matter.
    check_loss : callable (correctable), optional
        Called before a model trains with whether its loss is one that probabilities can be corrected after, as
        `TrainedNetwork` has it; what it raises ends the call.
    owner : str, default="KerasEngine"
        The class named in errors.
    """

    model: Any = None
    callbacks: Any = None
    metrics: Any = None
    check_loss: Callable[[bool], None] | None = None
    owner: str = "KerasEngine"
