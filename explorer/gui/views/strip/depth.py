"""The network's other layers, as the strip shows them beside the one that is looked at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from explorer.engine.floats import Floats
from explorer.engine.network.course import Course
from explorer.engine.network.layer import ARROWS, BACKWARD, FORWARD
from explorer.gui.plot.scales import Block, Indices, StateScale, blocks, encode, given_out
from explorer.gui.views.strip.layout import Span
from explorer.workspace.looks.running import Run
from explorer.workspace.words.numbers import superscript


@dataclass(frozen=True, slots=True)
class LayerBand:
    """One layer, in one direction: what it is called, its states (T+1,) as entries of the table, and whether it is above."""

    name: str
    fill: Indices
    above: bool


def layer_bands(run: Run) -> tuple[LayerBand, ...]:
    """Return the layers beside the one whose states are drawn large, from the first to the last."""
    shown = given_out(run.course.chain)
    own = number_of(run.course, shown)
    found = []
    for course in run.trace.chains.values():
        for layer, block in _layers(course):
            if course is run.course and layer == own:
                continue
            s = (
                course.s[::-1, block.start : block.stop]
                if course.chain.backward
                else course.s[:, block.start : block.stop]
            )
            scale = StateScale.of(s, block.bounded)
            arrow = ARROWS[BACKWARD if course.chain.backward else FORWARD]
            twin = layer == own and course is not run.course
            above = layer > own or (twin and course.chain.backward)
            found.append(LayerBand(f"s{superscript(layer)}{arrow}", encode(scale.position(typical(s))), above))
    return tuple(found)


def _layers(course: Course) -> Iterator[tuple[int, Block]]:
    """Yield each layer of a chain with the first part of its state."""
    known = set()
    for block in blocks(course.chain):
        layer = number_of(course, block)
        if layer not in known:
            known.add(layer)
            yield layer, block


def number_of(course: Course, block: Block) -> int:
    """Return the number of the layer that a part of a chain's state belongs to."""
    own = block.part.partition("/")[0]
    if own.isdigit():
        return int(own)
    # A chain of one layer is named by it; the only chain has layer 1.
    first = course.name.rstrip("".join(ARROWS.values())).partition("-")[0]
    return int(first) if first.isdigit() else 1


def rows_of(bands: tuple[LayerBand, ...], above: Span, below: Span) -> Iterator[tuple[LayerBand, Span]]:
    """Yield each of ``bands`` with its row in the room above the states or below them."""
    for room, some in ((above, [one for one in bands if one.above]), (below, [one for one in bands if not one.above])):
        for i, band in enumerate(reversed(some)):
            yield band, room.part((i + 0.1) / len(some), (i + 0.9) / len(some))


def typical(s: Floats) -> Floats:
    """Return the root mean square of each row with the sign of its mean, overflow and NaN passed on."""
    with np.errstate(over="ignore", invalid="ignore"):
        largest = np.abs(s).max(axis=1, keepdims=True)
        unit = np.where(largest > 0, largest, 1.0)
        rms = largest[:, 0] * np.sqrt(np.square(s / unit).mean(axis=1))
        rms = np.where(np.isinf(largest[:, 0]), np.inf, rms)
        return np.copysign(rms, (s / unit).mean(axis=1))
