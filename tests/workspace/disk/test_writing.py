"""What a program that was killed while it wrote has left is cleared away, and nothing that might be another's."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from explorer.engine.errors import BadFile
from explorer.workspace.disk.writing import check_writable, write_bytes

LONG_AGO = 25 * 3600


def left(path: Path, content: bytes = b"half a fil", age: float = LONG_AGO) -> Path:
    """Leave a file of a certain age."""
    path.write_bytes(content)
    then = time.time() - age
    os.utime(path, (then, then))
    return path


@pytest.fixture
def draft(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return the name of the draft that a writing of "mine.gflow" makes, as one that was killed leaves it."""
    names: list[str] = []
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", lambda _: names.extend(entry.name for entry in tmp_path.iterdir()))
        write_bytes(tmp_path / "mine.gflow", b"whole")
    return names[0]


def test_a_draft_older_than_a_day_goes_with_the_next_file_that_is_written(tmp_path: Path, draft: str) -> None:
    old = left(tmp_path / draft)
    write_bytes(tmp_path / "other.png", b"picture")
    assert not old.exists()
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["mine.gflow", "other.png"]


def test_a_draft_of_today_stays_for_another_program_may_be_writing_it(tmp_path: Path, draft: str) -> None:
    young = left(tmp_path / draft, age=3600)
    write_bytes(tmp_path / "other.png", b"picture")
    assert young.exists()


def test_what_an_earlier_version_left_goes_only_where_it_begins_as_our_files_do(tmp_path: Path) -> None:
    ours = left(tmp_path / ".run.gflow.0123abcd", b'{"format":"gradient-flow-explorer","version":2,"pro')
    theirs = left(tmp_path / ".run.gflow.0123abce", b"my own notes")
    write_bytes(tmp_path / "mine.gflow", b"whole")
    assert not ours.exists()
    assert theirs.exists()


@pytest.mark.parametrize("name", ["run.gflow.0123abcd", ".run.gflow", ".0123abcd", ".run.gflow.0123ABCD", "old.gflow"])
def test_files_that_only_look_a_little_like_drafts_stay(tmp_path: Path, name: str) -> None:
    path = left(tmp_path / name, b'{"format":"gradient-flow-explorer","version":2}')
    write_bytes(tmp_path / "mine.gflow", b"whole")
    assert path.exists()


def test_links_and_folders_with_the_name_of_a_draft_stay(tmp_path: Path, draft: str) -> None:
    precious = left(tmp_path / "precious.txt")
    link, folder = tmp_path / draft, tmp_path / draft.replace("mine", "folder")
    link.symlink_to(precious)
    folder.mkdir()
    os.utime(folder, (1, 1))
    write_bytes(tmp_path / "mine.gflow", b"whole")
    assert precious.exists()
    assert link.is_symlink()
    assert folder.is_dir()


def test_a_name_of_the_greatest_length_can_be_written(tmp_path: Path) -> None:
    path = tmp_path / ("梯" * 83 + ".gflow")
    write_bytes(path, b"whole")
    assert path.read_bytes() == b"whole"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes with a name")
@pytest.mark.parametrize("write", [check_writable, lambda path: write_bytes(path, b"whole")])
def test_a_pipe_or_a_device_is_never_put_out_of_its_place(tmp_path: Path, write: Callable[[Path], None]) -> None:
    """As root the same would have made a file of /dev/null."""
    pipe, link = tmp_path / "pipe.csv", tmp_path / "link.csv"
    os.mkfifo(pipe)
    link.symlink_to(pipe)
    for path in (pipe, link):
        with pytest.raises(BadFile, match="is a folder or a device, not a file"):
            write(path)
    assert pipe.is_fifo()
