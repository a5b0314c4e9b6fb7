"""The flow map draws every pair where it belongs, and every gesture on it asks for what it shows."""

from __future__ import annotations

import dataclasses
import functools
import itertools
import operator
import re
from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject, QPoint, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFocusEvent, QFontMetricsF, QImage, QPainter, QWheelEvent
from PySide6.QtWidgets import QApplication

from explorer.gui.controls.stillness import Stillness
from explorer.gui.core.time_plot import TimePlot
from explorer.gui.core.view import Playhead
from explorer.gui.plot import style
from explorer.gui.plot import theme as look
from explorer.gui.views.flow.map import FlowMap
from explorer.gui.views.flow.text import pair_text
from explorer.gui.words import i18n
from explorer.workspace.exploration.exploration import Exploration, Lens, Recipe, Selection, Signal, Text
from explorer.workspace.looks.analysis import Inspection, analyse, inspect
from explorer.workspace.scales import gains
from explorer.workspace.scales.colours import contrast, distance

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


@pytest.fixture(autouse=True)
def _no_view_outlives_its_test() -> Iterator[None]:
    """Carry out the deletions that pytest-qt asks for; else each style sheet would dress every view ever made."""
    yield
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def looked(steps: int = 12, lens: Lens | None = None, t: int = 9, k: int = 4, **recipe: object) -> Inspection:
    made = Recipe(hidden=4, **recipe)
    selection = Selection(t=min(t, steps), k=min(k, steps))
    exploration = Exploration(networks=(made,), sequence=Signal(steps=steps), selection=selection, lens=lens or Lens())
    return inspect(analyse(exploration))


@pytest.fixture
def theme(qapp: QApplication) -> look.Theme:
    theme = look.themes()["light"]
    style.apply(qapp, theme, "en")
    return theme


@pytest.fixture
def view(qtbot, theme) -> FlowMap:
    view = FlowMap(theme)
    qtbot.addWidget(view)
    view.dress(theme)
    view.resize(900, 340)
    view.show()
    view.present(looked())
    QApplication.processEvents()
    return view


def at(view: FlowMap, t: float, k: float) -> QPoint:
    pixel = QPointF(view.marks.pixel(k), view.marks.level(t))
    return view.plot.mapFromScene(view.plot.box.mapToScene(pixel))


def colour(view: FlowMap, t: float, k: float) -> tuple[int, int, int]:
    image = view.plot.viewport().grab().toImage()
    return image.pixelColor(at(view, t, k)).getRgb()[:3]


def test_every_cell_has_the_colour_of_its_gain_at_k_along_time_and_t_upward(view: FlowMap):
    inspection = looked(t=12, k=0, activation="sigmoid")
    view.present(inspection)
    QApplication.processEvents()
    expected = gains.pixels(inspection.analysis.run.log_gain, 6, view.theme)
    for t, k in ((3, 1), (7, 5), (10, 2)):
        assert colour(view, t + 0.3, k + 0.3) == tuple(expected[t, k, :3].tolist())


def test_exact_zeros_are_dotted_grey_and_the_future_is_left_to_the_hatching(view: FlowMap):
    view.present(looked(t=0, k=0, init="shift", activation="identity"))
    QApplication.processEvents()
    assert QColor(*colour(view, 11.3, 0.3)).name() == view.theme.zero
    assert (view.image.image[np.triu_indices(13, 1)] == gains.UNDEFINED).all()


@pytest.mark.parametrize("name", look.themes())
@pytest.mark.parametrize("recipe", [{"gain": 0.05}, {"gain": 9.0, "activation": "identity"}, {"init": "orthogonal"}])
def test_cursor_and_row_stand_out_over_night_fire_and_light(view: FlowMap, qapp: QApplication, name: str, recipe):
    theme = look.themes()[name]
    style.apply(qapp, theme, "en")
    view.dress(theme)
    view.present(looked(t=9, k=2, **({"activation": "identity"} | recipe)))
    QApplication.processEvents()
    image = view.plot.viewport().grab().toImage()
    # The line at k is dotted: somewhere in a stretch there is a dot.
    places = ((at(view, 5.3, 2), 8, 12), (at(view, 11.3, 9), 8, 1), (at(view, 9, 5.3), 1, 6))
    for at_line, wide, high in places:
        across = itertools.product(range(-wide, wide + 1), range(-high, high + 1))
        seen = [image.pixelColor(at_line + QPoint(*shift)).name() for shift in across]
        line = min(seen, key=lambda c: distance(c, theme.accent))
        assert distance(line, theme.accent) < 0.1
        assert max(contrast(line, beside) for beside in seen) >= 3


