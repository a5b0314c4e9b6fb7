"""By how much the states grow beyond what enters them, unit by unit, where every step keeps the same share of them.

Such a unit is s_t = λ s_{t−1} + b_t with a λ that neither input nor step changes: a number, or a rotation of a plane times
|λ|. Whether a cell is made of them is read in its equations. What enters is γ times B x, the products of its weight
matrices with the input; how large γ is shows in what entered (Orvieto et al. 2023, proposition 3 and section 3.4).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.engine.errors import BadSequence, Refusal, TooBig
from explorer.engine.floats import Floats
from explorer.engine.looks.time_scales import loops
from explorer.engine.names import spelt
from explorer.engine.network.course import Course
from explorer.engine.network.trace import Trace, course_of
from explorer.engine.recurrence.expressions.expression import ONCE, Contraction, Graph, Leaf, Sum, ancestors
from explorer.engine.recurrence.readings.step import Step
from explorer.engine.theory.memory import forward_growth
from explorer.engine.values import Value

_TURNS = 1e-9
"""The share by which JᵀJ of a plane may differ from |λ|² I."""
_PLANE = 2
"""Entries of a unit, at most."""
_MOST = 4_000
"""Entries of a state."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Growth(Value):
    """How units grow, each a number or a plane of the state; arrays are read-only.

    ``first`` (U,) is the place of each one's first entry in the state, ``size`` (U,) its |λ|. ``entered`` (U,) is the mean
    over the steps of ‖b_t‖², ``given`` (U,) that of ‖(B x_t)‖², NaN where no matrix meets the input, ``state`` (U,) that of
    ‖s_t‖².

    Examples
    --------
    >>> import numpy as np
    >>> from explorer.engine import Layer, Network, state_growth
    >>> net = Network.random(layers=[Layer("lru", 100)], inputs=1, outputs=1, seed=0)
    >>> found = state_growth(net.forward(np.random.default_rng(0).normal(size=(800, 1))))
    >>> round(found.with_normalisation, 1), round(found.without_normalisation)  # theory: 1, and 24 in the long run
    (1.0, 21)
    """

    first: NDArray[np.intp]
    size: Floats
    entered: Floats
    given: Floats
    state: Floats
    steps: int

    @property
    def growth(self) -> Floats:
        """Return ‖s‖²/‖b‖² (U,), NaN where nothing entered."""
        return _ratio(self.state, self.entered)

    @property
    def expected(self) -> Floats:
        """Return what `growth` (U,) is in the mean for inputs without correlation over so many steps from s_0 = 0."""
        return forward_growth(self.size, self.steps)

    @property
    def normalisation(self) -> Floats:
        """Return γ² (U,): the share of ‖B x‖² that enters."""
        return _ratio(self.entered, self.given)

    @property
    def with_normalisation(self) -> float:
        """Return ‖s‖²/‖B x‖² over all units."""
        with np.errstate(all="ignore"):
            return float(_ratio(self.state.sum(), self.given.sum()))

    @property
    def without_normalisation(self) -> float:
        """Return what ‖s‖²/‖B x‖² over all units would be if B x itself entered."""
        return self._over_all(self.growth)

    @property
    def expected_without_normalisation(self) -> float:
        """Return what `without_normalisation` is in the mean for inputs without correlation."""
        return self._over_all(self.expected)

    @property
    def expected_with_normalisation(self) -> float:
        """Return what `with_normalisation` is in the mean for inputs without correlation."""
        with np.errstate(all="ignore"):
            return self._over_all(self.expected * self.normalisation)

    def _over_all(self, growth: Floats) -> float:
        fed = (self.given > 0.0) & (self.entered > 0.0)
        with np.errstate(all="ignore"):
            return float(_ratio((growth * self.given)[fed].sum(), self.given[fed].sum()))


@spelt
def state_growth(trace: Trace | Course) -> Growth:
    """Return by how much each unit of ``trace`` grows beyond what enters it.

    Raises
    ------
    BadSequence
        If the network is no single layer of such units.
    TooBig
        If the state is too wide.

    Examples
    --------
    >>> import numpy as np
    >>> from explorer.engine import Layer, Network, Recurrence, state_growth
    >>> cell = Recurrence.parse("h = a * h + U @ x", start={"a": 0.9})
    >>> net = Network.random(layers=[Layer(cell, 1)], inputs=1, outputs=1)
    >>> found = state_growth(net.forward(np.eye(200)[:, :1]))  # an impulse
    >>> found.growth.round(3).tolist()  # 1/(1 − 0.9²)
    [5.263]
    """
    course = course_of(trace)
    if (refused := not_growing(course)) is not None:
        raise refused
    step = course.chain.step
    assert isinstance(step, Step)
    with np.errstate(all="ignore"):
        return _measured(course, step)


