"""Try it: what the network answers after every step, and how a language model goes on by itself."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from functools import partial

import numpy as np
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import QVBoxLayout, QWidget

from explorer.engine import Network
from explorer.engine.work import Report, Stop
from explorer.gui.core.card import InspectCard, plain_key
from explorer.gui.plot.card_axes import page
from explorer.gui.plot.theme import Theme
from explorer.gui.views.tryout.bars import Bars
from explorer.gui.views.tryout.curves import MOST, Curves
from explorer.gui.views.tryout.entry import TryForm
from explorer.gui.views.tryout.flight import Flight
from explorer.gui.views.tryout.picture import Picture, answers
from explorer.gui.views.tryout.values import Series, Sum
from explorer.gui.views.tryout.words import Words
from explorer.gui.words.i18n import mark, tr
from explorer.workspace.exploration.exploration import TEMPERATURES, Exploration, Selection
from explorer.workspace.exploration.gesture import Gesture
from explorer.workspace.exploration.looking import MOST_CANDIDATES
from explorer.workspace.looks.analysis import Inspection
from explorer.workspace.looks.candidates import Weighed, candidates_of, weighed
from explorer.workspace.looks.tryout import Tried, chosen, completed, continued, tried, with_typed

_LOST = mark("Not a number: the network overflowed on the way.")
_OWN: dict[str, Callable[[Tried], Picture]] = {"ball": Flight, "adding": Sum}
"""Tasks with a picture of their own."""
_KEYS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_PageUp: -(10**6), Qt.Key.Key_PageDown: 10**6}


class TryView(InspectCard):
    """Draws what the network says in the way that fits the task.

    A text can be typed here, and a language model asked to go on.
    """

    shows_flow = False

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, mark("Try it"), "tryout", Bars.height)
        self._tried: Tried | None = None
        self._picture: Picture | None = None
        self.entry = TryForm(self.phrases)
        self._lay_out()
        self.entry.typed.connect(self._type)
        self.entry.went_on.connect(self._go_on)
        self.entry.warmed.connect(self._warm)
        self.entry.released.connect(self.released)
        self.entry.chose.connect(self._choose_way)
        self.entry.drew.connect(self._draw_another)
        self.entry.candidates.typed.connect(self._compare)
        self.entry.candidates.text.released.connect(self.released)
        self._asked: tuple[object, str] | None = None
        self.canvas.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.phrases.add(
            self.canvas.setAccessibleDescription,
            "The answer after the chosen step t. Left and Right choose another step; a ring marks the target where it is "
            "known.",
        )

    def draw(self, inspection: Inspection) -> None:
        """Show the answer, and the controls that fit what is learnt."""
        self._tried = tried(inspection)
        self.entry.show_tried(self._tried, inspection.analysis.exploration.sequence)
        self._choose_picture()
        super().draw(inspection)

    def restyle(self) -> None:
        """Take on the theme and the language."""
        super().restyle()
        self.entry.dress(self.theme)

    def prepare(self, inspection: Inspection) -> None:
        """Ask what the network finds of the candidate sentences, once of each network."""
        exploration, run = inspection.analysis.exploration, inspection.analysis.run
        key = run.network, exploration.lens.candidates
        if self._asked is None or self._asked[0] is not key[0] or self._asked[1] != key[1]:
            self._asked = key
            speaks = self._tried is not None and self._tried.speaks and bool(candidates_of(exploration))
            self.asked.emit(partial(_weigh, exploration, run.network) if speaks else None)

    def finish(self) -> None:
        """Weigh the candidates at once: for pictures."""
        if self.inspection is None or self._tried is None or not self._tried.speaks:
            return
        exploration = self.inspection.analysis.exploration
        if candidates_of(exploration):
            *_, found = weighed(exploration, self.inspection.analysis.run.network)
            self.answer(found)

    def answer(self, result: object) -> None:
        """Show what was found of the candidate sentences."""
        assert isinstance(result, Weighed)
        self.entry.candidates.show_weighed(result)

    def draw_cursor(self, selection: Selection) -> None:
        """Show the answer after another step at once."""
        if self._tried is not None:
            self._tried = dataclasses.replace(self._tried, t=min(max(selection.t, 1), self._tried.steps))
            self._choose_picture()
            self.set_subtitle(self._said())
            self.canvas.update()

    def summary(self, inspection: Inspection) -> str:  # noqa: ARG002 - the picture knows it
        """Return what the network answers at step t."""
        return self._said()

    def describe(self, inspection: Inspection) -> str:  # noqa: ARG002 - what was tried holds it
        """Return all that is said after the step."""
        if self._tried is None or self._picture is None:
            return tr(_LOST)
        return answers(self._tried)

    def paint(self, painter: QPainter, area: QRectF) -> None:
        """Paint the picture that fits the task."""
        if self._picture is None:
            page(painter, area, self.theme, tr(_LOST))
        else:
            self._picture.paint(painter, area, self.theme)

    def name_at(self, point: QPointF) -> str:
        """Return what is under the pointer."""
        return self._picture.name_at(point) if self._picture else ""

    def pointed(self, point: QPointF, where: QPoint) -> None:
        """Name what is under the pointer, and show by a hand what a click goes on with."""
        writes = self._picture is not None and bool(self._picture.symbol_at(point))
        self.canvas.setCursor(Qt.CursorShape.PointingHandCursor if writes else Qt.CursorShape.ArrowCursor)
        super().pointed(point, where)

    def clicked(self, point: QPointF) -> None:
        """Go on with the symbol under the pointer, or look at the step that is there."""
        if self._picture is None:
            return
        symbol, t = self._picture.symbol_at(point), self._picture.step_at(point)
        if symbol:
            self.edited.emit(Gesture.of(mark("Choose the next symbol"), chosen, symbol=symbol))
        elif t:
            self._select(t)

    def double_clicked(self, point: QPointF) -> None:
        """Take the second click of two for one where it looks at a step; a symbol is written once."""
        if self._picture is not None and not self._picture.symbol_at(point):
            self.clicked(point)

    def claims(self, event: QKeyEvent) -> bool:
        """Take the keys that choose a step."""
        return event.key() in _KEYS and plain_key(event)

    def typed(self, event: QKeyEvent) -> bool:
        """Choose another step."""
        if not self.claims(event) or self._tried is None:
            return False
        self._select(min(max(self._tried.t + _KEYS[Qt.Key(event.key())], 1), self._tried.steps))
        return True

    def _lay_out(self) -> None:
        whole = QWidget()
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.entry)
        column.addWidget(self.canvas, 1)
        self.set_content(whole)
        # The stack had hidden it when it was a page of its own.
        self.canvas.show()

    def _choose_picture(self) -> None:
        """Make the picture of what is said; it takes the height that it needs."""
        assert self._tried is not None
        finite = bool(np.isfinite(self._tried.said).all())
        self._picture = _kind(self._tried)(self._tried) if finite else None
        height = self._picture.height if self._picture else Bars.height
        if height != self._height:
            self._height = height
            self._set_height()

    def _said(self) -> str:
        return self._picture.summary() if self._picture else ""

    def _select(self, t: int) -> None:
        if self.inspection is not None:
            self.selected.emit(t, min(self.inspection.k, t))

    def _type(self, text: str) -> None:
        if self.inspection is None:
            return
        whole = completed(self.inspection.analysis.exploration, text)
        if whole != text:
            self.entry.correct(whole)
        self.edited.emit(Gesture.of(mark("Try a text"), with_typed, text=whole))

    def _go_on(self, most: int) -> None:
        if self.inspection is None:
            return
        trace = self.inspection.analysis.run.trace
        name = mark("Let the network go on")
        self.edited.emit(Gesture.of(name, continued, network=trace.network, s0=trace.s[0], most=most))

    def _choose_way(self, likeliest: bool) -> None:
        name = mark("Draw symbols, or take the likeliest")
        self.edited.emit(Gesture.of(name, Exploration.with_lens, likeliest=likeliest))

    def _draw_another(self, seed: int) -> None:
        self.edited.emit(Gesture.of(mark("Draw other symbols"), Exploration.with_lens, draw=seed))

    def _compare(self, text: str) -> None:
        name = mark("Compare candidate sentences")
        self.edited.emit(Gesture.of(name, Exploration.with_lens, "candidates", candidates=text[:MOST_CANDIDATES]))

    def _warm(self, temperature: float) -> None:
        warmth = min(max(temperature, TEMPERATURES[0]), TEMPERATURES[1])
        name = mark("Change the temperature")
        self.edited.emit(Gesture.of(name, Exploration.with_lens, "lens.temperature", temperature=warmth))


def _weigh(exploration: Exploration, network: Network, stop: Stop, _: Report) -> Iterator[Weighed]:
    yield from weighed(exploration, network, stop)


def _kind(tried: Tried) -> Callable[[Tried], Picture]:
    """Return which picture fits the task, or the network where there is none."""
    if tried.task in _OWN and tried.fed.x.shape[1] == 2:
        return _OWN[tried.task]
    if tried.readout == "identity" and tried.every and tried.task and tried.said.shape[1] == 1:
        return Series
    if tried.speaks or (tried.said.shape[1] > MOST and not _labels(tried)):
        return Bars
    return Words if _labels(tried) else Curves


def _labels(tried: Tried) -> bool:
    """Return whether each word of a text has a label."""
    return bool(tried.task) and tried.fed.symbolic and tried.every and tried.readout == "softmax"
