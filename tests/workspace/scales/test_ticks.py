"""Round numbers: the ladder 1, 2, 5, 10, the ticks that stand on it, and which labels have room."""

from __future__ import annotations

import math

import numpy as np
import pytest

from explorer.workspace.scales.ticks import (
    LADDER,
    Side,
    log_rounded_up,
    number,
    rounded_down,
    rounded_up,
    step,
    stride,
    ticks,
    ticks_in_decades,
    uncrowded,
    whole_ticks,
)


def test_ladder_holds_a_size_between_its_two_nearest_numbers():
    for size in np.geomspace(1.1e-300, 9.9e299, 199).tolist():
        low, high = rounded_down(size), rounded_up(size)
        assert low <= size * (1 + 1e-9)
        assert size <= high * (1 + 1e-9)
        assert high / low < 2.5 * (1 + 1e-9)
    for exact in (0.2, 1.0, 5.0, 2000.0):
        assert rounded_down(exact) == rounded_up(exact) == exact


def test_log_scale_is_a_round_number_at_or_above_the_largest_entry():
    for value, above in ((0.0031, 0.005), (1.0, 1.0), (1.2, 2.0), (6.0, 10.0)):
        assert 10.0 ** log_rounded_up(math.log10(value)) == pytest.approx(above)
    assert log_rounded_up(5000.3) == pytest.approx(5000 + math.log10(2.0))
    assert log_rounded_up(-math.inf) == 0.0


def test_ticks_are_round_evenly_spaced_and_never_more_than_asked_for():
    assert ticks(0.0, 1.0, 5) == pytest.approx([0.0, 0.2, 0.4, 0.6, 0.8, 1.0])
    rng = np.random.default_rng(0)
    for low, span, most in zip(
        rng.normal(0, 50, 99), 10.0 ** rng.uniform(-6, 6, 99), rng.integers(1, 9, 99), strict=True
    ):
        found = np.array(ticks(low, low + span, int(most)))
        assert len(found) <= most + 1
        assert low - 1e-8 * span <= found.min(initial=np.inf)
        assert found.max(initial=-np.inf) <= low + span * (1 + 1e-8)
        if len(found) > 1:
            apart = step(span, most)
            assert np.diff(found) == pytest.approx(apart)
            assert any(
                math.isclose(10.0 ** (math.log10(apart / factor) % 1.0 % (1.0 - 1e-9)), 1.0, abs_tol=1e-6)
                for factor in LADDER
            )


def test_whole_ticks_name_every_whole_number_where_there_are_few():
    # Half a decade beyond two whole ones takes neither away.
    assert whole_ticks(-0.2, 1.3, 4) == [0, 1]
    assert whole_ticks(-0.2, 2.5, 4) == [0, 1, 2]
    assert whole_ticks(1, 24, 5) == [5, 10, 15, 20]
    assert whole_ticks(0, 0) == [0]
    assert step(2171.5, 6, least=1.0) == 500.0


def test_ticks_in_decades_are_as_close_as_there_is_room_for():
    assert 10 ** np.array(ticks_in_decades(0.1, 0.8, 2, 9)) == pytest.approx([2, 5])
    assert 10 ** np.array(ticks_in_decades(-0.1, 3.1, 2, 7)) == pytest.approx([1, 3, 10, 30, 100, 300, 1000])
    assert ticks_in_decades(-0.1, 7.1, 2, 9) == [0, 1, 2, 3, 4, 5, 6, 7]
    assert ticks_in_decades(0.1, 0.2, 2, 9) == []
    assert ticks_in_decades(0.1, 40.0, 2, 9) == []


def test_stride_is_the_least_on_the_ladder_that_leaves_room():
    for spacing, width, every in ((30.0, 20.0, 1), (30.0, 31.0, 2), (3.0, 70.0, 50), (0.05, 60.0, 2000)):
        assert stride(spacing, width) == every
    assert stride(0.0, 20.0) == stride(-3.0, 20.0) > 1000


def test_tiny_ticks_keep_their_numbers():
    side = Side.numbers(-2e-10, 2e-10, 4)
    assert [text for _, text in side.ticks] == ["−2e−10", "−1e−10", "0", "1e−10", "2e−10"]
    assert [text for _, text in Side.numbers(0.0, 0.3, 3).ticks] == ["0", "0.1", "0.2", "0.3"]
    assert [text for _, text in Side.steps(0, 4_000_000, 2).ticks] == ["0", "2000000", "4000000"]
    assert [text for _, text in Side.decades(-2.2, 2.4, 5).ticks] == ["10⁻²", "10⁻¹", "1", "10", "10²"]
    assert number(-0.123456, 3) == "−0.123"


def test_labels_that_would_meet_give_way_to_the_first():
    shown = uncrowded(
        [(0.0, "aaaa"), (100.0, "aaaa"), (50.0, "aa"), (20.0, "aa"), (80.0, "a")], lambda text: 10.0 * len(text)
    )
    assert [x for x, _ in shown] == [0.0, 100.0, 50.0]
