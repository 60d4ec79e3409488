"""From checked data to training plans: validation rows, row weights and the state training starts from."""

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin

from skweighted._parameters import Parameters
from skweighted.class_weights import compute_class_weight
from skweighted.engines.plan import (
    INITIAL_WEIGHTS,
    VALIDATION_ROWS,
    NetworkState,
    Settings,
    TrainingData,
    TrainingPlan,
    random_generator,
)
from skweighted.network import Architecture, initial_params, to_log_probabilities

__all__ = ["Held", "Planner", "split_validation"]

_AUTO_BATCH = 200  # MLPClassifier's


@dataclass(frozen=True)
class Held:
    """Rows of `data` that train and rows that are held out to watch, both ascending positions."""

    rows: np.ndarray
    validation_rows: np.ndarray


def split_validation(y: np.ndarray, classes: np.ndarray, fraction: float, seed: int, owner: str) -> Held:
    """Hold out a stratified sample: of each class its share of `fraction`, at least one row, never all.

    Parameters
    ----------
    y : ndarray of shape (n_samples,)
        Class codes.
    classes : ndarray of shape (n_classes,)
        Their labels, for messages.
    fraction : float
    seed : int
        The network's seed.
    owner : str

    Warns
    -----
    UserWarning
        If a class has one row, which then stays in training.

    Raises
    ------
    ValueError
        If no class has two rows.
    """
    generator = random_generator(seed, VALIDATION_ROWS)
    counts = np.bincount(y, minlength=len(classes))
    singles = classes[counts == 1].tolist()
    if (counts < 2).all():  # noqa: PLR2004 - two rows: one to train on and one to hold out
        raise ValueError(
            f"early_stopping=True of {owner} needs a class with at least 2 rows to hold some out, and the {len(y)} "
            "rows have none. Set early_stopping=False, or pass X_val and y_val to fit."
        )
    if singles:
        warnings.warn(
            f"Classes {singles} have one row each, which stays in training: early stopping does not see them.",
            UserWarning,
            stacklevel=4,
        )
    held_out = [
        generator.permutation(np.flatnonzero(y == code))[: min(max(1, round(fraction * count)), count - 1)]
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
            If class and sample weights leave no weight at all.
        """
        estimator, parameters = self.estimator, self.parameters
        settings = self._settings(len(held.rows))
        class_weight, row_weight = self._weigh(held)
        if weight_scale is None:
            weight_scale = len(row_weight) / row_weight.sum() if estimator.normalize_weights else 1.0
        return TrainingPlan(
            settings=settings,
            data=self.data,
            rows=held.rows,
            validation_rows=held.validation_rows,
            seed=seed,
            state=state or self._fresh_state(settings, seed, held, row_weight),
            class_weight=class_weight * weight_scale,
            weight_scale=weight_scale,
            learning_rate=float(estimator.learning_rate),
            alpha=float(estimator.alpha),
            dropout=float(estimator.dropout) if parameters.hidden_layer_sizes else 0.0,
            loss_values=parameters.loss.network_values(
                np.bincount(self.data.y[held.rows], minlength=len(self.classes))
            ),
            monitor=_monitor(parameters, self.data, held, self.classes),
        )

    def _weigh(self, held: Held) -> tuple[np.ndarray, np.ndarray]:
        """Return the weight of each class and of each training row, not yet normalised."""
        y, sample_weight = self.data.y[held.rows], self.data.sample_weight[held.rows]
        class_mass = np.bincount(y, weights=sample_weight, minlength=len(self.classes))
        owner = type(self.estimator).__name__
        class_weight = compute_class_weight(self.estimator.class_weight, self.classes, class_mass, owner)
        row_weight = class_weight[y] * sample_weight
        if not row_weight.any():
            raise ValueError(
                f"class_weight and sample_weight of {owner} leave every training row with weight 0: nothing is left to "
                "learn from. Give some rows a weight."
            )
        return class_weight, row_weight

    def _settings(self, n_rows: int) -> Settings:
        estimator, parameters, n_classes = self.estimator, self.parameters, len(self.classes)
        n_outputs = 1 if n_classes == 2 else n_classes  # noqa: PLR2004 - two classes share one logit
        layer_sizes = (self.data.X.shape[1], *parameters.hidden_layer_sizes, n_outputs)
        auto = isinstance(estimator.batch_size, str)
        return Settings(
            architecture=Architecture(layer_sizes, estimator.activation),
            loss=parameters.loss,
            optimizer=parameters.optimizer,
            batches=parameters.batches,
            batch_size=min(_AUTO_BATCH, n_rows) if auto else int(estimator.batch_size),
            steps_per_epoch=None if self.one_pass else estimator.steps_per_epoch,
            epochs=1 if self.one_pass else int(estimator.epochs),
            dtype=parameters.dtype,
            early_stopping=parameters.early_stopping,
        )

    def _fresh_state(self, settings: Settings, seed: int, held: Held, row_weight: np.ndarray) -> NetworkState:
        y = self.data.y[held.rows]
        shares = settings.batches.class_shares(y, row_weight, len(self.classes))
        # A class without weight starts as if it had less than one row, not at minus infinity.
        prior = np.clip(shares, 1 / (len(y) + 1), None)
        generator = random_generator(seed, INITIAL_WEIGHTS)
        return NetworkState(initial_params(settings.architecture, generator, prior, settings.dtype))


def _monitor(
    parameters: Parameters, data: TrainingData, held: Held, classes: np.ndarray
) -> Callable[..., float] | None:
    """Return the function from validation logits to the score that early stopping goes by."""
    if parameters.early_stopping is None or parameters.scorer is None:
        return None
    scorer, reader = parameters.scorer, LogitReader(classes)
    y_true, sample_weight = classes[data.y[held.validation_rows]], data.sample_weight[held.validation_rows]
    # Not every metric takes weights, so they are passed only where they say something.
    weights = {} if (sample_weight == sample_weight[:1]).all() else {"sample_weight": sample_weight}
    return lambda logits: float(scorer(reader, logits, y_true, **weights))


class LogitReader(ClassifierMixin, BaseEstimator):
    """A classifier whose inputs are logits, shape (n_samples, n_outputs): what a scorer asks for its answers.

    Parameters
    ----------
    classes : ndarray of shape (n_classes,)
    """

    def __init__(self, classes: np.ndarray) -> None:
        self.classes = classes
        self.classes_ = classes

    def decision_function(self, X: np.ndarray) -> np.ndarray:
        """Return the logits, one-dimensional for two classes."""
        return X[:, 0] if X.shape[1] == 1 else X

    def predict_proba(self, X: np.ndarray) -> np.ndarray:
        """Return the probabilities, shape (n_samples, n_classes)."""
        return np.exp(to_log_probabilities(X))

    def predict(self, X: np.ndarray) -> np.ndarray:
        """Return the labels, shape (n_samples,)."""
        return self.classes_[to_log_probabilities(X).argmax(1)]
