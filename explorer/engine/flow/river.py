"""A row of the pairs, part by part: how much of the gradient of s_t arrives at each part of s_k, and from where it came.

P_{t,k} = P_{t,k+1} J_{k+1} is made for the rows of some parts alone, right to left. Of the columns of a layer l what came
along time is P_{t,k+1}[:, l] J_{k+1}[l, l]; the rest came down from the layers that read it, a product of its own and no
difference.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from explorer.engine.errors import Stopped
from explorer.engine.floats import Floats
from explorer.engine.flow.along import along
from explorer.engine.flow.blocks import chosen, named_parts
from explorer.engine.flow.entrywise import Entrywise, times
from explorer.engine.flow.graded import Graded
from explorer.engine.flow.steps import Steps, is_parted
from explorer.engine.network.course import Course
from explorer.engine.values import Value
from explorer.engine.work import Stop, never

# A part that shrinks below this beside a product of norm one may have lost entries that matter later.
_RISK, _SMALL, _LARGE = 1e-120, 1e-20, 1e20


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class River(Value):
    """The gradient of some parts, ``rows``, of s_t at every earlier state; arrays (t+1,), k = 0..t, natural logarithms.

    ``arrives`` are ln ‖∂/∂‖_F/√c of the block out of each part of s_k, of c entries, by its name; −inf for a true zero.
    ``falls`` are of each layer that another reads, by its number: how much of it came down from above in the step to k.

    Examples
    --------
    >>> import numpy as np
    >>> from explorer.engine import Layer, Network
    >>> from explorer.engine.flow.river import river
    >>> net = Network.random(layers=[Layer("rnn", 4), Layer("gru", 3)], inputs=2, outputs=1)
    >>> found = river(net.forward(np.ones((6, 2))).chains["net"], 6, "2")
    >>> tuple(found.arrives), tuple(found.falls), found.rows
    (('1/h', '2/h'), ('1',), ('2/h',))
    """

    rows: tuple[str, ...]
    arrives: Mapping[str, Floats]
    falls: Mapping[str, Floats]


def river(course: Course, t: int, into: str, stop: Stop = never) -> River:
    """Return how the gradient of a part of s_t, or of a layer, goes back along time and down the layers, in running order.

    ``into`` is "" for all of s_t.

    It is for cells that remember no older states: of others ∂s_t/∂s_k is no product of J's.

    Raises
    ------
    BadNetwork
        If the state has no such part.
    BadSequence
        If not 0 ≤ t ≤ T.
    Stopped
        When ``stop()`` said so.
    """
    course.check_pair(t, 0)
    at = _Parts.of(along(course), into)
    with np.errstate(all="ignore"):
        found = _plainly(at, t, stop)
        if found is None:
            found = _graded(at, t, stop)
    here = [0.0 if part in at.rows else -np.inf for part in at.parts] + [-np.inf] * len(at.below)
    logs = np.column_stack([found, here])
    widths = [one.stop - one.start for one in (*at.parts.values(), *at.below.values())]
    gains = dict(zip((*at.parts, *at.below), logs - 0.5 * np.log(widths)[:, None], strict=True))
    for part in at.rows:
        # The identity of one part beside others is that of these rows.
        gains[part][t] = 0.0
    return River(
        at.rows,
        MappingProxyType({part: gains[part] for part in at.parts}),
        MappingProxyType({layer: gains[layer] for layer in at.below}),
    )


@dataclass(frozen=True, slots=True)
class _Parts:
    """Where the parts of a state stand, and its layers; ``below`` are the layers that another reads."""

    steps: Steps
    rows: tuple[str, ...]
    parts: Mapping[str, slice]
    below: Mapping[str, slice]
    links: frozenset[tuple[str, str]]

    @classmethod
    def of(cls, steps: Steps, into: str) -> _Parts:
        """Return those of a chain, for the rows ``into``."""
        parts, layers = named_parts(steps), dict[str, slice]()
        for part, where in parts.items():
            layer = part.rpartition("/")[0]
            layers[layer] = slice(layers.get(layer, where).start, where.stop)
        links = steps.links if is_parted(steps) else frozenset({("s", "s")})
        return cls(steps, chosen(steps, into) if into else tuple(parts), parts, dict(list(layers.items())[:-1]), links)

    @property
    def index(self) -> list[int]:
        """Return the entries of the rows."""
        return [place for part in self.rows for place in range(self.parts[part].start, self.parts[part].stop)]

    def reached(self, before: frozenset[str]) -> frozenset[str]:
        """Return the parts that a gradient is on a step after it was on those ``before``."""
        return frozenset(column for row, column in self.links if row in before)


def _plainly(at: _Parts, t: int, stop: Stop) -> Floats | None:
    """Return ln of the norms (parts + layers, t) for k = 0..t−1; None where plain products don't hold them."""
    P, log, reached = np.eye(at.steps.width)[at.index], 0.0, frozenset(at.rows)
    found, entrywise = np.full((len(at.parts) + len(at.below), t), -np.inf), Entrywise.of(at.steps)
    for k, J in zip(range(t - 1, -1, -1), at.steps.walk_back(t), strict=True):
        if stop():
            raise Stopped
        falls = {layer: P[:, one.stop :] @ J[one.stop :, one] for layer, one in at.below.items()}
        P, reached = times(P, J, entrywise), at.reached(reached)
        columns = np.einsum("ij,ij->j", P, P)
        norms = [math.sqrt(float(columns[one].sum())) for one in at.parts.values()]
        whole = math.hypot(*norms)
        lost = any(part in reached and not norm > _RISK for part, norm in zip(at.parts, norms, strict=True))
        if not whole < np.inf or lost:
            return None
        found[:, k] = log + np.log([*norms, *(float(np.linalg.norm(fall)) for fall in falls.values())])
        if not _SMALL < whole < _LARGE:
            P, log = P / whole, log + float(np.log(whole))
    return found


def _graded(at: _Parts, t: int, stop: Stop) -> Floats:
    """Return the same with every column of the products on a scale of its own."""
    stack = Graded.start(1, np.eye(at.steps.width)[:, at.index])
    found = np.full((len(at.parts) + len(at.below), t), -np.inf)
    for k in range(t - 1, -1, -1):
        if stop():
            raise Stopped
        J = at.steps.log_jacobian(k + 1)
        falls = [
            _of(stack, slice(one.stop, None)).before(J[one.stop :, one].T).log_norm()[0] for one in at.below.values()
        ]
        stack = stack.before(J.T)
        found[:, k] = [*(_of(stack, one).log_norm()[0] for one in at.parts.values()), *falls]
    return found


def _of(stack: Graded, some: slice) -> Graded:
    """Return some columns of the products."""
    return Graded(
        stack.scale[:, some], stack.rows[:, some], stack.alive[:, some], stack.error[:, some], stack.given[:, some]
    )
