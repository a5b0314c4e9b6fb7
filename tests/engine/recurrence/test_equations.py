"""Equations are read as NumPy writes them: what each name is, its shape, and what the states are."""

import pickle

import numpy as np
import pytest

from explorer.engine.errors import BadNetwork
from explorer.engine.recurrence.library import cell
from explorer.engine.recurrence.readings.step import Given, sized
from explorer.engine.recurrence.readings.value import values
from explorer.engine.recurrence.recurrence import Recurrence


def shapes(recurrence):
    return {weight.name: weight.shape for weight in recurrence.weights}


def value(text, weights=None, x=(0.5, -1.0), s=None, width=2, **options):
    """What the layer of these equations gives out."""
    step = sized(Recurrence.parse(text, **options), len(x), width)
    at = Given(np.asarray(s, dtype=float) if s is not None else np.zeros(step.N), np.asarray(x, dtype=float), 4.0)
    ready = {name: np.asarray(weight, dtype=float) for name, weight in (weights or {}).items()}
    return values(step, ready, at)[step.recurrence.out]


def test_name_that_is_read_before_its_line_is_a_state_and_one_without_a_line_a_weight():
    read = Recurrence.parse("z = sigmoid(U_z @ x + W_z @ h + b_z)\nh = (1 - z) * h + z * tanh(U_n @ x + b_n)")
    assert [state.name for state in read.states] == ["h"]
    assert shapes(read) == {
        "U_z": ("n", "m"), "W_z": ("n", "n"), "b_z": ("n",), "U_n": ("n", "m"), "b_n": ("n",),
    }  # fmt: skip
    assert read.output == "h"


def test_states_stand_in_the_order_of_first_reading():
    assert [state.name for state in cell("lstm").recurrence.states] == ["h", "c"]
    assert [state.name for state in cell("slstm").recurrence.states] == ["h", "l", "c"]


def test_state_means_the_last_one_before_its_line_and_the_new_one_after_it():
    found = value("a = c\nc = c + U @ x\nh = a * 100 + c", {"U": np.eye(2)}, x=[1.0, 2.0], s=[10.0, 20.0])
    np.testing.assert_array_equal(found, [1011.0, 2022.0])


def test_brackets_are_delays_also_after_the_line():
    read = Recurrence.parse("c = tanh(U @ x + c)\nh = c - c[1] + U @ x[2] + h[3]")
    assert [(state.name, state.delays) for state in read.states] == [("c", (1,)), ("h", (3,))]
    assert read.input_delays == (2,)
    assert read.longest_delay == 3


def test_equations_without_a_state_remember_their_output():
    read = Recurrence.parse("h = tanh(U @ x + b)")
    assert [state.name for state in read.states] == ["h"]


def test_line_that_assigns_a_number_is_a_constant_and_can_be_changed_without_reading_again():
    read = Recurrence.parse("dt = 0.25\nh = h + dt * tanh(U @ x)")
    assert [(one.name, one.value) for one in read.constants] == [("dt", 0.25)]
    other = read.with_constants(dt=-2.0)
    step = sized(other, 1, 1)
    found = values(step, {"U": np.ones((1, 1))}, Given(np.zeros(1), np.full(1, 50.0)))
    np.testing.assert_array_equal(found[step.recurrence.out], [-2.0])
    with pytest.raises(BadNetwork, match="“dx”"):
        read.with_constants(dx=1.0)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("2 ** 3 ** 1 - -v", [8.5, 7.0]),
        ("v / 4 % 1 + t", [4.125, 4.75]),
        ("v - (1 - v) - (v + 2)", [-2.5, -4.0]),
        ("+v - -v", [1.0, -2.0]),
        ("-(v + 1) * 2", [-3.0, 0.0]),
        ("abs(v) + relu(v) + sqrt(v * v)", [1.5, 2.0]),
        ("where(v > 0, 1, v) + (v <= 0)", [1.0, 0.0]),
        ("v * sum(v) + v @ v", [1.0, 1.75]),
        ("outer(v, v) @ v", [0.625, -1.25]),
        ("diag(v) @ (v + 1) - v * (v + 1)", [0.0, 0.0]),
        ("(diag(v) @ outer(v, v)) @ v", [0.3125, 1.25]),
        ("(outer(v, v) @ diag(v)) @ v", [0.5 * -0.875, 0.875]),
        ("diag(v) .T @ v", [0.25, 1.0]),
        ("outer(v, v + 1).T @ v", [1.875, 0.0]),
        ("hardsigmoid(9 * v)", [1.0, 0.0]),
        ("round(v * 3)", [2.0, -3.0]),
        ("modrelu(v, -0.25 + 0 * v)", [0.25, -0.75]),
        ("maximum(v, 0) + minimum(v, 0)", [0.5, -1.0]),
        ("softplus(v) - log(1 + exp(v))", [0.0, 0.0]),
        ("logaddexp(v, 2 * v) - log(exp(v) + exp(2 * v))", [0.0, 0.0]),
        ("softmax(v) * sum(exp(v)) - exp(v)", [0.0, 0.0]),
        ("norm(v) * v / sqrt(sum(v ** 2))", [0.5, -1.0]),
        ("expm1(v) - exp(v) + log1p(v * v) - log(1 + v * v)", [-1.0, -1.0]),
        ("softsign(v) + silu(v) - v * sigmoid(v) + logsigmoid(v) - log(sigmoid(v))", [1 / 3, -0.5]),
        ("sin(v) ** 2 + cos(v) ** 2", [1.0, 1.0]),
        ("tanh(v) - (exp(2 * v) - 1) / (exp(2 * v) + 1)", [0.0, 0.0]),
        ("expm(0 * A + 1 - 1) @ v", [0.5, -1.0]),
        ("(v == v) * 2 + (v != v) + (v >= 0) + (v < 0)", [3.0, 3.0]),
    ],
)
def test_operators_are_those_of_numpy(expression, expected):
    """v is the input, as wide as the layer."""
    weights = {"E": np.eye(2), **({"A": np.ones((2, 2))} if "A" in expression else {})}
    found = value(f"v = E @ x\nh = {expression}", weights)
    np.testing.assert_allclose(np.broadcast_to(found, 2), expected, atol=1e-14)


