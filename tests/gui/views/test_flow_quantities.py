"""The flow map and the row under it show what the loss sends back, and the truncation is moved where it is seen."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QPointF, QRectF, Qt
from PySide6.QtWidgets import QApplication

from explorer.gui.core.quantities import SYMBOLS, decades, truncation
from explorer.gui.core.view import View
from explorer.gui.plot import style
from explorer.gui.plot import theme as look
from explorer.gui.views.decay.decay import DecayView
from explorer.gui.views.decay.text import item_step_text
from explorer.gui.views.flow.map import FlowMap
from explorer.gui.views.flow.row_edge import RowEdge
from explorer.gui.views.flow.text import hover_text, kept_text, map_text, subtitles
from explorer.gui.words import i18n
from explorer.workspace.disk.presets import preset
from explorer.workspace.exploration.exploration import Exploration, Selection, Signal
from explorer.workspace.exploration.gesture import Gesture
from explorer.workspace.exploration.task import Aim
from explorer.workspace.looks.analysis import Inspection, analyse, inspect, with_spectrum
from explorer.workspace.looks.spans import SPANS
from explorer.workspace.scales import gains
from explorer.workspace.words.numbers import power_of_ten

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

LOSSES = ("delta", "W", "U")
T = 12


@pytest.fixture(autouse=True)
def _no_view_outlives_its_test() -> Iterator[None]:
    """Carry out the deletions that pytest-qt asks for; else each style sheet would dress every view ever made."""
    yield
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def exploration(quantity: str = "delta", at: str = "every", steps: int = T, **settings: int) -> Exploration:
    start = Exploration(
        sequence=Signal(steps=steps), aim=Aim(at=at), selection=Selection(t=min(9, steps), k=min(4, steps))
    )
    return start.with_recipe(hidden=4).with_lens(quantity=quantity).with_settings(**settings)


def looked(quantity: str = "delta", at: str = "every", steps: int = T, **settings: int) -> Inspection:
    return inspect(analyse(exploration(quantity, at, steps, **settings)))


def refused(quantity: str = "delta") -> Inspection:
    start = exploration(quantity)
    aim = Aim(target=99.0)
    return inspect(analyse(Exploration(networks=start.networks, sequence=start.sequence, lens=start.lens, aim=aim)))


@pytest.fixture
def theme(qapp: QApplication) -> look.Theme:
    theme = look.themes()["light"]
    style.apply(qapp, theme, "en")
    return theme


def shown(qtbot, theme: look.Theme, kind: type[View], inspection: Inspection) -> View:
    view = kind(theme)
    qtbot.addWidget(view)
    view.dress(theme)
    view.resize(900, 340)
    view.show()
    view.present(inspection)
    QApplication.processEvents()
    return view


@pytest.fixture
def view(qtbot, theme) -> FlowMap:
    return shown(qtbot, theme, FlowMap, looked())


@pytest.fixture
def row(qtbot, theme) -> DecayView:
    return shown(qtbot, theme, DecayView, looked("W"))


def place(view: FlowMap, at: QPointF) -> QPoint:
    return view.plot.mapFromScene(view.plot.box.mapToScene(at))


def cell(view: FlowMap, t: float, k: float) -> QPoint:
    return place(view, QPointF(view.marks.pixel(k), view.marks.level(t)))


def colour(view: FlowMap, t: float, k: float) -> tuple[int, int, int]:
    image = view.plot.viewport().grab().toImage()
    return image.pixelColor(cell(view, t, k)).getRgb()[:3]


def after(view: FlowMap, qtbot, gesture, start: Exploration) -> Exploration:
    with qtbot.waitSignal(view.edited) as edit:
        gesture()
    return edit.args[0](start)


@pytest.mark.parametrize("quantity", LOSSES)
def test_map_has_the_colour_of_every_item_on_the_scale_of_the_legend(view: FlowMap, quantity):
    inspection = looked(quantity)
    view.present(inspection)
    view.point(Selection(t=12, k=1))
    QApplication.processEvents()
    expected = gains.pixels(inspection.judged.log_map(quantity), inspection.analysis.decades, view.theme)
    for t, k in ((3, 2), (7, 5), (10, 3)):
        assert colour(view, t + 0.3, k + 0.3) == tuple(expected[t, k, :3].tolist())


@pytest.mark.parametrize("quantity", LOSSES)
def test_before_the_first_step_and_in_the_future_nothing_is_defined_and_what_is_cut_is_zero(view: FlowMap, quantity):
    view.present(looked(quantity, window=3))
    codes, (t, k) = view.image.image, np.indices((T + 1, T + 1))
    undefined = (t == 0) | (k == 0) | (k > t)
    assert (codes[undefined] == gains.UNDEFINED).all()
    assert (codes[~undefined & (t - k >= 3)] == gains.ZERO).all()
    kept = ~undefined & (t - k < 3) & (k > 1)
    assert (codes[kept] >= gains.BELOW).all()


def test_loss_at_the_last_step_fills_row_T_only_and_says_so(view: FlowMap):
    inspection = looked("delta", at="last")
    view.present(inspection)
    codes = view.image.image
    assert (codes[T, 1:] >= gains.BELOW).all()
    assert (codes[1:T, 1:][np.tri(T - 1, T, dtype=bool)] == gains.ZERO).all()
    assert "only row T = 12" in subtitles(inspection)[0]
    assert "last step only" in hover_text(inspection, 5, 3)


def test_a_map_of_the_free_run_says_that_training_forces_the_state(view: FlowMap):
    view.present(looked("delta"))
    assert not view.truncation.band.note
    view.present(looked("delta", force=5))
    assert "of the free run; training forces the state every 5 steps" in view.truncation.band.note


@pytest.mark.parametrize("quantity", SYMBOLS)
def test_switch_in_the_heading_asks_for_the_quantity_and_shows_it(view: FlowMap, qtbot, quantity):
    view.present(looked("U" if quantity != "U" else "W"))
    chosen = after(view, qtbot, view.switches.quantities.buttons[quantity].click, Exploration())
    assert chosen.lens.quantity == quantity
    view.present(inspect(analyse(exploration(quantity))))
    assert view.switches.quantities.buttons[quantity].isChecked()
    assert view.switches.norms.isVisible() == (quantity == "flow")
    assert view.switches.quantities.buttons[quantity].toolTip()


@pytest.mark.parametrize(
    ("cell", "offered"),
    [
        ("rnn", {"b": "∂L/∂b"}),
        ("mgu", {"b": "∂L/∂b", "1/W_f": "∂L/∂W_f", "1/U_n": "∂L/∂U_n", "1/b_n": "∂L/∂b_n"}),
        ("peephole", {"1/W_g": "∂L/∂W_g", "1/p_o": "∂L/∂p_o"}),
        ("lstm", {"1/W_f": "∂L/∂W_f", "1/b_o": "∂L/∂b_o"}),
    ],
)
def test_the_gradient_of_biases_and_of_each_of_several_weights_is_one_choice_away(
    view: FlowMap, qtbot, cell: str, offered: dict[str, str]
):
    asked = exploration("W").with_recipe(cell=cell)
    view.present(inspect(analyse(asked)))
    others = view.switches.quantities.others
    others.menu().aboutToShow.emit()
    actions = {action.objectName(): action for action in others.menu().actions() if not action.isSeparator()}
    assert offered.items() <= {name: action.text() for name, action in actions.items()}.items()
    assert not {"W", "U", "flow"} & set(actions)
    for name, said in offered.items():
        chosen = after(view, qtbot, actions[name].trigger, asked)
        assert chosen.lens.quantity == name
        found = inspect(analyse(chosen))
        view.present(found)
        assert found.judged is not None
        assert others.isChecked()
        assert others.text() == said
        assert said in hover_text(found, 9, 4)
        assert view.switches.button.text() == said


def test_a_term_that_may_be_rounding_alone_is_doubted_wherever_it_is_told(view: FlowMap):
    """The sLSTM's candidate is 1, and so is its cell from step 1 on: what moves the gates is the rounding of 1 − 1."""
    asked = exploration("1/b_i").with_recipe(cell="slstm", bias=150.0).with_selection(t=9, k=4)
    told = with_spectrum(inspect(analyse(asked)))
    judged = told.judged
    unsure = judged.known_unsure("1/b_i")
    assert unsure[9, 4]
    assert unsure.sum() == judged.full.items.unsure("1/b_i").sum() > 0
    said = "It may be rounding and nothing else"
    assert said in hover_text(told, 9, 4)
    assert "exactly 0" not in hover_text(told, 9, 4)
    assert said in item_step_text(judged, "1/b_i", 9, 4, -30.0)
    count = f"? rounding alone may be: {unsure.sum()}"
    assert count in map_text(told, 9, 4)
    view.present(inspect(analyse(asked)))
    view.complete(told)
    assert count in view._subtitle.text()
    # The map has its own pattern over these cells, on their colours, and the legend says so.
    assert {kind for kind, _ in view.image._patterns._cells} >= {"unsure", "rim"}
    there = dict(view.image._patterns._cells)["unsure"]
    np.testing.assert_array_equal(there[::-1], unsure)
    swatch, word = view.legend._swatches[-1], view.legend._long[-1]
    assert not swatch.isHidden()
    assert word.text() == "may be rounding and nothing else"
    sure = with_spectrum(inspect(analyse(asked.with_recipe(bias=0.0))))
    assert not sure.judged.known_unsure("1/b_i").any()
    assert "?" not in "".join([hover_text(sure, 9, 4), *subtitles(sure)])
    view.present(sure)
    assert "unsure" not in {kind for kind, _ in view.image._patterns._cells}
    assert swatch.isHidden()


