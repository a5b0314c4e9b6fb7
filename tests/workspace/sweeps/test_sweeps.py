"""A sweep: what its file says, the order of its points, what is measured, and that no end loses any."""

from __future__ import annotations

import math
import os
import signal
from contextlib import suppress
from multiprocessing import active_children
from pathlib import Path

import numpy as np
import pytest

from explorer.engine import Network, gradient_flow, kaplan_yorke_dimension, lyapunov_exponents, verdict
from explorer.engine.errors import Refusal
from explorer.workspace.feed.sequences import feed
from explorer.workspace.looks.glance import glanced
from explorer.workspace.looks.measures import QUANTITIES, Scene, seen
from explorer.workspace.sweeps.journal import journal_of
from explorer.workspace.sweeps.measuring import NAMES, Outcome, measure
from explorer.workspace.sweeps.portions import Portions
from explorer.workspace.sweeps.processes import processes
from explorer.workspace.sweeps.reading import _File, sweep_of
from explorer.workspace.sweeps.result import arrays_of, quantile
from explorer.workspace.sweeps.running import Course, sweep_into
from explorer.workspace.sweeps.sweep import Sweep

from .here import Here

SMALL = """preset = "toggle"
set = { hidden = 6, "sequence.steps" = 12, t = 12 }
quantities = ["rate", "verdict", "lyapunov"]
[axes]
gain = { from = 0.5, to = 2.0, count = 4 }
seed = { from = 0, to = 2 }
"""


def told(text: str) -> Sweep:
    return sweep_of(text, Path("mine.toml"))


def with_axes(axes: str, more: str = "") -> str:
    return f"{more}\n[axes]\n{axes}\n"


