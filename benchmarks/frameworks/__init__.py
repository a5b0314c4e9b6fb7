"""One file for each framework: networks of random weights, saved as it saves them, and what it makes of an input.

`benchmarks.make_models` runs them. Each gives `Case`s: of a network x (T, m) and what it gives out, y (T, ·), and of a single
layer J, how its state (h, c) after T steps moves with the one before them.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

INPUTS, HIDDEN, STEPS = 2, 3, 5
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Case:
    """What a framework makes of an input: in which file, by which name, and with what chosen, "key=value" joined by ","."""

    file: str
    name: str
    x: Floats
    y: Floats
    J: Floats | None = None
    choose: str = ""


def inputs(seed: int, columns: int = INPUTS) -> Floats:
    """Return x (T, m)."""
    return np.random.default_rng(seed).normal(size=(STEPS, columns))


def folder() -> Path:
    """Return where the files go."""
    return Path(__file__).parents[2] / "tests" / "workspace" / "models" / "data"
