"""The words that a window paints, where each stands, and what is wrong with them: cut, elided, or over one another."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import chain

import numpy as np
from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, QSizeF
from PySide6.QtGui import QBrush, QFontMetricsF, QImage, QPainter, QPainterPath, QRegion, QTextItem
from PySide6.QtWidgets import QAbstractScrollArea, QLabel, QLineEdit, QPlainTextEdit, QScrollArea, QWidget

from explorer.gui.controls.room import begun
from explorer.gui.export.drawing import Drawing, Shapes
from explorer.gui.words import i18n
from explorer.workspace.disk.presets import presets

_SLACK = 1.5
"""Pixels: glyphs stand over their places by as much, and what touches is not covered."""
_ALL = QRectF(-1e5, -1e5, 2e5, 2e5)
_LEVELS = 3
_FIELDS = (QLineEdit, QPlainTextEdit)
"""Text in these moves under the eye of whoever types it."""
_STEP = re.compile(r"\w+…[₀-₉]+")
"""A long word of the sequence beside an axis, with the number by which it is found in the sequence."""


@dataclass(frozen=True, slots=True)
class Word:
    """A piece of text in one face: its ``box``, what its ink covers in the window's pixels, and ``where`` it is painted.

    ``room`` is what it may cover: its widget, but for what is to be scrolled to. ``seen`` is what a person sees of that.
    ``whole`` is all that its widget says, where that is known; ``cover`` is the widget that lies over it, "" for none.
    """

    text: str
    box: QRectF
    room: QRectF
    seen: QRectF
    where: str
    whole: str
    cover: str

    @property
    def visible(self) -> QRectF:
        """Return the part of the ink that a person sees."""
        return self.box & self.seen


class _Words(Shapes):
    """Notes the text that is painted into it, and nothing else."""

    def __init__(self, size: QSize) -> None:
        super().__init__(size)
        self.words: list[tuple[str, QRectF, QRectF]] = []

    def shape(self, path: QPainterPath, brush: QBrush) -> None:
        """Leave shapes out."""

    def image(self, target: QRectF, image: QImage) -> None:
        """Leave pictures out."""

    def drawTextItem(self, at: QPointF, item: QTextItem) -> None:
        """Note a text, unless it is faint to the point of being gone."""
        if item.text().strip() and self.painter().opacity() > 0.0:
            painter, to_part = self.painter(), self.to_picture()
            ink = _ink(QFontMetricsF(item.font()), item.text()).translated(QPointF(at))
            clip = to_part.map(painter.clipPath()).boundingRect() if painter.hasClipping() else _ALL
            self.words.append((item.text(), to_part.mapRect(ink), clip))


def _ink(metrics: QFontMetricsF, text: str) -> QRectF:
    """Return where the ink of ``text`` is; Qt takes the place of a space at its beginning for ink, and rounds both up."""
    word = text.lstrip()
    return metrics.tightBoundingRect(word).translated(metrics.horizontalAdvance(text[: len(text) - len(word)]), 0.0)


def words_of(window: QWidget) -> list[Word]:
    """Return all words that ``window`` shows at present, widget by widget, from the back to the front."""
    return [word for part in _parts(window) for word in _words_in(part, window)]


def faults(words: list[Word]) -> list[str]:
    """Return a sentence for each word of ``words`` that is elided, cut or covered by another."""
    seen = [word for word in words if not word.visible.isEmpty()]
    found = [f"{word.where}: “{word.text}” is elided" for word in seen if _elided(word)]
    found += [f"{word.where}: “{word.text}” is cut{lost}" for word in seen if (lost := _lost(word))]
    found += [f"{word.where}: “{word.text}” lies under {word.cover}" for word in seen if word.cover]
    return found + [
        f"{a.where}: “{a.text}” is over “{b.text}” of {b.where} {_numbers(a.visible & b.visible)}"
        for a, b in _over_one_another(seen)
    ]


def _parts(window: QWidget) -> Iterator[QWidget]:
    yield window
    for child in window.findChildren(QWidget):
        if child.isVisibleTo(window) and child.window() is window and not child.visibleRegion().isEmpty():
            yield child


def _holds_others_only(part: QWidget) -> bool:
    """Return whether ``part`` paints no word of its own: a plain widget into which nothing that scrolls paints."""
    owner = part.parentWidget()
    painted_by = isinstance(owner, QAbstractScrollArea) and owner.viewport() is part
    return part.metaObject().className() == "QWidget" and not painted_by


def _words_in(part: QWidget, window: QWidget) -> list[Word]:
    """Return the words that ``part`` itself paints, not its children."""
    if _holds_others_only(part):
        return []
    engine = _Words(part.size())
    drawing = Drawing(part.size(), window.logicalDpiX(), engine)
    painter = QPainter(drawing)
    try:
        # A graphics view has a render of its own, which would paint what its viewport paints.
        QWidget.render(part, painter, QPoint(), QRegion(), QWidget.RenderFlag(0))
    finally:
        painter.end()
    if not engine.words:
        return []
    corner, (room, seen) = QPointF(part.mapTo(window, QPoint())), _area(part, window)
    typed = isinstance(part, _FIELDS)
    where, whole = _name(part), part.text() if isinstance(part, QLabel) else ""
    found = []
    for text, box, clip in engine.words:
        kept = clip.translated(corner)
        ink = box.translated(corner)
        cover = _cover(part, window, ink & seen)
        found.append(Word(text, ink, room if typed else kept & room, kept & seen, where, whole, cover))
    return found


def _cover(part: QWidget, window: QWidget, ink: QRectF) -> str:
    """Return the name of what lies over the ``ink`` of ``part``, "" for nothing."""
    middle = ink.center().x()
    heights = (ink.top() + 2, ink.center().y(), ink.bottom() - 2) if ink.height() > 4 else ()
    tops = (window.childAt(round(middle), round(y)) for y in heights)
    over = (top for top in tops if top is not None and top is not part and not top.isAncestorOf(part))
    return next((_name(top) for top in over), "")


def _area(part: QWidget, window: QWidget) -> tuple[QRectF, QRectF]:
    """Return what ``part`` may paint on, and what of that is seen: panels scroll up and down, and fields as one types."""
    seen = room = _ALL
    down, across = False, isinstance(part, _FIELDS)
    while True:
        place = QRectF(QPointF(part.mapTo(window, QPoint())), QSizeF(part.size()))
        seen = seen & place
        area = part.parentWidget()
        if isinstance(area, QScrollArea) and area.viewport() is part:
            # Panels scroll up and down; the whole window, where the screen is too small for it, also sideways.
            down, across = True, across or area.horizontalScrollBar().isVisible()
        if down:
            place = QRectF(place.left(), _ALL.top(), place.width(), _ALL.height())
        room = room & (_ALL if across else place)
        if part is window:
            return room, seen
        part = part.parentWidget()


def _lost(word: Word) -> str:
    """Return how much of ``word`` is cut off, "" for nothing."""
    ink = word.box.adjusted(_SLACK, _SLACK, -_SLACK, -_SLACK)
    return "" if ink.isEmpty() or word.room.contains(ink) else f": {_numbers(word.box)} in {_numbers(word.room)}"


def _over_one_another(words: list[Word]) -> Iterator[tuple[Word, Word]]:
    """Yield the pairs of ``words`` whose ink has a part of the window in common."""
    ends = np.array([word.visible.getCoords() for word in words]).reshape(-1, 2, 2)
    common = np.minimum(ends[:, None, 1], ends[:, 1]) - np.maximum(ends[:, None, 0], ends[:, 0])
    for i, j in np.argwhere(np.triu((common > _SLACK).all(axis=2), 1)):
        # What Qt sets in one label stands apart, though the box of "10⁹" has room for the full stop below its 9.
        if not words[i].whole or words[i].whole != words[j].whole:
            yield words[i], words[j]


def _elided(word: Word) -> bool:
    if _STEP.fullmatch(word.text.strip()):
        return False
    said = (word.whole, *begun(word.whole)[1:]) if word.whole else ()
    return "…" in word.text and not any(word.text.strip() in whole for whole in (*said, *_sentences()))


@cache
def _sentences() -> tuple[str, ...]:
    """Return the sentences of the program that have an ellipsis of their own."""
    spoken = i18n.catalogue("zh_CN")
    preset_words = (words.values() for p in presets() for words in (p.titles, p.look))
    return tuple(text for text in chain(spoken, spoken.values(), *preset_words) if "…" in text)


def _numbers(box: QRectF) -> str:
    return "({:.0f}, {:.0f}, {:.0f}×{:.0f})".format(*box.getRect())


def _name(part: QWidget) -> str:
    """Return the names, or else kinds, of ``part`` and of what it is in."""
    names: list[str] = []
    at: QWidget | None = part
    while at is not None and len(names) < _LEVELS:
        names.insert(0, at.objectName() or type(at).__name__)
        at = at.parentWidget()
    return "/".join(names)
