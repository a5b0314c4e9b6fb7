"""Reading a file whose size, kind and existence nobody vouches for."""

from __future__ import annotations

from pathlib import Path

from explorer.engine.errors import BadFile


def read_bounded(path: Path, most: int) -> bytes:
    """Return the bytes of a file of at most ``most`` bytes; a bigger one is refused before it is read.

    Raises
    ------
    BadFile
        There is no such file, it is a folder or a device, it is too big, or the system refuses.
    """
    try:
        _check(path, most)
        with path.open("rb") as file:
            data = file.read(most + 1)
    except FileNotFoundError as error:
        raise BadFile("There is no file “{name}”.", name=path.name) from error
    except PermissionError as error:
        raise BadFile("“{name}” can't be read: permission is missing.", name=path.name) from error
    except OSError as error:
        raise BadFile("“{name}” can't be read: {reason}.", name=path.name, reason=error.strerror) from error
    if len(data) > most:
        _refuse_size(path, len(data), most)
    return data


def _check(path: Path, most: int) -> None:
    # Opening a pipe would wait for ever, so this comes first.
    size = path.stat().st_size
    if not path.is_file():
        raise BadFile("“{name}” is a folder or a device, not a file.", name=path.name)
    if size > most:
        _refuse_size(path, size, most)


def _refuse_size(path: Path, size: int, most: int) -> None:
    raise BadFile(
        "“{name}” is too big: {got} MB, where at most {most} MB are read.",
        name=path.name, got=-(-size // 1_000_000), most=most // 1_000_000,
    )  # fmt: skip
