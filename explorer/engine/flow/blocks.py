"""A block of the products, ∂(some parts of s_t)/∂(some parts of s_k): ∂h²_t/∂h¹_k of a stack of layers.

A_t = P_{t,m} counts with the rows that are asked for, B_k = P_{m,k} with its columns; their Grams are those of whole steps,
so that halving goes on as for whole products. Only the parts on a way from the columns to the rows take part: of the first
of two layers the flow is that of a chain without the second.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from explorer.engine.errors import BadNetwork, Names
from explorer.engine.floats import Floats
from explorer.engine.flow.delayed import Delayed
from explorer.engine.flow.dense import Dense
from explorer.engine.flow.forms import form_of
from explorer.engine.flow.pairs import Pairs
from explorer.engine.flow.seen import Seen
from explorer.engine.flow.steps import PartedSteps, Steps, is_parted, is_structured
from explorer.engine.flow.units import Units
from explorer.engine.network.chain import Chain
from explorer.engine.network.course import Course
from explorer.engine.network.piece import DECODER
from explorer.engine.recurrence.readings.structure import UNITS
from explorer.engine.shown import Map
from explorer.engine.signed import Signed
from explorer.engine.values import Value
from explorer.engine.work import Report, Stop

if TYPE_CHECKING:
    from explorer.engine.flow.flow import Flow

_LAYER = re.compile(r"(\d+)[→←]?(?:/|$)")
"""How a layer, or a part or a weight of one, begins."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Block(Value, Map):
    """The flow from some parts of the state into others; arrays as `Flow`'s, of the block alone, ``whole`` being that of all.

    rows and columns name the parts; ``width`` is how many entries the columns have. log_norm (T+1, T+1) is ln of the block's
    Frobenius norm at [t, k], in nats; doubtful, lost, recomputed and unsure are as in `Flow`, whose `Flow.block` makes it.

    Examples
    --------
    >>> import numpy as np
    >>> from explorer.engine import Layer, Network, gradient_flow
    >>> net = Network.random(layers=[Layer("rnn", 4), Layer("gru", 3)], inputs=2, outputs=1)
    >>> block = gradient_flow(net.forward(np.ones((6, 2)))).block("2", "1")  # ∂h²_t/∂h¹_k
    >>> block.rows, block.columns, block.width, block.log_norm.shape
    (('2/h',), ('1/h',), 4, (7, 7))
    """

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    width: int
    log_norm: Floats
    doubtful: NDArray[np.bool_]
    lost: NDArray[np.bool_]
    recomputed: int
    unsure: int
    whole: Flow

    @property
    def log_gain(self) -> Floats:
        """Return ln(‖∂/∂‖_F/√c) (T+1, T+1): by how much a random direction of the columns is amplified, root mean square."""
        return self.log_norm - 0.5 * np.log(self.width)


@dataclass(frozen=True, slots=True)
class Part:
    """The chain of some parts of the state of ``whole``, by their names, which the others don't come between."""

    whole: PartedSteps
    names: tuple[str, ...]
    index: tuple[int, ...]

    @property
    def steps(self) -> int:
        """Return T."""
        return self.whole.steps

    @property
    def width(self) -> int:
        """Return how many entries there are."""
        return len(self.index)

    @property
    def parts(self) -> Mapping[str, slice]:
        """Return where each part stands among them."""
        found, end = dict[str, slice](), 0
        for name in self.names:
            size = self.whole.parts[name].stop - self.whole.parts[name].start
            found[name], end = slice(end, end + size), end + size
        return found

    @property
    def links(self) -> frozenset[tuple[str, str]]:
        """Return the links of the whole between them."""
        return frozenset((row, column) for row, column in self.whole.links if {row, column} <= {*self.names})

    def jacobians(self) -> Floats:
        """Return J_1..J_T of the entries."""
        J = np.empty((self.steps, self.width, self.width))
        for t, one in enumerate(self.walk(0, self.steps)):
            J[t] = one
        return J

    def walk(self, after: int, until: int) -> Iterator[Floats]:
        """Yield J_{after+1}..J_{until} of the entries."""
        return (J[self._some] for J in self.whole.walk(after, until))

    def walk_back(self, until: int, after: int = 0) -> Iterator[Floats]:
        """Yield J_{until}..J_{after+1} of the entries."""
        return (J[self._some] for J in self.whole.walk_back(until, after))

    def log_jacobian(self, t: int) -> Signed:
        """Return J_t of the entries in logarithms."""
        return self.whole.log_jacobian(t)[self._some]

    def log_errors(self) -> Floats | None:
        """Return ln of the largest norm of a row (T,) of what J is off by: no more than that of the whole."""
        return self.whole.log_errors()

    def log_block_errors(self) -> Floats | None:
        """Return the same of each block (T, P, P)."""
        errors, every = self.whole.log_block_errors(), list(self.whole.parts)
        some = [every.index(name) for name in self.names]
        return None if errors is None else errors[:, some][:, :, some]

    def log_error_entries(self, t: int, /) -> Floats | None:
        """Return ln of what each entry of J_t is off by."""
        errors = self.whole.log_error_entries(t)
        return None if errors is None else errors[self._some]

    @property
    def _some(self) -> tuple[NDArray[np.intp], ...]:
        return np.ix_(self.index, self.index)


@dataclass(frozen=True, slots=True)
class SmallPart(Part):
    """A part whose J has a small form: ``places`` are those of its parts in each unit."""

    structure: str
    small: Signed
    places: tuple[int, ...]

    def log_compact(self) -> Signed:
        """Return J in the small form of its structure."""
        if self.structure == UNITS:
            return self.small[np.ix_(range(self.steps), range(self.small.log.shape[1]), self.places, self.places)]
        return self.small[:, self.index]


