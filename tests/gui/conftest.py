"""What the tests of the window share: a place of their own on the disk, windows, and a desk for panels."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

import pytest
import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent, QSettings, Qt
from PySide6.QtGui import QFont, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QLabel, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from explorer.engine.errors import Refusal
from explorer.gui.core import worker
from explorer.gui.panels.panel import Panel
from explorer.gui.shell import preferences
from explorer.gui.shell.frame.folds import Folds
from explorer.gui.shell.rubbish import keep_tidy
from explorer.gui.shell.window import Window
from explorer.gui.training import desk
from explorer.gui.views.surface import surface
from explorer.gui.words import i18n
from explorer.workspace.disk import cells
from explorer.workspace.exploration.exploration import Exploration, Selection, Signal
from explorer.workspace.exploration.gesture import Gesture
from explorer.workspace.looks import surfaces
from explorer.workspace.looks.surfaces import Surface

from .lasting import Lasting
from .waiting import Attentive

_ROOMY = (1366, 1050)
_CLOTHES = ("light", "en")
_FIRST_FOLDS: WeakKeyDictionary[Folds, tuple[tuple[int, ...], frozenset[int]]] = WeakKeyDictionary()
"""What of each shared window was open and folded before its first test."""
SMALL = Exploration(selection=Selection(t=5, k=2), sequence=Signal(steps=8)).with_recipe(hidden=3)
"""Three units, eight steps."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let tests of a module come together that need the same clothes: what takes longest is to dress all windows.

    In a module those come first that share no window, while there is none to be dressed as well.
    """
    modules = {item.path: place for place, item in reversed([*enumerate(items)])}
    functions = {item.nodeid.partition("[")[0]: place for place, item in enumerate(items)}

    def place(item: pytest.Item) -> tuple[int, bool, bool, bool, tuple[str, str], int]:
        shares = not {"window", "windows"}.isdisjoint(getattr(item, "fixturenames", ()))
        worn = item.callspec.params if shares and hasattr(item, "callspec") else {}
        function = functions[item.nodeid.partition("[")[0]]
        clothes = str(worn.get("theme", _CLOTHES[0])), str(worn.get("language", _CLOTHES[1]))
        return modules[item.path], shares, is_painted(item), clothes != _CLOTHES, clothes, function

    items.sort(key=place)


@pytest.fixture(scope="module")
def surfaces_are_worked_out_once() -> Iterator[None]:
    """Let an error surface that a module asks for again come as it came, from coarse to fine: it is a second's work."""
    finished: dict[object, list[Surface]] = {}

    def remembered(*wanted: Any) -> Iterator[Surface]:
        key = wanted[:4]
        if key in finished:
            yield from finished[key]
            return
        seen = []
        for one in surfaces.surface_job(*wanted):
            seen.append(one)
            yield one
        finished[key] = seen

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(surface, "surface_job", remembered)
        yield


@dataclass
class Desk:
    """A panel with the least of a controller: what it emits is applied, refusals are told back."""

    panel: Panel
    exploration: Exploration = field(default_factory=Exploration)
    merges: list[str] = field(default_factory=list)
    releases: int = 0

    def __post_init__(self) -> None:
        self.panel.edited.connect(self.take)
        self.panel.released.connect(self.seal)
        self.show(self.exploration)

    def take(self, gesture: Gesture) -> None:
        assert gesture.label
        self.merges.append(gesture.merge)
        try:
            after = gesture(self.exploration)
        except Refusal as refusal:
            self.panel.present(self.exploration, None)
            self.panel.show_refusal(i18n.say(refusal))
            return
        self.panel.show_refusal("")
        if after != self.exploration:
            self.show(after)

    def seal(self) -> None:
        self.releases += 1

    def show(self, exploration: Exploration) -> None:
        self.exploration = exploration
        self.panel.present(exploration, None)

    def complaints(self) -> list[str]:
        labels = self.panel.findChildren(QLabel)
        return [x.text() for x in labels if x.property("wrong") is True and x.isVisibleTo(self.panel)]


