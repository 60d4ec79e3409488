"""What each slice of epochs takes: which rows in which order, learning rates, class weights, numbers of steps."""

import functools

import numpy as np

from skweighted._base.types import Tensor
from skweighted.batches import draw_epoch
from skweighted.engines.compiled._arrays import Call
from skweighted.engines.compiled._layout import StackLayout
from skweighted.engines.compiled._shared import aligned_zeros
from skweighted.engines.plan import TrainingPlan
from skweighted.engines.randomness import SHUFFLES, random_generator
from skweighted.optimizers.schedules import Schedule

__all__ = ["CallLayout"]


class CallLayout:
    """The arrays that one call of the compiled function takes for its epochs.

    Parameters
    ----------
    stack : StackLayout
    """

    def __init__(self, stack: StackLayout) -> None:
        self.stack, self.key, self.plans = stack, stack.key, stack.plans
        self.n_steps = max(plan.n_steps for plan in self.plans)
        self.own_steps = np.array([plan.n_steps for plan in self.plans])
        self.n_drawn = np.array([plan.n_drawn for plan in self.plans])
        self._labels = [plan.data.y[plan.rows] for plan in stack.sources_of_orders]
        changes = [p.switch_epoch - p.state.epoch for p in self.plans if p.early_class_weight is not None]
        self._changes = sorted({change for change in changes if change > 0})

    def most_epochs(self, n_done: int) -> int:
        """Return how many epochs a call can train after the first `n_done`: class weights do not change in a call."""
        changes = [change - n_done for change in self._changes if change > n_done]
        return min([self.key.n_epochs, self.stack.settings.epochs - n_done, *changes[:1]])

    def order(self, n_done: int, n_epochs: int) -> np.ndarray:
        """Return the rows that the `n_epochs` epochs after the first `n_done` draw, in order, shape (T, G, B)."""
        key, settings = self.key, self.stack.settings
        size = self.n_steps * key.batch_rows
        order = aligned_zeros((key.n_epochs * key.n_steps, key.n_groups, key.batch_rows), np.dtype(np.int32))
        for g, (plan, labels) in enumerate(zip(self.stack.sources_of_orders, self._labels, strict=True)):
            rows = (plan.rows + self.stack.offset(plan)).astype(np.int32)
            generators = functools.partial(random_generator, plan.seed, SHUFFLES)
            epoch_rows = np.zeros(size, dtype=np.int32)
            for e in range(n_epochs):
                epoch = plan.state.epoch + n_done + e
                drawn = draw_epoch(
                    settings.batches, labels, generators, epoch, settings.batch_size, settings.steps_per_epoch
                )
                epoch_rows[: len(drawn)] = rows[drawn]
                order[e * self.n_steps : (e + 1) * self.n_steps, g] = epoch_rows.reshape(self.n_steps, -1)
        return self.stack.drop_axis(order, 1)

    def call(self, order: np.ndarray, n_done: int, n_epochs: int, active: np.ndarray) -> Call:
        """Return all that a call takes, for networks of which only those `active` train, shape (K,)."""
        dtype, drop_axis = self.stack.settings.dtype, self.stack.drop_axis
        count = self._counts() * active
        shape = (n_epochs, *count.shape)
        number = np.array([plan.state.step for plan in self.plans]) + n_done * self.own_steps
        numbers = number + np.arange(n_epochs)[:, None, None] * self.own_steps + np.arange(1, self.n_steps + 1)[:, None]
        rates = np.ones((n_epochs, self.n_steps, len(self.plans))) * [plan.learning_rate for plan in self.plans]
        for k, plan in enumerate(self.plans):
            if plan.schedule is not None:
                rates[:, : plan.n_steps, k] *= self._factors(plan, plan.schedule, n_done, n_epochs)
        early = [plan.state.epoch + n_done < plan.switch_epoch for plan in self.plans]
        class_weight = [
            plan.early_class_weight if is_early and plan.early_class_weight is not None else plan.class_weight
            for plan, is_early in zip(self.plans, early, strict=True)
        ]
        return Call(
            order=order,
            count=self._fill(np.broadcast_to(count, shape), np.int32),
            size=self._fill(np.broadcast_to(np.maximum(count, 1), shape), dtype),
            rate=self._fill(rates, dtype),
            number=self._fill(numbers, dtype),
            class_weight=drop_axis(np.array(class_weight, dtype=dtype), 0),
            first_epoch=drop_axis(np.array([plan.state.epoch + n_done for plan in self.plans], dtype=np.int32), 0),
            epoch_steps=np.array(self.n_steps, dtype=np.int32),
            n_steps=np.array(n_epochs * self.n_steps, dtype=np.int32),
            losses=self._fill(np.zeros((0, len(self.plans))), dtype),
            ones=drop_axis(np.ones((len(self.plans), 1, self.key.batch_rows), dtype=dtype), 0),
        )

    def curves(self, given: list[Tensor], n_epochs: int) -> list[np.ndarray]:
        """Return the curves of `n_epochs` epochs, (n_epochs, K) each, from what a call gave back."""
        losses, *validation = (value.numpy() for value in given)
        of_steps = self.stack.add_axis(losses, 1)[: n_epochs * self.n_steps].reshape(n_epochs, self.n_steps, -1)
        curve = (of_steps * self._row_shares()).sum(axis=1, dtype=np.float64).astype(losses.dtype)
        return [curve, *(self.stack.add_axis(value, 0)[None] for value in validation)]

    def _row_shares(self) -> np.ndarray:
        """Return the share of an epoch's rows that each step of a network has, (n_steps, K)."""
        return self._counts() / self.n_drawn

    def _counts(self) -> np.ndarray:
        """Return the rows in the batch of each step of an epoch, (n_steps, K)."""
        starts = np.arange(self.n_steps)[:, None] * self.key.batch_rows
        return np.clip(self.n_drawn - starts, 0, self.key.batch_rows)

    def _factors(self, plan: TrainingPlan, schedule: Schedule, n_done: int, n_epochs: int) -> np.ndarray:
        """Return the share of its highest learning rate that a network has in each of its steps."""
        n_steps = plan.n_steps
        start, stop = n_done * n_steps, (n_done + n_epochs) * n_steps
        return schedule.factors(self.stack.settings.epochs * n_steps, start, stop).reshape(n_epochs, n_steps)

    def _fill(self, values: np.ndarray, dtype: str | type) -> np.ndarray:
        """Return values of each step, (n_epochs, n_steps, K), as the program takes them, (T, K)."""
        filled = aligned_zeros((self.key.n_epochs * self.key.n_steps, len(self.plans)), np.dtype(dtype))
        flat = values.reshape(-1, len(self.plans))
        filled[: len(flat)] = flat
        return self.stack.drop_axis(filled, 1)
