"""The card that says what the network is fed."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import QPushButton

from explorer.engine.errors import Refusal
from explorer.gui.controls.composite import side_by_side
from explorer.gui.controls.names import NameChoice
from explorer.gui.controls.slider import STEPS, ValueSlider
from explorer.gui.controls.typed_text import TypedText
from explorer.gui.core.file_dialog import file_to_open
from explorer.gui.panels.build.scaling_row import ScalingRow
from explorer.gui.panels.build.signal_rows import SignalRows
from explorer.gui.panels.build.text_rows import TextRows
from explorer.gui.panels.panel import Card
from explorer.gui.panels.sources import (
    about,
    from_another,
    from_table,
    lengthened,
    offered,
    one_column,
    retyped,
    shown,
    source_of,
    with_curve,
    with_numbers,
)
from explorer.gui.plot.theme import Theme
from explorer.gui.words.i18n import mark, tr
from explorer.workspace.exploration.exploration import (
    MOST_STEPS,
    Exploration,
    Numbers,
    Selection,
    Sequence,
    Text,
    replace,
)
from explorer.workspace.feed.sequences import steps_of
from explorer.workspace.looks.analysis import Analysis

if TYPE_CHECKING:
    from explorer.gui.panels.build.draw_dialog import DrawDialog
    from explorer.gui.panels.build.feed_dialog import FeedDialog

_MOST_SHOWN = 20_000
_VERDICT = 46
"""Pixels: the line of the verdict stays in sight below what is opened."""


class SequenceCard(Card):
    """Source, content and length of the sequence."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, mark("Sequence"))
        self._sequence: Sequence | None = None
        self._own: Sequence | None = None
        self._seen: dict[type, Sequence] = {}
        self._dragging = False
        self._exploration: Exploration | None = None
        self._begun: Exploration | None = None
        self.draw_dialog: DrawDialog | None = None
        self.csv_dialog: FeedDialog | None = None
        self._add_source()
        self.texts, self.signals = TextRows(self), SignalRows(self)
        self._add_numbers()
        self._add_length()
        self.dress(theme)

    def present(self, exploration: Exploration, analysis: Analysis | None) -> None:  # noqa: ARG002
        """Show the sequence; what is being typed stays while the sequence is the same."""
        self._exploration, sequence = exploration, exploration.sequence
        self.scaling.show(exploration)
        self._show_source(sequence)
        if sequence is self._sequence:
            return
        self._sequence = sequence
        self._seen[type(sequence)] = sequence
        self._show_rows(sequence)
        self._source.complain("")
        self.length.set_value(steps_of(sequence))
        if isinstance(sequence, Numbers):
            self._show_numbers(sequence)
        self._show_canvas(sequence)

    def point(self, selection: Selection) -> None:
        """Remember which pair is looked at: a drag of the length begins with it."""
        if self._exploration is not None:
            self._exploration = replace(self._exploration, selection=selection)

    def dress(self, theme: Theme) -> None:
        """Take on another theme and the language that is now spoken."""
        super().dress(theme)
        self.signals.dress(theme)
        self.scaling.explain()
        if self._sequence is not None:
            self._show_source(self._sequence)
            self._explain(self._sequence)
        for dialog in (self.draw_dialog, self.csv_dialog):
            if dialog is not None:
                dialog.dress(theme)

    def read_csv(self, path: Path) -> None:
        """Let the person choose what to take from the CSV file ``path``, and feed it to the network."""
        # Neither dialog is loaded for the first picture.
        from explorer.gui.panels.build.feed_dialog import FeedDialog

        self.csv_dialog = FeedDialog(path, self.theme, self.window())
        self.csv_dialog.fed.connect(self._take_csv)
        self.csv_dialog.finished.connect(self._forget_csv)
        self.csv_dialog.open()

    def _take_csv(self, numbers: Numbers) -> None:
        self.edit(self._source, mark("Read a CSV file"), from_table, numbers=numbers)

    def choose_csv(self) -> None:
        """Ask which CSV file to read."""
        kinds = tr("Tables (*.csv *.tsv *.txt);;All files (*)")
        name = file_to_open(self.window(), tr("Open a CSV file"), Path(), kinds)
        if name:
            self.read_csv(Path(name))

    def draw(self) -> None:
        """Open the canvas: what is drawn there is fed to the network at once."""
        from explorer.gui.panels.build.draw_dialog import DrawDialog

        if self.draw_dialog is None:
            self.draw_dialog = DrawDialog(self.theme, self.window())
            self.draw_dialog.drawn.connect(self._take_drawn)
            self.draw_dialog.released.connect(self.released)
        if self._sequence is not None:
            self.draw_dialog.begin(one_column(self._sequence))
        self.draw_dialog.open_over(self._corner())

    def _corner(self) -> QRect:
        """Return the part of the screen that this card's panel takes: nothing there follows what is drawn."""
        window = self.window()
        bottom = window.mapToGlobal(QPoint(0, window.height())).y() - _VERDICT
        top = window.mapToGlobal(QPoint(0, 0)).y()
        return QRect(self.mapToGlobal(QPoint(0, 0)).x(), top, self.width(), bottom - top)

    def _add_source(self) -> None:
        self.source = NameChoice()
        self._source = self.add_row(
            mark("&source"),
            mark("What the network is fed. The inputs move z, and so the f′(z) that the gradient is multiplied by."),
            self.source,
        )
        self.source.chosen.connect(self._choose)

    def _add_numbers(self) -> None:
        self.numbers = TypedText(7)
        self._numbers = self.add_row(
            mark("nu&mbers"),
            mark(
                "One line a step, its numbers apart by commas or spaces. A single line is one number a step. Long numbers "
                "are shown to six digits; the network reads all of them."
            ),
            self.numbers, under=True,
        )  # fmt: skip
        self.numbers.typed.connect(self._edit_numbers)
        self.csv_button, self.draw_button = QPushButton(), QPushButton()
        self.phrases.add(self.csv_button.setText, mark("CSV …"))
        self.phrases.add(self.draw_button.setText, mark("Draw …"))
        self.csv_button.clicked.connect(self.choose_csv)
        self.draw_button.clicked.connect(self.draw)
        self._buttons = self.add_row(
            mark("from"), mark("Take the numbers from a CSV file, or draw them with the mouse."),
            side_by_side(self.csv_button, self.draw_button),
        )  # fmt: skip
        self.scaling = ScalingRow(self)

    def _add_length(self) -> None:
        self.length = ValueSlider(1, MOST_STEPS, 0, logarithmic=True, usual=40, unit=STEPS)
        self._length = self.add_row(
            mark("&length T"),
            mark(
                "The number of steps: how far the gradient may have to travel. A text or numbers are repeated or cut."
            ),
            self.length,
        )
        self.length.track.sliderPressed.connect(self._begin_drag)
        self.length.released.connect(self._end_drag)
        self.length.changed.connect(self._edit_length)

    def _choose(self, source: str) -> None:
        if source in ("csv", "drawn"):
            if self._sequence is not None:
                self.source.set_value(source_of(self._sequence))
            (self.choose_csv if source == "csv" else self.draw)()
            return
        self.edit(self._source, mark("Change the source"), from_another, source=source, seen=dict(self._seen))

    def _edit_numbers(self, text: str) -> None:
        # What they come to is not written over what is being typed.
        with suppress(Refusal):
            self._own = retyped(self._sequence, text) if isinstance(self._sequence, Numbers) else None
        self.edit(self._numbers, mark("Edit the numbers"), with_numbers, "numbers", text=text)

    def _take_drawn(self, values: object) -> None:
        assert isinstance(values, tuple)
        self.edit(self._source, mark("Draw a curve"), with_curve, "draw", values=values)

    def _edit_length(self, steps: float) -> None:
        # While the slider is dragged, what it cut off a moment ago comes back.
        if self._dragging and self._begun is None:
            self._begun = self._exploration
        self.edit(self._length, mark("Change the length"), lengthened, "length", begun=self._begun, steps=int(steps))

    def _begin_drag(self) -> None:
        self._dragging = True

    def _end_drag(self) -> None:
        self._dragging, self._begun = False, None

    def _forget_csv(self) -> None:
        self.csv_dialog = None

    def _show_canvas(self, sequence: Sequence) -> None:
        """Let an open canvas follow what was not drawn on it: undo, another length."""
        if self.draw_dialog is not None and self.draw_dialog.isVisible():
            values = one_column(sequence)
            if list(values) != self.draw_dialog.canvas.values:
                self.draw_dialog.begin(values)

    def _show_source(self, sequence: Sequence) -> None:
        self.source.offer(offered(sequence))
        self.source.set_value(source_of(sequence))

    def _show_rows(self, sequence: Sequence) -> None:
        self.texts.show(sequence)
        self.signals.show(sequence)
        for field in (self._numbers, self._buttons):
            field.show_only_if(isinstance(sequence, Numbers))
        self._explain(sequence)

    def _show_numbers(self, numbers: Numbers) -> None:
        many = len(numbers.rows) * len(numbers.rows[0]) > _MOST_SHOWN
        self.numbers.setReadOnly(many)
        if numbers != self._own:
            # Reading tables is much code, for who has numbers.
            from explorer.workspace.feed.tables import format_numbers

            self._own = None
            self.numbers.write("" if many else format_numbers(shown(numbers)))
            self._numbers.complain("")

    def _explain(self, sequence: Sequence) -> None:
        if isinstance(sequence, Text):
            self.texts.explain(sequence)
        elif isinstance(sequence, Numbers):
            self._numbers.explain(about(sequence))
