"""The decay view draws the row, says how fast it fades, and lets the threshold be dragged."""

from __future__ import annotations

import html
import itertools
import math
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Literal

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter
from PySide6.QtWidgets import QApplication

from explorer.engine.looks.verdict import verdict
from explorer.gui.core.view import Playhead
from explorer.gui.plot import style
from explorer.gui.plot import theme as look
from explorer.gui.plot.labels import Label, beside, spread
from explorer.gui.views.decay import canvas as decay_canvas
from explorer.gui.views.decay.decay import DecayView
from explorer.gui.views.decay.lines import Picture, picture
from explorer.gui.views.decay.terms import explained
from explorer.gui.views.decay.text import gain_text, horizon_text, rate_text, step_text
from explorer.gui.words import i18n
from explorer.workspace.exploration.exploration import Exploration, Lens, Recipe, Selection, Signal
from explorer.workspace.exploration.gesture import Gesture
from explorer.workspace.looks.analysis import Inspection, analyse, inspect
from explorer.workspace.scales.decades import decade_range, locked_range

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
LN10 = math.log(10.0)


@pytest.fixture(autouse=True)
def _no_view_outlives_its_test() -> Iterator[None]:
    """Carry out the deletions that pytest-qt asks for; else each style sheet would dress every view ever made."""
    yield
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def looked(
    steps: int = 20, t: int = 18, k: int = 6, threshold: float = 1e-6, norm: Literal["rms", "spectral"] = "rms",
    **recipe: object,
) -> Inspection:  # fmt: skip
    made = Recipe(**({"hidden": 8} | recipe))
    selection = Selection(t=min(t, steps), k=min(k, t, steps))
    lens = Lens(threshold=threshold, norm=norm)
    exploration = Exploration(networks=(made,), sequence=Signal(steps=steps), selection=selection, lens=lens)
    return inspect(analyse(exploration))


@pytest.fixture
def theme(qapp: QApplication) -> look.Theme:
    theme = look.themes()["light"]
    style.apply(qapp, theme, "en")
    return theme


@pytest.fixture
def view(qtbot, theme) -> DecayView:
    view = DecayView(theme)
    qtbot.addWidget(view)
    view.dress(theme)
    view.resize(800, 260)
    view.show()
    view.present(looked(activation="sigmoid"))
    QApplication.processEvents()
    return view


def drawn(view: DecayView) -> Picture:
    assert view.canvas.picture is not None
    return view.canvas.picture


def test_title_follows_the_row(view: DecayView):
    assert view._heading.text() == "Decay of row t = 18"
    view.present(looked(t=7, k=2))
    assert view._heading.text() == view.accessibleName() == "Decay of row t = 7"


def test_row_ghosts_bound_trend_and_fit_are_drawn_in_decades(view: DecayView):
    inspection = view.inspection
    lines = {line.name: line for line in drawn(view).lines}
    assert set(lines) == {"tanh", "ReLU", "γρ trend", "bound", "fit", "sigmoid"}
    assert lines["sigmoid"].main
    np.testing.assert_allclose(lines["sigmoid"].gains * LN10, inspection.row)
    np.testing.assert_allclose(lines["tanh"].gains * LN10, inspection.ghosts["tanh"])
    np.testing.assert_allclose(lines["bound"].gains * LN10, inspection.bound)
    assert inspection.verdict.rate is not None
    np.testing.assert_allclose(np.diff(lines["fit"].gains) * LN10, -inspection.verdict.rate)


def test_trend_carries_the_largest_slope_as_the_bound_does_and_lies_below_it(view: DecayView):
    inspection = view.inspection
    lines, net = {line.name: line for line in drawn(view).lines}, inspection.analysis.run.network
    lag = np.arange(inspection.t, -1.0, -1.0)
    np.testing.assert_allclose(lines["γρ trend"].gains * LN10, lag * np.log(0.25 * net.spectral_radius()), atol=1e-12)
    assert (lines["γρ trend"].gains <= lines["bound"].gains).all()
    assert lines["γρ trend"].said == "γρ trend, if it were linear with every f′ = γ = 0.25"
    view.present(looked(activation="tanh"))
    assert "ρ trend" in {line.name for line in drawn(view).lines}


