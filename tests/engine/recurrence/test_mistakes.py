"""Each mistake in equations is told with its line and column and with what would be right; no text crashes or hangs."""

import os
import random

import pytest

from explorer.engine.errors import BadEquations, Refusal
from explorer.engine.recurrence.library import cell, names
from explorer.engine.recurrence.recurrence import Recurrence

MISTAKES = [
    ("h = tanh(U @ x + W_h @ h)\nz = sigmoid(W_h @ x)\nh = z", 2, 13,
     "`W_h @ x` needs W_h to be n×m, but line 1 made it n×n."),
    ("h = tanh(U @ x + W @ h + b) * (b @ x)", 1, 1, "this makes h m, but line 1 read the state h as n."),
    ("h = tanh(U @ x) + outer(h, h)", 1, 19,
     "`outer(h, h)`: n and n×n don't go together by +; both must have one shape."),
    ("h = tanh(U @ x) + f * outer(h, h) @ h", 1, 19,
     "`f * outer(h, h)`: n and n×n don't go together by *; rows are scaled by `diag(f) @ S`."),
    ("y = U @ x + W_1 * y", 1, 13,
     "`W_1 * y`: n×n and n don't go together by *; a matrix multiplies a vector by `@`."),
    ("h = f * (U @ x) + x * h", 1, 19, "`x * h`: m and n don't go together by *; both must have one shape."),
    ("h = tanhh(U @ x)", 1, 5, "there is no operator `tanhh`; did you mean `tanh`?"),
    ("h = sigmod(U @ x)", 1, 5, "there is no operator `sigmod`; did you mean `sigmoid`?"),
    ("h = max(U @ x, 0)", 1, 5, "there is no operator `max`; did you mean `maximum`?"),
    ("h = np.tanh(U @ x)", 1, 5, "write `tanh(…)`, without what stands before the dot."),
    ("h = tanh(U @ x, 2)", 1, 5, "arguments of `tanh`: 2 instead of 1."),
    ("h = tanh(z=U @ x)", 1, 5, "operators take their arguments by place, without names."),
    ("h = tanh + U @ x", 1, 5, "tanh is an operator; write `tanh(…)`."),
    ("tanh = U @ x", 1, 1, "tanh is an operator; assign to another name."),
    ("x = U @ x", 1, 1, "x is given to the layer; assign to another name."),
    ("h = U @ x\nh += b", 2, 1, "write the whole equation, `h = h …`."),
    ("U @ x", 1, 1, "this is no equation; name it, `h = …`."),
    ("h, c = U @ x", 1, 1, "this is no equation; write `name = expression`."),
    ("import os", 1, 1, "this is no equation; write `name = expression`."),
    ("h = U @ x[0]", 1, 9, "brackets are delays in whole steps: `x[1]` is x one step ago."),
    ("h = U @ x[-1]", 1, 9, "brackets are delays in whole steps: `x[1]` is x one step ago."),
    ("h = U @ x[1:2]", 1, 12, "equations have no “:”."),
    ("h = U @ x[5000]", 1, 9, "a delay has at most 1000 steps."),
    ("h = U[1] @ x", 1, 5, "U has no past: only the input and what has an equation have."),
    ("h = (U @ x)[1]", 1, 5, "brackets are delays and stand after a name."),
    ("h = U.mean @ x", 1, 5, "after a dot only T is understood, the transpose, not `mean`."),
    ("h = b.T + U @ x", 1, 5, "`.T` is of a matrix, and b.T is n."),
    ("h = 0 < U @ x < 1", 1, 5, "compare two values at a time: < <= > >= == !=."),
    ("h = U @ x if b else b", 1, 5, "`U @ x if b else b` is not understood here."),
    ("h = [U @ x]", 1, 5, "`[U @ x]` is not understood here."),
    ("h = U @ x // 2", 1, 5, "this operator is not understood; there are + - * / ** % @ and .T."),
    ("h = 2 @ h + U @ x", 1, 5, "`2 @ h` multiplies by a number: write * for @."),
    ("h = expm(outer(h, h)) @ x", 1, 5, "`expm` is of weights alone, not of the input or the state."),
    ("h = norm(A) * (U @ x)", 1, 10, "`norm` is of a vector, and A is n×n."),
    ("h = sum(2) * (U @ x)", 1, 5, "`sum` is of a vector or a matrix, not of a number."),
    ("h = True * (U @ x)", 1, 5, "a plain number is expected here."),
    ("h = 1e999 * (U @ x)", 1, 5, "this is no finite number."),
    ("dt = 0.1\ndt = 0.2\nh = dt * (U @ x)", 2, 1, "dt is assigned twice; a constant has one value."),
    ("dt = 0.1\nd = dt * 2\nh = U @ x", 2, 1, "d depends on neither input, state nor weights."),
    ("dt = 0.1", 1, 1, "all lines are constants; the last line must be what the layer gives out."),
    ("", 1, 1, "there is no equation; write `name = expression`."),
    ("h = U @ x\ny = x", 2, 1, "the layer gives out y, which is m wide; its width n is expected."),
    ("S = S + outer(U @ x, x)", 1, 1, "the layer gives out S, which is n×m; a vector is expected."),
    ("a = h @ h\nh = outer(h, U @ x)\ny = U @ x", 2, 1, "this makes h n×n, but line 1 read the state h as n."),
    ("h = U @ (x + b", 1, 9, "this “(” is never closed."),
    ("h = U @ x)", 1, 10, "this “)” closes nothing."),
    ("h = (U @ x]", 1, 11, "this “]” closes nothing."),
    ("h = U @ @ x", 1, 9, "this can't be read; an equation is written as `name = expression`, as in NumPy."),
    ("h = 'U' @ x", 1, 5, "equations have no “'”."),
    ("h = U @ x; import os", 1, 10, "equations have no “;”."),
    ("γγ = U @ x\nh = γγ + sigmod(γγ)", 2, 10, "there is no operator `sigmod`; did you mean `sigmoid`?"),
    ("h = " + "(" * 40 + "U @ x" + ")" * 40, 1, 29, "brackets stand 24 deep at most; name the parts."),
    ("h = U @ x * 1234567890123456789012345", 1, 13, "a number has at most 24 digits in a row."),
    ("h = U @ x" + " + b" * 300, 1, 1, "an equation has at most 200 operators; name its parts."),
    ("h = " + "a" * 50 + " * (U @ x)", 1, 5, "a name has at most 40 characters."),
    ("h = σ(U @ x)", 1, 5, "there is no operator `σ`; did you mean `sigmoid`?"),
    ("h = norn(h) * σ(U @ x)", 1, 5, "there is no operator `norn`; did you mean `norm`?"),
    ("h = φ(U @ x)", 1, 5,
     "there is no operator `φ`; there are tanh, sigmoid, relu, logsigmoid, softsign, exp, expm1, log, log1p, sqrt, sin, cos, "
     "abs, round, silu, softplus, hardsigmoid, modrelu, logaddexp, maximum, minimum, where, softmax, norm, outer, diag, "
     "expm, sum."),
    ("a = U @ x\nb = W @ h\nh = 1 − a", 3, 7, "“−” is no operator here; write `-`."),
    ("h = a – U @ x", 1, 7, "“–” is no operator here; write `-`."),
    ("h = U × x", 1, 7,
     "“×” is no operator here; write `@` for a product with a matrix, `*` for one entry by entry."),
    ("h = U·x", 1, 6, "“·” is no operator here; write `@` for a product with a matrix, `*` for one entry by entry."),
    ("h = f ∘ (U @ x)", 1, 7, "“∘” is no operator here; write `*`."),
    ("h = f⊙(U @ x)", 1, 6, "“⊙” is no operator here; write `*`."),
    ("S = h ⊗ x", 1, 7,
     "“⊗” is no operator here; write `outer(a, b)` for an outer product, `*` for one entry by entry."),
    ("h′ = U @ x", 1, 2, "“′” can't be part of a name; it has letters, digits and _, as `h_new`."),
    ("h₁ = U @ x", 1, 2, "“₁” is not read here; write `_1`."),
    ("h = Wᵀ @ h + U @ x", 1, 6, "“ᵀ” is not read here; write `.T`."),
    ("h = tanh（U @ x）", 1, 9, "“（” is not read here; write `(`."),
    ("h = U\u00a0@ x", 1, 6, "this is no plain space, though it looks like one; write a plain one."),
    ("h = U @ x + ¤", 1, 13, "equations have no “¤”."),
    ("h_t = tanh(W @ h_{t-1} + U @ x)", 1, 16, "`h_{t-1}`: write `h`; before its own line it means the last step's."),
    ("h = W @ h_{t−1}", 1, 9, "`h_{t−1}`: write `h`; before its own line it means the last step's."),
    ("h_{t} = U @ x", 1, 1, "`h_{t}`: write `h`."),
    ("h = W @ h_{t-3} + U @ x", 1, 9, "`h_{t-3}`: write `h[3]`."),
    ("h = U @ x_{t-1}", 1, 9, "`x_{t-1}`: write `x[1]`."),
    ("h = W_{hh} @ h + U @ x", 1, 5, "`W_{hh}`: write `W_hh`."),
    ("h = W^{T} @ h + U @ x", 1, 5, "`W^{T}`: write `W.T`."),
    (r"h = \sigma(U @ x)", 1, 5, r"`\sigma`: LaTeX is not read; write `sigmoid`."),
    (r"h = \mathbf U @ x", 1, 5, r"`\mathbf`: LaTeX is not read; write it as in NumPy."),
    ("h = tanh(U @ x + W h)", 1, 19,
     "an operator is missing between `W` and `h`: `@` multiplies by a matrix, `*` entry by entry."),
    ("d = 0.5\nh = d tanh(U @ x)", 2, 6,
     "an operator is missing between `d` and `tanh`: `@` multiplies by a matrix, `*` entry by entry."),
    ("h = 2 h + U @ x", 1, 6, "an operator is missing between `2` and `h`: `@` multiplies by a matrix, `*` entry by entry."),
    ("h = 2h + U @ x", 1, 6, "an operator is missing between `2` and `h`: `@` multiplies by a matrix, `*` entry by entry."),
    ("h = 2 (U @ x)", 1, 6, "an operator is missing between `2` and `(`: `@` multiplies by a matrix, `*` entry by entry."),
    ("h = U (x + h)", 1, 6, "an operator is missing between `U` and `(`: `@` multiplies by a matrix, `*` entry by entry."),
    ("h = W_h(h)", 1, 8, "an operator is missing between `W_h` and `(`: `@` multiplies by a matrix, `*` entry by entry."),
    ("h = (h + b) (U @ x)", 1, 11,
     "an operator is missing between `h + b` and `(`: `@` multiplies by a matrix, `*` entry by entry."),
    ("h = tanh(U @ x  # a b\n  W @ h)", 1, 15,
     "an operator is missing between `x` and `W`: `@` multiplies by a matrix, `*` entry by entry."),
    ("λ = U @ x\nh = λ λ", 2, 6,
     "an operator is missing between `λ` and `λ`: `@` multiplies by a matrix, `*` entry by entry."),
    ("a = U @ x\nh = W @ h\nh = a * δ\u0304", 3, 9,
     "`δ\u0304`: a mark over a letter can't be part of a name; write `delta_bar`."),
    ("h\u0303 = U @ x h", 1, 1, "`h\u0303`: a mark over a letter can't be part of a name; write `h_tilde`."),
    ("h = U @ x + W_δ\u0304t @ h", 1, 13,
     "`W_δ\u0304t`: a mark over a letter can't be part of a name; write `W_delta_bar_t`."),
    ("h = U @ x + W_{δ\u0304} @ h", 1, 13, "`W_{δ\u0304}`: write `W_delta_bar`."),
    ("h = U @ x + 2δ\u20d7", 1, 14, "`δ\u20d7`: a mark over a letter can't be part of a name; write `delta_vec`."),
    ("h = U @ x + \u0304δ", 1, 13, "equations have no “◌\u0304”."),
    ("h\ufe0f = W @ h + U @ x", 1, 2, "equations have no “\\ufe0f”."),
    ("e\u0301 = U @ x e\u0301", 1, 11,
     "an operator is missing between `x` and `e\u0301`: `@` multiplies by a matrix, `*` entry by entry."),
]  # fmt: skip


