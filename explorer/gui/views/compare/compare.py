"""Several networks side by side: a column each, one cursor through all, and one plot of how their gradients fade."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QDynamicPropertyChangeEvent, QEvent, QPoint, QPointF, QRectF, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from explorer.gui.controls.bare import tab_on
from explorer.gui.controls.plain import set_tip, set_tone
from explorer.gui.controls.room import Fitted
from explorer.gui.controls.stillness import held
from explorer.gui.core.quantities import quantity
from explorer.gui.core.resting import REST
from explorer.gui.core.view import Playhead, View
from explorer.gui.plot.theme import Theme, font
from explorer.gui.views.compare.colours import line_colours
from explorer.gui.views.compare.column import Column
from explorer.gui.views.compare.curves import Curves
from explorer.gui.views.compare.difference import PairColumn
from explorer.gui.views.compare.pane import Pane
from explorer.gui.views.compare.seeds import seeds_told
from explorer.gui.views.compare.ways import Ways
from explorer.gui.views.compare.words import bold, heading, names_of, pair_text
from explorer.gui.words.i18n import language, mark, tr
from explorer.gui.words.joining import follow
from explorer.workspace.disk.presets import Preset
from explorer.workspace.exploration.beside import alone, paired, removed, titled
from explorer.workspace.exploration.exploration import Exploration, Note, Selection
from explorer.workspace.exploration.gesture import Gesture
from explorer.workspace.looks.analysis import Inspection
from explorer.workspace.looks.comparison import Comparison, Side
from explorer.workspace.words.sentence import first_sentence

_MAP, _CURVES, _LEAST_CURVES = 0.46, 0.23, 64
"""Which share of the height a map has at least, the curves at most, and their pixels at any rate."""
_EDGES = 14
"""Pixels of the card above, between and below its heading and its content."""
_FIRST = 1000
"""A stretch that leaves to others only what is beyond a part's greatest height."""


