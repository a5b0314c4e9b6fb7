"""What each card of the Inspect panel says is what the inspection holds."""

from __future__ import annotations

import math
import subprocess
import sys
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter
from pytestqt.qtbot import QtBot

from explorer.gui.core.card import InspectCard
from explorer.gui.core.errands import Errands
from explorer.gui.plot import theme as look
from explorer.gui.plot.card_axes import Axes, binned, finite_range, label
from explorer.gui.plot.matrix import entry_at, fitted, picture
from explorer.gui.plot.warp import Warp
from explorer.gui.views.inspect import eigenvalues, product, slopes
from explorer.gui.views.inspect.attribution import AttributionView
from explorer.gui.views.inspect.eigenvalues import EigenvaluesView, _free
from explorer.gui.views.inspect.factors import FactorsView
from explorer.gui.views.inspect.formula import FormulaView
from explorer.gui.views.inspect.product import ProductView
from explorer.gui.views.inspect.slopes import SlopesView
from explorer.gui.views.inspect.spectrum import SpectrumView, _beside
from explorer.workspace.disk.presets import preset
from explorer.workspace.exploration.cells import CellText
from explorer.workspace.exploration.exploration import Exploration, LayerRecipe, Recipe, Signal
from explorer.workspace.exploration.gesture import Gesture
from explorer.workspace.looks.analysis import Inspection, analyse, inspect, with_spectrum
from explorer.workspace.looks.sentences import cause_sentence, verdict_sentence
from explorer.workspace.words.numbers import signed

from ...shipped import VARIETY

pytestmark = pytest.mark.usefixtures("qapp")
LIGHT = next(iter(look.themes().values()))


def close_look(t: int = 9, k: int = 3, steps: int = 12, **recipe: object) -> Inspection:
    exploration = Exploration(networks=(Recipe(**({"hidden": 6} | recipe)),), sequence=Signal(steps=steps))  # type: ignore[arg-type]
    return with_spectrum(inspect(analyse(exploration.with_selection(t=t, k=k))))


def shown(qtbot: QtBot, kind: type[InspectCard], inspection: Inspection) -> InspectCard:
    view = kind(LIGHT)  # type: ignore[call-arg]
    qtbot.addWidget(view)
    view.resize(320, 240)
    view.dress(LIGHT)
    view.present(inspection)
    view.grab()
    return view


def test_product_names_its_entries_with_their_values_beyond_float64(qtbot: QtBot):
    inspection = replace(close_look(), log_scale=-5000.0 * math.log(10.0))
    view = shown(qtbot, ProductView, inspection)
    assert view.name_at(view._place.center()).split("= ")[-1].removeprefix("−").startswith("10^−500")


@pytest.mark.parametrize(
    ("cell", "entry"),
    [("gru", "∂s₉[5] / ∂s₃[0]"), ("lstm", "∂c₉[5] / ∂h₃[0]"), ("deltanet", "∂S₉[5,7] / ∂S₃[0,0]")],
)
def test_entry_of_a_product_is_named_by_the_parts_of_the_state(qtbot: QtBot, cell: str, entry: str):
    view = shown(qtbot, ProductView, close_look(cell=cell))
    assert view.name_at(view._place.bottomLeft() + QPointF(0.1, -0.1)).startswith(entry)


def test_blocks_of_a_product_are_as_wide_as_the_parts(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch):
    drawn: list[float] = []
    cell = CellText(name="two", text="S = diag(a) @ S + outer(U @ x, B @ x)\nh = tanh(S @ (Q @ x) + W @ h)\n")
    monkeypatch.setattr(product, "QLineF", lambda *args: drawn.append(args[0]) or QLineF(*args))
    inspection = close_look(cell=cell)
    view = shown(qtbot, ProductView, inspection)
    first = next(iter(inspection.analysis.run.trace.only.parts.values()))
    edge = view._place.left() + first.stop / inspection.matrix.shape[0] * view._place.width()
    assert drawn[0] == pytest.approx(edge)
    assert first.stop * 2 != inspection.matrix.shape[0]


