"""Layers that run the same way in a row are one recurrence: each reads as its x what the one below gives out at the step.

The graphs of the layers become one, so that every reading of a recurrence is one of the stack. What belongs to a layer has
its number before its name: the state "1/h", the weight "1/W_f", the constant "2/dt". J falls into blocks by layers: those
on the diagonal are the layers' own, those below it (∂s²/∂x²)(∂out¹/∂s¹), those above it zero.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from explorer.engine.errors import BadNetwork
from explorer.engine.recurrence.equations.build import Builder
from explorer.engine.recurrence.equations.written import INPUT, SUM, VALUE, Line, Written
from explorer.engine.recurrence.expressions.expression import Dimension, Leaf, Node, Shape, Sum, delays
from explorer.engine.recurrence.recurrence import Constant, Recurrence, State, Weight


def stacked(
    layers: Sequence[Recurrence], inputs: int, widths: Sequence[int], skips: Sequence[bool], first: int = 1
) -> Recurrence:
    """Return the one recurrence of layers that run the same way in a row; ``sized(it, inputs, widths[-1])`` is its step.

    Its states stand layer by layer, and its weights, which keep what they are in their own layer: role, start, stream. "m"
    is the input of the first layer and "n" the width of the last; other sizes are named by their layer, "1/n", "2/k". One
    layer without a skip is what it was, names and all.

    A layer above the first that reads ``x[2]`` reads what the layer below gave out two steps ago. Where that is a state of
    the layer below it is this state, before the first step what it starts from; else it is remembered in a state of its
    own, zero before the first step, with the output's name ("1/h"), and "+x" after it where the input was added ("1/h+x").

    The direct path holds fixed what a weight matrix takes from layer to layer, as it does within a layer: it is the layers'
    own direct paths side by side, and what a layer takes from its input without a matrix.

    Parameters
    ----------
    inputs, widths
        The sizes m of the first layer's input and n of each layer.
    skips
        Which layers give out their own output plus their input (residual).
    first
        The number of the first layer.

    Raises
    ------
    BadNetwork
        If a layer with a skip is not as wide as its input.
    """
    for number, (below, width, skip) in enumerate(zip((inputs, *widths), widths, skips, strict=False), start=first):
        if skip and below != width:
            raise BadNetwork(
                "Layer {layer} adds its input, {inputs} wide, to what it gives out, {width} wide; make them equal, or leave"
                " out the residual skip.",
                layer=number, inputs=below, width=width,
            )  # fmt: skip
    if len(layers) == 1 and not skips[0]:
        return layers[0]
    return _stacked(tuple(layers), tuple(widths), tuple(skips), first)


@lru_cache(maxsize=64)
def _stacked(
    layers: tuple[Recurrence, ...], widths: tuple[int, ...], skips: tuple[bool, ...], first: int
) -> Recurrence:
    stack = _Stack()
    for number, (layer, width, skip) in enumerate(zip(layers, widths, skips, strict=True), start=first):
        stack.put(layer, number, None if number == first + len(layers) - 1 else width, skip)
    graph = tuple(stack.builder.nodes)
    read = delays(graph)
    return Recurrence(
        name=", ".join(layer.name for layer in layers),
        text="\n\n".join(f"# {number}: {layer.name}\n{layer.text}" for number, layer in enumerate(layers, start=first)),
        states=tuple(replace(one, delays=tuple(sorted(read.get(("state", one.name), {1})))) for one in stack.states),
        weights=tuple(stack.weights),
        constants=tuple(stack.constants),
        sizes=tuple(stack.sizes),
        graph=graph,
        next=tuple(stack.next),
        out=stack.out,
        input_delays=tuple(sorted(read.get(("x", "x"), set()) - {0})),
        output=stack.output,
        lines=tuple(stack.lines),
    )


@dataclass
class _Stack:
    """The stack as it grows; ``out``, ``output`` and ``width`` are node, name and size of what its top layer gives out.

    Below the first layer ``out`` is −1: that reads the input itself.
    """

    builder: Builder = field(default_factory=Builder)
    states: list[State] = field(default_factory=list)
    next: list[int] = field(default_factory=list)
    weights: list[Weight] = field(default_factory=list)
    constants: list[Constant] = field(default_factory=list)
    sizes: list[tuple[str, int]] = field(default_factory=list)
    out: int = -1
    output: str = ""
    width: Dimension = "m"
    lines: list[Line] = field(default_factory=list)
    below: Written | None = None

    def put(self, layer: Recurrence, number: int, width: int | None, skip: bool) -> None:
        """Put a layer on top; the last one's width is None, as it stays open."""
        own = _Own(f"{number}/", self.width, "n" if width is None else f"{number}/n")
        places = self._graph(layer, own)
        self.states += (replace(one, name=own.name(one.name), shape=own.shape(one.shape)) for one in layer.states)
        self.next += (places[place] for place in layer.next)
        self.weights += (replace(one, name=own.name(one.name), shape=own.shape(one.shape)) for one in layer.weights)
        self.constants += (replace(one, name=own.name(one.name)) for one in layer.constants)
        self.sizes += [] if width is None else [(own.name("n"), width)]
        self.sizes += ((own.name(name), size) for name, size in layer.sizes)
        self.lines += (line.placed(dict(enumerate(places))).in_layer(own.prefix, self.below) for line in layer.lines)
        out, output = places[layer.out], own.name(layer.output)
        written = Written(VALUE, output, rank=1)
        if skip:
            written = Written(SUM, "++", (written, self.below or Written(INPUT, "x", rank=1)), 1)
            out, output = self.builder.add(Sum((1, 1)), (out, self._input(0)), (own.width,)), f"{output}+x"
        self.out, self.output, self.width, self.below = out, output, own.width, written

    def _graph(self, layer: Recurrence, own: _Own) -> list[int]:
        """Return where each node of a layer went."""
        places: list[int] = []
        for node in layer.graph:
            places.append(self._node(node, tuple(places[arg] for arg in node.args), own))
        return places

    def _node(self, node: Node, args: tuple[int, ...], own: _Own) -> int:
        operator = node.operator
        if isinstance(operator, Leaf):
            if operator.kind == "x":
                return self._input(operator.delay)
            if operator.kind in ("weight", "state", "constant"):
                operator = replace(operator, name=own.name(operator.name))
        return self.builder.add(operator, args, own.shape(node.shape))

    def _input(self, delay: int) -> int:
        """Return the input of the next layer some steps ago: what the layer below gave out then."""
        if self.out < 0:
            return self.builder.add(Leaf("x", "x", delay), (), (self.width,))
        if delay == 0:
            return self.out
        if self.out not in self.next:
            self.states.append(State(self.output, (self.width,)))
            self.next.append(self.out)
        state = self.states[self.next.index(self.out)]
        return self.builder.add(Leaf("state", state.name, delay), (), state.shape)


@dataclass(frozen=True, slots=True)
class _Own:
    """How what belongs to a layer is called in the stack: ``prefix`` before its name, m and n by what they are there."""

    prefix: str
    inputs: Dimension
    width: Dimension

    def name(self, name: str) -> str:
        """Return the name of a state, weight, constant or size."""
        return self.prefix + name

    def shape(self, shape: Shape) -> Shape:
        """Return a shape."""
        return tuple(self._size(size) for size in shape)

    def _size(self, size: Dimension) -> Dimension:
        if isinstance(size, int):
            return size
        return {"m": self.inputs, "n": self.width}.get(size, self.name(size))
