"""What is on no scale is told from everything else by whoever can't tell its colour: it has a pattern."""

from __future__ import annotations

import base64
import itertools
import re
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from explorer.gui.core.view import View
from explorer.gui.export.pictures import save_picture
from explorer.gui.plot import patterns, style
from explorer.gui.plot import theme as look
from explorer.gui.plot.patterns import Patterns
from explorer.gui.plot.theme import Theme
from explorer.gui.views.decay import DecayView
from explorer.gui.views.flow import FlowMap
from explorer.gui.views.flow.bar import Swatch
from explorer.gui.views.states import StatesView
from explorer.workspace.exploration.exploration import Exploration, Recipe, Selection, Signal
from explorer.workspace.looks.analysis import Inspection, analyse, inspect
from explorer.workspace.scales import gains, states
from explorer.workspace.scales.colours import linear, oklab
from explorer.workspace.scales.patterns import Kind, ink, marked

pytestmark = [pytest.mark.usefixtures("qapp"), pytest.mark.qt_log_ignore("This plugin does not support")]

# What is seen of linear light, at full severity (G. M. Machado, M. M. Oliveira, L. A. F. Fernandes, "A physiologically-based
# model for simulation of color vision deficiency", 2009).
SIGHTS = {
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
    "usual": np.eye(3).tolist(),
}
CLEAR = 0.08
"""So far apart in OKLab are two colours that nobody takes for one: 0.05 is seen at a glance."""


@pytest.fixture(params=look.themes().values(), ids=lambda theme: theme.name)
def theme(request: pytest.FixtureRequest) -> Theme:
    return request.param


COLOURED = [look.coloured(theme, scale) for theme in look.themes().values() for scale in theme.scales]


@pytest.fixture(params=COLOURED, ids=lambda theme: f"{theme.name}-{theme.colours}")
def coloured(request: pytest.FixtureRequest) -> Theme:
    return request.param


@cache
def seen(colour: str, sight: str) -> NDArray[np.float64]:
    return oklab(np.clip(linear([colour]) @ np.array(SIGHTS[sight]).T, 0, 1))[0]


def apart(one: str, other: str, sight: str) -> float:
    return float(np.linalg.norm(seen(one, sight) - seen(other, sight)))


def hexed(row: NDArray[np.uint8]) -> str:
    return "#{:02x}{:02x}{:02x}".format(*row[:3].tolist())


Show = Callable[[type[View], Kind], View]
Look = tuple[str, str, str]
"""The ground, the pattern ("" for none) and its ink."""


def looks(table: NDArray[np.uint8], kinds: Mapping[int, Kind], shades: range, theme: Theme) -> dict[str, Look]:
    """Return what there is to be told apart: every odd entry, what is undefined, and the shades of the scale."""
    found: dict[str, Look] = {kind: (hexed(table[code]), kind, ink(theme, kind)) for code, kind in kinds.items()}
    found["undefined"] = (theme.card, "aslant", theme.undefined_hatch)
    return found | {f"shade {code}": (hexed(table[code]), "", hexed(table[code])) for code in shades}


def told(one: Look, other: Look, sight: str) -> bool:
    """Return whether the grounds are clearly apart, or the patterns, each clear on its ground."""
    patterned = [look for look in (one, other) if look[1] not in ("", "aslant")]
    clear = bool(patterned) and all(apart(ground, of, sight) >= CLEAR for ground, _, of in patterned)
    return apart(one[0], other[0], sight) >= CLEAR or (one[1] != other[1] and clear)


TABLES = {
    "gains of pairs": (gains.palette, gains.PATTERNS, range(gains.FIRST, gains.LAST + 1)),
    "gains of steps": (states.gain_colours, states.GAIN_PATTERNS, range(states.LARGEST + 1)),
    "states": (states.state_colours, states.STATE_PATTERNS, range(states.LARGEST + 1)),
}


