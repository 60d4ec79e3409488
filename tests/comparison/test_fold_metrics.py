"""The metrics of a comparison, against scikit-learn's and by hand."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.special import logit
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import (
    balanced_accuracy_score,
    brier_score_loss,
    cohen_kappa_score,
    f1_score,
    fbeta_score,
    log_loss,
    matthews_corrcoef,
    precision_score,
    recall_score,
)

from skweighted.comparison import METRICS, Lift, NetBenefit, PrecisionAtK, Predictions, RecallAtK
from skweighted.comparison.metrics import choose_metrics

COSTS = np.array([[0.0, 1.0], [5.0, 0.0]])


def predict(n_rows=400, n_classes=2, *, weighted=False, seed=0):
    """Return predictions that are right more often than not, and too sure of themselves."""
    random = np.random.default_rng(seed)
    truth = random.choice(n_classes, n_rows, p=[0.8, *[0.2 / (n_classes - 1)] * (n_classes - 1)])
    odds = 2 * random.normal(size=(n_rows, n_classes)) + 3 * np.eye(n_classes)[truth]
    p = np.exp(odds) / np.exp(odds).sum(axis=1, keepdims=True)
    weight = random.integers(1, 4, n_rows).astype(float) if weighted else None
    costs = COSTS if n_classes == 2 else None
    return Predictions(truth, p, p.argmax(axis=1), 1 if n_classes == 2 else None, weight, costs, 1.0, 1.0)


SKLEARN = {
    "f1": f1_score,
    "f2": lambda y, d, **w: fbeta_score(y, d, beta=2, **w),
    "f0.5": lambda y, d, **w: fbeta_score(y, d, beta=0.5, **w),
    "precision": precision_score,
    "recall": recall_score,
    "specificity": lambda y, d, **w: recall_score(1 - y, 1 - d, **w),
    "balanced_accuracy": balanced_accuracy_score,
    "mcc": matthews_corrcoef,
    "kappa": cohen_kappa_score,
}


@pytest.mark.parametrize("key", SKLEARN)
@pytest.mark.parametrize("weighted", [False, True])
def test_scores_of_decisions_are_those_of_scikit_learn(key, weighted):
    """With and without weights of rows."""
    p = predict(weighted=weighted)
    expected = SKLEARN[key](p.truth, p.decisions, sample_weight=p.sample_weight)
    assert METRICS[key]().score(p) == pytest.approx(expected)


@pytest.mark.parametrize("key", ["f1", "precision", "recall"])
def test_many_classes_are_averaged_each_against_the_rest(key):
    """As scikit-learn's macro average."""
    p = predict(n_classes=3)
    assert METRICS[key]().score(p) == pytest.approx(SKLEARN[key](p.truth, p.decisions, average="macro"))


@pytest.mark.parametrize("n_classes", [2, 3])
def test_every_metric_prefers_perfect_predictions(n_classes):
    """By its own direction; and gives a finite number for any."""
    p = predict(n_classes=n_classes)
    sure = 0.98 * np.eye(n_classes)[p.truth] + 0.02 / n_classes
    perfect = Predictions(p.truth, sure, p.truth, p.positive, None, p.cost_matrix, 1.0, 1.0)
    for key, cls in METRICS.items():
        if n_classes == 3 and cls.needs & {"positive", "cost_matrix"}:
            continue
        assert np.isfinite(cls().score(p)), key
        if cls.target is None:
            assert cls().gain(cls().score(perfect)) >= cls().gain(cls().score(p)), key


def test_log_loss_and_brier_are_those_of_scikit_learn():
    """Probabilities of exactly 0 are clipped."""
    p = predict(weighted=True)
    assert METRICS["log_loss"]().score(p) == pytest.approx(
        log_loss(p.truth, p.probabilities, sample_weight=p.sample_weight)
    )
    expected = brier_score_loss(p.truth, p.probabilities[:, 1], sample_weight=p.sample_weight)
    assert METRICS["brier"]().score(p) == pytest.approx(expected)
    certain = Predictions(np.array([0, 1]), np.array([[0.0, 1.0], [0.0, 1.0]]), np.array([1, 1]), 1)
    assert METRICS["log_loss"]().score(certain) == pytest.approx(-np.log(1e-6) / 2, rel=1e-3)


