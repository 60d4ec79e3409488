"""The Keras engine itself: checks what is asked, then trains one plan after another."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from skweighted._base.errors import parameter_error
from skweighted.engines.keras._arguments import KerasArguments
from skweighted.engines.keras._globals import import_keras, private_randomness
from skweighted.engines.plan import Progress, Settings, TrainedNetwork, TrainingPlan
from skweighted.network import Architecture

__all__ = ["KerasEngine"]

_COMPILED = "Use engine='compiled'."
_PLAIN = Architecture((1, 1), "identity")


@dataclass(frozen=True, eq=False)
class KerasEngine:
    """An engine that trains each plan through ``scikeras.wrappers.KerasClassifier``.

    Parameters
    ----------
    arguments : KerasArguments, optional
        None trains the library's own network.

    Notes
    -----
    TensorFlow keeps 3 to 5 MB for each fit until the process ends.
    """

    arguments: KerasArguments = field(default_factory=KerasArguments)

    def train(
        self, plans: Sequence[TrainingPlan], *, n_networks: int | None = None, progress: Progress | None = None
    ) -> list[TrainedNetwork]:
        """Train every plan, one after another, each under its own seed; the process's generators stay as they were.

        Parameters
        ----------
        plans : sequence of TrainingPlan
            Each draws the batches that the compiled engine would draw for it. From the model in its state, if there is
            one, training continues: from the weights and, if the optimizer is the same, from what that remembers; the
            learning rate is the one asked for now.
        n_networks : int, optional
            Not used: no program is compiled for a number of networks.
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
        """
        floatx = import_keras().config.floatx()
        for plan in plans:
            self._check(plan, floatx)
        # Importing scikeras changes how the whole process pickles Keras models, so it waits until here.
        from skweighted.engines.keras._scikeras import train_plan

        results = []
        for plan in plans:
            with private_randomness(plan.seed):
                results.append(train_plan(plan, self.arguments, progress))
        return results

    def _check(self, plan: TrainingPlan, floatx: str) -> None:
        """Raise unless the engine can do what `plan` asks for."""
        self._check_settings(plan.settings, floatx)
        if plan.early_class_weight is not None:
            rule = "None with engine='keras'"
            raise ValueError(parameter_error("weight_schedule", self.arguments.owner, rule, "deferred", _COMPILED))

    def _check_settings(self, settings: Settings, floatx: str) -> None:
        owner = self.arguments.owner
        for name in ("committee", "embedding", "front_scale"):
            wanted, plain = (getattr(form, name) for form in (settings.architecture, _PLAIN))
            if wanted != plain:
                rule = f"{plain!r} with engine='keras'"
                raise ValueError(parameter_error(name, owner, rule, wanted, _COMPILED))
        if getattr(settings.batches, "key", None) != "shuffled":
            rule = "'shuffled' with engine='keras'"
            raise ValueError(parameter_error("batches", owner, rule, settings.batches, _COMPILED))
        if settings.early_stopping is not None and settings.optimizer.ema_momentum is not None:
            rule = "an optimizer without ema_momentum with engine='keras' and early_stopping=True"
            raise ValueError(parameter_error("optimizer", owner, rule, settings.optimizer, _COMPILED))
        if settings.dtype != floatx:
            rule = f"Keras' floatx, {floatx!r}, with engine='keras'"
            cure = f"Call keras.config.set_floatx({settings.dtype!r}) first or use engine='compiled'."
            raise ValueError(parameter_error("dtype", owner, rule, settings.dtype, cure))
