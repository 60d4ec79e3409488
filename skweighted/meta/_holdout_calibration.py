"""Probabilities calibrated on rows held out, from those of any classifier, which then trains on all rows."""

from typing import Any, Self

import numpy as np
from scipy.optimize import minimize
from scipy.special import log_softmax, softmax
from sklearn.base import clone
from sklearn.model_selection import StratifiedShuffleSplit
from sklearn.utils import assert_all_finite, indexable
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted

from skweighted._base.checks import Interval, check_boolean
from skweighted._base.pipelines import last_step
from skweighted._base.sklearn_private import index_params, index_rows
from skweighted._base.types import Classifier, Labels, RandomState, Table
from skweighted.classifier import CostSensitiveMLPClassifier
from skweighted.meta._base import ProbabilityClassifier

__all__ = ["HoldoutCalibratedClassifier"]

_SHARPEST, _FLATTEST = 0.1, 10.0  # temperatures; beyond them there is nothing to learn from rows held out
# Of normal priors around 1 and 0. A few rows held out move nothing far then, and a hundred do not feel them.
_SHARPNESS_DEVIATION, _SHIFT_DEVIATION = 0.5, 2.0
_SMALLEST = np.finfo(np.float64).tiny


class HoldoutCalibratedClassifier(ProbabilityClassifier):
    r"""Calibrate probabilities by a temperature and a shift of the prior, found on rows held out; then refit on all.

    .. math:: p_c \propto (p'_c)^{1/T} \, e^{b_c}

    A network that trains long reports probabilities too close to 0 and 1, and its class weights or resampling move
    those of rare classes. One number repairs the first, one number a class the second; together they minimise the log
    loss of the rows held out. The ranking of rows changes little, for two classes not at all.

    Parameters
    ----------
    estimator : classifier or pipeline
        Anything with `predict_proba`.
    shift : bool, default=True
        Whether to find :math:`b`, too, for a classifier that reports at another prior than that of its rows.
    refit : bool, default=True
        Train again, on all rows, and keep the calibration. A `CostSensitiveMLPClassifier` with `early_stopping`, alone
        or at the end of a pipeline, then trains without it, for as many epochs as were best (their mean, if its
        networks differ). With False no row held out is trained on.
    validation_fraction : float, default=0.1
        Share of the rows of each class held out, in (0, 1). Early stopping holds out rows of its own beside them.
    random_state : int, RandomState instance or None, default=None
        Decides which rows are held out.

    Attributes
    ----------
    estimator_ : classifier
        The fitted classifier.
    classes_ : ndarray of shape (n_classes,)
    temperature_ : float
        :math:`T`, between 0.1 and 10; above 1 it moves probabilities away from 0 and 1.
    shift_ : ndarray of shape (n_classes,)
        :math:`b`, which is 0 for the first class.
    n_features_in_ : int
    feature_names_in_ : ndarray of shape (`n_features_in_`,)

    See Also
    --------
    PriorCorrectedClassifier : Undoes class weights and resampling exactly, without rows held out.
    sklearn.calibration.CalibratedClassifierCV : ``method="temperature"`` calibrates by cross-validation: it trains once
        a fold, for each row to be held out once.

    Notes
    -----
    Rows held out should have some dozens of the rarest class. Weak penalties, normal priors of deviation 0.5 for
    :math:`1/T` and 2 for :math:`b`, keep the calibration close to none if they have fewer. A schedule of the learning
    rate spans the epochs of each training, in a refit those that were best.

    References
    ----------
    Guo et al. (2017), On Calibration of Modern Neural Networks, ICML; with a shift for each class: Alexandari, Kundaje
    and Shrikumar (2020), Maximum Likelihood with Bias-Corrected Calibration is Hard-To-Beat at Label Shift Adaptation,
    ICML.

    Examples
    --------
    >>> from sklearn.datasets import make_classification
    >>> from sklearn.linear_model import LogisticRegression
    >>> X, y = make_classification(n_samples=2000, weights=[0.9], random_state=0)
    >>> clf = LogisticRegression(class_weight="balanced")
    >>> calibrated = HoldoutCalibratedClassifier(clf, validation_fraction=0.3, random_state=0).fit(X, y)
    >>> means = [each.predict_proba(X)[:, 1].mean() for each in (calibrated.estimator_, calibrated)]
    >>> print(f"{y.mean():.2f} of the rows, {means[0]:.2f} reported, {means[1]:.2f} calibrated")
    0.10 of the rows, 0.15 reported, 0.10 calibrated
    """

    def __init__(
        self,
        estimator: Classifier,
        *,
        shift: bool = True,
        refit: bool = True,
        validation_fraction: float = 0.1,
        random_state: RandomState = None,
    ) -> None:
        self.estimator = estimator
        self.shift = shift
        self.refit = refit
        self.validation_fraction = validation_fraction
        self.random_state = random_state

    def fit(self, X: Table, y: Labels, **params: Any) -> Self:
        """Fit the classifier inside on some rows, calibrate it on the others, and fit it on all.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
        y : array-like of shape (n_samples,)
        **params : dict
            Passed on to the `fit` of the classifier inside; arguments with a value a row are split as the rows are, and
            `sample_weight` counts in the calibration, too.

        Returns
        -------
        HoldoutCalibratedClassifier
            This classifier.

        Raises
        ------
        TypeError, ValueError
            If a parameter is out of its range, or a class has too few rows to hold one out.
        """
        self._check_parameters()
        routed = self._routed(params)
        X, y = indexable(X, y)
        assert_all_finite(np.asarray(y), input_name="y")
        check_classification_targets(y)
        splitter = StratifiedShuffleSplit(1, test_size=self.validation_fraction, random_state=self.random_state)
        ((train, held_out),) = splitter.split(np.zeros(len(y)), y)
        first = self._fresh_estimator().fit(
            index_rows(X, train), index_rows(y, train), **index_params(X, routed, train)
        )
        log_proba = _log_probabilities(first, index_rows(X, held_out))
        codes = np.searchsorted(first.classes_, np.asarray(index_rows(y, held_out)).ravel())
        weight = index_params(X, routed, held_out).get("sample_weight")
        self.temperature_, self.shift_ = find_temperature(log_proba, codes, weight, shift=self.shift)
        self.estimator_ = self._as_long_as(first).fit(X, y, **routed) if self.refit else first
        return self

    def predict_proba(self, X: Table) -> np.ndarray:
        """Return the calibrated probability of each class, shape (n_samples, n_classes)."""
        check_is_fitted(self)
        log_proba = _log_probabilities(self.estimator_, X)
        calibrated: np.ndarray = softmax(log_proba / self.temperature_ + self.shift_, axis=1)
        return calibrated

    def predict(self, X: Table) -> np.ndarray:
        """Return the most probable label, shape (n_samples,)."""
        most_probable = self.predict_proba(X).argmax(axis=1)
        return self.classes_[most_probable]

    def _check_parameters(self) -> None:
        owner = type(self).__name__
        for name in ("shift", "refit"):
            check_boolean(getattr(self, name), name, owner)
        Interval(0, 1, closed="neither").check(self.validation_fraction, "validation_fraction", owner)

    def _as_long_as(self, trained: Classifier) -> Classifier:
        """Return an unfitted copy of the classifier inside, which trains as long as was best for `trained`."""
        copied = clone(self.estimator)
        network, before = last_step(copied), last_step(trained)
        if isinstance(network, CostSensitiveMLPClassifier) and network.early_stopping:
            n_epochs = round(float(np.mean(before.best_epoch_)))
            network.set_params(early_stopping=False, epochs=max(1, n_epochs))
        return copied


