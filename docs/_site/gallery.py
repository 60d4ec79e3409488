"""The examples as sphinx-gallery wants them: copies with a title, in a folder into which they may write."""

import ast
from pathlib import Path
from typing import Any

__all__ = ["FOLDER", "setup"]

DOCS = Path(__file__).parents[1]
FOLDER = DOCS / "_build" / "gallery"
HEADER = """Examples
========

Each is a script of ``examples/`` that runs in seconds on data that is always there. Below each stand its pictures and
what it printed.
"""


def with_title(script: Path) -> str:
    """Return a script whose docstring begins with a title, its first sentence without the full stop."""
    source = script.read_text(encoding="utf-8")
    docstring = ast.parse(source).body[0]
    text = ast.get_docstring(ast.parse(source)) or script.stem
    title, _, rest = text.partition("\n\n")
    title, about = title.rstrip("."), rest or " "
    if ":" in title:
        title, about = title.partition(": ")[0], text[text.index(": ") + 2 :]
        about = about[:1].upper() + about[1:]
    code = "\n".join(source.splitlines()[docstring.end_lineno :])
    return f'"""\n{title}\n{"=" * len(title)}\n\n{about}\n"""\n{code}\n'


def copy_examples(app: Any, config: Any) -> None:
    """Write the copies that have changed; sphinx-gallery runs no example again that has not."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    copies = {FOLDER / path.name: with_title(path) for path in (DOCS.parent / "examples").glob("*.py")}
    for path, text in (copies | {FOLDER / "GALLERY_HEADER.rst": HEADER}).items():
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")


def setup(app: Any) -> dict[str, bool]:
    """Copy before sphinx-gallery looks."""
    app.connect("config-inited", copy_examples, priority=1)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