def test_product_that_is_exactly_zero_says_so(qtbot: QtBot):
    view = shown(qtbot, ProductView, close_look(activation="relu", bias=-5.0))
    assert view._message == "Exactly zero: nothing of s₃ reaches s₉."


def test_click_on_a_factor_looks_at_it_alone(qtbot: QtBot):
    view = shown(qtbot, FactorsView, close_look())
    place, j = view._thumbnails[0]
    assert j == 9
    with qtbot.waitSignal(view.selected) as caught:
        view.clicked(place.center())
    assert caught.args == [9, 8]
    assert view.name_at(place.center()).startswith("J₉ = ∂s₉/∂s₈: ‖J‖/√N = ")


def test_arrows_and_enter_choose_a_factor(qtbot: QtBot):
    view = shown(qtbot, FactorsView, close_look())
    qtbot.keyClick(view.canvas, Qt.Key.Key_Left)
    with qtbot.waitSignal(view.selected) as caught:
        qtbot.keyClick(view.canvas, Qt.Key.Key_Return)
    assert caught.args == [5, 4]


def test_every_factor_of_a_long_product_can_be_pointed_at(qtbot: QtBot):
    view = shown(qtbot, FactorsView, close_look(t=300, k=10, steps=300))
    assert 0 in [j for _, j in view._thumbnails]
    bars = view._bars
    assert view._factor_at(QPointF(bars.left() + 1, bars.center().y())) in (299, 300)
    assert view._factor_at(QPointF(bars.right() - 1, bars.center().y())) in (11, 12)


def test_a_factor_that_the_new_answer_does_not_have_is_not_named_before_it_is_painted(qtbot: QtBot):
    view = shown(qtbot, FactorsView, close_look(t=30, k=2, steps=30))
    places = [place for place, _ in view._thumbnails]
    fewer = close_look(t=5, k=3, steps=5)
    view.present(fewer)
    view.prepare(fewer)
    named = {view.name_at(place.center()).partition(" =")[0] for place in places}
    assert "" in named
    assert named <= {"", "J₄", "J₅"}


def test_last_singular_values_stay_faded_until_the_new_ones_come(qtbot: QtBot):
    inspection = close_look()
    view = shown(qtbot, SpectrumView, inspection)
    view.present(replace(inspection, log_singular_values=None))
    assert not view._fresh
    assert len(view._values) == 6
    view.present(inspection)
    assert view._fresh
    assert view._subtitle.text().startswith("over ")


def test_zeros_among_the_singular_values_are_counted_apart(qtbot: QtBot):
    view = shown(qtbot, SpectrumView, close_look(init="shift", activation="identity", gain=1.0, t=5, k=3))
    assert view._subtitle.text() == "over 0.0 decades, exactly zero: 2"


def test_the_line_of_the_mean_never_strikes_its_label_through():
    half, wanted = 7.0, 27.0
    for line in np.arange(20.0, 60.0, 0.5):
        middle = _beside(float(line), wanted, half)
        assert abs(middle - line) >= half
        assert middle == wanted or abs(line - wanted) < half


def test_weights_and_derivative_together_make_the_gain(qtbot: QtBot):
    inspection = close_look()
    view = shown(qtbot, AttributionView, inspection)
    weights, slopes, both = (y[0] for _, _, _, y in view._curves)
    assert both == pytest.approx(weights + slopes)
    assert both * math.log(10.0) == pytest.approx(inspection.row[3])
    assert (np.diff(view._curves[1][3]) >= 0).all(), "the derivative of tanh takes at every step back"


