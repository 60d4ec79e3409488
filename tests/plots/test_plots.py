"""The plot of score against class weight."""

import subprocess
import sys

import matplotlib
import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV

from skweighted import BatchedGridSearchCV, class_weight_grid
from skweighted.plots import WeightCurveDisplay, plot_weight_curve


@pytest.fixture(autouse=True)
def canvas(monkeypatch):
    """Draw without a screen, and close what was drawn."""
    import matplotlib.pyplot as plt

    backend = matplotlib.get_backend()
    plt.switch_backend("agg")
    yield
    plt.close("all")
    plt.switch_backend(backend)


def plain_search(X, y, grid=None, **kwargs):
    """Return a fitted scikit-learn search over class weights."""
    grid = grid or {"class_weight": [*class_weight_grid(y, factors=(1.5, 0, 0.5)), "balanced"]}
    return GridSearchCV(LogisticRegression(), grid, cv=3, **{"scoring": "f1", "refit": False} | kwargs).fit(X, y)


def test_the_curve_shows_mean_and_spread_at_each_ratio(imbalanced):
    """Ascending ratios on a logarithmic axis; names of rules count as the ratio they stand for."""
    search = plain_search(*imbalanced)
    display = WeightCurveDisplay.from_search(search, y=imbalanced[1])
    np.testing.assert_allclose(display.ratios, [1, 3, 9, 27])
    means = search.cv_results_["mean_test_score"]
    np.testing.assert_allclose(display.line_.get_ydata(), means[[1, 2, 3, 0]])
    np.testing.assert_allclose(display.scores.std(axis=1), search.cv_results_["std_test_score"][[1, 2, 3, 0]])
    assert display.ax_.get_xscale() == "log"
    assert display.ax_.get_ylabel() == "F1"
    assert display.figure_ is display.ax_.figure


def test_chosen_and_balanced_weights_are_marked(imbalanced, make_classifier):
    """A batched search knows its classes by itself."""
    grid = {"class_weight": class_weight_grid(imbalanced[1], factors=(0, 1))}
    search = BatchedGridSearchCV(make_classifier(dtype="float64"), grid, cv=2, scoring="roc_auc").fit(*imbalanced)
    display = plot_weight_curve(search)
    chosen = (1.0, 9.0)[search.best_index_]
    assert display.chosen_.get_xdata() == [chosen]
    assert display.chosen_.get_ydata() == [pytest.approx(search.best_score_)]
    assert list(display.balanced_.get_xdata()) == [9, 9]
    labels = [text.get_text() for text in display.ax_.get_legend().get_texts()]
    assert labels == ["mean of 2 folds", "± 1 standard deviation", f"chosen: {chosen:.3g}", "balanced: 9"]


def test_other_settings_are_drawn_behind_that_of_the_chosen_one(imbalanced):
    """The chosen candidate's other parameters decide the curve."""
    grid = {"class_weight": [None, {0: 1, 1: 3}], "C": [1e-6, 1.0]}
    search = plain_search(*imbalanced, grid=grid, scoring=["f1", "roc_auc"], refit="f1")
    assert search.best_params_["C"] == 1
    display = WeightCurveDisplay.from_search(search, y=imbalanced[1])
    np.testing.assert_allclose(display.line_.get_ydata(), search.cv_results_["mean_test_f1"][[2, 3]])
    assert len(display.others) == 1
    other = WeightCurveDisplay.from_search(search, y=imbalanced[1], metric="roc_auc", ax=display.ax_)
    assert other.ax_ is display.ax_
    assert other.score_name == "Roc auc"


def test_what_cannot_be_plotted_is_one_sentence(imbalanced):
    """Not fitted, no class weight, unknown classes, an unknown scorer."""
    X, y = imbalanced
    with pytest.raises(ValueError, match="not fitted yet"):
        WeightCurveDisplay.from_search(GridSearchCV(LogisticRegression(), {"C": [1]}))
    with pytest.raises(ValueError, match="Pass y"):
        WeightCurveDisplay.from_search(plain_search(X, y))
    with pytest.raises(ValueError, match=r"one class_weight to plot.*\['C'\]"):
        WeightCurveDisplay.from_search(plain_search(X, y, grid={"C": [1.0]}), y=y)
    several = plain_search(X, y, scoring=["f1", "roc_auc"])
    with pytest.raises(ValueError, match=r"metric must be one of \['f1', 'roc_auc'\].*None"):
        WeightCurveDisplay.from_search(several, y=y)
    with pytest.raises(ValueError, match="Did you mean 'roc_auc'"):
        WeightCurveDisplay.from_search(several, y=y, metric="roc_auk")


def test_without_matplotlib_the_error_names_what_to_install():
    """The module itself needs no matplotlib, nor does the package."""
    code = """
import sys
sys.modules["matplotlib"] = None
import numpy as np
from skweighted.plots import WeightCurveDisplay
try:
    WeightCurveDisplay(ratios=np.ones(1), scores=np.ones((1, 2))).plot()
except ImportError as error:
    print(error)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == 'Plots need matplotlib. Install it with: pip install "skweighted[cli]"'
