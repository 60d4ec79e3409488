"""Tables as people have them are read as a person would, and what was decided is said."""

import warnings

import pandas as pd
import pytest
from hostile import CASES

from skweighted.datasets import load_table, read_table


@pytest.fixture
def write(tmp_path):
    def write_file(content, name="table.csv"):
        (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
        return tmp_path / name

    return write_file


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_table_is_read_as_a_person_would(case, write):
    """The labels as written, the columns that are there, numbers and dates as such, and a word on what was decided."""
    table = load_table(write(case.content, f"table{case.ending}"), case.target, **case.options)
    assert sorted(table.y.unique()) == case.labels
    for name, values in case.columns.items():
        found = table.X[name].dropna()
        dated = pd.api.types.is_datetime64_any_dtype(found)
        found = sorted((found.dt.strftime("%Y-%m-%d") if dated else found).unique())
        assert found == (values if isinstance(values[0], str) else pytest.approx(values))
    assert case.n_columns in {None, table.X.shape[1]}
    assert case.said in " ".join(map(str, table.notes))


def test_doubts_are_warnings_and_decisions_are_not(write):
    with pytest.warns(
        UserWarning, match=r"table.csv: column 'n': '1,705' is taken for 1705; if it is 1.705, decimal=','"
    ):
        read_table(write("n;y\n" + "1,705;a\n950;b\n" * 9), "y")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        X, _ = read_table(write("n;y\n" + "0,5;a\n1,705;b\n" * 9), "y")
    assert X["n"].tolist() == [0.5, 1.705] * 9


def test_the_decimal_mark_can_be_given(write):
    path = write("n;m;y\n" + "1,705;1.705;a\n950;950;b\n" * 9)
    assert load_table(path, "y", decimal=",").X.iloc[0].tolist() == [1.705, 1705]
    assert load_table(path, "y", decimal=".").X.iloc[0].tolist() == [1705, 1.705]


@pytest.mark.parametrize(
    ("options", "message"), [({"encoding": "utf-9"}, "an encoding that Python knows"), ({"decimal": ";"}, "'.', ','")]
)
def test_unknown_options_are_named(write, options, message):
    with pytest.raises(ValueError, match=message):
        read_table(write("n,y\n1,a\n2,b\n"), "y", **options)


def test_a_wrong_encoding_is_named(write):
    with pytest.raises(ValueError, match=r"is not text in the encoding utf-8. Leave the encoding out to have it"):
        read_table(write("n,y\n1,für\n2,b\n".encode("latin-1")), "y", encoding="utf-8")


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ("MY TARGET", r"no column 'MY TARGET'. Did you mean 'my target'\?"),
        (" my  target", r"no column ' my  target'. Did you mean 'my target'\?"),
        (7, "no column at position 7; it has 2 columns, counted from 0"),
        ("-3", "no column at position -3"),
    ],
)
def test_a_target_that_is_not_there_is_named_with_what_may_be_meant(write, target, message):
    with pytest.raises(ValueError, match=message):
        read_table(write("n,my target\n1,a\n2,b\n"), target)


def test_a_column_called_by_a_number_is_meant_before_a_position(write):
    assert read_table(write("1,0\n5,a\n6,b\n"), "1")[1].tolist() == [5, 6]


def test_words_for_missing_labels_are_refused_with_the_cure(write):
    path = write("n,y\n1,None\n2,yes\n")
    with pytest.raises(ValueError, match="keep such words as labels"):
        read_table(path, "y")
    assert read_table(path, "y", keep_na_labels=True)[1].tolist() == ["None", "yes"]
    with pytest.raises(ValueError, match="1 row has no value"):
        read_table(write("n,y\n1,\n2,yes\n"), "y", keep_na_labels=True)


def test_another_file_can_be_read_as_the_first_was(write):
    """By itself a file of two rows would be read otherwise."""
    table = load_table(write("n;y\n" + "0,5;a\n1,705;b\n" * 9), "y")
    new = pd.DataFrame({"n": ["1,705", "2"]})
    assert table.reader.transform(new)["n"].tolist() == [1.705, 2]


def test_parquet_is_read_with_the_same_decisions(tmp_path):
    pytest.importorskip("pyarrow")
    frame = pd.DataFrame({"n": ["1,5", "2,5"], "y": ["01", "1"]})
    frame.to_parquet(tmp_path / "t.parquet")
    X, y = read_table(tmp_path / "t.parquet", "y")
    assert X["n"].tolist() == [1.5, 2.5]
    assert y.tolist() == ["01", "1"]


def test_a_damaged_parquet_file_is_named(write):
    with pytest.raises(ValueError, match=r"t.parquet"):
        read_table(write(b"PAR1 no more", "t.parquet"), "y")
