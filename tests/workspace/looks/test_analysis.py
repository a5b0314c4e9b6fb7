"""What follows from an exploration: runs, close looks, and when a new analysis is needed."""

from __future__ import annotations

import numpy as np
import pytest

from explorer.engine import limits
from explorer.engine.errors import BadSequence, Stopped, TooBig
from explorer.engine.recurrence import library
from explorer.workspace.exploration.building import build, initial_state
from explorer.workspace.exploration.cells import CellText
from explorer.workspace.exploration.exploration import (
    Edit,
    Exploration,
    Numbers,
    Recipe,
    Selection,
    Signal,
    Text,
    replace,
)
from explorer.workspace.looks.analysis import (
    Inspection,
    analyse,
    inspect,
    looked_at,
    nearest_selection,
    needs_analysis,
    with_spectrum,
)
from explorer.workspace.looks.analyst import Analyst, Completed
from explorer.workspace.looks.river import stream_of
from explorer.workspace.scales.contours import pieces

SMALL = Exploration(selection=Selection(t=7, k=3), sequence=Signal(steps=9)).with_recipe(hidden=4)
LINEAR = SMALL.with_recipe(activation="identity", gain=0.9)


def close_look(exploration: Exploration) -> Inspection:
    return with_spectrum(inspect(analyse(exploration)))


def never() -> bool:
    return False


@pytest.mark.parametrize("norm", ["rms", "spectral"])
def test_the_gain_of_a_linear_network_is_that_of_the_power_of_w(norm: str) -> None:
    run = analyse(LINEAR.with_lens(norm=norm)).run
    power = np.linalg.matrix_power(run.network.W, 4)
    expected = np.linalg.norm(power, 2) if norm == "spectral" else np.linalg.norm(power) / 2.0
    assert run.log_gain[7, 3] == pytest.approx(np.log(expected), abs=1e-9)
    assert run.log_step == pytest.approx([run.log_gain[t, t - 1] for t in range(1, 10)])


def test_preserved_is_exactly_one_on_the_diagonal() -> None:
    for cell in ("rnn", "lstm", "gru"):
        gain = analyse(SMALL.with_recipe(cell=cell)).run.log_gain
        assert np.abs(np.diagonal(gain)).max() < 1e-12
        assert np.isnan(gain[np.triu_indices(10, 1)]).all()


def test_the_row_and_its_product_are_those_of_the_selected_pair() -> None:
    look = close_look(SMALL)
    gain = look.analysis.run.log_gain
    np.testing.assert_array_equal(look.row, gain[7, :8])
    assert look.log_scale - np.log(2.0) == pytest.approx(gain[7, 3], abs=1e-9)
    assert np.linalg.norm(look.matrix) == pytest.approx(1.0)


def test_the_attribution_adds_up_to_the_gain_of_the_pair() -> None:
    look = close_look(SMALL)
    assert look.attribution is not None
    total = float(look.attribution.weights.sum() + look.attribution.slopes.sum())
    assert total == pytest.approx(look.analysis.run.log_gain[7, 3], abs=1e-9)


def test_the_singular_values_add_up_to_the_norm_of_the_pair() -> None:
    look = close_look(SMALL)
    assert look.log_singular_values is not None
    frobenius = 0.5 * np.logaddexp.reduce(2.0 * look.log_singular_values)
    assert frobenius == pytest.approx(look.log_scale, abs=1e-9)


def test_no_gain_of_a_row_lies_above_its_bound() -> None:
    look = close_look(SMALL.with_lens(norm="spectral"))
    assert look.bound is not None
    assert (look.row <= look.bound + 1e-9).all()


@pytest.mark.parametrize("activation", ["tanh", "sigmoid", "relu", "identity"])
def test_no_trend_lies_above_its_bound(activation: str) -> None:
    look = close_look(SMALL.with_recipe(activation=activation))
    assert look.trend is not None
    assert look.bound is not None
    assert (look.trend <= look.bound + 1e-12).all()


def test_gated_cells_have_paths_and_no_bound_trend_or_attribution() -> None:
    for cell in ("lstm", "gru"):
        look = close_look(SMALL.with_recipe(cell=cell))
        assert look.paths is not None
        assert look.attribution is None
        assert look.bound is None
        assert look.trend is None


@pytest.mark.parametrize("cell", library.names())
def test_every_cell_has_either_an_attribution_or_paths_that_end_at_its_gain(cell: str) -> None:
    look = close_look(SMALL.with_recipe(cell=cell))
    gain = look.row[look.k] + 0.5 * np.log(look.matrix.shape[0])
    assert (look.attribution is None) != (look.paths is None)
    if look.attribution is not None:
        assert (look.attribution.weights + look.attribution.slopes).sum() == pytest.approx(look.row[look.k], abs=1e-9)
    if look.paths is not None:
        assert look.paths.total[0] == pytest.approx(gain, abs=1e-9)


def test_cell_of_ones_own_with_one_matrix_is_split_into_weights_and_derivative() -> None:
    look = close_look(SMALL.with_recipe(cell=CellText(name="soft", text="h = softsign(W @ h + U @ x)")))
    assert look.attribution is not None
    assert look.paths is None


