"""Parameters after the first are passed by name; by place they work still, with a warning."""

import inspect

import pytest
from sklearn.base import clone

from skweighted.batches import BATCHES
from skweighted.class_weights import CLASS_WEIGHTS, class_weight_grid
from skweighted.losses import LOSSES, HardExample
from skweighted.meta import MinimumExpectedCostClassifier, PriorCorrectedClassifier
from skweighted.optimizers import OPTIMIZERS, SGD, Adam, AdamW

META = [MinimumExpectedCostClassifier, PriorCorrectedClassifier]
REGISTERED = [cls for registry in (BATCHES, CLASS_WEIGHTS, LOSSES, OPTIMIZERS) for cls in registry.values()]


@pytest.mark.parametrize("cls", REGISTERED + META, ids=lambda cls: cls.__name__)
def test_components_take_parameters_after_the_first_by_name(cls):
    """A parameter added later, or moved, then breaks no call."""
    others = list(inspect.signature(cls).parameters.values())[1:]
    assert all(parameter.kind is parameter.KEYWORD_ONLY for parameter in others)


@pytest.mark.parametrize(
    ("call", "expected", "named"),
    [
        (lambda: SGD(0.9, True).nesterov, True, "Pass nesterov=True to SGD by name"),
        (lambda: Adam(0.8, 0.9, 1e-6).epsilon, 1e-6, "beta_2=0.9, eps"),
        (lambda: AdamW(0.1, 0.8).beta_1, 0.8, "beta_1=0.8"),
        (lambda: clone(HardExample(0.4, True)).keep_minority, True, "Pass keep_minority=True to HardExample"),
        (lambda: class_weight_grid([0, 0, 1], [1])[0], {0: 1.0, 1: 2.0}, r"factors=\[1\] to class_weight_grid"),
    ],
    ids=["SGD", "Adam", "AdamW", "HardExample", "class_weight_grid"],
)
def test_a_parameter_by_place_works_with_a_warning_at_the_callers_line(call, expected, named):
    """Code written for 0.1.0 keeps working in this release."""
    with pytest.warns(FutureWarning, match=named) as caught:
        assert call() == expected
    assert caught[0].filename == __file__


def test_too_many_parameters_by_place_are_pythons_error():
    """More than there are is refused, as in 0.1.0."""
    n_parameters = len(inspect.signature(SGD).parameters)
    with pytest.raises(TypeError, match="positional argument"):
        SGD(*[0.9] * (n_parameters + 1))
