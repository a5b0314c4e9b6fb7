"""Stacks of cells at random weights, with their layers apart, and what is asked of them in many tests."""

import numpy as np

from explorer.engine.recurrence.readings.step import sized
from explorer.engine.recurrence.recurrence import Recurrence
from explorer.engine.recurrence.run.roll import roll
from explorer.engine.recurrence.run.unroll import unroll
from explorer.engine.recurrence.stack import stacked

from ...shipped import VARIETY
from .cells import ODD, fixed, recurrence

M, T = 3, 6
EVERY = (*VARIETY, *ODD)
# As an upper layer it reads the first states of the one below, where a run of its own reads zeros.
READS_THE_PAST = "time-delay network"


class Stack:
    """A stack of cells at random weights, with its layers apart."""

    def __init__(self, cells, widths=(4, 3), skips=None, scale=0.4, seed=0):
        layers = [one if isinstance(one, Recurrence) else recurrence(one) for one in cells]
        self.widths, self.skips = widths[: len(layers)], skips or [False] * len(layers)
        self.step = sized(stacked(layers, M, self.widths, self.skips), M, self.widths[-1])
        below = (M, *self.widths)
        self.layers = [sized(one, m, n) for one, m, n in zip(layers, below, self.widths, strict=False)]
        rng = np.random.default_rng((seed, 21))
        self.weights = {k: scale * rng.standard_normal(shape) for k, shape in self.step.weight_shapes().items()}
        self.weights |= fixed(self.step)

    def own(self, number):
        """The weights of a layer, by its own names."""
        start = f"{number}/"
        return {name.removeprefix(start): array for name, array in self.weights.items() if name.startswith(start)}

    def states(self, s, number):
        """The state (…, N) of a layer."""
        layer = self.layers[number - 1]
        return layer.joined([self.step.part(s, f"{number}/{state.name}") for state in layer.recurrence.states])

    def places(self, number):
        """Where the state of a layer stands in that of the stack."""
        return self.states(np.arange(self.step.N), number)

    def runs(self, x, s0):
        """The run of each layer, one after the other, and what the last gives out."""
        found = []
        for number, (layer, skip) in enumerate(zip(self.layers, self.skips, strict=True), start=1):
            found.append(roll(layer, self.own(number), x, self.states(s0, number)))
            x = found[-1].out + x if skip else found[-1].out
        return found, x

    def pulled(self, runs, g):
        """The gradients on all weights and on x, layer after layer, from that on what the last gives out."""
        weights = {}
        for number in reversed(range(1, len(runs) + 1)):
            own = unroll(runs[number - 1], g, inputs=True)
            weights |= {f"{number}/{name}": one for name, one in own.weights.items()}
            g = own.x + g if self.skips[number - 1] else own.x
        return weights, g

    def sequence(self, lead=(), seed=1):
        rng = np.random.default_rng((seed, 22))
        start = np.broadcast_to(self.step.start(), (*lead, self.step.N))
        s0 = np.where(np.isfinite(start) & (start == 0), 0.3 * rng.standard_normal(start.shape), start)
        return rng.standard_normal((T, *lead, M)), s0


def above(lower):
    """Some cells to stand on one, itself too; over all cells each stands above and below some."""
    place = EVERY.index(lower)
    found = [EVERY[(place + shift) % len(EVERY)] for shift in (0, 1, 4)]
    return [upper for upper in found if upper != READS_THE_PAST]


def assert_close(found, expected, tolerance=1e-11):
    np.testing.assert_allclose(found, expected, rtol=tolerance, atol=tolerance)
