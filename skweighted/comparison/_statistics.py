"""Is a difference between two strategies more than luck? Tests for scores of overlapping training sets.

The folds of a cross-validation share most of their training rows, so their scores are not independent and the usual
paired t-test finds too much. Both tests here widen its variance by the share of test rows.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from skweighted._base.checks import check_number

__all__ = ["PairedDifference", "adjust_holm", "compare_paired"]

_OWNER = "compare_paired"
_NO_SPREAD = 1e-12  # differences that differ by less are equal but for rounding


@dataclass(frozen=True)
class PairedDifference:
    """What the scores of two strategies on the same folds say about their difference.

    Attributes
    ----------
    mean : float
        First minus second.
    low, high : float
        The confidence interval of the mean.
    p_value : float
        Two-sided, of the hypothesis that the mean is 0.
    p_below, p_equal, p_above : float
        Probability that the true difference is below the region of practical equivalence, in it, above it.
    n_scores : int
        Pairs of scores, J.
    """

    mean: float
    low: float
    high: float
    p_value: float
    p_below: float
    p_equal: float
    p_above: float
    n_scores: int


def compare_paired(
    differences: ArrayLike, *, test_ratio: float, rope: float = 0.0, confidence: float = 0.95
) -> PairedDifference:
    r"""Test the mean of paired differences between scores of a cross-validation, repeated or not.

    .. math:: t = \frac{\bar d}{\sqrt{s^2 (1 / J + n_{test} / n_{train})}}

    with :math:`J - 1` degrees of freedom, for the corrected resampled t-test. The posterior of the mean in the
    Bayesian correlated t-test is the same Student distribution around :math:`\bar d`.

    Parameters
    ----------
    differences : array-like of shape (n_scores,)
        Score of the first minus score of the second strategy, a fold and repeat each.
    test_ratio : float
        Test rows for each training row, ``1 / (cv - 1)`` for `cv` folds.
    rope : float, default=0.0
        Differences of up to this size are practically none: the half width of the region of practical equivalence.
    confidence : float, default=0.95
        Of the interval, above 0 and below 1.

    Returns
    -------
    PairedDifference
        With fewer than two scores, a NaN among them, or one and the same difference other than 0 in every fold, the
        test is not defined: all but the mean is NaN. Without any difference it is certain that there is none.

    Raises
    ------
    TypeError, ValueError
        If `test_ratio`, `rope` or `confidence` is out of its range.

    References
    ----------
    Nadeau & Bengio (2003), Inference for the Generalization Error, Machine Learning 52; for repeated folds Bouckaert &
    Frank (2004), Evaluating the Replicability of Significance Tests, PAKDD. Benavoli, Corani, Demsar & Zaffalon
    (2017), Time for a Change: a Tutorial for Comparing Multiple Classifiers Through Bayesian Analysis, JMLR 18.

    Examples
    --------
    >>> found = compare_paired([0.02, 0.03, 0.01, 0.04, 0.02], test_ratio=1 / 4, rope=0.01)
    >>> round(found.p_value, 3), round(found.p_above, 2)
    (0.035, 0.93)
    """
    check_number(test_ratio, "test_ratio", _OWNER, rule="a number above 0", valid=lambda r: r > 0)
    check_number(rope, "rope", _OWNER, rule="a number of at least 0", valid=lambda r: r >= 0)
    check_number(confidence, "confidence", _OWNER, rule="a number above 0 and below 1", valid=lambda c: 0 < c < 1)
    d = np.asarray(differences, dtype=np.float64)
    n = d.size
    mean = float(d.mean()) if n else np.nan
    if n and np.abs(d).max() <= _NO_SPREAD:
        return PairedDifference(0.0, 0.0, 0.0, 1.0, 0.0, 1.0, 0.0, n)
    if n < 2 or not np.isfinite(d).all() or np.ptp(d) <= _NO_SPREAD:
        return PairedDifference(mean, np.nan, np.nan, np.nan, np.nan, np.nan, np.nan, n)
    posterior = stats.t(n - 1, loc=mean, scale=np.sqrt(d.var(ddof=1) * (1 / n + test_ratio)))
    low, high = posterior.interval(confidence)
    below, above = float(posterior.cdf(-rope)), float(posterior.sf(rope))
    p_value = 2 * float(min(posterior.cdf(0.0), posterior.sf(0.0)))
    return PairedDifference(mean, float(low), float(high), p_value, below, 1 - below - above, above, n)


def adjust_holm(p_values: ArrayLike) -> NDArray[np.float64]:
    """Return p-values adjusted for their number by the step-down method of Holm.

    Parameters
    ----------
    p_values : array-like of shape (n_tests,)
        A NaN is a test that could not be made: it stays NaN and does not count.

    Returns
    -------
    ndarray of shape (n_tests,)

    References
    ----------
    Holm (1979), A Simple Sequentially Rejective Multiple Test Procedure, Scandinavian Journal of Statistics 6.

    Examples
    --------
    >>> adjust_holm([0.01, 0.04, 0.03]).round(3).tolist()
    [0.03, 0.06, 0.06]
    """
    p = np.asarray(p_values, dtype=np.float64)
    adjusted = np.full(p.shape, np.nan)
    order = [i for i in np.argsort(p) if not np.isnan(p[i])]
    factors = np.arange(len(order), 0, -1)
    adjusted[order] = np.minimum(np.maximum.accumulate(p[order] * factors), 1.0)
    return adjusted
