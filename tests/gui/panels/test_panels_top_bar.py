"""The top bar: the buttons that are pressed in front of the room."""

from __future__ import annotations

from html import unescape

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QWidget

from explorer.engine.recurrence import library
from explorer.gui.controls.choice import Choice
from explorer.gui.panels.top_bar.top_bar import TopBar
from explorer.gui.plot import style
from explorer.gui.plot import theme as look
from explorer.gui.shell.actions import Actions
from explorer.gui.words import i18n
from explorer.gui.words.cell_words import cell_label, cell_title
from explorer.workspace.disk.origin import Origin
from explorer.workspace.disk.presets import presets
from explorer.workspace.exploration.cells import CellText
from explorer.workspace.exploration.exploration import Exploration, replace

from ..painted import words_of

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

PRESETS = presets()[:2]


@pytest.fixture
def actions(qtbot):
    owner = QWidget()
    qtbot.addWidget(owner)
    actions = Actions(owner)
    actions.dress(look.themes()["light"])
    yield actions
    assert owner


@pytest.fixture
def desk(desk_of, actions):
    desk = desk_of(TopBar(look.themes()["light"], actions))
    desk.panel.resize(1366, 44)
    return desk


@pytest.mark.parametrize("name", ["tanh", "sigmoid", "relu", "identity"])
def test_activation_button_goes_back_to_the_simple_cell(desk, name: str):
    desk.show(Exploration().with_recipe(cell="lstm"))
    assert not any(button.isChecked() for button in desk.panel.activation.buttons.values())
    desk.panel.activation.buttons[name].click()
    assert desk.exploration == Exploration().with_recipe(cell="rnn", activation=name)
    assert desk.panel.activation.buttons[name].isChecked()


@pytest.mark.parametrize("name", ["rnn", "lstm", "gru"])
def test_cell_button_changes_the_cell_alone(desk, name: str):
    desk.panel.cell.buttons[name].click()
    assert desk.exploration == Exploration().with_recipe(cell=name)


@pytest.mark.parametrize(
    ("cell", "label", "title"),
    [
        ("mgu", "MGU", "Minimal gated unit"),
        (CellText(name="a cell of my own", text="h = W @ h + U @ x"), "a cell of m…", "a cell of my own"),
        (CellText(name="own cell, from LSTM", text="h = W @ h + U @ x"), "own cell", "own cell, from LSTM"),
    ],
)
def test_cell_that_is_no_quick_choice_is_named_by_the_last_segment(desk, cell, label: str, title: str):
    segments = desk.panel.cell
    desk.show(Exploration().with_recipe(cell=cell))
    assert not any(button.isChecked() for button in segments.buttons.values())
    assert segments.more.isChecked()
    assert segments.more.text() == label
    assert title in segments.more.toolTip()
    segments.buttons["gru"].click()
    assert not segments.more.isChecked()
    assert segments.more.text() == "…"


def test_cells_that_are_no_quick_choice_are_asked_for_when_the_last_segment_opens(qtbot, desk):
    menu = desk.panel.cell.more.menu()
    with qtbot.waitSignal(desk.panel.cells_wanted) as wanted:
        menu.aboutToShow.emit()
    assert wanted.args == [menu]


@pytest.mark.parametrize("cell", ["residual", "rnn"])
def test_activation_changes_alone_where_the_cell_leaves_the_choice(desk, cell: str):
    desk.show(Exploration().with_recipe(cell=cell))
    desk.panel.activation.buttons["relu"].click()
    assert desk.exploration == Exploration().with_recipe(cell=cell, activation="relu")
    assert desk.panel.activation.value == "relu"


def test_gain_can_be_turned_where_some_weight_heeds_it(desk):
    for cell, heeds in (("mgu", True), ("mingru", False), ("gru", True)):
        desk.show(Exploration().with_recipe(cell=cell))
        assert desk.panel.gain.isEnabled() == heeds


def test_gain_can_be_turned_where_it_changes_a_network_beside_that_heeds_it(desk):
    blind, heeding = (Exploration().with_recipe(cell=cell, gain=3.0).recipe for cell in ("mingru", "gru"))
    beside = replace(Exploration(), networks=(blind, heeding), stage="beside")
    for together in (True, False):
        desk.show(replace(beside, together=together))
        assert desk.panel.gain.isEnabled() == together
    desk.show(replace(beside, together=True))
    desk.panel.gain.changed.emit(0.5)
    assert [one.gain for one in desk.exploration.networks] == [0.5, 0.5]


def test_refusal_is_told_where_it_was_asked_for(desk):
    desk.panel.cell.chosen.emit("rnn")
    desk.panel.show_refusal("No.")
    assert not desk.panel.gain.property("wrong")


