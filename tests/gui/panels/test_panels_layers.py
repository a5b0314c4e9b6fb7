"""The Build panel's layers, and equations that are edited where they stand."""

from __future__ import annotations

import pytest
import shiboken6
from PySide6.QtCore import QEvent, QMimeData, QObject, QPointF, QSize, Qt
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QApplication, QStyledItemDelegate

from explorer.gui.panels.build.build import BuildPanel
from explorer.gui.panels.build.layer_list import LayerList
from explorer.gui.plot import theme as look
from explorer.gui.words import i18n
from explorer.workspace.exploration.cell_texts import copy_of, equations_of
from explorer.workspace.exploration.cells import CellText
from explorer.workspace.exploration.exploration import Exploration, LayerRecipe, Recipe, Text

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


@pytest.fixture
def desk(desk_of):
    return desk_of(BuildPanel(look.themes()["light"]))


def rows(desk) -> list[str]:
    listed = desk.panel.layers.list
    return [listed.item(row).text() for row in range(listed.count())]


def press(qtbot, desk, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    qtbot.keyClick(desk.panel.layers.list, key, modifiers)


def test_a_bidirectional_network_of_two_layers_is_built_in_three_clicks(desk):
    desk.panel.layers.fold.click()
    desk.panel.layers.rows.direction.buttons["both"].click()
    desk.panel.layers.add.click()
    assert [layer.direction for layer in desk.exploration.recipe.layers] == ["both", "both"]
    assert rows(desk) == ["1   tanh · 24 · ⇄", "2   tanh · 24 · ⇄"]
    assert desk.exploration.selection.layer == 1


def test_what_stands_below_is_of_the_chosen_layer(desk, qtbot):
    desk.panel.layers.add.click()
    desk.panel.network.units.changed.emit(7.0)
    assert [layer.hidden for layer in desk.exploration.recipe.layers] == [24, 7]
    press(qtbot, desk, Qt.Key.Key_Up)
    assert desk.exploration.selection.layer == 0
    assert desk.panel.network.units.value == 24.0


def test_layers_are_moved_copied_and_removed_by_keys(desk, qtbot):
    desk.panel.layers.add.click()
    desk.panel.network.units.changed.emit(7.0)
    press(qtbot, desk, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert [layer.hidden for layer in desk.exploration.recipe.layers] == [7, 24]
    press(qtbot, desk, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    assert [layer.hidden for layer in desk.exploration.recipe.layers] == [7, 7, 24]
    press(qtbot, desk, Qt.Key.Key_Delete)
    press(qtbot, desk, Qt.Key.Key_Delete)
    assert [layer.hidden for layer in desk.exploration.recipe.layers] == [24]
    assert not desk.panel.layers.remove.isEnabled()


def test_a_decoder_takes_over_in_the_middle_and_the_seam_is_seen(desk):
    desk.panel.layers.rows.decoder.click()
    assert (len(desk.exploration.recipe.decoder), desk.exploration.recipe.seam) == (1, 20)
    assert rows(desk)[1] == "— from step 21 on the decoder —"
    desk.panel.layers.rows.direction.buttons["both"].click()
    assert "runs forward" in desk.panel.layers.rows._direction.message.text()
    assert desk.exploration.recipe.direction == "forward"


def test_what_was_refused_is_not_ticked_and_is_told_until_any_change_is_taken(desk):
    """The refusal names the direction as its button does, and goes with the change of another card or of another layer."""
    layers = desk.panel.layers
    layers.rows.direction.buttons["both"].click()
    layers.rows.decoder.click()
    assert not layers.rows.decoder.isChecked()
    (said,) = desk.complaints()
    assert "reads ⇄" in said
    assert "choose → for it" in said
    desk.panel.network.units.changed.emit(7.0)
    assert desk.complaints() == []
    layers.rows.decoder.click()
    layers.rows.direction.buttons["forward"].click()
    assert desk.complaints() == []
    layers.rows.decoder.click()
    assert layers.rows.decoder.isChecked()


def test_all_rows_are_as_high_as_the_highest_and_the_list_as_all_of_them(desk):
    """A sign that the font lacks comes from another, with taller lines."""
    heights = QStyledItemDelegate.sizeHint

    class Taller(QStyledItemDelegate):
        def sizeHint(self, option, index):
            found = heights(self, option, index)
            own = index.data(Qt.ItemDataRole.SizeHintRole)
            return found if own is not None else QSize(found.width(), found.height() + 9 * ("⇄" in index.data()))

    listed = desk.panel.layers.list
    delegate = Taller(listed)
    listed.setItemDelegate(delegate)
    layers = tuple(LayerRecipe(direction="both") for _ in range(11))
    for above in (1, 11):
        desk.show(Exploration(networks=(Recipe(above=layers[:above]),)).with_selection(layer=above))
        for _ in range(4):
            QApplication.processEvents()
        places = [listed.visualItemRect(listed.item(row)) for row in range(listed.count())]
        (height,) = {place.height() for place in places}
        assert listed.viewport().height() == min(above + 1, 8) * height
        assert listed.viewport().rect().contains(places[above])


def test_details_are_folded_for_a_plain_layer_and_open_where_there_are_any(desk):
    assert desk.panel.layers.rows.direction.isHidden()
    desk.show(Exploration(networks=(Recipe(above=(LayerRecipe(),)),)))
    assert not desk.panel.layers.rows.direction.isHidden()


def test_an_embedding_is_offered_where_there_are_words(desk):
    desk.panel.layers.fold.click()
    assert desk.panel.layers.rows.embedding.isHidden()
    desk.show(Exploration(sequence=Text(text="a b")))
    assert not desk.panel.layers.rows.embedding.isHidden()


def test_a_copy_of_a_cell_is_edited_and_takes_effect_as_soon_as_it_can_be_read(desk):
    before = desk.exploration
    desk.panel.edit_copy("gru")
    editor, cell = desk.panel.network.rows.editor, desk.exploration.recipe.cell
    assert isinstance(cell, CellText)
    editor.setPlainText("h = tanh(U @ x + W @ h + b")
    editor.flush()
    assert desk.exploration.recipe.cell == cell
    assert "never closed" in desk.panel.network.rows._field.message.text()
    assert editor.marked == ("(",)
    editor.setPlainText("h = tanh(U @ x + W @ h + b)")
    editor.flush()
    assert [weight.name for weight in desk.exploration.recipe.recurrence.weights] == ["U", "W", "b"]
    assert not desk.panel.network.rows._field.message.text()
    assert editor.marked == ()
    assert before.recipe.cell == "rnn"


def test_while_a_text_is_wrong_it_stays_nothing_is_written_and_it_is_said_what_is_shown(desk):
    desk.panel.edit_copy("lstm")
    rows, cell = desk.panel.network.rows, desk.exploration.recipe.cell
    assert rows.save.isEnabled()
    wrong = "f = sigmod(U @ x)\nh = tanh(W @ h + f * h"
    rows.editor.setPlainText(wrong)
    rows.editor.flush()
    said = rows._field.message.text().split("\n")
    assert [line[:7] for line in said] == ["Line 1,", "Line 2,", "Until t"]
    assert rows.editor.marked == ("sigmod", "(")
    assert not rows.save.isEnabled()
    assert "a mistake in the equations" in rows.save.toolTip()
    assert rows.sheet._said[0][0] == "The last equations that could be read:"
    i18n.set_language("zh_CN")
    desk.panel.dress(desk.panel.theme)
    assert [line[:2] for line in rows._field.message.text().split("\n")] == ["第 ", "第 ", "在读"]
    i18n.set_language("en")
    desk.panel.dress(desk.panel.theme)
    assert rows._field.message.text().split("\n") == said
    desk.panel.network.gain.changed.emit(1.5)
    rows.name.setPlainText("Mine")
    rows.name.flush()
    assert (rows.editor.toPlainText(), desk.exploration.recipe.gain) == (wrong, 1.5)
    assert equations_of(desk.exploration.recipe.cell) == equations_of(cell)
    rows.editor.setPlainText("h = tanh(W @ h + U @ x)")
    rows.editor.flush()
    assert rows.save.isEnabled()
    assert rows.sheet._said[0][0].startswith("hₜ")


def test_a_wrong_text_waits_while_another_layer_is_looked_at(desk):
    desk.panel.edit_copy("lstm")
    desk.show(desk.exploration.with_recipe(above=(LayerRecipe(cell="gru"), LayerRecipe(cell=copy_of("rnn")))))
    rows = desk.panel.network.rows
    rows.editor.setPlainText("h = tanh(U @ x")
    rows.editor.flush()
    for layer in (1, 2):
        desk.show(desk.exploration.with_selection(layer=layer))
        assert (rows._wrong, rows._field.message.text()) == (False, "")
    assert rows.editor.toPlainText() == equations_of("rnn")
    desk.show(desk.exploration.with_selection(layer=0))
    assert (rows.editor.toPlainText(), rows.save.isEnabled()) == ("h = tanh(U @ x", False)


def test_a_cell_is_called_as_a_person_says_where_its_equations_are_edited(desk):
    desk.panel.edit_copy("rnn")
    rows = desk.panel.network.rows
    assert (rows.name.toPlainText(), desk.panel.network.cell.currentText()) == ("RNN", "RNN (own)")
    rows.editor.setPlainText("h = relu(W @ h + U @ x)")
    rows.editor.flush()
    assert rows.name.toPlainText() == desk.panel.network.cell.currentText() == "own cell, from RNN"
    assert not any("Elman" in said for said, _ in rows.sheet._said)
    rows.name.setPlainText("Mine")
    rows.name.flush()
    assert desk.panel.network.cell.currentText() == "Mine"
    rows.name.setPlainText("a/b")
    rows.name.flush()
    assert desk.complaints() == ["A cell can't be called “a/b”."]
    rows.editor.setPlainText("h = relu(W @ h + U @ x + b)")
    rows.editor.flush()
    assert desk.panel.network.cell.currentText() == "Mine"


def test_names_complete_by_tab_and_enter_still_ends_a_line(desk, qtbot):
    desk.panel.edit_copy("rnn")
    editor = desk.panel.network.rows.editor
    editor.setPlainText("")
    qtbot.keyClicks(editor, "h = sigm")
    qtbot.keyClick(editor, Qt.Key.Key_Tab)
    assert editor.toPlainText() == "h = sigmoid"
    qtbot.keyClicks(editor, "(U @ x + ta")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    assert editor.toPlainText() == "h = sigmoid(U @ x + ta\n"


def test_a_copy_has_the_same_weights_and_a_name_of_its_own():
    recipe = Recipe(cell="lstm", hidden=3)
    copied = Recipe(cell=copy_of("lstm"), hidden=3)
    assert copied.cell_name == "own LSTM"
    assert copied.recurrence.lines == recipe.recurrence.lines


def test_another_gain_lays_nothing_out_anew(desk):
    asked = []

    class Watch(QObject):
        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            if event.type() == QEvent.Type.LayoutRequest:
                asked.append(watched)
            return False

    watch = Watch()
    desk.panel.show()
    QApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)
    desk.panel.layers.fold.parentWidget().installEventFilter(watch)
    desk.panel.network.gain.changed.emit(1.37)
    QApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)
    assert desk.exploration.recipe.gain == 1.37
    assert not asked
    desk.panel.layers.fold.click()
    QApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)
    assert asked


