"""Plans laid out as the arrays of one stack: rows merged and padded, networks grouped, orders drawn."""

import functools
from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy import sparse

from skweighted.batches import draw_epoch
from skweighted.engines.compiled._arrays import Groups, Networks, Rows, SparseRows, State
from skweighted.engines.compiled._key import ProgramKey
from skweighted.engines.compiled._shared import aligned_zeros
from skweighted.engines.compiled._sizes import choose_sizes
from skweighted.engines.plan import NetworkState, TrainingPlan, component_key
from skweighted.engines.randomness import SHUFFLES, random_generator

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
    """

    def __init__(self, plans: Sequence[TrainingPlan]) -> None:
        self.plans = plans
        self.settings = plans[0].settings
        self._place_rows()
        self._find_groups()
        self.key = self._make_key()
        if self.key.n_groups == len(plans):  # then the loop takes group k for network k
            self._groups, self._group_of = list(plans), np.arange(len(plans), dtype=np.int32)
        self._labels = [plan.data.y[plan.rows] for plan in self._groups]

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
        self._groups = [self.plans[keys.index(key)] for key in numbers]

    def _make_key(self) -> ProgramKey:
        settings, plans = self.settings, self.plans
        drawn = [plan.n_drawn for plan in self._groups]
        is_sparse = sparse.issparse(self._sources[0].X)
        sizes = choose_sizes(
            n_rows=sum(len(source.y) for source in self._sources),
            n_drawn=max(drawn),
            n_validation=max(len(plan.validation_rows) for plan in self._groups),
            n_groups=len(self._groups),
            n_networks=len(plans),
            n_features=settings.architecture.n_features,
            batch_size=settings.batch_size,
            one_epoch=settings.early_stopping is not None,
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
            masked=len(plans) > 1 and (uneven or settings.early_stopping is not None),
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
        y = _merge([source.y for source in sources], n_rows, np.int32)
        return Rows(X, y, _merge([source.sample_weight for source in sources], n_rows, dtype))

    def groups(self) -> Groups:
        """Return which rows each group draws and holds out; padded groups draw none."""
        key = self.key
        n_drawn, n_validation = np.zeros((2, key.n_groups), dtype=np.int32)
        validation = np.zeros((key.n_groups, key.n_validation), dtype=np.int32)
        for g, plan in enumerate(self._groups):
            n_drawn[g], n_validation[g] = plan.n_drawn, len(plan.validation_rows)
            validation[g, : n_validation[g]] = plan.validation_rows + self._offset[id(plan.data)]
        return Groups(n_drawn, validation, n_validation)

    def networks(self) -> Networks:
        """Return what may differ between the networks."""
        plans, dtype = self.plans, self.settings.dtype

        def collect(name: str, dtype: Any = dtype) -> np.ndarray:
            return np.array([getattr(plan, name) for plan in plans], dtype=dtype)

        def class_weights(name: str) -> np.ndarray:
            each = [getattr(plan, name) for plan in plans]
            usual = [plan.class_weight for plan in plans]
            return np.array([b if a is None else a for a, b in zip(each, usual, strict=True)], dtype=dtype)

        return Networks(
            group=self._group_of,
            seed=collect("seed", np.uint64),
            first_epoch=np.array([plan.state.epoch for plan in plans], dtype=np.int32),
            switch_epoch=collect("switch_epoch", np.int32),
            learning_rate=collect("learning_rate"),
            alpha=collect("alpha"),
            dropout=collect("dropout"),
            class_weight=collect("class_weight"),
            validation_class_weight=class_weights("validation_class_weight"),
            early_class_weight=class_weights("early_class_weight"),
            loss_values={
                name: np.array([plan.loss_values[name] for plan in plans], dtype=dtype) for name in plans[0].loss_values
            },
        )

    def state(self) -> State:
        """Return the parameters, optimizer slots and step counters that training starts from."""
        n_slots = self.settings.optimizer.n_slots
        states = [plan.state for plan in self.plans]
        zeros = [[np.zeros_like(param)] * n_slots for param in states[0].params]
        remembered = [state.slots or zeros for state in states]
        return State(
            params=[np.stack(arrays) for arrays in zip(*(state.params for state in states), strict=True)],
            slots=[
                [np.stack([slots[i][j] for slots in remembered]) for j in range(n_slots)] for i in range(len(zeros))
            ],
            step=np.array([state.step for state in states], dtype=np.int32),
        )

    def split(self, state: State, n_iter: np.ndarray) -> list[NetworkState]:
        """Return the state of each network, trained for `n_iter` more epochs, from that of the stack."""
        # Copies, so that one network does not keep the arrays of the whole stack alive.
        return [
            NetworkState(
                params=[param[k].copy() for param in state.params],
                slots=[[slot[k].copy() for slot in slots] for slots in state.slots],
                step=int(state.step[k]),
                epoch=plan.state.epoch + int(n_iter[k]),
                slots_of=component_key(self.settings.optimizer),
            )
            for k, plan in enumerate(self.plans)
        ]

    def order(self, n_done: int, n_epochs: int) -> np.ndarray:
        """Return the rows that the `n_epochs` epochs after the first `n_done` draw, in order, shape (E, G, S, B)."""
        key, settings = self.key, self.settings
        flat = np.zeros((key.n_epochs, key.n_groups, key.n_steps * key.batch_rows), dtype=np.int32)
        for g, (plan, labels) in enumerate(zip(self._groups, self._labels, strict=True)):
            rows = plan.rows + self._offset[id(plan.data)]
            generators = functools.partial(random_generator, plan.seed, SHUFFLES)
            for e in range(n_epochs):
                epoch = plan.state.epoch + n_done + e
                drawn = draw_epoch(
                    settings.batches, labels, generators, epoch, settings.batch_size, settings.steps_per_epoch
                )
                flat[e, g, : len(drawn)] = rows[drawn]
        return flat.reshape(*flat.shape[:2], key.n_steps, key.batch_rows)

    def rate_factors(self, n_done: int, n_epochs: int) -> np.ndarray:
        """Return the share of its highest learning rate that each network has in the steps of these epochs, (E, S, K).

        A network has as many steps as it needs for its own rows; behind them is padding.
        """
        key = self.key
        factors = np.ones((key.n_epochs, key.n_steps, key.n_networks), dtype=self.settings.dtype)
        for k, plan in enumerate(self.plans):
            if plan.schedule is not None:
                n_steps = plan.n_steps
                start, stop = n_done * n_steps, (n_done + n_epochs) * n_steps
                of_steps = plan.schedule.factors(self.settings.epochs * n_steps, start, stop)
                factors[:n_epochs, :n_steps, k] = of_steps.reshape(n_epochs, n_steps)
        return factors


def _merge(arrays: list[np.ndarray], n_rows: int, dtype: Any) -> np.ndarray:
    """Return the rows of all arrays one behind the other, with zeros up to `n_rows`, where TensorFlow can read them."""
    merged = aligned_zeros((n_rows, *arrays[0].shape[1:]), np.dtype(dtype))
    start = 0
    for array in arrays:
        merged[start : start + len(array)] = array
        start += len(array)
    return merged
