"""The flow map's legend: the colour bar, what the other colours mean, the lock and the span of the scale."""

from __future__ import annotations

from functools import partial
from typing import Literal

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QToolButton, QWidget

from explorer.gui.controls.plain import Label, set_tip
from explorer.gui.plot.theme import Theme, font, icon
from explorer.gui.views.flow.bar import ColourBar, Swatch
from explorer.gui.words.i18n import Phrases, language, mark, tr
from explorer.workspace.exploration.exploration import Exploration, Lens
from explorer.workspace.exploration.gesture import Gesture
from explorer.workspace.looks.spans import SPANS
from explorer.workspace.scales.gains import ABOVE, BELOW, NAN, ZERO
from explorer.workspace.words.numbers import power_of_ten

Detail = Literal["full", "compact", "mini", "bar"]
DETAILS: tuple[Detail, ...] = ("full", "compact", "mini", "bar")
"""The ways to show the legend, the most telling first; "bar" leaves out the controls, too."""

_TYPE, _ROUND, _ICON = 0.84, 6.0, 1.3
_SWATCHES = ((), (ZERO,), (NAN,), (BELOW, ABOVE))


class FlowLegend(QFrame):
    """Says what the map's colours mean, and lets the scale be set.

    ``edited`` as a view's; ``resized()`` when it needs another room than before.
    """

    edited = Signal(Gesture)
    resized = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self.phrases = Phrases()
        self.detail: Detail | None = None
        self._decades = 6
        self._sizes: dict[Detail, QSize] = {}
        self.bar = ColourBar(theme)
        self.lock, self.less, self.more = QToolButton(), QToolButton(), QToolButton()
        self._span, self._controls = Label(), QWidget()
        # Off a picture they stay with what holds them, however often the legend shows them anew meanwhile.
        self._controls.setProperty("pictured", False)
        self._grid = QGridLayout(self)
        self._swatches = (*(Swatch(theme, *codes) for codes in _SWATCHES), Swatch(theme, unsure=True))
        self._long, self._short = (tuple(Label() for _ in self._swatches) for _ in range(2))
        self._unsure = False
        self._lay_out()
        self.setStyleSheet(_SHEET)
        self._name()
        self.dress(theme)
        self.show_detail("full")
        # What it covers need not be painted below it, nor it again with what changes beside it.
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    def present(self, lens: Lens, decades: int, unsure: bool = False) -> None:
        """Show the span ``decades`` and whether ``lens`` locks it; what ``unsure`` numbers look like where there are any."""
        gains = lens.quantity == "flow"
        if unsure != self._unsure:
            self._unsure, detail, self.detail = unsure, self.detail or "full", None
            self._sizes.clear()
            self.show_detail(detail)
            self.resized.emit()
        if (decades, lens.locked, gains) == (self._decades, self.lock.isChecked(), self.bar.gains):
            return
        if gains != self.bar.gains:
            self.bar.gains = gains
            self._say_meanings()
        self._decades = self.bar.decades = decades
        self._span.setText("±" + str(decades))
        self._sizes.clear()
        self.bar.updateGeometry()
        self.lock.setChecked(lens.locked)
        self._dress_lock()
        self.less.setEnabled(decades > SPANS[0])
        self.more.setEnabled(decades < SPANS[-1])
        self._say_span()
        self.bar.update()

    def size_of(self, detail: Detail) -> QSize:
        """Return the room that ``detail`` takes."""
        if detail not in self._sizes:
            shown = self.detail or detail
            # A style that has not come to the buttons yet would make them smaller than they will be.
            for part in (self, *self.findChildren(QWidget)):
                part.ensurePolished()
            self.show_detail(detail)
            self._sizes[detail] = self.sizeHint()
            self.show_detail(shown)
        return self._sizes[detail]

    def fit(self, room: int) -> int:
        """Say as much as fits into a line of ``room`` pixels, if only the bar or nothing; return the width that is taken."""
        for detail in DETAILS[-2:]:
            width = self.size_of(detail).width()
            self.show_detail(detail)
            # The bar alone may be a little shorter than it likes to be.
            if min(width, self.minimumSizeHint().width()) <= room:
                self.show()
                return min(width, room)
        self.hide()
        return 0

    def show_detail(self, detail: Detail) -> None:
        """Say as much as ``detail`` does."""
        if detail == self.detail:
            return
        self.detail = detail
        self.bar.worded = detail == "full"
        self.bar.updateGeometry()
        for i, (swatch, long, short) in enumerate(zip(self._swatches, self._long, self._short, strict=True)):
            there = self._unsure or i < len(_SWATCHES)
            swatch.setVisible(there and detail in ("full", "compact"))
            long.setVisible(there and detail == "full")
            short.setVisible(there and detail == "compact")
        for part in (self.less, self._span, self.more, self.lock):
            part.setVisible(detail != "bar")
        self._controls.updateGeometry()
        self._grid.invalidate()
        self._grid.activate()

    def event(self, event: QEvent) -> bool:
        """See when a style or another scale has changed what is needed."""
        done = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest and self._outgrown():
            self._sizes.clear()
            self.resized.emit()
        return done

    def _outgrown(self) -> bool:
        """Return whether another room is needed than was said."""
        said = self._sizes.get(self.detail) if self.detail is not None else None
        return said is not None and said != self.sizeHint()

    def dress(self, theme: Theme) -> None:
        """Take on a theme or the language."""
        self.theme = theme
        self.setFont(font(theme, language(), _TYPE))
        for button in (self.lock, self.less, self.more):
            button.setIconSize(QSize(1, 1) * round(_ICON * theme.font_size))
        self.bar.theme = theme
        for swatch in self._swatches:
            swatch.theme = theme
        for part in (self.bar, self._span, *self._swatches, *self._long, *self._short):
            part.setFont(self.font())
        # No form has the size that it had, also those that are not shown at present.
        self._sizes.clear()
        self.less.setIcon(icon("minus", theme))
        self.more.setIcon(icon("plus", theme))
        self._dress_lock()
        self.phrases.retranslate()
        self._say_meanings()
        self._say_span()
        self.update()

    def step(self, direction: int) -> None:
        """Widen (1) or narrow (−1) the span, which locks it: a chosen scale is meant to stay."""
        name = mark("Change the span of the colours")
        self.edited.emit(Gesture.of(name, _stepped, "lens.decades", shown=self._decades, direction=direction))

    def toggle_lock(self) -> None:
        """Lock the scale as it is, or let it follow the data."""
        if self.lock.isChecked():
            name = mark("Lock the colour scale")
            self.edited.emit(Gesture.of(name, Exploration.with_lens, decades=self._decades, locked=True))
        else:
            self.edited.emit(Gesture.of(mark("Unlock the colour scale"), Exploration.with_lens, locked=False))

    def paintEvent(self, _: QPaintEvent) -> None:
        """Draw the ground and the border."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self.theme.card))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(self.theme.border), 1.0))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), _ROUND, _ROUND)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Keep a press between the controls from choosing a pair behind."""
        event.accept()

    def _say_meanings(self) -> None:
        """Say what is not on the scale; gains and what the loss sends back are undefined or zero for other reasons."""
        if self.bar.gains:
            undefined, zero = tr("undefined: nothing flows from the future"), tr("exactly zero")
        else:
            undefined = tr("undefined: k > t, and before step 1")
            zero = tr("exactly zero: cut, dead, or no loss")
        for labels in (self._long, self._short):
            set_tip(labels[0], undefined)
            set_tip(labels[1], zero)
        self._long[0].setText(undefined)
        self._long[1].setText(zero)
        self._sizes.clear()
        self.bar.updateGeometry()

    def _say_span(self) -> None:
        span = f"{power_of_ten(-self._decades)} … {power_of_ten(self._decades)}"
        if not self.bar.gains:
            span += "\n" + tr(
                "How large these norms are depends on the loss, the readout and the inputs,\n"
                "so that 1 is no border between vanishing and exploding.\n"
                "Compare along a row: how much of the short lags is left at the long ones?"
            )
        set_tip(self.bar, span)

    def _dress_lock(self) -> None:
        self.lock.setIcon(icon("lock" if self.lock.isChecked() else "unlock", self.theme))

    def _lay_out(self) -> None:
        grid = self._grid
        grid.setContentsMargins(8, 5, 6, 5)
        grid.setColumnStretch(0, 1)
        grid.setHorizontalSpacing(2)
        grid.setVerticalSpacing(1)
        grid.addWidget(self.bar, 0, 0)
        self._fill_controls()
        grid.addWidget(self._controls, 0, 1, Qt.AlignmentFlag.AlignVCenter)
        lines = QHBoxLayout(), QHBoxLayout(), QHBoxLayout()
        for row in lines:
            row.setSpacing(4)
        for i, (swatch, long, short) in enumerate(zip(self._swatches, self._long, self._short, strict=True)):
            row = lines[(i > 0) + (i >= len(_SWATCHES))]
            row.addWidget(swatch)
            row.addWidget(long)
            row.addWidget(short)
            row.addSpacing(6)
        for place, row in enumerate(lines, start=1):
            row.addStretch(1)
            grid.addLayout(row, place, 0, 1, 2)

    def _fill_controls(self) -> None:
        controls = QHBoxLayout(self._controls)
        controls.setContentsMargins(0, 0, 0, 0)
        controls.setSpacing(1)
        self.lock.setCheckable(True)
        self.lock.setChecked(True)
        for part in (self.less, self._span, self.more, self.lock):
            controls.addWidget(part)
        self._span.setText("±6")
        self._span.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.less.clicked.connect(lambda: self.step(-1))
        self.more.clicked.connect(lambda: self.step(1))
        self.lock.clicked.connect(self.toggle_lock)

    def _name(self) -> None:
        self.phrases.add(self.setAccessibleName, "Legend of the flow map")
        self.phrases.add(self.lock.setAccessibleName, "Lock the colour scale")
        self.phrases.add(
            partial(set_tip, self.lock),
            "Locked: a colour always means the same number, and the axis of the decay spans the same decades,\n"
            "so that networks, and how steeply they fall or rise, can be compared.\n"
            "Unlocked: the colours follow the data, span by span, and the axis shows the whole row.",
        )
        self.phrases.add(self.less.setAccessibleName, "Narrow the span of the colours")
        self.phrases.add(partial(set_tip, self.less), "Narrow the span of the colours (−): small differences show.")
        self.phrases.add(self.more.setAccessibleName, "Widen the span of the colours")
        self.phrases.add(
            partial(set_tip, self.more), "Widen the span of the colours (+): extreme numbers come back onto the scale."
        )
        self.phrases.add(
            partial(set_tip, self._span), "The colours span so many decades, powers of 10, either way of 1."
        )
        self.phrases.add(self._long[2].setText, "overflow (NaN)")
        self.phrases.add(self._long[3].setText, "beyond the scale")
        self.phrases.add(self._short[0].setText, "undefined")
        self.phrases.add(self._short[1].setText, "zero")
        self.phrases.add(self._long[4].setText, "may be rounding and nothing else")
        self.phrases.add(self._short[4].setText, "unsure")
        self.phrases.add(partial(set_tip, self._short[4]), "may be rounding and nothing else")
        self._short[2].setText("NaN")
        self.phrases.add(self._short[3].setText, "beyond")
        self.phrases.add(partial(set_tip, self._short[2]), "overflow (NaN)")
        self.phrases.add(partial(set_tip, self._short[3]), "beyond the scale")


_SHEET = """
QToolButton { padding: 1px; min-height: 0; }
QToolButton:!checked { border-color: transparent; background: transparent; }
QToolButton:focus { padding: 0; border: 2px solid palette(highlight); }
QToolButton:checked:focus { border-color: palette(window-text); }
"""


def _stepped(exploration: Exploration, shown: int, direction: int) -> Exploration:
    """Return ``exploration`` with the next span; ``shown`` is the present one where none is locked."""
    lens = exploration.lens
    now = lens.decades if lens.locked else shown
    if direction > 0:
        span = next((s for s in SPANS if s > now), SPANS[-1])
    else:
        span = next((s for s in reversed(SPANS) if s < now), SPANS[0])
    return exploration.with_lens(decades=span, locked=True)
