"""Equations in type are the equations: every part has its brackets, every name its step."""

import re

import numpy as np
import pytest

from explorer.engine.recurrence.equations.written import Written
from explorer.engine.recurrence.expressions.expression import Leaf
from explorer.engine.recurrence.library import cell
from explorer.engine.recurrence.readings.step import sized
from explorer.engine.recurrence.readings.value import values
from explorer.engine.recurrence.recurrence import Recurrence
from explorer.engine.recurrence.stack import stacked
from explorer.engine.recurrence.typeset.equations import code, plain, tex
from explorer.engine.recurrence.typeset.notation import Plain, Tex
from explorer.engine.recurrence.typeset.numbers import Reckoner
from explorer.engine.recurrence.typeset.setting import Setting

from ...shipped import VARIETY
from .cells import EVERY, ODD, given, made
from .written import Names, evaluated


@pytest.mark.parametrize("name", EVERY)
def test_lines_as_written_have_the_values_of_the_graph(name):
    step, weights = made(name)
    at = given(step, lead=())
    found = values(step, weights, at)
    names = Names(step, weights, at)
    for line in step.recurrence.lines:
        names.made[line.name] = evaluated(line.value, names)
        if line.value.node is not None:
            np.testing.assert_allclose(
                names.made[line.name], found[line.value.node], rtol=1e-10, atol=1e-12, err_msg=line.code
            )


@pytest.mark.parametrize("name", [*VARIETY, *ODD])
def test_lines_as_code_are_the_same_recurrence(name):
    read = made(name)[0].recurrence
    sizes = {weight.name: weight.shape for weight in read.weights}
    known = {node.operator.name for node in read.graph if node.operator.__class__ is Leaf}
    sizes |= {state.name: state.shape for state in read.states if state.name in known} | dict(read.sizes)
    start = {state.name: state.start for state in read.states if state.start}
    again = Recurrence.parse("\n".join(code(read)), sizes=sizes, start=start)
    assert again.has_equations_of(read)


@pytest.mark.parametrize(
    ("activation", "line"),
    [
        ("tanh", "h = tanh(U @ x + W @ h + b)"),
        ("relu", "h = relu(U @ x + W @ h + b)"),
        ("identity", "h = U @ x + W @ h + b"),
    ],
)
def test_code_names_the_activation(activation, line):
    assert code(cell("rnn", activation).recurrence) == [line]


