"""Below the map: what is drawn of a product and of its factors is theirs, and what is too small is no zero."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from explorer.engine.signed import Signed
from explorer.workspace.exploration.cells import Cell, CellText
from explorer.workspace.exploration.exploration import Exploration, Selection, Signal
from explorer.workspace.looks.analysis import Inspection, analyse, inspect
from explorer.workspace.looks.zoom.place import Place, nearest
from explorer.workspace.looks.zoom.product import MOST_FACTORS, ProductLook, drawn_steps, product_look
from explorer.workspace.looks.zoom.shown import shown

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