def test_stack_is_split_by_layers_by_a_gesture_and_one_layer_is_not(qtbot: QtBot):
    stack = Recipe(hidden=3, above=(LayerRecipe(cell="gru", hidden=2),))
    exploration = Exploration(networks=(stack,), sequence=Signal(steps=12)).with_selection(t=9, k=3)
    view = shown(qtbot, AttributionView, inspect(analyse(exploration)))
    done: list[Gesture] = []
    view.edited.connect(done.append)
    assert len(view._curves) == 3
    qtbot.mouseClick(view.ways.segments.buttons["layers"], Qt.MouseButton.LeftButton)
    view.present(split := inspect(analyse(done[0](exploration))))
    assert split.layers is not None
    assert "first up then along time ×" in view.told()
    np.testing.assert_allclose(view._curves[-1][3] * math.log(10.0), split.row[3:], atol=1e-9)
    view.present(close_look())
    assert not view.ways.isVisible()


def test_card_begins_at_the_last_step_and_follows_the_row_back(qtbot: QtBot):
    inspection = close_look()
    view = shown(qtbot, AttributionView, inspection)
    assert view._subtitle.text() == "from s₉ back to s₃"
    assert [y[-1] for _, _, _, y in view._curves] == [0.0, 0.0, 0.0]
    np.testing.assert_allclose(view._curves[2][3] * math.log(10.0), inspection.row[3:], atol=1e-9)


def test_both_cards_and_the_cause_call_the_same_two_factors_by_the_same_words(qtbot: QtBot):
    inspection = close_look()
    split = [name for name, *_ in shown(qtbot, AttributionView, inspection)._curves[:2]]
    formula = [text for text, _ in FormulaView(LIGHT)._explained(inspection)]
    cause = str(cause_sentence(inspection)).partition(": ")[2].split(", ")
    assert split == ["weights", "derivative"]
    assert all(text.startswith(name) for name, text in zip(split, formula, strict=True))
    assert all(text.startswith(name) for name, text in zip(split, cause, strict=True))


def test_verdict_cause_and_card_name_the_same_step(qtbot: QtBot):
    inspection = inspect(analyse(preset("dead-relu").exploration))
    view = shown(qtbot, AttributionView, inspection)
    assert view._sentence == "Step 36 killed it: exactly zero from there back."
    assert "dies at step 36" in str(verdict_sentence(inspection))
    assert "at step 36" in str(cause_sentence(inspection))


@pytest.mark.parametrize(
    ("recipe", "asked"),
    [
        ({"activation": "identity", "init": "orthogonal", "gain": 1.0}, "Who kept it alive"),
        ({"activation": "identity", "init": "orthogonal", "gain": 0.5}, "Who weakened it"),
        ({"activation": "identity", "init": "orthogonal", "gain": 0.01}, "Who killed it"),
        ({"activation": "identity", "init": "orthogonal", "gain": 2.0}, "Who made it grow"),
        ({"activation": "identity", "init": "orthogonal", "gain": 50.0}, "Who blew it up"),
        ({"activation": "relu", "bias": -1e3}, "Who killed it"),
        ({"cell": "lstm", "forget_bias": -30.0, "gain": 1e-9}, "Who killed it"),
        ({"cell": "lstm", "forget_bias": 30.0, "gain": 1e-9}, "Who kept it alive"),
    ],
)
@pytest.mark.parametrize("norm", ["rms", "spectral"])
def test_what_is_asked_of_a_product_follows_what_became_of_the_gradient(
    qtbot: QtBot, recipe: dict[str, Any], asked: str, norm: str
):
    exploration = Exploration(networks=(Recipe(hidden=6, **recipe),), sequence=Signal(steps=12))
    inspection = inspect(analyse(exploration.with_selection(t=9, k=3).with_lens(norm=norm)))
    view = shown(qtbot, AttributionView, inspection)
    assert view._heading.text() == view.accessibleName() == view.canvas.accessibleName() == asked
    view.present(close_look(t=3, k=3))
    assert view._heading.text() == "Who kept it alive"


