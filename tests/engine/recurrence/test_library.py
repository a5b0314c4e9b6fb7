"""Cells that ship: what their files claim is so, and a file that tells something else is refused."""

from dataclasses import fields

import numpy as np
import pytest

from explorer.engine.errors import BadFile, BadNetwork
from explorer.engine.network.drawn import Beginning, drawn, stream
from explorer.engine.recurrence.cell_file import read_cell, read_words
from explorer.engine.recurrence.cell_groups import cell_groups
from explorer.engine.recurrence.library import cell, grouped, names, quick_choices, words
from explorer.engine.recurrence.readings.jacobian import dense
from explorer.engine.recurrence.readings.logjacobian import log_jacobian
from explorer.engine.recurrence.readings.logvalue import log_values
from explorer.engine.recurrence.readings.step import Given, sized
from explorer.engine.recurrence.readings.value import values
from explorer.engine.recurrence.recurrence import Recurrence
from explorer.paths import resources

BLOCKS = [(name, i) for name in names() for i in range(len(cell(name).claims.get("blocks", ())))]
FILE = """
title = { en = "Mine", zh_CN = "我的" }
note = { en = "It adds.", zh_CN = "相加。" }
source = "me"
equations = \"\"\"
h = h + a * (U @ x)
\"\"\"
"""


def at_rest(name, **changed):
    """A cell whose weights are zero but for some, with no input."""
    step = sized(cell(name).recurrence, 3, 4)
    weights = {key: np.full(shape, changed.get(key, 0.0)) for key, shape in step.weight_shapes().items()}
    earlier = {delay: np.zeros(3) for delay in step.recurrence.input_delays}
    return step, weights, Given(np.zeros(step.N), np.zeros(3), earlier=earlier)


@pytest.mark.parametrize(("name", "which"), BLOCKS)
def test_block_of_the_jacobian_is_what_the_file_claims(name, which):
    """With weights of zero but for those that the claim names."""
    claim = cell(name).claims["blocks"][which]
    step, weights, at = at_rest(name, **claim.get("weights", {}))
    J = log_jacobian(step, log_values(step, weights, at))
    block = J[step.parts[claim["row"]], step.parts[claim["column"]]]
    expected = claim["log_diagonal"] if "log_diagonal" in claim else np.log(claim["diagonal"])
    np.testing.assert_allclose(np.diag(block.log), expected, rtol=1e-13, atol=1e-14)
    assert np.isneginf(block.log[~np.eye(len(block.log), dtype=bool)]).all()


def test_oscillators_without_coupling_lose_a_volume_of_their_files_claim_each_step():
    step, weights, at = at_rest("cornn")
    J = dense(step, values(step, weights, at)).reshape(2, 4, 2, 4)
    determinants = [np.linalg.det(J[:, unit, :, unit]) for unit in range(4)]
    # At rest the drive's own slope is the only coupling, and W and V are zero.
    np.testing.assert_allclose(determinants, cell("cornn").claims["determinant_at_rest"], rtol=1e-12)


def test_half_steps_of_oscillators_read_the_new_velocity():
    """Read the old one instead, and the volume is another: 1 − Δε + Δ²γ."""
    text = cell("cornn").recurrence.text
    old = Recurrence.parse(text.replace("dt * z", "dt * z[1]"))
    step = sized(old, 3, 1)
    zero = {key: np.zeros(shape) for key, shape in step.weight_shapes().items()}
    J = dense(step, values(step, zero, Given(np.zeros(2), np.zeros(3))))
    np.testing.assert_allclose(np.linalg.det(J), 1 - 0.06 * 15 + 0.06**2 * 66, rtol=1e-12)


def test_gate_of_the_minimal_gated_unit_stands_before_the_matrix():
    """W_n (f ∘ h): the column of J that belongs to a shut unit's h is only what the gate itself lets change."""
    step, weights, _ = at_rest("mgu")
    rng = np.random.default_rng(0)
    weights = {**weights, "W_n": rng.standard_normal((4, 4)), "b_f": np.array([-60.0, 5.0, 5.0, 5.0])}
    at = Given(rng.standard_normal(4), np.zeros(3))
    J = dense(step, values(step, weights, at))
    assert np.abs(J[1:, 0]).max() < 1e-20
    assert np.abs(J[1:, 1]).min() > 1e-4


