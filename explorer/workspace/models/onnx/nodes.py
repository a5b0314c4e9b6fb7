"""The recurrent nodes of ONNX, LSTM, GRU and RNN, as strands: what the runtime makes of each of their options.

Gates stand i, o, f, c and z, r, h; B holds the biases beside W, then those beside R; peepholes stand i, o, f. Where the
standard leaves something open, it is what onnxruntime does (1.32), which is what nearly everybody runs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from explorer.engine.errors import BadNetwork
from explorer.workspace.models.asked import Asked
from explorer.workspace.models.equations.cells import GruOptions, LstmOptions, SimpleOptions
from explorer.workspace.models.equations.functions import Function
from explorer.workspace.models.onnx.activations import functions_of, short
from explorer.workspace.models.onnx.folding import Folding, NotConstant, Scope
from explorer.workspace.models.onnx.lengths import length_of
from explorer.workspace.models.onnx.messages import Node
from explorer.workspace.models.onnx.operators import dequantized
from explorer.workspace.models.stacks import Strand
from explorer.workspace.models.strands import Place, gru, lstm, simple
from explorer.workspace.models.taken import Taken, together
from explorer.workspace.words.sentence import Sentence

LSTM, GRU, RNN, QUANTISED = "LSTM", "GRU", "RNN", "DynamicQuantizeLSTM"
_CONTRIBUTED = "com.microsoft"
_GATES = {LSTM: "iofg", GRU: "zrn", RNN: "h", QUANTISED: "iofg"}
_DIRECTIONS = {"forward": (False,), "reverse": (True,), "bidirectional": (False, True)}
_USUAL = {
    LSTM: ("Sigmoid", "Tanh", "Tanh"),
    GRU: ("Sigmoid", "Tanh"),
    RNN: ("Tanh",),
    QUANTISED: ("Sigmoid", "Tanh", "Tanh"),
}
_MOST = 4096
W, R, B, LENGTHS, START_H, START_C, PEEPHOLES, W_SCALE, W_ZERO, R_SCALE, R_ZERO = range(1, 12)

ZERO = "zero"
_ARROWS = {False: "→", True: "←"}


def is_recurrent(node: Node) -> bool:
    """Return whether a node is one of those that are read."""
    return node.kind in _GATES and node.domain == (_CONTRIBUTED if node.kind == QUANTISED else "")


@dataclass(frozen=True, slots=True)
class Recurrent:
    """A recurrent node where it stands: ``name`` tells it from the file's others, ``strands`` are its directions."""

    name: str
    node: Node
    scope: Scope
    strands: tuple[Strand, ...]

    @property
    def reads(self) -> str:
        """Return the name of X."""
        return self.node.input(0)

    @property
    def ends(self) -> tuple[str, ...]:
        """Return the names that stand for what it gives out at all steps."""
        return (self.node.output(0),) if self.node.output(0) else ()

    @property
    def lengths(self) -> tuple[int, ...]:
        """Return how many steps a sequence has where that is frozen: it is not."""
        return ()

    def probes(self, T: int, sequences: int, numbers: np.ndarray) -> Iterator[tuple[dict[str, np.ndarray], np.ndarray]]:
        """Yield what ``numbers``, as many as there are, look like where it gives them out, and as (T, B, D·H)."""
        D, H = len(self.strands), self.strands[0].width
        rows = numbers.reshape(T, sequences, D, H)
        yield (
            {self.ends[0]: rows.transpose(1, 0, 2, 3) if self._batch_first else rows.transpose(0, 2, 1, 3)},
            rows.reshape(T, sequences, D * H),
        )

    def in_rows(self, arrived: np.ndarray) -> np.ndarray:
        """Return what arrives at it as (T, B, m)."""
        return arrived.swapaxes(0, 1) if self._batch_first and arrived.ndim == 3 else arrived

    @property
    def _batch_first(self) -> bool:
        return self.node.attribute("layout").whole == 1


