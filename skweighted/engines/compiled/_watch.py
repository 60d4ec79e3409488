"""Early stopping and divergence of each network of a stack, judged between slices of epochs."""

from collections.abc import Sequence

import numpy as np

from skweighted._base.tensorflow import import_tensorflow
from skweighted._base.types import Matrix, Tensor
from skweighted.engines._patience import Patience
from skweighted.engines.compiled._arrays import State
from skweighted.engines.compiled._parameters import ParameterLayout
from skweighted.engines.plan import TrainingPlan
from skweighted.network import forward

__all__ = ["StackWatcher"]


class StackWatcher:
    """Which of `K` networks continue, and what each keeps.

    Parameters
    ----------
    plans : sequence of TrainingPlan
    layout : ParameterLayout
        How the program holds the parameters of a network.
    n_copies : int, default=0
        How many of the last plans only fill up the stack: they are never active, nor watched.

    Attributes
    ----------
    active : ndarray of shape (K,)
        Which networks early stopping has not stopped.
    n_iter, diverged_at : ndarray of shape (K,)
        Epochs trained; the epoch, counted from 1, of divergence, or 0.
    patience : Patience or None
    """

    def __init__(self, plans: Sequence[TrainingPlan], layout: ParameterLayout, n_copies: int = 0) -> None:
        n_networks = len(plans)
        self.n_watched = n_networks - n_copies
        self.plans = plans
        self._layout = layout
        self.stopping = plans[0].settings.early_stopping
        self.active = np.arange(n_networks) < self.n_watched
        self.n_iter = np.zeros(n_networks, dtype=np.int64)
        self.diverged_at = np.zeros(n_networks, dtype=np.int64)
        self.patience = None if self.stopping is None else Patience(self.stopping, n_networks)
        self._best_state: State | None = None
        self._curves: list[list[np.ndarray]] = []
        self._inputs: dict[tuple[int, int], Matrix] = {}

    @property
    def running(self) -> np.ndarray:
        """Which networks still have something to gain, shape (K,)."""
        return self.active & (self.diverged_at == 0)

    def record(self, state: State, curves: list[np.ndarray]) -> None:
        """Take in a slice: the state after it and its curves, each of shape (n_epochs, K)."""
        if self.stopping is not None and self.stopping.score:
            curves = [curves[0], self._scores(state)]
        self._curves.append(curves)
        failed = ~np.isfinite(curves[0])
        new = failed.any(axis=0) & (self.diverged_at == 0) & self.active
        self.diverged_at[new] = self.n_iter[new] + failed.argmax(axis=0)[new] + 1
        self.n_iter[self.active] += len(failed)
        if self.patience is not None:
            improved = self.patience.judge(curves[1][0], self.n_iter, self.active)
            improved[self.n_watched :] = improved[: self.n_watched].all()  # whatever spares a choice
            self._best_state = state if self._best_state is None else _choose(improved, state, self._best_state)
            self.active &= ~self.patience.spent

    def _scores(self, state: State) -> np.ndarray:
        scores = np.full((1, len(self.plans)), np.nan)
        held = [part.numpy() for part in state.params]
        held = held if len(self.plans) > 1 else [part[None] for part in held]  # one network has no axis
        for k in np.flatnonzero(self.running).tolist():
            plan = self.plans[k]
            params = self._layout.unpack([part[k] for part in held])
            if plan.monitor is not None and all(np.isfinite(param).all() for param in params):
                logits = forward(plan.settings.architecture, params, self._validation_inputs(plan))
                scores[0, k] = plan.monitor(logits)
        return scores

    def _validation_inputs(self, plan: TrainingPlan) -> Matrix:
        """Return the rows that a plan holds out; the same matrix for plans that hold out the same."""
        key = id(plan.data), id(plan.validation_rows)
        if key not in self._inputs:
            self._inputs[key] = plan.data.X[plan.validation_rows]
        return self._inputs[key]

    def kept(self, state: State) -> State:
        """Return the state to keep when training ends at `state`: the best one under early stopping."""
        return state if self._best_state is None else self._best_state

    def latest(self) -> tuple[float, float | None]:
        """Return loss and validation value of the last epoch, each the mean over the networks where it is finite."""
        means = [_finite_mean(curve[-1, : self.n_watched]) for curve in self._curves[-1]]
        return means[0], means[1] if len(means) > 1 else None

    def curves(self) -> tuple[np.ndarray, np.ndarray | None]:
        """Return the loss curve and, with validation rows, the validation curve, each of shape (n_epochs, K)."""
        joined = [np.concatenate(parts) for parts in zip(*self._curves, strict=True)]
        return joined[0], joined[1] if len(joined) > 1 else None


def _choose(improved: np.ndarray, new: State, best: State) -> State:
    """Return `new` for the networks that improved and `best` for the others."""
    if improved.all() or not improved.any():
        return new if improved.all() else best
    tf = import_tensorflow()

    def choose(a: Tensor, b: Tensor) -> Tensor:
        return tf.where(improved.reshape(-1, *[1] * (len(a.shape) - 1)), a, b)

    return tf.nest.map_structure(choose, new, best)


def _finite_mean(values: np.ndarray) -> float:
    finite = values[np.isfinite(values)]
    return float(finite.mean()) if len(finite) else float("nan")
