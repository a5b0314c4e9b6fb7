"""msgpack: what Flax writes, and what spaCy nests: arrays as extensions or as dicts, and whole files as bytes within."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
import numpy as np

from explorer.engine.errors import Damage
from explorer.workspace.models.readers.bounds import count_of
from explorer.workspace.models.readers.floats import numbers, size_of
from explorer.workspace.models.readers.plain import arrays_in, plain
from explorer.workspace.models.readers.pytorch import is_zip, read_zip
from explorer.workspace.models.readers.zipped import Zipped
from explorer.workspace.models.stored import Array, Stored

FORMAT = "msgpack"
_ARRAY, _SCALAR = 1, 3
_CHUNKED = "__msgpack_chunked_array__"
_DEEPEST = 4
"""Messages in messages."""


def is_one(data: bytes) -> bool:
    """Return whether bytes begin as a message with names does."""
    return len(data) > 2 and (0x81 <= data[0] <= 0x8F or data[0] in (0xDE, 0xDF))


def read(data: bytes, name: str) -> Stored:
    """Return what a message holds, and what the messages and archives within it do.

    Raises
    ------
    Damage, BadFile
        If it is none.
    """
    held = _decoded(data)
    return Stored(FORMAT, name, _arrays(held, name), plain(held))


def _arrays(held: object, name: str) -> dict[str, Array]:
    return arrays_in(_opened(held, name, 0), "/", lambda leaf: leaf if isinstance(leaf, np.ndarray) else None)


def _decoded(data: bytes | memoryview) -> Any:
    try:
        return msgspec.msgpack.decode(data, ext_hook=_extension, strict=False)
    except Damage:
        raise
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, ValueError, TypeError) as error:
        if isinstance(error.__cause__, Damage):
            raise error.__cause__ from error
        raise Damage("its messages can't be read") from error


def _extension(code: int, data: memoryview) -> object:
    """Return an array, or a number, of Flax's."""
    if code not in (_ARRAY, _SCALAR):
        return None
    told = msgspec.msgpack.decode(bytes(data), strict=False)
    if not isinstance(told, list) or len(told) != 3:
        raise Damage("an array is not described as one")
    shape, kind, body = told
    found = _array(shape, kind, body)
    return found if code == _ARRAY or found.ndim else found.item()


def _array(shape: object, kind: object, body: object) -> Array:
    kind = kind.decode("latin-1") if isinstance(kind, bytes) else kind
    size = size_of(kind) if isinstance(kind, str) else None
    if size is None or not isinstance(shape, list) or not isinstance(body, bytes):
        raise Damage("an array is not described as one")
    if count_of(shape, len(body)) * size != len(body):
        raise Damage("an array is not as long as it says")
    return numbers(str(kind), body, len(body) // size).reshape(shape)


def _opened(held: object, name: str, depth: int) -> object:
    """Return what is held, arrays that are written as dicts made, and messages and archives in bytes opened."""
    if depth > 8 * _DEEPEST:
        raise Damage("there is too much in it, or it is nested too deep")
    if isinstance(held, Mapping):
        if (array := _from_dict(held)) is not None:
            return array
        return {_text(key): _opened(value, name, depth + 1) for key, value in held.items()}
    if isinstance(held, list):
        return [_opened(value, name, depth + 1) for value in held]
    if isinstance(held, bytes):
        return _within(held, name, depth)
    return held


def _text(key: object) -> object:
    return key.decode("utf-8", "replace") if isinstance(key, bytes) else key


def _within(data: bytes, name: str, depth: int) -> object:
    if data.startswith(b"PK\x03\x04"):
        parts = Zipped(data)
        return dict(read_zip(parts, name).arrays) if is_zip(parts) else None
    if is_one(data):
        try:
            return _opened(_decoded(data), name, depth + 8)
        except Damage:
            # Bytes that only begin as a message.
            return None
    return None


def _from_dict(held: Mapping[object, object]) -> Array | None:
    """Return the array in a dict as msgpack-numpy, or Flax for a large one, writes it."""
    told = {_text(key): value for key, value in held.items()} if len(held) < 8 else {}
    if told.get("nd") is True and {"type", "shape", "data"} <= set(told):
        kind = _text(told["type"])
        return _array(told["shape"], _NUMPY.get(str(kind).lstrip("<|="), ""), told["data"])
    if (
        told.get(_CHUNKED) is True
        and isinstance(told.get("shape"), Mapping)
        and isinstance(told.get("chunks"), Mapping)
    ):
        return _chunked(_in_order(told["shape"]), _in_order(told["chunks"]))
    return None


def _in_order(told: object) -> list[Any]:
    """Return the values of a dict whose keys are numbers."""
    assert isinstance(told, Mapping)
    keys = [key for key in told if isinstance(key, str) and key.isdigit() and len(key) < 9]
    return [told[key] for key in sorted(keys, key=int)]


def _chunked(shape: list[Any], chunks: list[Any]) -> Array:
    arrays = [chunk for chunk in chunks if isinstance(chunk, np.ndarray) and chunk.ndim == 1]
    there = sum(array.size for array in arrays)
    if not arrays or len(arrays) != len(chunks) or count_of(shape, there) != there:
        raise Damage("an array is not as long as it says")
    return np.concatenate(arrays).reshape(shape)


_NUMPY = {"f8": "float64", "f4": "float32", "f2": "float16", "i8": "int64", "i4": "int32", "u1": "uint8", "u4": "uint32",
          "u8": "uint64", "i2": "int16", "i1": "int8", "u2": "uint16", "b1": "bool"}  # fmt: skip
