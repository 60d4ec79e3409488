"""The reference: a page for each room that users import from, and on it every public name, taken from ``__all__``."""

import importlib
import inspect
import re
from pathlib import Path
from typing import Any

from skweighted._base.registry import Registry

__all__ = ["ROOMS", "public_names", "setup"]

# In the order in which a reader meets them. tests/test_documents.py checks that no public room is missing.
ROOMS = {
    "skweighted": "Estimators",
    "skweighted.comparison": "Comparison",
    "skweighted.comparison.metrics": "Metrics of a comparison",
    "skweighted.comparison.checks": "Checks of a table",
    "skweighted.strategies": "Strategies",
    "skweighted.report": "Report",
    "skweighted.deployment": "Models for use",
    "skweighted.plots": "Plots",
    "skweighted.meta": "Decisions and probabilities",
    "skweighted.search": "Searches",
    "skweighted.losses": "Losses",
    "skweighted.class_weights": "Class weights",
    "skweighted.batches": "Batches",
    "skweighted.embeddings": "Embeddings",
    "skweighted.optimizers": "Optimizers",
    "skweighted.optimizers.schedules": "Learning rate schedules",
    "skweighted.metrics": "Metrics",
    "skweighted.costs": "Costs",
    "skweighted.priors": "Priors",
    "skweighted.preprocessing": "Preprocessing",
    "skweighted.datasets": "Data sets",
}
GENERATED = Path(__file__).parents[1] / "reference"


def public_names() -> dict[str, list[str]]:
    """Return the public names of each room, each under the first room of `ROOMS` that has it."""
    seen: set[int] = set()
    found: dict[str, list[str]] = {}
    for room in ROOMS:
        module = importlib.import_module(room)
        found[room] = []
        for name in module.__all__:
            value = getattr(module, name)
            if inspect.ismodule(value) or name.startswith("__") or id(value) in seen:
                continue
            seen.add(id(value))
            found[room].append(name)
    return found


def write_room(room: str, names: list[str]) -> str:
    """Return the page of a room."""
    module = importlib.import_module(room)
    title, about = ROOMS[room], inspect.getdoc(module).partition("\n\n")[0]
    values = {name: getattr(module, name) for name in names}
    parts = [title, "=" * len(title), "", f".. currentmodule:: {room}", "", about, ""]
    kinds = {
        "Classes": [name for name, value in values.items() if inspect.isclass(value)],
        "Functions": [name for name, value in values.items() if inspect.isfunction(value)],
    }
    for kind, listed in kinds.items():
        if listed:
            parts += [f".. rubric:: {kind}", "", ".. autosummary::", "   :toctree: generated", "   :nosignatures:", ""]
            parts += [f"   {name}" for name in sorted(listed)] + [""]
    for name, value in values.items():
        if isinstance(value, Registry):
            parts += write_registry(name, value)
        elif not inspect.isclass(value) and not inspect.isfunction(value):
            parts += [f".. py:data:: {name}", f"   :value: {value!r}", ""]
    return "\n".join(parts)


def write_registry(name: str, registry: Registry[Any]) -> list[str]:
    """Return a table of what is registered."""
    rows = [f".. py:data:: {name}", "", "   What is registered, by its key:", ""]
    for key, cls in sorted(registry.items()):
        summary = (inspect.getdoc(cls) or "").partition("\n")[0]
        rows.append(f"   - ``{key!r}``, :class:`{cls.__name__} <{cls.__module__}.{cls.__name__}>`: {summary}")
    return [*rows, ""]


def write_reference(app: Any, config: Any) -> None:
    """Write a page for each room, and the list of them, if they have changed."""
    GENERATED.mkdir(exist_ok=True)
    pages = {
        room.removeprefix("skweighted.") or room: write_room(room, names) for room, names in public_names().items()
    }
    listed = "\n".join(f"   {page}" for page in pages)
    pages["index"] = (
        "Reference\n=========\n\nEvery public name, by the room it is imported from. Rooms that are not listed here,\n"
        "such as ``skweighted.engines``, are for those who change the library: see :doc:`/architecture`.\n\n"
        f".. toctree::\n   :maxdepth: 1\n\n{listed}\n"
    )
    for page, text in pages.items():
        path = GENERATED / f"{page}.rst"
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")


def skip_foreign(app: Any, what: str, name: str, value: Any, skip: bool, options: Any) -> bool | None:
    """Leave out members that scikit-learn and others define and document."""
    if name.endswith("_request") or name == "get_metadata_routing":
        return True
    function = value.fget if isinstance(value, property) else value
    module = getattr(function, "__module__", None) or ""
    return True if callable(function) and not module.startswith("skweighted") else None


def join_lines(app: Any, what: str, name: str, value: Any, options: Any, lines: list[str]) -> None:
    """Join the lines of a raw docstring that end in a backslash, before numpydoc reads them."""
    text = "\n".join(lines)
    lines[:] = re.sub(r"\\\n\s*", "", text).split("\n")


def setup(app: Any) -> dict[str, bool]:
    """Write the pages before autosummary looks for names on them."""
    app.connect("config-inited", write_reference)
    app.connect("autodoc-skip-member", skip_foreign)
    app.connect("autodoc-process-docstring", join_lines, priority=1)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
