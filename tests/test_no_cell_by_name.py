"""What a program must know of a cell, the cell says: no code asks which one it has."""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path

import pytest

import explorer
from explorer.engine.recurrence import library

PACKAGE = Path(explorer.__file__).resolve().parent
MEANT = {
    "engine/network/layer.py": 2,
    "engine/network/network.py": 2,
    "workspace/exploration/cells.py": 2,
    "engine/recurrence/weights/fixed.py": 2,
}
"""Files in which a cell is what is meant where none is named, and how often; a layer's skip, and two constructions of fixed
weights, are called as a cell is."""


def named(file: Path) -> Counter[str]:
    """Return the names of cells that stand in the code of a file as strings of their own."""
    return Counter(
        node.value
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Constant) and node.value in library.names()
    )


@pytest.mark.parametrize("room", ["engine", "workspace", "gui", "cli"])
def test_no_cell_is_known_by_its_name(room: str) -> None:
    found = {
        path.relative_to(PACKAGE).as_posix(): named(path).total()
        for path in (PACKAGE / room).rglob("*.py")
        # Kernels are those of a cell; a task comes with a network that learns it, as a preset does; a file of another
        # framework says which one it has.
        if not {"kernels", "tasks", "models"} & set(path.relative_to(PACKAGE).parts) and named(path)
    }
    assert found == {name: count for name, count in MEANT.items() if name.startswith(room)}
