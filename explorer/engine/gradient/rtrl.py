"""Real-time recurrent learning (Williams and Zipser 1989): the same gradient, forward in time, for the simple cell.

Instead of carrying δ back it carries ∂s_t/∂θ forward: no past is stored, and a step costs O(n⁴).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from explorer.engine.errors import BadNetwork, Stopped
from explorer.engine.floats import Floats
from explorer.engine.gradient.backward import take_losses
from explorer.engine.gradient.gradient import Gradient
from explorer.engine.gradient.losses import find_loss, find_place
from explorer.engine.names import spelt
from explorer.engine.network.network import Network
from explorer.engine.network.trace import Trace
from explorer.engine.recurrence.activations import ACTIVATIONS
from explorer.engine.work import Report, Stop


@spelt
def rtrl(
    trace: Trace,
    targets: ArrayLike,
    loss: str = "cross_entropy",
    at: str = "every",
    stop: Stop = lambda: False,
    report: Report = lambda _: None,
) -> Gradient:
    """Return the gradient of the loss along ``trace`` by real-time recurrent learning; targets as in `bptt`.

    ``bytes`` and ``operations`` count what the weights and s_0 need, ∂s_t/∂θ (n, n, n + m + 1) and ∂s_t/∂s_0 (n, n). The
    gradient of the inputs is carried beside it, ∂s_t/∂x_k for all k so far, and is not counted: no weight needs it.

    A `Gradient` has the fields of that of `bptt`, without its terms. ``report`` hears the fraction of the steps that is done.

    Raises
    ------
    BadNetwork
        For a gated cell.
    BadTargets
        If the targets don't fit, or there is no such loss or place.
    Stopped
        When ``stop()`` said so; it is asked at every step.

    Examples
    --------
    >>> import numpy as np
    >>> from explorer.engine import Network, bptt, rtrl
    >>> trace = Network.random(inputs=2, hidden=4, outputs=3).forward(np.ones((6, 2)))
    >>> bool(np.allclose(rtrl(trace, 2, at="last").W, bptt(trace, 2, at="last").W))
    True
    """
    net, T = trace.network, trace.steps
    at = find_place(at)
    if len(net.kernel.gates) > 1:
        raise BadNetwork("Real-time recurrent learning is worked out for the simple cell only.")
    kind = find_loss(loss)
    wanted = kind.read(targets, (T,) if at == "every" else (), len(net.c))
    with np.errstate(over="ignore", invalid="ignore", under="ignore"):
        targets_ = wanted[:, None] if at == "every" else wanted[None]
        said = take_losses(net, trace.s[1:, None], targets_, kind, at, np.array([T]))
        theta, s0, x = _forward(trace, said.entering[:, 0], stop, report)
    n, carried = net.hidden, net.hidden**2 * (net.hidden + net.inputs + 1) + net.hidden**2
    return Gradient(
        float(said.losses.sum()), said.losses[:, 0], theta[:, n:-1], theta[:, :n], theta[:, -1], np.zeros(n),
        said.V, said.c, x, s0,
        bytes=8 * carried, operations=T * (n + 1) * carried,
    )  # fmt: skip


def _forward(trace: Trace, entering: Floats, stop: Stop, report: Report) -> tuple[Floats, Floats, Floats]:
    """Return the gradients of [W U b] (n, n + m + 1), of s_0 (n,) and of x (T, m) from what enters (T, n) at each state."""
    net, T, n = trace.network, trace.steps, trace.width
    slope = ACTIVATIONS[net.activation].slope(trace.z)
    # What W, U and b are multiplied with at each step.
    factors = np.concatenate([trace.s[:-1], trace.x, np.ones((T, 1))], axis=1)
    by_theta, by_s0, by_x = np.zeros((n, n, factors.shape[1])), np.eye(n), np.zeros((n, T, net.inputs))
    theta, s0, x = np.zeros(by_theta.shape[1:]), np.zeros(n), np.zeros((T, net.inputs))
    unit = np.arange(n)
    for t in range(T):
        if stop():
            raise Stopped
        by_theta = _through(net, by_theta)
        by_theta[unit, unit] += factors[t]
        by_theta *= slope[t][:, None, None]
        by_s0 = slope[t][:, None] * (net.W @ by_s0)
        by_x[:, :t] = _through(net, by_x[:, :t])
        by_x[:, t] = net.U
        by_x[:, : t + 1] *= slope[t][:, None, None]
        theta += np.tensordot(entering[t], by_theta, 1)
        s0 += entering[t] @ by_s0
        x[: t + 1] += np.tensordot(entering[t], by_x[:, : t + 1], 1)
        report((t + 1) / T)
    return theta, s0, x


def _through(net: Network, derivatives: Floats) -> Floats:
    """Return W times the derivatives (n, …) of a state."""
    return (net.W @ derivatives.reshape(net.hidden, -1)).reshape(derivatives.shape)
