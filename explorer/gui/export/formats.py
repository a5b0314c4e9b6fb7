"""The formats of pictures: the one table of them, from which the command line, the dialog and what draws them come.

It loads nothing that draws.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

PICTURES = (".png", ".svg", ".pdf")
"""The endings of pictures, each the name of the module of this folder whose ``draw`` (see `Draw`) returns such a file."""

PAGE = ".html"
"""The ending of a page to hand out, which is put together, not drawn: see `explorer.gui.page`."""


class Draw(Protocol):
    """Draws a widget, ``scale`` times as fine as on the screen, into the bytes of a file that ``words`` describe."""

    def __call__(self, widget: QWidget, scale: float, words: str = "", /) -> bytes: ...


def drawing(ending: str) -> Draw:
    """Return what draws a widget into a file with this ``ending``.

    It is one of `PICTURES`, in any case.
    """
    draw: Draw = import_module(f"explorer.gui.export{ending.lower()}").draw
    return draw
