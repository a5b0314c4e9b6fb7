"""A sweep as text, whole, with what its points begin with: so that a result can be opened, and a point of it explored."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from msgspec import Meta, Raw, Struct

from explorer.engine.errors import BadFile
from explorer.workspace.disk.files import read, written
from explorer.workspace.sweeps.measuring import check_quantities
from explorer.workspace.sweeps.reading import check_size
from explorer.workspace.sweeps.sweep import MOST_AXES, MOST_VALUES, Axis, Sweep, Value

_Values = Annotated[tuple[Value, ...], Meta(min_length=1, max_length=MOST_VALUES)]


class Told(Struct, frozen=True):
    """What a sweep is, as it is written."""

    exploration: Raw
    axes: Annotated[tuple[tuple[str, _Values], ...], Meta(min_length=1, max_length=MOST_AXES)]
    quantities: Annotated[tuple[str, ...], Meta(min_length=1)]
    updates: Annotated[int, Meta(ge=0)] = 0
    skip: Annotated[int, Meta(ge=0)] = 0


def told(sweep: Sweep) -> Told:
    """Return what is written of ``sweep``."""
    axes = tuple((axis.name, axis.values) for axis in sweep.axes)
    return Told(Raw(written(sweep.base)), axes, sweep.quantities, sweep.updates, sweep.skip)


def sweep_told(of: Told, path: Path) -> Sweep:
    """Return the sweep that the file at ``path`` has told.

    Raises
    ------
    BadFile
        If it tells none.
    """
    base = read(bytes(of.exploration), path)
    sweep = Sweep(base, tuple(Axis(*axis) for axis in of.axes), of.quantities, of.updates, of.skip)
    names = [axis.name for axis in sweep.axes]
    check_quantities(of.quantities, names)
    check_size(sweep)
    if len(set(names)) < len(names):
        raise BadFile("“{name}” holds no sweep that can be read.", name=path.name)
    return sweep
