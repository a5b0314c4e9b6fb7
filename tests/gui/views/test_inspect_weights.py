"""The weights are changed where they stand, and the recipe keeps just what was changed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QKeyEvent, QWheelEvent
from PySide6.QtWidgets import QScrollArea
from pytestqt.qtbot import QtBot

from explorer.engine.errors import BadExploration
from explorer.gui.core.card import InspectCard
from explorer.gui.plot import theme as look
from explorer.gui.plot.matrix import entry_place
from explorer.gui.views.inspect.blocks import Sheet, kinds, with_shape, with_weight
from explorer.gui.views.inspect.factors import FactorsView
from explorer.gui.views.inspect.product import ProductView
from explorer.gui.views.inspect.weights import WeightsView
from explorer.workspace.exploration.building import build
from explorer.workspace.exploration.exploration import Edit, Exploration, Recipe, Selection, Signal, replace
from explorer.workspace.exploration.gesture import Gesture
from explorer.workspace.looks.analysis import analyse, inspect
from explorer.workspace.looks.weight_names import stored
from explorer.workspace.words.numbers import read_number

from ...shipped import VARIETY

LIGHT = next(iter(look.themes().values()))


def desk(**recipe: Any) -> Exploration:
    return Exploration(networks=(Recipe(**({"hidden": 6} | recipe)),), sequence=Signal(steps=8))


class Hand:
    """A person at the card: every change is carried out at once."""

    def __init__(self, qtbot: QtBot, exploration: Exploration) -> None:
        self.exploration = exploration
        self.gestures: list[tuple[str, str]] = []
        self.view = WeightsView(LIGHT)
        self.view.edited.connect(self._carry_out)
        self.view.dress(LIGHT)
        self.panel = QScrollArea()
        qtbot.addWidget(self.panel)
        self.panel.setWidget(self.view)
        self.view.resize(340, 240)
        self.panel.resize(360, 260)
        self.panel.show()
        self._look()

    def _carry_out(self, gesture: Gesture) -> None:
        self.exploration = gesture(self.exploration)
        self.gestures.append((gesture.label, gesture.merge))
        self._look()

    def _look(self) -> None:
        self.view.present(inspect(analyse(self.exploration)))
        self.view.grab()

    def at(self, row: int, column: int) -> QPointF:
        assert self.view._sheet is not None
        return entry_place(self.view._place, self.view._sheet.values.shape, (row, column)).center()

    def choose(self, row: int, column: int) -> None:
        self.view._chosen = (row, column)
        self.view.canvas.setFocus()

    def weight(self, matrix: str = "W") -> np.ndarray:
        return np.asarray(build(self.exploration.recipe, 1).parameters[matrix])


@pytest.fixture
def hand(qtbot: QtBot) -> Hand:
    return Hand(qtbot, desk())


def test_typed_value_becomes_the_weight(hand: Hand, qtbot: QtBot):
    hand.view.double_clicked(hand.at(2, 3))
    hand.view._entry.setText("−0.75")
    qtbot.keyClick(hand.view._entry, Qt.Key.Key_Return)
    assert hand.exploration.recipe.edits == (Edit("W", 2, 3, -0.75),)
    assert hand.weight()[2, 3] == -0.75
    assert hand.gestures[0][0] == "Change a weight of W"


@pytest.mark.parametrize(("text", "value"), [("－０．７５", -0.75), ("–0,75", -0.75), ("1\u202f234,5", 1234.5)])
def test_a_weight_is_read_as_every_typed_number(hand: Hand, qtbot: QtBot, text: str, value: float):
    hand.view.double_clicked(hand.at(2, 3))
    hand.view._entry.setText(text)
    qtbot.keyClick(hand.view._entry, Qt.Key.Key_Return)
    assert hand.weight()[2, 3] == value


@pytest.mark.parametrize("text", ["two", "", "inf", "nan", "1,004", "1_000", "1e999"])
def test_what_is_no_finite_number_is_refused_where_it_was_typed(hand: Hand, qtbot: QtBot, text: str):
    hand.view.double_clicked(hand.at(0, 0))
    hand.view._entry.setText(text)
    qtbot.keyClick(hand.view._entry, Qt.Key.Key_Return)
    assert hand.exploration.recipe.edits == ()
    assert hand.view._entry.property("wrong") is True
    with pytest.raises(BadExploration) as refusal:
        read_number(text)
    assert hand.view._entry.accessibleDescription() == str(refusal.value)
    qtbot.keyClick(hand.view._entry, Qt.Key.Key_Escape)
    assert hand.exploration.recipe.edits == ()


def test_second_value_of_a_weight_replaces_the_first(hand: Hand):
    for value in (1.0, 2.0):
        hand.choose(1, 1)
        hand.view._set(value)
    assert hand.exploration.recipe.edits == (Edit("W", 1, 1, 2.0),)
    assert {merge for _, merge in hand.gestures} == {"weight W 1 1"}


def test_wheel_changes_the_chosen_weight_only(hand: Hand, monkeypatch: pytest.MonkeyPatch):
    assert not hand.view.wheeled(hand.at(1, 1), 1.0)
    hand.choose(1, 1)
    monkeypatch.setattr(hand.view.canvas, "hasFocus", lambda: True)
    before = hand.weight()[1, 1]
    assert not hand.view.wheeled(hand.at(4, 4), 1.0)
    assert hand.view.wheeled(hand.at(1, 1), 2.0)
    assert hand.weight()[1, 1] == pytest.approx(before + 0.1, abs=1e-6)


def test_wheel_elsewhere_scrolls_the_panel(hand: Hand):
    turned = QWheelEvent(
        hand.at(1, 1), hand.at(1, 1), QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    hand.view.canvas.wheelEvent(turned)
    assert not turned.isAccepted()


def test_arrows_choose_and_delete_gives_back(hand: Hand, qtbot: QtBot):
    before = hand.weight().copy()
    hand.choose(2, 2)
    qtbot.keyClick(hand.view.canvas, Qt.Key.Key_Down)
    qtbot.keyClick(hand.view.canvas, Qt.Key.Key_Right)
    assert hand.view._chosen == (3, 3)
    qtbot.keyClick(hand.view.canvas, Qt.Key.Key_PageUp)
    assert hand.exploration.recipe.edits[0][:3] == ("W", 3, 3)
    qtbot.keyClick(hand.view.canvas, Qt.Key.Key_Delete)
    assert hand.exploration.recipe.edits == ()
    assert (hand.weight() == before).all()


@pytest.mark.parametrize(("typed", "value"), [("3", 3.0), ("-1.5", -1.5), (".25", 0.25)])
def test_enter_at_a_chosen_weight_begins_its_value(hand: Hand, qtbot: QtBot, typed: str, value: float):
    hand.view.clicked(hand.at(2, 3))
    qtbot.keyClick(hand.view.canvas, Qt.Key.Key_Return)
    assert hand.view._entry.isVisible()
    qtbot.keyClicks(hand.view._entry, typed)
    qtbot.keyClick(hand.view._entry, Qt.Key.Key_Return)
    assert hand.exploration.recipe.edits == (Edit("W", 2, 3, value),)


def test_enter_where_no_weight_is_chosen_begins_with_the_first(hand: Hand, qtbot: QtBot):
    assert asked_for(hand, Qt.Key.Key_Return)
    qtbot.keyClick(hand.view.canvas, Qt.Key.Key_Return)
    qtbot.keyClicks(hand.view._entry, "3")
    qtbot.keyClick(hand.view._entry, Qt.Key.Key_Return)
    assert hand.exploration.recipe.edits == (Edit("W", 0, 0, 3.0),)


def asked_for(hand: Hand, key: Qt.Key, text: str = "", held: Qt.KeyboardModifier | None = None) -> bool:
    """Return whether the canvas takes the key before the window's shortcuts."""
    event = QKeyEvent(QEvent.Type.ShortcutOverride, key, held or Qt.KeyboardModifier.NoModifier, text)
    event.ignore()
    hand.view.canvas.event(event)
    return event.isAccepted()


