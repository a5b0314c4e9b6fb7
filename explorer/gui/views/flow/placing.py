"""Where the legend lies on the map: in the corner where nothing is defined, as telling as it can be and over no pair."""

from __future__ import annotations

import math

from PySide6.QtCore import QRect, QSize

from explorer.gui.core.plots import Plot
from explorer.gui.views.flow.legend import DETAILS, FlowLegend
from explorer.workspace.looks.analysis import Inspection

MARGIN = 6


def box_area(plot: Plot) -> QRect:
    """Return the data's rectangle in pixels of the ``plot``."""
    return plot.mapFromScene(plot.box.sceneBoundingRect()).boundingRect()


def put_in_corner(legend: FlowLegend, plot: Plot, steps: int) -> bool:
    """Show the most telling form of ``legend`` that covers no pair of ``steps`` steps; return whether there is one."""
    area = box_area(plot)
    for detail in DETAILS[:-1]:
        size = legend.size_of(detail)
        if _is_free(size, area, plot, steps):
            legend.show_detail(detail)
            corner = area.bottomRight() - QRect(0, 0, size.width() + MARGIN, size.height() + MARGIN).bottomRight()
            legend.setGeometry(QRect(corner, size))
            return True
    return False


def _is_free(size: QSize, area: QRect, plot: Plot, steps: int) -> bool:
    """Return whether a legend of ``size`` in the bottom right corner covers nothing that is defined."""
    (left, right), (bottom, top) = plot.box.viewRange()
    if area.width() < 1 or area.height() < 1 or steps < 0:
        return False
    width, height = size.width() + 2 * MARGIN, size.height() + 2 * MARGIN
    # Of all cells that it touches the one at its upper left has the greatest lag.
    k = math.floor(right - width / area.width() * (right - left) + 0.5)
    t = math.floor(bottom + height / area.height() * (top - bottom) + 0.5)
    return width < area.width() and height < area.height() and t < k


def name_steps(plot: Plot, inspection: Inspection) -> None:
    """Write the words that are read on both axes."""
    feed = inspection.analysis.feed
    for side in ("bottom", "left"):
        plot.getAxis(side).set_words(feed.shown if feed.symbolic else ())
