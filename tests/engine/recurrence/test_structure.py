"""The structure of J is read off the equations, and J in its small form is J."""

import numpy as np
import pytest

from explorer.engine.errors import BadNetwork
from explorer.engine.recurrence.library import cell, names
from explorer.engine.recurrence.readings.compact import compact, log_compact
from explorer.engine.recurrence.readings.jacobian import dense
from explorer.engine.recurrence.readings.logvalue import log_values
from explorer.engine.recurrence.readings.step import Given, sized
from explorer.engine.recurrence.readings.structure import SMALL, structure
from explorer.engine.recurrence.readings.value import values
from explorer.engine.recurrence.recurrence import Recurrence

from .cells import EVERY, given, made, recurrence

# What has a small form, and what has none.
FOUND = {
    "time-delay network": "zero",
    "additive memory": "identity",
    "rows scaled": "diagonal",
    "columns mixed": "kronecker I⊗B",
    "rows mixed": "kronecker A⊗I",
    "matrix state that mixes all": "dense",
    "two states that change places": "units",
    "many operators": "dense",
}


@pytest.mark.parametrize(("name", "expected"), FOUND.items())
def test_structure_is_found_in_equations(name, expected):
    assert structure(sized(recurrence(name), 3, 4)).whole == expected


@pytest.mark.parametrize("name", names())
def test_structure_of_a_shipped_cell_is_what_its_file_claims(name):
    claims, found = cell(name).claims, structure(sized(recurrence(name), 3, 4))
    assert found.whole == claims["structure"]
    assert found.half_steps == tuple(claims.get("half_steps", ()))
    assert dict(found.registers) == claims.get("registers", {})


@pytest.mark.parametrize("name", EVERY)
def test_entries_that_the_structure_calls_zero_are_zero_and_others_are_not(name):
    step, weights = made(name)
    found = values(step, weights, given(step))
    for (row, column, delay), kind in structure(step).blocks.items():
        block = dense(step, found, delay)[:, step.parts[row], step.parts[column]]
        size = block.shape[-1]
        diagonal = np.eye(*block.shape[-2:], dtype=bool)
        if kind == "zero":
            assert (block == 0).all()
        elif kind == "identity":
            assert (block == np.eye(size)).all()
        elif kind == "diagonal":
            assert (block[:, ~diagonal] == 0).all()
            assert (block[:, diagonal] != 0).any()
        elif kind == "dense":
            assert (block[:, ~diagonal] != 0).any() or block.size == len(block)


@pytest.mark.parametrize("name", [name for name in EVERY if structure(sized(recurrence(name), 3, 4)).whole in SMALL])
def test_small_form_is_the_jacobian(name):
    step, weights = made(name)
    at = given(step)
    found = values(step, weights, at)
    J, small, kind = dense(step, found), compact(step, found), structure(step).whole
    np.testing.assert_allclose(log_compact(step, log_values(step, weights, at)).value(), small, rtol=1e-12, atol=1e-15)
    if kind == "units":
        P, n = small.shape[-1], small.shape[-3]
        whole = np.einsum("tirc,ij->tricj", small, np.eye(n)).reshape(-1, P * n, P * n)
    elif "⊗" in kind:
        rows, columns = step.state_shape("S")
        whole = [np.kron(np.eye(rows), B) if "I⊗B" in kind else np.kron(B, np.eye(columns)) for B in small]
    else:
        whole = small[..., None] * np.eye(step.N)
    np.testing.assert_allclose(whole, J, rtol=1e-14, atol=1e-15)


def test_diagonal_and_rotations_beyond_float64_stay_numbers():
    for name, bias in (("mingru", {"b_z": 2000.0}), ("lru", {"nu": np.log(3000.0)})):
        step, weights = made(name, scale=0.1)
        weights |= {key: np.full(4, value) for key, value in bias.items()}
        J = log_compact(step, log_values(step, weights, Given(np.ones(step.N), np.zeros(3))))
        assert (J.log < -1900.0).all()
        assert np.isfinite(J.log).all()


def test_jacobian_that_mixes_has_no_small_form():
    step, weights = made("lstm")
    with pytest.raises(BadNetwork, match="The Jacobian of lstm has no small form: it is blocks"):
        compact(step, values(step, weights, given(step)))


def test_memory_cell_of_the_legendre_kind_keeps_its_fixed_matrix_as_its_jacobian():
    text = "m = A @ m + b * (e @ x)\nh = tanh(U @ x + W_m @ m + W @ h)"
    read = Recurrence.parse(text, sizes={"k": 6, "m": ["k"]}, fixed={"A": {"lmu": 784}, "b": {"lmu": 784}})
    found = structure(sized(read, 3, 4))
    assert found.whole == "blocks"
    assert found.blocks["m", "h", 1] == "zero"
    assert found.half_steps == ("m", "h")


@pytest.mark.parametrize("name", ["lstm", "gru"])
def test_direct_path_is_the_one_that_holds_gates_fixed(name):
    """∂c/∂c' = f and ∂h/∂c' = o tanh'(c) f; of the GRU z: what the kernels' terms call direct."""
    step, weights = made(name)
    at = given(step)
    direct = dense(step, values(step, weights, at), path="direct")

    def z(gate):
        return at.x @ weights[f"U_{gate}"].T + at.s[..., :4] @ weights[f"W_{gate}"].T + weights[f"b_{gate}"]

    def sigmoid(z):
        return 1 / (1 + np.exp(-z))

    if name == "gru":
        np.testing.assert_allclose(direct, sigmoid(z("z"))[..., None] * np.eye(4), rtol=1e-13)
        return
    f, o = sigmoid(z("f")), sigmoid(z("o"))
    c = f * at.s[..., 4:] + sigmoid(z("i")) * np.tanh(z("g"))
    expected = np.zeros_like(direct)
    expected[..., 4:, 4:] = f[..., None] * np.eye(4)
    expected[..., :4, 4:] = (o * (1 - np.tanh(c) ** 2) * f)[..., None] * np.eye(4)
    np.testing.assert_allclose(direct, expected, rtol=1e-12, atol=1e-15)


def test_structure_does_not_depend_on_the_numbers():
    """Weights of zero make J zero, and the structure what it was."""
    step = sized(recurrence("mgu"), 3, 4)
    at = Given(np.zeros(4), np.zeros(3))
    zero = {name: np.zeros(shape) for name, shape in step.weight_shapes().items()}
    assert (dense(step, values(step, zero, at)) == 0.5 * np.eye(4)).all()
    assert structure(step).whole == "dense"
