"""The command: its table, its errors, its silence."""

import contextlib
import os
import re
import signal
import subprocess
import sys
import warnings

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression

from skweighted import __version__
from skweighted.cli import main
from skweighted.cli._compare import make_cost_matrix
from skweighted.cli.terminal import hide_native_stderr
from skweighted.comparison import DEFAULT_STRATEGIES
from skweighted.comparison._checks import find_positive
from skweighted.datasets import DATA_VARIABLE, find_dataset
from skweighted.strategies import STRATEGIES

ANSI = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


@pytest.fixture
def quick(monkeypatch):
    """A linear model in place of the network and of boosted trees, so that no test waits for TensorFlow."""
    for path in (
        "comparison._problem.CostSensitiveMLPClassifier",
        "strategies._baselines.HistGradientBoostingClassifier",
    ):
        monkeypatch.setattr(f"skweighted.{path}", lambda: LogisticRegression(solver="newton-cholesky"))


@pytest.fixture
def table(tmp_path):
    random = np.random.default_rng(0)
    frame = pd.DataFrame(random.normal(size=(200, 3)), columns=["a", "b", "c"])
    frame["job"] = random.choice(["clerk", "cook"], 200)
    frame["bad"] = np.where(frame["a"] + random.normal(size=200) > 2, 2, 1)
    frame.loc[::9, "b"] = np.nan
    frame.to_csv(tmp_path / "table.csv", index=False)
    return str(tmp_path / "table.csv")


@pytest.fixture
def arrays(tmp_path):
    """Return a writer of an .npz file of 60 random rows."""

    def write(**others):
        X = np.random.default_rng(0).normal(size=(60, 2))
        np.savez_compressed(tmp_path / "arrays.npz", **{"X": X, "y": np.arange(60) % 2} | others)
        return tmp_path / "arrays.npz"

    return write


def run(*arguments):
    return main(["compare", *map(str, arguments)])


def run_process(*arguments):
    command = [sys.executable, "-m", "skweighted", *map(str, arguments)]
    loud = {name: value for name, value in os.environ.items() if name != "TF_CPP_MIN_LOG_LEVEL"}
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=300, encoding="utf-8", env=loud)


def test_a_table_is_compared(quick, table, capsys):
    assert run(table, "--target", "bad") == 0
    out = capsys.readouterr().out
    assert "200 rows, 4 columns (3 numeric, 1 categorical); classes 1: " in out
    assert "positive 2" in out
    assert "5 stratified folds x 2" in out
    assert [line.split()[0] for line in out.splitlines() if " ± 0." in line] == list(DEFAULT_STRATEGIES)


def test_the_embedded_digits_are_compared_without_a_file(quick, capsys):
    assert run("--cv", 2, "--repeats", 1, "--strategies", "none") == 0
    assert "1,797 rows, 64 columns (all numeric); classes 0" in capsys.readouterr().out


@pytest.mark.parametrize("text", ["1", "1.0"])
def test_the_positive_label_is_taken_as_written_or_as_the_same_number(quick, table, capsys, text):
    assert run(table, "--target", "bad", "--positive", text, "--strategies", "none", "--repeats", 1) == 0
    assert "positive 1\n" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("labels", "text", "positive"),
    [
        (["A", "a"], "a", "a"),
        (["A", "a"], "A", "A"),
        (["01", "1"], "1", "1"),
        (["01", "1"], "01", "01"),
        (["yes", "No"], "no", "No"),
        (["True", "False"], "false", "False"),
    ],
)
def test_a_label_written_exactly_so_is_meant_before_others_alike(quick, arrays, capsys, labels, text, positive):
    path = arrays(y=np.array(labels)[np.arange(60) % 2])
    warnings.simplefilter("default")  # "A" and "a" are warned of
    assert run(path, "--target", "target", "--positive", text, "--strategies", "none", "--repeats", 1) == 0
    assert f"positive {positive!r}\n" in capsys.readouterr().out


@pytest.mark.parametrize(("labels", "text"), [(["Aa", "aa"], "AA"), (["01", "1"], "1.0")])
def test_a_label_that_could_be_two_is_asked_back(quick, arrays, capsys, labels, text):
    path = arrays(y=np.array(labels)[np.arange(60) % 2])
    assert run(path, "--target", "target", "--positive", text) == 2
    assert f"--positive {text} may mean {labels[0]!r} or {labels[1]!r}. Write it as" in capsys.readouterr().err


