"""How Sphinx builds the site: ``python -m sphinx -W --keep-going docs docs/_build/html``.

The pages are Markdown; the reference is written from docstrings by ``_site/reference.py`` and the examples are run by
sphinx-gallery. Nothing is fetched, so the build and the search of the built site need no network.
"""

import os
import sys
import warnings
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent / "_site"), str(Path(__file__).parent.parent)]
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

from skweighted import __version__

project = "skweighted"
author = "the skweighted developers"
project_copyright = author
version = release = __version__

extensions = [
    "myst_parser",
    "numpydoc",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx.ext.intersphinx",
    "sphinx_gallery.gen_gallery",
    "gallery",
    "mathml",
    "pages",
    "reference",
]
exclude_patterns = ["_build", "_site", "_templates"]
templates_path = ["_templates"]
default_role = "code"
html_theme = "furo"
html_title = f"skweighted {release}"
html_copy_source = False

myst_heading_anchors = 3
myst_enable_extensions = ["colon_fence"]

autodoc_typehints = "none"  # the docstrings have the types
autosummary_generate = True
numpydoc_show_class_members = False
numpydoc_xref_param_type = False

# The inventories of other projects are on the internet, and a missing one is a warning. Ask for them only if told to.
intersphinx_mapping = (
    {
        "python": ("https://docs.python.org/3", None),
        "numpy": ("https://numpy.org/doc/stable", None),
        "sklearn": ("https://scikit-learn.org/stable", None),
        "imblearn": ("https://imbalanced-learn.org/stable", None),
    }
    if os.environ.get("DOCS_ONLINE")
    else {}
)

sphinx_gallery_conf = {
    "examples_dirs": ["_build/gallery"],
    "gallery_dirs": ["examples"],
    "filename_pattern": "" if os.environ.get("DOCS_RUN_EXAMPLES", "1") == "1" else "run_none",
    "ignore_pattern": "__init__",
    "download_all_examples": False,
    "show_signature": False,
    "show_memory": False,
    "write_computation_times": False,
    "within_subsection_order": "FileNameSortKey",
    "abort_on_example_error": True,
}
warnings.filterwarnings("ignore", message="FigureCanvasAgg is non-interactive")
