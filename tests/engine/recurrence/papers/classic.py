"""Cells that came first, written out."""

import numpy as np

from .past import affine, sigmoid


def rnn(w, x, past):
    h = np.tanh(w["U"] @ x + w["W"] @ past.s() + w["b"])
    return h, h


def residual(w, x, past):
    h = past.s() + np.tanh(w["U"] @ x + w["W"] @ past.s() + w["b"])
    return h, h


def lstm(w, x, past):
    h, c = np.split(past.s(), 2)
    i, f, o = (sigmoid(affine(w, gate, x, h)) for gate in "ifo")
    c = f * c + i * np.tanh(affine(w, "g", x, h))
    h = o * np.tanh(c)
    return np.concatenate([h, c]), h


def gru(w, x, past):
    h = past.s()
    r, z = (sigmoid(affine(w, gate, x, h)) for gate in "rz")
    n = np.tanh(w["U_n"] @ x + w["b_n"] + r * (w["W_n"] @ h + w["b_rec"]))
    h = (1 - z) * n + z * h
    return h, h


def mgu(w, x, past):
    h = past.s()
    f = sigmoid(affine(w, "f", x, h))
    h = (1 - f) * h + f * np.tanh(affine(w, "n", x, f * h))
    return h, h


def peephole(w, x, past):
    h, c = np.split(past.s(), 2)
    i, f = (sigmoid(affine(w, gate, x, h) + w[f"p_{gate}"] * c) for gate in "if")
    c = f * c + i * np.tanh(affine(w, "g", x, h))
    h = sigmoid(affine(w, "o", x, h) + w["p_o"] * c) * np.tanh(c)
    return np.concatenate([h, c]), h


def mingru(w, x, past):
    z, v = sigmoid(w["U_z"] @ x + w["b_z"]), w["U_n"] @ x + w["b_n"]
    h = (1 - z) * past.s() + z * np.where(v >= 0, v + 0.5, sigmoid(v))
    return h, h


def lru(w, x, past):
    """In complex numbers, as the paper has it."""
    u, v = np.split(past.s(), 2)
    rotate = np.exp(-np.exp(w["nu"]) + 1j * np.exp(w["theta"]))
    h = rotate * (u + 1j * v) + np.exp(w["gamma"]) * ((w["B_re"] + 1j * w["B_im"]) @ x)
    y = ((w["C_re"] + 1j * w["C_im"]) @ h).real + w["D"] @ x
    return np.concatenate([h.real, h.imag]), y


def cornn(w, x, past):
    z, y = np.split(past.s(), 2)
    z = z + 0.06 * (np.tanh(w["W"] @ y + w["V"] @ z + w["U"] @ x + w["b"]) - 66 * y - 15 * z)
    return np.concatenate([z, y + 0.06 * z]), y + 0.06 * z


def slstm(w, x, past):
    """In the plain c, n of the paper's equations 8 to 10: nothing stabilised."""
    h, l, c = np.split(past.s(), 3)
    n = np.exp(l)
    i, f = np.exp(affine(w, "i", x, h)), sigmoid(affine(w, "f", x, h))
    new = f * n + i
    c = (f * c * n + i * np.tanh(affine(w, "z", x, h))) / new
    h = sigmoid(affine(w, "o", x, h)) * c
    return np.concatenate([h, np.log(new), c]), h


def deltanet(w, x, past):
    """As one matrix product with I − β k kᵀ."""
    S = past.s().reshape(-1, 8)

    def unit(U):
        z = U @ x
        z = z * sigmoid(z)
        return z / np.linalg.norm(z)

    k, beta = unit(w["U_k"]), sigmoid(w["u_b"] @ x + w["b_b"])
    S = S @ (np.eye(8) - beta * np.outer(k, k)) + beta * np.outer(w["U_v"] @ x, k)
    return S.ravel(), S @ unit(w["U_q"])


def mist(w, x, past):
    h = past.s()
    a = np.exp(affine(w, "a", x, h))
    past = sum(a[i] / a.sum() * past.s(2**i) for i in range(8))
    h = np.tanh(w["U"] @ x + w["W"] @ (sigmoid(affine(w, "r", x, h)) * past) + w["b"])
    return h, h
