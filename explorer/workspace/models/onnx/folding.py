"""Constants folded: which numbers stand behind a name of a graph, however they were cut and put together on the way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from explorer.engine.errors import BadFile, Refusal, TooBig
from explorer.workspace.models.asked import Asked
from explorer.workspace.models.onnx.messages import Graph, Model, Node
from explorer.workspace.models.onnx.operators import OF_ALL, OPERATORS, made_by, missing
from explorer.workspace.models.onnx.tensors import Entries
from explorer.workspace.words.sentence import Sentence

THEN, ELSE = "then_branch", "else_branch"
_SAME_NUMBERS = frozenset(
    {"Slice", "Expand", "Squeeze", "Unsqueeze", "Identity", "Cast", "Transpose", "Reshape", "Gather"}
)
_DEEPEST = 150
_ALLOWED = 64 * 2**20


@dataclass(frozen=True, slots=True, eq=False)
class Scope:
    """A graph where it stands: names that it does not make are those of the graph around it.

    ``where`` names the nodes and branches that it stands in.
    """

    graph: Graph
    around: Scope | None
    where: tuple[str, ...]
    makers: Mapping[str, tuple[Node, int]]

    @classmethod
    def of(cls, graph: Graph, around: Scope | None = None, where: tuple[str, ...] = ()) -> Scope:
        """Return a graph with what makes each of its names."""
        makers = {name: (node, place) for node in graph.nodes for place, name in enumerate(node.outputs) if name}
        return cls(graph, around, where, makers)

    def inside(self) -> list[Scope]:
        """Return the graphs that are attributes of its nodes."""
        return [
            Scope.of(attribute.graph, self, (*self.where, f"{node.name or node.output(0)}.{name}"))
            for node in self.graph.nodes
            for name, attribute in node.attributes.items()
            if attribute.graph is not None
        ]

    def home(self, name: str) -> Scope | None:
        """Return the scope that has a name, None where none has."""
        scope: Scope | None = self
        while scope is not None and not scope._has(name):
            scope = scope.around
        return scope

    def _has(self, name: str) -> bool:
        graph = self.graph
        return name in self.makers or name in graph.tensors or name in graph.inputs or name in graph.sparse


def scopes(model: Model) -> list[Scope]:
    """Return all graphs of a model, the outermost first."""
    found = [Scope.of(model.graph)]
    for scope in found:
        found += scope.inside()
    return found


@dataclass(frozen=True, slots=True, eq=False)
class Folded:
    """The numbers behind a name; ``roots`` are the names of the file's arrays that they come from."""

    array: np.ndarray
    roots: tuple[str, ...] = ()


