"""The look: readable for everyone, the same everywhere, and complete on a machine without fonts."""

from __future__ import annotations

import itertools
import json
import re

import msgspec
import numpy as np
import pytest
import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent, QObject
from PySide6.QtGui import QColor, QFontDatabase, QPalette, QRawFont
from PySide6.QtWidgets import QApplication, QLabel, QScrollArea, QWidget

from explorer.engine.recurrence.activations import ACTIVATIONS
from explorer.gui.controls.bare import Box
from explorer.gui.plot import style
from explorer.gui.plot import theme as look
from explorer.gui.plot.theme import Theme
from explorer.gui.words.i18n import languages
from explorer.paths import resources
from explorer.workspace.scales import themes
from explorer.workspace.scales.colours import bytes_of, contrast, distance, linear, oklab

THEMES = list(look.themes().values())
ICONS = [
    "open", "save", "undo", "redo", "first", "back", "play", "pause", "forward", "last", "plus", "minus",
    "dice", "lock", "unlock", "theme", "language", "export", "presentation", "help", "compare", "app",
]  # fmt: skip
COLOURED = [look.coloured(theme, scale) for theme in THEMES for scale in theme.scales]
GLYPHS = "∂‖ΣΠ√≤≥×·→←ρσγδτθ∞°₀₁₂₃₄₅₆₇₈₉ₜₖᵢⱼ⁻⁰¹²³⁴⁵⁶⁷⁸⁹ᵀ∘′−±≈…⏮▶◀⏭⏸∈∇⊙⟨⟩↑↓“”—，。（）《》"

