"""A PDF file of Qt's without the time at which it was made, which stands in its description and in every font.

`QPdfWriter` has words for none of this (Qt 6.11): it makes a new font of the letters that are used, and dates that, too.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator

import numpy as np

_DATE = re.compile(rb"/(?:CreationDate|ModDate) \(D:[^)]*\)\n")
_FONT = re.compile(rb"/FontFile2 (\d+) 0 R")
_STREAM = re.compile(rb".*?/Length (\d+) 0 R.*?>>\s*stream\r?\n", re.DOTALL)
_ENTRY = re.compile(rb"(\d{10}) \d{5} n")
_WHOLE = 0xB1B0AFBA
"""What all words of a font sum up to (OpenType specification, table "head")."""
_ADJUSTMENT, _DATES = slice(8, 12), slice(20, 36)


def timeless(pdf: bytes) -> bytes:
    """Return a file as `QPdfWriter` writes it, with the same pages and no date."""
    begin = int(pdf.rstrip().removesuffix(b"%%EOF").split()[-1])
    offsets = [int(found) for found in _ENTRY.findall(pdf, begin)]
    parts = dict(_parts(pdf, offsets, begin))
    parts[1] = _DATE.sub(b"", parts[1])
    for number in {int(found) for part in parts.values() for found in _FONT.findall(part)}:
        _date_nothing(parts, number)
    return _joined(pdf[: min(offsets)], parts, pdf[begin:])


def _parts(pdf: bytes, offsets: list[int], end: int) -> Iterator[tuple[int, bytes]]:
    """Yield every object of the file by its number."""
    ordered = sorted((offset, number) for number, offset in enumerate(offsets, start=1))
    ends = [offset for offset, _ in ordered[1:]] + [end]
    for (offset, number), after in zip(ordered, ends, strict=True):
        yield number, pdf[offset:after]


def _date_nothing(parts: dict[int, bytes], number: int) -> None:
    """Put a font without dates into the place of the one in the object ``number``, and its length into its object."""
    part, found = parts[number], _STREAM.match(parts[number])
    assert found is not None
    begin, length = found.end(), int(found[1])
    end = begin + int(parts[length].split()[3])
    font = zlib.compress(_undated(zlib.decompress(part[begin:end])))
    parts[number] = part[:begin] + font + part[end:]
    parts[length] = re.sub(rb"(?<=obj\n)\d+", str(len(font)).encode(), parts[length])


def _undated(font: bytes) -> bytes:
    """Return a TrueType font whose table "head" has no dates, with sums that fit it."""
    data = bytearray(font)
    for record in range(12, 12 + 16 * struct.unpack(">H", data[4:6])[0], 16):
        if data[record : record + 4] == b"head":
            offset, length = struct.unpack(">2I", data[record + 8 : record + 16])
            head = data[offset : offset + length]
            head[_DATES] = bytes(16)
            head[_ADJUSTMENT] = bytes(4)
            data[offset : offset + length] = head
            data[record + 4 : record + 8] = struct.pack(">I", _sum(bytes(head)))
            head[_ADJUSTMENT] = struct.pack(">I", (_WHOLE - _sum(bytes(data))) % 2**32)
            data[offset : offset + length] = head
    return bytes(data)


def _sum(data: bytes) -> int:
    return int(np.frombuffer(data + bytes(-len(data) % 4), ">u4").sum(dtype=np.uint64)) % 2**32


def _joined(head: bytes, parts: dict[int, bytes], tail: bytes) -> bytes:
    """Return the file with its objects in the order of their numbers, and a table of where they are."""
    file, offsets = bytearray(head), []
    for _, part in sorted(parts.items()):
        offsets.append(len(file))
        file += part
    places = iter(offsets)
    table = _ENTRY.sub(lambda found: b"%010d" % next(places) + found[0][10:], tail)
    return bytes(file) + re.sub(rb"(?<=startxref\n)\d+", str(len(file)).encode(), table)