def test_lstm_and_gru_read_as_in_the_papers():
    assert plain(cell("lstm").recurrence) == [
        "iₜ = σ(U_i xₜ + W_i hₜ₋₁ + b_i)", "fₜ = σ(U_f xₜ + W_f hₜ₋₁ + b_f)", "gₜ = tanh(U_g xₜ + W_g hₜ₋₁ + b_g)",
        "oₜ = σ(U_o xₜ + W_o hₜ₋₁ + b_o)", "cₜ = fₜ ∘ cₜ₋₁ + iₜ ∘ gₜ", "hₜ = oₜ ∘ tanh(cₜ)",
    ]  # fmt: skip
    assert tex(cell("gru").recurrence)[2:] == [
        r"n_{t} = \tanh(U_{n}\,x_{t} + b_{n} + r_{t} \circ (W_{n}\,h_{t-1} + b_{\mathrm{rec}}))",
        r"h_{t} = (1 - z_{t}) \circ n_{t} + z_{t} \circ h_{t-1}",
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("h = W @ (a * h) + U @ x", "hₜ = W (a ∘ hₜ₋₁) + U xₜ"),
        ("h = W @ h * a + U @ x", "hₜ = W hₜ₋₁ ∘ a + U xₜ"),
        ("h = a - (b - h) + U @ x", "hₜ = a − (b − hₜ₋₁) + U xₜ"),
        ("h = -(a + h) * b + U @ x", "hₜ = (−(a + hₜ₋₁)) ∘ b + U xₜ"),
        ("h = h * -2 + U @ x", "hₜ = (−2) hₜ₋₁ + U xₜ"),
        ("h = (h + 1) ** 2 + h ** (a + 1) + U @ x", "hₜ = (hₜ₋₁ + 1)^2 + hₜ₋₁^(a + 1) + U xₜ"),
        ("h = h / (a * b) + (h / a) * b + U @ x", "hₜ = hₜ₋₁ / (a ∘ b) + (hₜ₋₁ / a) ∘ b + U xₜ"),
        ("h = x @ U + h @ W", "hₜ = Uᵀ xₜ + Wᵀ hₜ₋₁"),
        ("h = (a @ h) * b + U @ x", "hₜ = (aᵀ hₜ₋₁) b + U xₜ"),
        ("h = tanh(U @ x[2] + W @ h[3])\n", "hₜ = tanh(U xₜ₋₂ + W hₜ₋₃)"),
        ("h = U @ x + t * h", "hₜ = U xₜ + t hₜ₋₁"),
        ("h = U @ x + 1e-5 * h", "hₜ = U xₜ + 10⁻⁵ hₜ₋₁"),
        ("h = (a % 3) * h + U @ x", "hₜ = (a mod 3) ∘ hₜ₋₁ + U xₜ"),
        ("h = where(h >= 0, h, U @ x)", "hₜ = where(hₜ₋₁ ≥ 0, hₜ₋₁, U xₜ)"),
        ("h = logsigmoid(h) + sqrt(abs(U @ x)) + norm(h) * h", "hₜ = ln σ(hₜ₋₁) + √(|U xₜ|) + ‖hₜ₋₁‖ hₜ₋₁"),
        ("h1 = tanh(W_12 @ h1 + U_beta @ x)", "h₁ₜ = tanh(W₁₂ h₁ₜ₋₁ + U_β xₜ)"),
    ],
)
def test_each_part_has_the_brackets_that_it_needs(text, said):
    assert plain(Recurrence.parse(text))[-1] == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("h = h / (1 + norm(h)) + U @ x", r"h_{t} = \frac{h_{t-1}}{1 + \left\|h_{t-1}\right\|} + U\,x_{t}"),
        ("h = exp(-h) ** 2 + U @ x", r"h_{t} = (e^{-h_{t-1}})^{2} + U\,x_{t}"),
        (
            "h = where(h >= 0, h, U @ x)",
            r"h_{t} = \begin{cases} h_{t-1} & \quad h_{t-1} \geq 0 \\ U\,x_{t} & \quad h_{t-1} < 0 \end{cases}",
        ),
        (
            "alpha = 2\nh = 1.5e-7 * alpha * h + U_re @ x",
            r"h_{t} = 1.5 \cdot 10^{-7}\,\alpha\,h_{t-1} + U_{\mathrm{re}}\,x_{t}",
        ),
        ("h = expm(A - A.T) @ h + U @ x", r"h_{t} = e^{A - {A}^{\top}}\,h_{t-1} + U\,x_{t}"),
    ],
)
def test_tex_is_what_a_paper_would_have(text, said):
    assert tex(Recurrence.parse(text))[-1] == said


def test_name_that_gets_another_value_has_an_arrow():
    read = Recurrence.parse("p = U @ x\np = p + V @ x\nh = tanh(p + W @ h)")
    assert plain(read)[:2] == ["pₜ = U xₜ", "pₜ ← pₜ + V xₜ"]


def test_state_is_the_last_ones_before_its_line_and_this_ones_after():
    read = Recurrence.parse("z = z + U @ x - y\ny = y + z\nv = y[1] * y")
    assert plain(read) == ["zₜ = zₜ₋₁ + U xₜ − yₜ₋₁", "yₜ = yₜ₋₁ + zₜ", "vₜ = yₜ₋₁ ∘ yₜ"]


def test_what_is_made_of_weights_alone_has_no_step():
    assert plain(cell("lru").recurrence)[:2] == ["r = exp(−exp(ν))", "a = r ∘ cos(exp(θ))"]


