"""`Gradient`: what bptt and rtrl return, the same fields from both."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from explorer.engine.errors import BadNetwork
from explorer.engine.floats import Floats
from explorer.engine.network.chain import Architecture
from explorer.engine.network.making import named_weights
from explorer.engine.values import Value

WEIGHTS = ("U", "W", "b", "b_rec", "V", "c")
"""The parameters of a network that a kernel runs, by their names in `Network` and in `Gradient`."""

CANCELLED = 1e-5
"""Where parts of a gradient cancel to less than this share of their size, their rounding leaves fewer than nine digits."""


class Stacked:
    """Gradients of a network that a kernel runs, by the names of its stacked arrays."""

    parameters: Mapping[str, Floats]

    @property
    def U(self) -> Floats:
        """Return ∂L/∂U (G·n, m)."""
        return self._stacked("U")

    @property
    def W(self) -> Floats:
        """Return ∂L/∂W (G·n, n)."""
        return self._stacked("W")

    @property
    def b(self) -> Floats:
        """Return ∂L/∂b (G·n,)."""
        return self._stacked("b")

    @property
    def b_rec(self) -> Floats:
        """Return ∂L/∂b_rec (n,), zero for a cell that has none."""
        return self._stacked("b_rec")

    @property
    def V(self) -> Floats:
        """Return ∂L/∂V (p, n)."""
        return self._stacked("V")

    @property
    def c(self) -> Floats:
        """Return ∂L/∂c (p,)."""
        return self._stacked("c")

    def _stacked(self, name: str) -> Floats:
        if name not in self.parameters:
            raise BadNetwork("The network has no stacked arrays; its weights are known by name.")
        return self.parameters[name]


@dataclass(frozen=True, eq=False, repr=False)
class Gradient(Stacked, Value):
    """∂L/∂θ along one trace; arrays are read-only.

    loss L = Σ_t L_t and losses (T,), zero where none is taken (one taken on the mean stands at step T). ``parameters`` has
    the gradients of the network's parameters by name; U, W, b, b_rec, V, c are those of one that a kernel runs. x (T, m) and
    s0, (N,) or by chain where there are several, are the gradients of the inputs and of the initial state. ``bytes`` is
    what the method must keep beside the weights, in bytes, and ``operations`` how many multiply–adds its matrix products
    take, of a network of this ``architecture``.

    Examples
    --------
    >>> import numpy as np
    >>> from explorer.engine import Layer, Network, rtrl
    >>> net = Network.random(layers=[Layer("rnn", 4), Layer("gru", 3)], inputs=2, outputs=2)
    >>> gradient = rtrl(net.forward(np.ones((6, 2))), [0] * 6)
    >>> gradient.weights["1/W"].shape, gradient.weights["2/U_z"].shape, gradient.x.shape
    ((4, 4), (3, 4), (6, 2))
    """

    loss: float
    losses: Floats
    parameters: Mapping[str, Floats]
    x: Floats
    s0: Floats | Mapping[str, Floats]
    bytes: int
    operations: int
    architecture: Architecture

    @property
    def weights(self) -> Mapping[str, Floats]:
        """Return the gradients of the weights by the names that they have in the network."""
        return MappingProxyType(named_weights(self.architecture, self.parameters))
