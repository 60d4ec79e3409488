"""What each class weighs in the training of one network, and what that does to the prior it reports at."""

from dataclasses import dataclass

import numpy as np

from skweighted.batches import Shuffled
from skweighted.class_weights import compute_class_weight
from skweighted.engines.plan import TrainingData
from skweighted.fitting._holdout import Holdout, draws_per_row
from skweighted.fitting._parameters import Parameters
from skweighted.fitting._scale import to_usual_size
from skweighted.priors import log_prior_factor

__all__ = ["RowWeights", "weigh_rows"]


@dataclass(frozen=True, eq=False)
class RowWeights:
    """The weights of one network. A row weighs its class weight times its sample weight.

    Parameters
    ----------
    class_counts : ndarray of shape (n_classes,)
        Training rows of each class.
    class_weight : ndarray of shape (n_classes,)
        Normalisation included.
    scale : float
        The normalisation in it.
    validation_class_weight : ndarray of shape (n_classes,) or None
        Takes the place of `class_weight` in the watched loss, if batches draw some classes more often than others.
    early_class_weight : ndarray of shape (n_classes,) or None
        Takes the place of `class_weight` until the class weights come, if they are deferred.
    log_prior_factor : ndarray of shape (n_classes,) or None
        What makes reported log probabilities those of the training rows' own priors; None if nothing can.
    initial_prior : ndarray of shape (n_classes,)
        What the network reports before it has learnt anything: the output bias starts there.
    """

    class_counts: np.ndarray
    class_weight: np.ndarray
    scale: float
    validation_class_weight: np.ndarray | None
    early_class_weight: np.ndarray | None
    log_prior_factor: np.ndarray | None
    initial_prior: np.ndarray


def weigh_rows(
    data: TrainingData,
    classes: np.ndarray,
    holdout: Holdout,
    parameters: Parameters,
    cost_matrix: np.ndarray | None,
    scale: float | None = None,
) -> RowWeights:
    """Return the weights of one network, computed from its training rows.

    Parameters
    ----------
    data : TrainingData
    classes : ndarray of shape (n_classes,)
    holdout : Holdout
    parameters : Parameters
    cost_matrix : ndarray of shape (n_classes, n_classes) or None
    scale : float, optional
        The normalisation of an earlier call, which this one reuses.

    Raises
    ------
    ValueError
        If class and sample weights leave the training or the validation rows no weight at all, or probabilities cannot
        be corrected as asked.
    """
    n_classes, codes = len(classes), data.y[holdout.train]
    sample_weight = data.sample_weight[holdout.train]
    counts = np.bincount(codes, minlength=n_classes)
    class_mass = np.bincount(codes, weights=sample_weight, minlength=n_classes)
    class_weight = compute_class_weight(parameters.class_weight, classes, class_mass, parameters.owner, cost_matrix)
    if parameters.normalize_weights:
        class_weight = to_usual_size(class_weight)
    row_weight = class_weight[codes] * sample_weight
    _check_some_weight(data, classes, holdout, parameters, class_weight)
    if scale is None:
        scale = _mean_one(row_weight, parameters)
    _check_representable(codes, sample_weight, class_weight * scale, classes, parameters)
    draws = draws_per_row(parameters.batches, codes, n_classes)
    unevenly_drawn = not np.allclose(draws, 1) and not parameters.repeats_validation
    early = np.full(n_classes, _mean_one(sample_weight, parameters)) if parameters.deferred else None
    return RowWeights(
        class_counts=counts,
        class_weight=class_weight * scale,
        scale=scale,
        validation_class_weight=class_weight * scale * draws if unevenly_drawn else None,
        early_class_weight=early,
        log_prior_factor=_log_prior_factor(codes, sample_weight, class_weight, classes, parameters),
        initial_prior=_initial_prior(codes, sample_weight if parameters.deferred else row_weight, counts, parameters),
    )


def _mean_one(row_weight: np.ndarray, parameters: Parameters) -> float:
    """Return the factor that makes the mean of the row weights 1, if they are to be normalised."""
    return float(len(row_weight) / row_weight.sum()) if parameters.normalize_weights else 1.0


