"""The command ``skweighted``."""

from skweighted._base.public import set_public_module
from skweighted.cli._main import main
from skweighted.cli._parser import INTERRUPTED

__all__ = [
    "INTERRUPTED",
    "main",
]

set_public_module(__name__, globals(), __all__)
