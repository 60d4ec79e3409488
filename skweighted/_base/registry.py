"""Components, and their registration by a key: the one list of what a parameter accepts."""

from collections.abc import Callable, Iterator, Mapping
from typing import ClassVar, Generic, TypeVar

from sklearn.base import BaseEstimator

from skweighted._base.errors import did_you_mean, parameter_error
from skweighted._base.old_pickles import KeepsOldPickles

__all__ = ["Component", "Registry"]

T = TypeVar("T")


class Component(KeepsOldPickles, BaseEstimator):
    """Base class of a loss, an optimizer, a rule or a schedule: parameters that can be searched, checked in ``fit``.

    Attributes
    ----------
    key : str
        The name that the registry knows the class by; a user's own class needs none.
    """

    key: ClassVar[str]

    def check(self, owner: str) -> None:
        """Raise if a parameter is out of its range; called in ``fit``.

        Parameters
        ----------
        owner : str
            The estimator. Errors about a component's own parameters name the component instead.
        """


class Registry(Mapping[str, type[T]], Generic[T]):
    """A mapping from key to class, filled by the decorator :meth:`register`.

    Parameters
    ----------
    name : str
        The constructor parameter whose values the registry holds, such as ``"loss"``.
    base : type
        The class that every registered class extends; its instances are accepted as they are.
    """

    def __init__(self, name: str, base: type[T]) -> None:
        self.name = name
        self.base = base
        self._classes: dict[str, type[T]] = {}

    def register(self, key: str) -> Callable[[type[T]], type[T]]:
        """Make the decorated class the meaning of `key`."""

        def add(cls: type[T]) -> type[T]:
            if key in self._classes:
                raise ValueError(f"{key!r} is registered twice for {self.name!r}.")
            cls.key = key  # type: ignore[attr-defined]
            self._classes[key] = cls
            return cls

        return add

    def resolve(self, value: object, owner: str) -> T:
        """Return the instance that `value` stands for: a key's class with its defaults, or `value` itself.

        Raises
        ------
        ValueError
            If `value` is neither a key nor an instance of the registry's base class.
        """
        if isinstance(value, self.base):
            return value
        if isinstance(value, str) and value in self._classes:
            return self._classes[value]()
        keys = sorted(self._classes)
        rule = f"one of {', '.join(map(repr, keys))}, or an instance of skweighted's {self.base.__name__}"
        raise ValueError(parameter_error(self.name, owner, rule, value, did_you_mean(value, keys)))

    def __getitem__(self, key: str) -> type[T]:
        return self._classes[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._classes)

    def __len__(self) -> int:
        return len(self._classes)