# What a deuteranope, a protanope and a tritanope see, in linear light (Machado, Oliveira, Fernandes 2009, severity 1).
COLOUR_BLIND = (
    np.array([[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]),
    np.array([[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]),
    np.array([[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]),
)


pytestmark = pytest.mark.usefixtures("qapp")


@pytest.fixture(params=THEMES, ids=lambda theme: theme.name)
def theme(request: pytest.FixtureRequest) -> Theme:
    return request.param


@pytest.fixture(params=COLOURED, ids=lambda theme: f"{theme.name}-{theme.colours}")
def coloured(request: pytest.FixtureRequest) -> Theme:
    return request.param


def hexes(table: np.ndarray) -> list[str]:
    return [f"#{r:02x}{g:02x}{b:02x}" for r, g, b, _ in table.tolist()]


def seen(colours: list[str], matrix: np.ndarray) -> np.ndarray:
    return oklab(np.clip(linear(colours) @ matrix.T, 0, 1))


def test_light_dark_and_projector_are_there_with_titles_in_every_language():
    assert set(look.themes()) == {"light", "dark", "projector"}
    assert next(iter(look.themes())) == "light"
    for theme in THEMES:
        assert set(theme.titles) == set(languages())


def test_theme_with_a_wrong_colour_or_field_is_refused():
    good = json.loads((resources() / "themes" / "light.json").read_text("utf-8"))
    for bad in (good | {"text": "black"}, good | {"colour": "#000000"}, {"name": "light"}):
        with pytest.raises(msgspec.ValidationError):
            themes._load(bad)


def test_text_is_readable_on_every_ground(theme: Theme):
    for ground, ink in itertools.product((theme.window, theme.panel, theme.card), (theme.text, theme.muted)):
        assert contrast(ink, ground) >= 4.5
    assert contrast(theme.accent_text, theme.accent) >= 4.5


def test_projector_has_the_highest_contrast_and_the_largest_type():
    projector = look.themes()["projector"]
    assert contrast(projector.text, projector.card) >= 20
    assert contrast(projector.muted, projector.card) >= 7
    assert projector.font_size >= 1.4 * look.themes()["light"].font_size


def test_lines_stand_out_from_the_card(theme: Theme):
    lines = (theme.curve, theme.bound, theme.trend, theme.fit, theme.threshold, theme.selection)
    for colour in (*lines, *theme.ghosts.values()):
        assert contrast(colour, theme.card) >= 3


def test_pen_and_pointer_are_seen_on_every_colour_of_every_scale_and_on_the_card(theme: Theme):
    assert contrast(theme.mark, theme.mark_rim) >= 7
    grounds = {theme.card, theme.window, theme.panel, theme.accent, theme.nan, theme.zero}
    for colours in theme.scales:
        dressed = look.coloured(theme, colours)
        for table in (look.diverging_table(dressed), look.state_table(dressed)):
            grounds |= {QColor(*row[:3]).name() for row in table.tolist()}
    assert min(max(contrast(ink, ground) for ink in (theme.mark, theme.mark_rim)) for ground in grounds) >= 3


def test_each_activation_has_a_ghost_of_its_own_also_for_the_colour_blind(theme: Theme):
    assert set(theme.ghosts) == set(ACTIVATIONS)
    colours = list(theme.ghosts.values())
    for matrix, least in ((np.eye(3), 0.12), *((m, 0.08) for m in COLOUR_BLIND)):
        for one, other in itertools.combinations(seen(colours, matrix), 2):
            assert np.linalg.norm(one - other) >= least


@pytest.mark.parametrize("make", [look.diverging_table, look.state_table])
def test_tables_are_even_symmetric_in_lightness_and_lightest_in_the_middle(coloured: Theme, make):
    table = make(coloured)
    assert table.shape == (256, 4)
    assert table.dtype == np.uint8
    assert (table[127] == table[128]).all()
    lightness = oklab(linear(hexes(table)))[:, 0]
    for arm in (lightness[:128], lightness[:127:-1]):
        steps = np.diff(arm)
        assert steps.min() > 0
        assert steps.max() < 2.5 * steps.mean()
    assert np.abs(lightness - lightness[::-1]).max() < 0.06
    assert not table.flags.writeable


def test_equal_ratios_of_gains_look_equally_far_apart_along_the_whole_scale(coloured: Theme):
    """A twentieth of an arm, a third of a decade in ±6, is nowhere half as far or twice as far as elsewhere."""
    lab = oklab(linear(hexes(look.diverging_table(coloured))))
    for arm in (lab[:128], lab[128:]):
        far = np.linalg.norm(arm[6:] - arm[:-6], axis=1)
        assert 0.7 * far.mean() < far.min()
        assert far.max() < 1.5 * far.mean()


def test_scales_of_gains_are_a_glow_and_a_white_one_and_glow_is_what_comes(theme: Theme):
    assert list(theme.scales) == [look.GLOW, look.WHITE]
    assert theme.colours == look.GLOW
    white = look.coloured(theme, look.WHITE)
    assert white is look.coloured(theme, look.WHITE)
    assert look.coloured(theme, look.GLOW) is theme
    assert look.diverging_table(white)[127, :3].min() >= 240


def test_preserved_glows_warm_on_the_card_and_vanishing_falls_into_the_night_and_exploding_goes_red(theme: Theme):
    table = look.diverging_table(theme)
    red, green, blue = table[127, :3].astype(int)
    assert red > green > blue + 40
    assert distance(hexes(table)[127], theme.card) >= 0.08
    night, fire = table[0].astype(int), table[255].astype(int)
    assert night[2] > 2 * night[0]
    assert fire[0] > 2 * fire[2]
    assert max(oklab(linear(hexes(table[[0, 255]])))[:, 0]) < 0.3


def test_halfway_out_vanishing_is_blue_and_exploding_red(coloured: Theme):
    table = look.diverging_table(coloured).astype(int)
    assert table[64, 2] > 1.5 * table[64, 0]
    assert table[191, 0] > 2 * table[191, 2]


@pytest.mark.parametrize("matrix", COLOUR_BLIND)
def test_both_arms_of_a_table_stay_apart_for_the_colour_blind(coloured: Theme, matrix: np.ndarray):
    for table in (look.diverging_table(coloured), look.state_table(coloured)):
        lab = seen(hexes(table), matrix)
        apart = np.linalg.norm(lab - lab[::-1], axis=1)
        assert apart[:96].min() >= 0.05


def test_states_and_flow_have_tables_that_nobody_confuses(coloured: Theme):
    flow, states = (oklab(linear(hexes(t))) for t in (look.diverging_table(coloured), look.state_table(coloured)))
    for end in (0, 64, 191, 255):
        assert np.linalg.norm(flow - states[end], axis=1).min() >= 0.05


def test_inks_of_what_a_gain_does_are_read_on_the_card_and_the_window(theme: Theme):
    for ink, ground in itertools.product((theme.shrink, theme.keep, theme.grow), (theme.card, theme.window)):
        assert contrast(ink, ground) >= 4.5


def test_zero_and_nan_are_far_from_every_colour_of_the_maps(coloured: Theme):
    theme = coloured
    for table in (look.diverging_table(theme), look.state_table(theme)):
        assert min(distance(theme.nan, colour) for colour in hexes(table)) >= 0.15
    # It is a pattern that tells it for certain.
    assert min(distance(theme.zero, colour) for colour in hexes(look.diverging_table(theme))) >= 0.1
    assert distance(theme.zero, theme.nan) >= 0.15
    assert distance(theme.zero, theme.card) >= 0.15


def test_palette_sets_every_role_in_every_group(theme: Theme):
    colours = style.palette(theme)
    roles = [role for role in QPalette.ColorRole if role.name not in {"NoRole", "NColorRoles"}]
    groups = (QPalette.ColorGroup.Active, QPalette.ColorGroup.Inactive, QPalette.ColorGroup.Disabled)
    for group, role in itertools.product(groups, roles):
        assert colours.isBrushSet(group, role), (group, role)


def test_stylesheet_is_understood_and_leaves_nothing_open(qtlog):
    sheet = style.stylesheet()
    assert "$" not in sheet
    label = QLabel("x")
    label.setStyleSheet(sheet)
    label.ensurePolished()
    assert not qtlog.records
    icons = resources() / "icons"
    for name in re.findall(r"url\(gradientflow:([^)]+)\)", sheet):
        assert (icons / name).is_file() or all((icons / "marks" / ink / name).is_file() for ink in ("ink", "paper"))


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_apply_dresses_the_application(qapp: QApplication, theme: Theme, language: str):
    style.apply(qapp, theme, language)
    assert qapp.styleSheet() == style.stylesheet()
    assert qapp.palette().color(QPalette.ColorRole.Window) == QColor(theme.window)
    assert set(qapp.font().families()) == set(look.load_fonts())
    assert qapp.font().pointSizeF() == theme.font_size


def test_another_theme_reaches_the_type_of_what_is_hidden_too(qapp: QApplication):
    style.apply(qapp, look.themes()["light"], "en")
    area = QScrollArea()
    area.setWidget(QLabel("far"))
    area.show()
    area.widget().hide()
    style.apply(qapp, look.themes()["projector"], "en")
    qapp.processEvents()
    size = look.themes()["projector"].font_size
    assert {part.font().pointSizeF() for part in (area, *area.findChildren(QWidget))} == {size}
    area.close()
    style.apply(qapp, look.themes()["light"], "en")


def test_widgets_are_made_without_a_style_sheet_which_each_would_be_polished_with_again_and_again(qapp: QApplication):
    style.apply(qapp, look.themes()["light"], "en")
    style.prepare(qapp, look.themes()["dark"], "en")
    assert qapp.styleSheet() == ""
    assert qapp.style().name() == "fusion"
    style.apply(qapp, look.themes()["light"], "en")


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_another_theme_leaves_nothing_behind_in_a_list(qapp: QApplication):
    box, held = Box(), []
    box.show()
    for theme in 3 * tuple(look.themes().values()):
        style.apply(qapp, theme, "en")
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        held.append(len(box.view().findChildren(QObject)))
    assert held[-1] == held[2]
    shiboken6.delete(box)
    style.apply(qapp, look.themes()["light"], "en")


def test_every_sign_is_drawn_by_a_shipped_font():
    families = look.load_fonts()
    fonts = [QRawFont.fromFont(look.QFont(family, 10)) for family in families]
    assert [font.familyName() for font in fonts] == list(families)
    chinese = bytes(b for row in range(0xB0, 0xF8) for cell in range(0xA1, 0xFF) for b in (row, cell))
    for sign in {*GLYPHS, *chinese.decode("gb2312", "ignore")}:
        assert any(font.supportsCharacter(ord(sign)) for font in fonts), sign


def test_every_sign_of_the_catalogues_is_drawn_by_a_shipped_font():
    fonts = [QRawFont.fromFont(look.QFont(family, 10)) for family in look.load_fonts()]
    text = "".join(path.read_text("utf-8") for path in (resources() / "i18n").glob("*.json"))
    for sign in set(text) - {"\n"}:
        assert any(font.supportsCharacter(ord(sign)) for font in fonts), sign


def test_figures_are_all_of_one_width():
    look.load_fonts()
    font = QRawFont.fromFont(look.QFont("Gradient Flow Sans", 20))
    widths = {round(point.x(), 3) for point in font.advancesForGlyphIndexes(font.glyphIndexesForString("0123456789"))}
    assert len(widths) == 1


def test_shipped_fonts_have_a_bold_face_and_their_licence():
    look.load_fonts()
    assert "Bold" in QFontDatabase.styles("Gradient Flow Sans")
    assert "SIL OPEN FONT LICENSE" in (resources() / "fonts" / "OFL.txt").read_text("utf-8")


@pytest.mark.parametrize("name", ICONS)
def test_icon_is_drawn_in_the_colour_of_the_theme(theme: Theme, name: str):
    side = look.icon_size(theme)
    image = look.icon(name, theme).pixmap(side, side).toImage()
    pixels = [image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height())]
    inked = [pixel for pixel in pixels if pixel.alpha() > 120]
    assert len(inked) >= 10
    if name != "app":
        assert all(distance(pixel.name(), theme.text) < 0.05 for pixel in inked)


def test_blend_of_colours_comes_back_as_bytes():
    colours = ["#000000", "#ffffff", "#17337f", "#ec8a6d"]
    back = bytes_of(oklab(linear(colours)))
    assert [f"#{r:02x}{g:02x}{b:02x}" for r, g, b in back.tolist()] == colours
