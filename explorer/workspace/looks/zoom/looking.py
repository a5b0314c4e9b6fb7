"""`look`: what there is to see at a place below the map."""

from __future__ import annotations

from collections.abc import Iterator

from explorer.engine.work import Report, Stop, never, silent
from explorer.workspace.looks.analysis import Inspection
from explorer.workspace.looks.zoom.place import Place
from explorer.workspace.looks.zoom.product import ProductLook, product_look

Look = ProductLook


def look(inspection: Inspection, place: Place, stop: Stop = never, report: Report = silent) -> Iterator[Look]:  # noqa: ARG001 - a job's form
    """Yield what there is to see at a ``place`` that the inspection has.

    Raises
    ------
    Stopped
        When ``stop()`` said so.
    """
    yield product_look(inspection, place, stop)
