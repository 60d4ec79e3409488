"""From a table to a model in use.

In the order in which data passes:

`_fit` compares strategies, chooses one and trains it on all rows: `fit_model`;
`_training` holds the rows, with the groups and weights that their fits are told of;
`_threshold` chooses the threshold by out-of-fold predictions and scores it;
`_choice` finds the best strategy;
`_importance` shuffles columns on test folds;
`_schema` holds the columns of training and checks those of new rows;
`_model` is what comes out: `FittedModel`, a pipeline that checks, predicts and decides;
`_card` holds what is known about it, which `_describe` collects;
`_storage` writes and reads it; `_compiled_parts` checks what compiled code would follow blindly.
"""

from skweighted._base.public import set_public_module
from skweighted.deployment._card import CARD_HEADING, Card
from skweighted.deployment._fit import fit_model
from skweighted.deployment._model import FittedModel
from skweighted.deployment._schema import Column, TableNotes, TableSchema
from skweighted.deployment._storage import FORMATS, TRUSTED_TYPES, load_model, save_model

__all__ = [
    "CARD_HEADING",
    "FORMATS",
    "TRUSTED_TYPES",
    "Card",
    "Column",
    "FittedModel",
    "TableNotes",
    "TableSchema",
    "fit_model",
    "load_model",
    "save_model",
]

set_public_module(__name__, globals(), __all__)