@pytest.mark.parametrize(("gain", "worst"), [(0.5, min), (1.5, max)])
def test_the_step_that_is_named_did_most_of_what_became_of_the_gradient(qtbot: QtBot, gain: float, worst: Any):
    inspection = close_look(activation="tanh" if gain < 1 else "relu", gain=gain)
    split = inspection.attribution
    assert split is not None
    change = split.slopes + split.weights
    assert (change.sum() > 0) == (gain > 1)
    step = inspection.k + 1 + int(np.flatnonzero(change == worst(change))[0])
    view = shown(qtbot, AttributionView, inspection)
    assert f"step {step} alone" in view.describe(inspection)


def test_beyond_the_step_that_killed_it_the_pointer_reads_zero_and_no_missing_number(qtbot: QtBot):
    view = shown(qtbot, AttributionView, inspect(analyse(preset("shift-register").exploration.with_selection(k=2))))
    assert view._sentence == "Step 17 killed it: exactly zero from there back."
    assert view._axes is not None
    at_death, before = (QPointF(view._axes.x(k), view._axes.frame.center().y()) for k in (16, 5))
    assert view.name_at(at_death).splitlines() == [
        "from s₂₄ back to s₁₆: weights ×0, derivative ×1.0, total ×0", "step 17 alone: f′ ×1.0, weights ×0",
    ]  # fmt: skip
    assert view.name_at(before).splitlines() == [
        "from s₂₄ back to s₅: total ×0", "step 6 alone: nothing is left to split",
    ]  # fmt: skip
    assert view.name_at(view._loss_place.topLeft() + QPointF(1, 1)).startswith(
        "unit 0 at step 3: nothing is left to take"
    )


def test_the_step_that_took_most_is_the_one_that_killed_it_and_not_one_beyond(qtbot: QtBot):
    inspection = inspect(analyse(preset("shift-register").exploration.with_selection(k=2)))
    told = shown(qtbot, AttributionView, inspection).describe(inspection)
    assert told.splitlines()[-1] == "step 17 alone: f′ ×1.0, weights ×0"


@pytest.mark.parametrize("name", ["shift-register", "dead-relu"])
def test_a_reader_of_the_screen_is_told_of_no_number_that_nobody_sees(qtbot: QtBot, name: str):
    inspection = inspect(analyse(preset(name).exploration.with_selection(k=2)))
    told = shown(qtbot, AttributionView, inspection).describe(inspection)
    assert "NaN" not in told
    assert "total ×0" in told


def test_true_zero_says_which_step_killed_it(qtbot: QtBot):
    view = shown(qtbot, AttributionView, close_look(activation="relu", bias=-5.0))
    assert view._sentence == "Step 9 killed it: exactly zero from there back."


def test_zeros_between_numbers_kill_nothing_where_older_states_are_read(qtbot: QtBot):
    """Of a dilated convolution ∂s₂₄/∂s₂₃ is zero and ∂s₂₄/∂s₂₂ is not; all is dead from step 18 back, as the verdict says."""
    inspection = inspect(analyse(preset("causal-convolution").exploration))
    view = shown(qtbot, AttributionView, inspection)
    assert view._sentence == "Step 18 killed it: exactly zero from there back."
    assert "dies at step 18" in str(verdict_sentence(inspection))


def test_hover_on_a_loss_names_unit_step_z_and_slope(qtbot: QtBot):
    inspection = close_look()
    view = shown(qtbot, AttributionView, inspection)
    text = view.name_at(view._loss_place.topLeft() + QPointF(1, 1))
    assert text.startswith("unit 0 at step 4 takes ")
    assert "z₄[0] = " in text


def test_paths_of_a_gated_cell_are_named_at_each_step(qtbot: QtBot):
    view = shown(qtbot, AttributionView, close_look(cell="lstm"))
    assert view._axes is not None
    text = view.name_at(view._axes.frame.center())
    assert text.startswith("from s₉ back to s₆:")
    assert "direct path ×" in text