class NotConstant(Exception):
    """The numbers behind a name are known only when the network runs: they come from ``name``."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


@dataclass(slots=True)
class Folding:
    """Folds the constants of one file; ``given`` are numbers for names that have none.

    Which branch of an `If` is taken where the file leaves it open is ``asked``.
    ``size`` is the file's in bytes: folding makes no more than some times as much.
    """

    entries: Entries
    size: int
    scopes: Sequence[Scope]
    asked: Asked
    given: Mapping[str, np.ndarray] = field(default_factory=dict)
    _known: dict[tuple[int, str], Folded | NotConstant | Refusal] = field(default_factory=dict)
    _made: int = 0
    _depth: int = 0

    def value(self, scope: Scope, name: str) -> Folded:
        """Return the numbers behind a name.

        Raises
        ------
        NotConstant
            If they are known only when the network runs.
        BadFile
            If the file contradicts itself, or holds the numbers in a form that is not read.
        TooBig
            If so many are made of the file's that they are no weights.
        """
        home = scope.home(name)
        if name in self.given:
            return Folded(self.given[name])
        if home is None:
            raise BadFile("The name {name} is used and nothing makes it; the file is damaged.", name=name)
        key = (id(home.graph), name)
        if key not in self._known:
            # Who asks again before this is answered goes in a circle.
            self._known[key] = NotConstant(name)
            try:
                self._known[key] = self._value(home, name)
            except (NotConstant, Refusal) as reason:
                self._known[key] = reason
        found = self._known[key]
        if isinstance(found, Folded):
            return found
        raise found

    def everywhere(self, scope: Scope, name: str) -> float | None:
        """Return the number that an array is full of, whatever its shape when it runs; None where it is full of none."""
        for _ in range(_DEEPEST):
            home = scope.home(name)
            if home is None or name not in home.makers or home.makers[name][0].domain:
                return None
            node, scope = home.makers[name][0], home
            if node.kind == "ConstantOfShape":
                return float(self._filled(node, np.zeros(1)).reshape(-1)[0])
            if node.kind not in _SAME_NUMBERS:
                return None
            name = node.input(0)
            try:
                found = self.value(scope, name).array
            except NotConstant:
                continue
            return float(found.flat[0]) if found.size and (found == found.flat[0]).all() else None
        return None

    def _value(self, scope: Scope, name: str) -> Folded:
        if name in scope.graph.tensors:
            return Folded(self.entries.array(scope.graph.tensors[name]), (name,))
        if name in scope.graph.sparse:
            raise BadFile("The array {name} is sparse; such arrays are not read.", name=name)
        if name not in scope.makers:
            raise NotConstant(name)
        node, place = scope.makers[name]
        self._depth += 1
        try:
            if self._depth > _DEEPEST:
                raise NotConstant(name)
            return self._made_by(scope, node, place)
        finally:
            self._depth -= 1

    def _made_by(self, scope: Scope, node: Node, place: int) -> Folded:
        if node.domain:
            raise NotConstant(node.output(place))
        if node.kind == "Constant":
            return Folded(self._constant(node), (node.output(place),))
        if node.kind == "If":
            return self._branch(scope, node, place)
        operator = OPERATORS.get(node.kind)
        if operator is None:
            raise NotConstant(node.output(place))
        args = [self.value(scope, name) if name else None for name in node.inputs]
        arrays = [None if arg is None else arg.array for arg in args]
        try:
            self._allow(made_by(node, arrays))
            made = operator(node, arrays)
            found = self._filled(node, made[place])
        except (ValueError, IndexError, TypeError, OverflowError, MemoryError, ZeroDivisionError) as reason:
            if isinstance(reason, Refusal):
                raise
            raise BadFile("The node {node} ({kind}) does not fit what it is given; the file is damaged.",
                          node=node.name or node.output(0), kind=node.kind) from reason  # fmt: skip
        sources = args if node.kind in OF_ALL else args[:1]
        return Folded(found, tuple(dict.fromkeys(root for arg in sources if arg is not None for root in arg.roots)))

    def _filled(self, node: Node, made: np.ndarray) -> np.ndarray:
        """Return what a `ConstantOfShape` is full of, anything else as it is."""
        tensor = node.attribute("value").tensor
        if node.kind != "ConstantOfShape" or tensor is None:
            return made
        return np.broadcast_to(self.entries.array(tensor).reshape(-1)[0], made.shape)

    def _constant(self, node: Node) -> np.ndarray:
        for attribute in node.attributes.values():
            if attribute.sparse:
                raise BadFile("The array {name} is sparse; such arrays are not read.", name=node.output(0))
            if attribute.tensor is not None:
                return self.entries.array(attribute.tensor)
            for found in (attribute.number, attribute.numbers, attribute.whole, attribute.wholes):
                if found is not None:
                    return np.asarray(found, np.int64 if isinstance(found, int) else None)
        raise missing(node)

    def _branch(self, scope: Scope, node: Node, place: int) -> Folded:
        """Return what comes out of the branch that a conditional node takes, of the first where the file leaves it open."""
        try:
            taken = THEN if self.value(scope, node.input(0)).array.reshape(-1)[:1].all() else ELSE
        except NotConstant as reason:
            # It is an assumption only where something constant comes of it.
            found = self._of_branch(node, self._chosen(node, reason.name, quietly=True), place)
            self._chosen(node, reason.name, quietly=False)
            return found
        return self._of_branch(node, taken, place)

    def _of_branch(self, node: Node, taken: str, place: int) -> Folded:
        graph = node.attribute(taken).graph
        if graph is None or place >= len(graph.outputs):
            raise missing(node)
        inner = next(one for one in self.scopes if one.graph is graph)
        return self.value(inner, graph.outputs[place])

    def _chosen(self, node: Node, source: str, quietly: bool) -> str:
        name = node.name or node.output(0)
        asked = Asked(self.asked.chose) if quietly else self.asked
        said = Sentence(
            "Which branch of {node} is taken is known only when it runs, from {source}.",
            {"node": name, "source": source},
        )
        return asked.take(name, "branch", (THEN, ELSE), THEN, said)

    def _allow(self, numbers: int) -> None:
        self._made += 8 * numbers
        if self._made > 8 * self.size + _ALLOWED:
            raise TooBig("The constants of the file grow far beyond its size; they are not computed.")
