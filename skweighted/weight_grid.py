"""Grids of class weights from the class ratio, so that nobody writes the dicts by hand."""

from collections.abc import Sequence
from typing import Any

import numpy as np

__all__ = ["class_weight_grid"]


def class_weight_grid(y: Any, factors: Sequence[float] = (0, 0.25, 0.5, 0.75, 1, 1.25, 1.5)) -> list[dict[Any, float]]:
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
    if len(classes) < 2:  # noqa: PLR2004 - a ratio takes two
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
