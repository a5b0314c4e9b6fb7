"""Names beside lines: apart from one another, inside, and one over another as their lines are."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRectF

from explorer.gui.plot.labels import Label, apart, beside, spread, stacked
from explorer.gui.plot.theme import font, themes

pytestmark = pytest.mark.usefixtures("qapp")


@pytest.mark.parametrize(
    ("places", "moved"),
    [
        ([50.0, 50.0], [45.0, 55.0]),
        ([98.0, 99.0], [90.0, 100.0]),
        ([50.0, 50.0, 50.0], [40.0, 50.0, 60.0]),
        ([20.0, 50.0, 51.0], [20.0, 45.5, 55.5]),
        ([18.0, 4.0], [6.0, 16.0]),
        ([1.0], [4.0]),
        ([], []),
    ],
)
def test_places_are_pushed_apart_in_their_order_and_stay_inside(places: list[float], moved: list[float]):
    assert apart(places, 10.0, 4.0, 100.0) == pytest.approx(moved)


@pytest.mark.parametrize("height", [34.0, 60.0, 200.0])
def test_every_name_is_there_and_stands_over_those_of_the_lines_under_its_own(height: float):
    area, face = QRectF(0, 0, 400, height), font(themes()["light"], "en")
    for seed in range(20):
        ends = np.random.default_rng(seed).uniform(0, height, 4)
        names = [beside(f"net {i}", "#000", True, QPointF(4.0, y), 3.0 * i, face) for i, y in enumerate(ends)]
        placed = stacked(names, area)
        assert sorted(label.text for label in placed) == [label.text for label in names]
        _check(placed, area)


def test_names_change_places_where_the_upper_one_is_that_of_the_lower_line():
    area, face = QRectF(0, 0, 300, 100), font(themes()["light"], "en")
    placed = spread([beside(f"{y}", "#000", True, QPointF(0.0, y), 0.0, face) for y in (93.0, 99.0, 60.0)], area)
    assert [label.text for label in placed] == ["93.0", "99.0", "60.0"]
    _check(placed, area)


def test_a_shy_name_covers_no_line_where_there_is_room_and_one_if_there_is_none():
    area, x = QRectF(0, 0, 300, 100), np.array([0.0, 300.0])
    name = Label("horizon", "#000", False, QRectF(100, 42, 80, 16), shy=True)
    others = [(x, np.array([50.0, 50.0])), (x, np.array([60.0, 72.0]))]
    (placed,) = spread([name], area, others=others)
    assert placed.box.bottom() <= 50.0
    (bold,) = spread([replace(name, shy=False)], area, others=others)
    assert bold.box == name.box
    full = [(x, np.full(2, level)) for level in np.arange(2.0, 100.0, 6.0)]
    (crowded,) = spread([name], area, others=full)
    assert crowded.box == name.box


def _check(placed: list[Label], area: QRectF) -> None:
    assert all(area.adjusted(-1, -1, 1, 1).contains(label.box) for label in placed)
    for one, other in itertools.combinations(placed, 2):
        assert not one.box.intersects(other.box)
        over = one.box.left() < other.box.right() and other.box.left() < one.box.right()
        assert not over or (one.level <= other.level) == (one.box.top() < other.box.top())
