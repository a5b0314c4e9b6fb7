"""While equations are edited, weights of the same name and shape stay: random, learnt and set by hand."""

import numpy as np
import pytest

from explorer.engine import Network
from explorer.engine.errors import BadEquations, BadFile
from explorer.workspace.exploration.building import build
from explorer.workspace.exploration.cell_texts import copy_of, equations_of, with_equations
from explorer.workspace.exploration.exploration import Edit, Exploration, Recipe, Signal
from explorer.workspace.exploration.record import Snapshot, packed
from explorer.workspace.looks.rewriting import with_rewritten

TWO = "f = sigmoid(U_f @ x + W_f @ h + b_f)\nh = f * h + (1 - f) * tanh(U_n @ x + W_n @ h)"


def network(exploration: Exploration) -> Network:
    return build(exploration.recipe, 1)


def test_an_edited_line_leaves_the_weights_of_the_others_alone() -> None:
    before = with_rewritten(Exploration(), with_equations(copy_of("mgu"), TWO))
    cell = before.recipe.cell
    after = with_rewritten(before, with_equations(cell, TWO.replace("tanh", "silu") + "\nh = h + b_n"))  # type: ignore[arg-type]
    one, other = network(before).weights, network(after).weights
    assert "1/b_n" in other
    assert all(np.array_equal(one[name], other[name]) for name in one)


@pytest.mark.parametrize("cell", ["mgu", "lstm"])
def test_learnt_weights_stay_when_an_equation_is_added(cell: str) -> None:
    exploration = Exploration(networks=(Recipe(cell=cell, hidden=3),), sequence=Signal(steps=5))
    learnt = {name: array + 0.5 for name, array in network(exploration).parameters.items()}
    exploration = exploration.with_recipe(trained=Snapshot(step=7, tensors=packed(learnt)))
    before = network(exploration)
    copied = with_rewritten(exploration, copy_of(cell))
    assert network(copied).parameters.keys() == before.parameters.keys()
    text = equations_of(cell) + "\nh = h + P @ x"
    after = with_rewritten(copied, with_equations(copied.recipe.cell, text))  # type: ignore[arg-type]
    assert after.recipe.trained is not None
    assert after.recipe.trained.step == 7
    weights = network(after).weights
    assert "1/P" in weights
    assert all(np.array_equal(weights[name], array) for name, array in before.weights.items())


def test_a_weight_set_by_hand_stays_where_it_is_stored_otherwise_now() -> None:
    # Of an LSTM a kernel stacks W by gates: the forget gate's rows are the second three.
    edit = Edit("W", 3, 1, 9.0)
    exploration = Exploration(networks=(Recipe(cell="lstm", hidden=3, edits=(edit,)),), sequence=Signal(steps=5))
    copied = with_rewritten(exploration, copy_of("lstm"))
    text = equations_of("lstm") + "\nh = h + P @ x"
    after = with_rewritten(copied, with_equations(copied.recipe.cell, text))  # type: ignore[arg-type]
    assert network(after).weights["1/W_f"][0, 1] == 9.0


def test_what_is_declared_of_a_name_that_is_gone_is_left_out() -> None:
    cell = with_equations(copy_of("slstm"), "h = tanh(U_z @ x + W_z @ h + b_z)")
    assert [state.name for state in Recipe(cell=cell).recurrence.states] == ["h"]


def test_a_mistake_is_told_with_its_place() -> None:
    with pytest.raises(BadFile) as found:
        with_equations(copy_of("rnn"), "h = tanh(U @ x")
    cause = found.value.__cause__
    assert isinstance(cause, BadEquations)
    assert (cause.line, cause.column) == (1, 9)
