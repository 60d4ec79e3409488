"""What all strategies share: a network by name, and its number of steps."""

import pytest
from sklearn.linear_model import LogisticRegression

from skweighted import CostSensitiveMLPClassifier, TabularClassifier, make_tabular_classifier
from skweighted.comparison._problem import count_steps, find_network, fix_steps


def test_a_network_is_found_by_name():
    """The committee for tables reports what class weights ask for, as the plain network does."""
    assert type(find_network(None, "owner")) is type(find_network("plain", "owner")) is CostSensitiveMLPClassifier
    tabular = find_network("tabular", "owner")
    assert isinstance(tabular, TabularClassifier)
    assert tabular.probabilities == "weighted"
    model = LogisticRegression()
    assert find_network(model, "owner") is model


def test_an_unknown_network_is_an_error_that_names_those_known():
    with pytest.raises(ValueError, match=r"'classifier'.*'plain'.*'tabular'.*Got 'tabula'"):
        find_network("tabula", "compare_strategies")


def test_every_network_of_a_committee_for_tables_takes_the_same_steps():
    fixed = fix_steps(make_tabular_classifier(trees=False, epochs="auto"), 4000, None)
    steps = {(p[-1].epochs, p[-1].batch_size, p[-1].steps_per_epoch) for _, p in fixed.members}
    assert steps == {(50, 200, 20)}
    assert count_steps(fixed) == 1000


def test_epochs_asked_for_are_those_of_every_network():
    fixed = fix_steps(make_tabular_classifier(), 4000, 3)
    assert {p[-1].epochs for _, p in fixed.members if hasattr(p[-1], "epochs")} == {3}


def test_a_classifier_without_steps_stays_as_it_is():
    assert count_steps(fix_steps(LogisticRegression(C=2), 100, None)) is None
