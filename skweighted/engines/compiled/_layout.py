"""Plans laid out as the arrays of one stack: rows merged and padded, networks grouped."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy import sparse

from skweighted.engines.compiled._arrays import Groups, Networks, Rows, SparseRows, State
from skweighted.engines.compiled._key import ProgramKey
from skweighted.engines.compiled._parameters import parameter_layout
from skweighted.engines.compiled._shared import aligned_zeros
from skweighted.engines.compiled._sizes import choose_sizes
from skweighted.engines.plan import NetworkState, TrainingPlan, component_key

__all__ = ["StackLayout"]


class StackLayout:
    """The arrays that train `plans`, all of equal settings, as one stack.

    Parameters
    ----------
    plans : sequence of TrainingPlan
        One a network.

    Attributes
    ----------
    key : ProgramKey
        The program that takes these arrays.
    layout : ParameterLayout
        How that holds the parameters of a network.
    sources_of_orders : list of TrainingPlan
        A plan of each group, whose networks draw the same rows in the same order.
    """

    def __init__(self, plans: Sequence[TrainingPlan]) -> None:
        self.plans = plans
        self.settings = plans[0].settings
        self._place_rows()
        self._find_groups()
        self.key = self._make_key()
        if self.key.n_groups == len(plans):  # then the loop takes group k for network k
            self.sources_of_orders, self._group_of = list(plans), np.arange(len(plans), dtype=np.int32)
        self.layout = parameter_layout(self.key)

    def _place_rows(self) -> None:
        """Decide where the rows of each source begin in the merged arrays."""
        self._sources = list({id(plan.data): plan.data for plan in self.plans}.values())
        offsets = np.cumsum([0] + [len(source.y) for source in self._sources])
        self._offset = {id(source): offset for source, offset in zip(self._sources, offsets, strict=False)}

    def _find_groups(self) -> None:
        """Find the networks that draw the same rows in the same order."""
        numbers: dict[Any, int] = {}
        keys = [
            (plan.seed, plan.state.epoch, id(plan.data), id(plan.rows), id(plan.validation_rows)) for plan in self.plans
        ]
        self._group_of = np.array([numbers.setdefault(key, len(numbers)) for key in keys], dtype=np.int32)
        self.sources_of_orders = [self.plans[keys.index(key)] for key in numbers]

    def _make_key(self) -> ProgramKey:
        settings, plans = self.settings, self.plans
        drawn = [plan.n_drawn for plan in self.sources_of_orders]
        is_sparse = sparse.issparse(self._sources[0].X)
        stopping = settings.early_stopping
        # A score is computed from the parameters, outside of the program.
        scored = stopping is not None and stopping.score
        n_validation = 0 if scored else max(len(plan.validation_rows) for plan in self.sources_of_orders)
        sizes = choose_sizes(
            n_rows=sum(len(source.y) for source in self._sources),
            n_drawn=max(drawn),
            n_validation=n_validation,
            n_groups=len(self.sources_of_orders),
            n_networks=len(plans),
            n_features=settings.architecture.n_features,
            batch_size=settings.batch_size,
            one_epoch=stopping is not None or n_validation > 0,
            sparse=is_sparse,
        )
        uneven = len({-(-count // sizes.batch_rows) for count in drawn}) > 1
        return ProgramKey(
            architecture=settings.architecture,
            loss=settings.loss,
            optimizer=settings.optimizer,
            component_keys=(
                component_key(settings.loss, settings.loss.runtime_parameters),
                component_key(settings.optimizer),
            ),
            dtype=settings.dtype,
            n_networks=len(plans),
            drops_units=any(plan.dropout > 0 for plan in plans),
            masked=len(plans) > 1 and (uneven or stopping is not None),
            sparse=is_sparse,
            **sizes._asdict(),
        )

    def rows(self) -> Rows:
        """Return the rows of all sources, padded."""
        n_rows, dtype, sources = self.key.n_rows, self.settings.dtype, self._sources
        X: Any
        if self.key.sparse:
            merged = sparse.vstack([source.X for source in sources], format="csr")
            X = SparseRows(merged.indptr.astype(np.int64), merged.indices.astype(np.int64), merged.data)
        else:
            X = _merge([source.X for source in sources], n_rows, dtype)
        targets = aligned_zeros((n_rows, 2), np.dtype(dtype))
        for source in sources:
            start = self._offset[id(source)]
            of_source = targets[start : start + len(source.y)]
            of_source[:, 0], of_source[:, 1] = source.y, source.sample_weight
        return Rows(X, targets)

    def offset(self, plan: TrainingPlan) -> int:
        """Return where the rows of a plan's data begin in the merged arrays."""
        return int(self._offset[id(plan.data)])

    def drop_axis(self, array: np.ndarray, axis: int) -> np.ndarray:
        """Return an array without its axis of networks or groups if the program has none."""
        return array if self.key.network_axis else np.squeeze(array, axis)

    def add_axis(self, array: np.ndarray, axis: int) -> np.ndarray:
        """Return an array with an axis of networks, whether or not the program has one."""
        return array if self.key.network_axis else np.expand_dims(array, axis)

    def groups(self) -> Groups:
        """Return which rows each group holds out."""
        key = self.key
        n_validation = np.zeros(key.n_groups, dtype=np.int32)
        validation = np.zeros((key.n_groups, key.n_validation), dtype=np.int32)
        for g, plan in enumerate(self.sources_of_orders if key.n_validation else ()):
            n_validation[g] = len(plan.validation_rows)
            validation[g, : n_validation[g]] = plan.validation_rows + self.offset(plan)
        return Groups(self.drop_axis(validation, 0), self.drop_axis(n_validation, 0))

    def networks(self) -> Networks:
        """Return what may differ between the networks."""
        plans, dtype = self.plans, self.settings.dtype

        def collect(name: str, dtype: Any = dtype) -> np.ndarray:
            return self.drop_axis(np.array([getattr(plan, name) for plan in plans], dtype=dtype), 0)

        def loss_values(name: str) -> np.ndarray:
            return self.drop_axis(np.array([plan.loss_values[name] for plan in plans], dtype=dtype), 0)

        validation_class_weight = [
            plan.class_weight if plan.validation_class_weight is None else plan.validation_class_weight
            for plan in plans
        ]
        return Networks(
            group=self.drop_axis(self._group_of, 0),
            seed=collect("seed", np.uint64),
            alpha=collect("alpha"),
            dropout=collect("dropout"),
            validation_class_weight=self.drop_axis(np.array(validation_class_weight, dtype=dtype), 0),
            loss_values={name: loss_values(name) for name in plans[0].loss_values},
        )

    def state(self) -> State:
        """Return the parameters and optimizer slots that training starts from."""
        n_slots, states = self.settings.optimizer.n_remembered, [plan.state for plan in self.plans]
        zeros = [[np.zeros_like(param)] * n_slots for param in states[0].params]
        remembered = [state.slots or zeros for state in states]
        slots = [self._held([[slot[j] for slot in slots] for slots in remembered]) for j in range(n_slots)]
        params = self._held([state.params for state in states])
        return State(params, [[of_slot[part] for of_slot in slots] for part in range(len(params))])

    def _held(self, arrays: list[list[np.ndarray]]) -> list[np.ndarray]:
        """Return what the program holds for the arrays of each network, one a parameter."""
        packed = [self.layout.pack(of_network) for of_network in arrays]
        return [self.drop_axis(np.stack(parts), 0) for parts in zip(*packed, strict=True)]

    def split(self, state: State, n_iter: np.ndarray, best_epoch: np.ndarray) -> list[NetworkState]:
        """Return the state of each network, trained for `n_iter` more epochs, from that of the stack.

        That is the one after `best_epoch` of these epochs.
        """
        params = self._params_of_networks(state.params)
        slots = [self._params_of_networks([slots[j] for slots in state.slots]) for j in range(len(state.slots[0]))]
        return [
            NetworkState(
                params=params[k],
                slots=[[of_slot[k][number] for of_slot in slots] for number in range(len(params[k]))],
                step=plan.state.step + int(best_epoch[k]) * plan.n_steps,
                epoch=plan.state.epoch + int(n_iter[k]),
                slots_of=component_key(self.settings.optimizer),
            )
            for k, plan in enumerate(self.plans)
        ]

    def _params_of_networks(self, held: list[np.ndarray]) -> list[list[np.ndarray]]:
        """Return the arrays of each network, one a parameter, from what the program holds."""
        parts = [self.add_axis(part, 0) for part in held]
        # Copies, so that one network does not keep the arrays of the whole stack alive.
        return [self.layout.unpack([part[k] for part in parts]) for k in range(len(self.plans))]


def _merge(arrays: list[np.ndarray], n_rows: int, dtype: Any) -> np.ndarray:
    """Return the rows of all arrays one behind the other, with zeros up to `n_rows`, where TensorFlow can read them."""
    merged = aligned_zeros((n_rows, *arrays[0].shape[1:]), np.dtype(dtype))
    start = 0
    for array in arrays:
        merged[start : start + len(array)] = array
        start += len(array)
    return merged
