"""pyqtgraph, loaded without the copy that it makes of all of Qt.

It copies each name of three of Qt's modules into modules of its own, and PySide makes a class when it is first asked for it:
700 of which a window needs some hundred, a third of what loading pyqtgraph takes. Here its modules look a name up when they
are asked for it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from types import ModuleType

from PySide6 import QtCore, QtGui, QtWidgets


@contextmanager
def _nothing_to_copy() -> Iterator[None]:
    """Let Qt's modules name nothing when they are asked for all that they have, and those of pyqtgraph ask them in turn."""
    sources = () if "pyqtgraph" in sys.modules else (QtCore, QtGui, QtWidgets)
    names = [vars(source)["__dir__"] for source in sources]
    for source in sources:
        mirror = ModuleType(source.__name__.replace("PySide6", "pyqtgraph.Qt"))
        mirror.__getattr__ = partial(getattr, source)  # type: ignore[method-assign]
        sys.modules[mirror.__name__] = mirror
        source.__dir__ = list  # type: ignore[method-assign]
    try:
        yield
    finally:
        for source, told in zip(sources, names, strict=True):
            source.__dir__ = told  # type: ignore[method-assign]


with _nothing_to_copy():
    import pyqtgraph as pg

pg.setConfigOptions(antialias=True)

__all__ = ["pg"]
