"""The conductor: the steps of ``fit`` and ``partial_fit`` in their order."""

import functools
from collections.abc import Callable

import numpy as np

from skweighted._base.errors import parameter_error
from skweighted._base.labels import encode_labels, read_labels
from skweighted._base.types import Labels, NetworkEstimator
from skweighted.class_weights import ClassWeightRule
from skweighted.engines import make_engine
from skweighted.engines.plan import NetworkState, Progress, TrainedNetwork, TrainingData, TrainingPlan
from skweighted.engines.stacking import train_plans
from skweighted.fitting._fitted import Fitted, read_fitted
from skweighted.fitting._holdout import hint_of_single_rows, hold_out_none
from skweighted.fitting._monitor import try_monitor
from skweighted.fitting._parameters import Parameters, read_parameters
from skweighted.fitting._plan import FitPlan, Planner
from skweighted.fitting._progress import Show, progress_bar
from skweighted.fitting._resume import draw_seeds, restore_states
from skweighted.fitting._rows import FitRequest, Rows, check_rows, check_training_data, hint_if_unscaled
from skweighted.fitting._scale import times_power_of_two, usual_exponent

__all__ = ["plan_fit", "plan_networks", "plan_partial_fit", "train"]


def plan_fit(estimator: NetworkEstimator, request: FitRequest) -> FitPlan:
    """Check everything that ``fit`` was given, and return what is to be trained."""
    parameters = read_parameters(estimator)
    earlier = read_fitted(estimator) if parameters.warm_start else None
    rows = check_rows(estimator, parameters, request, None if earlier is None else earlier.classes)
    return plan_networks(parameters, rows, earlier)


def plan_networks(parameters: Parameters, rows: Rows, earlier: Fitted | None = None) -> FitPlan:
    """Return what is to be trained on rows that are checked.

    Parameters
    ----------
    parameters : Parameters
    rows : Rows
    earlier : Fitted, optional
        The training to continue.

    Returns
    -------
    FitPlan
        A plan for each network.
    """
    if parameters.early_stopping is not None and rows.given is None:
        hint_of_single_rows(rows.data, rows.classes)
    planner = Planner(parameters, rows.data, rows.classes)
    networks = [
        planner.plan(rows.hold_out(parameters, seed), seed, state)
        for seed, state in _seeds_and_states(parameters, earlier)
    ]
    # Trying one is enough: every network holds out the same number of rows of each class.
    try_monitor(networks[0])
    return FitPlan(parameters, rows.classes, networks, rows.weight_exponent)


def plan_partial_fit(estimator: NetworkEstimator, request: FitRequest, classes: Labels) -> FitPlan:
    """Check everything that ``partial_fit`` was given, and return the plan of one pass of each network."""
    parameters = read_parameters(estimator)
    _check_partial_fit(parameters)
    earlier = read_fitted(estimator)
    known = _known_classes(classes, earlier, parameters.owner)
    X, y, sample_weight = check_training_data(estimator, parameters, request, reset=earlier is None)
    _, codes = encode_labels(y, known, parameters.owner, cure="List every class in the first call's classes=.")
    if earlier is None:
        hint_if_unscaled(X, parameters.owner)
    exponent = _weight_exponent(parameters, sample_weight, earlier)
    data = TrainingData(X, codes, times_power_of_two(sample_weight, exponent))
    scale = None if earlier is None else earlier.weight_scale
    planner = Planner(parameters, data, known, one_pass=True, weight_scale=scale)
    networks = [
        planner.plan(hold_out_none(data), seed, state) for seed, state in _seeds_and_states(parameters, earlier)
    ]
    return FitPlan(parameters, known, networks, exponent)


def _weight_exponent(parameters: Parameters, sample_weight: np.ndarray, earlier: Fitted | None) -> int:
    """Return the power of two that brings sample weights to a usual size: that of the first call, for all of them."""
    if earlier is not None and earlier.weight_scale is not None:
        return earlier.weight_exponent
    return usual_exponent(sample_weight) if parameters.normalize_weights else 0


