"""Opening an ONNX file."""

from __future__ import annotations

import mmap
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from explorer.engine.errors import Refusal
from explorer.workspace.models.asked import Asked
from explorer.workspace.models.onnx.folding import Folding, Scope, scopes
from explorer.workspace.models.onnx.messages import Messages, Model, Tensor
from explorer.workspace.models.onnx.tensors import FLOATING, Entries
from explorer.workspace.models.onnx.wire import Wire
from explorer.workspace.models.stored import Stored
from explorer.workspace.words.reading import read_bounded

FORMAT, OPENED = "ONNX", "opened"
MOST_BYTES = 2**31
"""No protobuf is longer."""
_READ_AT_ONCE = 64 * 2**20


@dataclass(frozen=True, slots=True, eq=False)
class Opened:
    """An ONNX file: its ``model`` with all graphs, and what reads the entries of its arrays."""

    model: Model
    scopes: Sequence[Scope]
    entries: Entries
    size: int

    def folding(self, asked: Asked, given: Mapping[str, np.ndarray] | None = None) -> Folding:
        """Return what folds its constants, where some names are ``given``."""
        return Folding(self.entries, self.size, self.scopes, asked, given or {})


def opened_bytes(data: memoryview, folder: Path | None = None) -> Opened:
    """Return a file by its bytes; arrays in files beside it are looked for in the ``folder``."""
    wire = Wire()
    model = Messages(wire).model(data)
    return Opened(model, scopes(model), Entries(wire, folder), len(data))


def is_one(data: bytes | memoryview) -> bool:
    """Return whether bytes are those of an ONNX file: it begins with its version, and has a graph."""
    try:
        numbers = [number for number, _ in Wire(left=1000).fields(memoryview(data))]
    except Refusal:
        return False
    return numbers[:1] == [1] and 7 in numbers and max(numbers) <= 25


def _bytes_of(path: Path) -> memoryview:
    if path.is_file() and _READ_AT_ONCE < path.stat().st_size <= MOST_BYTES:
        with path.open("rb") as file:
            return memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
    return memoryview(read_bounded(path, MOST_BYTES))


def read(path: Path) -> Stored:
    """Return what an ONNX file holds: the arrays of all its graphs that hold floating numbers; ``config`` has the `Opened`.

    Raises
    ------
    BadFile
        If it can't be read.
    Damage
        If it is no ONNX.
    TooBig
        If it has more parts than are read.
    """
    return stored_of(_bytes_of(path), path.name, path.parent)


def stored_of(data: memoryview, name: str, folder: Path | None = None) -> Stored:
    """Return what a file of this name holds by its bytes, as `read`; arrays beside it are looked for in the ``folder``."""
    file = opened_bytes(data, folder)
    return Stored(FORMAT, name, _arrays(file), {OPENED: file})


def _arrays(file: Opened) -> dict[str, np.ndarray]:
    tensors = {name: tensor for scope in file.scopes for name, tensor in _tensors(scope)}
    found = {}
    for name, tensor in tensors.items():
        # What can't be read matters only where it is asked for.
        with suppress(Refusal):
            if tensor.kind in FLOATING and tensor.dims:
                found[name] = file.entries.array(tensor)
    return found


def _tensors(scope: Scope) -> Iterator[tuple[str, Tensor]]:
    yield from scope.graph.tensors.items()
    for node in scope.graph.nodes:
        tensor = node.attribute("value").tensor
        if node.kind == "Constant" and tensor is not None:
            yield node.output(0), tensor
