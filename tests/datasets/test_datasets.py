"""Tables: the embedded one, the named ones, and the user's own."""

import gzip
import os

import numpy as np
import pandas as pd
import pytest

from skweighted.datasets import DATA_VARIABLE, find_dataset, load_dataset, load_digits_8, read_table

TABLE = "age,job,target\n31,clerk,yes\n,?,no\n58,cook,no\n"


@pytest.fixture
def write(tmp_path):
    def write_file(content, name="table.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write_file


def test_digits_are_nine_to_one_and_need_no_file():
    X, y = load_digits_8()
    assert X.shape == (1797, 64)
    assert y.value_counts().to_dict() == {0: 1623, 1: 174}


def test_a_table_is_split_into_columns_and_labels(write):
    X, y = read_table(write(TABLE), "target")
    assert X.columns.tolist() == ["age", "job"]
    assert y.tolist() == ["yes", "no", "no"]


def test_the_target_may_stand_anywhere(write):
    X, y = read_table(write("y,a\n2,5\n1,6\n"), "y")
    assert (X["a"].tolist(), y.tolist()) == ([5, 6], [2, 1])


@pytest.mark.parametrize("labels", [[1, 2], ["0", "a"], [-1.5, 0.5], [True, False]])
def test_labels_keep_their_originals(write, labels):
    path = write("x,y\n" + "".join(f"{i},{label}\n" for i, label in enumerate(labels)))
    assert read_table(path, "y")[1].tolist() == labels


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|", ", "])
def test_common_delimiters_are_recognised(write, delimiter):
    X, y = read_table(write(TABLE.replace(",", delimiter)), "target")
    assert X["age"].isna().tolist() == [False, True, False]
    assert y.tolist() == ["yes", "no", "no"]


def test_empty_cells_and_question_marks_are_missing(write):
    X, _ = read_table(write(TABLE), "target")
    assert X.isna().sum().tolist() == [1, 1]


def test_compressed_files_and_byte_order_marks_are_read(write):
    X, _ = read_table(write(gzip.compress(b"\xef\xbb\xbf" + TABLE.encode()), "table.csv.gz"), "target")
    assert X.columns.tolist() == ["age", "job"]


def test_columns_of_dates_become_dates_and_other_text_does_not(write):
    X, _ = read_table(write("d,t,now,y\n2020-01-31,10:30,now,1\n,11:00,today,0\n2021-02-01T10:00Z,9:00,now,0\n"), "y")
    assert [pd.api.types.is_datetime64_any_dtype(X[c]) for c in X] == [True, False, False]
    assert X["d"].isna().tolist() == [False, True, False]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "is empty"),
        ("a,target\n", "has a header but no rows"),
        ("target\n1\n2\n", "first line has one field only"),
        ("Dear all,\nplease find below, as agreed, the report.\n", "not a table"),
        ("a,target\n1,2\n1,2,3,4\n", "line 3 has more fields than the header"),
        ("a,target\n1,2,3\n3,4,5\n", "more fields than its header"),
        ("a,tragte\n1,2\n", r"no column 'target'. Did you mean 'tragte'\?"),
        ("a,b\n1,2\n", "no column 'target'. It has a, b"),
        ("a,target\n1,x\n2,\n3,\n", "2 of 3 rows have no value in column 'target'.*Drop them"),
        ("a,target\n1,x\n2,\n", "1 row has no value"),
        ("a,target\n1,\n2,\n", "'target' of .* is empty"),
        (b"\x89PNG\0\0\0", "binary data"),
        ("a,target,target\n1,2,2\n", "more than one column 'target': rename or drop all but one"),
        ("a;b;a;target\n1;2;1;0\n", "more than one column 'a'"),
    ],
)
def test_what_is_not_a_table_with_a_target_is_named_in_one_sentence(write, content, message):
    with pytest.raises(ValueError, match=message):
        read_table(write(content), "target")


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_decimal_commas_are_numbers_where_no_comma_separates_columns(write, delimiter):
    """Spreadsheets of half of Europe: their numbers stay numbers, holes stay holes, text stays text."""
    rows = ["size,rate,weight,code,target", "1*5,2*25,,a*1,yes", "-3*5,1,0*5,7*5,no", "2e3,7*0,?,b,no"]
    X, y = read_table(write("\n".join(rows).replace(",", delimiter).replace("*", ",")), "target")
    assert X["size"].tolist() == [1.5, -3.5, 2000]
    assert X["rate"].tolist() == [2.25, 1, 7]
    assert X["weight"].isna().tolist() == [True, False, True]
    assert X["code"].tolist() == ["a,1", "7,5", "b"]
    assert y.tolist() == ["yes", "no", "no"]


