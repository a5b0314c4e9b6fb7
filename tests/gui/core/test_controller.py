"""The wiring: what a gesture does to the store, the worker and the screen, with the real store and worker."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from explorer.engine.errors import BadExploration, Refusal
from explorer.gui.core.controller import Controller
from explorer.gui.core.view import Playhead, View
from explorer.gui.plot.theme import Theme, themes
from explorer.gui.words import i18n
from explorer.workspace.exploration.exploration import Exploration, Selection
from explorer.workspace.exploration.exploration import Signal as Wave
from explorer.workspace.exploration.gesture import Change, Gesture
from explorer.workspace.exploration.store import Store
from explorer.workspace.looks.analysis import Analysis, Inspection
from explorer.workspace.looks.running import Run

SMALL = Exploration(selection=Selection(t=5, k=2), sequence=Wave(steps=8)).with_recipe(hidden=3)
TOO_BIG = SMALL.with_recipe(cell="mist", hidden=256).with_sequence(Wave(steps=2000))


class Sight(View):
    """A view that remembers what it was shown, and fails when told to."""

    def __init__(self) -> None:
        super().__init__(themes()["light"], "Sight", "sight")
        self.set_content(QLabel())
        self.drawn: list[Inspection] = []
        self.pointed: list[Selection] = []
        self.played: list[Playhead] = []
        self.failing = False
        self.failure: Exception = RuntimeError("the pencil broke")

    def draw(self, inspection: Inspection) -> None:
        if self.failing:
            raise self.failure
        self.drawn.append(inspection)

    def draw_cursor(self, selection: Selection) -> None:
        self.pointed.append(selection)

    def draw_playhead(self, playhead: Playhead) -> None:
        self.played.append(playhead)

    @property
    def error(self) -> str:
        return self._error.text() if self._pages.currentWidget() is self._error else ""


class Board(QObject):
    """A panel that remembers what it was told."""

    edited = Signal(Gesture)
    released = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.presented: list[Exploration] = []
        self.refusals: list[str] = []

    def present(self, exploration: Exploration, analysis: Analysis | None) -> None:  # noqa: ARG002
        self.presented.append(exploration)

    def point(self, selection: Selection) -> None:
        """To a board it is nothing which pair is looked at."""

    def dress(self, theme: Theme) -> None:
        """A board looks the same in every theme."""

    def show_refusal(self, text: str) -> None:
        self.refusals.append(text)


@dataclass
class Desk:
    """A controller with its store, two views and a panel."""

    qtbot: QtBot
    store: Store = field(default_factory=lambda: Store(SMALL))
    messages: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.sight, self.other, self.board = Sight(), Sight(), Board()
        self.controller = Controller(self.store, [self.sight, self.other], [self.board])
        self.controller.refused.connect(self.messages.append)

    def shown(self) -> Exploration | None:
        inspection = self.controller.inspection
        return inspection.analysis.exploration if inspection else None

    def settle(self) -> None:
        self.qtbot.waitUntil(lambda: self.shown() == self.store.exploration)

    def gain(self, value: float, merge: str = "") -> None:
        self.sight.edited.emit(Gesture.of("Change the gain", Exploration.with_recipe, merge, gain=value))


@pytest.fixture
def desk(qapp: QApplication, qtbot: QtBot) -> Iterator[Desk]:  # noqa: ARG001 - Qt must run
    made = Desk(qtbot)
    made.controller.start()
    made.settle()
    yield made
    made.controller.close()
    i18n.set_language("en")


def refusing(_: Exploration) -> Exploration:
    raise BadExploration("{what} is {value}; it must be a finite number.", what="gain", value="nan")


def test_an_edit_of_a_view_is_committed_under_its_name_and_drawn_everywhere(desk: Desk) -> None:
    desk.gain(2.5)
    assert desk.store.exploration == SMALL.with_recipe(gain=2.5)
    assert desk.store.undo_label == "Change the gain"
    desk.settle()
    assert desk.sight.drawn[-1].analysis.exploration.recipe.gain == 2.5
    assert desk.other.drawn[-1].analysis.exploration.recipe.gain == 2.5
    assert desk.board.presented[-1].recipe.gain == 2.5


def test_a_refusal_in_a_panel_is_said_again_in_another_language_as_long_as_it_stands(desk: Desk) -> None:
    desk.board.edited.emit(Gesture("Change the gain", refusing))
    english = desk.board.refusals[-1]
    i18n.set_language("zh_CN")
    desk.controller.dress(themes()["light"])
    assert desk.board.refusals[-1] == i18n.tr("{what} is {value}; it must be a finite number.").format(
        what=i18n.tr("gain"), value="nan"
    )
    assert desk.board.refusals[-1] != english
    desk.gain(2.5)
    assert desk.board.refusals[-1] == ""
    said = len(desk.board.refusals)
    desk.controller.dress(themes()["light"])
    assert len(desk.board.refusals) == said


def test_an_edit_of_a_panel_is_committed_too(desk: Desk) -> None:
    desk.board.edited.emit(Gesture.of("Change the bias", Exploration.with_recipe, bias=1.0))
    assert desk.store.exploration == SMALL.with_recipe(bias=1.0)
    assert desk.store.undo_label == "Change the bias"


def test_a_drag_is_one_undo_step_and_the_next_drag_another(desk: Desk) -> None:
    for value in (1.7, 1.8, 1.9):
        desk.gain(value, merge="gain")
    desk.sight.released.emit()
    for value in (2.0, 2.1):
        desk.gain(value, merge="gain")
    desk.controller.undo()
    assert desk.store.exploration.recipe.gain == 1.9
    desk.controller.undo()
    assert desk.store.exploration == SMALL
    assert not desk.store.can_undo


def test_undo_and_redo_restore_the_whole_exploration_and_its_picture(desk: Desk) -> None:
    desk.controller.select(7, 3)
    before = desk.store.exploration
    desk.controller.replace("Load a preset", SMALL.with_recipe(cell="gru").with_sequence(Wave(steps=4)))
    after = desk.store.exploration
    desk.controller.undo()
    assert desk.store.exploration == before
    desk.settle()
    assert desk.sight.drawn[-1].selection == Selection(t=7, k=3)
    desk.controller.redo()
    assert desk.store.exploration == after


def test_selecting_moves_the_cursor_at_once_without_an_undo_step(desk: Desk) -> None:
    desk.sight.pointed.clear()
    desk.other.selected.emit(6, 1)
    assert desk.sight.pointed == [Selection(t=6, k=1)]
    assert not desk.store.can_undo
    desk.settle()
    assert desk.sight.drawn[-1].selection == Selection(t=6, k=1)


def test_a_row_above_k_takes_k_along(desk: Desk) -> None:
    desk.controller.select(1, 4)
    assert desk.store.exploration.selection == Selection(t=1, k=1)


def test_what_a_panel_is_refused_is_said_at_the_panel_and_changes_nothing(desk: Desk) -> None:
    desk.board.edited.emit(Gesture("Change the gain", refusing, merge="gain"))
    assert desk.board.refusals == ["gain is nan; it must be a finite number."]
    assert desk.messages == []
    assert desk.store.exploration is SMALL
    assert not desk.store.can_undo
    desk.board.edited.emit(Gesture.of("Change the gain", Exploration.with_recipe, "gain", gain=1.0))
    assert desk.board.refusals[-1] == ""


def test_a_refused_panel_shows_what_is_in_force_and_a_change_made_elsewhere_takes_the_refusal_back(desk: Desk) -> None:
    desk.board.edited.emit(Gesture("Change the gain", refusing, merge="gain"))
    assert desk.board.presented[-1] is SMALL
    desk.sight.edited.emit(Gesture.of("Change the gain", Exploration.with_recipe, gain=2.5))
    assert desk.board.refusals[-1] == ""


def test_what_a_view_is_refused_is_said_and_taken_back_by_the_next_edit(desk: Desk) -> None:
    desk.sight.edited.emit(Gesture("Change a weight", refusing))
    assert desk.messages[-1] == "gain is nan; it must be a finite number."
    assert desk.store.exploration is SMALL
    desk.gain(2.0)
    assert desk.messages[-1] == ""


def test_a_refusal_is_said_again_in_the_language_that_is_now_spoken(desk: Desk) -> None:
    desk.controller.replace("Open a file", TOO_BIG)
    desk.qtbot.waitUntil(lambda: bool(desk.messages) and desk.messages[-1] != "")
    english = desk.messages[-1]
    i18n.set_language("zh_CN")
    desk.controller.dress(themes()["dark"])
    assert desk.messages[-1] not in ("", english)


def test_a_panel_that_fails_keeps_nobody_else_from_following(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def break_down(*_: object) -> None:
        raise RuntimeError("the board broke")

    changes: list[bool] = []
    desk.controller.changed.connect(lambda: changes.append(True))
    monkeypatch.setattr(desk.board, "present", break_down)
    with desk.qtbot.capture_exceptions() as failures:
        desk.gain(2.5)
        desk.settle()
        desk.controller.undo()
        desk.settle()
    assert {str(value) for _, value, _ in failures} == {"the board broke"}
    assert changes
    assert desk.sight.drawn[-1].analysis.exploration == SMALL


def fail(desk: Desk) -> str:
    """Commit what can't be worked out; return the sentence that says so."""
    desk.controller.commit(Gesture("Load too much", lambda _: TOO_BIG))
    desk.qtbot.waitUntil(lambda: bool(desk.messages) and desk.messages[-1] != "")
    return desk.messages[-1]


