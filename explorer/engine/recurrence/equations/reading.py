"""Equations understood: each name is told what it is, each product its shapes, and the graph grows line by line.

A name that is read before its line is a state, one that has no line a weight. One method reads one kind of expression; what
is not among them is refused where it stands.
"""

from __future__ import annotations

import ast
import math
from dataclasses import dataclass, field

from explorer.engine.errors import Refusal
from explorer.engine.recurrence.equations import written
from explorer.engine.recurrence.equations.found import Found
from explorer.engine.recurrence.equations.operators import ARITIES, Operators
from explorer.engine.recurrence.equations.shapes import WIDTH, Axes
from explorer.engine.recurrence.equations.slips import missing
from explorer.engine.recurrence.equations.text import LONGEST_DELAY, Place, parsed, place_after, refusal
from explorer.engine.recurrence.equations.tree import plain_number, terms, whole_number
from explorer.engine.recurrence.equations.words import no_operator
from explorer.engine.recurrence.equations.written import Line, Names
from explorer.engine.recurrence.expressions.expression import ONCE, Leaf

INPUT, STEP_NUMBER, ACTIVATION = "x", "t", "f"
_GIVEN = (INPUT, STEP_NUMBER)
_COMPARISONS = {ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!="}
_MOST_NAME = 40


@dataclass
class Reading(Found):
    """One reading of a text; what it found stands in its fields.

    ``leaves_a_choice`` says that f(…) stands in the text, the function that a layer chooses.
    """

    lines: list[Line] = field(default_factory=list)
    leaves_a_choice: bool = False
    _assigned: set[str] = field(default_factory=set)
    _meant: dict[ast.expr, int] = field(default_factory=dict)

    def read(self) -> None:
        """Read the whole text.

        Raises
        ------
        BadEquations
            At the first mistake.
        """
        statements = parsed(self.text)
        lines = [self._line(statement) for statement in statements]
        if not lines:
            raise refusal(Place(1, 1), Refusal("there is no equation; write `name = expression`."))
        self._assigned = {name for name, value in lines if plain_number(value) is None}
        for (name, value), statement in zip(lines, statements, strict=True):
            self._assign(name, value, self.place(statement))
        self._close()

    # ---- lines

    def _line(self, statement: ast.stmt) -> tuple[str, ast.expr]:
        """Return the name and the expression of an equation."""
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                self._nameable(name, self.place(statement))
                return name, value
            case ast.AugAssign(target=ast.Name(id=name)):
                raise self.wrong(statement, Refusal("write the whole equation, `{name} = {name} …`.", name=name))
            case ast.Expr():
                raise self.wrong(statement, Refusal("this is no equation; name it, `h = …`."))
        raise self.wrong(statement, Refusal("this is no equation; write `name = expression`."))

    def _nameable(self, name: str, place: Place) -> None:
        if name in _GIVEN:
            raise refusal(place, Refusal("{name} is given to the layer; assign to another name.", name=name))
        if name in ARITIES:
            raise refusal(place, Refusal("{name} is an operator; assign to another name.", name=name))
        if len(name) > _MOST_NAME:
            raise refusal(place, Refusal("a name has at most {most} characters.", most=_MOST_NAME))

    def _assign(self, name: str, value: ast.expr, place: Place) -> None:
        number = plain_number(value)
        if number is not None:
            self._constant(name, number, place)
            return
        if name in self.constants:
            raise refusal(place, Refusal("{name} is a constant; assign to another name.", name=name))
        node = self.expression(value)
        if self.builder.nodes[node].stage < ONCE:
            raise refusal(place, Refusal("{name} depends on neither input, state nor weights.", name=name))
        self.lines.append(self._written(name, value))
        self.named[name] = node
        self.last = name
        if name in self.states:
            self._fits_state(name, node, place)

    def _written(self, name: str, value: ast.expr) -> Line:
        """Return a line as it was written; names mean what they mean before it."""
        kinds = {INPUT: written.INPUT, STEP_NUMBER: written.STEP_NUMBER}
        kinds |= dict.fromkeys(self.constants, written.CONSTANT) | dict.fromkeys(self.weights, written.WEIGHT)
        kinds |= {one: written.WEIGHT for one, place in self.named.items() if not self.is_data(place)}
        meant = {node: (place, len(self.shape(place))) for node, place in self._meant.items()}
        names = Names(kinds, frozenset(self.named), ACTIVATION, self.activation, meant)
        steady = not self.is_data(self._meant[value])
        self._meant.clear()
        return Line(name, names.code(name, value), names.written(value), name in self.named, steady)

    def _constant(self, name: str, number: float, place: Place) -> None:
        if name in self._assigned or name in self.constants:
            raise refusal(place, Refusal("{name} is assigned twice; a constant has one value.", name=name))
        if not math.isfinite(number):
            raise refusal(place, Refusal("{name} is no finite number.", name=name))
        self.constants[name] = number

    def _fits_state(self, name: str, node: int, place: Place) -> None:
        made = self.shape(node)
        if not self.sizes.join_all(made, self.states[name]):
            raise refusal(
                place,
                Refusal(
                    "this makes {name} {found}, but line {line} read the state {name} as {expected}.",
                    name=name, found=self.shown(made), line=self.first[name].line,
                    expected=self.shown(self.states[name]),
                ),
            )  # fmt: skip

    def _close(self) -> None:
        """Check what only the whole text shows."""
        if not self.last:
            raise refusal(
                Place(1, 1), Refusal("all lines are constants; the last line must be what the layer gives out.")
            )
        out = self.shape(self.named[self.last])
        place = Place(len(self.text.rstrip().split("\n")), 1)
        if len(out) != 1:
            raise refusal(
                place,
                Refusal(
                    "the layer gives out {name}, which is {shape}; a vector is expected.",
                    name=self.last, shape=self.shown(out),
                ),
            )  # fmt: skip
        if not self.sizes.join(out[0], self.sizes.axis(WIDTH)):
            raise refusal(
                place,
                Refusal(
                    "the layer gives out {name}, which is {shape} wide; its width n is expected.",
                    name=self.last, shape=self.shown(out),
                ),
            )  # fmt: skip

    # ---- expressions

    def expression(self, node: ast.expr) -> int:
        """Return the node of an expression."""
        self._meant[node] = place = self._expression(node)
        return place

    def _expression(self, node: ast.expr) -> int:
        match node:
            case ast.Constant(value=bool() | complex()) | ast.Constant(value=str() | bytes()):
                raise self.wrong(node, Refusal("a plain number is expected here."))
            case ast.Constant(value=int() | float()):
                return self._number(node)
            case ast.Name(id=name):
                return self._name(name, node)
            case ast.Subscript(value=ast.Name(id=name), slice=delay):
                return self._delayed(name, delay, node)
            case ast.UnaryOp(op=ast.USub(), operand=ast.Constant()):
                return self._number(node)
            case ast.UnaryOp(op=ast.USub() | ast.UAdd()) | ast.BinOp(op=ast.Add() | ast.Sub()):
                return self._sum(node)
            case ast.BinOp(left=left, op=op, right=right):
                return Operators(self).binary(op, node, self.expression(left), self.expression(right))
            case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in _COMPARISONS:
                return Operators(self).equal_shapes(
                    _COMPARISONS[type(op)], node, [self.expression(left), self.expression(right)]
                )
            case ast.Attribute(value=value, attr="T"):
                return Operators(self).transpose(node, self.expression(value))
            case ast.Call(func=ast.Name(id=name), keywords=[]):
                return self._call(name, node)
        raise self._not_understood(node)

    def _number(self, node: ast.expr) -> int:
        number = plain_number(node)
        if number is None or not math.isfinite(number):
            raise self.wrong(node, Refusal("this is no finite number."))
        return self.builder.number(number)

    def _sum(self, node: ast.expr) -> int:
        """Return a chain of + and −, as one sum."""
        summands = [(sign, self.expression(term), term) for sign, term in terms(node)]
        joined = summands[0][1]
        for _, other, term in summands[1:]:
            joined = Operators(self).wider(joined, other, term, "+")
        return self.builder.sum([(sign, term) for sign, term, _ in summands])

    def _name(self, name: str, node: ast.expr) -> int:
        if name in self.constants:
            return self.builder.add(Leaf("constant", name), (), ())
        if name in self.named:
            return self.named[name]
        if name in self._assigned:
            return self.state(name, 1, node)
        if name in ARITIES:
            raise self.wrong(node, Refusal("{name} is an operator; write `{name}(…)`.", name=name))
        return self._given(name, 0) if name in _GIVEN else self._weight(name, node)

    def _given(self, name: str, delay: int) -> int:
        return self.builder.add(Leaf(name, name, delay), (), self.sizes.axes(("m",) if name == INPUT else ()))

    def _weight(self, name: str, node: ast.expr) -> int:
        if name not in self.weights:
            self._seen(name, node)
            self.weights[name] = self._axes(name, free=True)
        return self.builder.add(Leaf("weight", name), (), self.weights[name])

    def state(self, name: str, delay: int, node: ast.expr) -> int:
        """Return what a state was some steps ago."""
        if name not in self.states:
            self._seen(name, node)
            self.states[name] = self._axes(name, free=False)
            if name in self.named:
                self._fits_state(name, self.named[name], self.place(node))
        return self.builder.add(Leaf("state", name, delay), (), self.states[name])

    def _seen(self, name: str, node: ast.expr) -> None:
        self.first[name] = self.place(node)
        if len(name) > _MOST_NAME:
            raise self.wrong(node, Refusal("a name has at most {most} characters.", most=_MOST_NAME))

    def _axes(self, name: str, free: bool) -> Axes:
        """Return the axes of a name: as declared, else a capital's two or a small letter's one.

        A vector that is a state is as wide as the layer unless declared otherwise: else a weight that reads the input and the
        state alike would make the two the same size.
        """
        if name in self.declared:
            return self.sizes.axes(self.declared[name])
        if name[0].isupper():
            return (self.sizes.axis(), self.sizes.axis())
        return (self.sizes.axis(None if free else WIDTH),)

    def _delayed(self, name: str, delay: ast.expr, node: ast.expr) -> int:
        steps = whole_number(delay)
        if steps is None or steps < 1:
            raise self.wrong(
                node, Refusal("brackets are delays in whole steps: `{name}[1]` is {name} one step ago.", name=name)
            )
        if steps > LONGEST_DELAY:
            raise self.wrong(node, Refusal("a delay has at most {most} steps.", most=LONGEST_DELAY))
        if name == INPUT:
            return self._given(name, steps)
        if name not in self._assigned:
            raise self.wrong(
                node, Refusal("{name} has no past: only the input and what has an equation have.", name=name)
            )
        return self.state(name, steps, node)

    def _call(self, name: str, node: ast.Call) -> int:
        if name == ACTIVATION:
            name, self.leaves_a_choice = self.activation, True
            if name == "identity" and len(node.args) == 1:
                return self.expression(node.args[0])
        if name not in ARITIES:
            raise self._no_operator(name, node)
        if len(node.args) != ARITIES[name]:
            raise self.wrong(node, Refusal("arguments of `{name}`: {found} instead of {expected}.",
                name=name, expected=ARITIES[name], found=len(node.args)))  # fmt: skip
        return Operators(self).call(name, node, [self.expression(arg) for arg in node.args])

    def _no_operator(self, name: str, node: ast.Call) -> Refusal:
        """Return the refusal of a call: of a value, where an operator is missing, or of what is none."""
        letter = name[0].isupper() and (len(name) == 1 or not name.isalpha())
        if letter or name in (*_GIVEN, *self.weights, *self._assigned, *self.constants):
            return self._missing(node)
        return self.wrong(node, no_operator(name, ARITIES))

    def _missing(self, node: ast.Call) -> Refusal:
        return refusal(place_after(node.func, self.text), missing(self.source(node.func), "("))

    def _not_understood(self, node: ast.expr) -> Refusal:
        match node:
            case ast.Call(func=ast.Attribute(attr=name)) if name in ARITIES:
                return self.wrong(node, Refusal("write `{name}(…)`, without what stands before the dot.", name=name))
            case ast.Call(func=ast.Constant() | ast.BinOp() | ast.Call() | ast.Subscript(), keywords=[]):
                return self._missing(node)
            case ast.Attribute(attr=name):
                return self.wrong(
                    node, Refusal("after a dot only T is understood, the transpose, not `{name}`.", name=name)
                )
            case ast.Subscript():
                return self.wrong(node, Refusal("brackets are delays and stand after a name."))
            case ast.Compare():
                return self.wrong(node, Refusal("compare two values at a time: < <= > >= == !=."))
            case ast.Call(keywords=[_, *_]):
                return self.wrong(node, Refusal("operators take their arguments by place, without names."))
        return self.wrong(node, Refusal("`{text}` is not understood here.", text=self.source(node)))
