"""The formulas of a page: equations and Jacobians as drawings that share their letters."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence

from explorer.engine.recurrence.recurrence import Recurrence
from explorer.engine.recurrence.typeset import equations
from explorer.gui.plot.typeset import symbolic
from explorer.gui.views.inspect.rule import Formula, jacobian_blocks

_SIZE = 17.0
_SYMBOL = re.compile(r'<symbol id="([^"]+)".*?</symbol>', re.DOTALL)
_HEAD = re.compile(r"<svg [^>]*?(?= width=)")
_PRODUCT = Formula(
    r"\frac{\partial s_{t}}{\partial s_{k}} = \prod_{j=k+1}^{t} J_{j}, \quad J_{j} = \frac{\partial s_{j}}{\partial s_{j-1}}",
    "∂sₜ/∂sₖ = ∏ Jⱼ, j = k + 1 … t; Jⱼ = ∂sⱼ/∂sⱼ₋₁",
)
_MOST = 240
"""Characters of a block in plain text: a longer one ends in dots."""


class Letters:
    """The letters that are drawn on a page, each once."""

    def __init__(self) -> None:
        self._symbols: dict[str, str] = {}

    def drawn(self, formula: Formula) -> str:
        """Return a drawing of ``formula`` with its plain text for who can't see it; its letters are among these."""
        svg = symbolic(formula.latex, _SIZE)
        for found in _SYMBOL.finditer(svg):
            self._symbols.setdefault(found[1], found[0])
        begun = f'<svg class="formula" role="img" aria-label="{html.escape(formula.plain)}"'
        return begun + _HEAD.sub("", _SYMBOL.sub("", svg), count=1)

    @property
    def sheet(self) -> str:
        """Return the drawing that holds them, itself not seen."""
        return f'<svg class="letters" aria-hidden="true" width="0" height="0">{"".join(self._symbols.values())}</svg>'


def section(recurrences: Sequence[Recurrence], remembering: Sequence[bool], letters: Letters) -> str:
    """Return the formulas of networks as HTML, those of equal ones once; the names of networks are for the script to say."""
    found: dict[tuple[Recurrence, bool], list[int]] = {}
    for index, key in enumerate(zip(recurrences, remembering, strict=True)):
        found.setdefault(key, []).append(index)
    parts = []
    for (recurrence, reads_older), indices in found.items():
        names = "".join(
            f'<h3 data-of="name" data-network="{index}"></h3><p class="muted" data-of="facts" data-network="{index}"></p>'
            for index in indices
        )
        notes = f'<p data-of="notes" data-network="{indices[0]}"></p>'
        lists = (equations_of(recurrence), jacobian_of(recurrence, reads_older))
        columns = "".join(f"<ul>{''.join(f'<li>{letters.drawn(line)}</li>' for line in one)}</ul>" for one in lists)
        parts.append(f'<div>{names}{notes}<div class="lines">{columns}</div></div>')
    return "".join(parts)


def equations_of(recurrence: Recurrence) -> list[Formula]:
    """Return the lines of a cell."""
    pairs = zip(equations.tex(recurrence), equations.plain(recurrence), strict=True)
    return [Formula(tex, plain) for tex, plain in pairs]


def jacobian_of(recurrence: Recurrence, remembering: bool) -> Iterator[Formula]:
    """Yield ∂s_t/∂s_k as a product, where no older state is read, and one Jacobian block by block."""
    if not remembering:
        yield _PRODUCT
    yield from jacobian_blocks(recurrence, _MOST)
