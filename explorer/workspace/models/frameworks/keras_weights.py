"""Keras's kernels as gates: its own layout, and that of the library for graphics cards."""

from __future__ import annotations

from explorer.engine.errors import BadNetwork
from explorer.workspace.models.equations.cells import GruOptions, LstmOptions, SimpleOptions
from explorer.workspace.models.frameworks.keras_functions import Chosen
from explorer.workspace.models.stacks import Strand
from explorer.workspace.models.strands import Place, gru, lstm, simple
from explorer.workspace.models.taken import Taken, together

LSTM_GATES, GRU_GATES = "ifgo", "zrn"
"""i, f, c, o and z, r, h, as Keras calls them."""


def simple_of(place: Place, U: Taken, W: Taken, b: Taken | None, chosen: Chosen) -> Strand:
    """Return the strand of a SimpleRNN."""
    return simple(place, U.T, W.T, b, SimpleOptions(chosen.candidate))


def lstm_of(place: Place, U: Taken, W: Taken, b: Taken | None, chosen: Chosen) -> Strand:
    """Return the strand of an LSTM; its activation is that of the cell on its way out, too."""
    options = LstmOptions(chosen.gate, chosen.candidate, chosen.candidate)
    if b is not None and chosen.cudnn:
        both = b.gates("ab")
        b = together((both["a"], both["b"]))
    biases = {} if b is None else b.gates(LSTM_GATES)
    return lstm(place, _inputs(U, LSTM_GATES, chosen), _states(W, LSTM_GATES, chosen), biases, options)


def gru_of(place: Place, U: Taken, W: Taken, b: Taken | None, chosen: Chosen) -> Strand:
    """Return the strand of a GRU; a bias of two rows tells that its reset gate stands behind the matrix."""
    n = W.shape[0]
    if b is not None and chosen.cudnn and b.shape == (6 * n,):
        b = Taken(b.array.reshape(2, 3 * n), b.names)
    twice = b is not None and b.array.ndim == 2
    after = twice or (b is None and chosen.reset_after)
    if b is not None and b.shape not in ((3 * n,), (2, 3 * n)):
        raise BadNetwork("{name} has the shape {shape}; {expected} is expected.", name=b.names[0], shape=b.shape,
                         expected=(2, 3 * n))  # fmt: skip
    options = GruOptions(chosen.gate, chosen.candidate, before=not after)
    inside = None
    if b is None:
        biases = {}
    elif twice:
        one, two = b.row(0).gates(GRU_GATES), b.row(1).gates(GRU_GATES)
        biases = {gate: both for gate in "rz" if (both := together((one[gate], two[gate]))) is not None}
        biases["n"], inside = one["n"], two["n"]
    else:
        biases = b.gates(GRU_GATES)
    return gru(place, _inputs(U, GRU_GATES, chosen), _states(W, GRU_GATES, chosen), biases, inside, options)


def _inputs(kernel: Taken, order: str, chosen: Chosen) -> dict[str, Taken]:
    """Return what multiplies x, (n, m) by gate."""
    gates = kernel.gates(order, axis=1)
    if not chosen.cudnn:
        return {gate: part.T for gate, part in gates.items()}
    m, n = next(iter(gates.values())).shape
    return {gate: Taken(part.array.reshape(n, m), part.names) for gate, part in gates.items()}


def _states(kernel: Taken, order: str, chosen: Chosen) -> dict[str, Taken]:
    """Return what multiplies h, (n, n) by gate."""
    gates = kernel.gates(order, axis=1)
    return gates if chosen.cudnn else {gate: part.T for gate, part in gates.items()}
