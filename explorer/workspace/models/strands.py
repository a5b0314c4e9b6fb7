"""The simple cell, LSTM and GRU as strands: each framework says which array is which gate's, and what it does otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from explorer.engine.errors import BadNetwork
from explorer.workspace.exploration.cells import Cell
from explorer.workspace.models.equations.cells import GruOptions, LstmOptions, MguOptions, SimpleOptions
from explorer.workspace.models.stacks import Strand
from explorer.workspace.models.stored import Array
from explorer.workspace.models.taken import Taken

Gates = Mapping[str, Taken]
"""What belongs to each gate, by its letter."""


@dataclass(frozen=True, slots=True)
class Place:
    """What a strand is called, which way it runs, and what it starts from by the part of the state."""

    name: str
    backward: bool = False
    start: Mapping[str, Array] = field(default_factory=dict)


def simple(place: Place, U: Taken, W: Taken, b: Taken | None, options: SimpleOptions) -> Strand:
    """Return a strand of the simple cell: U (n, m), W (n, n), b (n,)."""
    cell, activation = options.cell()
    weights = {"U": U, "W": W, "b": b}
    return _strand(place, cell, activation, weights, U, U.shape[0], {"b": (U.shape[0],)})


def lstm(
    place: Place,
    U: Gates,
    W: Gates,
    b: Gates,
    options: LstmOptions,
    p: Gates | None = None,
    R: Taken | None = None,
    forget: float = 0.0,
) -> Strand:
    """Return a strand of an LSTM: U (k, m), W (k, n), b (k,) by gate, i, f, g, o; k is n without a projection R (n, k).

    ``p`` are peepholes (k,) of the gates i, f, o; ``forget`` is what the framework adds to the forget gate's bias as it runs.
    """
    k = U["g"].shape[0]
    cell, activation = options.cell()
    gates = "igo" if options.coupled else "ifgo"
    weights: dict[str, Taken | None] = {
        f"{kind}_{gate}": by[gate] for kind, by in (("U", U), ("W", W)) for gate in gates if gate in by
    }
    weights |= {f"b_{gate}": _raised(b.get(gate), forget if gate == "f" else 0.0, k) for gate in gates}
    if options.peepholes:
        weights |= {f"p_{gate}": (p or {}).get(gate) for gate in "ifo" if gate in gates}
    if R is not None:
        weights["W_r"] = R
    zeros = dict.fromkeys((name for name in weights if name[0] in "bp"), (k,))
    return _strand(place, cell, activation, weights, U["g"], k if R is None else R.shape[0], zeros)


def gru(place: Place, U: Gates, W: Gates, b: Gates, b_rec: Taken | None, options: GruOptions) -> Strand:
    """Return a strand of a GRU: U (n, m), W (n, n), b (n,) by gate, r, z, n; b_rec (n,) is added inside the reset."""
    cell, activation = options.cell()
    weights: dict[str, Taken | None] = {
        f"{kind}_{gate}": by[gate] for kind, by in (("U", U), ("W", W)) for gate in "rzn" if gate in by
    }
    weights |= {f"b_{gate}": b.get(gate) for gate in "rzn"}
    if not options.before:
        weights["b_rec"] = b_rec
    n = U["n"].shape[0]
    return _strand(place, cell, activation, weights, U["n"], n, dict.fromkeys((*weights,), (n,)))


def mgu(place: Place, U: Gates, W: Gates, b: Gates, b_rec: Taken | None, options: MguOptions) -> Strand:
    """Return a strand of a minimal gated unit: U (n, m), W (n, n), b (n,) by gate, f, n; b_rec (n,) is added inside."""
    cell, activation = options.cell()
    weights: dict[str, Taken | None] = {
        f"{kind}_{gate}": by[gate] for kind, by in (("U", U), ("W", W)) for gate in "fn"
    }
    weights |= {f"b_{gate}": b.get(gate) for gate in "fn"} | {"b_rec": b_rec}
    n = U["n"].shape[0]
    return _strand(place, cell, activation, weights, U["n"], n, dict.fromkeys((*weights,), (n,)))


def _raised(bias: Taken | None, by: float, k: int) -> Taken | None:
    """Return a bias with a number added to it."""
    if not by:
        return bias
    old = np.zeros(k) if bias is None else np.asarray(bias.array, np.float64)
    return Taken(old + by, () if bias is None else bias.names)


def _strand(
    place: Place,
    cell: Cell,
    activation: str,
    weights: Mapping[str, Taken | None],
    U: Taken,
    width: int,
    zeros: Mapping[str, tuple[int, ...]],
) -> Strand:
    """Return a strand; a weight that the file lacks is zero, of a shape that ``zeros`` has."""
    if U.array.ndim != 2:
        raise BadNetwork("{name} has the shape {shape}; it must be a matrix.", name=U.names[0], shape=U.shape)
    return Strand(
        place.name,
        cell,
        U.shape[1],
        width,
        {name: np.zeros(zeros[name]) if part is None else part.array for name, part in weights.items()},
        {name: part.names for name, part in weights.items() if part is not None},
        activation,
        place.backward,
        place.start,
    )
