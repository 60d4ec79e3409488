"""scikit-learn's and imbalanced-learn's own checks of an estimator, every one."""

import pytest
from imblearn.utils.estimator_checks import parametrize_with_checks as parametrize_with_imblearn_checks
from sklearn.utils.estimator_checks import parametrize_with_checks

from skweighted import CostSensitiveMLPClassifier

SINGLE_PRECISION = (
    "asks for agreement to 1e-7, which cannot hold in single precision; the float64 instance passes, and scikit-learn "
    "runs this check for its own MLPClassifier with the lbfgs solver"
)

# Some checks fit numbers around 100, which rightly get the hint that inputs are unscaled.
pytestmark = pytest.mark.filterwarnings("ignore:The inputs of CostSensitiveMLPClassifier look unscaled:UserWarning")


def expected_failures(estimator):
    """Return the checks that an instance may fail, each with the reason."""
    if estimator.dtype == "float64":
        return {}
    return dict.fromkeys(
        (f"check_sample_weight_equivalence_on_{kind}_data" for kind in ("dense", "sparse")), SINGLE_PRECISION
    )


@parametrize_with_checks(
    [CostSensitiveMLPClassifier(), CostSensitiveMLPClassifier(dtype="float64")],
    expected_failed_checks=expected_failures,
)
def test_scikit_learn_takes_the_classifier_for_its_own(estimator, check):
    """A check of scikit-learn passes in single and in double precision."""
    check(estimator)


@pytest.mark.slow
@parametrize_with_checks([CostSensitiveMLPClassifier(n_networks=3)], expected_failed_checks=expected_failures)
def test_scikit_learn_takes_a_committee_for_its_own(estimator, check):
    """A check of scikit-learn passes for three networks."""
    check(estimator)


@pytest.mark.slow
@parametrize_with_checks(
    [
        CostSensitiveMLPClassifier(
            (8,), n_networks=3, committee="batch", embedding="periodic", front_scale=True, dtype="float64"
        )
    ]
)
def test_scikit_learn_takes_networks_that_share_weights_for_its_own(estimator, check):
    """A check of scikit-learn passes for members of one network, which embed and scale their columns."""
    check(estimator)


@pytest.mark.slow
@parametrize_with_checks([CostSensitiveMLPClassifier(engine="keras")], expected_failed_checks=expected_failures)
def test_scikit_learn_takes_the_keras_engine_for_its_own(estimator, check):
    """A check of scikit-learn passes for the same network trained by Keras."""
    check(estimator)


# imbalanced-learn's checks do not set the seed, and one asks that a class of 20 rows among 100 be predicted at all.
imblearn_checks = parametrize_with_imblearn_checks([CostSensitiveMLPClassifier(random_state=0)])


# As a list: pytest is about to refuse the generator that imbalanced-learn hands it.
@pytest.mark.parametrize(imblearn_checks.args[0], list(imblearn_checks.args[1]), ids=imblearn_checks.kwargs["ids"])
def test_imbalanced_learn_takes_the_classifier_for_its_own(estimator, check):
    """A check of imbalanced-learn passes."""
    check(estimator)
