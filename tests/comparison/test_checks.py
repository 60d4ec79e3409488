"""Traps in a table are found before any training, and a table without traps has none."""

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_array
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold

from skweighted.comparison import compare_strategies
from skweighted.comparison.checks import CHECKS, find_alerts

N = 400
LETTERS = ["u", "v"]


@pytest.fixture
def random():
    return np.random.default_rng(0)


@pytest.fixture
def y():
    """Return 60 rows of class 1 among 400."""
    return np.repeat([0, 1], [N - 60, 60])


@pytest.fixture(name="X")
def make_table(random, y):
    """Return a table without a trap: a number that helps, one that does not, a category, and gaps."""
    table = pd.DataFrame({"a": random.normal(size=N) + y, "b": random.normal(size=N).round(2)})
    table["job"] = random.choice(["cook", "clerk", "pilot"], N)
    return table.assign(c=table["b"].where(random.random(N) < 0.8) + random.normal(size=N))


@pytest.fixture
def find(X, y):
    """Return the alerts of a check about the table with one more column."""

    def find_with(check, values=None, labels=y, **options):
        table = X if values is None else X.assign(new=values)
        return [alert for alert in find_alerts(table, labels, **options) if alert.check == check]

    return find_with


def test_a_table_without_a_trap_has_no_alert(X, y):
    assert find_alerts(X, y) == ()
    assert find_alerts(X.to_numpy(dtype=object), y) == ()


def sorted_like_the_target(y, random):
    """Return distinct whole numbers, larger for class 1."""
    return np.argsort(np.argsort(y + random.random(N) / 2)) + 7_000


LEAKS = {
    "a name for each class": ("same_as_target", lambda y, random: np.where(y, "paid", "open")),
    "a value and a gap": ("same_as_target", lambda y, random: np.where(y, 5.0, np.nan)),
    "a number with a gap for one class": ("missing_tells", lambda y, random: np.where(y, np.nan, random.random(N))),
    "text with a gap for one class": (
        "missing_tells",
        lambda y, random: np.where(y, None, random.choice(["u", "v"], N)),
    ),
    "an identifier sorted like the target": ("one_column_tells", sorted_like_the_target),
    "the same as text": ("one_column_tells", lambda y, random: [f"C{i}" for i in sorted_like_the_target(y, random)]),
    "a number that is 0 for one class": (
        "one_column_tells",
        lambda y, random: np.where(y, 0, random.choice([-1, 1], N) * (1 + random.random(N))),
    ),
    "a text that is none for one class": (
        "one_column_tells",
        lambda y, random: np.where(y, "none", random.choice(["u", "v", "w"], N)),
    ),
    "a number far off for one class": ("one_column_tells", lambda y, random: random.random(N) + 2 * y),
    "a date later for one class": (
        "one_column_tells",
        lambda y, random: pd.Timestamp("2020-01-01") + pd.to_timedelta(random.integers(0, 300, N) + 400 * y, "D"),
    ),
    "numbers as text": (
        "one_column_tells",
        lambda y, random: [f"{v:.3f} %".replace(".", ",") for v in random.random(N) + 2 * y],
    ),
}


@pytest.mark.parametrize("name", list(LEAKS))
def test_a_column_that_tells_the_answer_is_a_warning_whatever_its_type(find, y, random, name):
    check, make = LEAKS[name]
    (alert,) = find(check, make(y, random))
    assert alert.columns == ("new",)
    assert alert.is_warning
    assert "'new'" in str(alert)
    assert "Drop it, unless it is known before the class is." in str(alert)
    others = {"same_as_target", "missing_tells", "one_column_tells"} - {check}
    assert [found for other in others for found in find(other, make(y, random))] == []


def test_an_identifier_that_is_sorted_like_the_target_is_called_one(find, y, random):
    (alert,) = find("one_column_tells", sorted_like_the_target(y, random))
    assert "is an identifier sorted like the target" in alert.found


def test_a_good_column_is_no_leak(find, y, random):
    """It ranks with an area of about .96."""
    assert find("one_column_tells", random.normal(size=N) + 2.5 * y) == []


def test_of_three_classes_a_column_must_tell_all(find, random):
    """One that tells only one class from the rest, as a petal's length does, is a good column."""
    labels = np.arange(N) % 3
    assert find("one_column_tells", (labels == 0) + random.random(N) / 2, labels=labels) == []
    assert len(find("one_column_tells", labels + random.random(N) / 2, labels=labels)) == 1


@pytest.mark.parametrize("start", [0, 1])
def test_row_numbers_are_found_in_any_order(find, random, start):
    (alert,) = find("row_number", random.permutation(N) + start)
    assert f"each whole number from {start} on once" in alert.found
    assert find("row_number", random.permutation(N) + 2) == []


@pytest.mark.parametrize("kind", ["text", "dense numbers"])
def test_identifiers_are_found(find, random, kind):
    values = random.permutation(N) + 900
    (alert,) = find("identifier", [f"C{i}" for i in values] if kind == "text" else values)
    assert alert.columns == ("new",)


def test_numbers_named_like_identifiers_are_found_and_measurements_are_not(X, y, random):
    amounts = random.permutation(10**6)[:N]
    found = find_alerts(X.assign(customer_id=amounts, amount=amounts), y)
    assert [(alert.check, alert.columns) for alert in found] == [("identifier", ("customer_id",))]


def test_constant_columns_are_named_together(X, y):
    (alert,) = find_alerts(X.assign(u=1, v="x", w=None), y)
    assert (alert.check, alert.columns) == ("constant", ("u", "v", "w"))


