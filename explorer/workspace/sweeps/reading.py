"""How the file of a sweep is read: what it begins with, its axes, its quantities. What is wrong is refused with its line."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
import numpy as np
from msgspec import Meta, Struct

from explorer.engine.errors import BadFile, BadSequence
from explorer.workspace.disk.files import load
from explorer.workspace.disk.presets import default, preset
from explorer.workspace.exploration.exploration import Exploration
from explorer.workspace.exploration.fields import with_values
from explorer.workspace.sweeps.exploring import begun_with
from explorer.workspace.sweeps.measuring import REQUIRED, check_quantities
from explorer.workspace.sweeps.sweep import MOST_AXES, MOST_VALUES, Axis, Sweep, Value
from explorer.workspace.words.reading import read_text
from explorer.workspace.words.toml import Toml, read_toml

MOST_BYTES = 1_000_000
MOST_POINTS = 1_000_000


class _Range(Struct, forbid_unknown_fields=True):
    """From the first value to the last: whole numbers one by one, or ``count`` numbers at even distances, or even ratios."""

    first: float | int = msgspec.field(name="from")
    last: float | int = msgspec.field(name="to")
    count: Annotated[int, Meta(ge=1, le=MOST_VALUES)] | None = None
    scale: Literal["linear", "log"] = "linear"


_Of = _Range | Annotated[list[Value], Meta(min_length=1, max_length=MOST_VALUES)]


class _File(Struct, forbid_unknown_fields=True):
    axes: Annotated[dict[str, Any], Meta(min_length=1, max_length=MOST_AXES)]
    preset: str = ""
    file: str = ""
    set: dict[str, Value | list[float] | dict[str, Value]] = {}
    quantities: Annotated[list[str], Meta(min_length=1)] = msgspec.field(default_factory=lambda: ["rate"])
    updates: Annotated[int, Meta(ge=0, le=10_000_000)] = 0
    skip: Annotated[int, Meta(ge=0, le=1_000_000)] = 0


def read_sweep(path: Path) -> Sweep:
    """Return the sweep that the file at ``path`` tells; a file that it names lies beside it.

    Raises
    ------
    BadFile
        If it can't be read, or tells none: with the line.
    """
    return sweep_of(read_text(path, MOST_BYTES), path)


def sweep_of(text: str, path: Path) -> Sweep:
    """Return the sweep that ``text``, of the file at ``path``, tells.

    Raises
    ------
    BadFile
        As `read_sweep` does.
    """
    return _sweep(read_toml(text, path.name), path.parent)


def sweep_in(table: Mapping[str, Any]) -> Sweep:
    """Return the sweep that a ``table`` of a program tells, as a file's would be; arrays and ranges are lists of values.

    Raises
    ------
    BadFile
        If it tells none: with the key.
    """
    return _sweep(Toml("", _plain(table), {}), Path())


def _plain(value: Any) -> Any:
    """Return ``value`` with the lists and numbers of Python in the place of NumPy's."""
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, np.ndarray | np.generic):
        return value.tolist()
    return [_plain(one) for one in value] if isinstance(value, list | tuple | range) else value


def _sweep(toml: Toml, folder: Path) -> Sweep:
    told = toml.shaped(
        _File,
        lambda key: BadFile("a sweep has no “{key}” here.", key=key),
        lambda said: BadFile("a sweep has something else here ({said}).", said=said),
    )
    if told.preset and told.file:
        raise toml.refused(("file",), BadFile("a sweep begins with a preset or with a file, not with both."))
    base = toml.at(("preset" if told.preset else "file",), lambda: _begun(told, folder))
    base = toml.at(("set",), lambda: with_values(base, told.set))
    axes = tuple(_axis(toml, name, of, base) for name, of in told.axes.items())
    toml.at(("quantities",), lambda: check_quantities(told.quantities, [axis.name for axis in axes]))
    sweep = Sweep(base, axes, tuple(told.quantities), told.updates, told.skip)
    toml.at(("axes",), lambda: check_size(sweep))
    toml.at(("updates",), lambda: check_training(sweep))
    return sweep


def axis_of(name: str, told: Any, base: Exploration) -> Axis:
    """Return the axis that ``told`` says, a range or a list; each of its values is one that the setting can have by itself.

    Raises
    ------
    Refusal
        If there is no such setting, or a value is none for it, or comes twice.
    """
    values = _values(told)
    if len(set(values)) < len(values):
        raise BadFile("“{name}” has a value twice.", name=name)
    for value in values:
        with_values(base, {name: value})
    return Axis(name, values)


def _begun(told: _File, folder: Path) -> Exploration:
    """Return what every point begins with: one network, the active one of what is named."""
    whole = preset(told.preset).exploration if told.preset else load(folder / told.file) if told.file else None
    return begun_with(default().exploration if whole is None else whole)


def _axis(toml: Toml, name: str, told: Any, base: Exploration) -> Axis:
    return toml.at(("axes", name), lambda: axis_of(name, told, base))


def _values(told: Any) -> tuple[Value, ...]:
    try:
        of: _Range | list[Value] = msgspec.convert(told, _Of)
    except msgspec.ValidationError as error:
        raise BadFile("an axis is a list of values, or goes from one to another ({said}).", said=error) from error
    return tuple(of) if isinstance(of, list) else _spread(of)


def _spread(of: _Range) -> tuple[Value, ...]:
    """Return the values of a range: whole ones where its ends are whole and their number is not said."""
    if not (math.isfinite(of.first) and math.isfinite(of.last)):
        raise BadFile("a range goes from a finite number to a finite number.")
    if of.count is None:
        if not (isinstance(of.first, int) and isinstance(of.last, int)):
            raise BadFile("a range of numbers that are not whole needs a count.")
        step = 1 if of.last >= of.first else -1
        if abs(of.last - of.first) >= MOST_VALUES:
            raise BadFile("a range has at most {most} values.", most=MOST_VALUES)
        return tuple(range(of.first, of.last + step, step))
    if of.scale == "log":
        if of.first <= 0 or of.last <= 0:
            raise BadFile("a range at even ratios goes from a positive number to a positive number.")
        return tuple(float(value) for value in np.geomspace(of.first, of.last, of.count))
    values = [float(value) for value in np.linspace(of.first, of.last, of.count)]
    whole = isinstance(of.first, int) and isinstance(of.last, int) and all(value.is_integer() for value in values)
    return tuple(int(value) for value in values) if whole else tuple(values)


def check_size(sweep: Sweep) -> None:
    """Refuse a sweep of too many points.

    Raises
    ------
    BadFile
        With their number.
    """
    if sweep.size > MOST_POINTS:
        raise BadFile(
            "{size} points are more than a sweep may have: {most}. Fewer values on an axis are fewer points.",
            size=sweep.size, most=MOST_POINTS,
        )  # fmt: skip


def check_training(sweep: Sweep) -> None:
    """Refuse to train where nothing is learnt, and to ask for what only a training tells without one.

    Raises
    ------
    Refusal
        With the quantity.
    """
    if sweep.updates and sweep.base.task is None:
        raise BadSequence("nothing is learnt here: only an exploration with a task can be trained.")
    wanting = [name for name in sweep.quantities if name in REQUIRED and not sweep.updates]
    if wanting:
        raise BadFile("“{name}” is known after a training only: updates says how long.", name=wanting[0])
