"""The card of claims: it asks for what is measured, marks it by sign and word, and says it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import shiboken6
from PySide6.QtCore import QPointF, Qt
from pytestqt.qtbot import QtBot

from explorer.gui.plot.theme import themes
from explorer.gui.views.inspect.claims import ClaimsView
from explorer.gui.words.i18n import speaking
from explorer.workspace.exploration.exploration import Exploration, LayerRecipe, Recipe, Signal
from explorer.workspace.looks.analysis import analyse, inspect

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


def looked(**recipe: object) -> Exploration:
    return Exploration(networks=(Recipe(hidden=4, **recipe),), sequence=Signal(kind="noise", steps=9))


@pytest.fixture
def card(qtbot: QtBot) -> Iterator[ClaimsView]:
    view = ClaimsView(themes()["light"])
    view.resize(320, 260)
    view.show()
    qtbot.waitExposed(view)
    yield view
    view.close()
    shiboken6.delete(view)


def shown(card: ClaimsView, exploration: Exploration) -> None:
    card.present(inspect(analyse(exploration)))


def test_it_asks_once_a_run_and_measures_nothing_itself(card: ClaimsView, qtbot: QtBot) -> None:
    jobs: list[object] = []
    card.asked.connect(jobs.append)
    exploration = looked(cell="mingru")
    analysis = analyse(exploration)
    card.present(inspect(analysis))
    qtbot.waitUntil(lambda: bool(jobs))
    assert "holds" not in card.told()
    card.present(inspect(analysis))
    card.canvas.repaint()
    assert len(jobs) == 1
    for found in jobs[0](lambda: False, lambda _: None):  # type: ignore[operator]
        card.answer(found)
    assert "No step lengthens a gradient (holds, measured 0." in card.told()


def test_nothing_is_measured_while_a_hand_moves(card: ClaimsView, qtbot: QtBot) -> None:
    """Of several runs in a row the last is asked about, once it stays; what is under way of another is given up."""
    jobs: list[object] = []
    card.asked.connect(jobs.append)
    runs = [inspect(analyse(looked(cell="mingru", gain=gain))) for gain in (1.0, 1.1, 1.2)]
    card.present(runs[0])
    card.canvas.repaint()
    card.present(runs[1])
    assert not jobs
    qtbot.waitUntil(lambda: bool(jobs))
    assert [job.args[0].args for job in jobs] == [(runs[1].analysis.run,)]  # type: ignore[attr-defined]
    card.present(runs[2])
    card.canvas.repaint()
    assert jobs[1:] == [None]


def test_what_belongs_to_the_run_before_is_paler(card: ClaimsView) -> None:
    def darkest() -> int:
        image = card.canvas.grab().toImage()
        return min(
            image.pixelColor(x, y).lightness() for x in range(image.width()) for y in range(0, image.height(), 2)
        )

    shown(card, looked(cell="mingru"))
    card.settle()
    known = darkest()
    shown(card, looked(cell="mingru", gain=1.1))
    assert darkest() > known + 50
    card.settle()
    assert darkest() == known


def test_marks_are_counted_and_told_in_both_languages(card: ClaimsView) -> None:
    shown(card, looked(cell="lstm"))
    card.settle()
    assert card.subtitle == "2 of 3 hold"
    assert "From c to c nothing goes but along the direct path (does not hold here, another way brings" in card.told()
    with speaking("zh_CN"):
        card.dress(themes()["dark"])
        assert "直通通路传递（在此不成立，其他路径带来 ‖∂cₜ/∂cₖ‖ 的" in card.told()


def test_claim_under_the_pointer_names_its_source(card: ClaimsView) -> None:
    shown(card, looked(cell="gla"))
    card.settle()
    said = {card.name_at(QPointF(60.0, y)) for y in range(0, card.canvas.height(), 8)}
    assert any("Half-life" in one and "Yang et al. 2024" in one and "first 64" in one for one in said)


def test_what_does_not_fit_is_scrolled_to_by_keys(card: ClaimsView, qtbot: QtBot) -> None:
    shown(card, looked(cell="lstm", above=(LayerRecipe(cell="gla", hidden=3),) * 5))
    card.settle()
    last = "Layer 6: Gated linear attention (GLA), one head"
    below = QPointF(60.0, card.canvas.height() - 90.0)
    assert last not in {card.name_at(QPointF(60.0, y)) for y in range(0, card.canvas.height(), 6)}
    for _ in range(9):
        qtbot.keyClick(card.canvas, Qt.Key.Key_PageDown)
    assert last in {card.name_at(QPointF(60.0, y)) for y in range(0, card.canvas.height(), 6)}
    assert not card.wheeled(below, -1.0)
