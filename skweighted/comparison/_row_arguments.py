"""What a fit is told of each row beside columns and label: its weight and its group."""

from typing import Any

from numpy.typing import NDArray
from sklearn.pipeline import Pipeline
from sklearn.utils.validation import has_fit_parameter

from skweighted._base.types import Estimator
from skweighted.many_fits import watches_rows
from skweighted.meta import ProbabilityClassifier

__all__ = ["parts_groups", "row_arguments"]


def row_arguments(
    model: Estimator, *, sample_weight: NDArray | None = None, groups: NDArray | None = None
) -> dict[str, NDArray]:
    """Return keyword arguments of ``model.fit``, by the names that lead through pipelines and meta-estimators.

    Weights are for what a pipeline ends in, groups for all that choose something on folds of the rows.
    """
    arguments, prefix = {}, ""
    while True:
        if groups is not None and has_fit_parameter(model, "groups"):
            arguments[f"{prefix}groups"] = groups
        if isinstance(model, Pipeline):
            prefix, model = f"{prefix}{model.steps[-1][0]}__", model.steps[-1][1]
        elif isinstance(model, ProbabilityClassifier):
            model = model.estimator  # which gets what the wrapper gets
        else:
            break
    if sample_weight is not None:
        arguments[f"{prefix}sample_weight"] = sample_weight
    return arguments


def parts_groups(model: Any) -> bool:
    """Return whether a network in `model` stops early by rows that it draws itself, without regard to groups."""
    stops = any(
        value is True and name.rpartition("__")[2] == "early_stopping" for name, value in model.get_params().items()
    )
    return stops and not watches_rows(model)
