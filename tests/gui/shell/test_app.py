"""Pictures without a person: what the command line draws."""

from __future__ import annotations

import itertools
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from PySide6.QtCore import QStandardPaths
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication

from explorer.engine.errors import TooBig
from explorer.gui.core.view import View, behind
from explorer.gui.plot.theme import themes
from explorer.gui.shell.app import Sheet, discard, picture_window, render
from explorer.gui.shell.window import Window
from explorer.gui.views.inspect.formula import FormulaView
from explorer.gui.views.inspect.nudge import NudgeView
from explorer.gui.views.lags.lags import LagsView
from explorer.gui.views.surface.surface import SurfaceView
from explorer.gui.words import i18n
from explorer.paths import data_folder
from explorer.workspace.disk.presets import default, preset
from explorer.workspace.exploration.exploration import Exploration
from explorer.workspace.exploration.exploration import Signal as Wave
from explorer.workspace.exploration.gesture import Gesture

from ..conftest import SMALL, bury

pytestmark = [pytest.mark.qt_log_ignore("propagateSizeHints"), pytest.mark.usefixtures("qapp", "english_again")]


@pytest.fixture
def english_again():
    yield
    i18n.set_language("en")


def draw(path: Path, exploration: Exploration, size: tuple[int, int], theme: str, language: str) -> None:
    path.write_bytes(render(path.suffix, exploration, Sheet(size=size, theme=theme, language=language)))


def average(image: QImage) -> float:
    """Return how light a picture is, 0 to 255."""
    small = image.scaled(40, 40)
    return sum(small.pixelColor(x, y).lightness() for x in range(40) for y in range(40)) / 1600


@pytest.mark.parametrize(("theme", "language"), [*zip(themes(), itertools.cycle(i18n.languages()))])
def test_a_picture_has_the_size_and_the_theme_that_were_asked_for(theme: str, language: str, tmp_path: Path) -> None:
    path = tmp_path / "picture.png"
    draw(path, default().exploration, (1200, 800), theme, language)
    image = QImage(str(path))
    assert (image.width(), image.height()) == (1200, 800)
    assert (average(image) < 128) == (theme == "dark")


def test_a_picture_has_the_colours_of_gains_that_were_asked_for() -> None:
    sheets = [Sheet(size=(600, 400), view="flow", colours=colours) for colours in themes()["light"].scales]
    glow, white = (QImage.fromData(render(".png", default().exploration, sheet)) for sheet in sheets)
    # On the diagonal every gain is 1.
    middles = [QColor(themes()["light"].scales[name].preserve).rgb() for name in ("glow", "white")]
    for image, own, other in ((glow, *middles), (white, *middles[::-1])):
        pixels = {image.pixel(x, y) for x in range(image.width()) for y in range(image.height())}
        assert own in pixels
        assert other not in pixels


def test_a_drawing_is_written_in_each_format_and_in_the_language_that_was_asked_for(tmp_path: Path) -> None:
    for name, language in (("en.svg", "en"), ("zh_CN.svg", "zh_CN"), ("picture.pdf", "zh_CN")):
        draw(tmp_path / name, default().exploration, (1000, 700), "light", language)
        assert (tmp_path / name).stat().st_size > 50_000
    english, chinese = ((tmp_path / f"{x}.svg").read_text("utf-8") for x in i18n.languages())
    assert "The same weights, the same input." in english
    assert "Drag the gain" not in english
    assert "The same weights" not in chinese
    assert "权重相同，输入也相同。" in chinese


def test_a_picture_leaves_nothing_of_the_persons_read_or_written_no_thread_and_no_window(
    tmp_path: Path, place: Path
) -> None:
    draw(tmp_path / "picture.png", SMALL, (900, 700), "dark", "zh_CN")
    assert list(place.parent.glob("own/*")) == []
    assert [t.name for t in threading.enumerate() if t.name == "analysis" or t.name.startswith("autosave")] == []
    assert [w for w in QApplication.topLevelWidgets() if isinstance(w, Window)] == []


def test_what_cant_be_worked_out_is_refused(tmp_path: Path) -> None:
    too_big = Exploration(sequence=Wave(steps=2000)).with_recipe(cell="mist", hidden=256)
    with pytest.raises(TooBig):
        draw(tmp_path / "picture.png", too_big, (900, 700), "light", "en")
    assert [t.name for t in threading.enumerate() if t.name == "analysis"] == []
    assert [w for w in QApplication.topLevelWidgets() if isinstance(w, Window)] == []


def test_views_that_fail_while_they_settle_say_so_and_the_picture_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    kinds = (FormulaView, NudgeView, LagsView, SurfaceView)
    for kind in kinds:

        def fail(self: View) -> None:
            raise RuntimeError(f"no room for {self.objectName()}")

        monkeypatch.setattr(kind, "finish", fail)
    window = picture_window(preset("task-recall").exploration, (1400, 900), "light", "en")
    failed = [view for view in window.views if isinstance(view, kinds) and not behind(view)]
    assert failed
    for view in failed:
        assert f"no room for {view.objectName()}" in view._error.text()
    discard(window)
    assert render(".png", preset("one-unit").exploration, Sheet(size=(900, 700))).startswith(b"\x89PNG")


@pytest.mark.parametrize("size", [(400, 300), (3840, 2160)])
def test_odd_sizes_are_drawn_at_their_size(size: tuple[int, int], tmp_path: Path) -> None:
    draw(tmp_path / "picture.png", SMALL, size, "light", "en")
    image = QImage(str(tmp_path / "picture.png"))
    assert (image.width(), image.height()) == size


def test_everything_is_on_the_picture_without_waiting() -> None:
    window = picture_window(SMALL, (1400, 900), "light", "en")
    assert window.controller.inspection is not None
    assert window.controller.inspection.log_singular_values is not None
    assert window.map.headline.text() != ""
    assert all(view.inspection is window.controller.inspection for view in window.views)
    bury(window)


def test_networks_side_by_side_are_all_on_the_picture_without_waiting() -> None:
    window = picture_window(default().exploration, (1400, 900), "light", "en")
    assert window.controller.inspection is not None
    assert window.controller.inspection.comparison.complete
    assert [column.gain.text() != "" for column in window.compare.columns] == [True] * 3
    bury(window)


def test_a_picture_of_a_preset_says_as_many_updates_as_its_advice() -> None:
    chosen = preset("task-temporal-order")
    window = picture_window(chosen.exploration, (1366, 768), "light", "en")
    assert chosen.outcome is not None
    assert window.learning.panel.run.goal == chosen.outcome.updates
    bury(window)


def test_a_picture_that_was_changed_goes_unasked() -> None:
    window = picture_window(SMALL, (1000, 700), "light", "en")
    window.controller.commit(Gesture("gain", lambda e: e.with_recipe(gain=0.5)))
    assert not window.store.clean
    discard(window)


def test_data_folder_is_where_the_toolkit_has_it(qapp: QApplication) -> None:
    before = qapp.applicationName()
    qapp.setApplicationName("gradient-flow-explorer")
    try:
        place = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.AppDataLocation)
        assert data_folder() == Path(place)
    finally:
        qapp.setApplicationName(before)


def test_what_is_loaded_after_the_window_is_imported_by_python_alone():
    asked = "import builtins; own = builtins.__import__; import explorer.gui.shell; print(builtins.__import__ is own)"
    told = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True, timeout=60)
    assert told.stdout.strip() == "True"
