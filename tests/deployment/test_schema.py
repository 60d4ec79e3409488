"""New rows against the columns of training."""

import numpy as np
import pandas as pd
import pytest

from skweighted.deployment import TableSchema
from skweighted.preprocessing import ColumnReader


@pytest.fixture
def schema(table):
    return TableSchema.from_frame(table[0])


def test_the_order_of_columns_does_not_matter(schema, table):
    X = table[0]
    rows, notes = schema.conform(X[X.columns[::-1]])
    assert rows.columns.tolist() == X.columns.tolist()
    assert notes.sentences() == []


def test_extra_columns_and_new_categories_are_noted(schema, table):
    X = table[0].assign(job=lambda f: f["job"].mask(f.index < 3, "pilot"), name="x", row=1)
    _, notes = schema.conform(X)
    assert notes.sentences() == [
        "Left out, because training had no such column: 'name', 'row'.",
        "Column 'job': 3 rows have a category that training had not, 'pilot'; it counts as a rare one.",
    ]


def test_notes_on_pieces_add_up(schema, table):
    X = table[0].assign(job=["pilot", "cook"] * 120)
    _, notes = schema.conform(X[:100])
    notes.add(schema.conform(X[100:])[1])
    assert "120 rows have" in notes.sentences()[0]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda X: X.drop(columns="a"), "lacks the column 'a', which training had"),
        (lambda X: X.rename(columns={"since": "sinse"}), r"lacks the column 'since'.* Did you mean 'sinse'\?"),
        (lambda X: X[["a"]], "lacks the columns 'b', 'job', 'since', 'member'"),
        (lambda X: pd.concat([X, X["a"]], axis=1), "more than one column 'a'"),
        (lambda X: X.assign(a=["x", *X["a"][1:]]), "Column 'a' must hold numbers, as in training; row 1 holds 'x'"),
        (lambda X: X.assign(since="soon"), "Column 'since' must hold dates, as in training; row 1 holds 'soon'"),
        (
            lambda X: X.assign(job="7"),
            "must hold categories of training, such as .*; none of 240 rows does",
        ),
        (lambda X: X.assign(a=np.inf), "Column 'a' holds infinite values"),
    ],
)
def test_what_cannot_be_used_is_one_sentence(schema, table, change, message):
    with pytest.raises(ValueError, match=message):
        schema.conform(change(table[0]))


def test_a_row_is_named_by_its_place_in_the_whole_table(schema, table):
    piece = table[0].assign(a=[*table[0]["a"][:-1].astype(object), "x"])[200:]
    with pytest.raises(ValueError, match="row 240 holds 'x'"):
        schema.conform(piece)


def test_a_piece_whose_values_are_all_missing_or_all_whole_is_read_as_in_training(schema, table):
    """A piece of a file has no decimals, no True, or nothing in a column in which training had something."""
    X = table[0][:4].assign(a=[1, 2, 3, 4], b=None, member=[True, None, False, True], since=None)
    rows, _ = schema.conform(X)
    assert rows["a"].tolist() == [1.0, 2.0, 3.0, 4.0]
    assert rows["b"].isna().all()
    assert rows["member"].tolist()[::3] == [1.0, 1.0]
    assert rows["since"].dtype.kind == "M"


def test_numbers_and_dates_written_as_text_are_read_as_training_did():
    """Also if the new rows alone would be read otherwise: 1.500 is a number of thousands by the rows of training."""
    X = pd.DataFrame({"paid": ["1.234,50", "950,00", "17,25"] * 9, "since": ["31.12.2019", "1.2.2020", "3.4.2021"] * 9})
    rows, notes = TableSchema.from_frame(X).conform(pd.DataFrame({"paid": ["1.500"], "since": ["5.6.2022"]}))
    assert rows["paid"].tolist() == [1500.0]
    assert rows["since"].dt.month.tolist() == [6]
    assert notes.sentences() == []


def test_what_is_still_as_written_is_read_as_training_did():
    """As a file is read piece by piece: all text, and a piece may hold only some of the values."""
    X = pd.DataFrame({"a": [0.5, 1.5] * 9, "b": [True, False] * 9, "c": ["01", "2"] * 9})
    rows, _ = TableSchema.from_frame(X).conform(
        pd.DataFrame({"a": ["1e3", "NA"], "b": ["True", "false"], "c": ["01", None]}, dtype=object)
    )
    assert rows["a"].iloc[0] == 1000
    assert rows["a"].isna().tolist() == [False, True]
    assert rows["b"].tolist() == [1.0, 0.0]


def test_exceptions_among_numbers_are_missing_if_training_had_some():
    X = pd.DataFrame({"a": [*map(str, range(30)), "unknown"]})
    rows, _ = TableSchema.from_frame(X).conform(pd.DataFrame({"a": ["3", "none yet"]}))
    assert rows["a"].isna().tolist() == [False, True]


def test_dates_with_the_month_first_stay_so_if_the_reader_of_the_file_is_known():
    written = pd.DataFrame({"since": ["12/31/2019", "1/2/2020", "3/4/2021"] * 9})
    reader = ColumnReader().fit(written)
    schema = TableSchema.from_frame(reader.transform(written), reader)
    rows, _ = schema.conform(pd.DataFrame({"since": ["5/6/2022"]}))
    assert rows["since"].dt.month.tolist() == [5]