def test_cell_that_reads_older_states_says_that_there_are_no_factors(qtbot: QtBot):
    view = shown(qtbot, FactorsView, close_look(cell="mist"))
    assert view.describe(view.inspection).startswith("This cell reads its states of up to 128 steps ago")
    near = shown(qtbot, FactorsView, close_look(t=9, k=8, cell="mist"))
    assert near.describe(near.inspection).startswith("J₉ = ∂s₉/∂s₈")


def test_net_inputs_far_out_get_a_logarithmic_axis_and_come_back():
    assert not Warp.of(np.array([0.5, -3.0])).logarithmic
    far = Warp.of(np.array([1e5, -2.0, np.inf]))
    assert far.logarithmic
    z = np.array([-1e5, -1.0, 0.0, 3.0])
    assert far.back(far.put(z)) == pytest.approx(z)
    assert Warp.of(np.array([0.1])).reach == 4.0


@pytest.mark.parametrize(
    ("activation", "bias", "said"),
    [("relu", -5.0, "inactive: 100 %"), ("relu", 5.0, "inactive: 33 %"), ("tanh", 9.0, "saturated: 100 %")],
)
def test_units_of_a_relu_are_inactive_and_those_of_a_tanh_saturated(
    qtbot: QtBot, activation: str, bias: float, said: str
):
    view = shown(qtbot, SlopesView, close_look(activation=activation, bias=bias))
    assert view._subtitle.text() == f"step 9, {said}"


@pytest.mark.parametrize("name", ["lstm-remembers", "gru"])
def test_mean_of_a_gate_stands_beside_its_dots_and_not_on_them(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, name: str
):
    written: dict[str, QRectF] = {}

    def noting(painter: QPainter, x: float, y: float, text: str, *rest: Any) -> QRectF:
        written[text] = label(painter, x, y, text, *rest)
        return written[text]

    monkeypatch.setattr(slopes, "label", noting)
    view = shown(qtbot, SlopesView, inspect(analyse(preset(name).exploration)))
    view.grab()
    means = [place for text, place in written.items() if "≈" in text]
    assert len(means) == len(view._gates)
    dots = view._axes.xs(view._warp.put(np.concatenate([gate.z for gate in view._gates])))
    assert all(place.left() >= dots.max() + slopes._DOT and place.right() <= view.width() for place in means)


def test_gates_have_a_row_each(qtbot: QtBot):
    view = shown(qtbot, SlopesView, close_look(cell="gru"))
    assert len(view._tracks) == 3
    assert "z^r₉[" in "".join(view.name_at(QPointF(x, view._tracks[0])) for x in range(0, 320, 2))


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        ("rnn", "f"),
        ("mingru", "σ"),
        ("residual", "tanh"),
        ("mgu", "σ, tanh"),
        ("slstm", "ln σ, tanh, σ"),
        ("deltanet", "silu, σ"),
    ],
)
def test_each_function_of_a_cell_is_drawn_once_under_its_name(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, cell: str, names: str
):
    written: list[str] = []
    monkeypatch.setattr(slopes, "label", lambda *args: written.append(args[3]) or label(*args))
    view = shown(qtbot, SlopesView, close_look(cell=cell))
    # A curve that rises far above 1 is drawn to a scale of its own, which is said behind the names.
    assert [text for text in written if text.split(" up to ")[0] == names] == [view._names()[0]]
    assert len(view._distinct()) == len(names.split(", "))
    assert ("γ = 1" in written) == (cell == "rnn")


@pytest.mark.parametrize("activation", ["tanh", "sigmoid", "relu", "identity"])
def test_no_curve_and_no_dot_lies_over_the_name_of_gamma(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, activation: str
):
    written: dict[str, QRectF] = {}
    monkeypatch.setattr(slopes, "label", lambda *args: written.__setitem__(args[3], label(*args)) or written[args[3]])
    view = shown(qtbot, SlopesView, close_look(cell="rnn", activation=activation, gain=1.6))
    (place,) = (where for text, where in written.items() if text.startswith("γ"))
    assert not view._lies_over(place, view._axes)
    assert not any(place.intersects(other) for other in written.values() if other is not place)


