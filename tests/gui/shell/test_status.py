"""The headline over the map, and what passes: refusals that are seen, and that files were written."""

from __future__ import annotations

import math
import re
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QApplication, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from explorer.engine.errors import BadSequence
from explorer.engine.looks.verdict import EXTREME, PRESERVED, grade
from explorer.gui.export.laid_out import lay_out
from explorer.gui.plot.theme import themes
from explorer.gui.shell.guide import Guide
from explorer.gui.shell.refusal_line import RefusalLine
from explorer.gui.shell.window import Window
from explorer.gui.words import i18n
from explorer.workspace.disk.presets import preset
from explorer.workspace.exploration.exploration import Exploration, Recipe, Signal
from explorer.workspace.looks.analysis import analyse, inspect
from explorer.workspace.looks.sentences import _WORDS
from explorer.workspace.words.numbers import power_of_ten, scientific

from ..conftest import SMALL, settle

pytestmark = [pytest.mark.qt_log_ignore("This plugin does not support"), pytest.mark.painted(False)]


def said(window: Window) -> str:
    """Return what of the headline is painted."""
    headline = window.map.headline
    return "".join(text for text, _, _ in headline.pieces(headline.width()))


@pytest.mark.parametrize("theme", ["light", "projector"])
def test_a_headline_without_room_is_said_in_fewer_clauses(qtbot, window: Window) -> None:
    window.controller.replace("Load a preset", preset("exploding-relu").exploration)
    told = []
    for width in (1900, 1366, 960):
        window.resize(width, 768)
        settle(qtbot, window)
        QApplication.processEvents()
        headline = window.map.headline
        told.append(said(window))
        wide = sum(QFontMetricsF(face).horizontalAdvance(text) for text, face, _ in headline.pieces(headline.width()))
        assert wide <= headline.width()
    assert len(told[0]) > len(told[-1])
    assert all(one.startswith("Exploding") and "over 36 steps" in one for one in told)
    assert "×1.63 a step, doubling every 1.4 steps" in told[0]


@pytest.mark.parametrize(
    ("name", "word", "ink"),
    [("vanishing-tanh", "Gone", "shrink"), ("toggle", "Preserved", "keep"), ("exploding-relu", "Exploding", "grow")],
)
@pytest.mark.parametrize("theme", themes())
def test_the_headline_over_the_map_has_the_colour_of_its_kind(
    qtbot, window: Window, name: str, word: str, ink: str
) -> None:
    window.controller.replace("Load a preset", preset(name).exploration)
    settle(qtbot, window)
    (head, _, colour), (gain, _, same), *rest = window.map.headline.pieces(2000)
    assert head.strip() == word
    assert re.fullmatch(r"×[\d.·⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+ over 36 steps from s₃₆ back to s₀", gain)
    assert colour == same == getattr(window.theme, ink)
    assert all(other == window.theme.muted for _, _, other in rest)
    assert window.map.headline.geometry().bottom() <= window.map._heading.mapTo(window.map, QPoint()).y()


def test_speed_is_said_only_where_it_is_asked_for_and_kept(window_of) -> None:
    window = window_of(SMALL)
    assert not window.status.isVisible()
    window.actions_["speed"].trigger()
    assert window.status.isVisible()
    assert "ms" in window.status.speed.text()
    later = window_of(SMALL)
    assert later.status.speed.isVisible()
    window.actions_["speed"].trigger()
    assert not window.status.isVisible()


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_help_states_the_words_and_their_borders_as_the_engine_draws_them(window: Window) -> None:
    near, far = (border / math.log(10.0) for border in (PRESERVED, EXTREME))
    guide = Guide(window).text.toPlainText()
    assert "10^−½" in guide
    assert near == pytest.approx(0.5, abs=1e-15)
    for text in (guide, window.map.headline.toolTip()):
        for border in (scientific(-near), scientific(near), power_of_ten(-round(far)), power_of_ten(round(far))):
            assert border in text
        for log_gain in (-20.0, -3.0, 0.0, 3.0, 20.0, -math.inf):
            word = i18n.tr(_WORDS[grade(log_gain)].template).replace("：", ":").partition(":")[0]
            assert word.lower() in text


def test_a_refusal_is_framed_and_goes_when_it_is_put_away(window: Window, tmp_path: Path) -> None:
    window.open(tmp_path / "gone.gflow")
    line = window.findChild(RefusalLine)
    assert line is not None
    assert line.isVisible()
    line.findChild(QToolButton).click()
    assert not line.isVisible()
    window.set_theme("dark")
    assert not line.isVisible()


