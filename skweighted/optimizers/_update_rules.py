"""Update rules equal to Keras' step by step, one class each, accepted by ``optimizer=`` as names or instances."""

from typing import TypeAlias

from skweighted._base.checks import Interval, check_boolean
from skweighted._base.keywords import keywords_after_first
from skweighted._base.registry import Component, Registry
from skweighted._base.types import KerasOptimizer, KerasSchedule, Tensor

__all__ = ["OPTIMIZERS", "SGD", "Adam", "AdamW", "Optimizer", "RMSprop"]

Slots: TypeAlias = list[Tensor]
"""What an optimizer remembers of one parameter: `n_slots` tensors of its shape."""

Updated: TypeAlias = tuple[Tensor, Slots]
"""The parameter and its slots after a step."""


class Optimizer(Component):
    """Base class: one gradient step on one parameter array, for one network and for a stack of `K` alike.

    The learning rate is the classifier's, since it may differ between the networks of a stack. Every rule has two
    parameters of Keras'.

    Attributes
    ----------
    global_clipnorm : float or None, default=None
        The largest norm of a network's gradient, all parameters together; a longer one is shortened to it.
    ema_momentum : float or None, default=None
        The network that validates and predicts is the running mean of the weights after each step, of which it keeps
        this share, such as 0.99; None is the weights after the last step. Keras' ``use_ema=True``.
    """

    global_clipnorm: float | None = None
    ema_momentum: float | None = None

    @property
    def n_slots(self) -> int:
        """How many arrays of a parameter's shape the rule remembers; they start at zero."""
        return 0

    @property
    def n_remembered(self) -> int:
        """How many such arrays training remembers: those of the rule and, for a running mean, one more."""
        return self.n_slots + (self.ema_momentum is not None)

    def check(self, owner: str) -> None:
        """Raise unless `global_clipnorm` is above 0 and `ema_momentum` in (0, 1), or None."""
        where = type(self).__name__
        if self.global_clipnorm is not None:
            Interval(0, closed="neither").read(self.global_clipnorm, "global_clipnorm", where, otherwise="None")
        if self.ema_momentum is not None:
            Interval(0, 1, closed="neither").read(self.ema_momentum, "ema_momentum", where, otherwise="None")

    @property
    def weight_only_decay(self) -> float:
        """How much of the weights, and not of the biases, each step takes off before the update, per learning rate."""
        return 0.0

    def update(self, param: Tensor, gradient: Tensor, slots: Slots, learning_rate: Tensor, step: Tensor) -> Updated:
        """Return the parameter and its slots after one step.

        Parameters
        ----------
        param, gradient : tensor of shape (K, ...) or (...)
        slots : list of `n_slots` tensors of the shape of `param`
        learning_rate, step : tensor that broadcasts against `param`
            `step` counts from 1.
        """
        raise NotImplementedError

    def to_keras(self, learning_rate: float | KerasSchedule) -> KerasOptimizer:
        """Return the Keras optimizer of the same arithmetic."""
        import keras

        parameters = {name: value for name, value in self.get_params().items() if name != "decay_biases"}
        if parameters.get("ema_momentum") is None:
            parameters.pop("ema_momentum", None)
        else:
            parameters["use_ema"] = True
        return getattr(keras.optimizers, type(self).__name__)(learning_rate=learning_rate, **parameters)

    def _check_rates(self, owner: str, *names: str) -> None:
        for name in names:
            Interval(0, 1).check(getattr(self, name), name, type(self).__name__)

    def _check_epsilon(self, owner: str) -> None:
        Interval(0, closed="neither").check(self.epsilon, "epsilon", type(self).__name__)


OPTIMIZERS: Registry[Optimizer] = Registry("optimizer", Optimizer)


