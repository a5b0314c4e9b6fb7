"""The Build panel: each control changes what it says and nothing else, and shows what the exploration says."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QAbstractButton, QAbstractSlider, QComboBox, QLineEdit, QPlainTextEdit

from explorer.engine.network.initialisation import INITIALISATIONS
from explorer.engine.network.readouts import READOUTS
from explorer.engine.recurrence.kernels.choice import KERNELS
from explorer.gui.controls.choice import Choice
from explorer.gui.controls.slider import ValueSlider
from explorer.gui.panels.build.build import BuildPanel
from explorer.gui.panels.sources import SOURCES
from explorer.gui.plot import style
from explorer.gui.plot import theme as look
from explorer.gui.words import i18n
from explorer.workspace.exploration.exploration import Edit, Exploration, Numbers, Signal, Text

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


@pytest.fixture
def desk(desk_of):
    return desk_of(BuildPanel(look.themes()["light"]))


def choose(choice: Choice, name: str) -> None:
    choice.setCurrentIndex(choice.findData(name))
    choice.activated.emit(choice.currentIndex())


def type_number(qtbot, slider: ValueSlider, text: str) -> None:
    slider.field.setFocus()
    slider.field.selectAll()
    qtbot.keyClicks(slider.field, text)
    qtbot.keyClick(slider.field, Qt.Key.Key_Return)


def type_text(qtbot, editor: QPlainTextEdit, text: str) -> None:
    editor.selectAll()
    qtbot.keyClicks(editor, text)
    editor.flush()


def drag(qtbot, slider: ValueSlider, start: float, stop: float) -> None:
    track = slider.track
    points = [QPoint(round(track.width() * (start + (stop - start) * i / 4)), track.height() // 2) for i in range(5)]
    qtbot.mousePress(track, Qt.MouseButton.LeftButton, pos=points[0])
    for point in points[1:]:
        qtbot.mouseMove(track, point)
    qtbot.mouseRelease(track, Qt.MouseButton.LeftButton, pos=points[-1])


@pytest.mark.parametrize("name", KERNELS)
def test_cell_changes_the_cell_alone(desk, name: str):
    before = desk.exploration
    choose(desk.panel.network.cell, name)
    assert desk.exploration == before.with_recipe(cell=name)


@pytest.mark.parametrize("name", INITIALISATIONS)
def test_initialisation_changes_alone_and_is_explained(desk, name: str):
    choose(desk.panel.network.init, name)
    assert desk.exploration == Exploration().with_recipe(init=name)
    assert desk.panel.network._init.note.text()


@pytest.mark.parametrize("name", READOUTS)
def test_readout_changes_the_readout_alone(desk, name: str):
    choose(desk.panel.output.readout, name)
    assert desk.exploration == Exploration().with_recipe(readout=name)


@pytest.mark.parametrize(
    ("card", "control", "attribute", "value"),
    [
        ("network", "units", "hidden", 7),
        ("network", "gain", "gain", 2.25),
        ("network", "bias", "bias", -4.5),
        ("network", "forget_bias", "forget_bias", 3.0),
        ("network", "input_scale", "input_scale", 0.5),
        ("output", "outputs", "outputs", 9),
    ],
)
def test_typed_value_changes_its_number_alone(qtbot, desk, card, control, attribute, value):
    slider = getattr(getattr(desk.panel, card), control)
    type_number(qtbot, slider, str(value))
    assert desk.exploration == Exploration().with_recipe(**{attribute: value})
    assert type(getattr(desk.exploration.recipe, attribute)) is type(value)
    assert slider.value == value


def test_gain_beyond_the_slider_is_kept(qtbot, desk):
    type_number(qtbot, desk.panel.network.gain, "12.5")
    assert desk.exploration.recipe.gain == 12.5
    assert desk.panel.network.gain.field.text() == "12.50"


def test_wrong_number_is_told_under_its_control_and_changes_nothing(qtbot, desk):
    gain = desk.panel.network.gain
    for text, said in (("60", "50.0"), ("abc", "abc")):
        type_number(qtbot, gain, text)
        assert desk.exploration == Exploration()
        assert gain.field.text() == text
        assert gain.field.wrong
        assert len(desk.complaints()) == 1
        assert said in desk.complaints()[0]
    type_number(qtbot, gain, "2")
    assert desk.complaints() == []
    assert desk.exploration.recipe.gain == 2.0


def test_what_is_refused_is_said_again_in_another_language_and_still_goes(qtbot, desk):
    gain, start = desk.panel.network.gain, desk.panel.network.initial_state
    type_number(qtbot, gain, "abc")
    start.setFocus()
    start.selectAll()
    qtbot.keyClicks(start, "0.1, much")
    qtbot.keyClick(start, Qt.Key.Key_Return)
    assert len(desk.complaints()) == 2
    assert all(said.isascii() or "“" in said for said in desk.complaints())
    i18n.set_language("zh_CN")
    desk.panel.dress(look.themes()["dark"])
    assert [any("\u4e00" <= sign <= "\u9fff" for sign in said) for said in desk.complaints()] == [True, True]
    assert gain.field.text() == "abc"
    qtbot.keyClick(gain.field, Qt.Key.Key_Escape)
    i18n.set_language("en")
    desk.panel.dress(look.themes()["dark"])
    assert len(desk.complaints()) == 1
    assert "much" in desk.complaints()[0]


def test_wrong_number_stays_while_something_else_is_changed_and_goes_by_esc(qtbot, desk):
    gain = desk.panel.network.gain
    type_number(qtbot, gain, "60")
    choose(desk.panel.network.cell, "gru")
    assert gain.field.text() == "60"
    qtbot.keyClick(gain.field, Qt.Key.Key_Escape)
    assert gain.field.text() == "1.60"
    assert desk.complaints() == []


def test_drag_has_one_merge_key_and_one_release(qtbot, desk):
    drag(qtbot, desk.panel.network.gain, 0.1, 0.9)
    assert desk.exploration.recipe.gain > 3
    assert len(desk.merges) > 2
    assert set(desk.merges) == {"gain"}
    assert desk.releases == 1


def test_presenting_tells_nobody(desk):
    desk.merges.clear()
    for sequence in (Text(text="a b", markers=True), Signal(kind="noise"), Numbers(rows=((1.0,), (2.0,)))):
        recipe = {"cell": "lstm", "init": "shift", "gain": 9.0, "hidden": 3, "bias": 1.0, "seed": 8, "outputs": 2}
        desk.show(Exploration(sequence=sequence).with_recipe(**recipe, initial_state=(1.0, 2.0)))
    assert desk.merges == []
    assert desk.releases == 0
    assert desk.panel.network.gain.value == 9.0
    assert desk.panel.network.cell.value == "lstm"
    assert desk.panel.network.initial_state.text() == "1, 2"


def test_activation_belongs_to_the_simple_cell_and_forget_bias_to_the_lstm(desk):
    network = desk.panel.network
    for cell, activation, forget in (("rnn", True, False), ("lstm", False, True), ("gru", False, False)):
        choose(network.cell, cell)
        assert network.activation.isVisibleTo(desk.panel) == activation
        assert network.forget_bias.isVisibleTo(desk.panel) == forget


def test_new_seed_changes_the_seed_alone(qtbot, desk):
    qtbot.mouseClick(desk.panel.network._seed_die.die, Qt.MouseButton.LeftButton)
    assert desk.exploration == Exploration().with_recipe(seed=Exploration().recipe.seed + 1)


def test_initial_state_is_typed_drawn_at_random_and_emptied(qtbot, desk):
    state = desk.panel.network.initial_state
    state.insert("1, −0.5 2")
    qtbot.keyClick(state, Qt.Key.Key_Return)
    assert desk.exploration.recipe.initial_state == (1.0, -0.5, 2.0)
    qtbot.mouseClick(desk.panel.network._state_die.die, Qt.MouseButton.LeftButton)
    assert len(desk.exploration.recipe.initial_state) == 24
    state.selectAll()
    qtbot.keyClick(state, Qt.Key.Key_Delete)
    qtbot.keyClick(state, Qt.Key.Key_Return)
    assert desk.exploration == Exploration()


def test_initial_state_longer_than_the_state_is_refused(qtbot, desk):
    desk.show(Exploration().with_recipe(hidden=2))
    qtbot.keyClicks(desk.panel.network.initial_state, "1 2 3")
    qtbot.keyClick(desk.panel.network.initial_state, Qt.Key.Key_Return)
    assert desk.exploration.recipe.initial_state == ()
    assert "only 2" in desk.complaints()[0]


def test_weights_set_by_hand_are_reset_only_if_there_are_any(desk):
    reset = desk.panel.network.reset
    assert not reset.isVisibleTo(desk.panel)
    desk.show(Exploration().with_recipe(edits=(Edit("W", 0, 0, 1.0), Edit("W", 0, 1, 1.0))))
    assert reset.text() == "reset 2 weights"
    reset.click()
    assert desk.exploration == Exploration()
    assert not reset.isVisibleTo(desk.panel)


def test_language_changes_at_once_and_nothing_is_left_in_english(desk):
    i18n.set_language("zh_CN")
    desk.panel.dress(look.themes()["dark"])
    desk.panel.present(desk.exploration, None)
    assert desk.panel.network.init.currentText() == "高斯"
    assert desk.panel.network._gain.label.text() == "增益 g"
    assert desk.panel.network.gain.track.accessibleName() == "增益 g"


def test_every_control_has_a_name_and_teaches(desk):
    for kind in (QAbstractSlider, QComboBox, QAbstractButton, QLineEdit, QPlainTextEdit):
        for control in desk.panel.findChildren(kind):
            if control.parent().metaObject().className() in ("QScrollArea", "QWidget") or not control.focusPolicy():
                continue
            named = control.accessibleName() or (isinstance(control, QAbstractButton) and control.text())
            assert named, control
            assert control.toolTip() or control.parentWidget().toolTip(), named


@pytest.mark.parametrize("language", i18n.languages())
@pytest.mark.parametrize("theme", look.themes())
def test_no_source_needs_more_width_than_the_panel_takes(qapp, desk_of, theme: str, language: str):
    i18n.set_language(language)
    style.apply(qapp, look.themes()[theme], language)
    panel = BuildPanel(look.themes()[theme])
    desk = desk_of(panel)
    bar = panel._area.verticalScrollBar().sizeHint().width()
    for source in [name for name in SOURCES if name not in ("csv", "drawn")]:
        choose(panel.sequence.source, source)
        qapp.processEvents()
        assert panel._content.minimumSizeHint().width() + bar <= panel.minimumWidth(), source
    assert desk.exploration.sequence
    style.apply(qapp, look.themes()["light"], "en")
