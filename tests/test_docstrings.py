"""Docstrings of public names are complete, by the rules of numpydoc. Needs the extra `dev`; `.ci/run` has it."""

import importlib
import inspect
import pkgutil
import re
from functools import cache

import pytest

import skweighted

validation = pytest.importorskip("numpydoc.validate")

LEFT_OUT = {
    "ES01": "a summary that says everything needs no second one",
    "EX01": "examples stand where people start, and run; each of 500 names with one would hide those",
    "SA01": "names that belong together stand on one page of the reference",
    "PR03": "parameters that are said to be as in another class are named on one line, out of order",
    "PR04": "and have their types there",
    "PR07": "a type such as `array-like of shape (n_samples,)` may say everything",
    "RT03": "as may that of what is returned",
}
# Rooms of those who change the library: parameters that are clear need not be listed there, nor for a method of which
# none is listed.
INSIDE = ("cli", "comparison.store", "engines", "fitting", "many_fits", "network")
SECTIONS = {"PR01", "RT01", "YD01"}


def public_objects():
    """Return what each public room hands out, methods included, by its path."""
    found = {}
    rooms = [module.name for module in pkgutil.walk_packages(skweighted.__path__, "skweighted.")]
    for room in ["skweighted", *(room for room in rooms if not re.search(r"\._|__main__", room))]:
        module = importlib.import_module(room)
        for name in getattr(module, "__all__", []):
            value = getattr(module, name)
            if not (inspect.isclass(value) or inspect.isfunction(value)) or id(value) in map(id, found.values()):
                continue
            found[f"{room}.{name}"] = value
            for method, member in vars(value).items() if inspect.isclass(value) else ():
                if not method.startswith("_") and (inspect.isfunction(member) or isinstance(member, classmethod)):
                    found[f"{room}.{name}.{method}"] = member
    return found


OBJECTS = public_objects()


def is_method(path):
    return path.split(".")[-2][:1].isupper()


@cache
def documented(cls):
    """Return the names under Parameters and Attributes of a class and those that it extends."""
    names = set()
    for base in cls.__mro__[:-1]:
        doc = inspect.cleandoc(vars(base).get("__doc__") or "")
        names.update(name for line in re.findall(r"^([\w*, ]+) :", doc, re.MULTILINE) for name in line.split(", "))
    return names


def complaints(path):
    """Return the errors that count."""
    value = OBJECTS[path]
    errors = dict(validation.validate(path)["errors"])
    is_prose = "Parameters\n" not in inspect.cleandoc(getattr(value, "__doc__", None) or "")
    if (is_prose and is_method(path)) or path.removeprefix("skweighted.").startswith(INSIDE):
        errors = {code: text for code, text in errors.items() if code not in SECTIONS}
    if "PR01" in errors and inspect.isclass(value):
        missing = {name for name in re.findall(r"'([^']+)'", errors["PR01"]) if name[0] != "_"} - documented(value)
        errors = {code: text for code, text in errors.items() if code != "PR01" or missing}
    return {code: text for code, text in errors.items() if code not in LEFT_OUT}


@pytest.mark.parametrize("room", sorted({path.split(".")[1] for path in OBJECTS}))
def test_docstrings_of_public_names_are_complete(room):
    """Every parameter and what is returned, under headings in the order that numpydoc has."""
    found = {path: complaints(path) for path in OBJECTS if path.split(".")[1] == room}
    assert {path: errors for path, errors in found.items() if errors} == {}
