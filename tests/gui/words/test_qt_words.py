"""Qt's own dialogs speak the chosen language."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QFileDialog, QFileSystemModel, QLabel, QToolButton

from explorer.gui.words import i18n

_NATIVE = QKeySequence.SequenceFormat.NativeText

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


def test_an_arrow_key_is_shown_as_it_stands_on_the_keyboard() -> None:
    i18n.set_language("zh_CN")
    shown = [QKeySequence(key).toString(_NATIVE) for key in ("Left", "Right", "Up", "Down", "Ctrl+Left")]
    assert shown == ["←", "→", "↑", "↓", "Ctrl+←"]


def test_a_key_that_qt_reads_from_its_catalogue_is_that_key(qtbot) -> None:
    i18n.set_language("zh_CN")
    dialog = QFileDialog()
    qtbot.addWidget(dialog)
    dialog.setOption(QFileDialog.Option.DontUseNativeDialog)
    keys = {button.objectName(): button.shortcut() for button in dialog.findChildren(QToolButton)}
    named = {"backButton": "Alt+Left", "forwardButton": "Alt+Right", "toParentButton": "Alt+Up"}
    assert {name: keys[name] for name in named} == {name: QKeySequence(key) for name, key in named.items()}


def test_qt_has_the_windows_word_for_what_both_name() -> None:
    i18n.set_language("zh_CN")
    for context in ("QLineEdit", "QWidgetTextControl"):
        assert QCoreApplication.translate(context, "&Undo").startswith(i18n.tr("Undo"))
        assert QCoreApplication.translate(context, "&Redo").startswith(i18n.tr("Redo"))


def test_the_columns_of_the_file_dialog_are_name_size_type_and_date(qtbot) -> None:
    i18n.set_language("zh_CN")
    dialog = QFileDialog()
    qtbot.addWidget(dialog)
    model = dialog.findChild(QFileSystemModel)
    heads = [model.headerData(i, Qt.Orientation.Horizontal) for i in range(model.columnCount())]
    assert heads == ["名称", "大小", "类型", "修改日期"]
    assert [action.text() for action in dialog.findChildren(QAction) if "显示 " in action.text()] == []


def test_what_nobody_knows_stays_as_it_is() -> None:
    i18n.set_language("zh_CN")
    assert QCoreApplication.translate("QFileDialog", "a word of no catalogue") == "a word of no catalogue"
    i18n.set_language("en")
    assert QCoreApplication.translate("QFileDialog", "&Look in:") == "&Look in:"