def test_state_of_mingru_is_positive_as_its_candidate_is():
    step = sized(cell("mingru").recurrence, 3, 4)
    rng = np.random.default_rng(0)
    weights = {key: 5 * rng.standard_normal(shape) for key, shape in step.weight_shapes().items()}
    found = values(step, weights, Given(np.full((200, 4), 0.1), 3 * rng.standard_normal((200, 3))))
    assert (found[step.recurrence.out] > 0).all()


def test_linear_unit_begins_on_its_ring_with_its_input_scaled_to_it():
    read = cell("lru")
    step = sized(read.recurrence, 3, 120)
    weights = drawn(step, Beginning(seed=1))
    radius = np.exp(-np.exp(weights["nu"]))
    assert 0.9 <= radius.min() < 0.93
    assert 0.99 < radius.max() <= 0.999
    # Even over the area: its square is even between the squares.
    np.testing.assert_allclose((radius**2).mean(), (0.9**2 + 0.999**2) / 2, atol=0.015)
    np.testing.assert_allclose(np.exp(weights["gamma"]), np.sqrt(1 - radius**2), rtol=1e-12)
    J = dense(step, values(step, weights, Given(np.zeros(240), np.zeros(3))))
    moduli = np.sort(np.abs(np.linalg.eigvals(J)))
    np.testing.assert_allclose(moduli, np.sort(np.tile(radius, 2)), rtol=1e-9)


def test_normalised_cell_of_exponential_gates_does_not_depend_on_the_gauge():
    """c/n of the published sLSTM, run with its own c, n and m."""
    read = cell("slstm")
    step = sized(read.recurrence, 3, 4)
    rng = np.random.default_rng(0)
    weights = {key: rng.standard_normal(shape) for key, shape in step.weight_shapes().items()}
    s, h, c, n, m = step.start(), np.zeros(4), np.zeros(4), np.zeros(4), np.zeros(4)
    for t in range(200):
        x = rng.standard_normal(3)
        z = {gate: weights[f"U_{gate}"] @ x + weights[f"W_{gate}"] @ h + weights[f"b_{gate}"] for gate in "ifzo"}
        keep = -np.log1p(np.exp(-z["f"])) + m
        new_m = z["i"] if t == 0 else np.maximum(keep, z["i"])
        i, f = np.exp(z["i"] - new_m), np.exp(keep - new_m) * (t > 0)
        c, n, m = f * c + i * np.tanh(z["z"]), f * n + i, new_m
        h = c / n / (1 + np.exp(-z["o"]))
        found = values(step, weights, Given(s, x))
        s = step.joined([found[place] for place in step.recurrence.next])
        np.testing.assert_allclose(s[step.parts["h"]], h, rtol=0, atol=1e-14)


@pytest.mark.parametrize("seed", range(3))
def test_delta_rule_has_the_eigenvalues_one_and_one_less_beta(seed):
    step = sized(cell("deltanet").recurrence, 3, 4)
    rng = np.random.default_rng(seed)
    weights = {key: rng.standard_normal(shape) for key, shape in step.weight_shapes().items()}
    at = Given(rng.standard_normal(step.N), rng.standard_normal(3))
    beta = 1 / (1 + np.exp(-(weights["u_b"] @ at.x + weights["b_b"])))
    found = np.sort(np.linalg.eigvalsh(dense(step, values(step, weights, at))))
    np.testing.assert_allclose(found, np.repeat([1 - beta, 1.0], [4, 28]), atol=1e-13)


def test_every_cell_tells_itself_in_both_languages():
    assert len(names()) >= 12
    for name in names():
        read = cell(name)
        assert set(read.titles) == set(read.notes) == {"en", "zh_CN"}
        assert all(read.titles.values())
        assert all(read.notes.values())
        assert all(0 < len(label) <= 10 for label in read.labels.values())
        assert (resources() / "cells" / f"{name}.toml").is_file()


@pytest.mark.parametrize("name", names())
def test_every_cell_begins_with_finite_weights_of_its_shapes(name):
    read = cell(name)
    step = sized(read.recurrence, 3, 6)
    weights = drawn(step, Beginning(seed=2, label="2"))
    assert {key: weight.shape for key, weight in weights.items()} == step.weight_shapes()
    step.check(weights)
    assert all(np.isfinite(weight).all() for weight in weights.values())


