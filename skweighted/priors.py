"""Undoing what weights and resampling do to reported probabilities: arithmetic of class priors."""

import numpy as np

__all__ = ["correct_probabilities", "log_prior_factor", "shift_logits"]


def log_prior_factor(target_prior: np.ndarray, reported_prior: np.ndarray) -> np.ndarray:
    r"""Return what to add to log probabilities reported under one class prior to make them those of another.

    .. math:: f_c = \log \pi_c - \log \pi'_c

    Parameters
    ----------
    target_prior : ndarray of shape (n_classes,)
        The class shares :math:`\pi` where predictions are made.
    reported_prior : ndarray of shape (n_classes,)
        The class shares :math:`\pi'` that training saw: after resampling, and in the weight of rows, not their number.

    Returns
    -------
    ndarray of shape (n_classes,)
        Infinite for a class of `target_prior` that training gave no weight; 0 for a class that neither has.

    References
    ----------
    Saerens, Latinne & Decaestecker (2002), Adjusting the Outputs of a Classifier to New a Priori Probabilities, Neural
    Computation; for weights Elkan (2001), The Foundations of Cost-Sensitive Learning, IJCAI.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        factor = np.log(target_prior) - np.log(reported_prior)
    return np.where(np.isnan(factor), 0.0, factor)


def correct_probabilities(probabilities: np.ndarray, log_factor: np.ndarray) -> np.ndarray:
    r"""Return probabilities after a change of class priors.

    .. math:: p_c \propto p'_c \, e^{f_c}

    Parameters
    ----------
    probabilities : ndarray of shape (n_samples, n_classes)
    log_factor : ndarray of shape (n_classes,)
        From :func:`log_prior_factor`.

    Returns
    -------
    ndarray of shape (n_samples, n_classes)

    Examples
    --------
    A model trained on balanced rows says one half; one row in ten is positive:

    >>> import numpy as np
    >>> factor = log_prior_factor(np.array([0.9, 0.1]), np.array([0.5, 0.5]))
    >>> correct_probabilities(np.array([[0.5, 0.5]]), factor).round(3).tolist()
    [[0.9, 0.1]]
    """
    # The largest factor is 1, so that no probability overflows; all of a row underflow only if all were 0.
    corrected = probabilities * np.exp(log_factor - log_factor.max())
    total = corrected.sum(axis=1, keepdims=True)
    return np.where(total > 0, corrected / np.where(total > 0, total, 1), probabilities)


def shift_logits(logits: np.ndarray, log_factor: np.ndarray) -> np.ndarray:
    """Return logits, (..., n_outputs), after a change of class priors; a single output is the log-odds of class 1.

    Parameters
    ----------
    logits : ndarray of shape (..., n_outputs)
        Before the change.
    log_factor : ndarray of shape (n_classes,)
        Logarithm of what each class's odds are multiplied by.

    Returns
    -------
    ndarray of shape (..., n_outputs)
        After it.
    """
    return logits + (log_factor[1:] - log_factor[:1] if logits.shape[-1] == 1 else log_factor)
