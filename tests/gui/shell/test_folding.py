"""Parts of the window fold where there is no room: the map keeps its share, and each comes back by a click or a key."""

from __future__ import annotations

import itertools

import pytest
from PySide6.QtCore import QByteArray, QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from explorer.gui.core.time_plot import TimePlot
from explorer.gui.plot.theme import themes
from explorer.gui.shell.frame.division import Need, divided, opened
from explorer.gui.shell.frame.fold import Opener
from explorer.gui.shell.frame.folds import Folds
from explorer.gui.shell.inspect_panel import InspectPanel
from explorer.gui.shell.window import Window
from explorer.gui.words import i18n
from explorer.workspace.disk.presets import default
from explorer.workspace.exploration.gesture import Gesture

from ..by_keyboard import Key, press
from ..by_mouse import double_click
from ..conftest import fit, settle

pytestmark = [pytest.mark.qt_log_ignore("This plugin does not support"), pytest.mark.painted(False)]

CONTROL = Qt.KeyboardModifier.ControlModifier
SCALED = {"125 %": (1092, 578), "150 %": (910, 476)}
"""1366 × 768 in points, less the frame and the title that a window manager adds."""
SMALL_WINDOWS = [*SCALED.values(), (960, 640), (1024, 732), (1366, 732), (1500, 980)]


def rows() -> list[Need]:
    """Return needs as the window's middle has them."""
    return [
        Need(132, weight=1, folded=20), Need(44, share=0.12, edge=41, weight=1),
        Need(136, share=0.45, edge=92, weight=4), Need(90, usual=130, weight=2, folded=20),
    ]  # fmt: skip


def test_a_part_does_not_come_and_go_for_ever_where_others_ask_for_more_with_it_than_without(qtbot) -> None:
    folds, calls = Folds(Qt.Orientation.Vertical), list[bool]()
    other = QWidget()
    folds.add("map", QWidget(), lambda: Need(110 if other.isVisible() else 90))
    folds.add_folding("decay", other, lambda: Need(85, folded=10), lambda: "Decay")
    folds.folded.connect(lambda _, folded: calls.append(folded))
    qtbot.addWidget(folds)
    folds.resize(200, 190)
    with qtbot.waitExposed(folds):
        folds.show()
    for _ in range(30):
        QApplication.sendEvent(folds, QEvent(QEvent.Type.LayoutRequest))
    assert folds.fold("decay").folded
    assert len(calls) < 12
    folds.resize(200, 230)
    assert not folds.fold("decay").folded


def test_the_map_and_the_states_have_their_share_in_every_room() -> None:
    for room in range(230, 1200, 7):
        needs = rows()
        open_ = opened(room, needs, [3, 0])
        sizes = divided(room, needs, open_)
        assert sum(sizes) <= room
        assert sizes[2] >= min(0.45 * room + 92, room - sum(need.closed() for need in needs) + needs[2].least)
        assert sizes[1] >= 44
        if room >= 410:
            assert sizes[1] - 41 >= 0.12 * room
        for i in (0, 3):
            assert sizes[i] >= needs[i].least if i in open_ else sizes[i] == 20


def test_what_is_divided_evenly_lacks_alike_and_headings_come_after_every_picture() -> None:
    states = Need(44, share=0.12, edge=50, weight=1, even=0.1, heading=30)
    flow = Need(110, share=0.45, edge=90, weight=4, even=0.45)
    decay = Need(80, usual=130, weight=2, folded=20, more=40, heading=30)
    needs = [states, flow, decay]
    for room in range(240, 900, 7):
        sizes = divided(room, needs, (0, 1, 2))
        assert sum(sizes) <= room
        wanted = [need.evenly(room) - need.least for need in needs]
        got = [size - need.least for size, need in zip(sizes, needs, strict=True)]
        if sum(wanted) <= room - sum(need.least for need in needs):
            assert all(a >= b for a, b in zip(got, wanted, strict=True))
        else:
            share = (room - sum(need.least for need in needs)) / sum(wanted)
            # What is left over by counting in whole pixels goes to the heaviest.
            assert all(share * b - 1 <= a <= share * b + 3 for a, b in zip(got, wanted, strict=True))
        if sizes[0] >= states.evenly(room) + states.heading:
            assert sizes[1] >= flow.evenly(room)


def test_more_room_never_folds_what_is_open_and_what_is_wished_first_stays_longest() -> None:
    counts = [len(opened(room, rows(), [3, 0])) for room in range(230, 1200)]
    assert counts == sorted(counts)
    assert set(counts) == {2, 3, 4}
    for room in range(500, 800):
        for first, second in itertools.permutations((0, 3)):
            open_ = opened(room, rows(), [first, second])
            assert first in open_ or len(open_) == 2 or rows()[first].least > rows()[second].least


