"""Tables read a piece at a time."""

import numpy as np
import pandas as pd
import pytest

from skweighted.datasets import _text, read_chunks, read_table


@pytest.fixture
def frame():
    days = pd.date_range("2020-01-01", periods=25).strftime("%Y-%m-%d")
    return pd.DataFrame(
        {"id": [f"{i:03}" for i in range(25)], "a": np.arange(25) / 4, "day": days, "y": [0, 1] * 12 + [0]}
    )


@pytest.mark.parametrize(("separator", "decimal"), [(",", "."), (";", ",")])
def test_pieces_together_are_the_table(frame, tmp_path, separator, decimal):
    path = tmp_path / "table.csv"
    frame.to_csv(path, index=False, sep=separator, decimal=decimal)
    pieces = list(read_chunks(path, n_rows=10))
    assert [len(piece) for piece in pieces] == [10, 10, 5]
    X, y = read_table(path, "y")
    pd.testing.assert_frame_equal(pd.concat(pieces).drop(columns="y"), X)
    assert pd.concat(pieces)["y"].equals(y)


def test_text_stays_as_it_is_written(frame, tmp_path):
    """Without being told, "001" would be the number 1."""
    frame.to_csv(tmp_path / "table.csv", index=False)
    (piece,) = read_chunks(tmp_path / "table.csv", text_columns=["id", "not there"])
    assert piece["id"].tolist() == frame["id"].tolist()


def test_a_file_of_arrays_is_cut(tmp_path):
    np.savez(tmp_path / "t.npz", X=np.eye(5), y=np.arange(5))
    assert [len(piece) for piece in read_chunks(tmp_path / "t.npz", n_rows=3)] == [3, 2]


def test_a_parquet_file_is_never_read_whole(frame, tmp_path, monkeypatch):
    """Its pieces end where its row groups do, and are the table together, categories and all."""
    pytest.importorskip("pyarrow", reason="only the extra test installs pyarrow")
    path = tmp_path / "t.parquet"
    frame.assign(kind=pd.Categorical(["b", "c", "a", "a", "c"] * 5)).to_parquet(path, row_group_size=20)
    X, y = read_table(path, "y")
    monkeypatch.setattr(pd, "read_parquet", None)
    pieces = list(read_chunks(path, n_rows=15))
    assert max(map(len, pieces)) <= 15
    table = pd.concat(pieces)
    pd.testing.assert_frame_equal(table.drop(columns="y"), X)
    assert table["y"].equals(y)


def test_a_damaged_parquet_file_is_named(tmp_path):
    (tmp_path / "t.parquet").write_bytes(b"PAR1 no more")
    with pytest.raises(ValueError, match=r"t\.parquet"):
        next(read_chunks(tmp_path / "t.parquet"))


@pytest.mark.parametrize("n_before", [0, 5, 6, 7, 9, 10])
@pytest.mark.parametrize(("line", "n_ends"), [("1,2,3", 0), ("1,2,3,4", 0), ("1,2,9", 1)])
@pytest.mark.parametrize("cuts", [False, True])
def test_a_line_that_is_too_long_is_an_error(cuts, n_before, line, n_ends, tmp_path, monkeypatch):
    """Wherever in a piece it is: pandas 2 cuts the first lines of a piece off, so that they are counted."""
    if pd.__version__ >= "3":
        monkeypatch.setattr(_text, "_CUTS_LINES", cuts)
    before = f"1,2{',' * n_ends}\n" * n_before
    (tmp_path / "t.csv").write_text(f"a,b\n{before}{line}\n1,2\n")
    place = f"line {n_before + 2}"
    with pytest.raises(ValueError, match=rf"t\.csv is not a table: ({place} has|its lines have) more fields"):
        list(read_chunks(tmp_path / "t.csv", n_rows=5))


def test_pieces_before_a_fault_are_read(tmp_path):
    (tmp_path / "t.csv").write_text("a,b\n" + "1,2\n" * 10 + "1,2,3,4\n")
    pieces = read_chunks(tmp_path / "t.csv", n_rows=5)
    assert [len(next(pieces)), len(next(pieces))] == [5, 5]
    with pytest.raises(ValueError, match=r"t\.csv is not a table: "):
        next(pieces)


def test_lines_may_end_in_a_delimiter(tmp_path):
    (tmp_path / "t.csv").write_text("a,b\n" + "1,2,\n" * 12)
    assert pd.concat(read_chunks(tmp_path / "t.csv", n_rows=5)).eq([1, 2]).all(axis=None)


def test_a_table_of_one_column_can_be_predicted(tmp_path):
    """To train it would lack a target; to predict it may have all columns there are."""
    (tmp_path / "t.csv").write_text("a\n1\n2\n")
    (piece,) = read_chunks(tmp_path / "t.csv")
    assert piece["a"].tolist() == [1, 2]


def test_arrays_to_predict_need_no_labels(tmp_path):
    np.savez(tmp_path / "new.npz", X=np.ones((3, 2)))
    (piece,) = read_chunks(tmp_path / "new.npz")
    assert piece.columns.tolist() == ["x0", "x1"]