def test_picture_is_made_once_for_an_analysis_and_not_on_cursor_moves(view: FlowMap):
    picture = view.image.image
    view.present(view.inspection)
    view.point(Selection(t=3, k=2))
    assert view.image.image is picture
    view.present(looked(lens=Lens(decades=3)))
    assert view.image.image is not picture


def test_click_and_drag_choose_the_pair_under_the_pointer(view: FlowMap, qtbot):
    with qtbot.waitSignal(view.selected) as chosen:
        qtbot.mouseClick(view.plot.viewport(), Qt.MouseButton.LeftButton, pos=at(view, 8, 2))
    assert chosen.args == [8, 2]
    with qtbot.waitSignal(view.selected) as chosen:
        view.plot.box.moved.emit(5.2, 6.9)
    assert chosen.args == [7, 5]


def test_choice_in_the_undefined_triangle_or_outside_goes_to_the_nearest_pair(view: FlowMap):
    chosen: list[tuple[int, int]] = []
    view.selected.connect(lambda t, k: chosen.append((t, k)))
    view.plot.box.pressed.emit(11.0, 3.0)
    view.plot.box.pressed.emit(-4.0, 99.0)
    assert chosen == [(3, 3), (12, 0)]


@pytest.mark.parametrize(
    ("key", "modifier", "pair"),
    [
        (Qt.Key.Key_Left, Qt.KeyboardModifier.NoModifier, (9, 3)),
        (Qt.Key.Key_Right, Qt.KeyboardModifier.NoModifier, (9, 5)),
        (Qt.Key.Key_Up, Qt.KeyboardModifier.NoModifier, (10, 4)),
        (Qt.Key.Key_Down, Qt.KeyboardModifier.NoModifier, (8, 4)),
        (Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier, (9, 9)),
        (Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier, (0, 0)),
    ],
)
def test_arrow_keys_move_the_pair(view: FlowMap, qtbot, key, modifier, pair):
    with qtbot.waitSignal(view.selected) as chosen:
        qtbot.keyClick(view, key, modifier)
    assert tuple(chosen.args) == pair


def test_focus_is_seen(view: FlowMap):
    assert view.focusPolicy() == Qt.FocusPolicy.StrongFocus
    view.event(QFocusEvent(QEvent.Type.FocusIn))
    assert view.plot.box.border.widthF() == 2.0


def changed(view: FlowMap, qtbot, gesture, exploration: Exploration) -> Exploration:
    with qtbot.waitSignal(view.edited) as edit:
        gesture()
    return edit.args[0](exploration)


def test_span_is_set_in_steps_by_buttons_and_keys_from_what_is_there_now(view: FlowMap, qtbot):
    for lens, wider, narrower in (
        (Lens(decades=6), 10, 3), (Lens(decades=1), 2, 1), (Lens(decades=5000), 5000, 2000),
    ):  # fmt: skip
        now = Exploration(lens=lens)
        assert changed(view, qtbot, view.legend.more.click, now).lens.decades == wider
        assert changed(view, qtbot, lambda: qtbot.keyClick(view, Qt.Key.Key_Minus), now).lens.decades == narrower


def test_lock_keeps_the_span_that_is_shown(view: FlowMap, qtbot):
    view.present(looked(lens=Lens(locked=False)))
    shown = view.inspection.analysis.decades
    locked = changed(view, qtbot, view.legend.lock.click, Exploration(lens=Lens(locked=False, decades=50)))
    assert locked.lens.locked
    assert locked.lens.decades == shown
    view.present(looked(lens=locked.lens))
    assert not changed(view, qtbot, view.legend.lock.click, locked).lens.locked


def test_norm_is_switched_in_the_heading_and_named_in_the_subtitle(view: FlowMap, qtbot):
    assert changed(view, qtbot, view.switches.norms.spectral.click, Exploration()).lens.norm == "spectral"
    view.present(looked(lens=Lens(norm="spectral")))
    assert view.switches.norms.spectral.isChecked()
    assert "spectral norm" in view._subtitle.text()