def test_the_calibration_slope_is_that_of_an_unpenalised_logistic_regression():
    """And the intercept shifts the mean probability to the share of positive rows."""
    p = predict(weighted=True)
    odds = logit(p.positive_probability)[:, None]
    model = LogisticRegression(C=1e12, max_iter=1000).fit(odds, p.truth, p.sample_weight)
    assert METRICS["calibration_slope"]().score(p) == pytest.approx(model.coef_[0, 0], rel=1e-3)
    shift = METRICS["calibration_intercept"]().score(p)
    shifted = 1 / (1 + np.exp(-(odds[:, 0] + shift)))
    assert np.average(shifted, weights=p.sample_weight) == pytest.approx(np.average(p.truth, weights=p.sample_weight))


@pytest.mark.parametrize(("scale", "shift"), [(4, 0), (2, 0), (0.5, 0), (0.05, 0), (1, 4), (1, -4), (4, 3)])
def test_the_calibration_of_very_wrong_probabilities_is_that_of_scikit_learn(scale, shift):
    """Full steps of Newton's method diverge here, and these are what the scores are there to expose."""
    random = np.random.default_rng(0)
    odds = random.normal(-2, 1.5, 2000)
    truth = (random.random(2000) < 1 / (1 + np.exp(-odds))).astype(int)
    q = 1 / (1 + np.exp(-(scale * odds + shift)))
    p = Predictions(truth, np.column_stack([1 - q, q]), truth, 1)
    clipped = logit(np.clip(q, 1e-6, 1 - 1e-6))
    model = LogisticRegression(C=1e12, solver="newton-cholesky", tol=1e-8).fit(clipped[:, None], truth)
    assert METRICS["calibration_slope"]().score(p) == pytest.approx(model.coef_[0, 0], rel=1e-4)
    intercept = METRICS["calibration_intercept"]().score(p)
    assert np.mean(1 / (1 + np.exp(-clipped - intercept))) == pytest.approx(truth.mean())


def test_separated_classes_have_no_calibration_slope():
    """The logistic regression has no solution."""
    p = Predictions(
        np.array([0, 0, 1, 1]), np.array([[0.9, 0.1], [0.8, 0.2], [0.3, 0.7], [0.2, 0.8]]), np.zeros(4, int), 1
    )
    assert np.isnan(METRICS["calibration_slope"]().score(p))


def test_the_first_rows_are_counted_by_hand_and_ties_on_average():
    """Of eight rows the two most probable hold one positive; a constant finds what chance does."""
    truth = np.array([1, 0, 1, 0, 0, 0, 0, 0])
    q = np.array([0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2])
    p = Predictions(truth, np.column_stack([1 - q, q]), truth, 1)
    assert (PrecisionAtK(2).score(p), RecallAtK(2).score(p), Lift(0.25).score(p)) == (0.5, 0.5, 2.0)
    constant = Predictions(truth, np.full((8, 2), 0.5), truth, 1)
    assert (PrecisionAtK(2).score(constant), Lift(0.25).score(constant)) == (0.25, 1.0)
    assert PrecisionAtK(100).score(p) == 0.25


@pytest.mark.parametrize("metric", [PrecisionAtK(40), RecallAtK(40), Lift(0.2)])
def test_weights_of_rows_count_among_the_first(metric):
    """Positives of twice the weight are found as scikit-learn's scores of the same decisions say; none is no row."""
    p = predict(weighted=True)
    first = np.zeros(400, bool)
    size = p.sample_weight if isinstance(metric, Lift) else np.ones(400)
    order = np.argsort(-p.positive_probability)
    first[order[np.cumsum(size[order]) <= (0.2 * size.sum() if isinstance(metric, Lift) else 40)]] = True
    score = recall_score if isinstance(metric, RecallAtK) else precision_score
    expected = score(p.truth, first, sample_weight=p.sample_weight)
    if isinstance(metric, Lift):
        expected /= np.average(p.truth, weights=p.sample_weight)
    assert metric.score(p) == pytest.approx(expected, rel=0.02)
    assert metric.score(p) != pytest.approx(metric.score(replace(p, sample_weight=None)))
    same = replace(p, sample_weight=np.full(400, 0.01))
    assert metric.score(same) == pytest.approx(metric.score(replace(p, sample_weight=None)))
    kept = np.arange(400) % 3 > 0
    some = Predictions(p.truth[kept], p.probabilities[kept], p.decisions[kept], 1, p.sample_weight[kept])
    assert metric.score(replace(p, sample_weight=p.sample_weight * kept)) == pytest.approx(metric.score(some))


