"""The hidden states: absolute scales, loud exceptions, and what a click chooses."""

from __future__ import annotations

import itertools
import math
import re

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication

from explorer.engine import Layer, Network
from explorer.engine.recurrence.library import names
from explorer.gui.core.view import Playhead
from explorer.gui.plot import theme
from explorer.gui.views.states.sentence import words
from explorer.gui.views.states.states import StatesView
from explorer.gui.words import i18n
from explorer.workspace.exploration.exploration import (
    Exploration,
    LayerRecipe,
    Numbers,
    Recipe,
    Selection,
    Signal,
    Text,
)
from explorer.workspace.looks.analysis import analyse, inspect
from explorer.workspace.scales.states import blocks, state_colours
from explorer.workspace.words.numbers import signed

from ...shipped import VARIETY

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
    assert [legend._name for legend in view._legends] == ["hₜ", "cₜ"]
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


# In their lines stand matrices, cases or small powers, which `evaluated` does not read.
UNREAD = {"clockwork", "exprnn", "lipschitz", "ltc", "mlstm", "retnet", "rwkv7"}
CELLS = [
    *((name, "tanh") for name in names() if name not in UNREAD),
    *(("rnn", one) for one in ("sigmoid", "relu", "identity")),
]


def evaluated(said: str) -> float:
    """What a printed formula gives."""
    for power in re.findall("·10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)", said):
        said = said.replace("·10" + power, "e" + power.translate(str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")))
    plain = said.replace("−", "-").replace("·", "*").replace("∞", "inf")
    known = {
        "tanh": math.tanh, "σ": lambda z: 1.0 / (1.0 + math.exp(-z)), "ReLU": lambda z: max(z, 0.0),
        "ln": math.log, "exp": math.exp, "inf": math.inf,
    }  # fmt: skip
    return float(eval(plain, known))


@pytest.mark.parametrize(("cell", "activation"), CELLS)
def test_sign_between_a_formula_and_its_value_is_what_the_printed_digits_give(cell: str, activation: str):
    signs = []
    for gain in (0.3, 3.0):
        recipe = Recipe(cell=cell, activation=activation, gain=gain, hidden=3)
        course = analyse(Exploration(networks=(recipe,), sequence=Signal(steps=9))).run.trace.only
        for block, step in itertools.product(blocks(course.chain), range(1, 10)):
            for row in range(0, block.stop - block.start, block.columns):
                said = words(course, step, block, row)
                found = re.fullmatch(r".* = (.*) ([=≈]) (.*)", said)
                assert found, said
                signs.append(found[2])
                assert found[3] == signed(float(course.s[step, block.start + row]))
                if found[2] == "=":
                    assert signed(evaluated(found[1])) == found[3], said
    assert signs.count("=") > 0.95 * len(signs)


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("rnn", ["s₅[1] = tanh(z)"]),
        ("gru", ["h₅[1] = (1 − z)·n + z·h₄"]),
        ("lstm", ["h₅[1] = o·tanh(c)", "c₅[1] = f·c₄ + i·g"]),
        ("mgu", ["h₅[1] = (1 − f)·h₄ + f·n"]),
        ("mist", ["h₅[1] = tanh(z^h)"]),
        ("deltanet", ["S₅[0,1] = S₄ − β (S₄ k − U_v x) kᵀ"]),
    ],
)
def test_unit_is_told_by_the_line_of_its_cell(cell: str, said: list[str]):
    course = analyse(Exploration(networks=(Recipe(cell=cell, hidden=3),), sequence=Signal(steps=6))).run.trace.only
    assert [" = ".join(words(course, 5, block, 1).split(" = ")[:2]) for block in blocks(course.chain)] == said


def test_line_that_only_gives_another_name_is_told_by_what_that_is():
    course = analyse(Exploration(networks=(Recipe(cell="lru", hidden=3),), sequence=Signal(steps=6))).run.trace.only
    assert words(course, 5, blocks(course.chain)[0], 1).startswith("u₅[1] = a·u₄ − b·v₄ + g·B_re x = ")


def test_formula_under_the_pointer_gives_the_value_of_every_layer():
    net = Network.random(layers=[Layer("lstm", 3), Layer("mgu", 2)], inputs=2, outputs=1)
    course = net.forward(np.ones((6, 2))).only
    named = {block.name: words(course, 4, block, 1) for block in blocks(course.chain)}
    assert list(named) == ["h¹", "c¹", "h²"]
    assert named["h²"].startswith("h²₄[1] = (1 − f²)·h²₃ + f²·n² = ")