@dataclass(frozen=True, slots=True)
class Reading:
    """One reading of a recurrent node."""

    name: str
    node: Node
    scope: Scope
    folding: Folding
    asked: Asked

    def read(self) -> Recurrent:
        """Return the node with its strands.

        Raises
        ------
        BadNetwork
            If it contradicts itself, or its weights are known only when it runs.
        BadFile
            If an array can't be read.
        """
        ways = _DIRECTIONS.get(self.node.attribute("direction").word or "forward")
        if ways is None:
            raise BadNetwork("{name} has the direction “{direction}”, which there is not.",
                             name=self.name, direction=self.node.attribute("direction").word)  # fmt: skip
        weights = self._weights(len(ways))
        functions = functions_of(self.name, self.node, _USUAL[self.node.kind], len(ways), self.asked)
        starts = self._starts(len(ways), weights[R].shape[2])
        lengths = self.node.input(LENGTHS)
        most = length_of(self.name, self.folding, self.scope, lengths, self.asked) if lengths else None
        strands = [
            replace(
                self._strand(
                    weights, functions[place], place, Place(self._called(backward, len(ways)), backward, start)
                ),
                most=most,
            )
            for place, (backward, start) in enumerate(zip(ways, starts, strict=True))
        ]
        return Recurrent(self.name, self.node, self.scope, tuple(strands))

    def _called(self, backward: bool, ways: int) -> str:
        return self.name + _ARROWS[backward] if ways > 1 else self.name

    def _tell(self, key: str, taken: str, said: Sentence) -> None:
        """Say what the file leaves open and nobody can choose."""
        self.asked.take(self.name, key, (taken,), taken, said)

    # ---- weights

    def _weights(self, ways: int) -> dict[int, Taken]:
        """Return W (D, G·H, I), R (D, G·H, H) and, where they are there, B (D, 2·G·H) and the peepholes (D, 3·H)."""
        found = {place: self._array(place) for place in (W, R, B, PEEPHOLES) if self._has(place)}
        if W not in found or R not in found:
            raise BadNetwork("{name} has no weights.", name=self.name)
        if self.node.kind == QUANTISED:
            found |= {W: self._stood_for(found[W], W_SCALE), R: self._stood_for(found[R], R_SCALE)}
            said = Sentence(
                "{name} rounds its input and its state to bytes as it runs; here it runs with the numbers that its bytes of"
                " weights stand for, and rounds nothing.",
                {"name": self.name},
            )
            self._tell("quantised", "dequantised", said)
        for place in (W, R):
            if found[place].array.ndim != 3:
                raise self._other_shape(found[place], (ways, "", ""))
        gates, H = len(_GATES[self.node.kind]), found[R].shape[-1]
        self._check_width(H, found[R])
        expected = {W: (ways, gates * H, found[W].shape[-1]), R: (ways, gates * H, H), B: (ways, 2 * gates * H),
                    PEEPHOLES: (ways, 3 * H)}  # fmt: skip
        for place, taken in found.items():
            if taken.shape != expected[place]:
                raise self._other_shape(taken, expected[place])
        return found

    def _other_shape(self, weight: Taken, expected: tuple[object, ...]) -> BadNetwork:
        """Return what refuses a weight of another shape than is ``expected``, "" for an axis of any size."""
        shown = f"({', '.join(str(size) or '…' for size in expected)})"
        return BadNetwork("{weight} of {name} has the shape {shape}; {expected} is expected.",
                          weight=weight.names[0], name=self.name, shape=weight.shape, expected=shown)  # fmt: skip

    def _has(self, place: int) -> bool:
        return bool(self.node.input(place)) and (place != PEEPHOLES or self.node.kind in (LSTM, QUANTISED))

    def _array(self, place: int) -> Taken:
        name = self.node.input(place)
        try:
            folded = self.folding.value(self.scope, name)
        except NotConstant as reason:
            raise BadNetwork("The weights of {name} are not in the file: {source} is known only when it runs.",
                             name=self.name, source=reason.name) from reason  # fmt: skip
        return Taken(folded.array, folded.roots or (name,))

    def _stood_for(self, quantised: Taken, scale: int) -> Taken:
        """Return the weights (D, G·H, ·) that quantised ones (D, ·, G·H) stand for; a scale for each direction, or row."""
        factor, zero = self._array(scale).array, self._array(scale + 1).array
        ways, rows = quantised.shape[0], quantised.shape[-1]
        wide = [array.reshape(ways, 1, -1) if array.size in (ways, ways * rows) else array for array in (factor, zero)]
        if quantised.array.ndim != 3 or any(array.ndim != 3 for array in wide):
            raise BadNetwork("{weight} of {name} has the shape {shape}; {expected} is expected.", name=self.name,
                             weight=quantised.names[0], shape=factor.shape, expected=(ways,))  # fmt: skip
        return Taken(dequantized(quantised.array, *wide).transpose(0, 2, 1), quantised.names)

    def _check_width(self, H: int, recurrent: Taken) -> None:
        """Refuse a width that the node denies, or that no layer has."""
        said = self.node.attribute("hidden_size").whole
        if said is not None and said != H:
            raise self._projection_lost(said, H)
        if not 1 <= H <= _MOST:
            raise BadNetwork("{weight} of {name} has the shape {shape}; a width from 1 to {most} is expected.",
                             name=self.name, weight=recurrent.names[0], shape=recurrent.shape, most=_MOST)  # fmt: skip

    def _projection_lost(self, cell: int, H: int) -> BadNetwork:
        """Return what refuses a node whose weights are for another state than it says: exporters drop projections."""
        return BadNetwork("{name} has a state of {cell} numbers and weights for {found}: its projection was lost when the"
                          " file was written. Take the weights from the framework itself, or export without a projection.",
                          name=self.name, cell=cell, found=H)  # fmt: skip

    def _starts(self, ways: int, H: int) -> list[dict[str, np.ndarray]]:
        """Return what each direction starts from by the part of the state, nothing for zeros."""
        parts = {"h": START_H, "c": START_C} if self.node.kind in (LSTM, QUANTISED) else {"h": START_H}
        found: list[dict[str, np.ndarray]] = [{} for _ in range(ways)]
        for part, place in parts.items():
            start = self._start(place, ways, H) if self.node.input(place) else None
            if start is None:
                continue
            if start.ndim == 3 and part == "c" and start.shape[2] != H:
                raise self._projection_lost(start.shape[2], H)
            if start.ndim != 3 or start.shape[0] != ways or start.shape[2] != H or not start.shape[1]:
                raise BadNetwork("{weight} of {name} has the shape {shape}; {expected} is expected.", name=self.name,
                                 weight=self.node.input(place), shape=start.shape, expected=(ways, 1, H))  # fmt: skip
            for way in range(ways):
                if start[way, 0].any():
                    found[way][part] = start[way, 0]
            if not (start == start[:, :1]).all():
                said = Sentence(
                    "{name} starts each sequence of a batch from a state of its own; the first is taken.",
                    {"name": self.name},
                )
                self._tell("start", "first", said)
        return found

    def _start(self, place: int, ways: int, H: int) -> np.ndarray | None:
        try:
            start = self.folding.value(self.scope, self.node.input(place)).array
        except NotConstant:
            if (everywhere := self.folding.everywhere(self.scope, self.node.input(place))) is not None:
                return None if not everywhere else np.full((ways, 1, H), everywhere)
            said = Sentence(
                "What {name} starts from is given when it runs; here it starts from zero.", {"name": self.name}
            )
            self._tell("start", ZERO, said)
            return None
        return start.transpose(1, 0, 2) if self.node.attribute("layout").whole == 1 and start.ndim == 3 else start

    @property
    def _clip(self) -> float | None:
        """Return the bound of the net inputs, None where there is none; the runtime takes 0 for none."""
        clip = self.node.attribute("clip").number
        return short(clip) if clip else None

    # ---- strands

    def _strand(self, weights: Mapping[int, Taken], functions: Sequence[Function], way: int, place: Place) -> Strand:
        rows = {key: taken.row(way) for key, taken in weights.items()}
        gates = _GATES[self.node.kind]
        U, recurrent = rows[W].gates(gates), rows[R].gates(gates)
        beside, inside = self._biases(rows.get(B), gates)
        if self.node.kind == GRU:
            return self._gru(place, U, recurrent, beside, inside, functions)
        b = {gate: both for gate in beside if (both := together([beside[gate], inside[gate]])) is not None}
        if self.node.kind == RNN:
            return simple(place, U["h"], recurrent["h"], b.get("h"), SimpleOptions(functions[0], self._clip))
        p = rows[PEEPHOLES].gates("iof") if PEEPHOLES in rows and rows[PEEPHOLES].array.any() else None
        coupled = bool(self.node.attribute("input_forget").whole)
        gate, candidate, hidden = functions
        options = LstmOptions(gate, candidate, hidden, p is not None, coupled, self._clip)
        return lstm(place, U, recurrent, b, options, p)

    def _biases(self, both: Taken | None, gates: str) -> tuple[dict[str, Taken], dict[str, Taken]]:
        """Return the biases beside W and beside R, by gate."""
        if both is None:
            return {}, {}
        halves = both.gates("WR")
        return halves["W"].gates(gates), halves["R"].gates(gates)

    def _gru(
        self,
        place: Place,
        U: Mapping[str, Taken],
        recurrent: Mapping[str, Taken],
        beside: Mapping[str, Taken],
        inside: Mapping[str, Taken],
        functions: Sequence[Function],
    ) -> Strand:
        before = not self.node.attribute("linear_before_reset").whole
        b = {gate: both for gate in beside if (both := together([beside[gate], inside[gate]])) is not None}
        if not before and beside:
            b["n"] = beside["n"]
        options = GruOptions(functions[0], functions[1], before=before, clip=self._clip)
        return gru(place, U, recurrent, b, None if before else inside.get("n"), options)
