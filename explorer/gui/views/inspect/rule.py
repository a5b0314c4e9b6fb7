"""The chain rule of a cell in symbols: ∂s_t/∂s_k as the product of its Jacobians, or of the path that keeps the state."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from explorer.engine.recurrence.equations.written import Written
from explorer.engine.recurrence.motion import Path
from explorer.engine.recurrence.readings.gates import is_plain
from explorer.engine.recurrence.recurrence import Recurrence
from explorer.engine.recurrence.typeset.names import plain_name, tex_name
from explorer.engine.recurrence.typeset.notation import COMPARED, SIDE_BY_SIDE, Plain, Tex
from explorer.engine.recurrence.typeset.setting import Setting
from explorer.engine.recurrence.typeset.shortened import REST, length, shortened
from explorer.engine.recurrence.typeset.slopes import by_f
from explorer.engine.recurrence.typeset.symbols import Blocks, jacobian, unwritten
from explorer.workspace.looks.analysis import Inspection, is_remembering
from explorer.workspace.looks.steps import step_at
from explorer.workspace.words.numbers import derivative, subscript

MOST = 44
"""Characters of a Jacobian in plain text: with more no card could set it large enough to be read."""
_ALONE = 10
"""So many more there is room for where it need not be said beside it that it is the direct path."""
_ANOTHER = 13
"""Characters for which there is room where a further block's name and its product sign stand."""
_MOST_TOLD, _MOST_BLOCKS = 240, 9


@dataclass(frozen=True, slots=True)
class Formula:
    """One line: as LaTeX, and in plain text for as long as it isn't typeset."""

    latex: str
    plain: str

    def __add__(self, other: Formula) -> Formula:
        return Formula(self.latex + other.latex, self.plain + other.plain)


def rule(inspection: Inspection, most: int = MOST) -> Formula:
    """Return the chain rule for the pair in one line, with ``most`` characters of what a factor is."""
    (line,) = rule_lines(inspection, most, most)
    return line


def rule_lines(inspection: Inspection, beside: int, alone: int) -> tuple[Formula, ...]:
    """Return the chain rule for the pair in one line, or in two: what C is then stands on one of its own.

    There is room for so many characters of what a factor is ``beside`` the sum, and ``alone``.
    """
    trace, t = inspection.analysis.run.course, inspection.t
    if trace.chain.backward:
        return (_backward(inspection.selection.t, inspection.selection.k),)
    delays = trace.motion.delays if is_remembering(inspection.analysis.run) else ()
    return _lines(step_at(trace, max(t, 1)).recurrence, delays, (t, inspection.k), beside, alone)


def _backward(t: int, k: int) -> Formula:
    """Return the chain rule along a chain that runs backward, J_j = ∂s_{j−1}/∂s_j."""
    left = Formula(rf"\frac{{\partial s_{{{t}}}}}{{\partial s_{{{k}}}}} = ", derivative(t, k) + " = ")
    if t == k:
        return left + Formula("I", "I")
    return left + Formula(rf"\prod_{{j={t + 1}}}^{{{k}}} J_{{j}}", f"∏ Jⱼ,  j = {t + 1} … {k}")


@lru_cache(maxsize=32)
def _lines(
    recurrence: Recurrence, delays: tuple[int, ...], pair: tuple[int, int], beside: int, alone: int
) -> tuple[Formula, ...]:
    """Return the same of a recurrence, whatever its weights; ``delays`` where it reads older states."""
    t, k = pair
    left = Formula(rf"\frac{{\partial s_{{{t}}}}}{{\partial s_{{{k}}}}} = ", derivative(t, k) + " = ")
    if t == k:
        return (left + Formula("I", "I"),)
    if delays and t > k + 1:
        return (left + _ways(delays, t, k),)
    whole, direct = _told(recurrence, "whole"), _told(recurrence, "direct")
    if direct and direct != whole and _width(recurrence, whole) > beside + _ALONE:
        return _joined(
            left + Formula("C + R", "C + R"), *(_kept(recurrence, direct, pair, most) for most in (beside, alone))
        )
    return (left + _product(recurrence, whole, pair, beside + _ALONE),)


def _told(recurrence: Recurrence, path: Path) -> Blocks:
    """Return the blocks of J that are not zero; dots stand for those that no expression says."""
    said = _by_slope(recurrence, jacobian(recurrence, path))
    return {**said, **dict.fromkeys(sorted(unwritten(recurrence, path)), REST)}


def _joined(first: Formula, short: Formula | None, long: Formula | None) -> tuple[Formula, ...]:
    """Return one line where the ``short`` form of what follows says all that the ``long`` one does, else two lines."""
    if long is None:
        return (first,)
    return (first + Formula(r",\quad ", ",  ") + long,) if short == long else (first, long)


def blocks_told(recurrence: Recurrence) -> list[str]:
    """Return ∂s_j/∂s_{j−1} block by block in plain text, long ones with an end that says that they go on."""
    return [formula.plain for formula in jacobian_blocks(recurrence, _MOST_TOLD)]


@lru_cache(maxsize=32)
def jacobian_blocks(recurrence: Recurrence, most: int) -> tuple[Formula, ...]:
    """Return ∂s_j/∂s_{j−1} block by block, each with at most ``most`` characters; dots stand for what is left out."""
    found = _by_slope(recurrence, jacobian(recurrence))
    tex, plain = Setting(Tex(), "j"), Setting(Plain(), "j")
    lines = []
    for (row, column), block in found.items():
        short, now, before = shortened(block, most), tex_name(row, "j"), tex_name(column, "j-1")
        lines.append(
            Formula(
                rf"\frac{{\partial {now}}}{{\partial {before}}} = {tex.of(short)}",
                f"∂{plain_name(row)}ⱼ/∂{plain_name(column)}ⱼ₋₁ = {plain.of(short)}",
            )
        )
    return (*lines[:_MOST_BLOCKS], *[Formula(r"\ldots", "…")] * (len(lines) > _MOST_BLOCKS))


