"""Register a class by its key: the one list of what a parameter accepts."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from difflib import get_close_matches
from typing import Any, Generic, TypeVar

T = TypeVar("T")


def did_you_mean(value: object, choices: Iterable[Any]) -> str:
    """Return ``"Did you mean 'x'?"`` for the choice whose text is closest to that of `value`, or an empty string."""
    by_text = {str(choice): choice for choice in choices}
    close = get_close_matches(str(value), by_text, n=1)
    return f"Did you mean {by_text[close[0]]!r}?" if close else ""


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

    def resolve(self, value: Any, owner: str) -> T:
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
        message = f"The {self.name!r} parameter of {owner} must be {rule}. Got {value!r} instead."
        raise ValueError(f"{message} {did_you_mean(value, keys)}".rstrip())

    def __getitem__(self, key: str) -> type[T]:
        return self._classes[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._classes)

    def __len__(self) -> int:
        return len(self._classes)
