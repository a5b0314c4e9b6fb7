"""`Network`: frozen weights of a recurrent network with a readout."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import ArrayLike

from explorer.engine.errors import BadNetwork
from explorer.engine.floats import Floats
from explorer.engine.names import named, spelt
from explorer.engine.network import making, running
from explorer.engine.network.chain import Architecture, architecture_of
from explorer.engine.network.checks import finite, whole_of
from explorer.engine.network.course import Course
from explorer.engine.network.given import (
    EMBEDDING,
    FEATURES,
    Embedding,
    Input,
    beside,
    vectors,
    words_of,
)
from explorer.engine.network.layer import FORWARD, Layer
from explorer.engine.network.named import Named
from explorer.engine.network.piece import DECODER
from explorer.engine.network.readouts import READOUTS
from explorer.engine.network.trace import Trace
from explorer.engine.recurrence.motion import Motion
from explorer.engine.recurrence.recurrence import Recurrence
from explorer.engine.values import Value


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Network(Named, Value):
    """The weights of layers and of a readout o_t = g(V h_t + c) over the last one's h; arrays are read-only float64.

    ``weights`` has them by name: "1/W_f" of the first layer, "2→/U_i" and "2←/U_i" of a layer that reads both ways, "V"
    (p, n) and "c" (p,); "decoder/1/W_f" of a decoder, which takes over at the seam; "E" of an embedding; "A" (rows, k) of
    what multiplies features of the whole sequence, with the rows of the first layer's input matrices, stacked. The
    weights of a layer with weights of each step have a first axis for the steps.

    ``parameters`` has what is trained: the same, but that the weights of a network of one layer of the simple cell, LSTM or
    GRU are stacked by gates, i, f, g, o and r, z, n, which is PyTorch's order. Of such a network with G gates, n hidden units
    and m inputs they are U (G·n, m), W (G·n, n), b (G·n,), and b_rec (n,), the extra recurrent bias of the GRU's n-gate.

    The ``architecture`` says which layers there are, ``readout`` which g. `random`, `from_arrays` and `from_weights` make
    networks and check what they are given. Two are equal if their numbers are.

    Examples
    --------
    >>> import pickle
    >>> from explorer.engine import Layer, Network
    >>> net = Network.random(cell="lstm", inputs=3, hidden=8, outputs=4, seed=0)
    >>> net.U.shape, net.W.shape, net.V.shape, net.width
    ((32, 3), (32, 8), (4, 8), 16)
    >>> net.weights["1/W_f"].shape  # the forget gate's rows of W
    (8, 8)
    >>> pickle.loads(pickle.dumps(net)) == net
    True
    """

    architecture: Architecture
    readout: str
    parameters: Mapping[str, Floats]
    _weights: Mapping[str, Floats] | None = field(default=None, init=False, repr=False)

    @classmethod
    @spelt
    def random(
        cls,
        *,
        cell: str | Recurrence = "rnn",
        activation: str = "tanh",
        layers: Sequence[Layer] | None = None,
        decoder: Sequence[Layer] | None = None,
        inputs: int,
        fed: int | None = None,
        features: int = 0,
        embedding: Embedding | None = None,
        hidden: int | None = None,
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

        A matrix that multiplies a state (each gate's block of W) follows ``init`` and ``gain``; one that multiplies the
        input has independent N(0, input_scale²) entries, so that a one-hot word moves every net input by about one; a
        vector that is added is ``bias`` throughout, with ``forget_bias`` added where the cell says so; V has N(0, 1/n)
        entries. A cell's own word comes before all that.

        Parameters
        ----------
        cell
            The name of a cell that ships, "rnn", "lstm", "gru" …, or a `Recurrence`. Names are taken whatever their capitals.
        activation
            "tanh", "sigmoid", "relu" or "identity"; what f(…) stands for in the simple cell.
        layers
            The layers, each with its own cell, width, direction and beginning, instead of one of all the other words.
        decoder
            The layers that take over at the seam, with weights of their own and the same state as ``layers``, the encoder.
        inputs, hidden, outputs
            m, n and p.
        fed
            How many numbers the decoder is given a step; left out, as many as ``inputs``.
        features
            k, how many features a of the whole sequence enter the net inputs of the first layer at each step: U x_t + A a.
        embedding
            What turns words into x_t, if the network is given words.
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
        TooBig
            If the weights would not fit in memory.

        Examples
        --------
        >>> from explorer.engine import Network
        >>> net = Network.random(cell="rnn", activation="relu", inputs=3, hidden=32, outputs=4, init="orthogonal", gain=1.1)
        >>> net.W.shape, round(net.spectral_radius(), 12)
        ((32, 32), 1.1)
        """
        if layers is None:
            if hidden is None:
                raise BadNetwork("Either hidden or layers must be given.")
            hidden = whole_of("hidden", hidden, least=1)
            layers = [Layer(cell, hidden, FORWARD, None, activation, init, gain, bias, forget_bias, input_scale)]
        elif hidden is not None:
            raise BadNetwork("Either hidden or layers may be given, not both.")
        readout = named("readout", readout, READOUTS, BadNetwork)
        inputs, outputs = (whole_of(name, size, least=1) for name, size in (("inputs", inputs), ("outputs", outputs)))
        seed = whole_of("seed", seed, least=0)
        fed = None if fed is None else whole_of("fed", fed, least=1)
        features = whole_of("features", features, least=0)
        architecture = architecture_of(layers, inputs, decoder, fed, features, embedding)
        return cls(
            architecture,
            readout,
            making.random_parameters(architecture, layers, decoder or (), embedding, outputs, seed),
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
        layer = Layer(cell, 1, FORWARD, None, activation)
        choice = Architecture((layer,), 1).alone
        if choice is None:
            raise BadNetwork("The cell {name} has no stacked arrays; give its weights by name.", name=layer.name)
        readout = named("readout", readout, READOUTS, BadNetwork)
        given = {"U": U, "W": W, "b": b, "V": V, "c": c, "b_rec": b_rec}
        inputs, hidden, parameters = making.stacked_parameters(choice, given)
        return cls(Architecture((replace(layer, width=hidden),), inputs), readout, parameters)

    @classmethod
    @spelt
    def from_weights(
        cls,
        *,
        layers: Sequence[Layer],
        decoder: Sequence[Layer] | None = None,
        weights: Mapping[str, ArrayLike],
        readout: str = "softmax",
        inputs: int | None = None,
        fed: int | None = None,
        trained_embedding: bool = True,
    ) -> Network:
        """Return a network with the given weights, by name as in ``weights``, copied.

        V left out reads the last layer itself, and c left out is zero. ``layers`` and ``decoder`` are as in `random`;
        ``inputs`` and ``fed`` need be said only where no weight tells them. Of an embedding "E" (vocabulary, m),
        ``trained_embedding`` says whether training moves it; "A" has the columns of features.

        Raises
        ------
        BadNetwork
            If a weight is missing or unknown, has a wrong shape, or is not finite.

        Examples
        --------
        >>> from explorer.engine import Layer, Network
        >>> net = Network.random(layers=[Layer("mgu", 4), Layer("gru", 3)], inputs=2, outputs=1)
        >>> Network.from_weights(layers=net.layers, weights=net.weights) == net
        True
        """
        readout = named("readout", readout, READOUTS, BadNetwork)
        if inputs is None:
            inputs = making.inputs_of(layers[0], weights)
        if fed is None and decoder:
            fed = making.inputs_of(decoder[0], weights, DECODER)
        features = making.columns_of(FEATURES, weights)
        embedding = Embedding(table=weights[EMBEDDING], trained=trained_embedding) if EMBEDDING in weights else None
        architecture = architecture_of(
            layers, whole_of("inputs", inputs, least=1), decoder, fed, features or 0, embedding
        )
        return cls(architecture, readout, making.checked_weights(architecture, weights))

    def with_parameters(self, parameters: Mapping[str, Floats]) -> Network:
        """Return the network with other numbers for some of its parameters; nothing is checked."""
        return Network(self.architecture, self.readout, {**self.parameters, **parameters})

    def checked(self) -> Network:
        """Return the network itself.

        Raises
        ------
        BadNetwork
            If one of its weights is not finite.
        """
        for name, array in self.parameters.items():
            finite(name, array)
        return self

    @property
    def decoder(self) -> tuple[Layer, ...]:
        """Return the layers that take over at the seam, none where there is no decoder."""
        return self.architecture.decoder

    @property
    def inputs(self) -> int:
        """Return m, the number of inputs; of a network with a decoder the larger of the two halves'."""
        return self.architecture.columns

    @property
    def width(self) -> int:
        """Return N, the width of the state of all chains: n, or 2n for the LSTM's (h, c)."""
        return sum(chain.step.N for chain in self.architecture.chains)

    def leading(self, layers: int) -> Network:
        """Return the network of the first so many ``layers``, between which those above don't come; it gives out their h.

        Raises
        ------
        BadNetwork
            If it has no so many layers.

        Examples
        --------
        >>> import numpy as np
        >>> from explorer.engine import Layer, Network, gradient_flow
        >>> net = Network.random(layers=[Layer("lstm", 8), Layer("gru", 4)], inputs=3, outputs=2)
        >>> below = gradient_flow(net.leading(1).forward(np.ones((9, 3))))
        >>> np.allclose(below.log_norm, gradient_flow(net.forward(np.ones((9, 3)))).block("1", "1").log_norm, equal_nan=True)
        True
        """
        if not 1 <= layers <= len(self.layers):
            raise BadNetwork("There are no {asked} layers; 1 to {most} are there.", asked=layers, most=len(self.layers))
        if layers == len(self.layers):
            return self
        architecture = self.architecture.leading(layers)
        weights = {name: self.weights[name] for name in architecture.weight_shapes()}
        return Network(architecture, "identity", making.checked_weights(architecture, weights))

    @spelt
    def forward(
        self,
        x: ArrayLike,
        s0: ArrayLike | Mapping[str, ArrayLike] | None = None,
        seam: int | None = None,
        features: ArrayLike | None = None,
    ) -> Trace:
        """Return the trace of the network run over the inputs ``x`` (T, m) from the state ``s0`` (N,).

        A network with an embedding is given words (T,), whole numbers, or vectors (T, m) that stand for words.

        Left out, the state is what the equations start from, zero for most. Of several chains ``s0`` has states by name.
        Steps 1 to ``seam`` are the encoder's, the others its decoder's; the half that is given fewer numbers a step reads the
        first columns of ``x``. ``features`` (k,) of the whole sequence stand beside each x_t.

        Overflow is a result: a state may become inf or NaN, and the trace shows it.

        Raises
        ------
        BadSequence
            If ``x`` or ``s0`` has a wrong shape or a non-finite entry, or ``x`` has no steps or more than there are weights
            for; if a network with a decoder is given no ``seam``, or one without is.

        Examples
        --------
        >>> from explorer.engine import Network
        >>> net = Network.from_arrays(activation="identity", readout="identity", U=[[1.0]], W=[[0.5]])
        >>> net.forward([[1.0], [0.0], [0.0]]).s[:, 0].tolist()  # s_0..s_3
        [0.0, 1.0, 0.5, 0.25]
        """
        given = running.read(self.architecture, Input(x, seam, features))
        found, words = vectors(self.weights.get(EMBEDDING), given.x), words_of(given.x)
        with np.errstate(over="ignore", invalid="ignore"):
            courses, h = running.run(self, beside(given.features, found), running.starts_of(self, s0), seam, words)
            y = h @ self.V.T + self.c
            o = READOUTS[self.readout](y)
        return Trace(self, found, y, o, courses, words, given.features)

    def read_out(self, h: Floats) -> Floats:
        """Return o = g(V h + c) (…, p) of what the last layer gives out (…, n)."""
        with np.errstate(over="ignore", invalid="ignore"):
            return READOUTS[self.readout](h @ self.V.T + self.c)

    def motion(self, course: Course) -> Motion:
        """Return what knows how the states of a course of this network hang together."""
        return running.motion(course)