@pytest.mark.parametrize("size", [(1100, 420), (560, 230), (420, 160)])
@pytest.mark.parametrize("steps", [1, 2, 12, 200])
@pytest.mark.parametrize("name", ["light", "projector"])
def test_legend_never_covers_a_pair(qtbot, qapp, name, steps, size):
    theme = look.themes()[name]
    style.apply(qapp, theme, "en")
    view = FlowMap(theme)
    qtbot.addWidget(view)
    view.dress(theme)
    view.resize(*size)
    view.show()
    view.present(looked(steps))
    whole, part, late = (-0.5, steps + 0.5), (0.3 * steps, 0.3 * steps + max(4.0, 0.3 * steps)), (0.7 * steps, steps)
    for across, up in itertools.product((whole, part, late), repeat=2):
        view.plot.box.setRange(xRange=across, yRange=up, padding=0)
        QApplication.processEvents()
        assert not (view.legend.isVisible() and view.header_legend.isVisible())
        shown = view.legend if view.legend.isVisible() else view.header_legend
        assert shown.isVisible() or size[0] < 500
        assert shown.isHidden() or shown.width() >= shown.minimumSizeHint().width()
        if view.legend.isVisible():
            origin = view.plot.mapFromScene(view.plot.box.sceneBoundingRect()).boundingRect().topLeft()
            for k in range(steps + 1):
                cell = view.marks.cell(k, k).toRect().translated(origin)
                assert not QRect(view.legend.geometry()).intersects(cell)


def test_legend_takes_the_triangle_where_it_is_in_sight_and_leaves_the_map_where_not(view: FlowMap):
    assert view.legend.isVisible()
    view.plot.box.setRange(xRange=(-0.5, 5.5), yRange=(6.5, 12.5), padding=0)
    assert view.header_legend.isVisible()
    view.plot.box.setRange(xRange=(6.5, 12.5), yRange=(-0.5, 5.5), padding=0)
    assert view.legend.isVisible()
    assert view.legend.detail == "full"


def turn(view: FlowMap, t: float, k: float, notches: int, *held: Qt.KeyboardModifier) -> None:
    """Turn the wheel over the cell (t, k); Alt turns it sideways, as on a desk."""
    keys = functools.reduce(operator.or_, held, Qt.KeyboardModifier.NoModifier)
    delta = QPoint(120 * notches, 0) if Qt.KeyboardModifier.AltModifier in held else QPoint(0, 120 * notches)
    where, viewport = QPointF(at(view, t, k)), view.plot.viewport()
    QApplication.sendEvent(
        viewport,
        QWheelEvent(
            where, viewport.mapToGlobal(where), QPoint(), delta, Qt.MouseButton.NoButton, keys,
            Qt.ScrollPhase.NoScrollPhase, False,
        ),
    )  # fmt: skip


def test_wheel_zooms_both_ways_about_the_pointer(view: FlowMap):
    corner = at(view, 11.0, 1.0)
    turn(view, 11.0, 1.0, 3)
    (left, right), (bottom, top) = view.plot.box.viewRange()
    assert right - left == pytest.approx(top - bottom) == pytest.approx(13 * 0.85**3)
    assert (at(view, 11.0, 1.0) - corner).manhattanLength() <= 2
    turn(view, 11.0, 1.0, 30)
    (left, right), (bottom, top) = view.plot.box.viewRange()
    assert right - left == pytest.approx(top - bottom) == pytest.approx(4.0)
    assert bottom > right, "the corner of the long lags holds no short ones"
    turn(view, 11.0, 1.0, -40)
    assert np.allclose(view.plot.box.viewRange(), [[-0.5, 12.5]] * 2)


def test_wheel_pans_k_with_shift_and_t_with_ctrl_or_alt(view: FlowMap):
    key = Qt.KeyboardModifier
    turn(view, 6.0, 6.0, 5)
    for held, axis in ((key.ShiftModifier, 0), (key.ControlModifier, 1), (key.AltModifier, 1)):
        before = view.plot.box.viewRange()
        (k, _), (t, _) = np.add(before, 1.0)
        turn(view, t, k, -1, held)
        after = view.plot.box.viewRange()
        assert after[1 - axis] == pytest.approx(before[1 - axis])
        assert (after[axis][0] > before[axis][0]) == (axis == 0)
        assert np.diff(after[axis]) == pytest.approx(np.diff(before[axis]))
        turn(view, t, k, -40, held)
        assert view.plot.box.viewRange()[axis][1 - axis] == pytest.approx((-0.5, 12.5)[1 - axis])
        view.plot.box.setRange(xRange=before[0], yRange=before[1], padding=0)


