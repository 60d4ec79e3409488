"""From checked data to training plans: validation rows, row weights and the state training starts from."""

import functools
from dataclasses import dataclass
from typing import Any

import numpy as np

from skweighted._base.errors import hint_user
from skweighted.batches import Shuffled
from skweighted.class_weights import compute_class_weight
from skweighted.costs import check_cost_matrix
from skweighted.engines.plan import (
    NetworkState,
    Settings,
    TrainingData,
    TrainingPlan,
)
from skweighted.engines.randomness import INITIAL_WEIGHTS, VALIDATION_ROWS, random_generator
from skweighted.fitting._monitor import make_monitor
from skweighted.fitting._parameters import Parameters
from skweighted.network import Architecture, initial_params
from skweighted.priors import log_prior_factor

__all__ = ["AUTO_BATCH", "Held", "Planner", "split_validation", "warn_of_single_rows"]

AUTO_BATCH = 200  # MLPClassifier's
_DEFERRED_SHARE = 0.8  # of the epochs come before the class weights: 160 of 200 in the code of Cao et al. (2019)


@dataclass(frozen=True)
class Held:
    """Rows of `data` that train and rows that are held out to watch, both ascending positions."""

    rows: np.ndarray
    validation_rows: np.ndarray


def warn_of_single_rows(data: TrainingData, classes: np.ndarray) -> None:
    """Say, once a fit, which classes have one row only, which `split_validation` leaves in training."""
    counts = np.bincount(data.y[data.sample_weight > 0], minlength=len(classes))
    singles = classes[counts == 1].tolist()
    if singles and (counts > 1).any():
        hint_user(
            "single rows",
            f"Classes {singles} have one row each, which stays in training: early stopping does not see them.",
        )


def split_validation(data: TrainingData, n_classes: int, fraction: float, seed: int, owner: str) -> Held:
    """Hold out a stratified sample: of each class its share of `fraction`, at least one row, never all.

    Rows of weight 0 stay in training: held out they would say nothing.

    Parameters
    ----------
    data : TrainingData
    n_classes : int
    fraction : float
    seed : int
        The network's seed.
    owner : str

    Raises
    ------
    ValueError
        If no class has two rows with a weight.
    """
    y, weighty = data.y, data.sample_weight > 0
    generator = random_generator(seed, VALIDATION_ROWS)
    counts = np.bincount(y[weighty], minlength=n_classes)
    if (counts < 2).all():  # two rows: one to train on and one to hold out
        raise ValueError(
            f"early_stopping=True of {owner} needs a class with at least 2 rows of weight above 0 to hold some out, "
            f"and the {len(y)} rows have none. Set early_stopping=False, or pass X_val and y_val to fit."
        )
    held_out = [
        generator.permutation(np.flatnonzero((y == code) & weighty))[: min(max(1, round(fraction * count)), count - 1)]
        for code, count in enumerate(counts)
        if count > 1
    ]
    chosen = np.zeros(len(y), dtype=bool)
    chosen[np.concatenate(held_out)] = True
    return Held(np.flatnonzero(~chosen).astype(np.int32), np.flatnonzero(chosen).astype(np.int32))