@pytest.mark.parametrize(
    ("cell", "called"),
    [
        ("rnn", ["W"]), ("lstm", ["W_g", "W_i", "W_f", "W_o"]), ("gru", ["W_n", "W_r", "W_z"]), ("mgu", ["W_n", "W_f"]),
        ("cornn", ["W", "V¹"]), ("mingru", []), ("lru", []), ("deltanet", []),
    ],
)  # fmt: skip
def test_matrices_that_carry_the_state_are_called_as_in_the_equations_and_the_first_is_measured(
    cell: str, called: list[str]
) -> None:
    run = analyse(SMALL.with_recipe(cell=cell)).run
    assert list(run.matrices) == called
    assert run.recurrent == (called[0] if called else None)
    if called:
        values = np.abs(np.linalg.eigvals(run.matrices[called[0]]))
        assert run.radius == pytest.approx(values.max(), rel=1e-12)
        np.testing.assert_allclose(np.sort(np.abs(run.eigenvalues)), np.sort(values), rtol=1e-9)
        assert run.sigma == pytest.approx(np.linalg.svd(run.matrices[called[0]])[1][0], rel=1e-12)
    else:
        assert (run.radius, run.sigma, run.eigenvalues.size) == (None, None, 0)


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
@pytest.mark.parametrize(("t", "k"), [(0, 0), (1, 0), (1, 1)])
def test_the_first_pairs_of_one_step_and_one_unit_can_be_looked_at(cell: str, t: int, k: int) -> None:
    one = SMALL.with_recipe(cell=cell, hidden=1).with_sequence(Signal(steps=1)).with_selection(t=t, k=k)
    look = close_look(one)
    assert len(look.row) == t + 1
    assert look.row[t] == 0.0


def test_a_selection_beyond_the_sequence_moves_to_its_end_and_keeps_its_lag_where_it_can() -> None:
    assert nearest_selection(Selection(t=36, k=12, unit=9), 9, 4) == Selection(t=9, k=0, unit=3)
    assert nearest_selection(Selection(t=36, k=34), 9, 4) == Selection(t=9, k=7)
    assert nearest_selection(Selection(t=5, k=2), 9, 4) == Selection(t=5, k=2)
    look = close_look(SMALL.with_selection(t=36, k=34))
    assert (look.t, look.k) == (9, 7)


def test_the_same_recipe_gives_the_same_weights_and_edits_lie_on_top() -> None:
    plain = build(Recipe(hidden=3), inputs=2)
    edited = build(Recipe(hidden=3, edits=(Edit("W", 1, 2, 5.0), Edit("b", 0, 0, -1.0))), inputs=2)
    assert edited.W[1, 2] == 5.0
    assert edited.b[0] == -1.0
    different = plain.W != edited.W
    assert different.sum() == 1


def test_edits_of_weights_that_are_gone_are_passed_over() -> None:
    recipe = Recipe(hidden=2, edits=(Edit("W", 5, 5, 1.0), Edit("U", 0, 9, 1.0), Edit("b", 7, 0, 1.0)))
    np.testing.assert_array_equal(build(recipe, 1).W, build(Recipe(hidden=2), 1).W)


def test_the_initial_state_is_padded_with_zeros_and_cut_to_the_width() -> None:
    recipe = Recipe(hidden=3, initial_state=(1.0, 2.0))
    assert initial_state(recipe, build(recipe, 1)).tolist() == [1.0, 2.0, 0.0]
    assert initial_state(recipe, build(replace(recipe, hidden=1), 1)).tolist() == [1.0]


def test_what_an_equation_starts_from_is_where_nothing_else_is_said() -> None:
    recipe = Recipe(cell="slstm", hidden=2, initial_state=(0.5,))
    network = build(recipe, 1)
    assert initial_state(recipe, network).tolist() == [0.5, 0.0, -np.inf, -np.inf, 0.0, 0.0]


def test_colours_follow_the_data_in_whole_spans_until_they_are_locked() -> None:
    assert analyse(SMALL.with_lens(locked=True, decades=3)).decades == 3
    free = analyse(SMALL.with_recipe(activation="identity", gain=8.0).with_lens(locked=False))
    widest = np.nanmax(np.abs(free.run.log_gain)) / np.log(10.0)
    assert widest <= free.decades <= 2 * widest + 1


@pytest.mark.parametrize("gain", [5e-324, 1e-309, 1e-165])
@pytest.mark.parametrize("norm", ["frobenius", "spectral"])
def test_the_least_gain_is_gone_and_not_overflowed(gain: float, norm: str) -> None:
    exploration = Exploration(sequence=Signal(steps=6)).with_recipe(hidden=1, init="identity", gain=gain)
    found = inspect(analyse(exploration.with_lens(norm=norm)))
    assert found.verdict.kind == "gone"
    # What the activation takes is next to nothing beside what the gain takes.
    assert found.row[0] == pytest.approx(6 * np.log(gain), rel=0.02)


