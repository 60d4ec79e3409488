"""What the study of defaults chose from: encodings, bodies, trees, and mixtures of them."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from _fourier import Fourier, Periodic
from sklearn.base import clone
from sklearn.ensemble import ExtraTreesClassifier, HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer

from skweighted import CostSensitiveMLPClassifier
from skweighted.network import to_probabilities
from skweighted.optimizers.schedules import Cosine
from skweighted.preprocessing import PiecewiseLinearEncoder, QuantileNormalScaler, make_preprocessor


def squash(z: np.ndarray) -> np.ndarray:
    """Return numbers in (-3, 3), small ones almost unchanged."""
    return z / np.sqrt(1 + (z / 3) ** 2)


ENCODINGS: dict[str, Callable[[], Any]] = {
    "squash": partial(make_preprocessor, scaling="squashing"),
    "qn": partial(make_preprocessor, scaling="quantile_normal"),
    "qns": lambda: make_preprocessor(scaling=make_pipeline(QuantileNormalScaler(), FunctionTransformer(squash))),
    "plet": partial(make_preprocessor, encoding="tree"),
    "pletb16": lambda: make_preprocessor(encoding=PiecewiseLinearEncoder(16, bins="tree")),
    "pleq16": lambda: make_preprocessor(encoding=PiecewiseLinearEncoder(16)),
    "pleq8": lambda: make_preprocessor(encoding=PiecewiseLinearEncoder(8)),
    "qper4s20": lambda: make_preprocessor(scaling="quantile_normal", encoding=Periodic(4, 0.2)),
    "rff20": lambda: make_pipeline(make_preprocessor(scaling="squashing"), Fourier(256, 2.0)),
}
BODIES: dict[str, dict[str, Any]] = {
    "100": {"hidden_layer_sizes": (100,)},
    "100d2": {"hidden_layer_sizes": (100,), "dropout": 0.2},
    "64x2d1": {"hidden_layer_sizes": (64, 64), "dropout": 0.1},
    "128x2d1": {"hidden_layer_sizes": (128, 128), "dropout": 0.1},
    "256d4": {"hidden_layer_sizes": (256,), "dropout": 0.4},
}
WEIGHTS = {"none": None, "bal": "balanced"}
EXTRAS: dict[str, dict[str, Any]] = {
    "auto": {"epochs": "auto"},
    "e100": {"epochs": 100},
    "lo": {"learning_rate": Cosine(2e-3)},
    "hi": {"learning_rate": Cosine(5e-3)},
    "hi100": {"learning_rate": Cosine(5e-3)},
    "hx": {"learning_rate": Cosine(1e-2)},
    "a3": {"alpha": 1e-3},
}
SLOW = {"learning_rate": 0.05, "max_iter": 150, "max_leaf_nodes": 15, "max_features": 0.5, "l2_regularization": 1.0}
TREES: dict[str, Any] = {
    "et100": ExtraTreesClassifier(100, n_jobs=1, random_state=0),
    "eth75": ExtraTreesClassifier(75, max_features=0.5, min_samples_leaf=0.0005, n_jobs=1, random_state=0),
    "eth": ExtraTreesClassifier(100, max_features=0.5, min_samples_leaf=0.0005, n_jobs=1, random_state=0),
    "eth50": ExtraTreesClassifier(50, max_features=0.5, min_samples_leaf=0.0005, n_jobs=1, random_state=0),
    "rf50s": RandomForestClassifier(50, max_samples=0.5, n_jobs=1, random_state=0),
    "hgbp": HistGradientBoostingClassifier(**SLOW, random_state=0),
}

# Candidate members, and mixtures: the plain mean of the probabilities of their members, of `member@n` of n networks. A
# member that is named twice counts twice.
SQUASHED, DEEP, NORMAL = "squash_100_none_auto_hi", "squash_64x2d1_none_auto_hi", "qn_100_none_auto_hi"
PIECEWISE, UNDROPPED = "pleq16_100d2_none_auto_hi", "pleq16_100_none_auto_hi"
PERIODIC, JOINT, WIDE = "qper4s20_100_none_auto_hi", "rff20_100_none_auto_hi", "squash_256d4_none_auto_hi"
FOREST, BOOSTED = "eth75", "hgbp"
BALANCED = ("squash_100_bal_auto_hi", "qns_100_bal_auto_hi", "pleq16_100_bal_auto_lo")
ALONE = (
    *(SQUASHED, DEEP, NORMAL, PIECEWISE, UNDROPPED, PERIODIC, JOINT, WIDE, *TREES, *BALANCED),
    "squash_100_none_auto_hx",
    "squash_128x2d1_none_auto_hi",
    "qns_100_none_auto_hi",
    "pleq16_100_none_auto_lo",
    "pleq16_100_none_auto_hi_a3",
    "pleq8_100_none_auto_lo",
    "pletb16_100_none_auto_hi",
    "plet_100_none_auto_hi",
)
D, N, P = f"{DEEP}@1", f"{NORMAL}@2", f"{PIECEWISE}@1"
MIXTURES: dict[str, tuple[str, ...]] = {
    "members count equally": (D, N, P, FOREST, BOOSTED),
    "its networks alone": (D, N, P),
    "its trees alone": (FOREST, BOOSTED),
    "trees count 1.5 times": (*(D, N, P) * 2, *(FOREST, BOOSTED) * 3),
    "trees count twice": (D, N, P, *(FOREST, BOOSTED) * 2),
    "without its forest": (D, N, P, BOOSTED),
    "without its boosted trees": (D, N, P, FOREST),
    "without its deep member": (N, P, FOREST, BOOSTED),
    "without its normal member": (D, P, FOREST, BOOSTED),
    "without its piecewise member": (D, N, FOREST, BOOSTED),
    "2, 2 and 1 networks": (f"{DEEP}@2", N, P, FOREST, BOOSTED),
    "and a squashed member": (D, N, P, f"{SQUASHED}@2", FOREST, BOOSTED),
    "and a periodic member": (D, N, P, f"{PERIODIC}@2", FOREST, BOOSTED),
    "and a joint Fourier member": (D, N, P, f"{JOINT}@2", FOREST, BOOSTED),
    "a wide member for the deep one": (f"{WIDE}@2", N, P, FOREST, BOOSTED),
    "4, 4 and 2 networks": (DEEP, NORMAL, f"{PIECEWISE}@2", FOREST, BOOSTED),
    "a forest of 50": (D, N, P, "eth50", BOOSTED),
    "a forest of 100": (D, N, P, "eth", BOOSTED),
    "a forest of small leaves": (D, N, P, "et100", BOOSTED),
    "a random forest for extra trees": (D, N, P, "RandomForest", BOOSTED),
    "a small random forest": (D, N, P, "rf50s", BOOSTED),
    "three forests": (D, N, P, FOREST, "rf50s", BOOSTED),
    "12 networks, no trees": (SQUASHED, f"{DEEP}@2", NORMAL, f"{PIECEWISE}@2"),
    "balanced weights, repaired": BALANCED,
    "the same without weights": (SQUASHED, "qns_100_none_auto_hi", "pleq16_100_none_auto_lo"),
}


def make_member(name: str, n_networks: int = 4) -> Pipeline:
    """Return a preprocessor and a committee by name, such as ``squash_100_none`` or ``qn_128x2d1_none_e40``."""
    if name in TREES:
        return make_pipeline(make_preprocessor(), clone(TREES[name]))
    encoding, body, weights, *extras = name.split("_")
    more = {key: value for extra in extras for key, value in EXTRAS[extra].items()}
    network = CostSensitiveMLPClassifier(
        **BODIES[body] | more,
        class_weight=WEIGHTS[weights],
        probabilities="corrected",
        n_networks=n_networks,
        random_state=0,
    )
    return make_pipeline(ENCODINGS[encoding](), network)


def predict_each(member: Pipeline, X: pd.DataFrame) -> np.ndarray:
    """Return the probabilities of every network, shape (K, n_samples, n_classes)."""
    logits = member[-1]._logits(member[:-1].transform(X))
    return np.stack([to_probabilities(z) for z in logits])