def _ways(delays: Sequence[int], t: int, k: int) -> Formula:
    """Return the product of a cell that reads older states: a sum over how far its last steps reach back."""
    steps = [delay for delay in delays if delay <= t - k]
    shown = [str(delay) for delay in steps]
    if len(shown) > 4:
        shown = [*shown[:3], "…", shown[-1]]
    latex = ", ".join(shown).replace("…", r"\ldots")
    return Formula(
        rf"\sum_{{d \in \{{{latex}\}}}} J^{{(d)}}_{{{t}}}\, \frac{{\partial s_{{{t}-d}}}}{{\partial s_{{{k}}}}}",
        f"Σ J^d{subscript(t)} ∂s{subscript(t)}₋d/∂s{subscript(k)},  d = {', '.join(shown)}",
    )


def _product(recurrence: Recurrence, found: Blocks, pair: tuple[int, int], most: int) -> Formula:
    """Return the product of a matrix of blocks over the steps k+1..t."""
    t, k = pair
    if t == k + 1:
        return _matrix(recurrence, found, Setting(Tex(), t), COMPARED, most)
    body = _matrix(recurrence, found, Setting(Tex(), "j"), SIDE_BY_SIDE, most)
    return Formula(rf"\prod_{{j={k + 1}}}^{{{t}}} {body.latex}", f"∏ {body.plain},  j = {k + 1} … {t}")


def _kept(recurrence: Recurrence, direct: Blocks, pair: tuple[int, int], most: int) -> Formula | None:
    """Return what the direct path C is: the block of a part that keeps itself, or all of it; None without room."""
    own = [part for part, other in direct if part == other and _keeps_itself(direct, part)]
    own = [part for part in own if direct[part, part] != REST]
    if own:
        blocks = [
            _named(recurrence, part) + _product(recurrence, {(part, part): direct[part, part]}, pair, most)
            for part in _in_room(direct, own, most)
        ]
        return Formula(r",\quad ".join(one.latex for one in blocks), ",  ".join(one.plain for one in blocks))
    if _width(recurrence, direct) > most:
        return None
    return Formula("C = ", "C = ") + _product(recurrence, direct, pair, most)


def _in_room(direct: Blocks, own: Sequence[str], most: int) -> list[str]:
    """Return the parts whose blocks stand side by side in ``most`` characters: all, or the shortest, in their order."""
    chosen: list[str] = []
    left = most
    for part in sorted(own, key=lambda one: length(direct[one, one])):
        left -= length(direct[part, part]) + (_ANOTHER if chosen else 0)
        if left >= 0 or not chosen:
            chosen.append(part)
    return [part for part in own if part in chosen]


def _named(recurrence: Recurrence, part: str) -> Formula:
    """Return what the kept block of a part is called: C, or of several states C_zz."""
    if len(recurrence.states) == 1:
        return Formula("C = ", "C = ")
    return Formula(rf"C_{{{tex_name(part)} {tex_name(part)}}} = ", f"C_{2 * plain_name(part)} = ")


def _keeps_itself(direct: Blocks, part: str) -> bool:
    """Return whether the product's block of a part is the product of its blocks: no way leads through another and back."""
    reached, left = set[str](), [row for row, column in direct if column == part and row != part]
    while left:
        one = left.pop()
        reached.add(one)
        left += [row for row, column in direct if column == one and row not in reached]
    return part not in reached


def _matrix(recurrence: Recurrence, found: Blocks, tex: Setting, least: int, most: int) -> Formula:
    """Return blocks as one matrix, or the only one as it is; J_j where they would take too much room."""
    parts = [state.name for state in recurrence.states if any(state.name in pair for pair in found)]
    plain = replace(tex, notation=Plain())
    if len(parts) == 1 and found and REST not in found.values():
        block = shortened(next(iter(found.values())), most)
        return Formula(tex.of(block, least), plain.of(block, least))
    if _width(recurrence, found) > most or all(block == REST for block in found.values()):
        return Formula(f"J_{{{tex.at}}}", "Jⱼ" if tex.at == "j" else f"J{subscript(int(tex.at))}")
    rows = [[found.get((row, column)) for column in parts] for row in parts]
    set_in = [[[("0" if one is None else way.of(one)) for one in row] for row in rows] for way in (tex, plain)]
    latex = r" \\ ".join(" & ".join(row) for row in set_in[0])
    return Formula(
        rf"\begin{{pmatrix}} {latex} \end{{pmatrix}}", "(" + "; ".join(", ".join(row) for row in set_in[1]) + ")"
    )


def _width(recurrence: Recurrence, found: Blocks) -> int:
    """Return how many characters the widest row of blocks would take."""
    parts = [state.name for state in recurrence.states]
    return sum(
        max((length(found[row, column]) for row in parts if (row, column) in found), default=1) for column in parts
    )


def _by_slope(recurrence: Recurrence, found: Blocks) -> Mapping[tuple[str, str], Written]:
    """Return blocks with f′ for the slope of the function that gives the whole state."""
    return {pair: by_f(block) for pair, block in found.items()} if is_plain(recurrence) else dict(found)
