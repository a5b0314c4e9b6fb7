"""The card of the state's growth: what was measured beside theory, and of which cells nothing is told."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPointF
from pytestqt.qtbot import QtBot

from explorer.gui.plot.theme import themes
from explorer.gui.views.inspect.growth import GrowthView
from explorer.workspace.looks.growth import asked, grown

from .test_inspect_cards import close_look


@pytest.fixture
def card(qtbot: QtBot) -> GrowthView:
    view = GrowthView(themes()["light"])
    qtbot.addWidget(view)
    view.resize(360, 240)
    return view


def finished(card: GrowthView, **recipe: object) -> str:
    card.present(close_look(**recipe))
    card.finish()
    assert not card.grab().isNull()
    return card.told()


@pytest.mark.parametrize(
    ("recipe", "said"),
    [
        ({"cell": "lru"}, "|λ| from 0.9 to 0.999: 24.2 without γ, 1 with it"),
        ({"cell": "s4d"}, "without γ it would be"),
        ({"cell": "lstm"}, "whose units stand alone"),
    ],
)
def test_it_says_how_much_larger_the_state_is_than_what_enters(
    card: GrowthView, recipe: dict[str, object], said: str
) -> None:
    assert said in finished(card, **recipe)


def test_a_unit_is_named_under_the_pointer(card: GrowthView) -> None:
    finished(card, cell="lru")
    named = card.name_at(QPointF(card.canvas.width() / 2.0, card.canvas.height() / 2.0))
    assert "fed with noise" in named
    assert "γ² = " in named


def test_what_is_measured_on_the_network_that_is_shown_agrees_with_theory() -> None:
    (found,) = grown(*asked(close_look(steps=200, t=9, k=3, cell="lru", hidden=24)), lambda: False, lambda _: None)
    noise = found.noise
    assert noise.without_normalisation == pytest.approx(noise.expected_without_normalisation, rel=0.15)
    assert noise.with_normalisation == pytest.approx(noise.expected_with_normalisation, rel=0.15)
    assert found.radii == (0.9, 0.999)