def named_parts(steps: Steps) -> Mapping[str, slice]:
    """Return where each part of the state stands; "s" is all of a state that has none."""
    return steps.parts if is_parted(steps) else {"s": slice(0, steps.width)}


def check_one_chain(course: Course, *names: str) -> None:
    """Refuse a layer, or a part of one, that another chain has than that of the ``course``.

    Raises
    ------
    BadNetwork
        With that chain.
    """
    for name in names:
        layer = _LAYER.match(name)
        if layer is None or int(layer[1]) in layers_of(course.chain):
            continue
        others = course.network.architecture.chains
        if other := next((one.name for one in others if int(layer[1]) in layers_of(one)), None):
            raise BadNetwork(
                "Layer {layer} is in the chain {other}, and this flow is that of the chain {chain}: "
                "a block stands within one chain.",
                layer=layer[1], other=other, chain=course.name,
            )  # fmt: skip


def layers_of(chain: Chain) -> set[int]:
    """Return the numbers of a chain's layers, from 1."""
    found = (_LAYER.match(name.removeprefix(DECODER)) for name in chain.weights.values())
    return {int(one[1]) for one in found if one is not None}


def chosen(steps: Steps, name: str) -> tuple[str, ...]:
    """Return the parts that a name means: one, as "2/h", or all of a layer, as "2".

    Raises
    ------
    BadNetwork
        If there is no such part.
    """
    parts = tuple(named_parts(steps))
    found = (name,) if name in parts else tuple(part for part in parts if part.startswith(f"{name}/"))
    if not found:
        layers = dict.fromkeys(part.partition("/")[0] for part in parts)
        raise BadNetwork(
            "The state has no part “{name}”; choose one of {choices}.",
            name=name, choices=Names(dict.fromkeys([*layers, *parts])),
        )  # fmt: skip
    return found


def alone(steps: Steps, name: str) -> Steps | None:
    """Return the chain of a layer's entries of the state, or of a part's; None where others come between, or it is delayed.

    Its products are the blocks of the whole's on the diagonal: ∂h²_t/∂h²_k of a stack.

    Raises
    ------
    BadNetwork
        If there is no such part.
    """
    parts = chosen(steps, name)
    between = _between(steps, parts, parts)
    return _part(steps, between) if between == parts and not isinstance(form_of(steps), Delayed) else None


def block_pairs(
    steps: Steps,
    rows: Sequence[str],
    columns: Sequence[str],
    known: Pairs,
    stop: Stop = lambda: False,
    report: Report = lambda _: None,
) -> Pairs:
    """Return the pairs of the block of some parts' rows and columns; ``known`` are those of the whole products."""
    between = _between(steps, rows, columns)
    if not between:
        return _nothing(known)
    form = form_of(steps)
    chain = steps if isinstance(form, Delayed) else _part(steps, between)
    form = form if chain is steps else form_of(chain)
    whole = known if chain is steps else form.pairs(stop, report)
    seen = [tuple(part for part in between if part in some) for some in (rows, columns)]
    if seen[0] == seen[1] == (tuple(named_parts(steps)) if chain is steps else between):
        return whole
    if isinstance(form, Units):
        of_rows, of_columns = (tuple(between.index(part) for part in some) for some in seen)
        return form.block(Seen(of_rows, of_columns, form.chain.J.log.shape[1]), whole, stop, report)
    at = {place: i for i, place in enumerate(range(steps.width) if chain is steps else _index(steps, between))}
    of_rows, of_columns = (tuple(at[place] for place in _index(steps, some)) for some in seen)
    kind = form if isinstance(form, Delayed) else Dense(chain)
    return kind.block(Seen(of_rows, of_columns), whole, stop, report)


def _between(steps: Steps, rows: Sequence[str], columns: Sequence[str]) -> tuple[str, ...]:
    """Return the parts that the columns reach and that reach the rows."""
    links = steps.links if is_parted(steps) else frozenset()
    after = _reached(columns, {(column, row) for row, column in links})
    before = _reached(rows, links)
    return tuple(part for part in named_parts(steps) if part in after & before)


def _reached(parts: Sequence[str], links: set[tuple[str, str]] | frozenset[tuple[str, str]]) -> set[str]:
    """Return the parts that are reached by links (from, to), with those that are begun from."""
    found, new = set(parts), set(parts)
    while new:
        new = {other for one, other in links if one in new} - found
        found |= new
    return found


def _index(steps: Steps, parts: Sequence[str]) -> list[int]:
    """Return the entries of the state that some parts have."""
    where = named_parts(steps)
    return [place for part in parts for place in range(where[part].start, where[part].stop)]


def _part(steps: Steps, parts: tuple[str, ...]) -> Steps:
    """Return the chain of some parts of the state."""
    every = tuple(named_parts(steps))
    if parts == every or not is_parted(steps):
        return steps
    whole, index, places = steps, tuple(_index(steps, parts)), tuple(every.index(part) for part in parts)
    if is_structured(steps) and not isinstance(form_of(steps), Dense):
        return SmallPart(whole, parts, index, steps.structure, steps.log_compact(), places)
    return Part(whole, parts, index)


def _nothing(known: Pairs) -> Pairs:
    """Return the pairs of a block that no way leads into."""
    none = np.zeros_like(known.doubtful)
    return Pairs(np.where(np.tri(len(none), dtype=bool), -np.inf, np.nan), none, none.copy())
