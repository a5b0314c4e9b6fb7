"""The gallery of cells: by their ideas, with a picture of their flow, their equations, and a copy to go on from."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from explorer.engine.recurrence import library
from explorer.engine.recurrence.cell_groups import cell_groups
from explorer.gui.plot import theme as look
from explorer.gui.presets.cell_pane import CellPane
from explorer.gui.presets.gallery import CELLS, Gallery
from explorer.gui.words import i18n
from explorer.workspace.disk.cell_gallery import gallery_cells, gallery_groups
from explorer.workspace.disk.thumbnails import thumbnail_of

from ..by_mouse import double_click

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


class Nothing(QObject):
    """Thumbnails that never come."""

    arrived = Signal()

    def get(self, _: str) -> None:
        return None

    def begin(self) -> None: ...

    def rest(self) -> None: ...


@pytest.fixture
def gallery(qtbot) -> Gallery:
    i18n.set_language("en")
    parent, theme = QWidget(), look.themes()["light"]
    parent.resize(1100, 700)
    qtbot.addWidget(parent)
    shown = gallery_cells()
    presets = [preset for preset, _ in shown]
    pane = CellPane(theme)
    made = Gallery(parent, theme, presets, gallery_groups(), Nothing(), "gru", CELLS, pane)  # type: ignore[arg-type]
    made.looked.connect(lambda name: pane.show_cell({one.name: cell for one, cell in shown}.get(name)))
    # Its parent is kept as long as it.
    made._above_it = parent  # type: ignore[attr-defined]
    return made


def test_every_cell_that_ships_stands_under_its_idea() -> None:
    shown = [preset for preset, _ in gallery_cells()]
    assert {preset.name for preset in shown} >= set(library.names())
    groups = [preset.group for preset in shown if preset.group in cell_groups()]
    assert groups == sorted(groups, key=list(cell_groups()).index)


def test_a_word_finds_a_cell_by_its_source_and_the_pane_tells_its_equations(gallery: Gallery) -> None:
    pane = gallery.findChild(CellPane)
    assert pane is not None
    gallery.search.setText("rusch")
    assert "cornn" in [card.preset.name for card in gallery.cards.shown]
    gallery.search.setText("cornn")
    assert gallery.cards.shown[0].preset.name == "cornn"
    assert "Rusch and Mishra" in pane.notes.text()
    assert "dt = 0.06" in pane.equations.accessibleDescription()


def test_a_cell_is_chosen_by_enter_and_a_copy_asked_for_by_a_button(gallery: Gallery) -> None:
    chosen, copied = [], []
    pane = gallery.findChild(CellPane)
    assert pane is not None
    gallery.chosen.connect(chosen.append)
    pane.copy_wanted.connect(copied.append)
    pane.use_wanted.connect(gallery.choose_current)
    gallery.search.setText("mingru")
    pane.copy.click()
    gallery.search.returnPressed.emit()
    assert (chosen, copied) == (["mingru"], ["mingru"])
    pane.use.click()
    assert chosen == ["mingru", "mingru"]
    assert "Enter" in pane.use.toolTip()


def test_a_click_on_a_cell_shows_it_and_a_double_click_takes_it(gallery: Gallery, qtbot: QtBot) -> None:
    pane, chosen = gallery.findChild(CellPane), []
    assert pane is not None
    gallery.chosen.connect(chosen.append)
    card = next(card for card in gallery.cards.cards if card.preset.name == "cornn")
    qtbot.mouseClick(card, Qt.MouseButton.LeftButton)
    assert (chosen, "coRNN" in pane.title.text()) == ([], True)
    double_click(card)
    assert chosen == ["cornn"]


def test_a_long_formula_is_as_large_as_the_others_and_scrolled_to(qtbot: QtBot) -> None:
    pane = CellPane(look.themes()["light"])
    qtbot.addWidget(pane)
    pane.show_cell("cornn")
    pane.resize(pane.width(), 500)
    pane.show()
    around = pane.equations.parentWidget().parentWidget()
    assert isinstance(around, QScrollArea)
    qtbot.waitUntil(lambda: not pane.equations._idle.isActive() and len(pane.equations._drawn) == 5)
    widest = max(one.defaultSize().width() for one in pane.equations._drawn.values())
    assert pane.equations.width() >= widest > pane.width()
    assert around.horizontalScrollBar().maximum() > 0
    pane.show_cell("rnn")
    qtbot.waitUntil(lambda: around.horizontalScrollBar().maximum() == 0)


def test_the_picture_of_a_cell_is_its_flow() -> None:
    (preset,) = [preset for preset, _ in gallery_cells() if preset.name == "residual"]
    (log_gain,) = thumbnail_of(preset.exploration, lambda: False).maps
    assert log_gain.shape == (33, 33)
    # What is added is kept: nothing of it vanishes over the whole sequence.
    assert log_gain[-1, 0] > -1.0
