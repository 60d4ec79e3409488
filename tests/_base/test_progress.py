"""The bar shows how far work has come and ends its line."""

import io

import pytest

from skweighted._base.progress import open_bar


def test_a_bar_ends_its_line_where_an_error_stopped_it(capsys):
    """What was reached stays to be read."""

    def fail():
        with open_bar(10, "fit") as update:
            update(3, {"loss": 0.5, "small": 1e-5})
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    shown = capsys.readouterr().out
    assert shown.count("\n") == 1
    assert " 3/10 ━━━━━━.............." in shown
    assert "- loss: 0.5000 - small: 1.0000e-05" in shown


def test_a_bar_tells_how_long_the_rest_takes(monkeypatch, capsys):
    """Two of eight in ten seconds leave thirty; at the end there is nothing left."""
    times = iter([0.0, 10.0, 40.0])
    monkeypatch.setattr("skweighted._base.progress.time.perf_counter", lambda: next(times))
    with open_bar(8, "fit") as update:
        update(2)
        update(8)
    first, *_, last = capsys.readouterr().out.strip().split("\r")
    assert "10s 5s/fit 30s left" in first
    assert "left" not in last


def test_a_bar_that_nothing_reached_is_not_drawn(capsys):
    """An error before the first step leaves no empty line."""
    with open_bar(10, "fit"):
        pass
    assert capsys.readouterr().out == ""


def test_a_bar_is_drawn_where_its_characters_cannot_be_encoded(monkeypatch):
    """A terminal of another encoding shows other characters, not an error."""
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr("sys.stdout", stream)
    with open_bar(2, "fit") as update:
        update(2)
    assert b"2/2 ????" in stream.buffer.getvalue()
