"""Asking for a line of words."""

from __future__ import annotations

from PySide6.QtWidgets import QInputDialog, QLineEdit, QWidget

from explorer.gui.words.i18n import tr

_WIDEST = 70
"""Characters that are in sight while a long line is written."""


def asked(parent: QWidget, question: str, text: str, most: int) -> str | None:
    """Return what a person writes to the ``question``, at most so many characters; None where they leave it be."""
    dialog = QInputDialog(parent)
    dialog.setWindowTitle(tr("Gradient Flow Explorer"))
    dialog.setLabelText(question)
    dialog.setTextValue(text)
    dialog.setOkButtonText(tr("OK"))
    dialog.setCancelButtonText(tr("Cancel"))
    line = dialog.findChild(QLineEdit)
    if isinstance(line, QLineEdit):
        line.setMaxLength(most)
        line.setMinimumWidth(min(most, _WIDEST) * line.fontMetrics().averageCharWidth())
        line.setAccessibleName(question)
    given = dialog.textValue() if dialog.exec() else None
    dialog.deleteLater()
    return given
