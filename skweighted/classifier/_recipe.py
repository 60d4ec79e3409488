"""The members that a study found best together (benchmarks/defaults.md)."""

from typing import Any

from sklearn.base import clone
from sklearn.pipeline import Pipeline

from skweighted.classifier._mlp import CostSensitiveMLPClassifier
from skweighted.optimizers.schedules import Cosine
from skweighted.preprocessing import PiecewiseLinearEncoder, make_preprocessor

__all__ = ["Members", "make_members"]

Members = list[tuple[str, Pipeline]]

_NETWORKS = 4

# For each member what is told to make_preprocessor and to the network.
_RECIPE: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "squashed": ({"scaling": "squashing"}, {"learning_rate": Cosine(5e-3)}),
    "normal": ({"scaling": "quantile_normal"}, {}),
    "piecewise": ({"encoding": PiecewiseLinearEncoder(16)}, {}),
}


def make_members(**network: Any) -> Members:
    """Return unfitted members; `network` replaces parameters of every network.

    Parameters
    ----------
    **network : dict
        Of `CostSensitiveMLPClassifier`.
    """
    return [
        (name, _make_pipeline(preprocessing, {"n_networks": _NETWORKS} | own | network))
        for name, (preprocessing, own) in _RECIPE.items()
    ]


def _make_pipeline(preprocessing: dict[str, Any], network: dict[str, Any]) -> Pipeline:
    steps = [("preprocessor", make_preprocessor(**preprocessing)), ("network", CostSensitiveMLPClassifier(**network))]
    # A copy, so that a search that sets a parameter of a schedule leaves the recipe alone.
    return clone(Pipeline(steps))
