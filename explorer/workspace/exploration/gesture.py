"""`Gesture`: what a person does to an exploration, as a small value."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from explorer.workspace.exploration.exploration import Exploration

Change = Callable[..., Exploration]
"""A function with a name, of an exploration and of what is chosen."""


@dataclass(frozen=True, slots=True)
class Gesture:
    """A ``change`` with its ``arguments``, what it is called for undo (``label``, in English), and what it merges with.

    Gestures that follow one another with the same ``merge`` are one undo step; "" never is. Two that do the same are equal,
    and each says what it does: ``with_recipe(gain=1.6)``.
    """

    label: str
    change: Change
    arguments: Mapping[str, Any] = field(default_factory=dict)
    merge: str = ""

    @classmethod
    def of(cls, label: str, change: Change, merge: str = "", /, **arguments: Any) -> Self:
        """Return the gesture that calls ``change`` with ``arguments``."""
        return cls(label, change, arguments, merge)

    def __call__(self, exploration: Exploration) -> Exploration:
        """Return what the gesture makes of ``exploration``.

        Raises
        ------
        Refusal
            If it can't be done to this one.
        """
        return self.change(exploration, **self.arguments)

    def __repr__(self) -> str:
        """Return the change with its arguments."""
        said = ", ".join(f"{name}={value!r}" for name, value in self.arguments.items())
        return f"{self.change.__name__}({said})"