@pytest.mark.parametrize("cell", ["lstm", "gru"])
def test_gated_cell_has_no_bound_and_no_trend_to_tell(view: DecayView, cell: str):
    view.present(looked(cell=cell))
    names = {line.name for line in drawn(view).lines}
    assert not names & {"bound", "ρ trend", "γρ trend"}
    told = step_text(18, 3, [(line.said, float(line.gains[3])) for line in drawn(view).lines])
    assert "NaN" not in told
    assert "LSTM: ×" in told or "GRU: ×" in told


def test_every_line_is_in_the_norm_of_the_axis(theme):
    inspection = looked(norm="spectral")
    for line in picture(inspection, theme).lines:
        if line.name in ("tanh", "ReLU", "sigmoid"):
            other = looked(norm="spectral", activation=line.name.lower())
            assert other.row[0] != looked(activation=line.name.lower()).row[0]
            np.testing.assert_allclose(line.gains * LN10, other.row, atol=1e-9)


def test_row_that_keeps_to_no_line_has_none_drawn_through_it(theme):
    inspection = looked(activation="relu", bias=-1.0)
    row = np.where(np.arange(inspection.t + 1) < 9, -10.0, 0.0)
    fallen = picture(replace(inspection, row=row, verdict=verdict(row)), theme)
    assert fallen is not None
    assert "fit" not in {line.name for line in fallen.lines}


def test_gated_cell_is_named_after_the_cell_and_has_all_three_ghosts(theme):
    lines = picture(looked(cell="lstm"), theme).lines
    assert {line.name for line in lines} >= {"tanh", "sigmoid", "ReLU"}
    assert lines[-1].name == "LSTM"


def slope(end: float, steps: int = 36) -> np.ndarray:
    """Return gains that go evenly from ``end`` at k = 0 to 0 at k = t."""
    return np.linspace(end, 0.0, steps + 1)


@pytest.mark.parametrize("end", [-5000.0, -120.0, -17.2, -6.3, -3.4, -1.6, 1.7, 4.1, 38.0, 5000.0])
@pytest.mark.parametrize("threshold", [-300.0, -6.0, -0.5])
def test_row_keeps_two_fifths_of_the_height_whatever_is_beside_it(end, threshold):
    others = [slope(-1e4), slope(1e4), slope(-20.0), slope(3.0), np.full(37, np.nan)]
    low, high = decade_range(slope(end), others, threshold, False)
    assert low < min(end, 0.0) <= max(end, 0.0) < high
    assert abs(end) / (high - low) >= 0.4


def test_nearly_flat_row_lets_the_others_be_seen_to_leave_and_shows_the_threshold():
    low, high = decade_range(slope(-0.5), [slope(-17.0), slope(5.0)], -6.0, False)
    assert low < -6.0
    assert high >= 3.0
    assert high - low <= 12.0
    assert decade_range(slope(0.0), [slope(-20.0), slope(20.0)], -200.0, False) == (-5.0, 5.0)


def test_scale_without_anything_beside_a_flat_row_is_three_decades_about_one():
    low, high = decade_range(np.array([np.nan, -np.inf, 0.0]), [slope(0.0)], -200.0, False)
    assert (low, high) == (-1.5, 1.5)
    assert decade_range(slope(0.0), [], -200.0, True)[0] < low


def test_what_is_beside_the_row_is_shown_whole_where_there_is_room():
    low, high = decade_range(slope(-17.2), [slope(-19.0), slope(5.0)], -6.0, False)
    assert low <= -18.0
    assert high >= 4.0


def test_scale_moves_in_round_steps_while_a_row_moves():
    ranges = [
        decade_range(slope(end), [slope(-40.0), slope(9.0)], -6.0, False) for end in np.linspace(-15.5, -19.5, 81)
    ]
    assert len(set(ranges)) <= 6
    assert all(end == round(end) for ends in ranges for end in ends)


def test_line_that_leaves_the_scale_has_its_name_at_the_edge(view: DecayView):
    view.present(looked(steps=40, t=36, k=12, hidden=24, gain=1.6, seed=2))
    low = view.plot.box.viewRange()[1][0]
    sigmoid = next(line for line in drawn(view).lines if line.name == "sigmoid")
    assert sigmoid.gains[0] < low
    canvas, face = view.canvas, look.font(view.theme, "en")
    label = canvas._label(sigmoid, canvas._pixels_of_steps(36), canvas._levels(sigmoid.gains), 0.0, face)
    assert label.box.center().y() == pytest.approx(canvas.box.height(), abs=label.box.height())