def test_button_that_is_down_stays_down_when_it_is_pressed(desk):
    desk.panel.activation.buttons["tanh"].click()
    assert desk.panel.activation.buttons["tanh"].isChecked()
    assert desk.exploration == Exploration()


def test_gain_is_one_undo_step_a_drag(desk):
    track = desk.panel.gain.track
    track.setSliderDown(True)
    for position in (200, 210, 220):
        track.setSliderPosition(position)
    track.setSliderDown(False)
    assert desk.exploration == Exploration().with_recipe(gain=2.2)
    assert desk.merges == ["gain"] * 3
    assert desk.releases == 1


def test_wrong_gain_changes_nothing(qtbot, desk):
    field = desk.panel.gain.field
    field.selectAll()
    qtbot.keyClicks(field, "70")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert desk.exploration == Exploration()
    assert field.wrong
    assert field.text() == "70"


def test_presenting_tells_nobody(desk):
    desk.merges.clear()
    desk.show(Exploration().with_recipe(cell="gru", gain=7.0))
    assert desk.merges == []
    assert desk.releases == 0
    assert desk.panel.gain.value == 7.0


def test_the_box_says_which_preset_is_shown_and_asks_for_all_of_them(qtbot, desk, actions):
    box = desk.panel.preset
    desk.panel.show_origin(Origin(PRESETS[0]))
    assert box.currentText() == PRESETS[0].titles["en"]
    assert PRESETS[0].titles["en"] in box.toolTip()
    for ask in (
        lambda: qtbot.keyClick(box, Qt.Key.Key_Return),
        lambda: qtbot.mouseClick(box, Qt.MouseButton.LeftButton),
    ):
        with qtbot.waitSignal(actions["presets"].triggered):
            ask()
    with qtbot.assertNotEmitted(desk.panel.preset_chosen):
        desk.panel.show_origin(Origin())
    assert (box.value, box.currentText()) == ("", "—")


@pytest.mark.parametrize("language", i18n.languages())
@pytest.mark.parametrize(
    "origin", [Origin(PRESETS[0], changed=True), Origin(file="mine.gflow", changed=True)], ids=["preset", "file"]
)
def test_the_box_never_says_a_name_without_the_change_however_little_room_there_is(desk, language: str, origin: Origin):
    i18n.set_language(language)
    desk.panel.show_origin(origin)
    changed = {"en": " · changed", "zh_CN": " · 已改动"}[language]
    assert desk.panel.preset.currentText().endswith(changed)
    said = set()
    for width in range(desk.panel.preset.minimumSizeHint().width(), 420, 12):
        desk.panel.preset.setFixedSize(width, 28)
        said.add("".join("".join(word.text for word in words_of(desk.panel.preset)).split()))
    mark = "".join(changed.split())
    assert {text for text in said if not text.endswith((mark, "*"))} == set()
    assert any(text.endswith(mark) for text in said)


def test_list_of_choices_opens_with_all_entries_in_sight(qapp, qtbot):
    style.apply(qapp, look.themes()["light"], "en")
    choice = Choice({f"{i}": f"Preset {i}" for i in range(18)})
    qtbot.addWidget(choice)
    choice.set_value("9")
    choice.show()
    choice.showPopup()
    bar = choice.view().verticalScrollBar()
    assert (bar.minimum(), bar.maximum()) == (0, 0)
    choice.hidePopup()


def test_transport_and_history_do_what_the_actions_do(qtbot, desk, actions):
    buttons = {button.defaultAction().objectName(): button for button in _tools(desk.panel)}
    assert list(buttons) == [
        "first", "back", "play", "forward", "last", "undo", "redo", "theme", "language", "presentation",
    ]  # fmt: skip
    with qtbot.waitSignal(actions["play"].triggered):
        buttons["play"].click()


def test_presentation_leaves_what_a_lecturer_uses_and_offers_the_controls_that_it_puts_away(desk):
    panel = desk.panel
    panel.resize(1920, 60)
    used = (panel.activation, panel.cell, panel.gain, panel.transport, panel.history, panel.look)
    for on in (True, False):
        panel.set_presentation(on)
        assert all(part.isVisibleTo(panel) for part in used)
        assert panel.controls.isVisibleTo(panel) == on
        assert panel.preset.isVisibleTo(panel) != on


