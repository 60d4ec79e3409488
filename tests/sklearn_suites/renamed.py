"""`CostSensitiveMLPClassifier` under the names of scikit-learn's parameters."""

import numpy as np

from skweighted import CostSensitiveMLPClassifier
from skweighted.optimizers import SGD

__all__ = ["LogisticRegression", "MLPClassifier"]


class _Renamed(CostSensitiveMLPClassifier):
    """Base class: takes parameters by the names of another classifier, which `_translate` knows, and by its own."""

    def __init__(self, *args, **params):
        super().__init__(*args, **self._translate(params))

    @classmethod
    def _get_param_names(cls):
        return CostSensitiveMLPClassifier._get_param_names()

    def set_params(self, **params):
        return super().set_params(**self._translate(params))

    def _translate(self, params):
        return params


class MLPClassifier(_Renamed):
    """scikit-learn's network: momentum by default, Adam with a high rate for L-BFGS, accuracy watched."""

    def __init__(self, hidden_layer_sizes=(100,), **params):
        super().__init__(hidden_layer_sizes, **{"monitor": "accuracy", **params})

    def _translate(self, params):
        params = dict(params)
        for name in ("max_fun", "power_t", "shuffle"):
            params.pop(name, None)
        if isinstance(params.get("learning_rate"), str):
            del params["learning_rate"]
        if params.get("n_iter_no_change") == np.inf:
            del params["n_iter_no_change"]
        momentum, solver = params.pop("momentum", 0.9), params.pop("solver", None)
        if solver == "sgd":
            params["optimizer"] = SGD(momentum, nesterov=momentum > 0)
        elif solver == "lbfgs":
            params["learning_rate_init"] = 0.01
        names = {"max_iter": "epochs", "learning_rate_init": "learning_rate"}
        return {names.get(name, name): value for name, value in params.items()}

    @property
    def max_iter(self):
        return self.epochs

    @property
    def best_loss_(self):
        return None if self.early_stopping else self.loss_curve_.min()

    @property
    def validation_scores_(self):
        return [*self.validation_curve_] if self.early_stopping else None

    @property
    def best_validation_score_(self):
        return self.validation_curve_.max() if self.early_stopping else None


class LogisticRegression(_Renamed):
    """A network without a hidden layer, its penalty that of scikit-learn for a hundred rows."""

    def __init__(self, **params):
        own = {"hidden_layer_sizes": (), "learning_rate": 0.05, "dtype": "float64", "random_state": 0}
        super().__init__(**{**own, **params})

    def _translate(self, params):
        params = {name: value for name, value in params.items() if name not in ("solver", "max_iter")}
        if "C" in params:
            params["alpha"] = 0.01 / params.pop("C")
        return params

    @property
    def coef_(self):
        return self.coefs_[0].T

    @property
    def intercept_(self):
        return self.intercepts_[0]
