"""Every preset shows what its two sentences claim, and what they promise when the reader tries it."""

from __future__ import annotations

import json
import math
import re
import shutil
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtGui import QFont, QRawFont

from explorer.engine import lyapunov_exponents, split_paths
from explorer.engine.errors import BadExploration
from explorer.gui.plot.theme import load_fonts
from explorer.gui.words import i18n
from explorer.paths import resources
from explorer.workspace.disk import presets as module
from explorer.workspace.disk.presets import Preset, default, groups, preset, presets
from explorer.workspace.exploration.exploration import Exploration, replace
from explorer.workspace.looks.analysis import analyse, inspect
from explorer.workspace.looks.sentences import cause_sentence, verdict_sentence

from ..looking import look, step_factor

PRESETS = presets()
LONGEST_TITLE, LONGEST_SHORT = 34, 14


# What pressing a key or moving a slider from a preset does, as its sentences say.
VERDICTS: list[tuple[str, dict[str, Any], str]] = [
    ("toggle", {}, "preserved"),
    ("toggle", {"activation": "sigmoid"}, "gone"),
    ("toggle", {"activation": "relu"}, "growing"),
    ("toggle", {"gain": 1.25}, "fading"),
    ("toggle", {"gain": 1.25, "activation": "relu"}, "preserved"),
    ("vanishing-tanh", {}, "gone"),
    ("vanishing-tanh", {"gain": 1.6}, "preserved"),
    ("exploding-relu", {}, "exploding"),
    ("exploding-relu", {"activation": "sigmoid"}, "gone"),
    ("saturated-sigmoid", {}, "gone"),
    ("saturated-sigmoid", {"bias": 0.0, "gain": 16.0}, "growing"),
    ("critical-gain", {}, "fading"),
    ("critical-gain", {"gain": 0.8}, "fading"),
    ("critical-gain", {"gain": 1.5}, "growing"),
    ("orthogonal", {}, "preserved"),
    ("orthogonal", {"activation": "tanh"}, "fading"),
    ("identity-relu", {}, "preserved"),
    ("non-normal", {}, "fading"),
    ("non-normal", {"gain": 0.7}, "gone"),
    ("tanh-large-radius", {}, "gone"),
    ("tanh-large-radius", {"activation": "identity"}, "growing"),
    ("lstm-remembers", {}, "preserved"),
    ("lstm-remembers", {"forget_bias": 1.0}, "fading"),
    ("lstm-forget-bias-1", {}, "fading"),
    ("lstm-forget-bias-1", {"forget_bias": 5.0}, "preserved"),
    ("gru", {}, "fading"),
    ("gru", {"bias": 0.0}, "fading"),
    ("phenomenal", {}, "fading"),
    ("shift-register", {}, "dead"),
    ("dead-relu", {}, "dead"),
    ("dead-relu", {"bias": -0.5}, "growing"),
    ("one-unit", {}, "gone"),
    ("chaos", {}, "exploding"),
    ("chaos", {"bias": 10.0}, "gone"),
    ("error-surface", {}, "gone"),
    ("task-next-word", {}, "fading"),
    ("task-next-character", {}, "gone"),
    ("task-sentiment-3", {}, "preserved"),
    ("task-sentiment-2", {}, "fading"),
    ("task-labels", {}, "fading"),
    ("task-ball", {}, "fading"),
    ("task-sine", {}, "gone"),
    ("task-temporal-order", {}, "fading"),
    ("task-temporal-order", {"activation": "sigmoid"}, "gone"),
    ("task-adding", {}, "growing"),
    ("task-adding", {"forget_bias": 1.0}, "fading"),
    ("task-recall", {}, "fading"),
    ("task-recall", {"activation": "sigmoid"}, "gone"),
    ("task-exploding", {}, "fading"),
    ("residual", {}, "fading"),
    ("residual", {"gain": 0.0}, "dead"),
    ("lstm-gates", {}, "fading"),
    ("lstm-gates", {"forget_bias": 5.0}, "growing"),
    ("deep", {}, "fading"),
    ("thirty-layers", {}, "fading"),
    ("thirty-layers", {"gain": 1.41}, "growing"),
    ("thirty-starts", {}, "fading"),
    ("causal-convolution", {}, "dead"),
    ("hopfield", {}, "gone"),
    ("echo-state", {}, "gone"),
    ("sigmoids-softmax", {}, "gone"),
    ("task-sentiment-mean", {}, "fading"),
    ("task-shape", {}, "fading"),
    ("task-people", {}, "fading"),
    ("task-intents", {}, "fading"),
    ("task-dictionary", {}, "fading"),
    ("task-word-vectors", {}, "fading"),
    ("task-sparse", {}, "fading"),
    ("task-reversal", {}, "fading"),
    ("perceptron-and", {}, "dead"),
    ("perceptron-or", {}, "dead"),
    ("perceptron-xor", {}, "dead"),
    ("task-sine-delays", {}, "dead"),
    ("task-echo-state", {}, "fading"),
    ("recall-diagonal", {}, "fading"),
    ("recall-matrix", {}, "fading"),
    ("recall-orthogonal", {}, "preserved"),
    ("order-diagonal", {}, "gone"),
    ("order-matrix", {}, "fading"),
    ("order-orthogonal", {}, "preserved"),
    ("adding-diagonal", {}, "gone"),
    ("adding-matrix", {}, "fading"),
    ("adding-orthogonal", {}, "preserved"),
    ("recall200-diagonal", {}, "fading"),
    ("recall200-matrix", {}, "fading"),
    ("recall200-orthogonal", {}, "preserved"),
]