def test_axes_are_ranges_and_lists():
    sweep = told(
        with_axes(
            'gain = { from = 0.5, to = 4.0, count = 8 }\nseed = { from = 3, to = 1 }\ncell = ["rnn", "lstm"]\n'
            'hidden = { from = 4, to = 64, count = 3 }\nthreshold = { from = 1e-6, to = 1e-2, count = 3, scale = "log" }'
        )
    )
    values = {axis.name: axis.values for axis in sweep.axes}
    assert values["gain"] == (0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0)
    assert values["seed"] == (3, 2, 1)
    assert values["cell"] == ("rnn", "lstm")
    assert values["hidden"] == (4, 34, 64)
    assert values["threshold"] == pytest.approx((1e-6, 1e-4, 1e-2))
    assert sweep.quantities == ("rate",)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (with_axes("gian = [1.0]"), "line 3: There is no setting “gian”"),
        (with_axes("gain = [1.0, 1.0]"), "line 3: “gain” has a value twice."),
        (with_axes("gain = { from = 0.5, to = 2.0 }"), "line 3: a range of numbers that are not whole needs a count."),
        (with_axes('gain = { from = 0.0, to = 2.0, count = 3, scale = "log" }'), "line 3: a range at even ratios"),
        (with_axes("gain = { from = 1.0, count = 3 }"), "line 3: an axis is a list of values, or goes from"),
        (with_axes("gain = { from = -inf, to = 1.0, count = 3 }"), "line 3: a range goes from a finite number"),
        (with_axes('gain = ["much"]'), "line 3: “gain” is much; a number is expected."),
        (with_axes("gain = []"), "line 3: an axis is a list of values, or goes from"),
        (with_axes("hidden = [4, 100000]"), "line 3: "),
        (with_axes("gain = [1.0]", 'quantity = ["rate"]'), "line 1: a sweep has no “quantity” here."),
        (with_axes("gain = [1.0]", 'quantities = ["rates"]'), "line 1: There is no quantity “rates”"),
        (with_axes("gain = [1.0]", 'quantities = ["rate", "rate"]'), "line 1: “rate” is asked for twice."),
        (with_axes("rate = [0.1]"), "“rate” is an axis and a quantity"),
        (with_axes("gain = [1.0]", 'preset = "toggle"\nfile = "a.gflow"'), "line 2: a sweep begins with"),
        (with_axes("gain = [1.0]", 'preset = "togle"'), "line 1: There is no preset “togle”"),
        (with_axes("gain = [1.0]", 'file = "nowhere.gflow"'), "line 1: "),
        (with_axes("gain = [1.0]", "updates = 5"), "line 1: nothing is learnt here"),
        (with_axes("gain = [1.0]", 'quantities = ["held_loss"]'), "“held_loss” is known after a training only"),
        (with_axes("seed = { from = 0, to = 9999 }\n" "t = { from = 1, to = 999 }"), "points are more than a sweep"),
        ("[axes]\n", "line 1: a sweep has something else here"),
        ("gain = [", "this is no TOML"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_line(text: str, said: str):
    with pytest.raises(Refusal) as refused:
        told(text)
    assert said in str(refused.value)
    assert "mine.toml" in str(refused.value)


def test_what_the_manual_shows_is_a_sweep():
    manual = (Path(__file__).parents[3] / "docs" / "sweeps.md").read_text(encoding="utf-8")
    sweep = told(manual.split("```toml\n")[1].split("```")[0])
    assert sweep.shape == (36, 32, 2)
    for name in (*_File.__struct_fields__, *(name for name in NAMES if name not in QUANTITIES)):
        assert f"`{name}`" in manual or f"`[{name}]`" in manual


def test_points_come_from_coarse_to_fine_and_each_once():
    sweep = told(with_axes("gain = { from = 0.0, to = 1.0, count = 9 }\nt = { from = 1, to = 5 }"))
    places = list(sweep.places())
    assert sorted(places) == [(i, j) for i in range(9) for j in range(5)]
    assert set(places[:4]) == {(0, 0), (0, 4), (8, 0), (8, 4)}
    assert set(places[:9]) == {(i, j) for i in (0, 4, 8) for j in (0, 2, 4)}


def test_what_is_measured_is_what_the_engine_says():
    sweep = told(
        with_axes(
            'gain = [0.5, 1.5]\ncell = ["rnn", "lstm"]',
            'quantities = ["rate", "lyapunov", "lyapunov_dimension", "end_gain", "verdict", "horizon", "sigma_1"]\n'
            'preset = "vanishing-tanh"\nset = { hidden = 8, "sequence.steps" = 20, t = 18 }\nskip = 3',
        )
    )
    for place in sweep.places():
        exploration = sweep.at(place)
        recipe, x = exploration.recipe, feed(exploration.sequence).x
        net = Network.random(
            cell=recipe.cell, activation=recipe.activation, inputs=x.shape[1], hidden=8, outputs=recipe.outputs,
            init=recipe.init, gain=recipe.gain, bias=recipe.bias, forget_bias=recipe.forget_bias,
            input_scale=recipe.input_scale, seed=recipe.seed,
        )  # fmt: skip
        trace = net.forward(x)
        row = gradient_flow(trace).log_gain[18, :19]
        exponents = lyapunov_exponents(trace, 3)
        rate, first, dimension, end, word, horizon, sigma = measure(sweep, place).values
        assert first == exponents[0]
        assert dimension == kaplan_yorke_dimension(exponents)
        assert end == pytest.approx(row[0], abs=1e-9)
        said = verdict(row)
        assert (word, horizon) == (said.kind, said.horizon)
        assert isinstance(rate, float)
        assert said.rate is None or rate == pytest.approx(said.rate, abs=1e-9)
        slopes = [(row[k] - row[j]) / (j - k) for j in range(19) for k in range(j)]
        assert rate == pytest.approx(np.median(slopes), abs=1e-9)
        assert sigma == net.largest_singular_value()


@pytest.mark.parametrize("preset", ["vanishing-tanh", "lstm-remembers", "dead-relu", "gru"])
def test_a_glance_measures_what_all_pairs_say(preset: str):
    exploration = told(with_axes("gain = [1.0]", f'preset = "{preset}"')).base
    full, light = seen(Scene.worked_out(exploration), 0), glanced(exploration)
    assert full is not None
    for name, quantity in QUANTITIES.items():
        whole, single = quantity.of(full), quantity.of(light)
        assert single == (pytest.approx(whole, abs=1e-9, nan_ok=True) if isinstance(whole, float) else whole), name


def test_a_row_that_dies_falls_by_minus_infinity():
    sweep = told(with_axes("bias = [-3.0, 0.0]", 'preset = "dead-relu"'))
    assert measure(sweep, (0,)).values == (-math.inf,)


def test_what_is_refused_at_a_point_is_its_reason_and_the_sweep_goes_on():
    sweep = told(with_axes('cell = ["rnn", "mingru"]', 'preset = "vanishing-tanh"\nquantities = ["rate", "term"]'))
    found = {place: measure(sweep, place) for place in sweep.places()}
    arrays = arrays_of(sweep, found)
    assert np.isfinite(arrays["rate"]).all()
    assert np.isnan(arrays["term"]).tolist() == [False, True]
    assert arrays["reasons"].tolist()[0] == ""
    assert "has no terms" in arrays["reasons"].tolist()[1]


def test_after_updates_the_loss_is_known_and_no_trained_weight_is_left_out():
    sweep = told(
        with_axes("seed = [1, 2]", 'preset = "task-adding"\nupdates = 3\nquantities = ["loss", "updates", "rate"]')
    )
    outcomes = [measure(sweep, place) for place in sweep.places()]
    assert all(outcome.values[0] > 0 and outcome.values[1] == 3 and not outcome.reason for outcome in outcomes)
    assert outcomes[0].values[0] != outcomes[1].values[0]


def test_quartiles_over_seeds_leave_unknown_values_out_and_know_infinities():
    values = np.array([[1.0, 2.0, 3.0, np.nan], [-np.inf, -np.inf, -np.inf, 1.0], [np.nan] * 4])
    assert quantile(values, 0.5, (1,)).tolist()[:2] == [2.0, -np.inf]
    assert math.isnan(quantile(values, 0.5, (1,))[2])
    found = {place: Outcome((float(place[1]), "gone", 0.0)) for place in np.ndindex(4, 3)}
    arrays = arrays_of(told(SMALL), found)
    assert arrays["rate.median"].tolist() == [1.0] * 4
    assert arrays["rate.upper_quartile"].tolist() == [1.5] * 4
    assert "verdict.median" not in arrays


def test_a_sweep_that_was_cut_off_goes_on_to_the_same_bytes(tmp_path: Path):
    sweep, whole, cut = told(SMALL), tmp_path / "whole.npz", tmp_path / "cut.npz"
    assert [course.done for course in sweep_into(whole, sweep, Here())] == list(range(13))
    *_, last = sweep_into(cut, sweep, Here(5))
    assert (last.done, last.size, cut.exists()) == (5, 12, False)
    kept = journal_of(cut)
    # A program that is killed leaves half a line; what stands before it is whole.
    kept.write_bytes(kept.read_bytes() + b'[[3,2],["0.1"')
    again = Here()
    *_, last = sweep_into(cut, sweep, again)
    assert last.done == 12
    assert len(again.places) == 7
    assert cut.read_bytes() == whole.read_bytes()
    assert not kept.exists()
    nothing = Here()
    assert list(sweep_into(cut, sweep, nothing)) == [Course(12, 12, 0, 0.0)]
    assert nothing.places == []


def test_the_points_and_the_result_of_another_sweep_are_never_lost(tmp_path: Path):
    out, other = tmp_path / "a.npz", told(SMALL.replace("0.5", "0.6"))
    list(sweep_into(out, told(SMALL), Here(3)))
    kept = journal_of(out).read_bytes()
    with pytest.raises(Refusal, match="holds the points of another sweep"):
        list(sweep_into(out, other, Here()))
    assert journal_of(out).read_bytes() == kept
    list(sweep_into(out, told(SMALL), Here()))
    with pytest.raises(Refusal, match="holds something else than this sweep"):
        list(sweep_into(out, other, Here()))


def test_a_damaged_line_costs_what_stands_behind_it_only(tmp_path: Path):
    out = tmp_path / "a.npz"
    list(sweep_into(out, told(SMALL), Here(4)))
    lines = journal_of(out).read_bytes().splitlines(keepends=True)
    journal_of(out).write_bytes(b"".join([*lines[:3], b'[[9,9],["1","gone","1"],""]\n', *lines[4:]]))
    again = Here()
    list(sweep_into(out, told(SMALL), again))
    assert len(again.places) == 10


def test_the_first_tasks_are_single_points_and_suspects_run_alone():
    portions = Portions([(i,) for i in range(100)], workers=2)
    assert portions.take() == [(0,)]
    portions.heed(1, 0.001)
    assert portions.take() == [(1,), (2,)]
    assert portions.abreast == 4
    portions.suspect([(1,), (2,)])
    assert portions.abreast == 1
    assert [portions.take(), portions.take()] == [[(1,)], [(2,)]]
    assert portions.abreast == 4


def test_a_process_that_is_killed_costs_no_point(tmp_path: Path):
    sweep, out = told(SMALL), tmp_path / "a.npz"
    with processes(1) as workers:
        courses = sweep_into(out, sweep, workers)
        for course in courses:
            if course.done == 2:
                for child in active_children():
                    with suppress(ProcessLookupError):
                        os.kill(child.pid or 0, signal.SIGKILL)
    list(sweep_into(whole := tmp_path / "whole.npz", sweep, Here()))
    assert out.read_bytes() == whole.read_bytes()


def test_who_stops_does_not_wait_for_a_point_that_takes_hours() -> None:
    sweep = told('preset = "task-adding"\nupdates = 10_000_000\nquantities = ["loss"]\n[axes]\nseed = [0, 1]\n')
    looks = iter(range(8))
    with processes(1, gentle=True) as workers:
        assert list(workers.measured(sweep, list(sweep.places()), lambda: next(looks, None) is None)) == []
    assert active_children() == []
