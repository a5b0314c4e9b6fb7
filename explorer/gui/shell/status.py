"""What passes: work under way, a file that was written, why something was refused, and how fast answers come if one asks."""

from __future__ import annotations

import time
from collections import deque
from functools import partial

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from explorer.engine.errors import Refusal
from explorer.gui.controls.bare import ProgressBar
from explorer.gui.controls.plain import Label, set_tip, set_tone
from explorer.gui.controls.plate import Plate
from explorer.gui.controls.quiet import Quiet
from explorer.gui.controls.stillness import when_still
from explorer.gui.core.controller import Controller
from explorer.gui.plot.theme import Theme
from explorer.gui.shell.documents import Documents
from explorer.gui.shell.preferences import Preferences
from explorer.gui.shell.refusal_line import RefusalLine
from explorer.gui.words.i18n import Phrases, language, say, tr
from explorer.workspace.looks.analysis import Inspection

_WINDOW = 1.0
# Fewer answers a second are single gestures, not a frame rate.
_RATE_FROM = 5
_PATIENCE = 300
"""Milliseconds: work that takes longer is seen to be under way."""
_A_SECOND = 1.0
_NOTICE = 6000
"""Milliseconds for which it is said that a file was written."""
_MARGIN = 8
_ON = "on"


class Status(Plate):
    """Lies over the lower right corner of ``place`` while there is something to say, and moves nothing.

    ``cancelled()`` when long work is to stop, ``dismissed()`` when a refusal was read and is to go.
    """

    cancelled = Signal()
    dismissed = Signal()

    def __init__(self, window: QWidget, place: QWidget, preferences: Preferences) -> None:
        super().__init__(window)
        self.phrases = Phrases()
        self._place, self._preferences = place, preferences
        self._inspection: Inspection | None = None
        self._seconds = 0.0
        self._timed = preferences.text("speed", "") == _ON
        self._noticed = language()
        self._why: Refusal | None = None
        self._frames: deque[float] = deque()
        self._patience, self._notice_over = QTimer(self), QTimer(self)
        for timer, wait, over in (
            (self._patience, _PATIENCE, self._begin_progress),
            (self._notice_over, _NOTICE, partial(self.notify, "")),
        ):
            timer.setSingleShot(True)
            timer.setInterval(wait)
            timer.timeout.connect(over)
        self.notice, self.speed = Label(), Label()
        self._figures = Quiet(self.speed)
        self._warning = RefusalLine(place)
        self.refusal = self._warning.sentence
        self.progress, self._cancel = ProgressBar(), QPushButton()
        self._build()

    def follow(self, controller: Controller, documents: Documents) -> None:
        """Tell what becomes of every gesture, and of every file."""
        controller.answered.connect(self.present)
        controller.refused.connect(self.refuse)
        controller.asked.connect(self.wait)
        controller.busy.connect(self.report)
        controller.idle.connect(self.rest)
        self.cancelled.connect(controller.cancel)
        self.dismissed.connect(partial(controller.refuse, None))
        documents.written.connect(self.notify)
        documents.unkept.connect(self.note, Qt.ConnectionType.SingleShotConnection)
        self._preferences.let_hear(self.note)
        documents.follower.noted.connect(self.notify)

    def present(self, inspection: Inspection, seconds: float) -> None:
        """Take that ``inspection`` was shown ``seconds`` after the gesture."""
        self._inspection, self._seconds = inspection, seconds
        # An answer ends the wait, also where the next work has begun: a drag is no long work. An estimate is growing still.
        if inspection.analysis.estimated:
            self.wait()
        else:
            self.rest()
        now = time.monotonic()
        self._frames.append(now)
        while self._frames and now - self._frames[0] > _WINDOW:
            self._frames.popleft()
        self._say_speed()

    def show_speed(self, shown: bool) -> None:
        """Say how fast answers come, or no longer; it is kept for the next window."""
        self._timed = shown
        self._preferences.set_text("speed", _ON if shown else "")
        self._say_speed()

    @property
    def timed(self) -> bool:
        """Return whether it is said how fast answers come."""
        return self._timed

    def refuse(self, text: str) -> None:
        """Say why something was refused; "" takes it back."""
        self._warning.say(text)

    def notify(self, text: str, more: str = "") -> None:
        """Say for some seconds that something was done, ``more`` of it in the tooltip; "" ends it."""
        self._noticed, self._why = language(), None
        self.notice.setText(text)
        set_tip(self.notice, more)
        if text:
            self._notice_over.start()
        self._show(self.notice, bool(text))

    @Slot(object)
    def note(self, why: Refusal) -> None:
        """Say for some seconds what can't be kept, in another language too: it disturbs no work."""
        self.notify(say(why))
        self._why = why

    def report(self, fraction: float) -> None:
        """Show how far work is that takes long enough to be noticed."""
        if not self.progress.isHidden():
            self.progress.set_share(fraction)

    def wait(self) -> None:
        """Work was asked for: show that it goes on if it takes long."""
        if self.progress.isHidden() and not self._patience.isActive():
            self._patience.start()

    def rest(self) -> None:
        """Work is done."""
        self._patience.stop()
        self._show_progress(False)

    def dress(self, theme: Theme) -> None:  # noqa: ARG002 - the style sheet dresses it
        """Take on the language that is now spoken."""
        self.phrases.retranslate()
        self._warning.phrases.retranslate()
        if language() != self._noticed:
            # It was said in another language, and it is said for a few seconds only.
            self.notify("") if self._why is None else self.note(self._why)
        self._figures.refit()
        self._say_speed()
        self._lie()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Go along with the place."""
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Move):
            self._lie()
        return super().eventFilter(watched, event)

    def _begin_progress(self) -> None:
        # Nothing is known yet of how far it is.
        self.progress.set_share(None)
        self._show_progress(True)

    def _show_progress(self, visible: bool) -> None:
        self._show(self._cancel, visible)
        self._show(self.progress, visible)

    def _say_speed(self) -> None:
        if self._timed and self._inspection is not None:
            self._figures.say(_speed(self._inspection.analysis.seconds, self._seconds, len(self._frames)))
        self._show(self._figures, self._timed)

    def _show(self, part: QWidget, shown: bool) -> None:
        """Show or hide a part as soon as no mouse button is down."""
        when_still(part, partial(self._settle, part, shown))

    def _settle(self, part: QWidget, shown: bool) -> None:
        """Show or hide a part, and the whole with the first and the last of them."""
        if part.isHidden() != shown:
            if shown:
                # What is said instead may need more room.
                self._lie()
            return
        part.setVisible(shown)
        self._lie()
        self.setVisible(not (self.notice.isHidden() and self.progress.isHidden() and self._figures.isHidden()))

    def _lie(self) -> None:
        """Lie in the lower right corner of the place, or of the window where that has been scrolled out of it."""
        window = self.window()
        self.adjustSize()
        corner = self._place.mapTo(window, QPoint(self._place.width(), self._place.height()))
        right, bottom = min(corner.x(), window.width()), min(corner.y(), window.height())
        self.move(right - self.width() - _MARGIN, bottom - self.height() - _MARGIN)
        self.raise_()

    def _build(self) -> None:
        self.setProperty("pictured", False)
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 4, 10, 4)
        set_tone(self.notice, "notice")
        self._warning.dismissed.connect(self.dismissed)
        set_tone(self.speed, "muted")
        self.progress.setFixedSize(120, 10)
        self._cancel.setProperty("flat", True)
        self._cancel.setProperty("inline", True)
        self._cancel.clicked.connect(self.cancelled)
        for part in (self.progress, self._cancel, self.notice, self._figures):
            row.addWidget(part)
            part.hide()
        self._place.installEventFilter(self)
        self.hide()
        self.phrases.add(self._cancel.setText, "Cancel")
        self.phrases.add(partial(set_tip, self._cancel), "Stop the work and go back to what was before.")
        self.phrases.add(self.progress.setAccessibleName, "Progress of the computation")
        self.phrases.add(partial(set_tip, self.progress), "How much of the work is done.")
        self.phrases.add(
            partial(set_tip, self.speed),
            "How many answers were painted in the last second, how long the last computation took, and how long after "
            "the gesture it was on the screen.",
        )


def _speed(computed: float, total: float, frames: int) -> str:
    """Return how long the last answer took, and how many came in a second."""
    if computed < _A_SECOND:
        said = tr("computed in {compute:.1f} ms · on screen after {total:.0f} ms")
        speed = said.format(compute=1e3 * computed, total=1e3 * total)
    else:
        speed = tr("computed in {compute:.1f} s").format(compute=computed)
    return speed if frames < _RATE_FROM else tr("{count} frames/s · {speed}").format(count=frames, speed=speed)
