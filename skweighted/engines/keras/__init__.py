"""The Keras engine: trains any Keras model through scikeras, and the library's own network as a reference."""

from skweighted._base.public import set_public_module
from skweighted.engines.keras._export import join_models
from skweighted.engines.keras._models import model_from_bytes, model_to_bytes, predict_logits, predict_proba
from skweighted.engines.keras._train import train

__all__ = [
    "join_models",
    "model_from_bytes",
    "model_to_bytes",
    "predict_logits",
    "predict_proba",
    "train",
]

set_public_module(__name__, globals(), __all__)
