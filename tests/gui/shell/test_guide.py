"""The guide: its words at once, its formulas as they are set."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from explorer.gui.shell.guide import Guide
from explorer.workspace.words.glossary import glossary


def test_the_guide_is_read_at_once_and_its_formulas_come_in(qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    guide = Guide(parent)
    words = guide.text.toPlainText()
    assert "∂sₜ/∂sₖ" in words
    assert "<img" not in guide.text.toHtml()
    wanted = sum(bool(term.formula) for term in glossary().values()) + 4
    qtbot.waitUntil(lambda: guide.text.toHtml().count("<img") == wanted)
    # Where a formula stands the text has one character for it, and nothing else has changed.
    assert "".join(guide.text.toPlainText().split()).replace("￼", "") == "".join(words.split())