@OPTIMIZERS.register("sgd")
class SGD(Optimizer):
    r"""Stochastic gradient descent, with momentum if asked.

    .. math:: v \leftarrow \mu v - \eta g, \quad \theta \leftarrow \theta + v

    Parameters
    ----------
    momentum : float, default=0.0
        The share :math:`\mu` of the last step that is kept, in [0, 1).
    nesterov : bool, default=False
        Take the gradient at the point that the momentum leads to.
    global_clipnorm, ema_momentum : float or None, default=None
        Clipping and averaging, as in :class:`Optimizer`.

    References
    ----------
    Sutskever et al. (2013), On the importance of initialization and momentum in deep learning, ICML.
    """

    @keywords_after_first
    def __init__(
        self,
        momentum: float = 0.0,
        *,
        nesterov: bool = False,
        global_clipnorm: float | None = None,
        ema_momentum: float | None = None,
    ) -> None:
        self.momentum = momentum
        self.nesterov = nesterov
        self.global_clipnorm = global_clipnorm
        self.ema_momentum = ema_momentum

    @property
    def n_slots(self) -> int:
        """1 with momentum, else 0."""
        return int(self.momentum > 0)

    def check(self, owner: str) -> None:
        """Raise unless ``0 <= momentum < 1`` and `nesterov` is a boolean."""
        super().check(owner)
        self._check_rates(owner, "momentum")
        check_boolean(self.nesterov, "nesterov", type(self).__name__)

    def update(self, param: Tensor, gradient: Tensor, slots: Slots, learning_rate: Tensor, step: Tensor) -> Updated:
        """Return the parameter and its velocity after one step."""
        if not slots:
            return param - learning_rate * gradient, []
        velocity = self.momentum * slots[0] - learning_rate * gradient
        ahead = self.momentum * velocity - learning_rate * gradient if self.nesterov else velocity
        return param + ahead, [velocity]


@OPTIMIZERS.register("adam")
class Adam(Optimizer):
    r"""Steps scaled by running means of the gradient and of its square.

    .. math:: \theta \leftarrow \theta - \eta \frac{\sqrt{1-\beta_2^t}}{1-\beta_1^t} \frac{m}{\sqrt{v} + \epsilon}

    Parameters
    ----------
    beta_1, beta_2 : float, default=0.9, 0.999
        Decay of the first and the second moment per step, in [0, 1).
    epsilon : float, default=1e-7
        Added to the root of the *uncorrected* second moment, as in Keras.
    global_clipnorm, ema_momentum : float or None, default=None
        Clipping and averaging, as in :class:`Optimizer`.

    References
    ----------
    Kingma & Ba (2015), Adam: A Method for Stochastic Optimization, ICLR.
    """

    @keywords_after_first
    def __init__(
        self,
        beta_1: float = 0.9,
        *,
        beta_2: float = 0.999,
        epsilon: float = 1e-7,
        global_clipnorm: float | None = None,
        ema_momentum: float | None = None,
    ) -> None:
        self.beta_1 = beta_1
        self.beta_2 = beta_2
        self.epsilon = epsilon
        self.global_clipnorm = global_clipnorm
        self.ema_momentum = ema_momentum

    @property
    def n_slots(self) -> int:
        """2: the first and the second moment."""
        return 2

    def check(self, owner: str) -> None:
        """Raise unless both decays are in [0, 1) and `epsilon` is above 0."""
        super().check(owner)
        self._check_rates(owner, "beta_1", "beta_2")
        self._check_epsilon(owner)

    def update(self, param: Tensor, gradient: Tensor, slots: Slots, learning_rate: Tensor, step: Tensor) -> Updated:
        """Return the parameter and its two moments after one step."""
        import tensorflow as tf

        m, v = slots
        correction = tf.sqrt(1 - self.beta_2**step) / (1 - self.beta_1**step)
        m = m + (gradient - m) * (1 - self.beta_1)
        v = v + (gradient * gradient - v) * (1 - self.beta_2)
        return param - learning_rate * correction * m / (tf.sqrt(v) + self.epsilon), [m, v]