def _passing(window: Window, what: str) -> None:
    bar = window.status
    if what == "refusal":
        bar.refuse("A sentence of many words that says at length what is wrong and where. " * 6)
    elif what == "work":
        bar._begin_progress()
    else:
        bar.notify("Saved as “mine.gflow”")
    QApplication.processEvents()


@pytest.mark.parametrize("theme", ["light", "projector"])
@pytest.mark.parametrize("what", ["refusal", "work", "notice"])
def test_what_comes_and_goes_at_the_bottom_moves_and_folds_nothing_above(
    window: Window, what: str, qtbot: QtBot
) -> None:
    window.resize(1366, 768)
    settle(qtbot, window)
    QApplication.processEvents()
    divided = window.frame.rows.sizes()
    try:
        _passing(window, what)
        assert window.frame.rows.sizes() == divided
    finally:
        window.status.rest()
        window.status.notify("")


def test_a_long_refusal_is_whole_and_within_the_window(window: Window) -> None:
    _passing(window, "refusal")
    line, sentence = window.findChild(RefusalLine), window.status.refusal
    assert window.rect().contains(line.geometry())
    assert sentence.height() >= sentence.heightForWidth(sentence.width())
    high = line.height()
    window.resize(960, 640)
    QApplication.processEvents()
    assert line.height() > high
    assert window.rect().contains(line.geometry())


def test_escape_puts_a_refusal_away_and_only_then_ends_the_animation(window: Window, qtbot: QtBot) -> None:
    ended = []
    window.actions_["last"].triggered.connect(lambda: ended.append(True))
    window.controller.refuse(BadSequence("No."))
    line = window.findChild(RefusalLine)
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert not line.isVisible()
    assert not ended
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert ended


@pytest.mark.parametrize("name", ["map", "top_bar"])
def test_escape_puts_a_refusal_away_from_wherever_the_keyboard_is(window: Window, qtbot: QtBot, name: str) -> None:
    part = getattr(window, name)
    held = next(x for x in part.findChildren(QWidget) if x.isVisible() and x.focusPolicy() & Qt.FocusPolicy.TabFocus)
    held.setFocus()
    window.controller.refuse(BadSequence("No."))
    qtbot.keyClick(held, Qt.Key.Key_Escape)
    assert not window.findChild(RefusalLine).isVisible()


@pytest.mark.painted(True)
def test_it_is_said_that_a_file_was_written_and_where(window: Window, tmp_path: Path, monkeypatch) -> None:
    notice, path = window.status.notice, tmp_path / "mine.gflow"
    window.documents._save_to(path)
    assert notice.text() == "Saved as “mine.gflow”"
    assert notice.toolTip() == str(path)
    picture = tmp_path / "flow.png"
    monkeypatch.setattr("explorer.gui.shell.exports.file_to_save", lambda *_: str(picture))
    window.documents.exports.picture(window.picture())
    assert notice.text() == "Picture written to “flow.png”"
    window.status._notice_over.timeout.emit()
    assert not notice.isVisible()


def test_a_notice_goes_with_the_language_that_it_was_said_in_and_stays_in_another_theme(window: Window) -> None:
    bar = window.status
    bar.notify("Saved as “mine.gflow”")
    window.set_theme("dark")
    assert bar.notice.isVisible()
    window.set_language("zh_CN")
    assert not bar.notice.isVisible()
    assert bar.notice.text() == ""


@pytest.mark.painted(True)
def test_a_notice_after_a_shorter_one_is_whole(window: Window) -> None:
    bar = window.status
    for pace in ("4", "0.25"):
        bar.notify(f"Play speed ×{pace}")
        lay_out()
        assert bar.notice.width() >= QFontMetricsF(bar.notice.font()).horizontalAdvance(bar.notice.text())


def test_what_could_not_be_written_is_not_said_to_be(window: Window, tmp_path: Path) -> None:
    window.status.notify("")
    window.documents._save_to(tmp_path / "no folder" / "mine.gflow")
    assert not window.status.notice.isVisible()
    assert window.status.refusal.isVisible()


def test_while_an_estimate_grows_the_bar_goes_on_and_ends_with_the_exact_answer(window_of) -> None:
    window = window_of(SMALL)
    bar, exact = window.status, window.controller.inspection
    assert exact is not None
    rough = inspect(analyse(Exploration(networks=(Recipe(hidden=9),), sequence=Signal(steps=12)), most=1.0))
    assert rough.analysis.estimated
    bar._begin_progress()
    bar.present(rough, 0.0)
    bar.report(0.5)
    assert (bar.progress.isVisible(), bar._cancel.isVisible()) == (True, True)
    bar.present(exact, 0.0)
    assert not bar.progress.isVisible()
