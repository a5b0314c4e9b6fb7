"""Which chain of the network the map shows, and which block of its state: a button with small maps to choose from."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QGridLayout, QToolButton, QVBoxLayout, QWidget

from explorer.engine.floats import Floats
from explorer.gui.controls.plain import Label, set_tip
from explorer.gui.controls.plate import Plate
from explorer.gui.core.quantities import block_name, part_name
from explorer.gui.plot.cells import map_of
from explorer.gui.plot.theme import Theme, font
from explorer.gui.words.i18n import Phrases, language, mark, tr
from explorer.workspace.exploration.exploration import Exploration
from explorer.workspace.exploration.gesture import Gesture
from explorer.workspace.looks.analysis import Inspection
from explorer.workspace.looks.levels import level_name, levels, parts_of

Block = tuple[str, str]
"""Into which part, and out of which."""
_LARGE, _SMALL, _FEW = 84, 52, 3
"""Pixels of a small map where there are few blocks, and of many."""
_MOST = 8
_CHAIN, _BLOCK = mark("Look at another chain"), mark("Look at a block of the state")


class ChainButton(QToolButton):
    """Names the chain and the block that the map shows; opens the choice of others. It hides where there is none.

    ``edited`` as a view's; ``wanted()`` asks for the small maps of the blocks.
    """

    edited = Signal(Gesture)
    wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._inspection: Inspection | None = None
        self._maps: Mapping[Block, Floats] = {}
        self._sheet: Plate | None = None
        self._said, self._brief, self._is_brief = "", "", False
        self.phrases = Phrases()
        self.setStyleSheet("QToolButton { padding: 1px 7px 1px 7px; min-height: 0; }")
        self.setProperty("pictured", False)
        self.phrases.add(self.setAccessibleName, mark("Chain and block"))
        self.phrases.add(
            partial(set_tip, self),
            mark("Along which chain of the network the gradient is followed, and from which layer into which."),
        )
        self.clicked.connect(self.open)
        self.hide()

    def present(self, inspection: Inspection) -> None:
        """Name what is shown."""
        self._inspection = inspection
        run = inspection.analysis.run
        known, parts = levels(run.network.architecture), parts_of(run.course.chain)
        name = next(name for name, level in known.items() if run.course.chain in level)
        said = [tr("chain {name}").format(name=name)] if len(known) > 1 else []
        said += [block_name(*run.block)] if run.block else [tr("all layers") if _numbered(parts) else tr("all of s")]
        self._said, self._brief = " · ".join(said), said[-1 if run.block else 0]
        self.set_brief(self._is_brief)
        self.setVisible(len(known) > 1 or len(parts) > 1)

    def set_brief(self, brief: bool) -> None:
        """Say no more than what chain it is, or which block."""
        self._is_brief = brief
        self.setText(self._named(brief))

    def width_as(self, brief: bool) -> int:
        """Return the width that it takes with a ``brief`` name or the whole, without a change."""
        of = self.fontMetrics().horizontalAdvance
        return self.sizeHint().width() + of(self._named(brief)) - of(self.text())

    def _named(self, brief: bool) -> str:
        return f"{self._brief if brief else self._said} ▾"

    def dress(self, theme: Theme) -> None:
        """Take on a theme or the language."""
        self._theme = theme
        self.setFont(font(theme, language(), 0.86))
        self.phrases.retranslate()
        if self._inspection is not None:
            self.present(self._inspection)

    def show_maps(self, maps: Mapping[Block, Floats]) -> None:
        """Show the small maps of the blocks."""
        self._maps = maps
        if self._sheet is not None:
            for button in self._sheet.findChildren(BlockButton):
                button.show_map(maps.get(button.block), self._span, self._theme)

    def open(self) -> None:
        """Open the choice under the button."""
        if self._inspection is None:
            return
        self._maps = {}
        sheet = self._sheet = self._made(self._inspection)
        sheet.adjustSize()
        sheet.move(self.mapToGlobal(QPoint(self.width() - sheet.width(), self.height() + 2)))
        sheet.show()
        chosen = next((one for one in sheet.findChildren(QToolButton) if one.isChecked()), None)
        (chosen or sheet).setFocus()
        self.wanted.emit()

    @property
    def _span(self) -> int:
        return 6 if self._inspection is None else self._inspection.analysis.decades

    def _made(self, inspection: Inspection) -> Plate:
        sheet = Plate(self, Qt.WindowType.Popup)
        sheet.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        sheet.destroyed.connect(self._forget)
        column = QVBoxLayout(sheet)
        column.setContentsMargins(8, 8, 8, 8)
        known = levels(inspection.analysis.run.network.architecture)
        if len(known) > 1:
            column.addWidget(self._chains(inspection, list(known)))
        parts = parts_of(inspection.analysis.run.course.chain)
        if len(parts) > 1:
            column.addWidget(self._blocks(inspection, parts))
        return sheet

    def _chains(self, inspection: Inspection, names: list[str]) -> QWidget:
        """Return a button for each chain, the last layer's uppermost as in a drawing."""
        whole, grid = QWidget(), QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        whole.setLayout(grid)
        run = inspection.analysis.run
        level = next(one for one in run.network.architecture.levels if run.course.chain in one)
        for row, name in enumerate(reversed(names)):
            two = len(levels(run.network.architecture)[name]) > 1
            button = _plain_button(f"{name} ⇄" if two else name, name == level_name(level))
            said = tr("Chain {name}, both ways") if two else tr("Chain {name}")
            button.setAccessibleName(said.format(name=name))
            button.clicked.connect(partial(self._choose_chain, name))
            grid.addWidget(button, row, 0)
        return whole

    def _blocks(self, inspection: Inspection, parts: tuple[str, ...]) -> QWidget:
        """Return the grid of small maps: rows are the parts of s_t, columns those of s_k."""
        whole, grid = QWidget(), QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(2)
        whole.setLayout(grid)
        present = inspection.analysis.run.block
        every = _plain_button(tr("all layers") if _numbered(parts) else tr("all of s"), present is None)
        every.clicked.connect(partial(self._choose_block, "", ""))
        grid.addWidget(every, 0, 0, 1, len(parts) + 1)
        shown = parts[:_MOST]
        size = _LARGE if len(shown) <= _FEW else _SMALL
        for row, into in enumerate(reversed(shown), start=1):
            grid.addWidget(Label(part_name(into) + "ₜ"), row, 0)
            for column, out_of in enumerate(shown, start=1):
                button = BlockButton((into, out_of), size)
                button.setChecked((into, out_of) == present)
                button.clicked.connect(partial(self._choose_block, into, out_of))
                grid.addWidget(button, row, column)
        for column, out_of in enumerate(shown, start=1):
            label = Label(part_name(out_of) + "ₖ")
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            grid.addWidget(label, len(shown) + 1, column)
        return whole

    def _choose_chain(self, name: str) -> None:
        self._close()
        self.edited.emit(Gesture.of(_CHAIN, Exploration.with_lens, chain=name, into="", out_of=""))

    def _choose_block(self, into: str, out_of: str) -> None:
        self._close()
        # Of a block there is no spectral norm.
        norm = {"norm": "rms"} if into else {}
        self.edited.emit(Gesture.of(_BLOCK, Exploration.with_lens, into=into, out_of=out_of, **norm))

    def _close(self) -> None:
        if self._sheet is not None:
            self._sheet.close()

    def _forget(self) -> None:
        self._sheet = None


