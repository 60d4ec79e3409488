"""The page in a browser: the slider, the costs, sorting, tabs, width of a phone."""

import itertools
import math
import shutil

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression

from skweighted.comparison import compare_strategies
from skweighted.report import collect_facts, write_report


@pytest.fixture(scope="module")
def browser(comparison, tmp_path_factory):
    """Return headless Chromium with the page open, or skip the test if there is none."""
    webdriver = pytest.importorskip("selenium.webdriver", reason="selenium is not installed")
    programs = shutil.which("chromium") or shutil.which("google-chrome"), shutil.which("chromedriver")
    if not all(programs):
        pytest.skip("chromium and chromedriver are not installed")
    path = tmp_path_factory.mktemp("report") / "report.html"
    write_report(comparison, path)
    options = webdriver.ChromeOptions()
    options.binary_location = programs[0]
    for name in ("headless=new", "no-sandbox", "disable-gpu", "disable-dev-shm-usage", "force-prefers-reduced-motion"):
        options.add_argument(f"--{name}")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(programs[1]))
    driver.get(path.as_uri())
    yield driver
    driver.quit()


@pytest.fixture
def page(browser):
    browser.refresh()
    return browser


def text(browser, name):
    return browser.find_element("id", name).text


def press(element, *keys):
    element.send_keys(*keys)


def counts(browser):
    names = ("ex-tp", "ex-fn-count", "ex-fp-count", "ex-tn")
    return [int(text(browser, name).splitlines()[0].replace(",", "")) for name in names]


def test_the_slider_shows_the_counts_of_its_threshold(page, comparison):
    """At one end all rows are called positive, at the other none; between, precision and recall follow the counts."""
    from selenium.webdriver.common.keys import Keys

    slider = page.find_element("id", "ex-slider")
    press(slider, Keys.HOME)
    assert counts(page) == [45, 0, 255, 0]
    press(slider, Keys.END)
    assert counts(page) == [0, 45, 0, 255]
    assert text(page, "ex-precision") == "\u2013"
    press(slider, *[Keys.ARROW_LEFT] * 20)
    tp, fn, fp, tn = counts(page)
    explorer = collect_facts(comparison)["explorer"]["strategies"]["none"]
    assert [tp, fp] == [explorer["tp"][20], explorer["fp"][20]]
    assert text(page, "ex-precision") == f"{tp / (tp + fp):.3f}"
    assert text(page, "ex-recall") == f"{tp / 45:.3f}"
    assert fn + tp + fp + tn == 300


def test_the_figure_of_thresholds_follows_the_slider(page, comparison):
    """Its line stands at the threshold on the axis of log odds, and is gone while another strategy is explored."""
    from selenium.webdriver.common.keys import Keys

    press(page.find_element("id", "ex-slider"), Keys.HOME, *[Keys.ARROW_RIGHT] * 30)
    marker = page.find_element("id", "ex-marker")
    figure = page.find_element("css selector", "#figure-thresholds svg")
    left, _, right, _ = map(float, figure.get_attribute("data-box").split())
    low, high = (float(figure.get_attribute(f"data-{end}")) for end in ("low", "high"))
    thresholds = collect_facts(comparison)["explorer"]["strategies"]["none"]["thresholds"]
    place, start, end = (math.log(p / (1 - p)) for p in (thresholds[-31], low, high))
    width = float(figure.get_dom_attribute("viewBox").split()[2])
    expected = width * (left + (right - left) * (place - start) / (end - start))
    assert float(marker.get_attribute("x1")) == pytest.approx(expected, abs=0.1)
    assert marker.value_of_css_property("display") != "none"
    page.find_element("css selector", "#ex-strategy option:last-child").click()
    assert marker.value_of_css_property("display") == "none"


def test_decisions_about_many_classes_do_not_overlap(browser, tmp_path, three_classes):
    """Six matrices of three classes, which are wider than those of two."""
    X, y = three_classes
    strategies = ["none", "threshold", "class_weight", "oversample", "undersample", "smote"]
    options = {"classifier": LogisticRegression(), "cv": 2, "n_repeats": 1}
    X = pd.DataFrame(X + np.random.default_rng(1).normal(size=X.shape))
    write_report(compare_strategies(X, y, strategies=strategies, **options), tmp_path / "many.html")
    before = browser.current_url
    browser.get((tmp_path / "many.html").as_uri())
    boxes = [table.rect for table in browser.find_elements("css selector", ".matrices table")]
    browser.get(before)
    assert len(boxes) == 6
    for a, b in itertools.combinations(boxes, 2):
        apart = a["x"] + a["width"] <= b["x"] or b["x"] + b["width"] <= a["x"]
        assert apart or a["y"] + a["height"] <= b["y"] or b["y"] + b["height"] <= a["y"]


def test_dear_misses_move_the_cheapest_threshold(page):
    from selenium.webdriver.common.keys import Keys

    cheapest = page.find_element("css selector", "[data-goal=cost]")
    field = page.find_element("id", "ex-fn")
    found = []
    for cost in ("1", "50"):
        press(field, Keys.CONTROL, "a")
        press(field, cost)
        cheapest.click()
        found.append(counts(page)[1])
    assert found[1] < found[0]


def test_another_strategy_has_other_counts(page):
    best = text(page, "ex-f1")
    page.find_element("css selector", "#ex-strategy option:last-child").click()
    assert text(page, "ex-f1") != best


def test_a_click_on_a_heading_sorts_the_better_first(page):
    """Of the Brier score the lower is better."""
    heading = next(cell for cell in page.find_elements("css selector", "th.number") if "Brier" in cell.text)
    heading.find_element("css selector", "button").click()
    assert heading.get_attribute("aria-sort") == "ascending"
    column = page.execute_script("return arguments[0].cellIndex + 1", heading)
    cells = page.find_elements("css selector", f".sortable td:nth-child({column})")
    values = [float(cell.get_attribute("data-value")) for cell in cells]
    assert values == sorted(values)


def test_the_arrow_keys_show_the_differences_in_another_metric(page):
    from selenium.webdriver.common.keys import Keys

    tabs = page.find_elements("css selector", "[role=tab]")
    panels = page.find_elements("css selector", "[role=tabpanel]")
    press(tabs[0], Keys.ARROW_RIGHT)
    assert [panel.is_displayed() for panel in panels[:2]] == [False, True]


def test_the_page_fits_a_phone_and_complains_of_nothing(page):
    phone = {"width": 360, "height": 740, "deviceScaleFactor": 1, "mobile": True}
    page.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", phone)
    assert page.execute_script("return document.documentElement.scrollWidth") <= 360
    page.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    assert [entry["message"] for entry in page.get_log("browser")] == []
