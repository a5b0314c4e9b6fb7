"""A person's own file for a task: what it must be like, told before one is chosen, and what is wrong with one that was."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPalette, QShowEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from explorer.engine.errors import BadFile, Refusal
from explorer.gui.controls.plain import Label, teach
from explorer.gui.core.file_dialog import file_to_open
from explorer.gui.panels.train.data_rows import FED_TIP
from explorer.gui.panels.train.task_words import in_this_language
from explorer.gui.plot.theme import Theme
from explorer.gui.words.i18n import Phrases, mark, say, tr
from explorer.workspace.tasks import TASKS

_WIDTH = 40
"""Times the size of the type."""
_TAB = " ⇥ "


class OwnDialog(QDialog):
    """Says what a file for a task of ``kind`` must be like and lets a person choose one.

    ``use(path)`` takes the file that was chosen. What it refuses is told here, with the file's name, and another can be
    chosen; else the dialog is done. ``use_fed()`` takes what the network is fed now, where that can be learnt from.
    """

    def __init__(
        self, kind: str, use: Callable[[Path], object], theme: Theme, parent: QWidget | None = None,
        use_fed: Callable[[], object] | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self.phrases = Phrases()
        self._kind, self._use, self._use_fed, self._theme = TASKS[kind], use, use_fed, theme
        self.form, self.sample, self.message = Label(), Label(), Label()
        self.choose_button, self._cancel, self._example = QPushButton(), QPushButton(), Label()
        self.fed_button = QPushButton()
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(True)
        self._build()
        self._say()
        self.choose_button.clicked.connect(self._choose)
        self.fed_button.clicked.connect(self.take_fed)
        self._cancel.clicked.connect(self.reject)
        self.dress(theme)

    def dress(self, theme: Theme) -> None:
        """Take on another theme and the language that is now spoken."""
        self._theme = theme
        self.phrases.retranslate()
        self.setWindowTitle(in_this_language(self._kind.titles))
        self.form.setText(in_this_language(self._kind.form))
        _colour(self.message, theme.bound)
        _colour(self._example, theme.muted)
        self._fit()

    def showEvent(self, event: QShowEvent) -> None:
        """Find room for all words, now that the type is known."""
        super().showEvent(event)
        self._fit()

    def read(self, path: Path) -> None:
        """Take the file at ``path``, or say what is wrong with it."""
        try:
            self._use(path)
        except Refusal as refusal:
            self._tell(refusal, path.name)
            return
        self.accept()

    def take_fed(self) -> None:
        """Take what is fed now, or say what is wrong with it."""
        try:
            if self._use_fed is not None:
                self._use_fed()
        except Refusal as refusal:
            self._show_refusal(say(refusal))
            return
        self.accept()

    def _build(self) -> None:
        for said in (self.form, self.message):
            said.setWordWrap(True)
        self.sample.setText(self._kind.sample.replace("\t", _TAB))
        self.sample.setContentsMargins(12, 0, 0, 0)
        self.message.setProperty("wrong", True)
        self.message.hide()
        self.choose_button.setProperty("primary", True)
        self.choose_button.setDefault(True)
        buttons = QHBoxLayout()
        if self._use_fed is None:
            self.fed_button.hide()
        buttons.addStretch(1)
        buttons.addWidget(self._cancel)
        buttons.addWidget(self.choose_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 14)
        column.setSpacing(10)
        for part in (self.form, self._example, self.sample, self.fed_button, self.message):
            column.addWidget(part)
        column.addLayout(buttons)

    def _say(self) -> None:
        tabbed = "\t" in self._kind.sample
        self.phrases.add(self._example.setText, "For example (⇥ is a tab):" if tabbed else "For example:")
        self.phrases.add(self.choose_button.setText, "Choose a &file …")
        self.phrases.add(
            partial(teach, self.choose_button),
            "What the file holds is copied: it may be changed or removed afterwards.",
        )
        numbers = "rows" in self._kind.uses
        self.phrases.add(
            self.fed_button.setText,
            mark("Use the &numbers that are fed now") if numbers else mark("Use the &text that is fed now"),
        )
        self.phrases.add(partial(teach, self.fed_button), FED_TIP)
        self.phrases.add(self._cancel.setText, "Cancel")
        self.phrases.add(partial(teach, self._cancel), "Leaves everything as it is.")

    def _choose(self) -> None:
        tables = "rows" in self._kind.uses
        title = tr("Open a CSV file") if tables else tr("Open a text file")
        kinds = tr("Tables (*.csv *.tsv *.txt);;All files (*)") if tables else tr("Texts (*.txt);;All files (*)")
        name = file_to_open(self, title, Path(), kinds)
        if name:
            self.read(Path(name))

    def _tell(self, refusal: Refusal, name: str) -> None:
        said = say(refusal)
        # A file that can't be read is named already; what is wrong within it is told by its line.
        named = said if isinstance(refusal, BadFile) else tr("“{name}”: {reason}").format(name=name, reason=said)
        self._show_refusal(named)

    def _show_refusal(self, told: str) -> None:
        self.message.setText(told)
        self.message.show()
        self._fit()

    def _fit(self) -> None:
        """Be as high as the words are at this width: a wrapped line must not be cut."""
        width, column = round(_WIDTH * self._theme.font_size), self.layout()
        if column is not None:
            column.activate()
            self.setFixedSize(width, column.heightForWidth(width))


def _colour(label: QLabel, colour: str) -> None:
    colours = QPalette(label.palette())
    colours.setColor(QPalette.ColorRole.WindowText, QColor(colour))
    label.setPalette(colours)
