"""The inside of a cell as a drawing reads it off its equations: what is made of what, line by line as they are written.

A gate is one element with the net input in it; sums, products and other functions are one each; numbers and weights that
only scale or are added stand in the label of what they change.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from explorer.engine.recurrence.equations.written import (
    CONSTANT,
    NUMBER,
    SUM,
    TRANSPOSE,
    WEIGHT,
    Line,
    Written,
)
from explorer.engine.recurrence.readings.gates import IDENTITY, argument, gates
from explorer.engine.recurrence.recurrence import Recurrence
from explorer.engine.recurrence.typeset.names import Name

Kind = Literal["given", "gate", "function", "sum", "product", "matrix", "other"]
_PLAIN = (NUMBER, CONSTANT)
_FIXED = (NUMBER, CONSTANT, WEIGHT)


@dataclass(frozen=True, slots=True)
class Element:
    """One thing in the drawing: what it does (``label``, with "·" where its input goes), and what comes of it.

    ``name`` is what the equations call its value, "" for nothing; ``node`` where in the graph that is. ``inputs`` are other
    elements, of a sum with their ``signs``. ``gate`` is the name of one, ``net_input`` the node of what its function is
    applied to. What is ``given`` comes from so many steps ago, ``delay``; ``taken`` says that it is a new state.
    """

    kind: Kind
    label: str
    node: int | None
    inputs: tuple[int, ...] = ()
    signs: str = ""
    name: str = ""
    gate: str = ""
    net_input: int | None = None
    delay: int = 0
    taken: bool = False


@dataclass(frozen=True, slots=True)
class Wiring:
    """The elements of a layer, each behind those that it is made of; ``layer`` is its name, of ``layers``."""

    elements: tuple[Element, ...]
    layer: str
    layers: tuple[str, ...]


def wiring(recurrence: Recurrence, layer: str) -> Wiring:
    """Return the inside of a ``layer`` of a stack, "" where there is only one; what another gives is an input."""
    layers = tuple(dict.fromkeys(Name.of(line.name).layer for line in recurrence.lines))
    layer = layer if layer in layers else layers[0]
    made = _Maker(recurrence, layer)
    for line in recurrence.lines:
        if Name.of(line.name).layer == layer and not line.steady:
            made.add(line)
    return Wiring(_needed(made.finished()), layer, layers)


def layer_of(gate: str) -> str:
    """Return the layer that a gate belongs to."""
    return Name.of(gate).layer


@dataclass
class _Maker:
    recurrence: Recurrence
    layer: str
    elements: list[Element] = field(default_factory=list)
    named: dict[str, int] = field(default_factory=dict)
    given: dict[tuple[str, str, int], int] = field(default_factory=dict)

    def add(self, line: Line) -> None:
        """Add what a line makes."""
        place = self._of(line.value)
        if place is None:
            return
        if self.elements[place].kind == "given":
            # A name for what is there already is a wire of its own.
            place = self._put(Element("function", "·", line.value.node, (place,)))
        self.elements[place] = replace(self.elements[place], name=line.name)
        self.named[line.name] = place

    def finished(self) -> list[Element]:
        """Return the elements, those that become states marked."""
        for state in self.recurrence.states:
            if state.name in self.named:
                place = self.named[state.name]
                self.elements[place] = replace(self.elements[place], taken=True)
        if self.recurrence.output in self.named:
            place = self.named[self.recurrence.output]
            self.elements[place] = replace(self.elements[place], taken=True)
        return self.elements

    def _put(self, element: Element) -> int:
        self.elements.append(element)
        return len(self.elements) - 1

    def _given(self, part: Written) -> int:
        key = (part.kind, part.text, part.delay)
        if key not in self.given:
            self.given[key] = self._put(Element("given", "", part.node, name=part.text, delay=part.delay))
        return self.given[key]

    def _of(self, part: Written) -> int | None:
        """Return the element of an expression; None of a number, which stands in a label."""
        match part.kind:
            case "number" | "constant":
                return None
            case "value" if part.delay == 0 and part.text in self.named:
                return self.named[part.text]
            case "value" | "input" | "step" | "weight":
                return self._given(part)
            case "call":
                return self._call(part)
            case "sum":
                return self._sum(part)
            case "*":
                return self._product(part)
            case "@":
                return self._matrix(part)
        return self._other(part, {TRANSPOSE: "·ᵀ"}.get(part.kind, part.kind), part.parts)

    def _call(self, part: Written) -> int | None:
        place = argument(part)
        gate = next((one for one in gates(self.recurrence) if one.node == place and one.function == part.text), None)
        if place is not None and gate is not None:
            inputs = tuple(dict.fromkeys(self._sources(part.parts[0])))
            return self._put(Element("gate", part.text, part.node, inputs, gate=gate.name, net_input=place))
        if part.text == IDENTITY:
            return self._of(part.parts[0])
        return self._other(part, part.text, part.parts, "function")

    def _sources(self, part: Written) -> Iterator[int]:
        """Yield what a net input is made of, past the weights that multiply it."""
        if part.kind in _FIXED:
            return
        if part.kind in (SUM, "@", "*") and (part.kind == SUM or any(one.kind in _FIXED for one in part.parts)):
            for one in part.parts:
                yield from self._sources(one)
            return
        if part.kind == TRANSPOSE and part.parts[0].kind in _FIXED:
            return
        found = self._of(part)
        if found is not None:
            yield found

    def _sum(self, part: Written) -> int | None:
        inputs, signs, label = [], "", ""
        for sign, one in zip(part.text, part.parts, strict=True):
            found = self._of(one)
            if found is None:
                label += f" {sign} {one.text}"
            else:
                inputs.append(found)
                signs += sign
        if not inputs:
            return None
        if len(inputs) == 1:
            return self._put(Element("function", _around(signs, label), part.node, tuple(inputs)))
        return self._put(Element("sum", f"+{label}" if label else "+", part.node, tuple(inputs), signs))

    def _product(self, part: Written) -> int | None:
        inputs, label = [], ""
        for one in _factors(part):
            found = self._of(one)
            if found is None:
                label += f"{one.text} "
            else:
                inputs.append(found)
        if not inputs:
            return None
        if len(inputs) == 1:
            return self._put(Element("function", f"{label}·", part.node, tuple(inputs)))
        return self._put(Element("product", f"{label}∘" if label else "∘", part.node, tuple(inputs)))

    def _matrix(self, part: Written) -> int | None:
        """Return the element of a product of matrices; that of a weight stands in the label."""
        names = [_weight(one) for one in part.parts]
        if sum(name is not None for name in names) != 1:
            return self._other(part, "@", part.parts)
        other = part.parts[0] if names[0] is None else part.parts[1]
        found = self._of(other)
        name = names[0] or names[1] or ""
        return None if found is None else self._put(Element("matrix", name, part.node, (found,)))

    def _other(self, part: Written, label: str, parts: Sequence[Written], kind: Kind = "other") -> int | None:
        found = [(one, self._of(one)) for one in parts]
        inputs = tuple(place for _, place in found if place is not None)
        if not inputs:
            return None
        constants = [one.text for one, place in found if place is None]
        if constants and kind == "other":
            label = " ".join(["·", label, *constants] if found[0][1] is not None else [*constants, label, "·"])
        return self._put(Element(kind, label, part.node, inputs))


def _around(signs: str, label: str) -> str:
    """Return 1 − · for numbers around one input."""
    first, rest = label.strip()[:1], label.strip()[1:].strip()
    if not label:
        return "− ·" if signs == "-" else "·"
    begins = rest if first == "+" else f"−{rest}"
    return f"{begins} {'−' if signs == '-' else '+'} ·"


def _factors(part: Written) -> Iterator[Written]:
    for one in part.parts:
        if one.kind == "*":
            yield from _factors(one)
        else:
            yield one


def _weight(part: Written) -> str | None:
    """Return the name of a weight, or of one transposed."""
    if part.kind == WEIGHT:
        return part.text
    inner = _weight(part.parts[0]) if part.kind == TRANSPOSE else None
    return None if inner is None else f"{inner}ᵀ"


def _needed(elements: list[Element]) -> tuple[Element, ...]:
    """Return the elements that a new state is made of, those that nothing needs left out."""
    wanted: set[int] = set()
    left = [place for place, one in enumerate(elements) if one.taken]
    while left:
        place = left.pop()
        if place not in wanted:
            wanted.add(place)
            left += elements[place].inputs
    places = {old: new for new, old in enumerate(sorted(wanted))}
    return tuple(
        replace(elements[old], inputs=tuple(places[one] for one in elements[old].inputs)) for old in sorted(wanted)
    )
