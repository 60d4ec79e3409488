"""How the command reads a table, and what it says about it."""

import pytest

from skweighted.cli import main
from skweighted.cli._main import _make_parser
from skweighted.cli._table import read_problem


@pytest.fixture
def read(tmp_path):
    """Return what the command reads from a file with some content and options."""

    def read_file(content, *options):
        path = tmp_path / "t.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_problem(_make_parser().parse_args(["compare", str(path), *options]))

    return read_file


def test_what_was_decided_about_a_table_is_said_on_standard_error(read, capsys):
    title, X, _ = read("n;m;y\n" + "0,5;1;a\n2,5;x;b\n" * 9 + "1,5;2;a\n1,5;3;b\n" * 40, "--target", "y")
    assert X["n"].dtype == "float64"
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.splitlines() == [
        "Note: column 'n': read as numbers ('0,5' is 0.5).",
        "Warning: column 'm': 9 of 98 values are not a number ('x'), taken as missing.",
    ]
    assert title == "t.csv, predicting y"


def test_the_target_may_be_a_position(read):
    title, X, y = read("n,y\n1,a\n2,b\n", "--target", "-1")
    assert (title, list(X), y.tolist()) == ("t.csv, predicting y", ["n"], ["a", "b"])


def test_encoding_decimal_mark_and_labels_can_be_given(read):
    options = ("--target", "y", "--encoding", "latin-1", "--decimal", ",", "--keep-na-labels")
    _, X, y = read("größe;y\n1,705;NA\n950;None\n".encode("latin-1"), *options)
    assert X["größe"].tolist() == [1.705, 950]
    assert y.tolist() == ["NA", "None"]


def test_an_unknown_decimal_mark_is_one_sentence(capsys):
    with pytest.raises(SystemExit):
        main(["compare", "t.csv", "--target", "y", "--decimal", ";"])
    assert "argument --decimal: invalid choice: ';'" in capsys.readouterr().err
