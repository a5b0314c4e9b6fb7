"""A zip archive in memory: what its entries are, and their bytes, none of which is made before its size is known."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping

from explorer.engine.errors import Damage
from explorer.workspace.models.readers.bounds import MOST_ARRAYS

_MOST_RATIO = 60
"""How many times as large as the archive its entries may be: weights pack badly, a bomb of zeros a thousandfold."""
_SMALL = 1 << 22
_LOCAL = struct.Struct("<4s22sHH")


class Zipped(Mapping[str, memoryview]):
    """The entries of an archive by name; those that are stored as they are are seen where they stand, without a copy."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        try:
            self._file = zipfile.ZipFile(io.BytesIO(data))
            entries = self._file.infolist()
        except (zipfile.BadZipFile, ValueError, struct.error, OverflowError, NotImplementedError, OSError) as error:
            raise Damage("the archive can't be read") from error
        if len(entries) > MOST_ARRAYS:
            raise Damage("there is too much in it, or it is nested too deep")
        self._entries = {entry.filename: entry for entry in entries if not entry.is_dir()}
        most = max(_SMALL, _MOST_RATIO * len(data))
        if sum(entry.file_size for entry in entries) > most:
            raise Damage("unpacked it would be many times as large as a file of weights can be")

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def size(self, name: str) -> int:
        """Return how many bytes an entry has."""
        return self._entries[name].file_size

    def __getitem__(self, name: str) -> memoryview:
        entry = self._entries[name]
        if entry.flag_bits & 1:
            raise Damage("the archive is encrypted")
        if entry.compress_type == zipfile.ZIP_STORED:
            return self._stored(entry)
        if entry.compress_type != zipfile.ZIP_DEFLATED:
            # LZMA takes as much memory as the archive says.
            raise Damage("a part of the archive is packed in a way that no framework writes")
        try:
            with self._file.open(entry) as file:
                found = file.read(entry.file_size + 1)
        except (
            zipfile.BadZipFile,
            zlib.error,
            EOFError,
            ValueError,
            NotImplementedError,
            OSError,
            RuntimeError,
        ) as error:
            raise Damage("a part of the archive can't be unpacked") from error
        if len(found) != entry.file_size:
            raise Damage("a part of the archive can't be unpacked")
        return memoryview(found)

    def _stored(self, entry: zipfile.ZipInfo) -> memoryview:
        """Return the bytes of an entry that is not packed.

        Its checksum is not asked: PyTorch may write none.
        """
        begin = entry.header_offset
        if begin < 0 or begin + _LOCAL.size > len(self._data):
            raise Damage("the archive can't be read")
        mark, _, name, extra = _LOCAL.unpack_from(self._data, begin)
        begin += _LOCAL.size + name + extra
        if mark != b"PK\x03\x04" or entry.compress_size != entry.file_size or begin + entry.file_size > len(self._data):
            raise Damage("the archive can't be read")
        return memoryview(self._data)[begin : begin + entry.file_size]