def _log_probabilities(estimator: Classifier, X: Table) -> np.ndarray:
    return np.log(np.maximum(np.asarray(estimator.predict_proba(X), dtype=np.float64), _SMALLEST))


def find_temperature(
    log_proba: np.ndarray, codes: np.ndarray, sample_weight: np.ndarray | None, *, shift: bool
) -> tuple[float, np.ndarray]:
    """Return the temperature, and what is added to the log probabilities, of the least log loss, penalties included.

    Parameters
    ----------
    log_proba : ndarray of shape (n_samples, n_classes)
    codes : ndarray of shape (n_samples,)
        The class of each row.
    sample_weight : ndarray of shape (n_samples,) or None
    shift : bool
        Whether to add anything.

    Returns
    -------
    temperature : float
    shift : ndarray of shape (n_classes,)
    """
    n_classes = log_proba.shape[1]
    target = np.eye(n_classes)[codes]
    weight = np.ones(len(codes)) if sample_weight is None else np.asarray(sample_weight, dtype=np.float64)
    weight = weight / weight.sum()
    none = np.r_[1.0, np.zeros(n_classes - 1)]
    penalty = np.r_[_SHARPNESS_DEVIATION, np.full(n_classes - 1, _SHIFT_DEVIATION)] ** -2.0 / len(codes)

    def loss_and_slope(values: np.ndarray) -> tuple[float, np.ndarray]:
        """Return the log loss and its gradient for 1 / T and the shifts of all classes but the first."""
        reported = log_softmax(values[0] * log_proba + np.r_[0, values[1:]], axis=1)
        excess = (np.exp(reported) - target) * weight[:, None]
        slope = np.r_[(excess * log_proba).sum(), excess.sum(axis=0)[1:]] + penalty * (values - none)
        loss = penalty @ (values - none) ** 2 / 2 - weight @ reported[np.arange(len(codes)), codes]
        return float(loss), slope

    free = (None, None) if shift else (0, 0)
    bounds = [(1 / _FLATTEST, 1 / _SHARPEST), *[free] * (n_classes - 1)]
    found = minimize(loss_and_slope, none, jac=True, method="L-BFGS-B", bounds=bounds)
    return float(1 / found.x[0]), np.r_[0.0, found.x[1:]]
