"""Cells whose gates see the input alone, or their own unit, written out: in complex numbers, and unit by unit."""

import numpy as np

from .past import affine, ahead, sigmoid, silu, softplus


def _g(v):
    return np.array([one + 0.5 if one >= 0 else sigmoid(one) for one in v])


def minlstm(w, x, past):
    """With f and i divided by their sum."""
    f, i = sigmoid(ahead(w, "f", x)), sigmoid(ahead(w, "i", x))
    h = f / (f + i) * past.s() + i / (f + i) * _g(ahead(w, "n", x))
    return h, h


def s4d(w, x, past):
    """Channel by channel, mode by mode, with the plain zero-order hold of complex numbers."""
    n, k = w["A_re"].shape
    before, after, y = (
        (past.s()[: n * k] + 1j * past.s()[n * k :]).reshape(n, k),
        np.zeros((n, k), complex),
        np.zeros(n),
    )
    u = w["U"] @ x
    for channel in range(n):
        step = np.exp(w["delta"][channel])
        for mode in range(k):
            a = -np.exp(w["A_re"][channel, mode]) + 1j * w["A_im"][channel, mode]
            turn = np.exp(step * a)
            after[channel, mode] = turn * before[channel, mode] + (turn - 1) / a * u[channel]
            C = w["C_re"][channel, mode] + 1j * w["C_im"][channel, mode]
            y[channel] += 2 * (C * after[channel, mode]).real
    return np.concatenate([after.real.ravel(), after.imag.ravel()]), y + w["d"] * u


def s5(w, x, past):
    """In complex numbers."""
    u, v = np.split(past.s(), 2)
    eigenvalues = w["lambda_re"] + 1j * w["omega"]
    turn = np.exp(eigenvalues * np.exp(w["delta"]))
    h = turn * (u + 1j * v) + (turn - 1) / eigenvalues * ((w["B_re"] + 1j * w["B_im"]) @ x)
    return np.concatenate([h.real, h.imag]), 2 * ((w["C_re"] + 1j * w["C_im"]) @ h).real + w["D"] @ x


def _convolved(w, x, past):
    """The causal convolution of four, then SiLU."""
    window = [x, past.x(1), past.x(2), past.x(3)]
    return silu(sum(w[f"c_{i}"] * (w["U"] @ window[i]) for i in range(4)) + w["b_c"])


def mamba(w, x, past):
    """Channel by channel, with its own step, A and B."""
    u = _convolved(w, x, past)
    n, k = w["A"].shape
    step = softplus(w["W_d"] @ (w["U_d"] @ u) + w["b_d"])
    B, C, S = w["U_B"] @ u, w["U_C"] @ u, past.s().reshape(n, k).copy()
    y = np.zeros(n)
    for channel in range(n):
        for mode in range(k):
            a = -np.exp(w["A"][channel, mode])
            S[channel, mode] = np.exp(step[channel] * a) * S[channel, mode] + step[channel] * B[mode] * u[channel]
            y[channel] += C[mode] * S[channel, mode]
    return S.ravel(), (y + w["D"] * u) * silu(w["U_z"] @ x)


def mamba2(w, x, past):
    """One decay for all."""
    u = _convolved(w, x, past)
    step = softplus(w["u_d"] @ x + w["b_d"])
    S = past.s().reshape(len(u), -1)
    S = np.exp(-np.exp(w["a"])) ** step * S + step * u[:, None] * (w["U_B"] @ x)
    return S.ravel(), (np.einsum("ik,k->i", S, w["U_C"] @ x) + w["d_skip"] * u) * silu(w["U_z"] @ x)


def rwkv4(w, x, past):
    """With the largest exponent taken out of both sums, as the released code does it."""
    a, b = np.split(past.s(), 2)
    r, k, v = (w[f"U_{name}"] @ x for name in "rkv")
    decay = -np.exp(w["w"])
    top = np.maximum(0.0, w["u"] + k)
    old, new = np.exp(-top), np.exp(w["u"] + k - top)
    y = sigmoid(r) * (old * a + new * v) / (old * b + new)
    top = np.maximum(decay, k)
    old, new = np.exp(decay - top), np.exp(k - top)
    return np.concatenate([np.exp(top) * (old * a + new * v), np.exp(top) * (old * b + new)]), y


def rglru(w, x, past):
    """With the rate of each unit as a power."""
    rate = 1 / (1 + np.exp(w["lambda_a"]))
    a = rate ** (8 * sigmoid(ahead(w, "r", x)))
    let_in = np.sqrt(1 - a**2) if past.t > 1 else 1.0
    h = a * past.s() + let_in * sigmoid(ahead(w, "i", x)) * (w["U"] @ x)
    return h, h


def sru(w, x, past):
    """Both gates see the old state."""
    c = past.s()
    f, r = (sigmoid(ahead(w, gate, x) + w[f"v_{gate}"] * c) for gate in "fr")
    new = np.array([f[i] * c[i] + (1 - f[i]) * (w["U"][i] @ x) for i in range(len(c))])
    return new, r * new + (1 - r) * (w["U_h"] @ x)


def qrnn(w, x, past):
    """As one convolution over the last two inputs."""
    both = np.concatenate([x, past.x(1)])
    z, f, o = (np.hstack([w[f"U_{gate}"], w[f"V_{gate}"]]) @ both + w[f"b_{gate}"] for gate in "zfo")
    c = sigmoid(f) * np.tanh(z) + (1 - sigmoid(f)) * past.s()
    return c, sigmoid(o) * c


def indrnn(w, x, past):
    """As a simple network of a diagonal matrix."""
    h = np.maximum(w["U"] @ x + np.diag(w["w"]) @ past.s() + w["b"], 0)
    return h, h


def lmu(w, x, past):
    """A linear memory, and a simple cell that reads its new state."""
    k = len(w["b"])
    m = np.array([w["A"][i] @ past.s()[:k] + w["b"][i] * (w["e"] @ x) for i in range(k)])
    h = np.tanh(np.hstack([w["U"], w["W_m"], w["W"]]) @ np.concatenate([x, m, past.s()[k:]]) + w["b_h"])
    return np.concatenate([m, h]), h


def star(w, x, past):
    """The released code's two gates of one net input."""
    k = affine(w, "k", x, past.s())
    h = np.tanh(sigmoid(k) * past.s() + sigmoid(1 - k) * np.tanh(ahead(w, "z", x)))
    return h, h
