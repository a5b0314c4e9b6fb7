"""What predictions come to."""

from __future__ import annotations

import math
from functools import cache
from typing import Any

import numpy as np
import pytest

from explorer.workspace.disk.presets import preset
from explorer.workspace.exploration.exploration import replace
from explorer.workspace.exploration.fields import with_values
from explorer.workspace.lessons.condition import Term, condition
from explorer.workspace.lessons.lesson import Asked, Option, Prediction
from explorer.workspace.lessons.marking import answer, deviation, marked, ranking, told
from explorer.workspace.looks.measures import Scene, seen


@cache
def analysed(name: str) -> Scene:
    return Scene.worked_out(preset(name).exploration)


@cache
def three() -> Scene:
    one = preset("toggle").exploration
    recipes = [with_values(one, {"activation": name}).recipe for name in ("tanh", "sigmoid", "relu")]
    return Scene.worked_out(replace(one, networks=tuple(recipes), active=0))


def said(kind: Asked, given: Any, analysis: Scene, **more: Any) -> tuple[bool, str]:
    mark = marked(Prediction(kind, **more), given, analysis, "en", ("tanh", "sigmoid", "ReLU"))
    assert mark is not None
    return mark.right, str(mark.said)


def test_a_word_is_right_if_the_gain_has_it():
    assert said("verdict", "gone", analysed("vanishing-tanh")) == (True, "Right: gone.")
    assert said("verdict", "fading", analysed("vanishing-tanh")) == (False, "No, not fading: gone.")


def test_a_horizon_is_right_within_half_as_much_again():
    true = 21
    for given, right in ((true, True), (14, True), (31, True), (13, False), (33, False), (0, False)):
        assert said("horizon", given, analysed("vanishing-tanh")) == (
            right,
            f"{'Close' if right else 'Not close'}: you said {given}; it reaches back {true} steps.",
        )
    assert said("horizon", 36, analysed("toggle")) == (True, "Close: you said 36; it reaches back over all 36 steps.")


def test_networks_are_ranked_by_the_quantity_asked_for():
    assert said("rank", (2, 0, 1), three()) == (True, "Right: this is the order.")
    assert said("rank", (2, 1, 0), three()) == (False, "No: ReLU > tanh > sigmoid. In the right place: 1 of 3.")
    # Of the sigmoid the slopes take most, of ReLU least: half of its units have the slope 1.
    assert ranking(Prediction("rank", by=Term("derivative_rate")), three()) == (2, 0, 1)
    assert ranking(Prediction("rank", by=Term("saturated")), three())[0] == 2


def test_an_option_is_right_if_its_condition_holds():
    options = (
        Option({"en": "small", "zh_CN": "小"}, condition("end_gain < 1")),
        Option({"en": "large", "zh_CN": "大"}, condition("end_gain > 1")),
    )
    assert said("choice", 0, analysed("toggle"), options=options) == (True, "Right: “small”.")
    assert said("choice", 1, analysed("toggle"), options=options) == (False, "No. The answer: “small”.")
    assert str(marked(Prediction("choice", options), 1, analysed("toggle"), "zh_CN").said) == "No. The answer: “小”."


def test_a_drawn_curve_is_off_by_decades_in_the_mean():
    analysis = analysed("vanishing-tanh")
    active = seen(analysis, 0)
    assert active is not None
    true = active.run.log_gain[36, :37] / math.log(10.0)
    assert deviation(true, active) == 0.0
    assert deviation(true + 2.0, active) == pytest.approx(2.0)
    assert said("curve", true + 0.5, analysis) == (True, "Close: in the mean your curve is off by 0.50 powers of ten.")
    assert said("curve", true - 1.5, analysis) == (
        False,
        "Not close: in the mean your curve is off by 1.5 powers of ten.",
    )


def test_a_true_zero_is_no_place_to_be_off():
    analysis = analysed("shift-register")
    active = seen(analysis, 0)
    assert active is not None
    assert math.isfinite(deviation(np.zeros(25), active))


def test_numbers_of_a_text_come_from_the_engine():
    text = "{end_gain[2]}, {gamma[1]}, {verdict[1]}, {horizon}, {activation[1]}, {loss}, {saturated[0]}: {{no}}"
    words = {"en": text, "zh_CN": text}
    assert told(words, three(), "en") == "×1.4·10⁴, 0.250, gone, 36, sigmoid, –, 4.2 %: {no}"
    assert told(words, three(), "zh_CN").endswith("4.2%: {no}")


def answered(kind: Asked, scene: Scene, **more: Any) -> str | None:
    found = answer(Prediction(kind, **more), scene, "en", ("tanh", "sigmoid", "ReLU"))
    return None if found is None else str(found)


def test_who_skips_a_prediction_is_told_the_answer():
    options = (
        Option({"en": "small", "zh_CN": "小"}, condition("end_gain < 1")),
        Option({"en": "large", "zh_CN": "大"}, condition("end_gain > 1")),
    )
    assert answered("choice", analysed("toggle"), options=options) == "The answer: “small”."
    assert answered("verdict", analysed("vanishing-tanh")) == "The answer: gone."
    assert answered("horizon", analysed("vanishing-tanh")) == "The answer: it reaches back 21 steps."
    assert answered("horizon", analysed("toggle")) == "The answer: it reaches back over all 36 steps."
    assert answered("rank", three()) == "The answer: ReLU > tanh > sigmoid."
    # The true curve is drawn.
    assert answered("curve", three()) is None
