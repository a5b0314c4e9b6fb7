"""While equations are edited, weights of the same name and shape stay: random, learnt and set by hand."""

import numpy as np
import pytest

from explorer.engine import Network
from explorer.engine.errors import BadEquations, BadFile
from explorer.engine.recurrence import library
from explorer.workspace.exploration.building import build
from explorer.workspace.exploration.cell_texts import (
    called,
    copy_of,
    equations_of,
    mistakes_in,
    renamed,
    with_equations,
)
from explorer.workspace.exploration.cells import CellText, told
from explorer.workspace.exploration.exploration import Edit, Exploration, Recipe, Signal
from explorer.workspace.exploration.forgetting import keeps
from explorer.workspace.exploration.record import Snapshot, packed
from explorer.workspace.looks.rewriting import with_rewritten

from ...shipped import VARIETY

GATED = "f = sigmoid(W_f @ h + U_f @ x + b_f)\nc = tanh(W_c @ (f * h) + U_c @ x + b_c)\nh = (1 - f) * h + f * c"
PLAIN = "h = tanh(W @ h + U @ x + b)"
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


@pytest.mark.parametrize("equations", [GATED, PLAIN])
def test_whatever_was_copied_equations_of_a_paper_typed_over_it_are_read_as_by_themselves(equations: str) -> None:
    alone = told(CellText(name="alone", text=equations)).recurrence
    for name in VARIETY:
        found = told(with_equations(copy_of(name), equations)).recurrence
        assert [(one.name, one.shape, one.role) for one in found.weights] == [
            (one.name, one.shape, one.role) for one in alone.weights
        ], name
        assert found.states == alone.states, name
        if name not in ("rnn", "irnn"):
            # Of these one line becomes another of the same names: that is an edit.
            assert (found.candidate in (None, "W"), found.forget, found.admit) == (True, (), ()), name


def test_what_is_declared_in_a_file_of_a_name_that_is_not_there_stays_a_mistake_of_the_file() -> None:
    with pytest.raises(BadFile, match="line 1: `b_q` is declared"):
        CellText(name="mine", text=f'forget = ["b_q"]\ntitle = ""\nnote = ""\nsource = ""\nequations = """{GATED}"""')


def test_a_shape_that_is_declared_refuses_no_equations_in_which_the_name_is_another() -> None:
    # C is a matrix state of the copied cell; here it is a weight, beside a line of it that stays.
    line = equations_of("mlstm").split("\n")[0]
    cell = with_equations(copy_of("mlstm"), f"{line}\nh = tanh(C @ h + U @ x)")
    assert [one.name for one in told(cell).recurrence.states] == ["h"]


def test_a_forget_bias_that_would_forget_the_more_is_none_any_more() -> None:
    # The first line is the LSTM's own; but here the gate that opens lets the state go.
    line = equations_of("lstm").split("\n")[1]
    turned = with_equations(
        copy_of("lstm"), f"{line}\nc = tanh(W_c @ (f * h) + U_c @ x + b_c)\nh = (1 - f) * h + f * c"
    )
    assert told(turned).recurrence.forget == ()
    coupled = with_equations(copy_of("lstm"), equations_of("lstm").replace("i * g", "(1 - f) * g"))
    assert told(coupled).recurrence.forget == ("b_f",)
    for name in library.names():
        recurrence = library.cell(name).recurrence
        assert all(keeps(recurrence, bias) for bias in recurrence.forget), name


def test_a_changed_copy_has_neither_name_nor_source_nor_claims_of_the_original_and_gets_them_back() -> None:
    copied = copy_of("lstm")
    assert (called(copied)["en"], told(copied).source) == ("LSTM", library.words("lstm").source)
    changed = with_equations(copied, GATED)
    assert (called(changed)["en"], told(changed).titles["zh_CN"]) == ("own cell, from LSTM", "自定义，源自“LSTM”")
    assert (told(changed).source, told(changed).notes["en"], dict(told(changed).claims)) == ("", "", {})
    # A file of the changed one, opened again, knows nothing of the copy.
    back = with_equations(CellText(name="mine", text=changed.text), equations_of("lstm").replace(" * ", "*") + "  # so")
    assert (told(back).titles, told(back).source) == (library.words("lstm").titles, library.words("lstm").source)


def test_a_name_that_a_person_gave_stays_when_the_equations_change_and_a_source_of_others_does_not() -> None:
    cell = with_equations(renamed(copy_of("gru"), "Mine “2”"), GATED)
    assert (called(cell)["zh_CN"], told(cell).titles["en"], told(cell).source) == ("Mine “2”", "Mine “2”", "")
    assert called(renamed(CellText(name="plain", text=PLAIN), "Mine"))["en"] == "Mine"
    claimed = CellText(name="lstm2", text=library.cell("lstm").text)
    assert not told(with_equations(claimed, GATED)).claims


def test_equations_with_any_comment_are_kept_as_they_are_written() -> None:
    text = PLAIN + '  # "\\three\t“quotes” """ \x7f'
    assert equations_of(with_equations(copy_of("rnn"), text)) == text


def test_a_mistake_of_every_line_is_told() -> None:
    wrong = "\nf = sigmod(W_f @ h + U_f @ x + b_f)\nc = tanh(W_c @@ (f * h))\nh = (1 - f) * h + f * tanh(c"
    found = mistakes_in(copy_of("lstm"), wrong)
    assert [(one.line, one.column) for one in found] == [(2, 5), (3, 15), (4, 27)]
    assert mistakes_in(copy_of("lstm"), GATED) == ()


def test_what_follows_from_a_mistake_is_no_mistake_of_its_own() -> None:
    # `a` would be a number; while its line can't be read, it is not known to be none.
    for wrong in ("a = sun(U @ x)\nS = a * outer(h, h)\nh = S @ h", "S = outr(h, h)\nh = S @ h + U @ x + sum(S) * h"):
        assert [one.line for one in mistakes_in(copy_of("rnn"), wrong)] == [1]


def test_a_mistake_is_told_with_its_place() -> None:
    with pytest.raises(BadFile) as found:
        with_equations(copy_of("rnn"), "h = tanh(U @ x")
    cause = found.value.__cause__
    assert isinstance(cause, BadEquations)
    assert (cause.line, cause.column) == (1, 9)
