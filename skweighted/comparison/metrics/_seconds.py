"""How long it took. The table ends in the median seconds of a fit without being asked."""

from skweighted.comparison._predictions import Predictions
from skweighted.comparison.metrics._base import METRICS, Metric

__all__ = ["FitSeconds", "PredictSeconds"]


@METRICS.register("fit_seconds")
class FitSeconds(Metric):
    """Seconds of a fit, compiling left out; a network in a stack counts its share."""

    title = "Mean fit s"
    greater_is_better = False
    judges = "the time"

    def score(self, predictions: Predictions) -> float:
        """Return the seconds."""
        return predictions.fit_seconds


@METRICS.register("predict_seconds")
class PredictSeconds(Metric):
    """Seconds that the probabilities and the decisions of a test fold took together, preprocessing not repeated."""

    title = "Predict s"
    greater_is_better = False
    judges = "the time"

    def score(self, predictions: Predictions) -> float:
        """Return the seconds."""
        return predictions.predict_seconds
