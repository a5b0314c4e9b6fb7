"""Flows, traces and sweeps show themselves alive within a notebook, whatever their size."""

from __future__ import annotations

import html
import json
import re
from typing import Any

import numpy as np
import pytest

import explorer
from explorer.engine import Flow, Layer, Network, Recurrence, estimated_flow, gradient_flow
from explorer.workspace.pages.framed import steps_shown
from explorer.workspace.pages.numbers import packed
from explorer.workspace.words.catalogues import LANGUAGES

RNG = np.random.default_rng(0)


def flow_of(steps: int, hidden: int = 3) -> Flow:
    return gradient_flow(Network.random(inputs=1, hidden=hidden, outputs=1).forward(RNG.standard_normal((steps, 1))))


def held(value: Any) -> dict[str, Any]:
    """Return the data of the page in a value's frame."""
    frame = re.fullmatch(
        r"<iframe [^>]*sandbox=\"allow-scripts\"[^>]*srcdoc='([^']*)'[^>]*></iframe>", value._repr_html_()
    )
    assert frame is not None
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', html.unescape(frame[1]), re.DOTALL)
    assert found is not None
    return json.loads(found[1])


def test_flow_without_words_shows_every_gain_and_state_and_what_is_said_of_each_row() -> None:
    flow = flow_of(9)
    data = held(flow)
    (network,) = data["networks"]
    assert network["gains"] == packed(flow.log_gain[np.tril_indices(10)])
    assert network["parts"][0]["values"] == packed(flow.trace.s)
    assert len(network["rows"]) == 10
    assert set(network["rows"][9]["verdict"]) == set(LANGUAGES)
    assert (data["tokens"], data["at"]) == (None, None)


def test_long_flow_shows_some_steps_each_by_its_own_number_and_stays_small() -> None:
    flow = flow_of(700, hidden=2)
    data = held(flow)
    at = data["at"]
    assert at[0] == 0
    assert at[-1] == 700
    assert data["steps"] == len(at) - 1
    assert data["networks"][0]["gains"] == packed(flow.log_gain[np.ix_(at, at)][np.tril_indices(len(at))])
    assert "s₇₀₀" in data["networks"][0]["rows"][-1]["verdict"]["en"]
    assert str(len(at) - 1) in data["look"]["en"]
    assert len(flow._repr_html_() or "") < 3_000_000


@pytest.mark.parametrize(("steps", "widths"), [(1, [1]), (50, [3]), (2000, [64]), (2000, [3, 3, 3, 3]), (300, [4096])])
def test_steps_that_are_shown_begin_at_the_first_and_end_with_the_last(steps: int, widths: list[int]) -> None:
    shown = steps_shown(steps, widths)
    assert list(shown) == sorted(set(shown))
    assert (shown[0], shown[-1]) == (0, steps)


def test_trace_of_several_chains_shows_each_in_its_own_way() -> None:
    net = Network.random(layers=[Layer("lstm", 2), Layer("gru", 3, direction="both")], inputs=1, outputs=1)
    trace = net.forward(RNG.standard_normal((6, 1)))
    data = held(trace)
    assert [one["name"]["en"] for one in data["networks"]] == ["1", "2→", "2←"]
    assert [one["ways"] for one in data["networks"]] == [["forward"], ["forward"], ["backward"]]
    assert data["start"] == {"t": 0, "k": 6, "active": 2}
    assert held(trace.chains["2←"])["networks"][0]["gains"] == data["networks"][2]["gains"]


def test_chains_that_are_not_shown_are_told() -> None:
    net = Network.random(layers=[Layer("rnn", 1, direction="both")] * 3, inputs=1, outputs=1)
    data = held(net.forward(np.ones((2, 1))))
    assert [one["name"]["en"] for one in data["networks"]] == ["2→", "2←", "3→", "3←"]
    assert data["look"]["en"] == "The last 4 of 6 chains are shown."


def test_estimate_is_shown_as_one_and_own_equations_by_their_name() -> None:
    cell = Recurrence.parse("h = tanh(U @ x + W @ h)", name="mine")
    trace = Network.random(layers=[Layer(cell, 12)], inputs=1, outputs=1).forward(np.ones((4, 1)))
    (network,) = held(estimated_flow(trace, probes=3))["networks"]
    assert "3 of 12" in network["estimate"]["en"]
    assert network["name"]["en"] == "mine"


@pytest.mark.parametrize(("steps", "hidden", "said"), [(3001, 1, "unasked"), (20, 20_000, "too wide")])
def test_what_would_fill_a_notebook_is_said_in_its_place(steps: int, hidden: int, said: str) -> None:
    cell = Recurrence.parse("h = tanh(U @ x + w * h)", name="own")
    trace = Network.random(layers=[Layer(cell, hidden)], inputs=1, outputs=1).forward(np.zeros((steps, 1)))
    assert said in trace._repr_html_()


def test_sweep_tells_each_of_its_points() -> None:
    swept = explorer.sweep(
        {"preset": "toggle", "axes": {"gain": [0.5, 2.0], "seed": range(3)}, "set": {"steps": 8, "t": 8}}
    )
    data = held(swept)
    (picture,) = data["pictures"]
    (row,) = picture["rows"]
    assert row["median"] == swept["rate.median"].tolist()
    assert row["said"][1]["en"].startswith("gain of W 2: median ")
    assert "over 3 of 3 seeds" in row["said"][1]["en"]
    assert row["said"][1]["zh_CN"] != row["said"][1]["en"]


def test_all_quantities_of_a_sweep_can_be_chosen_and_those_without_room_are_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    spec = {
        "preset": "toggle",
        "axes": {"gain": [0.5, 2.0]},
        "set": {"steps": 8, "t": 8},
        "quantities": ["rate", "rho"],
    }
    swept = explorer.sweep(spec)
    data = held(swept)
    assert [one["title"]["en"] for one in data["pictures"]] == ["rate, nats a step", "spectral radius ρ"]
    assert data["pictures"][1]["rows"][0]["median"] == swept["rho"].tolist()
    assert data["leftOut"]["en"] == ""
    monkeypatch.setattr("explorer.workspace.pages.swept._MOST", 3)
    few = held(swept)
    assert len(few["pictures"]) == 1
    assert few["leftOut"]["en"].startswith("Not kept here, as the points are many: rho;")


def test_block_of_a_flow_shows_its_own_gains_and_says_what_it_leads_from_and_to() -> None:
    net = Network.random(layers=[Layer("rnn", 3), Layer("gru", 2)], inputs=1, outputs=1)
    flow = gradient_flow(net.forward(np.ones((6, 1))))
    block = flow.block("2", "1")
    (network,) = held(block)["networks"]
    assert network["gains"] == packed(block.log_gain[np.tril_indices(7)])
    assert network["name"]["en"].endswith(", 1/h → 2/h")
    assert network["trend"] is None
    assert gradient_flow(net.forward(np.ones((6, 1)))).block("2", "1") == block


def test_block_of_a_backward_chain_stands_in_the_time_of_the_sequence() -> None:
    trace = Network.random(layers=[Layer("lstm", 2, direction="backward")], inputs=1, outputs=1).forward(
        np.ones((6, 1))
    )
    block = gradient_flow(trace).block("c", "h")
    (network,) = held(block)["networks"]
    assert network["gains"] == packed(block.log_gain)


def test_page_begins_in_the_language_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    trace = Network.random(inputs=1, hidden=2, outputs=1).forward(np.ones((4, 1)))
    assert held(trace)["language"] == "zh_CN"
    monkeypatch.setenv("LC_ALL", "de_DE.UTF-8")
    assert held(trace)["language"] == "en"
