"""From parameters and rows to training plans, one a network."""

import functools
from dataclasses import dataclass

import numpy as np

from skweighted.costs import check_cost_matrix
from skweighted.engines.plan import (
    NetworkState,
    Settings,
    TrainingData,
    TrainingPlan,
)
from skweighted.engines.randomness import INITIAL_WEIGHTS, random_generator
from skweighted.fitting._holdout import Holdout
from skweighted.fitting._monitor import make_monitor
from skweighted.fitting._parameters import AUTO_BATCH, Parameters, auto_epochs
from skweighted.fitting._weights import weigh_rows
from skweighted.losses import TrainingFacts
from skweighted.network import initial_params

__all__ = ["FitPlan", "Planner"]

_DEFERRED_SHARE = 0.8  # of the epochs come before the class weights: 160 of 200 in the code of Cao et al. (2019)


@dataclass(frozen=True, eq=False)
class FitPlan:
    """All that one fit trains, and what is known before it does.

    Parameters
    ----------
    parameters : Parameters
    classes : ndarray of shape (n_classes,)
        The labels, sorted.
    networks : list of TrainingPlan
        One a network.
    weight_exponent : int
        The power of two in the sample weights of the plans, which brought them to a usual size.
    """

    parameters: Parameters
    classes: np.ndarray
    networks: list[TrainingPlan]
    weight_exponent: int = 0

    @property
    def continues(self) -> bool:
        """Whether training continues from earlier training."""
        return self.networks[0].state.epoch > 0


@dataclass(frozen=True, eq=False)
class Planner:
    """What the plans of all networks of one fit have in common.

    Parameters
    ----------
    parameters : Parameters
    data : TrainingData
    classes : ndarray of shape (n_classes,)
    one_pass : bool, default=False
        Train for one pass over the rows instead of `epochs`, as ``partial_fit`` does.
    weight_scale : float, optional
        The normalisation of an earlier call, which this one reuses.
    """

    parameters: Parameters
    data: TrainingData
    classes: np.ndarray
    one_pass: bool = False
    weight_scale: float | None = None

    @functools.cached_property
    def cost_matrix(self) -> np.ndarray | None:
        """The costs in the order of `classes`, shape (n_classes, n_classes)."""
        costs = self.parameters.cost_matrix
        return None if costs is None else check_cost_matrix(costs, self.classes, self.parameters.owner)

    def plan(self, holdout: Holdout, seed: int, state: NetworkState | None) -> TrainingPlan:
        """Return the plan of one network.

        Parameters
        ----------
        holdout : Holdout
        seed : int
        state : NetworkState or None
            Where earlier training ended; None starts afresh.
        """
        parameters = self.parameters
        settings = self._settings(len(holdout.train))
        row_weights = weigh_rows(
            self.data, self.classes, holdout, parameters, self.cost_matrix, scale=self.weight_scale
        )
        factor = row_weights.log_prior_factor
        deferred_epochs = min(round(_DEFERRED_SHARE * settings.epochs), settings.epochs - 1)
        return TrainingPlan(
            settings=settings,
            data=self.data,
            rows=holdout.train,
            validation_rows=holdout.validation,
            seed=seed,
            state=state or self._initial_state(settings, seed, row_weights.initial_prior, holdout.train),
            class_weight=row_weights.class_weight,
            weight_scale=row_weights.scale,
            learning_rate=parameters.learning_rate,
            alpha=parameters.alpha,
            dropout=parameters.dropout if parameters.hidden_layer_sizes else 0.0,
            loss_values=parameters.loss.runtime_values(TrainingFacts(row_weights.class_counts, self.cost_matrix)),
            monitor=make_monitor(parameters, self.data, holdout.validation, self.classes, factor),
            log_prior_factor=factor,
            validation_class_weight=row_weights.validation_class_weight,
            early_class_weight=row_weights.early_class_weight,
            switch_epoch=(state.epoch if state else 0) + deferred_epochs,
            schedule=parameters.schedule,
        )

    def _settings(self, n_rows: int) -> Settings:
        parameters, n_classes = self.parameters, len(self.classes)
        batch_size = parameters.batch_size or min(AUTO_BATCH, n_rows)
        parameters.batches.check_batch_size(batch_size, n_classes, parameters.owner)
        return Settings(
            architecture=parameters.architecture(self.data.X.shape[1], n_classes),
            loss=parameters.loss,
            optimizer=parameters.optimizer,
            batches=parameters.batches,
            batch_size=batch_size,
            steps_per_epoch=None if self.one_pass else parameters.steps_per_epoch,
            epochs=1 if self.one_pass else parameters.epochs or auto_epochs(n_rows),
            dtype=parameters.dtype,
            early_stopping=parameters.early_stopping,
        )

    def _initial_state(self, settings: Settings, seed: int, prior: np.ndarray, rows: np.ndarray) -> NetworkState:
        generator, architecture = random_generator(seed, INITIAL_WEIGHTS), settings.architecture
        X = None if architecture.embedding is None else self.data.X[rows]
        return NetworkState(initial_params(architecture, generator, prior, settings.dtype, X))
