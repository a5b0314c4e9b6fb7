"""What the optimiser sees: the card says where the gradient comes from, and how far it can be trusted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from explorer.engine.errors import TooBig
from explorer.gui.core.view import Job
from explorer.gui.plot import theme as look
from explorer.gui.views.lags.lags import LagsView
from explorer.gui.views.lags.text import sentence, trust_lines
from explorer.gui.words import i18n
from explorer.workspace.disk.presets import preset
from explorer.workspace.exploration.exploration import Exploration, LayerRecipe, Signal
from explorer.workspace.exploration.task import Aim, Task
from explorer.workspace.looks.analysis import Inspection, analyse, inspect
from explorer.workspace.looks.lags import LagPair, Lags, pair
from explorer.workspace.tasks import taught

pytestmark = [
    pytest.mark.qt_log_ignore("This plugin does not support"),
    pytest.mark.filterwarnings("ignore:divide by zero:RuntimeWarning:explorer.engine"),
]

LIGHT = next(iter(look.themes().values()))
ASKED = Exploration(sequence=Signal(steps=12)).with_recipe(hidden=5).with_selection(t=9, k=3).with_lens(quantity="W")


@pytest.fixture(autouse=True)
def english_again() -> Iterator[None]:
    yield
    i18n.set_language("en")


class Card(LagsView):
    """A card whose jobs are done when `work` is called."""

    def __init__(self) -> None:
        super().__init__(LIGHT)
        self.jobs: list[Job | None] = []
        self.asked.connect(self.jobs.append)

    def work(self) -> None:
        while self.jobs:
            job = self.jobs.pop(0)
            for result in job(lambda: False, lambda _: None) if job is not None else ():
                self.answer(result)

    def see(self) -> None:
        """Paint, work, and paint again."""
        self.grab()
        self.work()
        self.grab()


@pytest.fixture
def card(qtbot: QtBot) -> Card:
    view = Card()
    qtbot.addWidget(view)
    view.resize(330, 240)
    view.dress(LIGHT)
    return view


def look_at(exploration: Exploration) -> Inspection:
    return inspect(analyse(exploration))


def broken(view: LagsView) -> str:
    return view._error.toolTip() if view._pages.currentWidget() is view._error else ""


def lag_point(card: Card, lag: int) -> QPointF:
    assert card._chart is not None
    return QPointF(card._chart.axes.x(lag), card._chart.axes.frame.center().y())


CASES: dict[str, Callable[[], Exploration]] = {
    "plain": lambda: ASKED,
    "window": lambda: ASKED.with_settings(window=4),
    "chunk": lambda: ASKED.with_settings(chunk=5),
    "U of an lstm": lambda: ASKED.with_recipe(cell="lstm").with_lens(quantity="U"),
    "delta of a gru": lambda: ASKED.with_recipe(cell="gru").with_lens(quantity="delta"),
    "dead": lambda: ASKED.with_recipe(activation="relu", bias=-9.0),
    "one step": lambda: ASKED.with_sequence(Signal(steps=1)),
    "long": lambda: ASKED.with_sequence(Signal(steps=400)).with_settings(window=100),
    "overflow": lambda: ASKED.with_sequence(Signal(steps=400)).with_recipe(activation="relu", gain=50.0, bias=1.0),
}


@pytest.mark.parametrize("case", CASES)
@pytest.mark.filterwarnings("ignore::RuntimeWarning:explorer.engine")
def test_every_gradient_can_be_looked_at_in_every_theme_and_language(qtbot: QtBot, card: Card, case: str):
    inspection = look_at(CASES[case]())
    for theme in look.themes().values():
        for code in i18n.languages():
            i18n.set_language(code)
            card.dress(theme)
            card.present(inspection)
            card.see()
            qtbot.wait(0)
            assert broken(card) == ""
    for x in range(4, 330, 10):
        for y in range(4, 240, 10):
            card.name_at(QPointF(x, y))


def test_without_a_loss_the_card_says_how_to_get_one_and_does_it(qtbot: QtBot, card: Card):
    plain = ASKED.with_lens(quantity="flow")
    card.present(look_at(plain))
    card.see()
    assert "∂L/∂W" in card.message.text()
    assert card.badge.isHidden()
    assert card.jobs == []
    with qtbot.waitSignal(card.edited) as signal:
        card.link.click()
    assert signal.args[0](plain).lens.quantity == "W"
    card.present(look_at(ASKED))
    assert card._stack.currentWidget() is card._full
    assert not card.badge.isHidden()


def test_where_no_weight_stands_at_the_state_the_card_leads_to_the_gradient_of_those_at_the_input(
    qtbot: QtBot, card: Card
):
    plain = ASKED.with_recipe(cell="mingru").with_lens(quantity="flow")
    card.present(look_at(plain))
    assert "∂L/∂U" in card.message.text()
    assert card.link.text() == "Show ∂L/∂U on the flow map"
    with qtbot.waitSignal(card.edited) as signal:
        card.link.click()
    asked = look_at(signal.args[0](plain))
    assert asked.judged is not None
    assert asked.unjudged is None
    card.present(asked)
    assert card._stack.currentWidget() is card._full


def test_keyboard_stays_in_the_card_when_the_link_gives_way_to_the_chart(qtbot: QtBot, card: Card):
    window, other = QWidget(), QPushButton("another card")
    qtbot.addWidget(window)
    column = QVBoxLayout(window)
    column.addWidget(card)
    column.addWidget(other)
    plain, asked = look_at(ASKED.with_lens(quantity="flow")), look_at(ASKED)
    card.present(plain)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    card.link.setFocus()
    card.present(asked)
    assert card.canvas.hasFocus()
    card.present(plain)
    assert not other.hasFocus()
    card.setParent(None)


def test_why_there_is_no_loss_is_said_in_the_language_of_the_screen(card: Card):
    wrong = look_at(Exploration(sequence=Signal(steps=4), aim=Aim(target=9.0)).with_lens(quantity="W"))
    card.present(wrong)
    assert "class 9; the network has the classes 1 to 3" in card.message.text()
    assert card.link.isHidden()
    i18n.set_language("zh_CN")
    card.dress(LIGHT)
    assert "第 9 类" in card.message.text()


def test_work_waits_until_the_card_is_seen_and_is_asked_for_once(card: Card):
    inspection = look_at(ASKED)
    card.present(inspection)
    card.present(inspection)
    assert card.jobs == []
    card.grab()
    card.grab()
    assert len(card.jobs) == 1
    card.work()
    card.present(inspection)
    card.grab()
    assert card.jobs == []


def test_sentence_tells_from_which_lags_the_seen_gradient_comes(card: Card):
    card.present(look_at(ASKED))
    card.settle()
    assert card._found is not None
    found = card._found.lags
    share = 100 * found.full.share[: found.full.reach + 1].sum()
    reach = found.full.reach
    assert sentence(found) == f"{share:.0f} % of ∂L/∂W comes from {reach + 1} of 12 lags, 0–{reach}"


@pytest.mark.parametrize(
    ("shares", "said"),
    [
        ([1.03, -0.03], "lag 0 of 2 lags carries ∂L/∂W: 103 %, longer ones pull back 3 %"),
        ([0.5, 0.55, -0.05], "2 of 3 lags, 0–1, carry ∂L/∂W: 105 %, longer ones pull back 5 %"),
        ([0.96, 0.04], "96 % of ∂L/∂W comes from lag 0 alone, of 2 lags"),
        ([1.004, -0.004], "100 % of ∂L/∂W comes from lag 0 alone, of 2 lags"),
        ([0.6, 0.2, 0.2], "∂L/∂W comes from all 3 lags"),
        ([1.0], "∂L/∂W comes from lag 0, the only one"),
    ],
)
def test_how_far_back_the_gradient_reaches_is_told_of_how_many_lags(shares: list[float], said: str):
    one = Lags(np.zeros(len(shares)), np.array(shares), 0.0)
    assert sentence(LagPair("W", one, one, len(shares))) == said


def test_no_lag_is_longer_than_the_last_loss_lets_it_be(card: Card):
    card.present(look_at(taught(ASKED, Task(kind="sine"))))
    card.settle()
    found = card._found
    assert found is not None
    # The last value has no next one to be told.
    assert np.isnan(found.judged.targets[-1]).all()
    assert found.lags.count == len(found.judged.targets) - 1 == len(found.lags.full.share) - 1


def test_truncated_gradient_is_compared_with_the_whole_one():
    whole, kept = Lags(np.zeros(3), np.array([0.6, 0.3, 0.1]), 0.0), Lags(np.zeros(3), np.array([1.0, 0.0, 0.0]), 0.0)
    assert sentence(LagPair("W", whole, kept, 5)) == "Not truncated: 100 % of ∂L/∂W comes from 3 of 5 lags, 0–2"


def test_gradient_of_a_task_is_shown_on_the_scale_of_training(card: Card):
    learning = taught(Exploration(), Task(kind="next_word"))
    inspection = look_at(learning)
    card.present(inspection)
    card.settle()
    card.grab()
    judged = inspection.judged
    assert judged is not None
    assert card._chart is not None
    losses = int((judged.targets != -1).sum())
    assert losses == 9
    assert card._about._label.text() == "this sequence: mean of 9 losses"
    shown, whole = card._chart.pair.cut.log_whole, np.log(np.linalg.norm(judged.full.W))
    assert shown == pytest.approx(whole - np.log(9))
    assert card.name_at(lag_point(card, 0)).startswith("lag 0: ‖Σ terms‖ / 9 = ")
    assert card.name_at(lag_point(card, 8)).startswith("lag 8: exactly zero: its one term is multiplied with s₀ = 0")
    assert card.name_at(lag_point(card, 9)).startswith("lag 9: exactly zero: no loss enters so late")


def test_longest_lag_is_zero_because_the_initial_state_is(card: Card):
    card.present(look_at(ASKED))
    card.see()
    assert card.name_at(lag_point(card, 11)).startswith("lag 11: exactly zero: its one term is multiplied with s₀ = 0")


def test_hover_tells_what_truncation_throws_away(card: Card):
    card.present(look_at(ASKED.with_settings(window=4)))
    card.see()
    said = card.name_at(lag_point(card, 6)).splitlines()
    assert said[0] == "lag 6: exactly zero: truncation cuts it off"
    assert said[1].startswith("Cut off: whole it is ")
    assert "Cut off" not in card.name_at(lag_point(card, 2))


def test_click_and_keys_choose_a_pair_with_that_lag(qtbot: QtBot, card: Card):
    card.present(look_at(ASKED))
    card.show()
    card.see()
    chosen: list[tuple[int, int]] = []
    card.selected.connect(lambda t, k: chosen.append((t, k)))
    card.clicked(lag_point(card, 2))
    card.clicked(lag_point(card, 11))
    qtbot.keyClick(card.canvas, Qt.Key.Key_Right)
    qtbot.keyClick(card.canvas, Qt.Key.Key_PageDown)
    assert chosen == [(9, 7), (12, 1), (9, 2), (12, 1)]


def test_badge_says_the_verdict_in_words_and_what_was_compared(card: Card):
    card.present(look_at(ASKED))
    card.see()
    assert (card.badge.button.text(), card.badge.state.text()) == ("Check", "")
    card.badge.button.click()
    assert card.badge.state.text() == "checking …"
    card.work()
    assert (card.badge.button.text(), card.badge.state.text()) == ("Check", "✓ agrees")
    for words in ("forward mode", "central differences", "real-time recurrent learning", "derivatives were tried"):
        assert words in card.badge.button.toolTip()
    assert card.trust is not None
    assert card.trust.made == "done"


def test_badge_of_chaos_agrees_and_says_what_differences_can_not_measure(card: Card):
    card.present(look_at(preset("chaos").exploration.with_lens(quantity="W")))
    card.see()
    card.check()
    card.work()
    assert card.badge.state.text() == "✓ agrees"
    assert "no differences of U, W, b, x, s₀: the loss bends" in card.badge.button.toolTip()
    assert card.trust is not None
    assert card._found is not None
    assert trust_lines(card.trust, card._found.judged)[2].startswith(
        "no differences of U, W, b, x, s₀: the loss bends too"
    )


def test_of_what_goes_through_a_rounded_number_it_is_said_why_there_are_no_differences(card: Card):
    # A skip RNN's gate is rounded to 0 or 1.
    card.present(
        look_at(ASKED.with_recipe(cell="skip_lstm", hidden=3).with_sequence(Signal(steps=5)).with_selection(t=4, k=1))
    )
    card.see()
    card.check()
    card.work()
    assert card.trust is not None
    assert card._found is not None
    _, measured, why = trust_lines(card.trust, card._found.judged)
    assert measured.startswith("differences ")
    assert why.startswith("no differences of U_i, W_i, b_i")
    assert why.endswith("a number is rounded on the way, and the gradient goes straight through the jump")


def test_parameters_of_several_layers_are_written_as_the_window_writes_them(card: Card):
    above = LayerRecipe(hidden=3)
    asked = preset("chaos").exploration.with_lens(quantity="W")
    card.present(look_at(asked.with_recipe(above=(above,), hidden=20)))
    card.see()
    card.check()
    card.work()
    assert card.trust is not None
    assert card._found is not None
    assert "/" not in "".join(trust_lines(card.trust, card._found.judged)[1:])


def test_check_does_not_outlive_the_gradient_that_was_checked(card: Card):
    card.present(look_at(ASKED))
    card.see()
    card.check()
    card.work()
    assert card.trust is not None
    card.present(look_at(ASKED.with_recipe(gain=1.7)))
    assert card.trust is None
    assert (card.badge.button.text(), card.badge.state.text()) == ("Check", "not checked")
    card.see()
    assert card.trust is None


def test_check_outlives_a_move_of_the_cursor_and_a_look_at_the_other_matrix(card: Card):
    first = look_at(ASKED)
    card.present(first)
    card.see()
    card.check()
    card.work()
    analysis = analyse(ASKED.with_lens(quantity="U").with_selection(t=5, k=1))
    moved = replace(inspect(analysis), judged=first.judged)
    card.present(moved)
    card.see()
    assert card._found is not None
    assert card._found.lags.name == "U"
    assert card.badge.state.text() == "✓ agrees"


def test_truncated_gradient_says_that_only_the_whole_one_is_compared_with_differences(card: Card):
    card.present(look_at(ASKED.with_settings(window=3)))
    card.see()
    card.check()
    card.work()
    assert "derivative of no loss" in card.badge.button.toolTip()


def test_what_does_not_fit_in_memory_is_said_in_the_card(card: Card):
    card.present(look_at(ASKED))
    card.answer_failure(TooBig("The sums of so many terms would need more than {limit:.0f} GB.", limit=2.0))
    assert "2 GB" in card.message.text()
    assert broken(card) == ""


def test_bars_stand_at_the_norms_on_a_logarithmic_scale(card: Card):
    inspection = look_at(ASKED)
    card.present(inspection)
    card.see()
    assert card._chart is not None
    assert inspection.judged is not None
    axes, norms = card._chart.axes, pair(inspection.judged, "W").cut.log_norm / np.log(10)
    image = card.canvas.grab().toImage()
    for lag in (0, 3, 8):
        x, y = round(axes.x(lag)) - 5, axes.y(float(norms[lag]))
        assert image.pixelColor(x, round(y) + 3) != image.pixelColor(x, round(y) - 3)
