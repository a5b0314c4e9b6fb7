"""The controls of the card "Try it": a text to type, a model that goes on, and its temperature."""

from __future__ import annotations

import math
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from explorer.gui.controls.bare import Slider
from explorer.gui.controls.diced import Diced
from explorer.gui.controls.number_field import NumberField
from explorer.gui.controls.plain import Label, set_tip, set_tone
from explorer.gui.controls.spoken import Amount, told_anew
from explorer.gui.controls.stillness import set_shown
from explorer.gui.plot.theme import Theme
from explorer.gui.views.tryout.candidates import CandidateTable
from explorer.gui.views.tryout.picture import aimed
from explorer.gui.words.i18n import Phrases, listed, mark, tr
from explorer.workspace.exploration.exploration import TEMPERATURES, Sequence, Text
from explorer.workspace.feed.tokens import visible
from explorer.workspace.looks.candidates import candidates_in
from explorer.workspace.looks.tryout import Tried, unknown_words

_NOTCHES = 100
"""Notches of the slider for a factor of ten."""
_SENTENCE = 30
"""A sentence that finds no end is cut off after so many symbols."""
_SEEDS = 2**32
_MOST_UNKNOWN = 4
"""So many unknown words are named."""


class TypedLine(QLineEdit):
    """A line of text; ``given_up()``: what was typed is not meant."""

    given_up = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Give up at Esc."""
        if event.key() == Qt.Key.Key_Escape:
            self.given_up.emit()
        else:
            super().keyPressEvent(event)


class TryForm(QWidget):
    """Tells what the person wants to try.

    ``typed(text)``: a text was typed; ``went_on(most)``: the model is to go on by so many symbols; ``warmed(temperature)``;
    ``released()``: the slider was let go; ``chose(likeliest)``, ``drew(seed)``: whether it draws, and with which seed.
    """

    typed = Signal(str)
    went_on = Signal(int)
    warmed = Signal(float)
    released = Signal()
    chose = Signal(bool)
    drew = Signal(int)

    def __init__(self, phrases: Phrases) -> None:
        super().__init__()
        self.text, self.word, self.sentence = TypedLine(), QPushButton(), QPushButton()
        self._temperature = 1.0
        self.temperature, self._warmth = Slider(self._amount, self._warm), Label()
        self.note, self.aim = Label(), Label()
        self._speaking, self._warming, self._drawing = QWidget(), QWidget(), QWidget()
        self.likeliest, self.seed = QCheckBox(), NumberField(0, characters=6)
        self.die = Diced(self.seed, mark("Another draw"), mark("Let the network draw other symbols next."))
        self.candidates = CandidateTable(phrases)
        self._shown = ""
        self._lay_out()
        self._teach(phrases)
        self._wire()

    def show_tried(self, tried: Tried, sequence: Sequence) -> None:
        """Show the text and the controls that fit what is learnt."""
        set_shown(self.text, isinstance(sequence, Text))
        if isinstance(sequence, Text) and sequence.text != self._shown:
            self.correct(sequence.text)
        for row in (self._speaking, self._warming, self._drawing, self.candidates):
            set_shown(row, tried.speaks)
        self._warming.setEnabled(not tried.lens.likeliest)
        self.die.setEnabled(not tried.lens.likeliest)
        self.likeliest.setChecked(tried.lens.likeliest)
        self.seed.set_value(tried.lens.draw)
        self.candidates.show_text(tried.lens.candidates, candidates_in(tried.lens) if tried.speaks else ())
        self._say_unknown(unknown_words(tried.fed) if tried.fed.symbolic else (), tried)
        self._say_aim(aimed(tried))
        self._show_temperature(tried.lens.temperature)

    def _show_temperature(self, value: float) -> None:
        other, self._temperature = value != self._temperature, value
        self.temperature.blockSignals(True)
        self.temperature.setValue(round(math.log10(value) * _NOTCHES))
        self.temperature.blockSignals(False)
        self._warmth.setText(tr("temperature {value}").format(value=self._amount().said))
        if other:
            told_anew(self.temperature)

    def _amount(self) -> Amount:
        value = self._temperature
        return Amount(value, *TEMPERATURES, value * (10.0 ** (1 / _NOTCHES) - 1.0), f"{value:.2f}")

    def _warm(self, value: float) -> None:
        self.temperature.setValue(round(math.log10(min(max(value, TEMPERATURES[0]), TEMPERATURES[1])) * _NOTCHES))

    def correct(self, text: str) -> None:
        """Show a text in the place of the one that was typed."""
        self._shown = text
        self.text.setText(_on_one_line(text))

    def _say_aim(self, name: str) -> None:
        set_shown(self.aim, bool(name))
        self.aim.setText(tr("target of the loss: {name}").format(name=name))

    def _say_unknown(self, unread: tuple[str, ...], tried: Tried) -> None:
        """Name the words that are not known, and say why where the vocabulary had no room for all."""
        set_shown(self.note, bool(unread))
        names = [*map(visible, unread[:_MOST_UNKNOWN]), *["…"] * (len(unread) > _MOST_UNKNOWN)]
        said = (
            tr("not in the vocabulary, read as <unk> and no target: {words}")
            if tried.speaks
            else tr("not in the vocabulary, read as <unk>: {words}")
        )
        lines = [said.format(words=listed(names))]
        sentence = tried.covered.told() if tried.covered is not None and tried.covered.is_cut else None
        self.note.setText("\n".join([*lines, sentence.said(tr)] if sentence is not None else lines))

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        self.note.setWordWrap(True)
        self.note.setTextFormat(Qt.TextFormat.PlainText)
        column.addWidget(self.text)
        self.aim.setWordWrap(True)
        self.aim.setTextFormat(Qt.TextFormat.PlainText)
        set_tone(self.aim, "muted")
        column.addWidget(self.note)
        column.addWidget(self.aim)
        for row, parts in (
            (self._speaking, (self.word, self.sentence)),
            (self._warming, (self._warmth, self.temperature)),
            (self._drawing, (self.likeliest, self.die)),
        ):
            line = QHBoxLayout(row)
            line.setContentsMargins(0, 0, 0, 0)
            for part in parts:
                line.addWidget(part, int(part is not self._warmth))
            column.addWidget(row)
        column.addWidget(self.candidates)

    def dress(self, theme: Theme) -> None:
        """Take on another theme and the language that is now spoken."""
        self.die.dress(theme)
        self.candidates.dress()

    def _wire(self) -> None:
        low, high = (math.log10(end) for end in TEMPERATURES)
        self.temperature.setRange(round(low * _NOTCHES), round(high * _NOTCHES))
        self.temperature.setPageStep(_NOTCHES // 5)
        self.text.editingFinished.connect(self._type)
        self.text.given_up.connect(lambda: self.correct(self._shown))
        self.word.clicked.connect(lambda: self.went_on.emit(1))
        self.sentence.clicked.connect(lambda: self.went_on.emit(_SENTENCE))
        self.temperature.valueChanged.connect(lambda notches: self.warmed.emit(10.0 ** (notches / _NOTCHES)))
        self.temperature.sliderReleased.connect(self.released)
        self.likeliest.clicked.connect(self.chose)
        self.seed.entered.connect(lambda value: self.drew.emit(int(value)))
        self.die.rolled.connect(lambda: self.drew.emit((int(self.seed.value) + 1) % _SEEDS))

    def _teach(self, phrases: Phrases) -> None:
        self.phrases = phrases
        self.phrases.add(self.text.setPlaceholderText, "type a text of your own")
        self.phrases.add(self.text.setAccessibleName, "Text that is tried")
        self.phrases.add(
            partial(set_tip, self.text),
            "Type a text and press Enter: the network reads it word by word. Where all examples of a judgement end in the "
            "same mark, as in a full stop, it is put behind a text that lacks it.",
        )
        self.phrases.add(
            partial(set_tip, self.note),
            "The network never read this word while it learnt. What <unk> adds to its state was never trained either; "
            "weight decay takes it towards zero.",
        )
        self.phrases.add(
            partial(set_tip, self.aim),
            "Nobody knows the right answer to a text of your own. The loss, and the maps of its gradient, still compare the "
            "network's answer with this target: choose another in the panel “Train”.",
        )
        self.phrases.add(self.word.setText, "One more")
        self.phrases.add(partial(set_tip, self.word), "Let the network draw the next symbol and read it.")
        self.phrases.add(self.sentence.setText, "Go on")
        self.phrases.add(
            partial(set_tip, self.sentence),
            "Let the network go on by itself to the end of the sentence, 30 symbols at most. "
            "Where the sentence has ended, a new one takes its place.",
        )
        self.phrases.add(self.likeliest.setText, "the likeliest")
        self.phrases.add(
            partial(set_tip, self.likeliest),
            "Always the most probable symbol; else one is drawn, by the seed beside it.",
        )
        self.phrases.add(self.seed.setAccessibleName, "Seed of what is drawn")
        self.phrases.add(partial(set_tip, self.seed), "The same text and seed always go on in the same way.")
        self.phrases.add(self.temperature.setAccessibleName, "Temperature")
        self.phrases.add(
            partial(set_tip, self.temperature),
            "Divides the logits before a symbol is drawn: below 1 the network plays safe, above 1 it dares more.",
        )

    def _type(self) -> None:
        text = self.text.text()
        if text.strip() and text != _on_one_line(self._shown):
            self._shown = text
            self.typed.emit(text)


def _on_one_line(text: str) -> str:
    return text.replace("\n", " ")