def test_what_cant_be_worked_out_leaves_the_last_picture_and_says_why(desk: Desk) -> None:
    drawn = len(desk.sight.drawn)
    sentence = fail(desk)
    assert "GB" in sentence
    assert desk.shown() == SMALL
    assert len(desk.sight.drawn) == drawn
    assert desk.store.exploration == TOO_BIG
    assert desk.board.presented[-1] == TOO_BIG


def test_why_it_cant_be_worked_out_is_said_until_something_is(desk: Desk) -> None:
    sentence = fail(desk)
    desk.controller.commit(Gesture("New seed", lambda e: e.with_recipe(seed=9)))
    desk.qtbot.waitUntil(lambda: len([m for m in desk.messages if m]) == 2)
    assert "" not in desk.messages[desk.messages.index(sentence) :]
    desk.controller.commit(
        Gesture("Change the cell", lambda e: e.with_recipe(cell="rnn", hidden=4).with_sequence(Wave()))
    )
    desk.settle()
    assert desk.messages[-1] == ""


def test_undo_leads_back_from_what_cant_be_worked_out(desk: Desk) -> None:
    fail(desk)
    desk.controller.undo()
    desk.qtbot.waitUntil(lambda: desk.messages[-1] == "")
    assert desk.store.exploration == desk.shown() == SMALL