@pytest.mark.parametrize("cell", ["lru", "mist", "gru", "residual"])
def test_mean_beside_a_gate_is_that_of_what_its_name_says(qtbot: QtBot, cell: str):
    inspection = close_look(cell=cell)
    view = shown(qtbot, SlopesView, inspection)
    found = {gate.mean().split(" ≈ ")[0] for gate in view._gates}
    assert found == {"lru": set(), "mist": {"r", "h"}, "gru": {"r", "z", "n"}, "residual": {"tanh(z)"}}[cell]


def test_cell_that_puts_no_net_input_through_a_function_says_so(qtbot: QtBot):
    view = shown(qtbot, SlopesView, close_look(cell="lru"))
    assert view.describe(view.inspection).startswith("This cell puts no net input through a function")
    assert view._subtitle.text() == ""


def test_gates_beyond_the_room_are_counted(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch):
    written: list[str] = []
    monkeypatch.setattr(slopes, "label", lambda *args: written.append(args[3]) or label(*args))
    lines = [f"g{i} = sigmoid(U{i} @ x + W{i} @ h)" for i in range(12)]
    text = "\n".join([*lines, "h = " + " * ".join(f"g{i}" for i in range(12))])
    view = shown(qtbot, SlopesView, close_look(cell=CellText(name="many", text=text)))
    assert 2 <= len(view._tracks) < 12
    assert f"and {12 - len(view._tracks)} more" in written
    assert view.describe(view.inspection).count("≈") == 12


def test_eigenvalues_of_another_gate_are_in_a_picture(qtbot: QtBot):
    inspection = close_look(cell="gru")
    view = shown(qtbot, EigenvaluesView, inspection)
    view._matrix.setCurrentText("W_r")
    view.settle()
    W = inspection.analysis.run.network.weights["1/W_r"]
    assert np.sort_complex(view._values) == pytest.approx(np.sort_complex(np.linalg.eigvals(W)))


@pytest.mark.parametrize("activation", ["tanh", "sigmoid"])
@pytest.mark.parametrize("cell", VARIETY)
def test_the_words_at_the_circle_hide_no_other_and_no_colour_says_what_is_not_known(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, cell: str, activation: str
):
    written: dict[str, QRectF] = {}
    dots: list[tuple[str, QPointF]] = []
    monkeypatch.setattr(
        eigenvalues, "label", lambda *args: written.__setitem__(args[3], label(*args)) or written[args[3]]
    )
    monkeypatch.setattr(eigenvalues, "QColor", lambda name: dots.append(name) or QColor(name))
    inspection = close_look(cell=cell, activation=activation, hidden=24, gain=1.6)
    view = shown(qtbot, EigenvaluesView, inspection)
    if not view._names:
        return
    known = {LIGHT.grow, LIGHT.shrink}
    assert set(dots) <= (known if inspection.analysis.run.steepest else {LIGHT.curve})
    assert ("critical" in " ".join(written)) == (inspection.analysis.run.steepest is not None)
    (beside,) = (place for text, place in written.items() if "|λ|" in text or "1/γ" in text)
    assert view.canvas.rect().contains(beside.toRect())
    others = [place for text, place in written.items() if place is not beside]
    assert not any(beside.adjusted(1, 1, -1, -1).intersects(place) for place in others)
    xs, ys = view._axes.xs(view._values.real), view._axes.ys(view._values.imag)
    assert not any(beside.adjusted(2, 3, -2, -3).contains(QPointF(x, y)) for x, y in zip(xs, ys, strict=True))


