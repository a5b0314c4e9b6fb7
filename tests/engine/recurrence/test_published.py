"""Shipped cells against other people's implementations, and against the papers written out once more in plain NumPy."""

import json
from pathlib import Path

import numpy as np
import pytest

from explorer.engine.recurrence.library import names
from explorer.engine.recurrence.readings.step import sized
from explorer.engine.recurrence.run.roll import roll
from explorer.engine.recurrence.run.unroll import unroll

from .cells import made, recurrence

STORED = json.loads((Path(__file__).parents[1] / "data" / "cells.json").read_text(encoding="utf-8"))["cases"]


@pytest.mark.parametrize("case", STORED, ids=lambda case: case["cell"])
def test_run_and_gradient_are_those_of_other_implementations(case):
    """torchrecurrent, minGRU-pytorch, xlstm, and PyTorch's automatic differentiation; see benchmarks/make_cells.py."""
    x = np.array(case["x"])
    step = sized(recurrence(case["cell"]), x.shape[1], len(case["weighted"][0]))
    weights = {name: np.zeros(shape) for name, shape in step.weight_shapes().items()}
    weights |= {name: np.array(weight) for name, weight in case["weights"].items()}
    run = roll(step, weights, x)
    np.testing.assert_allclose(run.s[1:], case["s"], rtol=1e-11, atol=1e-13)
    found = unroll(run, np.array(case["weighted"]))
    for name, gradient in case["gradients"].items():
        np.testing.assert_allclose(found.weights[name], gradient, rtol=1e-9, atol=1e-11, err_msg=name)


# ---- the papers, step by step, with no word of the program's


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def affine(w, gate, x, h):
    return w[f"U_{gate}"] @ x + w[f"W_{gate}"] @ h + w[f"b_{gate}"]


def rnn(w, x, history):
    h = np.tanh(w["U"] @ x + w["W"] @ history[-1] + w["b"])
    return h, h


def residual(w, x, history):
    h = history[-1] + np.tanh(w["U"] @ x + w["W"] @ history[-1] + w["b"])
    return h, h


def lstm(w, x, history):
    h, c = np.split(history[-1], 2)
    i, f, o = (sigmoid(affine(w, gate, x, h)) for gate in "ifo")
    c = f * c + i * np.tanh(affine(w, "g", x, h))
    h = o * np.tanh(c)
    return np.concatenate([h, c]), h


def gru(w, x, history):
    h = history[-1]
    r, z = (sigmoid(affine(w, gate, x, h)) for gate in "rz")
    n = np.tanh(w["U_n"] @ x + w["b_n"] + r * (w["W_n"] @ h + w["b_rec"]))
    h = (1 - z) * n + z * h
    return h, h


def mgu(w, x, history):
    h = history[-1]
    f = sigmoid(affine(w, "f", x, h))
    h = (1 - f) * h + f * np.tanh(affine(w, "n", x, f * h))
    return h, h


def peephole(w, x, history):
    h, c = np.split(history[-1], 2)
    i, f = (sigmoid(affine(w, gate, x, h) + w[f"p_{gate}"] * c) for gate in "if")
    c = f * c + i * np.tanh(affine(w, "g", x, h))
    h = sigmoid(affine(w, "o", x, h) + w["p_o"] * c) * np.tanh(c)
    return np.concatenate([h, c]), h


def mingru(w, x, history):
    z, v = sigmoid(w["U_z"] @ x + w["b_z"]), w["U_n"] @ x + w["b_n"]
    h = (1 - z) * history[-1] + z * np.where(v >= 0, v + 0.5, sigmoid(v))
    return h, h


def lru(w, x, history):
    """In complex numbers, as the paper has it."""
    u, v = np.split(history[-1], 2)
    rotate = np.exp(-np.exp(w["nu"]) + 1j * np.exp(w["theta"]))
    h = rotate * (u + 1j * v) + np.exp(w["gamma"]) * ((w["B_re"] + 1j * w["B_im"]) @ x)
    y = ((w["C_re"] + 1j * w["C_im"]) @ h).real + w["D"] @ x
    return np.concatenate([h.real, h.imag]), y


def cornn(w, x, history):
    z, y = np.split(history[-1], 2)
    z = z + 0.06 * (np.tanh(w["W"] @ y + w["V"] @ z + w["U"] @ x + w["b"]) - 66 * y - 15 * z)
    return np.concatenate([z, y + 0.06 * z]), y + 0.06 * z


def slstm(w, x, history):
    """In the plain c, n of the paper's equations 8 to 10: nothing stabilised."""
    h, l, c = np.split(history[-1], 3)
    n = np.exp(l)
    i, f = np.exp(affine(w, "i", x, h)), sigmoid(affine(w, "f", x, h))
    new = f * n + i
    c = (f * c * n + i * np.tanh(affine(w, "z", x, h))) / new
    h = sigmoid(affine(w, "o", x, h)) * c
    return np.concatenate([h, np.log(new), c]), h


def deltanet(w, x, history):
    """As one matrix product with I − β k kᵀ."""
    S = history[-1].reshape(-1, 8)

    def unit(U):
        z = U @ x
        z = z * sigmoid(z)
        return z / np.linalg.norm(z)

    k, beta = unit(w["U_k"]), sigmoid(w["u_b"] @ x + w["b_b"])
    S = S @ (np.eye(8) - beta * np.outer(k, k)) + beta * np.outer(w["U_v"] @ x, k)
    return S.ravel(), S @ unit(w["U_q"])


def mist(w, x, history):
    h = history[-1]
    a = np.exp(affine(w, "a", x, h))
    past = sum(a[i] / a.sum() * history[-(2**i)] for i in range(8))
    h = np.tanh(w["U"] @ x + w["W"] @ (sigmoid(affine(w, "r", x, h)) * past) + w["b"])
    return h, h


@pytest.mark.parametrize("name", names())
def test_cell_is_its_paper(name):
    """Long enough that the longest delay is read."""
    step, weights = made(name, scale=0.5, seed=1)
    weights |= {f"e_{i}": np.eye(8)[i] for i in range(8 * (name == "mist"))}
    rng = np.random.default_rng(15)
    x = rng.standard_normal((140 if name == "mist" else 20, 3))
    s0 = np.where(np.isfinite(step.start()), 0.3 * rng.standard_normal(step.N), step.start())
    history, out = [step.start()] * 130 + [s0], []
    with np.errstate(divide="ignore"):
        for now in x:
            s, y = globals()[name](weights, now, history)
            history.append(s)
            out.append(y)
    run = roll(step, weights, x, s0)
    np.testing.assert_allclose(run.s[1:], history[131:], rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(run.out, out, rtol=1e-10, atol=1e-12)
