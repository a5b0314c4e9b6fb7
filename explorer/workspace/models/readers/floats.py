"""Numbers that NumPy has no type for, from their bits: bfloat16 and the 8-bit floats, each exactly as float32."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
Singles = NDArray[np.float32]


def bfloat16(bits: NDArray[np.uint16]) -> Singles:
    """Return the numbers whose upper halves of float32 these are."""
    return (bits.astype(np.uint32) << 16).view(np.float32)


@cache
def _table(exponent: int, mantissa: int, bias: int, infinities: bool, negative_zero_is_nan: bool) -> Singles:
    """Return all 256 numbers of a float of 8 bits."""
    bits = np.arange(256)
    sign = np.where(bits >> 7 & 1, -1.0, 1.0) if exponent + mantissa == 7 else np.ones(256)
    e, m = bits >> mantissa & ((1 << exponent) - 1), bits & ((1 << mantissa) - 1)
    below = m * 2.0 ** (1 - bias - mantissa)
    above = (1.0 + m * 2.0**-mantissa) * 2.0 ** (e - bias)
    found = sign * np.where(e == 0, below, above)
    top = e == (1 << exponent) - 1
    if negative_zero_is_nan:
        found[0x80] = np.nan
    elif infinities:
        found[top] = np.where(m[top] == 0, sign[top] * np.inf, np.nan)
    else:
        found[top & (m == (1 << mantissa) - 1)] = np.nan
    return found.astype(np.float32)


@cache
def _powers() -> Singles:
    """Return the 256 powers of two that are written as their exponent, the last being NaN."""
    found = 2.0 ** (np.arange(256) - 127.0)
    found[255] = np.nan
    return found.astype(np.float32)


FLOAT8: Mapping[str, Callable[[], Singles]] = MappingProxyType(
    {
        "float8_e4m3fn": lambda: _table(4, 3, 7, False, False),
        "float8_e4m3fnuz": lambda: _table(4, 3, 8, False, True),
        "float8_e5m2": lambda: _table(5, 2, 15, True, False),
        "float8_e5m2fnuz": lambda: _table(5, 2, 16, False, True),
        "float8_e8m0fnu": _powers,
    }
)
"""Tables of all numbers of each 8-bit float."""


def float8(kind: str, bits: Bytes) -> Singles:
    """Return the numbers of bytes in one of the kinds of `FLOAT8`."""
    return FLOAT8[kind]()[bits]


NAMES: Mapping[str, np.dtype] = MappingProxyType(
    {
        "float64": np.dtype("<f8"), "float32": np.dtype("<f4"), "float16": np.dtype("<f2"),
        "int64": np.dtype("<i8"), "int32": np.dtype("<i4"), "int16": np.dtype("<i2"), "int8": np.dtype("i1"),
        "uint64": np.dtype("<u8"), "uint32": np.dtype("<u4"), "uint16": np.dtype("<u2"), "uint8": np.dtype("u1"),
        "bool": np.dtype("?"), "complex64": np.dtype("<c8"), "complex128": np.dtype("<c16"),
    }
)  # fmt: skip
"""Types of numbers that NumPy has."""


def size_of(kind: str) -> int | None:
    """Return how many bytes a number of a kind takes; None for a kind that is not known."""
    if kind in NAMES:
        return NAMES[kind].itemsize
    return 2 if kind == "bfloat16" else 1 if kind in FLOAT8 else None


def numbers(kind: str, data: memoryview | bytes, count: int, offset: int = 0) -> NDArray[np.generic]:
    """Return ``count`` numbers of a kind, read-only; those that NumPy has are seen where they stand, without a copy."""
    if kind in NAMES:
        found: NDArray[np.generic] = np.frombuffer(data, NAMES[kind], count, offset)
    elif kind == "bfloat16":
        found = bfloat16(np.frombuffer(data, "<u2", count, offset))
    else:
        found = float8(kind, np.frombuffer(data, np.uint8, count, offset))
    found.flags.writeable = False
    return found
