"""Constructor parameters that an old pickle lacks, because they were added after it was made."""

import inspect
from collections.abc import Mapping
from typing import Any, ClassVar

__all__ = ["KeepsOldPickles"]


class KeepsOldPickles:
    """Mixin for estimators and components: a pickle that lacks a constructor parameter gets its value on loading.

    Attributes
    ----------
    values_before : mapping of str to object
        For a parameter added later, the value that does what was done before it existed. One that is not listed has
        its default, so list a parameter whenever its default changes what is learnt or predicted.
    """

    values_before: ClassVar[Mapping[str, Any]] = {}

    @classmethod
    def parameters_before(cls) -> dict[str, Any]:
        """Return, for each constructor parameter that has one, the value that an older pickle without it stands for."""
        parameters = inspect.signature(cls).parameters.values()
        defaults = {p.name: p.default for p in parameters if p.default is not inspect.Parameter.empty}
        return defaults | dict(cls.values_before)

    def __setstate__(self, state: dict[str, Any]) -> None:
        state = self.parameters_before() | state
        following = getattr(super(), "__setstate__", None)
        if following is None:
            self.__dict__.update(state)
        else:
            following(state)