def test_decoder_is_told_with_its_own_weights():
    net = Network.random(layers=[Layer("rnn", 3)], decoder=[Layer("rnn", 3)], inputs=2, outputs=1)
    course = net.forward(np.ones((6, 2)), seam=3).only
    for step in (3, 4):
        said = words(course, step, blocks(course.chain)[0], 1)
        assert said.endswith(signed(float(course.s[step, 1])))
        assert signed(evaluated(said.split(" = ")[2])) == signed(float(course.s[step, 1]))


@pytest.mark.parametrize("name", VARIETY)
def test_states_of_every_kind_of_cell_are_drawn_with_their_parts_and_scales(view: StatesView, name: str):
    inspection = show(view, networks=(Recipe(cell=name, hidden=5),), sequence=Signal(steps=12))
    parts = inspection.analysis.run.trace.only.parts
    assert [(block.start, block.stop) for block in view.canvas.blocks] == [
        (one.start, one.stop) for one in parts.values()
    ]
    assert not view.grab().isNull()
    assert view._pages.currentWidget() is not view._error
    for number, block in enumerate(view.canvas.blocks):
        top, bottom = view.canvas.area(number)
        assert view.canvas.unit_at(bottom - 0.5) == (number, 0)
        assert view.canvas.unit_at(top + 0.5) == (number, block.stop - block.start - 1)


def test_matrix_state_has_a_row_for_each_unit(view: StatesView, qtbot):
    show(view, networks=(Recipe(cell="deltanet", hidden=5),), selection=Selection(t=9, k=4, unit=2))
    (block,) = view.canvas.blocks
    assert (block.units, block.columns, block.entry(17)) == (5, 8, "[2,1]")
    assert "S: 5 × 8" in view._subtitle.text()
    done = []
    view.edited.connect(done.append)
    top, bottom = view.canvas.area(0)
    scene = view.plot.box.mapToScene(QPointF(view.canvas.pixel(8), bottom - (33.5 / 40) * (bottom - top)))
    qtbot.mouseClick(view.plot.viewport(), Qt.MouseButton.LeftButton, pos=view.plot.mapFromScene(scene))
    assert done[0](Exploration()).selection.unit == 4


def test_parts_on_one_scale_share_their_legend(view: StatesView):
    show(view, networks=(Recipe(cell="slstm", hidden=4),))
    seen = [legend for legend in view._legends if legend.isVisible()]
    assert [legend._name for legend in seen] == ["hₜ, cₜ", "lₜ"]
    assert "hₜ … cₜ from top to bottom" in view._subtitle.text()


def test_each_of_several_parts_has_its_name_in_its_corner(view: StatesView):
    def corner(number: int) -> list[object]:
        image, (top, _) = view.plot.grab().toImage(), view.canvas.area(number)
        spot = view.plot.mapFromScene(view.plot.box.mapToScene(QPointF(10.0, top + 1.0)))
        return [image.pixelColor(spot.x() + x, spot.y() + y).getRgb() for x in range(10) for y in range(12)]

    show(view, networks=(Recipe(cell="lstm", hidden=4),))
    assert corner(0) != corner(1)
    assert min(sum(pixel[:3]) for pixel in corner(0)) < 300  # type: ignore[index]
    show(view, networks=(Recipe(hidden=4),))
    assert min(sum(pixel[:3]) for pixel in corner(0)) > 300  # type: ignore[index]


def test_state_that_began_beyond_its_bounds_is_shown_on_a_scale_that_holds_it(view: StatesView):
    show(view, networks=(Recipe(hidden=4, initial_state=(5.0,)),))
    assert view._legends[0]._scale.decade == 1


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


def test_many_layers_leave_more_room_to_their_states_than_to_what_parts_them(view: StatesView):
    view.resize(900, 130)
    above = tuple(LayerRecipe(hidden=3) for _ in range(15))
    show(view, networks=(Recipe(hidden=3, above=above),), sequence=Signal(steps=5), selection=Selection(t=4, k=1))
    areas = [view.canvas.area(number) for number in range(16)]
    shown = sum(bottom - top for top, bottom in areas)
    assert shown > 0.75 * view.plot.box.height()
    assert all(below > above for (_, above), (below, _) in itertools.pairwise(areas))


def test_alone_in_the_middle_its_steps_are_numbered_or_named_by_their_words(view: StatesView):
    axis = view.plot.getAxis("bottom")
    narrow = axis.height()

    def written() -> list[str]:
        QApplication.processEvents()
        page = QImage(900, 200, QImage.Format.Format_RGB32)
        painter = QPainter(page)
        *_, found = axis.generateDrawSpecs(painter)
        painter.end()
        return [label[2] for label in found]

    show(view, sequence=Signal(steps=10))
    assert written() == []
    view.stand_alone(True)
    assert {"0", "5", "10"} <= set(written())
    assert axis.height() > narrow
    show(view, sequence=Text(text="that was good"))
    assert "that₁" in written()
    view.stand_alone(False)
    assert (written(), axis.height()) == ([], narrow)