def test_zoom_of_another_view_keeps_t_and_its_end_shows_all_t(view: FlowMap, qtbot, theme):
    other = TimePlot(theme, "Another", "another")
    qtbot.addWidget(other)
    other.resize(900, 200)
    other.show()
    other.link_time(view)
    turn(view, 11.0, 1.0, 3)
    rows = view.plot.box.viewRange()[1]
    other.plot.box.setXRange(2.0, 7.0, padding=0)
    assert view.plot.box.viewRange()[1] == rows
    assert view.plot.box.viewRange()[0] == pytest.approx([2.0, 7.0], abs=0.1)
    other.plot.box.setXRange(-0.5, 12.5, padding=0)
    assert view.plot.box.viewRange()[1] == pytest.approx([-0.5, 12.5])


def double_click(qtbot, view: FlowMap, where: QPoint) -> None:
    mouse, left = view.plot.viewport(), Qt.MouseButton.LeftButton
    qtbot.mouseClick(mouse, left, pos=where)
    qtbot.mouseDClick(mouse, left, pos=where)
    qtbot.mouseMove(mouse, where + QPoint(40, 0))
    qtbot.mouseRelease(mouse, left, pos=where)


def test_double_click_in_the_hatched_half_shows_everything_and_keeps_the_pair(view: FlowMap, qtbot):
    chosen: list[tuple[int, int]] = []
    view.selected.connect(lambda t, k: (chosen.append((t, k)), view.point(Selection(t=t, k=k))))
    turn(view, 11.0, 1.0, 3)
    before = view.marks.selection
    double_click(qtbot, view, at(view, 5, 8))
    assert (view.marks.selection.t, view.marks.selection.k) == (before.t, before.k)
    assert np.allclose(view.plot.box.viewRange(), [[-0.5, 12.5]] * 2)


def test_a_double_click_on_a_cell_looks_inside_it_and_leaves_the_zoom_alone(view: FlowMap, qtbot):
    view.selected.connect(lambda t, k: view.point(Selection(t=t, k=k)))
    turn(view, 11.0, 1.0, 3)
    shown = view.plot.box.viewRange()
    with qtbot.waitSignal(view.looked_into):
        double_click(qtbot, view, at(view, 10, 3))
    assert (view.marks.selection.t, view.marks.selection.k) == (10, 3)
    assert np.allclose(view.plot.box.viewRange(), shown)
    cell = view.cell_place().center().toPoint()
    clicked = view.plot.viewport().mapTo(view, at(view, 10, 3))
    assert (cell - clicked).manhattanLength() < 6


def test_forward_pass_veils_later_rows_and_backward_pass_the_rest_of_the_row(view: FlowMap):
    view.present(looked(t=9, k=0, activation="sigmoid"))
    before = colour(view, 11.3, 2.3), colour(view, 3.3, 2.3), colour(view, 9.3, 2.3), colour(view, 9.3, 7.3)
    view.play(Playhead("forward", 5))
    # No tint: on this scale it would be another gain, and that of a vanished one is pink.
    assert colour(view, 11.3, 2.3) == QColor(view.theme.card).getRgb()[:3]
    assert colour(view, 3.3, 2.3) == before[1]
    view.play(Playhead("backward", 5))
    assert colour(view, 9.3, 2.3) != before[2]
    assert colour(view, 9.3, 7.3) == before[3]
    view.play(Playhead())
    assert colour(view, 11.3, 2.3) == before[0]


def test_hover_names_the_pair_with_its_number_and_stays_right_when_that_changes(view: FlowMap):
    said: list[str] = []
    view.hovered.connect(said.append)
    view.plot.pointed.emit(4.1, 9.2, QPoint(0, 0))
    gain = float(view.inspection.analysis.run.log_gain[9, 4])
    assert said[-1] == pair_text(9, 4, gain, "rms")
    view.present(looked(gain=0.1))
    assert said[-1] != pair_text(9, 4, gain, "rms")
    view.plot.unpointed.emit()
    assert said[-1] == ""


