"""J in symbols is J: with numbers for its names it is the matrix."""

import numpy as np
import pytest

from explorer.engine.recurrence.library import cell
from explorer.engine.recurrence.readings.jacobian import dense
from explorer.engine.recurrence.readings.value import values
from explorer.engine.recurrence.typeset.setting import PLAIN, TEX
from explorer.engine.recurrence.typeset.symbols import jacobian, keeping

from .cells import EVERY, given, made, recurrence
from .written import Names, evaluated


def entries(block, rows, columns):
    """A block as a matrix, from what it is in symbols."""
    if isinstance(block, tuple):
        p, q = rows
        left, right = (
            np.eye(size) * one[0, 0] if one.shape == (1, 1) else one for one, size in zip(block, (p, q), strict=True)
        )
        return np.kron(left, right)
    n = int(np.prod(rows))
    return (
        block[0, 0] * np.eye(n)
        if np.shape(block) == (1, 1) and n > 1
        else np.broadcast_to(block, (n, int(np.prod(columns))))
    )


@pytest.mark.parametrize("path", ["whole", "direct", "gates"])
@pytest.mark.parametrize("name", EVERY)
def test_symbols_with_their_numbers_are_the_jacobian(name, path):
    step, weights = made(name)
    at = given(step, lead=())
    found = values(step, weights, at)
    names = Names(step, weights, at, found)
    names.made = {line.name: found[line.value.node] for line in step.recurrence.lines if line.value.node is not None}
    J, blocks = dense(step, found, path=path), jacobian(step.recurrence, path)
    for row in step.parts:
        for column in step.parts:
            block = J[step.parts[row], step.parts[column]]
            if (row, column) not in blocks:
                # What mixes all entries of a matrix state, or goes by way of it, has no form in this algebra.
                assert not block.any() or {0, 2} & {len(step.state_shape(part)) for part in step.parts}
                continue
            symbols = entries(evaluated(blocks[row, column], names), step.state_shape(row), step.state_shape(column))
            np.testing.assert_allclose(symbols, block, rtol=1e-10, atol=1e-13, err_msg=PLAIN.of(blocks[row, column]))


@pytest.mark.parametrize(
    ("name", "row", "column", "said"),
    [
        ("rnn", "h", "h", "diag(tanh′(zₜ)) W"),
        ("residual", "h", "h", "I + diag(tanh′(zₜ)) W"),
        ("lstm", "c", "c", "diag(fₜ)"),
        ("lstm", "h", "c", "diag(oₜ ∘ tanh′(cₜ) ∘ fₜ)"),
        ("lstm", "c", "h", "diag(cₜ₋₁ ∘ σ′(z^fₜ)) W_f + diag(gₜ ∘ σ′(z^iₜ)) W_i + diag(iₜ ∘ tanh′(z^gₜ)) W_g"),
        ("gru", "h", "h", "diag((hₜ₋₁ − nₜ) ∘ σ′(z^zₜ)) W_z + diag((1 − zₜ) ∘ tanh′(z^nₜ) ∘ (W_n hₜ₋₁ + b_rec)"
         " ∘ σ′(z^rₜ)) W_r + diag((1 − zₜ) ∘ tanh′(z^nₜ) ∘ rₜ) W_n + diag(zₜ)"),
        ("mingru", "h", "h", "diag(1 − zₜ)"),
        ("lru", "u", "v", "−diag(b)"),
        ("cornn", "z", "z", "(1 − dt ε) I + diag(dt tanh′(zₜ)) V"),
        ("deltanet", "S", "S", "I ⊗ (I − βₜ kₜ kₜᵀ)"),
    ],
)  # fmt: skip
def test_jacobian_reads_as_in_the_papers(name, row, column, said):
    assert PLAIN.of(jacobian(cell(name).recurrence)[row, column]) == said


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("lstm", {"c": "f_{t}"}),
        ("gru", {"h": "z_{t}"}),
        ("mgu", {"h": "1 - f_{t}"}),
        ("mingru", {"h": "1 - z_{t}"}),
        ("residual", {"h": "1"}),
        ("rnn", {}),
        ("slstm", {"c": "1 - w_{t}", "l": r"\sigma(f_{t} + l_{t-1} - i_{t})"}),
    ],
)
def test_direct_path_keeps_a_state_by_its_gate(name, kept):
    assert {state: TEX.of(by) for state, by in keeping(cell(name).recurrence).items()} == kept


def test_jacobian_follows_the_activation():
    assert PLAIN.of(jacobian(cell("rnn", "identity").recurrence)["h", "h"]) == "W"
    assert PLAIN.of(jacobian(cell("rnn", "relu").recurrence)["h", "h"]) == "diag(ReLU′(zₜ)) W"


def test_expression_of_a_state_that_reads_no_state_has_no_jacobian():
    assert not jacobian(recurrence("time-delay network"))
