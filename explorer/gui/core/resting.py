"""The base of cards whose numbers take longer than a frame: they are asked for when nothing has changed for a moment."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import partial
from typing import Any

from PySide6.QtCore import QRectF, QTimer
from PySide6.QtGui import QColor, QPainter

from explorer.engine.network.course import Course
from explorer.engine.work import Report, Stop, never, silent
from explorer.gui.core.card import InspectCard
from explorer.gui.core.view import Job
from explorer.gui.plot.painting import Still, on_screen
from explorer.gui.plot.theme import Theme
from explorer.gui.words.i18n import language
from explorer.workspace.exploration.exploration import Exploration

REST = 150
"""Milliseconds without a change after which a hand is taken to rest."""
_WAIT = 0.02
"""Seconds until a job whose turn has not come asks whether it is still wanted."""
_OLD = 0.5
"""How strong is drawn what belongs to what was shown before."""


_turn = threading.Lock()


class RestingCard(InspectCard):
    """A card that asks by `ask_at_rest`, and until `known` shows what it has of what was before, paler.

    A hand that moves again has the interpreter to itself: what is under way is given up until it rests, and of all cards one
    works at a time.

    A view fills in `prepare`, which asks, `answer`, which ends with `known`, and `paint_known`.
    """

    of_chain = True

    def __init__(self, theme: Theme, title: str, name: str, height: int) -> None:
        self._job: Job | None = None
        self._asked_of: tuple[Course, object] | None = None
        self._out, self._version, self._still = False, 0, Still()
        super().__init__(theme, title, name, height)
        self._rest = QTimer(self, singleShot=True, interval=REST)
        self._rest.timeout.connect(self._ask)

    @property
    def waits(self) -> bool:
        """Return whether what is known is of something that was shown before."""
        return self._job is not None

    def ask_at_rest(self, job: Job, course: Course, part: object = None) -> None:
        """Have ``job`` done for a ``part`` of a ``course`` once no other has been asked for in a while; the same, once.

        What is under way is given up.
        """
        if self._asked_of is not None and self._asked_of[0] is course and self._asked_of[1] == part:
            return
        self._asked_of = course, part
        self._give_up()
        self._job = job
        self._rest.start()

    def expect(self, exploration: Exploration) -> None:
        """Give up what is under way, and ask again at rest: where the card is not in sight, it learns of nothing else."""
        super().expect(exploration)
        if self._out:
            self._give_up()
            self._rest.start()

    def show_anew(self) -> None:
        """Ask for what is new; what was known is not painted once more where it is paler already."""
        if self.waits and not self.canvas.visibleRegion().isEmpty():
            excuse = self._excuse
            self._make_ready()
            if self._excuse == excuse:
                return
        super().show_anew()

    def finish(self) -> None:
        """Do what waits at once: for pictures."""
        if self.inspection is None or self.lacking(self.inspection) is not None:
            return
        self._make_ready()
        if self._job is not None:
            for result in self._job(never, silent):
                self.answer(result)

    def known(self) -> None:
        """Show from now on what is known of what is shown: an answer has come."""
        self._rest.stop()
        self._job, self._out = None, False
        if self.inspection is not None:
            self.say_summary()
        self.draw_anew()

    def draw_anew(self) -> None:
        """Paint something else from now on: what was painted is kept until then."""
        self._version += 1
        self.canvas.update()

    def paint(self, painter: QPainter, area: QRectF) -> None:
        """Paint what is known, paler while that of what is shown is not."""
        painter.setOpacity(_OLD if self.waits else 1.0)
        facts = self._version, self.theme, language()
        self._still.paint(painter, area, facts, lambda inner: self._paint_on_card(inner, area))
        painter.setOpacity(1.0)

    def paint_known(self, painter: QPainter, area: QRectF) -> None:
        """Paint what is known, or that nothing is yet: for the view to fill in."""
        raise NotImplementedError

    def _paint_on_card(self, painter: QPainter, area: QRectF) -> None:
        if on_screen(painter):
            # Letters are another shade of grey on nothing.
            painter.fillRect(area, QColor(self.theme.card))
        self.paint_known(painter, area)

    def _ask(self) -> None:
        if self._job is not None:
            self._out = True
            self.asked.emit(partial(_in_turn, self._job))

    def _give_up(self) -> None:
        if self._out:
            self._out = False
            self.asked.emit(None)


def _in_turn(job: Job, stop: Stop, report: Report) -> Iterator[Any]:
    """Yield what ``job`` does once no other is at work."""
    while not _turn.acquire(timeout=_WAIT):
        if stop():
            return
    try:
        yield from job(stop, report)
    finally:
        _turn.release()
