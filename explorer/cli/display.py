"""Qt and what it needs of the system: loaded by name, by the commands that draw, and only when they are run."""

from __future__ import annotations

import ctypes
import importlib
import importlib.util
import os
import re
import sys
from pathlib import Path
from typing import Any, NoReturn

from explorer.engine.errors import Refusal

QT_PACKAGES = (
    "libegl1 libgl1 libglib2.0-0 libdbus-1-3 libfontconfig1 libxkbcommon0 libxkbcommon-x11-0 libx11-xcb1 "
    "libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 libxcb-randr0 libxcb-shape0 libxcb-sync1 libxcb-xfixes0"
)


def load_app() -> Any:
    """Return the module ``explorer.gui.app``; where Qt can't be loaded the refusal says what to install."""
    try:
        return importlib.import_module("explorer.gui.app")
    except ModuleNotFoundError as error:
        if error.name is None or error.name.startswith("explorer"):
            raise
        raise QtMissing(
            "The package {name} is missing: install the program again with pip.", name=error.name
        ) from error
    except ImportError as error:
        refuse_library(error)


class QtMissing(Refusal):
    """Something without which Qt can't be loaded or can't open a window."""


def refuse_library(error: Exception) -> NoReturn:
    """Name the system library whose lack is the ``error``; another error is raised again."""
    library = re.search(r"\blib[\w+.-]+\.so[.\d]*(?=: cannot open)", str(error))
    if library is None:
        raise error
    raise QtMissing(
        "Qt can't be used, because the system has no {library}. On Debian or Ubuntu: sudo apt install {packages}",
        library=library[0], packages=QT_PACKAGES,
    ) from error  # fmt: skip


def display_is_missing() -> bool:
    """Return whether no window can be opened here; Qt itself would end the process without a word to catch.

    Raises
    ------
    QtMissing
        If there is an X display, but a library that Qt needs for it is not there.
    """
    if not sys.platform.startswith("linux") or os.environ.get("QT_QPA_PLATFORM"):
        return False
    if os.environ.get("WAYLAND_DISPLAY"):
        return False
    return not os.environ.get("DISPLAY") or not _x_answers()


def _x_answers() -> bool:
    _load_x_plugin()
    xcb = ctypes.CDLL("libxcb.so.1")
    xcb.xcb_connect.restype = ctypes.c_void_p
    connection = ctypes.c_void_p(xcb.xcb_connect(None, None))
    failed = bool(xcb.xcb_connection_has_error(connection))
    xcb.xcb_disconnect(connection)
    return not failed


def _load_x_plugin() -> None:
    """Load Qt's plug-in for X by hand: the error then names the library that it lacks."""
    package = importlib.util.find_spec("PySide6")
    for folder in package.submodule_search_locations or () if package else ():
        plugin = Path(folder) / "Qt" / "plugins" / "platforms" / "libqxcb.so"
        if plugin.exists():
            try:
                ctypes.CDLL(str(plugin))
            except OSError as error:
                refuse_library(error)
