"""Flax, linen and nnx: kernels (in, out), gate by gate (``ii``, ``hf``) or packed (``dense_i``, ``dense_h``)."""

from __future__ import annotations

from collections.abc import Iterator

from explorer.workspace.models.asked import Asked
from explorer.workspace.models.equations.cells import GruOptions, LstmOptions, MguOptions, SimpleOptions
from explorer.workspace.models.frameworks.paths import called, complete
from explorer.workspace.models.recognised import Recognised
from explorer.workspace.models.stacks import Stack, Strand
from explorer.workspace.models.stored import Stored
from explorer.workspace.models.strands import Place, gru, lstm, mgu, simple
from explorer.workspace.models.taken import Taken

_LSTM = {f"{side}{gate}/kernel": 2 for side in "ih" for gate in "igo"} | {"hf/kernel": 2}
_GRU = {f"{side}{gate}/kernel": 2 for side in "ih" for gate in "rzn"}
_MGU = {f"{side}{gate}/kernel": 2 for side in "ih" for gate in "fn"}
_PACKED = {"dense_i/kernel": 2, "dense_h/kernel": 2}
_SIMPLE = {"i/kernel": 2, "h/kernel": 2}

Parts = dict[str, Taken]
Made = Iterator[tuple[Strand, Parts]]


def find(stored: Stored, asked: Asked) -> Recognised:  # noqa: ARG001 - nothing is left open
    """Return the recurrent layers that Flax's names tell."""
    made = [*_lstms(stored), *_grus(stored), *_mgus(stored), *_packed(stored), *_simple(stored)]
    used = {name for _, parts in made for part in parts.values() for name in part.names}
    return Recognised("Flax", tuple(Stack(strand.name, ((strand,),)) for strand, _ in made), frozenset(used))


def _side(parts: Parts, side: str, gates: str) -> Parts:
    return {gate: parts[f"{side}{gate}/kernel"].T for gate in gates}


def _biases(parts: Parts, side: str, gates: str) -> Parts:
    return {gate: parts[f"{side}{gate}/bias"] for gate in gates if f"{side}{gate}/bias" in parts}


def _lstms(stored: Stored) -> Made:
    for module, found in complete(stored.arrays, _LSTM, 2):
        # Python has a word `if`: nnx calls it if_.
        parts = {name.replace("if_/", "if/"): part for name, part in found.items()}
        if "if/kernel" in parts:
            U, W = _side(parts, "i", "ifgo"), _side(parts, "h", "ifgo")
            yield lstm(Place(called(module)), U, W, _biases(parts, "h", "ifgo"), LstmOptions()), parts


def _grus(stored: Stored) -> Made:
    for module, parts in complete(stored.arrays, _GRU, 2):
        U, W = _side(parts, "i", "rzn"), _side(parts, "h", "rzn")
        yield gru(Place(called(module)), U, W, _biases(parts, "i", "rzn"), parts.get("hn/bias"), GruOptions()), parts


def _mgus(stored: Stored) -> Made:
    for module, parts in complete(stored.arrays, _MGU, 2):
        if "ii/kernel" in parts or "ir/kernel" in parts:
            continue
        U, W = _side(parts, "i", "fn"), _side(parts, "h", "fn")
        yield mgu(Place(called(module)), U, W, _biases(parts, "i", "fn"), parts.get("hn/bias"), MguOptions()), parts


def _packed(stored: Stored) -> Made:
    for module, parts in complete(stored.arrays, _PACKED, 2):
        U, W = parts["dense_i/kernel"].T, parts["dense_h/kernel"].T
        place, gates = Place(called(module)), W.shape[0] // max(1, W.shape[1])
        on_x, on_h = parts.get("dense_i/bias"), parts.get("dense_h/bias")
        if gates == 4:
            biases = {} if on_h is None else on_h.gates("ifgo")
            yield lstm(place, U.gates("ifgo"), W.gates("ifgo"), biases, LstmOptions()), parts
        elif gates == 3:
            # No bias stands inside the reset here.
            biases = {} if on_x is None else on_x.gates("rzn")
            yield gru(place, U.gates("rzn"), W.gates("rzn"), biases, None, GruOptions()), parts
        elif gates == 1:
            yield simple(place, U, W, on_x, SimpleOptions()), parts


def _simple(stored: Stored) -> Made:
    for module, parts in complete(stored.arrays, _SIMPLE, 2):
        U, W = parts["i/kernel"].T, parts["h/kernel"].T
        if W.shape[0] == W.shape[1]:
            yield simple(Place(called(module)), U, W, parts.get("i/bias"), SimpleOptions()), parts
