"""All that the window says, paints and tells under the pointer in Chinese is written by the rules."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from explorer.gui.shell.window import Window
from explorer.gui.words import i18n
from explorer.workspace.exploration.gesture import Gesture

from ..chinese import HAN, faults
from ..conftest import settle
from .test_window_words import said

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

_APART = re.compile(r"\S {3}\S")
"""A menu's text that is set in two columns."""


@pytest.fixture(autouse=True)
def _english_again() -> Iterator[None]:
    yield
    i18n.set_language("en")


def told(window: Window) -> Iterator[tuple[str, str]]:
    """Yield what the cards name under the pointer, point by point, and what a screen reader reads out."""
    for widget in window.findChildren(QWidget):
        yield widget.accessibleDescription(), f"description of {type(widget).__name__}"
        name_at = getattr(widget, "name_at", None)
        if name_at is not None and widget.isVisible():
            for i in range(1, 8):
                for j in range(1, 6):
                    yield name_at(QPointF(widget.width() * i / 8, widget.height() * j / 6)), type(widget).__name__


def lines(text: str) -> list[str]:
    """Return the lines of a text that may be marked up, each as a person reads it."""
    marked = text.startswith("<")
    bare = html.unescape(re.sub("<[^>]*>", "", re.sub("<br */?>|</p>", "\n", text))) if marked else text
    return [line for line in bare.splitlines() if re.search(f"[{HAN}]", line) and not _APART.search(line)]


@pytest.fixture
def texts_painted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the texts that are painted, as they come."""
    texts: list[str] = []
    draw = QPainter.drawText

    def noting(painter: QPainter, *where: object) -> object:
        texts.extend(text for text in where if isinstance(text, str))
        return draw(painter, *where)

    monkeypatch.setattr(QPainter, "drawText", noting)
    return texts


@pytest.mark.parametrize("language", ["zh_CN"])
@pytest.mark.parametrize(("name", "quantity"), [("gru", "W"), ("task-labels", "delta")])
def test_the_window_is_chinese_by_the_rules(
    window: Window, qtbot: QtBot, texts_painted: list[str], name: str, quantity: str
) -> None:
    window.top_bar.preset_chosen.emit(name)
    window.controller.commit(Gesture("Choose what the map shows", lambda e: e.with_lens(quantity=quantity)))
    settle(qtbot, window)
    window.grab()
    texts = [*said(window), *told(window), *((text, "painted") for text in texts_painted)]
    assert len(texts) > 500
    found = {fault: where for text, where in texts for line in lines(text) for fault in faults(line)}
    assert found == {}
