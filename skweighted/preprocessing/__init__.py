"""From any table to numbers of similar size.

The order: `_frames` makes a DataFrame of anything with columns; `_columns` decides what each column is (`_numbers` and
`_dates` read text, `_kinds` apply what `_decisions` decide, `_notes` say it); `_table` imputes,
`_scaling` scales and `_encoding` encodes.
"""

from skweighted._base.public import set_public_module
from skweighted.preprocessing._columns import ColumnReader
from skweighted.preprocessing._encoding import PiecewiseLinearEncoder
from skweighted.preprocessing._frames import to_frame
from skweighted.preprocessing._notes import Note
from skweighted.preprocessing._scaling import QuantileNormalScaler, SquashingScaler
from skweighted.preprocessing._table import TablePreprocessor, count_kinds, make_preprocessor

__all__ = [
    "ColumnReader",
    "Note",
    "PiecewiseLinearEncoder",
    "QuantileNormalScaler",
    "SquashingScaler",
    "TablePreprocessor",
    "count_kinds",
    "make_preprocessor",
    "to_frame",
]

set_public_module(__name__, globals(), __all__)
