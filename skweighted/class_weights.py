"""Class weights: the rules that ``class_weight=`` accepts by name, dicts keyed by label, and grids to search."""

from collections.abc import Mapping, Sequence
from numbers import Real
from typing import Any

import numpy as np

from skweighted._base.checks import Interval, is_finite
from skweighted._base.errors import did_you_mean, parameter_error
from skweighted._base.keywords import keywords_after_first
from skweighted._base.registry import Component, Registry
from skweighted._base.types import Labels
from skweighted.costs import cost_vector

__all__ = [
    "CLASS_WEIGHTS",
    "Balanced",
    "ClassWeightRule",
    "Cost",
    "EffectiveNumber",
    "SqrtBalanced",
    "class_weight_grid",
    "compute_class_weight",
]


class ClassWeightRule(Component):
    """Base class: a weight for each class from its mass, which is its rows or the sum of their sample weights."""

    def compute(self, class_mass: np.ndarray, cost_matrix: np.ndarray | None = None) -> np.ndarray:
        """Return the weight of each class.

        Parameters
        ----------
        class_mass : ndarray of shape (n_classes,)
            Rows of each class, or the sum of their sample weights; every one above 0.
        cost_matrix : ndarray of shape (n_classes, n_classes), optional
            Rows truth, columns prediction.

        Returns
        -------
        ndarray of shape (n_classes,)
        """
        raise NotImplementedError


CLASS_WEIGHTS: Registry[ClassWeightRule] = Registry("class_weight", ClassWeightRule)


@CLASS_WEIGHTS.register("balanced")
class Balanced(ClassWeightRule):
    r"""Give every class the same total weight.

    .. math:: w_c = N / (K n_c)

    References
    ----------
    King & Zeng (2001), Logistic Regression in Rare Events Data, Political Analysis; as in scikit-learn.

    Examples
    --------
    >>> import numpy as np
    >>> Balanced().compute(np.array([90.0, 10.0])).round(3).tolist()
    [0.556, 5.0]
    """

    def compute(self, class_mass: np.ndarray, cost_matrix: np.ndarray | None = None) -> np.ndarray:
        """Return ``N / (K * class_mass)``, shape (n_classes,)."""
        return class_mass.sum() / (len(class_mass) * class_mass)


@CLASS_WEIGHTS.register("sqrt_balanced")
class SqrtBalanced(Balanced):
    r"""Go half of the way, on a log scale, from equal weights to balanced ones.

    .. math:: w_c = \sqrt{N / (K n_c)}

    Examples
    --------
    >>> import numpy as np
    >>> SqrtBalanced().compute(np.array([90.0, 10.0])).round(3).tolist()
    [0.745, 2.236]
    """

    def compute(self, class_mass: np.ndarray, cost_matrix: np.ndarray | None = None) -> np.ndarray:
        """Return the square root of the balanced weights, shape (n_classes,)."""
        return np.sqrt(super().compute(class_mass))


@CLASS_WEIGHTS.register("effective_number")
class EffectiveNumber(ClassWeightRule):
    r"""Weigh a class by its effective number of rows, which saturates as rows begin to overlap.

    .. math:: w_c \propto (1 - \beta) / (1 - \beta^{n_c}), \quad \sum_c w_c = K

    Parameters
    ----------
    beta : float, default=0.999
        In [0, 1), dimensionless. At 0 every class weighs the same; towards 1 the weights go to ``1 / n_c``.

    Raises
    ------
    TypeError, ValueError
        In ``fit``, if `beta` is not a number in [0, 1).

    References
    ----------
    Cui et al. (2019), Class-Balanced Loss Based on Effective Number of Samples, CVPR.

    Examples
    --------
    >>> import numpy as np
    >>> EffectiveNumber(beta=0.9).compute(np.array([90.0, 10.0])).round(3).tolist()
    [0.789, 1.211]
    """

    def __init__(self, beta: float = 0.999) -> None:
        self.beta = beta

    def check(self, owner: str) -> None:
        """Raise unless ``0 <= beta < 1``."""
        cure = "Values in use are 0.9, 0.99, 0.999 and 0.9999."
        Interval(0, 1).check(self.beta, "beta", type(self).__name__, cure=cure)

    def compute(self, class_mass: np.ndarray, cost_matrix: np.ndarray | None = None) -> np.ndarray:
        """Return the inverse effective numbers scaled to sum to the number of classes, shape (n_classes,)."""
        # expm1 and log keep 1 - beta**n exact if beta is close to 1; log(0) is the limit beta**n = 0.
        with np.errstate(divide="ignore"):
            inverse = 1 / -np.expm1(class_mass * np.log(self.beta))
        return inverse * (len(class_mass) / inverse.sum())


