"""The losses a network can minimise, one class each, accepted by ``loss=`` as names or instances.

A file holds a family of losses: add a class to the one it belongs to, and its name to ``__all__`` there.
"""

from skweighted.losses import _base, _batchwise, _costs, _cross_entropy, _margins
from skweighted.losses._base import *  # noqa: F403 - each family says what is public
from skweighted.losses._batchwise import *  # noqa: F403
from skweighted.losses._costs import *  # noqa: F403
from skweighted.losses._cross_entropy import *  # noqa: F403
from skweighted.losses._margins import *  # noqa: F403

__all__: list[str] = []
for _family in (_base, _batchwise, _costs, _cross_entropy, _margins):
    __all__ += _family.__all__
