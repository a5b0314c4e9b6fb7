"""The recurrences: how a state follows from the last one, and the Jacobian of that step.

A cell writes its Jacobian J_t = ∂s_t/∂s_{t−1} once, as a sum of terms ``diag(coefficient) · matrix``, with the
logarithms of the coefficients. The dense Jacobians, their logarithms entry by entry (which survive slopes of e^-5000)
and the split into paths all follow from the same sum.

Training needs the step for many sequences at once (`Cell.advance`) and the vector–Jacobian product (`Cell.pull`), which
never forms J_t. Their arrays may have any leading axes (steps, sequences, rows of a map); the last one is the unit's.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Protocol

import numpy as np

from explorer.engine.floats import Floats
from explorer.engine.recurrence.activations import ACTIVATIONS, sigmoid, tanh
from explorer.engine.recurrence.kernels.cancelling import cell_error, product_error, state_less_candidate
from explorer.engine.recurrence.kernels.terms import Term
from explorer.engine.signed import Signed

if TYPE_CHECKING:
    from explorer.engine.network.network import Network
    from explorer.engine.network.trace import Trace


class Cell(Protocol):
    """A recurrence.

    ``gates`` names the row blocks of U, W and b in their order; ``parts`` names the blocks of the state, each n wide;
    ``candidate`` is the gate whose weights stand for W when cells are swapped; ``recurrent_bias`` says whether b_rec is
    added to its recurrent part.
    """

    name: str
    gates: tuple[str, ...]
    parts: tuple[str, ...]
    candidate: str
    recurrent_bias: bool

    def step(self, net: Network, drive: Floats, s: Floats) -> tuple[Floats, Floats]:
        """Return (z_t, s_t) from the drive U x_t + b and the last state."""

    def change(self, net: Network, before: Floats, z: Floats, d: Floats) -> Floats:
        """Return by how much s_t (N,) changes when s_{t−1}, ``before``, changes by d (N,); z is z_t. Nothing cancels."""

    def log_change(self, trace: Trace, t: int, d: Signed) -> Signed:
        """Return the same in logarithms, of s_{t+1} when s_t changes by d (N,)."""

    def terms(self, net: Network, s: Floats, z: Floats) -> list[Term]:
        """Return the summands of J_1..J_T from the states s_0..s_T (T+1, N) and the net inputs z (T, ·)."""

    def advance(self, net: Network, z: Floats, before: Floats, after: Floats) -> None:
        """Make the step in place: z (…, G·n) holds the drive and becomes z_t, ``after`` (…, N) becomes s_t.

        The weights may have leading axes too, many networks at once: W (…, G·n, n), b_rec (…, 1, n).
        """

    def slopes(self, net: Network, before: Floats, z: Floats, after: Floats) -> Floats:
        """Return the derivatives (…, K, n) that `pull` multiplies by, from s_{t−1}, z_t and s_t."""

    def pull(self, net: Network, slopes: Floats, g: Floats, delta: Floats) -> Floats:
        """Return g J_t (…, N), the gradient on s_{t−1}, from g on s_t (…, N); ``delta`` (…, G·n) becomes that on z_t."""

    def recurrent(self, slopes: Floats, delta: Floats) -> Floats:
        """Return the gradient on W h_{t−1} + b_rec (…, G·n), by which W and b_rec are moved, from that on z_t."""

    def log_slopes(self, trace: Trace) -> Signed:
        """Return the derivatives of `slopes` (T, K, n) in logarithms."""

    def log_pull(self, W: Signed, slopes: Signed, g: Signed) -> tuple[Signed, Signed]:
        """Return the gradients on s_{t−1} (N,) and on z_t (G·n,) from that on s_t and the slopes (K, n), in logarithms."""


class Simple:
    """The simple recurrent network (Elman 1990): s = f(U x + W s' + b)."""

    name = "rnn"
    gates: tuple[str, ...] = ("s",)
    parts: tuple[str, ...] = ("s",)
    candidate = "s"
    recurrent_bias = False

    def step(self, net: Network, drive: Floats, s: Floats) -> tuple[Floats, Floats]:
        z = drive + net.W @ s
        return z, ACTIVATIONS[net.activation].value(z)

    def change(self, net: Network, before: Floats, z: Floats, d: Floats) -> Floats:  # noqa: ARG002 - z holds it
        return ACTIVATIONS[net.activation].change(z, net.W @ d)

    def log_change(self, trace: Trace, t: int, d: Signed) -> Signed:
        return ACTIVATIONS[trace.network.activation].log_change(trace.z[t], d @ Signed.of(trace.network.W.T))

    def terms(self, net: Network, s: Floats, z: Floats) -> list[Term]:  # noqa: ARG002 - J depends on z alone
        log_slope = ACTIVATIONS[net.activation].log_slope(z)
        return [Term(Signed(log_slope, np.ones_like(z)), net.W)]

    def advance(self, net: Network, z: Floats, before: Floats, after: Floats) -> None:
        z += before @ net.W.mT
        after[...] = ACTIVATIONS[net.activation].value(z)

    def slopes(self, net: Network, before: Floats, z: Floats, after: Floats) -> Floats:  # noqa: ARG002 - z alone
        return ACTIVATIONS[net.activation].slope(z)[..., None, :]

    def pull(self, net: Network, slopes: Floats, g: Floats, delta: Floats) -> Floats:
        np.multiply(g, slopes[..., 0, :], out=delta)
        return delta @ net.W

    def recurrent(self, slopes: Floats, delta: Floats) -> Floats:  # noqa: ARG002 - z is U x + W s' + b itself
        return delta

    def log_slopes(self, trace: Trace) -> Signed:
        log = trace.terms()[0].coefficient.log[:, None]
        return Signed(log, np.where(np.isneginf(log), 0.0, 1.0))

    def log_pull(self, W: Signed, slopes: Signed, g: Signed) -> tuple[Signed, Signed]:
        delta = g * slopes[0]
        return delta @ W, delta


class LSTM:
    """Long short-term memory (Hochreiter and Schmidhuber 1997, forget gate by Gers et al. 2000).

    ``c = f∘c' + i∘g``, ``h = o∘tanh(c)``; the state is (h, c), the gates are stacked i, f, g, o.
    """

    name = "lstm"
    gates: tuple[str, ...] = ("i", "f", "g", "o")
    parts: tuple[str, ...] = ("h", "c")
    candidate = "g"
    recurrent_bias = False

    def step(self, net: Network, drive: Floats, s: Floats) -> tuple[Floats, Floats]:
        h, c = np.split(s, 2)
        z = drive + net.W @ h
        z_i, z_f, z_g, z_o = np.split(z, 4)
        c = sigmoid.value(z_f) * c + sigmoid.value(z_i) * tanh.value(z_g)
        return z, np.concatenate([sigmoid.value(z_o) * tanh.value(c), c])

    def change(self, net: Network, before: Floats, z: Floats, d: Floats) -> Floats:
        (_, c), (d_h, d_c) = np.split(before, 2), np.split(d, 2)
        z_i, z_f, z_g, z_o = np.split(z, 4)
        move = np.split(net.W @ d_h, 4)
        i, f, o = (sigmoid.value(gate) for gate in (z_i, z_f, z_o))
        d_i, d_f, d_o = (sigmoid.change(gate, by) for gate, by in ((z_i, move[0]), (z_f, move[1]), (z_o, move[3])))
        g, d_g = tanh.value(z_g), tanh.change(z_g, move[2])
        after = f * c + i * g
        d_after = f * d_c + d_f * (c + d_c) + i * d_g + d_i * (g + d_g)
        d_out = o * tanh.change(after, d_after) + d_o * tanh.value(after + d_after)
        return np.concatenate([d_out, d_after])

    def log_change(self, trace: Trace, t: int, d: Signed) -> Signed:
        n = trace.network.hidden
        d_h, d_c = d[:n], d[n:]
        c, after = (Signed.of(s[n:]) for s in trace.s[t : t + 2])
        z_i, z_f, z_g, z_o = np.split(trace.z[t], 4)
        move = d_h @ Signed.of(trace.network.W.T)
        d_i, d_f, d_o = (sigmoid.log_change(z, move[p * n : p * n + n]) for z, p in ((z_i, 0), (z_f, 1), (z_o, 3)))
        g, d_g = Signed.of(tanh.value(z_g)), tanh.log_change(z_g, move[2 * n : 3 * n])
        by_f, by_i, by_o = (sigmoid.log_value(z) for z in (z_f, z_i, z_o))
        d_after = d_c.times(by_f) + d_f * (c + d_c) + d_g.times(by_i) + d_i * (g + d_g)
        seen = Signed.of(tanh.value((after + d_after).value()))
        d_out = tanh.log_change(after.value(), d_after).times(by_o) + d_o * seen
        return d_out.beside(d_after)

    def terms(self, net: Network, s: Floats, z: Floats) -> list[Term]:
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
            Term(Signed.of(np.tanh(after)).times(by_o), W_o, h, h, error=error_o),
        ]

    def advance(self, net: Network, z: Floats, before: Floats, after: Floats) -> None:
        n = net.hidden
        z += before[..., :n] @ net.W.mT
        gate, candidate = _gates(z), np.tanh(z[..., 2 * n : 3 * n])
        c = after[..., n:]
        np.multiply(gate[..., n : 2 * n], before[..., n:], out=c)
        candidate *= gate[..., :n]
        c += candidate
        np.multiply(gate[..., 3 * n :], np.tanh(c), out=after[..., :n])

    def slopes(self, net: Network, before: Floats, z: Floats, after: Floats) -> Floats:
        """Return ∂c/∂z_i, ∂c/∂z_f, ∂c/∂z_g, ∂h/∂z_o, then ∂h/∂c and ∂c/∂c'."""
        n = net.hidden
        old, z_g, c = before[..., n:], z[..., 2 * n : 3 * n], after[..., n:]
        slopes = np.empty((*z.shape[:-1], 6, n), z.dtype)
        gate = _gates_and_slopes(z.reshape(*z.shape[:-1], 4, n), slopes[..., :4, :])
        slopes[..., 0, :] *= np.tanh(z_g)
        slopes[..., 1, :] *= old
        np.multiply(gate[..., 0, :], tanh.slope(z_g), out=slopes[..., 2, :])
        slopes[..., 3, :] *= np.tanh(c)
        np.multiply(gate[..., 3, :], tanh.slope(c), out=slopes[..., 4, :])
        slopes[..., 5, :] = gate[..., 1, :]
        return slopes

    def pull(self, net: Network, slopes: Floats, g: Floats, delta: Floats) -> Floats:
        n = net.hidden
        by_gate = delta.reshape(*delta.shape[:-1], 4, n)
        g_h = g[..., :n]
        g_c = g_h * slopes[..., 4, :]
        g_c += g[..., n:]
        np.multiply(g_c[..., None, :], slopes[..., :3, :], out=by_gate[..., :3, :])
        np.multiply(g_h, slopes[..., 3, :], out=by_gate[..., 3, :])
        past = np.empty_like(g)
        past[..., :n] = delta @ net.W
        np.multiply(g_c, slopes[..., 5, :], out=past[..., n:])
        return past

    def recurrent(self, slopes: Floats, delta: Floats) -> Floats:  # noqa: ARG002 - z is U x + W h' + b itself
        return delta

    def log_slopes(self, trace: Trace) -> Signed:
        keep, kept, by_f, by_i, by_g, *_, by_o = (term.coefficient for term in trace.terms())
        return Signed.stacked([by_i, by_f, by_g, by_o, kept.times(-keep.log), keep])

    def log_pull(self, W: Signed, slopes: Signed, g: Signed) -> tuple[Signed, Signed]:
        n = slopes.log.shape[1]
        g_h = g[:n]
        g_c = g[n:] + g_h * slopes[4]
        delta = (g_c * slopes[0]).beside(g_c * slopes[1]).beside(g_c * slopes[2]).beside(g_h * slopes[3])
        return (delta @ W).beside(g_c * slopes[5]), delta


