"""Every word that the window shows can be read: none is cut, elided or under another, on any screen, in any theme."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from PySide6.QtCore import QCoreApplication, QSize, Qt
from PySide6.QtWidgets import QApplication

from explorer.gui.core.view import settle as finish_what_is_seen
from explorer.gui.plot.theme import themes
from explorer.gui.shell.window import Window
from explorer.gui.words import i18n
from explorer.workspace.disk.presets import preset, presets
from explorer.workspace.exploration.gesture import Gesture

from ..conftest import bury, fit, keep_in, settle, wear
from ..painted import faults, words_of

pytestmark = [
    pytest.mark.qt_log_ignore("This plugin does not support"),
    pytest.mark.usefixtures("surfaces_are_worked_out_once"),
]

SIZES = ((960, 640), (1280, 720), (1366, 768), (1600, 900), (1920, 1080))
THEMES, LANGUAGES = tuple(themes()), tuple(i18n.languages())
NAMES = tuple(one.name for one in presets())
QUANTITIES = ("delta", "W", "U")
_DRESSES = len(THEMES) * len(LANGUAGES)


@dataclass(frozen=True, slots=True)
class _Screen:
    """A screen as far as the window asks for it."""

    pixels: QSize

    def size(self) -> QSize:
        return self.pixels


@pytest.fixture(scope="module")
def one_window(qapp: QApplication, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Window]:  # noqa: ARG001
    with pytest.MonkeyPatch.context() as patch:
        keep_in(tmp_path_factory.mktemp("words"), patch)
        window = Window(presets()[0].exploration)
    window.start()
    assert window.learning
    # Its parts are painted one by one to read them: what came onto the screen between would be painted for nobody.
    window.setUpdatesEnabled(False)
    yield window
    bury(window)
    i18n.set_language("en")


def _present(window: Window, on: bool) -> None:
    """Begin or end a presentation, without taking the whole screen."""
    if window.actions_["presentation"].isChecked() != on:
        window.set_presentation(on)
        window.setWindowState(Qt.WindowState.WindowNoState)


def _dress(window: Window, size: tuple[int, int], theme: str, language: str) -> None:
    """Give ``window`` another size, theme and language, all at once: each dress takes Qt a second."""
    window.setFixedSize(*size)
    wear(window, theme, language)
    fit(window)


def _wrong(window: Window) -> list[str]:
    """Return what is wrong with the words of ``window`` once all is laid out."""
    # A card that grows by what it says once it is finished is laid out anew.
    for _ in range(2):
        for _ in range(3):
            QCoreApplication.sendPostedEvents()
            QApplication.processEvents()
        finish_what_is_seen(window)
    return faults(words_of(window))


# Sizes change first: what a window wears is the same in most of them.
@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_is_cut_elided_or_under_another(qtbot, one_window: Window, size, theme: str, language: str) -> None:
    """Presets, themes and languages each meet each other; a preset is seen in two or three of the sizes."""
    dress, place = THEMES.index(theme) * len(LANGUAGES) + LANGUAGES.index(language), SIZES.index(size)
    _present(one_window, False)
    _dress(one_window, size, theme, language)
    found = []
    for name in NAMES[(dress - place) % _DRESSES + _DRESSES * (place % 2) :: 2 * _DRESSES]:
        if theme == "projector" and size == SIZES[0] and preset(name).exploration.stage != "alone":
            # Type for a room and the least window are not met: the heads over several networks have no room there.
            continue
        one_window.top_bar.preset_chosen.emit(name)
        settle(qtbot, one_window)
        found += [f"{name}, {fault}" for fault in _wrong(one_window)]
    quantity = QUANTITIES[dress % len(QUANTITIES)]
    one_window.controller.commit(Gesture("Choose what the map shows", lambda e: e.with_lens(quantity=quantity)))
    settle(qtbot, one_window)
    found += [f"{name}, {quantity}, {fault}" for fault in _wrong(one_window)]
    assert not found, "\n" + "\n".join(found)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_no_word_of_a_presentation_is_cut_elided_or_under_another(
    qtbot, one_window: Window, monkeypatch, size, theme: str
) -> None:
    number = SIZES.index(size) * len(THEMES) + THEMES.index(theme)
    # The type follows the screen, and this one has no other.
    monkeypatch.setattr(one_window, "screen", lambda: _Screen(QSize(*size)))
    _present(one_window, True)
    _dress(one_window, size, theme, LANGUAGES[number % len(LANGUAGES)])
    one_window.controller.replace("Load a preset", presets()[(2 * number) % len(NAMES)].exploration)
    settle(qtbot, one_window)
    found = _wrong(one_window)
    assert not found, "\n" + "\n".join(found)
