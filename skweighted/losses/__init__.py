"""The losses a network can minimise, one class each, accepted by ``loss=`` as names or instances.

A file holds a family of losses: add a class to the one it belongs to, and its name to ``__all__`` there. `_base` says
what a loss is, `_facts` what it is told of the training rows, `_arithmetic` what losses share.

A fit calls ``check`` (its parameters), ``runtime_values`` (the numbers of one network), ``batch_loss`` (each batch).
"""

from skweighted._base.public import set_public_module
from skweighted.losses import _arithmetic, _base, _batchwise, _costs, _cross_entropy, _facts, _margins
from skweighted.losses._arithmetic import *  # noqa: F403 - each file says what is public
from skweighted.losses._base import *  # noqa: F403
from skweighted.losses._batchwise import *  # noqa: F403
from skweighted.losses._costs import *  # noqa: F403
from skweighted.losses._cross_entropy import *  # noqa: F403
from skweighted.losses._facts import *  # noqa: F403
from skweighted.losses._margins import *  # noqa: F403

__all__: list[str] = []
for _file in (_arithmetic, _base, _batchwise, _costs, _cross_entropy, _facts, _margins):
    __all__ += _file.__all__

set_public_module(__name__, globals(), __all__)
