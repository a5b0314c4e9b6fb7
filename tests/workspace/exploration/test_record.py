"""A record keeps what one goes back to, within its limits: curves with their spikes, snapshots, events."""

from __future__ import annotations

import numpy as np
import pytest

from explorer.engine.errors import BadExploration
from explorer.engine.gradient.gradient import WEIGHTS
from explorer.engine.learning.settings import Settings
from explorer.workspace.exploration import curves
from explorer.workspace.exploration import record as records
from explorer.workspace.exploration.curves import COLUMNS, JUMP_MEMORY, MOST_POINTS, thinned
from explorer.workspace.exploration.record import Record, Snapshot, packed

LOSS, HELD, SIGMA = (COLUMNS.index(name) for name in ("loss", "held_loss", "sigma"))


def snapshot(step: int, event: str = "", size: int = 1) -> Snapshot:
    return Snapshot(step=step, tensors=bytes(size), event=event)


def points(steps: range, loss: float = 1.0) -> np.ndarray:
    table = np.full((len(steps), len(COLUMNS)), np.nan)
    table[:, 0], table[:, LOSS] = steps, loss
    return table


def steps_of(record: Record) -> list[int]:
    return [one.step for one in record.snapshots]


def grown(record: Record, steps: range, size: int = 1) -> Record:
    for step in steps:
        record = record.grown(points(range(step, step + 1)), snapshot(step, size=size))
    return record


class TestCurves:
    def test_they_hold_every_update_until_they_are_too_long(self) -> None:
        record = grown(Record(snapshots=(snapshot(0),)), range(1, 101))
        assert record.column("step").tolist() == list(range(1, 101))

    def test_they_stay_within_their_limit_and_even(self) -> None:
        record = Record(snapshots=(snapshot(0),))
        for first in range(1, 100_000, 500):
            record = record.grown(points(range(first, first + 500)), snapshot(first + 499))
        assert MOST_POINTS // 4 < len(record.table) <= MOST_POINTS
        steps = record.column("step")
        assert steps[-1] == 100_000
        old = np.diff(steps[steps < 50_000])
        assert old.max() <= 2 * 256

    def test_a_spike_of_the_loss_and_a_dip_outlast_all_thinning(self) -> None:
        record = Record(snapshots=(snapshot(0),))
        for first in range(1, 50_000, 1000):
            new = points(range(first, first + 1000))
            if first == 1001:
                new[[17, 400], LOSS] = 50.0, 0.001
            record = record.grown(new, snapshot(first + 999))
        loss = dict(record.table[:, [0, LOSS]].tolist())
        assert loss[1018.0] == 50.0
        assert loss[1401.0] == 0.001

    def test_an_update_without_a_finite_loss_outlasts_thinning(self) -> None:
        table = points(range(1, 5 * MOST_POINTS), loss=2.0)
        table[1234, LOSS] = np.nan
        assert 1235.0 in thinned(table)[:, 0]

    def test_what_was_measured_last_in_a_stretch_stays_where_it_was_measured(self) -> None:
        table = points(range(1, 5 * MOST_POINTS))
        table[::100, HELD] = table[::100, SIGMA] = table[::100, 0]
        thin = thinned(table)
        known = thin[np.isfinite(thin[:, HELD])]
        assert len(known) == MOST_POINTS // 20
        assert np.array_equal(known[:, 0], known[:, HELD])

    def test_the_first_loss_and_those_by_which_a_jump_is_judged_stay(self) -> None:
        steps = thinned(points(range(1, 10 * MOST_POINTS)))[:, 0]
        assert steps[0] == 1.0
        assert steps[-JUMP_MEMORY:].tolist() == list(range(10 * MOST_POINTS - JUMP_MEMORY, 10 * MOST_POINTS))

    def test_thinning_what_is_thin_changes_nothing(self) -> None:
        thin = thinned(points(range(1, 3 * MOST_POINTS), loss=3.0))
        assert np.array_equal(thinned(thin), thin, equal_nan=True)

    def test_a_short_course_is_not_thinned(self) -> None:
        assert len(thinned(points(range(1, MOST_POINTS - JUMP_MEMORY)))) == MOST_POINTS - JUMP_MEMORY - 1


