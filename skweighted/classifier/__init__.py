"""The classifiers: parameters, documentation and prediction; `fitting` does what `fit` does.

`_mlp` is the network, `_kept_models` its copies and pickles; `_tabular` is a committee for tables as they come, with
the members that `_recipe` lists and `_make_tabular` puts together. `_members` says what can be one: networks, and other
classifiers, whose probabilities `_reweighted` moves to what the class weights ask for.
"""

from skweighted._base.public import set_public_module
from skweighted.classifier._make_tabular import make_tabular_classifier
from skweighted.classifier._mlp import CostSensitiveMLPClassifier
from skweighted.classifier._reweighted import ReweightedClassifier
from skweighted.classifier._tabular import TabularClassifier

__all__ = ["CostSensitiveMLPClassifier", "ReweightedClassifier", "TabularClassifier", "make_tabular_classifier"]

set_public_module(__name__, globals(), __all__)
