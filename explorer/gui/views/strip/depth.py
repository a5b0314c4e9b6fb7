"""The lanes of the strip: the network's other layers, and the other parts of a state, beside the one that is drawn large."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from explorer.engine.floats import Floats
from explorer.engine.network.course import Course
from explorer.engine.network.layer import ARROWS, BACKWARD, FORWARD
from explorer.gui.views.strip.layout import Span
from explorer.workspace.looks.running import Run
from explorer.workspace.scales.states import Block, Indices, StateScale, blocks, encode, given_out
from explorer.workspace.words.numbers import superscript

_MOST_PARTS = 8
"""With more of them a lane is a whole layer."""


@dataclass(frozen=True, slots=True)
class Lane:
    """One part of a layer's state, or a whole layer, in one direction.

    name is what it is called, fill (T+1,) are its states as entries of the table, in the sequence's time, those of ``block``.
    parts are those of the chain that is looked at for which it stands, () of another chain; layer is the number of its layer
    there where it is the topmost lane of it. ``own_steps`` of its steps have weights of their own; with a ``skip`` it adds
    what it reads.
    """

    name: str
    fill: Indices
    above: bool
    course: Course
    block: Block
    parts: tuple[str, ...]
    layer: str
    own_steps: int
    skip: bool

    @property
    def backward(self) -> bool:
        """Return whether it runs from the sequence's end to its beginning."""
        return self.course.chain.backward


def lanes(run: Run) -> tuple[Lane, ...]:
    """Return the lanes beside the part whose states are drawn large, from the lowest to the highest."""
    shown = given_out(run.course.chain)
    own = number_of(run.course, shown)
    apart = len(run.course.parts) <= _MOST_PARTS
    both = any(chain.backward for chain in run.network.architecture.chains)
    found = []
    for course in run.trace.chains.values():
        looked = course is run.course
        for layer, some in _layers(course):
            upper = layer > own or (layer == own and not looked and course.chain.backward)
            if not (looked and apart):
                if looked and layer == own:
                    continue
                found.append(_lane(run, course, layer, some[0], some if looked else [], some[0], upper, both))
                continue
            beside = (block for block in reversed(some) if block != shown)
            found += [_lane(run, course, layer, block, [block], some[0], upper, both) for block in beside]
    return tuple(found)


def _lane(
    run: Run, course: Course, layer: int, block: Block, parts: list[Block], top: Block, above: bool, both: bool
) -> Lane:
    s = course.s[::-1, block.start : block.stop] if course.chain.backward else course.s[:, block.start : block.stop]
    scale = StateScale.of(s, block.bounded)
    arrow = ARROWS[BACKWARD if course.chain.backward else FORWARD] if both else ""
    name = block.name if len(parts) == 1 else f"s{superscript(layer)}"
    made = run.recipe.layers[layer - 1]
    return Lane(
        name + arrow, encode(scale.position(typical(s))), above, course, block, tuple(part.part for part in parts),
        str(layer) if parts and block == top else "", made.own_steps, made.skip,
    )  # fmt: skip


def _layers(course: Course) -> Iterator[tuple[int, list[Block]]]:
    """Yield each layer of a chain with the parts of its state."""
    found: dict[int, list[Block]] = {}
    for block in blocks(course.chain):
        found.setdefault(number_of(course, block), []).append(block)
    yield from found.items()


def number_of(course: Course, block: Block) -> int:
    """Return the number of the layer that a part of a chain's state belongs to."""
    own = block.part.partition("/")[0]
    if own.isdigit():
        return int(own)
    # A chain of one layer is named by it; the only chain has layer 1.
    first = course.name.rstrip("".join(ARROWS.values())).partition("-")[0]
    return int(first) if first.isdigit() else 1


def rows_of(found: tuple[Lane, ...], above: Span, below: Span) -> Iterator[tuple[Lane, Span]]:
    """Yield each of the lanes with its row in the room above the states or below them."""
    for room, some in ((above, [one for one in found if one.above]), (below, [one for one in found if not one.above])):
        for i, lane in enumerate(reversed(some)):
            yield lane, room.part((i + 0.08) / len(some), (i + 0.92) / len(some))


def fitting(found: tuple[Lane, ...], most: int) -> tuple[Lane, ...]:
    """Return so many of the lanes at ``most``: those of the chain that is looked at first, then the nearest to its states."""
    if len(found) <= most:
        return found
    below = sum(not lane.above for lane in found)

    def distance(i: int) -> tuple[bool, int]:
        return not found[i].parts, i - below if found[i].above else below - 1 - i

    kept = sorted(range(len(found)), key=distance)[:most]
    return tuple(found[i] for i in sorted(kept))


def typical(s: Floats) -> Floats:
    """Return the root mean square of each row with the sign of its mean, overflow and NaN passed on."""
    with np.errstate(over="ignore", invalid="ignore"):
        largest = np.abs(s).max(axis=1, keepdims=True)
        unit = np.where(largest > 0, largest, 1.0)
        rms = largest[:, 0] * np.sqrt(np.square(s / unit).mean(axis=1))
        rms = np.where(np.isinf(largest[:, 0]), np.inf, rms)
        return np.copysign(rms, (s / unit).mean(axis=1))
