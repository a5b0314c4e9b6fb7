"""Everything at its place before it is painted: where a picture is made, Qt's events do not go on by themselves."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent

_ROUNDS = 6
"""More than layouts lie within layouts, each of which asks the next."""


def lay_out() -> None:
    """Give everything its place before anything is painted.

    A layout that asks for more room asks for one more round, and Qt does one at a time.
    """
    for _ in range(_ROUNDS):
        QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)