def test_words_for_a_gain_a_zero_an_overflow_and_the_future():
    i18n.set_language("en")
    ten = np.log(10.0)
    assert pair_text(36, 12, -3.886 * ten, "rms") == "∂s₃₆/∂s₁₂ = ×1.3·10⁻⁴ (RMS gain, −3.9 decades)"
    assert "spectral norm" in pair_text(3, 1, 0.0, "spectral")
    assert "exactly 0" in pair_text(3, 1, -np.inf, "rms")
    assert "NaN" in pair_text(3, 1, np.nan, "rms")
    assert pair_text(12, 36, np.nan, "rms") == "∂s₁₂/∂s₃₆ is not defined: s₁₂ does not depend on the later s₃₆."
    assert "×10^−2171.5 " in pair_text(3, 1, -5000.0, "rms")


@pytest.mark.parametrize("language", ["en", "zh_CN"])
@pytest.mark.parametrize("steps", [1, 2, 60])
def test_map_draws_overflow_and_gated_cells_in_every_theme_and_language(qtbot, qapp, language, steps):
    i18n.set_language(language)
    try:
        for theme in look.themes().values():
            style.apply(qapp, theme, language)
            view = FlowMap(theme)
            qtbot.addWidget(view)
            view.dress(theme)
            view.resize(500, 200)
            view.show()
            for recipe in ({"activation": "relu", "gain": 50.0}, {"cell": "lstm"}):
                view.present(looked(steps, t=steps, k=0, **recipe))
                view.grab()
                assert view._pages.currentWidget() is view.plot
    finally:
        i18n.set_language("en")


def test_another_gain_lays_out_nothing_anew(view: FlowMap) -> None:
    laid: list[QEvent.Type] = []

    class Requests(QObject):
        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            laid.append(event.type())
            return super().eventFilter(watched, event)

    requests = Requests()
    view.installEventFilter(requests)
    for gain in (1.0, 1.2):
        QApplication.processEvents()
        laid.clear()
        view.present(inspect(analyse(Exploration(networks=(Recipe(gain=gain),)))))
        for _ in range(4):
            QApplication.processEvents()
    assert QEvent.Type.LayoutRequest not in laid


