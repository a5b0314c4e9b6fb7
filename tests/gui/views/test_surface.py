"""The error surface's card: what it asks for, when, what it shows, and what the mouse and the keys do on it."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from explorer.engine.errors import BadNetwork
from explorer.gui.plot import theme as look
from explorer.gui.plot.level_lines import contour
from explorer.gui.views.surface.paint import _hidden, _places
from explorer.gui.views.surface.picture import Scale, odd_colours, picture, table
from explorer.gui.views.surface.surface import SurfaceView
from explorer.gui.words import i18n
from explorer.workspace.disk.presets import preset
from explorer.workspace.exploration.exploration import Exploration, Recipe, Signal
from explorer.workspace.looks.analysis import Inspection, analyse, inspect
from explorer.workspace.looks.surfaces import Directions, Surface
from explorer.workspace.looks.weight_names import find_weight

pytestmark = [
    pytest.mark.qt_log_ignore("propagateSizeHints"),
    pytest.mark.usefixtures("qapp", "surfaces_are_worked_out_once"),
]
LIGHT = look.themes()["light"]
WALL = preset("error-surface").exploration
SMALL = Exploration(networks=(Recipe(hidden=3),), sequence=Signal(steps=8))
LARGE = Exploration(networks=(Recipe(hidden=80),), sequence=Signal(steps=150))


def close_look(exploration: Exploration) -> Inspection:
    return inspect(analyse(exploration))


Shown = Callable[..., SurfaceView]


@pytest.fixture
def shown(qtbot: QtBot) -> Shown:
    """Return what shows an exploration in a card of its own, its surface worked out where that is little work."""

    def make(exploration: Exploration = WALL, settled: bool = True) -> SurfaceView:
        view = SurfaceView(LIGHT)
        qtbot.addWidget(view)
        view.resize(340, 360)
        view.dress(LIGHT)
        view.present(close_look(exploration))
        view.show()
        if settled:
            view.settle()
        view.grab()
        return view

    return make


def surface_of(view: SurfaceView) -> Surface:
    assert view._relief is not None
    return view._relief.surface


def pixel(view: SurfaceView, a: float, b: float) -> QPoint:
    assert view._frame is not None
    return QPointF(view._frame.x(a), view._frame.y(b)).toPoint()


class TestAsking:
    def test_what_is_worked_out_at_once_gives_up_the_wish_before(self, shown: Shown, qtbot: QtBot):
        view = shown(SMALL, settled=False)
        with qtbot.waitSignal(view.asked) as caught:
            view.settle()
        assert caught.args == [None]

    def test_little_work_is_asked_for_when_the_card_is_seen(self, shown: Shown, qtbot: QtBot):
        view = shown(SMALL, settled=False)
        with qtbot.waitSignal(view.asked) as caught:
            view.grab()
        job = caught.args[0]
        first = next(job(lambda: False, lambda _: None))
        assert first.directions.kind == "random"
        assert len(first.grid.alphas) == 9

    def test_much_work_waits_for_the_button(self, shown: Shown, qtbot: QtBot):
        view = shown(LARGE)
        with qtbot.assertNotEmitted(view.asked, wait=250):
            view.grab()
        assert view.controls.start.isVisible()
        with qtbot.waitSignal(view.asked):
            view.controls.start.click()
        assert not view.controls.start.isVisible()

    def test_settling_a_card_that_was_never_seen_offers_what_fits(self, shown: Shown, qtbot: QtBot):
        view = SurfaceView(LIGHT)
        qtbot.addWidget(view)
        view.present(close_look(LARGE))
        view.settle()
        assert not view.controls.start.isHidden()
        assert view.controls.descents.isHidden()
        assert surface_of(shown(SMALL)).finished

    def test_settling_again_works_nothing_out_again(self, shown: Shown):
        view = shown(SMALL)
        before = view._relief
        view.settle()
        assert view._relief is before

    def test_settling_while_another_surface_is_worked_out_shows_that_one(self, shown: Shown, qtbot: QtBot):
        view = shown(SMALL)
        before = surface_of(view).loss
        view.present(close_look(SMALL.with_recipe(gain=2.0)))
        with qtbot.waitSignal(view.asked):
            view.grab()
        view.settle()
        assert surface_of(view).loss != before

    def test_cursor_moves_ask_for_nothing(self, shown: Shown, qtbot: QtBot):
        view = shown(SMALL)
        with qtbot.assertNotEmitted(view.asked, wait=250):
            view.present(close_look(SMALL.with_selection(t=5, k=1)))
            view.grab()

    def test_other_weights_ask_again(self, shown: Shown, qtbot: QtBot):
        view = shown(SMALL)
        with qtbot.waitSignal(view.asked):
            view.present(close_look(SMALL.with_recipe(gain=0.9)))
            view.grab()

    def test_surface_of_another_loss_is_taken_away_at_once(self, shown: Shown, qtbot: QtBot):
        view = shown(SMALL)
        assert view.summary(view.inspection)  # type: ignore[arg-type]
        with qtbot.waitSignal(view.asked) as caught:
            view.present(close_look(SMALL.with_sequence(Signal(steps=9))))
        assert caught.args == [None]
        assert view._relief is None
        assert view.summary(view.inspection) == ""  # type: ignore[arg-type]

    def test_surface_of_other_weights_waits_faded_and_claims_no_loss(self, shown: Shown, qtbot: QtBot):
        view = shown(LARGE)
        with qtbot.waitSignal(view.asked) as caught:
            view.controls.start.click()
        view.answer(next(caught.args[0](lambda: False, lambda _: None)))
        assert view.summary(view.inspection).startswith("loss ")  # type: ignore[arg-type]
        view.present(close_look(LARGE.with_recipe(gain=0.9)))
        view.grab()
        assert view._relief is not None
        assert view.controls.start.isVisible()
        assert view.summary(view.inspection) == ""  # type: ignore[arg-type]
        assert view._subtitle.text() == ""

    def test_why_there_is_no_surface_is_said_in_the_card(self, shown: Shown):
        view = shown(SMALL)
        view.answer_failure(
            BadNetwork("The weights moved along a line, or hardly at all: that makes no plane. Train on first.")
        )
        view.grab()
        assert view._refusal is not None
        assert view._relief is None
        assert view._error.text() == ""


class TestPicture:
    def test_wall_is_seen_as_a_step_of_colour(self, shown: Shown):
        view = shown()
        image = view.canvas.grab().toImage()
        above, below = (image.pixelColor(pixel(view, 5.6, b)) for b in (-2.5, -3.4))
        assert above.lightness() - below.lightness() > 30

    def test_subtitle_says_the_published_loss(self, shown: Shown):
        view = shown()
        assert view.summary(view.inspection) == "loss 0.0241"  # type: ignore[arg-type]

    def test_hover_names_weights_loss_and_update(self, shown: Shown):
        view = shown()
        words = view.name_at(QPointF(pixel(view, 5.0, -2.5)))
        assert words.startswith("W = 5")
        assert "mean loss 0.02" in words
        assert "clipped: after" in words

    def test_descents_can_be_taken_away(self, shown: Shown, qtbot: QtBot):
        view = shown()
        assert surface_of(view).free is not None
        with qtbot.waitSignal(view.asked) as caught:
            view.controls.descents.click()
        *_, last = caught.args[0](lambda: False, lambda _: None)
        assert last.free is None

    def test_another_language_and_theme_draw_it_again(self, shown: Shown):
        view = shown()
        i18n.set_language("zh_CN")
        try:
            view.dress(look.themes()["dark"])
            view.grab()
            assert view.title == "误差曲面"
            assert "平均损失" in view.name_at(QPointF(pixel(view, 5.0, -2.5)))
        finally:
            i18n.set_language("en")


class TestNames:
    def test_stand_beside_the_ends_of_paths_and_hide_neither_path_nor_each_other(self):
        frame = QRectF(0, 0, 300, 200)
        points = np.array([[x, 100.0] for x in range(20, 151)])
        first = min(_places(frame, QPointF(150, 100), QSizeF(60, 14)), key=lambda box: _hidden(box, points, []))
        assert _hidden(first, points, []) == 0
        second = min(_places(frame, QPointF(150, 100), QSizeF(60, 14)), key=lambda box: _hidden(box, points, [first]))
        assert not second.intersects(first)
        assert all(frame.contains(box) for box in (first, second))


class TestHands:
    def test_click_sets_both_weights(self, shown: Shown, qtbot: QtBot):
        view = shown()
        with qtbot.waitSignal(view.edited) as caught:
            qtbot.mouseClick(view.canvas, Qt.MouseButton.LeftButton, pos=pixel(view, 5.5, -2.0))
        (done,) = caught.args
        assert (done.label, done.merge) == ("Move the weights on the error surface", "")
        values = {edit.matrix: edit.value for edit in done(WALL).recipe.edits}
        assert (values["W"], values["b"]) == pytest.approx((5.5, -2.0), abs=0.02)

    def test_click_on_random_directions_changes_nothing(self, shown: Shown, qtbot: QtBot):
        view = shown(SMALL)
        with qtbot.assertNotEmitted(view.edited):
            qtbot.mouseClick(view.canvas, Qt.MouseButton.LeftButton, pos=pixel(view, 0.5, 0.5))

    def test_drag_moves_what_is_looked_at_and_sets_nothing(self, shown: Shown, qtbot: QtBot):
        view = shown()
        start = pixel(view, 5.0, -2.5)
        with qtbot.assertNotEmitted(view.edited):
            qtbot.mousePress(view.canvas, Qt.MouseButton.LeftButton, pos=start)
            qtbot.mouseMove(view.canvas, start + QPoint(40, 20))
            view._drag(QPointF(start + QPoint(40, 20)))
            view.canvas.grab()
            qtbot.mouseRelease(view.canvas, Qt.MouseButton.LeftButton, pos=start + QPoint(40, 20))
        # Other ticks may take another pixel at the left.
        assert (pixel(view, 5.0, -2.5) - start - QPoint(40, 20)).manhattanLength() <= 3

    def test_wheel_zooms_only_once_the_picture_was_chosen(self, shown: Shown):
        view = shown()
        point = QPointF(pixel(view, 5.0, -2.5))
        assert not view.wheeled(point, 1.0)
        view.activateWindow()
        view.canvas.setFocus()
        if view.canvas.hasFocus():
            assert view.wheeled(point, 1.0)
            view.canvas.grab()
            assert (pixel(view, 5.0, -2.5) - point.toPoint()).manhattanLength() <= 3
            assert view._rectangle is not None
            assert view._rectangle[1] - view._rectangle[0] == pytest.approx(0.8 * 2.5)

    def test_keys_move_zoom_and_go_back(self, shown: Shown, qtbot: QtBot):
        view = shown()
        whole = surface_of(view).rectangle
        qtbot.keyClick(view.canvas, Qt.Key.Key_Right)
        assert view._rectangle == pytest.approx((whole[0] + 0.25, whole[1] + 0.25, *whole[2:]))
        view.canvas.grab()
        qtbot.keyClick(view.canvas, Qt.Key.Key_Minus)
        assert view._rectangle is not None
        assert view._rectangle[1] - view._rectangle[0] == pytest.approx(2.5 / 0.8)
        assert view.controls.view_all.isVisible()
        view.controls.view_all.click()
        assert view._rectangle is None
        view.settle()
        assert surface_of(view).rectangle == whole


class TestControls:
    def test_name_of_a_weight_chooses_an_axis(self, shown: Shown, qtbot: QtBot):
        view = shown(SMALL)
        with qtbot.waitSignal(view.asked):
            view.controls.kind.setCurrentIndex(view.controls.kind.findData("weights"))
        field = view.controls.fields[1]
        field.selectAll()
        with qtbot.waitSignal(view.asked):
            qtbot.keyClicks(field, "U[2,0]")
            qtbot.keyClick(field, Qt.Key.Key_Return)
        assert view.directions == Directions("weights", (view.directions.weights[0], view.directions.weights[1]))
        assert view.directions.weights[1] == ("U", 2, 0)

    @pytest.mark.parametrize(
        ("cell", "typed", "place"), [("mgu", "w_f[1,0]", ("1/W_f", 1, 0)), ("deltanet", "b_b", ("1/b_b", 0, 0))]
    )
    def test_weight_of_any_cell_is_shown_and_typed_by_its_name(
        self, shown: Shown, qtbot: QtBot, cell: str, typed: str, place: tuple[str, int, int]
    ):
        view = shown(SMALL.with_recipe(cell=cell))
        with qtbot.waitSignal(view.asked):
            view.controls.kind.setCurrentIndex(view.controls.kind.findData("weights"))
        network = view.inspection.analysis.run.network
        for field, weight in zip(view.controls.fields, view.directions.weights, strict=True):
            assert find_weight(network, field.text()) == weight
        view.controls.fields[1].selectAll()
        with qtbot.waitSignal(view.asked):
            qtbot.keyClicks(view.controls.fields[1], typed)
            qtbot.keyClick(view.controls.fields[1], Qt.Key.Key_Return)
        assert view.directions.weights[1] == place

    def test_name_of_no_weight_is_marked_and_changes_nothing(self, shown: Shown, qtbot: QtBot):
        view = shown()
        field = view.controls.fields[0]
        field.selectAll()
        with qtbot.assertNotEmitted(view.controls.chosen):
            qtbot.keyClicks(field, "W[7,7]")
            qtbot.keyClick(field, Qt.Key.Key_Return)
        assert field.property("wrong") is True
        assert "W[7,7]" in field.toolTip()

    def test_die_draws_other_directions(self, shown: Shown, qtbot: QtBot):
        view = shown(SMALL)
        with qtbot.waitSignal(view.asked):
            view.controls.die.click()
        assert view.directions == Directions("random", seed=1)

    def test_path_is_offered_only_where_something_was_trained(self, shown: Shown):
        view = shown(SMALL)
        model = view.controls.kind.model()
        assert not model.flags(model.index(view.controls.kind.findData("path"), 0)) & Qt.ItemFlag.ItemIsEnabled

    def test_choice_is_given_up_with_the_network_that_it_was_made_for(self, shown: Shown):
        view = shown(SMALL)
        view.controls.die.click()
        view.present(close_look(WALL))
        assert view.directions == Directions("weights")

    def test_card_fits_a_narrow_column(self, shown: Shown):
        view = shown()
        view.controls.view_all.show()
        assert view.minimumSizeHint().width() <= 300


class TestScale:
    def test_spans_the_losses_and_says_what_else_there_is(self):
        scale = Scale.of(np.array([[1e-3, 0.5], [np.inf, 2.0]]))
        assert (scale.low, scale.high) == pytest.approx((-3.0, math.log10(2.0)))
        assert (scale.unending, scale.undefined) == (True, False)

    def test_contours_are_round_numbers_inside(self):
        assert Scale(-2.1, 0.1).levels() == pytest.approx([0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0])
        assert Scale(-6.5, 0.5).levels() == pytest.approx([10.0**e for e in range(-6, 1)])
        assert Scale(math.log10(0.9), math.log10(1.31)).levels() == pytest.approx([0.9, 1.0, 1.1, 1.2, 1.3])

    @pytest.mark.parametrize("losses", [[[0.0, 0.0]], [[1.0, 1.0]], [[np.nan, np.inf]], [[0.0, 1e300]]])
    def test_is_a_scale_whatever_the_losses(self, losses: list[list[float]]):
        scale = Scale.of(np.array(losses))
        assert 0.0 < scale.high - scale.low <= 8.0
        assert len(scale.levels()) < 12

    def test_low_losses_are_light_and_odd_ones_have_colours_of_their_own(self):
        image = picture(np.array([[1e-2, 1.0], [np.inf, np.nan]]), Scale(-2.0, 0.0, True, True), LIGHT)
        size = image.width()
        bottom = [image.pixelColor(x, size - 1).name() for x in (0, size - 1)]
        top = [image.pixelColor(x, 0).name() for x in (0, size - 1)]
        ends = ["#{:02x}{:02x}{:02x}".format(*table(LIGHT)[i, :3].tolist()) for i in (0, 127)]
        assert image.format() == QImage.Format.Format_RGBA8888
        assert bottom == ends
        assert top == list(odd_colours(LIGHT))


class TestContour:
    def test_of_a_cone_is_a_circle(self):
        y, x = np.mgrid[-8:9, -8:9]
        pieces = contour(np.hypot(x, y), 5.0)
        radii = np.hypot(pieces[:, ::2] - 8, pieces[:, 1::2] - 8)
        np.testing.assert_allclose(radii, 5.0, atol=0.03)

    def test_of_a_plane_is_straight_and_exact(self):
        y, x = np.mgrid[0:5, 0:6]
        pieces = contour(2.0 * x + y, 4.5)
        np.testing.assert_allclose(2.0 * pieces[:, ::2] + pieces[:, 1::2], 4.5, rtol=1e-12)

    def test_runs_around_what_is_no_number(self):
        values = np.zeros((5, 5))
        values[2, 2] = np.nan
        pieces = contour(values, 1.0)
        assert len(pieces)
        assert np.isfinite(pieces).all()
        assert contour(np.zeros((5, 5)), 1.0).shape == (0, 4)