@pytest.mark.parametrize(("name", "changes", "kind"), VERDICTS)
def test_verdict_is_what_the_preset_promises(name: str, changes: dict[str, Any], kind: str):
    assert look(name, **changes).verdict.kind == kind


def test_every_preset_has_its_promise_tested():
    assert {name for name, *_ in VERDICTS} == {one.name for one in PRESETS}


def test_dead_relu_is_killed_at_one_step_by_the_verdict_the_cause_and_the_row():
    inspection = look("dead-relu")
    assert inspection.verdict.dead_lag == 1
    assert "dies at step 36, after 1 step" in str(verdict_sentence(inspection))
    assert "the derivative takes all of it at step 36" in str(cause_sentence(inspection))


def test_orthogonal_linear_network_keeps_every_pair_at_one():
    gains = look("orthogonal").analysis.run.log_gain
    assert np.nanmax(np.abs(gains)) < 1e-12
    assert step_factor(look("orthogonal", activation="tanh")) == pytest.approx(0.72, abs=0.005)


@pytest.mark.parametrize("gain", [1.0, 0.95, 1.05])
def test_open_relu_with_scaled_identity_is_a_straight_line(gain: float):
    inspection = look("identity-relu", gain=gain)
    assert inspection.analysis.run.trace.z.min() > 0
    np.testing.assert_allclose(inspection.row, np.arange(36, -1, -1) * math.log(gain), atol=1e-12)


def test_non_normal_weights_grow_first_though_their_eigenvalues_promise_decay():
    inspection = look("non-normal")
    # A defective eigenvalue is known to the fourth root of the rounding only: chains of four.
    assert np.abs(inspection.analysis.run.eigenvalues) == pytest.approx(0.8, abs=2e-3)
    hump = inspection.verdict.hump
    assert hump is not None
    assert hump.lag == 14
    assert math.exp(hump.gain) == pytest.approx(16, abs=0.5)
    assert look("non-normal", gain=0.7).row.max() == 0.0


def test_tanh_vanishes_though_the_spectral_radius_is_above_one():
    inspection = look("tanh-large-radius")
    assert inspection.analysis.run.radius == pytest.approx(1.2)
    assert inspection.trend is not None
    assert inspection.trend[0] > 0
    assert inspection.verdict.double == pytest.approx(1.0, abs=0.15)


def test_lstm_with_open_forget_gates_remembers_longer_than_with_bias_one_or_without_gates():
    open_gates, usual, simple = (
        look("lstm-remembers"),
        look("lstm-remembers", forget_bias=1.0),
        look("lstm-remembers", cell="rnn"),
    )
    paths = split_paths(open_gates.analysis.run.trace, 36, 0)
    assert paths.direct[0] > paths.gates[0]
    assert open_gates.verdict.end > usual.verdict.end > simple.verdict.end


def test_forget_gates_are_all_that_is_left_without_recurrent_weights():
    inspection = look("lstm-forget-bias-1")
    assert inspection.paths is not None
    assert inspection.paths.gates[0] == -math.inf


def test_gru_carries_the_gradient_past_its_candidate():
    paths = look("gru").paths
    assert paths is not None
    assert paths.direct[0] > paths.gates[0]


def test_sentence_ends_with_a_hundredth_of_its_gradient_at_its_first_word():
    inspection = look("phenomenal")
    assert inspection.analysis.feed.labels == ("<s>", "that", "was", "phenomenal", "</s>")
    assert math.exp(inspection.row[inspection.k]) == pytest.approx(0.01, abs=0.005)


@pytest.mark.parametrize("hidden", [8, 9, 12])
def test_shift_register_forgets_exactly_after_as_many_steps_as_units(hidden: int):
    assert look("shift-register", hidden=hidden).verdict.dead_lag == hidden