class BlockButton(QToolButton):
    """A small map of one block, to be chosen."""

    def __init__(self, block: Block, size: int) -> None:
        super().__init__()
        self.block = block
        self.setCheckable(True)
        self.setAutoRaise(True)
        self.setStyleSheet("QToolButton { padding: 2px; }")
        self._size = QSize(size, size)
        self.setIconSize(self._size)
        self.setAccessibleName(tr("{block}, the flow from one part into another").format(block=block_name(*block)))
        set_tip(self, block_name(*block))
        self.setIcon(QIcon(QPixmap(size, size)))

    def show_map(self, log_gain: Floats | None, span: int, theme: Theme) -> None:
        """Draw the block's gains, as soon as they are known."""
        pixmap = QPixmap(self._size)
        pixmap.fill(Qt.GlobalColor.transparent)
        if log_gain is not None:
            painter = QPainter(pixmap)
            map_of(log_gain, span, theme).paint(painter, pixmap.rect().toRectF(), theme)
            painter.end()
        self.setIcon(QIcon(pixmap))


def _plain_button(text: str, checked: bool) -> QToolButton:
    button = QToolButton()
    button.setText(text)
    button.setCheckable(True)
    button.setChecked(checked)
    return button


def _numbered(parts: tuple[str, ...]) -> bool:
    return bool(parts) and parts[0].isdigit()
