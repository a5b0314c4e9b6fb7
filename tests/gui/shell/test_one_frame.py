"""A theme, a language, a presentation: seen in one frame, all laid out, and nowhere in what they were before."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QSize
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget

from explorer.gui.core.plots import GestureBox
from explorer.gui.core.resting import RestingCard
from explorer.gui.core.time_plot import TimePlot
from explorer.gui.core.view import settle as finish
from explorer.gui.plot import style
from explorer.gui.plot.axes import Axis
from explorer.gui.shell.window import Window
from explorer.gui.views.flow.headline import Headline
from explorer.gui.words.i18n import tr
from explorer.workspace.exploration.exploration import Exploration
from explorer.workspace.exploration.gesture import Gesture

from ..conftest import settle

pytestmark = [pytest.mark.qt_log_ignore("This plugin does not support"), pytest.mark.painted(True)]

Look = dict[QWidget, tuple[object, ...]]


def looks(window: Window) -> Look:
    """Return of all that is visible where it is, in which colour and type, and what it says."""
    return {
        part: (
            QRect(part.mapTo(window, QPoint()), part.size()).getRect(), part.palette().text().color().name(),
            part.font().pointSizeF(), part.text() if isinstance(part, QLabel) else "",
        )
        for part in window.findChildren(QWidget) if part.isVisible() and part.window() is window
    }  # fmt: skip


class Frames(QObject):
    """Notes how the window looks whenever it begins to paint."""

    def __init__(self, window: Window) -> None:
        super().__init__()
        self.window, self.seen, self._noted = window, list[Look](), False

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind == QEvent.Type.Paint and isinstance(watched, QWidget) and watched.window() is self.window:
            if not self._noted:
                self.seen.append(looks(self.window))
            self._noted = True
        elif kind in (QEvent.Type.LayoutRequest, QEvent.Type.Resize, QEvent.Type.UpdateRequest, QEvent.Type.Timer):
            self._noted = False
        return False

    def of(self, gesture: Callable[[], object]) -> list[Look]:
        """Return the frames from ``gesture`` to rest."""
        self.seen.clear()
        application = QApplication.instance()
        assert application is not None
        application.installEventFilter(self)
        gesture()
        for _ in range(12):
            QApplication.processEvents()
        application.removeEventFilter(self)
        return self.seen


def changed(before: Look, after: Look) -> list[str]:
    """Return what looks otherwise."""
    return [f"{part}: {before.get(part)} → {after.get(part)}" for part in {**before, **after}
            if before.get(part) != after.get(part)]  # fmt: skip


GESTURES: dict[str, Callable[[Window], object]] = {
    "theme": lambda window: window.set_theme("dark"),
    "larger type": lambda window: window.set_theme("projector"),
    "language": lambda window: window.set_language("zh_CN"),
    "presentation": lambda window: window.set_presentation(True),
}


@pytest.fixture
def _as_before(window: Window, qtbot):
    """A window at rest: no card is about to hear how high it has to be."""
    settle(qtbot, window)
    qtbot.waitUntil(lambda: not any(card.waits for card in window.findChildren(RestingCard)))
    yield
    window.set_presentation(False)
    window.set_theme("light")
    window.set_language("en")
    QApplication.processEvents()


@pytest.mark.usefixtures("_as_before")
@pytest.mark.parametrize("name", GESTURES)
def test_every_frame_shows_all_of_what_was_or_all_of_what_will_be(window: Window, name: str) -> None:
    """There and back; a frame in between has the place, the colours, the type or the words of neither."""
    back = {"presentation": lambda: window.set_presentation(False), "language": lambda: window.set_language("en")}
    for gesture in (lambda: GESTURES[name](window), back.get(name, lambda: window.set_theme("light"))):
        before, frames = looks(window), Frames(window).of(gesture)
        after = looks(window)
        assert changed(before, after)
        assert frames
        for frame in frames:
            assert frame == before or not changed(frame, after)


class Plots(QObject):
    """Notes in which round of painting each plot is painted."""

    def __init__(self, window: Window) -> None:
        super().__init__()
        self.round, self.seen = 0, list[tuple[str, int]]()
        self._plots = {view.plot.viewport(): view.objectName() for view in window.time_views}

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.UpdateRequest:
            self.round += 1
        elif event.type() == QEvent.Type.Paint and watched in self._plots:
            self.seen.append((self._plots[watched], self.round))
        return False


def test_all_plots_show_an_answer_in_one_frame_each_painted_once(window: Window, qtbot) -> None:
    """Also that of a cell whose gradient has a river: it comes with the answer."""
    window.controller.commit(Gesture.of("cell", Exploration.with_recipe, "cell", cell="lstm"))
    settle(qtbot, window)
    for _ in range(12):
        QApplication.processEvents()
    plots = Plots(window)
    application = QApplication.instance()
    assert application is not None
    application.installEventFilter(plots)
    window.controller.commit(Gesture.of("gain", Exploration.with_recipe, "gain", gain=1.01))
    with qtbot.waitSignal(window.controller.answered):
        plots.seen.clear()
    qtbot.waitUntil(lambda: window.controller.caught_up and len(plots.seen) >= len(window.time_views))
    application.removeEventFilter(plots)
    names, rounds = zip(*plots.seen, strict=True)
    assert sorted(names) == sorted(view.objectName() for view in window.time_views)
    assert len({*rounds}) == 1


@pytest.mark.usefixtures("_as_before")
def test_in_other_colours_every_plot_is_painted_once(window: Window) -> None:
    """And titles have the colour of the palette, though no rule says so; what has rules of its own looks them up again."""
    window.controller.refused.emit("No.")
    plots, application = Plots(window), QApplication.instance()
    assert application is not None
    application.installEventFilter(plots)
    window.set_theme("dark")
    for _ in range(12):
        QApplication.processEvents()
    application.removeEventFilter(plots)
    seen = [view for view in window.time_views if view.isVisible()]
    assert sorted(view for view, _ in plots.seen) == sorted(view.objectName() for view in seen)
    for view in window.views:
        heading = view._heading
        assert heading.palette().color(heading.foregroundRole()).name() == window.theme.text
        assert heading.font().bold()
    refusal = window.status._warning.sentence
    assert refusal.palette().color(refusal.foregroundRole()).name() == window.theme.bound
    window.controller.refused.emit("")


def pictures(window: Window) -> tuple[list[QImage], dict[QWidget, object]]:
    """Return what both sides look like, and where everything is."""
    QApplication.processEvents()
    finish(window)
    return [side.grab().toImage() for side in (window.left, window.right)], {p: x[0] for p, x in looks(window).items()}


def to_front(window: Window, training: bool) -> None:
    for side, panels in (
        (window.left, (window.build_panel, window.learning.panel)),
        (window.right, (window.inspect_panel, window.learning.cards)),
    ):
        side.show_panel(panels[training])


@pytest.mark.usefixtures("_as_before")
def test_what_was_out_of_sight_looks_as_if_it_had_been_in_sight(window: Window, qtbot) -> None:
    """Another tab, and then what a presentation put away."""
    settle(qtbot, window)
    size = window.size()
    to_front(window, training=True)
    window.set_theme("dark")
    window.set_language("zh_CN")
    training = pictures(window)
    window.set_theme("light")
    window.set_language("en")
    to_front(window, training=False)
    window.set_theme("dark")
    window.set_language("zh_CN")
    building = pictures(window)
    to_front(window, training=True)
    assert pictures(window) == training
    to_front(window, training=False)
    window.set_theme("projector")
    window.set_language("en")
    window.set_presentation(True)
    window.set_theme("dark")
    window.set_language("zh_CN")
    window.set_presentation(False)
    window.resize(size)
    assert pictures(window) == building


@pytest.mark.usefixtures("_as_before")
def test_the_headline_is_as_high_as_it_asks_for_in_larger_type(window: Window) -> None:
    """What paints its words itself has no text that Qt knows of, and a height of its own all the same."""
    window.set_theme("projector")
    window.set_language("zh_CN")
    QApplication.processEvents()
    [headline] = window.map.findChildren(Headline)
    assert headline.height() >= headline.sizeHint().height()


@pytest.mark.usefixtures("_as_before")
def test_a_theme_dresses_what_is_in_sight_and_the_rest_when_it_comes(window: Window, qtbot, monkeypatch) -> None:
    """All that has rules and is seen looks them up, nothing else does; another tab does as soon as it is shown."""
    settle(qtbot, window)
    dressed, polish = dict[QWidget, bool](), style._polish

    def noted(part: QWidget, grown: bool) -> None:
        dressed[part] = part.isVisible()
        polish(part, grown)

    monkeypatch.setattr(style, "_polish", noted)
    to_front(window, training=False)
    training = window.learning.panel
    for gesture in (lambda: window.set_theme("dark"), lambda: to_front(window, training=True)):
        dressed.clear()
        gesture()
        QApplication.processEvents()
        assert dressed
        assert all(dressed.values())
        assert training.isVisible() == any(training.isAncestorOf(part) for part in dressed)
    buttons = [part for part in training.findChildren(QPushButton) if part.isVisible()]
    assert buttons
    assert dressed.keys() >= {*buttons}


@pytest.mark.usefixtures("_as_before")
def test_in_other_colours_no_axis_finds_out_again_where_its_numbers_stand(window: Window, monkeypatch) -> None:
    found, places = list[Axis](), Axis._found
    monkeypatch.setattr(Axis, "_found", lambda axis, sight: (found.append(axis), places(axis, sight))[1])
    window.set_theme("dark")
    for _ in range(12):
        QApplication.processEvents()
    assert not found
    for view in window.time_views:
        assert view.plot.getAxis("bottom").pen().color().name() == window.theme.border
    window.set_theme("projector")
    for _ in range(12):
        QApplication.processEvents()
    assert found


@pytest.mark.usefixtures("_as_before")
def test_a_presentation_gives_each_plot_its_size_once_in_the_window_that_it_gets(window: Window) -> None:
    sizes = list[tuple[GestureBox, QSize]]()

    def note(box: GestureBox) -> None:
        sizes.append((box, window.size()))

    for view in window.time_views:
        view.plot.box.sigResized.connect(note)
    for on in (True, False):
        sizes.clear()
        before = window.size()
        window.set_presentation(on)
        for _ in range(12):
            QApplication.processEvents()
        assert window.size() != before
        boxes = [box for box, _ in sizes]
        seen = [view.plot.box for view in window.time_views if view.isVisible()]
        assert {*seen} <= {*boxes}
        assert len({*boxes}) == len(boxes)
        assert all(size == window.size() for _, size in sizes)
    for view in window.time_views:
        view.plot.box.sigResized.disconnect(note)


@pytest.mark.usefixtures("_as_before")
def test_a_second_press_waits_for_the_window_that_the_first_has_asked_for(window: Window) -> None:
    size = window.size()
    for _ in range(3):
        window.actions_["presentation"].trigger()
    for _ in range(12):
        QApplication.processEvents()
    assert window.actions_["presentation"].isChecked()
    assert window.isFullScreen()
    assert not window.build_panel.isVisible()
    window.actions_["presentation"].trigger()
    for _ in range(12):
        QApplication.processEvents()
    assert not window.isFullScreen()
    assert window.size() == size
    assert window.windowHandle().minimumSize() == window.minimumSize()
    assert window.build_panel.isVisible()


@pytest.mark.usefixtures("_as_before")
def test_what_is_behind_the_stage_is_dressed_when_it_comes_back(window: Window, monkeypatch, qtbot) -> None:
    worn, wear = list[TimePlot](), TimePlot.restyle
    monkeypatch.setattr(TimePlot, "restyle", lambda view: (worn.append(view), wear(view))[1])
    window.actions_["beside"].trigger()
    settle(qtbot, window)
    assert window.compare.isVisible()
    window.set_theme("dark")
    window.set_language("zh_CN")
    QApplication.processEvents()
    assert not worn
    window.actions_["beside"].trigger()
    settle(qtbot, window)
    assert {*worn} == {*window.time_views}
    for view in window.time_views:
        assert view.plot.getAxis("bottom").pen().color().name() == window.theme.border
    assert window.map.title == tr("Gradient flow")


@pytest.mark.usefixtures("_as_before")
@pytest.mark.parametrize("other", ["light", "dark"])
def test_the_sides_come_back_from_a_presentation_as_they_went_unless_their_look_is_another(
    window: Window, other: str, monkeypatch
) -> None:
    dressed, polish = list[QWidget](), style._polish
    monkeypatch.setattr(style, "_polish", lambda part, grown: (dressed.append(part), polish(part, grown))[1])
    to_front(window, training=False)
    buttons = [part for part in window.build_panel.findChildren(QPushButton) if part.isVisible()]
    sizes = [part.sizeHint() for part in buttons]
    window.set_presentation(True)
    QApplication.processEvents()
    window.set_theme(other)
    dressed.clear()
    window.set_presentation(False)
    QApplication.processEvents()
    assert window.build_panel.isVisible()
    assert any(window.build_panel.isAncestorOf(part) for part in dressed) == (other == "dark")
    assert any(window.top_bar.isAncestorOf(part) for part in dressed)
    assert [part.sizeHint() for part in buttons] == sizes
    shade = buttons[0].grab().toImage()
    buttons[0].style().polish(buttons[0])
    assert buttons[0].grab().toImage() == shade


@pytest.mark.usefixtures("_as_before")
def test_what_went_before_what_it_is_in_is_dressed_when_both_come_back(window: Window) -> None:
    card = window.build_panel.cards[0]
    button = next(part for part in card.findChildren(QPushButton) if part.isVisible())
    button.hide()
    window.set_theme("dark")
    card.hide()
    window.set_theme("light")
    button.show()
    window.set_theme("dark")
    card.show()
    QApplication.processEvents()
    assert button.isVisible()
    shade = button.grab().toImage()
    button.style().polish(button)
    assert button.grab().toImage() == shade
