"""Below the map: what is drawn of a product and of its factors is theirs, and what is too small is no zero."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from explorer.engine import Layer, Network
from explorer.engine.recurrence.readings.gates import gates
from explorer.engine.recurrence.typeset.setting import PLAIN
from explorer.engine.signed import Signed
from explorer.workspace.exploration.cells import Cell, CellText
from explorer.workspace.exploration.exploration import Exploration, Selection, Signal
from explorer.workspace.looks.analysis import Inspection, analyse, inspect
from explorer.workspace.looks.steps import values_at
from explorer.workspace.looks.zoom.entry import entry_look
from explorer.workspace.looks.zoom.factor import factor_look
from explorer.workspace.looks.zoom.inside import inside_look
from explorer.workspace.looks.zoom.place import Place, nearest
from explorer.workspace.looks.zoom.product import MOST_FACTORS, ProductLook, drawn_steps, product_look
from explorer.workspace.looks.zoom.shown import shown
from explorer.workspace.looks.zoom.unit import unit_look
from explorer.workspace.looks.zoom.wiring import layer_of, wiring

TYPED = CellText(name="own", text="a = sigmoid(V_a @ x + W_a @ q)\nq = a * q + (1 - a) * tanh(W_q @ (a * q) + V_q @ x)")
"""A cell that nobody has heard of."""
CELLS: list[Cell] = ["rnn", "lstm", "gru", "mingru", TYPED]


@cache
def seen(cell: Cell = "rnn", t: int = 9, k: int = 3, steps: int = 12, **recipe: object) -> Inspection:
    made = Exploration(selection=Selection(t=t, k=k), sequence=Signal(steps=steps))
    return inspect(analyse(made.with_recipe(cell=cell, **({"hidden": 5} | recipe))))  # type: ignore[arg-type]


def product(inspection: Inspection) -> ProductLook:
    return product_look(inspection, Place(), lambda: False)


@pytest.mark.parametrize("cell", CELLS)
def test_the_factors_that_are_drawn_multiply_to_the_product_whose_norm_is_the_cell_of_the_map(cell: Cell) -> None:
    inspection = seen(cell)
    look = product(inspection)
    assert [one.step for one in look.factors] == [4, 5, 6, 7, 8, 9]
    P = np.linalg.multi_dot([one.matrix.entries.value() for one in look.factors[::-1]])
    assert look.matrix is not None
    np.testing.assert_allclose(look.matrix.entries.value(), P, rtol=1e-9, atol=1e-14 * np.abs(P).max())
    log_norm = inspection.analysis.run.flow.log_norm[9, 3]
    assert math.log(np.linalg.norm(P)) == pytest.approx(log_norm, abs=1e-9)
    last = look.factors[0].carried
    assert last is not None
    np.testing.assert_allclose(last.entries.value(), P / np.abs(P).max(), rtol=1e-9, atol=1e-14)


def test_the_worst_step_is_where_most_is_lost_or_where_it_dies() -> None:
    inspection = seen("rnn", gain=0.5)
    worst = product(inspection).worst
    changes = {j: inspection.row[j - 1] - inspection.row[j] for j in range(4, 10)}
    assert worst == min(changes, key=lambda j: changes[j])
    dead = seen("rnn", activation="relu", bias=-50.0)
    assert math.isinf(dead.row[3])
    assert product(dead).worst == 9
    assert product(seen(t=4, k=4)).worst == 0


def test_of_many_factors_some_are_drawn_and_the_ends_and_the_worst_are_among_them() -> None:
    found = drawn_steps(2000, 0, 777)
    assert len(found) <= MOST_FACTORS
    assert {1, 777, 2000} <= set(found)
    assert drawn_steps(8, 3, 5) == (4, 5, 6, 7, 8)


def test_what_float64_can_not_hold_beside_the_largest_entry_is_no_zero() -> None:
    # After 2,000 steps 0.3 of a step is e^-2408, beside 0.999 of one.
    cell = CellText(name="own", text="u = 0.999 * u + U @ x\nv = 0.3 * v + V @ x\nh = u + v")
    look = product(seen(cell, t=2000, k=0, steps=2000, hidden=1))
    assert look.matrix is not None
    log, sign = look.matrix.entries.log, look.matrix.entries.sign
    assert np.isneginf([log[0, 1], log[1, 0]]).all()
    assert log[0, 0] == pytest.approx(2000 * math.log(0.999))
    assert np.isfinite(log[1, 1])
    assert sign[1, 1] == 0.0


def test_a_matrix_made_small_keeps_the_largest_entry_of_each_place_and_shows_every_nan() -> None:
    rng = np.random.default_rng(3)
    matrix = rng.normal(size=(250, 70))
    matrix[120, 30] = np.nan
    small = shown(Signed.of(matrix), 50)
    assert small.thinned
    assert small.shape == (250, 70)
    assert small.entries.log.shape == (50, 35)
    np.testing.assert_allclose(np.abs(small.entries.value()[3, 4]), np.abs(matrix[15:20, 8:10]).max())
    assert np.isnan(small.entries.log[24, 15])
    assert not shown(Signed.of(matrix[:50, :50]), 50).thinned


def test_a_place_that_is_gone_gives_way_to_the_nearest_there_is() -> None:
    inspection = seen("rnn")
    assert nearest(Place("factor", 99), inspection) == Place("factor", 9)
    assert nearest(Place("factor", 1), inspection) == Place("factor", 4)
    assert nearest(Place("entry", 5, entry=(99, -1)), inspection) == Place("entry", 5, entry=(4, 0))
    assert nearest(Place("inside", 5, gate="f"), inspection).gate in ("h", "s")
    assert nearest(Place("unit", 5, gate="f"), seen(CellText(name="own", text="h = 0.5 * h + U @ x"))).level == "inside"
    assert nearest(Place("factor", 5), seen(t=4, k=4)) == Place()


def test_the_way_up_ends_at_the_product_and_passes_the_step() -> None:
    unit = Place("unit", 7, gate="f")
    assert [place.level for place in unit.trail] == ["product", "factor", "inside", "unit"]
    assert [place.level for place in Place("entry", 7).trail] == ["product", "factor", "entry"]
    assert [place.level for place in Place("entry").trail] == ["product", "entry"]
    assert {place.step for place in unit.trail} == {0, 7}
    assert replace(unit, step=3).above == Place("inside", 3, gate="f")


@pytest.mark.parametrize("cell", CELLS)
def test_a_factor_is_the_sum_of_the_parts_of_its_blocks(cell: Cell) -> None:
    inspection = seen(cell)
    look = factor_look(inspection, Place("factor", 6))
    J = inspection.analysis.run.trace.jacobians()[5]
    np.testing.assert_allclose(look.entries.value(), J, rtol=1e-9, atol=1e-14)
    for block in look.blocks:
        parts = factor_look(inspection, Place("factor", 6, block=block.name)).parts
        whole = sum(one.product.entries.value() for one in parts)
        np.testing.assert_allclose(whole, J[block.rows, block.columns], rtol=1e-9, atol=1e-13)
        for one in parts:
            if one.scale is not None and one.matrix is not None:
                made = one.scale.entries.value() * one.matrix.entries.value()
                np.testing.assert_allclose(made, one.product.entries.value(), rtol=1e-12)
    assert look.chosen is not None
    assert look.other_block(-99) == look.blocks[0].name


def test_a_simple_cell_s_factor_is_diag_of_the_slopes_times_W() -> None:
    inspection = seen("rnn")
    (part,) = factor_look(inspection, Place("factor", 6)).parts
    assert part.scale is not None
    assert part.matrix is not None
    assert PLAIN.of(part.product.written) == "diag(f′(zₜ)) W"
    np.testing.assert_allclose(part.matrix.entries.value(), inspection.analysis.run.network.weights["1/W"])


def test_of_a_matrix_state_whose_rows_go_alike_the_small_factor_is_drawn() -> None:
    inspection = seen("deltanet", hidden=3)
    look = factor_look(inspection, Place("factor", 6))
    assert look.alike
    k = len(look.entries.log)
    J = inspection.analysis.run.trace.jacobians()[5]
    np.testing.assert_allclose(np.kron(np.eye(len(J) // k), look.entries.value()), J, rtol=1e-9, atol=1e-14)


@pytest.mark.parametrize("cell", CELLS)
def test_one_number_is_the_entry_of_J_and_of_the_product(cell: Cell) -> None:
    inspection = seen(cell)
    J, last = inspection.analysis.run.trace.jacobians()[5], inspection.width - 1
    for entry in ((0, 0), (last, 0), (0, last)):
        look = entry_look(inspection, Place("entry", 6, entry=entry), lambda: False)
        assert float(look.value.value()) == pytest.approx(J[entry], rel=1e-9, abs=1e-15)
        parts = [one.sign * math.prod(float(f.at(look.entry).value()) for f in one.factors) for one in look.parts]
        assert sum(parts) == pytest.approx(J[entry], rel=1e-9, abs=1e-14)
        assert inspection.matrix is not None
        of_product = entry_look(inspection, Place("entry", entry=entry), lambda: False)
        exact = inspection.matrix[entry] * math.exp(inspection.log_scale)
        assert float(of_product.value.value()) == pytest.approx(exact, rel=1e-9, abs=1e-18)
        assert of_product.last is not None
        assert of_product.before is not None
        ways = float(np.sum(of_product.last.value() * of_product.before.value()))
        assert ways == pytest.approx(exact, rel=1e-8, abs=1e-15)


def test_a_number_far_outside_float64_is_told_by_its_logarithm() -> None:
    cell = CellText(name="own", text="u = 0.999 * u + U @ x\nv = 0.3 * v + V @ x\nh = u + v")
    look = entry_look(seen(cell, t=2000, k=0, steps=2000, hidden=1), Place("entry", entry=(1, 1)), lambda: False)
    assert float(look.value.log) == pytest.approx(2000 * math.log(0.3))
    assert float(look.value.sign) == 1.0


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru", TYPED])
def test_the_inside_of_a_cell_ends_in_its_states_and_holds_all_of_its_gates(cell: Cell) -> None:
    inspection = seen(cell)
    look = inside_look(inspection, nearest(Place("inside", 6), inspection))
    course = inspection.analysis.run.trace.only
    step = course.chain.step
    ends = {one.name: value for one, value in zip(look.wiring.elements, look.values, strict=True) if one.taken}
    for name in step.parts:
        np.testing.assert_allclose(ends[name], step.part(course.s[6], name))
    found = {one.gate for one in look.wiring.elements if one.gate}
    assert found == {gate.name for gate in gates(step.recurrence)}
    assert all(other < i for i, one in enumerate(look.wiring.elements) for other in one.inputs)


def test_a_layer_of_a_stack_is_drawn_alone_and_reads_what_the_one_below_gives() -> None:
    net = Network.random(layers=[Layer("lstm", 3), Layer("gru", 2)], inputs=2, outputs=1)
    recurrence = net.chain("net").step.recurrence
    second = wiring(recurrence, "2")
    assert second.layers == ("1", "2")
    assert {one.gate for one in second.elements if one.gate} == {"2/r", "2/z", "2/n"}
    assert {one.name for one in second.elements if one.kind == "given"} >= {"1/h", "2/h"}
    assert layer_of("2/r") == "2"


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_what_the_inputs_bring_to_a_net_input_adds_up_to_it(cell: Cell) -> None:
    inspection = seen(cell)
    step = inspection.analysis.run.trace.only.chain.step
    values = values_at(inspection.analysis.run.trace.only, 6)
    for gate in gates(step.recurrence):
        look = unit_look(inspection, Place("unit", 6, gate=gate.name))
        numbers = [(-1.0 if one.sign == "-" else 1.0) * (one.number or 0.0) for one in look.shares]
        assert sum(numbers) == pytest.approx(float(values[gate.node][look.unit]), rel=1e-12)
        for one in look.shares:
            if one.brought is not None:
                assert one.brought.sum() == pytest.approx(one.number, rel=1e-9, abs=1e-15)
