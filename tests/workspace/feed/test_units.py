"""Numbers keep their units while a network is fed with them on scales of their own."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from explorer.engine.errors import BadExploration, BadSequence
from explorer.workspace.disk.files import load, save
from explorer.workspace.exploration.exploration import Exploration, Numbers, Recipe, replace
from explorer.workspace.exploration.scaling import ColumnScale, is_far_from_one, scaled, scales_of
from explorer.workspace.exploration.task import Task
from explorer.workspace.feed.edits import with_length, with_value
from explorer.workspace.feed.sequences import feed, loaded
from explorer.workspace.looks.analysis import analyse, inspect
from explorer.workspace.looks.tryout import tried
from explorer.workspace.tasks import dataset, taught

RNG = np.random.default_rng(1)
LOAD = 20_000 + 300 * RNG.normal(size=120).cumsum()
WIND = 4 + RNG.normal(size=120)
ROWS = tuple(zip(LOAD.tolist(), WIND.tolist(), strict=True))
SERIES = Task(kind="series", rows=ROWS, columns=("load", "wind"), target="load", source="grid.csv")
SMALL = Exploration(networks=(Recipe(hidden=3),))


def test_a_standardised_column_is_fed_with_mean_0_and_deviation_1_and_shown_in_its_units():
    fed = feed(Numbers(rows=ROWS, scaling=scales_of(np.array(ROWS))))
    np.testing.assert_allclose(fed.x.mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(fed.x.std(axis=0), 1)
    np.testing.assert_array_equal(fed.values, ROWS)
    assert fed.labels[0] == f"{LOAD[0]:.3g}".replace("e+0", "e") + f", {WIND[0]:.3g}"


@pytest.mark.parametrize("size", [5e-324, 1e-310, 1e-300, 1.0, 1e300, 1.7e308])
def test_a_scale_leads_there_and_back_whatever_the_size(size: float):
    values = np.sin(np.arange(50.0))[:, None] * size
    (scale,) = scales_of(values)
    x = scaled(values, (scale,))
    assert np.isfinite(x).all()
    assert scale.spread > 0
    if size >= 1e-300:
        np.testing.assert_allclose(x.std(), 1, rtol=1e-9)
        np.testing.assert_allclose(scale.back(x / 4) * 4 - 3 * scale.centre, values, rtol=1e-9, atol=1e-15 * size)


def test_a_constant_column_is_fed_as_exact_zeros():
    values = np.array([[0.3], [0.1 + 0.2]] * 5)
    assert (scaled(values, scales_of(values)) == 0).all()
    assert (scaled(np.zeros((5, 1)), scales_of(np.zeros((5, 1)))) == 0).all()


def test_a_number_too_far_from_its_scale_is_refused_where_it_stands():
    with pytest.raises(BadSequence, match="step 2 in column 1 lies too far"):
        feed(Numbers(rows=((0.0,), (1e308,)), scaling=(ColumnScale(0.0, 1e-10),)))


@pytest.mark.parametrize(
    ("scaling", "sentence"),
    [
        ((ColumnScale(0.0, 1.0),), "1 scales for 2 columns"),
        ((ColumnScale(0.0, 0.0), ColumnScale(0.0, 1.0)), "spread above zero"),
    ],
)
def test_what_is_no_scale_is_refused(scaling: tuple[ColumnScale, ...], sentence: str):
    with pytest.raises(BadExploration, match=sentence):
        Numbers(rows=ROWS, scaling=scaling)


@pytest.mark.parametrize(
    ("columns", "far"),
    [([np.sin(np.arange(30.0))], False), ([LOAD], True), ([1e-4 * WIND], True), ([np.zeros(30)], False),
     ([1e300 * WIND], True), ([np.sin(np.arange(120.0)), LOAD], True), ([5e-324 * np.ones(9)], True)],
)  # fmt: skip
def test_standardising_is_offered_where_numbers_are_far_from_one(columns: list[np.ndarray], far: bool):
    assert is_far_from_one(np.column_stack(columns)) is far


def test_an_edit_changes_its_number_alone_and_no_scale():
    numbers = Numbers(rows=ROWS, scaling=scales_of(np.array(ROWS)))
    edited = with_length(with_value(numbers, 3, 0, 25_000.0), 100)
    assert edited.scaling == numbers.scaling
    before, after = feed(numbers), feed(edited)
    changed = np.argwhere(before.x[:100] != after.x)
    assert changed.tolist() == [[2, 0]]
    assert after.values[2, 0] == 25_000.0


def test_a_loaded_sequence_is_looked_at_from_its_end():
    numbers = Numbers(rows=ROWS)
    assert loaded(SMALL.with_selection(t=36, k=12), numbers).selection.t == 120
    short = loaded(SMALL.with_selection(t=36, k=12), Numbers(rows=ROWS[:5])).selection
    assert (short.t, short.k) == (5, 5)


def test_own_series_answer_in_the_units_of_their_column():
    shown = dataset(SERIES).shown
    assert isinstance(shown, Numbers)
    assert shown.rows == ROWS[-24:]
    answer = tried(inspect(analyse(taught(SMALL, SERIES))))
    assert answer.wanted is not None
    np.testing.assert_allclose(answer.wanted[:-1, 0], LOAD[-23:], rtol=1e-12)
    assert abs(answer.said - LOAD.mean()).max() < 50 * LOAD.std()


def test_repeating_the_last_value_is_what_own_series_and_the_sine_are_to_beat():
    learnt = dataset(SERIES)
    (x,), (targets,) = learnt.held_out.inputs, learnt.held_out.targets
    assert learnt.baseline == pytest.approx(0.5 * np.mean((targets[:, 0] - x[:, 0]) ** 2))
    assert learnt.unit is not None
    apart = np.diff(LOAD[-24:])
    assert np.sqrt(2 * learnt.baseline) * learnt.unit.spread == pytest.approx(np.sqrt(np.mean(apart**2)))
    assert 0.02 < (dataset(Task(kind="sine")).baseline or 0) < 0.06
    classes = Task(
        kind="series", rows=tuple((float(i % 3), y) for i, (_, y) in enumerate(ROWS)), columns=("c", "y"), target="c"
    )
    assert dataset(classes).baseline is None


@pytest.mark.parametrize("edited", [False, True])
def test_the_series_of_a_file_of_version_3_gets_its_units_back(tmp_path: Path, edited: bool):
    path = tmp_path / "old.gflow"
    now = taught(SMALL, SERIES)
    x = feed(now.sequence).x.tolist()
    if edited:
        x[0][0] += 1.0
    save(path, now)
    content = json.loads(path.read_text("utf-8")) | {"version": 3}
    content["exploration"]["sequence"]["rows"] = x
    del content["exploration"]["sequence"]["scaling"]
    path.write_text(json.dumps(content), "utf-8")
    opened = load(path)
    if not edited:
        assert opened == now
        return
    np.testing.assert_allclose(feed(opened.sequence).x, x, rtol=1e-9, atol=1e-9)
    assert isinstance(opened.sequence, Numbers)
    assert opened.sequence.rows[0][0] == pytest.approx(ROWS[-24][0] + dataset(SERIES).unit.spread)
    assert replace(opened.sequence, rows=now.sequence.rows) == now.sequence
