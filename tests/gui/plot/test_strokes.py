"""Lines through many points: on the screen in pieces, and as one shape wherever pieces would be seen as such."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from explorer.gui.plot.card_axes import Axes
from explorer.gui.plot.graphs import pg
from explorer.gui.plot.strokes import draw_boxes, draw_lines, stroke

X = np.linspace(5.0, 895.0, 65)
Y = 50.0 + 30.0 * np.sin(X / 90.0)

pytestmark = pytest.mark.usefixtures("qapp")


def drawn(draw, opacity: float = 1.0) -> np.ndarray:
    image = QImage(900, 100, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(QColor("white"))
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setOpacity(opacity)
    pen = QPen(QColor("black"), 2.8)
    pen.setJoinStyle(Qt.PenJoinStyle.BevelJoin)
    painter.setPen(pen)
    draw(painter)
    painter.end()
    return np.array(image.constBits()).reshape(100, 900, 4)[..., 0].astype(int)


def as_path(y: np.ndarray):
    return lambda painter: painter.drawPath(pg.functions.arrayToQPath(X, y, connect="finite"))


def test_pieces_look_as_the_whole_shape_does():
    apart = np.abs(drawn(lambda painter: stroke(painter, X, Y)) - drawn(as_path(Y)))
    assert apart.max() < 96
    assert apart.sum() < 0.05 * (255 - drawn(as_path(Y))).sum()


def test_what_is_seen_through_is_one_shape():
    np.testing.assert_array_equal(drawn(lambda painter: stroke(painter, X, Y), 0.3), drawn(as_path(Y), 0.3))


def test_dashes_run_on_through_the_points():
    def dashed(draw):
        def in_dashes(painter: QPainter) -> None:
            painter.setPen(QPen(QColor("black"), 2.8, Qt.PenStyle.DashLine, j=Qt.PenJoinStyle.BevelJoin))
            draw(painter)

        return drawn(in_dashes)

    np.testing.assert_array_equal(dashed(lambda painter: stroke(painter, X, Y)), dashed(as_path(Y)))


def test_line_on_axes_is_as_bold_however_many_points_it_goes_through():
    """Of many, the pieces would cover one another."""
    axes = Axes(QRectF(5.0, 0.0, 890.0, 100.0), 0.0, 1.0, -1.0, 1.0)

    def ink(count: int) -> int:
        x = np.linspace(0.0, 1.0, count)
        return int((255 - drawn(lambda painter: axes.stroke(painter, x, 0.5 * np.sin(9.0 * x)))).sum())

    assert [ink(count) for count in (130, 280, 900)] == pytest.approx([ink(30)] * 3, rel=0.05)


@pytest.mark.parametrize("count", [0, 1])
def test_less_than_two_points_are_no_line(count):
    assert (drawn(lambda painter: stroke(painter, X[:count], Y[:count])) == 255).all()


def test_line_is_broken_where_a_point_is_not_finite():
    broken = np.where((X > 150.0) & (X < 250.0), np.nan, Y)
    found = drawn(lambda painter: stroke(painter, X, broken))
    assert (found[:, 160:240] == 255).all()
    assert (found[:, 20:140].min(axis=0) < 100).all()


@pytest.mark.parametrize(
    ("many", "draw", "one"), [(draw_lines, QPainter.drawLine, QLineF), (draw_boxes, QPainter.drawRect, QRectF)]
)
def test_what_is_handed_over_as_an_array_looks_as_what_is_drawn_one_by_one(many, draw, one):
    """Every other row, so that the numbers do not stand side by side in memory; and none at all."""
    rows = np.random.default_rng(0).uniform(2.0, 90.0, (24, 4))[::2]

    def singly(painter: QPainter) -> None:
        for row in rows.tolist():
            draw(painter, one(*row))

    found = drawn(lambda painter: many(painter, rows))
    assert (found < 255).any()
    np.testing.assert_array_equal(found, drawn(singly))
    assert (drawn(lambda painter: many(painter, rows[:0])) == 255).all()
