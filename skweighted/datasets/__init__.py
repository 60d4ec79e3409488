"""Data sets by name, and tables from files."""

from skweighted._base.public import set_public_module
from skweighted.datasets._chunks import read_chunks
from skweighted.datasets._reading import DATA_VARIABLE, find_dataset, load_dataset, load_digits_8, read_table

__all__ = [
    "DATA_VARIABLE",
    "find_dataset",
    "load_dataset",
    "load_digits_8",
    "read_chunks",
    "read_table",
]

set_public_module(__name__, globals(), __all__)
