"""The Keras engine: trains any Keras model through scikeras, and the library's own network as a reference.

Its limits: `dtype` is Keras' ``floatx``; rows come shuffled; unseeded layers of a user's own model draw from global
seeds. The library's own network keeps no optimizer state: its training goes on from weights only.
"""

from collections.abc import Sequence
from typing import Any

from skweighted._base.errors import parameter_error
from skweighted.engines.keras._export import join_models
from skweighted.engines.keras._models import (
    OWNER,
    import_keras,
    model_from_bytes,
    model_to_bytes,
    predict_logits,
    predict_proba,
)
from skweighted.engines.plan import Progress, Settings, TrainedNetwork, TrainingPlan

__all__ = ["join_models", "model_from_bytes", "model_to_bytes", "predict_logits", "predict_proba", "train"]


def train(
    plans: Sequence[TrainingPlan],
    *,
    model: Any = None,
    trained: Sequence[Any] | None = None,
    callbacks: Any = None,
    metrics: Any = None,
    corrected: bool = False,
    progress: Progress | None = None,
) -> list[TrainedNetwork]:
    """Train every plan, one after another, each through ``scikeras.wrappers.KerasClassifier``.

    Parameters
    ----------
    plans : sequence of TrainingPlan
        Each draws the batches the compiled engine would draw for it.
    model : None, keras.Model or callable, optional
        None is the library's own network, from the plan's initial weights. A ``keras.Model`` is never trained itself
        but a copy of it, from its weights and, where it was trained before, its optimizer's state. A builder is called
        as ``model(meta)``, or ``model()`` where it takes no `meta`, and returns a ``keras.Model``; `meta` is scikeras'
        dict (``n_features_in_``, ``n_classes_``, ``X_shape_``, ...; ``classes_`` are class codes) with the plan's
        ``seed`` added.

        A compiled model keeps its optimizer, loss and metrics; any other gets those of the plan. Binary problems take
        one output unit or two, others one for each class.
    trained : sequence of keras.Model, optional
        For each plan, what `model` became in an earlier call. Training goes on from its weights and, if the optimizer
        is still the same, from what that remembers; the learning rate is the one asked for now.
    callbacks : keras.callbacks.Callback, class of one, or list of them, optional
        Copied for each plan, unless one cannot be copied.
    metrics : str, keras.metrics.Metric, class of one, function, or list of them, optional
        Copied for each plan. Rows count equally in them, whatever their weight.
    corrected : bool, default=False
        Whether the probabilities are to be corrected, for which a compiled model must have a cross-entropy.
    progress : callable (epoch, loss, validation value or None), optional
        Called after each epoch of each plan.

    Returns
    -------
    list of TrainedNetwork
        In the order of `plans`. `state.params` is filled for the library's own network only, and `validation_curve`
        leaves out the penalty for it; for another model it is Keras' ``val_loss``.

    Raises
    ------
    TypeError, ValueError
        If a setting is beyond the engine, or the model does not fit the data.

    Notes
    -----
    TensorFlow keeps 3 to 5 MB for each fit until the process ends.
    """
    floatx = import_keras().config.floatx()
    for plan in plans:
        _check_settings(plan.settings, floatx)
        if plan.early_class_weight is not None:
            rule, cure = "None with engine='keras'", "Use engine='compiled'."
            raise ValueError(parameter_error("weight_schedule", OWNER, rule, "deferred", cure))
    # Importing scikeras changes how the whole process pickles Keras models, so it waits until here.
    from skweighted.engines.keras import _scikeras

    asked = {"callbacks": callbacks, "metrics": metrics, "corrected": corrected, "progress": progress}
    return [
        _scikeras.train_plan(plan, model, before, **asked)
        for plan, before in zip(plans, trained or [None] * len(plans), strict=True)
    ]


def _check_settings(settings: Settings, floatx: str) -> None:
    """Raise unless the engine can do what `settings` ask for."""
    cure = "Use engine='compiled'."
    if getattr(settings.batches, "key", None) != "shuffled":
        raise ValueError(parameter_error("batches", OWNER, "'shuffled' with engine='keras'", settings.batches, cure))
    if settings.dtype != floatx:
        rule = f"Keras' floatx, {floatx!r}, with engine='keras'"
        cure = f"Call keras.config.set_floatx({settings.dtype!r}) first or use engine='compiled'."
        raise ValueError(parameter_error("dtype", OWNER, rule, settings.dtype, cure))
