"""A sweep as a picture without a window: for the command line."""

from __future__ import annotations

from PySide6.QtCore import QSize

from explorer.engine.work import never
from explorer.gui.export.formats import drawing
from explorer.gui.plot.theme import Theme
from explorer.gui.sweeps.canvas import SweepCanvas
from explorer.gui.sweeps.picture import Picture
from explorer.workspace.sweeps.slices import Showing
from explorer.workspace.sweeps.table import Table
from explorer.workspace.sweeps.theory import prediction

_FINE = 2.0


def drawn(table: Table, ending: str, size: QSize, theme: Theme) -> bytes:
    """Return a picture of ``table``, in the language that is spoken, as the bytes of a file with this ``ending``."""
    showing = Showing.first(table.sweep)
    maps = showing.is_map_of(table.sweep)
    canvas = SweepCanvas(theme)
    canvas.resize(size)
    canvas.present(Picture.of(table, showing, maps, prediction(table.sweep, showing, maps, never)))
    return drawing(ending)(canvas, _FINE, canvas.described())
