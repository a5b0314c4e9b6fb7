"""Networks side by side: what each column says, one cursor through all, and what can be done to them."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from explorer.engine.floats import Floats
from explorer.gui.controls.stillness import Stillness
from explorer.gui.core.quantities import item_name
from explorer.gui.export.laid_out import lay_out
from explorer.gui.plot.painting import Still
from explorer.gui.plot.theme import themes
from explorer.gui.views.compare import CompareView, curves, ticks
from explorer.gui.views.compare.column import Column
from explorer.gui.views.compare.marks import taken_by_frame
from explorer.gui.words import i18n
from explorer.workspace.disk.presets import default
from explorer.workspace.exploration.beside import pinned, staged
from explorer.workspace.exploration.exploration import Aim, Exploration, Recipe, Selection, Signal, Text, replace
from explorer.workspace.exploration.gesture import Gesture
from explorer.workspace.looks.analysis import Inspection
from explorer.workspace.looks.analyst import Analyst
from explorer.workspace.looks.judging import judge

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

Key = Qt.Key
THREE = default().exploration
SMALL = Exploration(
    networks=(Recipe(hidden=4), Recipe(hidden=4, gain=0.5)),
    sequence=Signal(steps=9), selection=Selection(t=7, k=3), stage="beside", active=1,
)  # fmt: skip


def inspected(exploration: Exploration) -> Inspection:
    *_, last = Analyst().look(exploration, lambda: False, lambda _: None)
    return last.inspection


@pytest.fixture
def view_of(qtbot: QtBot) -> Callable[..., CompareView]:
    def make(exploration: Exploration, size: tuple[int, int] = (1200, 620), theme: str = "light") -> CompareView:
        view = CompareView(themes()[theme])
        qtbot.addWidget(view)
        view.resize(*size)
        view.dress(themes()[theme])
        view.show()
        view.present(inspected(exploration))
        qtbot.wait(1)
        return view

    return make


def gestures(view: CompareView) -> list[Gesture]:
    found: list[Gesture] = []
    view.edited.connect(found.append)
    return found


def heads(view: CompareView) -> list[tuple[str, str]]:
    return [(column.open_button.text(), column.word.text()) for column in view.columns]


def at(column: Column, t: int, k: int) -> QPoint:
    square, steps = column.pane.map_place(), column.pane.steps
    x = square.left() + (k + 0.5) / (steps + 1) * square.width()
    return QPointF(x, square.bottom() - (t + 0.5) / (steps + 1) * square.height()).toPoint()


def test_each_network_is_named_by_what_sets_it_apart_with_its_verdict(view_of) -> None:
    assert heads(view_of(THREE)) == [("tanh", "preserved"), ("sigmoid", "gone"), ("ReLU", "growing")]
    assert [name for name, _ in heads(view_of(SMALL))] == ["gain 1.6", "gain 0.5"]


def test_the_number_over_a_map_is_that_of_the_verdict(view_of) -> None:
    view = view_of(THREE, (1900, 700))
    assert [column.gain.text() for column in view.columns] == [
        "×0.47 over 36 steps", "×5.5·10⁻¹⁸ over 36 steps", "×1.4·10⁴ over 36 steps",
    ]  # fmt: skip


def test_no_verdict_is_cut_while_a_hand_holds_the_window_still(view_of) -> None:
    """A longer word than that for which there was room: the gain after it gives way."""

    def three(gain: float) -> Exploration:
        return default().exploration.with_recipe(gain=gain)

    view = view_of(three(0.2))
    view.show()
    QApplication.processEvents()
    column = view.columns[0]
    before, stillness = column.word.text(), Stillness(view)
    with stillness.kept():
        view.present(inspected(three(1.6)))
        assert column.word.text() != before
        assert column.word.width() >= column.word.sizeHint().width()
        assert column.gain.x() > column.word.geometry().right()
    stillness.close()


def test_the_sentence_is_the_presets_while_its_networks_are_shown_and_else_what_differs(view_of) -> None:
    view = view_of(THREE)
    view.introduce(default())
    assert view.sentence.text() == default().look["en"]
    view.present(inspected(THREE.with_recipe(gain=0.7)))
    assert view.title == "Three activations, one W"
    view.present(inspected(SMALL))
    assert (view.title, view.sentence.text()) == ("Side by side", "gain 1.6 → 0.5")


@pytest.mark.parametrize(("size", "named"), [((1200, 620), {"0", "it₁", "was₂", "good₃"}), ((330, 620), {"0", "was₂"})])
def test_steps_across_are_called_by_the_words_read_there_as_far_as_there_is_room(
    view_of, monkeypatch, size: tuple[int, int], named: set[str]
) -> None:
    written: list[str] = []
    monkeypatch.setattr(ticks, "label", lambda _p, _x, _y, text, *_: written.append(text))
    # They are written once, and kept while nothing in them changes.
    view = view_of(replace(SMALL, sequence=Text(text="it was good"), selection=Selection(t=3, k=2)), size)
    view.columns[0].pane.grab()
    assert named <= set(written)
    assert len(set(written) & {"1", "2", "3"}) == 3, "the rows keep their numbers"


@pytest.mark.parametrize("theme", ["light", "projector"])
@pytest.mark.parametrize("t", [40, 39, 37, 36, 20, 0])
def test_the_name_of_the_axis_of_t_stands_beside_the_map_and_apart_from_all_numbers(
    view_of, monkeypatch, theme: str, t: int
) -> None:
    written: list[tuple[str, float, float]] = []

    def note(painter, _: float, y: float, text: str, _colour: str, across: float, down: float) -> None:
        if across == 1.0 and down == 0.5:
            high = painter.fontMetrics().height()
            written.append((text, y - high / 2, y + high / 2))

    monkeypatch.setattr(ticks, "label", note)
    view = view_of(THREE.with_selection(t=t, k=0), (1200, 620), theme)
    pane = view.columns[0].pane
    written.clear()
    pane._ground = Still()
    pane.grab()
    states, square = pane._places()
    (name,) = [one for one in written if one[0] == "t ↑"]
    assert states.bottom() < name[1] + 3
    assert name[2] <= square.center().y()
    rows = sorted(written, key=lambda one: one[1])
    assert str(t) in {text for text, *_ in rows}
    assert all(one[2] <= other[1] + 1e-6 for one, other in itertools.pairwise(rows))


@pytest.mark.parametrize(("width", "said"), [(1500, "all change together"), (720, "together")])
def test_no_control_beside_the_title_is_cut_where_there_is_little_room(view_of, width: int, said: str) -> None:
    view = view_of(THREE)
    # Beside a panel it is given less than it asks for.
    view.setFixedWidth(width)
    QApplication.processEvents()
    assert view.ways.together.text() == said
    assert view.ways.together.accessibleName() == "all change together"
    assert all(control.width() >= control.sizeHint().width() for control in view.ways.controls)


@pytest.mark.parametrize("width", [960, 1366, 1900])
def test_line_of_t_does_not_go_through_the_name_of_the_axis(view_of, monkeypatch, width: int) -> None:
    ends: list[tuple[float, float]] = []

    def note(painter, x: float, _: float, text: str, *__: object) -> None:
        if text.startswith("step k"):
            ends.append((x - painter.fontMetrics().horizontalAdvance(text), x))

    monkeypatch.setattr(curves, "label", note)
    view = view_of(THREE, (width, 620))
    left, right = ends[-1]
    assert not left <= view.curves._axes().x(view.curves.t) <= right


def test_lines_that_move_get_their_names_when_they_rest(view_of, qtbot: QtBot) -> None:
    def pictures(view: CompareView) -> list[QImage]:
        return [column.pane.grab().toImage() for column in view.columns]

    view = view_of(THREE.with_recipe(gain=0.9))
    view.present(inspected(THREE.with_recipe(gain=1.0)))
    last = inspected(THREE.with_recipe(gain=1.1))
    view.present(last)
    moving = pictures(view)
    qtbot.waitUntil(lambda: pictures(view) != moving, timeout=2000)
    still = view_of(THREE)
    still.present(last)
    still.settle()
    assert pictures(view) == pictures(still)


def test_lines_have_no_names_from_the_first_move_of_a_hand_on(view_of, qtbot: QtBot) -> None:
    view = view_of(THREE.with_recipe(gain=0.9))
    view.settle()
    stillness = Stillness(view.window())
    with stillness.kept():
        view.present(inspected(THREE.with_recipe(gain=1.1)))
        view.grab()
        assert not any(column.pane.layers[0].contours.boxes for column in view.columns)
        qtbot.waitUntil(lambda: not view._moving.isActive(), timeout=2000)
        view.grab()
        assert any(column.pane.layers[0].contours.boxes for column in view.columns)


def test_what_is_kept_of_a_picture_follows_all_that_it_shows(view_of) -> None:
    view = view_of(THREE)
    changes = (
        lambda: view.point(Selection(t=9, k=4)),
        lambda: view.dress(themes()["dark"]),
        lambda: view.present(inspected(THREE.with_recipe(gain=0.3))),
        lambda: view.present(
            inspected(replace(THREE, sequence=Text(text="it was good"), selection=Selection(t=3, k=2)))
        ),
    )
    for change in changes:
        change()
        view.settle()
        for part in (view.columns[0].pane, view.curves):
            kept, part._ground = part.grab().toImage(), Still()
            assert kept == part.grab().toImage()


def test_another_number_lays_nothing_out_anew(view_of) -> None:
    view = view_of(THREE.with_recipe(gain=1.01))
    before, asked = [column.gain.text() for column in view.columns], list[QEvent]()
    lay_out()
    QApplication.processEvents()

    class Watch(QObject):
        def eventFilter(self, _: QObject, event: QEvent) -> bool:
            if event.type() == QEvent.Type.LayoutRequest:
                asked.append(event)
            return False

    watch = Watch()
    view.installEventFilter(watch)
    view.present(inspected(THREE.with_recipe(gain=1.02)))
    QApplication.processEvents()
    assert [column.gain.text() for column in view.columns] != before
    assert not asked


def test_every_network_is_drawn_on_one_scale(view_of) -> None:
    view = view_of(replace(SMALL, networks=(SMALL.networks[0], SMALL.networks[0])))
    one, other = (column.pane.layers[0].map.image for column in view.columns)
    assert one == other


def test_a_click_in_one_map_moves_the_cursor_of_all(view_of, qtbot: QtBot) -> None:
    view = view_of(SMALL)
    chosen: list[tuple[int, int]] = []
    view.selected.connect(lambda t, k: chosen.append((t, k)))
    qtbot.mouseClick(view.columns[1].pane, Qt.MouseButton.LeftButton, pos=at(view.columns[1], 8, 2))
    assert chosen[-1] == (8, 2)
    view.point(Selection(t=8, k=2))
    assert {(column.pane.t, column.pane.k) for column in view.columns} == {(8, 2)}
    assert (view.curves.t, view.curves.k) == (8, 2)


def test_arrows_move_the_pair_and_never_past_its_own_step(view_of) -> None:
    view = view_of(SMALL.with_selection(t=7, k=7))
    chosen: list[tuple[int, int]] = []
    view.selected.connect(lambda t, k: chosen.append((t, k)))
    pane = view.columns[0].pane
    for key, expected in ((Key.Key_Left, (7, 6)), (Key.Key_Up, (8, 7)), (Key.Key_Down, (6, 6))):
        QTest.keyClick(pane, key)
        assert chosen[-1] == expected
    count = len(chosen)
    QTest.keyClick(pane, Key.Key_Right)
    assert len(chosen) == count


def test_a_click_into_another_network_makes_it_the_active_one(view_of, qtbot: QtBot) -> None:
    view = view_of(SMALL)
    found = gestures(view)
    qtbot.mouseClick(view.columns[0].pane, Qt.MouseButton.LeftButton, pos=at(view.columns[0], 7, 3))
    assert [gesture(SMALL).active for gesture in found] == [0]
    qtbot.mouseClick(view.columns[1].pane, Qt.MouseButton.LeftButton, pos=at(view.columns[1], 7, 3))
    assert len(found) == 1


@pytest.mark.parametrize("by", ["name", "enter"])
def test_a_network_is_opened_alone_by_its_name_or_enter(view_of, by: str) -> None:
    view = view_of(THREE)
    found = gestures(view)
    if by == "name":
        view.columns[1].open_button.click()
    else:
        QTest.keyClick(view.columns[1].pane, Key.Key_Return)
    (gesture,) = found
    after = gesture(THREE)
    assert (after.stage, after.active, after.networks) == ("alone", 1, THREE.networks)


def test_delete_takes_a_network_away_but_never_the_last(view_of) -> None:
    view = view_of(SMALL)
    found = gestures(view)
    QTest.keyClick(view.columns[0].pane, Key.Key_Delete)
    assert [gesture(SMALL).networks for gesture in found] == [SMALL.networks[1:]]
    single = view_of(replace(SMALL, networks=SMALL.networks[:1], active=0))
    found = gestures(single)
    QTest.keyClick(single.columns[0].pane, Key.Key_Delete)
    assert found == []


def test_the_buttons_pin_compare_and_change_together(view_of) -> None:
    view = view_of(SMALL)
    found = gestures(view)
    view.ways.pin.click()
    view.ways.together.click()
    view.ways.stages.buttons["difference"].click()
    pin, together, difference = found
    assert pin(SMALL) == pinned(SMALL)
    assert together(SMALL).together
    assert difference(SMALL).stage == "difference"


def test_the_curves_are_the_rows_of_the_networks_in_colours_of_their_own(view_of) -> None:
    view = view_of(THREE)
    assert [curve.name for curve in view.curves.curves] == ["tanh", "sigmoid", "ReLU"]
    assert len({curve.colour for curve in view.curves.curves}) == 3
    comparison = view.inspection.comparison
    for curve, side in zip(view.curves.curves, comparison.sides, strict=True):
        np.testing.assert_allclose(curve.gains, side.row / np.log(10.0))


@pytest.mark.parametrize("theme", themes())
def test_the_colours_of_four_networks_are_told_apart_also_without_red_or_green(theme: str) -> None:
    ghosts = list(themes()[theme].ghosts.values())
    for matrix in (np.eye(3), PROTAN, DEUTAN):
        seen = [_seen(colour, matrix) for colour in ghosts]
        apart = [np.linalg.norm(a - b) for i, a in enumerate(seen) for b in seen[:i]]
        assert min(apart) > 0.06


PROTAN = np.array([[0.152, 1.053, -0.205], [0.115, 0.786, 0.099], [-0.004, -0.048, 1.052]])
DEUTAN = np.array([[0.367, 0.861, -0.228], [0.280, 0.673, 0.047], [-0.012, 0.043, 0.969]])
"""Machado, Oliveira and Fernandes 2009, severity 1, on linear RGB."""


def _seen(colour: str, matrix: Floats) -> Floats:
    from explorer.workspace.scales.colours import linear, oklab

    rgb = np.clip(linear([colour]) @ matrix.T, 0.0, 1.0)
    return oklab(rgb)[0]


def test_the_difference_is_a_column_between_the_two_networks_it_is_of(view_of) -> None:
    view = view_of(staged(THREE, "difference").with_active(2))
    assert [column.isVisible() for column in view.columns] == [False, True, True]
    assert view.pair.isVisible()
    assert "ReLU to sigmoid: ×" in view.pair.told()
    (layer,) = view.pair.pane.layers
    np.testing.assert_array_equal(layer.log_gain, view.inspection.comparison.log_ratio)


def test_the_divider_shows_one_network_left_of_it_and_the_other_right(view_of) -> None:
    view = view_of(staged(replace(THREE, networks=THREE.networks[:2]), "swipe").with_active(1))
    pane = view.pair.pane
    shown = [colours(pane)]
    for key in (Key.Key_BracketLeft,) * 12 + (Key.Key_BracketRight,) * 24:
        QTest.keyClick(pane, key)
        shown.append(colours(pane))
    assert pane.divider == 1.0
    whole_of_one, whole_of_other = colours(view.columns[0].pane), colours(view.columns[1].pane)
    assert shown[-1] == whole_of_one
    assert shown[12] == whole_of_other
    assert shown[0] not in (whole_of_one, whole_of_other)


def colours(pane) -> list[str]:
    """Return the colours of two pairs near both ends of a row, away from the cursor."""
    pane.t, pane.k = 0, 0
    image: QImage = pane.grab().toImage()
    square, ratio = pane.map_place(), image.devicePixelRatio()
    found = []
    for k in (1, 26):
        x = square.left() + (k + 0.3) / (pane.steps + 1) * square.width()
        y = square.bottom() - (30 + 0.3) / (pane.steps + 1) * square.height()
        found.append(QColor(image.pixel(round(x * ratio), round(y * ratio))).name())
    return found


def test_what_is_not_worked_out_says_why_and_the_others_are_shown(view_of, monkeypatch) -> None:
    from explorer.engine.errors import TooBig
    from explorer.workspace.looks import others

    run_of = others.run_of

    def refused(recipe, *rest):
        if recipe.gain == 1.6:
            raise TooBig("It is too big.")
        return run_of(recipe, *rest)

    monkeypatch.setattr(others, "run_of", refused)
    view = view_of(SMALL)
    assert (view.columns[0].pane.layers, view.columns[0].pane.notice) == ([], "It is too big.")
    assert len(view.columns[1].pane.layers) == 1
    assert [curve.name for curve in view.curves.curves] == ["gain 0.5"]


@pytest.mark.parametrize("language", i18n.languages())
def test_everything_is_told_to_who_can_not_see_it(view_of, language: str) -> None:
    i18n.set_language(language)
    try:
        told = view_of(THREE).told()
        names = ["tanh", "sigmoid", "ReLU"]
        assert all(name in told for name in names)
        assert "5.5·10⁻¹⁸" in told
    finally:
        i18n.set_language("en")


def test_a_sequence_of_one_step_and_one_without_any_gain_are_shown(view_of) -> None:
    view = view_of(replace(SMALL, sequence=Signal(steps=1)).with_selection(t=0, k=0))
    assert [column.word.text() for column in view.columns] == ["the start", "the start"]
    dead = view_of(replace(SMALL, networks=(Recipe(activation="relu", bias=-50.0, hidden=3), Recipe(hidden=3))))
    assert dead.columns[0].word.text() == "dead"
    assert dead.curves.grab().toImage().width() > 0


def test_a_name_is_written_in_its_place_and_an_empty_one_gives_that_of_its_own_back(view_of) -> None:
    view, column = (made := view_of(SMALL)), made.columns[1]
    done = gestures(view)
    column.pane.setFocus()
    QTest.keyClick(column.pane, Qt.Key.Key_F2)
    assert column.title_line.isVisibleTo(view)
    QTest.keyClicks(column.title_line, "mine")
    QTest.keyClick(column.title_line, Qt.Key.Key_Return)
    assert done[0](SMALL).networks[1].title == "mine"
    view.present(inspected(done[0](SMALL)))
    assert heads(view)[1][0] == "mine"
    column.rename()
    QTest.keyClick(column.title_line, Qt.Key.Key_Escape)
    assert len(done) == 1
    column.rename()
    column.title_line.clear()
    QTest.keyClick(column.title_line, Qt.Key.Key_Return)
    assert done[1](done[0](SMALL)) == SMALL


def test_any_two_of_several_networks_can_be_compared(view_of) -> None:
    networks = (*SMALL.networks, Recipe(hidden=4, gain=2.0))
    three = staged(replace(SMALL, networks=networks, active=0), "difference")
    view = view_of(three)
    done = gestures(view)
    said = [action.text() for action in view.pair._pairs.actions()]
    assert len(said) == 6
    view.pair._pairs.actions()[3].trigger()
    assert done[0](three).against == 1
    assert done[0](three).active == 2
    swapped = done[0](three).with_active(1)
    assert (swapped.against, swapped.active) == (2, 1)
    view.present(inspected(done[0](three)))
    assert [column.isVisibleTo(view) for column in view.columns] == [False, True, True]


def test_covered_it_shows_the_states_and_tells_nothing_of_the_gradient(view_of) -> None:
    view = view_of(SMALL)
    cover = QLabel("predict")
    view.cover(cover)
    assert view.told() == ""
    assert all(column.told() == column.name for column in view.columns)
    assert not view.curves.isVisibleTo(view)
    assert not any(column.word.isVisibleTo(view) for column in view.columns)
    assert cover.isVisibleTo(view)
    pane = view.columns[0].pane
    states, square = pane.states_place().toRect(), pane.map_place().toRect()
    image = pane.grab().toImage()
    assert len({image.pixelColor(x, states.center().y()).name() for x in range(states.left(), states.right())}) > 5
    bare = {image.pixelColor(x, square.top() + 8).name() for x in range(square.left() + 4, square.center().x() - 40)}
    assert not bare & {view.theme.accent}
    view.cover(None)
    assert view.curves.isVisibleTo(view)
    assert view.columns[0].told() != view.columns[0].name


def test_on_a_picture_the_sentence_says_what_to_look_at_and_not_what_to_try(view_of) -> None:
    view = view_of(THREE)
    view.introduce(default())
    whole = view.sentence.text()
    view.setProperty("plain", True)
    sight, cell = default().sight("en"), "Column k, row t: how much of the gradient of sₜ is left at sₖ."
    assert whole.startswith(sight)
    assert view.sentence.text() == f"{sight} {cell}"
    view.setProperty("plain", False)
    assert view.sentence.text() == whole


def test_the_name_over_a_map_is_whole_however_narrow_and_the_gain_gives_way(view_of) -> None:
    view = view_of(SMALL)
    for width in range(560, 1200, 40):
        view.resize(width, 600)
        QApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)
        for column in view.columns:
            button = column.open_button
            assert button.width() >= button.sizeHint().width(), width


@pytest.mark.parametrize("quantity", ["delta", "W"])
def test_the_maps_show_what_the_loss_sends_back_in_each_network(view_of, quantity: str) -> None:
    asked = replace(SMALL, aim=replace(SMALL.aim, at="every")).with_lens(quantity=quantity)
    view = view_of(asked)
    comparison = view.inspection.comparison
    fed = view.inspection.analysis.feed
    for column, side in zip(view.columns, comparison.sides, strict=True):
        expected = judge(asked, fed, side.run.trace).log_map(quantity)
        np.testing.assert_array_equal(column.pane.layers[0].log_gain, expected)
        assert item_name(quantity, 7, 3) in column.told()
    np.testing.assert_array_equal(view.curves.curves[0].gains[1:], comparison.sides[0].shown[7, 1:8] / np.log(10.0))
    done = gestures(view)
    view.ways._quantities["flow"].trigger()
    assert done[0](asked).lens.quantity == "flow"


def test_a_network_without_such_weights_says_so_and_the_others_are_shown(view_of) -> None:
    networks = (Recipe(hidden=4, cell="lstm"), Recipe(hidden=4))
    view = view_of(replace(SMALL, networks=networks, active=0).with_lens(quantity="1/W_f"))
    assert view.columns[0].pane.layers
    assert "no weights that 1/W_f stands for" in view.columns[1].told()


def test_of_a_loss_at_the_last_step_its_row_alone_is_shown_as_high_as_the_map(view_of) -> None:
    view = view_of(replace(SMALL, aim=replace(SMALL.aim, at="last")).with_lens(quantity="delta"))
    pane, comparison = view.columns[0].pane, view.inspection.comparison
    assert pane.layers[0].map.image.height() == 1
    assert (pane.t, view.curves.t) == (9, 9)
    np.testing.assert_array_equal(view.curves.curves[1].gains[1:], comparison.sides[1].shown[9, 1:] / np.log(10.0))
    assert item_name("delta", 9, 3) in view.columns[0].told()
    every = view_of(replace(SMALL, aim=replace(SMALL.aim, at="every")).with_lens(quantity="delta"))
    assert every.columns[0].pane.layers[0].map.image.height() == 10


def test_a_note_stands_on_the_map_that_it_was_written_to_alone_and_is_read_where_its_cell_is_chosen(view_of) -> None:
    noted = SMALL.with_note(7, 3, "here it fades")
    plain, marked = view_of(SMALL), view_of(noted)
    other, framed = ([view.columns[i].pane.grab().toImage() for view in (plain, marked)] for i in (0, 1))
    assert other[0] == other[1]
    assert framed[0] != framed[1]
    assert f"of {marked._names[1]}: here it fades" in marked.curves.told()
    marked.present(inspected(noted.with_active(0)))
    assert marked.columns[1].pane.notes == list(noted.notes)
    assert marked.columns[0].pane.notes == []


def test_what_is_told_of_networks_goes_when_they_become_others(view_of) -> None:
    view = view_of(SMALL)
    told: list[str] = []
    view.hovered.connect(told.append)
    view._point_at(6, 2, QPoint(10, 10))
    assert told[-1].startswith("∂s₆/∂s₂")
    view.present(view._shown)
    assert told[-1] != ""
    view.present(inspected(SMALL.with_recipe(gain=0.3)))
    assert told[-1] == ""


@pytest.mark.parametrize("stage", ["beside", "difference"])
def test_what_may_be_rounding_alone_has_its_pattern_on_the_stage_too_and_is_doubted(view_of, stage: str) -> None:
    """The first sLSTM's candidate is 1, and so is its cell from step 1 on: what moves the gates is the rounding of 1 − 1."""
    networks = (Recipe(hidden=4, cell="slstm", bias=150.0), Recipe(hidden=4, cell="slstm", bias=0.0))
    asked = replace(SMALL, networks=networks, stage=stage, active=1, aim=Aim(at="every")).with_lens(quantity="1/b_i")
    view = view_of(asked.with_selection(t=9, k=4))
    comparison = inspected(asked).comparison
    doubted, sure = (side.unsure for side in comparison.sides)
    assert sure is None
    assert doubted[9, 4]
    assert "may be rounding and nothing else" in view.columns[0].told()
    assert "may be rounding" not in view.columns[1].told()
    pane = view.pair.pane if stage == "difference" else view.columns[0].pane
    patterns = dict(pane.layers[0].map.patterns._cells)
    np.testing.assert_array_equal(patterns["unsure"][::-1], doubted[-1:] if comparison.last_row else doubted)
    if stage == "beside":
        assert "unsure" not in dict(view.columns[1].pane.layers[0].map.patterns._cells)


