"""How the window is divided among its parts: what has no room is folded, and the middle has its share at every size."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Need:
    """What a part asks for along the way that the window is divided, in pixels.

    Open it takes ``least`` at any rate, and before another is opened ``share`` of the whole for its picture, which ``edge``
    pixels frame; of what is left, what it lacks of its ``usual`` size, and then ``weight`` parts. ``folded`` is what it takes
    folded, None where it never is.

    Before all that, parts have their ``even`` share for their picture, or ``more`` than their least, and where there is no
    room for all of it, each the same part of what it lacks; the ``heading``, in pixels, comes after it.
    """

    least: int
    usual: int = 0
    share: float = 0.0
    edge: int = 0
    weight: int = 0
    folded: int | None = None
    more: int = 0
    even: float = 0.0
    heading: int = 0

    def before_others(self, room: int) -> float:
        """Return what it takes of ``room`` before another part is opened; in whole pixels a pixel more could fold a part."""
        return max(self.least + self.heading, self.share * room + self.edge if self.share else 0.0)

    def evenly(self, room: int) -> int:
        """Return in whole pixels what it takes of ``room`` if all have their even share."""
        picture = math.ceil(self.even * room + self.edge - self.heading) if self.even else 0
        return max(self.least + self.more, picture)

    def closed(self) -> int:
        """Return the least that it takes when it is folded, if it can be."""
        return self.least if self.folded is None else self.folded


def opened(room: int, needs: Sequence[Need], wished: Sequence[int], forced: int | None = None) -> frozenset[int]:
    """Return which parts are open in ``room``: as many of those ``wished`` as fit, the first ones first.

    The part ``forced`` is open whether it fits or not; those that can't be folded are, too.
    """
    always = {i for i, need in enumerate(needs) if need.folded is None}
    left = room - sum(need.before_others(room) if i in always else need.closed() for i, need in enumerate(needs))
    found = set(always)
    for i in [*([] if forced is None else [forced]), *(i for i in wished if i != forced)]:
        more = needs[i].before_others(room) - needs[i].closed()
        if i == forced or more <= left:
            found.add(i)
            left -= more
    return frozenset(found)


def divided(room: int, needs: Sequence[Need], open_: Collection[int]) -> list[int]:
    """Return how ``room`` is divided among the parts of which those ``open_`` are open."""
    sizes = [need.least if i in open_ else need.closed() for i, need in enumerate(needs)]
    first = sorted(open_, key=lambda i: -needs[i].weight)
    _share_evenly(room, needs, first, sizes)
    wanted = [(i, math.ceil(needs[i].before_others(room))) for i in first] + [(i, needs[i].usual) for i in first]
    for i, size in wanted:
        sizes[i] += max(min(size - sizes[i], room - sum(sizes)), 0)
    left, weights = room - sum(sizes), sum(needs[i].weight for i in open_)
    if left > 0 and weights:
        sizes = [size + left * needs[i].weight * (i in open_) // weights for i, size in enumerate(sizes)]
    return sizes


def _share_evenly(room: int, needs: Sequence[Need], open_: Sequence[int], sizes: list[int]) -> None:
    """Give the parts ``open_`` their even shares, or each as much of what it lacks as there is for all."""
    lacks = {i: needs[i].evenly(room) - sizes[i] for i in open_}
    left, wanted = max(room - sum(sizes), 0), sum(lacks.values())
    for i, lack in lacks.items():
        sizes[i] += lack if wanted <= left else left * lack // wanted
