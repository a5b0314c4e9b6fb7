"""Pictures of the window and of every view: PNG at twice the size, SVG and PDF as drawings."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QImage
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication, QWidget

from explorer.engine.errors import BadFile
from explorer.gui.app import picture_window
from explorer.gui.export import FORMATS, save_picture
from explorer.gui.window import Window
from explorer.workspace.presets import default, preset

from .conftest import bury

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

VIEWS = (
    "strip", "states", "flow", "decay", "formula", "attribution", "slopes", "product", "factors", "spectrum",
    "weights", "eigenvalues",
)  # fmt: skip


@pytest.fixture(scope="module")
def window(qapp: QApplication) -> Iterator[Window]:  # noqa: ARG001 - Qt must run
    made = picture_window(default().exploration, (1400, 900), "light", "en")
    yield made
    bury(made)


def part(window: Window, name: str) -> QWidget:
    if name == "window":
        return window.picture()
    return next(view for view in window.views if view.objectName() == name)


def shapes(path: Path) -> dict[str, int]:
    """Return how many drawn things of each kind an SVG file holds."""
    counts: dict[str, int] = {}
    for element in ElementTree.parse(path).iter():
        kind = element.tag.rpartition("}")[2]
        counts[kind] = counts.get(kind, 0) + 1
    return counts


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
    assert tuple(view.objectName() for view in window.views) == VIEWS


@pytest.mark.parametrize("name", ["window", *VIEWS])
def test_png_is_twice_the_size_and_not_empty(window: Window, name: str, tmp_path: Path) -> None:
    widget = part(window, name)
    save_picture(widget, tmp_path / "picture.png")
    image = QImage(str(tmp_path / "picture.png"))
    assert image.size() == widget.size() * 2
    small = image.scaled(QSize(64, 64))
    assert len({small.pixel(x, y) for x in range(64) for y in range(64)}) > 8


@pytest.mark.parametrize("name", ["window", *VIEWS])
def test_svg_is_a_drawing_with_lines_and_letters(window: Window, name: str, tmp_path: Path) -> None:
    widget = part(window, name)
    save_picture(widget, tmp_path / "picture.svg")
    counts = shapes(tmp_path / "picture.svg")
    assert sum(counts.get(kind, 0) for kind in ("path", "polyline", "rect", "circle", "ellipse", "line")) > 10
    assert counts.get("text", 0) + counts.get("path", 0) > 2
    renderer = QSvgRenderer(str(tmp_path / "picture.svg"))
    assert renderer.isValid()
    assert renderer.viewBox().size() == widget.size()


@pytest.mark.parametrize("name", ["window", *VIEWS])
def test_pdf_is_a_drawing_on_a_page_of_the_same_shape(window: Window, name: str, tmp_path: Path) -> None:
    widget = part(window, name)
    save_picture(widget, tmp_path / "picture.pdf")
    assert (tmp_path / "picture.pdf").read_bytes().startswith(b"%PDF")
    drawn = operators(tmp_path / "picture.pdf")
    assert len(re.findall(rb"\b(?:l|c|re)\r?\n", drawn)) > 10
    assert b"Tj" in drawn or b"TJ" in drawn
    box = re.search(rb"/MediaBox \[\S+ \S+ (\S+) (\S+)\]", (tmp_path / "picture.pdf").read_bytes())
    assert box is not None
    assert float(box[1]) / float(box[2]) == pytest.approx(widget.width() / widget.height(), rel=0.02)


def test_letters_stay_letters_in_an_svg(window: Window, tmp_path: Path) -> None:
    save_picture(window.picture(), tmp_path / "window.svg")
    text = (tmp_path / "window.svg").read_text("utf-8")
    for title in ("Gradient flow", "Hidden states"):
        assert title in text


def test_an_unknown_ending_is_refused_and_nothing_is_written(window: Window, tmp_path: Path) -> None:
    with pytest.raises(BadFile, match=r"\.png, \.svg, \.pdf"):
        save_picture(window.picture(), tmp_path / "picture.bmp")
    assert list(tmp_path.glob("picture*")) == []


def test_a_missing_folder_is_refused(window: Window, tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="there is no folder"):
        save_picture(window.picture(), tmp_path / "nowhere" / "picture.png")


@pytest.mark.parametrize("ending", FORMATS)
@pytest.mark.parametrize("name", ["lstm-remembers", "phenomenal", "one-unit"])
def test_windows_of_other_presets_are_exported_in_every_format(
    window: Window, name: str, ending: str, tmp_path: Path
) -> None:
    window.store.commit("Load a preset", preset(name).exploration)
    window.show_now()
    save_picture(window.picture(), tmp_path / f"picture{ending}")
    assert (tmp_path / f"picture{ending}").stat().st_size > 10_000