def test_digits_stay_shortcuts_of_the_window_though_a_weight_is_chosen(hand: Hand):
    hand.view.clicked(hand.at(2, 3))
    assert not asked_for(hand, Qt.Key.Key_3, "3")
    assert not asked_for(hand, Qt.Key.Key_3, "3", Qt.KeyboardModifier.KeypadModifier)
    assert not asked_for(hand, Qt.Key.Key_Space, " ")
    assert asked_for(hand, Qt.Key.Key_Left)
    assert asked_for(hand, Qt.Key.Key_Return)


def test_biases_and_readout_are_weights_too(hand: Hand):
    for matrix, place in (("b", (0, 4)), ("V", (2, 5)), ("U", (3, 0))):
        hand.view._matrix.setCurrentText(matrix)
        hand.view.grab()
        hand.choose(*place)
        hand.view._set(0.25)
    edits = hand.exploration.recipe.edits
    assert edits == (Edit("b", 4, 0, 0.25), Edit("V", 2, 5, 0.25), Edit("U", 3, 0, 0.25))
    assert hand.weight("b")[4] == hand.weight("V")[2, 5] == hand.weight("U")[3, 0] == 0.25


def test_weight_of_a_gate_is_found_in_the_stacked_matrix(qtbot: QtBot):
    hand = Hand(qtbot, desk(cell="lstm"))
    hand.view._matrix.setCurrentText("W_f")
    hand.view.grab()
    hand.choose(2, 1)
    hand.view._set(3.0)
    assert hand.exploration.recipe.edits == (Edit("W", 8, 1, 3.0),)


