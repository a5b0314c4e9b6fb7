"""A descent that stays on a plane of networks: what clipping does is seen on the error surface."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from explorer.engine import Network
from explorer.engine.errors import BadNetwork
from explorer.engine.gradient.batch import Batch
from explorer.engine.learning.settings import Settings
from explorer.engine.learning.train import Moment, train
from explorer.engine.looks.plane import Plane
from explorer.engine.network.families import families
from explorer.engine.work import Stop


@dataclass(frozen=True, slots=True)
class _Always:
    """A source of the same batch, again and again: the two descents see the loss that the surface shows."""

    always: Batch

    @property
    def loss(self) -> str:
        return self.always.loss

    @property
    def at(self) -> str:
        return self.always.at

    def epoch(self, size: int) -> int:  # noqa: ARG002 - one batch is all there is
        return 1

    def batch(self, network: Network, size: int, seed: int, step: int) -> Batch:  # noqa: ARG002 - always the same
        return self.always


def clipped_and_free(settings: Settings) -> tuple[Settings, Settings]:
    """Return ``settings`` with clipping and without; where they have none, by the norm at their threshold."""
    clip = "norm" if settings.clip == "none" else settings.clip
    return replace(settings, clip=clip), replace(settings, clip="none")


def descent(
    plane: Plane, batch: Batch, network: Network, settings: Settings, stop: Stop = lambda: False
) -> Iterator[tuple[float, float]]:
    """Yield the points (a, b) of a descent from ``network``, one an update, held on the plane after each.

    Only families that have weights which the plane moves learn. It ends where the loss or its gradient is no number.

    Raises
    ------
    Stopped
        When ``stop()`` said so.
    """
    family = families(network.architecture)
    learn = tuple(dict.fromkeys(family[name] for name in network.parameters if name in plane.u or name in plane.v))
    source, settings = _Always(batch), replace(settings, learn=learn)
    a, b, _ = plane.coordinates(network)
    moment = Moment.first(plane.at(a, b))
    while True:
        moment = next(train(moment, source, settings, stop))
        if moment.diverged:
            return
        a, b, _ = plane.coordinates(moment.network)
        try:
            moment = replace(moment, network=plane.at(a, b))
        except BadNetwork:
            # Beyond the largest number.
            return
        yield a, b