@CLASS_WEIGHTS.register("cost")
class Cost(ClassWeightRule):
    r"""Weigh a class by what mistakes about it cost on average, at the priors of the training rows.

    .. math:: w_i = v_i = \frac{1}{1 - \pi_i} \sum_{j \ne i} \pi_j (C_{ij} - C_{ii})

    For two classes the weights are the two costs. This is Kukar and Kononenko's third method, which scales the learning
    rate of each row by :math:`v_y / \max v`: a gradient step knows no difference between that and a weight.

    Raises
    ------
    ValueError
        In ``fit``, if the classifier has no `cost_matrix`.

    References
    ----------
    Kukar & Kononenko (1998), Cost-Sensitive Learning with Neural Networks, ECAI.

    Examples
    --------
    >>> import numpy as np
    >>> Cost().compute(np.array([70.0, 30.0]), np.array([[0.0, 1.0], [5.0, 0.0]])).round(9).tolist()
    [1.0, 5.0]
    """

    def compute(self, class_mass: np.ndarray, cost_matrix: np.ndarray | None = None) -> np.ndarray:
        """Return the cost vector, shape (n_classes,)."""
        if cost_matrix is None:
            raise ValueError(
                "class_weight='cost' needs to know the costs. Set cost_matrix, rows truth, columns prediction."
            )
        return cost_vector(cost_matrix, class_mass / class_mass.sum())


def compute_class_weight(
    class_weight: Any,
    classes: np.ndarray,
    class_mass: np.ndarray,
    owner: str,
    cost_matrix: np.ndarray | None = None,
) -> np.ndarray:
    """Return the weight of each class that `class_weight` asks for, not yet normalised.

    Parameters
    ----------
    class_weight : None, str, dict or ClassWeightRule
        A dict is keyed by the labels as they are in `classes`. Classes it lacks weigh 1, and a key that `classes`
        lacks is accepted only if every class has a key (a fold may lack a class), as in scikit-learn.
    classes : ndarray of shape (n_classes,)
        The labels, sorted.
    class_mass : ndarray of shape (n_classes,)
        Rows of each class, or the sum of their sample weights.
    owner : str
        The class named in errors.
    cost_matrix : ndarray of shape (n_classes, n_classes), optional
        For the rules that are computed from costs.

    Returns
    -------
    ndarray of shape (n_classes,)
        Weights of at least 0. A rule gives 0 to a class whose count is 0.

    Raises
    ------
    TypeError, ValueError
        For an unknown rule, a dict whose labels do not fit, or a weight that is negative, NaN or infinite.
    """
    if class_weight is None or (isinstance(class_weight, Mapping) and not class_weight):
        return np.ones(len(classes))
    if isinstance(class_weight, Mapping):
        return _from_dict(class_weight, classes, owner)
    rule = resolve_rule(class_weight, owner)
    present = class_mass > 0
    weight = np.zeros(len(classes))
    costs = None if cost_matrix is None else cost_matrix[np.ix_(present, present)]
    weight[present] = rule.compute(np.asarray(class_mass, dtype=np.float64)[present], costs)
    return weight


