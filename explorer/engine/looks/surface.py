"""The loss over a plane of networks: what a descent walks on.

Many points are worked out at once: networks beside each other, like the sequences of a batch.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from explorer.engine.errors import Stopped
from explorer.engine.floats import Floats
from explorer.engine.gradient.batch import Batch
from explorer.engine.gradient.losses import find_loss
from explorer.engine.looks.beside import beside, bytes_at_a_point, bytes_of_a_sequence, few_at_a_time, given_out
from explorer.engine.looks.plane import Plane
from explorer.engine.network.network import Network
from explorer.engine.values import Value
from explorer.engine.work import Report, Stop

COARSEST = 9
"""Points along each axis of the first grid; each finer one has all of its points, and one between any two."""

# The weights and states of so many bytes of points are worked out together.
_BLOCK_BYTES = 8 * 2**20


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Grid(Value):
    """The mean losses (B, A) at [j, i], the point (alphas[i], betas[j]); they may be inf or NaN. Arrays are read-only."""

    alphas: Floats
    betas: Floats
    losses: Floats


def loss_surface(
    plane: Plane,
    batch: Batch,
    alphas: Floats,
    betas: Floats,
    stop: Stop = lambda: False,
    report: Report = lambda _: None,
) -> Grid:
    """Return the mean loss over ``batch`` at every point of a grid, ``alphas`` along u and ``betas`` along v.

    The mean is taken over what training takes it over: all losses of all sequences.

    Raises
    ------
    Stopped
        When ``stop()`` said so.
    """
    a, b = (grid.ravel() for grid in np.meshgrid(np.asarray(alphas, float), np.asarray(betas, float)))
    losses = _losses(plane, batch, a, b, stop, report)
    return Grid(np.array(alphas, float), np.array(betas, float), losses.reshape(len(betas), len(alphas)))


def refined(
    plane: Plane,
    batch: Batch,
    across: tuple[float, float],
    up: tuple[float, float],
    finest: int = 65,
    stop: Stop = lambda: False,
    report: Report = lambda _: None,
) -> Iterator[Grid]:
    """Yield the loss over a rectangle of the plane, from 9 × 9 points to ``finest`` (9, 17, 33, …); none is worked out twice.

    Raises
    ------
    Stopped
        When ``stop()`` said so.
    """
    size, known = COARSEST, np.empty((0, 0))
    while size <= finest:
        alphas, betas = np.linspace(*across, size), np.linspace(*up, size)
        fresh = np.ones((size, size), dtype=bool)
        losses = np.empty((size, size))
        if known.size:
            fresh[::2, ::2] = False
            losses[::2, ::2] = known
        j, i = np.nonzero(fresh)
        before, share = known.size / finest**2, len(i) / finest**2

        def report_share(part: float, before: float = before, share: float = share) -> None:
            report(before + part * share)

        losses[fresh] = _losses(plane, batch, alphas[i], betas[j], stop, report_share)
        known = losses
        yield Grid(alphas, betas, losses)
        size = 2 * size - 1


def mean_loss(network: Network, batch: Batch) -> float:
    """Return the mean loss of one network over ``batch``."""
    alone = network.architecture.alone is None
    one = beside(network, {}, 1) if alone else network.with_parameters({"W": network.W[None]})
    return float(_totals(one, batch, 1)[0] / batch.terms)


def _losses(plane: Plane, batch: Batch, a: Floats, b: Floats, stop: Stop, report: Report) -> Floats:
    """Return the mean losses (P,) at the points (a, b), some points at a time."""
    found = np.empty(len(a))
    size = max(1, _BLOCK_BYTES // _bytes_at_a_point(plane, batch))
    for first in range(0, len(a), size):
        if stop():
            raise Stopped
        some = slice(first, first + size)
        found[some] = _totals(plane.many(a[some], b[some]), batch, len(a[some]))
        report(min(first + size, len(a)) / len(a))
    return found / batch.terms


def _bytes_at_a_point(plane: Plane, batch: Batch) -> int:
    net = plane.origin
    if net.architecture.alone is None:
        return bytes_at_a_point(net, batch)
    moved = sum(net.parameters[name].size for name in {*plane.u, *plane.v})
    return 8 * (batch.size * (net.width * 2 + len(net.b) * 4) + moved)


def _totals(networks: Network, batch: Batch, points: int) -> Floats:
    """Return the summed losses (P,) of ``networks``, as `Plane.many` gives them."""
    with np.errstate(over="ignore", invalid="ignore", under="ignore", divide="ignore"):
        way = _by_equations if networks.architecture.alone is None else _by_kernel
        return way(networks, batch, points)


def _by_equations(networks: Network, batch: Batch, points: int) -> Floats:
    size = max(1, _BLOCK_BYTES // (points * bytes_of_a_sequence(networks, batch)))
    total = np.zeros(points)
    for some in few_at_a_time(batch, size):
        total += _together(networks, some, points)
    return total


def _together(networks: Network, batch: Batch, points: int) -> Floats:
    """Return the summed losses (P,) of sequences that are worked out at once."""
    kind, h = find_loss(batch.loss), given_out(networks, batch, points)
    if batch.at == "last":
        h = np.take_along_axis(h, networks.architecture.last_steps(batch.lengths)[None, None], axis=0)
    elif batch.at == "mean":
        h = h.sum(axis=0, keepdims=True) / batch.lengths[:, None]
    targets = batch.targets if batch.at == "every" else batch.targets[None]
    wanted = np.broadcast_to(targets[:, None], (len(targets), points, *targets.shape[1:]))
    return np.asarray(kind.value(_logits(networks, h), wanted).sum(axis=(0, 2)))


def _by_kernel(networks: Network, batch: Batch, points: int) -> Floats:
    """Return the same; only the present state is kept."""
    kind = find_loss(batch.loss)
    running = (batch.lengths[:, None] > np.arange(batch.steps)).sum(axis=0).tolist()
    s = np.zeros((points, batch.size, networks.width))
    if batch.s0 is not None:
        s[...] = next(iter(batch.s0.values())) if isinstance(batch.s0, Mapping) else batch.s0
    h = s[..., : networks.hidden]
    total, read = np.zeros(points), np.zeros_like(h)
    for t, some in enumerate(running):
        z = np.empty((points, some, networks.b.shape[-1]))
        z[...] = batch.x[t, :some] @ networks.U.mT + networks.b
        after = np.empty_like(s[:, :some])
        networks.kernel.advance(networks, z, s[:, :some], after)
        s[:, :some] = after
        if batch.at == "every":
            wanted = np.broadcast_to(batch.targets[t, :some], (points, *batch.targets[t, :some].shape))
            total += kind.value(_logits(networks, h[:, :some]), wanted).sum(axis=1)
        elif batch.at == "mean":
            read[:, :some] += h[:, :some]
    if batch.at != "every":
        last = read / batch.lengths[:, None] if batch.at == "mean" else h
        wanted = np.broadcast_to(batch.targets, (points, *batch.targets.shape))
        total = kind.value(_logits(networks, last), wanted).sum(axis=1)
    return total


def _logits(networks: Network, h: Floats) -> Floats:
    return h @ networks.V.mT + networks.c
