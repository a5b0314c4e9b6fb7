"""The training's curves: what is drawn is what was recorded, gaps, bursts and true zeros included."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import fields

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from explorer.engine.floats import Floats
from explorer.engine.gradient.gradient import WEIGHTS
from explorer.engine.learning.settings import Settings
from explorer.engine.network.network import Network
from explorer.engine.recurrence.library import names as library_names
from explorer.gui.plot import theme as look
from explorer.gui.plot.thinned import envelope, smoothed, thinned
from explorer.gui.views.curves.charts import Chart, charts
from explorer.gui.views.curves.curves import CurvesView
from explorer.gui.views.curves.past import with_past
from explorer.gui.views.curves.scale import Scale
from explorer.gui.views.curves.words import clearest, free_place
from explorer.gui.views.decay.lines import picture
from explorer.gui.words import i18n
from explorer.gui.words.record_words import change_words, shown_events
from explorer.workspace.exploration.changes import Change
from explorer.workspace.exploration.curves import COLUMNS, parted
from explorer.workspace.exploration.exploration import Exploration, Recipe, Signal, replace
from explorer.workspace.exploration.record import Record, Snapshot, packed
from explorer.workspace.exploration.task import Task
from explorer.workspace.learning.measuring import _sizes
from explorer.workspace.looks.analysis import Inspection, analyse, inspect
from explorer.workspace.looks.overlaid import Overlay
from explorer.workspace.tasks import taught
from explorer.workspace.words.sentence import Sentence

from ..painted import words_of

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
LIGHT = next(iter(look.themes().values()))
NAN = math.nan


def network(cell: str = "rnn", readout: str = "softmax", activation: str = "tanh", outputs: int = 4) -> Network:
    return Network.random(
        cell=cell, readout=readout, activation=activation, inputs=1, hidden=3, outputs=outputs, seed=1
    )


def table(count: int, every: int = 5) -> Floats:
    """Return curves as training writes them: each batch at every step, the rest now and then."""
    steps = np.arange(1, count + 1)
    loss = np.exp(-steps / count)
    rows = np.full((count, len(COLUMNS)), NAN)
    norms = np.where(steps % 2, 3.0, 0.5) * np.ones(count)
    for name, values in (("step", steps), ("loss", loss), ("norm", norms), ("clipped", np.minimum(norms, 1.0))):
        rows[:, COLUMNS.index(name)] = values
    measured = steps % every == 0
    for name, values in (
        ("held_loss", loss + 0.1), ("accuracy", 1.0 - loss / 2), ("held_accuracy", 0.9 - loss / 2),
        ("sigma", 1.0 + loss), ("radius", loss), ("horizon", np.round(9 * loss)),
    ):  # fmt: skip
        rows[measured, COLUMNS.index(name)] = values[measured]
    return rows


def record(
    rows: Floats, stride: int = 10, events: dict[int, str] | None = None, cell: str = "rnn", outputs: int = 4
) -> Record:
    last = int(rows[-1, 0]) if len(rows) else 0
    steps = sorted({*range(0, last + 1, stride), *(events or {})})
    net = network(cell, outputs=outputs)
    data = packed({name: getattr(net, name) for name in WEIGHTS})
    snapshots = tuple(Snapshot(step=s, tensors=data, event=(events or {}).get(s, "")) for s in steps)  # type: ignore[arg-type]
    return Record(snapshots=snapshots, **parted(rows), stride=stride)


def looked_at(kept: Record | None, step: int = 0, **recipe: object) -> Inspection:
    trained = kept.nearest(step) if kept else None
    own = Recipe(**({"hidden": 3, "outputs": 4} | recipe), trained=trained)  # type: ignore[arg-type]
    exploration = Exploration(networks=(own,), sequence=Signal(steps=4)).with_selection(t=3, k=1)
    return inspect(analyse(exploration.with_recipe(record=kept)))


def column(rows: Floats, name: str) -> Floats:
    return rows[:, COLUMNS.index(name)]


def drawn(rows: Floats, net: Network | None = None, settings: Settings | None = None) -> dict[str, Chart]:
    return {chart.title: chart for chart in charts(record(rows), net or network(), settings or Settings(), LIGHT)}


@pytest.fixture(autouse=True)
def english_again() -> Iterator[None]:
    yield
    i18n.set_language("en")


@pytest.fixture
def view(qtbot: QtBot) -> Iterator[CurvesView]:
    holder, card = QWidget(), CurvesView(LIGHT)
    qtbot.addWidget(holder)
    holder.resize(600, 700)
    card.setParent(holder)
    card.resize(340, 430)
    card.dress(LIGHT)
    holder.show()
    yield card
    holder.close()


def shown(view: CurvesView, inspection: Inspection) -> CurvesView:
    view.present(inspection)
    view.grab()
    assert view._pages.currentWidget() is not view._error, view._error.toolTip()
    return view


def pixel(view: CurvesView, step: int) -> QPoint:
    assert view._layout is not None
    frame = view._layout.axes[1].frame
    return QPoint(round(view._layout.axes[1].x(step)), round(frame.center().y()))


class TestNumbers:
    def test_guessing_costs_the_logarithm_of_the_number_of_classes_and_is_right_once_in_so_many(self):
        found = drawn(table(20))
        assert found["loss"].levels[0].value == math.log(4)
        assert found["accuracy"].levels[0].value == 25.0

    def test_guessing_costs_ln_2_for_each_output_of_a_sigmoid(self):
        assert drawn(table(20), network(readout="sigmoid"))["loss"].levels[0].value == 4 * math.log(2)
        assert not drawn(table(20), network(readout="sigmoid"))["accuracy"].levels

    def test_squared_error_has_no_chance_level(self):
        assert not drawn(table(20), network(readout="identity"))["loss"].levels

    @pytest.mark.parametrize(("activation", "level"), [("tanh", 1.0), ("sigmoid", 4.0), ("relu", 1.0)])
    def test_line_at_one_over_gamma_is_that_of_the_activation(self, activation: str, level: float):
        assert drawn(table(20), network(activation=activation))["σ₁ and ρ of W"].levels[0].value == level

    def test_gated_cell_has_no_line_at_one_over_gamma(self):
        assert not drawn(table(20), network("lstm"))["σ₁ and ρ of W_g"].levels

    @pytest.mark.parametrize("cell", library_names())
    def test_what_is_measured_is_of_the_weight_that_the_chart_names_and_the_card_shows_first(self, cell: str):
        run = analyse(Exploration(sequence=Signal(steps=6)).with_recipe(cell=cell, hidden=4)).run
        found = _sizes(run.network)
        titles = [title for title in drawn(table(20), run.network) if title.startswith("σ₁ and ρ of ")]
        if run.recurrent is None:
            assert not found
            return
        W = run.matrices[run.recurrent]
        assert titles == [f"σ₁ and ρ of {run.recurrent}"]
        assert found["sigma"] == pytest.approx(np.linalg.norm(W, 2)) == pytest.approx(run.sigma)
        assert found["radius"] == pytest.approx(np.abs(np.linalg.eigvals(W)).max())

    def test_sizes_of_the_weight_have_the_colours_that_they_have_in_the_decay(self):
        chart = drawn(table(20))["σ₁ and ρ of W"]
        assert {line.name: line.colour for line in chart.lines} == {"σ₁": LIGHT.bound, "ρ": LIGHT.trend}
        of_decay = picture(inspect(analyse(Exploration(sequence=Signal(steps=6)))), LIGHT)
        assert {"bound": LIGHT.bound, "ρ trend": LIGHT.trend}.items() <= {
            line.name: line.colour for line in of_decay.lines
        }.items()

    def test_threshold_is_drawn_only_where_norms_are_clipped_to_it(self):
        assert drawn(table(20), settings=Settings(threshold=2.0))["gradient norm"].levels[0].value == 2.0
        assert not drawn(table(20), settings=Settings(clip="value"))["gradient norm"].levels

    def test_norm_that_was_never_clipped_is_one_line(self):
        rows = table(20)
        rows[:, COLUMNS.index("clipped")] = column(rows, "norm")
        assert [line.name for line in drawn(rows)["gradient norm"].lines] == ["not clipped"]

    def test_accuracy_is_in_percent(self):
        rows = table(20)
        line = drawn(rows)["accuracy"].lines[0]
        assert line.at(20) == 100.0 * column(rows, "accuracy")[19]

    def test_value_between_two_measurements_is_the_last_that_is_known(self):
        rows = table(20)
        held = drawn(rows)["loss"].lines[1]
        assert held.at(14) == column(rows, "held_loss")[9]
        assert math.isnan(held.at(4))

    def test_what_was_never_measured_has_no_chart(self):
        rows = table(20)
        for name in ("accuracy", "held_accuracy", "horizon"):
            rows[:, COLUMNS.index(name)] = NAN
        assert set(drawn(rows)) == {"loss", "gradient norm", "σ₁ and ρ of W"}

    def test_gap_in_what_every_step_tells_stays_a_gap(self):
        rows = table(20)
        rows[5:10, COLUMNS.index("loss")] = NAN
        train = drawn(rows)["loss"].lines[0]
        assert math.isnan(train.at(8))
        assert train.at(11) == column(rows, "loss")[10]


class TestScales:
    def test_loss_over_eight_decades_has_whole_decades_as_ticks(self):
        scale = Scale.decades([np.geomspace(1.4, 1e-8, 100)], [])
        places, texts = zip(*scale.ticks(3), strict=True)
        assert all(place == round(place) for place in places)
        assert texts[-1] == "1"
        assert scale.low < -8 < 0.14 < scale.high

    def test_narrow_range_has_two_ticks_at_least(self):
        for low, high in ((1.2, 1.4), (0.9, 3.0), (0.02, 0.6), (1.0, 1.0), (37.0, 41.0), (3e-9, 4e-9)):
            places, texts = zip(*Scale.decades([np.array([low, high])], []).ticks(2), strict=True)
            assert len(places) >= 2, (low, high)
            assert len(set(texts)) == len(texts)

    def test_burst_is_cut_off_and_said(self):
        loss = np.append(np.full(50, 0.5), [1e40, 1e250])
        scale = Scale.decades([loss], [])
        assert scale.high < 7
        assert scale.beyond == 250.0

    def test_of_few_points_nothing_is_cut_off(self):
        scale = Scale.decades([np.array([1.0, 1e27])], [])
        assert scale.high > 27
        assert math.isnan(scale.beyond)

    def test_start_is_never_cut_off_for_a_curve_that_fell_far(self):
        scale = Scale.decades([np.append([2.0], np.full(99, 1e-12))], [])
        assert scale.high > math.log10(2.0)
        assert math.isnan(scale.beyond)

    def test_true_zero_and_infinity_stand_at_the_ends(self):
        scale = Scale.decades([np.array([0.0, 1.0, 10.0, np.inf])], [])
        assert scale.put(np.array([0.0, np.inf])).tolist() == [scale.low, scale.high]

    def test_far_threshold_does_not_flatten_the_curve(self):
        assert Scale.decades([np.array([1e-6, 2e-6])], [1.0]).high < -5
        assert Scale.decades([np.array([0.2, 0.5])], [1.0]).high > 0

    def test_nothing_positive_has_a_scale_all_the_same(self):
        assert len(Scale.decades([np.zeros(3)], []).ticks(2)) >= 2


class TestThinning:
    def test_no_peak_is_lost(self):
        rng = np.random.default_rng(0)
        x, y = np.sort(rng.uniform(0, 200, 4000)), rng.standard_normal(4000)
        y[1234] = 50.0
        xs, ys = thinned(x, y)
        assert len(xs) <= 2 * 200
        assert ys.max() == 50.0
        assert ys.min() == y.min()

    def test_envelope_of_each_column_is_its_least_and_greatest(self):
        x, y = np.array([0.1, 0.5, 0.9, 1.2, 1.8]), np.array([3.0, 1.0, 2.0, np.nan, 7.0])
        _, low, high = envelope(x, y)
        assert low.tolist() == [1.0, 7.0]
        assert high.tolist() == [3.0, 7.0]

    def test_few_points_stay_as_they_are(self):
        x = y = np.arange(10.0)
        assert thinned(x, y)[0] is x

    def test_running_mean_keeps_a_straight_line_inside_and_gaps(self):
        values = np.arange(20.0)
        assert smoothed(values, 4)[5:15] == pytest.approx(values[5:15])
        values[7] = NAN
        means = smoothed(values, 4)
        assert np.flatnonzero(np.isnan(means)).tolist() == [7]
        assert means[6] == pytest.approx((4 + 5 + 6 + 8) / 4)


def _endless(rows: Floats) -> Floats:
    rows[-1, COLUMNS.index("loss")] = np.inf
    rows[-9:-1, COLUMNS.index("loss")] = 10.0 ** np.arange(1, 240, 30)
    rows[:, COLUMNS.index("horizon")] = np.inf
    return rows


CASES = {
    "no record": lambda: looked_at(None),
    "no point": lambda: looked_at(record(np.empty((0, len(COLUMNS))))),
    "one point": lambda: looked_at(record(table(1, every=1))),
    "few": lambda: looked_at(record(table(20)), 10),
    "many": lambda: looked_at(record(table(4000), 100, {2000: "jump", 2010: "jump", 3999: "nan"}), 2000),
    "burst": lambda: looked_at(record(_endless(table(600)), 50, {590: "jump"}), 550),
    "lstm": lambda: looked_at(record(table(60), cell="lstm"), 20, cell="lstm"),
    "squared error": lambda: looked_at(record(table(60)), 20, readout="identity"),
}


@pytest.mark.parametrize("width", [260, 340, 520])
@pytest.mark.parametrize("case", CASES)
def test_every_record_can_be_drawn_in_every_theme_and_language(view: CurvesView, case: str, width: int):
    view.resize(width, 430)
    inspection = CASES[case]()
    for theme in look.themes().values():
        for code in i18n.languages():
            i18n.set_language(code)
            view.dress(theme)
            shown(view, inspection)
    for x in range(0, width, 20):
        for y in range(0, 400, 15):
            view.name_at(QPointF(x, y))


def test_empty_card_says_how_to_begin(view: CurvesView):
    exploration = Exploration(networks=(Recipe(hidden=3),), sequence=Signal(steps=4)).with_selection(t=3, k=1)
    tasked = taught(exploration, Task(kind="recall", lag=10))
    shown(view, inspect(analyse(tasked)))
    assert "Press Start" in view._empty()
    assert "Choose a task" not in view._empty()
    shown(view, looked_at(None))
    assert "Choose a task at the left and press Start" in view._empty()
    assert view._subtitle.text() == ""


def test_hover_names_all_values_at_the_step(view: CurvesView):
    rows = table(40)
    rows[:, COLUMNS.index("omega")] = 0.25
    shown(view, looked_at(record(rows), 10))
    said = view.name_at(QPointF(pixel(view, 20))).splitlines()
    assert said[0] == "update 20"
    assert said[1].startswith("loss: train 0.607, held out 0.707")
    assert said[3] == "gradient norm: before 0.500, after 0.500"
    assert said[-1] == "Ω: 0.250"
    assert len(said) == 7


def test_hover_over_an_event_says_what_happened(view: CurvesView):
    rows = table(41)
    rows[-1, COLUMNS.index("loss")] = NAN
    kept = replace(record(rows, events={20: "dead", 31: "jump", 40: "nan"}), snapshots=_until(rows, 40))
    shown(view, looked_at(kept))
    assert view.name_at(QPointF(pixel(view, 22))).endswith(
        "update 22: all units died, no gradient comes to U and W any more"
    )
    assert view.name_at(QPointF(pixel(view, 33))).endswith("update 33: the loss jumped")
    assert view.name_at(QPointF(pixel(view, 41))).endswith("update 41: the loss stopped being a number")
    assert view._subtitle.text() == "update 0 of 41"


def _until(rows: Floats, step: int) -> tuple[Snapshot, ...]:
    kept = record(rows, events={20: "dead", 31: "jump", 40: "nan"}).snapshots
    return tuple(one for one in kept if one.step <= step)


def test_of_a_jump_to_no_number_only_that_is_said():
    kept = record(table(12), events={8: "jump", 9: "nan"})
    assert [(one.event, one.event_step) for one in shown_events(kept)] == [("nan", 10)]


def test_words_of_events_keep_clear_of_each_other_and_of_other_writing():
    frame, taken = QRectF(0.0, 0.0, 100.0, 60.0), [QRectF(50.0, 40.0, 50.0, 14.0)]
    for x in (98.0, 97.0, 2.0):
        place = free_place(x, (30.0, 14.0), frame, taken)
        assert place is not None
        assert frame.contains(place)
        assert not any(place.intersects(other) for other in taken)
        taken.append(place)
    assert free_place(50.0, (30.0, 14.0), QRectF(0.0, 0.0, 100.0, 10.0), []) is None


def test_names_of_levels_keep_clear_of_curves_and_other_names():
    left, middle, right = (QRectF(x, 0.0, 30.0, 14.0) for x in (0.0, 40.0, 80.0))
    steep = np.array([[0.0, 20.0, 100.0], [7.0, 50.0, 50.0], [7.0, 50.0, 50.0]])
    assert clearest([left, middle, right], [], []) == left
    assert clearest([left, middle, right], [steep], []) == middle
    assert clearest([left, middle, right], [steep], [middle.adjusted(5, 0, 5, 0)]) == right
    assert clearest([left], [steep], [left]) == left


def test_words_of_a_chart_stand_beside_each_other(view: CurvesView):
    view.resize(340, 430)
    shown(view, CASES["burst"]())
    places = [word.place for word in view._words]
    assert {"up to", "guessing:"} <= {" ".join(word.text.split()[:-1]) for word in view._words}
    assert not [one for i, one in enumerate(places) for other in places[:i] if one.intersects(other)]


@pytest.mark.parametrize("width", [200, 340])
def test_a_heading_without_room_for_its_value_is_short_and_never_written_over(view: CurvesView, width: int):
    view.resize(width, 430)
    shown(view, looked_at(record(table(40))))
    said = [word.text.strip() for word in words_of(view.window())]
    assert ("memory horizon in steps" in said) == (width == 340)
    assert ("horizon" in said) == (width == 200)


def test_of_two_lines_in_a_chart_one_is_dashed():
    inspection = looked_at(record(table(60)), 20)
    kept = inspection.analysis.exploration.record
    drawn = charts(kept, inspection.analysis.run.network, inspection.analysis.exploration.settings, LIGHT)
    for chart in drawn:
        assert sum(line.dashed for line in chart.lines) == len(chart.lines) - 1


def test_a_change_of_settings_is_named_where_it_was_made(view: CurvesView):
    changes = (
        Change(step=20, setting="rate", before=0.01, after=0.003),
        Change(step=20, setting="clip", before="norm", after="none"),
        Change(step=30, setting="learn", before=("W", "V"), after=("V",)),
    )
    shown(view, looked_at(replace(record(table(40)), changes=changes)))
    assert view.name_at(QPointF(pixel(view, 20))).splitlines()[-2:] == [
        "update 20: η 0.01 → 0.003", "update 20: clip by norm → not at all",
    ]  # fmt: skip
    assert view.name_at(QPointF(pixel(view, 30))).endswith("update 30: learn W V → V")


def test_every_setting_has_a_name(view: CurvesView):  # noqa: ARG001 - Qt must run
    for field in fields(Settings):
        value = getattr(Settings(), field.name)
        assert " → " in change_words(Change(step=1, setting=field.name, before=value, after=value))


def test_a_horizon_beyond_the_start_of_the_example_is_no_less(view: CurvesView):
    rows = table(40)
    rows[rows[:, 0] == 20, COLUMNS.index("beyond")] = 1.0
    shown(view, looked_at(record(rows)))
    assert view.name_at(QPointF(pixel(view, 20))).endswith("memory horizon in steps: ≥ 5")
    assert view.name_at(QPointF(pixel(view, 30))).endswith("memory horizon in steps: 4")


def test_hover_over_a_heading_explains_the_chart(view: CurvesView):
    shown(view, looked_at(record(table(40))))
    assert view._layout is not None
    frame = view._layout.axes[3].frame
    assert "1/γ" in view.name_at(QPointF(frame.left() + 5, frame.top() - 6))


def test_click_goes_to_the_nearest_snapshot(view: CurvesView, qtbot: QtBot):
    shown(view, looked_at(record(table(40), 10), 0))
    with qtbot.waitSignal(view.moment_chosen) as told:
        QTest.mouseClick(view.canvas, Qt.MouseButton.LeftButton, pos=pixel(view, 18))
    assert told.args == [20]


def test_drag_tells_each_snapshot_once(view: CurvesView):
    shown(view, looked_at(record(table(40), 10), 0))
    told: list[int] = []
    view.moment_chosen.connect(told.append)
    QTest.mousePress(view.canvas, Qt.MouseButton.LeftButton, pos=pixel(view, 1))
    for step in range(1, 40):
        QTest.mouseMove(view.canvas, pixel(view, step))
    QTest.mouseRelease(view.canvas, Qt.MouseButton.LeftButton, pos=pixel(view, 39))
    QTest.mouseMove(view.canvas, pixel(view, 5))
    assert told == [10, 20, 30, 40]


def test_keys_go_from_snapshot_to_snapshot(view: CurvesView):
    shown(view, looked_at(record(table(40), 10), 20))
    told: list[int] = []
    view.moment_chosen.connect(told.append)
    keys = Qt.Key
    for key in (keys.Key_Left, keys.Key_PageUp, keys.Key_Left, keys.Key_Right, keys.Key_PageDown, keys.Key_Up):
        QTest.keyClick(view.canvas, key)
    assert told == [10, 0, 10, 40]


def test_cursor_moves_without_the_curves_being_drawn_again(view: CurvesView):
    kept = record(table(40), 10)
    shown(view, looked_at(kept, 10))
    version = view._version
    shown(view, looked_at(kept, 30))
    assert view._version == version
    assert view._subtitle.text() == "update 30 of 40"
    shown(view, looked_at(record(table(50), 10), 30))
    assert view._version == version + 1


def test_a_record_is_shown_before_its_flow_is_worked_out_and_never_an_older_one_after_it(
    view: CurvesView, qtbot: QtBot
) -> None:
    old, new = looked_at(record(table(20), 10), 20), looked_at(record(table(60), 10), 50)
    shown(view, old)
    view.expect(new.analysis.exploration)
    assert view.summary(old) == "update 50 of 60"
    shown(view, old)
    qtbot.waitUntil(lambda: view._record is not None and view._record.end == 60)


def test_a_record_of_another_kind_of_network_waits_for_it(view: CurvesView) -> None:
    old, new = looked_at(record(table(20), 10), 10), looked_at(record(table(60), 10, outputs=7), 60, outputs=7)
    shown(view, old)
    view.expect(new.analysis.exploration)
    assert view.summary(old) == "update 10 of 20"


def overlay(rows: Floats, name: str) -> Overlay:
    end = Snapshot(step=int(rows[-1, 0]), tensors=b"")
    return Overlay(Sentence(name), Record(snapshots=(end,), **parted(rows)))


class TestOtherTrainings:
    def test_their_loss_norm_and_horizon_lie_under_on_scales_that_hold_all(self):
        higher = table(30)
        higher[:, COLUMNS.index("loss")] *= 100.0
        own = charts(record(table(20)), network(), Settings(), LIGHT)
        found = {chart.title: chart for chart in with_past(own, [overlay(higher, "a"), overlay(table(5), "b")], LIGHT)}
        assert [title for title, chart in found.items() if chart.past] == [
            "loss",
            "gradient norm",
            "memory horizon in steps",
        ]
        loss = found["loss"]
        assert loss.scale.high >= math.log10(100.0 * math.exp(-1 / 30))
        np.testing.assert_array_equal(loss.past[0].line.y, higher[:, COLUMNS.index("loss")])
        assert loss.past[0].alpha > loss.past[1].alpha
        assert loss.past[0].line.colour != loss.past[1].line.colour