def test_what_truncation_cuts_off_is_no_doubt():
    asked = exploration("1/b_i", window=3).with_recipe(cell="slstm", bias=150.0).with_selection(t=9, k=4)
    told = with_spectrum(inspect(analyse(asked)))
    assert not told.judged.known_unsure("1/b_i")[9, 4]
    assert told.judged.known_unsure("1/b_i")[9, 8]
    assert "truncation cuts it off" in hover_text(told, 9, 4)


def test_the_gradients_of_all_weights_of_a_family_add_up_to_its_own():
    found = inspect(analyse(exploration("W").with_recipe(cell="lstm")))
    each = np.stack([found.judged.log_map(f"1/W_{gate}")[1:, 1:] for gate in "ifgo"])
    whole = found.judged.log_map("W")[1:, 1:]
    seen = np.isfinite(whole)
    assert np.logaddexp.reduce(2 * each[:, seen], axis=0) / 2 == pytest.approx(whole[seen], abs=1e-9)


def test_narrow_heading_folds_the_switches_into_a_menu_that_does_the_same(view: FlowMap, qtbot):
    assert view.switches.quantities.isVisible()
    view.resize(320, 340)
    QApplication.processEvents()
    switches = view.switches
    assert not switches.quantities.isVisible()
    assert switches.button.isVisible()
    assert switches.button.text() == SYMBOLS["delta"]
    actions = {action.text().split("   ")[0]: action for action in switches.button.menu().actions()}
    assert actions[SYMBOLS["delta"]].isChecked()
    assert not actions["Spectral norm"].isEnabled()
    assert after(view, qtbot, actions[SYMBOLS["W"]].trigger, Exploration()).lens.quantity == "W"
    view.resize(1000, 340)
    QApplication.processEvents()
    assert switches.quantities.isVisible()


