"""One part of the window that folds: it gives way to a button that opens it again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from unicodedata import east_asian_width

from PySide6.QtCore import QPoint, QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPolygonF
from PySide6.QtWidgets import (
    QBoxLayout,
    QSizePolicy,
    QStyle,
    QStyleOptionToolButton,
    QStylePainter,
    QToolButton,
    QWidget,
)

from explorer.gui.controls.kin import in_place
from explorer.gui.controls.plain import set_tip
from explorer.gui.shell.frame.division import Need
from explorer.gui.words.i18n import tr
from explorer.gui.words.joining import with_key

_CENTRE = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextSingleLine
_UNLIMITED = 16_777_215
"""Pixels: what Qt takes for no limit."""


class Opener(QToolButton):
    """What is left of a folded part: its name, upright in a row and turned in a column."""

    def __init__(self, upright: bool) -> None:
        super().__init__()
        self._upright = upright
        self.setProperty("opener", True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        policies = (QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setSizePolicy(*policies if upright else reversed(policies))

    def sizeHint(self) -> QSize:
        """Return room for the name and some air."""
        thick = round((1.1 if self._upright else 1.6) * self.fontMetrics().height())
        wide = self.fontMetrics().horizontalAdvance(self.text()) + 2 * thick
        return QSize(wide, thick) if self._upright else QSize(thick, wide)

    def minimumSizeHint(self) -> QSize:
        """Return room for the name's height."""
        thick = self.sizeHint().height() if self._upright else self.sizeHint().width()
        return QSize(thick, thick)

    def paintEvent(self, _: QPaintEvent) -> None:
        """Paint a card with the name and an arrow to where the part will be."""
        option, painter = QStyleOptionToolButton(), QStylePainter(self)
        self.initStyleOption(option)
        option.text = ""
        painter.drawComplexControl(QStyle.ComplexControl.CC_ToolButton, option)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(self.palette().color(self.foregroundRole()))
        place = QRect(self.rect())
        if not self._upright:
            painter.rotate(90)
            place = QRect(0, -self.width(), self.height(), self.width())
        if self._upright or not _in_columns(self.text()):
            taken = painter.drawText(place, _CENTRE, self.text())
        else:
            taken = self._write_down(painter, place)
        painter.setBrush(painter.pen().color())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawPolygon(self._arrow(QPointF(taken.left() - place.height() / 2, place.center().y() + 1)))
        painter.end()

    def _write_down(self, painter: QPainter, place: QRect) -> QRect:
        """Write sign under sign, as Chinese is written in a column; return where, in the turned ``place``."""
        line = self.fontMetrics().height()
        length = line * len(self.text())
        taken = QRect(place.center().x() - length // 2, place.top(), length, place.height())
        painter.save()
        painter.resetTransform()
        for i, sign in enumerate(self.text()):
            painter.drawText(QRect(0, taken.left() + i * line, self.width(), line), _CENTRE, sign)
        painter.restore()
        return taken

    def _arrow(self, at: QPointF) -> QPolygonF:
        """Return an arrow to where the part will be: down, or from its edge of the window inwards."""
        inwards = self._upright or 2 * self.mapTo(self.window(), QPoint(0, 0)).x() > self.window().width()
        side, tip = 0.3 * self.fontMetrics().height(), 0.25 * self.fontMetrics().height() * (1 if inwards else -1)
        return QPolygonF([at + QPointF(-side, -tip), at + QPointF(side, -tip), at + QPointF(0, tip)])


def _in_columns(text: str) -> bool:
    """Return whether ``text`` is in a script that is also written in columns: wide signs, as Chinese has."""
    return any(east_asian_width(sign) in "WF" for sign in text)


class Fold(QWidget):
    """Holds ``part`` of the window, or folded the button that opens it; ``asked()``: a person wants it open."""

    asked = Signal()

    def __init__(self, part: QWidget, need: Callable[[], Need], name: Callable[[], str], way: Qt.Orientation) -> None:
        """Begin open; ``name()`` is what the button says, and ``way`` how the window is divided here."""
        super().__init__()
        self.part, self._need, self._name, self._way = part, need, name, way
        rows = way == Qt.Orientation.Vertical
        self.opener = Opener(upright=rows)
        self.opener.hide()
        # A picture leaves out what is folded as a whole.
        self.opener.setProperty("pictured", True)
        self.opener.clicked.connect(self.asked)
        layout = QBoxLayout(QBoxLayout.Direction.TopToBottom if rows else QBoxLayout.Direction.LeftToRight, self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(part)
        layout.addWidget(self.opener)

    @property
    def folded(self) -> bool:
        """Return whether only the button is shown."""
        return not self.opener.isHidden()

    def need(self) -> Need:
        """Return what it asks for."""
        return replace(self._need(), folded=self.thickness())

    def thickness(self) -> int:
        """Return what it takes folded."""
        hint = self.opener.sizeHint()
        return hint.height() if self._way == Qt.Orientation.Vertical else hint.width()

    def set_folded(self, folded: bool) -> None:
        """Fold or open; the keyboard goes along."""
        if folded == self.folded:
            return
        held = self.window().focusWidget()
        inside = held is not None and self.isAncestorOf(held)
        self.opener.setVisible(folded)
        # It may fill the middle meanwhile, away from here.
        if self.isAncestorOf(self.part):
            self.part.setVisible(not folded)
        self._leave_out(folded)
        self.limit()
        if inside:
            entry = self.opener if folded else _entry(self.part)
            entry.setFocus(Qt.FocusReason.OtherFocusReason)

    def _leave_out(self, folded: bool) -> None:
        """Leave it out of pictures while it is folded; what is all controls is left out anyway."""
        if self.part.property("controls") is None:
            self.setProperty("pictured", False if folded else None)

    def limit(self) -> None:
        """Take no more than the button needs, or as much as there is."""
        most = self.thickness() if self.folded else _UNLIMITED
        set_most = self.setMaximumHeight if self._way == Qt.Orientation.Vertical else self.setMaximumWidth
        set_most(most)

    def dress(self, key: str) -> None:
        """Say the name in the language that is now spoken; ``key`` opens it, too."""
        self.opener.setText(self._name())
        said = tr("Open: {name}").format(name=self._name())
        self.opener.setAccessibleName(said)
        set_tip(self.opener, "\n".join((with_key(said, key), tr("Where there is no room for all, another folds."))))
        self.limit()


def _entry(part: QWidget) -> QWidget:
    """Return what of ``part`` Tab comes to first."""
    one = part
    while not (one.isVisible() and one.isEnabled() and one.focusPolicy() & Qt.FocusPolicy.TabFocus):
        after = in_place(one.nextInFocusChain())
        if after is None or after is part:
            return part
        one = after
    return one