class GRU:
    """The gated recurrent unit (Cho et al. 2014), in the form that PyTorch uses.

    ``n = tanh(U_n x + b_n + r∘(W_n h' + b_rec))``, ``h = (1−z)∘n + z∘h'``; the gates are stacked r, z, n.
    """

    name = "gru"
    gates: tuple[str, ...] = ("r", "z", "n")
    parts: tuple[str, ...] = ("h",)
    candidate = "n"
    recurrent_bias = True

    def step(self, net: Network, drive: Floats, s: Floats) -> tuple[Floats, Floats]:
        W_r, W_z, W_n = np.split(net.W, 3)
        d_r, d_z, d_n = np.split(drive, 3)
        z_r, z_z = d_r + W_r @ s, d_z + W_z @ s
        z_n = d_n + sigmoid.value(z_r) * (W_n @ s + net.b_rec)
        u = sigmoid.value(z_z)
        # 1 − u is σ(−z): exact where u rounds to one.
        return np.concatenate([z_r, z_z, z_n]), sigmoid.value(-z_z) * tanh.value(z_n) + u * s

    def change(self, net: Network, before: Floats, z: Floats, d: Floats) -> Floats:
        z_r, z_z, z_n = np.split(z, 3)
        by_r, by_z, by_n = np.split(net.W @ d, 3)
        read = net.gate_rows(net.W, "n") @ before + net.b_rec
        d_n = tanh.change(z_n, sigmoid.value(z_r) * by_n + sigmoid.change(z_r, by_r) * (read + by_n))
        d_u = sigmoid.change(z_z, by_z)
        return sigmoid.value(-z_z) * d_n + sigmoid.value(z_z) * d + d_u * (before + d - tanh.value(z_n) - d_n)

    def log_change(self, trace: Trace, t: int, d: Signed) -> Signed:
        net, n = trace.network, trace.network.hidden
        z_r, z_z, z_n = np.split(trace.z[t], 3)
        by = d @ Signed.of(net.W.T)
        read = Signed.of(net.gate_rows(net.W, "n") @ trace.s[t] + net.b_rec)
        d_r, d_u = sigmoid.log_change(z_r, by[:n]), sigmoid.log_change(z_z, by[n : 2 * n])
        d_n = tanh.log_change(z_n, by[2 * n :].times(sigmoid.log_value(z_r)) + d_r * (read + by[2 * n :]))
        # h' − n as the Jacobian has it, where nothing of it is lost.
        apart = trace.terms()[1].coefficient[t].times(-sigmoid.log_slope(z_z))
        return d_n.times(sigmoid.log_value(-z_z)) + d.times(sigmoid.log_value(z_z)) + d_u * (apart + d - d_n)

    def terms(self, net: Network, s: Floats, z: Floats) -> list[Term]:
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

    def advance(self, net: Network, z: Floats, before: Floats, after: Floats) -> None:
        n = net.hidden
        read = before @ net.W.mT
        read[..., 2 * n :] += net.b_rec
        z[..., : 2 * n] += read[..., : 2 * n]
        gate = _gates(z[..., : 2 * n])
        z[..., 2 * n :] += gate[..., :n] * read[..., 2 * n :]
        candidate = np.tanh(z[..., 2 * n :])
        np.multiply(gate[..., n:], before, out=after)
        candidate *= _gates(-z[..., n : 2 * n])
        after += candidate

    def slopes(self, net: Network, before: Floats, z: Floats, after: Floats) -> Floats:  # noqa: ARG002 - not h
        """Return ∂h/∂z_r, ∂h/∂z_z, ∂h/∂z_n, then r and z themselves."""
        n = net.hidden
        z_n, both = z[..., 2 * n :], z[..., : 2 * n].reshape(*z.shape[:-1], 2, n)
        slopes = np.empty((*z.shape[:-1], 5, n), z.dtype)
        slopes[..., 3:, :] = _gates_and_slopes(both, slopes[..., :2, :])
        np.multiply(_gates(-both[..., 1, :]), tanh.slope(z_n), out=slopes[..., 2, :])
        slopes[..., 0, :] *= slopes[..., 2, :]
        slopes[..., 0, :] *= before @ net.W[2 * n :].T + net.b_rec
        slopes[..., 1, :] *= before - np.tanh(z_n)
        return slopes

    def pull(self, net: Network, slopes: Floats, g: Floats, delta: Floats) -> Floats:
        by_gate = delta.reshape(*delta.shape[:-1], 3, net.hidden)
        np.multiply(g[..., None, :], slopes[..., :3, :], out=by_gate)
        past = self.recurrent(slopes, delta) @ net.W
        past += g * slopes[..., 4, :]
        return past

    def recurrent(self, slopes: Floats, delta: Floats) -> Floats:
        """Return δ with the candidate's part let through by r."""
        n = delta.shape[-1] // 3
        through = delta.copy()
        through[..., 2 * n :] *= slopes[..., 3, :]
        return through

    def log_slopes(self, trace: Trace) -> Signed:
        n = trace.network.hidden
        keep, by_z, through_r, by_r = (term.coefficient for term in trace.terms())
        r = Signed(sigmoid.log_value(trace.z[:, :n]), np.ones_like(keep.sign))
        return Signed.stacked([by_r, by_z, through_r.times(-r.log), r, keep])

    def log_pull(self, W: Signed, slopes: Signed, g: Signed) -> tuple[Signed, Signed]:
        by_r, by_z, by_n = (g * slopes[gate] for gate in range(3))
        through = by_r.beside(by_z).beside(by_n * slopes[3])
        return through @ W + g * slopes[4], by_r.beside(by_z).beside(by_n)


def _gates(z: Floats) -> Floats:
    """Return σ(z); e^{−z} overflows to inf and the gate to zero, as it should."""
    gate = np.negative(z)
    np.exp(gate, out=gate)
    gate += 1.0
    return np.reciprocal(gate, out=gate)


def _gates_and_slopes(z: Floats, slopes: Floats) -> Floats:
    """Return σ(z) and put σ'(z) into ``slopes``, from one exponential, with full relative accuracy in both tails."""
    decay = np.negative(z)
    # Beyond this e^{−z} is inf, and inf · 0 no number; the slope is smaller than any that matters.
    np.minimum(decay, 0.99 * np.log(np.finfo(z.dtype).max), out=decay)
    np.exp(decay, out=decay)
    gate = decay + 1.0
    np.reciprocal(gate, out=gate)
    decay *= gate
    np.multiply(decay, gate, out=slopes)
    return gate


CELLS: Mapping[str, Cell] = MappingProxyType({cell.name: cell for cell in (Simple(), LSTM(), GRU())})
