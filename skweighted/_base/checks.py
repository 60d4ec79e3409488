"""Argument checks: each returns the clean value or raises one sentence that names the parameter and the cure."""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from numbers import Integral, Real
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from skweighted._base.errors import did_you_mean, parameter_error
from skweighted._base.types import Weights

__all__ = [
    "Interval",
    "check_boolean",
    "check_choice",
    "check_hidden_layer_sizes",
    "check_number",
    "check_sample_weight",
    "is_finite",
    "read_numbers",
]


def check_number(
    value: Any, name: str, owner: str, *, rule: str, valid: Callable[[Any], bool], integer: bool = False, cure: str = ""
) -> None:
    """Raise unless `value` is a finite number (an integer if `integer`) for which `valid` holds.

    Raises
    ------
    TypeError
        If `value` is not a number of the kind asked for.
    ValueError
        If it is not finite or `valid` does not hold.
    """
    kind = Integral if integer else Real
    if isinstance(value, bool | np.bool_) or not isinstance(value, kind):
        raise TypeError(parameter_error(name, owner, rule, value, cure))
    if not is_finite(value) or not valid(value):
        raise ValueError(parameter_error(name, owner, rule, value, cure))


@dataclass(frozen=True)
class Interval:
    """The numbers that a parameter accepts; they are declared once, and the words of errors are derived from them.

    Parameters
    ----------
    low, high : float
    closed : {"left", "right", "both", "neither"}, default="left"
        Which of `low` and `high` are accepted themselves; infinity never is.
    integer : bool, default=False
        Accept integers only.
    """

    low: float
    high: float = math.inf
    closed: str = "left"
    integer: bool = False

    @property
    def rule(self) -> str:
        """The interval in words, such as "a number in [0, 1)"."""
        noun = "an integer" if self.integer else "a number"
        if self.high == math.inf:
            return f"{noun} of at least {self.low:g}" if self._has_low else f"{noun} above {self.low:g}"
        return f"{noun} in {'[' if self._has_low else '('}{self.low:g}, {self.high:g}{']' if self._has_high else ')'}"

    def __contains__(self, value: float) -> bool:
        if value in (self.low, self.high):
            return self._has_low if value == self.low else self._has_high
        return self.low < value < self.high

    @property
    def _has_low(self) -> bool:
        return self.closed in ("left", "both")

    @property
    def _has_high(self) -> bool:
        return self.closed in ("right", "both")

    def check(self, value: Any, name: str, owner: str, *, cure: str = "") -> None:
        """Raise TypeError or ValueError unless `value` is such a number; see :meth:`read`."""
        self.read(value, name, owner, cure=cure)

    def read(self, value: Any, name: str, owner: str, *, otherwise: str = "", cure: str = "") -> Any:
        """Return `value` as a Python int or float.

        Parameters
        ----------
        value : object
        name, owner : str
            Named in errors.
        otherwise : str, optional
            What else the caller accepts, such as "None".
        cure : str, optional

        Raises
        ------
        TypeError, ValueError
            If `value` is not a number of the kind asked for, or lies outside.
        """
        rule = f"{otherwise} or {self.rule}" if otherwise else self.rule
        check_number(value, name, owner, rule=rule, valid=self.__contains__, integer=self.integer, cure=cure)
        return int(value) if self.integer else float(value)


def is_finite(value: Any) -> bool:
    """Return whether a real number is finite as a float; an integer such as ``10**400`` is not."""
    try:
        return bool(np.isfinite(float(value)))
    except OverflowError:
        return False


def read_numbers(values: ArrayLike, message: str) -> np.ndarray:
    """Return real numbers of any container as a float64 array of their shape.

    Raises
    ------
    TypeError
        With `message`, for text (of digits, too), complex numbers and whatever else is not a real number.
    """
    try:
        array = np.asarray(values)
        text = array.dtype.kind == "O" and any(isinstance(value, str | bytes) for value in array.flat)
        if array.dtype.kind in "biufO" and not text:
            return array.astype(np.float64)
    except (OverflowError, TypeError, ValueError):
        pass
    raise TypeError(message) from None


def check_boolean(value: object, name: str, owner: str) -> None:
    """Raise TypeError unless `value` is True or False."""
    if not isinstance(value, bool | np.bool_):
        raise TypeError(parameter_error(name, owner, "True or False", value))


def check_choice(value: object, name: str, owner: str, choices: Iterable[str]) -> None:
    """Raise ValueError unless `value` is one of `choices`; suggest the closest."""
    known = sorted(choices)
    if not (isinstance(value, str) and value in known):
        rule = f"one of {', '.join(map(repr, known))}"
        raise ValueError(parameter_error(name, owner, rule, value, did_you_mean(value, known)))


def check_hidden_layer_sizes(value: object, owner: str) -> tuple[int, ...]:
    """Return the widths of the hidden layers as a tuple; a single integer is one layer.

    Raises
    ------
    TypeError, ValueError
        If a width is not an integer of at least 1.
    """
    sizes = (value,) if isinstance(value, Integral) else value
    rule = "a sequence of integers of at least 1, () for no hidden layer"
    if not isinstance(sizes, tuple | list | np.ndarray):
        raise TypeError(parameter_error("hidden_layer_sizes", owner, rule, value))
    cure = "Leave a layer out instead of giving it no units."
    for size in sizes:
        if isinstance(size, bool) or not isinstance(size, Integral):
            raise TypeError(parameter_error("hidden_layer_sizes", owner, rule, value))
        if size < 1:
            raise ValueError(parameter_error("hidden_layer_sizes", owner, rule, value, cure))
    return tuple(int(size) for size in sizes)


def check_sample_weight(sample_weight: Weights, n_samples: int, name: str = "sample_weight") -> np.ndarray:
    """Return row weights as a float64 array of shape (n_samples,), without touching the argument.

    ``None`` is all ones and a number is that number for every row.

    Raises
    ------
    TypeError
        If a weight is not a real number.
    ValueError
        If the length differs from `n_samples`, or a weight is NaN, infinite or negative, or all are zero.
    """
    if sample_weight is None:
        return np.ones(n_samples)
    kinds = "text, complex numbers and missing values are none"
    row_weight = read_numbers(
        sample_weight, f"{name} must hold real numbers; {kinds}. Give every row a number of at least 0."
    )
    if row_weight.ndim == 0:
        row_weight = np.full(n_samples, row_weight)
    if row_weight.ndim != 1:
        raise ValueError(f"Sample weights must be 1D array or scalar: {name} has shape {row_weight.shape}.")
    if len(row_weight) != n_samples:
        raise ValueError(
            f"{name}.shape == {row_weight.shape}, expected ({n_samples},): {name} has {len(row_weight)} weights for "
            f"{n_samples} rows. Samplers in a pipeline add or drop rows and do not carry {name} along; "
            "use the constructor's class_weight there."
        )
    if not np.isfinite(row_weight).all():
        raise ValueError(f"{name} contains NaN or infinity. Give every row a finite weight; 0 leaves a row out.")
    if (row_weight < 0).any():
        raise ValueError(f"Negative values in data passed to `{name}`: the lowest is {row_weight.min():g}. Use 0.")
    if not row_weight.any():
        raise ValueError(f"{name} is zero for every row: nothing is left to learn from. Give some rows a weight.")
    return row_weight