def test_a_failure_that_nobody_foresaw_is_named_and_the_next_edit_works(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fall(*_: object) -> None:
        raise ZeroDivisionError("by zero")

    with monkeypatch.context() as patch:
        patch.setattr("explorer.workspace.looks.analyst.analyse", fall)
        desk.gain(3.0)
        desk.qtbot.waitUntil(lambda: "ZeroDivisionError: by zero" in desk.messages[-1])
    desk.gain(3.1)
    desk.settle()
    assert desk.messages[-1] == ""


def test_a_view_that_fails_shows_its_error_and_the_others_go_on(desk: Desk) -> None:
    desk.sight.failing = True
    desk.gain(2.0)
    desk.settle()
    assert "the pencil broke" in desk.sight.error
    assert desk.other.error == ""
    assert desk.other.drawn[-1].analysis.exploration.recipe.gain == 2.0


@pytest.mark.parametrize(
    ("language", "failure", "said"),
    [
        ("en", BadExploration("{what} is empty.", what="The table"), "The table is empty."),
        ("en", BadExploration("There is no file “{name}”.", name="a.csv"), "There is no file “a.csv”."),
        ("zh_CN", BadExploration("There is no file “{name}”.", name="a.csv"), "没有文件“a.csv”。"),
        ("en", KeyError("x"), "This view could not be drawn: KeyError: 'x'. The other views go on."),
        ("en", OSError("Gone."), "This view could not be drawn: OSError: Gone. The other views go on."),
    ],
)
def test_a_view_says_a_refusal_in_the_language_spoken_and_of_another_error_its_kind(
    desk: Desk, language: str, failure: Exception, said: str
) -> None:
    i18n.set_language(language)
    desk.sight.failing, desk.sight.failure = True, failure
    desk.gain(2.0)
    desk.settle()
    assert desk.sight.error == said


def test_a_view_that_failed_recovers_with_the_next_picture(desk: Desk) -> None:
    desk.sight.failing = True
    desk.gain(2.0)
    desk.settle()
    desk.sight.failing = False
    desk.gain(2.1)
    desk.settle()
    assert desk.sight.error == ""


def test_moving_the_cursor_does_not_hide_that_a_view_failed(desk: Desk) -> None:
    desk.sight.failing = True
    desk.gain(2.0)
    desk.settle()
    desk.sight.point(Selection(t=4, k=1))
    desk.sight.play(Playhead("forward", 2))
    assert desk.sight.error != ""


def test_a_moment_of_the_animation_reaches_every_view(desk: Desk) -> None:
    desk.controller.play(Playhead("backward", 3))
    assert desk.sight.played == desk.other.played == [Playhead("backward", 3)]


@pytest.fixture
def endless(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Let analyses of gain 9 go on until they are told to stop; return what says that one was."""
    from explorer.engine.errors import Stopped
    from explorer.workspace.looks import analyst

    stopped, usual = threading.Event(), analyst.analyse

    def analyse(
        exploration: Exploration,
        stop: Callable[[], bool],
        report: Callable[[float], None],
        most: float,
        known: Run | None,
    ) -> Analysis:
        while exploration.recipe.gain == 9.0:
            report(0.1)
            if stop():
                stopped.set()
                raise Stopped
        return usual(exploration, stop, report, most, known)

    monkeypatch.setattr(analyst, "analyse", analyse)
    return stopped


def test_what_follows_gestures_of_a_turn_is_done_before_the_last_of_them_is_worked_on(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[float] = []
    submit = desk.controller._worker.submit

    def noted(exploration: Exploration, urgent: bool) -> None:
        asked.append(exploration.recipe.gain)
        submit(exploration, urgent=urgent)

    monkeypatch.setattr(desk.controller._worker, "submit", noted)
    desk.gain(1.5)
    desk.gain(2.5)
    assert not asked
    desk.settle()
    assert asked == [2.5]


def test_a_change_that_is_cancelled_at_once_is_not_worked_on(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.gain(2.0)
    desk.settle()
    asked: list[float] = []
    monkeypatch.setattr(
        desk.controller._worker, "submit", lambda exploration, **_: asked.append(exploration.recipe.gain)
    )
    desk.gain(9.0)
    desk.controller.cancel()
    assert desk.store.exploration.recipe.gain == 2.0
    desk.qtbot.waitUntil(lambda: asked == [2.0])


def test_cancelling_takes_back_the_change_that_takes_too_long(desk: Desk, endless: threading.Event) -> None:
    with desk.qtbot.waitSignal(desk.controller.busy):
        desk.gain(9.0)
    desk.controller.cancel()
    assert endless.wait(2)
    assert desk.store.exploration == SMALL
    desk.gain(2.0)
    desk.settle()


def test_cancelling_an_undo_that_takes_too_long_undoes_nothing_more(desk: Desk, endless: threading.Event) -> None:
    desk.gain(9.0)
    desk.gain(2.0)
    desk.settle()
    with desk.qtbot.waitSignal(desk.controller.busy):
        desk.controller.undo()
    desk.controller.cancel()
    assert endless.wait(2)
    assert desk.store.exploration.recipe.gain == 2.0


def test_cancelling_a_mere_look_undoes_nothing(desk: Desk) -> None:
    desk.gain(2.0)
    desk.settle()
    desk.controller.select(3, 1)
    desk.controller.cancel()
    assert desk.store.exploration.recipe.gain == 2.0
    desk.settle()


def test_closing_stops_the_work_and_its_thread(qtbot: QtBot, qapp: QApplication, endless: threading.Event) -> None:  # noqa: ARG001
    before = set(threading.enumerate())
    desk = Desk(qtbot, Store(SMALL.with_recipe(gain=9.0)))
    with qtbot.waitSignal(desk.controller.busy):
        desk.controller.start()
    desk.controller.close()
    assert endless.is_set()
    assert set(threading.enumerate()) == before
    desk.store.commit("Change the gain", SMALL)
    assert desk.shown() is None


def test_a_change_outside_the_networks_and_the_sequence_is_no_new_analysis(desk: Desk) -> None:
    shown = desk.controller.inspection
    assert shown is not None
    desk.controller.select(4, 4)
    desk.settle()
    assert desk.controller.inspection is not None
    assert desk.controller.inspection.analysis.run is shown.analysis.run


def test_refusals_are_the_only_errors_that_a_change_may_raise(desk: Desk) -> None:
    change: Change = refusing
    with pytest.raises(Refusal):
        change(SMALL)
    assert not desk.controller.commit(Gesture("Change", change))
