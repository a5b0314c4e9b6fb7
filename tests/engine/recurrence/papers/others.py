"""Oscillators, orthogonal and delayed cells, and those that skip steps, written out."""

import mpmath
import numpy as np

from .past import affine, sigmoid


def unicornn(w, x, past):
    """Unit by unit."""
    z, y = (part.copy() for part in np.split(past.s(), 2))
    for i in range(len(y)):
        step = 0.19 * sigmoid(w["c"][i])
        z[i] -= step * (np.tanh(w["w"][i] * y[i] + w["V"][i] @ x + w["b"][i]) + 30.65 * y[i])
        y[i] += step * z[i]
    return np.concatenate([z, y]), y


def lem(w, x, past):
    """y reads the new z."""
    y, z = np.split(past.s(), 2)
    d, e = (sigmoid(affine(w, gate, x, y)) for gate in "de")
    z = z + d * (np.tanh(affine(w, "z", x, y)) - z)
    y = y + e * (np.tanh(affine(w, "y", x, z)) - y)
    return np.concatenate([y, z]), y


def ltc(w, x, past):
    """Synapse by synapse, six inner steps."""
    v = past.s().copy()
    for _ in range(6):
        new = np.zeros_like(v)
        for i in range(len(v)):
            above = 6 * w["c_m"][i] * v[i] + w["g_leak"][i] * w["v_leak"][i]
            below = 6 * w["c_m"][i] + w["g_leak"][i] + 1e-8
            for j in range(len(v)):
                open_ = w["W"][i, j] * sigmoid(w["S"][i, j] * (v[j] - w["M"][i, j]))
                above, below = above + open_ * w["E"][i, j], below + open_
            for j in range(len(x)):
                open_ = w["Q"][i, j] * sigmoid(w["S_x"][i, j] * (x[j] - w["M_x"][i, j]))
                above, below = above + open_ * w["E_x"][i, j], below + open_
            new[i] = above / below
        v = new
    return v, v


def cfc(w, x, past):
    """The scaled tanh of LeCun in the layer behind all."""
    p = 1.7159 * np.tanh(0.666 * (np.hstack([w["U"], w["W"]]) @ np.concatenate([x, past.s()]) + w["b"]))
    f, g, a, b = (w[f"W_{name}"] @ p + w[f"b_{name}"] for name in "fgab")
    h = np.tanh(f) * (1 - sigmoid(a + b)) + sigmoid(a + b) * np.tanh(g)
    return h, h


def exprnn(w, x, past):
    """With another's exponential."""
    W = np.array(mpmath.expm(mpmath.matrix((w["A"] - w["A"].T).tolist())).tolist(), dtype=float)
    z = W @ past.s() + w["U"] @ x
    h = np.sign(z) * np.maximum(np.abs(z) + w["b"], 0)
    return h, h


def urnn(w, x, past):
    """In complex numbers, with NumPy's Fourier transform."""
    n = len(w["beta"])
    h = past.s()[:n] + 1j * past.s()[n:]

    def reflected(h, which):
        r = w[f"r_{which}"] + 1j * w[f"s_{which}"]
        return h - 2 * r * np.vdot(r, h) / np.vdot(r, r)

    h = np.fft.fft(np.exp(1j * w["theta_1"]) * h, norm="ortho")
    h = w["P"] @ reflected(h, 1)
    h = np.fft.ifft(np.exp(1j * w["theta_2"]) * h, norm="ortho")
    z = np.exp(1j * w["theta_3"]) * reflected(h, 2) + (w["U_re"] + 1j * w["U_im"]) @ x
    size = np.sqrt(1e-5 + np.abs(z) ** 2)
    h = z * np.maximum(size + w["beta"], 0) / (size + 1e-5)
    return np.concatenate([h.real, h.imag]), (w["C_re"] @ h.real) + (w["C_im"] @ h.imag)


def antisymmetric(w, x, past):
    """With its whole matrix."""
    W = w["W"] - w["W"].T - 0.01 * np.eye(len(w["b"]))
    h = past.s() + 0.1 * np.tanh(W @ past.s() + w["V"] @ x + w["b"])
    return h, h


def lipschitz(w, x, past):
    """With its two whole matrices."""

    def mixed(M):
        return 0.8 * (M - M.T) + 0.2 * (M + M.T) - 0.01 * np.eye(len(M))

    h = past.s()
    h = h + 0.03 * (mixed(w["M"]) @ h + np.tanh(mixed(w["W"]) @ h + w["U"] @ x + w["b"]))
    return h, h


def esn(w, x, past):
    """A leaky reservoir."""
    h = past.s()
    h = h + 0.3 * (np.tanh(0.9 * w["W"] @ h + w["U"] @ x + w["b"]) - h)
    return h, h


def clockwork(w, x, past):
    """Module by module: a unit that is due reads those that are no faster."""
    old, h = past.s(), past.s().copy()
    period = [2 ** (i * 4 // len(old)) for i in range(len(old))]
    for i in range(len(old)):
        if past.t % period[i] == 0:
            read = sum(w["W"][i, j] * old[j] for j in range(len(old)) if period[j] >= period[i])
            h[i] = np.tanh(w["U"][i] @ x + read + w["b"][i])
    return h, h


def narx(w, x, past):
    """As one product with all that it reads."""
    M = np.hstack([w["U"], w["V"], *(w[f"W_{i}"] for i in (1, 2, 3, 4))])
    h = np.tanh(M @ np.concatenate([x, past.x(1), *(past.s(i) for i in (1, 2, 3, 4))]) + w["b"])
    return h, h


def _skipped(w, parts, made, reads):
    """Return the parts (…, p, d) after a step that updates or not, by cases; the update's probability reads one of them."""
    *old, p, d = parts
    p = p + min(d, 1 - p)
    if np.round(p) == 1:
        return [*made, 0.0, sigmoid(w["v_d"] @ reads + w["b_d"])]
    return [*old, p, d]


def skip_lstm(w, x, past):
    """By cases: all of an LSTM, or nothing."""
    n = len(w["b_i"])
    h, c = past.s()[:n], past.s()[n : 2 * n]
    i, f, o = (sigmoid(affine(w, gate, x, h)) for gate in "ifo")
    made = f * c + i * np.tanh(affine(w, "g", x, h))
    h, c, p, d = _skipped(w, [h, c, *past.s()[2 * n :]], [o * np.tanh(made), made], made)
    return np.concatenate([h, c, [p, d]]), h


def skip_gru(w, x, past):
    """By cases: all of a GRU, or nothing."""
    n = len(w["b_r"])
    h = past.s()[:n]
    r, z = (sigmoid(affine(w, gate, x, h)) for gate in "rz")
    made = z * h + (1 - z) * np.tanh(w["U_n"] @ x + w["W_n"] @ (r * h) + w["b_n"])
    h, p, d = _skipped(w, [h, *past.s()[n:]], [made], made)
    return np.concatenate([h, [p, d]]), h
