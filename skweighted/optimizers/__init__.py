"""Update rules and, as in Keras, the `schedules` of their learning rate."""

from skweighted._base.public import set_public_module
from skweighted.optimizers._update_rules import OPTIMIZERS, SGD, Adam, AdamW, Optimizer, RMSprop, Slots, Updated

__all__ = ["OPTIMIZERS", "SGD", "Adam", "AdamW", "Optimizer", "RMSprop", "Slots", "Updated"]

set_public_module(__name__, globals(), __all__)
