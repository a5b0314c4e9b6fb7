"""Settings, quantities and points of a sweep in the language that is spoken."""

from __future__ import annotations

from explorer.gui.words.i18n import tr
from explorer.workspace.sweeps.slices import Showing, Slice
from explorer.workspace.sweeps.sweep import Value
from explorer.workspace.sweeps.table import Table
from explorer.workspace.sweeps.words import TITLES, point_sentence, setting_name, value_sentence


def setting_title(name: str) -> str:
    """Return what a setting is called; one that is not offered has its own name."""
    return setting_name(name).said(tr)


def quantity_title(name: str) -> str:
    """Return what a quantity is called."""
    return tr(TITLES[name])


def value_text(value: Value, digits: int = 6) -> str:
    """Return the value of a setting, a number with so many digits at most."""
    return value_sentence(value, digits).said(tr)


def point_text(table: Table, showing: Showing, cut: Slice, row: int, column: int) -> str:
    """Return all that is known of a cell, in one line."""
    return point_sentence(table, showing, cut, row, column).said(tr)


def progress_text(done: int, size: int, failed: int, left: float | None) -> str:
    """Return how far a sweep has come, and how long it takes still, if that is known."""
    if not size:
        return ""
    if not done:
        return tr("{size} points").format(size=f"{size:,}")
    said = tr("{done} of {size} points").format(done=f"{done:,}", size=f"{size:,}")
    if failed:
        said = tr("{said}, {failed} failed").format(said=said, failed=f"{failed:,}")
    if left is None:
        return said
    minutes, seconds = divmod(round(left), 60)
    time = tr("{minutes}:{seconds:02d} min") if minutes else tr("{seconds} s")
    return tr("{said}, {time} left").format(said=said, time=time.format(minutes=minutes, seconds=seconds))
