"""The line at the bottom: the verdict in one sentence, what went wrong, and how fast the answers come."""

from __future__ import annotations

import html
import time
from collections import deque
from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QFont, QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton

from explorer.gui.controls.bare import ProgressBar
from explorer.gui.controls.plain import Label, set_tip
from explorer.gui.controls.quiet import Quiet
from explorer.gui.controls.room import fitting
from explorer.gui.controls.stillness import held, set_shown, when_still
from explorer.gui.core.controller import Controller
from explorer.gui.plot.theme import Theme, font
from explorer.gui.shell.documents import Documents
from explorer.gui.shell.refusal_line import RefusalLine
from explorer.gui.words.i18n import Phrases, language, tr
from explorer.workspace.looks.analysis import Inspection
from explorer.workspace.looks.sentences import verdict_sentence

_WINDOW = 1.0
# Fewer answers a second are single gestures, not a frame rate.
_RATE_FROM = 5
_PATIENCE = 300
"""Milliseconds: work that takes longer is seen to be under way."""
_A_SECOND = 1.0
_NOTICE = 6000
"""Milliseconds for which it is said that a file was written."""
_SLACK = 30
"""Pixels to spare before the speed comes back: it must not flicker during a drag."""


class VerdictBar(QFrame):
    """Says what becomes of the gradient of the chosen row.

    ``cancelled()`` when long work is to stop, ``dismissed()`` when a refusal was read and is to go.
    """

    cancelled = Signal()
    dismissed = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.phrases = Phrases()
        self._theme = theme
        self._inspection: Inspection | None = None
        self._seconds = 0.0
        self._presenting, self._timed, self._busy = False, True, False
        self._said = ("", "")
        self._noticed = language()
        self._frames: deque[float] = deque()
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(_PATIENCE)
        self._patience.timeout.connect(self._begin_progress)
        self._notice_over = QTimer(self)
        self._notice_over.setSingleShot(True)
        self._notice_over.setInterval(_NOTICE)
        self._notice_over.timeout.connect(lambda: self.notify(""))
        self.verdict, self.speed, self.notice = Label(), Label(), Label()
        self._sentence, self._figures = Quiet(self.verdict, elastic=True), Quiet(self.speed)
        self._warning = RefusalLine(self._sentence)
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

    def present(self, inspection: Inspection, seconds: float) -> None:
        """Show the verdict on ``inspection``, which came ``seconds`` after the gesture."""
        self._inspection, self._seconds = inspection, seconds
        # An answer ends the wait, also where the next work has begun: a drag is no long work.
        self.rest()
        self._say_verdict()
        now = time.monotonic()
        self._frames.append(now)
        while self._frames and now - self._frames[0] > _WINDOW:
            self._frames.popleft()
        self._say_speed()
        self._share()

    def refuse(self, text: str) -> None:
        """Say why something was refused; "" takes it back."""
        self._warning.say(text)

    def notify(self, text: str, more: str = "") -> None:
        """Say for some seconds that something was done, ``more`` of it in the tooltip; "" ends it."""
        self._noticed = language()
        self.notice.setText(text)
        set_tip(self.notice, more)
        set_shown(self.notice, bool(text))
        if text:
            self._notice_over.start()
        self._share()

    def report(self, fraction: float) -> None:
        """Show how far work is that takes long enough to be noticed."""
        if self.progress.isVisible():
            self.progress.set_share(fraction)

    def wait(self) -> None:
        """Work was asked for: show that it goes on if it takes long."""
        if not self.progress.isVisible() and not self._patience.isActive():
            self._patience.start()

    def rest(self) -> None:
        """Work is done."""
        self._patience.stop()
        self._show_progress(False)

    def _begin_progress(self) -> None:
        # Nothing is known yet of how far it is.
        self.progress.set_share(None)
        self._show_progress(True)

    def dress(self, theme: Theme) -> None:
        """Take on a theme or language."""
        self._theme = theme
        self.phrases.retranslate()
        self._warning.phrases.retranslate()
        if language() != self._noticed:
            # It was said in another language, and it is said for a few seconds only.
            self.notify("")
        self.verdict.setFont(font(theme, language(), 1.15))
        self._figures.refit()
        self._sentence.refit()
        if self._inspection is not None:
            self._say_verdict()
            self._say_speed()
            self._share()

    def _say_speed(self) -> None:
        assert self._inspection is not None
        computed = self._inspection.analysis.seconds
        if computed < _A_SECOND:
            speed = tr("computed in {compute:.1f} ms · on screen after {total:.0f} ms").format(
                compute=1e3 * computed, total=1e3 * self._seconds
            )
        else:
            speed = tr("computed in {compute:.1f} s").format(compute=computed)
        if len(self._frames) >= _RATE_FROM:
            speed = tr("{count} frames/s · {speed}").format(count=len(self._frames), speed=speed)
        self._figures.say(speed)

    def _say_verdict(self) -> None:
        assert self._inspection is not None
        text = verdict_sentence(self._inspection).said(tr)
        head, colon, rest = text.partition("：" if "：" in text else ":")
        self._said = (head, colon + rest) if colon else ("", text)
        scale = tr(
            "The word follows from the gain over the whole row alone, for every cell: gone below 10⁻⁶, fading below 0.32, "
            "preserved up to 3.2, growing up to 10⁶, exploding above; dead is exactly zero."
        )
        set_tip(self.verdict, f"{text}\n\n{scale}")

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Find out what has room."""
        super().resizeEvent(event)
        self._share()

    def _share(self) -> None:
        """Write the sentence into the room that there is, and give it what it needs as soon as that may change."""
        if held(self):
            self._write(self._sentence.width())
        when_still(self, self._allot)

    def _allot(self) -> None:
        """Give the sentence its room: the speed gives way first, and then the sentence's own end."""
        busy = self._cancel.isVisibleTo(self)
        head, rest = self._said
        wide = self._metrics(bold=True).horizontalAdvance(head)
        usual = self._metrics(bold=False)
        room = self.width() - self._taken()
        spare = room - self._figures.sizeHint().width() - wide - usual.horizontalAdvance(rest)
        seen = self._figures.isVisibleTo(self)
        free = self._timed and not (busy or self._presenting or self.notice.text())
        self._figures.setVisible(free and (spare >= 0 if seen else spare >= _SLACK))
        self._write(room)

    def _write(self, room: int) -> None:
        """Write as many clauses of the sentence as ``room`` pixels hold."""
        head, rest = self._said
        if not self._presenting:
            room -= self._metrics(bold=True).horizontalAdvance(head)
            rest = fitting(rest, self._metrics(bold=False), room)
        self._sentence.say(f"<b>{html.escape(head)}</b>{html.escape(rest)}")

    def _taken(self) -> int:
        """Return the width of all but the sentence and the speed."""
        row = self.layout()
        assert row is not None
        margins = row.contentsMargins()
        others = [part for part in (self.notice, self.progress, self._cancel) if part.isVisibleTo(self)]
        widths = sum(part.sizeHint().width() + row.spacing() for part in others)
        return margins.left() + margins.right() + widths + row.spacing() + 2

    def _metrics(self, bold: bool) -> QFontMetrics:
        face = QFont(self.verdict.font())
        face.setBold(bold)
        return QFontMetrics(face)

    def _build(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 4, 14, 6)
        self.verdict.setTextFormat(Qt.TextFormat.RichText)
        self.notice.setProperty("notice", True)
        self._warning.dismissed.connect(self.dismissed)
        self.speed.setProperty("muted", True)
        self.progress.setFixedWidth(120)
        self.progress.setFixedHeight(10)
        self._cancel.setProperty("flat", True)
        # It comes and goes: as high as a line of text it moves nothing above.
        self._cancel.setProperty("inline", True)
        self._cancel.clicked.connect(self.cancelled)
        for widget, stretch in (
            (self._sentence, 1),
            (self.progress, 0),
            (self._cancel, 0),
            (self.notice, 0),
            (self._figures, 0),
        ):
            row.addWidget(widget, stretch)
        for passing in (self.progress, self.notice, self.speed):
            passing.setProperty("pictured", False)
        for hidden in (self.notice, self.progress, self._cancel):
            hidden.hide()
        self.phrases.add(self._cancel.setText, "Cancel")
        self.phrases.add(partial(set_tip, self._cancel), "Stop the work and go back to what was before.")
        self.phrases.add(self.progress.setAccessibleName, "Progress of the computation")
        self.phrases.add(partial(set_tip, self.progress), "How much of the work is done.")
        self.phrases.add(self.verdict.setAccessibleName, "Verdict")
        self.phrases.add(
            partial(set_tip, self.speed),
            "How many answers were painted in the last second, how long the last computation took, and how long after "
            "the gesture it was on the screen.",
        )

    def set_presentation(self, on: bool) -> None:
        """Give the whole line to the verdict, or share it with the figures again."""
        self._presenting = on
        self.verdict.setWordWrap(on)
        self._sentence.refit()
        self._show_progress(False)
        self._share()

    def leave_out_time(self) -> None:
        """Never say how long anything took: a picture of the same is to be the same."""
        self._timed = False
        self._share()

    def _show_progress(self, visible: bool) -> None:
        if visible == self._busy:
            return
        self._busy = visible
        set_shown(self.progress, visible)
        set_shown(self._cancel, visible)
        self._share()
