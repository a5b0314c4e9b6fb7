"""What a lecturer has in front of a room: the preset's sentence, one preset after another, one view for all to see."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QToolButton, QWidget

from explorer.gui.core.player import Player
from explorer.gui.core.view import View
from explorer.gui.plot.theme import Theme
from explorer.gui.shell.transport import Transport
from explorer.gui.shell.window import Window
from explorer.workspace.disk.presets import preset, presets
from explorer.workspace.exploration.gesture import Gesture
from explorer.workspace.lessons.library import lesson

from ..by_mouse import double_click
from ..conftest import settle
from ..painted import words_of

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

Key = Qt.Key
NAMES = [one.name for one in presets()]


@pytest.fixture(autouse=True)
def _at_its_beginning(window: Window) -> Iterator[None]:
    yield
    window.podium.marks.end()
    window.frame.enlarge(None)
    window.player.rest()


def press(window: Window, key: Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(window.windowHandle(), key, modifier)
    QApplication.processEvents()


def present(window: Window, size: tuple[int, int] = (1366, 768)) -> None:
    window.set_presentation(True)
    # It is laid out once it has all of the screen.
    QApplication.processEvents()
    window.setWindowState(Qt.WindowState.WindowNoState)
    window.resize(*size)
    QApplication.processEvents()


def of(window: Window, name: str) -> View:
    return next(view for view in window.views if view.objectName() == name)


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_a_presentation_says_the_first_sentence_of_the_preset_until_it_is_put_away(
    window: Window, language: str
) -> None:
    window.top_bar.preset_chosen.emit("gru")
    look = preset("gru").look[language]
    present(window)
    said = window.hint.text
    assert window.hint.isVisible()
    assert look.startswith(said)
    assert re.fullmatch(r"[^。]+。|.+?[.?!](?= |$)", said)
    assert said != look
    assert window.hint.height() < 4 * window.fontMetrics().lineSpacing()
    window.hint._close.click()
    assert not window.hint.isVisible()
    window.set_presentation(False)
    assert not window.hint.isVisible()


def test_in_a_presentation_the_mouse_reaches_every_view_training_and_the_way_back(window: Window) -> None:
    present(window)
    menu = window.top_bar.overflow.menu()
    assert window.top_bar.overflow.isVisible()
    menu.aboutToShow.emit()
    offered = {action.objectName(): action for action in menu.actions()}
    assert {"train", "pointer", "pen", "next_step", "lessons", "presentation"} <= offered.keys()
    [views] = [child for child in menu.findChildren(QMenu) if child.title() == "Enlarge"]
    by_name = {action.text(): action for action in views.actions()}
    by_name["Formula"].trigger()
    QApplication.processEvents()
    assert of(window, "formula").isVisible()
    offered["presentation"].trigger()
    QApplication.processEvents()
    assert window.menuBar().isVisible()


def at_hand(window: Window) -> set[str]:
    """Return the actions that the mouse reaches: buttons of the bar, and what its menu and the lists in that offer."""
    menu = window.top_bar.overflow.menu()
    menu.aboutToShow.emit()
    buttons = [button for button in window.top_bar.findChildren(QToolButton) if button.isVisible()]
    lists = [action.menu() for action in menu.actions() if action.menu() is not None]
    actions = [
        *(button.defaultAction() for button in buttons),
        *menu.actions(),
        *(a for one in lists for a in one.actions()),
    ]
    return {action.objectName() for action in actions if action is not None}


@pytest.mark.parametrize("width", [1024, 1366, 1920])
def test_in_a_presentation_the_mouse_reaches_all_that_keys_do(window: Window, width: int) -> None:
    present(window, (width, 768))
    assert {
        "build", "inspect", "undo", "redo", "theme", "language", "seed", "many_seeds", "note", "step_note", "presentation",
        "previous_step", "next_step", "presets", "lessons", "train", "slower", "faster", "inside", "pointer", "pen",
        "pin", "keep", "snapshots", "hand_out",
    } <= at_hand(window)  # fmt: skip


@pytest.mark.parametrize(("theme", "language"), [("projector", "en"), ("dark", "zh_CN")])
def test_in_a_presentation_every_field_comes_beside_a_map_of_half_the_height_and_goes_with_esc(
    window: Window, theme: str, language: str
) -> None:
    window.top_bar.preset_chosen.emit("lstm-forget-bias-1")
    window.set_theme(theme)
    window.set_language(language)
    present(window)
    [button] = [one for one in window.top_bar.controls.findChildren(QToolButton) if one.isVisible()]
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    QApplication.processEvents()
    network = window.build_panel.network
    window.build_panel._area.ensureWidgetVisible(network.forget_bias)
    assert network.forget_bias.isVisible()
    assert not network.forget_bias.visibleRegion().isEmpty()
    assert window.map.plot.box.height() >= 768 / 2
    network.forget_bias.changed.emit(4.0)
    assert window.store.exploration.layer.forget_bias == 4.0
    press(window, Key.Key_Escape)
    assert not network.isVisible()
    assert not window.actions_["build"].isChecked()
    window.actions_["inspect"].trigger()
    QApplication.processEvents()
    assert window.inspect_panel.isVisible()
    window.set_presentation(False)
    window.set_theme("light")
    window.set_language("en")
    QApplication.processEvents()
    assert network.isVisible()
    assert window.inspect_panel.isVisible()
    assert window.actions_["build"].isChecked()


def test_all_of_the_advice_comes_back_after_the_presentation(window: Window) -> None:
    window.top_bar.preset_chosen.emit("gru")
    present(window)
    window.set_presentation(False)
    assert window.hint.text == preset("gru").look["en"]


def test_page_keys_go_through_the_presets_in_their_order_and_stop_at_both_ends(window: Window, qtbot) -> None:
    window.top_bar.preset_chosen.emit(NAMES[1])
    shown = []
    for key in (Key.Key_PageDown, Key.Key_PageUp, Key.Key_PageUp, Key.Key_PageUp, Key.Key_PageDown):
        press(window, key)
        shown.append(window.store.exploration)
    assert shown == [preset(NAMES[i]).exploration for i in (2, 1, 0, 0, 1)]
    # What was changed is left for the next one all the same, and undo brings it back.
    window.controller.commit(Gesture("Before", lambda e: e.with_recipe(gain=0.7)))
    changed = window.store.exploration
    press(window, Key.Key_PageDown)
    assert window.store.exploration == preset(NAMES[2]).exploration
    window.controller.undo()
    assert window.store.exploration == changed
    settle(qtbot, window)


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_what_is_at_hand_is_one_column_for_a_projector(window: Window, language: str) -> None:
    window.set_theme("projector")
    window.set_language(language)
    present(window)
    menu = window.top_bar.overflow.menu()
    menu.aboutToShow.emit()
    assert menu.sizeHint().height() < 768
    assert menu.sizeHint().height() > menu.actionGeometry(menu.actions()[-1]).bottom()
    lefts = {menu.actionGeometry(action).left() for action in menu.actions()}
    assert len(lefts) == 1
    window.set_theme("light")
    window.set_language("en")


def test_one_line_of_advice_is_as_heavy_as_two_in_a_presentation(window: Window) -> None:
    present(window)
    window.top_bar.preset_chosen.emit("gru")
    assert window.hint._brief.font().bold()
    assert window.hint._text.font().bold()
    window.set_presentation(False)
    assert not window.hint._brief.font().bold()


def test_at_the_start_where_little_is_seen_it_is_said_how_it_goes_on(window: Window) -> None:
    present(window)
    press(window, Key.Key_Home)
    assert window.status.notice.isVisible()
    assert window.status.notice.text() == "Before the first step: Space plays, End shows everything."
    press(window, Key.Key_End)


def test_page_keys_belong_to_the_slider_that_has_the_keyboard(window: Window) -> None:
    window.top_bar.preset_chosen.emit("gru")
    track = window.top_bar.gain.track
    track.setFocus(Qt.FocusReason.TabFocusReason)
    before = window.store.exploration.recipe.gain
    press(window, Key.Key_PageUp)
    assert window.store.exploration.recipe.gain > before
    assert window.store.exploration.sequence == preset("gru").exploration.sequence


def covers_the_middle(window: Window, view: View) -> bool:
    """Return whether ``view`` alone is in the middle."""
    others = [one for one in window.time_views if one is not view and one.isVisible()]
    middle = window.frame.columns.parts["middle"]
    return view.isVisible() and middle.isAncestorOf(view) and not others and view.width() == middle.width()


def double_click_title(view: View) -> None:
    at = view._head.mapTo(view, view._heading.geometry().center())
    child = view.childAt(at) or view
    double_click(child, child.mapFrom(view, at))
    QApplication.processEvents()


@pytest.mark.parametrize("presenting", [False, True], ids=["usual", "presented"])
def test_a_double_click_on_a_title_lets_the_view_fill_the_middle_and_esc_brings_all_back(
    window: Window, qtbot, presenting: bool
) -> None:
    views = [of(window, name) for name in ("flow", "states", "decay", "formula", "attribution", "curves")]
    if presenting:
        present(window)
    for number, view in enumerate(views, start=1):
        name = view.objectName()
        if not presenting:
            window.bring_forward(view)
        QApplication.processEvents()
        if view.isVisible():
            double_click_title(view)
        else:
            view.enlarge_wanted.emit()
            QApplication.processEvents()
        assert covers_the_middle(window, view), name
        assert window.actions_["enlarge"].isChecked(), name
        assert errors(window) == [], name
        window.controller.commit(Gesture("Go on", lambda e, gain=1 + number / 10: e.with_recipe(gain=gain)))
        settle(qtbot, window)
        before = window.player.playhead
        press(window, Key.Key_Escape)
        assert window.frame.enlarged is None, name
        assert window.player.playhead == before, name
        assert window.map.isVisible(), name
        assert not window.actions_["enlarge"].isChecked(), name
    window.set_presentation(False)
    for view in views:
        window.bring_forward(view)
        QApplication.processEvents()
        assert view.isVisible(), view.objectName()


def errors(window: Window) -> list[str]:
    return [view._error.text() for view in window.views if view._pages.currentWidget() is view._error]


def places(window: Window) -> dict[str, object]:
    """Return what must not change: where everything is, what is in sight, what has the keyboard."""
    bar = window.inspect_panel.verticalScrollBar()
    geometry = {view.objectName(): (view.size(), view.mapTo(window, QPoint(0, 0)))
                for view in window.views if view.isVisible()}  # fmt: skip
    return {
        **geometry, "scroll": bar.value(), "keyboard": window.focusWidget(),
        "zoom": [end for view in window.time_views if view.isVisible() for end in view.plot.box.viewRange()[0]],
        "columns": window.frame.columns.sizes(), "rows": window.frame.rows.sizes(),
    }  # fmt: skip


@pytest.mark.parametrize("name", ["flow", "decay", "product", "strip"])
def test_the_place_of_everything_is_kept_while_a_view_is_enlarged(window: Window, name: str, qtbot) -> None:
    # Another sequence is seen whole as it comes.
    settle(qtbot, window)
    view = of(window, name)
    window.bring_forward(view)
    window.inspect_panel.bring(of(window, "product"))
    window.map.plot.setXRange(2, 5, padding=0)
    window.map.setFocus()
    # What another test left behind has been divided as this one's views ask for.
    window.frame.rows.arrange_anew()
    QApplication.processEvents()
    before = places(window)
    for _ in range(2):
        window.podium.enlarging.turn(view)
        QApplication.processEvents()
        assert covers_the_middle(window, view)
        window.podium.enlarging.turn(view)
        QApplication.processEvents()
    after = places(window)
    for key, value in before.items():
        if key == "keyboard" and view is not window.map:
            continue
        assert after[key] == pytest.approx(value) if key == "zoom" else after[key] == value, key


def test_a_zoom_of_an_enlarged_view_is_that_of_all_afterwards(window: Window) -> None:
    states = of(window, "states")
    window.podium.enlarging.turn(states)
    QApplication.processEvents()
    states.plot.setXRange(1, 4, padding=0)
    zoomed = states.plot.box.viewRange()[0]
    assert zoomed[1] < window.controller.inspection.analysis.steps - 1
    window.podium.enlarging.end()
    QApplication.processEvents()
    assert window.map.plot.box.viewRange()[0] == pytest.approx(zoomed)


def test_enter_enlarges_the_card_that_has_the_keyboard_and_leaves_it_there(window: Window) -> None:
    view = of(window, "attribution")
    view.canvas.setFocus(Qt.FocusReason.TabFocusReason)
    press(window, Key.Key_Return)
    assert covers_the_middle(window, view)
    assert QApplication.focusWidget() is view.canvas
    press(window, Key.Key_Return)
    assert window.frame.enlarged is None
    assert QApplication.focusWidget() is view.canvas


def ink(view: View, theme: Theme) -> float:
    """Return how high what is written in the upper half of the view's drawing is, in pixels."""
    view.settle()
    image = view.canvas.grab().toImage()
    ground, half = QColor(theme.card), image.height() // 2
    rows = [y for y in range(half) if any(image.pixelColor(x, y) != ground for x in range(10, image.width() - 10, 2))]
    return rows[-1] - rows[0]


