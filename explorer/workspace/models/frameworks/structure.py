"""Recurrent layers by their shapes where no framework's names tell them: (4n, m) beside (4n, n), or (3n, m) beside (3n, n).

All else that such arrays leave open is assumed and told: the order of the gates, where the reset gate stands, which way the
update gate mixes, and whether something is added to the forget gate as it runs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from explorer.workspace.models.asked import Asked
from explorer.workspace.models.equations.cells import GruOptions, LstmOptions, SimpleOptions
from explorer.workspace.models.equations.functions import function
from explorer.workspace.models.recognised import Recognised
from explorer.workspace.models.stacks import Stack, Strand
from explorer.workspace.models.stored import Array, Stored
from explorer.workspace.models.strands import Place, gru, lstm, simple
from explorer.workspace.models.taken import Taken, together
from explorer.workspace.words.sentence import Sentence

LSTM_ORDERS = ("ifgo", "iofg", "igfo", "ifog", "figo", "fiog")
GRU_ORDERS = ("rzn", "zrn")
AFTER, BEFORE = "after", "before"
KEEPS, TAKES = "z keeps h'", "z takes n"
_RECURRENT = re.compile(r"hh|rec|hidden|state|h2h|(?<![a-z])[wu]?h(?![a-z])", re.IGNORECASE)
_FED = re.compile(r"ih|xh|hx|input|i2h|x2h|(?<![a-z])[wu]?[xi](?![a-z])|kernel", re.IGNORECASE)
_TOKEN = re.compile(r"ih|hh|xh|hx|i2h|h2h|x2h|recurrent|rec|input|hidden|weights?|bias|kernel|(?<![a-z])[wubxhi](?![a-z])",
                    re.IGNORECASE)  # fmt: skip
_FEWEST = 2
_TOLD = Sentence("The layer was found by the shapes of its arrays alone.")


@dataclass(slots=True)
class _Group:
    """What seems to be one layer: the arrays by their names."""

    name: str
    gates: int
    U: Taken
    W: Taken
    biases: list[Taken] = field(default_factory=list)

    @property
    def names(self) -> set[str]:
        return {name for part in (self.U, self.W, *self.biases) for name in part.names}


def find(stored: Stored, asked: Asked) -> Recognised:
    """Return the recurrent layers that shapes tell."""
    floats = {name: array for name, array in stored.arrays.items() if array.dtype.kind == "f"}
    groups = list(_groups(floats))
    stacks = tuple(Stack(group.name, ((_strand(group, asked),),)) for group in groups)
    return Recognised("arrays by their shapes", stacks, frozenset().union(*(group.names for group in groups)))


def _groups(arrays: Mapping[str, Array]) -> Iterator[_Group]:
    left = dict(arrays)
    for name in arrays:
        if name not in left or (gates := _gates(name, arrays[name])) is None:
            continue
        partner = _partner(name, left)
        if partner is None:
            continue
        W, U = Taken(left.pop(name), (name,)), Taken(left.pop(partner), (partner,))
        if _is_flipped(W):
            W, U = W.T, U.T
        stem = _stem(name)
        group = _Group(stem.strip("._/: ") or "net", gates, U, W)
        for bias in [one for one in left if left[one].shape == (W.shape[0],) and _stem(one) == stem][:2]:
            group.biases.append(Taken(left.pop(bias), (bias,)))
        yield group


def _gates(name: str, array: Array) -> int | None:
    """Return how many gates an array would have that carries the state, None if it would be none."""
    if array.ndim != 2 or min(array.shape) < _FEWEST or not _RECURRENT.search(name):
        return None
    gates, rest = divmod(max(array.shape), min(array.shape))
    return gates if not rest and gates in (1, 3, 4) else None


def _is_flipped(W: Taken) -> bool:
    return W.shape[1] > W.shape[0]


def _partner(name: str, arrays: Mapping[str, Array]) -> str | None:
    """Return the array that reads x beside one that reads h: as many gates, and the most similar name."""
    W = arrays[name]
    axis = 1 if W.shape[1] > W.shape[0] else 0
    fitting = [
        other
        for other, array in arrays.items()
        if other != name and array.ndim == 2 and array.shape[axis] == W.shape[axis] and _stem(other) == _stem(name)
    ]
    sure = [other for other in fitting if _FED.search(other) and not _RECURRENT.search(_FED.sub("", other))]
    return max(sure or fitting, key=lambda other: SequenceMatcher(None, name, other).ratio(), default=None)


def _stem(name: str) -> str:
    return re.sub(r"[._/: ]+", "_", _TOKEN.sub("", name)).strip("_")


def _strand(group: _Group, asked: Asked) -> Strand:
    place, about = Place(group.name), group.name
    if group.gates == 1:
        taken = asked.take(about, "activation", ("tanh", "relu", "sigmoid", "identity"), "tanh", _TOLD)
        return simple(place, group.U, group.W, together(group.biases), SimpleOptions(function(taken)))
    if group.gates == 4:
        order = asked.take(about, "order", LSTM_ORDERS, LSTM_ORDERS[0], _TOLD)
        forget = float(asked.take(about, "forget", ("0", "1"), "0", _TOLD))
        b = together(group.biases)
        biases = {} if b is None else b.gates(order)
        return lstm(place, group.U.gates(order), group.W.gates(order), biases, LstmOptions(), forget=forget)
    return _gru(place, group, asked)


def _gru(place: Place, group: _Group, asked: Asked) -> Strand:
    about = group.name
    order = asked.take(about, "order", GRU_ORDERS, GRU_ORDERS[0], _TOLD)
    before = asked.take(about, "reset", (AFTER, BEFORE), AFTER, _TOLD) == BEFORE
    swapped = asked.take(about, "update", (KEEPS, TAKES), KEEPS, _TOLD) == TAKES
    first, inside = _biases(group.biases, order)
    if before:
        first = {gate: both for gate in first if (both := together((first[gate], inside.get(gate)))) is not None}
        inside = {}
    else:
        rest = {gate: both for gate in "rz" if (both := together((first.get(gate), inside.get(gate)))) is not None}
        first = {**first, **rest}
    options = GruOptions(before=before, swapped=swapped)
    return gru(place, group.U.gates(order), group.W.gates(order), first, inside.get("n"), options)


def _biases(biases: Sequence[Taken], order: str) -> tuple[dict[str, Taken], dict[str, Taken]]:
    """Return the bias beside x and the one beside h, by gate; each may be missing."""
    recurrent = [part for part in biases if _RECURRENT.search(part.names[0])]
    others = [part for part in biases if part not in recurrent]
    if len(biases) == 1:
        others, recurrent = list(biases), []
    elif not recurrent or not others:
        others, recurrent = list(biases[:1]), list(biases[1:2])
    return (others[0].gates(order) if others else {}), (recurrent[0].gates(order) if recurrent else {})