class TestGrowing:
    """However a course is cut into pieces, the record is the same."""

    EVERY = 8

    def course(self, first: int, steps: int, rng: np.random.Generator) -> np.ndarray:
        table = points(range(first + 1, first + steps + 1))
        table[:, LOSS] = rng.integers(0, 4, steps)
        table[rng.integers(0, steps), LOSS] = np.nan
        on_time = table[:, 0] % self.EVERY == 0
        table[on_time, HELD] = table[on_time, SIGMA] = table[on_time, 0]
        return table

    def pieces(self, record: Record, table: np.ndarray, cuts: list[int], events: dict[int, int]) -> Record:
        """Return ``record`` with ``table`` in pieces that end at ``cuts``, an event told ``events[step]`` steps after it."""
        passed = [snapshot(int(step), size=100) for step in table[:, 0]]
        for begin, end in zip([0, *cuts], [*cuts, len(table)], strict=True):
            piece, now = table[begin:end].copy(), passed[end - 1]
            piece[-1, SIGMA] = piece[-1, HELD] = now.step
            told = [
                snapshot(step, "jump", 100) for step, delay in events.items() if piece[0, 0] <= step + delay <= now.step
            ]
            record = record.grown(piece, now, told, passed=passed[begin:end], measured_every=self.EVERY)
        return record

    @pytest.mark.parametrize("seed", range(12))
    def test_in_pieces_or_at_once_the_record_is_the_same(self, monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
        monkeypatch.setattr(records, "MOST_SNAPSHOT_BYTES", 2000)
        monkeypatch.setattr(curves, "MOST_POINTS", 200)
        rng = np.random.default_rng(seed)
        first, steps = int(rng.integers(0, 30)), int(rng.integers(100, 1500))
        table, start = self.course(first, steps, rng), Record(snapshots=(snapshot(first),))
        events = {int(step): int(rng.integers(0, 9)) for step in rng.integers(first + 1, first + steps - 9, 12)}
        cuts = sorted({int(cut) for cut in rng.integers(1, steps, 20)})
        whole = self.pieces(start, table, [], events)
        assert self.pieces(start, table, cuts, events) == whole
        assert len(whole.table) <= 200
        assert sum(len(one.tensors) for one in whole.snapshots) <= 2100


class TestSnapshots:
    def test_those_a_stride_apart_are_kept_and_the_newest_always(self) -> None:
        record = grown(Record(snapshots=(snapshot(0),), stride=10), range(1, 36))
        assert steps_of(record) == [0, 10, 20, 30, 35]

    def test_the_stride_doubles_where_they_grow_beyond_the_limit(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(records, "MOST_SNAPSHOT_BYTES", 1000)
        record = grown(Record(snapshots=(snapshot(0),)), range(1, 101), size=100)
        assert record.stride == 16
        assert steps_of(record) == [0, 16, 32, 48, 64, 80, 96, 100]
        assert sum(len(one.tensors) for one in record.snapshots) <= 1000

    def test_there_are_never_more_than_a_time_line_can_show(self) -> None:
        record = grown(Record(snapshots=(snapshot(0),)), range(1, 1500))
        assert len(record.snapshots) <= records.MOST_SNAPSHOTS

    def test_the_moment_before_a_jump_outlasts_the_doubling(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(records, "MOST_SNAPSHOT_BYTES", 1000)
        record = grown(Record(snapshots=(snapshot(0),)), range(1, 11), size=100)
        record = record.grown(points(range(11, 14)), snapshot(13), [snapshot(11, "jump", 100)])
        record = grown(record, range(14, 200), size=100)
        assert [one.step for one in record.snapshots if one.event] == [11]
        assert steps_of(record)[0] == 0
        assert record.last == 199

    def test_even_events_give_way_oldest_first_but_never_the_last_of_them(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(records, "MOST_SNAPSHOT_BYTES", 1000)
        record = Record(snapshots=(snapshot(0, size=600),))
        for step in range(10, 60, 10):
            record = record.grown(
                points(range(step, step + 1)), snapshot(step + 5, size=600), [snapshot(step, "jump", 600)]
            )
        assert steps_of(record) == [0, 50, 55]

    def test_a_moment_that_is_there_becomes_an_event(self) -> None:
        record = grown(Record(snapshots=(snapshot(0),)), range(1, 4))
        record = record.grown(points(range(4, 6)), snapshot(5), [snapshot(2, "jump")])
        assert [(one.step, one.event) for one in record.snapshots] == [
            (0, ""), (1, ""), (2, "jump"), (3, ""), (5, ""),
        ]  # fmt: skip

    def test_going_on_from_an_earlier_moment_gives_up_what_came_later(self) -> None:
        record = grown(Record(snapshots=(snapshot(0),)), range(1, 10)).begun_at(snapshot(4))
        assert steps_of(record) == [0, 1, 2, 3, 4]
        assert record.column("step").tolist() == [1, 2, 3, 4]

    @pytest.mark.parametrize(("event", "at"), [("jump", 12), ("dead", 12), ("nan", 11)])
    def test_an_event_has_the_step_at_which_the_curves_show_it(self, event: str, at: int) -> None:
        assert snapshot(10, event).event_step == at

    def test_an_update_that_failed_is_the_end(self) -> None:
        record = grown(Record(snapshots=(snapshot(0),)), range(1, 4))
        assert (record.last, record.end) == (3, 3)
        failed = record.grown(points(range(4, 6)), snapshot(4, "nan"))
        assert (failed.last, failed.end) == (4, 5)

    @pytest.mark.parametrize(("loss", "step"), [(1.5, 3), (2.5, 2), (np.nan, 2)])
    def test_after_a_divergence_the_good_moment_has_a_loss_of_usual_size(self, loss: float, step: int) -> None:
        record = grown(Record(snapshots=(snapshot(0),)), range(1, 4))
        failed = record.grown(points(range(4, 5), loss), snapshot(3, "nan"), [snapshot(2, "jump")])
        assert failed.good.step == step
        assert record.good.step == 3

    def test_out_of_order_they_are_refused(self) -> None:
        with pytest.raises(BadExploration, match="order of their updates"):
            Record(snapshots=(snapshot(2), snapshot(1)))


class TestChanges:
    SLOW, FAST = Settings(rate=0.001), Settings(rate=0.1, clip="none")

    def changed(self) -> Record:
        record = Record(snapshots=(snapshot(0),))
        for step, settings in ((1, self.SLOW), (2, self.SLOW), (3, self.FAST)):
            record = record.grown(points(range(step, step + 1)), snapshot(step), (), settings)
        return record

    def test_each_setting_that_changed_is_noted_with_the_first_step_made_so(self) -> None:
        assert [(one.step, one.setting, one.before, one.after) for one in self.changed().changes] == [
            (3, "rate", 0.001, 0.1), (3, "clip", "norm", "none"),
        ]  # fmt: skip
        assert self.changed().settings == self.FAST

    def test_going_back_before_a_change_takes_it_back(self) -> None:
        back = self.changed().begun_at(snapshot(2))
        assert (back.settings, back.changes) == (self.SLOW, ())

    def test_going_back_to_the_beginning_leaves_nothing_that_could_change(self) -> None:
        again = self.changed().begun_at(snapshot(0)).grown(points(range(1, 2)), snapshot(1), (), self.FAST)
        assert again.changes == ()

    def test_the_newest_are_kept(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(records, "MOST_CHANGES", 1)
        assert [one.setting for one in self.changed().changes] == ["clip"]


def test_weights_come_back_bit_by_bit_and_read_only() -> None:
    rng = np.random.default_rng(0)
    weights = {name: rng.standard_normal((3, 3)) for name in WEIGHTS}
    kept = Snapshot(step=1, tensors=packed(weights | {"t.W": np.ones(1)}))
    assert all(np.array_equal(kept.weights[name], weights[name]) for name in WEIGHTS)
    assert kept.slots["t.W"].shape == (1,)
    assert not kept.weights["W"].flags.writeable


@pytest.mark.parametrize("tensors", [b"", b"\x00" * 40, b"\xff" * 40, packed({"U": np.ones(2)})])
def test_damaged_weights_are_refused_in_a_sentence(tensors: bytes) -> None:
    with pytest.raises(BadExploration, match="The trained weights are damaged"):
        _ = Snapshot(step=0, tensors=tensors).arrays
