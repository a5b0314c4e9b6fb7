"""A person's words are shown as they are: a file's name, a column's, a word, an error.

Qt guesses, and takes a text with a tag in it for HTML: `QLabel`, tooltips and message boxes do so unless they are told,
and menus take "&" for the mark of a key. All of the window's labels, tooltips and boxes are therefore made here.
"""

from __future__ import annotations

import html
from typing import Literal

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QFont, QPalette
from PySide6.QtWidgets import QLabel, QMessageBox, QTableWidgetItem, QWidget

from explorer.gui.controls import tips
from explorer.gui.words.i18n import tr

TIP = "tip"
"""The property of an action that holds its tip without its key, for a screen reader."""

_LONG = 100
"""Characters of a line."""

Taught = QWidget | QAction | QTableWidgetItem
Tone = Literal["plain", "muted", "heading", "notice"]
_COLOURS = {
    "plain": QPalette.ColorRole.NoRole, "muted": QPalette.ColorRole.PlaceholderText,
    "heading": QPalette.ColorRole.NoRole, "notice": QPalette.ColorRole.Highlight,
}  # fmt: skip


class Label(QLabel):
    """A label that shows its text as it is."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setTextFormat(Qt.TextFormat.PlainText)


def set_tone(label: QLabel, tone: Tone) -> None:
    """Let ``label`` be plain text, something said quietly, a heading, or news.

    Its colour is a role of the palette and its weight its own, not rules of the style sheet: another theme or size of type
    finds no rule to look up again, which for a label costs more than to paint it.
    """
    label.setForegroundRole(_COLOURS[tone])
    face = QFont()
    if tone in ("heading", "notice"):
        face.setBold(True)
    label.setFont(face)


def teach(taught: Taught, text: str) -> None:
    """Give something a tooltip that is broken into lines where it is long."""
    _tip(taught, _in_lines(text), text)


def set_tip(taught: Taught, text: str) -> None:
    """Give something a tooltip whose lines are those of ``text``."""
    _tip(taught, plain(text), text)


def show_tip(at: QPoint, text: str, widget: QWidget, explained: QWidget | None = None) -> None:
    """Show ``text`` in a tooltip for a point of the screen, beside what is ``explained``, else beside ``widget``."""
    tips.show(at, plain(text), widget, explained)


def plain(text: str) -> str:
    """Return what makes Qt show ``text`` as it is, where it guesses, and break a line that is long."""
    return _in_lines(text) if "<" in text or any(len(line) > _LONG for line in text.split("\n")) else text


def in_menu(text: str) -> str:
    """Return what makes a menu or a button show ``text`` as it is."""
    return text.replace("&", "&&")


def in_title(text: str) -> str:
    """Return what makes a window's title show ``text`` as it is: "[*]" is where Qt marks unsaved changes."""
    return text.replace("[*]", "[*][*]")


def box(parent: QWidget, text: str, buttons: QMessageBox.StandardButton) -> QMessageBox:
    """Return a box that says or asks ``text``."""
    made = QMessageBox(parent)
    made.setWindowTitle(tr("Gradient Flow Explorer"))
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setText(text)
    made.setStandardButtons(buttons)
    for button in made.buttons():
        # Who comes to a button hears what it answers.
        button.setAccessibleDescription(text)
    return made


def _tip(taught: Taught, tip: str, text: str) -> None:
    """Give a ``tip``, and tell a screen reader its ``text``: Qt would read the tip to it with its tags."""
    if taught.toolTip() != tip:
        taught.setToolTip(tip)
    if isinstance(taught, QWidget):
        taught.setAccessibleDescription(text)


def _in_lines(text: str) -> str:
    broken = html.escape(text).replace("\n", "<br>")
    return f"<p>{broken}</p>" if text else ""
