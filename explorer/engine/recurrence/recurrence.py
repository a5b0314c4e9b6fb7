"""`Recurrence`: what was read out of equations, as data; sizes are names until a layer gives them numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import cast

from explorer.engine.errors import BadNetwork
from explorer.engine.names import named, spelt
from explorer.engine.recurrence.activations import ACTIVATIONS
from explorer.engine.recurrence.declared import Declaration, check_known, check_sizes, shape_of
from explorer.engine.recurrence.equations.reading import Reading
from explorer.engine.recurrence.equations.written import Line
from explorer.engine.recurrence.expressions.expression import (
    Graph,
    Leaf,
    Node,
    Shape,
    ancestors,
    delays,
)
from explorer.engine.recurrence.weights.fixed import Construction, read_construction
from explorer.engine.recurrence.weights.roles import roles
from explorer.engine.recurrence.weights.starts import Start, read_start


@dataclass(frozen=True, slots=True)
class State:
    """A part of the state: its name and shape, its start, and by which delays the equations read it (1 is the last value).

    Examples
    --------
    >>> from explorer.engine import Recurrence
    >>> state = Recurrence.parse("h = tanh(W @ h[2] + U @ x)").states[0]
    >>> state.name, state.shape, state.start, state.delays
    ('h', ('n',), 0.0, (2,))
    """

    name: str
    shape: Shape
    start: float = 0.0
    delays: tuple[int, ...] = (1,)


@dataclass(frozen=True, slots=True)
class Weight:
    """A weight: what it does in the equations, how it begins, and whether training moves it.

    ``role`` is "recurrent" (a matrix that multiplies what depends on a state), "input" (one that multiplies the input),
    "bias" (a vector that is added) or "own". ``stream`` is that of its random numbers in the first layer, None for a hash.
    ``name`` and ``shape`` are those in the equations, "n" the width, "m" the inputs; ``start`` is what it starts as where the
    cell says so, ``fixed`` what it is made by if it is not ``trained``.

    Examples
    --------
    >>> from explorer.engine import Recurrence
    >>> weight = Recurrence.parse("h = a * h + U @ x", start={"a": {"uniform": [0.9, 0.99]}}).weights[0]
    >>> weight.name, weight.shape, weight.role, weight.start.numbers, weight.trained
    ('a', ('n',), 'own', (0.9, 0.99), True)
    """

    name: str
    shape: Shape
    role: str
    start: Start | None = None
    fixed: Construction | None = None
    trained: bool = True
    stream: int | None = None


@dataclass(frozen=True, slots=True)
class Constant:
    """A number that the equations name, with its value; it may be changed without reading them again.

    Examples
    --------
    >>> from explorer.engine import Recurrence
    >>> cell = Recurrence.parse("dt = 0.1\\nh = h + dt * tanh(W @ h + U @ x)")
    >>> cell.constants[0].name, cell.with_constants(dt=0.2).constants[0].value
    ('dt', 0.2)
    """

    name: str
    value: float


@dataclass(frozen=True, slots=True)
class Recurrence:
    """A cell: its equations and what was read in them; see `parse`, which makes one.

    ``name`` and ``text`` are what was read, ``states``, ``weights`` and ``constants`` what its names were found to be.
    ``graph`` holds every value of a step; ``next`` are the nodes that become the states, in their order, ``out`` is the one
    that the layer gives out, by the name ``output``. ``sizes`` are named sizes beside "m", the inputs, and "n", the width;
    ``input_delays`` how many steps back the input is read; ``lines`` the equations as they were written;
    ``activation`` what f(…) in them stands for, None where they leave no choice. ``candidate`` is the weight that stands for
    W where a cell's file names one, ``forget`` are the biases that a layer's forget bias is added to, ``admit`` those of the
    gates that let new things in.

    Examples
    --------
    >>> from explorer.engine import Recurrence
    >>> cell = Recurrence.parse("z = sigmoid(U_z @ x + b_z)\\nh = (1 - z) * h + z * (U_n @ x + b_n)", name="mine")
    >>> [state.name for state in cell.states], [weight.name for weight in cell.weights]
    (['h'], ['U_z', 'b_z', 'U_n', 'b_n'])
    """

    name: str
    text: str
    states: tuple[State, ...]
    weights: tuple[Weight, ...]
    constants: tuple[Constant, ...]
    sizes: tuple[tuple[str, int], ...]
    graph: Graph
    next: tuple[int, ...]
    out: int
    input_delays: tuple[int, ...]
    output: str
    lines: tuple[Line, ...] = field(default=(), compare=False)
    activation: str | None = field(default=None, compare=False)
    candidate: str | None = None
    forget: tuple[str, ...] = ()
    admit: tuple[str, ...] = ()

    @classmethod
    @spelt
    def parse(
        cls,
        text: str,
        *,
        name: str = "own",
        sizes: Mapping[str, Declaration] = MappingProxyType({}),
        start: Mapping[str, object] = MappingProxyType({}),
        fixed: Mapping[str, object] = MappingProxyType({}),
        streams: Mapping[str, int] = MappingProxyType({}),
        activation: str = "tanh",
    ) -> Recurrence:
        """Return the recurrence of equations in NumPy's notation; nothing of the text is evaluated.

        Parameters
        ----------
        text
            One equation a line; see the package's page for what a name means.
        sizes
            A number names a size, ``{"k": 16}``; a list declares what the text leaves open, the shape of a name:
            ``{"S": ["n", "k"], "a": []}``, a matrix state and a scalar weight.
        start
            What a state starts from (a number, also −inf) and what a weight starts as: a number, or one of `starts` by
            name with its numbers, ``{"uniform": [0.9, 0.99]}``.
        fixed
            Weights that training leaves alone: "drawn", or one of `fixed` by name with its numbers, ``{"lmu": [784]}``.
        streams
            The streams of random numbers of weights in the first layer; of others it is a hash of layer and name.
        activation
            The function that ``f(…)`` in the equations stands for, as the layer chooses it.

        Raises
        ------
        BadEquations
            At the first mistake, with its line and column.
        BadNetwork
            If a declaration names nothing that was read, or is no declaration.

        Examples
        --------
        >>> from explorer.engine import BadEquations, Recurrence
        >>> memory = Recurrence.parse("h = a * h + U @ x", start={"a": {"uniform": [0.9, 0.99]}, "h": 1.0})
        >>> memory.states[0].start
        1.0
        >>> try:
        ...     Recurrence.parse("h = tanh(W @ h + U @@ x)")
        ... except BadEquations as mistake:
        ...     print(mistake.line, mistake.column)
        1 21
        """
        numbers = {key: size for key, size in sizes.items() if isinstance(size, int)}
        check_sizes(numbers)
        activation = named("activation", activation, ACTIVATIONS, BadNetwork)
        reading = Reading(
            text, {key: shape_of(key, of, numbers) for key, of in sizes.items() if key not in numbers}, activation
        )
        reading.read()
        there = {*reading.weights, *reading.states, *numbers}
        check_known(there, {"sizes": sizes, "start": start, "fixed": fixed, "streams": streams})
        graph, places = _settled(reading)
        found = cls(
            name=name,
            text=text,
            states=_states(reading, graph, start),
            weights=_weights(reading, graph, start, fixed, streams),
            constants=tuple(Constant(*pair) for pair in reading.constants.items()),
            sizes=tuple(numbers.items()),
            graph=graph,
            next=tuple(places[reading.named[state]] for state in reading.states),
            out=places[reading.named[reading.last]],
            input_delays=tuple(sorted(delays(graph).get(("x", "x"), set()) - {0})),
            output=reading.last,
            lines=tuple(line.placed(places) for line in reading.lines),
            activation=activation if reading.leaves_a_choice else None,
        )
        return found if found.states else found._remembering_its_output()

    @property
    def longest_delay(self) -> int:
        """Return how many steps back the equations read a state or, less one, the input; 1 where they read the last only."""
        return max([1, *(delay for state in self.states for delay in state.delays)])

    def __hash__(self) -> int:
        """Return the hash of what was read: the graph follows from it, and is long."""
        return hash((self.name, self.text))

    def has_equations_of(self, other: Recurrence) -> bool:
        """Return whether both have the same equations, whatever their names; weights then correspond in their order."""
        return self._form() == other._form()

    def _form(self) -> tuple[object, ...]:
        """Return the graph with its names replaced by their place among those of their kind."""
        places: dict[tuple[str, str], int] = {}
        nodes = []
        for node in self.graph:
            operator: object = node.operator
            if isinstance(node.operator, Leaf) and node.operator.kind in ("weight", "state", "constant"):
                leaf = node.operator
                place = places.setdefault((leaf.kind, leaf.name), sum(kind == leaf.kind for kind, _ in places))
                operator = (leaf.kind, place, leaf.delay)
            nodes.append((operator, node.args, node.shape))
        values = tuple(constant.value for constant in self.constants)
        starts = tuple(state.start for state in self.states)
        return tuple(nodes), self.next, self.out, values, starts, self.sizes

    def with_constants(self, **values: float) -> Recurrence:
        """Return the recurrence with other values of some constants.

        Raises
        ------
        BadNetwork
            If there is no such constant.
        """
        names = [constant.name for constant in self.constants]
        for name in values:
            if name not in names:
                raise BadNetwork("There is no constant “{name}” in the equations.", name=name)
        changed = tuple(replace(one, value=values.get(one.name, one.value)) for one in self.constants)
        return replace(self, constants=changed)

    def _remembering_its_output(self) -> Recurrence:
        """Return the recurrence of equations that read no state: what they give out is the state, and J = 0."""
        state = State(self.output, self.graph[self.out].shape)
        return replace(self, states=(state,), next=(self.out,))


def _settled(reading: Reading) -> tuple[Graph, dict[int, int]]:
    """Return the nodes that matter, with their shapes, and where each of the reading's nodes went."""
    nodes = reading.builder.nodes
    wanted = [reading.named[name] for name in (*reading.states, reading.last)]
    kept = ancestors(tuple(nodes), tuple(wanted))
    places = {old: new for new, old in enumerate(kept)}
    graph = []
    for node in (nodes[old] for old in kept):
        shape = reading.sizes.shape(cast("tuple[int, ...]", node.shape))
        graph.append(Node(node.operator, tuple(places[arg] for arg in node.args), shape, node.stage))
    return tuple(graph), places


def _states(reading: Reading, graph: Graph, start: Mapping[str, object]) -> tuple[State, ...]:
    found, read = [], delays(graph)
    for name, axes in reading.states.items():
        begin = start.get(name, 0.0)
        if isinstance(begin, bool) or not isinstance(begin, (int, float)) or begin != begin:
            raise BadNetwork(
                "The state {name} starts from {start}; a number is expected.", name=name, start=begin, table="start"
            )
        found.append(
            State(name, reading.sizes.shape(axes), float(begin), tuple(sorted(read.get(("state", name), {1}))))
        )
    return tuple(found)


def _weights(
    reading: Reading,
    graph: Graph,
    start: Mapping[str, object],
    fixed: Mapping[str, object],
    streams: Mapping[str, int],
) -> tuple[Weight, ...]:
    found, role = [], roles(graph)
    for name, axes in reading.weights.items():
        if name not in role:
            # Only what nothing reads was made of it.
            continue
        shape = reading.sizes.shape(axes)
        found.append(
            Weight(
                name,
                shape,
                role[name],
                read_start(name, start[name], shape) if name in start else None,
                read_construction(name, fixed[name], shape) if name in fixed else None,
                name not in fixed,
                streams.get(name),
            )
        )
    return tuple(found)
