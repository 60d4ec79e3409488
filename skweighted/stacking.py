"""Old path of 0.1.0, kept until 0.4: see :mod:`skweighted.engines.stacking`."""

from skweighted.engines.stacking import *  # noqa: F403