def test_span_that_follows_the_data_is_that_of_the_items():
    inspection = inspect(analyse(exploration("W").with_lens(locked=False)))
    logs = inspection.judged.log_map("W")
    widest = np.abs(logs[np.isfinite(logs)]).max() / math.log(10.0)
    span = decades(inspection, logs)
    assert span >= widest
    assert all(other < widest for other in SPANS if other < span)


def test_legend_says_that_one_is_no_border_of_norms(view: FlowMap):
    assert "no border" in view.legend.bar.toolTip()
    view.present(looked("flow"))
    assert "no border" not in view.legend.bar.toolTip()


def test_refusal_is_said_in_the_place_of_the_map(view: FlowMap, row: DecayView):
    for quantity in LOSSES:
        inspection = refused(quantity)
        for other in (view, row):
            other.present(inspection)
            other.grab()
            assert other._pages.currentWidget() is other.plot
        assert view.notice.isVisible()
        assert view.notice.text() == i18n.say(inspection.unjudged)
        assert not view.truncation.band.isVisible()
        assert (view.image.image == gains.UNDEFINED).all()
    view.present(looked("delta"))
    assert not view.notice.isVisible()
    assert view.image.image.any()


def drag(view: FlowMap, qtbot, size: int) -> None:
    """Drag the grip to the diagonal of the window ``size``, along the way on which it moves."""
    mouse, band, left = view.plot.viewport(), view.truncation.band, Qt.MouseButton.LeftButton
    grip = band.grip()
    assert grip is not None
    qtbot.mousePress(mouse, left, pos=place(view, grip))
    assert view.truncation.dragging
    view.plot.box.moved.emit(*((T + 1 - size) / 2, (T + size) / 2))
    qtbot.mouseRelease(mouse, left, pos=place(view, grip))


