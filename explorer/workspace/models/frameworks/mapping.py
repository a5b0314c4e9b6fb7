"""Recurrent layers that a person's mapping tells: any framework's arrays, as a cell with options or as equations."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import numpy as np

from explorer.engine.errors import BadNetwork, Refusal
from explorer.engine.names import unknown
from explorer.workspace.exploration.cells import CellText
from explorer.workspace.models.equations.cells import GruOptions, LstmOptions, SimpleOptions
from explorer.workspace.models.equations.functions import SIGMOID, TANH, Function, function
from explorer.workspace.models.equations.told import cell_text
from explorer.workspace.models.frameworks.mapping_told import Arrays, LayerTold, Part, Told
from explorer.workspace.models.recognised import Recognised
from explorer.workspace.models.stacks import Stack, Strand, connected
from explorer.workspace.models.stored import Array, Stored
from explorer.workspace.models.strands import Place, gru, lstm, simple
from explorer.workspace.models.taken import Taken, together

_USUAL = {"lstm": "ifgo", "gru": "rzn"}


def find(stored: Stored, told: Told) -> Recognised:
    """Return the layers that a mapping tells, joined where they name one network.

    Raises
    ------
    BadFile
        If a layer is told wrongly, with the line in the mapping; or the file has no array of a name.
    """
    strands: dict[str, Strand] = {}
    networks: dict[str, list[list[Strand]]] = {}
    used: set[str] = set()
    for number, layer in enumerate(told.layers):
        strand = told.toml.at(("layer", number), partial(_strand, stored.arrays, layer))
        strands[strand.name] = strand
        used |= {name for names in strand.origins.values() for name in names}
        levels = networks.setdefault(layer.network or layer.name, [])
        if levels and strand.backward and len(levels[-1]) == 1 and not levels[-1][0].backward:
            levels[-1].append(strand)
        else:
            levels.append([strand])
    for name, levels in networks.items():
        if not connected(levels):
            raise BadNetwork(
                "The layers of {name} don't fit each other: one reads other than what the one before gives out.",
                name=name,
            )
    stacks = tuple(Stack(name, tuple(tuple(level) for level in levels)) for name, levels in networks.items())
    return Recognised(told.toml.name, stacks, frozenset(used))


def _strand(arrays: Mapping[str, Array], told: LayerTold) -> Strand:
    start = {part: _array(arrays, name).array for part, name in told.start.items()}
    place = Place(told.name, told.direction == "backward", start)
    if told.equations is not None:
        return _of_equations(arrays, told, place)
    if told.cell is None:
        raise Refusal("The layer {name} has neither a cell nor equations.", name=told.name)
    U, W = _matrices(arrays, told)
    biases = _biases(arrays, told)
    candidate = TANH if told.activation is None else function(told.activation)
    if told.cell == "rnn":
        return simple(place, U[""], W[""], biases.get(""), SimpleOptions(candidate, told.clip))
    gate = SIGMOID if told.gate_activation is None else function(told.gate_activation)
    if told.cell == "gru":
        options = GruOptions(gate, candidate, told.reset == "before", told.update == "takes", told.clip)
        inside = None if told.inner_bias is None else _array(arrays, told.inner_bias)
        return gru(place, U, W, biases, inside, options)
    return _lstm(arrays, told, place, (U, W, biases), (gate, candidate))


def _lstm(
    arrays: Mapping[str, Array],
    told: LayerTold,
    place: Place,
    parts: tuple[dict[str, Taken], dict[str, Taken], dict[str, Taken]],
    functions: tuple[Function, Function],
) -> Strand:
    U, W, biases = parts
    gate, candidate = functions
    R = None
    if told.projection is not None:
        R = _array(arrays, told.projection)
        R = R.T if told.transposed else R
    looks = {letter: _array(arrays, name) for letter, name in told.peepholes.items()}
    options = LstmOptions(gate, candidate, candidate, bool(looks), clip=told.clip,
                          projection=None if R is None else R.shape[1])  # fmt: skip
    return lstm(place, U, W, biases, options, looks, R, told.forget)


# ---- arrays


def _array(arrays: Mapping[str, Array], name: str) -> Taken:
    if name not in arrays:
        raise unknown("array", name, list(arrays)[:30], Refusal)
    return Taken(arrays[name], (name,))


def _order(told: LayerTold) -> str:
    """Return the letters of the gates in the order in which they stand in the arrays."""
    usual = _USUAL.get(told.cell or "", "")
    order = told.gates or usual
    if sorted(order) != sorted(usual):
        raise Refusal("The gates of {name} are “{gates}”; an order of {usual} is expected.", name=told.name, gates=order,
                      usual=", ".join(usual))  # fmt: skip
    return order


def _by_gate(arrays: Mapping[str, Array], told: LayerTold, given: str | dict[str, str]) -> dict[str, Taken]:
    """Return (n, ·) by gate of one array that holds all of them, or of one for each."""
    order = _order(told)

    def turned(part: Taken) -> Taken:
        return part.T if told.transposed and part.array.ndim == 2 else part

    if isinstance(given, dict):
        if sorted(given) != sorted(order):
            raise Refusal(
                "{name} needs an array for each of its gates: {usual}.", name=told.name, usual=", ".join(order)
            )
        return {letter: turned(_array(arrays, name)) for letter, name in given.items()}
    whole = turned(_array(arrays, given))
    return whole.gates(order) if order else {"": whole}


def _matrices(arrays: Mapping[str, Array], told: LayerTold) -> tuple[dict[str, Taken], dict[str, Taken]]:
    if told.both is not None:
        whole = _by_gate(arrays, told, told.both)
        n = next(iter(whole.values())).shape[0]
        return (
            {letter: Taken(part.array[:, :-n], part.names) for letter, part in whole.items()},
            {letter: Taken(part.array[:, -n:], part.names) for letter, part in whole.items()},
        )
    if told.input is None or told.recurrent is None:
        raise Refusal("The layer {name} needs “input” and “recurrent”, or “both”.", name=told.name)
    U, W = _by_gate(arrays, told, told.input), _by_gate(arrays, told, told.recurrent)
    for part in (*U.values(), *W.values()):
        if part.array.ndim != 2:
            raise BadNetwork("{name} has the shape {shape}; it must be a matrix.", name=part.names[0], shape=part.shape)
    return U, W


def _biases(arrays: Mapping[str, Array], told: LayerTold) -> dict[str, Taken]:
    given: Arrays = told.bias
    if isinstance(given, dict):
        return _by_gate(arrays, told, given)
    whole = together([_array(arrays, name) for name in ([given] if isinstance(given, str) else given)])
    if whole is None:
        return {}
    order = _order(told)
    return whole.gates(order) if order else {"": whole}


# ---- equations


def _of_equations(arrays: Mapping[str, Array], told: LayerTold, place: Place) -> Strand:
    if told.width is None or told.inputs is None:
        raise Refusal("The layer {name} has equations; it needs “width” and “inputs”, too.", name=told.name)
    cell = _own_cell(told)
    weights = {name: _piece(arrays, part) for name, part in told.weights.items()}
    return Strand(
        told.name,
        cell,
        told.inputs,
        told.width,
        {name: part.array for name, part in weights.items()},
        {name: part.names for name, part in weights.items()},
        backward=place.backward,
        start=place.start,
    )


def _own_cell(told: LayerTold) -> CellText:
    lines = (told.equations or "").strip("\n").split("\n")
    return cell_text(told.name[:60], (), lines, sizes=told.sizes)


def _piece(arrays: Mapping[str, Array], told: str | Part) -> Taken:
    if isinstance(told, str):
        return _array(arrays, told)
    whole = _array(arrays, told.array)
    found = whole.array.T if told.transposed else whole.array
    if told.rows is not None:
        found = found[told.rows[0] : told.rows[1]]
    if told.columns is not None:
        found = found[..., told.columns[0] : told.columns[1]]
    return Taken(np.asarray(found, np.float64) + told.add if told.add else found, whole.names)
