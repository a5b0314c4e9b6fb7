"""Networks side by side: each is worked out once, the active one first, and two of them are compared pair by pair."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from explorer.engine.errors import TooBig
from explorer.workspace.exploration.exploration import Exploration, Lens, Recipe, Selection, Signal, replace
from explorer.workspace.looks import others
from explorer.workspace.looks.analysis import Inspection, analyse
from explorer.workspace.looks.analyst import Analyst, Completed
from explorer.workspace.looks.comparison import Comparison, Side
from explorer.workspace.scales.contours import pieces

SMALL = Exploration(
    networks=tuple(Recipe(activation=name, hidden=4) for name in ("tanh", "sigmoid", "relu")),
    sequence=Signal(steps=9), selection=Selection(t=7, k=3), stage="beside", active=1,
)  # fmt: skip


def never() -> bool:
    return False


def answers(analyst: Analyst, exploration: Exploration) -> Iterator[Comparison]:
    for told in analyst.look(exploration, never, lambda _: None):
        inspection = told.inspection if isinstance(told, Completed) else told
        assert inspection.comparison is not None
        yield inspection.comparison


def compared(exploration: Exploration) -> Comparison:
    *_, last = answers(Analyst(), exploration)
    return last


@pytest.fixture
def heavy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no network be light enough to be part of the first answer."""
    monkeypatch.setattr(others, "_LIGHT", -1.0)


@pytest.fixture
def worked_out(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the activations of the networks beside the active one that are run from now on."""
    found: list[str] = []
    run_of = others.run_of

    def noted(recipe: Recipe, *rest: object) -> object:
        found.append(recipe.activation)
        return run_of(recipe, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(others, "run_of", noted)
    return found


def test_each_side_is_what_the_network_alone_would_be() -> None:
    for i, side in enumerate(compared(SMALL).sides):
        assert isinstance(side, Side)
        alone = analyse(replace(SMALL, stage="alone", active=i)).run
        np.testing.assert_array_equal(side.log_gain, alone.log_gain)
        np.testing.assert_array_equal(side.states, alone.trace.s)
        np.testing.assert_array_equal(side.row, alone.log_gain[7, :8])
        assert side.verdict.end == side.row[0]


def test_an_answer_brings_the_lines_of_every_map_along() -> None:
    """Nobody who paints it has to work them out."""
    found = compared(replace(SMALL, networks=tuple(replace(recipe, gain=2.0) for recipe in SMALL.networks)))
    for side in found.sides:
        assert isinstance(side, Side)
        assert side.lines is not None
        cut = pieces(side.shown, found.decades)
        assert [(level, ends.tolist()) for level, ends in side.lines] == [(level, ends.tolist()) for level, ends in cut]
    assert any(isinstance(side, Side) and side.lines for side in found.sides)


def test_light_networks_are_all_in_the_first_answer() -> None:
    first = next(answers(Analyst(), SMALL))
    assert first.complete


@pytest.mark.usefixtures("heavy")
def test_the_active_network_is_told_first_and_the_others_follow_one_by_one() -> None:
    found = list(answers(Analyst(), SMALL))
    there = [[side is not None for side in one.sides] for one in found]
    assert there[:3] == [[False, True, False], [True, True, False], [True, True, True]]
    assert [one.complete for one in found[:3]] == [False, False, True]


def test_a_network_that_stays_is_not_worked_out_again(worked_out: list[str]) -> None:
    analyst = Analyst()
    list(answers(analyst, SMALL))
    assert worked_out == ["tanh", "relu"]
    changed = SMALL.with_recipe(gain=0.5)
    list(answers(analyst, changed))
    list(answers(analyst, changed.with_active(2)))
    list(answers(analyst, changed.with_selection(t=5, k=1)))
    assert worked_out == ["tanh", "relu"]


def test_what_stood_beside_is_still_known_after_a_look_at_one_alone(worked_out: list[str]) -> None:
    analyst = Analyst()
    list(answers(analyst, SMALL))
    list(analyst.look(replace(SMALL, stage="alone"), never, lambda _: None))
    list(answers(analyst, SMALL))
    assert worked_out == ["tanh", "relu"]


def test_another_sequence_or_norm_is_worked_out_for_all(worked_out: list[str]) -> None:
    analyst = Analyst()
    list(answers(analyst, SMALL))
    for other in (SMALL.with_sequence(Signal(steps=8)), SMALL.with_lens(norm="spectral")):
        assert {len(side.log_gain) for side in list(answers(analyst, other))[-1].sides} == {len(_steps(other))}
    assert worked_out == ["tanh", "relu"] * 3


def _steps(exploration: Exploration) -> range:
    return range(exploration.sequence.steps + 1)


@pytest.mark.usefixtures("heavy")
def test_what_is_still_worked_out_is_shown_as_it_was_and_said_to_be_late() -> None:
    analyst, faster = Analyst(), replace(SMALL, together=True).with_recipe(gain=0.5)
    list(answers(analyst, SMALL))
    first, *_, last = answers(analyst, faster)
    assert [side.late for side in first.sides] == [True, False, True]
    assert [side.late for side in last.sides] == [False] * 3
    assert [side.recipe.gain for side in first.sides] == [1.6, 0.5, 1.6]


def test_a_network_that_can_not_be_worked_out_is_refused_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    run_of = others.run_of

    def refused(recipe: Recipe, *rest: object) -> object:
        if recipe.activation == "relu":
            raise TooBig("It is too big.")
        return run_of(recipe, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(others, "run_of", refused)
    assert [type(side) for side in compared(SMALL).sides] == [Side, Side, TooBig]


def test_the_difference_of_two_networks_is_the_ratio_of_their_gains() -> None:
    found = compared(replace(SMALL, stage="difference"))
    one, other = found.sides[0], found.sides[1]
    assert found.pair == (0, 1)
    assert found.log_ratio[7, 3] == other.log_gain[7, 3] - one.log_gain[7, 3]
    assert np.isnan(found.log_ratio[3, 7])
    assert compared(SMALL).log_ratio is None


def test_a_true_zero_beside_a_gain_is_a_zero_or_beyond_all_and_two_of_them_are_no_number() -> None:
    dead = Recipe(activation="relu", bias=-50.0, hidden=4)
    asked = replace(SMALL, networks=(dead, Recipe(hidden=4), dead), stage="difference")
    assert compared(asked.with_active(1)).log_ratio[7, 3] == np.inf
    assert compared(asked.with_active(2)).log_ratio[7, 3] == -np.inf
    both = replace(asked, networks=(dead, replace(dead, seed=5)), active=1)
    assert np.isnan(compared(both).log_ratio[7, 3])


def test_one_span_of_colours_holds_every_network() -> None:
    loose = replace(SMALL, lens=Lens(locked=False))
    alone = [analyse(replace(loose, stage="alone", active=i)).decades for i in range(3)]
    assert len(set(alone)) > 1
    assert compared(loose).decades == max(alone)


def test_an_estimate_beside_grows_until_it_is_exact(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("explorer.workspace.looks.analyst.AT_ONCE", 1.0)
    wide = replace(SMALL, networks=tuple(replace(recipe, hidden=24) for recipe in SMALL.networks))
    found = list(answers(Analyst(), wide))
    assert any(side is not None and side.low is not None for side in found[0].sides)
    assert all(side.low is None for side in found[-1].sides)


def test_the_first_answer_is_an_inspection_and_what_follows_completes_it() -> None:
    first, *rest = Analyst().look(SMALL, never, lambda _: None)
    assert isinstance(first, Inspection)
    assert all(isinstance(one, Completed) for one in rest)
