"""scikit-learn's own tests of its network pass with ours in its place, names adapted."""

import pytest
from renamed import MLPClassifier
from suites import Suite

_PRIVATE = "it reads private attributes of the original"
_NO_LBFGS = "there is no L-BFGS"
_ONE_LABEL = "a row has one label"
_FIXED_EPOCHS = "without early stopping the epochs asked for are made, and nothing warns that they might be too few"

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("default")]

SUITE = Suite(
    "sklearn.neural_network.tests.test_mlp",
    {"sklearn.neural_network.MLPClassifier": MLPClassifier},
    justified={
        "test_fit": _PRIVATE,
        "test_gradient": _PRIVATE,
        "test_learning_rate_warmstart": _PRIVATE,
        "test_lbfgs_classification_maxfun": _NO_LBFGS,
        "test_partial_fit_errors": _NO_LBFGS,
        "test_multilabel_classification": _ONE_LABEL,
        "test_predict_proba_multilabel": _ONE_LABEL,
        "test_tolerance": _FIXED_EPOCHS,
        "test_adaptive_learning_rate": _FIXED_EPOCHS,
        "test_n_iter_no_change": _FIXED_EPOCHS,
        "test_n_iter_no_change_inf": _FIXED_EPOCHS,
        "test_mlp_warm_start_no_convergence": _FIXED_EPOCHS,
        "test_warm_start_full_iteration": "a warm start adds to n_iter_, as it does to the curves",
        "test_warm_start": "rows of a warm start may lack a class; an unknown class is an error here too",
        "test_verbose_sgd": "verbose shows a progress bar",
        "test_early_stopping_stratified": "a class with one row is not watched, and no error",
        "test_mlp_param_dtypes": "dtype decides about the precision, whatever that of X is",
        "test_preserve_feature_names": "a target of one class is an error",
        "test_mlp_partial_fit_after_fit": "the error names the class between the words that are looked for",
    },
)
globals().update(SUITE.tests)


def test_the_differences_are_tests_of_the_suite():
    """A name that scikit-learn drops leaves the list of differences too."""
    SUITE.check(n_tests=20)
