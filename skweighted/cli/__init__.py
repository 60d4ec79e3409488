"""The command ``skweighted``."""

from skweighted._base.public import set_public_module
from skweighted.cli._main import main

__all__ = ["main"]

set_public_module(__name__, globals(), __all__)