@dataclass(frozen=True)
class Planner:
    """What the plans of all networks of one fit have in common.

    Parameters
    ----------
    estimator : CostSensitiveMLPClassifier
        Whose numbers are read.
    parameters : Parameters
    data : TrainingData
    classes : ndarray of shape (n_classes,)
    one_pass : bool, default=False
        Train for one pass over the rows instead of `epochs`, as ``partial_fit`` does.
    """

    estimator: Any
    parameters: Parameters
    data: TrainingData
    classes: np.ndarray
    one_pass: bool = False

    @functools.cached_property
    def cost_matrix(self) -> np.ndarray | None:
        """The costs in the order of `classes`."""
        costs = self.estimator.cost_matrix
        return None if costs is None else check_cost_matrix(costs, self.classes, type(self.estimator).__name__)

    def plan(
        self, held: Held, seed: int, state: NetworkState | None, weight_scale: float | None = None
    ) -> TrainingPlan:
        """Return the plan of one network.

        Parameters
        ----------
        held : Held
        seed : int
        state : NetworkState or None
            Where earlier training ended; None starts afresh.
        weight_scale : float, optional
            The normalisation of an earlier call, which this one reuses.

        Raises
        ------
        ValueError
            If class and sample weights leave the training or the validation rows no weight at all.
        """
        estimator, parameters = self.estimator, self.parameters
        settings = self._settings(len(held.rows))
        class_weight, row_weight = self._weigh(held)
        self._check_watched(held, class_weight)
        if weight_scale is None:
            weight_scale = len(row_weight) / row_weight.sum() if estimator.normalize_weights else 1.0
        sample_weight = self.data.sample_weight[held.rows]
        counts = np.bincount(self.data.y[held.rows], minlength=len(self.classes))
        factor = self._log_prior_factor(held, class_weight, counts)
        early_scale = len(sample_weight) / sample_weight.sum() if estimator.normalize_weights else 1.0
        first_weight = sample_weight if parameters.deferred else row_weight
        deferred_epochs = min(round(_DEFERRED_SHARE * settings.epochs), settings.epochs - 1)
        return TrainingPlan(
            settings=settings,
            data=self.data,
            rows=held.rows,
            validation_rows=held.validation_rows,
            seed=seed,
            state=state or self._fresh_state(settings, seed, held, first_weight, counts),
            class_weight=class_weight * weight_scale,
            weight_scale=weight_scale,
            learning_rate=float(estimator.learning_rate),
            alpha=float(estimator.alpha),
            dropout=float(estimator.dropout) if parameters.hidden_layer_sizes else 0.0,
            loss_values=parameters.loss.network_values(counts, self.cost_matrix),
            monitor=make_monitor(estimator, parameters, self.data, held.validation_rows, self.classes, factor),
            log_prior_factor=factor,
            early_class_weight=np.full(len(self.classes), early_scale) if parameters.deferred else None,
            switch_epoch=(state.epoch if state else 0) + deferred_epochs,
        )

    def _weigh(self, held: Held) -> tuple[np.ndarray, np.ndarray]:
        """Return the weight of each class and of each training row, not yet normalised."""
        y, sample_weight = self.data.y[held.rows], self.data.sample_weight[held.rows]
        class_mass = np.bincount(y, weights=sample_weight, minlength=len(self.classes))
        owner = type(self.estimator).__name__
        class_weight = compute_class_weight(
            self.estimator.class_weight, self.classes, class_mass, owner, self.cost_matrix
        )
        row_weight = class_weight[y] * sample_weight
        if not row_weight.any():
            raise ValueError(
                f"class_weight and sample_weight of {owner} leave every training row with weight 0: nothing is left to "
                "learn from. Give some rows a weight."
            )
        return class_weight, row_weight

    def _check_watched(self, held: Held, class_weight: np.ndarray) -> None:
        """Raise if validation rows are to be watched by a loss in which none of them counts."""
        rows = held.validation_rows
        by_score = self.parameters.early_stopping is not None and self.parameters.early_stopping.score
        if len(rows) and not by_score and not (class_weight[self.data.y[rows]] * self.data.sample_weight[rows]).any():
            raise ValueError(
                f"class_weight and sample_weight of {type(self.estimator).__name__} leave all {len(rows)} validation "
                f"rows, of classes {self.classes[np.unique(self.data.y[rows])].tolist()}, with weight 0, so that their "
                "loss is 0 whatever is learnt. Hold out rows that have a weight, or stop early by a scorer as monitor."
            )

    def _log_prior_factor(self, held: Held, class_weight: np.ndarray, counts: np.ndarray) -> np.ndarray | None:
        """Return what makes reported log probabilities those of the training rows; None if nothing can.

        Raises
        ------
        ValueError
            If it is asked for and a class has rows but no weight.
        """
        parameters, y = self.parameters, self.data.y[held.rows]
        if not parameters.loss.proper:
            return None
        sample_weight = self.data.sample_weight[held.rows]
        prior = Shuffled().class_shares(y, sample_weight, len(self.classes))
        shares = parameters.batches.class_shares(y, class_weight[y] * sample_weight, len(self.classes))
        factor = log_prior_factor(prior, parameters.loss.reported_prior(shares, counts))
        # A call of partial_fit may lack a class that others had; its weight acts all the same.
        absent, present = (counts == 0) & (class_weight > 0), (prior > 0) & np.isfinite(factor)
        unweighted = np.mean(factor[present] + np.log(class_weight[present]))
        factor[absent] = unweighted - np.log(class_weight[absent])
        if np.isfinite(factor).all():
            return factor
        if parameters.corrected:
            name = self.classes[~np.isfinite(factor)].tolist()
            raise ValueError(
                f"probabilities='corrected' of {type(self.estimator).__name__} cannot repair classes of weight 0: "
                f"{name}. Give them a weight above 0, or leave their rows out."
            )
        return None

    def _settings(self, n_rows: int) -> Settings:
        estimator, parameters, n_classes = self.estimator, self.parameters, len(self.classes)
        n_outputs = 1 if n_classes == 2 else n_classes  # two classes share one logit
        layer_sizes = (self.data.X.shape[1], *parameters.hidden_layer_sizes, n_outputs)
        auto = isinstance(estimator.batch_size, str)
        batch_size = min(AUTO_BATCH, n_rows) if auto else int(estimator.batch_size)
        parameters.batches.check_batch_size(batch_size, n_classes, type(estimator).__name__)
        return Settings(
            architecture=Architecture(layer_sizes, estimator.activation),
            loss=parameters.loss,
            optimizer=parameters.optimizer,
            batches=parameters.batches,
            batch_size=batch_size,
            steps_per_epoch=None if self.one_pass else estimator.steps_per_epoch,
            epochs=1 if self.one_pass else int(estimator.epochs),
            dtype=parameters.dtype,
            early_stopping=parameters.early_stopping,
        )

    def _fresh_state(
        self, settings: Settings, seed: int, held: Held, row_weight: np.ndarray, counts: np.ndarray
    ) -> NetworkState:
        y = self.data.y[held.rows]
        shares = settings.batches.class_shares(y, row_weight, len(self.classes))
        shares = settings.loss.reported_prior(shares, counts)
        # A class without weight starts as if it had less than one row, not at minus infinity.
        prior = np.clip(shares, 1 / (len(y) + 1), None)
        generator = random_generator(seed, INITIAL_WEIGHTS)
        return NetworkState(initial_params(settings.architecture, generator, prior, settings.dtype))
