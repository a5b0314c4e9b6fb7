"""What is kept of a training: its curves, and snapshots of the weights that one can go back to.

Weights travel as safetensors bytes: exact, compact, and compared at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Annotated, Literal

import numpy as np
from msgspec import Meta, Struct

from explorer.engine.activations import Floats
from explorer.engine.errors import BadExploration
from explorer.engine.gradient import WEIGHTS

COLUMNS = (
    "step", "loss", "held_loss", "accuracy", "held_accuracy", "norm", "clipped", "omega", "sigma", "radius", "horizon",
)  # fmt: skip
"""What a point of the curves holds; NaN where it was not measured at that step."""

MOST_SNAPSHOT_BYTES = 12_000_000
"""All snapshots together; when they grow beyond, every other one is given up."""
MOST_POINTS = 4000


class Snapshot(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The weights, and the optimiser's memory, after ``step`` updates.

    ``tensors`` is a safetensors file: "U", "W", ... are the weights, names with a dot ("m.W") the optimiser's. ``event`` says
    why this one is kept whatever the limit: the loss "jump"ed in the update after it, or stopped being a number ("nan").
    """

    step: Annotated[int, Meta(ge=0)]
    tensors: bytes
    event: Literal["", "jump", "nan"] = ""

    @property
    def arrays(self) -> Mapping[str, Floats]:
        """Return the arrays by name, read-only.

        Raises
        ------
        BadExploration
            If the bytes are not what they should be.
        """
        return _unpacked(self.tensors)

    @property
    def weights(self) -> dict[str, Floats]:
        """Return the weights alone."""
        return {name: self.arrays[name] for name in WEIGHTS}

    @property
    def slots(self) -> dict[str, Floats]:
        """Return the optimiser's memory alone."""
        return {name: array for name, array in self.arrays.items() if name not in WEIGHTS}


class Record(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A training from its first step: ``curves`` is `table` as bytes, ``stride`` the steps between two snapshots.

    The first snapshot holds the initial weights.
    """

    snapshots: tuple[Snapshot, ...]
    curves: bytes = b""
    stride: Annotated[int, Meta(ge=1)] = 1

    def __post_init__(self) -> None:
        steps = [snapshot.step for snapshot in self.snapshots]
        if not steps or steps != sorted(set(steps)):
            raise BadExploration("The snapshots of the training are not in the order of their steps.")
        if len(self.curves) % (8 * len(COLUMNS)):
            raise BadExploration("The curves of the training are damaged.")

    @property
    def table(self) -> Floats:
        """Return the curves (K, len(COLUMNS)), read-only, one row a point in the order of the steps."""
        return np.frombuffer(self.curves, dtype="<f8").reshape(-1, len(COLUMNS))

    @property
    def last(self) -> int:
        """Return the last step."""
        return self.snapshots[-1].step

    def column(self, name: str) -> Floats:
        """Return one column of the table."""
        return self.table[:, COLUMNS.index(name)]

    def nearest(self, step: int) -> Snapshot:
        """Return the snapshot nearest to ``step``."""
        return min(self.snapshots, key=lambda snapshot: abs(snapshot.step - step))


def packed(arrays: Mapping[str, Floats]) -> bytes:
    """Return float64 arrays as the bytes of a safetensors file."""
    from safetensors.numpy import save

    return save({name: np.ascontiguousarray(array, dtype=np.float64) for name, array in arrays.items()})


@lru_cache(maxsize=16)
def _unpacked(data: bytes) -> Mapping[str, Floats]:
    from safetensors import SafetensorError
    from safetensors.numpy import load

    try:
        arrays = load(data)
    except (SafetensorError, ValueError, KeyError, TypeError) as error:
        raise BadExploration("The trained weights are damaged: {reason}.", reason=error) from error
    if not set(WEIGHTS) <= set(arrays) or any(array.dtype != np.float64 for array in arrays.values()):
        raise BadExploration("The trained weights are damaged: {reason}.", reason="a weight is missing")
    for array in arrays.values():
        array.setflags(write=False)
    return MappingProxyType(arrays)
