"""Waiting until something holds, without waiting longer: it is looked at anew as soon as what happened is dealt with."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QAbstractEventDispatcher, QDeadlineTimer, QEventLoop, QTimer
from pytestqt.exceptions import TimeoutError
from pytestqt.qtbot import QtBot

_OFTEN = 10
"""In milliseconds: what other threads and files are like is told by no event."""


class Attentive(QtBot):
    """A bot that looks after each thing that happens; its parent looks once every hundredth of a second."""

    def waitUntil(self, callback: Callable[[], bool | None], *, timeout: int = 5000) -> None:
        """Wait until ``callback`` returns True, or None, and raises no AssertionError any more."""
        deadline, timer, drained = QDeadlineTimer(timeout), QTimer(), 1
        timer.start(_OFTEN)
        while (why := _lacking(callback)) is not None:
            if deadline.hasExpired():
                raise TimeoutError(f"waitUntil timed out in {timeout} milliseconds") from why
            _run_until_drained(drained)
            drained = 2


def _lacking(callback: Callable[[], bool | None]) -> AssertionError | None:
    try:
        held = callback()
    except AssertionError as why:
        return why
    return None if held or held is None else AssertionError("it does not hold")


def _run_until_drained(times: int) -> None:
    """Run the event loop until there was nothing left to do, once or, with something that happened between, twice."""
    loop, dispatcher = QEventLoop(), QAbstractEventDispatcher.instance()
    left = times

    def count() -> None:
        nonlocal left
        left -= 1
        if left <= 0:
            loop.quit()

    dispatcher.aboutToBlock.connect(count)
    try:
        loop.exec()
    finally:
        dispatcher.aboutToBlock.disconnect(count)
