"""The nudge card: it asks, shows what comes, and its slider is an edit."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import shiboken6
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from explorer.engine.looks.nudge import Nudge
from explorer.gui.plot.theme import themes
from explorer.gui.views.inspect import nudge as nudge_card
from explorer.gui.views.inspect.nudge import NudgeView
from explorer.workspace.exploration.exploration import Exploration, Selection, Signal
from explorer.workspace.looks import nudging
from explorer.workspace.looks.analysis import analyse, inspect

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")
SMALL = Exploration(selection=Selection(t=12, k=3, unit=1), sequence=Signal(steps=20)).with_recipe(hidden=5)


@pytest.fixture
def card(qtbot: QtBot) -> Iterator[NudgeView]:
    view = NudgeView(themes()["light"])
    view.resize(320, 260)
    view.show()
    qtbot.waitExposed(view)
    yield view
    view.close()
    shiboken6.delete(view)


def shown(card: NudgeView, exploration: Exploration) -> None:
    card.present(inspect(analyse(exploration)))


def test_it_asks_once_for_what_it_shows(card: NudgeView, qtbot: QtBot) -> None:
    jobs: list[object] = []
    card.asked.connect(jobs.append)
    shown(card, SMALL)
    qtbot.waitUntil(lambda: bool(jobs))
    card.canvas.repaint()
    assert len(jobs) == 1


def test_the_subtitle_says_where_the_linear_picture_ends(card: NudgeView) -> None:
    shown(card, SMALL.with_recipe(activation="identity").with_lens(nudge=2.0))
    card.settle()
    assert "every step" in card.summary(card.inspection)
    shown(card, SMALL.with_lens(nudge=2.0))
    card.settle()
    assert "off by > 10 %" in card.summary(card.inspection)


def test_what_is_known_is_not_worked_out_again_and_what_is_new_is(
    card: NudgeView, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[tuple[object, ...]] = []

    def counted(*wanted: Any) -> Iterator[Nudge]:
        made.append(wanted)
        return nudging.nudged(*wanted)

    monkeypatch.setattr(nudge_card, "nudged", counted)
    shown(card, SMALL.with_lens(nudge=2.0))
    card.settle()
    card.settle()
    assert len(made) == 1
    shown(card, SMALL.with_lens(nudge=1.0))
    card.settle()
    assert [wanted[3] for wanted in made] == [2.0, 1.0]


def test_the_slider_is_an_edit_that_merges(card: NudgeView, qtbot: QtBot) -> None:
    edits: list[tuple[object, str]] = []
    card.edited.connect(lambda gesture: edits.append((gesture(SMALL).lens.nudge, gesture.merge)))
    shown(card, SMALL)
    qtbot.keyClick(card.slider, Qt.Key.Key_Right)
    assert edits == [(pytest.approx(0.11), "lens.nudge")]


def test_no_nudge_leaves_an_invitation(card: NudgeView, qtbot: QtBot) -> None:
    shown(card, SMALL.with_lens(nudge=0.0))
    qtbot.wait(20)
    assert card.name_at(card.canvas.rect().center().toPointF()) == ""
    assert card.summary(card.inspection) == ""
