"""Where a line leaves a plot it is marked, and named where it comes into sight."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtGui import QImage, QPainter

from explorer.gui.plot.exits import draw_exits, entry, exits

X = np.arange(0.0, 100.0, 20.0)
TOP, BOTTOM = 10.0, 50.0


def places(*y: float) -> list[tuple[float, float]]:
    return [point.toTuple() for point in exits(X[: len(y)], np.array(y), TOP, BOTTOM)]


def test_a_line_leaves_where_it_crosses_an_edge_and_nowhere_else() -> None:
    assert places(20.0, 30.0, TOP, BOTTOM) == []
    assert places(30.0, 70.0, 90.0) == [(10.0, BOTTOM)]
    assert places(70.0, 30.0, -10.0) == [(30.0, TOP), (10.0, BOTTOM)]
    assert places(0.0, 80.0) == [(2.5, TOP), (12.5, BOTTOM)]


def test_what_is_not_known_leaves_nowhere() -> None:
    assert places(30.0, np.nan, 70.0, np.nan) == []


def test_a_line_that_goes_out_and_in_at_once_is_marked_once() -> None:
    assert places(49.0, 51.0, 49.0) == [(10.0, BOTTOM), (30.0, BOTTOM)]
    assert len(exits(X / 20.0, np.array([49.0, 51.0, 49.0, 51.0, 49.0]), TOP, BOTTOM)) == 1


def test_a_line_comes_into_sight_at_the_edge_that_it_crosses_or_at_its_first_point() -> None:
    y = np.array([90.0, 70.0, 30.0])
    assert entry(X[:3], y, 2, TOP, BOTTOM).toTuple() == (30.0, BOTTOM)
    assert entry(X[:3], -y, 2, TOP, BOTTOM).toTuple() != (30.0, BOTTOM)
    assert entry(X[:3], np.array([np.nan, 30.0, 20.0]), 1, TOP, BOTTOM).toTuple() == (20.0, 30.0)
    assert entry(X[:3], np.array([30.0, 30.0, 20.0]), 0, TOP, BOTTOM).toTuple() == (0.0, 30.0)


@pytest.mark.parametrize(("edge", "inwards"), [(TOP, 1), (BOTTOM, -1)])
@pytest.mark.usefixtures("qapp")
def test_an_arrow_head_points_outwards_within_the_plot(edge: float, inwards: int) -> None:
    image = QImage(100, 60, QImage.Format.Format_RGB32)
    image.fill("#ffffff")
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    line = np.array([30.0, 30.0, 30.0 + 200.0 * (edge - 30.0)])
    draw_exits(painter, exits(X[:3], line, TOP, BOTTOM), TOP, "#ff0000", "#ffffff")
    painter.end()
    rows = (round(edge) + inwards * i for i in (-2, 3, 5))
    wide = [sum(image.pixelColor(x, y).name() == "#ff0000" for x in range(100)) for y in rows]
    assert wide[0] == 0
    assert 0 < wide[1] < wide[2] <= 9
