"""Displays of predictions, comparisons, samplers and training: what they draw, and what they refuse."""

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
from imblearn.under_sampling import RandomUnderSampler
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, roc_auc_score

from skweighted import CostSensitiveMLPClassifier
from skweighted.comparison import compare_strategies
from skweighted.plots import (
    ClassCountsDisplay,
    DifferencesDisplay,
    LearningCurveDisplay,
    NetBenefitDisplay,
    PrecisionRecallDisplay,
    ReliabilityDisplay,
    ResamplingDisplay,
    RocDisplay,
    ScoreDistributionDisplay,
    ThresholdDisplay,
    plot_comparison,
)

OF_FOLDS = [
    NetBenefitDisplay,
    PrecisionRecallDisplay,
    ReliabilityDisplay,
    RocDisplay,
    ScoreDistributionDisplay,
    ThresholdDisplay,
]


@pytest.fixture(autouse=True)
def no_windows():
    before = mpl.get_backend()
    mpl.use("agg")
    yield
    plt.close("all")
    mpl.use(before)


@pytest.fixture(scope="module")
def rows():
    """Return 300 labels and probabilities that tell them half apart, and the fold of each."""
    random = np.random.default_rng(0)
    y = np.where(np.arange(300) % 6 == 0, "bad", "good")
    return y, np.clip(0.3 * (y == "bad") + 0.5 * random.random(300), 0, 1), np.arange(300) // 100


@pytest.fixture(scope="module")
def comparison():
    random = np.random.default_rng(0)
    X = random.normal(size=(200, 3))
    y = np.where(X[:, 0] + random.normal(size=200) > 1.5, "bad", "good")
    strategies = ["none", "threshold", "undersample"]
    return compare_strategies(X, y, strategies=strategies, classifier=LogisticRegression(), cv=2)


@pytest.mark.parametrize("display", OF_FOLDS)
def test_a_display_is_made_in_three_ways_and_drawn_where_asked(display, rows, comparison):
    y, p, folds = rows
    ax = plt.figure().subplots()
    assert display.from_predictions(y, p, pos_label="bad", folds=folds, ax=ax).ax_ is ax
    model = LogisticRegression().fit(p[:, None], y)
    assert display.from_estimator(model, p[:, None], y, pos_label="bad").figure_ is not ax.figure
    shown = display.from_comparison(comparison, strategies=["undersample"])
    assert list(shown.folds) == ["undersample"]
    assert shown.ax_.get_xlabel()
    shown.figure_.canvas.draw()


@pytest.mark.parametrize("display", OF_FOLDS)
def test_constant_and_certain_probabilities_can_be_drawn(display):
    for p in ([0.2] * 6, [0, 0, 0, 1, 1, 1]):
        display.from_predictions([0, 1, 0, 1, 0, 1], p).figure_.canvas.draw()


@pytest.mark.parametrize(
    ("display", "metric"), [(RocDisplay, roc_auc_score), (PrecisionRecallDisplay, average_precision_score)]
)
def test_the_score_in_the_legend_is_the_mean_over_the_folds(display, metric, rows):
    y, p, folds = rows
    shown = display.from_predictions(y, {"mine": p}, pos_label="bad", folds=folds)
    expected = np.mean([metric(y[folds == k] == "bad", p[folds == k]) for k in range(3)])
    assert shown.scores_["mine"] == pytest.approx(expected)
    assert list(shown.bands_) == ["mine"]


def test_chance_is_the_share_of_positives_for_precision(rows):
    y, p, _ = rows
    shown = PrecisionRecallDisplay.from_predictions(y, p, pos_label="bad")
    assert shown.chance_.get_ydata()[0] == pytest.approx((y == "bad").mean())
    assert shown.bands_ == {}


def test_precision_is_that_of_the_threshold_that_reaches_the_recall():
    """Two positives of three rows ranked first and third: half of them are found with precision 1, all with 2/3."""
    line = PrecisionRecallDisplay.from_predictions([1, 0, 1], [0.9, 0.5, 0.4]).lines_["model"]
    assert line.get_ydata()[[0, 100, 101, 200]].tolist() == pytest.approx([1, 1, 2 / 3, 2 / 3])


def test_reliability_of_honest_probabilities_lies_on_the_diagonal():
    random = np.random.default_rng(0)
    p = random.choice([0.01, 0.1, 0.5], 30_000)
    line = ReliabilityDisplay.from_predictions(random.random(30_000) < p, p, n_bootstraps=3).lines_["model"]
    np.testing.assert_allclose(line.get_ydata(), line.get_xdata(), rtol=0.2)


