"""Traps in a table, found before any training, one class each.

`_base` says what a check and an alert are, `_facts` what a check may ask about a table; the others are checks:
`_leaks` of columns that tell the answer, `_identifiers`, `_columns`, `_rows`, `_classes`.
"""

from skweighted._base.public import set_public_module
from skweighted.comparison.checks import _classes, _columns, _identifiers, _leaks, _rows  # noqa: F401  they register
from skweighted.comparison.checks._base import CHECKS, Alert, Check, find_alerts, inspect_table
from skweighted.comparison.checks._facts import Facts

__all__ = ["CHECKS", "Alert", "Check", "Facts", "find_alerts", "inspect_table"]

set_public_module(__name__, globals(), __all__)
