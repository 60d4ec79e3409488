"""The members that a study found best together (benchmarks/defaults.md)."""

from typing import Any

from sklearn.base import clone
from sklearn.ensemble import ExtraTreesClassifier, HistGradientBoostingClassifier
from sklearn.pipeline import Pipeline

from skweighted._base.types import Classifier
from skweighted.classifier._members import Members
from skweighted.classifier._mlp import CostSensitiveMLPClassifier
from skweighted.optimizers.schedules import Cosine
from skweighted.preprocessing import PiecewiseLinearEncoder, make_preprocessor

__all__ = ["make_members"]

# Of every network: a high rate that falls to 0, and fewer passes over larger tables.
_TRAINING = {"epochs": "auto", "learning_rate": Cosine(5e-3)}

# What is told to make_preprocessor and to the network. The piecewise member has most inputs and costs most.
_NETWORKS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "deep": ({"scaling": "squashing"}, {"n_networks": 1, "hidden_layer_sizes": (64, 64), "dropout": 0.1}),
    "normal": ({"scaling": "quantile_normal"}, {"n_networks": 2}),
    "piecewise": ({"encoding": PiecewiseLinearEncoder(16)}, {"n_networks": 1, "dropout": 0.2}),
}

# Leaves hold at least 1 in 2,000 rows, so that a forest of many rows stays small.
_TREES: dict[str, Classifier] = {
    "extra_trees": ExtraTreesClassifier(75, max_features=0.5, min_samples_leaf=0.0005),
    "boosted_trees": HistGradientBoostingClassifier(
        learning_rate=0.05, max_iter=150, max_leaf_nodes=15, max_features=0.5, l2_regularization=1.0
    ),
}


def make_members(trees: bool = True, **network: Any) -> Members:
    """Return unfitted members; `network` replaces parameters of every network.

    Parameters
    ----------
    trees : bool, default=True
        Whether two ensembles of trees are among them.
    **network : dict
        Of `CostSensitiveMLPClassifier`.
    """
    members = [
        (name, _make_pipeline(preprocessing, "network", CostSensitiveMLPClassifier(**_TRAINING | own | network)))
        for name, (preprocessing, own) in _NETWORKS.items()
    ]
    return members + [(name, _make_pipeline({}, "trees", forest)) for name, forest in _TREES.items() if trees]


def _make_pipeline(preprocessing: dict[str, Any], name: str, classifier: Classifier) -> Pipeline:
    # A copy, so that a search that sets a parameter of a schedule leaves the recipe alone.
    return clone(Pipeline([("preprocessor", make_preprocessor(**preprocessing)), (name, classifier)]))
