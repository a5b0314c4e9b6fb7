"""How the settings of a training were changed on the way, and what they were before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import fields, replace
from typing import Annotated, Any

from msgspec import Meta, Struct

from explorer.engine.errors import BadExploration
from explorer.engine.learning.settings import Settings

MOST_CHANGES = 200
MOST_UPDATES = 10**12
"""Years of training: beyond, a step would be no exact number to the curves any more."""

Value = str | float | tuple[str, ...]

_USUAL = {field.name: getattr(Settings(), field.name) for field in fields(Settings)}


class Change(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A field of the settings that became another one; ``step`` is the first that was made with the new value."""

    step: Annotated[int, Meta(ge=0, le=MOST_UPDATES)]
    setting: str
    before: Value
    after: Value

    def __post_init__(self) -> None:
        for value in (self.before, self.after):
            replace(Settings(), **_typed(self.setting, value))


def changes(step: int, before: Settings | None, after: Settings | None) -> Iterator[Change]:
    """Yield how the settings ``before`` became those of ``after`` at ``step``."""
    if before is None or after is None:
        return
    for field in fields(Settings):
        old, new = getattr(before, field.name), getattr(after, field.name)
        if old != new:
            yield Change(step=step, setting=field.name, before=old, after=new)


def taken_back(settings: Settings, made: Iterable[Change]) -> Settings:
    """Return what ``settings`` were before the changes that were ``made``, in their order.

    Raises
    ------
    BadSettings
        If they can't have led there.
    """
    before: dict[str, Any] = {}
    for change in made:
        # Of several changes of one setting the first tells.
        before = _typed(change.setting, change.before) | before
    # All at once: on the way from one truncation to another there would be two.
    return replace(settings, **before)


def _typed(name: str, value: Value) -> dict[str, Any]:
    """Return the setting ``name`` with ``value`` in the type that it has: JSON doesn't tell 20 from 20.0.

    Raises
    ------
    BadExploration
        If there is no such setting, or its values are of another type.
    """
    usual = _USUAL.get(name)
    if isinstance(usual, int) and isinstance(value, float) and value.is_integer():
        value = int(value)
    if usual is None or not isinstance(value, (float, int) if isinstance(usual, float) else type(usual)):
        raise BadExploration("The setting “{name}” of the training was never “{value}”.", name=name, value=value)
    return {name: value}