def test_vectors_are_read_from_a_file_and_it_is_said_what_the_others_get(qtbot, desk, tmp_path):
    desk.show(Exploration(sequence=Text(text="the dog barks")))
    row = desk.panel.layers.rows.vectors
    (tmp_path / "own.vec").write_text("2 2\nthe 1 2\ndog 3 4\n", encoding="utf-8")
    row.read(tmp_path / "own.vec")
    qtbot.waitUntil(lambda: desk.exploration.recipe.vectors is not None)
    desk.show(desk.exploration)
    assert desk.exploration.recipe.embedding == 2
    assert row.field.note.text().startswith("In the file: 2 of the vocabulary's 4 words. The other 2 get")
    (tmp_path / "own.vec").write_text("2 2\nthe 1 2\n", encoding="utf-8")
    row.read(tmp_path / "own.vec")
    qtbot.waitUntil(lambda: "is cut off" in row.field.message.text())
    assert desk.exploration.recipe.embedding == 2


@pytest.mark.parametrize("gone", [False, True])
def test_a_layer_moves_in_the_turn_after_it_is_dropped_unless_the_list_is_gone(qtbot, gone):
    layers = LayerList()
    layers.show_layers(Recipe(above=(LayerRecipe(),)), 0)
    layers.resize(layers.sizeHint())
    moved = []
    layers.moved.connect(lambda *how: moved.append(how))
    at = QPointF(layers.visualItemRect(layers.item(1)).center())
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    with qtbot.captureExceptions() as seen:
        layers.dropEvent(QDropEvent(at, Qt.DropAction.MoveAction, QMimeData(), buttons, keys))
        assert moved == []
        if gone:
            shiboken6.delete(layers)
        QApplication.processEvents()
    assert seen == []
    assert moved == ([] if gone else [(0, 1)])
