"""What the command shows: bars while it works, then tables and sentences. Needs rich, as no other part of it does.

`_silence` hides what native code says, `_progress` shows how far work has come and how long it will take, `_listing`
prints headings, sentences and small tables, `_comparison` the table of a comparison.
"""

from skweighted._base.public import set_public_module
from skweighted.cli.terminal._comparison import show_comparison
from skweighted.cli.terminal._listing import print_heading, print_table, print_text
from skweighted.cli.terminal._progress import show_bar, show_fits, show_phase, show_rows
from skweighted.cli.terminal._silence import hide_native_stderr

__all__ = [
    "hide_native_stderr",
    "print_heading",
    "print_table",
    "print_text",
    "show_bar",
    "show_comparison",
    "show_fits",
    "show_phase",
    "show_rows",
]

set_public_module(__name__, globals(), __all__)
