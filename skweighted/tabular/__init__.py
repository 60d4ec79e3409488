"""A classifier for tables as they come: members by recipe (`_recipe`), trained and averaged (`_committee`)."""

from skweighted._base.public import set_public_module
from skweighted.tabular._committee import TabularClassifier
from skweighted.tabular._factory import make_tabular_classifier

__all__ = [
    "TabularClassifier",
    "make_tabular_classifier",
]

set_public_module(__name__, globals(), __all__)
