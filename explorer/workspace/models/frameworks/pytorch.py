"""PyTorch's names: ``weight_ih_l0_reverse`` and what stands before them; gates i, f, g, o and r, z, n."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from explorer.engine.errors import BadNetwork
from explorer.workspace.models.asked import Asked
from explorer.workspace.models.equations.cells import GruOptions, LstmOptions, SimpleOptions
from explorer.workspace.models.equations.functions import function
from explorer.workspace.models.frameworks.paddle import as_pytorch
from explorer.workspace.models.frameworks.parametrized import resolved
from explorer.workspace.models.recognised import Recognised
from explorer.workspace.models.stacks import Stack, Strand, connected
from explorer.workspace.models.stored import Stored
from explorer.workspace.models.strands import Place, gru, lstm, simple
from explorer.workspace.models.taken import Taken, together
from explorer.workspace.words.sentence import Sentence

_NAME = re.compile(
    r"^(?P<prefix>(?:.*[./:])?)(?P<what>weight_ih|weight_hh|weight_hr|bias_ih|bias_hh)(?:_l(?P<layer>\d{1,4})(?P<back>_reverse)?)?$"
)
LSTM_GATES, GRU_GATES = "ifgo", "rzn"
_GATES_OF = {4: LSTM_GATES, 3: GRU_GATES, 1: ""}


@dataclass(slots=True)
class _Layer:
    """The arrays of one layer in one direction, by what they are."""

    prefix: str
    number: int
    back: bool
    cell: bool
    arrays: dict[str, Taken] = field(default_factory=dict)

    @property
    def name(self) -> str:
        stem = self.prefix.rstrip("./:")
        own = "" if self.cell else f"l{self.number}{'_reverse' if self.back else ''}"
        return ".".join(filter(None, (stem, own))) or "cell"


def find(stored: Stored, asked: Asked) -> Recognised:
    """Return the recurrent layers that PyTorch's names tell.

    Raises
    ------
    BadNetwork
        If arrays of one layer don't fit each other.
    """
    arrays = as_pytorch(resolved(stored.arrays), stored.config)
    layers = _layers(arrays)
    stacks = tuple(_stacked(prefix, some, asked) for prefix, some in layers.items())
    used = {name for some in layers.values() for layer in some for part in layer.arrays.values() for name in part.names}
    return Recognised("PyTorch", stacks, frozenset(used))


def _layers(arrays: Mapping[str, Taken]) -> dict[str, list[_Layer]]:
    """Return the layers by what stands before their names, in order, forward before backward."""
    found: dict[tuple[str, int, bool, bool], _Layer] = {}
    for name, part in arrays.items():
        match = _NAME.match(name)
        if match is None or part.array.dtype.kind != "f":
            continue
        number, back = int(match["layer"] or 0), match["back"] is not None
        key = (match["prefix"], number, back, match["layer"] is None)
        found.setdefault(key, _Layer(*key)).arrays[match["what"]] = part
    whole: dict[str, list[_Layer]] = {}
    order = {prefix: place for place, prefix in enumerate(dict.fromkeys(key[0] for key in found))}
    # Files keep the order of the modules; of a module's own layers the numbers say it.
    for key in sorted(found, key=lambda one: (order[one[0]], *one[1:])):
        layer = found[key]
        if {"weight_ih", "weight_hh"} <= set(layer.arrays) and all(
            layer.arrays[one].array.ndim == 2 for one in ("weight_ih", "weight_hh")
        ):
            whole.setdefault(layer.prefix, []).append(layer)
    return whole


def _stacked(prefix: str, layers: list[_Layer], asked: Asked) -> Stack:
    about = prefix.rstrip("./:") or "net"
    strands = [_strand(layer, about, asked) for layer in layers]
    levels: dict[int, list[Strand]] = {}
    for layer, strand in zip(layers, strands, strict=True):
        levels.setdefault(layer.number, []).append(strand)
    numbers = list(levels)
    joined = tuple(tuple(level) for level in levels.values())
    if numbers != list(range(len(numbers))) or not connected(joined):
        raise BadNetwork("The layers of {name} don't fit each other: one reads other than what the one before gives out.",
                         name=about)  # fmt: skip
    return Stack(about, joined)


def _strand(layer: _Layer, about: str, asked: Asked) -> Strand:
    U, W = layer.arrays["weight_ih"], layer.arrays["weight_hh"]
    projection = layer.arrays.get("weight_hr")
    hidden = W.shape[1] if projection is None else projection.shape[1]
    gates, rest = divmod(W.shape[0], max(1, hidden))
    if rest or gates not in _GATES_OF or U.shape[0] != W.shape[0]:
        raise BadNetwork(
            "{name} has the shape {shape} beside {other}: neither a simple cell, an LSTM nor a GRU has these.",
            name=U.names[0], shape=U.shape, other=W.shape,
        )  # fmt: skip
    place = Place(layer.name, layer.back)
    first, second = layer.arrays.get("bias_ih"), layer.arrays.get("bias_hh")
    if gates == 1:
        return simple(place, U, W, together((first, second)), SimpleOptions(function(_activation(about, asked))))
    order = _GATES_OF[gates]
    if gates == 4:
        b = together((first, second))
        options = LstmOptions(projection=None if projection is None else hidden)
        biases = {} if b is None else b.gates(order)
        return lstm(place, U.gates(order), W.gates(order), biases, options, R=projection)
    return _gru(place, U, W, first, second)


def _gru(place: Place, U: Taken, W: Taken, first: Taken | None, second: Taken | None) -> Strand:
    one = {} if first is None else first.gates(GRU_GATES)
    two = {} if second is None else second.gates(GRU_GATES)
    b = {gate: both for gate in "rz" if (both := together((one.get(gate), two.get(gate)))) is not None}
    b |= {"n": one["n"]} if "n" in one else {}
    return gru(place, U.gates(GRU_GATES), W.gates(GRU_GATES), b, two.get("n"), GruOptions())


def _activation(about: str, asked: Asked) -> str:
    said = Sentence("The weights of a simple cell don't say which function it has.")
    return asked.take(about, "activation", ("tanh", "relu"), "tanh", said)
