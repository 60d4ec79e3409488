"""Old path of 0.1.0, kept until 0.4: see :mod:`skweighted.class_weights`."""

from skweighted.class_weights import class_weight_grid  # noqa: F401