def test_dragged_threshold_snaps_to_decades_and_ends_with_release(view: DecayView, qtbot):
    box = view.plot.box
    edits: list[Gesture] = []
    view.edited.connect(edits.append)
    box.pressed.emit(3.0, -6.0)
    box.moved.emit(3.0, -4.05)
    with qtbot.waitSignal(view.released):
        box.lifted.emit()
    done = edits[-1]
    assert (done.label, done.merge) == ("Move the threshold", "lens.threshold")
    assert done(Exploration()).lens.threshold == pytest.approx(1e-4)


def test_scale_does_not_move_under_a_drag(view: DecayView):
    before = view.plot.box.viewRange()[1]
    view.plot.box.pressed.emit(3.0, -6.0)
    view.present(looked(activation="sigmoid", threshold=1e-30))
    assert view.plot.box.viewRange()[1] == before
    view.plot.box.lifted.emit()


def test_threshold_far_below_the_scale_waits_at_the_edge(view: DecayView):
    view.present(looked(threshold=1e-300))
    assert view.canvas.threshold_level() == pytest.approx(view.plot.box.height() - 2)
    assert view._grips(view.plot.box.viewRange()[1][0])


def test_threshold_out_of_sight_is_named_with_an_arrow(view: DecayView):
    for threshold, arrow in ((1e-300, True), (1e-6, False)):
        view.present(looked(activation="sigmoid", threshold=threshold))
        name = view.canvas._threshold_labels(QFont())[0].text
        assert name.endswith("↓") == arrow


def test_click_chooses_k_within_the_row(view: DecayView):
    chosen: list[tuple[int, int]] = []
    view.selected.connect(lambda t, k: chosen.append((t, k)))
    view.plot.box.pressed.emit(3.2, 0.5)
    view.plot.box.pressed.emit(19.9, 0.5)
    assert chosen == [(18, 3), (18, 18)]


def test_arrow_keys_choose_k_and_move_the_threshold_by_a_decade(view: DecayView, qtbot):
    with qtbot.waitSignal(view.selected) as chosen:
        qtbot.keyClick(view, Qt.Key.Key_Left)
    assert chosen.args == [18, 5]
    with qtbot.waitSignal(view.edited) as edit:
        qtbot.keyClick(view, Qt.Key.Key_Up)
    assert edit.args[0](Exploration()).lens.threshold == pytest.approx(1e-5)


def test_hover_tells_the_values_of_all_lines_at_k(view: DecayView):
    said: list[str] = []
    view.hovered.connect(said.append)
    view.plot.pointed.emit(6.3, 0.0, QPoint(0, 0))
    lines = said[-1].splitlines()
    assert lines[0] == "∂s₁₈/∂s₆, 12 steps back"
    assert lines[1] == f"sigmoid: {gain_text(view.inspection.row[6] / LN10)}"
    assert len(lines) == 7
    view.plot.pointed.emit(17.1, 0.0, QPoint(0, 0))
    assert said[-1].startswith("∂s₁₈/∂s₁₇, 1 step back\n")
    view.plot.pointed.emit(19.4, 0.0, QPoint(0, 0))
    assert said[-1] == ""


def test_backward_pass_draws_the_curve_from_t_to_the_playhead(view: DecayView):
    def ink(side: slice) -> int:
        image = view.plot.viewport().grab().toImage()
        box = view.plot.mapFromScene(view.plot.box.sceneBoundingRect()).boundingRect()
        curve = [
            (box.left() + view.canvas.pixel(k), box.top() + view.canvas.level(float(gain)))
            for k, gain in enumerate(drawn(view).row.gains)
        ][side]
        return sum(image.pixelColor(round(x), round(y)).lightness() < 80 for x, y in curve)

    assert ink(slice(3, 9)) >= 4
    # In the forward pass no gradient has set out, not even at its last step.
    view.play(Playhead("forward", 18))
    assert ink(slice(3, 17)) == 0
    view.play(Playhead("backward", 11))
    assert ink(slice(3, 9)) == 0
    assert ink(slice(13, 17)) >= 3


