"""The unrolled network: what it shows, and what a hand does to it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QKeyEvent
from PySide6.QtWidgets import QApplication

from explorer.engine.errors import BadSequence
from explorer.gui.core.view import Playhead
from explorer.gui.plot import theme
from explorer.gui.views.strip.canvas import Element
from explorer.gui.views.strip.chips import Chips, arrange
from explorer.gui.views.strip.edits import stroke
from explorer.gui.views.strip.layout import layout
from explorer.gui.views.strip.picture import nice_scale, picture
from explorer.gui.views.strip.scene import line_width
from explorer.gui.views.strip.strip import NetworkStrip
from explorer.gui.views.strip.words import words
from explorer.gui.words import i18n
from explorer.workspace.exploration.exploration import (
    Exploration,
    LayerRecipe,
    Lens,
    Numbers,
    Recipe,
    Selection,
    Signal,
    Text,
)
from explorer.workspace.exploration.exploration import replace as replace_struct
from explorer.workspace.exploration.gesture import Gesture
from explorer.workspace.looks.analysis import Inspection, analyse, inspect
from explorer.workspace.scales.states import BELOW, LARGEST, NAN, StateScale, encode
from explorer.workspace.words.numbers import scientific

from ...shipped import VARIETY
from ..by_mouse import double_click

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

LIGHT = theme.themes()["light"]
SENTENCE = Text(text="that was phenomenal")
THREE = Numbers(rows=((0.5,), (-1.0,), (0.25,)))


def look(**parts: object) -> Inspection:
    return inspect(analyse(Exploration(**parts)))  # type: ignore[arg-type]


@pytest.fixture
def strip(qtbot):
    i18n.set_language("en")
    view = NetworkStrip(LIGHT)
    qtbot.addWidget(view)
    view.resize(900, 190)
    with qtbot.waitExposed(view):
        view.show()
    yield view
    i18n.set_language("en")


def show(strip: NetworkStrip, exploration: Exploration) -> Inspection:
    """Show it, and take the edits from now on into ``strip.done``."""
    inspection = inspect(analyse(exploration))
    strip.dress(LIGHT)
    strip.present(inspection)
    return inspection


def spot(strip: NetworkStrip, step: float, y: float) -> QPoint:
    """Return where (step, pixels from the top) stands in the viewport."""
    return strip.plot.mapFromScene(strip.plot.box.mapToScene(QPointF(strip.canvas.pixel(step), y)))


def press(qtbot, strip: NetworkStrip, where: QPoint, button=Qt.MouseButton.LeftButton, keys=None) -> None:
    qtbot.mouseClick(strip.plot.viewport(), button, keys or Qt.KeyboardModifier.NoModifier, where)


def drag(qtbot, strip: NetworkStrip, *points: QPoint) -> None:
    ground = strip.plot.viewport()
    qtbot.mousePress(ground, Qt.MouseButton.LeftButton, pos=points[0])
    for point in points[1:]:
        qtbot.mouseMove(ground, point)
    qtbot.mouseRelease(ground, Qt.MouseButton.LeftButton, pos=points[-1])


def collected(strip: NetworkStrip) -> list[Gesture]:
    done: list[Gesture] = []
    strip.edited.connect(done.append)
    return done


@pytest.mark.parametrize("spacing", [9.0, 12.0, 21.7, 60.0, 400.0])
@pytest.mark.parametrize("height", [80.0, 130.0, 400.0])
@pytest.mark.parametrize("words", [(), (70.0,) * 6, (9.0,) * 6])
def test_circles_never_overlap_and_rows_never_cross(spacing: float, height: float, words: tuple[float, ...]):
    rows = layout(height, spacing, 14.0, arrange(words, 14.0, spacing) if words else None)
    assert rows.circles
    assert 2 * rows.radius < spacing
    assert rows.o.bottom < rows.s.middle - rows.radius < rows.s.middle + rows.radius < rows.x.top
    assert rows.x.bottom <= rows.label.bottom <= height


def test_too_many_steps_for_circles_become_bands():
    rows = layout(130.0, 0.45, 14.0)
    assert not rows.circles
    assert rows.o.bottom < rows.arrow.top < rows.arrow.bottom < rows.band.top
    assert rows.band.bottom < rows.ring.top < rows.ring.bottom < rows.x.top


WIDTHS = tuple(6.6 * n if n else 3.0 for n in (4, 3, 10, 0, 2, 3, 3, 4, 2, 3, 0, 3, 1, 5, 2, 0))
"""That was phenomenal. It was not good at all, but I liked it."""


def gaps(chips: Chips) -> list[float]:
    """Return the room between neighbours in one line."""
    ends = [left + width for left, width in zip(chips.lefts, chips.widths, strict=True)]
    return [left - end for left, end in zip(chips.lefts[chips.lines :], ends, strict=False)]


def test_words_borrow_room_then_shrink_then_take_two_lines_and_only_then_turn():
    looks = [
        (chips.size, chips.lines, chips.upright)
        for chips in (arrange(WIDTHS, 14.0, spacing) for spacing in (80.0, 50.0, 41.0, 30.0, 12.0))
    ]
    assert looks[:2] == [(1.0, 1, False)] * 2
    assert looks[2][0] < 1.0
    assert looks[2][1:] == (1, False)
    assert looks[3][1:] == (2, False)
    assert looks[4][2]


@pytest.mark.parametrize("spacing", [80.0, 50.0, 45.0, 40.0, 30.0, 25.0, 20.0, 12.0])
def test_words_never_touch_and_reach_over_their_own_step(spacing: float):
    chips = arrange(WIDTHS, 14.0, spacing)
    assert min(gaps(chips)) > 1.9
    for step, (left, width) in enumerate(zip(chips.lefts, chips.widths, strict=True), start=1):
        assert left < step * spacing < left + width
        middle = chips.top(step) + chips.height / 2
        assert chips.step_at(left + width / 2, middle) == step


def test_turned_words_have_the_height_to_be_read():
    rows = layout(190.0 - 48.0, 12.0, 14.0, arrange(WIDTHS, 14.0, 12.0))
    assert rows.chips is not None
    assert rows.chips.upright
    assert rows.x.height >= 60.0


@pytest.mark.parametrize("width", [757, 1312])
def test_sentence_of_the_exercise_is_readable_whole(strip: NetworkStrip, width: int):
    strip.resize(width, 141)
    show(strip, Exploration(sequence=Text(text="That was phenomenal. It was not good at all, but I liked it.")))
    chips = strip.canvas.chips()
    assert chips is not None
    assert (chips.lines, chips.upright) == (1, False)
    assert strip.minimumHeight() == 132


def test_strip_asks_for_more_height_where_words_are_turned(strip: NetworkStrip):
    show(strip, Exploration(sequence=Text(text="incomprehensibilities notwithstanding " * 20)))
    chips = strip.canvas.chips()
    assert chips is not None
    assert chips.upright
    assert strip.minimumHeight() == 190
    # How high the heading is above it depends on the style sheet.
    assert strip.canvas.layout().x.height >= 0.42 * strip.canvas.box.height()


def test_pushed_word_is_found_where_it_stands(strip: NetworkStrip):
    strip.resize(757, 141)
    show(strip, Exploration(sequence=Text(text="That was phenomenal. It was not good at all, but I liked it.")))
    for step in (3, 4):
        area = strip.canvas.input_area(step)
        assert strip.canvas.element_at(area.center().x(), area.center().y()) == Element("x", step)


def test_ring_is_full_at_one_thinner_where_it_vanishes_thicker_where_it_explodes():
    assert line_width(0.0, 4.0) == 4.0
    assert line_width(-1.0, 4.0) < line_width(-0.5, 4.0) < 4.0 < line_width(0.5, 4.0) < line_width(1.0, 4.0)
    assert line_width(7.0, 4.0) == line_width(1.0, 4.0)


def test_rings_are_on_the_scale_of_the_flow_map_and_arrows_on_their_own():
    inspection = look(lens=Lens(decades=3))
    shown = picture(inspection)
    assert shown.ring_place[: shown.t + 1] == pytest.approx(inspection.row / np.log(10) / 3)
    assert shown.ring_index[shown.t] == LARGEST // 2
    assert shown.arrow_place == pytest.approx(inspection.analysis.run.log_step / np.log(10) / 0.6)


def test_exactly_zero_and_no_number_have_entries_of_their_own():
    assert encode(np.array([-np.inf, np.nan, -9.0, 0.0, 9.0])).tolist() == [BELOW, NAN, 0, LARGEST // 2, LARGEST]
    dead = look(networks=(Recipe(activation="relu", bias=-9.0),), sequence=THREE, selection=Selection(t=3, k=0))
    assert picture(dead).ring_index.tolist() == [BELOW, BELOW, BELOW, LARGEST // 2]


def test_signed_log_scale_reaches_float64s_end_and_keeps_its_sign():
    scale = StateScale.of(np.array([1e300, -1.0]), bounded=False)
    places = scale.position(np.array([1e300, 1.0, 0.0, -1.0, -1e308]))
    assert scale.decade == 308
    assert places[2] == 0.0
    assert places[1] == pytest.approx(-places[3])
    assert 1.0 > places[0] > places[1] > 0.0 > places[3] > places[4] >= -1.0


def test_scale_of_the_inputs_holds_them_all_in_round_steps():
    assert [nice_scale(np.array([[v]])) for v in (0.0, 1.0, 1.2, -4.0, 12.0)] == [1.0, 1.0, 1.5, 5.0, 15.0]


@pytest.mark.parametrize(
    "parts",
    [
        {},
        {"networks": (Recipe(hidden=1),), "sequence": Numbers(rows=((1.0,),)), "selection": Selection(t=1, k=0)},
        {"networks": (Recipe(cell="lstm", hidden=3),), "sequence": SENTENCE},
        {"networks": (Recipe(cell="gru", outputs=40, readout="identity"),)},
        {"networks": (Recipe(activation="identity", gain=50.0),), "sequence": Signal(steps=400)},
        {"networks": (Recipe(hidden=2),), "sequence": Text(text="a b c " * 300)},
        {"networks": (Recipe(hidden=2),), "sequence": Numbers(rows=((0.1,) * 60,) * 5)},
        {"networks": (Recipe(hidden=2),), "sequence": Numbers(rows=((0.1,) * 60,) * 200)},
    ],
)
@pytest.mark.parametrize("play", [Playhead(), Playhead("forward", 1), Playhead("backward", 1)])
def test_everything_can_be_drawn_at_every_moment(strip: NetworkStrip, parts: dict, play: Playhead):
    strip.play(play)
    show(strip, Exploration(**parts))
    strip.play(play)
    assert not strip.grab().isNull()
    assert strip._pages.currentWidget() is strip.plot


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_dragging_an_input_is_one_merged_edit_and_ends_with_release(strip: NetworkStrip, qtbot):
    exploration = Exploration(sequence=THREE)
    show(strip, exploration)
    done, row = collected(strip), strip.canvas.layout().x
    with qtbot.waitSignal(strip.released):
        drag(qtbot, strip, spot(strip, 2, row.middle), spot(strip, 2, row.middle - 6), spot(strip, 2, row.top))
    assert len({gesture.merge for gesture in done}) == 1
    for change in done:
        exploration = change(exploration)
    values = [value for (value,) in exploration.sequence.rows]
    assert values[0] == 0.5
    # From −1 by as much as the pointer moved: half the row, which is the scale.
    assert values[1] == pytest.approx(0.0, abs=0.1)
    assert values[2] == 0.25


def test_a_stroke_across_sets_every_input_on_its_way():
    assert stroke((1.0, 0.0), (4.2, 3.0), steps=9) == [(2, 1.0), (3, 2.0), (4, 3.0)]
    assert stroke((4.0, 0.0), (-2.0, 3.0), steps=9)[-1] == (1, 3.0)
    assert stroke((2.1, 0.0), (1.9, 5.0), steps=9) == [(2, 5.0)]


def test_click_chooses_t_and_keeps_k_below_it(strip: NetworkStrip, qtbot):
    show(strip, Exploration())
    y = strip.canvas.layout().s.middle
    with qtbot.waitSignal(strip.selected) as signal:
        press(qtbot, strip, spot(strip, 20, y))
    assert signal.args == [20, 12]
    with qtbot.waitSignal(strip.selected) as signal:
        press(qtbot, strip, spot(strip, 5, y))
    assert signal.args == [5, 5]


@pytest.mark.parametrize("right", [True, False], ids=["right", "ctrl"])
def test_right_or_ctrl_click_chooses_k(strip: NetworkStrip, qtbot, right: bool):
    show(strip, Exploration())
    where = spot(strip, 5, strip.canvas.layout().s.middle)
    with qtbot.waitSignal(strip.selected) as signal:
        if right:
            press(qtbot, strip, where, Qt.MouseButton.RightButton)
        else:
            press(qtbot, strip, where, keys=Qt.KeyboardModifier.ControlModifier)
    assert signal.args == [36, 5]


def test_word_is_typed_in_place_and_a_wrong_one_is_refused_there(strip: NetworkStrip, qtbot):
    exploration = Exploration(sequence=SENTENCE, selection=Selection(t=2, k=0))
    show(strip, exploration)
    done = collected(strip)
    where = spot(strip, 3, strip.canvas.layout().x.middle)
    qtbot.mousePress(strip.plot.viewport(), Qt.MouseButton.LeftButton, pos=where)
    qtbot.mouseRelease(strip.plot.viewport(), Qt.MouseButton.LeftButton, pos=where)
    double_click(strip.plot.viewport(), where)
    assert strip.editor.isVisible()
    assert strip.editor.text() == "phenomenal"
    strip.editor.setText("  ")
    qtbot.keyClick(strip.editor, Qt.Key.Key_Return)
    assert strip.editor.isVisible()
    assert "empty" in strip.editor.accessibleDescription()
    assert done == []
    strip.editor.setText("great")
    qtbot.keyClick(strip.editor, Qt.Key.Key_Return)
    assert not strip.editor.isVisible()
    assert done[0](exploration).sequence.text == "that was great"


def test_escape_leaves_the_word_as_it_was(strip: NetworkStrip, qtbot):
    show(strip, Exploration(sequence=SENTENCE, selection=Selection(t=1, k=0)))
    done = collected(strip)
    qtbot.keyClick(strip, Qt.Key.Key_Return)
    strip.editor.setText("other")
    qtbot.keyClick(strip.editor, Qt.Key.Key_Escape)
    assert not strip.editor.isVisible()
    assert done == []


def test_keys_of_the_field_are_no_shortcuts_of_the_window(strip: NetworkStrip):
    for key in (Qt.Key.Key_Escape, Qt.Key.Key_Left, Qt.Key.Key_End):
        event = QKeyEvent(QEvent.Type.ShortcutOverride, key, Qt.KeyboardModifier.NoModifier)
        event.ignore()
        strip.editor.event(event)
        assert event.isAccepted()


def test_number_is_typed_with_enter(strip: NetworkStrip, qtbot):
    exploration = Exploration(sequence=THREE, selection=Selection(t=2, k=0))
    show(strip, exploration)
    done = collected(strip)
    qtbot.keyClick(strip, Qt.Key.Key_Return)
    strip.editor.setText("many")
    qtbot.keyClick(strip.editor, Qt.Key.Key_Return)
    assert strip.editor.accessibleDescription() == "“many” is not a number."
    strip.editor.setText("1,004")
    qtbot.keyClick(strip.editor, Qt.Key.Key_Return)
    assert strip.editor.accessibleDescription() == "“1,004” can be 1.004 or 1004: write it without a comma."
    strip.editor.setText("﹣０,75")
    qtbot.keyClick(strip.editor, Qt.Key.Key_Return)
    assert done[0](exploration).sequence.rows == ((0.5,), (-0.75,), (0.25,))


def test_arrow_keys_choose_t_and_change_the_input(strip: NetworkStrip, qtbot):
    exploration = Exploration(sequence=THREE, selection=Selection(t=2, k=1))
    show(strip, exploration)
    done = collected(strip)
    with qtbot.waitSignal(strip.selected) as signal:
        qtbot.keyClick(strip, Qt.Key.Key_Right)
    assert signal.args == [3, 1]
    with qtbot.waitSignal(strip.released):
        qtbot.keyClick(strip, Qt.Key.Key_Up)
    assert done[0](exploration).sequence.rows[1] == pytest.approx((-0.9,))


def test_a_held_key_counts_every_press_and_is_one_step_of_undo(strip: NetworkStrip, qtbot):
    exploration = Exploration(sequence=THREE, selection=Selection(t=3, k=1))
    show(strip, exploration)
    done = collected(strip)
    with qtbot.waitSignal(strip.released):
        for _ in range(3):
            qtbot.keyClick(strip, Qt.Key.Key_Down)
    for change in done:
        exploration = change(exploration)
    assert exploration.sequence.rows[2] == pytest.approx((-0.05,))
    assert len({gesture.merge for gesture in done}) == 1
    with pytest.raises(BadSequence):
        done[0](Exploration(sequence=Numbers(rows=((1.0,),))))


def test_buttons_add_and_remove_a_step_at_the_end(strip: NetworkStrip, qtbot):
    exploration = Exploration()
    show(strip, exploration)
    done = collected(strip)
    qtbot.mouseClick(strip.header.add, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(strip.header.remove, Qt.MouseButton.LeftButton)
    assert [change(exploration).sequence for change in done] == [Signal(steps=41), Signal(steps=39)]
    qtbot.mouseClick(strip.header.remove, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier)
    assert len(done[2](exploration).sequence.rows) == 39


def test_every_element_is_named_with_its_value(strip: NetworkStrip):
    inspection = show(strip, Exploration())
    rows, shown = strip.canvas.layout(), strip.canvas.picture
    at = strip.canvas.pixel
    found = [
        strip.canvas.element_at(at(3), rows.x.middle), strip.canvas.element_at(at(3), rows.s.middle),
        strip.canvas.element_at(at(3), rows.o.middle), strip.canvas.element_at(at(2.5), rows.s.middle),
        strip.canvas.element_at(at(12), rows.s.middle - 0.9 * rows.radius),
    ]  # fmt: skip
    assert found == [Element("x", 3), Element("s", 3), Element("o", 3), Element("J", 3), Element("ring", 12)]
    assert words(found[0], shown).startswith("x₃ = 0.809\n")
    assert words(found[1], shown).startswith("s₃: ‖s₃‖ = ")
    assert words(found[2], shown).startswith("o₃ = [")
    assert words(found[3], shown).startswith("J₃ = ∂s₃/∂s₂: ×")
    gain = np.exp(inspection.row[12])
    assert words(found[4], shown) == f"∂s₃₆/∂s₁₂: ×{gain:.2f} (RMS gain)"


def test_vanished_rings_and_unreached_steps_look_other_than_whole_ones(strip: NetworkStrip):
    show(strip, Exploration())
    whole = strip.plot.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    for play in (Playhead("forward", 9), Playhead("backward", 20)):
        strip.play(play)
        assert strip.plot.grab().toImage().convertToFormat(QImage.Format.Format_RGB32) != whole
    strip.play(Playhead())
    assert strip.plot.grab().toImage().convertToFormat(QImage.Format.Format_RGB32) == whole


@pytest.mark.parametrize("steps", [12, 400])
def test_nothing_of_the_gradient_is_drawn_before_the_forward_pass_is_over(strip: NetworkStrip, steps: int):
    show(strip, Exploration(sequence=Signal(steps=steps), selection=Selection(t=steps - 2, k=1)))
    shown = strip.canvas.picture

    def drawn(playhead: Playhead, rings: int) -> QImage:
        strip.canvas.picture = replace(shown, ring_index=np.full_like(shown.ring_index, rings))
        strip.play(playhead)
        return strip.plot.grab().toImage()

    for step in (0, steps // 2, steps - 2):
        assert drawn(Playhead("forward", step), 1) == drawn(Playhead("forward", step), 200)
    assert drawn(Playhead("backward", 1), 1) != drawn(Playhead("backward", 1), 200)


def test_it_speaks_chinese_after_a_change_of_language(strip: NetworkStrip):
    show(strip, Exploration())
    i18n.set_language("zh_CN")
    strip.dress(theme.themes()["dark"])
    assert strip.title == "展开的网络"
    assert strip.header.add.accessibleName() == "增加一步"


@pytest.mark.parametrize(
    ("cell", "part"),
    [("rnn", "s"), ("gru", "h"), ("lstm", "h"), ("cornn", "y"), ("slstm", "h"), ("lru", "u"), ("deltanet", "S")],
)
def test_circle_of_a_state_is_what_the_cell_gives_out_or_its_first_part(cell: str, part: str):
    shown = picture(
        look(networks=(Recipe(cell=cell, hidden=3),), sequence=Signal(steps=6), selection=Selection(t=4, k=2))
    )
    assert shown.block.name == part
    assert words(Element("s", 4), shown).startswith(f"{part}₄: ")


@pytest.mark.parametrize("cell", VARIETY)
def test_strip_of_every_kind_of_cell_is_drawn_and_told(strip: NetworkStrip, cell: str):
    show(strip, Exploration(networks=(Recipe(cell=cell, hidden=3),), sequence=Signal(steps=6)))
    assert not strip.grab().isNull()
    assert strip._pages.currentWidget() is not strip._error
    assert "NaN" not in strip.told()


class Laid(QObject):
    """Counts how often a widget is asked for another layout."""

    count = 0

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        self.count += event.type() == QEvent.Type.LayoutRequest
        return super().eventFilter(watched, event)


def test_another_gain_lays_out_nothing_anew(strip: NetworkStrip) -> None:
    laid = Laid()

    def requests(inspection: Inspection) -> int:
        laid.count = 0
        strip.present(inspection)
        # Each layout asks the one around it.
        for _ in range(4):
            QApplication.processEvents()
        return laid.count

    strip.installEventFilter(laid)
    assert requests(look()) > 0
    assert requests(look(networks=(Recipe(gain=1.61),))) == 0
    assert requests(look(lens=Lens(norm="spectral"))) > 0


STACK = Exploration(
    networks=(Recipe(cell="lstm", hidden=3, above=(LayerRecipe(cell="gru", hidden=2, skip=False),)),),
    sequence=Signal(steps=12), selection=Selection(t=9, k=4),
)  # fmt: skip


def test_cell_path_and_lower_layers_are_lanes_of_their_own() -> None:
    names = {
        "lstm": [lane.name for lane in picture(look(networks=(Recipe(cell="lstm", hidden=3),))).lanes],
        "stack": [lane.name for lane in picture(inspect(analyse(STACK))).lanes],
        "eight": [
            lane.name
            for lane in picture(
                look(networks=(Recipe(cell="lstm", hidden=2, above=(LayerRecipe(cell="lstm", hidden=2),) * 7),))
            ).lanes
        ],
    }
    assert names["lstm"] == ["c"]
    assert names["stack"] == ["c¹", "h¹"]
    assert names["eight"] == [f"s{i}" for i in "¹²³⁴⁵⁶⁷"]


def test_last_layer_is_drawn_large_also_where_what_it_gives_out_is_no_state() -> None:
    shown = picture(look(networks=(Recipe(cell="lstm", hidden=3, above=(LayerRecipe(cell="gla", hidden=2),)),)))
    assert shown.block.name == "S²"
    assert [(lane.name, lane.above) for lane in shown.lanes] == [("c¹", False), ("h¹", False)]


def test_river_is_asked_for_once_and_told_where_it_arrives_and_falls(strip: NetworkStrip) -> None:
    jobs: list[object] = []
    strip.asked.connect(jobs.append)
    inspection = show(strip, STACK)
    strip.present(inspection)
    assert len(jobs) == 1
    assert "∂s²₉/∂h¹₄" not in strip.told()
    for found in jobs[0](lambda: False, lambda _: None):  # type: ignore[operator]
        strip.answer(found)
    flow = inspection.analysis.run.flow.block("2", "1/h").log_gain[9, 4]
    told = next(line for line in strip.told().splitlines() if line.startswith("∂s²₉/∂h¹₄"))
    assert f"×{scientific(flow / np.log(10.0))}" in told
    upper = Element("lane", 4, 0)
    assert "of it from above in this step: ×" in words(upper, strip.canvas.picture, strip.canvas.fresh)
    rows = strip.canvas.layout()
    assert strip.canvas.element_at(strip.canvas.pixel(4.0), rows.below.part(0.1, 0.2).middle) == upper


def test_river_of_another_run_is_told_no_more_and_drawn_until_the_new_one_comes(strip: NetworkStrip) -> None:
    show(strip, STACK)
    strip.settle()
    assert strip.canvas.fresh is not None
    show(strip, STACK.with_recipe(gain=0.5))
    assert strip.canvas.fresh is None
    assert strip.canvas.stream is not None
    show(strip, Exploration())
    assert strip.canvas.stream is None


@pytest.mark.parametrize("steps", [12, 400])
def test_river_is_drawn_and_is_not_to_be_had_of_a_cell_that_remembers(strip: NetworkStrip, steps: int) -> None:
    show(strip, exploration := replace_struct(STACK, sequence=Signal(steps=steps)))
    before = strip.plot.grab().toImage()
    strip.settle()
    assert strip.plot.grab().toImage() != before
    assert exploration.recipe.above
    show(strip, Exploration(networks=(Recipe(cell="narx", hidden=3),), sequence=Signal(steps=steps)))
    assert strip.canvas.fresh is None
    assert strip.canvas.picture.delays != (1,)


def test_steps_with_weights_of_their_own_are_parted(strip: NetworkStrip) -> None:
    show(strip, Exploration(networks=(Recipe(hidden=3, own_steps=12),), sequence=Signal(steps=12)))
    parted = strip.plot.grab().toImage()
    strip.canvas.picture = replace(strip.canvas.picture, own_steps=0)
    assert strip.plot.grab().toImage() != parted


@pytest.mark.parametrize(("k", "way"), [(2, "back"), (9, "on")])
def test_rivers_are_said_to_go_the_way_that_the_gradient_goes(strip: NetworkStrip, k: int, way: str):
    recipe = Recipe(cell="lstm", hidden=4, direction="both")
    strip.resize(1000, 500)
    show(strip, Exploration(networks=(recipe,), sequence=Signal(steps=12)).with_selection(t=5, k=k))
    assert f"{way} and down" in strip._subtitle.text()
