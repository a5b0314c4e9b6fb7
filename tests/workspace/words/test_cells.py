"""What was read of a cell and what can be doubted in it is said in one place, in every language."""

import re

import pytest

from explorer.engine.recurrence.library import cell, names
from explorer.engine.recurrence.recurrence import Recurrence
from explorer.engine.recurrence.typeset.setting import PLAIN
from explorer.workspace.words.catalogues import catalogue
from explorer.workspace.words.cells import doubts, was_read

SLIPS = """\
dt = 0.1
f = sigmoid(U_f @ x + W_f @ h_prev + b_f)
q = V @ x + Uf @ x
n = tanh(u_n @ x + W_f @ (f * h) + b_n)
c = c + f
h = (1 - f) * h + f * n
h = h
"""


def chinese(text: str) -> str:
    return catalogue("zh_CN")[text]


def test_what_was_read_is_told_by_kind_with_shapes_and_roles():
    assert [str(one) for one in was_read(cell("mist").recurrence, {"n": 24, "m": 3})] == [
        "Sizes: n = 24, m = 3, k = 8",
        "States: h (n)",
        "Input weights: U_a (k×m), U_r U (n×m)",
        "Recurrent weights: W_a (k×n), W_r W (n×n)",
        "Biases: b_a (k), b_r b (n)",
        "Fixed weights: e₀ e₁ e₂ e₃ e₄ e₅ e₆ e₇ (k)",
    ]


def test_sizes_that_no_network_has_yet_are_told_by_what_they_are():
    assert str(was_read(cell("mgu").recurrence)[0]) == "Sizes: n units, m inputs"
    assert was_read(cell("mist").recurrence)[0].said(chinese) == "大小：n 个单元、m 个输入、k = 8"


@pytest.mark.parametrize("name", names())
def test_every_state_and_weight_of_a_cell_is_told_once(name: str):
    recurrence = cell(name).recurrence
    lines = [str(one).partition(": ") for one in was_read(recurrence)[1:]]
    told = [
        word
        for kind, _, value in lines
        if kind != "They start from"
        for word in re.sub(r"\([^)]*\),?", "", value).split()
    ]
    assert sorted(told) == sorted(
        PLAIN.notation.name(one.name, "") for one in (*recurrence.states, *recurrence.weights)
    )


def test_doubts_are_one_sentence_each_in_both_languages():
    found = doubts(Recurrence.parse(SLIPS))
    assert [str(one) for one in found] == [
        "`U_f` and `Uf` look alike and are two names: if one is meant, write it one way.",
        "`h_prev` has no equation: in that of f it is a weight, a vector that is the same at all steps.",
        "In the equation of n, `@` makes one number for all units of a vector: u_n; a matrix has a capital.",
        "Nothing reads `q`, and its equation is not the last.",
        "Nothing reads the constant `dt`.",
        "States without effect on `h`, which the layer gives out: c.",
        "Weights without effect: V, Uf.",
        "Weights that the equations of f, n share: W_f.",
    ]
    said = [one.said(chinese) for one in found]
    assert said[-2:] == ["不起作用的权重：V、Uf。", "f、n 的方程共用的权重：W_f。"]
    assert all(line.endswith("。") for line in said)


@pytest.mark.parametrize("name", names())
def test_nothing_of_a_cell_that_ships_is_doubted(name: str):
    assert doubts(cell(name).recurrence) == ()