def test_the_title_names_the_file_without_its_folder(quick, table, capsys):
    assert run(table, "--target", "bad", "--strategies", "none", "--repeats", 1) == 0
    assert capsys.readouterr().out.splitlines()[0] == "table.csv, predicting bad"


def test_every_score_is_written_on_request(quick, table, tmp_path, capsys):
    path = tmp_path / "scores.csv"
    assert (
        run(table, "--target", "bad", "--strategies", "none, smote", "--cv", 3, "--repeats", 1, "--output", path) == 0
    )
    scores = pd.read_csv(path)
    assert scores.columns.tolist() == ["strategy", "repeat", "fold", "metric", "value"]
    assert scores["strategy"].unique().tolist() == ["none", "smote"]
    assert str(path) in capsys.readouterr().out


@pytest.mark.parametrize("width", [80, 120])
def test_a_terminal_shows_every_number_at_any_usual_width(quick, table, capsys, monkeypatch, width):
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", str(width))
    assert run(table, "--target", "bad", "--repeats", 1) == 0
    out = capsys.readouterr().out
    lines = ANSI.sub("", out).splitlines()
    assert out != "\n".join(lines)
    assert max(map(len, lines)) <= width
    assert "…" not in out
    table = "\n".join(lines).partition("For ranking")[0]
    assert len(re.findall(r"\b\d\.\d{3}\b", table)) == 2 * 5 * len(DEFAULT_STRATEGIES)


def test_a_pipe_gets_no_control_codes(quick, table, capsys):
    run(table, "--target", "bad", "--repeats", 1)
    captured = capsys.readouterr()
    assert "\x1b" not in captured.out + captured.err
    assert "*: not significantly worse than the best" in captured.out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nowhere.csv", "--target", "bad"], "No such file: nowhere.csv"),
        (["{table}", "--target", "bat"], "no column 'bat'. Did you mean 'bad'?"),
        (["{table}", "--target", "bad", "--positive", "3"], "No row has the label '3'; the labels are 1 and 2"),
        (["{table}", "--target", "a"], "cut it into classes first"),
        (["{table}", "--target", "bad", "--cv", "1000"], "fewer than the 1000 stratified folds"),
        (["{table}", "--target", "bad", "--cv", "1"], "at least 2"),
        (["{table}", "--target", "bad", "--output", "/no/such/folder/t.csv"], "No such folder"),
        (["{table}", "--target", "bad", "--output", "{table}"], "would overwrite FILE"),
    ],
)
def test_unusable_input_is_one_sentence_and_exit_code_2(quick, table, capsys, arguments, message):
    assert run(*(argument.format(table=table) for argument in arguments)) == 2
    captured = capsys.readouterr()
    assert message in captured.err
    assert captured.err.startswith("skweighted: ")
    assert captured.err.count("\n") == 1
    assert captured.out == ""