@pytest.fixture
def desk_of(qapp) -> Iterator[Callable[[Panel], Desk]]:  # noqa: ARG001 - Qt must run
    panels: list[Panel] = []

    def make(panel: Panel) -> Desk:
        panels.append(panel)
        panel.resize(280, 1200)
        panel.show()
        return Desk(panel)

    yield make
    for panel in panels:
        panel.close()
        shiboken6.delete(panel)
    i18n.set_language("en")


def keep_in(folder: Path, patch: pytest.MonkeyPatch) -> Path:
    """Let windows keep what is a person's own in ``folder``; return where."""
    own = folder / "own"
    store = QSettings.Format.IniFormat
    patch.setattr(preferences, "QSettings", lambda *_: QSettings(str(own / "settings.ini"), store))
    patch.setattr(preferences.Preferences, "data_folder", staticmethod(lambda: own))
    return own


@pytest.fixture(scope="session", autouse=True)
def _no_settings_of_the_persons(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep all that a test makes away from a person's settings."""
    with pytest.MonkeyPatch.context() as patch:
        keep_in(tmp_path_factory.mktemp("session"), patch)
        yield


@pytest.fixture(scope="session", autouse=True)
def _processes_that_train_are_shared() -> Iterator[None]:
    """Let what a window has trained in be used by the next; those of `Trainer` itself begin and end their own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(desk, "Trainer", Lasting.take)
        yield
    Lasting.end_all()


@pytest.fixture(scope="session", autouse=True)
def _rubbish_is_collected_as_in_the_program(qapp: QApplication) -> None:
    """Let no worker's thread come upon the windows that tests have left, and delete them."""
    keep_tidy(qapp)


@pytest.fixture(scope="module", autouse=True)
def _nothing_is_worn_at_first(qapp: QApplication) -> Iterator[None]:
    """Let each module begin as it does alone: in the palette and the type of no window that was there before."""
    colours, face = QPalette(qapp.palette()), QFont(qapp.font())
    yield
    qapp.setStyleSheet("")
    qapp.setPalette(colours)
    qapp.setFont(face)


@pytest.fixture(scope="session", autouse=True)
def _details_follow_at_once() -> Iterator[None]:
    """Let no worker wait for a person to see its first answer: with half a dozen answers a test, suites wait for minutes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(worker, "_PAUSE", 0.0)
        yield


@pytest.fixture(scope="session", autouse=True)
def _nobody_answers() -> Iterator[None]:
    """Let a question that a test does not expect fail it: nobody is there to answer."""

    def ask(box: QMessageBox) -> None:
        raise AssertionError(f"asked: {box.text()}")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(QMessageBox, "exec", ask)
        yield


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder that holds what a window keeps, new for each test that has one of its own."""
    own = keep_in(tmp_path, monkeypatch)
    monkeypatch.setattr(cells, "data_folder", lambda: own)
    return own


@pytest.fixture
def qtbot(qapp: QApplication, request: pytest.FixtureRequest) -> QtBot:  # noqa: ARG001 - Qt must run
    """Return what waits no longer than it must."""
    return Attentive(request)


@pytest.fixture
def painted(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Return whether windows are painted, as the mark nearest to the test says: a third of its time goes into that.

    Where they are not, a picture of one would show nothing: who takes one needs `painted(True)`.
    """
    shown = is_painted(request.node)
    if not shown:
        for name in ("grab", "render"):
            monkeypatch.setattr(QWidget, name, _if_painted(getattr(QWidget, name)))
    return shown


def is_painted(item: pytest.Item) -> bool:
    """Return whether what windows show is painted in a test."""
    mark = item.get_closest_marker("painted")
    return bool(mark is None or mark.args[0])


def _if_painted(take: Callable[..., object]) -> Callable[..., object]:
    def taken(widget: QWidget, *how: object) -> object:
        assert widget.updatesEnabled(), "This window is not painted: mark the test with pytest.mark.painted(True)."
        return take(widget, *how)

    return taken


@pytest.fixture
def window_of(qtbot: QtBot, place: Path, painted: bool) -> Iterator[Callable[..., Window]]:  # noqa: ARG001
    """Return what opens a window on an exploration and waits until it is worked out; all are closed at the end."""
    windows: list[Window] = []

    def make(exploration: Exploration, start: bool = True) -> Window:
        window = Window(exploration)
        window.setUpdatesEnabled(painted)
        windows.append(window)
        if start:
            window.start()
            assert window.learning
            make_roomy(window)
            settle(qtbot, window)
        return window

    yield make
    for window in windows:
        if shiboken6.isValid(window):
            bury(window)
    i18n.set_language("en")


@pytest.fixture(scope="module")
def _shared(qapp: QApplication, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Window]:  # noqa: ARG001
    with pytest.MonkeyPatch.context() as patch:
        keep_in(tmp_path_factory.mktemp("shared"), patch)
        window = Window(SMALL)
    window.start()
    assert window.learning
    yield window
    bury(window)
    i18n.set_language("en")


@pytest.fixture
def theme() -> str:
    """Return the theme of `window`; a test that is parametrised by it has the window in each."""
    return _CLOTHES[0]


@pytest.fixture
def language() -> str:
    """Return the language of `window`; a test that is parametrised by it has the window in each."""
    return _CLOTHES[1]


@pytest.fixture
def window(_shared: Window, qtbot: QtBot, painted: bool, theme: str, language: str) -> Iterator[Window]:
    """Return an active window on `SMALL`, in ``theme`` and ``language``, without a file; the tests of a module share it."""
    if _shared.updatesEnabled() != painted:
        _shared.setUpdatesEnabled(painted)
    reset(_shared, theme, language)
    settle(qtbot, _shared)
    _shared.activateWindow()
    _shared.setFocus()
    qtbot.waitUntil(_shared.isActiveWindow)
    yield _shared
    _shared.store.saved_to(None)


def reset(window: Window, theme: str, language: str) -> None:
    """Bring a window back to `SMALL`, as it is at first but for its past and what it wears."""
    assert QGuiApplication.mouseButtons() == Qt.MouseButton.NoButton, "A test before keeps a button down."
    forget_folds(window)
    make_roomy(window)
    window.left.show_panel(window.build_panel)
    window.right.show_panel(window.inspect_panel)
    window.player.rest()
    if window.lessons.going:
        window.lessons.teacher.leave()
    if window.actions_["presentation"].isChecked():
        window.set_presentation(False)
    wear(window, theme, language)
    window.preferences.set_text("recent", "")
    window.controller.refuse(None)
    window.controller.replace("Begin a test", SMALL)


def forget_folds(window: Window) -> None:
    """Let nothing be folded or open because a person wanted it so, nor a border be where it was moved to."""
    for folds in (window.frame.rows, window.frame.columns):
        order, shut = _FIRST_FOLDS.setdefault(folds, (tuple(folds._order), frozenset(folds._shut)))
        folds._order, folds._shut, folds._forced = [*order], {*shut}, None
        folds.divide_anew()


def wear(window: Window, theme: str, language: str) -> None:
    """Put a window into a theme and a language at once: for each of the two by itself Qt would dress all of it."""
    if (window.theme.name, window.language) != (theme, language):
        window.appearance.language = language
        i18n.set_language(language)
        window.set_theme(theme)


def fit(window: Window) -> None:
    """Give type the size that follows from the height that a window now has, as if it were dressed in it."""
    if not window.appearance.fits(*window._room()):
        window._dress()


def make_roomy(window: Window) -> None:
    """Give a window the size in which all of its parts are open, whatever the screen is."""
    window.showNormal()
    window.resize(*_ROOMY)
    QApplication.processEvents()


def settle(qtbot: QtBot, window: Window) -> None:
    """Wait until the window shows all of what its exploration leads to."""

    def settled() -> bool:
        assert not window.controller._failed, window.status.refusal.text()
        return shows_all(window)

    qtbot.waitUntil(settled, timeout=10_000)


def shows_all(window: Window) -> bool:
    """Return whether the window shows all of what its exploration leads to."""
    inspection = window.controller.inspection
    return (
        inspection is not None
        and inspection.analysis.exploration == window.store.exploration
        and inspection.log_singular_values is not None
        and window.controller.caught_up
    )


def bury(window: Window) -> None:
    """Close a window for good, whatever is not saved."""
    window.documents.give_up_all()
    window.close()
    shiboken6.delete(window)
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