def test_grip_waits_at_the_longest_lag_and_pulls_the_window_in(view: FlowMap, qtbot):
    view.grab()
    assert view.truncation.band.size == T
    edits: list[Gesture] = []
    chosen: list[tuple[int, int]] = []
    view.edited.connect(edits.append)
    view.selected.connect(lambda *pair: chosen.append(pair))
    with qtbot.waitSignal(view.released):
        drag(view, qtbot, 5)
    done = edits[-1]
    assert (done.label, done.merge) == ("Move the truncation window", "settings.window")
    assert done(Exploration()).settings.window == 5
    assert chosen == []


def test_grip_in_the_far_corner_truncates_nothing(view: FlowMap, qtbot):
    start = exploration("delta", window=4)
    view.present(inspect(analyse(start)))
    assert view.truncation.band.size == 4
    assert after(view, qtbot, lambda: drag(view, qtbot, T + 3), start).settings.window == 0


def test_chunks_have_a_staircase_whose_grip_changes_their_length(view: FlowMap, qtbot):
    start = exploration("W", chunk=4)
    view.present(inspect(analyse(start)))
    band = view.truncation.band
    assert (band.kind, band.size) == ("chunk", 4)
    assert len(band._edge()) == 6
    changed = after(view, qtbot, lambda: (view.truncation.press(0.5, 4.5), view.truncation.move(0.5, 7.6)), start)
    assert (changed.settings.chunk, changed.settings.window) == (7, 0)


def at_last(quantity: str = "W", **settings: int) -> Exploration:
    return exploration(quantity, "last", T, **settings)


def test_edge_of_the_window_on_the_bars_is_dragged_along_k_and_keys_move_it(view: FlowMap, qtbot):
    start = at_last(window=4)
    view.present(inspect(analyse(start)))
    band, mouse, left = view.truncation.band, view.plot.viewport(), Qt.MouseButton.LeftButton
    assert isinstance(band, RowEdge)
    assert band.isVisible()
    assert band.text.startswith("τ = 4: ∂L/∂W")
    # Between the last term that is cut and the first one that is kept.
    (edge,) = band._edge()
    assert edge.x1() == edge.x2() == T - 4 + 0.5
    kept = inspect(analyse(start)).judged.log_map("W")[T] > -np.inf
    assert [int(k) for k in np.flatnonzero(kept)] == [k for k in range(1, T + 1) if k > edge.x1()]

    def pull() -> None:
        grip = band.grip()
        assert grip is not None
        qtbot.mousePress(mouse, left, pos=place(view, grip))
        assert view.truncation.dragging
        view.plot.box.moved.emit(T - 7 + 0.4, 3.0)
        qtbot.mouseRelease(mouse, left, pos=place(view, grip))

    assert after(view, qtbot, pull, start).settings.window == 7
    view.present(inspect(analyse(start)))
    keys = (Qt.Key.Key_BracketRight, 5), (Qt.Key.Key_BracketLeft, 3)
    for key, size in keys:
        view.present(inspect(analyse(start)))
        assert after(view, qtbot, lambda key=key: qtbot.keyClick(view, key), start).settings.window == size


def test_edge_on_the_bars_waits_at_the_left_end_and_truncates_nothing_there(view: FlowMap, qtbot):
    view.present(inspect(analyse(at_last())))
    band = view.truncation.band
    assert (band.size, band._edge()) == (T, [])
    assert band._middle().x() == 0.5
    start = at_last(window=4)
    view.present(inspect(analyse(start)))

    def pull() -> None:
        middle = view.truncation.band._middle()
        assert view.truncation.press(middle.x(), middle.y())
        view.truncation.move(-3.0, 2.0)

    assert after(view, qtbot, pull, start).settings.window == 0


