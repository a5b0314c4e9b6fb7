"""The animation: forward in time, then the gradient of the chosen row backward."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from explorer.gui.core.player import PACES, Player
from explorer.gui.core.view import Playhead
from explorer.workspace.exploration.exploration import Selection


class Seen(list[Playhead]):
    """The moments that a player told, in short: f3 is step 3 of the forward pass."""

    def short(self) -> list[str]:
        return [f"{p.phase[0]}{p.step}" for p in self]


@pytest.fixture
def player(qapp: QApplication) -> Iterator[Player]:  # noqa: ARG001 - Qt must run
    made = Player()
    made.follow(Selection(t=3, k=1), 5)
    yield made
    made.rest()


@pytest.fixture
def seen(player: Player) -> Seen:
    moments = Seen()
    player.moved.connect(moments.append)
    return moments


def test_steps_run_forward_to_t_then_backward_to_s0_then_rest(player: Player, seen: Seen) -> None:
    for _ in range(9):
        player.forward()
    assert seen.short() == ["f0", "f1", "f2", "f3", "b3", "b2", "b1", "b0", "r0"]


def test_steps_back_are_the_steps_on_in_reverse(player: Player, seen: Seen) -> None:
    for _ in range(8):
        player.back()
    assert seen.short() == ["b0", "b1", "b2", "b3", "f3", "f2", "f1", "f0"]


def test_playing_shows_every_step_of_a_short_sequence_and_comes_to_rest(qtbot: QtBot) -> None:
    player, seen = Player(), Seen()
    player.moved.connect(seen.append)
    player.follow(Selection(t=4, k=0), 400)
    player.toggle()
    qtbot.waitUntil(lambda: not player.running, timeout=3000)
    assert seen.short() == ["f0", "f1", "f2", "f3", "f4", "b4", "b3", "b2", "b1", "b0", "r0"]


def test_two_thousand_steps_are_played_in_strides_that_end_at_both_ends(qtbot: QtBot) -> None:
    player, seen = Player(), Seen()
    player.moved.connect(seen.append)
    player.follow(Selection(t=2000, k=0), 2000)
    player._timer.setInterval(0)
    player.toggle()
    qtbot.waitUntil(lambda: not player.running, timeout=5000)
    moments = seen.short()
    assert {"f0", "f2000", "b2000", "b0", "r0"} <= set(moments)
    assert len(moments) < 1000


def test_pausing_stays_where_it_is_and_playing_goes_on_from_there(player: Player) -> None:
    told: list[bool] = []
    player.playing.connect(told.append)
    player.toggle()
    player.forward()
    player.toggle()
    assert player.playhead == Playhead("forward", 1)
    assert not player.running
    player.toggle()
    assert player.playhead == Playhead("forward", 1)
    assert told == [True, False, True]


def test_home_goes_before_the_first_step_and_end_shows_everything(player: Player) -> None:
    player.first()
    assert player.playhead == Playhead("forward", 0)
    player.rest()
    assert player.playhead == Playhead()


def test_rest_tells_that_it_no_longer_plays(player: Player, qtbot: QtBot) -> None:
    player.toggle()
    with qtbot.waitSignal(player.playing) as told:
        player.rest()
    assert told.args == [False]


def test_another_row_ends_the_backward_pass_because_its_gradient_is_another(player: Player) -> None:
    for _ in range(6):
        player.forward()
    assert player.playhead.phase == "backward"
    player.follow(Selection(t=2, k=1), 5)
    assert player.playhead == Playhead()


def test_another_k_in_the_same_row_goes_on_playing(player: Player) -> None:
    player.toggle()
    player.follow(Selection(t=3, k=0), 5)
    assert player.running


def test_another_row_during_the_forward_pass_turns_round_there(player: Player, seen: Seen) -> None:
    player.first()
    player.follow(Selection(t=1, k=0), 5)
    for _ in range(2):
        player.forward()
    assert seen.short() == ["f0", "f1", "b1"]


def test_a_sequence_that_shrinks_takes_the_playhead_along(player: Player, seen: Seen) -> None:
    for _ in range(4):
        player.forward()
    player.follow(Selection(t=1, k=1), 1)
    assert player.playhead == Playhead("forward", 1)
    assert max(p.step for p in seen[4:]) <= 1


def test_at_t_0_forward_and_backward_meet_in_s0(qtbot: QtBot) -> None:
    player, seen = Player(), Seen()
    player.moved.connect(seen.append)
    player.follow(Selection(t=0, k=0), 1)
    with qtbot.waitSignal(player.playing, check_params_cb=lambda on: not on):
        player.toggle()
    assert seen.short() == ["f0", "b0", "r0"]


@pytest.mark.parametrize("steps", [5, 40, 2000])
def test_at_twice_the_pace_a_pass_takes_half_the_time(player: Player, steps: int) -> None:
    def seconds() -> float:
        return player._timer.interval() / player._stride * steps

    player.follow(Selection(t=3, k=1), steps)
    usual = seconds()
    for pace in PACES:
        player.set_pace(pace)
        assert seconds() == pytest.approx(usual / pace, rel=0.15)


def test_a_pair_of_a_chain_that_runs_backward_plays_on_to_the_end(qapp):  # noqa: ARG001 - Qt must run
    player, moved = Player(), []
    player.moved.connect(moved.append)
    player.follow(Selection(t=2, k=4), 5)
    player.first()
    for _ in range(9):
        player.forward()
    assert [(one.phase, one.step) for one in moved] == [
        *(("forward", step) for step in range(6)), ("backward", 2), ("backward", 3), ("backward", 4), ("backward", 5),
    ]  # fmt: skip
