"""The card of errors carried forwards: what it says of networks that remember, that forget and that overflow."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from explorer.gui.plot.theme import themes
from explorer.gui.views.inspect.forwards import ForwardsView

from .test_inspect_cards import CASES, close_look

pytestmark = pytest.mark.painted(False)
ROTATING = {"activation": "identity", "init": "orthogonal", "gain": 1.0}


@pytest.fixture
def card(qtbot: QtBot) -> ForwardsView:
    view = ForwardsView(themes()["light"])
    qtbot.addWidget(view)
    view.resize(320, 240)
    return view


def finished(card: ForwardsView, case: str) -> str:
    card.present(CASES[case]())
    card.finish()
    assert not card.grab().isNull()
    return card.told()


@pytest.mark.parametrize(
    ("case", "said"),
    [
        ("simple", "decades a step"),
        ("dead", "nothing of the gradient reaches the start"),
        ("overflow", "overflowed on the way"),
        ("no step", "no way back from step 0"),
    ],
)
def test_it_says_how_fast_the_way_forward_fails_or_where_it_ends(card: ForwardsView, case: str, said: str) -> None:
    assert said in finished(card, case)


def test_a_network_that_forgets_nothing_is_recovered_to_its_rounding(card: ForwardsView) -> None:
    card.present(close_look(t=12, **ROTATING))
    card.finish()
    assert "k = 12: ∂L/∂sₖ is off by " in card.told()
    assert "10⁻¹" in card.told()


def test_another_row_is_asked_for_at_rest_and_the_same_is_not(card: ForwardsView, qtbot: QtBot) -> None:
    jobs: list[object] = []
    card.asked.connect(jobs.append)
    for inspection in (first := close_look(t=9), first, close_look(t=5)):
        card.present(inspection)
        card.told()
        qtbot.waitUntil(lambda: not card._rest.isActive())
    assert len([job for job in jobs if job is not None]) == 2