def damage(content):
    """Return bytes that begin as they should and do not go on so."""
    return content[: len(content) // 2] + b"\xff" * 20 + content[len(content) // 2 + 20 :]


@pytest.mark.parametrize("case", ["empty", "array", "damaged arrays", "damaged table", "two of a name"])
def test_a_damaged_file_is_one_sentence_and_exit_code_2(quick, table, arrays, tmp_path, capsys, case):
    path = tmp_path / ("bad.npz" if case in {"empty", "array", "damaged arrays"} else "bad.csv.gz")
    if case == "empty":
        path.write_bytes(b"")
    elif case == "array":
        np.save(tmp_path / "bad.npy", np.ones((3, 2)))
        (tmp_path / "bad.npy").rename(path)
    elif case == "damaged arrays":
        path.write_bytes(damage(arrays().read_bytes()))
    elif case == "damaged table":
        pd.read_csv(table).to_csv(path)
        path.write_bytes(damage(path.read_bytes()))
    else:
        pd.DataFrame(np.eye(9), columns=list("abcdefgaa")).to_csv(path)
    assert run(path, "--target", "target") == 2
    captured = capsys.readouterr()
    assert captured.err.startswith("skweighted: ")
    assert path.name in captured.err
    assert captured.err.count("\n") == 1


def test_durations_lists_and_any_exception_are_no_traceback(quick, table, capsys, monkeypatch):
    """What only a Parquet file brings, and a network that fails in a way of its own."""
    frame = pd.read_csv(table)
    monkeypatch.setattr("skweighted.datasets._reading.is_binary", lambda _: True)
    monkeypatch.setattr("skweighted.datasets._reading.read_binary", lambda _: frame)
    frame["since"] = pd.to_timedelta(np.arange(200), "D")
    assert run(table, "--target", "bad", "--strategies", "none", "--repeats", 1) == 0
    assert "5 columns (4 numeric, 1 categorical)" in capsys.readouterr().out

    def fail(self, *_):
        raise KeyError("no luck")

    with monkeypatch.context() as patch:
        patch.setattr(LogisticRegression, "fit", fail)
        assert run(table, "--target", "bad") == 2
    assert capsys.readouterr().err == "skweighted: Every strategy failed, 'none' with KeyError: 'no luck'\n"
    frame["parts"] = [[1, 2]] * 200
    assert run(table, "--target", "bad") == 2
    assert "Column 'parts' holds lists" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["table.csv"], "FILE needs --target COLUMN"),
        (["--target", "bad"], "--target needs a FILE"),
        (["--strategies", "smot"], "no strategy 'smot'. Did you mean 'smote'?"),
        (["--strategies", "qqq"], "skweighted strategies lists them"),
        (["--strategies", ","], "no strategy is named. skweighted strategies lists them"),
        (["--cv", "many"], "invalid int value"),
    ],
)
def test_wrong_options_are_one_sentence_and_exit_code_2(capsys, arguments, message):
    with pytest.raises(SystemExit) as stop:
        run(*arguments)
    error = capsys.readouterr().err
    assert stop.value.code == 2
    assert message in error
    assert error.count("\n") == 1


def test_every_registered_strategy_is_listed_with_what_it_does(capsys):
    """Its line, what it does to probabilities, and no line beyond 80 columns."""
    assert main(["strategies"]) == 0
    out = capsys.readouterr().out
    for key, cls in STRATEGIES.items():
        assert f"\n  {key}\n" in out
        assert f"[probabilities {cls.probabilities}" in " ".join(out.split())
    assert max(map(len, out.splitlines())) < 80


def test_the_help_names_the_presets(capsys):
    """The whole list has a command of its own."""
    with pytest.raises(SystemExit) as stop:
        run("--help")
    assert stop.value.code == 0
    assert "quick       none, threshold, class_weight, smote," in capsys.readouterr().out


@pytest.mark.parametrize("first", ["no", "yes"])
def test_costs_are_of_the_label_that_the_comparison_takes_for_positive(first):
    """Also if both classes have as many rows: the first in order of the labels, not in that of the rows."""
    y = pd.Series([first, *(["no", "yes"] * 3), "yes" if first == "no" else "no"])
    assert make_cost_matrix((1.0, 5.0), y, None) == {"yes": {"no": 1.0}, "no": {"yes": 5.0}}
    assert make_cost_matrix((1.0, 5.0), y, "yes") == {"no": {"yes": 1.0}, "yes": {"no": 5.0}}
    assert find_positive(None, {"no": 4, "yes": 4}) == "no"


def test_columns_are_chosen_and_costs_are_counted(quick, table, capsys):
    """Costs add columns of their own to the usual ones."""
    few = ("--strategies", "none,threshold", "--repeats", 1)
    assert run(table, "--target", "bad", *few, "--metrics", "mcc,recall") == 0
    assert capsys.readouterr().out.splitlines()[4].split() == ["MCC", "Recall", "Fit", "s"]
    assert run(table, "--target", "bad", *few, "--cost", "1,5") == 0
    out = capsys.readouterr().out
    assert "Cost" in out
    assert "Savings" in out
    assert run(table, "--target", "bad", *few, "--constraint", "recall>=0.8") == 0
    assert "with recall>=0.8, chosen inside the training folds" in capsys.readouterr().out
    assert "For decisions, " in out


def test_an_interruption_shows_what_is_finished_and_exits_with_130(quick, table, capsys, monkeypatch):
    fit, fits = LogisticRegression.fit, []

    def fit_twice(self, *arguments):
        if len(fits) == 6:
            raise KeyboardInterrupt
        fits.append(self)
        return fit(self, *arguments)

    monkeypatch.setattr(LogisticRegression, "fit", fit_twice)
    assert run(table, "--target", "bad") == 130
    assert "interrupted after 1 of 10" in capsys.readouterr().out


