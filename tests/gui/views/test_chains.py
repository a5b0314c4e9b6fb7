"""The map and the strip of networks with several chains: which one is shown, its blocks, both triangles, the seam."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QToolButton

from explorer.gui.core.netinputs import net_inputs_at
from explorer.gui.plot import theme as look
from explorer.gui.views.flow.chains import BlockButton
from explorer.gui.views.flow.map import FlowMap
from explorer.gui.views.flow.text import map_text
from explorer.gui.views.inspect.formula import FormulaView
from explorer.gui.views.inspect.slopes import SlopesView
from explorer.gui.views.states.states import StatesView
from explorer.gui.views.strip.canvas import Element
from explorer.gui.views.strip.picture import picture
from explorer.gui.views.strip.strip import NetworkStrip
from explorer.gui.views.strip.words import words
from explorer.gui.words import i18n
from explorer.workspace.exploration.exploration import Exploration, LayerRecipe, Lens, Recipe, Selection, Signal
from explorer.workspace.looks.analysis import Inspection, analyse, inspect
from explorer.workspace.looks.block_maps import block_maps
from explorer.workspace.scales.gains import UNDEFINED
from explorer.workspace.words.numbers import subscript

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

BOTH = Recipe(hidden=3, direction="both", above=(LayerRecipe(hidden=2, direction="both"),))
STACK = Recipe(hidden=3, above=(LayerRecipe(hidden=2),))
SEAMED = Recipe(hidden=3, decoder=(LayerRecipe(hidden=3),), seam=4)


def looked(recipe: Recipe, t: int = 9, k: int = 4, **lens: str) -> Inspection:
    made = Exploration(networks=(recipe,), sequence=Signal(steps=12), selection=Selection(t=t, k=k), lens=Lens(**lens))
    return inspect(analyse(made))


@pytest.fixture
def view(qtbot) -> FlowMap:
    i18n.set_language("en")
    view = FlowMap(look.themes()["light"])
    qtbot.addWidget(view)
    view.resize(900, 340)
    view.show()
    return view


def test_a_layer_that_reads_both_ways_has_colours_in_both_triangles(view: FlowMap) -> None:
    view.present(looked(BOTH))
    assert not (view.image.image == UNDEFINED).any()
    view.present(looked(Recipe(hidden=3, direction="backward"), t=4, k=9))
    lower = np.tri(13, k=-1, dtype=bool)
    assert (view.image.image[lower] == UNDEFINED).all()
    assert not (view.image.image[~lower] == UNDEFINED).any()


def test_a_key_leads_over_the_diagonal_where_there_is_something_beyond(view: FlowMap, qtbot) -> None:
    chosen: list[tuple[int, int]] = []
    view.selected.connect(lambda t, k: chosen.append((t, k)))
    view.present(looked(BOTH, t=5, k=5))
    qtbot.keyClick(view, Qt.Key.Key_Right)
    view.present(looked(STACK, t=5, k=5))
    qtbot.keyClick(view, Qt.Key.Key_Right)
    assert chosen == [(5, 6)]


def test_what_is_undefined_is_told_by_the_way_in_which_the_chain_runs() -> None:
    backward = looked(Recipe(hidden=3, direction="backward"), t=4, k=9)
    assert "does not depend on the earlier s₄" in map_text(backward, 9, 4)
    assert "∂s₄/∂s₉ = ×" in map_text(backward, 4, 9)


def test_a_plain_network_has_no_choice_of_chains(view: FlowMap) -> None:
    view.present(looked(Recipe(hidden=3)))
    assert view.chains.isHidden()
    view.present(looked(BOTH))
    assert view.chains.text() == "chain 2 · all of s ▾"


def test_where_both_triangles_are_coloured_and_the_map_is_narrow_the_scale_has_room_before_the_whole_name(
    view: FlowMap,
) -> None:
    view.present(looked(BOTH))
    assert view.chains.text() == "chain 2 · all of s ▾"
    for width in range(900, 300, -20):
        view.resize(width, 340)
        QApplication.processEvents()
        assert view.header_legend.isVisible()
        if view.chains.text() == "chain 2 ▾":
            return
    pytest.fail("the name stays long")


def test_a_chain_and_a_block_are_chosen_from_the_sheet(view: FlowMap) -> None:
    asked = []
    view.edited.connect(asked.append)
    view.present(looked(STACK))
    view.chains.open()
    sheet = view.chains._sheet
    assert sheet is not None
    buttons = {button.block: button for button in sheet.findChildren(BlockButton)}
    assert set(buttons) == {("1", "1"), ("1", "2"), ("2", "1"), ("2", "2")}
    buttons["2", "1"].click()
    view.present(looked(BOTH))
    view.chains.open()
    sheet = view.chains._sheet
    assert sheet is not None
    next(one for one in sheet.findChildren(QToolButton) if one.text() == "1 ⇄").click()
    lenses = [gesture(Exploration()).lens for gesture in asked]
    assert [(lens.into, lens.out_of, lens.chain) for lens in lenses] == [("2", "1", ""), ("", "", "1")]


def test_small_maps_are_those_of_the_blocks() -> None:
    run = looked(STACK).analysis.run
    *_, found = block_maps(run, lambda: False, lambda _: None)
    assert np.array_equal(found["2", "1"], run.flow.block("2", "1").log_gain, equal_nan=True)  # type: ignore[union-attr]
    assert (found["1", "2"][np.tril_indices(13)] == -np.inf).all()


def test_the_seam_is_known_to_map_and_strip(view: FlowMap) -> None:
    view.present(looked(SEAMED))
    assert view.marks.seam == 4
    view.present(looked(STACK))
    assert view.marks.seam is None


def test_other_layers_are_lanes_above_and_below_in_the_strip() -> None:
    shown = picture(looked(BOTH))
    assert [(lane.name, lane.above) for lane in shown.lanes] == [("s¹→", False), ("s¹←", False), ("s²←", True)]
    assert [lane.name for lane in picture(looked(STACK)).lanes] == ["h¹"]
    assert picture(looked(Recipe(hidden=3))).lanes == ()


def test_the_strip_of_a_chain_that_runs_backward_is_in_the_sequences_time() -> None:
    inspection = looked(BOTH, t=4, k=9)
    shown = picture(inspection)
    assert shown.span == (4, 12)
    assert shown.ring[9] == pytest.approx(inspection.row[inspection.k] / np.log(10))
    assert np.isnan(shown.ring[3])


def test_gates_that_are_named_are_those_that_made_the_chosen_state_of_a_backward_chain(qtbot) -> None:
    """Of a chain from the end s_t comes from s_{t+1} and x_{t+1}: checked on the trace, by hand."""
    seen = looked(Recipe(hidden=3, direction="both"), t=4, k=9)
    run = seen.analysis.run
    assert run.course.chain.backward
    x, s = run.course.x[::-1], run.course.s[::-1]
    net = run.network.parameters
    W, U, b = (
        next(np.asarray(net[name]) for name in net if name.startswith("1←") and name.endswith(one)) for one in "WUb"
    )
    card = SlopesView(look.themes()["light"])
    qtbot.addWidget(card)
    card.present(seen)
    (gate,) = net_inputs_at(run.course, seen.t)
    np.testing.assert_allclose(gate.z, W @ s[5] + U @ x[4] + b, rtol=1e-12)
    np.testing.assert_allclose(np.tanh(gate.z), s[4], rtol=1e-12)
    assert card._subtitle.text().startswith("1← · from s₅ to s₄")


@pytest.mark.parametrize(("t", "k", "name"), [(9, 4, "2→"), (4, 9, "2←")])
def test_the_states_and_the_cards_say_along_which_chain_they_are(qtbot, t: int, k: int, name: str) -> None:
    """Beside the title, and in the picture itself where there is no room for one."""
    seen = looked(BOTH, t=t, k=k)
    for view in (StatesView(look.themes()["light"]), FormulaView(look.themes()["light"])):
        qtbot.addWidget(view)
        view.present(seen)
        assert view._subtitle.text().startswith(name)
        assert view._subtitle.shorter == (name,)
        if isinstance(view, StatesView):
            assert view.canvas.chain == name
            view.present(looked(Recipe(hidden=3)))
            assert view.canvas.chain == ""


def test_every_lane_that_is_drawn_has_its_name_and_those_without_room_are_counted(qtbot) -> None:
    """Those of the chain that is looked at stay longest; all of them are there again with more height."""
    deep = Recipe(
        cell="lstm", hidden=3, direction="both", above=(LayerRecipe(cell="lstm", hidden=2, direction="both"),)
    )
    strip = NetworkStrip(look.themes()["light"])
    qtbot.addWidget(strip)
    strip.show()
    counts = []
    for height in (120, 400):
        strip.resize(700, height)
        strip.present(looked(deep))
        QApplication.processEvents()
        drawn, every = strip.canvas.lanes, strip.canvas.picture.lanes
        named = [name for _, name in strip.plot.getAxis("left")._tickLevels[0]]
        assert {lane.name for lane in drawn} <= set(named)
        assert ("left out" in strip._subtitle.text()) == (len(drawn) < len(every))
        assert not drawn or any(lane.parts for lane in drawn)
        counts.append(len(drawn))
    assert counts[0] < counts[1] == len(strip.canvas.picture.lanes)


def test_of_many_parts_the_states_name_the_first_and_the_last_in_every_width(qtbot) -> None:
    """A list that ends at a comma, for lack of room, would name too few."""
    view = StatesView(look.themes()["light"])
    qtbot.addWidget(view)
    view.present(looked(Recipe(cell="lstm", hidden=3, above=(LayerRecipe(cell="lstm", hidden=2),))))
    assert view._subtitle.text().startswith("h¹ₜ … c²ₜ from top to bottom")


def test_the_strip_says_along_which_of_two_chains_its_rings_are(qtbot) -> None:
    strip = NetworkStrip(look.themes()["light"])
    qtbot.addWidget(strip)
    two = Recipe(hidden=3, direction="both")
    for recipe, t, k, chain in ((two, 9, 4, "1→"), (two, 4, 9, "1←"), (Recipe(hidden=3), 9, 4, "")):
        seen = looked(recipe, t=t, k=k)
        strip.present(seen)
        said = f"rings: gradient from s{subscript(t)}"
        assert strip._subtitle.text().split(" · ")[0] == said + f" along the chain {chain} alone" * bool(chain)
        told = words(Element("ring", k), picture(seen))
        assert told.startswith(f"∂s{subscript(t)}/∂s{subscript(k)}")
        assert (f"Along the chain {chain}; the map and the decay show that of the other" in told) == bool(chain)
