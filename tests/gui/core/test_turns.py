"""What the eye is on shows an answer at once, the cards in the next turn, and none of them falls behind."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from explorer.gui.core.turns import Turns
from explorer.gui.core.view import View
from explorer.gui.plot.theme import themes
from explorer.workspace.exploration.exploration import Exploration, Selection
from explorer.workspace.exploration.exploration import Signal as Wave
from explorer.workspace.exploration.gesture import Gesture
from explorer.workspace.looks.analysis import Inspection, analyse, inspect

from ..conftest import SMALL, Window

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


class Card(View):
    """A view that remembers what it was shown and when it was painted."""

    def __init__(self, name: str, leads: bool, log: list[str]) -> None:
        super().__init__(themes()["light"], name, name)
        self.leads, self._log = leads, log
        self.drawn: list[Inspection] = []
        self.page = QLabel()
        self.set_content(self.page)
        self.page.installEventFilter(self)

    def draw(self, inspection: Inspection) -> None:
        self.drawn.append(inspection)
        self._log.append(f"{self.objectName()} drawn")
        self.page.setText(str(len(self.drawn)))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            self._log.append(f"{self.objectName()} painted")
        return super().eventFilter(watched, event)


def looked(gain: float) -> Inspection:
    first = Exploration(selection=Selection(t=2, k=1), sequence=Wave(steps=3)).with_recipe(hidden=2, gain=gain)
    return inspect(analyse(first))


@pytest.fixture
def cards(qtbot: QtBot) -> tuple[Card, Card, list[str]]:
    log: list[str] = []
    both = Card("map", True, log), Card("card", False, log)
    for card in both:
        qtbot.addWidget(card)
        card.resize(200, 100)
        card.show()
        qtbot.waitExposed(card)
    QApplication.processEvents()
    log.clear()
    return *both, log


def test_what_leads_is_painted_before_the_others_are_drawn(cards: tuple[Card, Card, list[str]], qtbot: QtBot) -> None:
    leading, other, log = cards
    turns = Turns()
    turns.present(looked(1.0), cards[:2])
    assert leading.drawn
    assert not other.drawn
    assert turns.waits(other)
    assert not turns.over
    qtbot.waitUntil(lambda: "card painted" in log)
    assert turns.over
    assert log.index("map painted") < log.index("card drawn")


def test_a_hand_has_its_turn_between_drawing_and_painting(cards: tuple[Card, Card, list[str]], qtbot: QtBot) -> None:
    """What it does has come by then, as a timer has that was due; also where something else has asked for the painting."""
    leading, other, log = cards
    turns = Turns()
    leading.page.update()
    QTimer.singleShot(0, lambda: log.append("hand"))
    turns.present(looked(1.0), [leading, other])
    qtbot.waitUntil(lambda: "map painted" in log)
    assert log[:3] == ["map drawn", "hand", "map painted"]


def test_cards_in_sight_have_their_turns_and_those_that_are_not_take_none(qtbot: QtBot) -> None:
    """However many there are, a hand waits for a few at most."""
    log: list[str] = []
    seen, hidden = ([Card(f"{name} {i}", False, log) for i in range(7)] for name in ("seen", "hidden"))
    for card in (*seen, *hidden):
        qtbot.addWidget(card)
    for card in seen:
        card.show()
        qtbot.waitExposed(card)
    QApplication.processEvents()
    log.clear()
    turns, hand = Turns(), QTimer()
    hand.timeout.connect(lambda: log.append("hand"))
    hand.start(0)
    turns.present(looked(1.0), [*hidden, *seen])
    qtbot.waitUntil(lambda: turns.over and sum(entry.endswith("painted") for entry in log) == len(seen))
    hand.stop()
    rounds = "\n".join(log).split("hand")
    assert max(entries.count("painted") for entries in rounds) <= 2
    assert sum(card.drawn != [] for card in hidden) == len(hidden)
    assert len({i for i, entries in enumerate(rounds) if "hidden" in entries}) == 1


def test_all_is_said_to_be_painted_once_the_others_are_too(cards: tuple[Card, Card, list[str]], qtbot: QtBot) -> None:
    *both, log = cards
    turns = Turns()
    turns.painted.connect(lambda: log.append("said"))
    turns.present(looked(1.0), both)
    qtbot.waitUntil(lambda: "said" in log)
    assert log[-2:] == ["card painted", "said"]


def test_a_view_waits_for_no_more_than_one_further_answer_and_shows_the_newest(
    cards: tuple[Card, Card, list[str]], qtbot: QtBot
) -> None:
    leading, other, _ = cards
    turns, answers = Turns(), [looked(1.0 + 0.1 * i) for i in range(5)]
    for answer in answers:
        turns.present(answer, cards[:2])
    # No turn of the event loop has come, as in a drag that leaves no idle moment.
    assert leading.drawn == answers
    assert other.drawn == [answers[1], answers[3]]
    qtbot.waitUntil(lambda: turns.over)
    assert other.drawn[-1] is answers[-1]


def test_what_completes_an_answer_is_in_what_a_waiting_view_is_shown(cards: tuple[Card, Card, list[str]]) -> None:
    leading, other, _ = cards
    turns, first, whole = Turns(), looked(1.0), looked(1.0)
    turns.present(first, cards[:2])
    turns.complete(whole, cards[:2])
    turns.catch_up()
    assert leading.drawn == [first]
    assert leading.inspection is other.inspection is whole
    assert other.drawn == [whole]


def test_slow_views_have_one_turn_each(cards: tuple[Card, Card, list[str]], qtbot: QtBot) -> None:
    leading, other, log = cards
    turns = Turns()
    turns.slow = True
    turns.present(looked(1.0), cards[:2])
    assert not leading.drawn
    qtbot.waitUntil(lambda: turns.over)
    assert leading.drawn == other.drawn
    assert log.index("map painted") < log.index("card drawn")


def test_after_a_drag_every_view_of_the_window_shows_where_it_ended(
    window_of: Callable[..., Window], qtbot: QtBot
) -> None:
    window = window_of(SMALL)
    for gain in (1.1, 1.2, 1.3, 1.4):
        window.controller.commit(Gesture.of("Change the gain", Exploration.with_recipe, "gain", gain=gain))
        qtbot.waitUntil(lambda gain=gain: window.map.inspection.analysis.exploration.recipe.gain == gain)
    qtbot.waitUntil(lambda: window.controller.caught_up)
    assert all(view.inspection.analysis.exploration == window.store.exploration for view in window.views)
