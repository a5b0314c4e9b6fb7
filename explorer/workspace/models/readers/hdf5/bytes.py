"""Bytes of a file with their addresses: each piece is known to be inside before it is looked at."""

from __future__ import annotations

from dataclasses import dataclass

from explorer.engine.errors import Damage

NOWHERE = 2**64 - 1
"""The address of what there is not."""
MOST_VISITS = 200_000


@dataclass(slots=True)
class Bytes:
    """The bytes from address 0 on, and how many structures may still be looked at, so that what goes in circles ends."""

    data: memoryview
    left: int = MOST_VISITS

    def piece(self, at: int, size: int) -> memoryview:
        """Return so many bytes at an address.

        Raises
        ------
        Damage
            If they are not there, or too many pieces were asked for.
        """
        self.left -= 1
        if at < 0 or size < 0 or at + size > len(self.data) or self.left < 0:
            raise Damage("its HDF5 can't be read")
        return self.data[at : at + size]

    def number(self, at: int, size: int = 8) -> int:
        """Return the whole number of so many bytes at an address."""
        return int.from_bytes(self.piece(at, size), "little")

    def expect(self, at: int, mark: bytes) -> None:
        """Refuse an address at which ``mark`` does not stand.

        Raises
        ------
        Damage
            If it does not.
        """
        if bytes(self.piece(at, len(mark))) != mark:
            raise Damage("its HDF5 can't be read")


@dataclass(slots=True)
class Cursor:
    """A place in a piece of bytes that moves on as they are read."""

    data: memoryview
    at: int = 0

    def take(self, size: int) -> memoryview:
        """Return the next bytes.

        Raises
        ------
        Damage
            If there are fewer.
        """
        if size < 0 or self.at + size > len(self.data):
            raise Damage("its HDF5 can't be read")
        self.at += size
        return self.data[self.at - size : self.at]

    def number(self, size: int) -> int:
        """Return the next whole number of so many bytes."""
        return int.from_bytes(self.take(size), "little")

    def text(self, size: int, padded: bool) -> memoryview:
        """Return the next bytes, passing over what fills them up to a multiple of eight."""
        found = self.take(size)
        if padded:
            self.take(-size % 8)
        return found
