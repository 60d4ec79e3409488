"""What can be done about imbalance, one class each: move the decision, re-weight, resample, average, or nothing.

A family a file: `_decision`, `_weights`, `_losses`, `_sampling` (with its `_samplers`), `_batches`, `_ensembles`,
`_baselines`; `_own` holds a user's classifier. `_base` says what a strategy is, `_presets` which are compared together.
To add one, put a class into the file of its family, and its name into ``__all__`` there::

    @STRATEGIES.register("none")
    class Unweighted(Strategy):
        family = "decision"
"""

from skweighted._base.public import set_public_module
from skweighted.preprocessing import make_preprocessor
from skweighted.strategies import (
    _base,
    _baselines,
    _batches,
    _decision,
    _ensembles,
    _losses,
    _own,
    _presets,
    _samplers,
    _sampling,
    _weights,
)
from skweighted.strategies._base import *  # noqa: F403 - each family says what is public
from skweighted.strategies._baselines import *  # noqa: F403
from skweighted.strategies._batches import *  # noqa: F403
from skweighted.strategies._decision import *  # noqa: F403
from skweighted.strategies._ensembles import *  # noqa: F403
from skweighted.strategies._losses import *  # noqa: F403
from skweighted.strategies._own import *  # noqa: F403
from skweighted.strategies._presets import *  # noqa: F403
from skweighted.strategies._samplers import *  # noqa: F403
from skweighted.strategies._samplers import oversample_0_1 as _oversample  # noqa: F401 - pickles of 0.1.0 name
from skweighted.strategies._samplers import undersample_0_1 as _undersample  # noqa: F401 - these two here
from skweighted.strategies._sampling import *  # noqa: F403
from skweighted.strategies._tuned_threshold import TunedThresholdClassifier, make_rule
from skweighted.strategies._weights import *  # noqa: F403

__all__ = ["TunedThresholdClassifier", "make_preprocessor", "make_rule"]
_parts = (_base, _decision, _weights, _losses, _sampling, _batches, _ensembles, _baselines, _own, _presets, _samplers)
for _part in _parts:
    __all__ += _part.__all__

set_public_module(__name__, globals(), __all__)