def test_net_benefit_of_a_useless_model_is_that_of_acting_on_all(rows):
    y, _, _ = rows
    shown = NetBenefitDisplay.from_predictions(y, np.ones(300), pos_label="bad")
    np.testing.assert_allclose(shown.lines_["model"].get_ydata(), shown.all_.get_ydata(), atol=1e-12)


def test_thresholds_cross_the_scores_they_were_chosen_by(rows):
    y, p, _ = rows
    shown = ThresholdDisplay.from_predictions(y, p, pos_label="bad", costs=(1, 5), chosen={"prior": 0.17})
    assert list(shown.lines_) == ["precision", "recall", "f1", "cost (share of its maximum)"]
    assert shown.marks_["prior"].get_xdata()[0] == 0.17


def test_strategies_with_the_same_probabilities_share_a_line(comparison):
    assert list(RocDisplay.from_comparison(comparison).lines_) == ["none, threshold", "undersample"]


def test_a_comparison_has_a_quick_look(comparison):
    figure = plot_comparison(comparison)
    assert [ax.get_ylabel() for ax in figure.axes] == ["Precision", "Recall", "Observed share", "Net benefit"]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda c: RocDisplay.from_comparison(c, strategies=["smote"]), "no strategy 'smote'. It has none, threshold"),
        (lambda c: DifferencesDisplay.from_comparison(c, "brie"), "Did you mean 'brier'"),
        (lambda c: RocDisplay.from_predictions([0, 1, 2], [0, 0, 1]), "for two classes, and y_true holds"),
        (lambda c: RocDisplay.from_predictions([0, 1], [0, 1], pos_label="x"), "pos_label must be one of"),
        (lambda c: LearningCurveDisplay.from_estimator(LogisticRegression()), "has no loss_curve_. Fit it first"),
    ],
)
def test_what_cannot_be_drawn_is_said(comparison, make, message):
    with pytest.raises(ValueError, match=message):
        make(comparison)


def test_differences_that_may_be_luck_are_hollow():
    shown = DifferencesDisplay(
        ["sure", "luck", "unknown"],
        means=[0.1, 0.1, 0.1],
        lows=[0.05, -0.1, np.nan],
        highs=[0.15, 0.3, np.nan],
        metric="F1",
        reference="threshold",
        rope=0.01,
    ).plot()
    assert [point.get_markerfacecolor() == "white" for point in shown.points_] == [False, True, True]
    assert [label.get_text() for label in shown.ax_.get_yticklabels()] == ["sure", "luck", "unknown"]


def test_differences_are_those_of_the_comparison(comparison):
    shown = DifferencesDisplay.from_comparison(comparison, "brier")
    table = comparison.differences().query("metric == 'brier'")
    assert shown.names == table["strategy"].tolist() == ["none", "undersample"]
    np.testing.assert_array_equal(shown.lows, table["low"])
    assert shown.ax_.xaxis_inverted()


def test_better_is_to_the_right_also_if_less_is_better():
    values = {"means": [-0.1], "lows": [-0.2], "highs": [-0.05], "metric": "Brier", "reference": "none"}
    low, high = DifferencesDisplay(["a"], **values, greater_is_better=False).plot().ax_.get_xlim()
    assert low > high


def test_samplers_are_shown_before_and_after():
    random = np.random.default_rng(0)
    X, y = random.normal(size=(60, 3)), np.repeat(["a", "b"], [50, 10])
    shown = ResamplingDisplay.from_sampler(RandomUnderSampler(random_state=0), X, y)
    assert [{label: len(p.get_offsets()) for label, p in side.items()} for side in shown.points_] == [
        {"a": 50, "b": 10},
        {"a": 10, "b": 10},
    ]
    bars = ClassCountsDisplay.from_labels(before=y, after=shown.after[1]).bars_
    assert [[bar.get_height() for bar in side] for side in bars.values()] == [[50, 10], [10, 10]]


def test_a_network_shows_how_it_learnt():
    network = CostSensitiveMLPClassifier(early_stopping=True, monitor="average_precision")
    network.loss_curve_, network.validation_curve_ = np.array([0.7, 0.5, 0.4]), np.array([0.2, 0.4, 0.3])
    network.best_epoch_ = 2
    shown = LearningCurveDisplay.from_estimator(network)
    np.testing.assert_array_equal(shown.lines_["validation"][0].get_ydata(), network.validation_curve_)
    assert len(shown.figure_.axes) == 2
