"""What steps are called along an axis."""

from __future__ import annotations

from explorer.gui.plot.steps import named_step

WORDS = ("a", "teacher", "counterintuitively")


def test_a_step_is_called_by_its_word_and_number_and_the_first_state_by_its_number():
    assert named_step(0, WORDS) == "0"
    assert named_step(1, WORDS) == "a₁"
    assert named_step(2, WORDS) == "teacher₂"
    assert named_step(4, WORDS) == "4"


def test_a_word_for_which_there_is_no_room_is_cut_and_says_so():
    assert named_step(2, WORDS, upright=True) == "teach…₂"
    assert named_step(3, WORDS) == "counterintuit…₃"
