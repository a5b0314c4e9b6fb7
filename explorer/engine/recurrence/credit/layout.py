"""What stands where in a row of gradients that is carried back: the last state, older ones, and what the layer gives out.

A row belongs to one loss. At step k it holds the gradient on s_k and, where equations read states of long ago, what later
steps left there for s_{k−1}, s_{k−2} …, so that one row is all that a step needs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Layout:
    """Rows of ``width``: s_k (N,) first, its ``parts`` as ever, then ``older`` copies of parts, the newer ones first.

    ``entry`` is where the gradient on what the layer gives out at step k stands: where the state is that it gives out, else
    ``apart`` at the end of the row.
    """

    width: int
    state: int
    parts: Mapping[str, slice]
    older: Mapping[str, slice]
    entry: slice
    apart: bool
