"""The scores of a comparison: one registered class each, computed from kept predictions, a family a file.

To add a metric, put a class into the file of its family, and its name into ``__all__`` there::

    @METRICS.register("accuracy")
    class Accuracy(Metric):
        title = "Accuracy"
        needs = DECISIONS

        def score(self, predictions):
            return np.mean(predictions.truth == predictions.decisions)
"""

from skweighted.comparison.metrics import _base, _costs, _decisions, _probabilities, _ranking, _seconds
from skweighted.comparison.metrics._base import *  # noqa: F403 - each family says what is public
from skweighted.comparison.metrics._costs import *  # noqa: F403
from skweighted.comparison.metrics._decisions import *  # noqa: F403
from skweighted.comparison.metrics._probabilities import *  # noqa: F403
from skweighted.comparison.metrics._ranking import *  # noqa: F403
from skweighted.comparison.metrics._seconds import *  # noqa: F403

__all__: list[str] = []
for _family in (_base, _ranking, _decisions, _probabilities, _costs, _seconds):
    __all__ += _family.__all__
