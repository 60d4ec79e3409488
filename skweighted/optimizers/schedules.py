"""How the learning rate changes in the course of training: values that ``learning_rate=`` accepts beside a number."""

from typing import Any

import numpy as np

from skweighted._base.checks import Interval, check_number
from skweighted._base.registry import Component, Registry

__all__ = ["SCHEDULES", "Constant", "CosLog", "Cosine", "FlatCosine", "Schedule", "Warmup", "resolve_schedule"]


class Schedule(Component):
    """Base class: a factor of the highest rate, for every gradient step of a fit.

    Parameters
    ----------
    peak : float, default=1e-3
        The highest learning rate.
    """

    def __init__(self, peak: float = 1e-3) -> None:
        self.peak = peak

    def check(self, owner: str) -> None:
        """Raise if a parameter is out of its range; called in ``fit``."""
        Interval(0, closed="neither").check(self.peak, "peak", type(self).__name__)

    def highest_rate(self) -> float:
        """Return the rate that a factor of 1 stands for."""
        return float(self.peak)

    def factor(self, t: np.ndarray) -> np.ndarray:
        """Return the factor of the highest rate, in [0, 1].

        Parameters
        ----------
        t : ndarray
            The share of training that is over, in [0, 1].
        """
        raise NotImplementedError

    def factors(self, n_steps: int, start: int = 0, stop: int | None = None) -> np.ndarray:
        """Return the factor of the steps from `start` to before `stop`, counted from 0.

        Parameters
        ----------
        n_steps : int
            Steps of the whole fit; those beyond have the factor of the last one.
        start : int, default=0
        stop : int, optional
            None is `n_steps`.

        Returns
        -------
        ndarray of shape (stop - start,)

        Notes
        -----
        A step stands for the middle of its share of training, so that no step is lost to a rate of 0.
        """
        steps = np.minimum(np.arange(start, n_steps if stop is None else stop), n_steps - 1)
        return self.factor((steps + 0.5) / n_steps)


SCHEDULES: Registry[Schedule] = Registry("learning_rate", Schedule)


@SCHEDULES.register("constant")
class Constant(Schedule):
    """The same rate throughout, as a plain number is.

    Parameters
    ----------
    peak : float, default=1e-3
        The learning rate.
    """

    def factor(self, t: np.ndarray) -> np.ndarray:
        """Return ones."""
        return np.ones_like(t, dtype=np.float64)


@SCHEDULES.register("cosine")
class Cosine(Schedule):
    r"""Fall from the highest rate to 0 along half a cosine.

    .. math:: f(t) = (1 + \cos \pi t) / 2

    Parameters
    ----------
    peak : float, default=1e-3
        The highest learning rate.

    References
    ----------
    Loshchilov & Hutter (2017), SGDR: Stochastic Gradient Descent with Warm Restarts, ICLR; without restarts.

    Examples
    --------
    >>> Cosine(0.01).factors(4).round(2).tolist()
    [0.96, 0.69, 0.31, 0.04]
    """

    def factor(self, t: np.ndarray) -> np.ndarray:
        """Return half a cosine, from 1 to 0."""
        return (1 + np.cos(np.pi * t)) / 2


@SCHEDULES.register("flat_cosine")
class FlatCosine(Cosine):
    r"""Stay at the highest rate for half of the training, then fall to 0 along half a cosine.

    .. math:: f(t) = (1 + \cos(\pi \max(0, 2t - 1))) / 2

    Parameters
    ----------
    peak : float, default=1e-3
        The highest learning rate.

    References
    ----------
    Holzmüller, Grinsztajn & Steinwart (2024), Better by Default: Strong Pre-Tuned MLPs and Boosted Trees on Tabular
    Data, NeurIPS.
    """

    def factor(self, t: np.ndarray) -> np.ndarray:
        """Return 1 up to a half, then half a cosine."""
        return super().factor(np.maximum(0, 2 * t - 1))


