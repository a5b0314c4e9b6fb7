"""What theory says of a sweep's points: near what is measured of wide networks, and nothing of others."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from explorer.engine import mean_field
from explorer.workspace.sweeps.measuring import measure
from explorer.workspace.sweeps.reading import sweep_of
from explorer.workspace.sweeps.sweep import Sweep
from explorer.workspace.sweeps.theory import predicted

WIDE = """preset = "chaos"
set = {{ hidden = 160, "sequence.steps" = {steps}, t = {steps}{more} }}
quantities = ["rate", "lyapunov"]
[axes]
gain = [0.8, 2.5]
"""


def swept(more: str = "", steps: int = 60) -> Sweep:
    return sweep_of(WIDE.format(more=more, steps=steps), Path("mine.toml"))


@pytest.mark.parametrize(
    "more", ["", ', bias = 0.5, "sequence.kind" = "noise"', ', activation = "sigmoid", input_scale = 2.0']
)
def test_what_is_measured_of_160_units_lies_within_0_08_nats_a_step_of_the_theory(more: str) -> None:
    sweep = swept(more)
    for place in sweep.places():
        for name, value in zip(sweep.quantities, measure(sweep, place).values, strict=True):
            assert value == pytest.approx(predicted(sweep, sweep.at(place), name), abs=0.08)


def test_a_long_quiet_sequence_has_the_settled_rate_of_the_mean_field() -> None:
    sweep = swept(steps=400)
    assert predicted(sweep, sweep.at((1,)), "rate") == pytest.approx(mean_field("tanh", 2.5).rate, abs=1e-6)


@pytest.mark.parametrize(
    "more",
    [
        ', cell = "lstm"',
        ', cell = "residual"',
        ', init = "identity"',
        ', direction = "backward"',
        ', norm = "spectral"',
    ],
)
def test_of_other_networks_there_is_no_theory(more: str) -> None:
    sweep = swept(more)
    assert math.isnan(predicted(sweep, sweep.at((0,)), "rate"))


def test_of_orthogonal_weights_and_of_own_ones_the_mean_field_is_that_of_gaussian_ones() -> None:
    gaussian, others = swept(), [swept(', init = "orthogonal"'), swept(", own_steps = 30")]
    expected = predicted(gaussian, gaussian.at((0,)), "rate")
    assert [predicted(sweep, sweep.at((0,)), "rate") for sweep in others] == [expected] * 2


def test_of_other_quantities_there_is_no_theory() -> None:
    sweep = swept()
    assert math.isnan(predicted(sweep, sweep.at((0,)), "horizon"))


def test_a_network_without_recurrent_weights_dies_in_theory_as_in_fact() -> None:
    sweep = swept(", gain = 0.0")
    told = sweep.base
    assert predicted(sweep, told, "rate") == predicted(sweep, told, "lyapunov") == -math.inf
