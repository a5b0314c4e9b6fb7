"""The points of a sweep for other programs: as a table in CSV, or as the result that the command line writes."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from explorer.engine.errors import BadFile, Names
from explorer.workspace.disk.writing import write_bytes
from explorer.workspace.sweeps.result import save_sweep
from explorer.workspace.sweeps.table import Table

FORMATS = (".csv", ".npz")


def save_table(path: Path, table: Table) -> None:
    """Write what is known of a sweep into a file whose ending says how.

    Raises
    ------
    BadFile
        If the ending is another, the file can't be written, or it would be taken for a whole result and is none.
    """
    ending = path.suffix.lower()
    if ending not in FORMATS:
        raise BadFile(
            "“{name}” has no ending that is known for numbers; use one of {endings}.",
            name=path.name, endings=Names(FORMATS),
        )  # fmt: skip
    if ending == ".csv":
        write_bytes(path, as_csv(table).encode("utf-8"))
        return
    if table.done < table.sweep.size:
        raise BadFile("A result of a sweep holds all of its points: let it come to its end, or take a table (.csv).")
    save_sweep(path, table.sweep, table.found())


def as_csv(table: Table) -> str:
    """Return a row for each point that is known: its settings, its values, and why one is missing."""
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow([*(axis.name for axis in table.sweep.axes), *table.sweep.quantities, "reason"])
    for place, outcome in table.found().items():
        rows.writerow([*table.sweep.settings(place).values(), *map(str, outcome.values), outcome.reason])
    return text.getvalue()
