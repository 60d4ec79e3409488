"""One reader of labels serves fits, searches and comparisons."""

import datetime

import numpy as np
import pandas as pd
import pytest

from skweighted._base.labels import encode_labels, read_labels

ONE_KIND = {
    "integers": ([1, 2], np.array([1, 2])),
    "strings": (["a", "b"], np.array(["a", "b"])),
    "booleans as objects": (np.array([True, False], dtype=object), np.array([True, False])),
    "integers as objects": (np.array([1, 2], dtype=object), np.array([1, 2])),
    "integers and floats": ([1, 2.5], np.array([1.0, 2.5])),
    "nullable booleans": (pd.array([True, False], dtype="boolean"), np.array([True, False])),
    "categories": (pd.Categorical([2, 1]), np.array([2, 1])),
    "dates": (np.array(["2020-01-01", "2021-01-01"], dtype="M8[D]"), np.array(["2020-01-01", "2021-01-01"], "M8[D]")),
}


@pytest.mark.parametrize("name", ONE_KIND)
def test_labels_of_one_kind_keep_their_dtype(name):
    """Objects of one kind get the dtype of that kind."""
    given, expected = ONE_KIND[name]
    labels = read_labels(given, "Owner")
    np.testing.assert_array_equal(labels, expected)
    assert labels.dtype.kind == expected.dtype.kind


@pytest.mark.parametrize(
    ("given", "types"),
    [
        ([1, "1"], "int, str"),
        ([True, 1], "bool, int"),
        (["a", float("nan")], "float, str"),
        (["a", None], "NoneType, str"),
        (pd.Series([True, 1], dtype=object), "bool, int"),
        ([datetime.date(2020, 1, 1), datetime.date(2021, 1, 1)], "date"),
    ],
)
def test_labels_of_several_kinds_are_not_merged(given, types):
    """NumPy makes "1" of a 1 beside text, and "nan" of a missing label, which would merge classes or make one."""
    with pytest.raises(ValueError, match=f"target holds labels of type {types}. Give all one type"):
        read_labels(given, "Owner", "target")


def test_an_unknown_label_is_named_with_the_closest_known_one():
    """And with what the caller says is the cure."""
    with pytest.raises(ValueError, match=r"'god'.*of Owner\. Fit again\. Did you mean 'good'"):
        encode_labels(np.array(["god", "bad"]), np.array(["bad", "good"]), "Owner", cure="Fit again.")
