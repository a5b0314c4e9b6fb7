"""One network's column: its name and verdict, and below them its picture."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QKeyEvent, QPainter, QPixmap
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLineEdit, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from explorer.engine.errors import Refusal
from explorer.gui.controls.plain import in_menu, set_tip
from explorer.gui.controls.stillness import set_shown
from explorer.gui.core.view import Playhead
from explorer.gui.plot.contour_lines import ContourLines
from explorer.gui.plot.theme import Theme
from explorer.gui.views.compare.layer import Layer
from explorer.gui.views.compare.pane import Pane
from explorer.gui.views.compare.verdict import Verdict
from explorer.gui.views.compare.words import bold, side_text
from explorer.gui.words.i18n import language, say, tr
from explorer.workspace.exploration.recipe import MOST_TITLE
from explorer.workspace.looks.comparison import Comparison, Side
from explorer.workspace.looks.headline import headline

_SWATCH = QSize(18, 10)
_BETWEEN = 10
"""Pixels that a button leaves between and about its icon and its words."""


class Column(QWidget):
    """Shows a `Side`, or why there is none.

    ``opened()``, ``removed()``, ``activated()`` and ``titled(text)`` when a person asks for it; ``chosen(t, k)``;
    ``pointed(t, k, where)``.
    """

    opened = Signal()
    removed = Signal()
    activated = Signal()
    titled = Signal(str)
    chosen = Signal(int, int)
    pointed = Signal(int, int, QPoint)
    unpointed = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme, self.name, self._quantity = theme, "", "flow"
        self._side: Side | Refusal | None = None
        self._shown: tuple[object, ...] = ()
        self.open_button, self.remove_button = QToolButton(), QToolButton()
        self.pane = Pane(theme, self.told)
        self.title_line = QLineEdit()
        self.title_line.setMaxLength(MOST_TITLE)
        self.title_line.hide()
        self._head = QWidget()
        self._row, self._verdict = QBoxLayout(QBoxLayout.Direction.LeftToRight, self._head), Verdict()
        self.word, self.gain = self._verdict.word, self._verdict.gain
        self._said: tuple[str, ...] = ()
        self._build()

    def told(self) -> str:
        """Return in words what is shown."""
        if self.pane.covered:
            return self.name
        return side_text(self._side, self.name, self.pane.t, self.pane.k, self._quantity)

    def present(self, comparison: Comparison, index: int, name: str, colour: str, bare: bool = False) -> None:
        """Show the network ``index`` of ``comparison``, called ``name``, its curve in ``colour``; ``bare`` lines unnamed."""
        side, decades = comparison.sides[index], comparison.decades
        self._side, self.name, self._quantity = side, name, comparison.quantity
        self.pane.marked, self.pane.last_row = index == comparison.active, comparison.last_row
        self._say(name, colour)
        self._say_verdict()
        if isinstance(side, Side):
            shown = (side.shown, side.states, decades, self.theme, side.unsure)
            if not _same(shown, self._shown):
                lines = self._lines_of(shown)
                self._shown = shown
                self.pane.layers = [Layer.of(side, decades, self.theme, comparison.last_row, bare, lines)]
            self.pane.steps = len(side.shown) - 1
        else:
            self._shown, self.pane.layers = (), []
            self.pane.notice = tr("still being worked out") if side is None else say(side)
        self.pane.update()

    def _lines_of(self, shown: tuple[object, ...]) -> ContourLines | None:
        """Return the lines of equal gain that are drawn, if what is to be ``shown`` is another in its colours alone."""
        gains, states, decades, _, unsure = shown
        same = self._shown and _same((gains, states, decades, unsure), (*self._shown[:3], self._shown[4]))
        return self.pane.layers[0].contours if same else None

    def cover(self, covered: bool) -> None:
        """Hide what becomes of the gradient, or show it again."""
        self.pane.covered = covered
        self._say_verdict()
        self.pane.update()

    def rename(self) -> None:
        """Let a person write another name; Enter takes it, Esc leaves the old one, nothing gives that of its own back."""
        self.title_line.setText(self.name)
        self.title_line.selectAll()
        self._write(True)
        self.title_line.setFocus(Qt.FocusReason.OtherFocusReason)

    def point(self, t: int, k: int) -> None:
        """Put the cursor on (t, k)."""
        self.pane.t, self.pane.k = self.pane.steps if self.pane.last_row else t, k
        self.pane.update()

    def play(self, playhead: Playhead) -> None:
        """Show a moment of the animation."""
        self.pane.playhead = playhead
        self.pane.update()

    def offer_removal(self, offered: bool) -> None:
        """Let it be taken away, or not."""
        self.remove_button.setEnabled(offered)

    def dress(self, theme: Theme) -> None:
        """Take on a theme and the language."""
        self.theme = self.pane.theme = theme
        self.open_button.setFont(bold(theme, 1.15))
        self._verdict.dress(theme)

    def needs(self) -> int:
        """Return the width that name and verdict need in one row, with over how many steps: without, a gain says nothing."""
        parts = (self.open_button, self.word, self.remove_button)
        return sum(part.sizeHint().width() for part in parts) + self._verdict.gain_width() + 8 * self._row.spacing()

    def head_height(self, in_two_rows: bool) -> int:
        """Return how high name and verdict are, under each other or beside each other."""
        name, word = self.open_button.sizeHint().height(), self.word.sizeHint().height()
        return name + word + self._row.spacing() if in_two_rows else max(name, word)

    def set_head(self, in_two_rows: bool, height: int) -> None:
        """Write the verdict under the name, or beside it."""
        self._head.setFixedHeight(height)
        way = QBoxLayout.Direction.TopToBottom if in_two_rows else QBoxLayout.Direction.LeftToRight
        if self._row.direction() != way:
            self._row.setDirection(way)
        self._verdict.set_inset(self._inset() if in_two_rows else 0)

    def _inset(self) -> int:
        """Return how far the name's button keeps what is in it from its edge: the verdict stands below that."""
        inside = _SWATCH.width() + self.open_button.fontMetrics().horizontalAdvance(self.open_button.text()) + _BETWEEN
        return max(0, self.open_button.sizeHint().width() - inside) // 2

    def _say(self, name: str, colour: str) -> None:
        if self._said == (name, colour, language()):
            # Even the same icon has all that the button is in laid out anew.
            return
        self._said = name, colour, language()
        self.open_button.setText(in_menu(name))
        self.open_button.setIcon(_swatch(colour))
        self.open_button.setAccessibleName(tr("Open alone: {name}").format(name=name))
        set_tip(
            self.open_button, tr("Show this network alone, with all its views and controls: {name}").format(name=name)
        )
        self.remove_button.setAccessibleName(tr("Take away: {name}").format(name=name))
        self.title_line.setAccessibleName(tr("Name of the network"))
        set_tip(self.remove_button, tr("Take this network away: {name}").format(name=name))
        self.pane.setAccessibleName(name)
        self.pane.setAccessibleDescription(
            tr(
                "Arrows move the pair in all networks, Enter shows this one alone, {key} names it, Delete takes it away."
            ).format(key="F2")
        )

    def _say_verdict(self) -> None:
        side = self._side
        set_shown(self._verdict, isinstance(side, Side) and not self.pane.covered)
        if isinstance(side, Side):
            self._verdict.say(headline(side), self.theme)

    def _build(self) -> None:
        self.open_button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.open_button.setIconSize(_SWATCH)
        self.remove_button.setText("×")
        for button in (self.open_button, self.remove_button):
            button.setProperty("flat", True)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.open_button.setProperty("pictured", True)
        self._lay_out()
        self._wire()

    def _lay_out(self) -> None:
        """Put the name and the verdict over the picture."""
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(2)
        self._row.addWidget(self.title_line)
        self._row.addWidget(self.open_button, 0, Qt.AlignmentFlag.AlignLeft)
        self._row.addWidget(self._verdict, 1)
        line = QHBoxLayout()
        line.setSpacing(2)
        line.addWidget(self._head, 1)
        line.addWidget(self.remove_button, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(line)
        column.addWidget(self.pane, 1)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def _wire(self) -> None:
        self.open_button.clicked.connect(self.opened)
        self.open_button.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.open_button.customContextMenuRequested.connect(self.rename)
        self.title_line.editingFinished.connect(self._take_title)
        for part in (self.title_line, self.open_button):
            part.installEventFilter(self)
        self.pane.renamed.connect(self.rename)
        self.remove_button.clicked.connect(self.removed)
        self.pane.opened.connect(self.opened)
        self.pane.removed.connect(self._remove)
        self.pane.chosen.connect(self._choose)
        self.pane.pointed.connect(self.pointed)
        self.pane.unpointed.connect(self.unpointed)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Begin to write a name with F2 on the old one; leave it with Esc."""
        kinds = QEvent.Type.KeyPress, QEvent.Type.ShortcutOverride
        if event.type() not in kinds or not isinstance(event, QKeyEvent):
            return super().eventFilter(watched, event)
        key = Qt.Key.Key_F2 if watched is self.open_button else Qt.Key.Key_Escape
        if event.key() != key:
            return super().eventFilter(watched, event)
        event.accept()
        if event.type() == QEvent.Type.KeyPress:
            if watched is self.open_button:
                self.rename()
            else:
                self._write(False)
        return True

    def _write(self, on: bool) -> None:
        """Show the line to write in in the place of the name, or the name."""
        held = self.title_line.hasFocus()
        self.title_line.setVisible(on)
        self.open_button.setVisible(not on)
        if not on and held:
            self.pane.setFocus(Qt.FocusReason.OtherFocusReason)

    def _take_title(self) -> None:
        if self.title_line.isHidden():
            return
        title = self.title_line.text().strip()
        self._write(False)
        if title != self.name:
            self.titled.emit(title)

    def _remove(self) -> None:
        if self.remove_button.isEnabled():
            self.removed.emit()

    def _choose(self, t: int, k: int) -> None:
        self.activated.emit()
        self.chosen.emit(t, k)


def _same(one: tuple[object, ...], other: tuple[object, ...]) -> bool:
    return len(one) == len(other) and all(
        a is b or (isinstance(a, int) and a == b) for a, b in zip(one, other, strict=True)
    )


def _swatch(colour: str) -> QIcon:
    """Return a short piece of a curve."""
    picture = QPixmap(_SWATCH * 2)
    picture.setDevicePixelRatio(2.0)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.fillRect(0, 3, _SWATCH.width(), 4, QColor(colour))
    painter.end()
    return QIcon(picture)