def test_what_was_decided_about_text_is_told(find):
    how, odd = find("reading", ["1,5", "2,5", "3", "n/k"] + ["4"] * (N - 4))
    assert how.found == "Column 'new': read as numbers ('1,5' is 1.5)."
    assert odd.found == "Column 'new': 1 of 400 values is not a number ('n/k'), taken as missing."


@pytest.mark.parametrize("start", ["2020-01-01", "1970-01-01"])
def test_a_day_of_its_own_for_every_row_is_no_identifier(find, start):
    """Nor is it a number of the row."""
    days = pd.date_range(start, periods=N).strftime("%Y-%m-%d")
    assert find("identifier", days) == find("row_number", days) == []
    assert find("identifier", pd.date_range(start, periods=N)) == []


def test_a_column_of_dates_asks_for_a_split_by_time(find):
    days = ["31.12.2020", "1.2.2021"] * (N // 2)
    (alert,) = find("no_time_split", days)
    assert alert.columns == ("new",)
    assert find("no_time_split", days, respects_time=True) == []


def test_copies_of_rows_are_counted_and_those_of_another_class(X, y):
    (alert,) = find_alerts(pd.concat([X, X[:5]]), np.append(y, [0, 0, 0, 0, 1]))
    assert alert.found == "5 rows are copies of others, in every column. 2 rows have a copy of another class."


def test_labels_that_differ_by_blanks_or_case_are_a_warning(find, y):
    (alert,) = find("alike_labels", labels=np.where(y, "yes", np.where(np.arange(N) % 2, "no", "No ")))
    assert alert.found == "The labels 'No ' and 'no' differ by blanks or letter case only."
    assert alert.is_warning


def test_a_class_of_few_rows_is_named(find, y):
    assert find("few_rows", n_folds=6) == []
    (alert,) = find("few_rows", n_folds=7)
    assert alert.found == "Class 1 has 60 rows, at most 9 in each of 7 test folds."


def test_a_sparse_table_is_judged_by_its_labels(y):
    alerts = find_alerts(csr_array(np.eye(N)), y, n_folds=7)
    assert [alert.check for alert in alerts] == ["few_rows"]


@pytest.mark.parametrize("check", list(CHECKS))
def test_every_check_says_what_why_and_what_to_do(check):
    cls = CHECKS[check]
    assert cls.__doc__.strip()
    assert cls.why.endswith(".")
    assert cls.cure.endswith(".")


def test_a_comparison_keeps_its_alerts_and_warns_of_the_grave_ones(X, y):
    table = X.assign(paid=np.where(y, "yes", "no"), const=1)
    options = {"classifier": LogisticRegression(), "cv": 2, "n_repeats": 1, "strategies": ["none"]}
    with pytest.warns(UserWarning, match="Column 'paid' has one value for each class") as caught:
        comparison = compare_strategies(table, y, **options)
    assert len(caught) == 1
    assert [alert.check for alert in comparison.alerts] == ["same_as_target", "constant"]


@pytest.fixture(name="copied")
def make_copied(X, y):
    """Return a table of 465 rows, of which 65 are copies, 5 of them with another label, and the labels."""
    labels = np.append(y[:60], [1] * 5)
    return pd.concat([X, X[:60], X[:5]], ignore_index=True), np.concatenate([y, labels])


@pytest.mark.parametrize(("copies", "done"), [("part", "Folds may part them"), ("together", "stay in one fold")])
def test_copies_of_rows_are_parted_or_kept_together(copied, copies, done):
    options = {"classifier": LogisticRegression(), "cv": 3, "n_repeats": 1, "strategies": ["none"]}
    comparison = compare_strategies(*copied, copies=copies, **options)
    (alert,) = [alert for alert in comparison.alerts if alert.check == "copies"]
    assert alert.found.startswith("65 rows are copies of others")
    assert done in alert.done
    assert comparison.n_copies == 65
    assert ("groups kept together" in comparison.describe()) == (copies == "together")


@pytest.mark.parametrize("cv", [3, StratifiedKFold(3)], ids=["number", "splitter"])
def test_copies_are_dropped_but_for_the_first_of_each_label(copied, cv):
    """Positions of what is left stay those of the table that was given; what is left out is in no fold."""
    X, y = copied
    kept = []
    options = {"classifier": LogisticRegression(), "n_repeats": 1, "strategies": ["none"], "cv": cv}
    comparison = compare_strategies(X, y, copies="drop", sample_weight=np.arange(1.0, 466), **options)
    (alert,) = [alert for alert in comparison.alerts if alert.check == "copies"]
    assert alert.done == "60 were left out: all but the first of those with the same label."
    assert (sum(comparison.class_counts.values()), comparison.n_copies) == (405, 5)
    for result in comparison.predictions.results.values():
        kept += result.rows.tolist()
    assert sorted(kept) == [*range(400), *range(460, 465)]
    assert comparison.describe().startswith("405 rows (5 copies of others)")


def test_copies_that_cannot_be_kept_together_and_unknown_fates_are_named(X, y):
    with pytest.raises(ValueError, match=r"'copies' parameter of .* must be 'part' or 'drop' with groups"):
        compare_strategies(X, y, copies="together", groups=y)
    with pytest.raises(ValueError, match="'copies' parameter of compare_strategies must be 'part' for a sparse X"):
        compare_strategies(csr_array(np.eye(400)), y, copies="drop")
    with pytest.raises(ValueError, match="'copies' parameter of compare_strategies must be one of"):
        compare_strategies(X, y, copies="keep")
