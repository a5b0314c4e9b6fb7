"""What steps are called along an axis."""

from __future__ import annotations

from explorer.gui.plot.steps import fitting_step, named_step

WORDS = ("a", "teacher", "counterintuitively")


def test_a_step_is_called_by_its_word_and_number_and_the_first_state_by_its_number():
    assert named_step(0, WORDS) == "0"
    assert named_step(1, WORDS) == "a₁"
    assert named_step(2, WORDS) == "teacher₂"
    assert named_step(4, WORDS) == "4"


def test_a_step_at_which_nothing_is_said_is_called_by_its_number():
    words = ("A", "·", "·", "?")
    assert [named_step(step, words) for step in range(5)] == ["0", "A₁", "2", "3", "?₄"]
    assert [fitting_step(step, words, lambda _: True) for step in range(5)] == ["0", "A₁", "2", "3", "?₄"]


def test_a_word_for_which_there_is_no_room_is_cut_and_says_so():
    assert named_step(3, WORDS) == "counterintuit…₃"


def test_beside_an_axis_as_much_of_a_word_stands_as_has_room_or_else_its_number():
    def beside(step: int, room: int) -> str:
        return fitting_step(step, WORDS, lambda said: len(said) <= room)

    assert [beside(1, room) for room in (2, 1)] == ["a₁", "1"]
    assert [beside(2, room) for room in (8, 7, 5, 4)] == ["teacher₂", "teach…₂", "tea…₂", "2"]
    assert beside(3, 19) == "counterintuitively₃"
    assert [beside(step, 9) for step in (0, 4)] == ["0", "4"]
