"""`look`: what there is to see at a place below the map."""

from __future__ import annotations

from collections.abc import Iterator

from explorer.engine.work import Report, Stop, never, silent
from explorer.workspace.looks.analysis import Inspection
from explorer.workspace.looks.zoom.entry import EntryLook, entry_look
from explorer.workspace.looks.zoom.factor import FactorLook, factor_look
from explorer.workspace.looks.zoom.inside import InsideLook, inside_look
from explorer.workspace.looks.zoom.place import Place
from explorer.workspace.looks.zoom.product import ProductLook, product_look
from explorer.workspace.looks.zoom.unit import UnitLook, unit_look

Look = ProductLook | FactorLook | InsideLook | UnitLook | EntryLook


def look(inspection: Inspection, place: Place, stop: Stop = never, report: Report = silent) -> Iterator[Look]:  # noqa: ARG001 - a job's form
    """Yield what there is to see at a ``place`` that the inspection has.

    Raises
    ------
    Stopped
        When ``stop()`` said so.
    """
    match place.level:
        case "factor":
            yield factor_look(inspection, place)
        case "inside":
            yield inside_look(inspection, place)
        case "unit":
            yield unit_look(inspection, place)
        case "entry":
            yield entry_look(inspection, place, stop)
        case _:
            yield product_look(inspection, place, stop)
