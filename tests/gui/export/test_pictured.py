"""An exported picture shows what is known and nothing to press, and the window is afterwards as it was."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QMenuBar,
    QScrollArea,
    QTabBar,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from explorer.cli.picture import VIEWS, WINDOW
from explorer.gui.controls.segments import Segments
from explorer.gui.core.view import View
from explorer.gui.export.formats import drawing
from explorer.gui.export.pictured import pictured
from explorer.gui.export.pictures import save_picture
from explorer.gui.shell.app import Sheet, drawn, picture_window
from explorer.gui.shell.window import Window
from explorer.gui.words.i18n import set_language
from explorer.workspace.disk.presets import preset
from explorer.workspace.exploration.exploration import Exploration
from explorer.workspace.exploration.task import Task
from explorer.workspace.learning.training import recorded, training
from explorer.workspace.tasks import taught

from ..conftest import bury

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")
CONTROLS = (QAbstractButton, QAbstractSlider, QAbstractSpinBox, QTabBar, QMenuBar)
ALONE = Exploration()
LEARNT = taught(ALONE.with_recipe(hidden=4), Task(kind="temporal_order", lag=10)).with_settings(batch=5)


@pytest.fixture(scope="module")
def windows(qapp: QApplication) -> Iterator[dict[str, Window]]:  # noqa: ARG001 - Qt must run
    """Return a window in front of each of its sides: one that was trained, and one that was not."""
    *_, progress = training(LEARNT, updates=3, every=1e9)
    explorations = {"plain": ALONE, "trained": recorded(LEARNT, progress)}
    made = {name: picture_window(one, (1400, 900), "light", "en") for name, one in explorations.items()}
    yield made
    for window in made.values():
        bury(window)


def view_of(windows: dict[str, Window], name: str) -> View:
    """Return a view where it has something to show, in front and in sight."""
    for window in windows.values():
        view = next(view for view in window.views if view.objectName() == name)
        window.bring_forward(view)
        for column in (window.inspect_panel, window.learning.cards):
            if view in column.views:
                column.bring(view)
        QApplication.processEvents()
        view.settle()
        if view.property("pictured") is None:
            return view
    raise AssertionError(name)


def seen(widget: QWidget, kinds: type[QWidget] | tuple[type[QWidget], ...]) -> list[QWidget]:
    """Return what of ``widget`` is of some kind and takes part of the picture."""
    parts = [part for part in widget.findChildren(QWidget) if isinstance(part, kinds) and part.isVisibleTo(widget)]
    return [part for part in parts if part.visibleRegion().boundingRect().isValid()]


def words(widget: QWidget) -> str:
    return " ".join(label.text() for label in seen(widget, QLabel) if isinstance(label, QLabel))


@pytest.mark.parametrize("name", VIEWS)
def test_a_view_has_no_control_on_its_picture(windows: dict[str, Window], name: str) -> None:
    view = view_of(windows, name)
    with pictured(view):
        assert [part for part in seen(view, CONTROLS) if not part.property("pictured")] == []


def test_the_ground_of_segments_goes_with_their_buttons(qtbot: QtBot) -> None:
    widget, segments = QWidget(), Segments({"one": "One", "other": "Other"})
    qtbot.addWidget(widget)
    QVBoxLayout(widget).addWidget(segments)
    widget.show()
    with pictured(widget):
        assert not segments.isVisibleTo(widget)
    assert segments.isVisibleTo(widget)


@pytest.mark.parametrize("name", ["plain", "trained"])
@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_the_window_has_no_control_no_advice_and_no_time_on_its_picture(
    windows: dict[str, Window], name: str, language: str
) -> None:
    window = windows[name]
    window.set_language(language)
    try:
        with pictured(window.picture()):
            assert [part for part in seen(window.picture(), CONTROLS) if not part.property("pictured")] == []
            for part in (window.top_bar, window.hint, window.left, window.status.speed, window.right.tabs):
                assert not part.isVisible()
            assert window.map.headline.isVisible()
            said = words(window.picture())
    finally:
        window.set_language("en")
        set_language("en")
    assert re.search(r"\d (ms|毫秒)|Press|请按|单击", said) is None


@pytest.mark.parametrize(("size", "theme"), [((960, 640), "projector"), ((1366, 768), "light")])
def test_a_drawn_picture_has_no_control_whatever_its_size(qapp, size: tuple[int, int], theme: str) -> None:  # noqa: ARG001
    with drawn(ALONE, Sheet(size=size, theme=theme)) as widget:
        assert [part for part in seen(widget, CONTROLS) if not part.property("pictured")] == []


def test_on_a_picture_of_the_window_the_cell_that_has_no_quick_choice_is_whole(qapp) -> None:  # noqa: ARG001
    with drawn(
        preset("perceptron-xor").exploration, Sheet(view="window", size=(960, 640), theme="projector")
    ) as window:
        assert isinstance(window, Window)
        more = window.top_bar.cell.more
        assert more.text() == "x itself"
        assert more.width() >= more.minimumSizeHint().width()


def test_every_card_of_a_picture_is_whole(windows: dict[str, Window]) -> None:
    window = windows["plain"]
    window.bring_forward(window.inspect_panel.views[0])
    window.inspect_panel.show_top()
    with pictured(window.picture()):
        cards = [view for view in window.inspect_panel.views if view.isVisibleTo(window)]
        place = QRect(window.inspect_panel.mapToGlobal(QPoint()), window.inspect_panel.size())
        assert len(cards) > 2
        assert all(place.contains(QRect(card.mapToGlobal(QPoint()), card.size())) for card in cards)


def test_what_is_chosen_or_typed_stays_as_words(windows: dict[str, Window]) -> None:
    trained = {"trained": windows["trained"]}
    for name, kind in (("weights", QComboBox), ("tryout", QLineEdit)):
        view = view_of(trained, name)
        with pictured(view):
            chosen = seen(view, kind)
            assert chosen
            assert all(part.property("plain") for part in chosen)
        assert not any(part.property("plain") for part in seen(view, kind))


def look(window: Window) -> tuple[QImage, list[QRect], QWidget | None]:
    QApplication.processEvents()
    parts = [part for part in window.findChildren(QWidget) if part.isVisible()]
    return window.grab().toImage(), [part.geometry() for part in parts], QApplication.focusWidget()


@pytest.mark.parametrize("name", ["plain", "trained"])
def test_after_an_export_the_window_is_as_it_was(windows: dict[str, Window], name: str, tmp_path: Path) -> None:
    window = windows[name]
    window.frame.columns.setSizes([300, 700, 400])
    bar = next(area for area in seen(window.right, QScrollArea)).verticalScrollBar()
    bar.setValue(bar.maximum() // 2)
    window.views[2].setFocus(Qt.FocusReason.TabFocusReason)
    # A label beside an axis finds its middle when its view gets another size.
    save_picture(window.picture(), tmp_path / "picture.png")
    image, places, focused = look(window)
    for part in (window.picture(), window.views[0], window.views[2]):
        save_picture(part, tmp_path / "picture.png")
    after, places_after, focused_after = look(window)
    assert (places_after, focused_after) == (places, focused)
    assert after == image


def test_a_pdf_says_no_time_and_its_objects_are_where_it_says(windows: dict[str, Window]) -> None:
    pdf = drawing(".pdf")(windows["plain"].map, 1.0)
    assert re.search(rb"D:\d{8}|CreateDate|ModifyDate", pdf) is None
    begin = int(re.findall(rb"startxref\n(\d+)", pdf)[0])
    assert pdf[begin : begin + 4] == b"xref"
    for number, offset in enumerate(re.findall(rb"(\d{10}) \d{5} n", pdf[begin:]), start=1):
        assert pdf[int(offset) :].startswith(b"%d 0 obj" % number)


@pytest.mark.parametrize("view", [WINDOW, "flow"])
def test_a_picture_has_its_size_whatever_it_shows(view: str) -> None:
    with drawn(preset("one-unit").exploration, Sheet(size=(640, 480), view=view)) as widget:
        assert (widget.width(), widget.height()) == (640, 480)
        assert bool(seen(widget, QMenuBar)) == (view == WINDOW)


def test_a_presentation_has_larger_type_and_the_views_on_the_time_axis_alone(windows: dict[str, Window]) -> None:
    with drawn(preset("one-unit").exploration, Sheet(size=(1400, 900), presentation=True)) as widget:
        assert isinstance(widget, Window)
        assert widget.theme.font_size > 1.2 * windows["plain"].theme.font_size
        assert not widget.right.isVisible()
        assert (widget.width(), widget.height()) == (1400, 900)


def test_a_surface_that_is_asked_for_by_itself_is_worked_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("explorer.gui.views.surface.surface.is_small", lambda *_: False)
    with drawn(preset("one-unit").exploration, Sheet(size=(500, 400), view="surface")) as widget:
        assert "loss" in words(widget)