def _measured(course: Course, step: Step) -> Growth:
    J = next(iter(course.walk(course.steps - 1, course.steps)))
    b, given = course.s[1:] - course.s[:-1] @ J.T, _given(course, step)
    found = [_grown(course, J, places, b, given) for places in loops(J != 0.0) if places.shape[1] <= _PLANE]
    first, size, entered, fed, state = (np.concatenate(parts) for parts in zip(*found, strict=True))
    order = np.argsort(first)
    return Growth(first[order].astype(np.intp), size[order], entered[order], fed[order], state[order], course.steps)


def not_growing(course: Course) -> Refusal | None:
    """Return why the growth of the units is not told; None where it is."""
    step = course.chain.step
    if course.width > _MOST:
        return TooBig(
            "The growth of a state of width {N} takes too long to be counted; take fewer units.", N=course.width
        )
    if isinstance(step, Step) and _is_one_layer(course) and _keeps_its_share(step):
        J = next(iter(course.walk(course.steps - 1, course.steps)))
        if _stands_alone(J):
            return None
    return BadSequence(
        "What enters the units can be told from what they keep only in one layer whose units stand alone and keep the same "
        "share of themselves at every step, whatever the input."
    )


def _is_one_layer(course: Course) -> bool:
    """Return whether one layer that runs forward, and reads the last state alone, is all that there is."""
    net = course.network
    said = {name.partition("/")[0] for name in net.weights if "/" in name}
    one = len(net.layers) == 1 and said == {"1"} and not (course.chain.backward or course.chain.whole.steps)
    return one and course.motion.delays == (1,)


def _keeps_its_share(step: Step) -> bool:
    """Return whether the next state is the last one times what neither input nor step changes, and what enters."""
    graph, after = step.recurrence.graph, set(_after_states(step.recurrence.graph))
    for place in ancestors(graph, step.recurrence.next):
        node = graph[place]
        if place not in after or isinstance(node.operator, Leaf | Sum):
            continue
        if not isinstance(node.operator, Contraction):
            return False
        others = [arg for arg in node.args if arg not in after]
        if len(others) != len(node.args) - 1 or any(graph[arg].stage > ONCE for arg in others):
            return False
    return True


def _after_states(graph: Graph) -> Iterator[int]:
    """Yield the nodes that depend on a state."""
    after: set[int] = set()
    for place, node in enumerate(graph):
        leaf = isinstance(node.operator, Leaf) and node.operator.kind == "state"
        if leaf or any(arg in after for arg in node.args):
            after.add(place)
            yield place


def _stands_alone(J: Floats) -> bool:
    """Return whether J leads from no unit into another one, and there are units."""
    mine = np.zeros(J.shape, dtype=bool)
    for places in loops(J != 0.0):
        if places.shape[1] <= _PLANE:
            mine[places[:, :, None], places[:, None, :]] = True
    return bool(mine.any()) and not (J[~mine] != 0.0).any()


def _given(course: Course, step: Step) -> Floats:
    """Return the mean over the steps of the squares of B x_t at the places (N,) of the state; NaN where there is no B."""
    recurrence, layer = step.recurrence, course.network.layers[0]
    graph, squares = recurrence.graph, np.full(course.width, np.nan)
    weights = {name.partition("/")[2]: W for name, W in course.network.weights.items()}
    for place in ancestors(graph, recurrence.next):
        node = graph[place]
        leaves = [graph[arg].operator for arg in node.args]
        names = {leaf.kind: leaf.name for leaf in leaves if isinstance(leaf, Leaf)}
        if not isinstance(node.operator, Contraction) or names.keys() != {"weight", "x"} or node.shape != ("n",):
            continue
        product = np.mean(np.square(course.x @ weights[names["weight"]].T), axis=0)
        for part in step.parts.values():
            columns = (part.stop - part.start) // layer.width
            squares[part] = np.nan_to_num(squares[part]) + np.repeat(product, columns)
    return squares


def _grown(course: Course, J: Floats, places: NDArray[np.intp], b: Floats, given: Floats) -> tuple[Floats, ...]:
    """Return first, size, entered, given and state of the units that are plain numbers, or turn their planes."""
    blocks = J[places[:, :, None], places[:, None, :]]
    squares = np.swapaxes(blocks, 1, 2) @ blocks
    size = np.sqrt(np.trace(squares, axis1=1, axis2=2) / places.shape[1])
    off = np.abs(squares - size[:, None, None] ** 2 * np.eye(places.shape[1])).max(axis=(1, 2))
    turns = off <= _TURNS * size**2
    places, size = places[turns], size[turns]
    entered, state = (np.mean(np.square(of), axis=0)[places].sum(axis=1) for of in (b, course.s[1:]))
    return places[:, 0].astype(np.float64), size, entered, given[places[:, 0]], state


def _ratio(over: Floats, under: Floats) -> Floats:
    with np.errstate(all="ignore"):
        return np.asarray(np.where(np.asarray(under) > 0.0, np.divide(over, under), np.nan))
