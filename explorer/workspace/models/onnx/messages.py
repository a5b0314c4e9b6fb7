"""What of ONNX's messages is read: a model, its graph, nodes, attributes and tensors; numbers are those of `onnx.proto`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from explorer.engine.errors import TooBig
from explorer.workspace.models.onnx.wire import Value, Wire, damaged, floats_of, text_of, view_of, whole_of, wholes_of

DEEPEST = 24
"""How many graphs stand in one another at most."""

MOST_NODES = 100_000
_MOST_AXES = 16


@dataclass(frozen=True, slots=True, eq=False)
class Tensor:
    """An array as the file has it: how its entries are stored is looked at when they are asked for, in ``message``."""

    name: str
    dims: tuple[int, ...]
    kind: int
    message: memoryview = field(repr=False)
    outside: Mapping[str, str] = field(default_factory=dict)

    @property
    def entries(self) -> int:
        """Return how many numbers it has by its shape."""
        count = 1
        for size in self.dims:
            count *= size
        return count


@dataclass(frozen=True, slots=True, eq=False)
class Attribute:
    """An attribute of a node; of its fields those are set that the file has."""

    number: float | None = None
    whole: int | None = None
    word: str | None = None
    tensor: Tensor | None = None
    graph: Graph | None = None
    numbers: np.ndarray | None = None
    wholes: np.ndarray | None = None
    words: tuple[str, ...] = ()
    sparse: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """An operation: ``kind`` is its operator's name, which is of ONNX itself where ``domain`` is "". An input may be ""."""

    name: str
    kind: str
    domain: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    attributes: Mapping[str, Attribute]

    def input(self, place: int) -> str:
        """Return the name of an input, "" where it is left out."""
        return self.inputs[place] if place < len(self.inputs) else ""

    def output(self, place: int) -> str:
        """Return the name of an output, "" where it is left out."""
        return self.outputs[place] if place < len(self.outputs) else ""

    def attribute(self, name: str) -> Attribute:
        """Return an attribute, an empty one where there is none of that name."""
        return self.attributes.get(name, _NO_ATTRIBUTE)


_NO_ATTRIBUTE = Attribute()


@dataclass(frozen=True, slots=True, eq=False)
class Graph:
    """Nodes in the order in which they run, the arrays given with them, and the names of what goes in and out."""

    name: str
    nodes: tuple[Node, ...]
    tensors: Mapping[str, Tensor]
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    sparse: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """A file: its graph, and by domain the version of the set of operators that it was written for."""

    graph: Graph
    opsets: Mapping[str, int]
    producer: str = ""
    functions: tuple[str, ...] = ()


