"""`Layer`: the states and all pairs of one network as pictures, made ready to be painted into any place."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from explorer.engine.floats import Floats
from explorer.gui.plot.card_axes import Axes
from explorer.gui.plot.cells import Cells, map_of
from explorer.gui.plot.contour_lines import ContourLines, Pieces
from explorer.gui.plot.theme import Theme
from explorer.workspace.looks.comparison import Side
from explorer.workspace.scales.states import STATE_PATTERNS, Block, StateScale, encode, given_out, state_colours


def contours_of(log_gain: Floats, decades: int, bare: bool = False, known: Pieces | None = None) -> ContourLines:
    """Return the lines of equal gain on a map that is coloured over 10^±``decades``; ``bare`` ones have no names yet.

    Their pieces may be ``known``.
    """
    found = ContourLines()
    found.present(log_gain, decades, bare, known)
    return found


def states_of(side: Side, theme: Theme) -> tuple[Cells, Block, StateScale]:
    """Return the states that the network gives out as a picture, a row a unit, with what they are and their scale."""
    block = given_out(side.run.course.chain)
    values = side.states[:, block.start : block.stop]
    scale = StateScale.of(values, block.bounded)
    return Cells.of(encode(scale.position(values)).T, state_colours(theme), STATE_PATTERNS), block, scale


@dataclass(frozen=True, slots=True)
class Layer:
    """One network's pictures; ``log_gain`` is what the map is of, and ``later`` whether it has pairs with k behind t."""

    log_gain: Floats
    map: Cells
    contours: ContourLines
    states: Cells | None = None
    block: Block | None = None
    scale: StateScale | None = None
    values: Floats | None = None
    later: bool = False

    @classmethod
    def of(
        cls, side: Side, decades: int, theme: Theme, last_row: bool = False, bare: bool = False,
        lines: ContourLines | None = None,
    ) -> Layer:  # fmt: skip
        """Return the pictures of ``side`` with colours over 10^±``decades``, its lines ``bare`` of names or not.

        In other colours its ``lines`` run where they ran.
        """
        states, block, scale = states_of(side, theme)
        values = side.states[:, block.start : block.stop]
        if lines is None and last_row:
            lines = contours_of(side.shown[:0, :0], decades)
        elif lines is None:
            lines = contours_of(side.shown, decades, bare, side.lines)
        # A loss and a net input there are from step 1 on.
        first = int(side.shown is not side.log_gain)
        cells = map_of(side.shown, decades, theme, first, last_row, unsure=side.unsure)
        return cls(side.shown, cells, lines, states, block, scale, values, side.later)

    def paint_map(self, painter: QPainter, axes: Axes, theme: Theme, over: QRectF) -> None:
        """Paint all pairs into ``axes`` with lines of equal gain, no name of which lies under what will be ``over`` them."""
        self.map.paint(painter, axes.frame, theme)
        self.contours.paint(painter, axes.frame, (axes.left, axes.right), (axes.bottom, axes.top), theme, over)