def test_matrix_exponential_is_that_of_its_series():
    A = np.random.default_rng(0).standard_normal((4, 4)) * 3.0
    series, term = np.eye(4), np.eye(4)
    for k in range(1, 120):
        term = term @ A / k
        series = series + term
    found = value("h = expm(A) @ h", {"A": A}, s=np.ones(4), width=4)
    np.testing.assert_allclose(found, series @ np.ones(4), rtol=1e-10)


def test_names_may_be_greek_and_lines_may_go_on_in_brackets_and_have_comments():
    read = Recurrence.parse("# a cell\nγ = 0.5\n\nh = (γ * h\n     + U @ x)  # the end\n")
    assert [one.name for one in read.constants] == ["γ"]
    assert shapes(read) == {"U": ("n", "m")}


def test_sizes_declare_what_the_text_leaves_open():
    read = Recurrence.parse("S = a * S + outer(U @ x, B @ x)\nh = S @ q", sizes={"k": 6, "S": ["n", "k"], "a": []})
    assert shapes(read) == {"a": (), "U": ("n", "m"), "B": ("k", "m"), "q": ("k",)}
    assert sized(read, 3, 4).weight_shapes() == {"a": (), "U": (4, 3), "B": (6, 3), "q": (6,)}
    assert sized(read, 3, 4).N == 24


def test_starts_and_fixed_weights_are_read_with_the_equations():
    read = Recurrence.parse(
        "l = logaddexp(l + a, U @ x)\nm = A @ m + b * sum(x)\nh = l + C @ m",
        sizes={"k": 6, "m": ["k"]}, start={"l": -np.inf, "a": {"uniform": [0.1, 0.2]}},
        fixed={"A": {"lmu": 784}, "b": {"lmu": 784}, "C": "drawn"},
    )  # fmt: skip
    assert {state.name: state.start for state in read.states} == {"l": -np.inf, "m": 0.0}
    assert {weight.name for weight in read.weights if not weight.trained} == {"A", "b", "C"}


def test_recurrence_travels_between_processes():
    read = cell("slstm").recurrence
    assert pickle.loads(pickle.dumps(read)) == read


def test_equal_text_gives_equal_recurrences():
    text = cell("mgu").recurrence.text
    assert Recurrence.parse(text, name="a") == Recurrence.parse(text, name="a")
    assert hash(Recurrence.parse(text, name="a")) == hash(Recurrence.parse(text, name="a"))


@pytest.mark.parametrize(
    ("role", "text", "name"),
    [
        ("recurrent", "h = tanh(W @ (h * 2) + U @ x)", "W"),
        ("recurrent", "h = expm(A - A.T) @ h + U @ x", "A"),
        ("input", "h = tanh(W @ h + U @ x)", "U"),
        ("bias", "h = tanh(U @ x + b)", "b"),
        ("own", "h = a * h + U @ x", "a"),
        ("own", "h = exp(-exp(a)) * h + U @ x", "a"),
    ],
)
def test_role_of_a_weight_is_read_off_the_equations(role, text, name):
    assert {weight.name: weight.role for weight in Recurrence.parse(text).weights}[name] == role


@pytest.mark.parametrize("activation", ["tanh", "sigmoid", "relu", "identity"])
def test_f_stands_for_the_layers_activation(activation):
    expected = {
        "tanh": np.tanh,
        "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
        "relu": lambda z: z * (z > 0),
        "identity": lambda z: z,
    }
    found = value("h = f(U @ x)", {"U": np.eye(2)}, activation=activation)
    np.testing.assert_allclose(found, expected[activation](np.array([0.5, -1.0])), rtol=1e-15)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"sizes": {"q": ["n"]}}, "`q` is declared, but the equations have no such state or weight."),
        ({"sizes": {"n": 4}}, "`n` can't name a size; m is the inputs and n the width."),
        ({"sizes": {"k": 0}}, "The size k is 0; 1 to 4096 is expected."),
        ({"sizes": {"b": ["z"]}}, "b is declared as ['z']; at most two of m, n, named sizes and numbers are expected."),
        ({"start": {"h": "far"}}, "The state h starts from far; a number is expected."),
        ({"start": {"b": "far"}}, "b starts as “far”; a number or one of number, "),
        ({"fixed": {"W": "far"}}, "W is fixed to “far”; choose one of drawn, lmu, "),
        ({"activation": "step"}, "There is no activation “step”; choose one of tanh, "),
    ],
)
def test_declaration_of_what_there_is_not_is_refused(options, sentence):
    with pytest.raises(BadNetwork) as told:
        Recurrence.parse("h = f(U @ x + W @ h + b)", **options)
    assert str(told.value).startswith(sentence)
