"""`Swept`: what a sweep came to, for a script."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from explorer.engine.errors import BadSettings, Names
from explorer.engine.shown import Curves
from explorer.engine.work import Report, Stop, never
from explorer.workspace.exploration.exploration import Exploration
from explorer.workspace.sweeps.measuring import measure
from explorer.workspace.sweeps.opening import opened
from explorer.workspace.sweeps.portions import Found, Workers
from explorer.workspace.sweeps.result import arrays_of
from explorer.workspace.sweeps.running import sweep_into
from explorer.workspace.sweeps.sweep import Place, Sweep
from explorer.workspace.sweeps.table import Table
from explorer.workspace.sweeps.workers import workers
from explorer.workspace.words.sentence import Sentence


class Swept(Curves, Mapping[str, NDArray[Any]]):
    """What a sweep came to: each axis, each quantity shaped by the axes, and ``reasons``, by name, as read-only arrays.

    Quantities over seeds have their quartiles, without that axis: ``swept["rate.median"]``. Logarithms are natural; NaN is
    what is not known, and ``reasons`` says why, "" where nothing is missing.

    `explorer.sweep` makes it, and `explorer.load_sweep` reads it; ``table`` is how the workspace holds it.

    Examples
    --------
    >>> import explorer
    >>> swept = explorer.sweep({"preset": "one-unit", "axes": {"gain": [0.5, 1.0, 2.0]}})
    >>> swept.axes, swept.quantities, swept["rate"].shape
    (('gain',), ('rate',), (3,))
    >>> bool(swept["rate"][0] < swept["rate"][1])
    True
    """

    __slots__ = ("_arrays", "table")

    def __init__(self, table: Table) -> None:
        self.table = table
        self._arrays = arrays_of(table.sweep, table.found())
        for array in self._arrays.values():
            array.setflags(write=False)

    @property
    def axes(self) -> tuple[str, ...]:
        """Return the names of the axes, in the order in which they shape the quantities."""
        return tuple(axis.name for axis in self.table.sweep.axes)

    @property
    def quantities(self) -> tuple[str, ...]:
        """Return the names of the quantities."""
        return self.table.sweep.quantities

    def at(self, place: Place) -> Exploration:
        """Return the exploration of a point, by the index of its value on each axis."""
        return self.table.sweep.at(place)

    def __getitem__(self, name: str) -> NDArray[Any]:
        return self._arrays[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._arrays)

    def __len__(self) -> int:
        return len(self._arrays)

    def __repr__(self) -> str:
        axes = " × ".join(f"{axis.name} {len(axis.values)}" for axis in self.table.sweep.axes)
        return f"Swept({axes}: {', '.join(self.quantities)})"


def measured(
    sweep: Sweep, out: Path | None, count: int | None, address: str | None, stop: Stop, report: Report
) -> Swept:
    """Return what ``sweep`` comes to, kept in ``out`` if there is one, measured here unless others are asked to.

    Raises
    ------
    Refusal
        As `sweep_into` and `workers` do.
    """
    here: AbstractContextManager[Workers] = nullcontext(_Here())
    with here if count is None and address is None else workers(count, address) as who:
        if out is None:
            return Swept(_table(sweep, who, stop, report))
        for course in sweep_into(out, sweep, who, stop):
            report(course.done / course.size)
    return Swept(opened(out))


def _table(sweep: Sweep, who: Workers, stop: Stop, report: Report) -> Table:
    table = Table(sweep)
    for place, outcome in who.measured(sweep, list(sweep.places()), stop):
        table.add(place, outcome)
        report(table.done / sweep.size)
    return table


class _Here:
    """This process, which measures one point after the other."""

    @property
    def name(self) -> Sentence:
        return Sentence("this process")

    def measured(self, sweep: Sweep, places: Sequence[Place], stop: Stop = never) -> Iterator[Found]:
        for place in places:
            if stop():
                return
            yield place, measure(sweep, place)


def quantity_of(swept: Swept, name: str | None) -> str:
    """Return the quantity ``name``, the first one for None.

    Raises
    ------
    BadSettings
        If it was not measured.
    """
    if name is not None and name not in swept.quantities:
        raise BadSettings("There is no quantity “{name}” here; {choices} were measured.",
                          name=name, choices=Names(swept.quantities))  # fmt: skip
    return name or swept.quantities[0]
