"""safetensors: a header in JSON, and the numbers; read by hand, as NumPy lacks bfloat16 and the 8-bit floats."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import msgspec

from explorer.engine.errors import Damage
from explorer.workspace.models.readers.bounds import MOST_ARRAYS, count_of
from explorer.workspace.models.readers.floats import numbers, size_of
from explorer.workspace.models.stored import Array, Stored

FORMAT = "safetensors"
_MOST_HEADER = 100_000_000
_KINDS: Mapping[str, str] = MappingProxyType(
    {
        "F64": "float64", "F32": "float32", "F16": "float16", "BF16": "bfloat16", "I64": "int64", "I32": "int32",
        "I16": "int16", "I8": "int8", "U64": "uint64", "U32": "uint32", "U16": "uint16", "U8": "uint8", "BOOL": "bool",
        "F8_E4M3": "float8_e4m3fn", "F8_E5M2": "float8_e5m2", "F8_E8M0": "float8_e8m0fnu", "C64": "complex64",
        "F8_E4M3FNUZ": "float8_e4m3fnuz", "F8_E5M2FNUZ": "float8_e5m2fnuz",
    }
)  # fmt: skip


class _Entry(msgspec.Struct):
    dtype: str
    shape: list[int]
    data_offsets: tuple[int, int]


def is_one(data: bytes) -> bool:
    """Return whether bytes begin as such a file does."""
    return len(data) > 10 and data[8:9] == b"{" and int.from_bytes(data[:8], "little") >= 2


def read(data: bytes, name: str) -> Stored:
    """Return what a file holds.

    Raises
    ------
    Damage
        If its header is none, or says what is not there.
    """
    length = int.from_bytes(data[:8], "little")
    if length > min(_MOST_HEADER, len(data) - 8):
        raise Damage("its header would be longer than the file")
    view = memoryview(data)
    try:
        header = msgspec.json.decode(view[8 : 8 + length], type=dict[str, msgspec.Raw])
        if len(header) > MOST_ARRAYS:
            raise Damage("there is too much in it, or it is nested too deep")
        said = msgspec.json.decode(header.pop("__metadata__", msgspec.Raw(b"null")), type=dict[str, str] | None)
        entries = {key: msgspec.json.decode(raw, type=_Entry) for key, raw in header.items()}
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise Damage("its header can't be read") from error
    body = view[8 + length :]
    arrays = {key: _array(body, entry) for key, entry in entries.items()}
    config: dict[str, Any] = dict(said or {})
    return Stored(FORMAT, name, arrays, config)


def _array(body: memoryview, entry: _Entry) -> Array:
    begin, end = entry.data_offsets
    kind = _KINDS.get(entry.dtype, entry.dtype)
    size = size_of(kind)
    if size is None:
        raise Damage("an array has numbers of a sort that is not known, {kind}", kind=kind)
    if not 0 <= begin <= end <= len(body) or count_of(entry.shape, len(body)) * size != end - begin:
        raise Damage("an array is not as long as it says")
    return numbers(kind, body, (end - begin) // size, begin).reshape(entry.shape)
