"""Chains out of equations, with the structure of their J, as the flow needs them; and the same without it."""

from functools import cached_property

import numpy as np

from explorer.engine.recurrence.library import cell, names
from explorer.engine.recurrence.readings.compact import log_compact
from explorer.engine.recurrence.readings.logjacobian import log_jacobian
from explorer.engine.recurrence.readings.logvalue import log_values
from explorer.engine.recurrence.readings.step import Given, sized
from explorer.engine.recurrence.readings.structure import structure
from explorer.engine.recurrence.readings.unsure import log_errors
from explorer.engine.recurrence.recurrence import Recurrence
from explorer.engine.recurrence.run.roll import roll
from explorer.engine.signed import Signed


class Plain:
    """A chain of given Jacobians in logarithms (T, N, N), of which nothing else is known."""

    def __init__(self, J):
        self.J = J
        self.steps, self.width = J.log.shape[:2]

    def jacobians(self):
        return self.J.value()

    def walk(self, after, until):
        yield from self.jacobians()[after:until]

    def walk_back(self, until, after=0):
        yield from self.jacobians()[after:until][::-1]

    def log_jacobian(self, t):
        return self.J[t - 1]

    def log_errors(self):
        return None

    def log_block_errors(self):
        return None

    def log_error_entries(self, _):
        return None


class Chain(Plain):
    """A run of a recurrence."""

    def __init__(self, recurrence, x, width, scale=0.7, seed=0, **weights):
        self.step = sized(recurrence, x.shape[1], width)
        rng = np.random.default_rng(seed)
        made = {name: scale * rng.standard_normal(shape) for name, shape in self.step.weight_shapes().items()}
        self.run = roll(self.step, {**made, **weights}, x)
        past = self.run.history[:, 0]
        older = {d: past[len(past) - len(x) - d :][: len(x)] for d in self.delays}
        self.given = Given(self.run.s[:-1], x, np.arange(1.0, len(x) + 1), older)
        self.values = log_values(self.step, self.run.weights, self.given)
        self.steps, self.width = len(x), self.step.N

    @cached_property
    def J(self):
        J = log_jacobian(self.step, self.values)
        return Signed(*(np.broadcast_to(part, (self.steps, self.width, self.width)) for part in (J.log, J.sign)))

    @property
    def delays(self):
        return tuple(sorted({1, *(delay for _, _, delay in structure(self.step).blocks)}))

    def log_jacobian(self, t, delay=1):
        return self.J[t - 1] if delay == 1 else log_jacobian(self.step, self.values, delay)[t - 1]

    @property
    def structure(self):
        return structure(self.step).whole

    def log_compact(self):
        return log_compact(self.step, self.values)

    @property
    def parts(self):
        return self.step.parts

    @property
    def links(self):
        blocks = structure(self.step).blocks
        return frozenset(
            (row, column) for (row, column, delay), kind in blocks.items() if delay == 1 and kind != "zero"
        )

    @cached_property
    def errors(self):
        return log_errors(self.step, self.values)

    def log_errors(self):
        if self.errors is None:
            return None
        with np.errstate(divide="ignore"):
            return np.log(np.sqrt(np.exp(2 * self.errors).sum(axis=2)).max(axis=1))

    def log_block_errors(self):
        return None

    def log_error_entries(self, t):
        return None if self.errors is None else self.errors[t - 1]


def chain(of, steps=40, width=4, inputs=3, seed=0, sizes=None, **more):
    """A run of a cell that ships, or of equations, over random inputs."""
    recurrence = cell(of).recurrence if of in names() else Recurrence.parse(of, sizes=sizes or {})
    return Chain(
        recurrence, np.random.default_rng((seed, 1)).standard_normal((steps, inputs)), width, seed=seed, **more
    )
