"""Cells of every structure at random weights, and what is asked of them in many tests."""

from functools import cache

import numpy as np

from explorer.engine.network.drawn import Beginning, drawn
from explorer.engine.recurrence.library import cell, names
from explorer.engine.recurrence.readings.credit import CreditOfEquations
from explorer.engine.recurrence.readings.logvalue import log_values
from explorer.engine.recurrence.readings.step import Given, along, sized
from explorer.engine.recurrence.readings.value import values
from explorer.engine.recurrence.recurrence import Recurrence
from explorer.engine.recurrence.stack import stacked

from ...shipped import VARIETY

ODD = {
    "matrix state that mixes all": (
        "S = tanh(A @ S @ B.T + outer(U @ x, S @ k)) / (1 + norm(S @ k)) + S.T\nh = sum(S) * (S @ k)",
        {},
    ),
    "many operators": (
        "h = modrelu(expm(A - A.T) @ h + U @ x, b) + logaddexp(h, 1) * maximum(h, softplus(-h)) / (1 + h**2)"
        " + hardsigmoid(h) + softsign(h) + sqrt(1 + abs(h)) + where(h > 0, h, 2 * h)",
        {},
    ),
    "rows scaled": ("S = diag(exp(logsigmoid(U_f @ x) / 16)) @ S + outer(U_k @ x, U_v @ x)\nh = S.T @ (U_q @ x)", {}),
    "columns mixed": ("S = S @ (A - outer(k, U @ x)) + outer(U @ x, k)\nh = S @ k", {}),
    "rows mixed": ("S = A @ S + outer(U @ x, k)\nh = S @ k", {}),
    "time-delay network": ("h = tanh(A @ x + B @ x[1] + C @ x[3] + b)", {}),
    "additive memory": ("h = h + tanh(U @ x)", {}),
    "two states that change places": ("p = a\na = b + U @ x\nb = p\nh = a * b", {}),
    "two matrix states": (
        "S = tanh(A @ S + outer(U @ x, h)) * M\nM = 0.5 * M + diag(h) @ S[1] * t\nh = tanh(S @ h + M.T @ b)",
        {},
    ),
    "comparison of states": ("g = tanh(where(sin(h) > 0.1 * g, g @ B, h))\nh = tanh(U @ x + g)", {}),
    "numbers that are states": (
        "p = tanh(p * (q @ h) - sum(x) * r)\nr = p * r + norm(h)\nh = p * h + (1 - p) * tanh(U @ x + W @ h * r)",
        {"p": [], "r": []},
    ),
    "state of weights alone": ("g = tanh(a)\nh = tanh(g[1] * (U @ x) + h * softmax(b) + g)", {}),
    "diagonal of weights": ("h = tanh((A @ A + diag(b)) @ diag(1 - sigmoid(h)) @ softmax(h[2]) + U @ x)", {}),
    "one number beside two sizes": (
        "q = tanh(A @ h + norm(h[1]) + q + e @ x)\nh = tanh(U @ x + norm(h[1]) + e @ x + B @ q)",
        {"k": 6, "q": ["k"]},
    ),
    "measures and time": (
        "w = softmax(W @ h + U @ x)\na = cos(h) + sin(w) * expm1(-abs(h)) + log(2 + h**2) + log1p(h * h) + w ** 1.5\n"
        "h = minimum(a, 2) * norm(h) + sum(h) / 3 + (h @ w) * (t % 2) + silu(h)",
        {},
    ),
}
"""Equations by what they are here for, with their sizes."""

STACKS = {
    "stack of two": (("lstm", "gru"), (5, 4), (False, False)),
    "residual stack that reads its past": (
        ("mgu", "deltanet", "time-delay network", "slstm"),
        (3, 4, 4, 4),
        (True, False, True, True),
    ),
}
"""Layers of some widths above three inputs, and which of them have a skip."""

EVERY = (*VARIETY, *ODD, *STACKS)


@cache
def recurrence(name):
    """A cell that ships, or one of `ODD` or `STACKS`."""
    if name in STACKS:
        layers, widths, skips = STACKS[name]
        return stacked([recurrence(layer) for layer in layers], 3, widths, skips)
    return cell(name).recurrence if name in names() else Recurrence.parse(ODD[name][0], name=name, sizes=ODD[name][1])


def made(name, inputs=3, width=4, scale=0.7, seed=0):
    """A step and random weights; what a cell fixes is as it fixes it."""
    step = sized(recurrence(name), inputs, width)
    rng = np.random.default_rng((seed, 1))
    weights = {key: scale * rng.standard_normal(shape) for key, shape in step.weight_shapes().items()}
    return step, weights | fixed(step)


def fixed(step):
    """The weights that a step fixes."""
    names = [weight.name for weight in step.recurrence.weights if not weight.trained]
    return {name: drawn(step, Beginning())[name] for name in names}


def given(step, lead=(5,), scale=1.0, seed=0):
    """A random state and input with these leading axes, and random ones before them."""
    rng = np.random.default_rng((seed, 2))
    s, *older = scale * rng.standard_normal((max(2, step.recurrence.longest_delay), *lead, step.N))
    x, *earlier = scale * rng.standard_normal((1 + max([1, *step.recurrence.input_delays]), *lead, step.inputs))
    return Given(s, x, 3.0, dict(enumerate(older, start=2)), dict(enumerate(earlier, start=1)))


def credit_along(step, weights, x, s):
    """The credit that equations give a run over x (T, m) with the states s (T+1, N), whoever made it."""
    at = along(step, x, s)
    return CreditOfEquations(step, len(x), lambda: values(step, weights, at), lambda: log_values(step, weights, at))