@pytest.mark.parametrize("language", i18n.languages())
@pytest.mark.parametrize("theme", look.themes())
def test_nothing_is_cut_off_at_any_width(qapp, desk_of, actions, theme: str, language: str):
    i18n.set_language(language)
    style.apply(qapp, look.themes()[theme], language)
    for width in (760, 1024, 1366, 1920):
        bar = desk_of(TopBar(look.themes()[theme], actions)).panel
        bar.resize(width, 60)
        qapp.processEvents()
        shown = [part for part in bar.findChildren(QAbstractButton) if part.isVisible()]
        for part in (*shown, bar.gain.field, bar.activation):
            corner = part.mapTo(bar, part.rect().bottomRight())
            assert corner.x() < width
            assert part.width() >= part.minimumSizeHint().width() or not part.sizeHint().isValid()
        assert bar.transport.isVisible()
    style.apply(qapp, look.themes()["light"], "en")


def test_nothing_goes_behind_the_chevrons_on_a_small_projector(qapp, desk_of, actions):
    theme = look.themes()["projector"]
    style.apply(qapp, theme, "en")
    bar = desk_of(TopBar(theme, actions)).panel
    bar.resize(1366, 60)
    assert all(part.isVisible() for part in (bar.preset, bar.cell, bar.history, bar.look))
    assert not bar.overflow.isVisible()
    style.apply(qapp, look.themes()["light"], "en")


@pytest.mark.parametrize("width", [600, 700, 850, 950, 1000])
def test_what_has_no_room_is_in_the_menu(qapp, desk, width: int):
    bar = desk.panel
    bar.resize(width, 44)
    qapp.processEvents()
    bar.overflow.menu().aboutToShow.emit()
    offered = [action.objectName() for action in bar.overflow.menu().actions()]
    for part, names in ((bar.cell, ("rnn", "gru")), (bar.history, ("undo",)), (bar.look, ("theme", "presentation"))):
        assert all((name in offered) != part.isVisible() for name in names)
    menus = {action.menu().title() for action in bar.overflow.menu().actions() if action.menu()}
    assert ("presets" in offered) != bar.preset.isVisible()
    assert ("Other cells" in menus) != bar.cell.isVisible()


def test_buttons_have_names_and_tooltips_with_their_keys(desk):
    for button in (*desk.panel.activation.buttons.values(), *desk.panel.cell.buttons.values(), *_tools(desk.panel)):
        assert button.accessibleName()
        assert button.toolTip()
    assert "[1]" in desk.panel.activation.buttons["tanh"].toolTip()
    assert "simple cell" in desk.panel.activation.buttons["tanh"].toolTip()


def test_titles_follow_the_language(desk):
    desk.panel.show_origin(Origin(PRESETS[0]))
    i18n.set_language("zh_CN")
    desk.panel.dress(look.themes()["dark"])
    assert desk.panel.preset.currentText() == PRESETS[0].titles["zh_CN"]
    assert desk.panel.activation.buttons["identity"].text() == "线性"


def _tools(panel: TopBar) -> list[QAbstractButton]:
    groups = (panel.transport, panel.history, panel.look)
    return [button for group in groups for button in group.findChildren(QAbstractButton)]


OWN = CellText(name="a cell of my own", text="h = W @ h + U @ x")


@pytest.mark.parametrize("language", i18n.languages())
def test_which_cell_it_is_stays_in_sight_in_a_narrow_window(qapp, desk, language: str):
    i18n.set_language(language)
    desk.panel.dress(look.themes()["light"])
    desk.panel.resize(960, 44)
    for cell in (*library.names(), OWN):
        desk.show(Exploration().with_recipe(cell=cell))
        qapp.processEvents()
        segments = desk.panel.cell
        buttons = {**segments.buttons, "": segments.more}
        down = [one for one in buttons.values() if one.isVisible() and one.isChecked()]
        assert len(down) == 1, cell
        assert down[0].text().rstrip("…") in cell_label(cell)
        assert cell_title(cell) in unescape(down[0].toolTip()) or down[0] is not segments.more
        assert desk.panel.rect().contains(segments.geometry())


def test_the_last_segment_alone_offers_all_cells(qapp, desk):
    desk.panel.resize(960, 44)
    desk.show(Exploration().with_recipe(cell="peephole"))
    qapp.processEvents()
    assert desk.panel.cell.short
    wanted = []
    desk.panel.cells_wanted.connect(wanted.append)
    menu = desk.panel.cell.more.menu()
    menu.aboutToShow.emit()
    assert [action.objectName() for action in menu.actions()][:3] == [*desk.panel.cell.buttons]
    assert wanted == [menu.actions()[-1].menu()]
    desk.panel.resize(1366, 44)
    qapp.processEvents()
    assert not desk.panel.cell.short
    assert all(button.isVisible() for button in desk.panel.cell.buttons.values())
