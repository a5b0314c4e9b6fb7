"""What is legal and seldom meant is noted, and nothing of any cell that ships."""

import pytest

from explorer.engine.recurrence.library import cell, names
from explorer.engine.recurrence.notes import (
    Alike,
    Idle,
    NoInput,
    NoMemory,
    OneNumber,
    Shared,
    Steady,
    Unheard,
    Unread,
    UnreadConstant,
    notes,
)
from explorer.engine.recurrence.recurrence import Recurrence

MGU = """\
f = sigmoid(U_f @ x + W_f @ h + b_f)
n = tanh(U_n @ x + W_n @ (f * h) + b_n)
h = (1 - f) * h + f * n
"""


def noted(text: str, **declared: object) -> tuple[object, ...]:
    return notes(Recurrence.parse(text, **declared))  # type: ignore[arg-type]


@pytest.mark.parametrize("name", names())
def test_nothing_of_a_cell_that_ships_is_doubted(name: str):
    assert notes(cell(name).recurrence) == ()


@pytest.mark.parametrize(
    ("right", "slip", "note"),
    [
        ("W_f @ h", "W_f @ h_prev", Steady("h_prev", "f")),
        ("U_f @ x", "U_f @ x_t", Steady("x_t", "f")),
        ("W_f @ h", "w_f @ h", OneNumber(("w_f",), "f")),
        ("W_f @ h", "h @ w_f", OneNumber(("w_f",), "f")),
        ("W_n", "W_f", Shared(("W_f",), ("f", "n"))),
        ("b_n", "b_f", Shared(("b_f",), ("f", "n"))),
        ("b_n", "0 * b_n", Idle(("b_n",))),
        ("b_n", "b_n + (W2 @ h) * (W_2 @ h)", Alike("W2", "W_2")),
        ("b_n", "b_n + bn", Alike("b_n", "bn")),
        ("b_n", "b_n + b_N", Alike("b_n", "b_N")),
        ("b_n", "b_n + \u03b2 + beta", Alike("\u03b2", "beta")),
        ("b_n", "b_e + b_\u0435", Alike("b_e", "b_\u0435")),
        ("b_n", "b_e + b_\u00e9", Alike("b_e", "b_\u00e9")),
        ("b_f)", "b_f)\ndt = 0.1", UnreadConstant("dt")),
        ("b_f)", "b_f)\nq = f", Unread("q", again=False)),
        ("b_f)", "b_f)\nn = f", Unread("n", again=True)),
    ],
)
def test_one_slip_in_the_minimal_gated_unit_is_the_one_note(right: str, slip: str, note: object):
    assert noted(MGU) == ()
    assert noted(MGU.replace(right, slip, 1)) == (note,)


def test_value_and_weight_that_look_alike_are_noted():
    assert noted("i_t = sigmoid(U @ x)\nh = it * h + i_t") == (Alike("i_t", "it"),)


def test_capital_at_the_beginning_tells_a_matrix_from_a_vector_and_is_no_slip():
    assert noted("h = tanh(W_c @ h + w_c * h + U @ x)") == ()


def test_weights_of_an_equation_that_nothing_reads_have_no_effect():
    text = "q = V @ x + b_q\nh = tanh(W @ h + U @ x)"
    assert noted(text) == (Unread("q", again=False), Idle(("V", "b_q")))
    # They are none of the network's, and are told all the same.
    assert [one.name for one in Recurrence.parse(text).weights] == ["W", "U"]


def test_state_that_never_reaches_the_output_is_noted_with_its_weights():
    found = noted("c = f * c + A @ x\nh = tanh(W @ h + U @ x)")
    assert found == (Unheard(("c",), "h"), Idle(("f", "A")))


def test_state_that_reaches_the_output_only_through_another_is_not_noted():
    assert noted("c = c + U @ x\nd = d + c\nh = tanh(W @ h + d[2])") == ()


def test_cell_that_reads_no_input_or_no_past_is_noted():
    assert noted("h = tanh(W @ h + b)") == (NoInput(),)
    assert noted("h = tanh(U @ x + b)") == (NoMemory(),)
    assert noted("h = tanh(U @ x + V @ x[1])") == ()


def test_state_that_was_misspelt_leaves_no_memory():
    assert noted("h = tanh(W @ h_prev + U @ x)") == (Steady("h_prev", "h"), NoMemory())


def test_value_that_only_a_delay_reads_is_read():
    assert noted("a = tanh(U @ x)\nh = a[2] + W @ h") == ()


def test_what_a_cell_declares_is_no_slip():
    text = "a = sigmoid(u @ x)\nh = a * h + U @ x"
    assert noted(text) == (OneNumber(("u",), "a"),)
    assert noted(text, start={"u": {"fan_in": 1.0}}) == ()
    twice = "c = A @ h + U @ x\nh = A @ c"
    assert noted(twice) == (Shared(("A",), ("c", "h")),)
    assert noted(twice, fixed={"A": "drawn"}) == ()


def test_what_is_alike_is_one_note():
    shared = "z = sigmoid(U @ x + W @ h + b_z)\nh = z * h + tanh(U @ x + W @ h + b)"
    assert noted(shared) == (Shared(("U", "W"), ("z", "h")),)
    numbers = "u = e_x @ x + e_h @ h\nh = tanh(W @ h + B * u)"
    assert noted(numbers.replace("B", "b")) == (OneNumber(("e_x", "e_h"), "u"),)
