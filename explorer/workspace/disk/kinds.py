"""What a file is, by what stands in it: asked where it is none of those that are wanted, so that the right thing is said."""

from __future__ import annotations

import codecs
import re
import zipfile
from pathlib import Path

from explorer.engine.errors import BadFile, OtherKind
from explorer.engine.recurrence.equations.marks import NAME
from explorer.workspace.words.reading import read_text

FORMAT = "gradient-flow-explorer"
"""What a saved exploration says of itself, in its first bytes."""
CELL_SUFFIXES = (".toml", ".txt")
MOST_BYTES_OF_CELL = 1_000_000
EXPLORATION, CELL, TABLE, LESSON, MODEL, SWEEP = "exploration", "cell", "table", "lesson", "model", "sweep"
MODEL_SUFFIXES = (
    ".pt", ".pth", ".ckpt", ".safetensors", ".npz", ".npy", ".onnx", ".keras", ".h5", ".hdf5", ".msgpack", ".pdparams",
    ".eqx", ".json",
)  # fmt: skip
"""Files of somebody's networks."""
_ARCHIVE = ".npz"
_KEYS_OF_NETWORKS = (b'"modelTopology"', b'"weightsManifest"', b'"hiddenLayers"', b'"neurons"')
_TABLES = (".csv", ".tsv")
_EQUATION = re.compile(rf"^{NAME}[ \t]*=[^=]", re.MULTILINE)
_AXES = re.compile(rb"^[ \t]*\[[ \t]*axes[ \t]*\]", re.MULTILINE)
SWEEP_MARK = "gradient-flow-sweep 1"
"""What the points of a sweep that is under way say of themselves, in their first bytes."""
SWEPT = frozenset({"meta.npy", "reasons.npy"})
"""What is in the result of a sweep, and in no file of weights."""
_STEP = re.compile(rb"^[ \t]*\[\[[ \t]*step[ \t]*\]\]", re.MULTILINE)
_AS_TOML = re.compile(r"^equations[ \t]*=", re.MULTILINE)
_ANY_EQUATION = re.compile(r"^[^#\n]*=", re.MULTILINE)
_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_HEAD, _FORMAT_WITHIN = 4096, 200
"""Bytes."""


def kind_of(path: Path) -> str | None:
    """Return as what a file is best opened, one of the six above, with or without mistakes; None for nothing."""
    head = _head(path)
    if is_sweep(path):
        return SWEEP
    if _is_exploration(head):
        return EXPLORATION
    if path.suffix.lower() == CELL_SUFFIXES[0] and _STEP.search(head):
        return LESSON
    if _is_model(path, head):
        return MODEL
    if tells_cell(path):
        return CELL
    numbers = path.suffix.lower() == ".txt" and not _is_binary(head) and re.search(rb"\d", head)
    return TABLE if numbers or path.suffix.lower() in _TABLES else None


def is_sweep(path: Path) -> bool:
    """Return whether a file tells a sweep, or holds what came of one, whole or not."""
    head = _head(path)
    if path.suffix.lower() == CELL_SUFFIXES[0]:
        return _AXES.search(head) is not None
    if path.suffix.lower() != _ARCHIVE:
        return head.startswith(f'["{SWEEP_MARK}"'.encode())
    try:
        with zipfile.ZipFile(path) as archive:
            return SWEPT.issubset(archive.namelist())
    except (OSError, ValueError, RuntimeError, NotImplementedError, zipfile.BadZipFile):
        return False


def tells_cell(path: Path) -> bool:
    """Return whether a file, of a kind that may tell a cell or something else, tells a cell, with or without mistakes.

    TOML does; other text does with a line that begins like an equation, as a table's or a sentence's hardly does.
    """
    if path.suffix.lower() == CELL_SUFFIXES[0]:
        return True
    if path.suffix.lower() not in (*CELL_SUFFIXES, ""):
        return False
    try:
        return _EQUATION.search(read_text(path, MOST_BYTES_OF_CELL)) is not None
    except BadFile:
        return False


def cell_text(path: Path) -> str:
    """Return the text of a file that may be a cell's.

    Raises
    ------
    BadFile
        The file is missing, unreadable, too big or no text; an `OtherKind` where it is a saved exploration or a table.
    """
    head = _head(path)
    if _is_exploration(head):
        raise OtherKind(
            "“{name}” is a saved exploration, not the equations of a cell.", name=path.name, kind=EXPLORATION
        )
    if _is_binary(head):
        raise BadFile("“{name}” is no text; the equations of a cell are.", name=path.name)
    text = read_text(path, MOST_BYTES_OF_CELL)
    if not text.strip():
        raise BadFile("“{name}” is empty.", name=path.name)
    if text.lstrip().startswith("{"):
        raise BadFile("“{name}” is JSON, not the equations of a cell.", name=path.name)
    if path.suffix.lower() in _TABLES and not _EQUATION.search(text):
        raise OtherKind("“{name}” is a table, not the equations of a cell.", name=path.name, kind=TABLE)
    if not _ANY_EQUATION.search(text):
        raise BadFile("“{name}” has no equation; a line of a cell is `name = expression`.", name=path.name)
    return text


def not_an_exploration(path: Path) -> BadFile:
    """Return the refusal of a file that is no saved exploration."""
    if _is_model(path, _head(path)):
        return OtherKind("“{name}” holds a network, not a saved exploration.", name=path.name, kind=MODEL)
    if _has_equations(path):
        return OtherKind("“{name}” holds the equations of a cell, not a saved exploration.", name=path.name, kind=CELL)
    if path.suffix.lower() in _TABLES:
        return OtherKind("“{name}” is a table, not a saved exploration.", name=path.name, kind=TABLE)
    return BadFile("“{name}” is not a file of the Gradient Flow Explorer.", name=path.name)


def _has_equations(path: Path) -> bool:
    """Return whether a file would be taken for a cell, and has what only a cell has."""
    if path.suffix.lower() != CELL_SUFFIXES[0]:
        return tells_cell(path)
    try:
        return _AS_TOML.search(read_text(path, MOST_BYTES_OF_CELL)) is not None
    except BadFile:
        return False


def _is_model(path: Path, head: bytes) -> bool:
    """Return whether a file is somebody's network by its ending; JSON may be anything, and is told by what stands in it."""
    ending = path.suffix.lower()
    return ending in MODEL_SUFFIXES and (ending != ".json" or any(key in head for key in _KEYS_OF_NETWORKS))


def _is_exploration(head: bytes) -> bool:
    return FORMAT.encode() in head[:_FORMAT_WITHIN]


def _is_binary(head: bytes) -> bool:
    return b"\0" in head and not head.startswith(_WIDE)


def _head(path: Path) -> bytes:
    """Return how a file begins, nothing of what can't be read: reading it whole says why."""
    try:
        if not path.is_file():
            return b""
        with path.open("rb") as file:
            return file.read(_HEAD)
    except (OSError, ValueError):
        return b""
