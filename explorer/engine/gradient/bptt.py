"""Backpropagation through time along one trace, and the gradient taken apart into its terms (t, k).

``∂L/∂W = Σ_t Σ_{k≤t} δ_{t,k} h_{k−1}ᵀ`` with ``δ_{t,k} = ∂L_t/∂z_k``: the sum may be healthy while its long-lag terms are
gone (Pascanu, Mikolov and Bengio 2013, equations 3 to 5). The sum is made at once; the terms when they are asked for.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import cast

import numpy as np
from numpy.typing import ArrayLike

from explorer.engine.floats import Floats
from explorer.engine.gradient.backward import Reach, take_losses
from explorer.engine.gradient.gradient import CANCELLED, Gradient
from explorer.engine.gradient.items import Items
from explorer.engine.gradient.losses import find_loss, find_place
from explorer.engine.gradient.passage import passage_of
from explorer.engine.names import spelt
from explorer.engine.network.families import families
from explorer.engine.network.network import Network
from explorer.engine.network.trace import Trace
from explorer.engine.norms import log_norms
from explorer.engine.work import Report, Stop, never, silent


@dataclass(frozen=True, eq=False, repr=False)
class ItemisedGradient(Gradient):
    """A gradient whose terms can be asked for; t, k and lags are counted as in the formulas, t and k from 1.

    Row t is what comes in through s_t: L_t for a loss at every step, the whole loss at row T for one at the last step (the
    other rows are −inf), and for one on the mean of the states the share that enters at s_t, so that t − k is always the
    number of steps that a term travelled; along a chain that runs backward that is k − t. Logarithms are natural. A sum is
    −inf only where all its terms are true zeros; where one of them overflowed, it is inf or NaN.

    ``name`` is "W", "U", "b" or "b_rec", all weights of that family together: the stacked array of a network that a kernel
    runs, else flat, one weight after the other, where there are several. Or it is one weight, "1/W_f".

    The terms are made when they are asked for, which may take seconds: `items` has the same with a ``stop``. `bptt` makes it
    of a ``trace``: entering (T, n) is what comes in through each h_t, ``reach`` which terms are kept; ``loss``, ``losses``,
    ``parameters``, ``x``, ``s0``, ``bytes``, ``operations`` and ``architecture`` are as in `Gradient`.

    Examples
    --------
    >>> import numpy as np
    >>> from explorer.engine import Network, bptt
    >>> gradient = bptt(Network.random(cell="mgu", inputs=2, hidden=4, outputs=3).forward(np.ones((6, 2))), 0, at="last")
    >>> lags = gradient.by_lag("1/W_f")  # ln ‖Σ terms‖ of each lag t − k, in nats
    >>> lags.shape, bool(lags[5] < lags[0])
    ((6,), True)
    """

    trace: Trace
    entering: Floats
    reach: Reach

    @cached_property
    def items(self) -> Items:
        """Return the itemisation, made once."""
        return Items(self.trace, self.entering, self.reach)

    @property
    def log_delta(self) -> Floats:
        """Return ln ‖δ_{t,k}‖ (T, T) at [t−1, k−1]; NaN where no path leads, −inf where truncated or truly zero."""
        return self.items.log_delta

    def log_terms(self, name: str) -> Floats:
        """Return ln of the Frobenius norms of the terms of ∂L/∂``name`` (T, T) at [t−1, k−1]; NaN and −inf as above."""
        return self.items.log_terms(name)

    def delta(self, t: int, k: int) -> Floats:
        """Return δ_{t,k}, the gradient on what the biases are added to; (G·n,) of a network that a kernel runs."""
        return self.items.term("b", t, k)

    def term(self, name: str, t: int, k: int) -> Floats:
        """Return the term (t, k) of ∂L/∂``name``, in its shape; it may underflow where its log does not."""
        return self.items.term(name, t, k)

    def by_lag(self, name: str) -> Floats:
        """Return ln of the norms (T,) of the sums over all terms with |t − k| = 0..T−1."""
        return self.items.log_totals(name, "lag")

    def by_source(self, name: str) -> Floats:
        """Return ln of the norms (T,) of the sums over t, for the source steps k = 1..T."""
        return self.items.log_totals(name, "source")

    def by_loss(self, name: str) -> Floats:
        """Return ln of the norms (T,) of the sums over k, for the loss steps t = 1..T."""
        return self.items.log_totals(name, "loss")

    def total(self, name: str, by: str, index: int) -> Floats:
        """Return one of these sums itself: ``by`` "lag" (index |t − k|), "source" (index k) or "loss" (index t)."""
        return self.items.total(name, by, index)

    def whole(self, name: str) -> Floats:
        """Return ∂L/∂``name``, the sum of its terms, in the shape in which they are."""
        return self.items.whole(self.weights, name)

    def items_deviation(self, stop: Stop = never, report: Report = silent) -> float:
        """Return how far the sums of all items are from the gradient, the largest of all families, relative to its norm.

        Where the items cancel so far that their rounding leaves less than nine digits it is relative to the least norm that
        has them. NaN where one of them is no finite number: nothing can be said of it.
        """
        return float(np.max([self._apart(name, stop, report) for name in self.items.families]))

    def _apart(self, name: str, stop: Stop, report: Report) -> float:
        sum_, whole = self.items.sum(name, stop, report), self.whole(name)
        if not (np.isfinite(sum_).all() and np.isfinite(whole).all()):
            return math.nan
        # In logarithms: the squares of what is as large as 1e200 would overflow, and the deviation look perfect.
        apart, size = float(log_norms((sum_ - whole).ravel())), float(log_norms(whole.ravel()))
        least = self.items.log_size(name, stop) + math.log(CANCELLED)
        return math.exp(apart - max(size, least)) if apart > -math.inf else 0.0


@spelt
def bptt(
    trace: Trace,
    targets: ArrayLike,
    loss: str = "cross_entropy",
    at: str = "every",
    window: int | None = None,
    chunk: int | None = None,
) -> ItemisedGradient:
    """Return the gradient of the loss along ``trace``, by backpropagation through time.

    Parameters
    ----------
    targets
        For the cross-entropy class indices (T,), or one class where the loss is taken once; real numbers (T, p) or (p,) for
        the others, where a network with one output may be given (T,) or one number. At every step, the class −1 or a row of
        NaN means that there is no loss at that step.
    loss
        A name in `LOSSES`. It is computed from the logits y; the network's own readout plays no part.
    at
        "every" step, the "last" one, or the readout of the "mean" of s_1..s_T.
    window
        Truncation that slides: of the terms, those with t − k < window are kept.
    chunk
        Truncation that detaches the state after every ``chunk`` steps: the terms are kept whose t and k are in one chunk.

    Returns
    -------
    ItemisedGradient
        ``loss``, ``losses`` (T,); ``U``, ``W``, ``b``, ``b_rec``, ``V``, ``c`` in the shapes of the weights; ``x`` (T, m) and
        ``s0`` (N,). Of "W", "U", "b" and "b_rec" the terms: ``term``, ``log_terms``, ``by_lag``, ``by_source``, ``by_loss``.

    Raises
    ------
    BadTargets
        If the targets don't fit, or there is no such loss, place or truncation.

    Examples
    --------
    >>> import numpy as np
    >>> from explorer.engine import Network, bptt
    >>> trace = Network.random(inputs=2, hidden=4, outputs=3).forward(np.ones((6, 2)))
    >>> gradient = bptt(trace, [0, 1, 2, 0, 1, 2])
    >>> gradient.W.shape, gradient.log_terms("W").shape, gradient.by_lag("W").shape
    ((4, 4), (6, 6), (6,))
    >>> bool(np.allclose(sum(gradient.term("W", t, k) for t in range(1, 7) for k in range(1, t + 1)), gradient.W))
    True
    """
    at = find_place(at)
    net, T = trace.network, trace.steps
    kind, reach = find_loss(loss), Reach(T, window, chunk)
    wanted = kind.read(targets, (T,) if at == "every" else (), len(net.c))
    lengths = np.array([T])
    with np.errstate(over="ignore", invalid="ignore", under="ignore"):
        ran = passage_of(trace)
        said = take_losses(net, ran.out, wanted[:, None] if at == "every" else wanted[None], kind, at, lengths)
        back = ran.back(said.entering, reach, inputs=True)
    return ItemisedGradient(
        float(said.losses.sum()), said.losses[:, 0], back.parameters | {"V": said.V, "c": said.c},
        cast(Floats, back.x)[:, 0], _alone(back.s0), ran.bytes, operations(net, reach), net.architecture,
        trace=trace, entering=said.entering[:, 0], reach=reach,
    )  # fmt: skip


def operations(net: Network, reach: Reach) -> int:
    """Return how many multiply–adds the matrix products of a way back take."""
    carried = reach.window if reach.slides and reach.window is not None else 1
    often = {"W": carried + 1, "U": 2, "V": 2}
    family = families(net.architecture)
    sizes = [often.get(family[name], 0) * array.size for name, array in net.parameters.items() if array.ndim == 2]
    return reach.steps * sum(sizes)


def _alone(s0: Mapping[str, Floats]) -> Floats | dict[str, Floats]:
    """Return the gradients (N,) of the states that the only sequence starts from, itself where there is one chain."""
    alone = {name: g[0] for name, g in s0.items()}
    return next(iter(alone.values())) if len(alone) == 1 else alone