@pytest.mark.parametrize("start", [0, 1])
def test_row_numbers_without_a_name_are_no_feature(write, start):
    """What pandas and R write in front of a table says nothing; an unnamed column that says something is kept."""
    X, _ = read_table(write(f",a,target\n{start},5,1\n{start + 1},6,0\n{start + 2},5,0\n"), "target")
    assert X.columns.tolist() == ["a"]
    for kept in (",a,target\n1,5,1\n0,6,0\n1,5,0\n", "NA,a,target\n0,5,1\n1,6,0\n2,5,0\n"):
        assert read_table(write(kept), "target")[0].shape == (3, 2)


@pytest.mark.parametrize("name", ["a.csv.gz", "a.csv.xz", "a.csv.bz2", "a.npz", "a.zip"])
@pytest.mark.parametrize("content", ["no archive", "", "damaged"])
def test_a_broken_archive_is_named(write, tmp_path, name, content):
    if content == "damaged":
        values = np.random.default_rng(0).normal(size=(99, 2))
        if name == "a.npz":
            np.savez_compressed(tmp_path / name, X=values, y=values[:, 0])
        else:
            pd.DataFrame(values, columns=["a", "target"]).to_csv(tmp_path / name, index=False)
        whole = (tmp_path / name).read_bytes()
        content = whole[: len(whole) // 2] + b"\xff" * 20 + whole[len(whole) // 2 + 20 :]
    with pytest.raises(ValueError, match=name):
        read_table(write(content, name), "target")


def test_a_single_array_called_npz_is_named(tmp_path):
    np.save(tmp_path / "a.npy", np.ones((3, 2)))
    (tmp_path / "a.npy").rename(tmp_path / "a.npz")
    with pytest.raises(ValueError, match=r"a.npz is not a NumPy .npz file"):
        read_table(tmp_path / "a.npz", "target")


def test_a_missing_file_suggests_its_neighbour(write):
    path = write(TABLE)
    with pytest.raises(FileNotFoundError, match=r"No such file: .*tabel.csv. Did you mean 'table.csv'\?"):
        read_table(path.with_name("tabel.csv"), "target")
    with pytest.raises(IsADirectoryError, match="is a folder"):
        read_table(path.parent, "target")


def test_named_sets_come_from_the_folder_of_the_environment_variable(tmp_path, monkeypatch):
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path))
    (tmp_path / "mine.csv").write_text(TABLE)
    np.savez(tmp_path / "arrays.npz", X=np.ones((4, 2), "float32"), y=np.array([0, 1, 1, 2]))
    X, y = load_dataset("mine")
    assert (X.shape, y.name) == ((3, 2), "target")
    X, y = load_dataset("arrays")
    assert (X.columns.tolist(), y.tolist()) == (["x0", "x1"], [0, 1, 1, 2])


@pytest.mark.parametrize("arrays", [{"X": np.ones(3), "y": np.ones(3)}, {"X": np.ones((3, 1)), "label": np.ones(3)}])
def test_arrays_of_other_names_or_shapes_are_refused(tmp_path, arrays):
    np.savez(tmp_path / "arrays.npz", **arrays)
    with pytest.raises(ValueError, match="X"):
        read_table(tmp_path / "arrays.npz", "target")


def test_an_unknown_set_suggests_the_closest(tmp_path, monkeypatch):
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path))
    (tmp_path / "mammography.csv").write_text(TABLE)
    with pytest.raises(FileNotFoundError, match="Did you mean 'mammography'"):
        find_dataset("mamography")


def test_an_unset_or_wrong_folder_is_said_with_the_cure(tmp_path, monkeypatch):
    monkeypatch.delenv(DATA_VARIABLE, raising=False)
    with pytest.raises(FileNotFoundError, match=f"{DATA_VARIABLE} is not set; set it"):
        load_dataset("mammography")
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path / "nowhere"))
    with pytest.raises(FileNotFoundError, match="not a folder"):
        load_dataset("mammography")


@pytest.mark.skipif(DATA_VARIABLE not in os.environ, reason=f"{DATA_VARIABLE} is not set")
@pytest.mark.parametrize(("name", "labels"), [("german_credit", {1, 2}), ("mammography", {-1, 1}), ("cover", {0, 1})])
def test_the_shared_sets_load_with_their_own_labels(name, labels):
    X, y = load_dataset(name)
    assert len(X) == len(y)
    assert set(y.unique()) == labels
