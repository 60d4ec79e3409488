"""What happens around an optimizer's update: the gradient is clipped, weights decay, and a running mean is kept.

Each is part of a program only if the optimizer asks for it. A running mean takes the place of the parameters in the
state, so that validation, early stopping and prediction use it. The last slot of a parameter then holds how far the
parameter itself is from it: 0 before the first step, as every slot is.
"""

from collections.abc import Sequence

from skweighted._base.tensorflow import import_tensorflow
from skweighted._base.types import Tensor
from skweighted.engines.compiled._arrays import State
from skweighted.engines.compiled._parameters import ParameterLayout, align
from skweighted.optimizers import Optimizer

__all__ = ["moving_params", "take_step"]


def moving_params(optimizer: Optimizer, state: State) -> list[Tensor]:
    """Return the parameters after the last step, at which the gradient is taken, and not their running mean."""
    if optimizer.ema_momentum is None:
        return list(state.params)
    return [mean + slots[-1] for mean, slots in zip(state.params, state.slots, strict=True)]


def take_step(
    optimizer: Optimizer,
    layout: ParameterLayout,
    state: State,
    gradients: Sequence[Tensor],
    rate: Tensor,
    number: Tensor,
) -> State:
    """Return the state after a step.

    Parameters
    ----------
    optimizer : Optimizer
    layout : ParameterLayout
        Of the parameters in `state`.
    state : State
    gradients : sequence of tensor
        One for each of ``state.params``, taken at :func:`moving_params`.
    rate, number : tensor of shape (K,) or ()
        Learning rate, and the number of the step, counted from 1.
    """
    before = moving_params(optimizer, state)
    if optimizer.weight_only_decay:
        lost = rate * optimizer.weight_only_decay
        before = [p - align(lost, p) * w for p, w in zip(before, layout.keep_weights(before), strict=True)]
    if optimizer.global_clipnorm is not None:
        gradients = _clip(gradients, optimizer.global_clipnorm, n_axes=len(rate.shape))
    params, slots = [], []
    for param, gradient, old in zip(before, gradients, state.slots, strict=True):
        paces = (align(value, param) for value in (rate, number))
        moved, remembered = optimizer.update(param, gradient, old[: optimizer.n_slots], *paces)
        params.append(moved)
        slots.append(remembered)
    new = State(layout.keep_fixed(params, before), slots)
    return new if optimizer.ema_momentum is None else _average(state, new, optimizer.ema_momentum, number)


def _clip(gradients: Sequence[Tensor], largest: float, n_axes: int) -> list[Tensor]:
    """Return gradients, the first `n_axes` of whose axes are for networks, with a norm of at most `largest` of each."""
    tf = import_tensorflow()
    squares = sum(tf.reduce_sum(g * g, axis=list(range(n_axes, len(g.shape)))) for g in gradients)
    factor = largest / tf.maximum(tf.sqrt(squares), largest)
    return [gradient * align(factor, gradient) for gradient in gradients]


def _average(old: State, new: State, momentum: float, number: Tensor) -> State:
    """Return the running means after a step, of which the first is the parameters after the first step."""
    tf = import_tensorflow()
    share = tf.where(number > 1, tf.cast(momentum, number.dtype), tf.zeros_like(number))
    means, slots = [], []
    for mean, moved, remembered in zip(old.params, new.params, new.slots, strict=True):
        of_param = align(share, moved)
        means.append(of_param * mean + (1 - of_param) * moved)
        slots.append([*remembered, moved - means[-1]])
    return State(means, slots)
