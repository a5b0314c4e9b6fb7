"""The verdict is said in words that are right, round well and count well."""

from __future__ import annotations

import math
from typing import Any

import pytest

from explorer.gui import i18n
from explorer.workspace.analysis import Inspection, analyse, inspect
from explorer.workspace.exploration import Exploration, Lens, Recipe, Selection, Signal
from explorer.workspace.numbers import duration, factor, threshold
from explorer.workspace.sentences import Sentence, cause_sentence, short_verdict, verdict_sentence


def look(t: int, k: int, steps: int = 40, kind: str = "sine", threshold: float = 1e-6, **recipe: Any) -> Inspection:
    return inspect(
        analyse(
            Exploration(
                networks=(Recipe(**recipe),),
                sequence=Signal(kind=kind, steps=steps),
                selection=Selection(t=t, k=k),
                lens=Lens(threshold=threshold),
            )
        )
    )


LINEAR: dict[str, Any] = {"activation": "identity", "hidden": 4, "init": "identity"}


def test_vanishing_names_rate_half_life_and_horizon():
    inspection = look(36, 12, activation="sigmoid")
    assert str(verdict_sentence(inspection)) == (
        "Vanishing: the gradient of s₃₆ shrinks ×0.33 a step and halves every 0.6 steps; "
        "after 12 steps it falls below 10⁻⁶."
    )
    assert str(short_verdict(inspection)) == "vanishing, ×0.33 a step"
    assert str(cause_sentence(inspection)) == "from s₃₆ to s₁₂: weights ×1.61, activation ×0.21 a step"


def test_vanishing_that_stays_above_the_threshold_says_so():
    text = str(verdict_sentence(look(12, 3, gain=0.8, **LINEAR)))
    assert text == (
        "Vanishing: the gradient of s₁₂ shrinks ×0.80 a step and halves every 3.1 steps; "
        "it stays above 10⁻⁶ all the way back to s₀."
    )


def test_halving_at_every_step_is_said_so():
    text = str(verdict_sentence(look(30, 3, gain=0.5, **LINEAR)))
    assert text == (
        "Vanishing: the gradient of s₃₀ shrinks ×0.50 and so halves at every step; after 19 steps it falls below 10⁻⁶."
    )


def test_one_step_is_singular_and_a_tiny_rate_has_no_halving_time():
    text = str(verdict_sentence(look(10, 3, gain=1e-8, **LINEAR)))
    assert text == "Vanishing: the gradient of s₁₀ shrinks ×1.0·10⁻⁸ a step; after a single step it is below 10⁻⁶."


def test_exploding_names_rate_doubling_time_and_end():
    inspection = look(10, 3, gain=2.0, **LINEAR)
    assert str(verdict_sentence(inspection)) == (
        "Exploding: the gradient of s₁₀ grows ×2.00 and so doubles at every step; at s₀ it is ×1.0·10³."
    )
    assert str(short_verdict(inspection)) == "exploding, ×2.00 a step"


def test_preserved_does_not_speak_of_a_rate():
    assert str(verdict_sentence(look(36, 12, activation="tanh"))) == (
        "Preserved: the gradient of s₃₆ stays between ×0.34 and ×1.1 and arrives at s₀ ×0.47."
    )
    exact = look(36, 12, gain=1.0, **LINEAR)
    assert str(verdict_sentence(exact)) == "Preserved: the gradient of s₃₆ keeps its size all the way back to s₀."
    assert str(short_verdict(exact)) == "preserved"


def test_mixed_names_its_turn():
    inspection = look(60, 46, steps=60, activation="identity", init="nonnormal", gain=1.0)
    assert str(verdict_sentence(inspection)) == (
        "Mixed: the gradient of s₆₀ grows to ×16 at s₄₆, then shrinks to ×0.051 at s₀."
    )
    assert str(short_verdict(inspection)) == "grows, then shrinks"


def test_dead_counts_the_steps_to_true_zero():
    inspection = look(24, 12, activation="identity", init="shift", hidden=8, gain=1.0)
    assert str(verdict_sentence(inspection)) == (
        "Dead: the gradient of s₂₄ is exactly zero after 8 steps; nothing up to s₁₆ counts."
    )
    assert str(short_verdict(inspection)) == "exactly zero"
    assert str(cause_sentence(inspection)) == "from s₂₄ to s₁₂: the weights take all of it at step 20"


