"""Plans laid out as the arrays of one stack: data merged, rows padded to buckets, orders drawn."""

import functools
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from scipy import sparse

from skweighted.batches import draw_epoch
from skweighted.engines.compiled._loop import Program
from skweighted.engines.plan import SHUFFLES, NetworkState, Settings, TrainingPlan, kind_of, random_generator

__all__ = ["Stack"]

_CALL_ROWS = 2**19  # rows of order handed to one call, at most (2 MB), unless a single epoch is longer
_CALL_EPOCHS = 128


def bucket(count: int) -> int:
    """Return the least size of at least `count` among those in use: eight to each doubling, so 12.5 % waste at most."""
    unit = 1 << max(0, count.bit_length() - 4)
    return -(-count // unit) * unit


class Stack:
    """The arrays that train `plans`, all of equal settings, as one stack.

    Parameters
    ----------
    plans : sequence of TrainingPlan
    """

    def __init__(self, plans: Sequence[TrainingPlan]) -> None:
        self.plans = plans
        self.settings = plans[0].settings
        self._lay_out_data()
        self._find_groups()
        self.program = self._make_program()

    def _lay_out_data(self) -> None:
        sources = list({id(plan.data): plan.data for plan in self.plans}.values())
        offsets = np.cumsum([0] + [len(source.y) for source in sources])
        self.offset = {id(source): offset for source, offset in zip(sources, offsets, strict=False)}
        self.sparse = sparse.issparse(sources[0].X)
        self.sources = sources

    def _find_groups(self) -> None:
        numbers: dict[Any, int] = {}
        keys = [
            (plan.seed, plan.state.epoch, id(plan.data), id(plan.rows), id(plan.validation_rows)) for plan in self.plans
        ]
        self.group = np.array([numbers.setdefault(key, len(numbers)) for key in keys], dtype=np.int32)
        firsts = [keys.index(key) for key in numbers]
        self.groups = [self.plans[first] for first in firsts]
        self.labels = [plan.data.y[plan.rows] for plan in self.groups]
        self.drawn = np.array([plan.n_drawn for plan in self.groups], dtype=np.int32)

    def _make_program(self) -> Program:
        settings = self.settings
        room = int(self.drawn.max()) if settings.steps_per_epoch else bucket(int(self.drawn.max()))
        batch_rows = min(settings.batch_size, room)
        n_steps = -(-room // batch_rows)
        n_steps_each = -(-self.drawn // batch_rows)
        n_validation = bucket(max(len(plan.validation_rows) for plan in self.groups))
        if self.sparse:
            # Sparse validation rows go dense in whole batches.
            n_validation = -(-n_validation // batch_rows) * batch_rows
        call_epochs = min(_CALL_EPOCHS, _CALL_ROWS // (len(self.groups) * n_steps * batch_rows))
        uneven = bool((n_steps_each != n_steps_each[0]).any())
        return Program(
            settings=_compiled_part(settings),
            n_networks=len(self.plans),
            n_groups=len(self.groups),
            n_rows=bucket(sum(len(source.y) for source in self.sources)),
            n_steps=n_steps,
            batch_rows=batch_rows,
            n_validation=n_validation,
            n_epochs=1 if settings.early_stopping else max(1, call_epochs),
            dropout=any(plan.dropout > 0 for plan in self.plans),
            masked=len(self.plans) > 1 and (uneven or settings.early_stopping is not None),
            sparse=self.sparse,
            deferred=any(plan.early_class_weight is not None for plan in self.plans),
        )

    def data(self) -> dict[str, np.ndarray]:
        """Return the arrays of all rows, padded to the program's room."""
        n_rows, dtype = self.program.n_rows, self.settings.dtype
        arrays = {
            "y": _pad(np.concatenate([source.y for source in self.sources]).astype(np.int32), n_rows),
            "sample_weight": _pad(np.concatenate([s.sample_weight for s in self.sources]).astype(dtype), n_rows),
            "validation": self._validation_rows(),
        }
        if self.sparse:
            X = sparse.vstack([source.X for source in self.sources], format="csr")
            arrays |= {"indptr": X.indptr.astype(np.int64), "indices": X.indices.astype(np.int64), "values": X.data}
        else:
            arrays["X"] = _pad(
                self.sources[0].X if len(self.sources) == 1 else np.vstack([s.X for s in self.sources]), n_rows
            )
        return arrays

    def _validation_rows(self) -> np.ndarray:
        rows = np.zeros((len(self.groups), self.program.n_validation), dtype=np.int32)
        for row, plan in zip(rows, self.groups, strict=True):
            row[: len(plan.validation_rows)] = plan.validation_rows + self.offset[id(plan.data)]
        return rows

    def networks(self) -> dict[str, Any]:
        """Return the per-network arrays, all but ``active``."""
        dtype, plans = self.settings.dtype, self.plans
        names = plans[0].loss_values
        floats = {
            name: [getattr(plan, name) for plan in plans]
            for name in ("learning_rate", "alpha", "dropout", "class_weight")
        }
        if self.program.deferred:
            floats["early_class_weight"] = [
                plan.class_weight if plan.early_class_weight is None else plan.early_class_weight for plan in plans
            ]
        return {
            **{name: self._squeeze(np.array(values, dtype=dtype)) for name, values in floats.items()},
            "seed": self._squeeze(np.array([plan.seed for plan in plans], dtype=np.uint64)),
            "first_epoch": self._squeeze(np.array([plan.state.epoch for plan in plans], dtype=np.int32)),
            "switch_epoch": self._squeeze(np.array([plan.switch_epoch for plan in plans], dtype=np.int32)),
            "n_validation": self._squeeze(np.array([len(plan.validation_rows) for plan in plans], dtype=np.int32)),
            "loss_values": {
                name: self._squeeze(np.array([plan.loss_values[name] for plan in plans], dtype=dtype)) for name in names
            },
            "group": self.group,
            "one": np.ones((), dtype=dtype),
        }

    def state(self) -> dict[str, Any]:
        """Return the parameters, optimizer slots and step counters training starts from."""
        n_slots, n_params = self.settings.optimizer.n_slots, len(self.settings.architecture.shapes)
        states = [plan.state for plan in self.plans]
        params = [self._join([state.params[i] for state in states]) for i in range(n_params)]
        zeros = [[np.zeros_like(param)] * n_slots for param in states[0].params]
        slots = [
            [self._join([(state.slots or zeros)[i][j] for state in states]) for j in range(n_slots)]
            for i in range(n_params)
        ]
        return {
            "params": params,
            "slots": slots,
            "step": self._squeeze(np.array([s.step for s in states], dtype=np.int32)),
        }

    def split(self, state: dict[str, Any], n_iter: np.ndarray) -> list[NetworkState]:
        """Return the state of each network, trained for `n_iter` more epochs, from that of the stack."""

        def part(array: np.ndarray, k: int) -> np.ndarray:
            # A copy, so that one network does not keep the arrays of the whole stack alive.
            return array[k].copy() if len(self.plans) > 1 else array

        return [
            NetworkState(
                [part(param, k) for param in state["params"]],
                [[part(slot, k) for slot in slots] for slots in state["slots"]],
                int(part(state["step"], k)),
                plan.state.epoch + int(n_iter[k]),
                kind_of(self.settings.optimizer),
            )
            for k, plan in enumerate(self.plans)
        ]

    def order(self, done: int, n_epochs: int) -> np.ndarray:
        """Return the rows that the `n_epochs` epochs after the first `done` draw, in order.

        Returns
        -------
        ndarray of shape (program.n_epochs, G, n_steps, batch_rows), int32
        """
        program, settings = self.program, self.settings
        flat = np.zeros((program.n_epochs, program.n_groups, program.n_steps * program.batch_rows), dtype=np.int32)
        for g, (plan, labels) in enumerate(zip(self.groups, self.labels, strict=True)):
            rows = plan.rows + self.offset[id(plan.data)]
            generators = functools.partial(random_generator, plan.seed, SHUFFLES)
            for e in range(n_epochs):
                epoch = plan.state.epoch + done + e
                drawn = draw_epoch(
                    settings.batches, labels, generators, epoch, settings.batch_size, settings.steps_per_epoch
                )
                flat[e, g, : len(drawn)] = rows[drawn]
        return flat.reshape(*flat.shape[:2], program.n_steps, program.batch_rows)

    def _join(self, arrays: list[np.ndarray]) -> np.ndarray:
        return arrays[0] if len(self.plans) == 1 else np.stack(arrays)

    def _squeeze(self, values: np.ndarray) -> np.ndarray:
        return values[0] if len(self.plans) == 1 else values


def _compiled_part(settings: Settings) -> Settings:
    """Return the settings without those that the compiled loop is told at run time, so that they share a program."""
    return replace(settings, batch_size=0, steps_per_epoch=None, epochs=0, early_stopping=None)


def _pad(array: np.ndarray, n_rows: int) -> np.ndarray:
    if len(array) == n_rows:
        return array
    padded = np.zeros((n_rows, *array.shape[1:]), dtype=array.dtype)
    padded[: len(array)] = array
    return padded
