"""The entries of an array of an ONNX file: in it, in one of several forms, or in a file beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from stat import S_ISREG
from types import MappingProxyType

import numpy as np

from explorer.engine.errors import BadFile, TooBig
from explorer.engine.limits import most_bytes
from explorer.workspace.models.onnx.messages import Tensor
from explorer.workspace.models.onnx.wire import Value, Wire, damaged, floats_of, view_of, wholes_of

FLOAT, UINT8, INT8, INT32, INT64, BOOL, HALF, DOUBLE, BRAIN = 1, 2, 3, 6, 7, 9, 10, 11, 16

DTYPES: Mapping[int, np.dtype] = MappingProxyType(
    {
        FLOAT: np.dtype("<f4"), UINT8: np.dtype("u1"), INT8: np.dtype("i1"), 4: np.dtype("<u2"), 5: np.dtype("<i2"),
        INT32: np.dtype("<i4"), INT64: np.dtype("<i8"), BOOL: np.dtype("?"), HALF: np.dtype("<f2"), DOUBLE: np.dtype("<f8"),
        12: np.dtype("<u4"), 13: np.dtype("<u8"),
        # NumPy has no such number: its bits are the upper half of a float32's.
        BRAIN: np.dtype("<u2"),
    }
)  # fmt: skip
"""What NumPy calls the kinds of numbers that are read."""

FLOATING = frozenset({FLOAT, DOUBLE, HALF, BRAIN})
_RAW, _DOUBLES = 9, 10
_FLOATS, _WHOLES, _LONGS, _UNSIGNED = 4, 5, 7, 11
_LISTS: Mapping[int, int] = MappingProxyType(
    {FLOAT: _FLOATS, DOUBLE: _DOUBLES, INT64: _LONGS, 12: _UNSIGNED, 13: _UNSIGNED}
)


@dataclass(frozen=True, slots=True)
class Entries:
    """What reads the entries of a file's arrays; ``folder`` is where the file stands, for those in a file beside it."""

    wire: Wire
    folder: Path | None

    def array(self, tensor: Tensor) -> np.ndarray:
        """Return an array of its shape: float16, float32, float64, whole numbers or truth values.

        Raises
        ------
        BadFile
            If its entries are not there, or too many, or of a kind that is not read.
        TooBig
            If it would need more memory than the program allows itself.
        """
        if tensor.kind not in DTYPES:
            raise BadFile("The array {name} holds numbers of a kind that is not read (ONNX's number {kind}).",
                          name=tensor.name, kind=tensor.kind)  # fmt: skip
        if tensor.entries * DTYPES[tensor.kind].itemsize > most_bytes():
            raise TooBig("The array {name} has the shape {shape}, which is more than fits in memory.",
                         name=tensor.name, shape=tensor.dims)  # fmt: skip
        flat = self._beside(tensor) if tensor.outside else self._inside(tensor)
        if len(flat) != tensor.entries:
            raise BadFile("The array {name} has {found} numbers; its shape {shape} needs {needed}.",
                          name=tensor.name, found=len(flat), shape=tensor.dims, needed=tensor.entries)  # fmt: skip
        return _of_kind(flat, tensor.kind).reshape(tensor.dims)

    def _inside(self, tensor: Tensor) -> np.ndarray:
        parts: list[np.ndarray] = []
        listed, dtype, count = _LISTS.get(tensor.kind, _WHOLES), DTYPES[tensor.kind], 0
        for number, value in self.wire.fields(tensor.message):
            if number == _RAW:
                raw = view_of(value)
                if len(raw) % dtype.itemsize:
                    raise damaged()
                return np.frombuffer(raw, dtype)
            if number == listed:
                parts.append(_typed(_part(number, value, tensor.entries - count), tensor.kind))
                count += len(parts[-1])
        return np.concatenate(parts) if parts else np.empty(0, dtype)

    def _beside(self, tensor: Tensor) -> np.ndarray:
        """Return the entries that stand in another file, which must be in the folder or below it."""
        dtype, location = DTYPES[tensor.kind], tensor.outside.get("location", "")
        path = self._path(tensor.name, location)
        try:
            offset, length = (int(tensor.outside.get(key, default)) for key, default in
                              (("offset", "0"), ("length", str(tensor.entries * dtype.itemsize))))  # fmt: skip
        except ValueError:
            raise damaged() from None
        found = path.stat()
        needed = tensor.entries * dtype.itemsize
        if not S_ISREG(found.st_mode) or offset < 0 or length != needed or offset + length > found.st_size:
            raise BadFile("The array {name} stands in “{file}” beside the file, which does not hold that many numbers.",
                          name=tensor.name, file=location)  # fmt: skip
        return np.memmap(path, dtype, "r", offset, (tensor.entries,)) if tensor.entries else np.empty(0, dtype)

    def _path(self, name: str, location: str) -> Path:
        if self.folder is None or not location:
            raise BadFile("The array {name} stands in another file, which was not given.", name=name)
        folder = self.folder.resolve()
        try:
            path = (folder / location).resolve(strict=True)
        except (OSError, ValueError, RuntimeError):
            raise BadFile("The array {name} stands in “{file}” beside the file, which is not there.",
                          name=name, file=location) from None  # fmt: skip
        if not path.is_relative_to(folder):
            raise BadFile("The array {name} stands in “{file}”, outside the folder of the file; it is not read.",
                          name=name, file=location)  # fmt: skip
        return path


def _part(number: int, value: Value, most: int) -> np.ndarray:
    """Return some of the listed entries, at most so many."""
    if number == _FLOATS:
        found = floats_of(value)
    elif number == _DOUBLES:
        packed = view_of(value)
        if len(packed) % 8:
            raise damaged()
        found = np.frombuffer(packed, "<f8")
    else:
        # A varint has ten bytes at most, so that this many numbers need at least a tenth of the bytes.
        if not isinstance(value, int) and len(value) > 10 * most:
            raise damaged()
        found = wholes_of(value)
    if len(found) > most:
        raise damaged()
    return found


def _typed(listed: np.ndarray, kind: int) -> np.ndarray:
    """Return listed entries in their type; half-precision numbers are listed as the whole numbers of their bits."""
    return listed.astype(np.uint16).view(DTYPES[kind]) if kind == HALF else listed.astype(DTYPES[kind], copy=False)


def _of_kind(flat: np.ndarray, kind: int) -> np.ndarray:
    """Return numbers of the kind that NumPy does not have as float32."""
    return (flat.astype(np.uint32) << 16).view(np.float32) if kind == BRAIN else flat