def _check_some_weight(
    data: TrainingData, classes: np.ndarray, holdout: Holdout, parameters: Parameters, class_weight: np.ndarray
) -> None:
    row_weight = class_weight[data.y] * data.sample_weight
    if not row_weight[holdout.train].any():
        raise ValueError(
            f"class_weight and sample_weight of {parameters.owner} leave every training row with weight 0: nothing is "
            "left to learn from. Give some rows a weight."
        )
    watched = holdout.validation
    if not parameters.watches_score and len(watched) and not row_weight[watched].any():
        raise ValueError(
            f"class_weight and sample_weight of {parameters.owner} leave all {len(watched)} validation rows, of "
            f"classes {classes[np.unique(data.y[watched])].tolist()}, with weight 0, so that their loss is 0 whatever "
            "is learnt. Hold out rows that have a weight, or stop early by a scorer as monitor."
        )


def _check_representable(
    codes: np.ndarray, sample_weight: np.ndarray, class_weight: np.ndarray, classes: np.ndarray, parameters: Parameters
) -> None:
    """Raise if the dtype of training cannot hold a weight, or makes 0 of all weights of a class."""
    dtype, n_classes = parameters.dtype, len(classes)
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        row_weight = class_weight.astype(dtype)[codes] * sample_weight.astype(dtype)
    counted = (class_weight[codes] > 0) & (sample_weight > 0)
    tiny = np.finfo(dtype).tiny
    if np.isfinite(row_weight).all() and (row_weight[counted] >= tiny).all():
        return
    # A single row may round to 0: it would hardly count. A whole class may not.
    heaviest, meant = np.zeros(n_classes), np.zeros(n_classes, dtype=bool)
    np.maximum.at(heaviest, codes, np.where(np.isnan(row_weight), np.inf, row_weight))
    np.logical_or.at(meant, codes, counted)
    lost = np.isinf(heaviest) | (meant & (heaviest < tiny))
    if lost.any():
        cures = ["normalize_weights=True"] * (not parameters.normalize_weights)
        cures += ["dtype='float64'"] * (dtype == "float32")
        raise ValueError(
            f"class_weight and sample_weight of {parameters.owner} give class {classes[lost].tolist()[0]!r} a weight "
            f"that {dtype} cannot represent beside those of other rows. Use less extreme ratios"
            f"{''.join(f', {cure}' for cure in cures)}, or weight 0 to leave a class out."
        )


def _initial_prior(codes: np.ndarray, row_weight: np.ndarray, counts: np.ndarray, parameters: Parameters) -> np.ndarray:
    shares = parameters.batches.class_shares(codes, row_weight, len(counts))
    # A class without weight starts as if it had less than one row, not at minus infinity.
    return np.clip(parameters.loss.reported_prior(shares, counts), 1 / (len(codes) + 1), None)


def _log_prior_factor(
    codes: np.ndarray,
    sample_weight: np.ndarray,
    class_weight: np.ndarray,
    classes: np.ndarray,
    parameters: Parameters,
) -> np.ndarray | None:
    """Return what makes reported log probabilities those of the training rows; None if nothing can.

    Raises
    ------
    ValueError
        If it is asked for and a class has rows but no weight.
    """
    if not parameters.loss.proper:
        return None
    n_classes = len(classes)
    counts = np.bincount(codes, minlength=n_classes)
    prior = Shuffled().class_shares(codes, sample_weight, n_classes)
    shares = parameters.batches.class_shares(codes, class_weight[codes] * sample_weight, n_classes)
    factor = log_prior_factor(prior, parameters.loss.reported_prior(shares, counts))
    factor = _extend_to_absent(factor, prior, class_weight, absent=counts == 0)
    if np.isfinite(factor).all():
        return factor
    if parameters.corrected:
        raise ValueError(
            f"probabilities='corrected' of {parameters.owner} cannot repair classes of weight 0: "
            f"{classes[~np.isfinite(factor)].tolist()}. Give them a weight above 0, or leave their rows out."
        )
    return None


def _extend_to_absent(
    factor: np.ndarray, prior: np.ndarray, class_weight: np.ndarray, *, absent: np.ndarray
) -> np.ndarray:
    """Return the factor with entries for classes that have no rows in this call of ``partial_fit``.

    Other calls have rows of them, so their class weight moves the odds all the same: by ``-log(class_weight)``, against
    a constant that all classes share. It is what is left of a present class's factor without its own weight.
    """
    absent = absent & (class_weight > 0)
    present = (prior > 0) & np.isfinite(factor)
    shared = np.mean(factor[present] + np.log(class_weight[present]))
    return np.where(absent, shared - np.log(np.where(absent, class_weight, 1)), factor)
