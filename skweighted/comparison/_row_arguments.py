"""What a fit is told of each row beside columns and label: its weight and its group."""

from inspect import signature
from typing import Any

from numpy.typing import NDArray
from sklearn import get_config
from sklearn.model_selection import GridSearchCV, RandomizedSearchCV, check_cv
from sklearn.pipeline import Pipeline
from sklearn.utils.validation import has_fit_parameter

from skweighted._base.types import Estimator
from skweighted.many_fits import watches_rows
from skweighted.meta import ProbabilityClassifier

__all__ = ["cuts_without_groups", "parts_groups", "resamples", "row_arguments", "takes_weights"]


def row_arguments(
    model: Estimator, *, sample_weight: NDArray | None = None, groups: NDArray | None = None
) -> dict[str, NDArray]:
    """Return keyword arguments of ``model.fit``, by the names that lead through pipelines and meta-estimators.

    Weights are for what a pipeline ends in, groups for all that choose something on folds of the rows: strategies of
    this library, and a search the `cv` of which keeps groups.

    Raises
    ------
    ValueError
        If there are any and metadata routing is on.
    """
    arguments, prefix = {}, ""
    while True:
        if groups is not None and _takes_groups(model):
            arguments[f"{prefix}groups"] = groups
        if isinstance(model, Pipeline):
            prefix, model = f"{prefix}{model.steps[-1][0]}__", model.steps[-1][1]
        elif isinstance(model, ProbabilityClassifier):
            model = model.estimator  # which gets what the wrapper gets
        else:
            break
    if sample_weight is not None:
        arguments[f"{prefix}sample_weight"] = sample_weight
    if arguments and get_config()["enable_metadata_routing"]:
        raise ValueError(
            f"A comparison passes {' and '.join(arguments)} by name, which is not possible under scikit-learn's "
            "metadata routing. Compare in sklearn.config_context(enable_metadata_routing=False)."
        )
    return arguments


def _takes_groups(model: Estimator) -> bool:
    if not isinstance(model, GridSearchCV | RandomizedSearchCV):
        return has_fit_parameter(model, "groups")
    splitter = check_cv(model.cv, [0, 1], classifier=True)
    return "groups" in splitter.get_metadata_routing().consumes("split", ["groups"])


def cuts_without_groups(model: Estimator) -> str:
    """Return the class of what a model ends in if that cuts inner folds and is not told the groups, else nothing."""
    while isinstance(model, Pipeline | ProbabilityClassifier):
        model = model.steps[-1][1] if isinstance(model, Pipeline) else model.estimator
    cuts = any(name.rpartition("__")[2] == "cv" and value != "prefit" for name, value in model.get_params().items())
    return type(model).__name__ if cuts and not _takes_groups(model) else ""


def resamples(model: Any) -> bool:
    """Return whether `model` trains on rows that it draws or makes, and with that loses their weights."""
    while True:
        if getattr(model, "draws_rows", False):
            return True
        if isinstance(model, Pipeline):
            if any(hasattr(step, "fit_resample") for _, step in model.steps):
                return True
            model = model.steps[-1][1]
        elif hasattr(model, "estimator") and model.estimator is not None:
            model = model.estimator
        else:
            return False


def takes_weights(model: Any) -> bool:
    """Return whether the classifier that `model` ends in has sample weights among the arguments of its ``fit``."""
    while isinstance(model, Pipeline | ProbabilityClassifier):
        model = model.steps[-1][1] if isinstance(model, Pipeline) else model.estimator
    arguments = signature(model.fit).parameters.values()
    return any(argument.name == "sample_weight" or argument.kind is argument.VAR_KEYWORD for argument in arguments)


def parts_groups(model: Any) -> bool:
    """Return whether a network in `model` stops early by rows that it draws itself, without regard to groups."""
    stops = any(
        value is True and name.rpartition("__")[2] == "early_stopping" for name, value in model.get_params().items()
    )
    return stops and not watches_rows(model)
