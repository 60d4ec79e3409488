"""Copies and pickles of a classifier that may hold Keras models."""

from typing import Any, Self

from sklearn.base import BaseEstimator

from skweighted._base.copies import check_copyable
from skweighted._base.old_pickles import KeepsOldPickles
from skweighted.fitting import models_of

__all__ = ["KeepsModels"]


class KeepsModels(KeepsOldPickles, BaseEstimator):
    """An estimator whose pickles hold the models in `model_` as bytes, and whose failed copies say why they fail."""

    def __sklearn_clone__(self) -> Self:
        try:
            return super().__sklearn_clone__()
        except Exception:  # a callback may hold a lock or a file
            check_copyable(self)
            raise

    def __getstate__(self) -> dict[str, Any]:
        state = super().__getstate__()
        if "model_" not in state:
            return state
        from skweighted.engines.keras import model_to_bytes

        return {**state, "model_": [model_to_bytes(model) for model in models_of(self)]}

    def __setstate__(self, state: dict[str, Any]) -> None:
        if "model_" in state:
            from skweighted.engines.keras import model_from_bytes

            models = [model_from_bytes(model) for model in state["model_"]]
            state = {**state, "model_": models[0] if len(models) == 1 else models}
        super().__setstate__(state)