@SCHEDULES.register("coslog")
class CosLog(Schedule):
    r"""Rise from 0 and fall again `n_cycles` times, each cycle about twice as long as the one before.

    .. math:: f(t) = (1 - \cos(2 \pi \log_2(1 + (2^k - 1) t))) / 2

    Parameters
    ----------
    peak : float, default=1e-3
        The highest learning rate.
    n_cycles : int, default=4
        The cycles :math:`k`.

    References
    ----------
    Holzmüller, Grinsztajn & Steinwart (2024), Better by Default: Strong Pre-Tuned MLPs and Boosted Trees on Tabular
    Data, NeurIPS.
    """

    def __init__(self, peak: float = 1e-3, *, n_cycles: int = 4) -> None:
        super().__init__(peak)
        self.n_cycles = n_cycles

    def check(self, owner: str) -> None:
        """Raise unless `n_cycles` is an integer of at least 1 and `peak` is above 0."""
        super().check(owner)
        Interval(1, integer=True).check(self.n_cycles, "n_cycles", type(self).__name__)

    def factor(self, t: np.ndarray) -> np.ndarray:
        """Return the cycles, each from 0 to 1 to 0."""
        return (1 - np.cos(2 * np.pi * np.log2(1 + (2.0**self.n_cycles - 1) * t))) / 2


@SCHEDULES.register("warmup")
class Warmup(Schedule):
    r"""Rise in a straight line to the highest rate of another schedule, then follow it.

    .. math:: f(t) = t / s \text{ for } t < s, \quad f(t) = g((t - s) / (1 - s)) \text{ after}

    Parameters
    ----------
    schedule : {"constant", "cosine", "flat_cosine", "coslog"} or Schedule, default="cosine"
        What follows, with factors :math:`g`; its highest rate is searchable as ``learning_rate__schedule__peak``.
    share : float, default=0.05
        The share :math:`s` of the steps that rise, in (0, 1).

    References
    ----------
    Goyal et al. (2017), Accurate, Large Minibatch SGD: Training ImageNet in 1 Hour, arXiv:1706.02677.
    """

    def __init__(self, schedule: str | Schedule = "cosine", *, share: float = 0.05) -> None:
        self.schedule = schedule
        self.share = share

    def check(self, owner: str) -> None:
        """Raise unless `share` is in (0, 1) and `schedule` is one, its own parameters in range."""
        Interval(0, 1, closed="neither").check(self.share, "share", type(self).__name__)
        self._following(owner).check(owner)

    def highest_rate(self) -> float:
        """Return that of the schedule that follows."""
        return self._following(type(self).__name__).highest_rate()

    def factor(self, t: np.ndarray) -> np.ndarray:
        """Return the rise, then the factors of the schedule that follows."""
        after = np.maximum(0, t - self.share) / (1 - self.share)
        return np.where(t < self.share, t / self.share, self._following(type(self).__name__).factor(after))

    def _following(self, owner: str) -> Schedule:
        return SCHEDULES.resolve(self.schedule, owner)


def resolve_schedule(learning_rate: Any, owner: str) -> Schedule:
    """Return the schedule that a value of `learning_rate` stands for, checked; a number is a constant rate.

    Parameters
    ----------
    learning_rate : float, str or Schedule
        What a user passed.
    owner : str
        The estimator that errors name.

    Returns
    -------
    Schedule
        The instance itself if it is one.

    Raises
    ------
    TypeError, ValueError
        If it is neither a number above 0 nor a schedule or the name of one.
    """
    if isinstance(learning_rate, str | Schedule):
        schedule = SCHEDULES.resolve(learning_rate, owner)
        schedule.check(owner)
        return schedule
    rule = f"a number above 0, one of {', '.join(map(repr, sorted(SCHEDULES)))}, or a Schedule"
    check_number(learning_rate, "learning_rate", owner, rule=rule, valid=lambda v: v > 0)
    return Constant(float(learning_rate))
