"""Real-time recurrent learning (Williams and Zipser 1989): the same gradient, forward in time.

Instead of carrying δ back it carries ∂s_t/∂θ forward: no past is stored, and a step costs O(N² n²).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import ArrayLike

from explorer.engine.floats import Floats
from explorer.engine.gradient.backward import take_losses
from explorer.engine.gradient.credit import credit
from explorer.engine.gradient.gradient import Gradient
from explorer.engine.gradient.losses import find_loss, find_place
from explorer.engine.names import spelt
from explorer.engine.network.course import Course
from explorer.engine.network.given import EMBEDDING
from explorer.engine.network.making import parameters_of
from explorer.engine.network.trace import Trace
from explorer.engine.recurrence.credit.sensitivity import Sensitivity, numbers_carried, sensitivities
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

    ``bytes`` and ``operations`` count what the weights and s_0 need: ∂s_t/∂θ, of the simple cell (n, n, n + m + 1), and
    ∂s_t/∂s_0 (N, N). The gradient of the inputs is carried beside it, ∂s_t/∂x_k for all k, and is not counted: no weight
    needs it.

    A `Gradient` has the fields of that of `bptt`, without its terms. ``report`` hears the fraction of the steps that is done.

    Raises
    ------
    BadNetwork
        For a network of several chains.
    TooBig
        If what is carried does not fit in memory.
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
    net, course, T = trace.network, trace.only, trace.steps
    at = find_place(at)
    kind = find_loss(loss)
    wanted = kind.read(targets, (T,) if at == "every" else (), len(net.c))
    with np.errstate(over="ignore", invalid="ignore", under="ignore"):
        targets_ = wanted[:, None] if at == "every" else wanted[None]
        # A backward chain's first step is the sequence's last.
        way = slice(None, None, -1 if course.chain.backward else 1)
        said = take_losses(net, course.out[way, None], targets_, kind, at, np.array([T]))
    carrier, shapes = credit(course), net.architecture.weight_shapes()
    derivatives = sensitivities(carrier, _acting(shapes, course), net.inputs, stop)
    found = _forward(derivatives, said.entering[way, 0], report)
    weights = {name: found.get(name, np.zeros(shape)) for name, shape in shapes.items()}
    carried = numbers_carried(carrier, shapes)
    return Gradient(
        float(said.losses.sum()), said.losses[:, 0],
        parameters_of(net.architecture, weights) | {"V": said.V, "c": said.c}, found["x"][way], found["s0"],
        bytes=8 * carried, operations=T * (trace.width + 1) * carried, architecture=net.architecture,
    )  # fmt: skip


def _acting(shapes: Mapping[str, tuple[int, ...]], course: Course) -> dict[str, tuple[int, ...]]:
    """Return the shapes of the weights that act along a course: all but a table that nothing was read from."""
    return {name: shape for name, shape in shapes.items() if name != EMBEDDING or course.words is not None}


def _forward(derivatives: Iterator[Sensitivity], entering: Floats, report: Report) -> dict[str, Floats]:
    """Return the gradients of weights, "s0" and "x" from what enters (T, n) at what each step gives out."""
    found: dict[str, Floats] = {}
    for k, one in enumerate(derivatives):
        with np.errstate(all="ignore"):
            for name, derivative in one.out.items():
                brought = np.tensordot(entering[k], derivative, 1)
                found[name] = found[name] + brought if name in found else brought
        report((k + 1) / len(entering))
    return found