@OPTIMIZERS.register("adamw")
class AdamW(Adam):
    r"""Adam after a decay of every parameter by ``learning_rate * weight_decay``.

    .. math:: \theta \leftarrow (1 - \eta \lambda) \theta \text{ before each step of Adam}

    Parameters
    ----------
    weight_decay : float, default=0.004
        The decay :math:`\lambda` per step and unit of learning rate, at least 0.
    beta_1, beta_2, epsilon : float
        As in :class:`Adam`.
    decay_biases : bool, default=True
        Whether biases decay, too, as in Keras; False leaves them alone (``exclude_from_weight_decay(["bias"])``).
    global_clipnorm, ema_momentum : float
        As in :class:`Adam`.

    References
    ----------
    Loshchilov & Hutter (2019), Decoupled Weight Decay Regularization, ICLR.
    """

    @keywords_after_first
    def __init__(
        self,
        weight_decay: float = 0.004,
        *,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-7,
        decay_biases: bool = True,
        global_clipnorm: float | None = None,
        ema_momentum: float | None = None,
    ) -> None:
        super().__init__(
            beta_1=beta_1, beta_2=beta_2, epsilon=epsilon, global_clipnorm=global_clipnorm, ema_momentum=ema_momentum
        )
        self.weight_decay = weight_decay
        self.decay_biases = decay_biases

    def check(self, owner: str) -> None:
        """Raise unless `weight_decay` is at least 0, `decay_biases` a boolean and Adam's own parameters in range."""
        super().check(owner)
        check_boolean(self.decay_biases, "decay_biases", type(self).__name__)
        Interval(0).check(self.weight_decay, "weight_decay", type(self).__name__)

    def update(self, param: Tensor, gradient: Tensor, slots: Slots, learning_rate: Tensor, step: Tensor) -> Updated:
        """Return the updated parameter, decayed before that if biases decay as weights do, and its two moments."""
        before = param - param * self.weight_decay * learning_rate if self.decay_biases else param
        return super().update(before, gradient, slots, learning_rate, step)

    @property
    def weight_only_decay(self) -> float:
        """The decay if biases do not decay; :meth:`update` decays all alike."""
        return 0.0 if self.decay_biases else self.weight_decay

    def to_keras(self, learning_rate: float | KerasSchedule) -> KerasOptimizer:
        """Return Keras' AdamW."""
        optimizer = super().to_keras(learning_rate)
        if not self.decay_biases:
            optimizer.exclude_from_weight_decay(var_names=["bias"])
        return optimizer


@OPTIMIZERS.register("rmsprop")
class RMSprop(Optimizer):
    r"""Steps scaled by a running mean of the squared gradient.

    .. math:: v \leftarrow \rho v + (1 - \rho) g^2, \quad \theta \leftarrow \theta - \eta g / \sqrt{v + \epsilon}

    Parameters
    ----------
    rho : float, default=0.9
        Decay of the mean square per step, in [0, 1).
    momentum : float, default=0.0
        The share of the last step that is kept, in [0, 1).
    epsilon : float, default=1e-7
        Added *inside* the root, as in Keras.
    global_clipnorm, ema_momentum : float or None, default=None
        Clipping and averaging, as in :class:`Optimizer`.

    References
    ----------
    Tieleman & Hinton (2012), Lecture 6.5, Neural Networks for Machine Learning.
    """

    @keywords_after_first
    def __init__(
        self,
        rho: float = 0.9,
        *,
        momentum: float = 0.0,
        epsilon: float = 1e-7,
        global_clipnorm: float | None = None,
        ema_momentum: float | None = None,
    ) -> None:
        self.rho = rho
        self.momentum = momentum
        self.epsilon = epsilon
        self.global_clipnorm = global_clipnorm
        self.ema_momentum = ema_momentum

    @property
    def n_slots(self) -> int:
        """2 with momentum, else 1."""
        return 1 + int(self.momentum > 0)

    def check(self, owner: str) -> None:
        """Raise unless `rho` and `momentum` are in [0, 1) and `epsilon` is above 0."""
        super().check(owner)
        self._check_rates(owner, "rho", "momentum")
        self._check_epsilon(owner)

    def update(self, param: Tensor, gradient: Tensor, slots: Slots, learning_rate: Tensor, step: Tensor) -> Updated:
        """Return the parameter, its mean square and, with momentum, its velocity after one step."""
        import tensorflow as tf

        mean_square = self.rho * slots[0] + (1 - self.rho) * gradient * gradient
        change = learning_rate * gradient / tf.sqrt(mean_square + self.epsilon)
        if self.momentum == 0:
            return param - change, [mean_square]
        velocity = self.momentum * slots[1] + change
        return param - velocity, [mean_square, velocity]