@pytest.mark.parametrize(("gain", "seed"), [(1.6, 0), (3.0, 0), (5.0, 0), (5.0, 1)])
def test_the_words_at_the_circle_are_shorter_where_they_would_lie_over_an_eigenvalue(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, gain: float, seed: int
):
    written: dict[str, QRectF] = {}
    monkeypatch.setattr(
        eigenvalues, "label", lambda *args: written.__setitem__(args[3], label(*args)) or written[args[3]]
    )
    view = shown(qtbot, EigenvaluesView, close_look(cell="rnn", activation="tanh", hidden=24, gain=gain, seed=seed))
    (beside,) = (place for text, place in written.items() if "|λ|" in text)
    xs, ys = view._axes.xs(view._values.real), view._axes.ys(view._values.imag)
    covered = sum(beside.contains(QPointF(x, y)) for x, y in zip(xs, ys, strict=True))
    assert not covered or not any("critical" in text for text in written)


@pytest.mark.parametrize("cell", ["lstm", "gru", "mgu", "coupled"])
@pytest.mark.parametrize("width", [260, 280, 320])
def test_no_curve_of_a_gate_runs_through_the_names(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, cell: str, width: int
):
    own = CellText(name="own", text="z = sigmoid(U @ x + W @ h)\nh = z * sin(U_n @ x + W_n @ h)")
    written: dict[str, QRectF] = {}
    monkeypatch.setattr(slopes, "label", lambda *args: written.__setitem__(args[3], label(*args)) or written[args[3]])
    view = shown(qtbot, SlopesView, close_look(cell=own if cell == "coupled" else cell))
    view.canvas.setFixedSize(width, 130)
    view.canvas.grab()
    functions, primes = view._names()
    names = written[functions].united(written[primes]).adjusted(1, 2, -1, -2)
    axes, z = view._axes, np.linspace(-8, 8, 400)
    for gate in view._distinct():
        for heights in (gate.function.value(z), gate.function.slope(z)):
            places = zip(axes.xs(view._warp.put(z)).tolist(), axes.ys(heights).tolist(), strict=True)
            assert not any(names.contains(x, y) for x, y in places if axes.frame.contains(x, y))


@pytest.mark.parametrize("change", [{"init": "orthogonal"}, {"gain": 1.2}, {"gain": 3.0}, {"activation": "sigmoid"}])
@pytest.mark.parametrize("height", [100, 130, 178])
def test_no_eigenvalue_lies_over_the_name_of_the_axis(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, change: dict[str, object], height: int
):
    written: dict[str, QRectF] = {}
    monkeypatch.setattr(
        eigenvalues, "label", lambda *args: written.__setitem__(args[3], label(*args)) or written[args[3]]
    )
    view = shown(qtbot, EigenvaluesView, close_look(**{"hidden": 24, "seed": 2, **change}))
    view.canvas.setFixedHeight(height)
    view.canvas.resize(290, height)
    view.canvas.grab()
    assert view.canvas.height() == height
    name = written["Im λ"].adjusted(-3, -3, 3, 3)
    xs, ys = view._axes.xs(view._values.real), view._axes.ys(view._values.imag)
    assert not any(name.contains(QPointF(x, y)) for x, y in zip(xs, ys, strict=True))


@pytest.mark.parametrize("lines", [[50.0], [50.0, 58.0], [44.0, 50.0]])
def test_number_of_an_axis_stands_clear_of_every_circle(lines: list[float]) -> None:
    for outward in (1.0, -1.0):
        left = _free(50.0, 8.0, lines, outward)
        assert left is not None
        assert all(not left < line < left + 8.0 for line in lines)
    assert _free(50.0, 8.0, [50.0], 1.0) > 50.0 > _free(50.0, 8.0, [50.0], -1.0)  # type: ignore[operator]
    assert _free(50.0, 8.0, [], 1.0) == 46.0
    assert _free(50.0, 8.0, [42.0, 50.0, 58.0], 1.0) is None


def test_eigenvalue_under_the_pointer_says_its_half_life(qtbot: QtBot):
    view = shown(qtbot, EigenvaluesView, close_look(init="identity", gain=0.5))
    assert view._axes is not None
    point = QPointF(view._axes.x(0.5), view._axes.y(0.0))
    assert view.name_at(point).endswith("|λ| = 0.500\nin the linear network it halves every 1.00 steps")


