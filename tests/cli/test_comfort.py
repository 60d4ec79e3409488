"""What makes the command pleasant: silence on request, the time that is left, cards, completion in shells."""

import json
import shutil
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression

from skweighted.cli import main
from skweighted.cli._predict import _count_rows
from skweighted.strategies import STRATEGIES


@pytest.fixture
def table(tmp_path, monkeypatch):
    """Return the path of a table, with a linear model in place of the network."""
    monkeypatch.setattr(
        "skweighted.comparison._problem.CostSensitiveMLPClassifier",
        lambda: LogisticRegression(solver="newton-cholesky"),
    )
    random = np.random.default_rng(0)
    frame = pd.DataFrame(random.normal(size=(120, 2)), columns=["a", "b"])
    frame["paid"] = [f"{value:.2f} €" for value in random.random(120)]  # of which a note tells
    frame["bad"] = np.where((frame["a"] + random.normal(size=120) / 2).rank() > 90, "yes", "no")
    frame.to_csv(tmp_path / "table.csv", index=False)
    return tmp_path / "table.csv"


def compare(table, *options):
    arguments = ["compare", table, "--target", "bad", "--strategies", "none", "--cv", 2, "--repeats", 1]
    return main([*map(str, [*arguments, *options])])


def test_a_quiet_comparison_writes_its_files_and_prints_nothing(table, tmp_path, capsys):
    files = ["--output", tmp_path / "o.csv", "--json", tmp_path / "o.json", "--report", tmp_path / "o.html"]
    assert compare(table, "--quiet", *files) == 0
    assert capsys.readouterr() == ("", "")
    assert all(path.stat().st_size > 100 for path in files[1::2])


def test_a_quiet_comparison_that_writes_nothing_is_refused(table, capsys):
    with pytest.raises(SystemExit) as stop:
        compare(table, "--quiet")
    assert stop.value.code == 2
    assert "nothing to see: add --output, --report or --json" in capsys.readouterr().err


def test_strategies_are_listed_by_name_alone_for_scripts(capsys):
    assert main(["strategies", "--quiet"]) == 0
    assert capsys.readouterr().out.split() == list(STRATEGIES)


def test_the_card_of_a_model_is_printed(table, tmp_path, capsys):
    model = tmp_path / "m.skops"
    assert main(["fit", str(table), "--target", "bad", "--output", str(model), "--cv", "2", "--quiet"]) == 0
    assert main(["card", str(model)]) == 0
    assert capsys.readouterr().out == (tmp_path / "m.md").read_text()
    assert main(["card", str(model), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["data"]["rows"] == 120


@pytest.mark.parametrize(("name", "n_rows"), [("a.csv", 3), ("a.csv.gz", None), ("none.csv", None)])
def test_the_rows_of_a_plain_text_table_are_known_before_they_are_read(tmp_path, name, n_rows):
    (tmp_path / "a.csv").write_text("a,b\n1,2\n3,4\n5,6\n")
    (tmp_path / "a.csv.gz").write_bytes(b"\x1f\x8b\n\n")
    assert _count_rows(str(tmp_path / name)) == n_rows


@pytest.mark.parametrize(("n_done", "shown"), [(0, ""), (2, "0:00:30 left"), (8, "")])
def test_the_time_that_is_left_is_shown_while_there_is_some(n_done, shown):
    """Of eight fits each takes five seconds."""
    from rich.progress import Progress

    from skweighted.cli.terminal._progress import _TimeLeft

    now = 0.0
    progress = Progress(disable=True, get_time=lambda: now)
    task = progress.add_task("fits", total=8)
    for done in range(n_done + 1):
        now = 5.0 * done
        progress.update(task, completed=done)
    assert str(_TimeLeft().render(progress.tasks[0])) == shown


@pytest.mark.parametrize("shell", ["bash", "zsh", "tcsh"])
def test_a_script_completes_commands_and_options(capsys, shell):
    pytest.importorskip("shtab", reason="shtab is not installed")
    with pytest.raises(SystemExit) as stop:
        main(["--completion", shell])
    script = capsys.readouterr().out
    assert stop.value.code in {0, None}
    assert all(word in script for word in ("predict", "constraint", "skweighted"))
    if shell == "bash" and (bash := shutil.which("bash")):
        ask = f"{script}\nCOMP_WORDS=(skweighted fit --const); COMP_CWORD=2; _shtab_skweighted; echo ${{COMPREPLY[@]}}"
        done = subprocess.run([bash, "-c", ask], capture_output=True, text=True, check=True)
        assert done.stdout.split() == ["--constraint"]


def test_completion_without_its_package_is_one_sentence(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "shtab", None)
    with pytest.raises(SystemExit) as stop:
        main(["--completion", "bash"])
    assert stop.value.code == 2
    assert capsys.readouterr().err == 'skweighted: The option needs shtab: pip install "skweighted[cli]".\n'
