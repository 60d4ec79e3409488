"""The members that a study found best together (benchmarks/defaults.md)."""

from typing import Any

from sklearn.base import clone
from sklearn.pipeline import Pipeline

from skweighted.classifier._mlp import CostSensitiveMLPClassifier
from skweighted.optimizers.schedules import Cosine
from skweighted.preprocessing import PiecewiseLinearEncoder, make_preprocessor

__all__ = ["Members", "make_members"]

Members = list[tuple[str, Pipeline]]

# Of every network: a high rate that falls to 0, and fewer passes over larger tables.
_TRAINING = {"epochs": "auto", "learning_rate": Cosine(5e-3)}

# For each member what is told to make_preprocessor and to the network. The piecewise one has most inputs, costs most,
# and is the one that overfits.
_RECIPE: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "squashed": ({"scaling": "squashing"}, {"n_networks": 4}),
    "deep": ({"scaling": "squashing"}, {"n_networks": 2, "hidden_layer_sizes": (64, 64), "dropout": 0.1}),
    "normal": ({"scaling": "quantile_normal"}, {"n_networks": 4}),
    "piecewise": ({"encoding": PiecewiseLinearEncoder(16)}, {"n_networks": 2, "dropout": 0.2}),
}


def make_members(**network: Any) -> Members:
    """Return unfitted members; `network` replaces parameters of every network.

    Parameters
    ----------
    **network : dict
        Of `CostSensitiveMLPClassifier`.
    """
    return [
        (name, _make_pipeline(preprocessing, _TRAINING | own | network))
        for name, (preprocessing, own) in _RECIPE.items()
    ]


def _make_pipeline(preprocessing: dict[str, Any], network: dict[str, Any]) -> Pipeline:
    steps = [("preprocessor", make_preprocessor(**preprocessing)), ("network", CostSensitiveMLPClassifier(**network))]
    # A copy, so that a search that sets a parameter of a schedule leaves the recipe alone.
    return clone(Pipeline(steps))
