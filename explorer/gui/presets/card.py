"""One preset to choose: its flow map at a small size, its title, and what there is to look at."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QPushButton

from explorer.gui.controls.plain import teach
from explorer.gui.controls.room import fitting, forms
from explorer.gui.plot.cells import Cells, map_of
from explorer.gui.plot.patterns import hatch
from explorer.gui.plot.theme import Theme, font
from explorer.gui.words.i18n import language, say
from explorer.workspace.disk.presets import Preset
from explorer.workspace.disk.thumbnails import Thumbnail

_PAD, _GAP, _ROUND = 8, 10, 8.0
_SMALL = 0.9
_LINES = 4
_TEXT = 18
"""Heights of a line, of which the text is at least as wide."""
_WRAPPED = int(Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
_PITCH, _BETWEEN = 7.0, 2.0


class Card(QPushButton):
    """A button that shows a preset; ``moved(key)`` for a key that leads to another one, ``typed(text)`` for a letter.

    ``taken()``: it is chosen by Enter, Space or a double click; what a click means is said by what holds it.
    """

    taken = Signal()
    moved = Signal(Qt.Key)
    typed = Signal(str)

    def __init__(self, preset: Preset, theme: Theme, fonts: tuple[QFont, QFont]) -> None:
        super().__init__()
        self.preset, self.theme = preset, theme
        code = language()
        self.title, self.short, self.look = (
            words.get(code, words["en"]) for words in (preset.titles, preset.short, preset.look)
        )
        self.sight = preset.sight(code)
        self.current = False
        self._thumbnail: Thumbnail | None = None
        self._cells: list[Cells] = []
        self._fonts = fonts
        self.setAutoDefault(False)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName(self.title)
        teach(self, self.look)

    @property
    def pictured(self) -> bool:
        """Return whether it is known what there is to see."""
        return self._thumbnail is not None

    def least(self) -> QSize:
        """Return the size that the picture and the text need."""
        title, text = map(QFontMetrics, self._fonts)
        height = title.height() + _LINES * text.lineSpacing() + 2
        return QSize(2 * _PAD + height + _GAP + _TEXT * text.height(), 2 * _PAD + height)

    def show_thumbnail(self, thumbnail: Thumbnail) -> None:
        """Show the flow maps of the preset's networks, or that there are none."""
        self._thumbnail = thumbnail
        if thumbnail.refused is not None:
            teach(self, f"{self.look}\n{say(thumbnail.refused)}")
        self.update()

    def set_current(self, current: bool) -> None:
        """Be the card that Enter takes and that Tab leads to, or one of the others."""
        self.current = current
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus if current else Qt.FocusPolicy.NoFocus)
        self.update()

    def said(self) -> str:
        """Return as much of what there is to look at as has room."""
        metrics, room = QFontMetrics(self._fonts[1]), self._text_place()
        for form in forms(self.sight):
            if metrics.boundingRect(room, _WRAPPED, form).height() <= room.height():
                return form
        return ""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Be taken by Enter and Space, lead on by arrows, and leave letters to the search."""
        key, text = Qt.Key(event.key()), event.text()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.taken.emit()
        elif key in MOVES:
            self.moved.emit(key)
        elif text.strip() and text.isprintable() and not event.modifiers() & ~Qt.KeyboardModifier.ShiftModifier:
            self.typed.emit(text)
        else:
            super().keyPressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Be taken."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.taken.emit()

    def paintEvent(self, _: QPaintEvent) -> None:
        """Paint the card."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_frame(painter)
        self._paint_picture(painter, QRectF(self._picture_place()))
        room = self._text_place()
        metrics = QFontMetrics(self._fonts[0])
        painter.setFont(self._fonts[0])
        painter.setPen(QColor(self.theme.text))
        place = QRect(room.left(), _PAD, room.width(), metrics.height())
        painter.drawText(place, 0, fitting(self.title, metrics, place.width(), self.short))
        painter.setFont(self._fonts[1])
        painter.setPen(QColor(self.theme.muted))
        painter.drawText(room, _WRAPPED, self.said())

    def _paint_frame(self, painter: QPainter) -> None:
        width, pointed = 2.0 if self.hasFocus() else 1.0, self.theme.muted if self.underMouse() else self.theme.border
        painter.setPen(QPen(QColor(self.theme.accent if self.current else pointed), width))
        painter.setBrush(QColor(self.theme.panel if self.current else self.theme.card))
        inset = width / 2
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(inset, inset, -inset, -inset), _ROUND, _ROUND)

    def _paint_picture(self, painter: QPainter, place: QRectF) -> None:
        """Paint the maps, or while they are not there a plain ground, or the cross of what can't be worked out."""
        painter.fillRect(place, QColor(self.theme.panel))
        cells = self._made()
        for one, part in zip(cells, _parts(place, len(cells)), strict=True):
            hatch(painter, part, self.theme, _PITCH)
            one.paint(painter, part, self.theme)
        if self._thumbnail is not None and not cells:
            painter.setPen(QPen(QColor(self.theme.bound), 2.0))
            painter.drawLine(place.topLeft(), place.bottomRight())
            painter.drawLine(place.topRight(), place.bottomLeft())
        painter.setPen(QPen(QColor(self.theme.border), 1.0))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(place)

    def _made(self) -> list[Cells]:
        """Return the maps, made when they are first in sight."""
        if self._thumbnail is not None and not self._cells:
            decades = self._thumbnail.decades
            self._cells = [map_of(one, decades, self.theme) for one in self._thumbnail.maps]
        return self._cells

    def _picture_place(self) -> QRect:
        side = self.height() - 2 * _PAD
        return QRect(_PAD, _PAD, side, side)

    def _text_place(self) -> QRect:
        """Return where it says what there is to look at."""
        left = self._picture_place().right() + 1 + _GAP
        top = _PAD + QFontMetrics(self._fonts[0]).height() + 2
        return QRect(left, top, self.width() - left - _PAD, self.height() - top - _PAD + 2)


MOVES = frozenset({
    Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down,
    Qt.Key.Key_Home, Qt.Key.Key_End, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown,
})  # fmt: skip
"""The keys that lead from card to card."""


def fonts_of(theme: Theme) -> tuple[QFont, QFont]:
    """Return the fonts of a card's title and of its text."""
    title, text = font(theme, language()), font(theme, language(), _SMALL)
    title.setBold(True)
    return title, text


def _parts(place: QRectF, count: int) -> list[QRectF]:
    """Return where so many maps stand: one alone, several in two columns."""
    if count <= 1:
        return [place][:count]
    side = (place.width() - _BETWEEN) / 2
    step = side + _BETWEEN
    return [QRectF(place.left() + i % 2 * step, place.top() + i // 2 * step, side, side) for i in range(count)]