def test_an_interruption_before_the_first_result_is_said(quick, table, capsys, monkeypatch):
    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(LogisticRegression, "fit", interrupt)
    assert run(table, "--target", "bad") == 130
    assert capsys.readouterr().err == "skweighted: interrupted before there was anything to show.\n"


def test_warnings_are_shown_once_and_the_table_all_the_same(quick, table, capsys, monkeypatch):
    def fail(self, *_):
        raise ValueError("out of luck")

    monkeypatch.setattr("skweighted.strategies._sampling.SMOTE.fit_resample", fail)
    with warnings.catch_warnings():
        warnings.simplefilter("default")
        assert run(table, "--target", "bad", "--repeats", 1) == 0
    captured = capsys.readouterr()
    assert captured.err.count("Warning: 5 fits of 'smote' failed") == 1
    assert "failed" in captured.out


@pytest.mark.parametrize("option", ["--cache", "--resume"])
def test_finished_fits_are_read_from_the_folder(quick, table, tmp_path, capsys, option):
    """The table is the same, to the seconds, and how many were read is said apart from it."""
    arguments = table, "--target", "bad", "--strategies", "none,threshold", "--repeats", 1, option, tmp_path / "kept"
    printed = []
    for _ in range(2):
        assert run(*arguments) == 0
        printed.append(capsys.readouterr())
    assert printed[0].out == printed[1].out
    assert "Note" not in printed[0].err
    assert "Note: 10 of 10 fits are those kept in" in printed[1].err


def test_duplicates_are_dropped_on_request(quick, table, tmp_path, capsys):
    frame = pd.read_csv(table)
    pd.concat([frame, frame[:40]]).to_csv(tmp_path / "copied.csv", index=False)
    assert run(tmp_path / "copied.csv", "--target", "bad", "--strategies", "none", "--drop-duplicates") == 0
    assert "200 rows, 4 columns" in capsys.readouterr().out


def test_a_cache_that_is_a_file_is_one_sentence(quick, table, capsys):
    assert run(table, "--target", "bad", "--cache", table) == 2
    assert "The 'cache' parameter of compare_strategies must be a folder" in capsys.readouterr().err


def test_the_version_is_printed():
    process = run_process("--version")
    assert (process.returncode, process.stdout) == (0, f"skweighted {__version__}\n")


def test_tensorflow_starts_and_compiles_in_silence(table):
    process = run_process("compare", table, "--target", "bad", "--cv", 2, "--repeats", 1, "--epochs", 2)
    assert process.returncode == 0
    assert process.stderr == ""
    assert "2 gradient steps in every fit" in process.stdout


@contextlib.contextmanager
def start_on_terminal(command):
    """Start a process whose standard error is a pseudo-terminal; yield it and a reader of that until a pattern."""
    pty = pytest.importorskip("pty")
    ours, theirs = pty.openpty()
    env = os.environ | {"TERM": "xterm", "COLUMNS": "100"}
    pipes = {"stdout": subprocess.PIPE, "stderr": theirs}

    def read_until(pattern=None):
        shown = ""
        with contextlib.suppress(OSError):  # how a pseudo-terminal says that nobody writes to it any more
            while not (pattern and re.search(pattern, shown)) and (block := os.read(ours, 4096)):
                shown += ANSI.sub("", block.decode(errors="replace"))
        return shown

    with subprocess.Popen(command, **pipes, text=True, encoding="utf-8", env=env) as process:
        os.close(theirs)
        try:
            yield process, read_until
        finally:
            process.kill()
            os.close(ours)


def patched_command(classifier, *arguments):
    """Return the command as a process of its own, with another classifier in place of the network."""
    code = f"""
import os, sys, time
from sklearn.linear_model import LogisticRegression
from skweighted import CostSensitiveMLPClassifier, cli, comparison

class Alarming(CostSensitiveMLPClassifier):
    def fit(self, X, y):
        os.write(2, b"alarm\\n")
        return super().fit(X, y)

class Slow(LogisticRegression):
    def fit(self, X, y):
        time.sleep(0.3)  # three of a bar's refreshes
        return super().fit(X, y)

comparison._problem.CostSensitiveMLPClassifier = {classifier}
sys.exit(cli.main(sys.argv[1:]))
"""
    return [sys.executable, "-c", code, "compare", *map(str, arguments)]