def test_dead_units_are_blamed_on_the_activation():
    inspection = look(36, 12, activation="relu", bias=-1.0)
    assert str(verdict_sentence(inspection)) == (
        "Dead: the gradient of s₃₆ is exactly zero after 1 step; nothing up to s₃₅ counts."
    )
    assert str(cause_sentence(inspection)) == "from s₃₆ to s₁₂: the activation takes all of it at step 15"


def test_overflow_names_the_first_state_beyond_range():
    inspection = look(390, 12, steps=400, activation="relu", gain=50.0)
    assert str(verdict_sentence(inspection)) == (
        "Overflow: from s₁₉₂ on the state is beyond float64, so the gradient of s₃₉₀ is not defined."
    )
    assert str(short_verdict(inspection)) == "overflow"
    assert cause_sentence(inspection) is None


def test_first_step_has_nothing_before_it():
    inspection = look(0, 0)
    assert str(verdict_sentence(inspection)).startswith("Start: s₀ is where time begins")
    assert str(short_verdict(inspection)) == "nothing before s₀"
    assert cause_sentence(inspection) is None


@pytest.mark.parametrize(
    ("gain", "text"),
    [
        (0.5, "Vanishing: the gradient of s₁ shrinks ×0.50 in the one step back to s₀."),
        (3.0, "Exploding: the gradient of s₁ grows ×3.00 in the one step back to s₀."),
        (1.0, "Preserved: the gradient of s₁ keeps its size all the way back to s₀."),
    ],
)
def test_single_step_is_said_as_one(gain: float, text: str):
    assert str(verdict_sentence(look(1, 0, gain=gain, **LINEAR))) == text


def test_gated_cell_names_its_paths():
    text = str(cause_sentence(look(36, 12, cell="lstm", forget_bias=5.0)))
    assert text == "from s₃₆ to s₁₂: the cell path carries ×0.55, the gates ×2.2"


def test_threshold_is_the_one_of_the_lens():
    assert "below 2.5·10⁻³" in str(verdict_sentence(look(30, 3, gain=0.5, threshold=2.5e-3, **LINEAR)))


@pytest.mark.parametrize("activation", ["tanh", "sigmoid", "relu", "identity"])
@pytest.mark.parametrize("t", range(0, 40, 3))
@pytest.mark.parametrize("gain", [0.0, 0.99, 1.0, 1.6, 20.0])
def test_no_row_is_said_badly(activation: str, t: int, gain: float):
    inspection = look(t, t // 2, activation=activation, gain=gain)
    text = str(verdict_sentence(inspection))
    for bad in ("×1.00 ", "×1 a step", "after 0 steps", " 1 steps", "1.0 steps", "nan", "inf", "NaN"):
        assert bad not in text, text


@pytest.mark.parametrize(
    ("log", "text"),
    [(math.log(0.332), "0.33"), (math.log(0.9986), "0.9986"), (math.log(1.0023), "1.0023"), (1e-9, "1"), (0.0, "1"),
     (math.log(1.54), "1.54"), (math.log(2.1e-3), "2.1·10⁻³"), (-5000.0, "3.4·10⁻²¹⁷²"), (math.log(31.0), "31")],
)  # fmt: skip
def test_factor_has_the_digits_that_tell_it_from_one(log: float, text: str):
    assert factor(log) == text


@pytest.mark.parametrize(("steps", "text"), [(0.387, "0.39"), (0.63, "0.6"), (2.0, "2"), (9.96, "10"), (34.3, "34")])
def test_duration_is_rounded_for_speech(steps: float, text: str):
    assert duration(steps) == text


@pytest.mark.parametrize(("value", "text"), [(1e-6, "10⁻⁶"), (2.5e-4, "2.5·10⁻⁴"), (0.5, "0.5"), (1.0, "1")])
def test_threshold_is_a_power_of_ten_where_it_is_one(value: float, text: str):
    assert threshold(value) == text


def test_inner_sentences_are_translated_too():
    sentence = verdict_sentence(look(36, 12, activation="sigmoid"))
    catalogue = i18n.catalogue("zh_CN")
    assert (
        sentence.said(lambda text: catalogue[text])
        == "消失：s₃₆ 的梯度每步缩小 ×0.33，每 0.6 步减半；12 步之后降到 10⁻⁶ 以下。"
    )


def test_sentence_without_values_is_its_template():
    assert str(Sentence("exactly zero")) == "exactly zero"