def test_constants_stand_first_with_their_present_values():
    assert plain(cell("cornn").recurrence.with_constants(dt=0.25))[:2] == ["dt = 0.25", "γ = 66"]


def test_lines_of_a_chosen_step_have_its_number():
    line = cell("rnn").recurrence.lines[0]
    assert Setting(Plain(), 7).line(line) == "h₇ = tanh(U x₇ + W h₆ + b)"
    assert Setting(Tex(), "j").line(line) == r"h_{j} = \tanh(U\,x_{j} + W\,h_{j-1} + b)"


def test_layer_above_reads_what_the_one_below_gives_out():
    below, above = cell("lstm").recurrence, Recurrence.parse("h = tanh(U @ x + V @ x[2] + W @ h)")
    assert plain(stacked([below, above], 3, [4, 4], [False, False]))[-1] == "h²ₜ = tanh(U² h¹ₜ + V² h¹ₜ₋₂ + W² h²ₜ₋₁)"
    residual = stacked([below, above], 3, [3, 3], [True, False])
    assert plain(residual)[-1] == "h²ₜ = tanh(U² (h¹ₜ + xₜ) + V² (h¹ₜ₋₂ + xₜ₋₂) + W² h²ₜ₋₁)"


def test_layers_number_stands_above_a_name():
    assert Plain().name("2/h", "t-1") == "h²ₜ₋₁"
    assert Tex().name("2→/U_i") == r"U^{2\rightarrow}_{i}"


def in_numbers(name, state, unit=1, activation="tanh"):
    """A state's line in a unit's numbers, with two decimals, and the state's own value."""
    step = sized(cell(name, activation).recurrence, 3, 4)
    weights = made(name)[1]
    found = values(step, weights, given(step, lead=()))
    line = next(line for line in reversed(step.recurrence.lines) if line.name == state)
    reckoned = Reckoner(found, (unit,), lambda value: (f"{value:.2f}".replace("-", "−"), round(value, 2))).of(
        line.value
    )
    return reckoned, found[line.value.node][unit]


@pytest.mark.parametrize(
    ("name", "state", "form"),
    [
        ("rnn", "h", r"tanh\(N\)"),
        ("lstm", "c", r"N·\(N\) \+ N·\(N\)"),
        ("lstm", "h", r"N·\(N\)"),
        ("gru", "h", r"N·\(N\) \+ N·\(N\)"),
        ("mgu", "h", r"N·\(N\) \+ N·\(N\)"),
        ("residual", "h", r"N \+ (N|\(N\))"),
        ("cornn", "y", r"N \+ N·\(N\)"),
        ("slstm", "l", r"ln\(exp\(N\) \+ exp\(N\)\)"),
    ],
)
def test_line_of_a_state_in_numbers_comes_to_the_state(name, state, form):
    reckoned, value = in_numbers(name, state)
    assert re.fullmatch(form.replace("N", r"−?\d+\.\d\d"), reckoned.text)
    np.testing.assert_allclose(reckoned.value, value, atol=0.03)


def test_number_in_a_line_is_the_one_that_is_shown():
    reckoned, _ = in_numbers("lstm", "c")
    f, c, i, g = (float(one.replace("−", "-")) for one in re.findall(r"−?\d+\.\d\d", reckoned.text))
    np.testing.assert_allclose(reckoned.value, f * c + i * g, rtol=1e-12)


def test_line_without_an_activation_is_in_numbers_as_its_sum():
    reckoned, value = in_numbers("rnn", "h", activation="identity")
    assert reckoned.text.count("+") + reckoned.text.count(" − ") == 2
    np.testing.assert_allclose(reckoned.value, value, atol=0.03)


def test_fractions_in_fractions_are_set_once_however_deep_they_are():
    one = Written("constant", "a")
    for _ in range(60):
        one = Written("/", parts=(one, Written("constant", "b")))
    assert Setting(Plain()).of(one) == 59 * "(" + "a / b" + 59 * ") / b"
    assert Setting(Tex()).of(one) == 60 * r"\frac{" + "a" + 60 * "}{b}"
