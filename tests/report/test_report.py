"""The page: complete, without a network, with the same figures as the comparison."""

import json
import re
import shlex
from dataclasses import replace
from html.parser import HTMLParser

import pandas as pd
import pytest

from skweighted.cli._main import _make_parser
from skweighted.comparison import F1, PrecisionAtK
from skweighted.comparison.metrics import choose_metrics
from skweighted.report import Origin, collect_facts, render_report, write_report

ORIGIN = Origin(title="data.csv & more", path="data.csv", target="y", command="skweighted ...", seed=3, created="today")
_VOID = {"meta", "input", "br", "img", "link", "hr"}


class Outline(HTMLParser):
    """Collects what a page holds, and fails on elements that are not closed in order."""

    def __init__(self):
        super().__init__()
        self.open, self.ids, self.links, self.headings = [], [], [], []

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        self.ids += [attributes["id"]] if "id" in attributes else []
        self.links += [attributes[name] for name in ("href", "src", "xlink:href") if name in attributes]
        self.headings += [tag] if re.fullmatch("h[1-6]", tag) else []
        self.open += [] if tag in _VOID else [tag]

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


@pytest.fixture(scope="module")
def page(comparison):
    return render_report(comparison, ORIGIN)


@pytest.fixture(scope="module")
def other_metrics(comparison):
    """Return the comparison with metrics of other kinds."""
    metrics = choose_metrics(
        [PrecisionAtK(k=10), PrecisionAtK(k=50), "f1", F1(), "calibration_slope"], "x", many_classes=False, costs=False
    )
    kept = comparison.predictions
    rows = [
        (*place, name, metric.score(kept.fold(*place))) for place in kept.results for name, metric in metrics.items()
    ]
    seconds = comparison.table.query("metric == 'fit_seconds'")
    table = pd.concat([pd.DataFrame(rows, columns=seconds.columns), seconds])
    return replace(comparison, metrics=metrics, table=table)


@pytest.fixture(scope="module")
def outline(page):
    outline = Outline()
    outline.feed(page)
    return outline


def test_the_page_is_whole_and_small(page, outline):
    assert outline.open == []
    assert outline.headings[0] == "h1"
    assert len(page) < 1_000_000


def test_the_page_loads_nothing_from_elsewhere(page, outline):
    """All links are to places on the page, and the browser is told to load nothing else."""
    assert all(link.startswith("#") for link in outline.links)
    assert {link[1:] for link in outline.links} <= set(outline.ids)
    assert "default-src 'none'" in page
    assert not re.search(r"@import|url\((?!#)", page)


def test_no_id_is_used_twice(outline):
    own = [name for name in outline.ids if not re.fullmatch(r"[mp]?[0-9a-f]{10}|image[0-9a-f]+|h[0-9a-f]+", name)]
    assert len(own) == len(set(own))


def test_names_of_users_are_text(page):
    assert "data.csv &amp; more" in page
    assert "&lt;bad&gt;" in page
    assert "<bad>" not in page


def test_every_score_of_the_table_is_on_the_page(page, comparison):
    for text in comparison.formatted(("", "")).iloc[:, 0]:
        mean, _, sd = text.strip().partition(" ± ")
        assert re.search(f'{mean}<span class="star"[^>]*> ★</span><span class="sd"> ± {sd}</span>', page)


def test_the_same_comparison_gives_the_same_page(page, comparison):
    assert render_report(comparison, ORIGIN) == page


def test_the_facts_are_json_and_the_ends_of_the_slider_are_all_and_none(comparison):
    facts = json.loads(json.dumps(collect_facts(comparison), allow_nan=False))
    explorer = facts["explorer"]
    assert (explorer["rows"], explorer["positives"]) == (300, 45)
    for counts in explorer["strategies"].values():
        assert (counts["tp"][0], counts["fp"][0]) == (0, 0)
        assert (counts["tp"][-1], counts["fp"][-1]) == (45, 255)
        assert counts["thresholds"] == sorted(counts["thresholds"], reverse=True)
    matrix = facts["confusion"]["counts"]["threshold"]
    assert sum(map(sum, matrix)) == 300
    assert [matrix[0][0], matrix[1][0]] == explorer["strategies"]["threshold"]["own"]


def test_the_code_that_rebuilds_the_winner_can_be_run(comparison):
    code = collect_facts(comparison, Origin(path="it's.csv", target="y", seed=3))["code"]
    compile(code["python"], "report", "exec")
    assert code["winner"] == "threshold"
    assert "random_state=3" in code["python"]


def test_more_than_two_classes_have_a_page_without_curves(of_many_classes, tmp_path):
    write_report(of_many_classes, tmp_path / "r.html")
    text = (tmp_path / "r.html").read_text()
    assert 'id="explorer"' not in text
    assert 'id="decisions"' in text


def test_metrics_with_parameters_are_columns_of_their_own(other_metrics):
    """Two of a class, one that equals a named one in its words, and one whose best value is neither end."""
    facts = collect_facts(other_metrics)
    titles = [metric["title"] for metric in facts["metrics"]]
    assert titles == ["Precision at 10", "Precision at 50", "f1", "F1()", "Calib. slope"]
    assert list(other_metrics.formatted().columns) == [*titles, "Fit s"]
    scores = facts["strategies"][0]["scores"]
    means = other_metrics.summary().loc["none"]
    for metric in facts["metrics"]:
        assert float(scores[metric["key"]]["text"].split()[0]) == pytest.approx(means[metric["key"], "mean"], abs=6e-4)
    page = render_report(other_metrics)
    assert "Calib. slope → 1" in page
    assert "The best is 1." in page
    outline = Outline()
    outline.feed(page)
    assert not [name for name in outline.ids if re.search(r"\s", name)]
    assert json.loads(other_metrics.to_json())["metrics"]["calibration_slope"]["target"] == 1


def test_the_code_keeps_what_the_comparison_was_told(comparison):
    """Labels, constraint, epochs and how the table was read; paths with blanks are quoted."""
    told = replace(comparison, positive="good", constraint="recall>=0.8")
    reading = {"encoding": "latin-1", "decimal": ",", "keep_na_labels": True}
    code = collect_facts(told, Origin(path="my data.csv", target="the y", seed=3, epochs=7, reading=reading))["code"]
    compile(code["python"], "report", "exec")
    assert "read_table('my data.csv', 'the y', encoding='latin-1', decimal=',', keep_na_labels=True)" in code["python"]
    assert "threshold=Constraint.parse('recall>=0.8'), positive='good', epochs=7, random_state=3)" in code["python"]
    options = _make_parser().parse_args(shlex.split(code["command"])[1:])
    assert (options.file, options.target, options.positive) == ("my data.csv", "the y", "good")
    assert (options.encoding, options.decimal, options.keep_na_labels) == ("latin-1", ",", True)
    assert (options.strategy, options.epochs, options.seed) == ("threshold", 7, 3)
    assert str(options.constraint) == "recall>=0.8"


def test_a_winner_of_ones_own_is_not_taken_for_a_registered_strategy(comparison):
    """The command cannot train it, and Python needs the classifier itself."""
    names = {"none": "mine", "threshold": "yours", "undersample": "hers"}
    table = comparison.table.assign(strategy=comparison.table["strategy"].map(names))
    own = replace(comparison, table=table, strategies=tuple(names.values()), predictions=None)
    code = collect_facts(own)["code"]
    compile(code["python"], "report", "exec")
    assert "strategies=strategy," in code["python"]
    assert code["command"] == ""
    assert "Or in a terminal" not in render_report(own)
