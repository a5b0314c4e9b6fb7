"""Cells whose state is a matrix, written out entry by entry or with the whole matrix that multiplies it."""

import numpy as np

from .past import ahead, sigmoid, silu, softplus


def _unit(z):
    return z / np.linalg.norm(z)


def mlstm(w, x, past):
    """With the largest exponent m taken out, as the released code carries it: |zᵀq| against e^{−m}."""
    n, d = len(w["b_o"]), len(w["U_k"])
    C, z = past.s()[: n * d].reshape(n, d), past.s()[n * d :]
    keep, new = -softplus(-(w["u_f"] @ x + w["b_f"])), w["u_i"] @ x + w["b_i"]
    m = max(keep, new)
    k, v, q = w["U_k"] @ x / np.sqrt(d), w["U_v"] @ x, w["U_q"] @ x
    scaled_C = np.exp(keep - m) * C + np.exp(new - m) * np.outer(v, k)
    scaled_z = np.exp(keep - m) * z + np.exp(new - m) * k
    h = sigmoid(ahead(w, "o", x)) * (scaled_C @ q) / max(abs(scaled_z @ q), np.exp(-m))
    return np.concatenate([np.exp(m) * scaled_C.ravel(), np.exp(m) * scaled_z]), h


def rwkv6(w, x, past):
    """Entry by entry; what is read out is the old state with the bonus."""
    r, k, v = (w[f"U_{name}"] @ x for name in "rkv")
    decay = np.exp(-np.exp(w["w"] + w["W_b"] @ np.tanh(w["U_a"] @ x)))
    S = past.s().reshape(len(k), len(v)).copy()
    y = np.zeros(len(v))
    for i in range(len(k)):
        for j in range(len(v)):
            y[j] += r[i] * (w["u"][i] * k[i] * v[j] + S[i, j])
            S[i, j] = decay[i] * S[i, j] + k[i] * v[j]
    return S.ravel(), y


def rwkv7(w, x, past):
    """In three changes of the matrix, one after the other, as the released code has it."""
    decay = np.exp(-np.exp(-0.5) * sigmoid(ahead(w, "w", x)))
    a, k, v = sigmoid(ahead(w, "a", x)), w["U_k"] @ x, w["U_v"] @ x
    removed = _unit(k * w["xi"])
    k = k * (1 + (a - 1) * w["k_a"])
    S = past.s().reshape(len(v), len(k))
    S = S * decay - (S @ removed)[:, None] * (removed * a) + v[:, None] * k
    return S.ravel(), S @ (w["U_r"] @ x)


def retnet(w, x, past):
    """With the sum s = γs' + 1 carried along, as the released code does it."""
    gamma, s = 1 - 2.0**-5, 0.0
    for _ in range(past.t):
        before, s = s, gamma * s + 1
    k, v = w["U_k"] @ x / np.sqrt(len(w["U_k"])), w["U_v"] @ x
    S = past.s().reshape(len(v), len(k)) * np.sqrt(before) * gamma / np.sqrt(s) + np.outer(v, k) / np.sqrt(s)
    return S.ravel(), S @ (w["U_q"] @ x)


def gla(w, x, past):
    """The gate as the sixteenth root that it is."""
    k, v, q = (w[f"U_{name}"] @ x for name in "kvq")
    S = np.diag(sigmoid(ahead(w, "a", x)) ** (1 / 16)) @ past.s().reshape(len(k), len(v)) + np.outer(k, v)
    return S.ravel(), q / np.sqrt(len(k)) @ S


def gated_deltanet(w, x, past):
    """As one product with α(I − β k kᵀ)."""
    k, q, v = _unit(silu(w["U_k"] @ x)), _unit(silu(w["U_q"] @ x)), w["U_v"] @ x
    beta = sigmoid(w["u_b"] @ x + w["b_b"])
    alpha = np.exp(-np.exp(w["a"]) * softplus(w["u_a"] @ x + w["b_a"]))
    S = past.s().reshape(len(v), len(k)) @ (alpha * (np.eye(len(k)) - beta * np.outer(k, k))) + beta * np.outer(v, k)
    return S.ravel(), S @ q


def hgrn2(w, x, past):
    """The key is what is forgotten."""
    f, v = sigmoid(ahead(w, "f", x)), w["U_v"] @ x
    S = f[:, None] * past.s().reshape(len(f), len(v)) + (1 - f)[:, None] * v
    return S.ravel(), silu(w["U_q"] @ x) @ S
