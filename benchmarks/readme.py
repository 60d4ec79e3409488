"""Carry what scripts printed into the documents: tables of benchmarks/README.md, then those of the pages.

    python benchmarks/speed.py > speed.txt
    python benchmarks/readme.py speed.txt

A printed table takes the place of the table with the same head in benchmarks/README.md, and a printed line that of the
line below it which begins with the same word. In README.md and docs/which-one.md, the rows of a table below ``<!-- rows
of FILE -->`` become those of the table with the same head in FILE that begin alike. Without arguments only these two
are written; ``--quick`` writes nothing and says whether it would.
"""

import argparse
import re
from pathlib import Path

__all__ = ["PAGES", "carry", "refresh"]

ROOT = Path(__file__).parents[1]
PAGES = (ROOT / "README.md", ROOT / "docs" / "which-one.md")
TABLE = re.compile(r"(?:^\|.*\n)+", re.MULTILINE)
MARKED = re.compile(r"(<!-- rows of (\S+) -->\n\n)((?:\|.*\n)+)")


def carry(printed: str, document: str) -> str:
    """Return the document with the tables of the same heads, and the lines below them, as printed."""
    for match in TABLE.finditer(printed):
        table = match.group()
        head = table.splitlines()[0] + "\n"
        start = f"\n{document}".find(f"\n{head}")
        if start < 0:
            continue
        old = TABLE.match(document, start)
        below = re.search(r"^#|^\|", document[old.end() :] + "\n#", re.MULTILINE).start() + old.end()
        rest = document[old.end() : below]
        for line in re.split(r"^\|", printed[match.end() :], maxsplit=1, flags=re.MULTILINE)[0].splitlines():
            word = line.split(" ")[0]
            if word:
                rest = re.sub(rf"^{re.escape(word)} .*$", line.replace("\\", r"\\"), rest, count=1, flags=re.MULTILINE)
        document = document[:start] + table + rest + document[below:]
    return document


def refresh(page: str, root: Path = ROOT) -> str:
    """Return a page with its marked tables as the result files have them now.

    Raises
    ------
    LookupError
        If a result file has no table of that head, or no row in it that begins as one of the page does.
    """

    def replace(match: re.Match[str]) -> str:
        mark, name, table = match.groups()
        head, rule, *shown = table.splitlines()
        tables = [found.group().splitlines() for found in TABLE.finditer((root / name).read_text(encoding="utf-8"))]
        rows = next((rows for rows in tables if rows[0] == head), [])
        return mark + "".join(f"{row}\n" for row in [head, rule, *(find(row, rows, name) for row in shown)])

    return MARKED.sub(replace, page)


def find(row: str, rows: list[str], name: str) -> str:
    """Return the first of `rows` that begins as `row` does: with the same two cells if there is such a one, or one."""
    for n_cells in (2, 1):
        beginning = row.split("|")[: n_cells + 1]
        for found in rows:
            if found.split("|")[: n_cells + 1] == beginning:
                return found
    raise LookupError(f"{name} has no row under the same head that begins as this one of a page does: {row}")


def main() -> None:
    """Write both documents."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("printed", nargs="*", type=Path, help="what scripts printed")
    parser.add_argument("--quick", action="store_true", help="write nothing, and say which pages are up to date")
    options = parser.parse_args()
    results = ROOT / "benchmarks" / "README.md"
    for path in () if options.quick else options.printed:
        text = carry(path.read_text(encoding="utf-8"), results.read_text(encoding="utf-8"))
        results.write_text(text, encoding="utf-8")
    for page in PAGES:
        old = page.read_text(encoding="utf-8")
        new = refresh(old)
        print(f"{page.name}: {'up to date' if new == old else 'other figures'}")
        if not options.quick:
            page.write_text(new, encoding="utf-8")
            print("\n".join(table for _, _, table in MARKED.findall(new)))


if __name__ == "__main__":
    main()
