"""`CostSensitiveMLPClassifier`: the neural network that takes class weights the scikit-learn way."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Self

import numpy as np
from numpy.typing import DTypeLike
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils import Tags
from sklearn.utils.metaestimators import available_if
from sklearn.utils.multiclass import type_of_target
from sklearn.utils.validation import check_consistent_length, check_is_fitted, column_or_1d, validate_data

from skweighted._base.copies import unchanged_on_failure
from skweighted._base.types import Costs, KerasModel, KerasParts, Labels, RandomState, Table, Weights
from skweighted.batches import BatchRule
from skweighted.class_weights import ClassWeightRule
from skweighted.classifier._kept_models import KeepsModels
from skweighted.embeddings import Embedding
from skweighted.fitting import (
    FitRequest,
    models_of,
    networks_of,
    plan_fit,
    plan_partial_fit,
    set_fitted_attributes,
    train,
    uses_keras,
)
from skweighted.losses import Loss
from skweighted.network import forward, mean_log_probabilities, to_probabilities
from skweighted.optimizers import Optimizer
from skweighted.optimizers.schedules import Schedule
from skweighted.priors import shift_logits

__all__ = ["CostSensitiveMLPClassifier"]


def _trains_compiled(estimator: "CostSensitiveMLPClassifier") -> bool:
    if uses_keras(estimator):
        raise AttributeError("partial_fit needs the compiled engine; leave out model, callbacks and metrics.")
    return True


class CostSensitiveMLPClassifier(KeepsModels, ClassifierMixin, BaseEstimator):
    r"""Multilayer perceptron with class weights, trained in one compiled loop.

    It minimises, over batches of :math:`B` rows,

    .. math:: \frac{1}{B} \sum_i w_{y_i} s_i \, \ell(z_i, y_i) + \frac{\alpha}{2} \sum_l \lVert W_l \rVert^2

    with class weights :math:`w`, sample weights :math:`s` and row losses :math:`\ell`.

    Parameters
    ----------
    hidden_layer_sizes : int or sequence of int, default=(100,)
        Width of each hidden layer; ``()`` is a linear model.
    activation : {"relu", "tanh", "logistic", "identity", "gelu", "silu", "elu", "selu"}, default="relu"
        After each hidden layer. It also decides the first weights: He uniform, Glorot uniform for tanh, logistic and
        identity, LeCun uniform for selu.
    class_weight : dict, "balanced", "sqrt_balanced", "effective_number", "cost", ClassWeightRule or None, default=None
        A dict is keyed by the labels of `y`; classes it lacks weigh 1. Rules are computed from the training rows of
        each fit, with `sample_weight` from the weighted counts. Class weights multiply sample weights. "cost"
        uses `cost_matrix`.
    weight_schedule : {"deferred"} or None, default=None
        "deferred" trains without class weights for the first 80 % of the epochs, as the code of Cao et al. (2019)
        does. Sample weights always count.
    cost_matrix : array-like of shape (n_classes, n_classes), dict of dicts or DataFrame, optional
        What predicting class `j` (column) costs when the truth is `i` (row), in the order of `classes_`; or by label:
        ``{truth: {prediction: cost}}``, or a DataFrame with the labels in index and columns. ``class_weight="cost"``
        and ``loss="expected_cost"`` train by it; `predict` does not: see `MinimumExpectedCostClassifier`.
    loss : {"cross_entropy", "focal", "logit_adjusted", "ldam", "squared_error", "mean_false_error", \
            "mean_squared_false_error", "hard_example", "expected_cost"} or Loss, default="cross_entropy"
        Loss of a row or a batch. An instance such as ``FocalLoss()`` has its own parameters, searchable as
        ``loss__gamma``.
    normalize_weights : bool, default=True
        Scale the row weights to mean 1 over the training rows, so that only their ratios matter and a search over
        weights is not a search over learning rates. With False weights act exactly as in Keras'
        ``fit(class_weight=...)``.
    optimizer : {"adam", "adamw", "rmsprop", "sgd"} or Optimizer, default="adam"
        Update rule, equal to Keras' step by step.
    learning_rate : float, {"constant", "cosine", "flat_cosine", "coslog", "warmup"} or Schedule, default=1e-3
        Step size. A schedule changes it in the course of `epochs`, such as
        ``skweighted.optimizers.schedules.Cosine(1e-3)``; its highest rate is searchable as ``learning_rate__peak``.
    alpha : float, default=1e-4
        L2 penalty of the weights, biases excluded; Keras' ``L2(alpha / 2)``. `MLPClassifier` divides its penalty by the
        rows of the batch: its ``alpha=a`` is ``alpha = a / batch_size`` here.
    dropout : float, default=0.0
        Share of units dropped after each hidden layer in training, in [0, 1). The compiled engine rounds it to a
        multiple of 2^-24 and draws each unit of each row by a hash of the network's seed, epoch, step, layer, row and
        unit. Masks are therefore the same whether a network trains alone or in a stack.
    batch_size : int or "auto", default="auto"
        Rows of a gradient step; "auto" is ``min(200, n_samples)``.
    epochs : int or "auto", default=100
        Passes over the training rows (`MLPClassifier`'s `max_iter`). Without early stopping exactly so many are made.
        "auto" is 50 up to 4,000 rows and falls with their root: 32 of 10,000 rows, never fewer than 10.
    steps_per_epoch : int, optional
        Gradient steps that make an epoch, in full batches from an endless stream of reshuffled passes. None is one
        pass.
    batches : {"shuffled", "balanced", "stratified", "undersampled"} or BatchRule, default="shuffled"
        How rows come into batches.
    probabilities : {"weighted", "corrected"}, default="weighted"
        "weighted" reports what training aimed at: class weights and batch rules move the odds. "corrected" undoes that
        exactly, so that probabilities are those of the training rows; `predict` is then their argmax. It needs a proper
        loss; a compiled Keras model, a cross-entropy.
    early_stopping : bool, default=False
        Hold out a stratified `validation_fraction` of the rows, stop when `monitor` no longer improves on them, and
        keep the weights of the best epoch.
    monitor : str or callable, default="loss"
        What early stopping watches: the weighted validation loss, or any scikit-learn scorer such as
        "average_precision". To a scorer by name the second of two classes, ``classes_[1]``, is the positive one,
        whatever the labels; one made with ``make_scorer`` has its own `pos_label`. A scorer is tried once before
        training; stacks that train in several threads may call it at the same time.
    validation_fraction : float, default=0.1
        Share of each class held out: at least one row, never all.
    n_iter_no_change : int, default=10
        Epochs without an improvement by `tol` after which training stops.
    tol : float, default=1e-4
        Improvement that counts. Without early stopping this and `n_iter_no_change` do nothing.
    n_networks : int, default=1
        Networks trained side by side, each with its own seed; their probabilities are averaged.
    committee : {"independent", "mini", "batch"}, default="independent"
        What the `n_networks` share. "mini" (TabM-mini, Gorishniy et al. 2025) trains one body that each network enters
        with inputs scaled in its own way, by random signs at first, and leaves by outputs of its own. "batch"
        (BatchEnsemble, Wen et al. 2020, started as in TabM) has scales and biases of each network at every layer, too.
        Networks that share train as one: the loss is the mean of theirs, early stopping watches their mean prediction,
        and there are one seed, one curve and one set of validation rows. Compiled engine only.
    embedding : {"periodic", "piecewise_linear"}, Embedding or None, default=None
        What each column becomes before the first layer, learned with the network: ``skweighted.embeddings.Periodic()``.
        Compiled engine only. ``skweighted.preprocessing`` has encodings that are not learned.
    front_scale : bool, default=False
        Multiply what enters the first layer by a learned number of each column, as RealMLP does. Under Adam it moves
        six times as fast as weights. Compiled engine only.
    engine : {"auto", "compiled", "keras"}, default="auto"
        "auto" trains compiled unless `model`, `callbacks` or `metrics` ask for Keras.
    model : keras.Model or callable, optional
        A Keras model to train instead of the perceptron: unfitted, or a builder ``model(meta) -> keras.Model``.
    callbacks, metrics : list, optional
        Keras callbacks and metrics; `history_` holds what they measured.
    dtype : {"float32", "float64"}, default="float32"
        Precision of training. Predictions are computed in double precision.
    warm_start : bool, default=False
        Let `fit` continue where the last one stopped, optimizer state included. A changed `optimizer` starts without
        memory; another network or engine is an error.
    random_state : int, RandomState instance or None, default=None
        Decides first weights, shuffles, dropout and validation rows. An integer alone decides the result.
    verbose : int, default=0
        1 shows a progress bar; 0 prints nothing.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        The labels, sorted.
    class_weight_ : dict
        The weight each label got, normalisation included; a list of dicts, one a network, for a committee whose
        networks hold out different rows.
    coefs_ : list of ndarray
        Weights of each layer, (n_in, n_out); (K, n_in, n_out) for a committee of K networks, whether or not they share.
    intercepts_ : list of ndarray
        Biases of each layer, (n_out,); (K, n_out) for a committee.
    embeddings_ : list of ndarray
        What `embedding` learned, (n_features, ...) each; (K, n_features, ...) for a committee.
    loss_curve_ : ndarray of shape (`n_iter_`,)
        Mean training loss of each epoch, penalty included; (K, epochs), padded with NaN, for a committee.
    validation_curve_ : ndarray or None
        Validation loss or score of each epoch, shaped as `loss_curve_`; None where no rows were held out.
    n_iter_, best_epoch_ : int
        Epochs trained, and the one, counted from 1, whose weights are kept; arrays of shape (K,) for a committee.
    network_seeds_ : ndarray of shape (n_networks,)
        Seed of each network. The classifier with that `random_state` alone is that network. One seed if they share.
    model_ : keras.Model
        The trained model, where `model` was given; a list for a committee.
    history_ : dict of str to list
        Keras' history, from the Keras engine; a list for a committee.
    n_features_in_ : int
        Features seen in `fit`.
    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Their names, where `X` had any.
    n_layers_, n_outputs_, out_activation_ : int, int, str
        Layers counted with the input, output units, and "logistic" or "softmax", as in `MLPClassifier`.

    See Also
    --------
    sklearn.neural_network.MLPClassifier : Without class weights; its `max_iter`, `solver` and `learning_rate_init` are
        `epochs`, `optimizer` and `learning_rate` here.

    Notes
    -----
    With an integer `random_state` a repeated call gives the same result bit for bit on one machine. No global random
    state is read or changed: a Keras `model` is built and trained under its own seed, after which the generators
    of Python, NumPy, Keras and TensorFlow are set back. Undetermined are only operations such as ``tf.random.normal``
    that a builder or callback calls itself, outside of a layer; use ``keras.random`` or ``meta["seed"]`` there. Models
    train one at a time for that, whatever the number of threads. The first fit of a shape compiles for about a second.

    Examples
    --------
    >>> from sklearn.datasets import make_classification
    >>> from skweighted import CostSensitiveMLPClassifier
    >>> X, y = make_classification(n_samples=300, weights=[0.9], random_state=0)
    >>> clf = CostSensitiveMLPClassifier((16,), class_weight="balanced", epochs=20, random_state=0).fit(X, y)
    >>> clf.predict_proba(X[:1]).shape
    (1, 2)
    """

    def __init__(
        self,
        hidden_layer_sizes: int | Sequence[int] = (100,),
        *,
        activation: str = "relu",
        class_weight: Mapping[Any, float] | str | ClassWeightRule | None = None,
        weight_schedule: str | None = None,
        cost_matrix: Costs = None,
        loss: str | Loss = "cross_entropy",
        normalize_weights: bool = True,
        optimizer: str | Optimizer = "adam",
        learning_rate: float | str | Schedule = 1e-3,
        alpha: float = 1e-4,
        dropout: float = 0.0,
        batch_size: int | str = "auto",
        epochs: int | str = 100,
        steps_per_epoch: int | None = None,
        batches: str | BatchRule = "shuffled",
        probabilities: str = "weighted",
        early_stopping: bool = False,
        monitor: str | Callable[..., float] = "loss",
        validation_fraction: float = 0.1,
        n_iter_no_change: int = 10,
        tol: float = 1e-4,
        n_networks: int = 1,
        committee: str = "independent",
        embedding: str | Embedding | None = None,
        front_scale: bool = False,
        engine: str = "auto",
        model: KerasModel = None,
        callbacks: KerasParts = None,
        metrics: KerasParts = None,
        dtype: DTypeLike = "float32",
        warm_start: bool = False,
        random_state: RandomState = None,
        verbose: int = 0,
    ) -> None:
        self.hidden_layer_sizes = hidden_layer_sizes
        self.activation = activation
        self.class_weight = class_weight
        self.weight_schedule = weight_schedule
        self.cost_matrix = cost_matrix
        self.loss = loss
        self.normalize_weights = normalize_weights
        self.optimizer = optimizer
        self.learning_rate = learning_rate
        self.alpha = alpha
        self.dropout = dropout
        self.batch_size = batch_size
        self.epochs = epochs
        self.steps_per_epoch = steps_per_epoch
        self.batches = batches
        self.probabilities = probabilities
        self.early_stopping = early_stopping
        self.monitor = monitor
        self.validation_fraction = validation_fraction
        self.n_iter_no_change = n_iter_no_change
        self.tol = tol
        self.n_networks = n_networks
        self.committee = committee
        self.embedding = embedding
        self.front_scale = front_scale
        self.engine = engine
        self.model = model
        self.callbacks = callbacks
        self.metrics = metrics
        self.dtype = dtype
        self.warm_start = warm_start
        self.random_state = random_state
        self.verbose = verbose

    def fit(
        self,
        X: Table,
        y: Labels,
        sample_weight: Weights = None,
        *,
        X_val: Table = None,
        y_val: Labels = None,
        sample_weight_val: Weights = None,
        false_positive_cost: Weights = None,
        false_negative_cost: Weights = None,
    ) -> Self:
        """Train the network.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, n_features)
            Scaled features. Sparse rows go dense a batch at a time.
        y : array-like of shape (n_samples,)
            Labels of any type.
        sample_weight : array-like of shape (n_samples,), optional
            Multiplies the class weight of each row.
        X_val, y_val, sample_weight_val : array-like, optional
            Validation rows, which take the place of the split by `validation_fraction`.
        false_positive_cost, false_negative_cost : float or array-like of shape (n_samples,), optional
            For two classes, what it costs to take this row of the first class for the second, and the other way round;
            None is 1. Sample weights are multiplied by what a mistake about the row costs.

        Returns
        -------
        CostSensitiveMLPClassifier
            This classifier.

        Raises
        ------
        TypeError, ValueError
            For a parameter or data that cannot be used, before training starts, and for a loss that turns NaN or
            infinite. A failed or interrupted fit leaves the classifier as it was.
        """
        with unchanged_on_failure(self):
            request = FitRequest(
                X, y, sample_weight, X_val, y_val, sample_weight_val, false_positive_cost, false_negative_cost
            )
            plan = plan_fit(self, request)
            set_fitted_attributes(self, plan, train(plan.parameters, plan.networks), resumable=self.warm_start)
        return self

    @available_if(_trains_compiled)  # type: ignore[untyped-decorator]
    def partial_fit(self, X: Table, y: Labels, classes: Labels = None, sample_weight: Weights = None) -> Self:
        """Train for one pass over the rows given, going on from where training stands.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, n_features)
        y : array-like of shape (n_samples,)
        classes : array-like of shape (n_classes,), optional
            Every label that will ever come; needed in the first call.
        sample_weight : array-like of shape (n_samples,), optional

        Returns
        -------
        CostSensitiveMLPClassifier
            This classifier.

        Raises
        ------
        ValueError
            For a weight rule that needs all data, such as "balanced", for early stopping, or for an unknown class.

        Notes
        -----
        The scale of the weights is that of the first call's rows.
        """
        with unchanged_on_failure(self):
            plan = plan_partial_fit(self, FitRequest(X, y, sample_weight), classes)
            set_fitted_attributes(self, plan, train(plan.parameters, plan.networks), resumable=True)
        return self

    def decision_function(self, X: Table) -> np.ndarray:
        """Return the log-odds of the second class, shape (n_samples,), or one score a class, (n_samples, n_classes)."""
        logits = self._logits(X)
        if len(logits) == 1:
            return logits[0][:, 0] if logits[0].shape[1] == 1 else logits[0]
        log_proba = mean_log_probabilities(logits)
        return log_proba[:, 1] - log_proba[:, 0] if self.n_outputs_ == 1 else log_proba

    def predict_log_proba(self, X: Table) -> np.ndarray:
        """Return the logarithm of the probability of each class, shape (n_samples, n_classes)."""
        return mean_log_probabilities(self._logits(X))

    def predict_proba(self, X: Table) -> np.ndarray:
        """Return the probability of each class, shape (n_samples, n_classes), in the order of `classes_`."""
        return np.mean([to_probabilities(logits) for logits in self._logits(X)], axis=0)

    def predict(self, X: Table) -> np.ndarray:
        """Return the most probable label of each row, shape (n_samples,)."""
        scores = self.decision_function(X)
        return self.classes_[(scores > 0).astype(int) if scores.ndim == 1 else scores.argmax(axis=1)]

    def score(self, X: Table, y: Labels, sample_weight: Weights = None) -> float:
        """Return the share of rows, weighted if asked, whose label is predicted right."""
        if np.asarray(y).dtype.kind != "f" or type_of_target(y) != "continuous":
            return super().score(X, y, sample_weight)
        # Numbers such as 0.5 are labels here; to scikit-learn's metrics they are a regression target.
        y, predicted = column_or_1d(y, warn=True), self.predict(X)
        check_consistent_length(y, predicted, sample_weight)
        return float(np.average(y == predicted, weights=sample_weight))

    def to_keras(self) -> KerasModel:
        """Return a new Keras model of the same probabilities, those of a committee averaged.

        Returns
        -------
        keras.Model
            From (n_samples, n_features) to the probability of the second of two classes, (n_samples, 1), or to that of
            each of more, (n_samples, n_classes).

        Raises
        ------
        ValueError
            If `model` was given and Keras cannot copy it.
        """
        check_is_fitted(self)
        if hasattr(self, "model_"):
            from skweighted.engines.keras import join_models

            models = models_of(self)
            return join_models(models, self._corrections(len(models)), self.n_features_in_, self.n_outputs_)
        from skweighted.engines.keras import to_keras

        networks = networks_of(self)
        for params, factor in zip(networks, self._corrections(len(networks)), strict=True):
            params[-1] = shift_logits(params[-1], factor)
        return to_keras(self._architecture, networks, float(self.dropout), float(self.alpha))

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        return tags

    def _logits(self, X: Table) -> list[np.ndarray]:
        """Return the logits of each network, each of shape (n_samples, n_outputs)."""
        check_is_fitted(self)
        X = validate_data(self, X, accept_sparse="csr", dtype=[np.float64, np.float32], reset=False)
        if hasattr(self, "model_"):
            from skweighted.engines import keras

            logits = [keras.predict_logits(model, X, self.n_outputs_) for model in models_of(self)]
        else:
            logits = [forward(self._architecture, params, X) for params in networks_of(self)]
        return [shift_logits(z, factor) for z, factor in zip(logits, self._corrections(len(logits)), strict=True)]

    def _corrections(self, n_networks: int) -> list[np.ndarray]:
        """Return what to add to the log probabilities of each of all networks, each of shape (n_classes,)."""
        n_shared = n_networks // len(self.network_seeds_)  # those that share weights have one prior
        if self.probabilities == "weighted":
            return [np.zeros(len(self.classes_))] * n_networks
        for factor in self._log_prior_factors:
            if factor is None:
                raise ValueError(
                    f"probabilities='corrected' of {type(self).__name__} was set after a fit that cannot be corrected: "
                    "its loss is not proper, or a class had no weight. Fit again."
                )
        return self._log_prior_factors * n_shared