def test_an_enlarged_formula_is_set_as_large_as_its_place(window: Window) -> None:
    formula = of(window, "formula")
    window.bring_forward(formula)
    window.inspect_panel.bring(formula)
    QApplication.processEvents()
    usual = ink(formula, window.theme)
    window.podium.enlarging.turn(formula)
    QApplication.processEvents()
    assert ink(formula, window.theme) > 2 * usual


def test_a_key_enlarges_the_view_with_the_keyboard_and_else_the_map(window: Window) -> None:
    factors = of(window, "factors")
    factors.canvas.setFocus(Qt.FocusReason.TabFocusReason)
    press(window, Key.Key_E)
    assert window.frame.enlarged is factors
    press(window, Key.Key_E)
    window.setFocus()
    press(window, Key.Key_E)
    assert window.frame.enlarged is window.map
    press(window, Key.Key_E)
    assert window.frame.enlarged is None


def test_every_view_can_be_enlarged_from_a_list(window: Window) -> None:
    menu = QMenu()
    window.podium.enlarging.fill(menu)
    assert [action.text() for action in menu.actions()] == [v.subject for v in window.views if v.enlarges]
    for i in (2, 5):
        menu.actions()[i].trigger()
        QApplication.processEvents()
        assert window.frame.enlarged is not None
        assert window.frame.enlarged.subject == menu.actions()[i].text()
        assert covers_the_middle(window, window.frame.enlarged)