@pytest.mark.parametrize("cell", VARIETY)
def test_every_weight_of_every_kind_of_cell_is_one_of_the_choices_and_can_be_changed(qtbot: QtBot, cell: str):
    hand = Hand(qtbot, desk(cell=cell, hidden=3))
    network = build(hand.exploration.recipe, 1)
    offered = [name for kind in kinds(network).values() for name in kind]
    assert sorted(offered) == sorted(stored(network))
    for some in hand.view._names.values():
        for name in some[:3]:
            hand.view._matrix.setCurrentText(name)
            hand.view.grab()
            assert hand.view._sheet is not None
            assert hand.view._sheet.name == name
            hand.choose(0, 0)
            place, before = hand.view._sheet.place((0, 0)), hand.exploration
            hand.view._set(0.625)
            matrix = hand.view._sheet.stored.matrix
            assert hand.exploration.recipe.edits == (Edit(matrix, *place, 0.625),)
            assert hand.weight(matrix)[place[: hand.weight(matrix).ndim]] == 0.625
            assert hand.view._sheet.shown(hand.exploration.recipe.edits[0]) == (0, 0)
            hand.exploration = before


def test_weight_that_is_shown_stays_where_another_cell_has_it_too(qtbot: QtBot):
    hand = Hand(qtbot, desk(cell="lstm"))
    assert hand.view._matrix.currentText() == "W_g"
    hand.view._matrix.setCurrentText("W_f")
    hand.exploration = hand.exploration.with_recipe(cell="peephole")
    hand._look()
    assert hand.view._matrix.currentText() == "W_f"
    hand.exploration = hand.exploration.with_recipe(cell="mingru")
    hand._look()
    assert hand.view._matrix.currentText() == "U_z"


def test_shapes_of_W_are_offered_only_where_a_weight_takes_them(qtbot: QtBot):
    assert not Hand(qtbot, desk(cell="mgu")).view._gallery.isHidden()
    assert Hand(qtbot, desk(cell="lru")).view._gallery.isHidden()
    assert Hand(qtbot, desk(cell="mingru")).view._gallery.isHidden()


def test_shape_from_the_gallery_drops_the_edits_of_every_matrix_that_takes_it():
    before = desk(cell="mgu", edits=(Edit("1/W_f", 0, 0, 9.0), Edit("1/U_f", 0, 0, 9.0)))
    assert with_shape(before, "shift").recipe.edits == (Edit("1/U_f", 0, 0, 9.0),)


def test_reset_gives_back_every_weight(qtbot: QtBot):
    hand = Hand(qtbot, desk(edits=(Edit("W", 0, 0, 9.0), Edit("U", 0, 0, 9.0))))
    assert hand.view._reset.isEnabled()
    hand.view._reset.click()
    assert hand.exploration.recipe.edits == ()
    assert not hand.view._reset.isEnabled()


def test_shape_from_the_gallery_drops_the_edits_of_W_and_keeps_the_others():
    before = desk(edits=(Edit("W", 0, 0, 9.0), Edit("U", 0, 0, 9.0)))
    after = with_shape(before, "shift")
    assert after.recipe.init == "shift"
    assert after.recipe.edits == (Edit("U", 0, 0, 9.0),)


def test_edits_hold_plain_numbers_that_a_file_can_keep():
    value = with_weight(desk(), "W", (0, 0), np.float64(0.5)).recipe.edits[0].value
    assert type(value) is float


def test_edit_is_shown_where_it_was_made():
    network = build(desk(cell="gru").recipe, 1)
    sheet = Sheet.of(network, "b_z")
    assert sheet.shown(Edit("b", *sheet.place((0, 4)), 1.0)) == (0, 4)
    assert sheet.shown(Edit("b", 0, 0, 1.0)) is None
    assert sheet.entry((0, 4)) == "b_z[4]"


@pytest.mark.parametrize("view", [WeightsView, ProductView, FactorsView])
def test_exactly_zero_looks_otherwise_than_very_little(qtbot: QtBot, view: type[InspectCard]) -> None:
    """A weight of the identity that is 0 beside one of 10⁻³⁰, in the matrix, in J and in the product."""
    card = view(LIGHT)
    qtbot.addWidget(card)
    card.resize(340, 240)
    pictures = []
    for value in (0.0, 1e-30):
        shown = desk(hidden=2, init="identity", activation="identity", edits=(Edit("W", 0, 1, value),))
        card.present(inspect(analyse(replace(shown, selection=Selection(t=5, k=4)))))
        card.settle()
        pictures.append(card.canvas.grab().toImage())
    assert pictures[0] != pictures[1]
