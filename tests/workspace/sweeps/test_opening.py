"""What came of a sweep, read again: whole, or as far as it has come; and what of it is shown."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import numpy as np
import pytest

from explorer.engine.errors import BadFile
from explorer.workspace.disk.kinds import MODEL, SWEEP, kind_of
from explorer.workspace.sweeps import streaming
from explorer.workspace.sweeps.giving import as_csv, save_table
from explorer.workspace.sweeps.journal import journal_of
from explorer.workspace.sweeps.measuring import NAMES, Outcome
from explorer.workspace.sweeps.opening import opened
from explorer.workspace.sweeps.reading import sweep_of
from explorer.workspace.sweeps.result import save_sweep
from explorer.workspace.sweeps.running import sweep_into
from explorer.workspace.sweeps.slices import Showing, sliced, typical
from explorer.workspace.sweeps.streaming import Asked, streamed
from explorer.workspace.sweeps.sweep import Axis, Sweep
from explorer.workspace.sweeps.table import Table

from .here import Here

SPEC = """set = { hidden = 4, "sequence.steps" = 8, t = 8 }
quantities = ["rate", "verdict"]
[axes]
cell = ["rnn", "gru"]
gain = { from = 0.5, to = 1.5, count = 3 }
seed = { from = 0, to = 2 }
"""


@pytest.fixture(scope="module")
def sweep() -> Sweep:
    return sweep_of(SPEC, Path("mine.toml"))


@pytest.fixture(scope="module")
def whole(sweep: Sweep, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("swept") / "a.npz"
    list(sweep_into(out, sweep, Here()))
    return out


def rewritten(path: Path, out: Path, **arrays: np.ndarray) -> Path:
    with np.load(path) as archive:
        np.savez(out, **({name: archive[name] for name in archive.files} | arrays))
    return out


def test_a_result_tells_its_sweep_and_each_of_its_points(whole: Path, sweep: Sweep) -> None:
    table = opened(whole)
    assert table.sweep == sweep
    assert table.done == sweep.size == 18
    assert table.sweep.at((1, 2, 0)).recipe.cell == "gru"
    again = whole.with_name("again.npz")
    save_sweep(again, table.sweep, table.found())
    assert again.read_bytes() == whole.read_bytes()


def test_points_that_are_kept_are_read_and_nothing_is_written(sweep: Sweep, tmp_path: Path) -> None:
    out = tmp_path / "part.npz"
    list(sweep_into(out, sweep, Here(7)))
    with journal_of(out).open("ab") as file:
        file.write(b"[[0,0,")
    before = journal_of(out).read_bytes()
    table = opened(out)
    assert (table.sweep, table.done) == (sweep, 7)
    assert journal_of(out).read_bytes() == before
    assert kind_of(journal_of(out)) == SWEEP


def test_who_looks_on_gets_what_was_known_and_then_the_rest_once(
    sweep: Sweep, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workers = Here()

    @contextmanager
    def here(_: str | None) -> Iterator[Here]:
        yield workers

    monkeypatch.setattr(streaming, "gentle_workers", here)
    out = tmp_path / "new" / "a.npz"
    out.parent.mkdir()
    list(sweep_into(out, sweep, Here(7)))
    table, *portions = streamed(Asked(sweep, out), lambda: False)
    told = [course.place for portion in portions for course in portion if course.place is not None]
    assert table.done == 7
    assert told == workers.places
    assert len(set(told)) == 11
    assert opened(out).done == 18


def test_kinds_of_files_are_told_apart(whole: Path, tmp_path: Path) -> None:
    np.savez(tmp_path / "weights.npz", W=np.ones((2, 2)))
    (tmp_path / "mine.toml").write_text(SPEC)
    assert [kind_of(tmp_path / "weights.npz"), kind_of(whole), kind_of(tmp_path / "mine.toml")] == [MODEL, SWEEP, SWEEP]


@pytest.mark.parametrize(
    ("arrays", "said"),
    [
        ({"rate": np.zeros((2, 3))}, "holds no sweep that can be read"),
        ({"rate": np.zeros((2, 3, 3), np.complex128)}, "holds no sweep that can be read"),
        ({"verdict": np.zeros((2, 3, 3))}, "holds no sweep that can be read"),
        ({"meta": np.array("{")}, "holds no sweep that can be read"),
        ({"meta": np.array('{"sweep":"1"}')}, "is of an earlier version"),
    ],
    ids=["another shape", "another type", "no words", "no JSON", "an earlier version"],
)
def test_a_file_that_is_none_is_refused(whole: Path, tmp_path: Path, arrays: dict[str, np.ndarray], said: str) -> None:
    with pytest.raises(BadFile, match=said):
        opened(rewritten(whole, tmp_path / "b.npz", **arrays))


def test_a_size_that_a_file_only_claims_is_not_believed(whole: Path, tmp_path: Path) -> None:
    file = io.BytesIO()
    np.lib.format.write_array_header_1_0(file, {"descr": "<f8", "fortran_order": False, "shape": (10**12,)})
    with zipfile.ZipFile(whole) as archive, zipfile.ZipFile(tmp_path / "b.npz", "w") as other:
        for name in archive.namelist():
            other.writestr(name, file.getvalue() if name == "rate.npy" else archive.read(name))
    with pytest.raises(BadFile, match="holds no sweep that can be read"):
        opened(tmp_path / "b.npz")


def test_more_points_than_a_sweep_may_have_are_refused(whole: Path, tmp_path: Path) -> None:
    with np.load(whole) as archive:
        meta = msgspec.json.decode(str(archive["meta"]))
    meta["told"]["axes"] = [["gain", list(range(2000))], ["bias", list(range(2000))]]
    with pytest.raises(BadFile, match="more than a sweep may have"):
        opened(rewritten(whole, tmp_path / "b.npz", meta=np.array(msgspec.json.encode(meta).decode())))


def test_a_cut_has_the_median_of_the_seeds_that_are_known(sweep: Sweep) -> None:
    table = Table(sweep)
    for seed, value in enumerate((0.3, -np.inf, 0.1)):
        table.add((1, 2, seed), Outcome((value, "fading" if seed else "gone")))
    table.add((0, 0, 1), Outcome((np.nan, ""), "It can't be."))
    showing = Showing("rate", across=1, up=0, at=(0, 0, 0))
    cut = sliced(table, showing)
    assert cut.median.shape == (2, 3)
    assert cut.median[1, 2] == 0.1
    assert (cut.lower[1, 2], cut.seeds) == (-np.inf, 3)
    assert (cut.known[1, 2], cut.known[0, 0], cut.failed[0, 0], cut.known[0, 1]) == (3, 1, 1, 0)
    assert typical(table, showing, 1, 2) == (1, 2, 2)
    assert typical(table, showing, 0, 1) == (0, 1, 0)
    words = sliced(table, Showing("verdict", across=0, up=None, at=(0, 2, 0)))
    assert words.median.tolist() == [pytest.approx([np.nan, -1.0], nan_ok=True)]


def test_a_table_has_a_row_for_each_point_that_is_known(sweep: Sweep, tmp_path: Path) -> None:
    table = Table(sweep)
    table.add((0, 1, 2), Outcome((-np.inf, "gone")))
    table.add((1, 0, 0), Outcome((np.nan, ""), "No, “never”."))
    assert as_csv(table).splitlines() == [
        "cell,gain,seed,rate,verdict,reason", "rnn,1.0,2,-inf,gone,", 'gru,0.5,0,nan,,"No, “never”."',
    ]  # fmt: skip
    with pytest.raises(BadFile, match="holds all of its points"):
        save_table(tmp_path / "part.npz", table)


def test_even_ratios_are_told_from_even_distances() -> None:
    assert Axis("gain", (0.5, 1.0, 2.0)).geometric
    assert not Axis("gain", (0.5, 1.0, 1.5)).geometric
    assert Axis("cell", ("rnn", "gru")).numbers == () == Axis("gain", (1.0, 0.5)).numbers


def test_every_quantity_and_setting_has_a_title() -> None:
    from explorer.workspace.disk.presets import preset
    from explorer.workspace.exploration.fields import names
    from explorer.workspace.sweeps.words import SETTINGS, TITLES

    assert set(TITLES) == set(NAMES)
    have = {*names(preset("task-ball").exploration), *names(preset("toggle").exploration)}
    assert {name.rpartition(".")[2] for name in SETTINGS} <= have


def test_what_a_researcher_sweeps_of_a_training_and_of_a_structure_is_offered() -> None:
    from explorer.workspace.sweeps.words import SETTINGS

    offered = {
        "force",
        "chunk",
        "window",
        "floss",
        "floss_first",
        "exponents",
        "omega",
        "direction",
        "own_steps",
        "skip",
    }
    assert offered <= set(SETTINGS)