def test_editing_a_line_redraws_no_other_weight():
    one = Recurrence.parse("h = tanh(U @ x + W @ h + b) + A @ x")
    other = Recurrence.parse("h = sigmoid(Q @ h) * tanh(U @ x + W @ h + b) + p * (A @ x)")
    first, second = (drawn(sized(read, 3, 5), Beginning(seed=4)) for read in (one, other))
    for name in ("U", "W", "A", "b"):
        np.testing.assert_array_equal(first[name], second[name])
    assert len({stream(weight, "1") for weight in other.weights}) == len(other.weights)


def test_weights_of_a_smaller_layer_are_the_corner_of_a_larger_ones():
    read = Recurrence.parse("h = a * h + V @ (U @ x) + W @ h", start={"a": {"uniform": [0.0, 1.0]}, "U": "normal"})
    small, large = (drawn(sized(read, 3, width), Beginning(seed=5)) for width in (4, 6))
    np.testing.assert_array_equal(large["a"][:4], small["a"])
    np.testing.assert_array_equal(large["U"][:4], small["U"])


def test_fixed_weights_are_their_construction():
    read = Recurrence.parse(
        "m = A @ m + b * sum(x)\nk = H @ k + d * sum(x)\nh = tanh(P @ h) + C @ m + s * h + S @ h + C @ k",
        sizes={"k_": 6, "m": ["k_"], "k": ["k_"]},
        fixed={"A": {"lmu": 784}, "b": {"lmu": 784}, "H": {"hippo": 0.02}, "d": {"hippo": 0.02}, "P": {"hebbian": [3, 1]},
               "s": {"s4d": 1}, "S": "shift", "C": "drawn"},
    )  # fmt: skip
    weights = drawn(sized(read, 2, 5), Beginning(seed=6))
    moduli = np.abs(np.linalg.eigvals(weights["A"]))
    np.testing.assert_allclose([moduli.min(), moduli.max()], [0.9905, 0.9949], atol=5e-5)
    powers = [np.linalg.norm(np.linalg.matrix_power(weights["A"], k), 2) for k in range(0, 400, 5)]
    np.testing.assert_allclose(max(powers), 1.26, atol=0.01)
    np.testing.assert_array_equal(weights["S"], np.eye(5, k=-1))
    np.testing.assert_allclose(weights["s"], np.pi * np.arange(5))
    patterns = weights["P"]
    np.testing.assert_array_equal(patterns, patterns.T)
    assert (np.diag(patterns) == 0).all()
    # A constant input of one is remembered by the first Legendre coefficient as one.
    steady = np.linalg.solve(np.eye(6) - weights["H"], weights["d"])
    np.testing.assert_allclose(steady, np.eye(1, 6)[0], atol=1e-10)


@pytest.mark.parametrize(
    ("start", "low", "high", "mean"),
    [
        ({"chrono": 784}, 0.0, np.log(783), None),
        ({"uniform": [2.0, 3.0]}, 2.0, 3.0, 2.5),
        ({"log_uniform": [0.001, 0.1]}, np.log(0.001), np.log(0.1), np.log(0.01)),
        ({"linspace": [3.0, 6.0]}, 3.0, 6.0, 4.5),
        ({"normal": 2.0}, -9.0, 9.0, 0.0),
        ({"power_law": [5.0, -12.0, 0.3]}, -7.0, 5.0, None),
        (0.25, 0.25, 0.25, 0.25),
    ],
    ids=str,
)
def test_weight_starts_as_its_cell_says(start, low, high, mean):
    read = Recurrence.parse("h = a * h + U @ x", start={"a": start})
    a = drawn(sized(read, 2, 2000), Beginning())["a"]
    assert low <= a.min()
    assert a.max() <= high
    if mean is not None:
        np.testing.assert_allclose(a.mean(), mean, atol=0.15)


@pytest.mark.parametrize("start", [{"uniform": [1.0]}, {"ring_decay": [2.0, 3.0]}, {"chrono": 1.0}])
def test_numbers_that_a_weight_can_not_start_from_are_refused(start):
    with pytest.raises(BadNetwork, match="a can't start as “"):
        Recurrence.parse("h = a * h + U @ x", start={"a": start})


BESIDE = 'equations = """\na = 2\nh = w * h + tanh(W @ h + U @ x)\n"""\ntitle = "t"\nnote = ""\nsource = ""\n'


