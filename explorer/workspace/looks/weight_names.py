"""What a single weight is called: W[3,5], and b_f[3] in the f-gate of a gated cell."""

from __future__ import annotations

import re

from explorer.engine import Network
from explorer.engine.errors import BadNetwork
from explorer.engine.gradient.gradient import WEIGHTS
from explorer.engine.looks.plane import WeightPlace
from explorer.engine.names import named

GATED = ("U", "W", "b")
"""The arrays in which the gates are stacked."""

_NAME = re.compile(r"\s*(b_rec|[UWVbc])(?:_([a-z]))?\s*(?:\[\s*(\d+)\s*(?:,\s*(\d+)\s*)?\])?\s*", re.IGNORECASE)


def weight_name(network: Network, weight: WeightPlace) -> str:
    """Return a weight's name, W[3,5], b_f[3] counted from 0 within its gate; of a matrix of one entry just W."""
    matrix, row, column = weight
    array, n = getattr(network, matrix), network.hidden
    gated = len(network.kernel.gates) > 1 and matrix in GATED
    name = f"{matrix}_{network.kernel.gates[row // n]}" if gated else matrix
    if array.size == 1:
        return name
    row = row % n if gated else row
    return f"{name}[{row}]" if array.ndim == 1 else f"{name}[{row},{column}]"


def find_weight(network: Network, text: str) -> WeightPlace:
    """Return the weight whose name ``text`` is, as `weight_name` gives it, whatever its capitals; an index left out is 0.

    Raises
    ------
    BadNetwork
        If there is none.
    """
    found = _NAME.fullmatch(text)
    if found is not None:
        matrix, gate = named("weight", found[1], WEIGHTS, BadNetwork), (found[2] or "").lower()
        row, column = int(found[3] or 0), int(found[4] or 0)
        rows, columns = (*getattr(network, matrix).shape, 1)[:2]
        gates = network.kernel.gates if gate and matrix in GATED else ("",)
        if gate in gates and row < rows // len(gates) and column < columns:
            return WeightPlace(matrix, gates.index(gate) * network.hidden + row, column)
    raise BadNetwork("There is no weight “{text}”; type one like W[0,1], U[2,0], b[3] or V[0,1].", text=text)