@pytest.mark.parametrize("sight", SIGHTS)
@pytest.mark.parametrize("scale", TABLES)
def test_what_is_on_no_scale_is_told_from_every_shade_and_from_each_other(
    scale: str, coloured: Theme, sight: str
) -> None:
    palette, kinds, shades = TABLES[scale]
    things = looks(palette(coloured), kinds, shades, coloured)
    odd = [*(str(kind) for kind in kinds.values()), "undefined"]
    ends = [f"shade {code}" for code in (shades[0], shades[len(shades) // 2], shades[-1])]
    pairs = [
        *itertools.combinations(odd, 2),
        *itertools.product(kinds.values(), (s for s in things if s[:5] == "shade")),
    ]
    assert [pair for pair in pairs if not told(things[pair[0]], things[pair[1]], sight)] == []
    assert [pair for pair in itertools.combinations(ends, 2) if not told(things[pair[0]], things[pair[1]], sight)] == []


def test_no_colour_alone_would_do(coloured: Theme) -> None:
    """NaN's magenta is one of the blues of a vanishing gradient to who can't see red or green."""
    shades = [hexed(row) for row in gains.palette(coloured)[gains.FIRST : gains.LAST + 1]]
    for sight in ("protanopia", "deuteranopia"):
        assert min(apart(coloured.nan, shade, sight) for shade in shades) < CLEAR


def test_patterns_differ_in_where_they_mark_and_leave_most_of_the_colour() -> None:
    kinds: tuple[Kind, ...] = ("zero", "nan", "below", "above")
    for side in (6, 7, 9, 12):
        for kind in kinds:
            assert 0.02 < marked(kind, side).mean() < 0.4
        for one, other in itertools.combinations(kinds, 2):
            shifts = itertools.product(range(side), range(side))
            # However the two are shifted against each other.
            assert min((np.roll(marked(one, side), s, (0, 1)) != marked(other, side)).mean() for s in shifts) > 0.05


def painted(
    codes: NDArray[np.uint8], kinds: Mapping[int, Kind], size: tuple[int, int], scale: float
) -> NDArray[np.bool_]:
    """Return which device pixels are marked where ``codes`` fill a picture of ``size``."""
    width, height = size
    image = QImage(round(width * scale), round(height * scale), QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(scale)
    image.fill(Qt.GlobalColor.transparent)
    patterns = Patterns(kinds)
    patterns.present(codes)
    painter = QPainter(image)
    rows, columns = codes.shape
    patterns.paint(painter, QRectF(0, 0, width, height), QRectF(0, 0, columns, rows), look.themes()["light"])
    painter.end()
    pixels = np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), image.width())
    return np.asarray(pixels != 0)


@pytest.mark.parametrize("scale", [1.0, 1.25, 2.0])
def test_a_pattern_covers_the_cells_of_its_code_and_no_others(scale: float) -> None:
    codes = np.array([[0, 1, 0], [2, 0, 1]], np.uint8)
    marks = painted(codes, {1: "nan", 2: "below"}, (120, 80), scale)
    high, wide = marks.shape[0] // 2, marks.shape[1] // 3
    for row, column in np.ndindex(2, 3):
        cell = marks[row * high : (row + 1) * high, column * wide : (column + 1) * wide]
        code = codes[row, column]
        assert cell.any() == bool(code)
        if code:
            assert cell.mean() == pytest.approx(marked("nan" if code == 1 else "below").mean(), abs=0.08)


def test_a_picture_without_such_cells_is_left_as_it_is() -> None:
    assert not painted(np.full((4, 4), 9, np.uint8), {1: "nan"}, (40, 40), 1.0).any()


ODD: dict[Kind, tuple[int, dict[str, object]]] = {
    "zero": (12, {"init": "shift", "activation": "identity"}),
    "below": (12, {"gain": 0.02}),
    "above": (40, {"gain": 6.0, "activation": "identity"}),
    "nan": (320, {"gain": 50.0, "activation": "relu", "seed": 1}),
}
"""For each kind the steps and the recipe of a network whose gains, at the longest lags, are of it."""


def looked(kind: Kind) -> Inspection:
    steps, recipe = ODD[kind]
    made = Recipe(hidden=3, **recipe)  # type: ignore[arg-type]
    selection = Selection(t=steps, k=0)
    return inspect(analyse(Exploration(networks=(made,), sequence=Signal(steps=steps), selection=selection)))


def grabbed(widget: QWidget) -> NDArray[np.uint32]:
    image = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    return np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), image.width()) & 0xFFFFFF


def amount(pixels: NDArray[np.uint32], colour: str) -> int:
    return int((pixels == (QColor(colour).rgb() & 0xFFFFFF)).sum())


@pytest.fixture
def shown(qtbot: QtBot, qapp: QApplication, theme: Theme) -> Callable[[type[View], Kind], View]:
    held: list[View] = []

    def show(view_of: type[View], kind: Kind) -> View:
        style.apply(qapp, theme, "en")
        view = view_of(theme)  # type: ignore[call-arg]
        qtbot.addWidget(view)
        # What closes it does not keep it: a test that goes on with a part of it would paint what is gone.
        held.append(view)
        view.dress(theme)
        view.resize(900, 340)
        view.show()
        view.present(looked(kind))
        QApplication.processEvents()
        return view

    return show


