"""Data sets by name, and tables from files.

The order: `_text` (with `_encodings` and `_delimiters`) or `_binary` opens a file, `_labels` reads its target, and
:class:`~skweighted.preprocessing.ColumnReader` decides about the other columns. `_reading` puts them together,
`_chunks` does so piece by piece, `_named` finds files by name.
"""

from skweighted._base.public import set_public_module
from skweighted.datasets._chunks import read_chunks
from skweighted.datasets._named import DATA_VARIABLE, find_dataset, load_dataset, load_digits_8
from skweighted.datasets._reading import LoadedTable, load_table, read_table

__all__ = [
    "DATA_VARIABLE",
    "LoadedTable",
    "find_dataset",
    "load_dataset",
    "load_digits_8",
    "load_table",
    "read_chunks",
    "read_table",
]

set_public_module(__name__, globals(), __all__)
