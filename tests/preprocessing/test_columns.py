"""What each column of a table is taken for, decided by all its values."""

import datetime
import decimal
import pickle

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone

from skweighted.preprocessing import ColumnReader, count_kinds, make_preprocessor

DAY = pd.Timestamp("2020-12-31")


def read(values, **options):
    """Return one column as it is read, twenty rows of it, and the sentences about it."""
    column = values if isinstance(values, pd.Series) else pd.Series([*values] * (20 // len(values)), dtype=object)
    reader = ColumnReader(**options)
    return reader.fit_transform(pd.DataFrame({"a": column}))["a"], [str(note) for note in reader.notes_]


@pytest.mark.parametrize(
    ("texts", "numbers"),
    [
        (["950", "1,705"], [950, 1705]),
        (["1,234,567", "2"], [1234567, 2]),
        (["0,5", "1,705"], [0.5, 1.705]),
        (["12345", "1,705"], [12345, 1.705]),
        (["1.705,50", "950,00"], [1705.5, 950]),
        (["1.234.567", "950"], [1234567, 950]),
        (["$1,200.50", "-$3.00"], [1200.5, -3]),
        (["3,50 €", "1.200,00 €"], [3.5, 1200]),
        (["12 %", "3.5%"], [12, 3.5]),
        (["(1,200)", "35"], [-1200, 35]),
        (["1 200,5", "900"], [1200.5, 900]),
        (["1\u202f200", "900"], [1200, 900]),
        (["1'200.5", "900"], [1200.5, 900]),
        (["\u22125", " 7 "], [-5, 7]),
        (["1e300", "-2.5E-3"], [1e300, -0.0025]),
        ([str(2**70), "5"], [2.0**70, 5]),
        ([".5", "5."], [0.5, 5]),
    ],
)
def test_numbers_written_as_text_are_numbers(texts, numbers):
    """Thousands, decimal commas, money, percent; which mark is decimal is decided by the whole column."""
    assert read(texts)[0].tolist() == pytest.approx(numbers * 10)


@pytest.mark.parametrize(
    "values",
    [
        [decimal.Decimal("1.5"), None],
        [1.5, pd.NA],
        [1.5, None],
        [np.float32(1.5), float("nan")],
        ["1.5", "n/a"],
        ["1.5", "?"],
    ],
)
def test_numbers_of_any_type_mixed_with_missing_values_are_numbers(values):
    column, notes = read(values)
    assert column.dtype == "float64"
    assert column.isna().tolist() == [False, True] * 10
    assert column[0] == 1.5
    assert notes == []


def test_integers_beyond_64_bits_are_numbers():
    assert read([2**70, 5])[0].tolist() == [2.0**70, 5] * 10


@pytest.mark.parametrize("odd", ["err", "n/a*", "-"])
def test_an_odd_cell_among_numbers_is_missing_and_said(odd):
    """One cell in four hundred made a category of a column, and ruined its use."""
    column, notes = read(pd.Series([str(i) for i in range(399)] + [odd]))
    assert column.tolist()[:399] == list(range(399))
    assert column.isna().sum() == 1
    assert notes == [f"column 'a': 1 of 400 values is not a number ({odd!r}), taken as missing"]


def test_a_column_that_is_half_text_stays_text_and_is_named():
    column, notes = read(["1", "2", "3", "x"])
    assert column.tolist() == ["1", "2", "3", "x"] * 5
    assert notes == ["column 'a': 5 of 20 values are not a number ('x'), so it is taken for text"]


@pytest.mark.parametrize(
    "texts",
    [["4711-05", "1000-01"], ["A12", "B7"], ["$3", "3 €"], ["now", "today"], ["10:30", "9:00"], ["1.2.3", "1.10.2"]],
)
def test_codes_and_words_stay_text(texts):
    """Article numbers were taken for dates; dollars and euros are not one measure."""
    column, notes = read(texts)
    assert column.tolist() == texts * 10
    assert notes == []


@pytest.mark.parametrize(
    "text",
    ["2020-12-31", "31.12.2020", "12/31/2020", "31/12/2020", "31-12-2020", "2020/12/31", "31-Dec-2020", "Dec 31, 2020",
     "31 December 2020", "12/31/20", "31.12.20", "2020-12-31T00:00:00Z", "2020-12-31 02:00+02:00", "31.12.2020 00:00",
     "12/31/2020 12:00 AM", "2020-12-31T00:00:00.000"],
)  # fmt: skip
def test_dates_in_any_usual_form_are_dates(text):
    assert set(read([text])[0]) == {DAY}


def test_months_are_dates_if_all_are_months():
    assert read(["2020-12", "2021-01"])[0].tolist() == [pd.Timestamp("2020-12-01"), pd.Timestamp("2021-01-01")] * 10


@pytest.mark.parametrize(
    "values",
    [
        [DAY.date(), None],
        [DAY.to_pydatetime(), None],
        [DAY.tz_localize("UTC"), None],
        [pd.Period("2020-12-31", "D"), None],
        [np.datetime64("2020-12-31"), None],
        [DAY.date(), "nat"],
        pd.Series(pd.PeriodIndex(["2020-12-31", None] * 10, freq="D")),
        pd.Series(pd.to_datetime(["2020-12-31", None] * 10)).dt.tz_localize("Europe/Rome").dt.tz_convert("UTC"),
    ],
)
def test_dates_of_any_type_are_dates(values):
    column, _ = read(values)
    assert column.dtype == "datetime64[us]"
    assert abs(column[0] - DAY) < pd.Timedelta("2h")
    assert column.isna().tolist() == [False, True] * 10


@pytest.mark.parametrize("zone", ["", "Z", "+05:00"])
def test_dates_of_any_year_are_read_and_an_open_end_is_missing(zone):
    """A database writes 9999-12-31 for "for ever": as a number it would dwarf all others."""
    texts = ["1200-05-01", "2500-05-01", "0001-01-01", "9999-12-31"]
    column, notes = read([f"{text}T00:00:00{zone}" for text in texts])
    assert column.dt.year.dropna().astype(int).unique().tolist() == [1200, 2500]
    assert column.isna().tolist() == [False, False, True, True] * 5
    assert notes == ["column 'a': 10 of 20 dates are of the year 9999 or 1, an open end, taken as missing"]


def test_an_open_end_is_missing_in_columns_of_dates_too():
    column = pd.Series(np.array(["9999-12-31", "2020-12-31"] * 10, dtype="datetime64[s]"))
    assert read(column)[0].tolist()[:2] == [pd.NaT, DAY]
    assert read([datetime.date(9999, 12, 31), DAY.date()])[0].isna().sum() == 10


@pytest.mark.parametrize(
    ("texts", "sentence"),
    [
        (["950", "1,705"], "'1,705' is taken for 1705; if it is 1.705, decimal=',' or --decimal , says so"),
        (["05/06/2020"], "'05/06/2020' is taken for 2020-05-06; if it is 2020-06-05, write it as such"),
    ],
)
def test_what_could_be_read_in_two_ways_is_named(texts, sentence):
    assert read(texts)[1] == [f"column 'a': {sentence}"]


def test_the_other_columns_decide_what_a_column_leaves_open():
    table = pd.DataFrame({"a": ["950", "1,705"], "d": ["05/06/2020", "07/08/2020"]})
    european = ColumnReader().fit(table.assign(b=["0,5", "1,5"], e=["31/12/2020", "1/1/2021"]))
    american = ColumnReader().fit(table.assign(b=[0.5, 1.5], e=["12/31/2020", "1/1/2021"]))
    assert european.transform(table.assign(b="1", e="1/1/2021"))["a"].tolist() == [950, 1.705]
    assert american.transform(table.assign(b=1.0, e="1/1/2021"))["a"].tolist() == [950, 1705]
    assert european.transform(table.assign(b="1", e="1/1/2021"))["d"][0] == pd.Timestamp("2020-06-05")
    assert not any(note.doubtful for note in european.notes_ + american.notes_)


def test_the_decimal_mark_can_be_said():
    assert read(["950", "1,705"], decimal=",")[0].tolist() == [950, 1.705] * 10
    assert read(["950", "1.705"], decimal=",")[0].tolist() == [950, 1705] * 10
    with pytest.raises(ValueError, match="'decimal' parameter of ColumnReader must be"):
        read(["1"], decimal=";")


def test_what_was_decided_on_training_rows_holds_for_any_rows():
    """A new file of a few rows would be read otherwise by itself."""
    train = pd.DataFrame({"a": ["0,5", "1,705"], "d": ["31/12/2020", "1/2/2020"], "c": ["x1", "7"], "n": [1.5, 2.0]})
    new = pd.DataFrame({"a": ["1,705", "err"], "d": ["3/4/2020", "?"], "c": [7, 8], "n": ["3.5", None]})
    read = pickle.loads(pickle.dumps(ColumnReader().fit(train))).transform(new)
    assert read["a"].tolist()[0] == 1.705
    assert read["d"].tolist() == [pd.Timestamp("2020-04-03"), pd.NaT]
    assert read["c"].tolist() == ["7", "8"]
    assert read["n"].tolist()[0] == 3.5
    assert read.isna().sum().to_dict() == {"a": 1, "d": 1, "c": 0, "n": 1}


def test_columns_written_alike_share_a_sentence():
    table = pd.DataFrame({name: ["0,5", "1,75"] for name in "abcdefg"})
    (note,) = ColumnReader().fit(table).notes_
    assert str(note) == "columns 'a', 'b', 'c', 'd', 'e' and 2 more: read as numbers ('0,5' is 0.5)"
    assert not note.doubtful
    assert len(note.columns) == 7


def test_blanks_around_text_do_not_make_categories_of_their_own():
    assert set(read(["cook", "cook ", " cook"])[0]) == {"cook"}


def test_the_table_given_is_not_changed():
    table = pd.DataFrame({"a": ["1,5", "2"], "b": [1, 2]})
    before = table.copy(deep=True)
    reader = ColumnReader()
    assert reader.fit_transform(table)["b"].dtype == table["b"].dtype
    pd.testing.assert_frame_equal(table, before)
    assert clone(reader.set_params(decimal=",")).decimal == ","


def test_the_preprocessor_reads_columns_as_decided_on_its_training_rows():
    train = pd.DataFrame({"a": ["0,5", "1,705", "err"] + ["2,5"] * 20, "d": ["31.12.2020"] * 22 + ["1.1.2021"]})
    inputs = make_preprocessor().fit(train)
    assert list(inputs.get_feature_names_out()) == ["numeric__a", "numeric__d", "missing__missingindicator_a"]
    assert np.isfinite(inputs.transform(pd.DataFrame({"a": ["1,705"], "d": ["not a date"]}))).all()
    assert count_kinds(train) == {"numeric": 1, "categorical": 0, "dates": 1}


def test_numbers_too_large_to_square_are_not_lost():
    """1e300 was called NaN, because its square is infinite."""
    inputs = make_preprocessor().fit_transform(pd.DataFrame({"a": [1e300, 1.0, 2.0, -1e300]}))
    assert np.isfinite(inputs.astype("float32")).all()
    assert np.argsort(inputs[:, 0], kind="stable").tolist() == [3, 1, 2, 0]


@pytest.mark.parametrize("dtype", ["boolean", "Int64", "Float32", "string"])
def test_extension_types_with_missing_values_become_finite_numbers(dtype):
    values = ["x", "y"] if dtype == "string" else [True, False]
    inputs = make_preprocessor().fit_transform(pd.DataFrame({"a": pd.Series([*values, None] * 6, dtype=dtype)}))
    assert np.isfinite(inputs).all()
    assert inputs.shape[1] >= 2


@pytest.mark.parametrize("dtype", ["boolean", "bool", "Int64", "string"])
def test_a_categorical_is_categories_whatever_they_are(dtype):
    """pandas takes categories of booleans for booleans; their missing values then reached the samplers."""
    column = pd.Series(pd.array(["1", "0"] * 9 if dtype == "string" else [1, 0] * 9, dtype=dtype)).astype("category")
    column[::3] = None
    table = pd.DataFrame({"a": column})
    assert count_kinds(table) == {"numeric": 0, "categorical": 1, "dates": 0}
    assert make_preprocessor().fit_transform(table).sum(axis=1).tolist() == [1.0] * 18
