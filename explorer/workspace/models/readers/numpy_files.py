"""NumPy's .npy and .npz: the header first, then the numbers where they stand; pickled objects are passed over."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping

import numpy as np

from explorer.engine.errors import Damage
from explorer.workspace.models.readers.bounds import count_of
from explorer.workspace.models.readers.floats import bfloat16
from explorer.workspace.models.readers.zipped import Zipped
from explorer.workspace.models.stored import Array, Stored

FORMAT = "NumPy"
_MAGIC = b"\x93NUMPY"
_MOST_HEADER = 20_000
_NUMBERS = re.compile(r"^[<>|=]?[fiubc]\d{1,2}$")


def is_one(data: bytes) -> bool:
    """Return whether bytes begin as a .npy does."""
    return data.startswith(_MAGIC)


def is_archive(parts: Mapping[str, object]) -> bool:
    """Return whether an archive with such parts is a .npz."""
    return bool(parts) and all(name.endswith(".npy") for name in parts)


def read(data: bytes, name: str) -> Stored:
    """Return the array in a .npy, called "array".

    Raises
    ------
    Damage
        If it is none.
    """
    found = _array(memoryview(data))
    return Stored(FORMAT, name, {} if found is None else {"array": found})


def read_archive(parts: Zipped, name: str) -> Stored:
    """Return the arrays in a .npz.

    Raises
    ------
    Damage
        If one is none.
    """
    arrays, words = {}, ()
    for key in parts:
        found = _array(parts[key])
        if found is not None:
            arrays[key.removesuffix(".npy")] = found
    return Stored(FORMAT, name, arrays, words=words)


def arrays_in_a_row(data: memoryview) -> Iterator[Array]:
    """Yield the arrays that stand one behind the other, each as a .npy has it.

    Raises
    ------
    Damage
        If what stands somewhere is none.
    """
    while len(data):
        found, end = _read(data)
        if found is None:
            raise Damage("an array in it is of no known sort")
        yield found
        data = data[end:]


def _array(data: memoryview) -> Array | None:
    """Return an array, None where it is made of objects, which only a program can read."""
    return _read(data)[0]


def _read(data: memoryview) -> tuple[Array | None, int]:
    """Return the array with which bytes begin, and where it ends; None where it is made of objects."""
    if bytes(data[:6]) != _MAGIC or len(data) < 10:
        raise Damage("an array is not described as one")
    wide = data[6] > 1
    start = 12 if wide else 10
    length = int.from_bytes(data[8:start], "little")
    if length > _MOST_HEADER or start + length > len(data):
        raise Damage("its header would be longer than the file")
    kind, fortran, shape = _header(bytes(data[start : start + length]).decode("utf-8" if data[6] > 2 else "latin-1"))
    body = data[start + length :]
    if kind == "V2":
        # What JAX and ml_dtypes leave of bfloat16.
        count = count_of(shape, len(body) // 2)
        words = np.frombuffer(body, "<u2", count)
        return bfloat16(words).reshape(shape, order="F" if fortran else "C"), start + length + words.nbytes
    if not _NUMBERS.match(kind) and kind != "|b1":
        return None, len(data)
    try:
        dtype = np.dtype(kind)
    except TypeError as error:
        raise Damage("an array has numbers of a sort that is not known, {kind}", kind=kind) from error
    count = count_of(shape, len(body) // dtype.itemsize)
    numbers = np.frombuffer(body, dtype, count)
    return numbers.reshape(shape, order="F" if fortran else "C"), start + length + numbers.nbytes


def _header(text: str) -> tuple[str, bool, tuple[int, ...]]:
    """Return type, order and shape, as NumPy writes them: a dict of Python."""
    # A number of thousands of digits, or brackets in brackets, would cost more than they can say.
    if re.search(r"\d{20}|[(\[{][\s(\[{]*[(\[{][\s(\[{]*[(\[{]", text):
        raise Damage("an array is not described as one")
    try:
        told = ast.literal_eval(text.strip())
        kind, fortran, shape = told["descr"], told["fortran_order"], told["shape"]
    except (ValueError, SyntaxError, KeyError, TypeError, RecursionError, MemoryError) as error:
        raise Damage("an array is not described as one") from error
    if not isinstance(kind, str):
        return "object", False, ()
    if not isinstance(shape, tuple) or not isinstance(fortran, bool):
        raise Damage("an array is not described as one")
    return kind.lstrip("|<") if kind.lstrip("|<") == "V2" else kind, fortran, shape