def test_one_unit_settles_where_the_blackboard_says():
    inspection = look("one-unit")
    assert inspection.analysis.run.trace.s[-1, 0] == pytest.approx(0.9575040241, abs=1e-10)
    assert inspection.row[-2] == pytest.approx(-1.7935285, abs=1e-7)
    assert inspection.verdict.rate == pytest.approx(-1.7935, abs=1e-4)
    ends = [look("one-unit", gain=gain).verdict.end for gain in (0.5, 0.8, 1.0, 1.3, 2.0)]
    assert max(ends) == ends[2]


def test_chaos_explodes_in_spite_of_its_saturation():
    trace = look("chaos").analysis.run.trace
    assert np.mean(np.abs(trace.s) > 0.9) > 0.5
    assert lyapunov_exponents(trace)[0] > 0
    assert np.abs(look("chaos", bias=10.0).analysis.run.trace.s[1:]).min() > 0.9


def test_units_are_silent_while_the_cosine_climbs():
    x = look("dead-relu").analysis.feed.x[:, 0]
    assert (np.diff(x)[[13, 14, 33, 34]] > 0).all()


def test_default_is_the_first_and_compares_three_activations_with_the_recipe_that_a_new_exploration_has():
    assert default() == PRESETS[0]
    assert default().name == "toggle"
    fresh = Exploration()
    networks = tuple(replace(fresh.recipe, activation=name) for name in ("tanh", "sigmoid", "relu"))
    assert default().exploration == replace(fresh, networks=networks, stage="beside", together=True)


def test_there_are_enough_presets_in_a_clear_order():
    assert len(PRESETS) >= 14
    assert len({one.name for one in PRESETS}) == len(PRESETS) == len(list((resources() / "presets").glob("*.json")))


def test_every_preset_has_a_group_and_stands_in_it_by_its_order():
    met = [group for group, _ in groupby(PRESETS, key=lambda one: one.group)]
    assert met == list(groups()), "a group is empty, or comes twice"
    for group in met:
        files = [json.loads((resources() / "presets" / f"{one.name}.json").read_bytes()) for one in PRESETS]
        orders = [file["order"] for file in files if file["group"] == group]
        assert orders == sorted(set(orders))


def test_groups_have_titles_of_their_own_in_every_language():
    for language in i18n.languages():
        titles = [one[language] for one in groups().values()]
        assert all(title.strip() for title in titles)
        assert len(set(titles)) == len(titles)
    assert all(set(one) == set(i18n.languages()) for one in groups().values())


def test_a_preset_of_no_group_says_that_the_installation_is_damaged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    shutil.copytree(resources() / "presets", tmp_path / "presets")
    file = tmp_path / "presets" / "gru.json"
    file.write_text(file.read_text("utf-8").replace('"group": "gates"', '"group": "gatez"'), "utf-8")
    monkeypatch.setattr(module, "resources", lambda: tmp_path)
    with pytest.raises(ValueError, match="gru: there is no group “gatez”"):
        presets.__wrapped__()


@pytest.mark.parametrize("one", PRESETS, ids=lambda one: one.name)
def test_preset_is_told_in_every_language_briefly(one: Preset):
    for words in (one.short, one.titles, one.look):
        assert set(words) == set(i18n.languages())
    assert len(one.titles["en"]) <= LONGEST_TITLE
    assert one.titles["en"].isprintable()
    assert len(one.short["en"]) <= LONGEST_SHORT
    assert one.look["en"].count(". ") == 1
    assert one.look["zh_CN"].count("。") == 2


@pytest.mark.parametrize("one", PRESETS, ids=lambda one: one.name)
def test_languages_name_the_same_decimal_numbers(one: Preset):
    decimals = [sorted(re.findall(r"\d+\.\d+|10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+", words)) for words in one.look.values()]
    assert decimals[0] == decimals[1]


@pytest.mark.parametrize("one", PRESETS, ids=lambda one: one.name)
def test_verdict_on_a_preset_fits_on_a_line(one: Preset):
    assert len(str(verdict_sentence(inspect(analyse(one.exploration))))) < 125


def test_unknown_preset_is_refused_with_the_choices():
    with pytest.raises(BadExploration, match="There is no preset “nonsense”; choose one of toggle, vanishing-tanh"):
        preset("nonsense")


def test_first_preset_is_read_without_the_others() -> None:
    module._read.cache_clear()
    assert default() == PRESETS[0]
    assert module.first_preset(lambda one: one.name != "") == PRESETS[0]
    assert module._read.cache_info().misses == 1


@pytest.mark.usefixtures("qapp")
def test_every_sign_of_the_presets_is_drawn_by_a_shipped_font():
    fonts = [QRawFont.fromFont(QFont(family, 10)) for family in load_fonts()]
    said = "".join(text for one in PRESETS for words in (one.short, one.titles, one.look) for text in words.values())
    said += "".join(title for titles in groups().values() for title in titles.values())
    assert {sign for sign in said if not any(font.supportsCharacter(ord(sign)) for font in fonts)} == set()
