"""Text from outside: a file whose size, kind and existence nobody vouches for, and what people paste.

There is one way to read text. A line ends as an editor shows it, at LF, CR or CRLF, and nowhere else; it is LF from then on.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from explorer.engine.errors import BadFile

_LINE_END = "\n"
_BLOCK = 50_000
"""Bytes."""
# What prints nothing and means nothing in a number or in a name: byte order mark, zero-width space, word joiner, soft hyphen,
# marks of direction. Not the joiners U+200C and U+200D, which choose the form of letters and put emoji together.
_INVISIBLE = dict.fromkeys(
    (0x00AD, 0x061C, 0x180E, 0x200B, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0xFEFF)
)


def read_text(path: Path, most: int) -> str:
    """Return the text of a UTF-8 file of at most ``most`` bytes, without its byte order mark, as `one_line_end` gives it.

    Raises
    ------
    BadFile
        As `read_bounded` does; or it is not UTF-8, with the line from which on it is not.
    """
    return read_utf8(path, most).decode()


def read_utf8(path: Path, most: int) -> bytes:
    """Return what `read_text` does in UTF-8, which takes the room of the file however wide its characters are.

    Raises
    ------
    BadFile
        As `read_text` does.
    """
    data = read_bounded(path, most).removeprefix(codecs.BOM_UTF8).replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    for begin, end in blocks(data):
        try:
            data[begin:end].decode()
        except UnicodeDecodeError as error:
            raise BadFile(
                "“{name}” is not UTF-8 text, from line {line} on: save it again as UTF-8 (in a spreadsheet, “CSV UTF-8”).",
                name=path.name, line=1 + data.count(b"\n", 0, begin + error.start),
            ) from None  # fmt: skip
    return data


def blocks(data: bytes) -> Iterator[tuple[int, int]]:
    """Yield where pieces of a UTF-8 text begin and end: each of whole lines, some tens of kilobytes where these are short."""
    begin = 0
    while begin < len(data) or not begin:
        end = data.find(b"\n", begin + _BLOCK) + 1 or len(data)
        yield begin, end
        begin = end or 1


def one_line_end(text: str) -> str:
    """Return ``text`` with every line ended by LF: CRLF and CR become it."""
    return text.replace("\r\n", _LINE_END).replace("\r", _LINE_END)


def lines(text: str) -> list[str]:
    """Return the lines of ``text`` as an editor numbers them; `str.splitlines` finds more, at U+2028 and at a form feed."""
    return one_line_end(text).split(_LINE_END)


def without_invisible(text: str) -> str:
    """Return ``text`` without the characters that print nothing, such as come along when numbers or names are pasted."""
    return text.translate(_INVISIBLE)


def read_bounded(path: Path, most: int) -> bytes:
    """Return the bytes of a file of at most ``most`` bytes; a bigger one is refused before it is read.

    Raises
    ------
    BadFile
        There is no such file, it is a folder or a device, it is too big, or the system refuses.
    """
    with refusing_system(path), opened(path, most) as file:
        size = path.stat().st_size
        # A file may grow meanwhile, or be one of the system's that has no size.
        data = file.read(size + 1)
        data += file.read(most + 1 - len(data)) if len(data) > size else b""
    if len(data) > most:
        _refuse_size(path, len(data), most)
    return data


@contextmanager
def refusing_system(path: Path) -> Iterator[None]:
    """Turn what the system refuses while a file is read into one sentence.

    Raises
    ------
    BadFile
        With the reason.
    """
    try:
        yield
    except FileNotFoundError as error:
        raise BadFile("There is no file “{name}”.", name=path.name) from error
    except PermissionError as error:
        raise BadFile("“{name}” can't be read: permission is missing.", name=path.name) from error
    except OSError as error:
        raise BadFile("“{name}” can't be read: {reason}.", name=path.name, reason=error.strerror) from error


def opened(path: Path, most: int) -> IO[bytes]:
    """Return a file of at most ``most`` bytes to be read.

    Raises
    ------
    BadFile
        If it is a folder or a device, or bigger; what the system refuses is an `OSError`.
    """
    # Opening a pipe would wait for ever, so this comes first.
    size = path.stat().st_size
    if not path.is_file():
        raise BadFile("“{name}” is a folder or a device, not a file.", name=path.name)
    if size > most:
        _refuse_size(path, size, most)
    return path.open("rb")


def _refuse_size(path: Path, size: int, most: int) -> None:
    raise BadFile(
        "“{name}” is too big: {got} MB, where at most {most} MB are read.",
        name=path.name, got=-(-size // 1_000_000), most=most // 1_000_000,
    )  # fmt: skip