def test_what_a_person_opened_is_open_also_where_it_does_not_fit() -> None:
    assert opened(250, rows(), [0, 3], forced=0) == {0, 1, 2}
    assert opened(250, rows(), [0, 3]) == {1, 2}


def sized(window: Window, qtbot, size: tuple[int, int]) -> None:
    window.showNormal()
    window.resize(*size)
    settle(qtbot, window)
    QApplication.processEvents()


def is_open(window: Window) -> set[str]:
    parts = {
        "strip": window.time_views[0],
        "decay": window.time_views[3],
        "build": window.left,
        "inspect": window.right,
    }
    return {name for name, part in parts.items() if part.isVisible()}


PAIRS = [
    (s, theme, list(i18n.languages())[(i + j) % 2])
    for i, s in enumerate(SMALL_WINDOWS)
    for j, theme in enumerate(themes())
]


@pytest.mark.parametrize(("size", "theme", "language"), PAIRS)
def test_nothing_scrolls_and_the_map_has_its_share(
    window: Window, qtbot, size: tuple[int, int], theme: str, language: str
) -> None:
    sized(window, qtbot, size)
    fit(window)
    assert (window.theme.name, window.language) == (theme, language)
    window.top_bar.preset_chosen.emit("phenomenal")
    sized(window, qtbot, size)
    assert window.size().toTuple() == size
    assert window.frame.verticalScrollBar().maximum() == window.frame.horizontalScrollBar().maximum() == 0
    height = window.frame.rows.height()
    strip, states, flow, decay = window.time_views
    low = size[0] < 960 or size[1] < 640
    assert flow.plot.box.height() >= (0.25 if low else 0.45) * height - 1
    # In a low window in the largest type not both shares fit: the map's goes first.
    large = theme == "projector" and size[1] < 768
    assert states.plot.box.height() >= (0.07 if low else 0.11 if large else 0.12) * height - 1
    for view in (strip, decay):
        assert not view.isVisible() or view.height() >= max(view.minimumHeight(), view.minimumSizeHint().height())


@pytest.mark.parametrize("language", i18n.languages())
def test_the_least_height_of_the_window_is_480(window: Window, qtbot) -> None:
    window.top_bar.preset_chosen.emit("task-next-word")
    window.actions_["train_step"].trigger()
    sized(window, qtbot, (910, 476))
    qtbot.waitUntil(lambda: window.learning.timeline.isVisible())
    for panel in (window.build_panel, window.learning.panel):
        window.left.show_panel(panel)
        QApplication.processEvents()
        assert window.minimumSizeHint().height() <= 480 - 36
        assert window.minimumSizeHint().width() <= 910


def test_a_folded_view_is_opened_by_a_click_by_tab_and_enter_and_by_its_key(window: Window, qtbot) -> None:
    sized(window, qtbot, SCALED["150 %"])
    openers = {name: window.frame.rows.fold(name).opener for name in ("strip", "decay")}
    folded = [name for name, opener in openers.items() if opener.isVisible()]
    assert folded
    first = folded[0]
    QTest.mouseClick(openers[first], Qt.MouseButton.LeftButton)
    assert first in is_open(window)
    other = next(name for name in openers if name != first)
    if other in is_open(window):
        press(window, {"strip": Key.Key_U, "decay": Key.Key_D}[other], CONTROL)
    assert other not in is_open(window)
    openers[other].setFocus(Qt.FocusReason.TabFocusReason)
    press(window, Key.Key_Space)
    assert other in is_open(window)
    view = window.time_views[0 if other == "strip" else 3]
    held = window.focusWidget()
    assert held is view or view.isAncestorOf(held)


def test_a_side_gives_way_to_the_other_in_a_narrow_window_and_both_stand_in_a_wide_one(window: Window, qtbot) -> None:
    sized(window, qtbot, SCALED["150 %"])
    assert {"build"} == is_open(window) - {"strip", "decay"}
    press(window, Key.Key_I, CONTROL)
    assert {"inspect"} == is_open(window) - {"strip", "decay"}
    assert not window.actions_["build"].isChecked()
    QTest.mouseClick(window.frame.columns.fold("build").opener, Qt.MouseButton.LeftButton)
    assert {"build"} == is_open(window) - {"strip", "decay"}
    sized(window, qtbot, (1500, 980))
    assert is_open(window) == {"strip", "decay", "build", "inspect"}
    assert all(window.actions_[name].isChecked() for name in is_open(window))


