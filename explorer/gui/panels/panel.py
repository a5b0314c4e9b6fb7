"""The base of every panel, and the rows that panels are made of."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QGridLayout, QWidget

from explorer.engine.errors import Refusal
from explorer.gui.controls.choice import Choice
from explorer.gui.controls.composite import mark_wrong
from explorer.gui.controls.kin import in_place
from explorer.gui.controls.number_field import NumberField
from explorer.gui.controls.plain import Label, set_tone, teach
from explorer.gui.controls.plate import Plate
from explorer.gui.controls.stillness import set_shown
from explorer.gui.plot.theme import Theme
from explorer.gui.words.i18n import Phrases, language, say
from explorer.workspace.exploration.exploration import Exploration, Selection
from explorer.workspace.exploration.gesture import Change, Gesture
from explorer.workspace.exploration.structure import with_chosen_changed
from explorer.workspace.looks.analysis import Analysis


class Field:
    """A control with its label, and below it what explains it and what is wrong with it, as soon as there is such a thing."""

    def __init__(self, control: QWidget, under: bool, complained: Callable[[QWidget], object]) -> None:
        """Begin with ``control`` beside its label, or ``under`` it; ``complained`` hears where a mistake is told."""
        self.label, self.control, self.under = Label(), control, under
        self._complained = complained
        self._note: Label | None = None
        self._message: Label | None = None
        self._wrong: Callable[[], str] | None = None
        self._bound, self._place = QColor(), (0, 0)
        self._grid: QGridLayout | None = None
        self._shown = True
        # A label's key passes by what cannot have the focus itself, though it has a proxy.
        self.label.setBuddy(in_place(control.focusProxy()) or control)

    def put_into(self, grid: QGridLayout, row: int) -> None:
        """Stand in ``row`` of ``grid``; what is said below has the rows after it."""
        grid.addWidget(self.label, row, 0, 1, 2 if self.under else 1)
        column, span = (0, 2) if self.under else (1, 1)
        grid.addWidget(self.control, row + self.under, column, 1, span)
        self._grid, self._place = grid, (row + 1 + self.under, row + 2 + self.under)
        # What comes later may not take the next field's place.
        grid.setRowMinimumHeight(self._place[1], 0)

    def colour(self, theme: Theme) -> None:
        """Tell mistakes in the colour of ``theme`` for them."""
        self._bound = QColor(theme.bound)
        if self._message is not None:
            self._tell_apart(self._message)

    def show_only_if(self, wanted: bool) -> None:
        """Show or hide the whole row."""
        if wanted == self._shown:
            return
        self._shown = wanted
        set_shown(self.label, wanted)
        set_shown(self.control, wanted)
        self._show_words()

    def explain(self, text: str) -> None:
        """Say under the control, already translated, what its value means; "" for nothing."""
        if text != ("" if self._note is None else self._note.text()):
            self.note.setText(text)
            self._show_words()

    def refuse(self, refusal: Refusal | None) -> None:
        """Say under the control why what stands there is refused; None when it is not any more."""
        self.tell_wrong(None if refusal is None else partial(say, refusal))

    def tell_wrong(self, words: Callable[[], str] | None) -> None:
        """Say under the control what is wrong, and again in another language; None when nothing is."""
        self.complain("" if words is None else words())
        self._wrong = words

    def retell(self) -> None:
        """Say in the language that is now spoken what is wrong."""
        if self._wrong is not None:
            self.message.setText(self._wrong())

    def complain(self, text: str) -> None:
        """Say under the control, already translated, what is wrong; "" when nothing is. Who says it says it again."""
        self._wrong = None
        if text != self.complaint:
            self.message.setText(text)
        mark_wrong(self.control, bool(text))
        self._show_words()
        if text and self._shown:
            self._complained(self.message)

    @property
    def note(self) -> Label:
        """Return where it is explained, which most fields never are: it is made when there is something to say."""
        if self._note is None:
            self._note = self._said(self._place[1])
            set_tone(self._note, "muted")
        return self._note

    @property
    def message(self) -> Label:
        """Return where it is told what is wrong, made when something first is."""
        if self._message is None:
            self._message = self._said(self._place[0])
            self._message.setProperty("wrong", True)
            self._tell_apart(self._message)
        return self._message

    @property
    def complaint(self) -> str:
        """Return what is said to be wrong; "" for nothing."""
        return "" if self._message is None else self._message.text()

    @property
    def holds_typed(self) -> bool:
        """Return whether a number that a person typed still stands here, and so what was said of it."""
        fields = (self.control, *self.control.findChildren(NumberField))
        return any(field.holds_typed for field in fields if isinstance(field, NumberField))

    def _said(self, row: int) -> Label:
        """Return a new place for words in a ``row`` of the grid: most fields never have anything to say there."""
        assert self._grid is not None
        said = Label()
        said.setWordWrap(True)
        said.hide()
        self._grid.addWidget(said, row, 0, 1, 2)
        return said

    def _tell_apart(self, message: Label) -> None:
        colours = QPalette(message.palette())
        colours.setColor(QPalette.ColorRole.WindowText, self._bound)
        message.setPalette(colours)

    def _show_words(self) -> None:
        for said in filter(None, (self._note, self._message)):
            set_shown(said, self._shown and bool(said.text()))


class Panel(QWidget):
    """Controls over the exploration.

    ``edited(gesture)``: what the person did, for whoever keeps the exploration to do. ``released()`` ends a drag.
    """

    edited = Signal(Gesture)
    released = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self.phrases = Phrases()
        self._asked: Field | None = None
        self._refused: Field | None = None

    def present(self, exploration: Exploration, analysis: Analysis | None) -> None:
        """Show what ``exploration`` says, and of ``analysis`` what it needs; emits nothing."""
        raise NotImplementedError

    def point(self, selection: Selection) -> None:
        """Take that another pair is looked at; a panel to which that is nothing has nothing to do."""

    def dress(self, theme: Theme) -> None:
        """Take on another theme and the language that is now spoken."""
        self.theme = theme
        self.phrases.retranslate()

    def show_refusal(self, text: str) -> None:
        """Say under the control that was used last why its change was refused, there alone; "" when a change was taken."""
        if self._refused is not None and not self._refused.holds_typed:
            self._refused.complain("")
        self._refused = self._asked if text else None
        if self._refused is not None:
            self._refused.complain(text)

    def edit(self, field: Field | None, label: str, change: Change, merge: str = "", **arguments: Any) -> None:
        """Emit a gesture; a refusal of it will be shown under ``field``."""
        self._asked = field
        if field is not None and field.complaint:
            field.complain("")
        self.edited.emit(Gesture(label, change, arguments, merge))

    def edit_recipe(self, field: Field | None, label: str, merge: str = "", **changes: Any) -> None:
        """Emit a change of the active network's recipe."""
        self.edit(field, label, Exploration.with_recipe, merge, **changes)

    def edit_layer(self, field: Field | None, label: str, merge: str = "", **changes: Any) -> None:
        """Emit a change of the chosen layer of the active network."""
        self.edit(field, label, with_chosen_changed, merge, **changes)


