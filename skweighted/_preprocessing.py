"""Old path in pickles of 0.1.0, kept until 0.4: see :mod:`skweighted.preprocessing`."""

from skweighted.preprocessing._release_0_1 import _as_numbers, _as_text, _numeric_columns, _other_columns  # noqa: F401