@pytest.mark.parametrize(
    ("declared", "line", "sentence"),
    [
        ("\n[start]\nh = 1.0\nw = { chrono = 1.0 }", 11, "w can't start as “chrono” of [1.0]."),
        ("\n[start]\n'w' = { ring_decay = [2.0, 3.0] }", 10, "w can't start as “ring_decay” of [2.0, 3.0]."),
        ("start = { w = { uniform = [1.0] } }", 8, "w can't start as “uniform” of [1.0]."),
        ("start.w = { uniform = [1.0] }", 8, "w can't start as “uniform” of [1.0]."),
        ("\n[start]\nw = { evenly = 1.0 }", 10, "w starts as “evenly”; a number or one of"),
        ("\n[start]\nh = 'none'", 10, "The state h starts from none; a number is expected."),
        ("\n[start]\nq = 1.0", 10, "`q` is declared, but the equations have no such state or weight."),
        ("\n[fixed]\nw = 'shft'\n[streams]\nw = 1", 10, "w is fixed to “shft”; choose one of"),
        (
            "\n[fixed]\nU = 'shift'\nW = { hippo = [1.0, 2.0] }",
            11,
            "W of the shape n×n can't be made by “hippo” [1.0, 2.0]",
        ),
        ("\n[sizes]\nk = 0", 10, "The size k is 0; 1 to 4096 is expected."),
        ("candidate = 'W_n'", 8, "`W_n` is declared, but the equations have no such state or weight."),
        ("forget = ['b']", 8, "`b` is declared, but the equations have no such state or weight."),
    ],
)
def test_what_is_declared_wrongly_is_refused_when_the_file_is_read_with_its_line(declared, line, sentence):
    with pytest.raises(BadFile) as told:
        read_cell("mine", BESIDE + declared)
    assert str(told.value).startswith(f"The cell mine can't be read, line {line}: {sentence}")


def test_own_file_is_read_as_a_shipped_one():
    read = read_cell("mine", FILE)
    assert read.recurrence.name == "mine"
    assert read.titles["zh_CN"] == "我的"


@pytest.mark.parametrize(
    ("old", "new", "kind", "sentence"),
    [
        ("source", "sauce", BadFile, "The cell mine has “sauce”; choose of "),
        ('source = "me"', "", BadFile, "The cell mine lacks “source”."),
        (', zh_CN = "相加。"', "", BadFile, "The cell mine lacks “note.zh_CN”."),
        ("title = {", "title = ", BadFile, "The cell mine can't be read: this is no TOML at line 2, column "),
        ('"""', "", BadFile, "The cell mine can't be read: this is no TOML at line 5, column "),
        ('source = "me"', 'source = "me', BadFile, "The cell mine can't be read: this is no TOML at line 4, column "),
        (
            "a * (U @ x)",
            "tanhh(U @ x)",
            BadFile,
            "The cell mine can't be read: Line 1, column 9: there is no operator `tanhh`",
        ),
        (
            'source = "me"',
            'source = "me"\nforget = ["b_f"]',
            BadFile,
            "The cell mine can't be read, line 5: `b_f` is declared, but",
        ),
        ('source = "me"', 'source = "me"\nstart = 5', BadFile, "What the cell mine says of “start” is not understood."),
        (
            'source = "me"',
            'source = "me"\ngroup = "x"',
            BadFile,
            "The cell mine can't be read: There is no group “x”",
        ),
        ('source = "me"', "source = 5", BadFile, "What the cell mine says of “source” is not understood."),
        ('source = "me"', 'source = "me"\nlabel = 5', BadFile, "What the cell mine says of “label” is not understood."),
        (
            'source = "me"',
            'source = "me"\nquick = true',
            BadFile,
            "What the cell mine says of “quick” is not understood.",
        ),
        (
            'source = "me"',
            'source = "me"\nforget = "b"',
            BadFile,
            "What the cell mine says of “forget” is not understood.",
        ),
        ('source = "me"', 'source = "me"\nstreams = { U = -1 }', BadFile, "What the cell mine says of “streams” is "),
        ('source = "me"', 'source = "me"\nsizes = { k = 1.5 }', BadFile, "What the cell mine says of “sizes” is "),
        ('source = "me"', 'source = "me"\ncandidate = ["a"]', BadFile, "What the cell mine says of “candidate” is "),
        (
            'source = "me"',
            'source = "me"\nclaims = ' + "[" * 3000,
            BadFile,
            "The cell mine can't be read: it is nested",
        ),
        ('source = "me"', 'source = "me"\nquick = ' + "9" * 9000, BadFile, "The cell mine can't be read: it is nested"),
    ],
)
def test_file_that_tells_something_else_is_refused(old, new, kind, sentence):
    with pytest.raises(kind) as told:
        read_cell("mine", FILE.replace(old, new))
    assert str(told.value).startswith(sentence)


