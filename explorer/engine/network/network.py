"""`Network`: frozen weights of a recurrent network with a readout."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import ArrayLike

from explorer.engine.errors import BadNetwork
from explorer.engine.floats import Floats
from explorer.engine.names import named, spelt
from explorer.engine.network.checks import (
    check_sequence,
    check_state,
    expect,
    matrix_of,
    number_of,
    vector_of,
    whole_of,
)
from explorer.engine.network.initialisation import INITIALISATIONS, normal
from explorer.engine.network.trace import Trace
from explorer.engine.recurrence.activations import ACTIVATIONS, sigmoid
from explorer.engine.recurrence.kernels.choice import CELLS, Cell
from explorer.engine.values import Value


def softmax(y: Floats) -> Floats:
    """Return exp(y)/Σ exp(y) along the last axis."""
    e = np.exp(y - y.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


READOUTS: Mapping[str, Callable[[Floats], Floats]] = MappingProxyType(
    {"softmax": softmax, "sigmoid": sigmoid.value, "identity": np.copy}
)

# Streams of random numbers: matrix by matrix, gate by gate, so that no choice disturbs another.
# A cell's candidate gate draws what the simple cell's W draws: swapping the cell keeps those weights.
_MATRIX_STREAM = {"U": 1, "W": 2, "V": 3}
_GATE_STREAM = {"i": 10, "f": 20, "o": 30, "r": 40, "z": 50}


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Network(Value):
    """The weights of a recurrent network with a readout; arrays are read-only float64.

    Shapes for G gates, n hidden units, m inputs, p outputs: U (G·n, m), W (G·n, n), b (G·n,), V (p, n), c (p,);
    b_rec (n,) is the extra recurrent bias of the GRU's n-gate. ``activation`` is used by the simple cell only.

    Gates are stacked i, f, g, o (LSTM) and r, z, n (GRU), which is PyTorch's order; ``cell`` and ``readout`` are names, too.
    `random` and `from_arrays` make networks and check what they are given. Two are equal if their numbers are.

    Examples
    --------
    >>> import pickle
    >>> from explorer.engine import Network
    >>> net = Network.random(cell="lstm", inputs=3, hidden=8, outputs=4, seed=0)
    >>> net.U.shape, net.W.shape, net.V.shape, net.width
    ((32, 3), (32, 8), (4, 8), 16)
    >>> net.recurrent("f").shape  # the forget gate's rows of W
    (8, 8)
    >>> pickle.loads(pickle.dumps(net)) == net
    True
    """

    cell: str
    activation: str
    readout: str
    U: Floats
    W: Floats
    b: Floats
    V: Floats
    c: Floats
    b_rec: Floats

    @classmethod
    @spelt
    def random(
        cls,
        *,
        cell: str = "rnn",
        activation: str = "tanh",
        inputs: int,
        hidden: int,
        outputs: int,
        init: str = "gaussian",
        gain: float = 1.0,
        bias: float = 0.0,
        forget_bias: float = 1.0,
        input_scale: float = 1.0,
        readout: str = "softmax",
        seed: int = 0,
    ) -> Network:
        """Return a network with seeded random weights.

        W (each gate's block) follows ``init`` and ``gain``; U has independent N(0, input_scale²) entries, so that a
        one-hot word moves every net input by about one; V has N(0, 1/n) entries; b is ``bias`` throughout, with
        ``forget_bias`` added in the LSTM's forget gate.

        Parameters
        ----------
        cell
            "rnn", "lstm" or "gru". Names are taken whatever their capitals.
        activation
            "tanh", "sigmoid", "relu" or "identity"; used by the simple cell only.
        inputs, hidden, outputs
            m, n and p.
        init
            "gaussian", "glorot", "orthogonal", "identity", "spectral", "rotation", "shift" or "nonnormal".
        readout
            "softmax", "sigmoid" or "identity": o_t = g(V h_t + c).
        gain, bias, forget_bias, input_scale
            Numbers, used as said above.
        seed
            A whole number from 0 on; the same one always gives the same weights.

        Raises
        ------
        BadNetwork
            If a name is unknown, or a number is out of range or none.

        Examples
        --------
        >>> from explorer.engine import Network
        >>> net = Network.random(cell="rnn", activation="relu", inputs=3, hidden=32, outputs=4, init="orthogonal", gain=1.1)
        >>> net.W.shape, round(net.spectral_radius(), 12)
        ((32, 32), 1.1)
        """
        kind = CELLS[named("cell", cell, CELLS, BadNetwork)]
        scheme = INITIALISATIONS[named("initialisation", init, INITIALISATIONS, BadNetwork)]
        inputs, hidden, outputs = (
            whole_of(name, size, least=1)
            for name, size in (("inputs", inputs), ("hidden", hidden), ("outputs", outputs))
        )
        gain, bias, forget_bias, input_scale = (
            number_of(name, value)
            for name, value in (
                ("gain", gain),
                ("bias", bias),
                ("forget_bias", forget_bias),
                ("input_scale", input_scale),
            )
        )
        seed = whole_of("seed", seed, least=0)
        streams = {gate: 0 if gate == kind.candidate else _GATE_STREAM[gate] for gate in kind.gates}
        return cls.from_arrays(
            cell=cell,
            activation=activation,
            readout=readout,
            U=input_scale
            * np.concatenate([normal(hidden, inputs, seed, _MATRIX_STREAM["U"] + i) for i in streams.values()]),
            W=np.concatenate([scheme(hidden, gain, seed, _MATRIX_STREAM["W"] + i) for i in streams.values()]),
            b=np.concatenate([np.full(hidden, bias + forget_bias * (gate == "f")) for gate in kind.gates]),
            V=normal(outputs, hidden, seed, _MATRIX_STREAM["V"]) / np.sqrt(hidden),
        )

    @classmethod
    @spelt
    def from_arrays(
        cls,
        *,
        cell: str = "rnn",
        activation: str = "tanh",
        readout: str = "softmax",
        U: ArrayLike,
        W: ArrayLike,
        b: ArrayLike | None = None,
        V: ArrayLike | None = None,
        c: ArrayLike | None = None,
        b_rec: ArrayLike | None = None,
    ) -> Network:
        """Return a network with the given weights, copied; a bias left out is zero, V left out reads the state itself.

        For G gates, n units, m inputs and p outputs: U (G·n, m), W (G·n, n), b (G·n,), V (p, n), c (p,), b_rec (n,). Gates
        are stacked i, f, g, o (LSTM) and r, z, n (GRU), as in PyTorch, whose two biases add up to b; of its GRU's n-gate the
        second is ``b_rec``. ``cell``, ``activation`` and ``readout`` are names as in `random`.

        Raises
        ------
        BadNetwork
            If a name is unknown, a shape does not fit, or a weight is not finite.

        Examples
        --------
        >>> import numpy as np
        >>> from explorer.engine import Network
        >>> net = Network.from_arrays(cell="gru", U=np.ones((6, 1)), W=np.zeros((6, 2)), b_rec=[0.5, 0.5])
        >>> net.hidden, net.inputs, net.width
        (2, 1, 2)
        """
        kind = CELLS[named("cell", cell, CELLS, BadNetwork)]
        activation = named("activation", activation, ACTIVATIONS, BadNetwork)
        readout = named("readout", readout, READOUTS, BadNetwork)
        W = matrix_of("W", W)
        n = W.shape[1]
        G = len(kind.gates)
        expect("W", W, (G * n, n))
        U = matrix_of("U", U)
        V = np.eye(n) if V is None else matrix_of("V", V)
        expect("U", U, (G * n, U.shape[1]))
        expect("V", V, (V.shape[0], n))
        return cls(
            kind.name, activation, readout, U, W, vector_of("b", b, G * n), V,
            vector_of("c", c, V.shape[0]), vector_of("b_rec", b_rec, n),
        )  # fmt: skip

    @property
    def kind(self) -> Cell:
        """Return the cell's recurrence."""
        return CELLS[self.cell]

    @property
    def hidden(self) -> int:
        """Return n, the number of hidden units."""
        return self.W.shape[-1]

    @property
    def inputs(self) -> int:
        """Return m, the number of inputs."""
        return self.U.shape[1]

    @property
    def width(self) -> int:
        """Return N, the width of the state: n, or 2n for the LSTM's (h, c)."""
        return len(self.kind.parts) * self.hidden

    @property
    def steepest(self) -> float:
        """Return γ = max f' of the simple cell's activation."""
        return ACTIVATIONS[self.activation].steepest

    def recurrent(self, gate: str | None = None) -> Floats:
        """Return the (n, n) block of W that belongs to ``gate`` (default: the candidate's, the simple cell's W)."""
        return self.gate_rows(self.W, gate)

    def gate_rows(self, stacked: Floats, gate: str | None = None) -> Floats:
        """Return the n rows of an array (G·n, …) that belong to ``gate``, by default the candidate's.

        Raises
        ------
        BadNetwork
            If the cell has no such gate.
        """
        known = self.kind.gates
        index = known.index(self.kind.candidate if gate is None else named("gate", gate, known, BadNetwork))
        return stacked[index * self.hidden : (index + 1) * self.hidden]

    def eigenvalues(self, gate: str | None = None) -> np.ndarray:
        """Return the n complex eigenvalues of a gate's block of W, largest modulus first."""
        values = np.linalg.eigvals(self.recurrent(gate)).astype(np.complex128)
        return values[np.argsort(-np.abs(values), kind="stable")]

    def spectral_radius(self, gate: str | None = None) -> float:
        """Return ρ, the largest modulus of an eigenvalue."""
        return float(np.abs(self.eigenvalues(gate)[0]))

    def largest_singular_value(self, gate: str | None = None) -> float:
        """Return σ₁, the 2-norm of a gate's block of W."""
        return float(np.linalg.norm(self.recurrent(gate), 2))

    @spelt
    def forward(self, x: ArrayLike, s0: ArrayLike | None = None) -> Trace:
        """Return the trace of the network run over the inputs ``x`` (T, m) from the state ``s0`` (N,), zero if left out.

        Overflow is a result: a state may become inf or NaN, and the trace shows it.

        Raises
        ------
        BadSequence
            If ``x`` or ``s0`` has a wrong shape or a non-finite entry, or ``x`` has no steps.

        Examples
        --------
        >>> from explorer.engine import Network
        >>> net = Network.from_arrays(activation="identity", readout="identity", U=[[1.0]], W=[[0.5]])
        >>> net.forward([[1.0], [0.0], [0.0]]).s[:, 0].tolist()  # s_0..s_3
        [0.0, 1.0, 0.5, 0.25]
        """
        x = check_sequence(x, self.inputs)
        T, N = len(x), self.width
        s = np.zeros((T + 1, N))
        if s0 is not None:
            s[0] = check_state(s0, N)
        z = np.empty((T, len(self.b)))
        with np.errstate(over="ignore", invalid="ignore"):
            drive = x @ self.U.T + self.b
            for t in range(T):
                z[t], s[t + 1] = self.kind.step(self, drive[t], s[t])
            y = s[1:, : self.hidden] @ self.V.T + self.c
            o = READOUTS[self.readout](y)
        return Trace(self, x, s, z, y, o)