def colours_of(theme: Theme, kind: Kind) -> tuple[str, str]:
    code = next(code for code, of in gains.PATTERNS.items() if of == kind)
    return hexed(gains.palette(theme)[code]), ink(theme, kind)


@pytest.mark.parametrize("kind", ODD)
def test_the_map_shows_each_kind_by_its_pattern(shown: Show, theme: Theme, kind: Kind) -> None:
    pixels = grabbed(shown(FlowMap, kind))
    ground, mark = (amount(pixels, colour) for colour in colours_of(theme, kind))
    assert mark / (mark + ground) == pytest.approx(marked(kind).mean(), rel=0.35)


@pytest.mark.parametrize(("kind", "edge"), [("zero", "bottom"), ("nan", "top")])
def test_the_decay_shows_what_has_no_place_on_its_axis_by_a_pattern(
    shown: Show, theme: Theme, kind: Kind, edge: str
) -> None:
    plot = shown(DecayView, kind).plot  # type: ignore[attr-defined]
    box = plot.mapFromScene(plot.box.sceneBoundingRect()).boundingRect()
    strip = slice(box.bottom() - 12, box.bottom() - 2) if edge == "bottom" else slice(box.top(), box.top() + 7)
    pixels = grabbed(plot)[strip, box.left() : box.left() + 300]
    ground, mark = (amount(pixels, colour) for colour in colours_of(theme, kind))
    assert ground > mark > 5


def test_states_that_are_no_numbers_have_a_pattern_there_and_in_the_legend(shown: Show, theme: Theme) -> None:
    view = shown(StatesView, "nan")
    legend = view._legends[0]  # type: ignore[attr-defined]
    for place in (view.plot, legend):  # type: ignore[attr-defined]
        pixels = grabbed(place)
        assert amount(pixels, theme.nan) > amount(pixels, ink(theme, "nan")) > 8


@pytest.mark.parametrize("kind", ODD)
def test_the_legend_of_the_map_shows_the_pattern(qtbot: QtBot, theme: Theme, kind: Kind) -> None:
    code = next(code for code, of in gains.PATTERNS.items() if of == kind)
    swatch = Swatch(theme, code)
    qtbot.addWidget(swatch)
    swatch.resize(30, 14)
    ground, mark = (amount(grabbed(swatch), colour) for colour in colours_of(theme, kind))
    assert ground > mark > 2


@pytest.mark.parametrize("theme", [look.themes()["light"]], ids=["light"], indirect=True)
@pytest.mark.parametrize("kind", ODD)
def test_a_picture_as_a_drawing_has_the_patterns_too(shown: Show, theme: Theme, kind: Kind, tmp_path: Path) -> None:
    view = shown(FlowMap, kind)
    save_picture(view, tmp_path / "map.svg")
    images = re.findall(r'base64,([^"]+)"', (tmp_path / "map.svg").read_text("utf-8"))
    marks = 0
    for text in images:
        image = QImage.fromData(base64.b64decode(text)).convertToFormat(QImage.Format.Format_ARGB32)
        pixels = np.frombuffer(image.constBits(), np.uint32)
        marks += int((pixels == QColor(ink(theme, kind)).rgba()).sum())
    assert marks > 200


def test_a_pattern_that_was_painted_before_is_that_of_its_own_kind_size_and_theme() -> None:
    """What is kept of a swatch is taken for no other: each looks as where nothing was painted before."""
    some = [look.themes()[name] for name in ("light", "dark")]
    wanted = list(itertools.product(("zero", "above", "below"), some, (12, 19)))

    def painted(kind: Kind, theme: Theme, side: int) -> QImage:
        image = QImage(side, side, QImage.Format.Format_RGB32)
        painter = QPainter(image)
        patterns.fill(painter, QRectF(0, 0, side, side), theme.card, kind, theme)
        painter.end()
        return image

    fresh = list[QImage]()
    for one in wanted:
        patterns._whole.cache_clear()
        fresh.append(painted(*one))
    assert [painted(*one) for one in wanted] == fresh
    assert [painted(*one) for one in wanted] == fresh
    assert len({image.constBits().tobytes() for image in fresh}) == len(wanted)
