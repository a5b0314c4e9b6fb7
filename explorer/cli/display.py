"""Qt and what it needs of the system: loaded by name, by the commands that draw, and only when they are run."""

from __future__ import annotations

import ctypes
import importlib
import importlib.util
import os
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn

from explorer.engine.errors import Refusal

DRAWING = {
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libX11.so.6": "libx11-6",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libxkbcommon.so.0": "libxkbcommon0",
}
"""What Qt loads to draw at all, pictures without a display too, and the packages of Debian and Ubuntu that hold it."""
X11 = {
    "libX11-xcb.so.1": "libx11-xcb1",
    "libxcb.so.1": "libxcb1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-glx.so.0": "libxcb-glx0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}
"""What it loads besides for a window on an X display."""
WAYLAND = {
    "libwayland-client.so.0": "libwayland-client0",
    "libwayland-cursor.so.0": "libwayland-cursor0",
    "libwayland-egl.so.1": "libwayland-egl1",
}
"""What it loads besides for a window on a Wayland display."""
LIBRARIES = DRAWING | X11 | WAYLAND


def missing_packages(libraries: Mapping[str, str]) -> list[str]:
    """Return the packages of those ``libraries`` that this system can't load, each once."""
    return list(dict.fromkeys(package for library, package in libraries.items() if not _loads(library)))


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def load_app() -> Any:
    """Return the module ``explorer.gui.shell.app``; where Qt can't be loaded the refusal says what to install."""
    return _loaded("explorer.gui.shell.app")


def load_page() -> Any:
    """Return the module ``explorer.gui.page.page``, likewise: its colours are the window's."""
    return _loaded("explorer.gui.page.page")


def _loaded(module: str) -> Any:
    try:
        return importlib.import_module(module)
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
    packages = {LIBRARIES[library[0]]: None} if library[0] in LIBRARIES else {}
    raise QtMissing(
        "Qt can't be used, because the system has no {library}. On Debian or Ubuntu: sudo apt install {packages}",
        library=library[0], packages=" ".join(packages | dict.fromkeys(missing_packages(LIBRARIES))),
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
