"""Thumbnails have the numbers of the flow map, and what was kept of another preset, cell or version is not found."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from explorer.engine.work import never
from explorer.workspace.disk import files, thumbnails
from explorer.workspace.disk.presets import preset
from explorer.workspace.disk.thumbnails import name_of, read_thumbnails, thumbnail_of, write_thumbnails
from explorer.workspace.exploration.exploration import Exploration, Signal, Text
from explorer.workspace.looks.analysis import analyse

SMALL = Exploration(sequence=Signal(steps=8)).with_recipe(hidden=3)


def test_a_thumbnail_is_the_flow_of_each_network_over_the_span_of_the_map() -> None:
    exploration = preset("toggle").exploration
    found = thumbnail_of(exploration, never)
    assert found.refused is None
    assert len(found.maps) == 3
    for i, one in enumerate(found.maps):
        analysis = analyse(exploration.with_active(i))
        np.testing.assert_allclose(one, analysis.run.log_gain, rtol=1e-6)
    assert found.decades == analyse(exploration).decades


def test_what_is_kept_is_read_back_zeros_and_what_is_undefined_included(tmp_path: Path) -> None:
    dead, one = thumbnail_of(preset("shift-register").exploration, never), thumbnail_of(SMALL, never)
    assert np.isneginf(dead.maps[0]).any()
    write_thumbnails(tmp_path / "new", {"dead": dead, "one": one})
    found = read_thumbnails(tmp_path / "new")
    assert set(found) == {"dead", "one"}
    for name, kept in (("dead", dead), ("one", one)):
        assert found[name].decades == kept.decades
        np.testing.assert_array_equal(found[name].maps, kept.maps)


def test_a_refused_one_says_why_and_is_not_kept(tmp_path: Path) -> None:
    refused = thumbnail_of(SMALL.with_sequence(Text(text="a", vocabulary=("a", "a"))), never)
    assert refused.refused is not None
    write_thumbnails(tmp_path, {"refused": refused})
    assert read_thumbnails(tmp_path) == {}


@pytest.mark.parametrize("data", [b"", b"nonsense", b"\x81\xa1a\x82\xa4maps\x91\xc4\x05abcde\xa7decades\x06"])
def test_a_damaged_file_is_passed_over(tmp_path: Path, data: bytes) -> None:
    (tmp_path / thumbnails._FILE).write_bytes(data)
    assert read_thumbnails(tmp_path) == {}


def test_a_folder_that_may_not_be_written_is_no_fault(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    write_thumbnails(tmp_path / "file" / "folder", {"one": thumbnail_of(SMALL, never)})


def test_the_name_is_another_for_another_weight_and_another_version(monkeypatch: pytest.MonkeyPatch) -> None:
    name = name_of(SMALL)
    assert name == name_of(SMALL)
    assert name != name_of(SMALL.with_recipe(seed=7))
    monkeypatch.setattr(files, "__version__", "0.0.0")
    assert name != name_of(SMALL)
