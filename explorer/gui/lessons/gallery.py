"""The lessons to choose from, with how far one has come in each."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from explorer.gui.controls.clear_area import ClearArea
from explorer.gui.controls.plain import Label, set_tip, set_tone, teach
from explorer.gui.controls.plate import Plate
from explorer.gui.words.i18n import language, tr
from explorer.workspace.lessons.lesson import Lesson
from explorer.workspace.lessons.library import lesson, names
from explorer.workspace.lessons.progress import Progress


class Gallery(QDialog):
    """Lists the lessons; ``chosen(lesson, step)`` when one is to begin, or to go on."""

    chosen = Signal(object, int)
    opened = Signal()

    def __init__(self, parent: QWidget, progress: Progress) -> None:
        super().__init__(parent)
        self.progress = progress
        self.buttons: dict[str, QPushButton] = {}
        self.setWindowTitle(tr("Lessons"))
        self._list = QVBoxLayout()
        self._build()
        self._fill()
        self.resize(620, 560)

    def _build(self) -> None:
        inner, scroll = QWidget(), ClearArea()
        inner.setLayout(self._list)
        self._list.setSpacing(6)
        scroll.setWidget(inner)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        buttons.button(QDialogButtonBox.StandardButton.Close).setText(tr("Close"))
        set_tip(buttons.button(QDialogButtonBox.StandardButton.Close), tr("Put the lessons away."))
        self.open_button = buttons.addButton(tr("Open a lesson …"), QDialogButtonBox.ButtonRole.ActionRole)
        set_tip(self.open_button, tr("Take a lesson of your own, from a file."))
        self.open_button.clicked.connect(self._open)
        self.reset_button = buttons.addButton(tr("Begin all anew"), QDialogButtonBox.ButtonRole.ResetRole)
        set_tip(self.reset_button, tr("Forget how far you have come in each lesson."))
        self.reset_button.clicked.connect(self._reset)
        column = QVBoxLayout(self)
        self._scroll = scroll
        column.addWidget(scroll, 1)
        column.addWidget(buttons)

    def _fill(self) -> None:
        while (item := self._list.takeAt(0)) is not None:
            if (part := item.widget()) is not None:
                part.deleteLater()
        self.buttons.clear()
        for name in names():
            self._list.addWidget(self._entry(lesson(name)))
        self._list.addStretch(1)
        self.reset_button.setEnabled(any(map(self.progress.steps, self.buttons)))

    def _entry(self, one: Lesson) -> QWidget:
        card, row, texts = Plate(), QHBoxLayout(), QVBoxLayout()
        card.setLayout(row)
        title, about = Label(one.title[language()]), Label(one.about[language()])
        set_tone(title, "heading")
        about.setWordWrap(True)
        done, count = min(self.progress.steps(one.name), len(one.steps)), len(one.steps)
        small = Label(tr("{minutes} min · {done} of {count} steps").format(minutes=one.minutes, done=done, count=count))
        set_tone(small, "muted")
        if done == count:
            small.setText(f"{small.text()} ✓")
        for part in (title, about, small):
            texts.addWidget(part)
        row.addLayout(texts, 1)
        place = self.progress.place(one.name, count)
        button = QPushButton(tr("Continue") if place else tr("Again") if done else tr("Begin"))
        button.setAccessibleName(f"{button.text()}: {one.title[language()]}")
        teach(button, one.about[language()])
        button.clicked.connect(partial(self._choose, one, place))
        self.buttons[one.name] = button
        row.addWidget(button)
        return card

    def showEvent(self, event: QShowEvent) -> None:
        """Offer first what is next: the lesson that goes on, else the first that was not begun."""
        super().showEvent(event)
        # Its type is known now: it is as wide as the entries, and nothing scrolls sideways.
        bar = self._scroll.verticalScrollBar().sizeHint().width()
        self._scroll.setMinimumWidth(self._list.minimumSize().width() + bar)
        steps = {name: self.progress.steps(name) for name in self.buttons}
        left = [name for name in self.buttons if steps[name] < len(lesson(name).steps)]
        first = next((name for name in left if steps[name]), left[0] if left else "")
        if first:
            self.buttons[first].setFocus(Qt.FocusReason.OtherFocusReason)
            self.buttons[first].setDefault(True)
            self._scroll.ensureWidgetVisible(self.buttons[first])

    def _choose(self, one: Lesson, step: int) -> None:
        self.accept()
        self.chosen.emit(one, step)

    def _open(self) -> None:
        self.accept()
        self.opened.emit()

    def _reset(self) -> None:
        self.progress.reset()
        self._fill()
