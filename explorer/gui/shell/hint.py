"""What to look at: the two sentences of the preset that was loaded, above the views until they are put away."""

from __future__ import annotations

import re
from functools import partial
from typing import Literal

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QToolButton

from explorer.gui.controls.plain import Label, set_tip, set_tone
from explorer.gui.controls.plate import Plate
from explorer.gui.controls.room import Fitted
from explorer.gui.controls.stillness import when_still
from explorer.gui.controls.tips import spare
from explorer.gui.plot.theme import Theme
from explorer.gui.words.i18n import Phrases, language, tr
from explorer.workspace.disk.origin import otherwise
from explorer.workspace.disk.presets import Preset
from explorer.workspace.exploration.exploration import Exploration, Text
from explorer.workspace.exploration.task import Task
from explorer.workspace.feed.sequences import tokens_of

_QUOTED = re.compile("“([^”]+)”")
_CLOSED = "closed"
_LINES = 2
"""For the room: more would take the map's height."""


class Hint(Plate):
    """Shows a preset's advice; the person's first changes follow from it, so that it stays while they are made.

    ``advised(preset)`` tells which it is about, None for none.
    """

    advised = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.phrases = Phrases()
        self._preset: Preset | None = None
        self._changed: Literal["made", "learnt"] | None = None
        self.setObjectName("hint")
        self._text, self._brief, self._more, self._close = Label(), Fitted(), QToolButton(), QToolButton()
        spare(self._text, self._brief)
        self._low, self._presenting, self._away, self._gone = False, False, set[str](), False
        self._text.setWordWrap(True)
        for label in (self._text, self._brief):
            label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._more.setText("…")
        self._more.setAutoRaise(True)
        self._more.setCheckable(True)
        self._more.toggled.connect(self._choose_form)
        self._close.setText("×")
        self._close.setAutoRaise(True)
        self._close.clicked.connect(lambda: self.put_away(_CLOSED, True))
        row = self._row = QHBoxLayout(self)
        row.setContentsMargins(12, 5, 6, 5)
        row.addWidget(self._text, 1)
        row.addWidget(self._brief, 1)
        row.addWidget(self._more, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._close, 0, Qt.AlignmentFlag.AlignTop)
        self.phrases.add(partial(set_tip, self._close), "Put the advice away.")
        self.phrases.add(self._close.setAccessibleName, "Put the advice away.")
        self.phrases.add(partial(set_tip, self._more), "All of the advice, or one line of it.")
        self.phrases.add(self._more.setAccessibleName, "All of the advice, or one line of it.")
        self.hide()

    @property
    def preset(self) -> Preset | None:
        """Return the preset whose advice it is, though it be put away; None for none."""
        return self._preset

    @property
    def text(self) -> str:
        """Return the advice as it is shown."""
        return self._text.text()

    def minimumSizeHint(self) -> QSize:
        """Return the height of all lines at the present width: what lies below must not be asked to give more."""
        least = super().minimumSizeHint()
        lines = 0 if self._text.isHidden() else self.heightForWidth(self.width())
        return QSize(least.width(), max(least.height(), lines))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Take as many lines as the width asks for."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._choose_form()
            self.updateGeometry()

    def advise(self, preset: Preset | None) -> None:
        """Show what to look at in ``preset``, or nothing."""
        self._preset, self._changed, self._gone = preset, None, False
        self._away.discard(_CLOSED)
        self._more.setChecked(False)
        self.advised.emit(preset)
        when_still(self, self._appear)

    def put_away(self, reason: str, away: bool) -> None:
        """Say nothing for a ``reason``, as that another place says it, or say it again where there is no other."""
        if away == (reason in self._away):
            return
        (self._away.add if away else self._away.discard)(reason)
        when_still(self, self._appear)

    def set_low(self, low: bool) -> None:
        """Take one line, where the window is low, until a person asks for all."""
        if low != self._low:
            self._low = low
            self._choose_form()

    def set_presentation(self, on: bool) -> None:
        """Say the first sentence alone, for a room to read, or all of the advice."""
        self._presenting = on
        for label in (self._text, self._brief):
            set_tone(label, "heading" if on else "plain")
        self._say()

    def outlive(self, exploration: Exploration) -> None:
        """Go while the person feeds another kind of sequence or has something else learnt: it is about the preset's.

        After any other change it stays for who follows it, and says that its numbers are those of the preset.
        """
        if self._preset is None:
            return
        began = self._preset.exploration
        fed, taught = type(began.sequence), _subject(began.task)
        other = type(exploration.sequence) is not fed or _subject(exploration.task) != taught
        gone = other or self._speaks_of_what_is_gone(self._preset, exploration)
        changed = otherwise(exploration, began)
        if gone != self._gone:
            self.advised.emit(None if gone else self._preset)
        if (changed, gone) != (self._changed, self._gone):
            self._changed, self._gone = changed, gone
            when_still(self, self._appear)

    @staticmethod
    def _speaks_of_what_is_gone(preset: Preset, exploration: Exploration) -> bool:
        """Return whether the advice quotes a word of the preset's text that the present text lacks."""
        quoted = {word for look in preset.look.values() for word in _QUOTED.findall(look)}
        return bool(quoted & _words(preset.exploration) - _words(exploration))

    def dress(self, _: Theme) -> None:
        """Say everything in the language that is now spoken."""
        self.phrases.retranslate()
        self._say()

    def _appear(self) -> None:
        self._say()
        about = self._preset is not None and not self._away and not self._gone
        # What comes moves the page under the pointer: advice on what was changed meanwhile is not worth that.
        self.setVisible(about and (self._changed is None or not self.isHidden()))

    def _say(self) -> None:
        look = self._preset.look if self._preset else {}
        text = look.get(language(), look.get("en", ""))
        if self._preset is not None and self._presenting:
            text = self._preset.sight(language())
        if self._changed is not None:
            before = tr("Of the preset before it was changed: {advice}")
            trained = tr("Of the preset before it was trained: {advice}")
            text = (before if self._changed == "made" else trained).format(advice=text)
        self._text.setText(text)
        self._brief.setText(text)
        set_tip(self._brief, text)
        self._choose_form()

    def _choose_form(self) -> None:
        """Show all of the advice, or in a low window what of it fits into one line."""
        margins, button = self._row.contentsMargins(), self._close.sizeHint().width() + self._row.spacing()
        room = self.contentsRect().width() - margins.left() - margins.right() - 2 * button
        short = self._low or self._presenting
        # The buttons are as high as two lines.
        most = _LINES * self._text.fontMetrics().lineSpacing() if self._presenting else self._close.sizeHint().height()
        long = self._text.heightForWidth(room) > most
        brief = short and long and not self._more.isChecked()
        self._more.setVisible(short and long)
        self._brief.setVisible(brief)
        self._text.setVisible(not brief)
        margin = 1 if short else 5
        self._row.setContentsMargins(12, margin, 6, margin)


def _words(exploration: Exploration) -> set[str]:
    sequence = exploration.sequence
    return {token.label for token in tokens_of(sequence)} if isinstance(sequence, Text) else set()


def _subject(task: Task | None) -> tuple[object, ...]:
    """Return what is to be learnt from which data, however far it reaches."""
    return () if task is None else (task.kind, task.text, task.rows)
