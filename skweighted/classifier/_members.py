"""Members of a committee: networks, which train together, and other classifiers, each weighted and seeded alike."""

from collections.abc import Sequence
from typing import Any

from sklearn.base import clone, is_classifier
from sklearn.pipeline import Pipeline
from sklearn.utils.validation import has_fit_parameter

from skweighted._base.errors import parameter_error
from skweighted._base.types import Classifier, Labels, Table, Weights
from skweighted.classifier._mlp import CostSensitiveMLPClassifier
from skweighted.classifier._reweighted import ReweightedClassifier
from skweighted.fitting import FitRequest, plan_fit, set_fitted_attributes, train, uses_keras

__all__ = ["Members", "check_members", "clone_members", "copy_member", "fit_members", "is_network"]

Members = list[tuple[str, Pipeline]]

_CURE = "make_tabular_classifier().members is an example."


def is_network(pipeline: Pipeline) -> bool:
    """Tell whether a member is a network or a committee of them."""
    return isinstance(pipeline[-1], CostSensitiveMLPClassifier)


def copy_member(pipeline: Pipeline, shared: dict[str, Any], cost_matrix: Any, seed: int, verbose: int) -> Pipeline:
    """Return an unfitted copy of a member, with the parameters that all members share.

    Parameters
    ----------
    pipeline : Pipeline
    shared : dict of str to object
        `class_weight` and `probabilities`.
    cost_matrix : object
        Of a member that is no network, which has none of its own.
    seed : int
        Of its classifier, if that has one.
    verbose : int
        Of a network.
    """
    copied = clone(pipeline)
    if is_network(copied):
        copied[-1].set_params(**shared, random_state=seed, verbose=verbose)
        return copied
    name, classifier = copied.steps[-1]
    if "random_state" in classifier.get_params():
        classifier.set_params(random_state=seed)
    copied.steps[-1] = name, ReweightedClassifier(classifier, cost_matrix=cost_matrix, **shared)
    return copied


def clone_members(members: Members, **params: Any) -> Members:
    """Return unfitted copies, with `params` of every classifier replaced."""
    copies = [(name, clone(pipeline)) for name, pipeline in members]
    for _, pipeline in copies:
        pipeline[-1].set_params(**params)
    return copies


def fit_members(members: Members, table: Table, y: Labels, sample_weight: Weights) -> None:
    """Train all networks of all members in one call, side by side, and then fit the other classifiers.

    Parameters
    ----------
    members : list of (str, Pipeline)
        Unfitted; they are fitted in place.
    table : DataFrame of shape (n_samples, n_features)
    y : array-like of shape (n_samples,)
    sample_weight : array-like of shape (n_samples,) or None
    """
    _train_networks([pipeline for _, pipeline in members if is_network(pipeline)], table, y, sample_weight)
    for _, pipeline in members:
        if not is_network(pipeline):
            pipeline[-1].fit(_prepare(pipeline, table, y), y, sample_weight)


def check_members(members: Any, owner: str) -> None:
    """Raise TypeError or ValueError unless `members` can be members."""
    rule = "a list of (name, pipeline that ends in a classifier)"
    if not isinstance(members, Sequence) or isinstance(members, str) or not members:
        raise TypeError(parameter_error("members", owner, rule, members, _CURE))
    for member in members:
        is_pair = isinstance(member, tuple) and len(member) == 2 and isinstance(member[1], Pipeline)
        if not (is_pair and is_classifier(member[1][-1])):
            raise TypeError(parameter_error("members", owner, rule, member, _CURE))
        _check_classifier(member[0], member[1][-1], owner)
    names = [name for name, _ in members]
    if len(set(names)) < len(names):
        raise ValueError(parameter_error("members", owner, "a list of different names", names))


def _check_classifier(name: str, classifier: Classifier, owner: str) -> None:
    if not isinstance(classifier, CostSensitiveMLPClassifier):
        if not (hasattr(classifier, "predict_proba") and has_fit_parameter(classifier, "sample_weight")):
            rule = "classifiers with predict_proba whose fit takes sample_weight"
            raise ValueError(parameter_error("members", owner, rule, classifier, f"Replace or leave out {name!r}."))
    elif uses_keras(classifier) or classifier.warm_start:
        cure = f"Leave model, callbacks, metrics and warm_start of {name!r} as they are by default."
        raise ValueError(parameter_error("members", owner, "networks of the compiled engine", classifier, cure))


def _prepare(pipeline: Pipeline, table: Table, y: Labels) -> Table:
    return pipeline[:-1].fit_transform(table, y) if len(pipeline) > 1 else table


def _train_networks(pipelines: list[Pipeline], table: Table, y: Labels, sample_weight: Weights) -> None:
    if not pipelines:
        return
    plans = [plan_fit(p[-1], FitRequest(_prepare(p, table, y), y, sample_weight)) for p in pipelines]
    trained = iter(train(plans[0].parameters, [plan for member in plans for plan in member.networks]))
    for pipeline, member in zip(pipelines, plans, strict=True):
        set_fitted_attributes(pipeline[-1], member, [next(trained) for _ in member.networks], resumable=False)
