"""`SweepCanvas`: the picture of a sweep under the hand: a click opens a point, a rectangle drawn out is swept finer."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from explorer.gui.controls.spoken import Described, speak, told_anew
from explorer.gui.plot.card_axes import Axes, page, pen, shade
from explorer.gui.plot.painting import Still
from explorer.gui.plot.theme import Theme, font
from explorer.gui.sweeps.paint import cell_at, paint
from explorer.gui.sweeps.picture import Picture, cell_place
from explorer.gui.sweeps.words import point_text, quantity_title, setting_title
from explorer.gui.words.i18n import Phrases, language, mark, tr

Cell = tuple[int, int]
"""Row and column of a point of the picture."""

_MOVES = {Qt.Key.Key_Left: (0, -1), Qt.Key.Key_Right: (0, 1), Qt.Key.Key_Up: (1, 0), Qt.Key.Key_Down: (-1, 0)}
_ENTER = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})
_CLICK = 5.0
"""Pixels: a press that moves no further is a click."""
_LEAST = QSize(260, 180)


class SweepCanvas(QWidget, Described):
    """Shows a `Picture`.

    ``looked(text)`` what is known of the point under the pointer or the keyboard's ring; ``chosen(row, column)`` when one is
    to be explored; ``refined(row, column, row, column)`` when what lies between two points is to be swept finer.
    """

    looked = Signal(str)
    chosen = Signal(int, int)
    refined = Signal(int, int, int, int)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.phrases = Phrases()
        self.picture: Picture | None = None
        self._theme, self._version = theme, 0
        self._axes: Axes | None = None
        self._still = Still()
        self._cell: Cell = (0, 0)
        self._anchor: Cell | None = None
        self._hovered: Cell | None = None
        self._pressed: QPointF | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(_LEAST)
        speak()
        self.phrases.add(self.setAccessibleName, mark("Picture of the sweep"))
        self.phrases.add(
            self.setAccessibleDescription,
            mark(
                "Arrows go from point to point. Enter explores the network of a point; what Shift and arrows span, Enter "
                "sweeps finer."
            ),
        )

    def dress(self, theme: Theme) -> None:
        """Take on another theme and the language that is now spoken."""
        self._theme = theme
        self.phrases.retranslate()
        self.redraw()

    def present(self, picture: Picture | None) -> None:
        """Show ``picture``, or that there is none yet."""
        before, self.picture = self.picture, picture
        if picture is not None:
            if before is None or before.sweep is not picture.sweep:
                self._cell, self._anchor = (0, 0), None
            rows, columns = picture.cut.median.shape
            self._cell = min(self._cell[0], rows - 1), min(self._cell[1], columns - 1)
            self._hovered = None if self._hovered is None or not self._holds(self._hovered) else self._hovered
            self._anchor = None if self._anchor is None or not self._holds(self._anchor) else self._anchor
        self.redraw()
        self._tell()

    def redraw(self) -> None:
        """Paint everything anew."""
        self._version += 1
        self.update()

    def told(self) -> str:
        """Return what is known of the point that is looked at."""
        picture = self.picture
        if picture is None:
            return ""
        row, column = self._hovered or self._cell
        return point_text(picture.table, picture.showing, picture.cut, row, column)

    def described(self) -> str:
        """Return what the picture shows, for who can't see the file of it."""
        if self.picture is None:
            return ""
        showing, axes = self.picture.showing, [self.picture.across, self.picture.up]
        over = tr(", ").join(setting_title(axis.name) for axis in axes if axis is not None)
        return tr("{quantity} over {settings}").format(quantity=quantity_title(showing.quantity), settings=over)

    def paintEvent(self, _: QPaintEvent) -> None:
        """Paint the picture, and the point that is looked at."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(font(self._theme, language(), 0.92))
        area = QRectF(self.rect()).adjusted(8, 6, -8, -4)
        painter.fillRect(self.rect(), QColor(self._theme.card))
        if self.picture is None:
            page(
                painter,
                area,
                self._theme,
                tr("Choose what is swept, and start: the picture grows from coarse to fine."),
            )
        else:
            self._still.paint(painter, QRectF(self.rect()), (self._version, area.width(), area.height()), self._draw)
            self._paint_marks(painter)
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a click or a rectangle."""
        found = self._at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and found is not None:
            self._pressed, self._cell, self._anchor = event.position(), found, None
            self.setFocus(Qt.FocusReason.MouseFocusReason)
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Tell the point under the pointer, or draw the rectangle out."""
        found = self._at(event.position())
        if self._pressed is not None and found is not None:
            far = (event.position() - self._pressed).manhattanLength() > _CLICK
            if self._anchor is None and far:
                self._anchor = self._at(self._pressed)
            if self._anchor is not None:
                self._cell = found
        if found != self._hovered or self._pressed is not None:
            self._hovered = found
            self._tell()
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Open the point, or refine what is in the rectangle."""
        if event.button() != Qt.MouseButton.LeftButton or self._pressed is None:
            return
        self._pressed = None
        self._agree()

    def leaveEvent(self, event: QEvent) -> None:
        """Tell the keyboard's point again."""
        super().leaveEvent(event)
        self._hovered = None
        self._tell()
        self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the ring."""
        super().focusInEvent(event)
        self._tell()
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Put the ring away."""
        super().focusOutEvent(event)
        self.update()

    def event(self, event: QEvent) -> bool:
        """Keep from the window the keys that mean something here."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            escape = event.key() == Qt.Key.Key_Escape and self._anchor is not None
            if event.key() in _MOVES or event.key() in _ENTER or escape:
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go to another point, span a rectangle with Shift, agree by Enter, give the rectangle up by Esc."""
        key = Qt.Key(event.key())
        if key in _MOVES and self.picture is not None:
            self._go(_MOVES[key], bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
        elif key in _ENTER:
            self._agree()
        elif key == Qt.Key.Key_Escape and self._anchor is not None:
            self._anchor = None
            self.update()
        else:
            super().keyPressEvent(event)

    def _go(self, step: Cell, spans: bool) -> None:
        self._anchor = (self._anchor or self._cell) if spans else None
        moved = self._cell[0] + step[0], self._cell[1] + step[1]
        self._cell = moved if self._holds(moved) else self._cell
        self._hovered = None
        self._tell()
        self.update()

    def _agree(self) -> None:
        if self.picture is None:
            return
        if self._anchor is None or self._anchor == self._cell:
            self._anchor = None
            self.chosen.emit(*self._cell)
        else:
            (first, left), (last, right) = self._anchor, self._cell
            self._anchor = None
            self.refined.emit(min(first, last), min(left, right), max(first, last), max(left, right))
        self.update()

    def _draw(self, painter: QPainter) -> None:
        assert self.picture is not None
        self._axes = paint(painter, QRectF(self.rect()).adjusted(8, 6, -8, -4), self.picture, self._theme)

    def _paint_marks(self, painter: QPainter) -> None:
        """Paint the rectangle, the keyboard's ring, and the point under the pointer."""
        axes, picture = self._axes, self.picture
        if axes is None or picture is None:
            return
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if self._anchor is not None:
            box = cell_place(axes, picture, *self._anchor) | cell_place(axes, picture, *self._cell)
            if not picture.maps:
                box = QRectF(box.left(), axes.frame.top(), box.width(), axes.frame.height())
            painter.setPen(pen(self._theme.accent, 1.6))
            painter.setBrush(shade(self._theme.accent, 40))
            painter.drawRect(box)
            painter.setBrush(Qt.BrushStyle.NoBrush)
        rings = [(self._hovered, self._theme.text)]
        if self.hasFocus():
            rings.append((self._cell, self._theme.accent))
        for cell, colour in rings:
            if cell is not None and self._holds(cell):
                place = cell_place(axes, picture, *cell)
                for ink, width in ((self._theme.card, 3.6), (colour, 1.6)):
                    painter.setPen(pen(ink, width))
                    painter.drawRect(place) if picture.maps else painter.drawEllipse(place)

    def _holds(self, cell: Cell) -> bool:
        if self.picture is None:
            return False
        rows, columns = self.picture.cut.median.shape
        return 0 <= cell[0] < rows and 0 <= cell[1] < columns

    def _at(self, point: QPointF) -> Cell | None:
        if self._axes is None or self.picture is None:
            return None
        return cell_at(self._axes, self.picture, point)

    def _tell(self) -> None:
        self.looked.emit(self.told())
        told_anew(self)