def test_words_that_are_read_stand_on_both_axes_with_their_steps_and_none_over_another(view: FlowMap):
    text = "the judgement of a very long sentence is read at its end where that was phenomenal still counts a little"
    exploration = Exploration(networks=(Recipe(hidden=3),), sequence=Text(text=text), selection=Selection(t=5, k=2))
    inspection = inspect(analyse(exploration))
    view.present(inspection)
    QApplication.processEvents()
    words = inspection.analysis.feed.shown
    for side in ("bottom", "left"):
        axis = view.plot.getAxis(side)
        page = QImage(900, 340, QImage.Format.Format_RGB32)
        painter = QPainter(page)
        _, _, written = axis.generateDrawSpecs(painter)
        painter.end()
        said = [label[2] for label in written]
        assert 3 < len(said) <= len(words) + 1
        for name in said:
            match = re.fullmatch(r"(.*?)([₀-₉]+)", name)
            if match is not None:
                step = int(match[2].translate(str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")))
                whole = words[step - 1]
                beginning = match[1].removesuffix("…")
                assert whole == match[1] or (match[1] == beginning + "…" and whole.startswith(beginning))
                if side == "bottom":
                    assert len(match[1]) == min(len(whole), 14)
                elif match[1] != whole:
                    # A sign more has no room.
                    more, metrics = whole[: len(beginning) + 1] + "…" + match[2], QFontMetricsF(axis.style["tickFont"])
                    assert len(beginning) >= 3
                    assert metrics.horizontalAdvance(more) > axis.width() - 8 > metrics.horizontalAdvance(name) - 4
        places = [label[0] for label in written]
        assert not any(one.intersects(other) for one, other in itertools.combinations(places, 2)) or side == "left"
    view.present(looked())
    QApplication.processEvents()
    assert view.plot.getAxis("bottom").tickStrings([3.0], 1.0, 1.0) == ["3"]


def test_no_line_of_the_cursor_runs_through_the_name_of_a_contour(view: FlowMap):
    inspection = looked(steps=40, t=40, k=40, activation="sigmoid", gain=1.0)
    view.present(inspection)
    view.finish()
    QApplication.processEvents()
    plain = view.plot.viewport().grab().toImage()
    names = [QRectF(QPointF(*box[:2]), QPointF(*box[2:])) for box in view.contours.names()]
    assert names
    for name in names:
        k, t = (next(i for i in range(41) if low < place(i) < high) for low, place, high in (
            (name.left(), view.marks.pixel, name.right()), (name.top(), view.marks.level, name.bottom()),
        ))  # fmt: skip
        ends = [view.plot.mapFromScene(view.plot.box.mapToScene(end)) for end in (name.topLeft(), name.bottomRight())]
        inside = QRect(*ends).adjusted(1, 1, -1, -1)
        for pair in ((k, k - 8), (t, 0), (40, k)):
            view.draw_cursor(Selection(t=pair[0], k=max(pair[1], 0)))
            assert view.plot.viewport().grab().toImage().copy(inside) == plain.copy(inside)


def test_the_frame_of_the_pair_covers_no_name_of_a_contour(view: FlowMap):
    view.present(looked(steps=40, t=40, k=40, activation="sigmoid", gain=1.0))
    view.finish()

    def names(t: int, k: int) -> list[QRectF]:
        view.draw_cursor(Selection(t=t, k=k))
        view.plot.viewport().grab()
        return [QRectF(QPointF(*box[:2]), QPointF(*box[2:])) for box in view.contours.names()]

    usual = names(2, 2)
    for name in usual:
        k, t = min(
            itertools.product(range(41), range(41)),
            key=lambda pair: (
                abs(view.marks.pixel(pair[0]) - name.center().x()) + abs(view.marks.level(pair[1]) - name.center().y())
            ),
        )
        moved, frame = names(t, k), view.marks.frame()
        assert frame is not None
        assert frame.intersects(name)
        assert len(moved) == len(usual)
        assert not any(frame.intersects(other) for other in moved)
    assert names(2, 2) == usual


@pytest.mark.parametrize("name", ["dark", "projector"])
def test_the_first_frame_of_another_theme_has_the_names_of_contours(view: FlowMap, qapp: QApplication, name: str):
    view.present(looked(steps=40, t=40, k=40, activation="sigmoid", gain=1.0))
    view.finish()
    view.plot.viewport().grab()
    before, stillness = len(view.contours.names()), Stillness(view.window())
    assert before
    # What is dressed is held as if a hand were at it.
    with stillness.kept():
        style.apply(qapp, look.themes()[name], "en")
        view.dress(look.themes()[name])
        view.plot.viewport().grab()
        assert len(view.contours.names()) >= before - 1
    first = view.plot.viewport().grab().toImage()
    view.finish()
    assert view.plot.viewport().grab().toImage() == first
    stillness.close()


def test_contours_that_move_wait_for_rest_with_their_names_and_are_then_as_if_they_had_not_moved(view: FlowMap, qtbot):
    def picture():
        return view.plot.viewport().grab().toImage()

    steady = looked(t=12, k=0, activation="sigmoid")
    view.finish()
    view.present(looked(gain=0.4))
    view.present(steady)
    moving = picture()
    view.settle()
    still = picture()
    assert moving != still
    view.present(looked(gain=0.4))
    view.present(steady)
    qtbot.waitUntil(lambda: picture() == still)


def test_a_note_is_marked_at_its_cell_and_said_where_that_is_chosen_and_on_a_picture_everywhere(view: FlowMap) -> None:
    bare = view.grab().toImage()
    found = looked()
    exploration = found.analysis.exploration.with_note(9, 4, "here it fades").with_note(11, None, "the turn")
    exploration = exploration.with_note(40, 2, "beyond")
    noted = inspect(dataclasses.replace(found.analysis, exploration=exploration))
    view.present(noted)
    assert view.told().count("note on ∂s₉/∂s₄: here it fades") == 1
    assert "the turn" not in view.told()
    view.point(Selection(t=11, k=11))
    assert "note on step 11: the turn" in view.told()
    one = view.grab().toImage()
    view.setProperty("plain", True)
    view.notes.update()
    both = view.grab().toImage()
    view.setProperty("plain", False)
    assert bare != one
    assert one != both
    at = view.notes.mapToScene(QPointF(view.notes.pixel(4), view.notes.level(9)))
    place, around = view.plot.mapTo(view, view.plot.mapFromScene(at)), range(-4, 5)

    def inked(image: QImage) -> int:
        ink = view.theme.accent
        return sum(image.pixelColor(place + QPoint(x, y)).name() == ink for x in around for y in around)

    assert inked(both) > inked(bare) + 20
