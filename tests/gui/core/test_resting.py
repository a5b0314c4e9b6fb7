"""Cards that ask at rest: a hand that moves again has the interpreter to itself."""

from __future__ import annotations

from functools import partial

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter
from pytestqt.qtbot import QtBot

from explorer.engine.work import never, silent
from explorer.gui.core.resting import RestingCard
from explorer.gui.plot.theme import themes
from explorer.gui.words.i18n import mark
from explorer.workspace.exploration.exploration import Exploration
from explorer.workspace.looks.analysis import analyse


class Card(RestingCard):
    """Asks for nothing by itself."""

    def paint_known(self, painter: QPainter, area: QRectF) -> None:
        """Paint nothing."""


@pytest.fixture
def card(qtbot: QtBot) -> Card:
    card = Card(themes()["light"], mark("Claims"), "card", 100)
    qtbot.addWidget(card)
    return card


def test_what_is_under_way_is_given_up_by_any_change_and_asked_again_at_rest(qtbot: QtBot, card: Card) -> None:
    asked: list[object] = []
    card.asked.connect(asked.append)
    card.ask_at_rest(lambda _stop, _report: iter([1]), analyse(Exploration()).run.course)
    qtbot.waitUntil(lambda: len(asked) == 1)
    card.expect(Exploration())
    assert asked[1:] == [None]
    qtbot.waitUntil(lambda: len(asked) == 3)
    assert isinstance(asked[2], partial)


def test_one_card_works_at_a_time_and_the_next_when_it_has_done(qtbot: QtBot, card: Card) -> None:
    jobs: list[partial] = []
    card.asked.connect(lambda job: jobs.append(job) if job else None)
    course = analyse(Exploration()).run.course
    for part in range(2):
        card.ask_at_rest(lambda _stop, _report: iter([1, 2]), course, part)
        qtbot.waitUntil(lambda part=part: len(jobs) == part + 1)
    first, second = (job(never, silent) for job in jobs)
    assert next(first) == 1
    # Another waits, and ends if it is no longer wanted.
    assert list(jobs[1](lambda: True, silent)) == []
    assert list(first) == [2]
    assert list(second) == [1, 2]