def test_alone_in_the_middle_it_says_below_what_its_lines_mean(view: DecayView):
    assert not view.legend.isVisibleTo(view)
    view.stand_alone(True)
    assert view.legend.isVisibleTo(view)
    said = view.legend.text()
    terms = {line.term: line.name for line in drawn(view).lines if line.term}
    assert {"bound", "trend", "fit"} <= set(terms)
    for term, name in terms.items():
        first, formula, *_ = explained(term).split("\n")
        assert f"<b>{name}</b>" in said
        assert html.escape(first.partition(": ")[2]) in said
        assert html.escape(formula) in said
        assert "Why" not in said
    view.stand_alone(False)
    assert not view.legend.isVisibleTo(view)


def test_names_of_lines_never_overlap_nor_leave_the_picture(theme):
    face, area, left_out = look.font(theme, "en"), QRectF(0, 0, 400, 160), 0
    for seed in range(30):
        ends = np.random.default_rng(seed).uniform((0, 0), (300, 160), (7, 2))
        ends[:4, 0] = 0.0
        labels = [beside(f"name {i}", "#000000", i == 0, QPointF(*end), 0.0, face) for i, end in enumerate(ends)]
        labels.insert(0, beside("threshold", "#000000", False, QPointF(400.0, 80.0), 0.0, face))
        placed = spread(labels, area)
        left_out += 8 - len(placed)
        for one, other in itertools.combinations(placed, 2):
            assert not one.box.intersects(other.box)
        assert all(area.adjusted(-1, -1, 1, 1).contains(label.box) for label in placed)
    # Where it could only stand in another order than its line.
    assert left_out <= 1


def test_minor_name_gives_way_where_there_is_no_room():
    face = QFont()
    names = [beside(f"{i}", "#000000", False, QPointF(0.0, 30.0), 0.0, face, minor=i == 2) for i in range(3)]
    assert [label.text for label in spread(names, QRectF(0, 0, 200, 60))] == ["0", "1"]


def test_the_least_important_names_give_way_where_the_picture_is_low():
    face = QFont()
    names = [beside(f"{i}", "#000000", False, QPointF(100.0, 10.0), 0.0, face) for i in range(5)]
    low = QRectF(0, 0, 200, 2.5 * QFontMetricsF(face).height())
    assert [label.text for label in spread(names, low)] == ["0", "1"]


def test_no_name_covers_the_curve():
    face, x = QFont(), np.linspace(0.0, 200.0, 21)
    curve = x, 60.0 - 0.2 * x
    names = [beside(f"name {i}", "#000000", False, QPointF(150.0, 30.0), 0.0, face) for i in range(4)]
    placed = spread(names, QRectF(0, 0, 200, 100), curve)
    assert len(placed) == 4
    for label in placed:
        levels = np.interp((label.box.left(), label.box.right()), *curve)
        assert levels.min() >= label.box.bottom() or levels.max() <= label.box.top()


@pytest.mark.parametrize("recipe", [{}, {"cell": "lstm"}, {"gain": 1.6}])
def test_the_mark_of_the_chosen_pair_covers_no_name(view: DecayView, recipe: dict[str, object], monkeypatch) -> None:
    written: list[Label] = []
    monkeypatch.setattr(decay_canvas, "draw", lambda _, labels, *__: written.extend(labels))
    view.present(looked(**recipe))
    for k in range(view.canvas.picture.t + 1):
        view.point(Selection(t=18, k=k))
        written.clear()
        view.grab()
        at = QPointF(view.canvas.pixel(k), view.canvas.level(float(view.canvas.picture.row.gains[k])))
        mark = QRectF(at.x() - 5.75, at.y() - 5.75, 11.5, 11.5)
        assert any(label.bold for label in written), "the row's own name stays"
        assert [label.text for label in written if label.box.intersects(mark)] == [], f"k = {k}"


def test_rate_is_a_factor_and_a_half_life_but_never_nonsense():
    lags = np.arange(36.0, -1.0, -1.0)
    assert rate_text(verdict(lags * math.log(0.9)), 36) == "×0.90 a step, halving every 6.6 steps"
    assert rate_text(verdict(lags * math.log(1.5)), 36) == "×1.50 a step, doubling every 1.7 steps"
    assert rate_text(verdict(lags * math.log(0.5)), 36) == "×0.50 a step", "halving every 1 steps is no English"
    assert rate_text(verdict(lags * math.log(0.24)), 36) == "×0.24 a step"
    assert rate_text(verdict(lags * math.log(0.9986)), 36) == "×0.9986 a step"
    assert rate_text(verdict(lags * 1e-6), 36) == "×1.0 over 36 steps"
    assert rate_text(verdict(lags * 0.0), 36) == "×1.0 over 36 steps"
    assert rate_text(verdict(np.where(lags > 20, -10.0, 0.0)), 36) == "×4.5·10⁻⁵ over 36 steps", "it falls only once"
    assert rate_text(verdict(np.array([-0.7, 0.0])), 1) == "×0.50 over 1 step"
    assert rate_text(verdict(np.array([-np.inf, -np.inf, 0.0])), 2) == "exactly zero from lag 1 on"
    assert rate_text(verdict(np.array([np.nan, 0.0])), 1) == "overflow (NaN)"
    assert rate_text(verdict(np.array([0.0])), 0) == ""


