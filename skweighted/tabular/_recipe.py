"""The members that a study found best together (benchmarks/defaults.md)."""

from typing import Any

from sklearn.pipeline import Pipeline

from skweighted.classifier import CostSensitiveMLPClassifier
from skweighted.preprocessing import make_preprocessor

__all__ = ["Members", "make_members"]

Members = list[tuple[str, Pipeline]]

_NETWORKS = 4

_RECIPE: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "standard": ({"scaling": "standard"}, {"hidden_layer_sizes": (100,)}),
    "normal": ({"scaling": "quantile_normal"}, {"hidden_layer_sizes": (100,)}),
    "piecewise": ({"encoding": "quantile"}, {"hidden_layer_sizes": (100,)}),
    "squashed_deep": ({"scaling": "squashing"}, {"hidden_layer_sizes": (128, 128), "dropout": 0.1}),
    "normal_deep": ({"scaling": "quantile_normal"}, {"hidden_layer_sizes": (128, 128), "dropout": 0.1}),
    "piecewise_dropout": ({"encoding": "quantile"}, {"hidden_layer_sizes": (128,), "dropout": 0.2}),
}


def make_members(**network: Any) -> Members:
    """Return unfitted members; `network` replaces parameters of every network.

    Parameters
    ----------
    **network : dict
        Of `CostSensitiveMLPClassifier`.
    """
    return [
        (
            name,
            Pipeline(
                [
                    ("preprocessor", make_preprocessor(**preprocessing)),
                    ("network", CostSensitiveMLPClassifier(**{"n_networks": _NETWORKS} | own | network)),
                ]
            ),
        )
        for name, (preprocessing, own) in _RECIPE.items()
    ]
