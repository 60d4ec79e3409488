"""Where the networks of a fit start: from new seeds, or from where an earlier call ended."""

import numpy as np
from sklearn.utils import check_random_state

from skweighted.engines.plan import NetworkState, component_key
from skweighted.fitting._fitted import Fitted
from skweighted.fitting._parameters import Parameters
from skweighted.optimizers import Optimizer

__all__ = ["draw_seeds", "restore_states"]

_FORMS = ("activation", "committee", "embedding", "front_scale")  # what a network is, beside its layers


def draw_seeds(parameters: Parameters) -> list[int]:
    """Return the seed of each network that trains on its own; the first is an integer `random_state`."""
    random_state = parameters.random_state
    seeds = check_random_state(random_state).randint(np.iinfo(np.int32).max, size=parameters.n_plans, dtype=np.int64)
    if isinstance(random_state, int | np.integer):
        seeds[0] = random_state
    return seeds.tolist()


def restore_states(earlier: Fitted, parameters: Parameters) -> list[NetworkState]:
    """Return the state that each network continues from.

    Raises
    ------
    ValueError
        If another network is asked for than was trained before.
    """
    _check_same_network(earlier, parameters)
    return [_carry_over(state, parameters) for state in earlier.states]


def _check_same_network(earlier: Fitted, parameters: Parameters) -> None:
    """Raise if the parameters describe another network, or another engine's, than the one that was fitted."""
    trained, wanted = _describe_fitted(earlier), _describe_wanted(earlier, parameters)
    if earlier.knows_model:
        trained["model"], wanted["model"] = earlier.given_model, parameters.model
    elif parameters.model is None:
        # Of a model that was not kept only this is known: there was one. Any model passes here; if it is another one,
        # the engine cannot set its weights, and says so.
        trained["model"], wanted["model"] = (earlier.models or [None])[0], None
    names = [name for name in wanted if name in trained and not _same(trained[name], wanted[name])]
    if names:
        before = ", ".join(f"{name}={trained[name]!r}" for name in names)
        now = ", ".join(f"{name}={wanted[name]!r}" for name in names)
        raise ValueError(
            f"{parameters.owner} cannot continue training with {now}: it was fitted with {before}. Set that back, "
            "or call fit with warm_start=False to start afresh."
        )


def _describe_fitted(earlier: Fitted) -> dict[str, object]:
    architecture = earlier.architecture
    return {
        "n_networks": earlier.n_networks,
        "engine": earlier.engine,
        "layers": architecture.layer_sizes,
        **{name: getattr(architecture, name) for name in _FORMS},
    }


def _describe_wanted(earlier: Fitted, parameters: Parameters) -> dict[str, object]:
    wanted: dict[str, object] = {"n_networks": parameters.n_networks, "engine": parameters.engine}
    if parameters.model is None:  # the layers of a user's model are its own
        wanted["layers"] = (earlier.n_features, *parameters.hidden_layer_sizes, earlier.architecture.n_outputs)
        wanted |= {name: getattr(parameters, name) for name in _FORMS}
    return wanted


def _same(trained: object, wanted: object) -> bool:
    return trained is wanted or bool(trained == wanted)


def _carry_over(state: NetworkState, parameters: Parameters) -> NetworkState:
    """Return `state` in the dtype asked for, with what the optimizer remembers if it is still the same one."""
    dtype = parameters.dtype
    params = [param.astype(dtype, copy=False) for param in state.params]
    if state.slots is None or not _remembers(state, parameters.optimizer):
        # What one optimizer remembers means nothing to another, nor does its count of steps.
        return NetworkState(params, epoch=state.epoch, keras_model=state.keras_model)
    slots = [[slot.astype(dtype, copy=False) for slot in each] for each in state.slots]
    return NetworkState(params, slots, state.step, state.epoch, component_key(parameters.optimizer))


def _remembers(state: NetworkState, optimizer: Optimizer) -> bool:
    """Return whether `optimizer` is the one that the state is the memory of.

    A pickle may be older than a parameter of the optimizer, which then has the value that does what was done before.
    """
    if state.slots_of is None or state.slots_of[0] is not type(optimizer):
        return False
    kept = optimizer.parameters_before() | dict(state.slots_of[1:])
    return all(kept[name] == value for name, value in component_key(optimizer)[1:])
