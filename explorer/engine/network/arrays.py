"""`Arrays`: a network as its stacked arrays have it, where a hand-written kernel runs it."""

from __future__ import annotations

from collections.abc import Mapping

from explorer.engine.errors import BadNetwork
from explorer.engine.floats import Floats
from explorer.engine.names import named
from explorer.engine.network.chain import Architecture
from explorer.engine.network.layer import Layer
from explorer.engine.recurrence.activations import ACTIVATIONS
from explorer.engine.recurrence.kernels.choice import Choice
from explorer.engine.recurrence.kernels.kernel import Kernel


class Arrays:
    """What a network's ``architecture`` and ``parameters`` say of the arrays of its first layer and of its readout."""

    __slots__ = ()

    architecture: Architecture
    parameters: Mapping[str, Floats]

    @property
    def layers(self) -> tuple[Layer, ...]:
        """Return the layers, those of the encoder where there is a decoder."""
        return self.architecture.layers

    @property
    def hidden(self) -> int:
        """Return n, how many numbers the last layer gives out."""
        return self.architecture.outputs

    @property
    def choice(self) -> Choice:
        """Return the hand-written kernel that runs the network.

        Raises
        ------
        BadNetwork
            If none does.
        """
        found = self.architecture.alone
        if found is None:
            raise BadNetwork("The network has no stacked arrays; its weights are known by name.")
        return found

    @property
    def kernel(self) -> Kernel:
        """Return the kernel itself."""
        return self.choice.kernel

    @property
    def cell(self) -> str:
        """Return what the first layer's cell is called."""
        return self.layers[0].name

    @property
    def activation(self) -> str:
        """Return what f(…) stands for in the first layer."""
        found = self.architecture.alone
        return self.layers[0].activation if found is None or isinstance(self.layers[0].cell, str) else found.activation

    @property
    def U(self) -> Floats:
        """Return the input weights of a network of one layer that a kernel runs, stacked by gates (G·n, m)."""
        return self._stacked("U")

    @property
    def W(self) -> Floats:
        """Return its recurrent weights (G·n, n)."""
        return self._stacked("W")

    @property
    def b(self) -> Floats:
        """Return its biases (G·n,)."""
        return self._stacked("b")

    @property
    def b_rec(self) -> Floats:
        """Return the extra recurrent bias (n,) of the GRU's n-gate, zeros for other cells."""
        return self._stacked("b_rec")

    @property
    def V(self) -> Floats:
        """Return the readout's weights (p, n)."""
        return self.parameters["V"]

    @property
    def c(self) -> Floats:
        """Return the readout's biases (p,)."""
        return self.parameters["c"]

    def _stacked(self, name: str) -> Floats:
        if name not in self.parameters:
            self.choice  # noqa: B018 - refuses
        return self.parameters[name]

    @property
    def steepest(self) -> float:
        """Return γ = max f' of the simple cell's activation."""
        return ACTIVATIONS[self.activation].steepest

    def gate_rows(self, stacked: Floats, gate: str | None = None) -> Floats:
        """Return the n rows of an array (G·n, …) that belong to ``gate``, by default the candidate's.

        Raises
        ------
        BadNetwork
            If the cell has no such gate.
        """
        known = self.kernel.gates
        index = known.index(self.kernel.candidate if gate is None else named("gate", gate, known, BadNetwork))
        return stacked[index * self.hidden : (index + 1) * self.hidden]
