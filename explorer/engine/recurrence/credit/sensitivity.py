"""Real-time recurrent learning (Williams and Zipser 1989) for any recurrence: ∂s_t/∂θ carried forward in time.

S_t = J_t S_{t−1} + the step's own part, both of them the pull of unit rows; no past is stored but what the equations read of
it. S_t has N numbers for each of a weight's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import accumulate, pairwise

import numpy as np

from explorer.engine import limits
from explorer.engine.errors import Stopped, TooBig
from explorer.engine.floats import Floats
from explorer.engine.recurrence.credit.credit import Credit
from explorer.engine.work import Stop


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """How s_t (N, …) and what is given out at step t (n, …) follow the weights by name, s_0 ("s0") and x_1..x_T ("x")."""

    s: Mapping[str, Floats]
    out: Mapping[str, Floats]


def sensitivities(
    credit: Credit, shapes: Mapping[str, tuple[int, ...]], inputs: int = 0, stop: Stop = lambda: False
) -> Iterator[Sensitivity]:
    """Yield these derivatives step by step, t = 1..T, for weights of these shapes, and for ``inputs`` m of them if any.

    Raises
    ------
    TooBig
        If they don't fit in memory.
    Stopped
        When ``stop()`` said so; it is asked at every step.
    """
    whole = {**shapes, "s0": (credit.layout.state,), **({"x": (credit.steps, inputs)} if inputs else {})}
    columns = _side_by_side(whole)
    carried = _Carried(credit, columns, list(shapes), inputs)
    for k in range(credit.steps):
        if stop():
            raise Stopped
        with np.errstate(all="ignore"):
            s, out = carried.step(k)
        yield Sensitivity(*(_apart(rows, whole, columns) for rows in (s, out)))


def numbers_carried(credit: Credit, shapes: Mapping[str, tuple[int, ...]]) -> int:
    """Return how many numbers ∂s_t/∂θ of the weights and ∂s_t/∂s_0 have."""
    return credit.layout.state * (
        sum(int(np.prod(shape, dtype=int)) for shape in shapes.values()) + credit.layout.state
    )


def _side_by_side(shapes: Mapping[str, tuple[int, ...]]) -> dict[str, slice]:
    ends = pairwise(accumulate((int(np.prod(shape, dtype=int)) for shape in shapes.values()), initial=0))
    return {name: slice(*pair) for name, pair in zip(shapes, ends, strict=True)}


def _apart(rows: Floats, shapes: Mapping[str, tuple[int, ...]], columns: Mapping[str, slice]) -> dict[str, Floats]:
    return {name: rows[:, columns[name]].reshape(-1, *shape) for name, shape in shapes.items()}


class _Carried:
    """What is carried: the derivatives of s_0..s_{k} that are still read, the last one last."""

    def __init__(self, credit: Credit, columns: Mapping[str, slice], weights: list[str], inputs: int) -> None:
        self.credit, self.columns, self.weights, self.inputs = credit, columns, weights, inputs
        rows = credit.layout
        self.depth = 1 + max(
            [0, *((older.stop - older.start) // _size(rows.parts[name]) for name, older in rows.older.items())]
        )
        width = max(part.stop for part in columns.values())
        if (need := 8.0 * self.depth * rows.state * width) > (limit := limits.most_bytes()):
            raise TooBig(
                "The derivatives of the state would need {need:.1f} GB of memory, more than the {limit:.1f} GB allowed; "
                "those of a smaller network fit.",
                need=need / 2**30, limit=limit / 2**30,
            )  # fmt: skip
        first = np.zeros((rows.state, width))
        first[:, columns["s0"]] = np.eye(rows.state)
        self.past = [first]
        units = np.eye(rows.width)
        self.units = np.concatenate([units[: rows.state], units[rows.entry]]) if rows.apart else units[: rows.state]

    def step(self, k: int) -> tuple[Floats, Floats]:
        """Return the derivatives of s_{k+1} and of what is given out with it."""
        rows = self.credit.layout
        J, delta = self.credit.pull(k, self.units)
        now = J[:, : rows.state] @ self.past[-1]
        for name, older in rows.older.items():
            part = rows.parts[name]
            for delay, first in enumerate(range(older.start, older.stop, _size(part)), start=2):
                if delay <= len(self.past):
                    now += J[:, first : first + _size(part)] @ self.past[-delay][part]
        self._own(k, delta, now)
        s, out = now[: rows.state], now[rows.state :] if rows.apart else now[rows.entry]
        self.past = [*self.past, s][-self.depth :]
        return s, out

    def _own(self, k: int, delta: Floats, now: Floats) -> None:
        """Add the step's own part."""
        for name in self.weights:
            now[:, self.columns[name]] += self.credit.shares.part(name, k, delta).reshape(len(now), -1)
        for name in self.credit.shares.inputs if self.inputs else ():
            at = k - self.credit.shares.inputs[name]
            if at >= 0:
                first = self.columns["x"].start + at * self.inputs
                now[:, first : first + self.inputs] += self.credit.shares.part(name, k, delta)


def _size(part: slice) -> int:
    return int(part.stop - part.start)