def test_words_at_the_edge_on_the_bars_lie_over_no_bar_where_what_is_cut_has_room_for_them(view: FlowMap, monkeypatch):
    written: list[QRectF] = []
    monkeypatch.setattr(RowEdge, "_write", lambda _self, _painter, place, *_: written.append(place))
    # The chosen pair lies among what is cut.
    view.resize(900, 400)
    view.present(inspect(analyse(at_last(window=3).with_selection(t=T, k=6))))
    view.grab()
    (words,) = written
    assert words.right() < view.truncation.band.pixel(T - 3 + 0.5)


def test_chunks_have_an_edge_on_the_bars_and_no_grip(view: FlowMap):
    view.present(inspect(analyse(at_last(chunk=5))))
    band = view.truncation.band
    (edge,) = band._edge()
    assert edge.x1() == 10.5
    assert band.grip() is None
    kept = view.inspection.judged.log_map("W")[T, 1:] > -np.inf
    assert [int(k) + 1 for k in np.flatnonzero(kept)] == [11, 12]


def test_the_bars_have_an_axis_of_powers_of_ten_that_lies_over_none_of_them(view: FlowMap):
    view.present(inspect(analyse(at_last())))
    view.grab()
    axis, (foot, top) = view.plot.getAxis("left"), view.bars.ends()
    labels = axis._specs[2]
    assert labels
    for place_, _, text in labels:
        y = place_.center().y()
        tick = next(tick for tick in range(-30, 30) if power_of_ten(tick) == text)
        level = (top - tick) / (top - foot) * view.plot.box.height()
        assert axis.mapToScene(QPointF(0.0, y)).y() == pytest.approx(
            view.bars.mapToScene(QPointF(0.0, level)).y(), abs=1.5
        )
    view.present(looked("W"))
    view.grab()
    assert "10" in [text for *_, text in axis._specs[2]]


def test_staircase_separates_what_is_kept_from_what_is_cut(view: FlowMap):
    view.present(looked("U", chunk=5))
    codes = view.image.image
    for line in view.truncation.band._stairs():
        if line.x1() == line.x2():
            continue
        t = round(line.y1() + 0.5)
        if t <= T:
            assert (codes[t, round(line.x1() + 0.5) : round(line.x2() + 0.5)] == gains.ZERO).all()


@pytest.mark.parametrize(
    ("key", "modifier", "window"),
    [
        (Qt.Key.Key_BracketLeft, Qt.KeyboardModifier.NoModifier, 5),
        (Qt.Key.Key_BracketRight, Qt.KeyboardModifier.NoModifier, 7),
        (Qt.Key.Key_BraceLeft, Qt.KeyboardModifier.ShiftModifier, 1),
        (Qt.Key.Key_BraceRight, Qt.KeyboardModifier.ShiftModifier, 0),
    ],
)
def test_brackets_move_the_window(view: FlowMap, qtbot, key, modifier, window):
    start = exploration("delta", window=6)
    view.present(inspect(analyse(start)))
    assert after(view, qtbot, lambda: qtbot.keyClick(view, key, modifier), start).settings.window == window


def test_flow_between_states_knows_no_truncation(view: FlowMap, qtbot):
    view.present(looked("flow", window=3))
    assert not view.truncation.band.isVisible()
    with qtbot.assertNotEmitted(view.edited, wait=20):
        qtbot.keyClick(view, Qt.Key.Key_BracketLeft)


def test_grip_is_found_by_the_pointer_and_says_what_it_is_for(view: FlowMap):
    said: list[str] = []
    view.hovered.connect(said.append)
    at = view.plot.box.mapToView(view.plot.box.mapFromScene(view.plot.box.mapToScene(view.truncation.band.grip())))
    view.plot.pointed.emit(at.x(), at.y(), QPoint(0, 0))
    assert "Nothing is cut" in said[-1]
    assert view.plot.cursor().shape() == Qt.CursorShape.SizeFDiagCursor
    view.plot.pointed.emit(6.0, 9.0, QPoint(0, 0))
    assert view.plot.cursor().shape() == Qt.CursorShape.ArrowCursor
    assert "δ₉,₆" in said[-1]