def test_a_view_that_is_folded_or_led_to_meanwhile_comes_to_no_harm(window: Window, qtbot) -> None:
    decay = of(window, "decay")
    window.podium.enlarging.turn(decay)
    press(window, Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    assert covers_the_middle(window, decay)
    window.frame.enlarge(None)
    assert window.frame.rows.fold("decay").folded
    assert not decay.isVisible()
    window.podium.enlarging.turn(decay)
    window.bring_forward(of(window, "states"))
    assert window.frame.enlarged is None
    # Networks that come side by side take the middle.
    window.podium.enlarging.turn(of(window, "formula"))
    window.controller.replace("Three", preset("toggle").exploration)
    settle(qtbot, window)
    assert window.compare.isVisible()
    assert window.frame.enlarged is None


def test_what_can_be_done_with_a_title_is_said_in_its_tooltip(window: Window) -> None:
    tips: dict[QWidget, str] = {view: view._heading.toolTip() for view in window.views}
    assert {view for view, tip in tips.items() if "double click" not in tip} == {window.compare, window.zoom}


def test_the_pace_of_playing_is_changed_by_keys_said_and_kept(window: Window) -> None:
    said = []
    for key in (Key.Key_Period, Key.Key_Period, Key.Key_Period, Key.Key_Comma, Key.Key_Comma, Key.Key_Comma):
        press(window, key)
        said.append(window.status.notice.text())
    assert said == [f"Play speed ×{pace}" for pace in ("2", "4", "4", "2", "1", "0.5")]
    assert window.player.pace == 0.5
    other = Player()
    assert Transport(other, window.controller, window.actions_, window.theme, window.preferences)
    assert other.pace == 0.5
    press(window, Key.Key_Period)
    window.preferences.set_text("pace", "7")
    assert Transport(other, window.controller, window.actions_, window.theme, window.preferences)
    assert other.pace == 1.0


def draw(window: Window, points: list[tuple[int, int]]) -> None:
    handle = window.windowHandle()
    QTest.mousePress(handle, Qt.MouseButton.LeftButton, pos=QPoint(*points[0]))
    for point in points[1:]:
        QTest.mouseMove(handle, QPoint(*point))
    QTest.mouseRelease(handle, Qt.MouseButton.LeftButton, pos=QPoint(*points[-1]))
    QApplication.processEvents()


def seen(window: Window) -> QImage:
    return window.grab().toImage()


def test_a_pen_draws_over_the_window_changes_nothing_and_esc_wipes_it_and_ends_it(window: Window) -> None:
    before, past, plain = window.store.exploration, window.store.undo_label, seen(window)
    press(window, Key.Key_D)
    draw(window, [(300, 300), (380, 340), (460, 300)])
    ink = QColor(window.theme.mark)
    assert seen(window).pixelColor(380, 340) == ink
    # The keys of the lecture go on meanwhile, and what is written of the window knows nothing of it.
    assert window.picture().grab().toImage().pixelColor(window.picture().mapFrom(window, QPoint(380, 340))) != ink
    assert window.store.exploration == before
    press(window, Key.Key_Escape)
    assert not window.actions_["pen"].isChecked()
    assert not window.podium.marks.isVisible()
    assert seen(window).pixelColor(380, 340) == plain.pixelColor(380, 340)
    assert (window.store.exploration, window.store.undo_label) == (before, past)
    # Taken again it begins with nothing.
    press(window, Key.Key_D)
    assert window.podium.marks.strokes == 0
    press(window, Key.Key_D)
    assert not window.podium.marks.isVisible()


def test_a_dot_follows_the_mouse_which_goes_on_doing_what_it_does(window: Window) -> None:
    places = [QPoint(200, 500), QPoint(500, 400)]
    plain = seen(window)
    press(window, Key.Key_O)
    for place in places:
        QTest.mouseMove(window.windowHandle(), place)
        QApplication.processEvents()
        picture = seen(window)
        others = [one for one in places if one is not place]
        assert picture.pixelColor(place) != plain.pixelColor(place)
        assert all(picture.pixelColor(one) == plain.pixelColor(one) for one in others)
    button = window.top_bar.activation.buttons["sigmoid"]
    QTest.mouseClick(window.windowHandle(), Qt.MouseButton.LeftButton, pos=button.mapTo(window, button.rect().center()))
    assert window.store.exploration.recipe.activation == "sigmoid"
    press(window, Key.Key_Escape)
    assert not window.podium.marks.isVisible()


def test_esc_puts_the_pen_away_first_then_an_enlarged_view_then_ends_the_animation(window: Window) -> None:
    press(window, Key.Key_Home)
    press(window, Key.Key_E)
    press(window, Key.Key_D)
    left = []
    for _ in range(3):
        press(window, Key.Key_Escape)
        left.append((window.podium.marks.isVisible(), window.frame.enlarged is None, window.player.playhead.phase))
    assert left == [(False, False, "forward"), (False, True, "forward"), (False, True, "rest")]


@pytest.mark.parametrize("language", ["en", "zh_CN"])
@pytest.mark.parametrize("theme", ["projector"])
def test_the_picture_of_the_map_has_half_of_a_projected_screen_also_under_a_sentence(
    window: Window, qtbot, monkeypatch
) -> None:
    monkeypatch.setattr(window, "screen", lambda: _Screen())
    # What a person opens by hand has its room first, here too.
    for name in ("strip", "decay"):
        window.frame.rows.wish(name, False)
    window.top_bar.preset_chosen.emit("vanishing-tanh")
    settle(qtbot, window)
    present(window)
    for _ in range(3):
        QApplication.processEvents()
    assert window.hint.isVisible()
    assert window.height() == 768
    assert window.map.plot.box.height() >= 768 / 2


@pytest.mark.parametrize("language", ["en", "zh_CN"])
@pytest.mark.parametrize("theme", ["projector"])
def test_a_decay_opened_by_many_seeds_is_high_enough_to_be_read_and_leaves_the_map_its_share(
    window: Window, qtbot, monkeypatch
) -> None:
    monkeypatch.setattr(window, "screen", lambda: _Screen())
    window.top_bar.preset_chosen.emit("vanishing-tanh")
    settle(qtbot, window)
    rows = window.frame.rows
    rows.wish("decay", False)
    present(window)
    window.actions_["many_seeds"].trigger()
    settle(qtbot, window)
    decay = window.time_views[3].plot
    assert decay.box.height() >= 6.5 * QFontMetricsF(decay.getAxis("bottom").style["tickFont"]).capHeight()
    # Lines of Chinese are higher; headings and axes take from the picture.
    assert window.map.plot.box.height() >= (0.45 if window.language == "en" else 0.4) * rows.height()


@pytest.mark.parametrize(("size", "states", "map_"), [((1366, 768), 0.08, 0.31), ((1920, 1080), 0.095, 0.42)])
@pytest.mark.parametrize("language", ["en", "zh_CN"])
@pytest.mark.parametrize("theme", ["light", "projector"])
def test_under_the_text_of_a_lesson_states_map_and_decay_are_all_to_be_read(
    window: Window, qtbot, monkeypatch, size: tuple[int, int], states: float, map_: float
) -> None:
    monkeypatch.setattr(window, "screen", lambda: _Screen(*size))
    present(window, size)
    window.lessons.begin(lesson("tanh-or-relu"))
    settle(qtbot, window)
    rows, decay = window.frame.rows, window.time_views[3].plot
    for _ in range(3):
        QApplication.processEvents()
    assert window.height() == size[1]
    assert window.lessons.bar.height() > 130
    assert window.time_views[1].plot.box.height() >= states * rows.height()
    assert window.map.plot.box.height() >= map_ * rows.height()
    assert decay.box.height() >= 5.5 * QFontMetricsF(decay.getAxis("bottom").style["tickFont"]).capHeight()


def test_a_lesson_on_the_least_projector_leaves_the_window_within_the_screen(
    window: Window, qtbot, monkeypatch
) -> None:
    monkeypatch.setattr(window, "screen", lambda: _Screen(960, 640))
    window.set_theme("projector")
    present(window, (960, 640))
    window.lessons.begin(lesson("tanh-or-relu"))
    settle(qtbot, window)
    for _ in range(3):
        QApplication.processEvents()
    assert window.height() == 640


def test_the_heading_of_a_decay_that_is_low_comes_back_with_room_and_after_a_question(window: Window, qtbot) -> None:
    present(window)
    window.lessons.begin(lesson("tanh-or-relu"))
    settle(qtbot, window)
    decay = of(window, "decay")
    qtbot.waitUntil(lambda: not decay._heading.isVisible())
    decay.cover(QWidget())
    decay.cover(None)
    assert not decay._heading.isVisible()
    assert decay.picture().isVisible()
    window.lessons.teacher.leave()
    window.set_presentation(False)
    window.resize(1366, 1050)
    qtbot.waitUntil(decay._heading.isVisible)


def test_the_rate_over_an_enlarged_decay_has_the_room_for_all_that_it_says(window: Window, qtbot) -> None:
    window.top_bar.preset_chosen.emit("vanishing-tanh")
    settle(qtbot, window)
    window.frame.rows.wish("decay", True)
    QApplication.processEvents()
    readout = of(window, "decay").readout
    for enlarged in (of(window, "decay"), None):
        window.frame.enlarge(enlarged)
        for _ in range(3):
            QApplication.processEvents()
        assert readout.width() >= readout.fontMetrics().horizontalAdvance(readout.text())


class _Screen:
    def __init__(self, width: int = 1366, height: int = 768) -> None:
        self._size = QSize(width, height)

    def size(self) -> QSize:
        return self._size


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_on_a_projector_each_head_says_over_how_many_steps_and_the_chosen_step_has_its_number(
    window: Window, qtbot, language: str
) -> None:
    window.set_theme("projector")
    window.set_language(language)
    window.top_bar.preset_chosen.emit("toggle")
    settle(qtbot, window)
    present(window)
    t = window.store.exploration.selection.t
    # In Chinese a number is drawn apart from the words around it.
    over = {"en": f"over {t} steps", "zh_CN": "步共"}[language]
    words = words_of(window)
    assert sum(over in word.text for word in words if "Fitted" in word.where) == 3
    curves = [word.text for word in words if "Curves" in word.where]
    assert str(t) in curves
    if language == "en":
        assert f"step k, back from t = {t}" in curves
    window.set_theme("light")
    window.set_language("en")
