"""The Keras engine: trains any Keras model through scikeras, and the library's own network as a reference.

A plan passes `_train` (what the engine cannot do is an error), `_scikeras` (one fit), `_twin` or `_models` (the model
of that fit), `_batches` and `_losses` (what it trains on and by), `_watch` (when it stops). A trained model passes
`_predict`, `_bytes` and `_export`. `_globals` keeps what Keras shares with the process.

Its limits: `dtype` is Keras' ``floatx`` and rows come shuffled. The library's own network keeps no optimizer state: its
training continues from weights only.
"""

from skweighted._base.public import set_public_module
from skweighted.engines.keras._arguments import KerasArguments
from skweighted.engines.keras._bytes import PackedModel, model_from_bytes, model_to_bytes
from skweighted.engines.keras._export import join_models
from skweighted.engines.keras._predict import predict_logits, predict_proba
from skweighted.engines.keras._train import KerasEngine
from skweighted.engines.keras._twin import to_keras

__all__ = [
    "KerasArguments",
    "KerasEngine",
    "PackedModel",
    "join_models",
    "model_from_bytes",
    "model_to_bytes",
    "predict_logits",
    "predict_proba",
    "to_keras",
]

set_public_module(__name__, globals(), __all__)
