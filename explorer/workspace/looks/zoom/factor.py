"""One factor J_j of the product: its blocks, and one of them as the sum of products that the equations make it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from explorer.engine.errors import TooBig
from explorer.engine.network.course import Course
from explorer.engine.norms import norm_of_logs
from explorer.engine.recurrence.equations.written import NET_INPUT, VALUE, Written
from explorer.engine.recurrence.expressions import logs
from explorer.engine.recurrence.readings.gates import gates, is_plain
from explorer.engine.recurrence.readings.step import Step
from explorer.engine.recurrence.readings.structure import COLUMNS_ALIKE, ROWS_ALIKE
from explorer.engine.recurrence.typeset.slopes import by_f
from explorer.engine.recurrence.typeset.summands import Blocks, Named, Summand, summands, ways
from explorer.engine.recurrence.typeset.symbols import jacobian
from explorer.engine.signed import Signed
from explorer.workspace.looks.analysis import Inspection
from explorer.workspace.looks.steps import log_values_at, step_at
from explorer.workspace.looks.zoom.place import Place
from explorer.workspace.looks.zoom.shown import Mask, Shown, shown

_WIDEST = 1536
"""Of a wider state no J is taken apart while a person waits: its logarithms alone would fill the memory."""
_SMALL = 64


@dataclass(frozen=True, slots=True, eq=False)
class Numbers:
    """Numbers (r, c) with what they are called, and as they are drawn."""

    written: Written
    entries: Signed
    shown: Shown

    @classmethod
    def of(cls, written: Written, entries: Signed, there: Mask | None = None) -> Numbers:
        """Return numbers that are drawn small."""
        return cls(written, entries, shown(entries, _SMALL, there))


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """A part of a block: ``product`` (p, q), which is diag(``scale``) ``matrix`` where it has these; ``log_norm`` is its own.

    ``scale`` (p, 1) is a column, ``gate`` the name of the gate that it is of, "" of none. A part ``on_diagonal`` has no
    matrix.
    """

    product: Numbers
    log_norm: float
    scale: Numbers | None
    matrix: Numbers | None
    on_diagonal: bool
    gate: str


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """∂row_j/∂column_{j−1}: in symbols, None where these have no form for it, its norm, and where it stands in J."""

    row: str
    column: str
    written: Written | None
    log_norm: float
    rows: slice
    columns: slice

    @property
    def name(self) -> tuple[str, str]:
        """Return the parts of its row and column."""
        return self.row, self.column


@dataclass(frozen=True, slots=True, eq=False)
class FactorLook:
    """J_j at a ``place``: its ``entries`` as a ``matrix``, or of a matrix state whose rows or columns go ``alike`` those of
    its small factor.

    ``blocks`` are those that are not zero by the equations, ``chosen`` is the one that is taken apart into ``parts``, the
    largest first.
    """

    inspection: Inspection
    place: Place
    matrix: Shown
    entries: Signed
    alike: bool
    log_gain: float
    blocks: tuple[Block, ...]
    chosen: Block | None
    parts: tuple[Part, ...]

    def other_block(self, by: int) -> tuple[str, str]:
        """Return the block that is so many after the chosen one, or the last there is."""
        if self.chosen is None:
            return ("", "")
        here = self.blocks.index(self.chosen)
        return self.blocks[min(max(here + by, 0), len(self.blocks) - 1)].name

    @property
    def course(self) -> Course:
        """Return what happened along the chain."""
        return self.inspection.analysis.run.course


def factor_look(inspection: Inspection, place: Place) -> FactorLook:
    """Return a factor, looked at closely.

    Raises
    ------
    TooBig
        If the state is too wide for that.
    """
    course, t = inspection.analysis.run.course, place.step
    step = step_at(course, t)
    alike = course.motion.form in (ROWS_ALIKE, COLUMNS_ALIKE)
    if course.width > _WIDEST and not alike:
        raise TooBig(
            "A Jacobian of {N}×{N} is too large to be taken apart; one of up to {most}×{most} is.",
            N=course.width, most=_WIDEST,
        )  # fmt: skip
    J = _small_factor(course, t) if alike else course.log_jacobian(t)
    found = {} if course.width > _WIDEST else summands(step, log_values_at(course, t))
    plain = is_plain(step.recurrence)
    blocks = tuple(_blocks(step, found, plain))
    chosen = next((one for one in blocks if one.name == place.block), _largest(blocks))
    names = tuple(gate.name for gate in gates(step.recurrence))
    parts = [] if chosen is None or alike else [_part(one, plain, names) for one in found[chosen.name]]
    drawn = shown(J, there=None if alike else ways(step))
    return FactorLook(
        inspection, place, drawn, J, alike, _alone(inspection, J, t), blocks, chosen,
        tuple(sorted(parts, key=lambda one: -one.log_norm)),
    )  # fmt: skip


def _alone(inspection: Inspection, J: Signed, t: int) -> float:
    """Return ln of what the factor does alone, in the norm of the map; where that shows a block, root mean square."""
    run = inspection.analysis.run
    return float(run.log_step[t - 1]) if run.block is None else _norm(J) - 0.5 * math.log(run.course.width)


def _small_factor(course: Course, t: int) -> Signed:
    """Return the factor of J_t that is no identity."""
    found = course.motion.log_compact()
    assert found is not None
    return found[t - 1]


def _blocks(step: Step, found: Blocks, plain: bool) -> Iterator[Block]:
    """Yield the blocks that are not zero, row by row as the state has its parts."""
    words = jacobian(step.recurrence)
    for row in step.parts:
        for column in step.parts:
            if (row, column) in found:
                total = logs.total([one.entries for one in found[row, column]])
                word = words.get((row, column))
                yield Block(
                    row, column, by_f(word) if plain and word is not None else word, _norm(total),
                    step.parts[row], step.parts[column],
                )  # fmt: skip


def gate_of(scale: Written, gates_: Sequence[str]) -> str:
    """Return which of the ``gates_`` a scale is of: whose f′ it has, else whose value, the last it names; "" for none.

    The gradient comes back into the net input whose f′ is there; what else stands beside it has only multiplied it before.
    """
    slopes, values = [], []
    for part in _within_it(scale):
        if part.kind == NET_INPUT:
            slopes.append(part.text or gates_[0])
        elif part.kind == VALUE and not part.delay and part.text in gates_:
            values.append(part.text)
    return (["", *values, *slopes])[-1]


def _within_it(part: Written) -> Iterator[Written]:
    yield part
    for one in part.parts:
        yield from _within_it(one)


def _part(one: Summand, plain: bool, gates_: Sequence[str]) -> Part:
    """Return a summand as it is drawn."""
    rows = one.entries.log.shape[0]
    scale = None if one.scale is None else Numbers.of(_word(one.scale.written, plain), _column(one.scale, rows))
    matrix = None if one.matrix is None else Numbers.of(_word(one.matrix.written, plain), one.matrix.numbers)
    there = np.eye(rows, dtype=bool) if one.on_diagonal else None
    product = Numbers.of(_word(one.written, plain), one.entries, there)
    gate = "" if one.scale is None else gate_of(one.scale.written, gates_)
    return Part(product, _norm(one.entries), scale, matrix, one.on_diagonal, gate)


def _word(written: Written, plain: bool) -> Written:
    return by_f(written) if plain else written


def _column(one: Named, rows: int) -> Signed:
    """Return the numbers of a vector, or of a number that is the same for all rows, as a column."""
    log, sign = (np.broadcast_to(part, (rows,))[:, None] for part in (one.numbers.log, one.numbers.sign))
    return Signed(log, sign)


def _norm(entries: Signed) -> float:
    return float(norm_of_logs(entries.log.ravel()))


def _largest(blocks: tuple[Block, ...]) -> Block | None:
    """Return the block with the largest norm, NaN before all."""
    return max(blocks, key=lambda one: math.inf if math.isnan(one.log_norm) else one.log_norm, default=None)
