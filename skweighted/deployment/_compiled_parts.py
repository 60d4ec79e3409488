"""Parts of a loaded model that compiled code follows without looking: the nodes of trees.

A file opens without running its code, but scikit-learn reads a tree's children and features as they stand. A forged
one would let it read any memory, or never end. So each is checked before anything is predicted.
"""

import gc
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from types import BuiltinFunctionType, FunctionType, ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import IsolationForest
from sklearn.ensemble._forest import BaseForest
from sklearn.ensemble._gb import BaseGradientBoosting
from sklearn.ensemble._hist_gradient_boosting.gradient_boosting import BaseHistGradientBoosting
from sklearn.ensemble._hist_gradient_boosting.predictor import TreePredictor
from sklearn.tree._tree import Tree

__all__ = ["check_parts", "check_schema"]

_OPAQUE = (type, ModuleType, FunctionType, BuiltinFunctionType, str, bytes, int, float)
_LEAF = -1
_DAMAGED = "it holds a tree whose nodes lead out of it"
_WRONG_WIDTH = "it holds a tree for another number of columns than its model"


def check_schema(path: Path) -> None:
    """Raise ValueError if a skops file would build a tree of scikit-learn with several outputs.

    Its constructor reads as many numbers of classes as there are outputs, whether they are there or not.
    """
    with zipfile.ZipFile(path) as file:
        waiting = [json.loads(file.read("schema.json"))]
    while waiting:
        part = waiting.pop()
        if isinstance(part, dict):
            if part.get("__loader__") == "TreeNode" and _count_outputs(part) != "1":
                raise ValueError("it holds a tree with several outputs, which no classifier of one target has")
            waiting += part.values()
        elif isinstance(part, list):
            waiting += part


def _count_outputs(node: dict[str, Any]) -> str | None:
    """Return what a file says about the number of outputs of a tree, as JSON."""
    arguments = node.get("__reduce__", {}).get("args", {}).get("content", [])
    last = arguments[-1] if len(arguments) == 3 else {}
    return last.get("content") if last.get("__loader__") == "JsonNode" else None


def check_parts(model: object) -> None:
    """Raise ValueError if a tree in `model` would lead compiled code out of its memory."""
    for part in _reach(model):
        if isinstance(part, Tree):
            _check_tree(part)
        elif isinstance(part, TreePredictor):
            _check_predictor(part)
        else:
            _check_widths(part)


def _reach(root: object) -> Iterator[Any]:
    """Yield every object that `root` leads to."""
    seen, waiting = {}, [root]
    while waiting:
        part = waiting.pop()
        if id(part) in seen or isinstance(part, _OPAQUE):
            continue
        seen[id(part)] = part  # kept, so that no other object gets its identity
        yield part
        if isinstance(part, np.ndarray) and part.dtype == object:  # which the garbage collector does not look into
            waiting += part.ravel().tolist()
        else:
            waiting += gc.get_referents(part)


def _check_tree(tree: Tree) -> None:
    if not 0 < tree.node_count <= tree.capacity:
        raise ValueError(_DAMAGED)
    nodes = tree.__getstate__()["nodes"]
    is_leaf = nodes["left_child"] == _LEAF
    _check_nodes(is_leaf, nodes["left_child"], nodes["right_child"], nodes["feature"], tree.n_features)


def _check_predictor(predictor: TreePredictor) -> None:
    nodes = predictor.nodes
    if not isinstance(nodes, np.ndarray) or nodes.ndim != 1 or len(nodes) == 0 or nodes.dtype.names is None:
        raise ValueError(_DAMAGED)
    is_leaf = nodes["is_leaf"] != 0
    if nodes["is_categorical"].any():  # which look up their categories elsewhere; our columns are numbers by then
        raise ValueError("it holds a tree with nodes of categories, which skweighted does not make")
    _check_nodes(is_leaf, nodes["left"], nodes["right"], nodes["feature_idx"], np.iinfo(np.intp).max)


def _check_nodes(is_leaf: NDArray[np.bool_], left: NDArray, right: NDArray, feature: NDArray, n_features: int) -> None:
    """Raise ValueError unless each node is a leaf, or has children behind it, as both kinds of trees number them."""
    place, inner = np.arange(len(is_leaf)), ~is_leaf
    children = np.stack([left, right]).astype(np.int64)[:, inner]
    follow = (children > place[inner]).all() and (children < len(place)).all()
    if not follow or not ((feature[inner] >= 0) & (feature[inner] < n_features)).all():
        raise ValueError(_DAMAGED)


def _check_widths(part: object) -> None:
    """Raise ValueError if trees in an estimator may look at columns that it does not ask its rows to have."""
    held = getattr(part, "__dict__", {})
    n_features = held.get("n_features_in_")
    if "tree_" in held and getattr(held["tree_"], "n_features", None) != n_features:
        raise ValueError(_WRONG_WIDTH)
    if isinstance(part, IsolationForest):
        raise ValueError("it holds an IsolationForest, which skweighted does not use")
    if isinstance(part, BaseForest | BaseGradientBoosting):
        trees = np.ravel(np.array(held.get("estimators_", []), dtype=object))
        if any(getattr(tree, "n_features_in_", None) != n_features for tree in trees.tolist()):
            raise ValueError(_WRONG_WIDTH)
    if isinstance(part, BaseHistGradientBoosting) and "_predictors" in held:
        predictors = [p for p in _reach(held["_predictors"]) if isinstance(p, TreePredictor)]
        widest = max((int(p.nodes["feature_idx"].max(initial=0)) for p in predictors), default=0)
        if not isinstance(n_features, int) or widest >= n_features:
            raise ValueError(_WRONG_WIDTH)
