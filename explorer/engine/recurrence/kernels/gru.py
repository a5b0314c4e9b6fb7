"""The GRU by hand."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

from explorer.engine.floats import Floats
from explorer.engine.recurrence.activations import sigmoid, tanh
from explorer.engine.recurrence.kernels.cancelling import product_error, state_less_candidate
from explorer.engine.recurrence.kernels.gates import gates, gates_and_slopes
from explorer.engine.recurrence.kernels.kernel import Place, Ran, Weighted, stacked
from explorer.engine.recurrence.kernels.terms import Term
from explorer.engine.signed import Signed


class GRU:
    """The gated recurrent unit (Cho et al. 2014), in the form that PyTorch uses.

    ``n = tanh(U_n x + b_n + r∘(W_n h' + b_rec))``, ``h = (1−z)∘n + z∘h'``; the gates are stacked r, z, n.
    """

    name = "gru"
    gates: tuple[str, ...] = ("r", "z", "n")
    parts: tuple[str, ...] = ("h",)
    candidate = "n"
    recurrent_bias = True
    places: Mapping[str, Place] = MappingProxyType({**stacked(("r", "z", "n")), "b_rec": ("b_rec", 0)})

    def step(self, net: Weighted, drive: Floats, s: Floats) -> tuple[Floats, Floats]:
        W_r, W_z, W_n = net.W.reshape(3, len(s), len(s))
        d_r, d_z, d_n = drive.reshape(3, -1)
        z_r, z_z = d_r + W_r @ s, d_z + W_z @ s
        z_n = d_n + sigmoid.value(z_r) * (W_n @ s + net.b_rec)
        u = sigmoid.value(z_z)
        # 1 − u is σ(−z): exact where u rounds to one.
        return np.concatenate([z_r, z_z, z_n]), sigmoid.value(-z_z) * tanh.value(z_n) + u * s

    def change(self, net: Weighted, before: Floats, z: Floats, d: Floats) -> Floats:
        z_r, z_z, z_n = z.reshape(3, -1)
        by_r, by_z, by_n = (net.W @ d).reshape(3, -1)
        read = net.W[2 * net.hidden :] @ before + net.b_rec
        d_n = tanh.change(z_n, sigmoid.value(z_r) * by_n + sigmoid.change(z_r, by_r) * (read + by_n))
        d_u = sigmoid.change(z_z, by_z)
        return sigmoid.value(-z_z) * d_n + sigmoid.value(z_z) * d + d_u * (before + d - tanh.value(z_n) - d_n)

    def log_change(self, trace: Ran, t: int, d: Signed) -> Signed:
        net, n = trace.network, trace.network.hidden
        z_r, z_z, z_n = trace.z[t].reshape(3, -1)
        by = d @ Signed.of(net.W.T)
        read = Signed.of(net.W[2 * net.hidden :] @ trace.s[t] + net.b_rec)
        d_r, d_u = sigmoid.log_change(z_r, by[:n]), sigmoid.log_change(z_z, by[n : 2 * n])
        d_n = tanh.log_change(z_n, by[2 * n :].times(sigmoid.log_value(z_r)) + d_r * (read + by[2 * n :]))
        # h' − n as the Jacobian has it, where nothing of it is lost.
        apart = trace.terms()[1].coefficient[t].times(-sigmoid.log_slope(z_z))
        return d_n.times(sigmoid.log_value(-z_z)) + d.times(sigmoid.log_value(z_z)) + d_u * (apart + d - d_n)

    def terms(self, net: Weighted, s: Floats, z: Floats) -> list[Term]:
        h = s[:-1]
        z_r, z_z, z_n = np.split(z, 3, axis=1)
        W_r, W_z, W_n = np.split(net.W, 3)
        read = h @ W_n.T + net.b_rec
        positive = np.ones_like(h)
        # Into the candidate, once it is let through: (1 − z) ∘ tanh'(z_n).
        inlet = sigmoid.log_value(-z_z) + tanh.log_slope(z_n)
        by_z, by_r = sigmoid.log_slope(z_z), inlet + sigmoid.log_slope(z_r)
        apart, apart_error = state_less_candidate(s, z_z, z_n)
        return [
            Term(Signed(sigmoid.log_value(z_z), positive), None, direct=True),
            Term(apart.times(by_z), W_z, error=apart_error + by_z),
            Term(Signed(inlet + sigmoid.log_value(z_r), positive), W_n),
            Term(Signed.of(read).times(by_r), W_r, error=product_error(W_n, h, net.b_rec) + by_r),
        ]

    def advance(self, net: Weighted, z: Floats, before: Floats, after: Floats) -> None:
        n = net.hidden
        read = before @ net.W.mT
        read[..., 2 * n :] += net.b_rec
        z[..., : 2 * n] += read[..., : 2 * n]
        gate = gates(z[..., : 2 * n])
        z[..., 2 * n :] += gate[..., :n] * read[..., 2 * n :]
        candidate = np.tanh(z[..., 2 * n :])
        np.multiply(gate[..., n:], before, out=after)
        candidate *= gates(-z[..., n : 2 * n])
        after += candidate

    def slopes(self, net: Weighted, before: Floats, z: Floats, after: Floats) -> Floats:  # noqa: ARG002 - not h
        """Return ∂h/∂z_r, ∂h/∂z_z, ∂h/∂z_n, then r and z themselves."""
        n = net.hidden
        z_n, both = z[..., 2 * n :], z[..., : 2 * n].reshape(*z.shape[:-1], 2, n)
        slopes = np.empty((*z.shape[:-1], 5, n), z.dtype)
        slopes[..., 3:, :] = gates_and_slopes(both, slopes[..., :2, :])
        np.multiply(gates(-both[..., 1, :]), tanh.slope(z_n), out=slopes[..., 2, :])
        slopes[..., 0, :] *= slopes[..., 2, :]
        slopes[..., 0, :] *= before @ net.W[2 * n :].T + net.b_rec
        slopes[..., 1, :] *= before - np.tanh(z_n)
        return slopes

    def pull(self, net: Weighted, slopes: Floats, g: Floats, delta: Floats) -> Floats:
        by_gate = delta.reshape(*delta.shape[:-1], 3, net.hidden)
        np.multiply(g[..., None, :], slopes[..., :3, :], out=by_gate)
        past = self.recurrent(slopes, delta) @ net.W
        past += g * slopes[..., 4, :]
        return past

    def pull_apart(self, net: Weighted, slopes: Floats, g: Floats) -> tuple[Floats, Floats]:
        """Return what is let through by r behind δ of the gates: n, r, z, so that r, z and it stand as in W."""
        n = net.hidden
        delta = np.empty((len(g), 4 * n))
        np.multiply(g, slopes[2], out=delta[:, :n])
        np.multiply(g[:, None], slopes[:2], out=delta[:, n : 3 * n].reshape(-1, 2, n))
        np.multiply(delta[:, :n], slopes[3], out=delta[:, 3 * n :])
        past = delta[:, n:] @ net.W
        past += g * slopes[4]
        return past, delta

    def recurrent(self, slopes: Floats, delta: Floats) -> Floats:
        """Return δ with the candidate's part let through by r."""
        n = delta.shape[-1] // 3
        through = delta.copy()
        through[..., 2 * n :] *= slopes[..., 3, :]
        return through

    def log_recurrent(self, slopes: Signed, delta: Signed) -> Signed:
        n = len(delta.log) // 3
        return delta[: 2 * n].beside(delta[2 * n :] * slopes[3])

    def log_slopes(self, trace: Ran) -> Signed:
        n = trace.network.hidden
        keep, by_z, through_r, by_r = (term.coefficient for term in trace.terms())
        r = Signed(sigmoid.log_value(trace.z[:, :n]), np.ones_like(keep.sign))
        return Signed.stacked([by_r, by_z, through_r.times(-r.log), r, keep])

    def log_pull(self, W: Signed, slopes: Signed, g: Signed) -> tuple[Signed, Signed]:
        by_r, by_z, by_n = (g * slopes[gate] for gate in range(3))
        delta = by_r.beside(by_z).beside(by_n)
        return self.log_recurrent(slopes, delta) @ W + g * slopes[4], delta
