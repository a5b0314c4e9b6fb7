"""What the pictures show, in words: ends of all pairs, horizon, zeros apart from small, states by part."""

from __future__ import annotations

import math

import numpy as np
import pytest

from explorer.workspace.disk.presets import preset
from explorer.workspace.exploration.exploration import Exploration
from explorer.workspace.looks.aloud import in_words, pairs_sentences
from explorer.workspace.looks.analysis import analyse, inspect
from explorer.workspace.words.catalogues import catalogue


def said(exploration: Exploration, code: str = "en") -> list[str]:
    known = catalogue(code)
    return [sentence.said(lambda text: known.get(text, text)) for sentence in in_words(inspect(analyse(exploration)))]


def test_all_pairs_and_the_states_of_the_row_are_told() -> None:
    assert said(preset("one-unit").exploration) == [
        "all pairs: from ×3.5·10⁻¹⁵ to ×1.0; horizon: 7 steps",
        "s₂₀: from 0.958 to 0.958",
    ]


def test_true_zeros_are_counted_and_are_no_small_number() -> None:
    flow, _ = said(preset("shift-register").exploration)
    assert "exactly zero" in flow
    assert "×0 " not in flow


def test_each_part_of_a_state_is_told_in_the_language_that_is_asked_for() -> None:
    _, states = said(preset("lstm-remembers").exploration, "zh_CN")
    assert states.startswith("h₃₆：从 ")
    assert "；c₃₆：从 " in states


@pytest.mark.parametrize(
    ("logs", "sentences"),
    [
        ([-5000 * math.log(10.0), 0.0], ["all pairs: from ×10^−5000.0 to ×1.0"]),
        ([-np.inf, np.nan, np.inf], ["pairs that are exactly zero: 1", "pairs that are NaN: 2"]),
    ],
)
def test_far_zero_and_nan_stay_apart(logs: list[float], sentences: list[str]) -> None:
    assert list(map(str, pairs_sentences(np.array(logs)))) == sentences