def resolve_rule(class_weight: Any, owner: str) -> ClassWeightRule:
    """Return the rule that a name or an instance stands for, with its parameters checked."""
    if not isinstance(class_weight, str | ClassWeightRule):
        rule = f"None, a dict {{label: weight}} or one of {', '.join(map(repr, sorted(CLASS_WEIGHTS)))}"
        raise TypeError(parameter_error("class_weight", owner, rule, class_weight))
    rule = CLASS_WEIGHTS.resolve(class_weight, owner)
    rule.check(owner)
    return rule


def _from_dict(class_weight: Mapping[Any, Any], classes: np.ndarray, owner: str) -> np.ndarray:
    labels = classes.tolist()
    without = [label for label in labels if label not in class_weight]
    unknown = [key for key in class_weight if key not in labels]
    if without and unknown:
        hint = did_you_mean(unknown[0], without)
        cure = f"The classes in y are {labels}; {without} have no weight. {hint}"
        raise ValueError(f"The classes {unknown} in 'class_weight' of {owner} are not in y. {cure}".rstrip())
    for label, value in class_weight.items():
        if isinstance(value, bool) or not isinstance(value, Real) or not is_finite(value) or value < 0:
            cure = f"Class {label!r} has the offending weight."
            raise ValueError(
                parameter_error(
                    "class_weight", owner, "a dict of finite weights of at least 0", dict(class_weight), cure
                )
            )
    weight = np.array([class_weight.get(label, 1.0) for label in labels], dtype=np.float64)
    if not weight.any():
        cure = "Give at least one class of y a weight above 0."
        raise ValueError(parameter_error("class_weight", owner, "above 0 for some class", dict(class_weight), cure))
    return weight


@keywords_after_first
def class_weight_grid(
    y: Labels, *, factors: Sequence[float] = (0, 0.25, 0.5, 0.75, 1, 1.25, 1.5)
) -> list[dict[Any, float]]:
    r"""Return class weights from none to more than balanced.

    .. math:: w_c = (n_{\max} / n_c)^t

    Parameters
    ----------
    y : array-like of shape (n_samples,)
        Labels.
    factors : sequence of float, default=(0, 0.25, 0.5, 0.75, 1, 1.25, 1.5)
        The exponents :math:`t`, dimensionless: 0 is unweighted, 0.5 the square root of balanced, 1 balanced.

    Returns
    -------
    list of dict
        One dict ``{label: weight}`` a factor; the most frequent class always weighs 1.

    Raises
    ------
    ValueError
        If `y` has fewer than two classes, or `factors` holds anything but finite numbers, or nothing.

    See Also
    --------
    BatchedGridSearchCV : Searches them in one go; scikit-learn's ``GridSearchCV`` takes them too.

    Examples
    --------
    >>> class_weight_grid(["good"] * 90 + ["bad"] * 10, factors=(0, 0.5, 1))
    [{'bad': 1.0, 'good': 1.0}, {'bad': 3.0, 'good': 1.0}, {'bad': 9.0, 'good': 1.0}]
    """
    labels = np.asarray(y)
    if labels.ndim != 1:
        raise ValueError(f"y must be one-dimensional, a label for each row. Got shape {labels.shape} instead.")
    classes, counts = np.unique(labels, return_counts=True)
    if len(classes) < 2:
        raise ValueError(f"y must hold at least two classes to weigh. Got {classes.tolist()} instead.")
    ratios = counts.max() / counts
    return [dict(zip(classes.tolist(), (ratios**t).tolist(), strict=True)) for t in _check_factors(factors)]


def _check_factors(factors: Sequence[float]) -> np.ndarray:
    try:
        exponents = np.asarray(factors, dtype=np.float64)
    except (TypeError, ValueError):
        exponents = np.empty(0)
    if exponents.ndim != 1 or not len(exponents) or not np.isfinite(exponents).all():
        rule = "a sequence of at least one finite number"
        raise ValueError(f"factors must be {rule}, such as (0, 0.5, 1). Got {factors!r} instead.")
    return exponents