def test_equations_alone_are_a_cell_called_by_its_file():
    text = "\ufeff# it's mine\r\nf = sigmoid(U_f @ x + W_f @ h + b_f)\r\nh = (1 - f) * h + f * tanh(U @ x)  # done\r\n"
    read = read_cell("mine", text)
    assert [state.name for state in read.recurrence.states] == ["h"]
    assert read.labels["en"] == read.titles["zh_CN"] == "mine"
    assert not read.notes["en"]
    with pytest.raises(BadFile, match=r"^The cell mine can't be read: Line 1, column 5: there is no operator `sigm`"):
        read_cell("mine", "h = sigm(U @ x)")


def test_word_for_all_languages_is_one_in_each():
    read = read_cell("mine", FILE.replace('title = { en = "Mine", zh_CN = "我的" }', 'title = "MyCell"'))
    assert dict(read.titles) == {"en": "MyCell", "zh_CN": "MyCell"}


def test_text_of_a_cell_makes_it_again():
    for name in names():
        assert read_cell(name, cell(name).text).recurrence == cell(name).recurrence


def test_quick_choices_stand_in_the_order_of_their_files():
    assert quick_choices() == ("rnn", "lstm", "gru")
    assert [cell(name).quick for name in quick_choices()] == [1, 2, 3]


def test_every_cell_that_ships_stands_in_one_group_the_quick_choices_first():
    assert sorted(name for some in grouped().values() for name in some) == list(names())
    assert list(grouped()) == list(cell_groups())
    assert grouped()["gated"][:2] == ("lstm", "gru")
    assert all(set(titles) == {"en", "zh_CN"} and all(titles.values()) for titles in cell_groups().values())


def test_unknown_cell_is_refused_with_the_ones_there_are():
    with pytest.raises(BadNetwork, match=r"There is no cell “lstn”; choose one of antisymmetric, cfc, "):
        cell("lstn")


def test_equations_are_known_again_under_other_names():
    """A kernel is chosen where equations are equal, never by a name."""
    read = cell("mgu").recurrence
    renamed = Recurrence.parse(
        "q = sigmoid(A @ x + B @ y + c)\nw = tanh(D @ x + E @ (q * y) + e)\ny = (1 - q) * y + q * w", name="other"
    )
    assert renamed.has_equations_of(read)
    assert not renamed.has_equations_of(cell("gru").recurrence)
    shared = Recurrence.parse(
        "q = sigmoid(A @ x + B @ y + c)\nw = tanh(D @ x + B @ (q * y) + e)\ny = (1 - q) * y + q * w"
    )
    assert not shared.has_equations_of(read)


def test_activation_is_a_choice_where_the_equations_leave_it():
    chosen = {name: cell(name, "relu").recurrence.activation for name in names()}
    assert {name for name, activation in chosen.items() if activation == "relu"} == {"rnn", "residual"}
    assert {chosen[name] for name in chosen.keys() - {"rnn", "residual"}} == {None}


@pytest.mark.parametrize("name", names())
def test_words_of_a_cell_are_those_of_its_file(name: str):
    told, file = words(name), cell(name)
    assert all(getattr(told, field.name) == getattr(file, field.name) for field in fields(told))


def test_words_are_known_without_a_look_at_the_equations():
    text = cell("mgu").text.replace("tanh(", "tanh((")
    assert read_words("mgu", text) == words("mgu")
    with pytest.raises(BadFile):
        read_cell("mgu", text)


def test_recurrences_of_one_text_are_told_apart_by_what_else_they_are():
    one, same, other = (Recurrence.parse("h = f(W @ h + U @ x)", activation=f) for f in ("tanh", "tanh", "relu"))
    assert (one, hash(one)) == (same, hash(same))
    assert len({one, same, other}) == 2


def test_quick_choices_are_found_without_reading_the_other_cells():
    quick_choices.cache_clear()
    words.cache_clear()
    quick = quick_choices()
    assert words.cache_info().currsize == len(quick)
    assert set(quick) == {name for name in names() if words(name).quick is not None}
