"""Qt's own dialogs speak the chosen language."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QFileDialog, QLabel

from explorer.gui import i18n

pytestmark = pytest.mark.usefixtures("qapp")


@pytest.fixture(autouse=True)
def english_again():
    yield
    i18n.set_language("en")


def test_no_label_of_the_file_dialog_is_left_english_in_chinese(qtbot) -> None:
    i18n.set_language("zh_CN")
    dialog = QFileDialog()
    qtbot.addWidget(dialog)
    labels = [label.text() for label in dialog.findChildren(QLabel) if label.text()]
    assert len(labels) >= 3
    assert [text for text in labels if text.isascii()] == []


def test_what_nobody_knows_stays_as_it_is() -> None:
    i18n.set_language("zh_CN")
    assert QCoreApplication.translate("QFileDialog", "a word of no catalogue") == "a word of no catalogue"
    i18n.set_language("en")
    assert QCoreApplication.translate("QFileDialog", "&Look in:") == "&Look in:"
