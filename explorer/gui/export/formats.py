"""The formats of pictures: the one table of them, from which the command line, the dialog and what draws them come.

It loads nothing that draws.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

PICTURES = (".png", ".svg", ".pdf")
"""The endings of pictures, each the name of the module of this folder whose ``draw(widget, scale)`` returns such a file."""

PAGE = ".html"
"""The ending of a page to hand out, which is put together, not drawn: see `explorer.gui.page`."""


def drawing(ending: str) -> Callable[[QWidget, float], bytes]:
    """Return what draws a widget, ``scale`` times as fine as on the screen, into the bytes of a file with this ``ending``.

    It is one of `PICTURES`, in any case.
    """
    draw: Callable[[QWidget, float], bytes] = import_module(f"explorer.gui.export{ending.lower()}").draw
    return draw