def test_loss_of_truncation_is_an_angle_and_a_share_of_the_norm():
    inspection = looked("W", window=2)
    angle, share = inspection.judged.kept("W")
    full, cut = inspection.judged.full.W.ravel(), inspection.judged.cut.W.ravel()
    cosine = full @ cut / np.linalg.norm(full) / np.linalg.norm(cut)
    assert math.cos(angle) == pytest.approx(cosine)
    text = kept_text(inspection)
    assert text.startswith("τ = 2: ∂L/∂W ∠ ")
    assert f"{100 * share:.0f} %" in text
    assert kept_text(looked("W")) == ""
    assert "∂L/∂U" in kept_text(looked("U", chunk=3))
    assert "chunks of 3" in kept_text(looked("U", chunk=3))


def test_words_tell_the_kinds_of_zero_and_of_undefined_apart():
    i18n.set_language("en")
    inspection = looked("W", window=3)
    assert "truncation" in hover_text(inspection, 9, 2)
    assert "multiplied with is zero: s₀ = 0" in hover_text(inspection, 2, 1)
    assert "later step 9" in hover_text(inspection, 2, 9)
    assert "begin with step 1" in hover_text(inspection, 3, 0)
    number = hover_text(inspection, 9, 8)
    assert number.startswith("‖the term (9, 8) of ∂L/∂W‖ = ")
    assert "decades" in number
    assert hover_text(refused(), 3, 2) == ""


def test_rows_without_a_loss_are_named():
    inspection = looked("delta")
    quiet = inspection.judged.full.entering.copy()
    quiet[:4] = 0.0
    full = replace(inspection.judged.full, entering=quiet)
    silent = replace(inspection, judged=replace(inspection.judged, full=full, cut=full))
    assert "the loss enters at 8 of 12 steps" in subtitles(silent)[0]
    assert "no loss enters at step 3" in hover_text(silent, 3, 2)
    assert "exactly 0" not in hover_text(silent, 7, 2)


def test_length_of_the_sequence_is_no_truncation():
    assert truncation(exploration(window=T), T) == ("window", T)
    assert truncation(exploration(chunk=T + 5), T) == ("window", T)
    assert truncation(exploration(chunk=3), T) == ("chunk", 3)


def test_row_of_the_shown_map_is_one_line_without_threshold_or_rate(row: DecayView, qtbot):
    inspection = row.inspection
    drawn = row.canvas.picture
    assert [line.name for line in drawn.lines] == ["∂L/∂W"]
    np.testing.assert_allclose(drawn.row.gains * math.log(10.0), inspection.judged.log_map("W")[9, :10])
    assert row._heading.text() == "Row t = 9"
    assert row.readout.text() == ""
    with qtbot.assertNotEmitted(row.edited, wait=20):
        qtbot.keyClick(row, Qt.Key.Key_Up)
    row.present(looked("flow"))
    assert row._heading.text() == "Decay of row t = 9"
    assert row.readout.text() != ""


def test_hover_over_the_row_tells_the_item(row: DecayView):
    said: list[str] = []
    row.hovered.connect(said.append)
    row.plot.pointed.emit(6.3, 0.0, QPoint(0, 0))
    assert said[-1].startswith("the term (9, 6) of ∂L/∂W, 3 steps back: ")
    row.plot.pointed.emit(0.2, 0.0, QPoint(0, 0))
    assert said[-1] == ""


@cache
def every_quantity(steps):
    """Looks at a flow, and at every quantity of a loss."""
    start = exploration(steps=steps)
    recipes = ({"activation": "relu", "gain": 50.0}, {"cell": "lstm"}, {"activation": "relu", "bias": -5.0})
    cuts = ({}, {"window": 1}, {"chunk": 7})
    made = [
        start.with_recipe(**recipe).with_lens(quantity=quantity).with_settings(**cut)
        for quantity, recipe, cut in zip(LOSSES, recipes, cuts, strict=True)
    ]
    return [inspect(analyse(one)) for one in (start, *made)]


