"""The LSTM by hand."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

from explorer.engine.floats import Floats
from explorer.engine.recurrence.activations import sigmoid, tanh
from explorer.engine.recurrence.kernels.cancelling import cell_error
from explorer.engine.recurrence.kernels.gates import gates, gates_and_slopes
from explorer.engine.recurrence.kernels.kernel import Place, Ran, Weighted, stacked
from explorer.engine.recurrence.kernels.terms import Term
from explorer.engine.signed import Signed

# A cell below this is about to leave float64, where an output gate may stand before it none the less.
_FAINT = 1e-290


class LSTM:
    """Long short-term memory (Hochreiter and Schmidhuber 1997, forget gate by Gers et al. 2000).

    ``c = f∘c' + i∘g``, ``h = o∘tanh(c)``; the state is (h, c), the gates are stacked i, f, g, o.
    """

    name = "lstm"
    gates: tuple[str, ...] = ("i", "f", "g", "o")
    parts: tuple[str, ...] = ("h", "c")
    candidate = "g"
    recurrent_bias = False
    places: Mapping[str, Place] = MappingProxyType(stacked(("i", "f", "g", "o")))

    def step(self, net: Weighted, drive: Floats, s: Floats) -> tuple[Floats, Floats]:
        h, c = s.reshape(2, -1)
        z = drive + net.W @ h
        # That of the candidate is of no use, and costs less than three calls instead of one.
        i, f, _, o = sigmoid.value(z).reshape(4, -1)
        c = f * c + i * tanh.value(z.reshape(4, -1)[2])
        return z, np.concatenate([o * tanh.value(c), c])

    def change(self, net: Weighted, before: Floats, z: Floats, d: Floats) -> Floats:
        (_, c), (d_h, d_c) = before.reshape(2, -1), d.reshape(2, -1)
        z_i, z_f, z_g, z_o = z.reshape(4, -1)
        move = (net.W @ d_h).reshape(4, -1)
        i, f, o = (sigmoid.value(gate) for gate in (z_i, z_f, z_o))
        d_i, d_f, d_o = (sigmoid.change(gate, by) for gate, by in ((z_i, move[0]), (z_f, move[1]), (z_o, move[3])))
        g, d_g = tanh.value(z_g), tanh.change(z_g, move[2])
        after = f * c + i * g
        d_after = f * d_c + d_f * (c + d_c) + i * d_g + d_i * (g + d_g)
        d_out = o * tanh.change(after, d_after) + d_o * tanh.value(after + d_after)
        return np.concatenate([d_out, d_after])

    def log_change(self, trace: Ran, t: int, d: Signed) -> Signed:
        n = trace.network.hidden
        d_h, d_c = d[:n], d[n:]
        z_i, z_f, z_g, z_o = trace.z[t].reshape(4, -1)
        c, after = Signed.of(trace.s[t, n:]), _cell(z_i, z_f, z_g, *trace.s[t : t + 2, n:])
        move = d_h @ Signed.of(trace.network.W.T)
        d_i, d_f, d_o = (sigmoid.log_change(z, move[p * n : p * n + n]) for z, p in ((z_i, 0), (z_f, 1), (z_o, 3)))
        g, d_g = Signed.of(tanh.value(z_g)), tanh.log_change(z_g, move[2 * n : 3 * n])
        by_f, by_i, by_o = (sigmoid.log_value(z) for z in (z_f, z_i, z_o))
        d_after = d_c.times(by_f) + d_f * (c + d_c) + d_g.times(by_i) + d_i * (g + d_g)
        d_out = tanh.log_change(after.value(), d_after).times(by_o) + d_o * _seen(after + d_after)
        return d_out.beside(d_after)

    def terms(self, net: Weighted, s: Floats, z: Floats) -> list[Term]:
        before, after = np.split(s, 2, axis=1)[1][:-1], np.split(s, 2, axis=1)[1][1:]
        z_i, z_f, z_g, z_o = np.split(z, 4, axis=1)
        W_i, W_f, W_g, W_o = np.split(net.W, 4)
        positive = np.ones_like(z_i)
        # From c to h with the output gate fixed: o ∘ tanh'(c).
        outlet = sigmoid.log_value(z_o) + tanh.log_slope(after)
        by_f, by_o = sigmoid.log_slope(z_f), sigmoid.log_slope(z_o)
        error = cell_error(np.split(s, 2, axis=1)[1], sigmoid.value(z_f), sigmoid.value(z_i) * np.tanh(z_g))
        error_f, error_o = (None, None) if error is None else (error[:-1] + by_f, error[1:] + by_o)
        into_c = [
            (Signed.of(before).times(by_f), W_f, error_f),
            (Signed.of(np.tanh(z_g)).times(sigmoid.log_slope(z_i)), W_i, None),
            (Signed(sigmoid.log_value(z_i) + tanh.log_slope(z_g), positive), W_g, None),
        ]
        keep = Signed(sigmoid.log_value(z_f), positive)
        h, c = 0, 1
        return [
            Term(keep, None, c, c, direct=True),
            Term(keep.times(outlet), None, h, c, direct=True),
            *(Term(coefficient, W, c, h, error=wrong) for coefficient, W, wrong in into_c),
            *(
                Term(coefficient.times(outlet), W, h, h, error=None if wrong is None else wrong + outlet)
                for coefficient, W, wrong in into_c
            ),
            Term(_seen(_cell(z_i, z_f, z_g, before, after)).times(by_o), W_o, h, h, error=error_o),
        ]

    def advance(self, net: Weighted, z: Floats, before: Floats, after: Floats) -> None:
        n = net.hidden
        z += before[..., :n] @ net.W.mT
        gate, candidate = gates(z), np.tanh(z[..., 2 * n : 3 * n])
        c = after[..., n:]
        np.multiply(gate[..., n : 2 * n], before[..., n:], out=c)
        candidate *= gate[..., :n]
        c += candidate
        np.multiply(gate[..., 3 * n :], np.tanh(c), out=after[..., :n])

    def slopes(self, net: Weighted, before: Floats, z: Floats, after: Floats) -> Floats:
        """Return ∂c/∂z_i, ∂c/∂z_f, ∂c/∂z_g, ∂h/∂z_o, then ∂h/∂c and ∂c/∂c'."""
        n = net.hidden
        old, z_g, c = before[..., n:], z[..., 2 * n : 3 * n], after[..., n:]
        slopes = np.empty((*z.shape[:-1], 6, n), z.dtype)
        gate = gates_and_slopes(z.reshape(*z.shape[:-1], 4, n), slopes[..., :4, :])
        slopes[..., 0, :] *= np.tanh(z_g)
        slopes[..., 1, :] *= old
        np.multiply(gate[..., 0, :], tanh.slope(z_g), out=slopes[..., 2, :])
        slopes[..., 3, :] *= np.tanh(c)
        np.multiply(gate[..., 3, :], tanh.slope(c), out=slopes[..., 4, :])
        slopes[..., 5, :] = gate[..., 1, :]
        return slopes

    def pull(self, net: Weighted, slopes: Floats, g: Floats, delta: Floats) -> Floats:
        n = net.hidden
        by_gate = delta.reshape(*delta.shape[:-1], 4, n)
        g_h = g[..., :n]
        g_c = g_h * slopes[..., 4, :]
        g_c += g[..., n:]
        np.multiply(g_c[..., None, :], slopes[..., :3, :], out=by_gate[..., :3, :])
        np.multiply(g_h, slopes[..., 3, :], out=by_gate[..., 3, :])
        past = np.empty_like(g)
        np.matmul(delta, net.W, out=past[..., :n])
        np.multiply(g_c, slopes[..., 5, :], out=past[..., n:])
        return past

    def pull_apart(self, net: Weighted, slopes: Floats, g: Floats) -> tuple[Floats, Floats]:
        delta = np.empty((len(g), len(net.W)))
        return self.pull(net, slopes, g, delta), delta

    def recurrent(self, slopes: Floats, delta: Floats) -> Floats:  # noqa: ARG002 - z is U x + W h' + b itself
        return delta

    def log_recurrent(self, slopes: Signed, delta: Signed) -> Signed:  # noqa: ARG002 - z is U x + W h' + b itself
        return delta

    def log_slopes(self, trace: Ran) -> Signed:
        keep, kept, by_f, by_i, by_g, *_, by_o = (term.coefficient for term in trace.terms())
        return Signed.stacked([by_i, by_f, by_g, by_o, kept.times(-keep.log), keep])

    def log_pull(self, W: Signed, slopes: Signed, g: Signed) -> tuple[Signed, Signed]:
        n = slopes.log.shape[1]
        g_h = g[:n]
        g_c = g[n:] + g_h * slopes[4]
        delta = (g_c * slopes[0]).beside(g_c * slopes[1]).beside(g_c * slopes[2]).beside(g_h * slopes[3])
        return (delta @ W).beside(g_c * slopes[5]), delta


def _cell(z_i: Floats, z_f: Floats, z_g: Floats, before: Floats, after: Floats) -> Signed:
    """Return c = f∘c' + i∘g in logarithms: what is recorded of it, ``after``, and itself where float64 calls it zero."""
    c, faint = Signed.of(after), np.abs(after) < _FAINT
    if not faint.any():
        return c
    kept = Signed.of(before).times(sigmoid.log_value(z_f))
    found = kept + Signed.of(np.tanh(z_g)).times(sigmoid.log_value(z_i))
    return Signed(np.where(faint, found.log, c.log), np.where(faint, found.sign, c.sign))


def _seen(c: Signed) -> Signed:
    """Return tanh(c), which is c itself where that is tiny."""
    plain = Signed.of(np.tanh(c.value()))
    tiny = c.log < np.log(_FAINT)
    return Signed(np.where(tiny, c.log, plain.log), np.where(tiny, c.sign, plain.sign))
