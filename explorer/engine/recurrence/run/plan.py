"""How a step is run over many: what is worked out once, what for all steps at once, and which products are one.

All matrices that multiply the same vector are one matrix; what is added to their products and needs no state is added in one
go, and functions of one name that follow stand side by side and are one call. So the equations of a gated cell run as the few
products and calls that one would write by hand.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import accumulate, pairwise

from explorer.engine.recurrence.expressions.expression import (
    AHEAD,
    ONCE,
    STEP,
    Contraction,
    Graph,
    Leaf,
    Pointwise,
    Sum,
    ancestors,
    users,
)
from explorer.engine.recurrence.readings.step import Step

MATRIX_VECTOR = Contraction(("ik", "k"), "i")

Key = tuple[int, bool]


@dataclass(frozen=True, slots=True)
class Member:
    """One of the products of a group: its matrix, the node that it ends in, and what is added to it on the way, if any."""

    product: int
    matrix: int
    home: int
    addend: int | None
    function: int | None


@dataclass(frozen=True, slots=True)
class Group:
    """Products of matrices of weights with one vector, laid side by side: member i has the rows ``rows[i]``."""

    operand: int
    members: tuple[Member, ...]
    rows: tuple[slice, ...]
    added: bool

    @property
    def key(self) -> Key:
        """Return what tells the groups of a plan apart."""
        return self.operand, self.added

    @property
    def size(self) -> int:
        """Return the rows of all members together."""
        return self.rows[-1].stop

    def span(self, places: list[int]) -> slice:
        """Return the rows of some members that are neighbours."""
        return slice(self.rows[places[0]].start, self.rows[places[-1]].stop)

    def bundles(self, graph: Graph) -> list[tuple[str, list[int]]]:
        """Return the functions that follow, each with the members, neighbours, that it follows."""
        found: list[tuple[str, list[int]]] = []
        for place, member in enumerate(self.members):
            if member.function is None:
                continue
            name = _name(graph, member.function)
            if found and found[-1][0] == name and found[-1][1][-1] == place - 1:
                found[-1][1].append(place)
            else:
                found.append((name, [place]))
        return found


@dataclass(frozen=True, slots=True)
class Ahead:
    """Products of matrices of weights with one vector that needs no state, laid side by side, for all steps at once."""

    operand: int
    products: tuple[int, ...]
    rows: tuple[slice, ...]


@dataclass(frozen=True, slots=True)
class Driven:
    """What is added to the products of a group, where it is products of one vector with matrices, and biases, alone."""

    operand: int
    products: tuple[int, ...]
    matrices: tuple[int, ...]
    biases: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """The nodes of a step in the order in which they run, one after the other or a group at a time.

    ``late`` are those that read the state and that no state is made of: they wait for the last step, and are then worked
    out for all steps at once; ``read`` are the nodes of the steps of which they make what the layer gives out. ``folded``
    are the sums of a product and a bias that are made where a group needs them, and nowhere else; ``driven`` says of which
    groups, by their key, these are all that is added, so that it is one product.
    """

    groups: tuple[Group, ...]
    program: tuple[int | Group, ...]
    users: Mapping[int, tuple[int, ...]]
    late: tuple[int, ...] = ()
    read: tuple[int, ...] = ()
    aheads: tuple[Ahead, ...] = ()
    folded: frozenset[int] = frozenset()
    driven: Mapping[Key, Driven] = field(default_factory=dict)

    @property
    def covered(self) -> set[int]:
        """Return the nodes that a group makes."""
        return {
            node
            for group in self.groups
            for member in group.members
            for node in (member.product, member.home, member.function)
            if node is not None
        }


@lru_cache(maxsize=64)
def plan(step: Step) -> Plan:
    """Return the plan of a step."""
    graph = step.recurrence.graph
    used = users(graph, (*step.recurrence.next, step.recurrence.out))
    late = _late(step)
    groups = tuple(_groups(step, used, late))
    covered = Plan(groups, (), used).covered
    by_operand: dict[int, list[Group]] = {}
    for group in groups:
        by_operand.setdefault(group.operand, []).append(group)
    program: list[int | Group] = []
    for place in step.moving():
        if place not in covered and place not in late:
            program.append(place)
        program.extend(by_operand.get(place, ()))
    addends = [member.addend for group in groups for member in group.members if member.addend is not None]
    folded = frozenset(addend for addend in addends if _is_product_and_bias(graph, used, addend))
    driven = {group.key: found for group in groups if (found := _driven(step, group, folded, used)) is not None}
    products = {arg for one in driven.values() for arg in one.products}
    return Plan(groups, tuple(program), used, late, _read(step, late), tuple(_aheads(step, products)), folded, driven)


def _late(step: Step) -> tuple[int, ...]:
    graph = step.recurrence.graph
    onward = set(ancestors(graph, step.recurrence.next))
    return tuple(
        place for place in step.moving() if place not in onward and not isinstance(graph[place].operator, Leaf)
    )


def _read(step: Step, late: Collection[int]) -> tuple[int, ...]:
    graph = step.recurrence.graph
    given_out = set(ancestors(graph, (step.recurrence.out,))) & set(late)
    return tuple(
        sorted({arg for place in given_out for arg in graph[place].args if graph[arg].stage == STEP} - set(late))
    )


def _driven(step: Step, group: Group, folded: frozenset[int], users: Mapping[int, tuple[int, ...]]) -> Driven | None:
    """Return of what a group is driven, if it is by one vector alone."""
    graph = step.recurrence.graph
    products, biases = [], []
    for member in group.members:
        if member.addend not in folded:
            return None
        a, b = graph[member.addend].args
        product, bias = (a, b) if graph[a].stage == AHEAD else (b, a)
        node = graph[product]
        if node.operator != MATRIX_VECTOR or graph[node.args[0]].stage != ONCE or len(users[product]) != 1:
            return None
        products.append(product)
        biases.append(bias)
    operands = {graph[product].args[1] for product in products}
    if len(operands) != 1:
        return None
    return Driven(operands.pop(), tuple(products), tuple(graph[one].args[0] for one in products), tuple(biases))


def _is_product_and_bias(graph: Graph, users: Mapping[int, tuple[int, ...]], place: int) -> bool:
    node = graph[place]
    stages = {graph[arg].stage for arg in node.args if len(graph[arg].shape) == 1}
    return node.operator == Sum((1, 1)) and stages == {AHEAD, ONCE} and len(users[place]) == 1


def _aheads(step: Step, without: Collection[int]) -> list[Ahead]:
    graph = step.recurrence.graph
    products: dict[int, list[int]] = {}
    for place in step.order(AHEAD):
        node = graph[place]
        if place not in without and node.operator == MATRIX_VECTOR and graph[node.args[0]].stage == ONCE:
            products.setdefault(node.args[1], []).append(place)
    return [
        Ahead(operand, tuple(some), _side_by_side([step.shapes[place][0] for place in some]))
        for operand, some in products.items()
    ]


def _side_by_side(sizes: Iterable[int]) -> tuple[slice, ...]:
    """Return where arrays of these sizes stand one after the other."""
    ends = list(accumulate(sizes, initial=0))
    return tuple(slice(start, stop) for start, stop in pairwise(ends))


def _groups(step: Step, users: Mapping[int, tuple[int, ...]], without: Collection[int]) -> list[Group]:
    graph = step.recurrence.graph
    found: dict[tuple[int, bool], list[Member]] = {}
    for place in (one for one in step.moving() if one not in without):
        node = graph[place]
        if node.operator == MATRIX_VECTOR and graph[node.args[0]].stage <= ONCE and graph[node.args[1]].stage == STEP:
            member = _member(graph, users, place)
            found.setdefault((node.args[1], member.addend is not None), []).append(member)
    return [_group(step, operand, members, added) for (operand, added), members in found.items()]


def _member(graph: Graph, users: Mapping[int, tuple[int, ...]], product: int) -> Member:
    """Return a product with the sum and the function that it alone ends in."""
    home, addend = product, None
    if len(users[product]) == 1 and users[product][0] >= 0:
        after = graph[users[product][0]]
        others = [arg for arg in after.args if arg != product]
        if after.operator == Sum((1, 1)) and len(others) == 1 and graph[others[0]].stage < STEP:
            home, addend = users[product][0], others[0]
    return Member(product, graph[product].args[0], home, addend, _function(graph, users, home))


def _function(graph: Graph, users: Mapping[int, tuple[int, ...]], home: int) -> int | None:
    """Return the one function of one argument that a node ends in."""
    if len(users[home]) != 1 or users[home][0] < 0:
        return None
    after = graph[users[home][0]]
    return users[home][0] if isinstance(after.operator, Pointwise) and len(after.args) == 1 else None


def _group(step: Step, operand: int, members: list[Member], added: bool) -> Group:
    graph = step.recurrence.graph
    ordered = sorted(members, key=lambda member: _name(graph, member.function))
    return Group(operand, tuple(ordered), _side_by_side([step.shapes[one.product][0] for one in ordered]), added)


def _name(graph: Graph, function: int | None) -> str:
    operator = None if function is None else graph[function].operator
    return operator.name if isinstance(operator, Pointwise) else ""
