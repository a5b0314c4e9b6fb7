"""A network as an ONNX file: its layers as RNN, LSTM and GRU nodes, in float32, as runtimes have them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from explorer.engine.errors import BadNetwork
from explorer.engine.floats import Floats
from explorer.engine.network.network import Network
from explorer.version import __version__
from explorer.workspace.models.written.standard import Gates, Half, Level, levels_of, stacked

_WHOSE = "ONNX"
_KINDS = {"rnn": ("RNN", ""), "lstm": ("LSTM", "iofg"), "gru": ("GRU", "zrn")}
_FUNCTIONS = {"tanh": "Tanh", "relu": "Relu", "sigmoid": "Sigmoid"}
_READOUTS = {"softmax": "Softmax", "sigmoid": "Sigmoid"}
_OPSET, _IR = 17, 8
_FLOAT, _WHOLE = 1, 7
_A_WHOLE, _A_WORD, _A_WHOLES, _A_WORDS = 2, 3, 7, 8


def onnx_file(network: Network) -> bytes:
    """Return the bytes of a model with the input ``x`` (T, 1, m) and the output ``o`` (T, 1, p).

    Raises
    ------
    BadNetwork
        If ONNX has no such layers.
    """
    graph = _Graph()
    given = "x"
    for number, level in enumerate(levels_of(network, _WHOSE), start=1):
        given = graph.layer(number, level, given)
    graph.read_out(network, given)
    parts = [
        *(_part(1, node) for node in graph.nodes), _text(2, "network"), *(_part(5, array) for array in graph.arrays),
        _part(11, _declared("x", network.inputs)), _part(12, _declared("o", len(network.c))),
    ]  # fmt: skip
    return b"".join(
        (
            _number(1, _IR), _text(2, "Gradient Flow Explorer"), _text(3, __version__), _part(7, b"".join(parts)),
            _part(8, _text(1, "") + _number(2, _OPSET)),
        )
    )  # fmt: skip


class _Graph:
    """Collects nodes and arrays."""

    def __init__(self) -> None:
        self.nodes: list[bytes] = []
        self.arrays: list[bytes] = []

    def layer(self, number: int, level: Level, given: str) -> str:
        """Add a layer that reads ``given``; return what its output is called."""
        kind, order = _KINDS[level.halves[0].kernel]
        way = "bidirectional" if len(level.halves) > 1 else "reverse" if level.halves[0].backward else "forward"
        names = [self.array(f"{number}.{what}", array) for what, array in _arrays(level, order)]
        attributes = [_integer("hidden_size", level.halves[0].width), _string("direction", way)]
        if kind == "RNN":
            attributes.append(_strings("activations", [_function(half) for half in level.halves]))
        if kind == "GRU":
            # The reset gate stands behind the matrix.
            attributes.append(_integer("linear_before_reset", 1))
        self.node(kind, [given, *names], f"{number}.Y", attributes, f"layer{number}")
        # (T, directions, batch, n) becomes (T, batch, directions·n).
        self.node("Transpose", [f"{number}.Y"], f"{number}.turned", [_integers("perm", (0, 2, 1, 3))])
        shape = self.array(f"{number}.shape", np.array([0, 0, -1], np.int64))
        self.node("Reshape", [f"{number}.turned", shape], f"{number}.h", [])
        if not level.residual:
            return f"{number}.h"
        self.node("Add", [given, f"{number}.h"], f"{number}.sum", [])
        return f"{number}.sum"

    def read_out(self, network: Network, given: str) -> None:
        """Add the readout."""
        V, c = self.array("V", network.V.T), self.array("c", network.c)
        self.node("MatMul", [given, V], "Vs", [])
        self.node("Add", ["Vs", c], "o" if network.readout == "identity" else "y", [])
        if network.readout == "threshold":
            self.node("Greater", ["y", self.array("zero", np.zeros(()))], "above", [])
            self.node("Cast", ["above"], "o", [_integer("to", _FLOAT)])
        elif network.readout in _READOUTS:
            softmax = network.readout == "softmax"
            self.node(_READOUTS[network.readout], ["y"], "o", [_integer("axis", -1)] if softmax else [])

    def array(self, name: str, values: Floats | np.ndarray) -> str:
        """Add an array of float32, or of whole numbers as they are; return its name."""
        whole = values.dtype == np.int64
        data = np.ascontiguousarray(values, "<i8" if whole else "<f4")
        dims = b"".join(_number(1, size) for size in data.shape)
        self.arrays.append(dims + _number(2, _WHOLE if whole else _FLOAT) + _text(8, name) + _part(9, data.tobytes()))
        return name

    def node(self, kind: str, inputs: Iterable[str], output: str, attributes: Iterable[bytes], name: str = "") -> None:
        """Add a node, called as its output is if it has no ``name``."""
        reads = b"".join(_text(1, one) for one in inputs)
        told = b"".join(_part(5, one) for one in attributes)
        self.nodes.append(reads + _text(2, output) + _text(3, name or output) + _text(4, kind) + told)


def _arrays(level: Level, order: str) -> Iterator[tuple[str, Floats]]:
    """Yield W, R and B with an axis for the directions."""
    zero = (level.halves[0].width,)
    yield "W", np.stack([stacked(half.U, order, ()) for half in level.halves])
    yield "R", np.stack([stacked(half.W, order, ()) for half in level.halves])
    yield "B", np.stack([np.concatenate(_biases(half, order, zero)) for half in level.halves])


def _biases(half: Half, order: str, zero: tuple[int, ...]) -> tuple[Floats, Floats]:
    within: Gates = {order[-1]: next(iter(half.b_rec.values()))} if half.b_rec else {}
    return stacked(half.b, order, zero), stacked(within, order, zero)


def _function(half: Half) -> str:
    if half.activation not in _FUNCTIONS:
        raise BadNetwork("ONNX's simple cell has no function {activation}.", activation=half.activation)
    return _FUNCTIONS[half.activation]


def _declared(name: str, size: int) -> bytes:
    """Return an input or output of float32 (T, 1, size)."""
    dims = [_part(1, _text(2, "steps")), _part(1, _number(1, 1)), _part(1, _number(1, size))]
    return _text(1, name) + _part(2, _part(1, _number(1, _FLOAT) + _part(2, b"".join(dims))))


# ---- attributes


def _integer(name: str, value: int) -> bytes:
    return _text(1, name) + _number(3, value) + _number(20, _A_WHOLE)


def _string(name: str, value: str) -> bytes:
    return _text(1, name) + _text(4, value) + _number(20, _A_WORD)


def _integers(name: str, values: Iterable[int]) -> bytes:
    return _text(1, name) + b"".join(_number(8, value) for value in values) + _number(20, _A_WHOLES)


def _strings(name: str, values: Iterable[str]) -> bytes:
    return _text(1, name) + b"".join(_text(9, value) for value in values) + _number(20, _A_WORDS)


# ---- the wire: fields by number, numbers in pieces of seven bits, all else with its length


def _varint(value: int) -> bytes:
    value &= 2**64 - 1
    pieces = []
    while value > 0x7F:
        pieces.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*pieces, value])


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _part(field: int, data: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(data)) + data


def _text(field: int, text: str) -> bytes:
    return _part(field, text.encode())
