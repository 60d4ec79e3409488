"""The class prior that a fitted classifier reports at, after any pipeline, sampler and class weight."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.frozen import FrozenEstimator
from sklearn.utils import compute_sample_weight

from skweighted._base.pipelines import last_step
from skweighted._base.types import Classifier, Estimator, Labels, Table
from skweighted.classifier import CostSensitiveMLPClassifier, TabularClassifier
from skweighted.losses import LOSSES

__all__ = ["Observation", "ask_for_correction", "given_weight", "observe_fit", "reported_prior"]


@dataclass
class Observation:
    """What reached the last step of a pipeline: labels and the other arguments of its `fit`.

    Attributes
    ----------
    y : array-like or None
        The labels.
    params : dict of str to object or None
        What else `fit` was given.
    """

    y: Any = None
    params: dict[str, Any] | None = None


@contextlib.contextmanager
def observe_fit(estimator: Estimator) -> Iterator[tuple[Estimator, Observation]]:
    """Note the rows that reach the classifier in `estimator` while it is fitted: itself, or a pipeline's last step."""
    last, observation = last_step(estimator), Observation()
    fit = last.fit

    def observed(X: Table, y: Labels, *args: Any, **params: Any) -> Any:
        observation.y = y
        observation.params = params | ({"sample_weight": args[0]} if args else {})
        return fit(X, y, *args, **params)

    # On the instance: the pipeline, its routing and `clone` see the same object as without us.
    last.fit = observed
    try:
        yield estimator, observation
    finally:
        del last.fit


def ask_for_correction(estimator: Estimator, owner: str) -> None:
    """Set an unfitted network, alone or at the end of a pipeline, to report at the prior of its rows.

    Each member of a committee is then corrected before they average, and early stopping watches what is reported.

    Raises
    ------
    ValueError
        If the minimum of its loss is not the true probability.
    """
    network = last_step(estimator)
    if isinstance(network, TabularClassifier):  # which itself raises for such a loss
        network.set_params(probabilities="corrected")
        return
    if not isinstance(network, CostSensitiveMLPClassifier):
        return
    loss = LOSSES.get(network.loss) if isinstance(network.loss, str) else network.loss
    if loss is not None and not getattr(loss, "proper", True):
        raise ValueError(
            f"{owner} cannot repair the probabilities of loss={network.loss!r}: the minimum of this loss is not the "
            "true probability. Use cross-entropy."
        )
    network.set_params(probabilities="corrected")


def samplers(estimator: Any) -> Iterator[Any]:
    """Yield the samplers of a pipeline, of the pipelines in it too."""
    for _, step in getattr(estimator, "steps", ()):
        if hasattr(step, "fit_resample"):
            yield step
        yield from samplers(step)


def given_weight(
    estimator: Classifier, observation: Observation, owner: str, cure: str = "Use the constructor's class_weight."
) -> Any:
    """Return the sample weights that reached the classifier, under any name they were passed by, or None.

    Raises
    ------
    ValueError
        If samplers came before it: weights of their rows say nothing of the rows passed to `fit`.
    """
    sample_weight = (observation.params or {}).get("sample_weight")
    if sample_weight is not None and any(samplers(estimator)):
        raise ValueError(f"{owner} cannot take sample_weight through samplers, which do not carry it along. {cure}")
    return sample_weight


def reported_prior(estimator: Classifier, observation: Observation, owner: str) -> tuple[np.ndarray, bool]:
    """Return the class prior a fitted classifier reports at, and whether that is exact.

    Parameters
    ----------
    estimator : classifier or pipeline
        Fitted under :func:`observe_fit`.
    observation : Observation
        What that noted.
    owner : str
        Named in errors.

    Returns
    -------
    reported : ndarray of shape (n_classes,)
    exact : bool

    Raises
    ------
    ValueError
        If priors change where nobody can see it.
    """
    last = last_step(estimator)
    _check_nothing_hidden(last, observation, owner)
    params = observation.params or {}
    codes = np.searchsorted(last.classes_, np.asarray(observation.y).ravel())
    given = params.get("sample_weight")
    sample_weight = np.ones(len(codes)) if given is None else np.asarray(given, dtype=np.float64)
    exact = all(map(_resamples_at_random, samplers(estimator)))
    mass = np.bincount(codes, weights=sample_weight, minlength=len(last.classes_))
    if isinstance(last, CostSensitiveMLPClassifier):
        exact = exact and last.weight_schedule is None
    elif isinstance(last, TabularClassifier):
        pass  # as its networks do, it reports at the prior of its rows
    elif (fixed := getattr(last, "priors", getattr(last, "class_prior", None))) is not None:
        return np.asarray(fixed, dtype=np.float64), exact
    else:
        class_weight = getattr(last, "class_weight", None)
        named = isinstance(class_weight, str)
        # Classifiers differ in whether "balanced" counts rows or sums their weights.
        exact = exact and not (named and (sample_weight != sample_weight[:1]).any())
        rule = "balanced" if named else class_weight
        row_weight = compute_sample_weight(rule, np.asarray(observation.y).ravel())
        mass = np.bincount(codes, weights=sample_weight * row_weight, minlength=len(last.classes_))
    return mass / mass.sum(), exact


def _resamples_at_random(sampler: Any) -> bool:
    from imblearn.over_sampling import RandomOverSampler
    from imblearn.under_sampling import RandomUnderSampler

    sampler = getattr(sampler, "sampler", sampler)  # a strategy's, which takes labels of any kind
    over = isinstance(sampler, RandomOverSampler) and sampler.shrinkage is None
    return over or isinstance(sampler, RandomUnderSampler)


def _check_nothing_hidden(last: Any, observation: Observation, owner: str) -> None:
    """Raise if priors change inside the last step, where they cannot be measured."""
    if isinstance(last, TabularClassifier):
        return
    nested = {name: value for name, value in last.get_params(deep=True).items() if "__" in name}
    hidden = [
        name
        for name, value in nested.items()
        if (name.endswith("__class_weight") and value is not None)
        or (name.endswith("__batches") and value != "shuffled")
        or hasattr(value, "fit_resample")
    ]
    name = type(last).__name__
    if type(last).__module__.startswith("imblearn.ensemble"):
        hidden.append(f"the resampling of {name}")
    if hidden or isinstance(last, FrozenEstimator):
        what = ", ".join(hidden) if hidden else "its training"
        raise ValueError(
            f"{owner} cannot see into {name}: {what} may change the class priors there. Put {owner} directly around "
            "the classifier or pipeline that does, before it is fitted."
        )
