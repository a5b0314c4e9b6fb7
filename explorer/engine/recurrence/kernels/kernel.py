"""What a hand-written kernel does: the step, its Jacobian, and what training needs of it, each once more and faster.

A kernel writes J_t = ∂s_t/∂s_{t−1} as a sum of terms ``diag(coefficient) · matrix``, with the logarithms of the coefficients.
The dense Jacobians, their logarithms entry by entry (which survive slopes of e^-5000) and the split into paths all follow
from the same sum.

Training needs the step for many sequences at once (`Kernel.advance`) and the vector–Jacobian product (`Kernel.pull`), which
never forms J_t. Their arrays may have any leading axes (steps, sequences, rows of a map); the last one is the unit's.

Weights are stacked by gates: U (G·n, m), W (G·n, n), b (G·n,), and b_rec (n,) for a kernel that has one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from explorer.engine.floats import Floats
from explorer.engine.recurrence.kernels.terms import Term
from explorer.engine.signed import Signed


class Weighted(Protocol):
    """What a kernel reads: weights stacked by gates."""

    @property
    def W(self) -> Floats:
        """Return the recurrent weights (…, G·n, n)."""

    @property
    def b_rec(self) -> Floats:
        """Return the recurrent bias (…, n), zeros for a kernel that has none."""

    @property
    def activation(self) -> str:
        """Return what f(…) stands for."""

    @property
    def hidden(self) -> int:
        """Return n."""


@dataclass(frozen=True, slots=True)
class AtHand:
    """The weights of a run: looked up once, and not at each of its steps."""

    W: Floats
    b_rec: Floats
    activation: str
    hidden: int


class Ran(Protocol):
    """A run of a kernel."""

    @property
    def network(self) -> Weighted:
        """Return the weights."""

    @property
    def s(self) -> Floats:
        """Return the states s_0..s_T (T+1, N)."""

    @property
    def z(self) -> Floats:
        """Return the net inputs z_1..z_T (T, G·n)."""

    def terms(self) -> tuple[Term, ...]:
        """Return the summands of each step's Jacobian."""


Place = tuple[str, int]
"""An array, U, W, b or b_rec, and the number of the block of n rows in it."""


def stacked(gates: tuple[str, ...]) -> dict[str, Place]:
    """Return where the weights U_i, W_i, b_i … of some gates stand."""
    return {f"{array}_{gate}": (array, number) for number, gate in enumerate(gates) for array in "UWb"}


class Kernel(Protocol):
    """A recurrence by hand; its equations are those of the shipped cell ``name``.

    ``gates`` names the row blocks of U, W and b in their order; ``parts`` names the blocks of the state, each n wide;
    ``candidate`` is the gate whose weights stand for W when cells are swapped; ``recurrent_bias`` says whether b_rec is
    added to its recurrent part. ``places`` says of each weight of the equations in which array it stands, and as which block.
    """

    name: str
    gates: tuple[str, ...]
    parts: tuple[str, ...]
    candidate: str
    recurrent_bias: bool
    places: Mapping[str, Place]

    def step(self, net: Weighted, drive: Floats, s: Floats) -> tuple[Floats, Floats]:
        """Return (z_t, s_t) from the drive U x_t + b and the last state."""

    def change(self, net: Weighted, before: Floats, z: Floats, d: Floats) -> Floats:
        """Return by how much s_t (N,) changes when s_{t−1}, ``before``, changes by d (N,); z is z_t. Nothing cancels."""

    def log_change(self, trace: Ran, t: int, d: Signed) -> Signed:
        """Return the same in logarithms, of s_{t+1} when s_t changes by d (N,)."""

    def terms(self, net: Weighted, s: Floats, z: Floats) -> list[Term]:
        """Return the summands of J_1..J_T from the states s_0..s_T (T+1, N) and the net inputs z (T, ·)."""

    def advance(self, net: Weighted, z: Floats, before: Floats, after: Floats) -> None:
        """Make the step in place: z (…, G·n) holds the drive and becomes z_t, ``after`` (…, N) becomes s_t.

        The weights may have leading axes too, many networks at once: W (…, G·n, n), b_rec (…, 1, n).
        """

    def slopes(self, net: Weighted, before: Floats, z: Floats, after: Floats) -> Floats:
        """Return the derivatives (…, K, n) that `pull` multiplies by, from s_{t−1}, z_t and s_t."""

    def pull(self, net: Weighted, slopes: Floats, g: Floats, delta: Floats) -> Floats:
        """Return g J_t (…, N), the gradient on s_{t−1}, from g on s_t (…, N); ``delta`` (…, G·n) becomes that on z_t."""

    def pull_apart(self, net: Weighted, slopes: Floats, g: Floats) -> tuple[Floats, Floats]:
        """Return the same of rows g (R, N) at one step, slopes (K, n), and all that weights are moved by (R, D).

        That is δ on z_t; with a recurrent bias the candidate's comes first, and what W h_{t−1} + b_rec gets of it last.
        """

    def recurrent(self, slopes: Floats, delta: Floats) -> Floats:
        """Return the gradient on W h_{t−1} + b_rec (…, G·n), by which W and b_rec are moved, from that on z_t."""

    def log_recurrent(self, slopes: Signed, delta: Signed) -> Signed:
        """Return the same (G·n,) in logarithms, from the slopes (K, n) and δ (G·n,) of one step."""

    def log_slopes(self, trace: Ran) -> Signed:
        """Return the derivatives of `slopes` (T, K, n) in logarithms."""

    def log_pull(self, W: Signed, slopes: Signed, g: Signed) -> tuple[Signed, Signed]:
        """Return the gradients on s_{t−1} (N,) and on z_t (G·n,) from that on s_t and the slopes (K, n), in logarithms."""
