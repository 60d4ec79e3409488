"""From any table to numbers of similar size.

The order: `_frames` makes a DataFrame of anything with columns; `_columns` decides what each column is (`_numbers` and
`_dates` read text, `_kinds` apply what `_decisions` decide, `_notes` say it); `_table` imputes,
`_scaling` scales and `_encoding` encodes.
"""

from skweighted._base.public import set_public_module
from skweighted.preprocessing._columns import ColumnReader
from skweighted.preprocessing._decisions import Decision
from skweighted.preprocessing._encoding import PiecewiseLinearEncoder
from skweighted.preprocessing._frames import check_columns, to_frame
from skweighted.preprocessing._kinds import Dates, Durations, Kind, Numbers, Text, holds_numbers
from skweighted.preprocessing._notes import Note
from skweighted.preprocessing._numbers import NumberFormat
from skweighted.preprocessing._scaling import QuantileNormalScaler, SquashingScaler
from skweighted.preprocessing._table import (
    TablePreprocessor,
    count_kinds,
    make_preprocessor,
    numeric_columns,
    text_columns,
    to_floats,
)

# Also what a fitted preprocessor holds: saved models name it by this path.
__all__ = [
    "ColumnReader",
    "Dates",
    "Decision",
    "Durations",
    "Kind",
    "Note",
    "NumberFormat",
    "Numbers",
    "PiecewiseLinearEncoder",
    "QuantileNormalScaler",
    "SquashingScaler",
    "TablePreprocessor",
    "Text",
    "check_columns",
    "count_kinds",
    "holds_numbers",
    "make_preprocessor",
    "numeric_columns",
    "text_columns",
    "to_floats",
    "to_frame",
]

set_public_module(__name__, globals(), __all__)