def test_a_lift_with_weights_is_that_of_rows_repeated_as_often():
    """A row that stands for three counts as three."""
    p = predict(weighted=True)
    copies = np.repeat(np.arange(400), p.sample_weight.astype(int))
    repeated = Predictions(p.truth[copies], p.probabilities[copies], p.decisions[copies], 1)
    assert Lift(0.2).score(p) == pytest.approx(Lift(0.2).score(repeated))


@pytest.mark.parametrize("key", [k for k, cls in METRICS.items() if "decisions" not in cls.needs])
def test_what_reads_no_decisions_does_not_judge_them(key):
    """The verdict takes the metrics of a sentence by this."""
    assert METRICS[key].judges != "the decisions"


@pytest.mark.parametrize(
    "metric",
    [NetBenefit(1), NetBenefit(-0.1), PrecisionAtK(0), RecallAtK(0), Lift(0), Lift(1.5),
     METRICS["recall_at_precision"](2), METRICS["precision_at_recall"](-1)],
)  # fmt: skip
def test_parameters_out_of_range_are_named_before_any_work(metric):
    name, value = next(iter(metric.get_params().items()))
    with pytest.raises(ValueError, match=f"'{name}' parameter of {type(metric).__name__} must be .* Got {value}"):
        choose_metrics([metric], "compare_strategies", many_classes=False, costs=False)


def test_a_heading_holds_the_parameters():
    """Also of a metric that has no words for them."""
    headings = [metric.heading for metric in (PrecisionAtK(), PrecisionAtK(10), Lift(), Lift(share=0.005))]
    assert headings == ["Precision at 100", "Precision at 10", "Lift at 10 %", "Lift at 0.5 %"]
    assert NetBenefit().heading == "Net benefit"
    assert NetBenefit(0.2).heading == "Net benefit (threshold=0.2)"


def test_recall_at_a_precision_and_the_reverse():
    """All three thresholds by hand: precision 1, 1/2, 2/3 at recall 1/2, 1/2, 1."""
    q = np.array([0.9, 0.8, 0.7, 0.1])
    p = Predictions(np.array([1, 0, 1, 0]), np.column_stack([1 - q, q]), np.zeros(4, int), 1)
    assert METRICS["recall_at_precision"](0.6).score(p) == 1
    assert METRICS["recall_at_precision"](0.9).score(p) == 0.5
    assert METRICS["precision_at_recall"](0.8).score(p) == pytest.approx(2 / 3)


def test_costs_savings_and_net_benefit_by_hand():
    """A miss costs 5 and a false alarm 1; acting from one half on weighs both alike."""
    truth, q = np.array([1, 1, 0, 0]), np.array([0.9, 0.2, 0.6, 0.1])
    p = Predictions(truth, np.column_stack([1 - q, q]), np.array([1, 0, 1, 0]), 1, cost_matrix=COSTS)
    assert METRICS["expected_cost"]().score(p) == (5 + 1) / 4
    assert METRICS["savings"]().score(p) == 1 - 6 / 2  # calling all positive costs 2
    assert NetBenefit(0.5).score(p) == 1 / 4 - 1 / 4


@pytest.mark.parametrize(
    ("metrics", "options", "message"),
    [
        (["roc_au"], {}, r"Did you mean 'roc_auc'\?"),
        (["f1", "f1"], {}, "distinct"),
        ([], {}, "at least one metric"),
        ("savings", {}, "needs costs: give cost_matrix"),
        ("net_benefit", {"many_classes": True}, "for two classes"),
    ],
)
def test_metrics_that_cannot_be_computed_are_named(metrics, options, message):
    """Before any work."""
    with pytest.raises(ValueError, match=message):
        choose_metrics(metrics, "compare_strategies", **{"many_classes": False, "costs": False} | options)


def test_a_metric_with_settings_is_a_column_of_its_own():
    """Named by what it prints."""
    assert list(choose_metrics(["f1", PrecisionAtK(k=5)], "x", many_classes=False, costs=False)) == [
        "f1",
        "PrecisionAtK(k=5)",
    ]
