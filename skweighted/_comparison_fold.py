"""Old path in pickles of 0.1.0, kept until 0.4: see :mod:`skweighted.comparison`."""

from skweighted.comparison import FoldResult, Metric  # noqa: F401
