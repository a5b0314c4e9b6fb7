"""What the levels below the map draw, and where: nothing lies over another, every number has its name."""

from __future__ import annotations

from itertools import pairwise

from explorer.engine import Network
from explorer.gui.views.zoom.layout import laid
from explorer.workspace.looks.zoom.wiring import wiring


def test_places_of_elements_are_apart_and_right_of_what_they_are_made_of() -> None:
    recurrence = Network.random(cell="lstm", inputs=2, hidden=3, outputs=1).chain("net").step.recurrence
    inputs = [one.inputs for one in wiring(recurrence, "").elements]
    found = laid(inputs, [])
    assert all(found.column[other] < found.column[i] for i, some in enumerate(inputs) for other in some)
    for level in set(found.column):
        heights = sorted(height for height, column in zip(found.height, found.column, strict=True) if column == level)
        assert all(b - a > 0.69 for a, b in pairwise(heights))