class CompareView(View):
    """Shows the `Comparison` of an inspection; of an exploration whose network stands alone there is none.

    ``looked_into()``: a person wants to see what the chosen cell of the framed network is made of.
    """

    enlarges = False

    looked_into = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, mark("Side by side"), "compare")
        self._preset: Preset | None = None
        self._shown: Inspection | None = None
        self._names: list[str] = []
        self._written: tuple[Note, ...] = ()
        self._headed: tuple[object, tuple[str, str]] | None = None
        self._moving = QTimer(self, singleShot=True, interval=REST)
        self._moving.timeout.connect(self.finish)
        self._bare = False
        self.sentence = Fitted(told=True)
        self.ways = Ways(self.phrases)
        self.columns: list[Column] = []
        self.pair = PairColumn(theme)
        self.curves = Curves(theme, self._curves_told)
        self._row = QHBoxLayout()
        self._arrange()
        self._connect()

    @property
    def title(self) -> str:
        """Return what the networks are compared for."""
        return self._heading_texts()[0]

    def introduce(self, preset: Preset | None) -> None:
        """Say what ``preset`` says as long as its networks are shown."""
        self._preset = preset
        self._say_heading()

    def draw(self, inspection: Inspection) -> None:
        """Show every network that is known."""
        if inspection.comparison is not None:
            if self._shown is not None and self._shown.comparison is not inspection.comparison:
                # What is told of the networks as they were would stay where the pointer rests.
                self.tell("")
            if self._shown is None or self._shown.analysis is not inspection.analysis:
                # Lines that go on moving get their names when they rest.
                self._bare = self._moving.isActive() or held(self)
                self._moving.start()
            self._shown = inspection
            self._show(inspection, inspection.comparison)

    def finish(self) -> None:
        """Name the lines of equal gain."""
        self._moving.stop()
        self._bare = False
        for one in self._all:
            one.pane.name_lines()

    @property
    def waits(self) -> bool:
        """Return whether lines of equal gain have yet to come to rest, and to get their names."""
        return self._moving.isActive()

    def _show(self, inspection: Inspection, comparison: Comparison) -> None:
        exploration = inspection.analysis.exploration
        self._names, self._written = names_of(exploration.networks), exploration.notes
        self._make_columns(len(comparison.sides))
        colours = line_colours(exploration, self.theme)
        shown = comparison.pair or tuple(range(len(self.columns)))
        for i, column in enumerate(self.columns):
            column.present(comparison, i, self._names[i], colours[i], self._bare)
            column.offer_removal(len(self.columns) > 1)
            column.pane.span = comparison.decades if i == shown[0] else 0
            column.setVisible(i in shown)
        fed = inspection.analysis.feed
        for one in self._all:
            one.pane.words = fed.shown if fed.symbolic else ()
        within = [note for note in exploration.notes if note.is_within(comparison.steps)]
        for i, column in enumerate(self.columns):
            column.pane.notes = [note for note in within if note.is_of(i)]
        self.pair.pane.notes = [note for note in within if any(map(note.is_of, comparison.pair or ()))]
        self.pair.present(exploration, comparison, self._names)
        self.ways.show(exploration)
        self._say_heading()
        self.draw_cursor(inspection.selection)
        self._fit_heads()

    def complete(self, inspection: Inspection) -> None:
        """Show the networks that were worked out meanwhile."""
        before = self.inspection
        super().complete(inspection)
        known = before is not None and inspection.comparison is before.comparison and inspection.seeds is before.seeds
        if not known and not self._late:
            self.present(inspection)

    def draw_cursor(self, selection: Selection) -> None:
        """Put the cursor on the pair in every column, and show its row."""
        comparison = self._comparison
        if comparison is None or self._shown is None:
            return
        t = min(selection.t, comparison.steps)
        later = any(isinstance(side, Side) and side.later for side in comparison.sides)
        k = min(selection.k, comparison.steps if later else t)
        for column in self._all:
            column.point(t, k)
        exploration = self._shown.analysis.exploration
        colours = line_colours(exploration, self.theme)
        seeds = self._shown.seeds if self._shown.t == t else None
        self.curves.present(comparison, self._names, colours, exploration.lens, (t, k), seeds)

    def rename(self) -> None:
        """Let a person write what the framed network is called."""
        if self._comparison is not None:
            self.columns[self._comparison.active].rename()

    def cover(self, cover: QWidget | None) -> None:
        """Show the states alone, and ``cover`` in the place of the curves, until None brings back what tells the answer."""
        if self._cover is not None:
            self._rows.removeWidget(self._cover)
            self._cover.setParent(None)
        self._cover = cover
        if cover is not None:
            self._rows.addWidget(cover)
            cover.show()
        for part in (self.sentence, self.curves, self._extras, *self._above):
            part.setVisible(cover is None)
        for column in self._all:
            column.cover(cover is not None)
        self.say_title()
        self._fit_heads()

    def _turn_to_content(self) -> None:
        self._pages.setCurrentIndex(0)

    def event(self, event: QEvent) -> bool:
        """Leave out of a picture what is for who can change something."""
        if isinstance(event, QDynamicPropertyChangeEvent) and bytes(event.propertyName().data()) == b"plain":
            self._say_heading()
        return super().event(event)

    def draw_playhead(self, playhead: Playhead) -> None:
        """Show a moment of the animation in every column and curve."""
        for column in self._all:
            column.play(playhead)
        self.curves.playhead = playhead
        self.curves.update()

    def cell_place(self) -> QRectF:
        """Return the chosen cell of the framed network in pixels of the view."""
        pane = next((column.pane for column in self.columns if column.pane.marked), self.pair.pane)
        return pane.cell().translated(QPointF(pane.mapTo(self, QPoint(0, 0))))

    def describe(self, inspection: Inspection) -> str:  # noqa: ARG002
        """Return every network in words."""
        return "\n".join(part.told() for part in self._all if part is not self.pair or part.isVisibleTo(self))

    def restyle(self) -> None:
        """Take on the theme and the language in what is painted here."""
        for column in self._all:
            column.dress(self.theme)
        self.curves.theme = self.theme
        self._heading.setFont(bold(self.theme, 1.45))
        self.sentence.setFont(font(self.theme, language(), 1.1))
        self.ways.stages.retranslate()
        present = self.inspection is not None and self.inspection.comparison is not None
        if not present and self._shown is not None and self._shown.comparison is not None:
            # While one network is shown alone nothing is drawn anew, and nothing here is to stay in another language.
            self._show(self._shown, self._shown.comparison)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Write verdicts beside or under the names."""
        super().resizeEvent(event)
        self._fit_heads()

    @property
    def _all(self) -> list[Column | PairColumn]:
        return [*self.columns, self.pair]

    @property
    def _comparison(self) -> Comparison | None:
        return None if self._shown is None else self._shown.comparison

    def _heading_texts(self) -> tuple[str, str]:
        shown = self._shown
        if shown is None:
            return self.subject, ""
        # It is asked for several times, and takes longer to find than a curve to paint.
        about = shown.analysis.exploration.networks, self._preset, language()
        if self._headed is None or self._headed[0] != about:
            self._headed = about, heading(shown.analysis.exploration, self._preset)
        return self._headed[1]

    def _say_heading(self) -> None:
        self.say_title()
        said = self._heading_texts()[1]
        self.sentence.setText(self._for_a_picture(said) if self.property("plain") else said)
        set_tip(self.sentence, said)

    def _for_a_picture(self, said: str) -> str:
        """Return what there is to look at, and what a cell of the maps is: nothing beside a picture tells it."""
        first, shown = first_sentence(said), self._shown
        if shown is None or quantity(shown) != "flow":
            return first
        return follow(first, tr("Column k, row t: how much of the gradient of sₜ is left at sₖ."))

    def _make_columns(self, count: int) -> None:
        while len(self.columns) < count:
            column, i = Column(self.theme), len(self.columns)
            column.dress(self.theme)
            column.cover(self._cover is not None)
            asked = (column.opened, self._open), (column.removed, self._remove), (column.activated, self._activate)
            for signal, slot in (*asked, (column.titled, self._title)):
                signal.connect(partial(slot, i))
            column.chosen.connect(self._choose)
            column.pointed.connect(self._point_at)
            column.unpointed.connect(partial(self.tell, ""))
            column.pane.looked_into.connect(self.looked_into)
            self._row.insertWidget(i, column, 1)
            tab_on(self.columns[-1] if self.columns else self.ways.stages, column)
            self.columns.append(column)
            column.show()
        for column in self.columns[count:]:
            self._row.removeWidget(column)
            column.hide()
            column.deleteLater()
        del self.columns[count:]

    def _fit_heads(self) -> None:
        """Let all columns have their verdicts beside their names, or all under them: the maps stay level."""
        columns = [column for column in self._all if not column.isHidden()]
        if not columns:
            return
        self.ways.fit(self.contentsRect().width() - 18 - self._heading.sizeHint().width())
        room = (self.contentsRect().width() - 18 - (len(columns) - 1) * self._row.spacing()) / len(columns)
        low = any(column.needs() > room for column in self.columns)
        height = max(column.head_height(low) for column in self.columns)
        for column in columns:
            column.set_head(low, height)
        self._divide(height)

    def _divide(self, head: int) -> None:
        """Let the curves have their share as far as it leaves the maps theirs."""
        # What is laid out already is of the size before.
        rows = self.height() - self._head.sizeHint().height() - _EDGES
        others = self.sentence.sizeHint().height() + head + 4 * self._rows.spacing()
        spare = rows - others - Pane.height_for(_MAP * self.height(), self.columns[0].pane.fontMetrics().height())
        self.curves.setMaximumHeight(max(round(min(_CURVES * rows, spare)), _LEAST_CURVES))

    def _arrange(self) -> None:
        set_tone(self.sentence, "muted")
        for control in self.ways.controls:
            self.add_to_header(control)
        self._row.setSpacing(10)
        self._row.addWidget(self.pair, 1)
        self.pair.hide()
        content = QWidget()
        rows = self._rows = QVBoxLayout(content)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(4)
        rows.addWidget(self.sentence)
        rows.addLayout(self._row, 1)
        rows.addWidget(self.curves, _FIRST)
        self.set_content(content)
        self.phrases.add(self.curves.setAccessibleName, mark("Decay of all networks"))
        self.phrases.add(self.curves.setAccessibleDescription, mark("Left and right choose k."))

    def _connect(self) -> None:
        self.ways.edited.connect(self.edited)
        self.ways.looked_into.connect(self.looked_into)
        self.pair.paired.connect(self._pair)
        self.curves.chosen.connect(lambda k: self._choose(self.curves.t, k))
        self.curves.pointed.connect(lambda k, where: self._point_at(self.curves.t, k, where))
        self.pair.chosen.connect(self._choose)
        self.pair.pointed.connect(self._tell_pair)
        for part in (self.curves, self.pair):
            part.unpointed.connect(partial(self.tell, ""))

    def _pair(self, one: int, other: int) -> None:
        self.edited.emit(Gesture.of(mark("Compare two others"), paired, one=one, other=other))

    def _title(self, i: int, title: str) -> None:
        self.edited.emit(Gesture.of(mark("Name a network"), titled, index=i, title=title))

    def _open(self, i: int) -> None:
        self.edited.emit(Gesture.of(mark("Show one network alone"), alone, index=i))

    def _remove(self, i: int) -> None:
        self.edited.emit(Gesture.of(mark("Take a network away"), removed, index=i))

    def _activate(self, i: int) -> None:
        if self._comparison is not None and i != self._comparison.active:
            self.edited.emit(Gesture.of(mark("Choose another network"), Exploration.with_active, "active", index=i))

    def _choose(self, t: int, k: int) -> None:
        if (t, k) != (self.curves.t, self.curves.k):
            self.selected.emit(t, k)

    def _point_at(self, t: int, k: int, where: QPoint) -> None:
        if self._comparison is not None and self._cover is None:
            self.tell(pair_text(self._comparison, self._names, t, k, self._written), where)

    def _tell_pair(self, t: int, k: int, where: QPoint) -> None:
        if self._comparison is not None and self._cover is None:
            self.tell(self.pair.text_at(t, k), where)

    def _curves_told(self) -> str:
        comparison = self._comparison
        if comparison is None:
            return ""
        said = pair_text(comparison, self._names, self.curves.t, self.curves.k, self._written)
        return "\n".join(filter(None, (said, seeds_told(self.curves.seeds, self._shown))))
