"""The verdict is said in words that are right, round well and count well."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from explorer.engine import verdict
from explorer.engine.looks.verdict import grade
from explorer.gui.words import i18n
from explorer.workspace.exploration.exploration import Exploration, Lens, Recipe, Selection, Signal
from explorer.workspace.looks.analysis import Inspection, analyse, inspect
from explorer.workspace.looks.sentences import cause_sentence, verdict_sentence
from explorer.workspace.words.numbers import duration, factor, threshold
from explorer.workspace.words.sentence import Sentence


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


def said(inspection: Inspection) -> str:
    return str(verdict_sentence(inspection))


def judged(gain_by_lag: list[float] | np.ndarray, threshold: float = 1e-6) -> Inspection:
    """Return the inspection of a network whose row is given by lag 0, 1, 2, …; the verdict is made of the row alone."""
    row = np.asarray(gain_by_lag, dtype=float)[::-1]
    steps = len(row) - 1
    inspection = look(steps, 0, steps=max(steps, 1), threshold=threshold, hidden=2)
    return replace(inspection, row=row, verdict=verdict(row, threshold))


LAG = np.arange(37.0)


def test_gone_names_the_gain_the_rate_and_when_it_falls_below_the_threshold():
    inspection = look(36, 12, activation="sigmoid")
    assert said(inspection) == (
        "Gone: ×5.5·10⁻¹⁸ over 36 steps from s₃₆ back to s₀; ×0.33 a step; falls below 10⁻⁶ after 13 steps."
    )
    assert inspection.row[36 - 13] < math.log(1e-6) <= inspection.row[36 - 12]
    assert str(cause_sentence(inspection)) == "from s₃₆ to s₁₂: weights ×1.68, derivative ×0.20 a step"


def test_fading_that_stays_above_the_threshold_needs_no_word_of_it():
    assert said(look(12, 3, gain=0.8, **LINEAR)) == (
        "Fading: ×0.069 over 12 steps from s₁₂ back to s₀; ×0.80 a step, halving every 3.1 steps."
    )


def test_halving_at_every_step_is_said_by_the_factor_alone():
    assert said(look(30, 3, gain=0.5, **LINEAR)) == (
        "Gone: ×9.3·10⁻¹⁰ over 30 steps from s₃₀ back to s₀; ×0.50 a step; falls below 10⁻⁶ after 20 steps."
    )


def test_growing_and_exploding_name_the_doubling_time():
    assert said(look(10, 3, gain=1.5, **LINEAR)) == (
        "Growing: ×58 over 10 steps from s₁₀ back to s₀; ×1.50 a step, doubling every 1.7 steps."
    )
    assert said(look(40, 3, gain=1.5, **LINEAR)) == (
        "Exploding: ×1.1·10⁷ over 40 steps from s₄₀ back to s₀; ×1.50 a step, doubling every 1.7 steps."
    )


def test_preserved_is_said_in_the_same_unit():
    assert said(look(36, 12, activation="tanh")) == "Preserved: ×0.47 over 36 steps from s₃₆ back to s₀."
    assert said(look(36, 12, gain=1.0, **LINEAR)) == "Preserved: ×1.0 over 36 steps from s₃₆ back to s₀."


@pytest.mark.parametrize(
    ("row", "text"),
    [
        (0.0 * LAG, "Preserved: ×1.0 over 36 steps from s₃₆ back to s₀."),
        (np.where(LAG >= 20, -5.0, 0.0),
         "Fading: ×6.7·10⁻³ over 36 steps from s₃₆ back to s₀; most of it at step 17: ×6.7·10⁻³."),
        (np.where(LAG >= 20, 9.0, 0.0),
         "Growing: ×8.1·10³ over 36 steps from s₃₆ back to s₀; most of it at step 17: ×8.1·10³."),
        (np.where(LAG == 16, math.log(4.8), 0.0),
         "Preserved: ×1.0 over 36 steps from s₃₆ back to s₀; on the way it rises to ×4.8 at s₂₀."),
        (np.where(LAG == 16, -20.0, 0.0),
         "Preserved: ×1.0 over 36 steps from s₃₆ back to s₀; on the way it falls to ×2.1·10⁻⁹ at s₂₀; "
         "falls below 10⁻⁶ after 16 steps."),
        (np.interp(LAG, [0, 6, 26, 36], [0.0, 5.0, -5.0, 0.5]),
         "Preserved: ×1.6 over 36 steps from s₃₆ back to s₀; on the way it rises to ×150 at s₃₀; "
         "on the way it falls to ×6.7·10⁻³ at s₁₀."),
        (-0.1 * LAG - 1.5 * np.sin(LAG / 6), "Fading: ×0.042 over 36 steps from s₃₆ back to s₀; at no steady rate."),
        (np.where(LAG < 5, -0.1 * LAG, -np.inf),
         "Dead: exactly zero over 36 steps from s₃₆ back to s₀; it dies at step 32, after 5 steps."),
        (np.where(LAG < 5, 2.0 * LAG, -np.inf),
         "Dead: exactly zero over 36 steps from s₃₆ back to s₀; on the way it rises to ×3.0·10³ at s₃₂; "
         "it dies at step 32, after 5 steps."),
        (-5000.0 / 36 * LAG,
         "Gone: ×10^−2171.5 over 36 steps from s₃₆ back to s₀; ×4.8·10⁻⁶¹ a step; falls below 10⁻⁶ after 1 step."),
        (5000.0 / 36 * LAG, "Exploding: ×10^2171.5 over 36 steps from s₃₆ back to s₀; ×2.1·10⁶⁰ a step."),
        (-1e307 / 36 * LAG,
         "Gone: ×10^(−4.3·10³⁰⁶) over 36 steps from s₃₆ back to s₀; ×10^(−1.2·10³⁰⁵) a step; falls below 10⁻⁶ after 1 step."),
        ([0.0, -np.inf], "Dead: exactly zero over 1 step from s₁ back to s₀; it dies at step 1, after 1 step."),
        ([0.0, math.log(0.5)], "Preserved: ×0.50 over 1 step from s₁ back to s₀."),
        ([0.0, math.log(1e-9)], "Gone: ×1.0·10⁻⁹ over 1 step from s₁ back to s₀; falls below 10⁻⁶ after 1 step."),
        ([0.0, math.log(3.3)], "Growing: ×3.3 over 1 step from s₁ back to s₀."),
    ],
    ids=["flat", "drops-once", "jumps-once", "hump", "dip", "both", "wanders", "dies", "grows-and-dies",
         "far-below", "far-above", "exponent-of-300-digits", "dies-at-once", "one-step", "gone-in-one-step",
         "grows-in-one-step"],
)  # fmt: skip
def test_row_is_told_as_it_runs(row: list[float] | np.ndarray, text: str):
    assert said(judged(row)) == text


@pytest.mark.parametrize("digits", [1e-3, 1e-5, 1e-7])
@pytest.mark.parametrize(
    ("border", "below", "above"),
    [
        (-6.0, "Gone", "Fading"),
        (-0.5, "Fading", "Preserved"),
        (0.5, "Preserved", "Growing"),
        (6.0, "Growing", "Exploding"),
    ],
)
def test_number_that_is_read_lies_on_the_side_of_its_word(border: float, below: str, above: str, digits: float):
    for sign, word in ((-1, below), (1, above)):
        text = said(judged([0.0, border * math.log(10.0) + sign * digits]))
        assert text.startswith(word)
        read = re.match(r"\w+: ×([\d.]+)(?:·10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+))?", text)
        assert read is not None
        power = int((read[2] or "0").translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")))
        assert grade(math.log(float(read[1])) + power * math.log(10.0)) == word.lower()


@pytest.mark.parametrize("threshold", [1e-6, 1e-2, 0.5])
def test_steps_after_which_it_falls_are_counted_as_the_row_counts_them(threshold: float):
    """“after 1 step” is lag 1, whether it is the threshold that is passed or zero that is reached."""
    row = -1.7 * LAG
    first = int(np.flatnonzero(row < math.log(threshold))[0])
    assert f"after {first} step" in said(judged(row, threshold))


def test_dead_counts_the_steps_to_true_zero_and_names_the_step_that_the_cause_names():
    inspection = look(24, 12, activation="identity", init="shift", hidden=8, gain=1.0)
    assert (
        said(inspection) == "Dead: exactly zero over 24 steps from s₂₄ back to s₀; it dies at step 17, after 8 steps."
    )
    assert str(cause_sentence(inspection)) == "from s₂₄ to s₁₂: the weights take all of it at step 17"


@pytest.mark.parametrize("cell", ["rnn", "lstm"])
def test_cause_says_its_norm_where_the_axes_have_another(cell: str):
    asked = Exploration(networks=(Recipe(cell=cell, hidden=6),)).with_selection(t=36, k=12)
    usual = str(cause_sentence(inspect(analyse(asked))))
    assert usual.startswith("from s₃₆ to s₁₂: ")
    assert str(cause_sentence(inspect(analyse(asked.with_lens(norm="spectral"))))) == f"RMS gain {usual}"


def test_dead_units_are_blamed_on_the_activation():
    inspection = look(36, 12, activation="relu", bias=-1.0)
    assert said(inspection) == "Dead: exactly zero over 36 steps from s₃₆ back to s₀; it dies at step 36, after 1 step."
    assert str(cause_sentence(inspection)) == "from s₃₆ to s₁₂: the derivative takes all of it at step 36"


def test_overflow_names_the_first_state_beyond_range():
    inspection = look(390, 12, steps=400, activation="relu", gain=50.0)
    assert said(inspection) == (
        "Overflow: from s₁₉₂ on the state is beyond float64, so the gradient of s₃₉₀ is not defined."
    )
    assert cause_sentence(inspection) is None


@pytest.mark.parametrize("odd", [math.nan, math.inf])
def test_overflow_of_a_jacobian_names_its_step(odd: float):
    assert said(judged(np.where(LAG < 5, -0.1 * LAG, odd))) == (
        "Overflow: the Jacobian of step 32 is beyond float64, so the gradient of s₃₆ at s₀ is not defined."
    )


def test_first_step_has_nothing_before_it():
    inspection = look(0, 0)
    assert said(inspection).startswith("Start: s₀ is where time begins")
    assert cause_sentence(inspection) is None


def test_gated_cell_names_its_paths():
    text = str(cause_sentence(look(36, 12, cell="lstm", forget_bias=5.0)))
    assert text == "from s₃₆ to s₁₂: the direct path carries ×0.55, the weights ×2.2"


def test_cell_without_gates_blames_its_weights():
    text = str(cause_sentence(look(36, 12, cell="residual")))
    assert re.fullmatch(r"from s₃₆ to s₁₂: the direct path carries ×1\.0, the weights ×.+", text)


def test_threshold_is_the_one_of_the_lens():
    assert "below 2.5·10⁻³" in said(look(30, 3, gain=0.5, threshold=2.5e-3, **LINEAR))


@pytest.mark.parametrize(
    ("cell", "recipe"),
    [
        ("rnn", {"activation": "tanh", "gain": 1.6}),
        ("rnn", {"activation": "relu"}),
        ("lstm", {"forget_bias": 5.0}),
        ("gru", {}),
    ],
)
@pytest.mark.parametrize("norm", ["rms", "spectral"])
def test_word_is_that_of_the_number_for_every_cell_and_norm(cell: str, recipe: dict[str, Any], norm: str):
    exploration = Exploration(networks=(Recipe(cell=cell, **recipe),), lens=Lens(norm=norm))
    for t in (1, 7, 30):
        inspection = inspect(analyse(exploration.with_selection(t=t, k=0)))
        assert said(inspection).lower().startswith(f"{grade(float(inspection.row[0]))}: ×")


@pytest.mark.parametrize("activation", ["tanh", "sigmoid", "relu", "identity"])
@pytest.mark.parametrize("gain", [0.0, 0.99, 1.0, 1.6, 20.0])
def test_no_row_is_said_badly(activation: str, gain: float):
    for t in range(0, 40, 3):
        inspection = look(t, t // 2, activation=activation, gain=gain)
        for text in (said(inspection), verdict_sentence(inspection).said(i18n.catalogue("zh_CN").__getitem__)):
            for bad in ("×1.00 ", "×1 a step", "after 0 steps", " 1 steps", "1.0 steps", "nan", "inf", "NaN", "{", "}"):
                assert bad not in text, text


@pytest.mark.parametrize(
    ("log", "text"),
    [(math.log(0.332), "0.33"), (math.log(0.9986), "0.9986"), (math.log(1.0023), "1.0023"), (1e-9, "1"), (0.0, "1"),
     (math.log(1.54), "1.54"), (math.log(2.1e-3), "2.1·10⁻³"), (-5000.0, "10^−2171.5"), (math.log(31.0), "31")],
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
        == "消失：从 s₃₆ 回到 s₀，36 步共 ×5.5·10⁻¹⁸；每步 ×0.33；13 步之后低于 10⁻⁶。"
    )


def test_sentence_without_values_is_its_template():
    assert str(Sentence("exactly zero")) == "exactly zero"
