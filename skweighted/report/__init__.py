"""The report of a comparison: one HTML file that needs no network, and the same facts as JSON.

`_facts` collects what the comparison found in plain values, `_explorer` what the threshold slider needs, `_figures`
draws with `skweighted.plots`, `_page` puts all of it into the templates. Nothing is computed that a comparison knows.
"""

from skweighted._base.public import set_public_module
from skweighted.report._facts import Origin, collect_facts
from skweighted.report._page import render_report, write_report

__all__ = [
    "Origin",
    "collect_facts",
    "render_report",
    "write_report",
]

set_public_module(__name__, globals(), __all__)
