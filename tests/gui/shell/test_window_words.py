"""What the window says and how it is reached: both languages, all themes, names and tooltips, Tab."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator

import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSlider,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QWidget,
)
from pytestqt.qtbot import QtBot

from explorer.gui.controls.bare import hands_on
from explorer.gui.controls.kin import in_place
from explorer.gui.core.view import behind
from explorer.gui.plot.theme import themes
from explorer.gui.shell.window import Window
from explorer.gui.words import i18n
from explorer.workspace.disk.presets import preset
from explorer.workspace.exploration.exploration import Edit, Text
from explorer.workspace.exploration.gesture import Gesture

from ..conftest import settle

pytestmark = [pytest.mark.qt_log_ignore("This plugin does not support"), pytest.mark.painted(False)]

CONTROLS = (QAbstractButton, QAbstractSlider, QComboBox, QLineEdit, QPlainTextEdit)


def said(window: Window) -> Iterator[tuple[str, str]]:
    """Yield every text that a person can read or hear, with where it stands."""
    sides = window.build_panel, window.inspect_panel, window.learning.panel, window.learning.cards
    waiting = {part for part in (*window.views, *sides) if behind(part)}
    for widget in [window, *window.findChildren(QWidget)]:
        if waits(widget, waiting):
            continue
        where = f"{type(widget).__name__} {widget.objectName()}"
        if isinstance(widget, QLabel | QAbstractButton):
            yield widget.text(), where
        if isinstance(widget, QMenu):
            yield widget.title(), where
        if isinstance(widget, QComboBox):
            yield from ((widget.itemText(i), where) for i in range(widget.count()))
        if isinstance(widget, QLineEdit | QPlainTextEdit):
            yield widget.placeholderText(), where
        yield widget.toolTip(), f"tooltip of {where}"
        yield widget.accessibleName(), f"name of {where}"
        yield widget.windowTitle(), f"title of {where}"
    for action in window.findChildren(QAction):
        if waits(action, waiting):
            continue
        yield action.text(), f"action {action.objectName()}"
        yield action.toolTip(), f"tooltip of action {action.objectName()}"


def waits(one: QObject, waiting: Collection[QObject]) -> bool:
    """Return whether ``one`` is in any of ``waiting``, or in a menu of it: it is drawn and said anew when that is seen."""
    above = one.parent()
    return above is not None and (above in waiting or waits(above, waiting))


def plain(text: str) -> str:
    """Return a text without the tags and the key that a tooltip has around it."""
    return re.sub(r" ?\[[^\]]*\]$", "", re.sub(r"<[^>]*>", "", text)).strip()


def leftovers(window: Window) -> list[tuple[str, str]]:
    """Return what is still said in English."""
    english = {key for key, other in i18n.catalogue("zh_CN").items() if other != key}
    return [(text, where) for text, where in said(window) if text in english or plain(text) in english]


@pytest.mark.parametrize("name", ["toggle", "lstm-remembers", "phenomenal", "gru"])
def test_nothing_stays_english_when_the_language_changes_live(window: Window, name: str, qtbot: QtBot) -> None:
    window.controller.replace("Load a preset", preset(name).exploration)
    settle(qtbot, window)
    window.set_language("zh_CN")
    QApplication.processEvents()
    assert leftovers(window) == []
    window.actions_["beside"].trigger()
    settle(qtbot, window)
    QApplication.processEvents()
    assert leftovers(window) == []


def test_nothing_stays_english_with_edits_a_refusal_and_undo(window: Window, qtbot: QtBot) -> None:
    window.controller.replace("Change a weight", window.store.exploration.with_recipe(edits=(Edit("W", 0, 0, 1.0),)))
    settle(qtbot, window)
    window.open(window.preferences.data_folder() / "gone.gflow")
    window.set_language("zh_CN")
    assert leftovers(window) == []
    assert "gone.gflow" in window.status.refusal.text()
    assert window.status.refusal.text() != "There is no file “gone.gflow”."


def test_english_comes_back_word_for_word(window: Window) -> None:
    # What lies over the window is put on top anew: it is not in the same place of the row.
    before = Counter(said(window))
    window.set_language("zh_CN")
    window.set_language("en")
    after = Counter(said(window))
    assert [pair for pair in (*(before - after), *(after - before)) if "frames/s" not in str(pair)] == []


@pytest.mark.painted(True)
def test_every_theme_and_language_is_put_on_live_without_an_error(window: Window, qtbot: QtBot) -> None:
    for theme in themes():
        window.set_theme(theme)
        for language in i18n.languages():
            window.set_language(language)
            settle(qtbot, window)
            window.grab()
            failed = [view._error.text() for view in window.views if view._pages.currentWidget() is view._error]
            assert (theme, language, failed) == (theme, language, [])
            assert window.palette().window().color().name() == themes()[theme].window
            assert window.font().families()[0].endswith("CJK") == (language == "zh_CN")


def test_no_place_for_a_value_stays_empty(window: Window) -> None:
    assert [text for text, _ in said(window) if re.search(r"\{\w+(:[^}]*)?\}", text)] == []


def controls(window: Window) -> list[QWidget]:
    """Return every control that is to be seen."""
    return [
        widget
        for widget in window.findChildren(QWidget)
        if isinstance(widget, CONTROLS)
        and widget.isVisible()
        and not widget.objectName().startswith("qt_")
        and "ScrollBar" not in type(widget).__name__
    ]


def name_of(widget: QWidget) -> str:
    parents = []
    parent: QWidget | None = widget
    while parent is not None and parent.parentWidget() is not None:
        parents.append(parent.objectName() or type(parent).__name__)
        parent = parent.parentWidget()
    return "/".join(reversed(parents[:4]))


SCENES = [
    lambda e: e,
    lambda e: e.with_recipe(cell="lstm", edits=(Edit("W", 0, 0, 1.0),)),
    lambda e: e.with_sequence(Text(text="that was phenomenal")),
]


@pytest.mark.parametrize("scene", range(len(SCENES)))
def test_every_control_has_a_name_and_a_tooltip(window: Window, scene: int, qtbot: QtBot) -> None:
    window.controller.commit(Gesture("Set the scene", SCENES[scene]))
    settle(qtbot, window)
    nameless = [name_of(c) for c in controls(window) if not (c.accessibleName() or getattr(c, "text", str)())]
    untaught = [name_of(c) for c in controls(window) if not taught(c)]
    assert nameless == []
    assert untaught == []


def taught(widget: QWidget) -> bool:
    """Return whether a tooltip comes up over ``widget``: its own, or that of what it is a part of."""
    return bool(widget.toolTip() or (widget.parentWidget() and widget.parentWidget().toolTip()))


def test_every_view_and_panel_has_a_name(window: Window) -> None:
    parts = [*window.views, window.build_panel, window.top_bar, window.inspect_panel]
    assert [type(part).__name__ for part in parts if not part.accessibleName()] == []


@pytest.mark.parametrize("scene", range(len(SCENES)))
def test_every_control_is_reached_by_tab(window: Window, scene: int, qtbot: QtBot) -> None:
    window.controller.commit(Gesture("Set the scene", SCENES[scene]))
    settle(qtbot, window)
    wanted = [c for c in controls(window) if c.isEnabled() and not hands_on(c)]
    reached = reachable(window)
    assert [name_of(c) for c in wanted if c not in reached and not within_reach(c, reached)] == []


def reachable(window: Window) -> set[QWidget]:
    """Return what gets the keyboard when Tab is pressed again and again."""
    window.setFocus()
    reached: set[QWidget] = set()
    for _ in range(400):
        window.focusNextChild()
        focus = QApplication.focusWidget()
        if focus is None or focus in reached:
            break
        reached.add(focus)
    return reached


def within_reach(widget: QWidget, reached: set[QWidget]) -> bool:
    """Return whether the arrow keys lead to ``widget`` from a neighbour that Tab reaches."""
    group = in_place(widget.group()) if isinstance(widget, QAbstractButton) else None
    return group is not None and group.exclusive() and any(in_place(other) in reached for other in group.buttons())


def test_tab_leaves_every_field(window: Window) -> None:
    for _ in range(3):
        reached = reachable(window)
        assert len(reached) > 25


def test_views_that_take_keys_show_the_focus(window: Window) -> None:
    taking = [view for view in window.time_views if view.keys]
    assert len(taking) >= 2
    for view in taking:
        assert view.focusPolicy() & Qt.FocusPolicy.TabFocus
        view.setFocus()
        assert view.plot.box.border is not None


@pytest.mark.parametrize("language", ["zh_CN"])
def test_the_window_in_chinese_is_drawn_with_the_fonts_that_are_shipped(window: Window) -> None:
    families = window.font().families()
    assert families[0] == "Gradient Flow CJK"
    labels = [w for w in window.findChildren(QLabel) if w.isVisible()]
    assert {name_of(w) for w in labels if not w.font().families()[0].startswith("Gradient Flow")} == set()
