"""What tests read of a file with a table."""

from __future__ import annotations

from pathlib import Path

from explorer.workspace.exploration.exploration import Numbers
from explorer.workspace.exploration.task import Task
from explorer.workspace.feed.table import Excerpt
from explorer.workspace.feed.tables import read_table
from explorer.workspace.tasks.own import series_task


def read_csv(path: Path, columns: tuple[str | int, ...] | None = None, header: bool | None = None) -> Numbers:
    """Return the numbers of the ``columns`` of a file."""
    return read_table(path, header).read(Excerpt(columns)).numbers


def own_series(path: Path, target: str = "") -> Task:
    """Return the task of predicting the column ``target`` of a file."""
    return series_task(read_csv(path), target)