@pytest.mark.parametrize("language", ["en", "zh_CN"])
@pytest.mark.parametrize("steps", [1, 2, 60])
def test_every_quantity_is_drawn_in_every_theme_and_language(qtbot, qapp, language, steps):
    i18n.set_language(language)
    first, *others = every_quantity(steps)
    try:
        for theme in look.themes().values():
            style.apply(qapp, theme, language)
            for kind in (FlowMap, DecayView):
                view = shown(qtbot, theme, kind, first)
                view.resize(500, 200)
                for one in others:
                    view.present(one)
                    view.grab()
                    assert view._pages.currentWidget() is view.plot
    finally:
        i18n.set_language("en")


def test_gradient_of_weights_that_a_cell_has_not_is_not_offered_and_that_is_said(theme, qtbot):
    view = FlowMap(theme)
    qtbot.addWidget(view)
    buttons = view.switches.quantities.buttons
    for cell, offered in (("rnn", True), ("mingru", False), ("lstm", True)):
        view.dress(theme)
        view.present(inspect(analyse(exploration("flow").with_recipe(cell=cell))))
        assert buttons["W"].isEnabled() == view.switches._actions["W"].isEnabled() == offered
        assert buttons["U"].isEnabled()
        assert ("no weights that W stands for" in buttons["W"].toolTip()) == (not offered)


def test_term_that_is_zero_beside_a_state_that_is_not_blames_no_state():
    # l starts from −∞ and h from 0: W multiplies h alone.
    found = inspect(analyse(exploration("W").with_recipe(cell="slstm")))
    assert hover_text(found, 9, 1).endswith("is exactly 0: what it is multiplied with is zero.")
    simple = inspect(analyse(exploration("W")))
    assert hover_text(simple, 9, 1).endswith("is exactly 0: what it is multiplied with is zero: s₀ = 0.")


def pixel(view: FlowMap, x: float, y: float) -> QPoint:
    return view.plot.mapFromScene(view.bars.mapToScene(QPointF(x, y)))


def test_a_loss_at_the_end_alone_is_shown_as_the_bars_of_row_t_and_every_other_as_a_map(view: FlowMap) -> None:
    at_end = preset("phenomenal").exploration.with_lens(quantity="W")
    inspection = inspect(analyse(at_end))
    view.present(inspection)
    QApplication.processEvents()
    bars, steps = view.bars, inspection.analysis.steps
    assert bars.isVisible()
    assert not view.marks.isVisible()
    row = inspection.judged.log_map("W")[-1]
    foot, top = bars.ends()
    image = view.plot.viewport().grab().toImage()
    colours = gains.pixels(row, inspection.analysis.decades, view.theme)
    for k in range(1, steps + 1):
        x = bars.pixel(k + 0.25)
        if math.isfinite(row[k]):
            level = (top - row[k] / math.log(10.0)) / (top - foot) * view.plot.box.height()
            assert image.pixelColor(pixel(view, x, level + 4)).getRgb()[:3] == tuple(colours[k, :3].tolist())
            assert image.pixelColor(pixel(view, x, level - 4)).name() in (view.theme.card, view.theme.grid)
        else:
            assert image.pixelColor(pixel(view, x, view.plot.box.height() * 0.5)).name() in (
                view.theme.card,
                view.theme.grid,
            )
    chosen: list[tuple[int, int]] = []
    view.selected.connect(lambda t, k: chosen.append((t, k)))
    view._choose_at(1.1, 0.3)
    assert chosen == [(steps, 1)]
    view.present(inspect(analyse(at_end.with_lens(quantity="flow"))))
    assert not bars.isVisible()
    assert view.marks.isVisible()


def test_what_is_told_under_a_still_pointer_is_of_the_bars_once_they_take_the_map_s_place(view: FlowMap) -> None:
    at_end = preset("phenomenal").exploration
    view.present(inspect(analyse(at_end.with_lens(quantity="flow"))))
    view._tell_pair(2.0, 1.0, QPoint(10, 10))
    assert view._pointed is not None
    inspection = inspect(analyse(at_end.with_lens(quantity="W")))
    view.present(inspection)
    assert view.bars.isVisible()
    assert view._pointed is None
    view._tell_pair(2.0, 1.0, QPoint(10, 10))
    assert view._pointed is not None
    assert view._pointed[:2] == (inspection.analysis.steps, 2)
    view.present(inspection)
    assert view._pointed is not None
