"""How a prediction is made: one control for each kind, which gives what was predicted."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from explorer.gui.controls.plain import Label, in_menu, set_tone, teach
from explorer.gui.lessons.pads import CurvePad, HorizonPad
from explorer.gui.words import joining
from explorer.gui.words.i18n import language, tr
from explorer.workspace.lessons.lesson import VERDICTS, Prediction, kind_range
from explorer.workspace.looks.sentences import KIND_NAMES


class Answers(QWidget):
    """A row of buttons; ``given(prediction)`` when it is made."""

    given = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.buttons: list[QPushButton] = []
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(0, 0, 0, 0)
        self.row.addStretch(1)

    def button(self, text: str, tip: str = "") -> QPushButton:
        """Return a new button in the row."""
        made = QPushButton(in_menu(text))
        made.setAccessibleName(text)
        # A click leaves the keyboard where it is: this button goes when it is answered.
        made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        teach(made, tip)
        self.row.insertWidget(len(self.buttons), made)
        self.buttons.append(made)
        return made

    def hint(self, text: str) -> None:
        """Say behind the buttons how it is answered."""
        said = Label(text)
        set_tone(said, "muted")
        self.row.insertWidget(len(self.buttons), said)


class Choice(Answers):
    """One button for each answer: pressing it gives its place, or what stands for it in ``values``."""

    def __init__(self, texts: Sequence[str], values: Sequence[object]) -> None:
        super().__init__()
        for text, value in zip(texts, values, strict=True):
            self.button(text).clicked.connect(lambda _=False, value=value: self.given.emit(value))


class Ranking(Answers):
    """One button for each network, to be pressed from the greatest on; pressing a numbered one begins anew."""

    def __init__(self, texts: Sequence[str], order: Sequence[int] = ()) -> None:
        super().__init__()
        self._texts, self.order = tuple(texts), list(order)
        tip = tr("Press the networks in their order, the greatest first.")
        for i, text in enumerate(texts):
            self.button(text, tip).clicked.connect(lambda _=False, i=i: self._press(i))
        self.hint(tip)
        self._number()

    def _press(self, i: int) -> None:
        self.order = [] if i in self.order else [*self.order, i]
        self._number()
        if len(self.order) == len(self.buttons):
            self.given.emit(tuple(self.order))

    def _number(self) -> None:
        for place, button in enumerate(self.buttons):
            text = self._texts[place]
            if place in self.order:
                text = tr("{number}. {name}").format(number=self.order.index(place) + 1, name=text)
            button.setText(in_menu(text))
            button.setAccessibleName(text)


class Drawing(Answers):
    """What was drawn on a ``pad`` in the place of the decay, given by a button."""

    def __init__(self, pad: CurvePad | HorizonPad) -> None:
        super().__init__()
        self.pad = pad
        done = self.button(tr("That is my prediction"))
        done.setProperty("primary", True)
        done.clicked.connect(lambda: self.given.emit(pad.curve() if isinstance(pad, CurvePad) else pad.steps))
        if isinstance(pad, HorizonPad):
            self.hint(tr("Drag the edge to where you think that it ends."))
        else:
            done.setEnabled(pad.drawn)
            pad.changed.connect(lambda: done.setEnabled(True))


def answers(
    prediction: Prediction, networks: Sequence[str], pad: CurvePad | HorizonPad | None, before: Answers | None
) -> Answers:
    """Return what a prediction is made with; networks are to be ranked by their names, curves are drawn on the ``pad``.

    What the person has answered ``before`` in another language stands.
    """
    if pad is not None:
        return Drawing(pad)
    if prediction.kind == "rank":
        return Ranking(networks, before.order if isinstance(before, Ranking) else ())
    if prediction.kind == "verdict":
        return Choice([joining.told(KIND_NAMES[kind].said(tr), kind_range(kind)) for kind in VERDICTS], VERDICTS)
    return Choice([option.say[language()] for option in prediction.options], range(len(prediction.options)))
