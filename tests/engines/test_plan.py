"""What a plan says of the components that it shares with the other networks of a stack."""

import numpy as np
import pytest

from skweighted.engines.plan import component_key
from skweighted.losses import Loss, cross_entropies
from skweighted.optimizers import Adam


class Thresholds(Loss):
    """A user's loss with a parameter that cannot be hashed."""

    def __init__(self, thresholds=None):
        self.thresholds = thresholds

    def row_losses(self, logits, target, parameters):
        return cross_entropies(logits, target)


@pytest.mark.parametrize(
    ("value", "equal", "other"),
    [
        ([0.1, 0.2], [0.1, 0.2], [0.2, 0.1]),
        ({"a": [1]}, {"a": [1]}, {"a": [2]}),
        ({1, 2}, {2, 1}, {1}),
        (np.arange(3.0), np.arange(3.0), np.arange(3)),
        ([0.1], [0.1], (0.1,)),
        (Adam(), Adam(), Adam(beta_1=0.5)),
    ],
)
def test_components_compare_by_class_and_parameters(value, equal, other):
    """Also if a parameter cannot be hashed, such as a list or an array."""
    assert component_key(Thresholds(value)) == component_key(Thresholds(equal))
    assert hash(component_key(Thresholds(value))) == hash(component_key(Thresholds(equal)))
    assert component_key(Thresholds(value)) != component_key(Thresholds(other))


def test_a_parameter_that_can_neither_be_hashed_nor_compared_is_equal_to_itself_only():
    """Two such losses train in two stacks, which is always right."""

    class Opaque:
        __hash__ = None

    value = Opaque()
    assert component_key(Thresholds(value)) == component_key(Thresholds(value))
    assert component_key(Thresholds(value)) != component_key(Thresholds(Opaque()))


def test_a_loss_with_a_list_trains(make_classifier, imbalanced):
    """It is part of the key of a compiled program."""
    clf = make_classifier(loss=Thresholds([0.1]), epochs=1).fit(*imbalanced)
    same = make_classifier(epochs=1).fit(*imbalanced)
    np.testing.assert_allclose(clf.predict_proba(imbalanced[0]), same.predict_proba(imbalanced[0]), atol=1e-6)
