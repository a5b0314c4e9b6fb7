"""The card of time scales: what it counts, and what it says of networks that have none."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPointF
from pytestqt.qtbot import QtBot

from explorer.gui.plot.theme import themes
from explorer.gui.views.inspect.time_scales import TimeScalesView
from explorer.workspace.looks.time_scales import asked, counted

from .test_inspect_cards import close_look


@pytest.fixture
def card(qtbot: QtBot) -> TimeScalesView:
    view = TimeScalesView(themes()["light"])
    qtbot.addWidget(view)
    view.resize(320, 240)
    return view


def finished(card: TimeScalesView, **recipe: object) -> str:
    card.present(close_look(**recipe))
    card.finish()
    assert not card.grab().isNull()
    return card.told()


@pytest.mark.parametrize(
    ("recipe", "said"),
    [
        ({}, "No unit keeps a share of its own state"),
        ({"cell": "lstm"}, "half-lives of 6 units"),
        ({"cell": "residual"}, "units that lose nothing: 6"),
        ({"cell": "mist"}, "several steps ago"),
    ],
)
def test_it_counts_what_remembers_by_itself(card: TimeScalesView, recipe: dict[str, object], said: str) -> None:
    assert said in finished(card, **recipe)


def test_bars_and_dots_are_named(card: TimeScalesView) -> None:
    finished(card, cell="lstm", chrono=20)
    y = card.canvas.height() / 2
    named = {card.name_at(QPointF(float(x), y)) for x in range(0, card.canvas.width(), 3)}
    assert any("units" in name and "a chrono start lets expect" in name for name in named)
    assert any("∂sₜ/∂λ is" in name for name in named)


def test_bins_hold_all_units_and_what_a_chrono_start_lets_expect_adds_up_to_them() -> None:
    inspection = close_look(cell="lstm", hidden=40, chrono=30)
    (found,) = counted(*asked(inspection), lambda: False, lambda _: None)
    edges, counts = found.counted()
    assert counts.sum() == 40
    expected = found.expected(np.array([-1.0, *edges[1:-1], 2.0]))
    assert expected is not None
    assert expected.sum() == pytest.approx(40.0)