@dataclass(slots=True)
class Messages:
    """One reading of a file's messages."""

    wire: Wire
    _nodes: int = 0

    def model(self, message: memoryview) -> Model:
        """Return the model of a file's bytes.

        Raises
        ------
        Damage
            If they are no ONNX.
        TooBig
            If the file has more parts than are read.
        """
        graph, opsets, producer, functions = None, dict[str, int](), "", list[str]()
        for number, value in self.wire.fields(message):
            if number == 7:
                graph = self._graph(view_of(value), 1)
            elif number == 8:
                opsets |= self._opset(view_of(value))
            elif number in (2, 3):
                producer = f"{producer} {text_of(value)}".strip()
            elif number == 25:
                functions += [text_of(one) for part, one in self.wire.fields(view_of(value)) if part == 1]
        if graph is None:
            raise damaged()
        return Model(graph, opsets, producer, tuple(functions))

    def _opset(self, message: memoryview) -> dict[str, int]:
        domain, version = "", 1
        for number, value in self.wire.fields(message):
            if number == 1:
                domain = text_of(value)
            elif number == 2:
                version = whole_of(value)
        return {"" if domain == "ai.onnx" else domain: version}

    def _graph(self, message: memoryview, depth: int) -> Graph:
        if depth > DEEPEST:
            raise TooBig("Graphs stand more than {most} deep in one another; that is not read.", most=DEEPEST)
        name, nodes, tensors = "", list[Node](), dict[str, Tensor]()
        inputs, outputs, sparse = list[str](), list[str](), set[str]()
        for number, value in self.wire.fields(message):
            if number == 1:
                nodes.append(self._node(view_of(value), depth))
            elif number == 2:
                name = text_of(value)
            elif number == 5:
                tensor = self.tensor(view_of(value))
                tensors[tensor.name] = tensor
            elif number in (11, 12):
                (inputs if number == 11 else outputs).append(self._name(view_of(value), 1))
            elif number == 15:
                sparse.add(self._sparse(view_of(value)))
        return Graph(name, tuple(nodes), tensors, tuple(inputs), tuple(outputs), frozenset(sparse))

    def _name(self, message: memoryview, number: int) -> str:
        return next((text_of(value) for found, value in self.wire.fields(message) if found == number), "")

    def _sparse(self, message: memoryview) -> str:
        """Return the name of a sparse array, which is that of its values."""
        for number, value in self.wire.fields(message):
            if number == 1:
                return self._name(view_of(value), 8)
        return ""

    def _node(self, message: memoryview, depth: int) -> Node:
        self._nodes += 1
        if self._nodes > MOST_NODES:
            raise TooBig("The graph has more than {most} nodes; so many are not read.", most=MOST_NODES)
        names: dict[int, list[str]] = {1: [], 2: [], 3: [], 4: [], 7: []}
        attributes: dict[str, Attribute] = {}
        for number, value in self.wire.fields(message):
            if number in names:
                names[number].append(text_of(value))
            elif number == 5:
                attributes |= self._attribute(view_of(value), depth)
        name, kind, domain = (" ".join(names[number][-1:]) for number in (3, 4, 7))
        domain = "" if domain == "ai.onnx" else domain
        return Node(name, kind, domain, tuple(names[1]), tuple(names[2]), attributes)

    def _attribute(self, message: memoryview, depth: int) -> dict[str, Attribute]:
        name, found = "", dict[str, Any]()
        lists: dict[int, list[Any]] = {7: [], 8: [], 9: []}
        for number, value in self.wire.fields(message):
            if number == 1:
                name = text_of(value)
            elif number in lists:
                lists[number].append(_LISTED[number](value))
            elif number == 5:
                found["tensor"] = self.tensor(view_of(value))
            elif number == 6:
                found["graph"] = self._graph(view_of(value), depth + 1)
            else:
                found |= _single(number, value)
        found["words"] = tuple(lists[9])
        for key, number in (("numbers", 7), ("wholes", 8)):
            if lists[number]:
                found[key] = np.concatenate(lists[number])
        return {name: Attribute(**found)}

    def tensor(self, message: memoryview) -> Tensor:
        """Return an array, without its entries.

        Raises
        ------
        Damage
            If it has no shape that an array can have.
        """
        name, kind, dims, outside = "", 0, list[int](), dict[str, str]()
        for number, value in self.wire.fields(message):
            if number == 1:
                dims += wholes_of(value).tolist()
            elif number == 2:
                kind = whole_of(value)
            elif number == 8:
                name = text_of(value)
            elif number == 13:
                outside |= self._entry(view_of(value))
            elif number == 14 and whole_of(value) == 1:
                outside.setdefault("location", "")
        if len(dims) > _MOST_AXES or any(size < 0 for size in dims):
            raise damaged()
        return Tensor(name, tuple(dims), kind, message, outside)

    def _entry(self, message: memoryview) -> dict[str, str]:
        found = {number: text_of(value) for number, value in self.wire.fields(message) if number in (1, 2)}
        return {found.get(1, ""): found.get(2, "")}


_LISTED = {7: floats_of, 8: wholes_of, 9: text_of}


def _single(number: int, value: Value) -> dict[str, Any]:
    """Return the field of an attribute that holds a single value."""
    match number:
        case 2:
            return {"number": float(floats_of(value)[0])} if len(view_of(value)) == 4 else {}
        case 3:
            return {"whole": whole_of(value)}
        case 4:
            return {"word": text_of(value)}
        case 22:
            return {"sparse": True}
    return {}
