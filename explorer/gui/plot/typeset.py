"""Formulas typeset from LaTeX, without LaTeX, as drawings; made once and kept."""

from __future__ import annotations

import contextlib
import math
import os
import re
import sys
import threading
from collections.abc import Callable, Iterator
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from PySide6.QtCore import QByteArray, QRectF, QSizeF
from PySide6.QtGui import QPainter
from PySide6.QtSvg import QSvgRenderer

from explorer.workspace.words.numbers import LONG, is_far, parts

# What every formula is set in, whatever size and ink it is drawn in: outlines grow with the type, the margin does not.
_SIZE, _INK, _MARGIN = 20.0, "#010203", 1.0
_setting = threading.Lock()
_BOX = re.compile(r'width="[^"]*" height="[^"]*" viewBox="([^"]*)"')


@lru_cache(maxsize=256)
def typeset(latex: str, size: float, colour: str) -> QSvgRenderer:
    """Return the drawing of ``latex`` at the type size ``size``.

    A new formula takes some 20 ms, the first of all 200 ms; one that is `prepared` less than one.
    """
    grown = _BOX.sub(lambda found: _box(found[1], size / _SIZE), prepared(latex), count=1)
    return QSvgRenderer(QByteArray(grown.replace(_INK, colour).encode()))


def _box(box: str, by: float) -> str:
    """Return the size and the box of a drawing that grows ``by`` so much inside its margin."""
    x, y, width, height = map(float, box.split())
    more = _MARGIN / by - _MARGIN
    x, y, width, height = x - more, y - more, width + 2 * more, height + 2 * more
    return f'width="{by * width:.3f}" height="{by * height:.3f}" viewBox="{x:.3f} {y:.3f} {width:.3f} {height:.3f}"'


@lru_cache(maxsize=256)
def prepared(latex: str) -> str:
    """Return the SVG of ``latex`` from which it is drawn in any size and ink; any thread may ask."""
    return _svg(latex, _SIZE, _INK, by_symbols=False)


@cache
def symbolic(latex: str, size: float) -> str:
    """Return an SVG of ``latex`` in the ink of the text around it; each letter is a symbol that is used by its name."""
    return _svg(latex, size, "currentColor", by_symbols=True)


def _svg(latex: str, size: float, colour: str, by_symbols: bool) -> str:
    # What a formula is set with is ziamath's, for all threads alike.
    with _setting:
        formulas, config = _typesetter()
        # QtSvg draws almost nothing of SVG 2, whose symbols these are.
        config.svg2 = by_symbols
        return str(formulas(latex, size=size, color=colour).svg())


@cache
def _typesetter() -> tuple[Callable[..., Any], Any]:
    """Return ziamath's class of formulas and what it is set up with."""
    # Its import is too slow for the start of the program.
    with _homely():
        from ziamath.config import config
        from ziamath.zmath import Latex
    return Latex, config


@contextlib.contextmanager
def _homely() -> Iterator[None]:
    """Give an account that has no home one for a while: ziafont asks for it when it is imported."""
    try:
        Path.home()
    except RuntimeError:
        name = "USERPROFILE" if sys.platform == "win32" else "HOME"
        os.environ[name] = os.sep
        try:
            yield
        finally:
            del os.environ[name]
    else:
        yield


def draw(painter: QPainter, drawing: QSvgRenderer, area: QRectF, growth: float = 1.0) -> None:
    """Draw ``drawing`` at the left and middle of ``area``, ``growth`` times as large as made, or as large as fits."""
    size = QSizeF(drawing.defaultSize())
    factor = min(growth, area.width() / size.width(), area.height() / size.height())
    width, height = factor * size.width(), factor * size.height()
    drawing.render(painter, QRectF(area.left(), area.top() + (area.height() - height) / 2, width, height))


def latex_number(log10: float, digits: int = 2) -> str:
    """Return the number 10^``log10`` as LaTeX, also far outside float64."""
    if math.isnan(log10):
        return r"\mathrm{NaN}"
    if math.isinf(log10):
        return "0" if log10 < 0 else r"\infty"
    if is_far(log10):
        return rf"10^{{{_exponent(log10)}}}"
    number, exponent = parts(log10, digits)
    return rf"{number}\cdot 10^{{{exponent}}}" if exponent else number


def _exponent(log10: float) -> str:
    """Return a far exponent with one decimal, or as a power of ten itself where it is too long to be read."""
    if abs(log10) < LONG:
        return f"{log10:.1f}"
    return ("-" if log10 < 0 else "") + latex_number(math.log10(abs(log10)))