@pytest.mark.parametrize(("text", "line", "column", "sentence"), MISTAKES, ids=[one[3][:40] for one in MISTAKES])
def test_mistake_is_told_where_it_stands_and_with_what_would_be_right(text, line, column, sentence):
    with pytest.raises(BadEquations) as told:
        Recurrence.parse(text)
    assert str(told.value) == f"Line {line}, column {column}: {sentence}"
    assert (told.value.line, told.value.column) == (line, column)


@pytest.mark.parametrize(
    "text",
    [
        "h = " + "-" * 9000 + "x", "h = x" + " ** x" * 1500, "h = " + "not " * 2000 + "x", "h = x" + ".T" * 4000,
        "h = " + "lambda " * 1000 + "x", "h = x" * 3000, "(" * 9999, "h = x[" * 1000, "\\\n" * 300, "\x00",
        "h = \ud800 + x",
        "h = x" + "\n + x" * 150, "h = 0x" + "f" * 9000, "h = 1" + "_0" * 4000, "h = x" + "\t" * 9000,
        "\ufeffh = U @ x", "h" * 20000,
        "if h:\n" * 190, "h = x if x else " * 199 + "x", "a = b = c = U @ x", "async def f(): pass",
        "h = (yield x)", "h = *x", "h: x = U",
        "h = x@", "h = f''", "del h", "@h\ndef g(): 1", "h = x.T.T.T", "h = {}", "h = (x := U)", "with x: h = x",
    ],
)  # fmt: skip
def test_hostile_text_is_refused_at_once(text):
    with pytest.raises(Refusal):
        Recurrence.parse(text)


