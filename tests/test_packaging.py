"""What the package says of itself is what is tested."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent


def requirements(project, extra):
    """Return what an extra installs, those of the extras that it names included."""
    for item in project["optional-dependencies"][extra]:
        nested = re.fullmatch(r"skweighted\[(.*)\]", item)
        if nested is None:
            yield item
        for name in nested.group(1).split(",") if nested else ():
            yield from requirements(project, name)


def test_the_oldest_versions_tested_are_the_lower_bounds():
    """A version that installs is one that `.ci/full` has seen."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    bounds = dict(item.split(">=") for item in [*project["dependencies"], *requirements(project, "cli")])
    pins = dict(re.findall(r"^([\w-]+)==(.+)$", (ROOT / ".ci" / "oldest.txt").read_text(), flags=re.MULTILINE))
    assert {name: pins.get(name) for name in bounds} == bounds
