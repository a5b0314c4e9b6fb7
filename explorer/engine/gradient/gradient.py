"""`Gradient`: what bptt and rtrl return, the same fields from both."""

from __future__ import annotations

from dataclasses import dataclass

from explorer.engine.floats import Floats
from explorer.engine.values import Value

WEIGHTS = ("U", "W", "b", "b_rec", "V", "c")
"""The parameters, by their names in `Network` and in `Gradient`."""

CANCELLED = 1e-5
"""Where parts of a gradient cancel to less than this share of their size, their rounding leaves fewer than nine digits."""


@dataclass(frozen=True, eq=False, repr=False)
class Gradient(Value):
    """∂L/∂θ along one trace; arrays are read-only.

    loss L = Σ_t L_t and losses (T,), zero where none is taken (one taken on the mean stands at step T). U, W, b, b_rec, V, c
    have the shapes of the weights; b_rec is zero for a cell that has none. x (T, m) and s0 (N,) are the gradients of the
    inputs and of the initial state. ``bytes`` is what the method must keep beside the weights, in bytes, and
    ``operations`` how many multiply–adds its matrix products take.
    """

    loss: float
    losses: Floats
    U: Floats
    W: Floats
    b: Floats
    b_rec: Floats
    V: Floats
    c: Floats
    x: Floats
    s0: Floats
    bytes: int
    operations: int
