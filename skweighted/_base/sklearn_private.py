"""The private parts of scikit-learn that we lean on, in one place, so that a change breaks one import."""

import copy
from typing import Any, ClassVar, Self

import numpy as np
from sklearn.utils import _safe_indexing
from sklearn.utils.metaestimators import _BaseComposition
from sklearn.utils.validation import _check_feature_names_in, _check_method_params

__all__ = [
    "EstimatorWithParts",
    "check_feature_names",
    "check_search_parameters",
    "copy_requests",
    "index_params",
    "index_rows",
    "routed_params",
    "scorers_of",
]


class EstimatorWithParts(_BaseComposition):
    """An estimator one of whose parameters is a list of names and estimators, their parameters searchable by name."""

    _parts: ClassVar[str]

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """Return the constructor parameters; with `deep`, those of the named estimators too."""
        return self._get_params(self._parts, deep=deep)

    def set_params(self, **params: Any) -> Self:
        """Set constructor parameters, named estimators or parameters of those."""
        return self._set_params(self._parts, **params)


def check_feature_names(transformer: Any, input_features: Any) -> np.ndarray:
    """Return the names of a fitted transformer's input columns: those given, those seen in ``fit``, or x0, x1, ...

    Raises
    ------
    ValueError
        If the names given are not those seen in ``fit``, or too many or too few.
    """
    return _check_feature_names_in(transformer, input_features)


def check_search_parameters(search: Any) -> None:
    """Check the constructor parameters that scikit-learn declares, which its own ``fit`` does first."""
    search._validate_params()


def copy_requests(source: Any, target: Any) -> None:
    """Let `target` request the metadata that `source` was told to request."""
    if hasattr(source, "_metadata_request"):
        target._metadata_request = copy.deepcopy(source._metadata_request)


def index_params(X: Any, params: dict[str, Any], rows: np.ndarray | None = None) -> dict[str, Any]:
    """Return the values of `params`, those with a value for each row of `X` at `rows` only."""
    return _check_method_params(X, params=params, indices=rows)


def index_rows(data: Any, rows: np.ndarray) -> Any:
    """Return the rows of an array, a data frame, a sparse matrix or a list."""
    return _safe_indexing(data, rows)


def routed_params(search: Any, params: dict[str, Any]) -> Any:
    """Return which of the parameters of a search's ``fit`` go to the estimator, the splitter and the scorer."""
    return search._get_routed_params_for_fit(params)


def scorers_of(search: Any) -> dict[str, tuple[str, ...]]:
    """Return the name of each scorer of a search and the methods of which it needs one, none where it does not say.

    Raises
    ------
    TypeError, ValueError
        If `scoring` is no scorer, or `refit` names none of several.
    """
    scorers, _ = search._get_scorers()
    named = getattr(scorers, "_scorers", None) or {"scoring": scorers}
    wanted = {name: getattr(scorer, "_response_method", ()) for name, scorer in named.items()}
    return {name: (methods,) if isinstance(methods, str) else tuple(methods) for name, methods in wanted.items()}