def test_what_a_person_folds_stays_folded_however_large_the_window_becomes(window: Window, qtbot) -> None:
    sized(window, qtbot, (1200, 800))
    for key in (Key.Key_B, Key.Key_D):
        press(window, key, CONTROL)
    sized(window, qtbot, (1500, 980))
    assert is_open(window) == {"strip", "inspect"}
    for key in (Key.Key_B, Key.Key_D):
        press(window, key, CONTROL)
    assert is_open(window) == {"strip", "decay", "build", "inspect"}


def place_of(step: float, view: TimePlot) -> int:
    """Return where ``step`` stands in the window, in pixels from the left."""
    scene = view.canvas.mapToScene(view.canvas.pixel(step), 0.0)
    return view.plot.mapTo(view.window(), view.plot.mapFromScene(scene)).x()


@pytest.mark.parametrize("name", ["strip", "decay"])
def test_a_view_that_was_folded_shows_the_present_and_the_same_time_as_the_others(
    window: Window, qtbot, name: str
) -> None:
    sized(window, qtbot, (1500, 980))
    window.actions_[name].trigger()
    window.controller.commit(Gesture("Later", lambda e: e.with_selection(t=7, k=1)))
    settle(qtbot, window)
    window.map.plot.box.setXRange(1.0, 6.0, padding=0)
    assert window.map.plot.box.viewRange()[0] == pytest.approx([1.0, 6.0])
    window.actions_[name].trigger()
    QApplication.processEvents()
    view, states = window.time_views[0 if name == "strip" else 3], window.time_views[1]
    for step in (2.0, 5.0):
        assert abs(place_of(step, view) - place_of(step, states)) <= 1
    assert view.inspection is window.controller.inspection
    window.actions_["whole"].trigger()


def test_a_picture_of_a_folded_view_opens_it_first(window: Window, qtbot) -> None:
    sized(window, qtbot, SCALED["150 %"])
    for view in (window.time_views[0], window.time_views[3], window.inspect_panel.views[0]):
        window.bring_forward(view)
        QApplication.processEvents()
        assert view.isVisible()


def test_long_advice_takes_one_line_of_a_low_window_and_all_of_them_when_asked(window: Window, qtbot) -> None:
    window.top_bar.preset_chosen.emit("phenomenal")
    sized(window, qtbot, (680, 476))
    low = window.hint.height()
    window.hint._more.setFocus(Qt.FocusReason.TabFocusReason)
    press(window, Key.Key_Space)
    assert window.hint.height() > low
    assert window.hint._text.isVisible()
    press(window, Key.Key_Space)
    assert window.hint.height() == low
    assert window.hint._brief.toolTip()


@pytest.mark.parametrize(("name", "turned"), [("Inspect · Training", True), ("检视 · 训练过程", False)])
def test_a_name_in_a_column_is_turned_in_latin_letters_and_written_sign_under_sign_in_chinese(
    qtbot, name: str, turned: bool
) -> None:
    opener = Opener(upright=False)
    qtbot.addWidget(opener)
    opener.setText(name)
    opener.resize(opener.sizeHint().width(), 600)
    picture = opener.grab().toImage()
    inked = [
        y for y in range(20, 580)
        if any(picture.pixelColor(x, y).lightness() < 128 for x in range(3, picture.width() - 3))
    ]  # fmt: skip
    length = opener.fontMetrics().horizontalAdvance(name)
    # The arrow stands before the name, at most two lines away.
    assert (inked[-1] - inked[0] <= length + 2 * opener.fontMetrics().height()) == turned


@pytest.mark.parametrize("by", ["double click", "Enter"])
def test_the_states_open_wider_by_a_double_click_on_their_heading_or_enter_and_close_again(
    window: Window, qtbot, by: str
) -> None:
    sized(window, qtbot, (1366, 768))
    states = window.time_views[1]
    narrow = states.plot.box.height()

    def ask() -> None:
        if by == "Enter":
            states.setFocus(Qt.FocusReason.TabFocusReason)
            press(window, Key.Key_Return)
        else:
            double_click(states, states._heading.geometry().center())
        QApplication.processEvents()

    ask()
    assert states.plot.box.height() >= 0.8 * window.frame.rows.height()
    ask()
    assert states.plot.box.height() == narrow


def test_a_side_that_is_opened_before_it_is_made_shows_its_panel(window_of) -> None:
    window = window_of(default().exploration, start=False)
    window.show()
    assert not isinstance(window.right.shown, InspectPanel)
    window.frame.columns.wish("inspect", True)
    QApplication.processEvents()
    assert isinstance(window.right.shown, InspectPanel)
    assert window.right.shown.isVisible()


def test_division_that_was_kept_outlives_a_window_that_never_showed_what_it_divides(window_of) -> None:
    window, kept = window_of(default().exploration, start=False), QByteArray(b"kept")
    window.preferences.set_shape("rows", kept)
    window.frame.keep(window.preferences, window)
    assert window.preferences.shape("rows") == kept