def test_eigenvalues_of_another_gate_are_one_choice_away(qtbot: QtBot):
    inspection = close_look(cell="lstm")
    view = shown(qtbot, EigenvaluesView, inspection)
    assert view._values == pytest.approx(inspection.analysis.run.eigenvalues)
    jobs: list[Any] = []
    view.asked.connect(jobs.append)
    view._matrix.setCurrentText("W_f")
    view.grab()
    # A view works nothing out: until its job is done it has nothing of this matrix to show.
    assert not len(view._values)
    assert view.describe(inspection) == "…"
    (job,) = jobs
    for found in job(lambda: False, lambda _: None):
        view.answer(found)
    view.grab()
    assert len(jobs) == 1
    W = inspection.analysis.run.network.weights["1/W_f"]
    assert np.sort_complex(view._values) == pytest.approx(np.sort_complex(np.linalg.eigvals(W)))
    assert view._sizes[1] == f"σ₁ = {signed(np.linalg.norm(W, 2))}"


@pytest.mark.parametrize(
    ("cell", "offered"),
    [
        ("rnn", ["W"]),
        ("mgu", ["W_n", "W_f"]),
        ("cornn", ["W", "V¹"]),
        ("mist", ["W", "W_r"]),
        ("lru", []),
        ("mingru", []),
    ],
)
def test_matrices_that_carry_the_state_are_offered_and_where_there_is_none_that_is_said(
    qtbot: QtBot, cell: str, offered: list[str]
):
    inspection = close_look(cell=cell)
    view = shown(qtbot, EigenvaluesView, inspection)
    assert [view._matrix.itemText(i) for i in range(view._matrix.count())] == offered
    assert view.describe(inspection).startswith("No square matrix") == (not offered)
    assert (view._axes is None) == (not offered)


def test_formula_is_typeset_when_nothing_changed_for_a_moment(qtbot: QtBot):
    view, errands = shown(qtbot, FormulaView, close_look()), Errands()
    view.asked.connect(partial(errands.run, view))
    assert len(view._missing()) == 2
    qtbot.waitUntil(lambda: not view._missing(), timeout=5000)
    errands.close()


def test_formula_of_a_picture_is_typeset_at_once(qtbot: QtBot):
    view = shown(qtbot, FormulaView, close_look(t=7, k=7))
    view.settle()
    assert not view._missing()
    assert view._formulas[0].plain == "∂s₇/∂s₇ = I"


def test_start_of_the_program_does_not_wait_for_the_typesetter():
    code = "import sys, explorer.gui.views.inspect.formula; sys.exit('ziamath' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_nan_has_a_colour_of_its_own_in_a_matrix():
    image = picture(np.array([[np.nan, 0.0]]), LIGHT)
    assert image.pixelColor(0, 0).name() == LIGHT.nan
    assert image.pixelColor(1, 0).name() == LIGHT.rest


def test_entry_is_found_where_it_is_drawn():
    place = fitted(QRectF(0, 0, 100, 50), 2, 4)
    assert entry_at(place, (2, 4), QPointF(99, 49)) == (1, 3)
    assert entry_at(place, (2, 4), QPointF(101, 49)) is None


def test_axes_put_data_on_pixels_and_back():
    axes = Axes(QRectF(10, 20, 100, 50), -1.0, 1.0, 0.0, 5.0)
    assert axes.at(QPointF(axes.x(0.25), axes.y(4.0))) == pytest.approx((0.25, 4.0))
    assert finite_range(np.array([np.nan, -np.inf]), 2.0) == (-1.0, 1.0)


def test_bins_keep_the_mean_and_show_a_zero():
    assert binned(np.array([1.0, 3.0, 5.0, 7.0]), 2) == pytest.approx([2.0, 6.0])
    assert binned(np.array([1.0, -np.inf, 5.0, 7.0]), 2)[0] == -np.inf
