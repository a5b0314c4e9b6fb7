"""Lines of equal gain lie where the gain is what they say, and nowhere else; their names are few and clear of each other."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QImage, QPainter

from explorer.gui.plot import contour_lines
from explorer.gui.plot import theme as look
from explorer.gui.plot.contour_labels import Box, between, box_of, inside, labels, without
from explorer.gui.plot.contour_lines import ContourLines
from explorer.workspace.scales.colours import contrast
from explorer.workspace.scales.contours import contours, pieces, powers
from explorer.workspace.scales.gains import codes, palette

LN10 = math.log(10.0)
Field = NDArray[np.float64]


def field(steps: int, along: float, up: float, start: float = 0.0) -> Field:
    """Return natural logs of a gain whose decimal logarithm is linear in k and t, not defined for k > t."""
    t, k = np.indices((steps + 1, steps + 1)).astype(float)
    return np.where(k <= t, LN10 * (start + along * k + up * t), np.nan)


@pytest.mark.parametrize(
    ("along", "up", "start"), [(0.3, -0.3, 0.0), (0.17, -0.29, 0.4), (0.0, 0.11, -2.0), (-0.2, 0.35, -1.3)]
)
def test_gain_is_exactly_the_power_of_ten_all_along_its_line(along: float, up: float, start: float):
    found = contours(field(30, along, up, start), 3)
    assert len(found) == len({line.level for line in found}) >= 2
    for line in found:
        k, t = line.points.T
        np.testing.assert_allclose(start + along * k + up * t, line.level, atol=1e-10)
        assert (k <= t + 1e-9).all()
        assert np.abs(np.diff(line.points, axis=0)).max() <= 1.0 + 1e-9


def test_line_ends_where_the_last_pair_is_defined_on_the_diagonal():
    (line,) = (line for line in contours(field(20, 0.0, 0.1, -1.55), 1) if line.level == -1)
    assert sorted(map(tuple, line.points[[0, -1]].round(9).tolist())) == [(0.0, 5.5), (5.5, 5.5)]


def test_line_parallel_to_the_diagonal_runs_from_the_first_column_to_the_last_row():
    (line,) = contours(field(20, 0.25, -0.25), 3)[-1:]
    assert line.level == -1
    assert sorted(map(tuple, line.points[[0, -1]].round(9).tolist())) == [(0.0, 4.0), (16.0, 20.0)]


def test_both_triangles_of_a_square_have_lines_where_both_are_defined():
    t, k = np.indices((13, 13)).astype(float)
    found = contours(LN10 * (1.05 - 0.37 * np.abs(t - k)), 1)
    sides = {(line.level, bool((line.points[:, 0] > line.points[:, 1]).all())) for line in found}
    assert {(-1, False), (-1, True)} <= sides


def test_lines_around_a_hill_are_closed():
    t, k = np.indices((41, 41)).astype(float)
    hill = 2.5 - 0.02 * ((k - 10.3) ** 2 + (t - 27.1) ** 2)
    line = next(line for line in contours(LN10 * np.where(k <= t, hill, np.nan), 1) if line.level == 1)
    assert line.closed
    np.testing.assert_array_equal(line.points[0], line.points[-1])
    np.testing.assert_allclose(np.hypot(*(line.points - [10.3, 27.1]).T), math.sqrt(75.0), atol=0.1)


@pytest.mark.parametrize("odd", [-np.inf, np.nan, np.inf])
def test_no_line_comes_near_what_has_no_logarithm(odd: float):
    values = field(24, 0.3, -0.3)
    values[10:14, 2:6] = odd
    values[20] = odd
    found = contours(values, 6)
    assert found
    for line in found:
        k, t = line.points.T
        assert not ((k > 1.0) & (k < 6.0) & (t > 9.0) & (t < 14.0)).any()
        assert not ((t > 19.0) & (t < 21.0)).any()
        np.testing.assert_allclose(0.3 * (k - t), line.level, atol=1e-10)


@pytest.mark.parametrize(
    "values", [np.zeros((0, 0)), np.zeros((1, 1)), np.full((9, 9), np.nan), np.zeros((9, 9)), np.full((9, 9), -np.inf)]
)
def test_where_there_is_no_power_of_ten_to_pass_there_is_no_line(values: Field):
    assert contours(values, 6) == ()


def test_of_very_many_pairs_some_are_looked_at_up_to_the_last_row_and_the_line_is_where_it_was():
    found = contours(field(2000, 0.004, -0.004), 3)
    assert [line.level for line in found] == [-6, -3, -1]
    for line in found:
        np.testing.assert_allclose(0.004 * (line.points[:, 0] - line.points[:, 1]), line.level, atol=1e-9)
        assert line.points[:, 1].max() == 2000.0
        assert len(line.points) < 900


def test_what_is_zoomed_into_has_the_lines_of_the_whole_at_every_pair():
    values = field(2000, 0.02, -0.02)
    near = contours(values, 3, columns=(1000.0, 1060.0), rows=(1100.0, 1160.0))
    assert near
    for line in near:
        k, t = line.points.T
        np.testing.assert_allclose(0.02 * (k - t), line.level, atol=1e-9)
        assert (k.min(), k.max(), t.min(), t.max()) >= (1000.0, 1000.0, 1100.0, 1100.0)
        assert max(k.max() - 1060.0, t.max() - 1160.0) <= 0.0
        assert np.abs(np.diff(line.points, axis=0)).max() <= 1.0 + 1e-9


@pytest.mark.parametrize(
    ("decades", "lowest", "highest", "expected"),
    [
        (3, -9.0, 0.1, (-6, -3, -1)),
        (6, -5.9, 3.0, (-3, -1, 1, 3)),
        (6, -30.0, 0.0, (-24, -12, -6, -3, -1)),
        (1, -0.5, 0.5, ()),
        (1, -1.5, 2.5, (-1, 1, 2)),
        (15, -15.0, 40.0, (-15, -7, -1, 1, 7, 15, 30)),
        (6, -1e300, 0.0, (-384, -192, -96, -48, -24, -12, -6, -3, -1)),
        (6, math.inf, -math.inf, ()),
    ],
)
def test_powers_are_the_half_and_the_whole_of_the_scale_and_further_out_each_twice_the_last(
    decades: int, lowest: float, highest: float, expected: tuple[int, ...]
):
    assert powers(decades, lowest, highest) == expected


@pytest.mark.parametrize("seed", range(4))
def test_pieces_are_those_of_the_lines_each_once(seed: int):
    rng = np.random.default_rng(seed)
    t, k = np.indices((30, 30))
    values = np.where(k <= t, rng.normal(0.0, 9.0, (30, 30)), np.nan)
    joined: dict[int, list[tuple[float, ...]]] = {}
    for line in contours(values, 3):
        ends = np.concatenate([line.points[:-1], line.points[1:]], axis=1)
        joined.setdefault(line.level, []).extend(map(tuple, _sorted_ends(ends).tolist()))
    found = {level: list(map(tuple, _sorted_ends(ends.reshape(-1, 4)).tolist())) for level, ends in pieces(values, 3)}
    assert {level: sorted(ends) for level, ends in joined.items()} == {k: sorted(v) for k, v in found.items() if v}


def _sorted_ends(pairs: Field) -> Field:
    """Return pieces (number, 4) with the end that comes first before the other."""
    turned = pairs[:, [2, 3, 0, 1]]
    first = (pairs[:, 0] < turned[:, 0]) | ((pairs[:, 0] == turned[:, 0]) & (pairs[:, 1] <= turned[:, 1]))
    return np.where(first[:, None], pairs, turned)


def slanted(count: int, apart: float, length: float) -> list[tuple[int, Field]]:
    along = np.linspace(0.0, length, 60)
    return [(-level, np.stack([along, 400.0 - 0.5 * along - apart * level], axis=1)) for level in range(count)]


def corners(x: float, y: float, angle: float, width: float, height: float) -> Field:
    turn = math.radians(angle)
    matrix = np.array([[math.cos(turn), -math.sin(turn)], [math.sin(turn), math.cos(turn)]])
    return np.array([x, y]) + np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * [width / 2, height / 2] @ matrix.T


@pytest.mark.parametrize("apart", [8.0, 25.0, 60.0])
def test_names_lie_along_their_lines_in_sight_and_clear_of_each_other(apart: float):
    lines = slanted(6, apart, 500.0)
    widths = {level: 30.0 + 5 * (level % 3) for level, _ in lines}
    found = labels(lines, widths, 14.0, (0.0, 0.0, 480.0, 400.0))
    assert found
    boxes = []
    for label in found:
        level, points = lines[label.line]
        assert label.angle == pytest.approx(math.degrees(math.atan2(-1, 2)))
        assert np.interp(label.x, points[:, 0], points[:, 1]) == pytest.approx(label.y, abs=1.0)
        box = corners(label.x, label.y, label.angle, widths[level], 14.0)
        boxes.append((*box.min(axis=0), *box.max(axis=0)))
        assert (box >= 0).all()
        assert (box <= [480.0, 400.0]).all()
    for one, other in itertools.combinations(boxes, 2):
        assert one[0] >= other[2] or other[0] >= one[2] or one[1] >= other[3] or other[1] >= one[3]


def test_a_level_has_two_names_at_most_and_those_are_far_apart():
    lines = [(3, np.array([[0.0, y], [600.0, y]])) for y in range(20, 600, 20)]
    found = labels(lines, {3: 30.0}, 14.0, (0.0, 0.0, 600.0, 600.0))
    assert len(found) == 2
    assert math.dist((found[0].x, found[0].y), (found[1].x, found[1].y)) > 200.0


def test_a_line_that_runs_leftwards_or_down_has_an_upright_name_and_a_short_or_crooked_one_none():
    area, widths = (0.0, 0.0, 400.0, 400.0), {1: 30.0}
    (name,) = labels([(1, np.array([[300.0, 300.0], [100.0, 100.0]]))], widths, 14.0, area)
    assert name.angle == pytest.approx(45.0)
    short = np.array([[100.0, 100.0], [140.0, 100.0]])
    crooked = np.array([[100.0 + 4 * i, 100.0 + 6 * (i % 2)] for i in range(40)])
    assert labels([(1, short)], widths, 14.0, area) == labels([(1, crooked)], widths, 14.0, area) == ()


def test_no_name_stands_on_what_is_taken_and_the_line_is_named_elsewhere():
    line, widths, area = [(1, np.array([[0.0, 100.0], [400.0, 100.0]]))], {1: 30.0}, (0.0, 0.0, 400.0, 200.0)
    (usual,) = labels(line, widths, 14.0, area)
    taken = (usual.x - 4.0, 96.0, usual.x + 4.0, 104.0)
    (moved,) = labels(line, widths, 14.0, area, [taken])
    box = box_of(moved, 30.0, 14.0)
    assert box[2] <= taken[0] or taken[2] <= box[0]
    assert labels(line, widths, 14.0, area, [(0.0, 0.0, 400.0, 99.0)]) == ()


def test_line_leaves_the_room_of_its_name_and_nothing_else():
    points = np.array([[0.0, 0.0], [30.0, 40.0], [90.0, 40.0]])
    before, after = without(points, 40.0, 60.0)
    np.testing.assert_allclose(before, [[0.0, 0.0], [24.0, 32.0]])
    np.testing.assert_allclose(after, [[40.0, 40.0], [90.0, 40.0]])


def test_a_line_through_names_leaves_them_out_and_is_whole_beside_them():
    boxes = [(10.0, 40.0, 30.0, 50.0), (5.0, 45.0, 40.0, 80.0), (60.0, 0.0, 70.0, 100.0), (0.0, 90.0, 50.0, 130.0)]
    assert between(0.0, 100.0, 20.0, boxes, True) == [(0.0, 40.0), (80.0, 90.0)]
    assert between(0.0, 100.0, 55.0, boxes, True) == [(0.0, 100.0)]
    assert between(0.0, 100.0, 95.0, boxes, False) == [(50.0, 60.0), (70.0, 100.0)]
    inner = [(0.0, 10.0, 9.0, 90.0), (0.0, 20.0, 9.0, 30.0)]
    assert between(0.0, 100.0, 5.0, inner, True) == [(0.0, 10.0), (90.0, 100.0)]


def test_of_a_line_that_passes_by_nothing_is_inside():
    assert inside(np.array([[0.0, 5.0], [5.0, 20.0], [30.0, 20.0]]), (10.0, 0.0, 20.0, 10.0)) == []


def test_parts_of_a_line_inside_are_those_that_a_fine_walk_along_it_finds():
    rng = np.random.default_rng(3)
    points, area = np.cumsum(rng.normal(0.0, 9.0, (200, 2)), axis=0), (-30.0, -20.0, 40.0, 50.0)
    points[50] = points[49] + [0.0, 7.0]
    points[120] = points[119] + [-7.0, 0.0]
    parts = inside(points, area)
    assert all(
        (part >= np.array(area[:2]) - 1e-9).all() and (part <= np.array(area[2:]) + 1e-9).all() for part in parts
    )
    length = sum(np.hypot(*np.diff(part, axis=0).T).sum() for part in parts)
    share = np.linspace(0.0, 199.0, 400_001)
    walk = np.stack([np.interp(share, np.arange(200), points[:, axis]) for axis in (0, 1)], axis=1)
    steps = np.hypot(*np.diff(walk, axis=0).T)
    within = ((walk >= area[:2]) & (walk <= area[2:])).all(axis=1)
    assert length == pytest.approx(steps[within[1:] & within[:-1]].sum(), rel=1e-3)
    entries = int((within[1:] & ~within[:-1]).sum()) + int(within[0])
    assert len(parts) == entries


@pytest.mark.parametrize("theme", look.themes().values(), ids=lambda theme: theme.name)
@pytest.mark.parametrize("colours", [look.GLOW, look.WHITE])
def test_line_and_name_are_read_on_the_shade_they_run_through(theme: look.Theme, colours: str):
    theme = look.coloured(theme, colours)
    for decades in (1, 3, 6, 20, 300):
        levels = powers(decades, -1000.0, 1000.0)
        inks = contour_lines._inks(levels, decades, theme)
        for level, shade in zip(levels, palette(theme)[codes(np.array(levels) * LN10, decades)].tolist(), strict=True):
            assert contrast(inks[level].name(), "#{:02x}{:02x}{:02x}".format(*shade[:3])) >= 4.5


@pytest.mark.usefixtures("qapp")
def test_names_give_way_to_what_is_drawn_over_them_and_come_back():
    lines, image, place = ContourLines(), QImage(300, 200, QImage.Format.Format_ARGB32), QRectF(0, 0, 300, 200)
    lines.present(field(20, 0.3, -0.3), 3)
    painter = QPainter(image)

    def boxes(over: QRectF | None) -> list[Box]:
        lines.paint(painter, place, (-0.5, 20.5), (-0.5, 20.5), look.themes()["light"], over)
        return [*lines.boxes]

    usual = boxes(None)
    assert len(usual) > 1
    for left, top, right, bottom in usual:
        frame = QRectF((left + right) / 2 - 4, (top + bottom) / 2 - 4, 8, 8)
        moved = boxes(frame)
        assert moved != usual
        assert not any(frame.intersects(QRectF(QPointF(*box[:2]), QPointF(*box[2:]))) for box in moved)
    corner = QRectF(0, 0, 2, 2)
    assert boxes(corner) == usual
    painter.end()


@pytest.mark.usefixtures("qapp")
def test_lines_are_worked_out_once_for_what_is_seen(monkeypatch: pytest.MonkeyPatch):
    made: list[int] = []
    monkeypatch.setattr(contour_lines, "contours", lambda *args: made.append(1) or contours(*args))
    lines, image = ContourLines(), QImage(300, 200, QImage.Format.Format_ARGB32)
    theme, painter = look.themes()["light"], QPainter(image)
    lines.present(field(20, 0.3, -0.3), 3)
    for columns in ((-0.5, 20.5), (-0.5, 20.5), (3.0, 9.0), (3.0, 9.0)):
        lines.paint(painter, QRectF(0, 0, 300, 200), columns, (-0.5, 20.5), theme)
    lines.paint(painter, QRectF(0, 0, 300, 200), columns, (-0.5, 20.5), look.themes()["dark"])
    painter.end()
    assert len(made) == 2


@pytest.mark.usefixtures("qapp")
def test_lines_are_drawn_where_the_gain_is_a_power_of_ten_on_the_screen():
    image = QImage(420, 420, QImage.Format.Format_RGB32)
    image.fill(0x808080)
    lines, theme, painter = ContourLines(), look.themes()["light"], QPainter(image)
    lines.present(field(20, 0.0, -0.1), 1)
    lines.paint(painter, QRectF(0, 0, 420, 420), (-0.5, 20.5), (-0.5, 20.5), theme)
    painter.end()
    # −1 is at t = 10: with 20 pixels a step, and t upward, in the middle; from k = 0 to the diagonal.
    marked = [y for y in range(420) if image.pixel(40, y) & 0xFFFFFF != 0x808080]
    assert marked
    assert all(abs(y - 209.5) <= 1.5 for y in marked)
    assert image.pixel(300, 210) & 0xFFFFFF == 0x808080


def drawn(lines: ContourLines) -> QImage:
    image = QImage(420, 420, QImage.Format.Format_RGB32)
    image.fill(0x808080)
    painter = QPainter(image)
    lines.paint(painter, QRectF(0, 0, 420, 420), (-0.5, 20.5), (-0.5, 20.5), look.themes()["light"])
    painter.end()
    return image


@pytest.mark.usefixtures("qapp")
def test_bare_lines_run_where_the_named_ones_do_and_get_their_names_when_all_rests():
    bare, named = ContourLines(), ContourLines()
    values = field(20, 0.15, -0.21)
    bare.present(values, 3, bare=True)
    named.present(values, 3)
    sketch, whole = drawn(bare), drawn(named)
    for x, y in itertools.product(range(0, 420, 3), range(0, 420, 3)):
        if sketch.pixel(x, y) & 0xFFFFFF != 0x808080:
            near = [whole.pixel(min(x + dx, 419), y) & 0xFFFFFF for dx in (-1, 0, 1)]
            named_here = any(math.hypot(label.x - x, label.y - y) < 40 for label, *_ in named._names)
            assert named_here or any(shade != 0x808080 for shade in near)
    assert sketch != whole
    assert bare.complete()
    assert drawn(bare) == whole
    assert not bare.complete()
