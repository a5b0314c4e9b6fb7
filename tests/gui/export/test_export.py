"""Pictures of the window and of every view: PNG at twice the size, SVG and PDF as drawings."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pyqtgraph as pg
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication, QLabel, QScrollArea, QWidget

from explorer.engine.errors import BadFile
from explorer.gui.export.formats import PICTURES, drawing
from explorer.gui.export.pdf import PdfDrawing
from explorer.gui.export.pictures import save_picture
from explorer.gui.export.svg import SvgDrawing
from explorer.gui.shell.app import picture_window
from explorer.gui.shell.window import Window
from explorer.workspace.disk.presets import preset
from explorer.workspace.exploration.beside import pinned
from explorer.workspace.exploration.exploration import Exploration

from ..conftest import bury

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

SVG = "{http://www.w3.org/2000/svg}"
VIEWS = (
    "strip", "states", "flow", "decay", "inside", "formula", "claims", "attribution", "derivative", "nudge",
    "product", "factors", "spectrum", "isometry", "lyapunov", "forwards", "scales", "growth", "weights", "eigenvalues",
    "curves", "tryout", "lags", "surface",
)  # fmt: skip


@pytest.fixture(scope="module")
def window(qapp: QApplication) -> Iterator[Window]:  # noqa: ARG001 - Qt must run
    made = picture_window(Exploration(), (1400, 900), "light", "en")
    yield made
    bury(made)


def part(window: Window, name: str) -> QWidget:
    if name == "window":
        return window.picture()
    view = next(view for view in window.views if view.objectName() == name)
    window.bring_forward(view)
    return view


def draw(widget: QWidget, path: Path) -> None:
    """Draw ``widget`` as it stands, controls and all."""
    path.write_bytes(drawing(path.suffix)(widget, 2.0))


def shapes(path: Path) -> dict[str, int]:
    """Return how many drawn things of each kind an SVG file holds."""
    counts: dict[str, int] = {}
    for element in ElementTree.parse(path).iter():
        kind = element.tag.rpartition("}")[2]
        counts[kind] = counts.get(kind, 0) + 1
    return counts


@dataclass(frozen=True)
class Shape:
    """Something drawn: all of its box, what its clip leaves of it, and the words that it shows."""

    box: QRectF
    visible: QRectF
    label: str


def drawn(path: Path) -> list[Shape]:
    """Return all that an SVG file draws, but for its images."""
    return drawn_in(path.read_text("utf-8"))


def drawn_in(text: str) -> list[Shape]:
    root = ElementTree.fromstring(text)
    clips = {clip.get("id"): around(clip[0]) for clip in root.iter(f"{SVG}clipPath")}
    found = []
    for child in (child for child in root if child.tag != f"{SVG}defs"):
        clip = clips.get(child.get("clip-path", "")[5:-1])
        for path in child.iter(f"{SVG}path"):
            box = around(path)
            found.append(Shape(box, box if clip is None else box & clip, path.get("aria-label", "")))
    return found


def around(path: ElementTree.Element) -> QRectF:
    """Return the box around the points of an SVG path, and around its line."""
    numbers = [float(number) for number in re.findall(r"-?[\d.]+(?:e[+-]?\d+)?", path.get("d", ""))]
    across, along = numbers[::2], numbers[1::2]
    half = float(path.get("stroke-width", "0")) / 2
    box = QRectF(QPointF(min(across), min(along)), QPointF(max(across), max(along)))
    return box.adjusted(-half, -half, half, half)


def levels(image: QImage) -> NDArray[np.int16]:
    """Return the colours of an image of 32 bits a pixel, (rows, columns, 4)."""
    flat = np.frombuffer(image.constBits(), np.uint8)
    return flat.reshape(image.height(), image.width(), 4).astype(np.int16)


def operators(path: Path) -> bytes:
    """Return the drawing instructions of a PDF file, unpacked."""
    streams = re.findall(rb"stream\r?\n(.*?)endstream", path.read_bytes(), re.DOTALL)
    unpacked = []
    for stream in streams:
        try:
            unpacked.append(zlib.decompressobj().decompress(stream))
        except zlib.error:
            unpacked.append(stream)
    return b"\n".join(unpacked)


def test_every_view_has_the_name_that_exports_go_by(window: Window) -> None:
    assert sorted(view.objectName() for view in window.views) == sorted((*VIEWS, "compare"))


def test_the_menu_offers_pictures_of_what_is_in_sight(window: Window) -> None:
    menu = window.menus._pictures
    menu.aboutToShow.emit()
    assert not any("Side by side" in action.text() for action in menu.actions())
    window.store.commit("Pin", pinned(window.store.exploration))
    try:
        menu.aboutToShow.emit()
        assert [action.text() for action in menu.actions()] == ["All views …", "Side by side …"]
    finally:
        window.store.undo()


@pytest.mark.parametrize("name", ["window", *VIEWS])
def test_png_is_twice_the_size_and_not_empty(window: Window, name: str, tmp_path: Path) -> None:
    widget = part(window, name)
    draw(widget, tmp_path / "picture.png")
    image = QImage(str(tmp_path / "picture.png"))
    assert image.size() == widget.size() * 2
    # A few pixels of it might miss all that is drawn.
    assert len(np.unique(levels(image)[..., :3].reshape(-1, 3) @ (1, 256, 65536))) > 8


@pytest.mark.parametrize("name", ["window", *VIEWS])
def test_svg_is_a_drawing_with_lines_and_letters_and_nothing_outside_the_picture(
    window: Window, name: str, tmp_path: Path
) -> None:
    widget = part(window, name)
    draw(widget, tmp_path / "picture.svg")
    counts = shapes(tmp_path / "picture.svg")
    assert sum(counts.get(kind, 0) for kind in ("path", "polyline", "rect", "circle", "ellipse", "line")) > 5
    assert counts.get("text", 0) + counts.get("path", 0) > 2
    renderer = QSvgRenderer(str(tmp_path / "picture.svg"))
    assert renderer.isValid()
    assert renderer.viewBox().size() == widget.size()
    frame = QRectF(widget.rect())
    assert [shape for shape in drawn(tmp_path / "picture.svg") if not frame.contains(shape.visible)] == []


@pytest.mark.parametrize("name", ["window", *VIEWS])
def test_pdf_is_a_drawing_on_a_page_of_the_same_shape(window: Window, name: str, tmp_path: Path) -> None:
    widget = part(window, name)
    draw(widget, tmp_path / "picture.pdf")
    assert (tmp_path / "picture.pdf").read_bytes().startswith(b"%PDF")
    drawn = operators(tmp_path / "picture.pdf")
    assert len(re.findall(rb"\b(?:l|c|re)\r?\n", drawn)) > 10
    assert b"Tj" in drawn or b"TJ" in drawn
    box = re.search(rb"/MediaBox \[\S+ \S+ (\S+) (\S+)\]", (tmp_path / "picture.pdf").read_bytes())
    assert box is not None
    assert float(box[1]) / float(box[2]) == pytest.approx(widget.width() / widget.height(), rel=0.02)


def test_letters_stay_letters_in_an_svg(window: Window, tmp_path: Path) -> None:
    draw(window.picture(), tmp_path / "window.svg")
    labels = {shape.label for shape in drawn(tmp_path / "window.svg")}
    assert {"Gradient flow", "Hidden states"} <= labels


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_svg_asks_for_no_font_and_no_unit_of_the_viewers(window: Window, language: str, tmp_path: Path) -> None:
    window.set_language(language)
    try:
        draw(window.picture(), tmp_path / "window.svg")
    finally:
        window.set_language("en")
    text = (tmp_path / "window.svg").read_text("utf-8")
    assert "text" not in shapes(tmp_path / "window.svg")
    assert "font-family" not in text
    assert "vector-effect" not in text


@pytest.fixture(scope="module")
def low(qapp: QApplication) -> Iterator[Window]:  # noqa: ARG001 - Qt must run
    """Return a window whose panels have to scroll, and have scrolled."""
    made = picture_window(Exploration(), (1366, 768), "light", "en")
    for area in made.picture().findChildren(QScrollArea):
        area.verticalScrollBar().setValue(area.verticalScrollBar().maximum() // 2)
    yield made
    bury(made)


def test_what_is_scrolled_out_of_sight_is_not_in_the_svg(low: Window, tmp_path: Path) -> None:
    areas = [area for area in low.picture().findChildren(QScrollArea) if area.isVisible()]
    areas = [area for area in areas if area.verticalScrollBar().maximum() > 50]
    assert len(areas) > 1
    draw(low.picture(), tmp_path / "low.svg")
    picture = low.picture()
    places = [QRectF(QRect(area.viewport().mapTo(picture, QPoint()), area.viewport().size())) for area in areas]
    names = {label.text().replace("&", "") for area in areas for label in area.findChildren(QLabel)} - {""}
    seen = [shape for shape in drawn(tmp_path / "low.svg") if shape.label in names]
    assert len(seen) > 5
    for shape in seen:
        assert any(place.contains(shape.visible) for place in places), shape


def test_what_is_scrolled_out_of_sight_leaves_bars_alone_in_a_pdf(low: Window) -> None:
    picture = low.picture()
    page = QImage(picture.size(), QImage.Format.Format_RGB32)
    writer = QPainter(page)
    drawing = PdfDrawing(picture.size(), picture.logicalDpiX(), writer)
    painter = QPainter(drawing)
    picture.render(painter, QPoint())
    painter.end()
    writer.end()
    screen = picture.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    top = min(area.mapTo(picture, QPoint()).y() for area in low.picture().findChildren(QScrollArea))
    foot = picture.height() - 3
    for rows in (slice(0, top), slice(foot, None)):
        # Fonts are set a little apart by other rounding; a card that stands over is whole areas of another colour.
        apart = np.abs(levels(page)[rows] - levels(screen)[rows]) > 8
        assert apart.mean() < 0.05


def test_curves_end_where_the_zoomed_plot_ends(low: Window, tmp_path: Path) -> None:
    view = part(low, "decay")
    plot = view.findChildren(pg.PlotWidget)[0]
    plot.setXRange(10, 12, padding=0)
    QApplication.processEvents()
    draw(view, tmp_path / "decay.svg")
    box = plot.getViewBox()
    inside = plot.mapFromScene(box.mapRectToScene(box.boundingRect())).boundingRect()
    area = QRectF(inside.translated(plot.viewport().mapTo(view, QPoint()))).adjusted(-2, -2, 2, 2)
    beyond = [shape for shape in drawn(tmp_path / "decay.svg") if shape.box.right() > view.width() + 50]
    assert beyond
    assert [shape for shape in beyond if not area.contains(shape.visible)] == []


def test_svg_goes_back_to_the_outer_clip_after_the_inner(qapp: QApplication) -> None:  # noqa: ARG001 - Qt must run
    drawing = SvgDrawing(QSize(100, 100), 96)
    painter = QPainter(drawing)
    painter.setClipRect(0, 0, 30, 30)
    painter.save()
    painter.setClipRect(5, 5, 9, 9, Qt.ClipOperation.IntersectClip)
    painter.fillRect(0, 0, 90, 90, Qt.GlobalColor.red)
    painter.restore()
    painter.fillRect(0, 0, 90, 90, Qt.GlobalColor.blue)
    painter.setClipping(False)
    painter.fillRect(0, 0, 90, 90, Qt.GlobalColor.green)
    painter.end()
    seen = [shape.visible for shape in drawn_in(drawing.document("clips"))]
    assert seen == [QRectF(5, 5, 9, 9), QRectF(0, 0, 30, 30), QRectF(0, 0, 90, 90)]


def test_an_unknown_ending_is_refused_and_nothing_is_written(window: Window, tmp_path: Path) -> None:
    with pytest.raises(BadFile, match=r"\.png, \.svg, \.pdf"):
        save_picture(window.picture(), tmp_path / "picture.bmp")
    assert list(tmp_path.glob("picture*")) == []


def test_a_missing_folder_is_refused(window: Window, tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="there is no folder"):
        save_picture(window.picture(), tmp_path / "nowhere" / "picture.png")


@pytest.mark.parametrize("name", ["lstm-remembers", "phenomenal", "one-unit"])
def test_windows_of_other_presets_are_exported_in_every_format(window: Window, name: str, tmp_path: Path) -> None:
    window.store.commit("Load a preset", preset(name).exploration)
    window.show_now()
    for ending in PICTURES:
        draw(window.picture(), tmp_path / f"picture{ending}")
        assert (tmp_path / f"picture{ending}").stat().st_size > 10_000