def test_the_cursor_leaves_out_the_names_of_contours(view_of) -> None:
    view = view_of(THREE)
    pane = view.columns[1].pane
    boxes = pane.layers[0].contours.boxes
    assert boxes
    left, top, right, bottom = boxes[0]
    axes = pane._axes(pane.map_place())
    k = next(k for k in range(pane.steps + 1) if left < axes.x(k) < right)

    def painted(k: int) -> QImage:
        view.draw_cursor(Selection(t=pane.steps, k=k))
        return pane.grab().toImage()

    over, beside = painted(k), painted(pane.steps)
    x = round(axes.x(k))
    inside = [y for y in range(round(top) + 1, round(bottom) - 1) if over.pixelColor(x, y) != beside.pixelColor(x, y)]
    below = [
        y for y in range(round(bottom) + 1, round(bottom) + 20) if over.pixelColor(x, y) != beside.pixelColor(x, y)
    ]
    assert not inside
    assert below


def test_the_frame_covers_no_name_of_a_contour_which_stands_elsewhere_then(view_of) -> None:
    view = view_of(THREE)
    pane = view.columns[1].pane
    usual, axes = [*pane.layers[0].contours.boxes], pane._axes(pane.map_place())
    for left, top, right, bottom in usual:
        k, t = (round(value) for value in axes.at(QPointF((left + right) / 2, (top + bottom) / 2)))
        view.draw_cursor(Selection(t=t, k=k))
        pane.grab()
        frame, boxes = taken_by_frame(axes, (t, k)), pane.layers[0].contours.boxes
        assert len(boxes) == len(usual)
        assert not any(frame.intersects(QRectF(QPointF(*box[:2]), QPointF(*box[2:]))) for box in boxes)
    view.draw_cursor(Selection(t=2, k=2))
    pane.grab()
    assert [*pane.layers[0].contours.boxes] == usual


def test_of_networks_that_are_alike_it_is_said_that_nothing_differs(view_of) -> None:
    three = replace(SMALL, networks=(Recipe(hidden=4),) * 3, active=0)
    assert view_of(three).sentence.text() == "nothing differs yet: change something"


@pytest.mark.parametrize("lines", [5, 7, 12])
def test_what_is_said_of_the_threshold_is_struck_by_neither_line(view_of, lines: int) -> None:
    plot = view_of(THREE).curves
    plot.setFixedHeight(lines * plot.fontMetrics().height())
    QApplication.processEvents()
    axes, high = plot._axes(), plot.fontMetrics().height()
    assert axes.bottom < plot.threshold < axes.top
    top = plot._threshold_place(axes, high)
    for level in (0.0, plot.threshold):
        assert not top < axes.y(level) < top + high
    assert axes.frame.top() <= top
    assert top + high <= axes.frame.bottom() + 1