class Card(Panel):
    """A card of rows under a heading: labels at the left, controls at the right, words below them.

    ``complained(label)``: the ``label`` now says what is wrong, and should be seen.
    """

    complained = Signal(QWidget)

    def __init__(self, theme: Theme, title: str) -> None:
        super().__init__(theme)
        self._fields: list[Field] = []
        self._spoken = language()
        frame, self._grid = Plate(self), QGridLayout()
        outer = QGridLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(frame)
        frame.setLayout(self._grid)
        self._grid.setContentsMargins(10, 8, 10, 10)
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(5)
        self._grid.setColumnStretch(1, 1)
        heading = Label()
        set_tone(heading, "heading")
        self._grid.addWidget(heading, 0, 0, 1, 2)
        self.phrases.add(heading.setText, title)
        self.phrases.add(self.setAccessibleName, title)

    def put(self, control: QWidget) -> None:
        """Put a control without a label below the rows that there are."""
        self._grid.addWidget(control, self._grid.rowCount(), 0, 1, 2)

    def add_row(self, label: str, tip: str, control: QWidget, under: bool = False, **values: object) -> Field:
        """Return a new row: ``label`` and ``tip`` in English; ``under`` puts the control below its label.

        ``values`` are put into the tip.
        """
        field = Field(control, under, self.complained.emit)
        field.put_into(self._grid, self._grid.rowCount())
        self.phrases.add(field.label.setText, label)
        for part in (field.label, control):
            self.phrases.add(partial(teach, part), tip, **values)
        self.phrases.add(lambda text: control.setAccessibleName(text.replace("&", "")), label)
        if hasattr(control, "refused"):
            control.refused.connect(field.refuse)
        if hasattr(control, "released"):
            control.released.connect(self.released)
        self._fields.append(field)
        field.colour(self.theme)
        return field

    def dress(self, theme: Theme) -> None:
        """Take on another theme and the language that is now spoken."""
        super().dress(theme)
        said_anew, self._spoken = self._spoken != language(), language()
        for field in self._fields:
            field.colour(theme)
            if said_anew:
                field.retell()
            if said_anew and isinstance(field.control, Choice):
                field.control.retranslate()

    def label_width(self) -> int:
        """Return the width that the labels beside controls need, in pixels."""
        return max((field.label.sizeHint().width() for field in self._fields if not field.under), default=0)

    def set_label_width(self, width: int) -> None:
        """Let the controls begin at one place in all cards."""
        self._grid.setColumnMinimumWidth(0, width)
