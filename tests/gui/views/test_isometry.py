"""The card of isometry by depth: what was measured beside theory, of layers and of steps, and where no theory is known."""

from __future__ import annotations

import math

import numpy as np
import pytest
from PySide6.QtCore import QPointF
from pytestqt.qtbot import QtBot

from explorer.gui.plot.theme import themes
from explorer.gui.views.inspect.isometry import IsometryView
from explorer.workspace.looks import isometry as isometry_looks
from explorer.workspace.looks.isometry import LARGEST, MEDIAN, ByDepth, asked, by_depth

from .test_inspect_cards import close_look


@pytest.fixture
def card(qtbot: QtBot) -> IsometryView:
    view = IsometryView(themes()["light"])
    qtbot.addWidget(view)
    view.resize(360, 240)
    return view


def finished(card: IsometryView, **recipe: object) -> str:
    card.present(close_look(**recipe))
    card.finish()
    assert not card.grab().isNull()
    return card.told()


def found(**recipe: object) -> ByDepth:
    (result,) = by_depth(*asked(close_look(**recipe)), lambda: False, lambda _: None)
    return result


@pytest.mark.parametrize(
    ("recipe", "said"),
    [
        ({"init": "orthogonal", "own_steps": 12}, ("after 12 layers: largest", "N → ∞, orthogonal start: largest")),
        ({"gain": 1.5}, ("after 12 steps: largest", "N → ∞, Gaussian start: largest")),
        ({"activation": "relu", "bias": -5.0}, ("all exactly zero",)),
    ],
)
def test_it_says_what_was_measured_and_what_theory_expects(
    card: IsometryView, recipe: dict[str, object], said: tuple[str, ...]
) -> None:
    told = finished(card, **recipe)
    assert all(one in told for one in said)


@pytest.mark.parametrize("recipe", [{"cell": "lstm"}, {"init": "identity"}, {"cell": "residual"}])
def test_where_no_theory_is_known_none_is_drawn(card: IsometryView, recipe: dict[str, object]) -> None:
    assert "theory for" not in finished(card, **recipe)
    assert not found(**recipe).expected


def test_a_depth_is_named_under_the_pointer(card: IsometryView) -> None:
    finished(card, gain=1.2)
    y = card.canvas.height() / 2
    named = {card.name_at(QPointF(float(x), y)) for x in range(60, card.canvas.width() - 8, 4)}
    assert any(name.startswith("after 1 step") for name in named)
    assert any(name.startswith("after 12 steps") for name in named)


def test_an_orthogonal_start_spreads_as_theory_says_and_a_gaussian_one_does_not() -> None:
    shown = found(hidden=64, init="orthogonal", gain=1.5, own_steps=12, input_scale=0.5, initial_state=(0.3, -0.3) * 32)
    assert shown.start == "orthogonal"
    last = shown.measured[-1] / 12
    # Of 64 units, by layer.
    np.testing.assert_allclose(last, shown.expected["orthogonal"][-1] / 12, atol=0.04, rtol=0.1)
    assert last[MEDIAN] > shown.expected["gaussian"][-1][MEDIAN] / 12 + 0.1


def test_theory_is_worked_out_once_for_all_seeds_and_anew_for_another_gain(monkeypatch: pytest.MonkeyPatch) -> None:
    first = found(gain=1.25, seed=1)
    monkeypatch.setattr(isometry_looks, "isometry", lambda *_, **__: np.full(4, 7.0))
    other, another = found(gain=1.25, seed=2), found(gain=1.26, seed=2)
    assert (other.measured != first.measured).any()
    for start, values in first.expected.items():
        np.testing.assert_array_equal(other.expected[start], values)
        np.testing.assert_array_equal(another.expected[start], np.full_like(values, 7.0))
    isometry_looks._known.clear()


def test_linear_orthogonal_layers_are_all_at_one() -> None:
    shown = found(activation="identity", init="orthogonal", gain=1.0, own_steps=12)
    np.testing.assert_allclose(shown.measured, 0.0, atol=1e-12)
    np.testing.assert_array_equal(shown.expected["orthogonal"], 0.0)
    edge = 0.5 * (13 * math.log(13) - 12 * math.log(12))
    assert 0.2 * edge < shown.expected["gaussian"][-1][LARGEST] < edge