def test_horizon_counts_steps_in_words():
    row = np.arange(20.0, -1.0, -1.0) * -LN10
    assert horizon_text(verdict(row, 1.001e-6)) == "horizon: 5 steps"
    assert horizon_text(verdict(row, 1.001e-2)) == "horizon: 1 step"
    assert horizon_text(verdict(row, 1e-30)) == "horizon: beyond the start"


def test_values_beyond_float64_zero_and_overflow_are_told_apart():
    assert gain_text(-5000 / LN10) == "×10^−2171.5"
    assert gain_text(-np.inf) == "exactly 0"
    assert gain_text(np.nan) == "NaN"
    assert step_text(3, 1, [("tanh", 0.0)]).endswith("tanh: ×1.0")


HARD = (
    {"init": "shift", "activation": "identity"},
    {"activation": "relu", "bias": -5.0},
    {"activation": "relu", "gain": 50.0},
    {"cell": "lstm"},
    {"hidden": 1, "gain": 0.0},
)


@cache
def hard(steps, t):
    """Looks at what is hard to draw, the same in every language."""
    return [looked(steps, t, 0, **({"hidden": 4} | recipe)) for recipe in HARD]


@pytest.mark.parametrize("language", ["en", "zh_CN"])
@pytest.mark.parametrize(("steps", "t"), [(1, 0), (1, 1), (40, 36), (400, 380)])
def test_every_row_is_drawn_in_every_theme_and_language(qtbot, qapp, language, steps, t):
    i18n.set_language(language)
    try:
        for theme in look.themes().values():
            style.apply(qapp, theme, language)
            view = DecayView(theme)
            qtbot.addWidget(view)
            view.dress(theme)
            view.resize(500, 180)
            view.show()
            for row in hard(steps, t):
                for playhead in (Playhead(), Playhead("forward", 1), Playhead("backward", t // 2)):
                    view.play(playhead)
                    view.present(row)
                    view.grab()
                    assert view._pages.currentWidget() is view.plot
    finally:
        i18n.set_language("en")


def test_overflowed_row_says_so(view: DecayView):
    row = np.full(19, np.nan)
    view.present(replace(view.inspection, row=row, verdict=verdict(row)))
    assert view.readout.text() == "overflow (NaN)"
    assert view._heading.toolTip().startswith("overflow (NaN)")
    assert view._pages.currentWidget() is view.plot


def test_another_range_is_painted_once(view: DecayView, monkeypatch: pytest.MonkeyPatch) -> None:
    painted: list[QPainter] = []
    monkeypatch.setattr(decay_canvas.DecayCanvas, "sketch", lambda _, painter: painted.append(painter))
    low, high = view.plot.box.viewRange()[1]
    view.plot.box.setYRange(low - 1.0, high + 1.0, padding=0)
    for _ in range(3):
        QApplication.processEvents()
    assert len(painted) == 1


def pixels_of_ten(view: DecayView) -> float:
    return view.canvas.level(0.0) - view.canvas.level(1.0)


def test_locked_with_the_colours_a_decade_is_as_high_for_every_row_and_unlocked_the_whole_row_is_seen(view: DecayView):
    rows = [
        looked(gain=gain, activation=f) for gain, f in ((0.3, "tanh"), (1.4, "tanh"), (0.5, "sigmoid"), (3.0, "relu"))
    ]
    heights = []
    for one in rows:
        view.present(one)
        heights.append(pixels_of_ten(view))
        low, high = view.plot.box.viewRange()[1]
        assert low <= 0.0 <= high
    assert heights == pytest.approx([heights[0]] * len(rows), rel=1e-9)
    lens = replace_lens(rows[2], locked=False)
    view.present(lens)
    low, high = view.plot.box.viewRange()[1]
    gains = drawn(view).row.gains
    assert low <= gains.min() < gains.max() <= high


def replace_lens(inspection: Inspection, **lens: object) -> Inspection:
    return inspect(analyse(inspection.analysis.exploration.with_lens(**lens)))


@pytest.mark.parametrize("decades", [1, 6, 20])
@pytest.mark.parametrize("end", [-300.0, -21.0, -6.4, -0.3, 0.0, 6.4, 21.0, 300.0])
def test_a_locked_axis_holds_one_and_as_much_of_the_row_as_its_span_does(decades: int, end: float):
    row = slope(end)
    low, high = locked_range(row, decades)
    assert high - low == 2 * max(decades, 6) + 1
    assert low < 0.0 < high
    inside = (row >= low) & (row <= high)
    assert inside.all() or abs(end) > max(decades, 6)
    # What leaves the axis has used nearly all of it.
    assert inside.all() or np.ptp(row[inside]) >= 0.9 * (high - low) - 300.0 / len(row)


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_each_term_on_the_plot_is_explained_where_it_stands_with_a_formula_and_why(
    view: DecayView, monkeypatch: pytest.MonkeyPatch, language: str
):
    i18n.set_language(language)
    view.resize(800, 420)
    view.dress(view.theme)
    view.present(replace_lens(looked(gain=0.6), locked=False))
    QApplication.processEvents()
    told: list[str] = []
    monkeypatch.setattr(view, "tell", lambda text, *_: told.append(text))
    terms = {term: box for box, term in view.canvas._terms if term}
    assert {"threshold", "horizon"} < set(terms)
    assert len(terms) >= 4
    for term, box in terms.items():
        at = box.center()
        low, high = view.plot.box.viewRange()[0]
        x = low + at.x() / view.plot.box.width() * (high - low)
        bottom, top = view.plot.box.viewRange()[1]
        y = top - at.y() / view.plot.box.height() * (top - bottom)
        view._tell_step(x, y, QPoint())
        assert told[-1] == explained(term)
        assert ("Why:" if language == "en" else "原因：") in told[-1]
    i18n.set_language("en")


@pytest.mark.parametrize(("cell", "said"), [("rnn", "same W with another f"), ("lstm", "a simple cell with that f")])
def test_what_the_thin_lines_are_is_said_beside_the_title_and_in_its_tip(view: DecayView, cell: str, said: str):
    made = Exploration(sequence=Signal(steps=8), selection=Selection(t=7, k=2)).with_recipe(cell=cell, hidden=3)
    view.present(inspect(analyse(made)))
    assert said in view._subtitle.text()
    assert said in view._heading.toolTip()
    view.show_ghosts(False)
    assert said not in view._subtitle.text()


@pytest.mark.parametrize(("t", "k"), [(8, 3), (8, 15)])
def test_of_a_layer_that_reads_both_ways_both_sides_of_the_row_are_drawn(theme, t: int, k: int):
    recipe = Recipe(hidden=4, direction="both")
    inspection = inspect(analyse(Exploration(networks=(recipe,), sequence=Signal(steps=20)).with_selection(t=t, k=k)))
    found = picture(inspection, theme)
    assert found is not None
    assert found.across is not None
    told = np.isfinite(found.across)
    assert told.tolist() == [(step >= t) if k < t else (step <= t) for step in range(21)]
    assert found.across[told] == pytest.approx(inspection.analysis.run.square[t][told] / LN10)
    own = {found.time(step) for step in range(found.last + 1)}
    assert own | set(np.flatnonzero(told).tolist()) == set(range(21))
    # The scale has room for both.
    assert any(np.array_equal(one, found.across, equal_nan=True) for one in found.others)


def test_the_name_of_a_backward_horizon_stands_where_the_curve_is_above_the_threshold(view: DecayView):
    recipe = Recipe(hidden=24, gain=0.5, direction="backward")
    exploration = Exploration(networks=(recipe,), sequence=Signal(steps=40)).with_selection(t=4, k=20)
    view.present(inspect(analyse(exploration)))
    QApplication.processEvents()
    canvas, found = view.canvas, drawn(view).verdict
    assert found is not None
    assert not found.reaches_start
    name = next(label for label in canvas._threshold_labels(QFont()) if label.text.startswith("horizon"))
    assert name.box.right() <= canvas.pixel(drawn(view).t - found.horizon - 0.5)
