"""The facts and figures of a comparison put into one HTML page."""

import os
from pathlib import Path

from skweighted.comparison import Comparison
from skweighted.report._facts import Facts, Origin, collect_facts
from skweighted.report._figures import draw_curves, draw_differences

__all__ = ["render_report", "write_report"]


def render_report(comparison: Comparison, origin: Origin | None = None, *, facts: Facts | None = None) -> str:
    """Return the report of a comparison as one HTML page that needs no network.

    Parameters
    ----------
    comparison : Comparison
    origin : Origin, optional
        Title, command and the like.
    facts : dict, optional
        What :func:`collect_facts` returned, if that is there already.

    Returns
    -------
    str

    Raises
    ------
    ImportError
        Without jinja2 or matplotlib.
    """
    from jinja2 import Environment, PackageLoader, StrictUndefined
    from markupsafe import Markup

    facts = collect_facts(comparison, origin) if facts is None else facts
    loader = PackageLoader("skweighted.report", "templates")
    environment = Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    # our own figures and files, in which matplotlib has escaped what users named
    figures = {name: Markup(svg) for name, svg in draw_curves(comparison).items()}
    forests = {key: Markup(svg) for key, svg in _draw_forests(comparison, facts).items()}
    own = {name: Markup(_read(environment, name)) for name in ("style.css", "script.js")}
    return environment.get_template("report.html").render(
        facts, figures=figures, forests=forests, style=own["style.css"], script=own["script.js"]
    )


def write_report(comparison: Comparison, path: str | os.PathLike[str], origin: Origin | None = None) -> None:
    """Write the report of a comparison; parameters as in :func:`render_report`.

    Parameters
    ----------
    comparison : Comparison
        What to report.
    path : str or path
        The HTML file.
    origin : Origin, optional
        Where the table came from, and how it was read.
    """
    Path(path).write_text(render_report(comparison, origin), encoding="utf-8")


def _read(environment: "Environment", name: str) -> str:  # type: ignore[name-defined]  # noqa: F821
    assert environment.loader is not None
    return environment.loader.get_source(environment, name)[0]


def _draw_forests(comparison: Comparison, facts: Facts) -> dict[str, str]:
    """Return a forest plot for each metric whose differences could be computed."""
    shown = {row["metric"] for row in facts["differences"] if row["mean"] is not None}
    return {key: draw_differences(comparison, key) for key, _ in comparison.columns if key in shown}