def test_a_terminal_shows_a_bar_that_counts_the_fits_and_is_gone_at_the_end(table):
    arguments = (table, "--target", "bad", "--strategies", "none,smote", "--cv", 2, "--repeats", 1)
    with start_on_terminal(patched_command("Slow", *arguments)) as (process, read_until):
        shown = read_until()
        out, _ = process.communicate()
    assert process.returncode == 0
    assert "4/4" in shown
    assert "smote" in shown
    assert out.startswith("table.csv, predicting bad\n")


@pytest.mark.usefixtures("heeds_ctrl_c")
def test_ctrl_c_while_networks_train_shows_the_partial_table_and_exits_with_130(table):
    command = [sys.executable, "-m", "skweighted", "compare", table, "--target", "bad"]
    options = ["--strategies", "none,threshold", "--epochs", "1000", "--repeats", "100"]
    with start_on_terminal([*command, *options]) as (process, read_until):
        read_until(r"[1-9]\d+/1000")
        process.send_signal(signal.SIGINT)
        rest = read_until()
        out, _ = process.communicate()
    assert process.returncode == 130
    assert "Traceback" not in rest
    assert re.search(r"interrupted after \d+ of 500; 1,000 gradient steps", out)
    assert out.count(" ± ") > 0


def test_after_ctrl_c_no_thread_is_waited_for():
    """One that imports or compiles cannot be interrupted; this one never ends."""
    endless = "threading.Thread(target=threading.Event().wait).start()"
    code = f"import threading, skweighted.cli as cli; {endless}; cli.main = lambda: 130; "
    code += "from skweighted.__main__ import run; run()"
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=300).returncode == 130


def test_workers_start_tensorflow_in_silence_and_are_heard_from_then_on(table):
    """With `--jobs 2` nothing is on standard error but what the four fits write there, all of it."""
    options = ("--strategies", "none,smote", "--cv", 2, "--repeats", 1, "--epochs", 2, "--jobs", 2)
    command = patched_command("Alarming", table, "--target", "bad", *options)
    process = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300, encoding="utf-8")
    assert (process.returncode, process.stderr) == (0, "alarm\n" * 4)
    assert [line.split()[0] for line in process.stdout.splitlines() if " ± 0." in line] == ["none", "smote"]


def test_a_missing_extra_is_named():
    code = "import sys; sys.modules['rich'] = None; from skweighted.cli import main; sys.exit(main(['compare']))"
    process = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=300)
    assert process.returncode == 2
    assert process.stderr == 'skweighted: The command needs rich: pip install "skweighted[cli]".\n'


@pytest.mark.slow
@pytest.mark.skipif(DATA_VARIABLE not in os.environ, reason=f"{DATA_VARIABLE} is not set")
@pytest.mark.parametrize(
    ("name", "described"),
    [
        ("mammography", "6 columns (all numeric); classes -1: 10,923"),
        ("german_credit", "20 columns (7 numeric, 13 categorical); classes 1: 700"),
        ("thyroid_sick", "3,772 rows"),
        ("page_blocks", "5 classes"),
    ],
)
def test_networks_are_compared_on_real_tables(name, described):
    """The main job as a user runs it: a table of five strategies, every score in it, and nothing on standard error."""
    process = run_process("compare", find_dataset(name), "--target", "target", "--epochs", 3, "--repeats", 1)
    assert (process.returncode, process.stderr) == (0, "")
    assert described in process.stdout
    rows = [line for line in process.stdout.splitlines() if line.split(" ")[0] in DEFAULT_STRATEGIES and " ± " in line]
    assert [line.count(" ± ") for line in rows] == [5] * len(DEFAULT_STRATEGIES)


@pytest.mark.parametrize(("failure", "replayed"), [(None, ""), (ValueError, "chatter"), (KeyboardInterrupt, "")])
def test_native_messages_are_hidden_and_replayed_after_a_failure(capfd, failure, replayed):
    with contextlib.suppress(failure or ()), hide_native_stderr():
        os.write(2, b"chatter")
        if failure:
            raise failure
    os.write(2, b" end")
    assert capfd.readouterr().err == f"{replayed} end"
