"""What all plots share."""

from __future__ import annotations

import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication

from explorer.gui.core.plots import Plot
from explorer.gui.plot.theme import themes


def test_a_plot_leaves_no_widget_behind(qapp: QApplication) -> None:
    before = set(qapp.topLevelWidgets())
    plot = Plot(themes()["light"])
    shiboken6.delete(plot)
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert set(qapp.topLevelWidgets()) <= before
