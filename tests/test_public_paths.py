"""What the documentation names stays importable by that path, and pickles name public paths."""

import importlib
import inspect
import pickle
import pkgutil

import pytest

import skweighted

# The paths of 0.1.0, and no fewer: code and pickles of users name them.
PATHS = {
    "skweighted": [
        "BatchedGridSearchCV",
        "BatchedRandomizedSearchCV",
        "CostSensitiveMLPClassifier",
        "MinimumExpectedCostClassifier",
        "PriorCorrectedClassifier",
        "__version__",
        "class_weight_grid",
        "metrics",
        "plots",
    ],
    "skweighted.batches": ["BATCHES", "Balanced", "BatchRule", "Shuffled", "Stratified", "Undersampled"],
    "skweighted.class_weights": [
        "CLASS_WEIGHTS",
        "Balanced",
        "ClassWeightRule",
        "Cost",
        "EffectiveNumber",
        "SqrtBalanced",
        "compute_class_weight",
    ],
    "skweighted.classifier": ["CostSensitiveMLPClassifier"],
    "skweighted.cli": ["main"],
    "skweighted.comparison": [
        "DEFAULT_STRATEGIES",
        "METRICS",
        "Comparison",
        "FoldResult",
        "Metric",
        "compare_strategies",
    ],
    "skweighted.costs": ["check_cost_matrix", "cost_vector", "minimum_expected_cost"],
    "skweighted.datasets": ["DATA_VARIABLE", "find_dataset", "load_dataset", "load_digits_8", "read_table"],
    "skweighted.engines.plan": ["NetworkState", "Settings", "TrainedNetwork", "TrainingData", "TrainingPlan"],
    "skweighted.losses": [
        "LOSSES",
        "CrossEntropy",
        "ExpectedCost",
        "FocalLoss",
        "HardExample",
        "LDAMLoss",
        "LogitAdjusted",
        "Loss",
        "MeanFalseError",
        "MeanSquaredFalseError",
        "SquaredError",
    ],
    "skweighted.meta": ["MinimumExpectedCostClassifier", "PriorCorrectedClassifier"],
    "skweighted.metrics": [
        "expected_calibration_error",
        "expected_cost",
        "neg_expected_calibration_error_scorer",
        "neg_expected_cost_scorer",
        "savings",
        "savings_scorer",
    ],
    "skweighted.network": ["Architecture", "forward"],
    "skweighted.optimizers": ["OPTIMIZERS", "SGD", "Adam", "AdamW", "Optimizer", "RMSprop"],
    "skweighted.plots": ["WeightCurveDisplay", "plot_weight_curve"],
    "skweighted.priors": ["correct_probabilities", "log_prior_factor"],
    "skweighted.search": ["BatchedGridSearchCV", "BatchedRandomizedSearchCV"],
    "skweighted.strategies": [
        "STRATEGIES",
        "ClassWeight",
        "PriorThresholdClassifier",
        "Smote",
        "Strategy",
        "Threshold",
        "Undersample",
        "Unweighted",
        "make_preprocessor",
    ],
    "skweighted.weight_grid": ["class_weight_grid"],
}
FACES = sorted(
    f"skweighted.{module.name}"
    for module in pkgutil.iter_modules(skweighted.__path__)
    if not module.name.startswith("_") and module.name not in ("stacking", "weight_grid")
)


@pytest.mark.parametrize("module", PATHS)
def test_a_documented_path_stays_importable(module):
    """Whichever file the name has moved to."""
    found = importlib.import_module(module)
    assert [name for name in PATHS[module] if not hasattr(found, name)] == []


@pytest.mark.parametrize("module", ["skweighted", *FACES])
def test_pickles_of_public_classes_and_functions_name_public_paths(module):
    """So a file inside a package may be renamed without breaking them."""
    found = importlib.import_module(module)
    public = [getattr(found, name) for name in getattr(found, "__all__", ())]
    for value in public:
        if inspect.isclass(value) or inspect.isfunction(value):
            path = pickle.dumps(value).decode("latin-1")
            assert "._" not in value.__module__, path
            assert pickle.loads(pickle.dumps(value)) is value