def test_zeros_and_overflow_leave_a_span_for_the_colours() -> None:
    dead = analyse(SMALL.with_recipe(activation="relu", bias=-50.0).with_lens(locked=False))
    assert np.isneginf(dead.run.log_gain[7, 3])
    assert dead.decades == 1


def test_one_network_alone_costs_one_analysis() -> None:
    both = Exploration(networks=(Recipe(hidden=2), Recipe(cell="gru", hidden=3)), sequence=Signal(steps=4), active=1)
    assert analyse(both).run.recipe.cell == "gru"
    *_, last = Analyst().look(both, never, lambda _: None)
    assert last.inspection.comparison is None


@pytest.mark.parametrize(
    ("change", "new"),
    [
        (lambda e: e.with_recipe(gain=2.0), True),
        (lambda e: e.with_sequence(Signal(steps=10)), True),
        (lambda e: e.with_lens(norm="spectral"), True),
        (lambda e: e.with_lens(threshold=1e-3), False),
        (lambda e: e.with_lens(locked=False), False),
        (lambda e: e.with_selection(t=1, k=0), False),
    ],
)
def test_only_networks_sequence_and_norm_need_a_new_analysis(change, new: bool) -> None:
    assert needs_analysis(SMALL, change(SMALL)) == new


def test_a_mere_look_is_the_same_as_a_new_analysis() -> None:
    other = SMALL.with_selection(t=9, k=0).with_lens(locked=False, threshold=1e-2)
    seen, new = inspect(looked_at(analyse(SMALL), other)), inspect(analyse(other))
    np.testing.assert_array_equal(seen.row, new.row)
    assert seen.analysis.decades == new.analysis.decades
    assert seen.verdict == new.verdict


def test_an_analyst_looks_first_without_and_then_with_the_singular_values() -> None:
    first, second = Analyst().look(SMALL, never, lambda _: None)
    assert isinstance(first, Inspection)
    assert isinstance(second, Completed)
    assert first.log_singular_values is None
    assert second.inspection.log_singular_values is not None
    assert second.inspection.analysis is first.analysis


def test_an_answer_brings_the_river_and_the_lines_of_the_map_along() -> None:
    """Nobody who shows it has to work them out, or to show it twice; where only k is another the river is the same."""
    gated = SMALL.with_recipe(cell="lstm", gain=2.0)
    analyst = Analyst()
    first, *_ = analyst.look(gated, never, lambda _: None)
    assert first.river is not None
    (alone,) = stream_of(first.analysis.run, 7, never, lambda _: None)
    assert first.river.arrives.keys() == {"h", "c"}
    for part, log in first.river.arrives.items():
        np.testing.assert_array_equal(log, alone.arrives[part])
    cut = pieces(first.analysis.run.square, first.analysis.decades)
    assert [(level, ends.tolist()) for level, ends in first.lines] == [(level, ends.tolist()) for level, ends in cut]
    beside, *_ = analyst.look(gated.with_selection(t=7, k=1), never, lambda _: None)
    assert beside.river is first.river
    later, *_ = analyst.look(gated.with_selection(t=8, k=1), never, lambda _: None)
    assert later.river.t == 8
    assert next(iter(analyst.look(SMALL, never, lambda _: None))).river is None


def test_an_analyst_goes_back_to_what_it_knew_after_a_refusal() -> None:
    analyst = Analyst()
    known, _ = analyst.look(SMALL, never, lambda _: None)
    with pytest.raises(BadSequence):
        next(analyst.look(SMALL.with_sequence(Text(text="  ")), never, lambda _: None))
    again, _ = analyst.look(SMALL, never, lambda _: None)
    assert again.analysis.run is known.analysis.run


def test_work_that_would_not_fit_is_refused_before_it_is_begun(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "most_bytes", lambda: 2**27)
    big = SMALL.with_recipe(cell="lstm", hidden=256).with_sequence(Signal(steps=2000))
    with pytest.raises(TooBig, match="GB"):
        analyse(big)


def test_work_stops_when_told_to() -> None:
    with pytest.raises(Stopped):
        analyse(SMALL, stop=lambda: True)
    with pytest.raises(Stopped):
        inspect(analyse(SMALL), stop=lambda: True)


def test_progress_rises() -> None:
    told: list[float] = []
    analyse(Exploration(sequence=Signal(steps=200)), report=told.append)
    assert told == sorted(told)
    assert 0.0 <= told[0] <= told[-1] <= 1.0


def test_what_crosses_threads_is_read_only() -> None:
    run = close_look(SMALL).analysis.run
    for array in (run.log_gain, run.flow.log_norm, run.trace.s, run.trace.x, run.network.W):
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0.0


def test_overflow_is_a_result_and_not_an_error() -> None:
    rows = tuple((1e300,) for _ in range(20))
    wild = SMALL.with_recipe(activation="identity", gain=50.0).with_sequence(Numbers(rows=rows))
    look = close_look(wild.with_selection(t=20, k=0))
    assert len(look.row) == 21