PIECES = [
    "(", ")", "[", "]", " @ ", " * ", " + ", " - ", "**", "/", "%", ".T", "[1]", "[2]", "h", "x", "t", "W", "1",
    "0.5", "-", "\n", " = ", ",",
    "tanh", "sum(", "outer(h, x)", "diag(", "norm(", "expm(", "where(", "softmax(", "é", "#", "<", "==", "f(",
    "round(", " ", "c", "S",
]  # fmt: skip


def mutant(random_, text):
    """A cell's text with a few pieces put in, taken out or moved."""
    for _ in range(random_.randint(1, 4)):
        at, end = sorted(random_.randrange(len(text) + 1) for _ in range(2))
        match random_.randrange(4):
            case 0:
                text = text[:at] + random_.choice(PIECES) + text[at:]
            case 1:
                text = text[:at] + text[min(end, at + 6) :]
            case 2:
                text = text[:at] + random_.choice(PIECES) + text[min(end, at + 3) :]
            case _:
                text = text[:at] + text[at:end][::-1][:8] + text[end:]
    return text


def stands_in(text, told):
    """Whether a mistake is told at a place that the text has."""
    rows = text.split("\n")
    return 1 <= told.line <= len(rows) and 1 <= told.column <= len(rows[told.line - 1]) + 1


def test_mutated_cells_are_read_or_refused_where_they_are_wrong():
    """Their number is GRADIENT_FLOW_MUTANTS, by default few; 20,000 take a quarter of a minute."""
    random_ = random.Random(0)
    texts = [cell(name).recurrence.text for name in names() if name != "mist"]
    read = outside = 0
    for _ in range(int(os.environ.get("GRADIENT_FLOW_MUTANTS", "600"))):
        text = mutant(random_, random_.choice(texts))
        try:
            Recurrence.parse(text)
            read += 1
        except BadEquations as told:
            outside += not stands_in(text, told)
    assert outside == 0
    assert read > 10


def test_a_mark_that_composes_with_its_letter_makes_one_name_however_it_was_typed():
    typed = Recurrence.parse("e\u0301 = W @ h\nh = tanh(\u00e9 + U @ x)")
    assert [weight.name for weight in typed.weights] == ["W", "U"]
    assert typed.lines[0].name == "\u00e9"