def _seeds_and_states(parameters: Parameters, earlier: Fitted | None) -> list[tuple[int, NetworkState | None]]:
    """Return the seed of each network and the state that it continues from, None if it starts afresh."""
    if earlier is None:
        return [(seed, None) for seed in draw_seeds(parameters)]
    return list(zip(earlier.network_seeds, restore_states(earlier, parameters), strict=True))


def _known_classes(classes: Labels, earlier: Fitted | None, owner: str) -> np.ndarray:
    """Return the sorted classes of a call to ``partial_fit``, which lists them if it is the first."""
    if classes is None:
        if earlier is None:
            raise ValueError("classes must be passed on the first call to partial_fit: later rows may hold new ones.")
        return earlier.classes
    listed = np.unique(read_labels(classes, owner, "classes"))
    if earlier is not None and not np.array_equal(listed, earlier.classes):
        known = earlier.classes.tolist()
        raise ValueError(f"classes={classes!r} is not the same as on the last call, {known}. Leave it out.")
    if len(listed) < 2:
        raise ValueError(f"{owner} needs at least two classes, and classes={listed.tolist()} lists one class only.")
    return listed


def _check_partial_fit(parameters: Parameters) -> None:
    owner = parameters.owner
    if parameters.deferred:
        raise ValueError(f"partial_fit of {owner} does not support weight_schedule. Use fit, or set it to None.")
    if parameters.schedule is not None:
        raise ValueError(
            f"partial_fit of {owner} does not support learning_rate={parameters.schedule!r}: a call has no end that a "
            "schedule could lead to. Use fit, or set it to a number."
        )
    if parameters.early_stopping is not None:
        raise ValueError(f"partial_fit of {owner} does not support early_stopping=True. Use fit, or set it to False.")
    if isinstance(parameters.class_weight, ClassWeightRule):
        raise ValueError(
            f"class_weight={parameters.class_weight!r} of {owner} is not supported by partial_fit: it needs all rows "
            "at once. Compute the weights and pass them as a dict."
        )


def train(parameters: Parameters, networks: list[TrainingPlan]) -> list[TrainedNetwork]:
    """Train networks, those of several fits too, with the engine that `parameters` ask for."""
    with progress_bar(parameters.verbose, networks) as show:
        if parameters.engine == "keras":
            return _train_keras(parameters, networks, show)
        return _train_compiled(networks, show)


def _train_compiled(networks: list[TrainingPlan], show: Show | None) -> list[TrainedNetwork]:
    from skweighted._base.tensorflow import count_threads

    compiled = make_engine("compiled")

    def train_stack(stack: list[TrainingPlan], n_networks: int, report: Progress) -> list[TrainedNetwork]:
        return compiled.train(stack, n_networks=n_networks, progress=report)

    return train_plans(networks, train_stack, progress=show, n_threads=count_threads())


def _train_keras(parameters: Parameters, networks: list[TrainingPlan], show: Show | None) -> list[TrainedNetwork]:
    from skweighted.engines.keras import KerasArguments

    check_loss = _loss_checker(parameters.owner) if parameters.corrected else None
    arguments = KerasArguments(parameters.model, parameters.callbacks, parameters.metrics, check_loss, parameters.owner)
    engine, results = make_engine("keras", arguments), []
    for network in networks:
        results += engine.train([network], progress=None if show is None else functools.partial(show, [network]))
    return results


def _loss_checker(owner: str) -> Callable[[bool], None]:
    """Return a function that refuses a compiled Keras model whose probabilities cannot be corrected."""

    def check(correctable: bool) -> None:
        if not correctable:
            rule = "'weighted' with a compiled model, unless its loss is a cross-entropy without label smoothing"
            cure = "Leave the model uncompiled: nobody knows whether a loss of its own can be undone."
            raise ValueError(parameter_error("probabilities", owner, rule, "corrected", cure))

    return check
