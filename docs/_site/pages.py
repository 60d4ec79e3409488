"""Pages that live elsewhere in the repository, and links that work both there and on the site."""

import os
import re
from pathlib import Path
from typing import Any

__all__ = ["setup"]

DOCS = Path(__file__).parents[1]
ROOT = DOCS.parent
# Files outside of docs/ that are pages of the site, and where they stand on it.
COPIED = {
    "CONTRIBUTING.md": "project/contributing.md",
    "CHANGELOG.md": "project/changelog.md",
    "skweighted/engines/README.md": "project/engines.md",
    "benchmarks/README.md": "evidence/speed.md",
    "benchmarks/defaults.md": "evidence/defaults.md",
    "benchmarks/strategies.md": "evidence/strategies.md",
    "benchmarks/quality.md": "evidence/quality.md",
    "benchmarks/reference.md": "evidence/reference.md",
    "benchmarks/cost_sensitive.md": "evidence/costs.md",
}
IMAGE = re.compile(r"!\[([^\]]*)\]\((?!\w+:)([^)\s]+)\)")
LINK = re.compile(r"(?<!!)\[([^\]]+)\]\((?!\w+:|#)([^)#\s]+)(#[^)\s]*)?\)")


def on_site(path: Path) -> str | None:
    """Return where a file of the repository stands on the site, seen from docs/, or None if it is no page."""
    name = path.relative_to(ROOT).as_posix()
    if name.startswith("docs/"):
        return name.removeprefix("docs/")
    if name == "examples/README.md":
        return "examples/index.rst"
    if name.startswith("examples/"):
        return name.removesuffix(".py") + ".rst"
    return COPIED.get(name)


def translate_links(text: str, source: Path, page: str) -> str:
    """Return Markdown with the links and pictures of a file of the repository as those of a page of the site.

    Raises
    ------
    FileNotFoundError
        If a link leads nowhere.
    """

    def translate(match: re.Match[str]) -> str:
        label, target, anchor = match.groups()
        path = Path(os.path.normpath(source.parent / target))
        if not path.exists() and on_site(path) == path.relative_to(ROOT).as_posix().removeprefix("docs/"):
            return match.group()  # a page that the build writes
        if not path.exists():
            raise FileNotFoundError(f"{source.relative_to(ROOT)} links to {target}, which does not exist.")
        place = on_site(path)
        if place is None:
            return label if label.startswith("`") else f"`{label}`"
        return f"[{label}]({os.path.relpath(place, Path(page).parent)}{anchor or ''})"

    def locate(match: re.Match[str]) -> str:
        picture = os.path.relpath(source.parent / match.group(2), (DOCS / page).parent)
        return f"![{match.group(1)}]({picture})"

    return LINK.sub(translate, IMAGE.sub(locate, text))


def copy_pages(app: Any, config: Any) -> None:
    """Write the pages that live elsewhere."""
    for name, page in COPIED.items():
        source, target = ROOT / name, DOCS / page
        if not source.exists():
            continue
        text = translate_links(source.read_text(encoding="utf-8"), source, page)
        target.parent.mkdir(exist_ok=True)
        if not target.exists() or target.read_text(encoding="utf-8") != text:
            target.write_text(text, encoding="utf-8")


def translate_page(app: Any, name: str, content: list[str]) -> None:
    """Translate the links of a page that is in docs/."""
    path = DOCS / f"{name}.md"
    if path.exists() and f"{name}.md" not in COPIED.values():
        content[0] = translate_links(content[0], path, f"{name}.md")


def setup(app: Any) -> dict[str, bool]:
    """Connect both to the build."""
    app.connect("config-inited", copy_pages)
    app.connect("source-read", translate_page)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
