"""The last step of pipelines, of pipelines in pipelines too."""

import copy
from typing import Any

from sklearn.pipeline import Pipeline

__all__ = ["last_step", "last_step_name", "with_last_step"]


def last_step(model: Any) -> Any:
    """Return the estimator that a pipeline ends in, which is never a pipeline itself; `model` if it is none."""
    while isinstance(model, Pipeline):
        model = model.steps[-1][1]
    return model


def last_step_name(model: Any) -> str:
    """Return the name of the last step as ``set_params`` knows it, such as ``"outer__inner"``; "" for no pipeline."""
    names = []
    while isinstance(model, Pipeline):
        name, model = model.steps[-1]
        names.append(name)
    return "__".join(names)


def with_last_step(model: Any, step: Any) -> Any:
    """Return `model` with another last step; it shares the steps before it."""
    if not isinstance(model, Pipeline):
        return step
    changed = copy.copy(model)
    name, last = model.steps[-1]
    changed.steps = [*model.steps[:-1], (name, with_last_step(last, step))]
    return changed
