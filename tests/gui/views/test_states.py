"""The hidden states: absolute scales, loud exceptions, and what a click chooses."""

from __future__ import annotations

import itertools
import math
import re

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor

from explorer.gui.core.view import Playhead
from explorer.gui.plot import theme
from explorer.gui.plot.scales import blocks, state_colours
from explorer.gui.views.states.states import StatesView, words
from explorer.gui.words import i18n
from explorer.workspace.exploration.exploration import Exploration, Numbers, Recipe, Selection, Signal
from explorer.workspace.looks.analysis import analyse, inspect
from explorer.workspace.words.numbers import signed

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

LIGHT = theme.themes()["light"]


@pytest.fixture
def view(qtbot):
    i18n.set_language("en")
    states = StatesView(LIGHT)
    qtbot.addWidget(states)
    states.resize(900, 200)
    with qtbot.waitExposed(states):
        states.show()
    yield states
    i18n.set_language("en")


def show(view: StatesView, **parts: object):
    inspection = inspect(analyse(Exploration(**parts)))  # type: ignore[arg-type]
    view.dress(LIGHT)
    view.present(inspection)
    return inspection


def colour_of(view: StatesView, step: int, unit: int, block: int = 0) -> tuple[int, ...]:
    top, bottom = view.canvas.area(block)
    count = view.canvas.blocks[block].stop - view.canvas.blocks[block].start
    y = bottom - (unit + 0.5) / count * (bottom - top)
    scene = view.plot.box.mapToScene(QPointF(view.canvas.pixel(step - 0.2), y))
    return view.plot.grab().toImage().pixelColor(view.plot.mapFromScene(scene)).getRgb()


@pytest.mark.parametrize(("step", "unit"), [(0, 0), (1, 0), (7, 3), (10, 5)])
def test_cell_has_the_colour_of_its_value_on_the_scale(view: StatesView, step: int, unit: int):
    inspection = show(view, networks=(Recipe(hidden=6),), sequence=Signal(steps=10), selection=Selection(t=4, k=2))
    value = inspection.analysis.run.trace.s[step, unit]
    expected = state_colours(LIGHT)[round(126 + 126 * value)]
    assert np.abs(np.subtract(colour_of(view, step, unit), expected)).max() <= 3


def test_overflow_is_loud_and_the_legend_says_so(view: StatesView):
    show(view, networks=(Recipe(activation="identity", gain=50.0),), sequence=Signal(steps=300))
    assert colour_of(view, 290, 5) == QColor(LIGHT.nan).getRgb()
    assert "NaN" in [label for _, label in view._legends[0]._apart]


def test_lstm_shows_h_and_c_apart_on_scales_of_their_own(view: StatesView):
    show(view, networks=(Recipe(cell="lstm", hidden=4),))
    assert [block.name for block in view.canvas.blocks] == ["h", "c"]
    assert [legend.isVisible() for legend in view._legends] == [True, True]
    assert view._legends[0]._scale.decade == 0
    assert view._legends[1]._scale.decade >= 1
    show(view, networks=(Recipe(hidden=4),))
    assert [legend.isVisible() for legend in view._legends] == [True, False]


def test_subtitle_says_which_scale(view: StatesView):
    show(view, networks=(Recipe(activation="relu"),))
    assert "signed-log" in view._subtitle.text()
    show(view, networks=(Recipe(activation="sigmoid"),))
    assert "scale ±1" in view._subtitle.text()


def test_click_chooses_t_and_the_unit_if_it_is_another(view: StatesView, qtbot):
    show(view, networks=(Recipe(hidden=4),))
    done = []
    view.edited.connect(done.append)
    top, bottom = view.canvas.area(0)
    scene = view.plot.box.mapToScene(QPointF(view.canvas.pixel(8), top + 0.3 * (bottom - top)))
    with qtbot.waitSignal(view.selected) as signal:
        qtbot.mouseClick(view.plot.viewport(), Qt.MouseButton.LeftButton, pos=view.plot.mapFromScene(scene))
    assert signal.args == [8, 8]
    assert done[0](Exploration()).selection.unit == 2
    view.point(Selection(t=8, k=8, unit=2))
    qtbot.mouseClick(view.plot.viewport(), Qt.MouseButton.LeftButton, pos=view.plot.mapFromScene(scene))
    assert len(done) == 1


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_formula_under_the_pointer_gives_the_value(view: StatesView, cell: str):
    trace = show(view, networks=(Recipe(cell=cell, hidden=4),)).analysis.run.trace
    for block in view.canvas.blocks:
        said = words(trace, 12, block, 3)
        assert said.startswith(f"{block.name}₁₂[3] = ")
        numbers = said.split(" = ")[-2].replace("−", "-").replace("·", "*").replace("tanh", "np.tanh")
        value = float(eval(numbers, {"np": np}))
        assert value == pytest.approx(trace.s[12, block.start + 3], abs=5e-3)


def evaluated(said: str) -> float:
    """What a printed formula gives."""
    for power in re.findall("·10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)", said):
        said = said.replace("·10" + power, "e" + power.translate(str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")))
    plain = said.replace("−", "-").replace("·", "*")
    sigmoid = lambda z: 1.0 / (1.0 + math.exp(-z))  # noqa: E731
    return float(eval(plain, {"tanh": math.tanh, "sigmoid": sigmoid, "relu": lambda z: max(z, 0.0), "identity": float}))


@pytest.mark.parametrize(
    ("cell", "activation"),
    [("rnn", "tanh"), ("rnn", "sigmoid"), ("rnn", "relu"), ("rnn", "identity"), ("lstm", "tanh"), ("gru", "tanh")],
)
@pytest.mark.parametrize("gain", [0.3, 3.0])
def test_sign_between_a_formula_and_its_value_is_what_the_printed_digits_give(cell: str, activation: str, gain: float):
    recipe = Recipe(cell=cell, activation=activation, gain=gain, hidden=6)
    trace = inspect(analyse(Exploration(networks=(recipe,), sequence=Signal(steps=12)))).analysis.run.trace
    signs = []
    for block, step, unit in itertools.product(blocks(trace.network), range(1, 13), range(6)):
        found = re.fullmatch(r".* = (.*) ([=≈]) (.*)", words(trace, step, block, unit))
        assert found
        signs.append(found[2])
        if found[2] == "=":
            assert signed(evaluated(found[1])) == found[3]
    assert signs.count("=") > 0.95 * len(signs)


def test_forward_pass_leaves_the_rest_faint(view: StatesView):
    show(view, networks=(Recipe(hidden=4),))
    before = colour_of(view, 30, 1)
    view.play(Playhead("forward", 10))
    assert colour_of(view, 30, 1) != before
    view.play(Playhead())
    assert colour_of(view, 30, 1) == before


def test_smallest_and_largest_can_be_drawn(view: StatesView):
    show(view, networks=(Recipe(hidden=1),), sequence=Numbers(rows=((1.0,),)))
    assert not view.grab().isNull()
    show(view, networks=(Recipe(hidden=64),), sequence=Signal(steps=500))
    assert not view.grab().isNull()
