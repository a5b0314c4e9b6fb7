"""How long work is told to stop and tells how far it is."""

from __future__ import annotations

from collections.abc import Callable

Stop = Callable[[], bool]
"""Asked between steps; True ends the work with `Stopped`."""

Report = Callable[[float], None]
"""Told the fraction that is done, 0..1."""


def never() -> bool:
    """Return that the work goes on."""
    return False


def silent(_: float) -> None:
    """Tell nobody how far the work is."""
